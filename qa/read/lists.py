"""An answer that is a list: the sentence that announces it, and its items, each with a citation of its own.

A list is told whole, since one item alone would pass for all of it. One item is told only where the question has more
of its words than of any other's: 'What happens to dogs on the beach?'
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from itertools import islice

from qa.read.candidate import Candidate
from qa.types import Paragraph, Passage
from qa.words import stems

_GOES_ON = re.compile(r"\s*[;,](?:\s+(?:and|or))?$")
_PLAINLY = 2


def meant(question: str, candidates: Sequence[Candidate]) -> Candidate:
    """The best sentence; of a list, the item that the question plainly means, by two words or more.

    Args:
        question: what was asked.
        candidates: all that was read, best first.
    """
    first = candidates[0]
    if not first.is_item:
        return first
    passage, shared = first.hit.passage, _shared(question, first)
    item = _most(shared)
    if item is None or shared[item] < _PLAINLY:
        return first
    return next((one for one in candidates if one.hit.passage == passage and one.paragraph == item), first)


def wanted(question: str, first: Candidate) -> tuple[Paragraph, ...]:
    """The list of which the sentence is an item; none where it is of none, or where just this item is meant."""
    if not first.is_item:
        return ()
    return () if _most(_shared(question, first)) == first.paragraph else first.hit.passage.items


def _shared(question: str, first: Candidate) -> dict[Paragraph, int]:
    """Of each item of the list, how many words of the question it has that what stands before the list has not."""
    passage = first.hit.passage
    before = [one.text for one in (passage.before, passage.paragraph) if one and one not in passage.items]
    asked = stems(question) - stems(" ".join((passage.source.title, *before)))
    return {item: len(asked & stems(item.text)) for item in passage.items}


def _most(shared: Mapping[Paragraph, int]) -> Paragraph | None:
    """The item with more than any other; None where there is none."""
    first, *others = sorted(shared, key=lambda item: -shared[item])
    return first if shared[first] > (shared[others[0]] if others else 0) else None


def without_end(item: Paragraph) -> tuple[int, int, str]:
    """The item by its places in the article's text, without the '; and' by which a list goes on."""
    text = _GOES_ON.sub("", item.text) or item.text
    return item.start, item.start + len(text), text


def announcing(passage: Passage, candidates: Sequence[Candidate]) -> Candidate | None:
    """The sentence that announces the passage's list: the one with the colon, or else its best; None if none does."""
    own = [one for one in candidates if one.hit.passage == passage and one.paragraph == passage.paragraph]
    if not own or own[0].is_item:
        return None
    return next((one for one in own if one.text.endswith(":")), own[0])


def announced(first: Candidate, candidates: Sequence[Candidate]) -> list[Candidate]:
    """Where a colon ends the best sentence and a paragraph follows, the best sentence of that paragraph.

    Args:
        first: the sentence that answers best.
        candidates: all that was read, best first.
    """
    passage = first.hit.passage
    if passage.announced is None or not first.text.endswith(":"):
        return []
    following = (one for one in candidates if one.hit.passage == passage and one.paragraph == passage.announced)
    return list(islice(following, 1))
