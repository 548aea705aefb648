"""Articles one after another, as many as are wanted: those of realtimeqa_news, then mutated copies of them."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate, count
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from eval import realtimeqa
from eval.scale.mutation import mutated, names_in

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from eval.realtimeqa import Record

_NAMED = 500  # articles from which the names of copies are taken


@dataclass(frozen=True, slots=True)
class Grown:
    """An article; for a mutated copy also what it is a copy of."""

    record: Record
    original: Record | None = None


class Growth:
    """The articles in the order in which they come, and the questions on the first of them.

    Args:
        data: the folder realtimeqa_news.
        most_real: real paragraphs, about; copies follow. None for all there are.
        seed: of the mutation.
    """

    def __init__(self, data: Path, *, most_real: int | None, seed: int) -> None:
        whole = realtimeqa.in_order(data)
        readable = [_with_outlet(record) for record in whole.articles if record["paragraphs"]]
        self._real = readable[: _reaching(readable, most_real) if most_real else None]
        self._asked = whole.questions
        self._seed = seed

    @property
    def real_paragraphs(self) -> int:
        return sum(len(record["paragraphs"]) for record in self._real)

    def articles(self) -> Iterator[Grown]:
        """Without end."""
        yield from (Grown(record) for record in self._real)
        for turn in count(1):
            for record in self._real:
                yield Grown(mutated(record, turn, self._names, self._seed), record)

    def reaching(self, paragraphs: int) -> int:
        """How many articles it takes to have so many paragraphs."""
        sizes = [len(record["paragraphs"]) for record in self._real]
        turns, rest = divmod(paragraphs, sum(sizes))
        return turns * len(sizes) + (_reaching(self._real, rest) if rest else 0)

    def questions(self, articles: int) -> list[tuple[Record, Record]]:
        """The questions that the first so many articles answer, each with the first article of its gold."""
        held = {record["id"]: record for record in self._real[:articles]}
        return [
            (question, held[question["gold"][0]["article"]])
            for question in self._asked
            if {gold["article"] for gold in question["gold"]} <= held.keys()
        ]

    @cached_property
    def _names(self) -> list[str]:
        return names_in(text for record in self._real[:_NAMED] for text in record["paragraphs"])


def _reaching(records: list[Record], paragraphs: int) -> int:
    sums = accumulate(len(record["paragraphs"]) for record in records)
    return next((place for place, total in enumerate(sums, 1) if total >= paragraphs), len(records))


def _with_outlet(record: Record) -> Record:
    """The data name no outlets; the host stands for one, so that there is something to filter by."""
    return {**record, "source": (urlsplit(record["url"]).hostname or "").removeprefix("www.") or None}
