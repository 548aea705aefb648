"""Sentences, windows and answer places in training rows: what the examples are cut from."""

from __future__ import annotations

import random
import re
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from eval.training.sources import Row

Place = tuple[int, int]
"""Start and end of a piece of text, in code points."""

_SENTENCE_END = re.compile(r"(?<=[.!?])[\"')\]”’]*\s+(?=[\"'“‘(\[]?[A-Z0-9])|\n+")
_SHORTEST = 25  # characters; less is an initial or an abbreviation, not a sentence
_TITLE_LIKE = 0.45  # how often a window keeps the first sentence, which says what the matter is, as a title does


def sentences(text: str) -> list[Place]:
    """Where sentences stand: roughly, since rows are many and a wrong cut costs one example."""
    found: list[Place] = []
    begin = 0
    for end in _SENTENCE_END.finditer(text):
        if end.end() - begin < _SHORTEST:
            continue
        found.append((begin, end.start() + len(end.group().rstrip())))
        begin = end.end()
    if text[begin:].strip():
        found.append((begin, len(text.rstrip())))
    return found


def answer_places(row: Row) -> list[Place]:
    """Where the annotators' answers stand in the context; an answer at a wrong offset is looked for."""
    text, found = row["context"], set()
    for answer in row["answers"]:
        words, start = answer["text"].strip(), answer["start"]
        if not words:
            continue
        if text[start : start + len(words)] != words:
            start = text.find(words)
        if start >= 0:
            found.add((start, start + len(words)))
    return sorted(found)


def mentions(text: str, words: str) -> bool:
    """Whether ``words`` stand in ``text`` as whole words, case and punctuation aside."""
    wanted = _plain(words)
    return bool(wanted) and f" {wanted} " in f" {_plain(text)} "


def tidy(text: str) -> str:
    """A text from which words were cut, without the double commas and empty brackets that this leaves."""
    text = re.sub(r"\s+([,.;:!?])", r"\1", text)
    text = re.sub(r",(\s*,)+", ",", text)
    text = re.sub(r",\s*([.;])", r"\1", text)
    text = re.sub(r"\(\s*\)", "", text)
    return re.sub(r"\s{2,}", " ", text).strip(" ,")


def window(count: int, keep: Collection[int], most: int, drop: Collection[int], rng: random.Random) -> list[int]:
    """Indices of up to about ``most`` sentences around those to keep, without those to drop."""
    low, high = min(keep), max(keep)
    wanted = rng.randint(max(1, high - low + 1), max(most, high - low + 1))
    while high - low + 1 < wanted:
        if rng.random() < 0.5 and low > 0:
            low -= 1
        elif high < count - 1:
            high += 1
        elif low > 0:
            low -= 1
        else:
            break
    chosen = [i for i in range(low, high + 1) if i not in drop]
    if chosen and chosen[0] > 0 and 0 not in drop and rng.random() < _TITLE_LIKE:
        chosen = [0, *chosen]
    return chosen


@dataclass(frozen=True, slots=True)
class Cut:
    """Some sentences of a text, joined; ``shift[i]`` moves an offset in sentence i to where it stands now."""

    text: str
    shift: dict[int, int]


def cut(text: str, places: Sequence[Place], chosen: Sequence[int]) -> Cut:
    joined, shift = "", {}
    for i in chosen:
        start, end = places[i]
        joined += " " if joined else ""
        shift[i] = len(joined) - start
        joined += text[start:end]
    return Cut(joined, shift)


def sentence_of(places: Sequence[Place], place: Place) -> int | None:
    """The index of the sentence in which a place begins."""
    return next((i for i, (start, end) in enumerate(places) if start <= place[0] < end), None)


def _plain(text: str) -> str:
    return re.sub(r"\W+", " ", text.lower()).strip()
