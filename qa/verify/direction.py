"""Which way: risen is not fallen, more is not fewer, before is not after, won is not lost."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

from qa.verify.case import Case, Finding
from qa.verify.inflection import root
from qa.verify.prose import Prose, Word

_OPPOSED = """
rise rose risen increase increased grow grew climb higher up/fall fell fallen drop dropped decrease decline fewer lower down reduce
win won/lose lost defeat beaten
accept approve approved agree adopt/reject rejected refuse turned
support supported favour backed/oppose opposed against
convict convicted guilty jailed/acquit acquitted clear cleared
largest biggest highest most busiest longest tallest/smallest lowest fewest least quietest shortest
oldest eldest/youngest
best better/worst worse
open opened reopen reopened/close closed shut
begin began begun start started/end ended finish finished stop stopped
arrive arrived/leave left depart departed
buy bought/sell sold
borrow borrowed/lend lent
hire hired recruit appointed/sack sacked dismissed fired
majority/minority
early earlier/late later
north northern/south southern
east eastern/west western
left/right
male men man/female women woman
allow allowed permit/ban banned forbid forbidden forbade bar barred
remember/forget forgot
strong stronger/weak weaker
cheap cheaper/dear dearer expensive
"""
_BOUND = """
before/after
first/last
more/fewer less
above/below
over/under
up/down
for/against
with/without
inside/outside
most/least
"""


def _pairs(text: str) -> list[tuple[frozenset[str], frozenset[str]]]:
    lines = [line.split("/") for line in text.strip().splitlines()]
    return [(frozenset(one.split()), frozenset(other.split())) for one, other in lines]


_FREE_PAIRS, _BOUND_PAIRS = _pairs(_OPPOSED), _pairs(_BOUND)


def directions_agree(case: Case) -> Finding | None:
    """No word of the statement is opposed to the word that the ground has in its place."""
    there = [word for word in case.ground.text.words if word.sentence in case.told]
    here = case.statement.words
    for mine, theirs in (*_opposed(here, there, _FREE_PAIRS), *_facing(case, here, there)):
        return Finding("contradicted", f"the paragraph says “{theirs.text}”, not “{mine.text}”")
    return None


def _opposed(
    here: Sequence[Word], there: Sequence[Word], pairs: Sequence[tuple[frozenset[str], frozenset[str]]]
) -> Iterator[tuple[Word, Word]]:
    """Where the statement has only the one side, and the ground only the other."""
    for one, other in (pair for a, b in pairs for pair in ((a, b), (b, a))):
        mine, not_mine = _of(here, one), _of(here, other)
        theirs, not_theirs = _of(there, other), _of(there, one)
        if mine and theirs and not not_mine and not not_theirs and not _shares_root(mine, theirs):
            yield mine[0], theirs[0]


def _facing(case: Case, here: Sequence[Word], there: Sequence[Word]) -> Iterator[tuple[Word, Word]]:
    """Small words that are opposed before the same word: 'after the storm', 'before the storm'."""
    for one, other in (pair for a, b in _BOUND_PAIRS for pair in ((a, b), (b, a))):
        if _of(there, one):
            continue
        for mine in _of(here, one):
            for theirs in _of(there, other):
                if _next(case.statement, mine) and _next(case.statement, mine) == _next(case.ground.text, theirs):
                    yield mine, theirs


def _of(words: Sequence[Word], side: frozenset[str]) -> list[Word]:
    return [word for word in words if re.sub(r"['’]s$", "", word.text.lower()) in side]


def _shares_root(mine: Sequence[Word], theirs: Sequence[Word]) -> bool:
    return bool({root(word.text) for word in mine} & {root(word.text) for word in theirs})


def _next(text: Prose, word: Word) -> str:
    return text.following(word.end)
