"""What other reports say of the same fact: the same, another figure, or a later one.

Reports are told apart by ``Source.report``: copies of one agency story are one report, and so is a sentence that
another outlet prints word for word. Only another outlet's report is independent. Two outlets that give different
counts of one thing within a few weeks disagree, and both are shown. The same outlet's later count is a development of
its story, and the later one is shown. Figures are compared as values ('1,940' and '1940'), and only where they count
the same thing: 163 homes against 171 homes.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from qa.read.candidate import Candidate
from qa.read.expected import MEASURED, kind_of
from qa.read.several import asks_for_several
from qa.read.thresholds import AGREES, DIFFERS, WORDS
from qa.read.values import Value, day_in, values
from qa.words import content_words, words

_ONE_MATTER = 45
"""Days within which two articles tell of the same state of things."""
_COPIED = 0.8
"""Share of common words from which a sentence is another's copy."""
_NOUN = 20
"""Characters behind the words that answer, where what they count may stand."""


def latest(question: str, candidates: Sequence[Candidate]) -> list[Candidate]:
    """The candidates; in front the newest that the first one's own outlet has, where it tells the same fact anew.

    A question that names a day or a year asks for the state of then, and is left alone.
    """
    first, *others = candidates
    if kind_of(question) not in MEASURED or day_in(question):
        return list(candidates)
    newer = [one for one in _of_other_reports(first, others) if _differs(question, first, one) and _follows(one, first)]
    if not newer:
        return list(candidates)
    newest = max(newer, key=lambda one: one.source.published_at or "")
    return [newest, *(one for one in candidates if one is not newest)]


def difference(question: str, first: Candidate, candidates: Sequence[Candidate]) -> Candidate | None:
    """The best sentence of another outlet with another figure for the same fact; None where there is none."""
    if kind_of(question) not in MEASURED:
        return None
    for one in _of_other_reports(first, candidates):
        if one.outlet != first.outlet and _differs(question, first, one):
            return one
    return None


def reports(question: str, said: Candidate, candidates: Sequence[Candidate]) -> int:
    """How many independent reports say so, its own among them."""
    alike = [one for one in _of_other_reports(said, candidates) if one.logit >= AGREES and _agrees(question, said, one)]
    own = [said]
    for one in alike:
        if not any(one.outlet == other.outlet or _is_copy(one, other) for other in own):
            own.append(one)
    return len(own)


def _of_other_reports(first: Candidate, candidates: Sequence[Candidate]) -> Iterator[Candidate]:
    """The best candidate of each report but the first one's."""
    seen = {first.source.report}
    for one in candidates:
        if one.source.report not in seen:
            seen.add(one.source.report)
            yield one


def _differs(question: str, first: Candidate, one: Candidate) -> bool:
    """Whether it answers too, of the same time, with another value for the same thing."""
    if one.logit < DIFFERS or min(first.words.score, one.words.score) < WORDS or _days_apart(first, one) > _ONE_MATTER:
        return False
    told, other = _counted(first), _counted(one)
    if len(told) != 1 or len(other) != 1 or told[0].same_as(other[0]) or not told[0].like(other[0]):
        return False
    # Two sums of one council, two shares of one vote, are seldom the same thing: only where the question says so.
    return bool(told[0].noun) or asks_for_several(question)


def _agrees(question: str, said: Candidate, one: Candidate) -> bool:
    if one.words.score < WORDS:
        return False
    if kind_of(question) in MEASURED - {"date"}:  # '2026' alone is not 'autumn 2026'
        return any(a.same_as(b) for a in _counted(said) for b in _counted(one))
    mine, theirs = set(content_words(said.said)), set(content_words(one.said))
    return bool(mine and theirs) and (mine <= theirs or theirs <= mine)


def _is_copy(one: Candidate, other: Candidate) -> bool:
    mine, theirs = set(words(one.text)), set(words(other.text))
    return len(mine & theirs) >= _COPIED * min(len(mine), len(theirs))


def _follows(one: Candidate, first: Candidate) -> bool:
    later = (one.source.published_at or "")[:10] > (first.source.published_at or "9")[:10]
    return later and one.outlet == first.outlet


def _counted(candidate: Candidate) -> tuple[Value, ...]:
    """The values among the words that answer, each with the noun behind it."""
    text, end = candidate.hit.passage.read, candidate.words.end
    inside = len(values(candidate.said))
    return values(text[candidate.words.start : end + _NOUN])[:inside]


def _days_apart(one: Candidate, other: Candidate) -> int:
    """Between the days of publication; more than one matter's, where one of them is not known."""
    days = [c.source.day for c in (one, other) if c.source.day]
    return abs((days[0] - days[1]).days) if len(days) == 2 else _ONE_MATTER + 1
