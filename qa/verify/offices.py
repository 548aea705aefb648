"""Offices and trades: who is a mayor in the statement is one in the ground.

'The mayor closed the street' has nearly all the words of 'the flood closed the street'; who did it is the one word that it
has not. Words for one office count as each other, and any paragraph that was offered of the article may name it. Words
that are mostly something else ('architect of the deal', 'private') only tell of an office.
"""

from __future__ import annotations

from qa.verify.case import Case, Finding
from qa.verify.prose import prose

_ALIKE = (  # who it is / what tells of them as well
    "mayor mayoress provost",
    "minister premier chancellor / ministry pm",
    "president / presidency presidential",
    "governor / gov",
    "ambassador envoy diplomat consul / embassy",
    "councillor alderman / cllr council",
    "senator congressman congresswoman lawmaker mp backbencher / member deputy parliament sen rep congress senate legislator",
    "judge magistrate / sheriff recorder justice court tribunal",
    "lawyer solicitor barrister / attorney counsel kc qc advocate defence prosecutor",
    "prosecutor / prosecution attorney da",
    "policeman policewoman detective constable superintendent sheriff / police officer inspector sergeant trooper deputy",
    "soldier corporal lieutenant colonel admiral / sergeant troop army navy captain officer general commander private marine",
    "firefighter fireman / fire crew brigade",
    "doctor physician surgeon medic / gp dr consultant",
    "nurse matron midwife",
    "teacher headteacher headmaster headmistress lecturer tutor professor / head prof academic scientist researcher",
    "bishop archbishop vicar priest rector / reverend rev",
    "pope / pontiff vatican",
    "king queen monarch / majesty royal",
    "prince princess duke duchess / royal",
    "treasurer bursar accountant",
    "coroner / inquest",
    "referee umpire",
    "goalkeeper / keeper",
    "plumber electrician carpenter / fitter joiner builder",
    "butcher baker grocer / shop",
    "farmer / grower farm",
    "fisherman trawlerman / skipper crew boat",
    "landlord landlady publican / owner",
)


def _plural(word: str) -> str:
    if word.endswith("man"):
        return f"{word[:-3]}men"
    if word.endswith("y"):
        return f"{word[:-1]}ies"
    return f"{word}es" if word.endswith(("s", "ch")) else f"{word}s"


def _forms(words: str) -> frozenset[str]:
    """The words and their plurals, folded."""
    each = words.split()
    return frozenset((*each, *map(_plural, each)))


_OFFICES = tuple((_forms(who), _forms(told)) for who, _, told in (alike.partition(" / ") for alike in _ALIKE))


def offices_agree(case: Case) -> Finding | None:
    """Every office or trade that the statement speaks of is spoken of in the ground, or was offered beside it."""
    said = [(word.folded, who | told) for word in case.statement.words for who, told in _OFFICES if word.folded in who]
    if not said:
        return None
    ground = case.ground
    read = (ground.text, ground.context, prose(ground.background, whole=True))
    known = frozenset(word.folded for text in read for word in text.words)
    for office, alike in said:
        if not alike & known:
            return Finding("unsupported", f"the paragraph does not speak of any {office}")
    return None
