"""What every rule gets to see, and what it says: a statement beside what it rests on."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qa.types import Source
from qa.verify.prose import Prose, prose

_MOST = 3  # sentences of the ground that one statement tells
_GAIN = 2  # words that a further sentence must bring


@dataclass(frozen=True, slots=True)
class Finding:
    """What speaks against a statement, in one plain line that a reader understands."""

    verdict: Literal["partial", "unsupported", "contradicted"]
    reason: str


@dataclass(frozen=True)
class Ground:
    """What a statement rests on.

    Attributes:
        text: the cited paragraphs, parted by blank lines.
        sources: the articles they are of: title, outlet, authors and day tell who is meant, and when.
        background: other paragraphs that were offered of the same articles; they tell only how a name is in full.
    """

    text: Prose
    sources: tuple[Source, ...] = ()
    background: str = ""

    @cached_property
    def context(self) -> Prose:
        """What is known of the articles as a whole."""
        parts = [part for s in self.sources for part in (s.title, s.source or "", *s.authors)]
        return prose("\n\n".join(part for part in parts if part), whole=True)

    @cached_property
    def days(self) -> tuple[dt.date, ...]:
        """The days on which the articles were published or changed."""
        dates = (date for s in self.sources for date in (s.published_at, s.updated_at) if date)
        return tuple(dict.fromkeys(dt.date.fromisoformat(date[:10]) for date in dates))


@dataclass(frozen=True)
class Case:
    """A statement and its ground."""

    statement: Prose
    ground: Ground

    @cached_property
    def told(self) -> tuple[int, ...]:
        """Indices of the ground's sentences that the statement tells: the fewest that have most of its words."""
        return told(self.statement.roots, self.ground.text)

    def told_beside(self, start: int, end: int) -> tuple[int, ...]:
        """The same, by the statement's words outside ``[start:end]``."""
        words = (word for word in self.statement.carrying if word.end <= start or word.start >= end)
        return told(frozenset(word.root for word in words), self.ground.text)

    @cached_property
    def told_roots(self) -> frozenset[str]:
        return frozenset().union(*(self.ground.text.roots_by_sentence[number] for number in self.told))

    @cached_property
    def told_text(self) -> str:
        return " ".join(self.ground.text.text[slice(*self.ground.text.sentences[n])] for n in self.told)


Rule = Callable[[Case], Finding | None]


def told(roots: frozenset[str], text: Prose) -> tuple[int, ...]:
    """Which sentences of ``text`` have these roots: greedily, as long as a further one brings something."""
    left, chosen = set(roots), list[int]()
    while left and len(chosen) < _MOST:
        gains = [(len(left & s), -len(s - roots), -n) for n, s in enumerate(text.roots_by_sentence) if n not in chosen]
        gain, _, number = max(gains, default=(0, 0, 0))
        if gain < (1 if not chosen else _GAIN):
            break
        chosen.append(-number)
        left -= text.roots_by_sentence[-number]
    return tuple(sorted(chosen))


def strongest(findings: Sequence[Finding]) -> Finding | None:
    """The gravest finding; of equals the first."""
    order = {"contradicted": 0, "unsupported": 1, "partial": 2}
    return min(findings, key=lambda finding: order[finding.verdict], default=None)
