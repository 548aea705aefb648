"""Which way: risen is not fallen, more is not fewer, before is not after, won is not lost."""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from qa.verify.case import Case, Finding
from qa.verify.inflection import root
from qa.verify.prose import Prose, Word

_OPPOSED = """
rise rose risen increase increased grow grew climb higher up/fall fell fallen drop dropped decrease decline lower down reduce
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
    here = {word.folded: word for word in case.statement.words}
    there = {word.folded: word for word in case.ground.text.words if word.sentence in case.told}
    for mine, theirs in (*_opposed(here, there), *_facing(case, here)):
        return Finding("contradicted", f"the paragraph says “{theirs.text}”, not “{mine.text}”")
    return None


def _opposed(here: Mapping[str, Word], there: Mapping[str, Word]) -> Iterator[tuple[Word, Word]]:
    """Where the statement has only the one side, and the ground only the other."""
    for one, other in _both_ways(_FREE_PAIRS):
        mine, theirs = one & here.keys(), other & there.keys()
        alike = {root(word) for word in mine} & {root(word) for word in theirs}
        if mine and theirs and not alike and not other & here.keys() and not one & there.keys():
            yield here[min(mine)], there[min(theirs)]


def _facing(case: Case, here: Mapping[str, Word]) -> Iterator[tuple[Word, Word]]:
    """Small words that are opposed before the same word: 'after the storm', 'before the storm'."""
    ground = [word for word in case.ground.text.words if word.sentence in case.told]
    for one, other in _both_ways(_BOUND_PAIRS):
        if not one & here.keys() or any(word.folded in one for word in ground):
            continue
        faced = {_next(case.ground.text, word): word for word in reversed(ground) if word.folded in other}
        for mine in (word for word in case.statement.words if word.folded in one):
            following = _next(case.statement, mine)
            if following and following in faced:
                yield mine, faced[following]


def _both_ways(
    pairs: Sequence[tuple[frozenset[str], frozenset[str]]],
) -> Iterator[tuple[frozenset[str], frozenset[str]]]:
    for one, other in pairs:
        yield one, other
        yield other, one


def _next(text: Prose, word: Word) -> str:
    return text.following(word.end)
