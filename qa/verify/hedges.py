"""How sure the ground is: an allegation stays an allegation, a plan a plan, a possibility a possibility."""

from __future__ import annotations

import re

from qa.verify.case import Case, Finding
from qa.verify.inflection import root
from qa.verify.prose import Prose, Word

_CLASSES: tuple[tuple[str, re.Pattern[str]], ...] = tuple(
    (name, re.compile(rf"\b(?:{words})\b", re.IGNORECASE))
    for name, words in (
        (
            "allegation",
            r"alleg\w+|accus\w+|charged(?= with)|suspect(?:s|ed)|on suspicion|claim(?:s|ed)|reportedly|apparently"
            r"|supposedly|purported\w*|rumou?r\w*|faces? (?:\w+ )?(?:counts?|charges?)|faced",
        ),
        (
            "possibility",
            r"(?<!\d )may(?= (?:\w+ly )?[a-z])|might|could|possibl\w+|perhaps|likely|probabl\w+|potential\w*|seem\w*|appear(?:s|ed)? to"
            r"|expect\w*|due(?= to [a-z])|hop(?:e|es|ed|ing)(?= (?:to|that|for))|unless|if|fear\w*",
        ),
        (
            "plan",
            r"plan(?:s|ned|ning)?(?= to| for)|inten[dt]\w*|aim(?:s|ed|ing)? to|propos\w+|want(?:s|ed)? to|considering|means? to"
            r"|seek(?:s|ing)?(?= to)|vow(?:s|ed)|promis\w+|pledg\w+|scheduled|hop(?:e|es|ed|ing)(?= (?:to|that|for))"
            r"|expect\w*|due(?= to [a-z])|ask(?:s|ed|ing)?(?= (?:\w+ ){0,3}to [a-z])|like to|tr(?:y|ied|ying) to|attempt\w*|offer\w*|threaten\w*|recommend\w*",
        ),
        ("future", r"will|would|['’]ll|is to|are to"),
    )
)
_FUTURE = re.compile(
    r"\b(?:will|would|shall|should|['’]ll|to [a-z]+|are [a-z]+ing|is [a-z]+ing|must|could|can|ha(?:s|ve) to|next)\b"
)
_SURE = re.compile(r"\b(?:certain(?:ly)?|definite(?:ly)?|undoubtedly|surely|proven|guaranteed|convicted|guilty)\b")
_SAME = {
    "allegation": {"allegation"},
    "possibility": {"possibility", "plan"},
    "plan": {"plan", "possibility", "future"},
    "future": {"plan", "possibility", "future"},
}
_REASONS = {
    "allegation": "the paragraph gives this as an allegation, the statement as a fact",
    "possibility": "the paragraph says that this may be so, the statement that it is",
    "future": "the paragraph speaks of what is to come, the statement of what is so",
    "plan": "the paragraph speaks of what is planned, the statement of what is done",
}
_MODALS, _SURE_MODALS = ("may", "might", "could"), ("will", "shall")
_REACH = 3


def hedges_stay(case: Case) -> Finding | None:
    """Where the ground hedges what the statement tells, the statement hedges it too."""
    if (sure := _SURE.search(case.statement.text)) and root(sure.group()) not in case.told_roots:
        return Finding("partial", f"the paragraph does not say “{sure.group()}”")
    bolder = _bolder(case)
    if bolder is not None:
        return bolder
    said = {name for name, pattern in _CLASSES if pattern.search(case.statement.text)}
    if _FUTURE.search(case.statement.text):
        said.add("future")
    for number in case.told:
        start, end = case.ground.text.sentences[number]
        for name, pattern in _CLASSES:
            if _SAME[name] & said:
                continue
            for hedge in pattern.finditer(case.ground.text.text, start, end):
                if _tells(case, hedge.end(), number):
                    return Finding("partial", f"{_REASONS[name]} ({hedge.group().lower()})")
    return None


def _bolder(case: Case) -> Finding | None:
    """'Will' before the same verb for which the ground has 'may'."""
    there = {
        word.root: _modal(case.ground.text, word) for word in case.ground.text.carrying if word.sentence in case.told
    }
    for word in case.statement.carrying:
        if _modal(case.statement, word) in _SURE_MODALS and there.get(word.root) in _MODALS:
            return Finding("partial", f"the paragraph says “{there[word.root]}”, the statement “will”")
    return None


def _modal(text: Prose, word: Word) -> str:
    """The modal verb before a word, 'be' and 'not' between them aside."""
    before = text.text[max(word.start - 20, 0) : word.start].lower()
    found = re.search(r"\b(may|might|could|would|will|shall) (?:not |be |have |been )*$", before)
    return found[1] if found else ""


def _tells(case: Case, place: int, number: int) -> bool:
    """Whether the statement tells what is hedged: the first words that carry meaning after it."""
    hedged = _after(case.ground.text, place, number)
    return (
        bool(hedged)
        and hedged[0] in case.statement.roots
        and sum(r in case.statement.roots for r in hedged) * 2 > len(hedged)
    )


def _after(text: Prose, place: int, number: int) -> list[str]:
    return [word.root for word in text.carrying_after(place, number)[:_REACH]]
