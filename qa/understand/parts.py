"""A question over several articles -> its parts, by rules: two questions in one, two sides, or one thing over time.

Each part stands alone, and is made of the question's own words and of ``ADDED``. Where it is not sure what a part
would ask, the question stays whole: a part that asks for something else would bring an answer to something else.
"""

from __future__ import annotations

import re

from qa.types import Parts
from qa.understand.anaphora import AUXILIARY, pointers
from qa.understand.names import names
from qa.understand.sides import sides
from qa.understand.times import Time, times
from qa.words import STOP_WORDS, stem, stems, words

MOST = 4
"""Parts of a question."""
ADDED = frozenset({"cost", "large", "long", "old", "high"})
"""Words of meaning that a part may have though its question has not: what 'dearer' and 'larger' ask for."""

_ENOUGH = 2  # words of meaning, without which a part asks for anything
_LONGEST = 400  # characters of a question that is taken apart; longer ones tell more than they ask
_WH = r"(?:who|whom|whose|what|when|where|why|how|which)"
_CLAUSES = re.compile(
    rf"^(?P<first>(?:\w+ )?{_WH}\b.{{8,}}?),? (?:and|but) (?P<second>(?:(?:in|at|to|by|for|until|since) )?{_WH} .+)$",
    re.IGNORECASE,
)
_DOES = re.compile(
    rf"^(?P<asked>(?i:{_WH})(?: [\w ]+?)??) (?P<does>did|does|do|was|were|had)"
    r" (?P<who>(?:the )?[A-ZÀ-Þ][\w’'-]*(?: [A-ZÀ-Þ][\w’'-]*)*|the \w+)(?P<rest>(?: .+)?)$"
)
_GOES = (
    r"(?:change[ds]?|develop(?:ed)?|unfold(?:ed)?|evolved?|grow|grown|rise|risen|fall|fallen|fared?|shift(?:ed)?"
    r"|progress(?:ed)?|increased?|decreased?|moved?)"
)
_CHANGED = re.compile(
    rf"^how (?:did|does|do|has|have|had) (?P<what>.+?) (?P<goes>{_GOES})(?: over time)?"
    r"(?P<rest>(?:,? (?:since|after|before|between|from|over|under|during|in|by|with|as|until|through)\b.+)?)$",
    re.IGNORECASE,
)
_COURSE = re.compile(r"^(?:develop|unfold|evolve|fare|progress|happen|bec[ao]me)", re.IGNORECASE)
_HAPPENED = re.compile(
    r"^what (?:has |had )?(?P<goes>happened to|became of|become of) (?P<what>.+?)(?P<rest> (?:between|from) .+)$",
    re.IGNORECASE,
)
_SPANS = re.compile(r",? (?:between|from|since|over)\b", re.IGNORECASE)
_FROM_TO = re.compile(r"^,? (?:between|from) (?P<one>.+) (?:and|to) (?P<other>.+)$", re.IGNORECASE)
_SIGN = re.compile(
    rf"\b(?:and|or|between|compared?|differ\w*|versus|vs|than|each|both|{_GOES}|became|become|happened to)\b",
    re.IGNORECASE,
)


def take_apart(question: str) -> Parts | None:
    """The parts of a question that stands alone; None where it is over one thing, or not surely over several."""
    asked = " ".join(question.split()).rstrip("?. ")
    if not may_be_several(asked):
        return None
    parts = _over_time(asked) or _of_clauses(asked) or _of_sides(asked)
    return parts if parts and is_sound(parts, question) else None


def may_be_several(question: str) -> bool:
    """Whether it has any sign of being over several things; most questions have none."""
    return len(question) <= _LONGEST and bool(_SIGN.search(question))


def is_sound(parts: Parts, question: str) -> bool:
    """Whether the parts are few and different, each asks for something, stands alone, and adds no word of its own."""
    told = {stem(word) for word in (*words(question), *ADDED, *STOP_WORDS)}
    few = (1 if parts.over_time else 2) <= len(parts.questions) <= MOST
    return (
        few
        and len({tuple(words(part)) for part in parts.questions}) == len(parts.questions)
        and all(len(stems(part)) >= _ENOUGH and not pointers(part) for part in parts.questions)
        and all(stem(word) in told for part in parts.questions for word in words(part))
    )


def _over_time(asked: str) -> Parts | None:
    match = _CHANGED.match(asked) or _HAPPENED.match(asked)
    return _at_both_ends(match) or _in_its_course(match) if match else None


def _at_both_ends(match: re.Match[str]) -> Parts | None:
    """'How did X change from 2023 to 2024?' asks for X in both."""
    ends = _FROM_TO.match(match["rest"])
    if not ends or _COURSE.match(match["goes"]) or not (_time(ends["one"]) and _time(ends["other"])):
        return None
    at = (_question(f"what was {match['what']} in {ends[end]}") for end in ("one", "other"))
    return Parts(tuple(at), over_time=True)


def _in_its_course(match: re.Match[str]) -> Parts | None:
    """'How did X develop?' asks for X in each article on it; 'What happened to X?' only between two days."""
    what, goes, rest = match["what"], match["goes"], match["rest"]
    time = _time(rest) if _FROM_TO.match(rest) else None
    if time is None and _HAPPENED.match(match.string):
        return None
    opening = "what happened to" if _COURSE.match(goes) else "what was"
    kept = "" if _SPANS.match(rest) else rest
    return Parts((_question(f"{opening} {what}{kept}"),), over_time=True, period=time.period if time else None)


def _time(words: str) -> Time | None:
    """The time that the words are, and nothing else."""
    words = words.strip(", ")
    for spelled, before in ((words, 0), (f"in {words}", 3)):
        found = times(spelled)
        if len(found) == 1 and found[0].start <= before and found[0].end == len(spelled):
            return found[0]
    return None


def _of_clauses(asked: str) -> Parts | None:
    """'How many sailed, and what did the operator pay?'"""
    match = _CLAUSES.match(asked)
    if not match:
        return None
    first, second = match["first"], match["second"]
    second = _filled(first, second) or second
    # Without a name of its own it may hang on the first: 'and how did the board vote?', 'and how in Leeds?'
    alone = names(second) and re.search(rf"\b{AUXILIARY}\b", second, re.IGNORECASE)
    return Parts((_question(first), _question(second))) if alone else None


def _filled(first: str, second: str) -> str | None:
    """'how many did Corvanne' after 'how many passengers did Port Ellery count' asks for Corvanne's count of them."""
    whole, short = _DOES.match(first), _DOES.match(second)
    if not whole or not short or not whole["asked"].casefold().startswith(short["asked"].casefold()):
        return None
    return f"{whole['asked']} {short['does']} {short['who']}{short['rest'] or whole['rest']}"


def _of_sides(asked: str) -> Parts | None:
    both = sides(asked)
    return Parts(tuple(map(_question, both))) if both else None


def _question(words: str) -> str:
    return words[:1].upper() + words[1:].strip() + "?"
