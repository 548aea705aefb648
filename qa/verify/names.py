"""Names: every one in the statement stands in the ground, and where the statement has it.

A surname alone is enough after the full name, initials and possessives are the name, and honorifics none. A first name
may come from another paragraph of the same article; a nationality must be told.
"""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from functools import lru_cache

from qa.verify.case import Case, Finding, told
from qa.verify.proper import Name, find_names, referred
from qa.verify.prose import Prose, Word, prose
from qa.verify.speech import speakers_of

_BETWEEN = 8  # words between two names and their verb


def names_agree(case: Case) -> Finding | None:
    """Every name is in the ground, in the sentences that the statement tells, and in its own place there."""
    said = find_names(case.statement, case.ground.text)
    return _missing(case, said) or _elsewhere(case, said) or _swapped(case, said)


def _missing(case: Case, said: Sequence[Name]) -> Finding | None:
    text, context, beside = case.ground.text, case.ground.context, prose(case.ground.background, whole=True)
    known = _folded(text) | _folded(context)
    full = [name.parts for one in (text, context, beside) for name in find_names(one, text)]
    for name in said:
        parts = [part for part in name.parts if part not in _small(text)]
        whole = any(set(parts) <= set(other) for other in full) and name.last in known
        if (len(parts) < 2 and set(parts) <= known) or whole:
            continue
        other = _in_its_place(case, name, said)
        if other:
            return Finding("contradicted", f"the paragraph says this of {other.text}, not {name.text}")
        return Finding("unsupported", f"the paragraph does not name {name.text}")
    return None


@lru_cache(maxsize=5_000)
def _small(text: Prose) -> frozenset[str]:
    """Words that the text has without a capital: 'Mayor' is no part of a name beside 'the mayor'."""
    return frozenset(word.folded for word in text.words if word.text[0].islower())


def _elsewhere(case: Case, said: Sequence[Name]) -> Finding | None:
    """A name that stands only in other sentences than those which the statement tells."""
    text = case.ground.text
    parts = {part for name in said for part in name.parts}
    rest = frozenset(word.root for word in case.statement.carrying if word.folded not in parts)
    core = told(rest, text)
    for name in said:
        if name.last not in _folded(text) or _touches(text, core, name.last, rest):
            continue
        others = [one for one in find_names(text) if one.sentence in core and not set(one.parts) & parts]
        if others:
            return Finding("contradicted", f"the paragraph says this of {others[0].text}, not {name.text}")
        return Finding("unsupported", f"the paragraph does not say this of {name.text}")
    return None


def _touches(text: Prose, core: Sequence[int], part: str, rest: frozenset[str]) -> bool:
    """Whether the name stands in these sentences, or before one of them that says 'she', or brings words of its own."""
    homes = {word.sentence for word in text.words if word.folded == part}
    covered = frozenset().union(*(text.roots_by_sentence[n] for n in core)) if core else frozenset[str]()
    if homes & set(core) or any((text.roots_by_sentence[n] & rest) - covered for n in homes):
        return True
    if any(part in speech.speaker for number in core for speech in speakers_of(text, number)):
        return True
    return any(homes & referred(text, number) for number in core)


def _swapped(case: Case, said: Sequence[Name]) -> Finding | None:
    """Two names that changed places around one verb, or one that stands where the ground has another."""
    for name in said:
        other = _in_its_place(case, name, said)
        if other and not _folded_in(case.statement, other):
            return Finding("contradicted", f"the paragraph says this of {other.text}, not {name.text}")
    for one, two in itertools.pairwise(said):
        if _reversed(case, one, two):
            return Finding("contradicted", f"the paragraph has {one.text} and {two.text} the other way round")
    return None


def _in_its_place(case: Case, name: Name, said: Sequence[Name]) -> Name | None:
    """Another name of the ground, which the statement has not, that stands among the same words by far."""
    spoken = {part for one in said for part in one.parts}
    inside = find_names(case.ground.text)

    def shared(known: Name) -> int:
        return _alike(case, name, known)

    mine = max((shared(known) for known in inside if set(known.parts) & set(name.parts)), default=0)
    best = max((known for known in inside if not set(known.parts) & spoken), key=shared, default=None)
    return best if best and shared(best) >= mine + 2 else None


def _alike(case: Case, name: Name, known: Name) -> int:
    """How many of the same words stand before both, and after both."""
    before, after = case.statement.sides(name.start, name.end)
    known_before, known_after = case.ground.text.sides(known.start, known.end)
    return len(before & known_before) + len(after & known_after)


def _reversed(case: Case, one: Name, two: Name) -> bool:
    """Whether the same word stands between both, in the same voice, with the names the other way round."""
    between = [w for w in case.statement.words_of(one.sentence) if one.end <= w.start and w.end <= two.start]
    verbs = {w.root for w in between if w.carries and not w.text[0].isupper()}
    inside = find_names(case.ground.text)
    near = (pair for reach in range(1, _BETWEEN + 2) for pair in zip(inside, inside[reach:], strict=False))
    for a, b in near if len(between) <= _BETWEEN else ():
        if a.sentence != b.sentence or (a.last, b.last) != (two.last, one.last):
            continue
        words = [w for w in case.ground.text.words_of(a.sentence) if a.end <= w.start and w.end <= b.start]
        if len(words) <= _BETWEEN and verbs & {w.root for w in words if w.carries}:
            return _passive(between) == _passive(words)
    return False


def _passive(words: Sequence[Word]) -> bool:
    return any(word.folded == "by" for word in words)


def _folded_in(text: Prose, name: Name) -> bool:
    return name.last in _folded(text)


@lru_cache(maxsize=5_000)
def _folded(text: Prose) -> frozenset[str]:
    return frozenset(part for word in text.words for part in (word.folded, word.folded.replace(".", "")))
