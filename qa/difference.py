"""What changed from one version of an article to another, paragraph by paragraph. Pure: versions in, a value out."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from qa.types import Block, Paragraph, Source, Version

ChangeKind = Literal["kept", "moved", "edited", "added", "removed"]

_ALIKE = 0.5  # share of words in common from which on a paragraph counts as edited, not replaced
_WINDOW = 50  # new paragraphs on either side that may be the edited one; keeps a rewritten book from costing hours
_WORD = re.compile(r"[\u3040-\u30ff\u3400-\u9fff]|[^\W\u3040-\u30ff\u3400-\u9fff]+")
_FIELDS = ("title", "source", "authors", "published_at", "updated_at", "url", "language", "section", "genre")


@dataclass(frozen=True, slots=True)
class Change:
    """What became of one block.

    Attributes:
        kind: ``kept``: its text stands, in the order in which it stood; its number may be another, as something came
            or went before it. ``moved``: its text stands in another place among those that stayed. ``edited``: its
            words changed, more than half of them stayed. ``added``, ``removed``.
        before: the block in the older version; None if it was added.
        after: the block in the newer version; None if it was removed.
    """

    kind: ChangeKind
    before: Paragraph | None
    after: Paragraph | None


@dataclass(frozen=True, slots=True)
class FieldChange:
    """A field that both versions give differently."""

    name: str
    before: str | None
    after: str | None


@dataclass(frozen=True)
class Difference:
    """From one version to another of the same article.

    Attributes:
        before: id of the older version.
        after: id of the newer version.
        fields: title, dates and so on, where they differ.
        changes: every block of both, in the newer version's order; what was removed stands where it stood.
    """

    article_id: str
    before: str
    after: str
    fields: tuple[FieldChange, ...]
    changes: tuple[Change, ...]

    @cached_property
    def edited(self) -> frozenset[Paragraph]:
        """The older version's blocks that were edited."""
        return frozenset(c.before for c in self.changes if c.kind == "edited" and c.before)

    def apply(self, older: Version) -> tuple[Block, ...]:
        """The newer version's blocks, made of the older version and of what was added or edited."""
        by_id = {block.paragraph_id: block for block in older.paragraphs}
        return tuple(_applied(change, by_id) for change in self.changes if change.after is not None)


def compare(older: Version, newer: Version) -> Difference:
    """The difference between two versions of one article."""
    before, after = older.paragraphs, newer.paragraphs
    came_from = _same(before, after)
    in_order = _longest_rising([came_from[place] for place in sorted(came_from)])
    edits = _edits(before, after, came_from)
    return Difference(
        article_id=newer.source.article_id,
        before=older.source.version,
        after=newer.source.version,
        fields=tuple(_field_changes(older.source, newer.source)),
        changes=tuple(_changes(before, after, came_from | edits, in_order, set(edits))),
    )


def _applied(change: Change, older: dict[str, Paragraph]) -> Block:
    assert change.after is not None
    if change.kind in {"kept", "moved"}:
        block = older[change.after.paragraph_id]
        return Block(block.kind, block.text)
    return Block(change.after.kind, change.after.text)


def _same(before: Sequence[Paragraph], after: Sequence[Paragraph]) -> dict[int, int]:
    """For each place in the newer version the place in the older one of the same block."""
    places = {(block.paragraph_id, block.kind): place for place, block in enumerate(before)}
    found = {place: places.get((block.paragraph_id, block.kind)) for place, block in enumerate(after)}
    return {place: old for place, old in found.items() if old is not None}


def _longest_rising(places: Sequence[int]) -> set[int]:
    """The most of these that stand in rising order: what is left over is what was moved (patience sorting)."""
    piles: list[int] = []
    tops: list[int] = []  # indexes into places
    below: list[int | None] = []
    for index, place in enumerate(places):
        pile = bisect_left(piles, place)
        below.append(tops[pile - 1] if pile else None)
        piles[pile : pile + 1] = [place]
        tops[pile : pile + 1] = [index]
    kept: set[int] = set()
    at = tops[-1] if tops else None
    while at is not None:
        kept.add(places[at])
        at = below[at]
    return kept


def _edits(before: Sequence[Paragraph], after: Sequence[Paragraph], same: dict[int, int]) -> dict[int, int]:
    """The same for blocks that are neither kept nor moved, and alike: the likest first, each once."""
    stayed = set(same.values())
    gone = [place for place in range(len(before)) if place not in stayed]
    fresh = [place for place in range(len(after)) if place not in same]
    old_words = [Counter(_WORD.findall(before[place].text.casefold())) for place in gone]
    new_words = [Counter(_WORD.findall(after[place].text.casefold())) for place in fresh]
    pairs = [
        (-likeness, i, j)
        for i, mine in enumerate(old_words)
        for j in range(max(i - _WINDOW, 0), min(i + _WINDOW + 1, len(fresh)))
        if (likeness := _likeness(mine, new_words[j])) >= _ALIKE
    ]
    found: dict[int, int] = {}
    taken: set[int] = set()
    for _, i, j in sorted(pairs):
        if i not in taken and fresh[j] not in found:
            taken.add(i)
            found[fresh[j]] = gone[i]
    return found


def _likeness(one: Counter[str], other: Counter[str]) -> float:
    size = one.total() + other.total()
    return 2 * (one & other).total() / size if size else 0.0


def _changes(
    before: Sequence[Paragraph],
    after: Sequence[Paragraph],
    came_from: dict[int, int],
    in_order: set[int],
    edits: set[int],
) -> Iterator[Change]:
    used = set(came_from.values())
    removed = [place for place in range(len(before)) if place not in used]
    for place, block in enumerate(after):
        old = came_from.get(place)
        if old is None:
            yield Change("added", None, block)
            continue
        while removed and old in in_order and removed[0] < old:
            yield Change("removed", before[removed.pop(0)], None)
        kind: ChangeKind = "edited" if place in edits else "kept" if old in in_order else "moved"
        yield Change(kind, before[old], block)
    for place in removed:
        yield Change("removed", before[place], None)


def _field_changes(older: Source, newer: Source) -> Iterator[FieldChange]:
    for name in _FIELDS:
        before, after = getattr(older, name), getattr(newer, name)
        if before != after:
            yield FieldChange(name, _shown(before), _shown(after))


def _shown(value: str | tuple[str, ...] | None) -> str | None:
    return ", ".join(value) if isinstance(value, tuple) else value
