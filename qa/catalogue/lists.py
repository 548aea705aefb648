"""Lists in an article: what announces a list and its items are found, read and cited together. Pure."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

from qa.types import Paragraph, Passage, whole

MOST = 20
"""Items of a list; each of a longer one stays by itself, since it could not be told whole."""
_READ = 1_200
"""Characters that surely fit into what the reading model reads at once, with question and title."""
_PLACES = {"first": 1, "second": 2, "third": 3, "fourth": 4, "fifth": 5, "sixth": 6, "last": 7, "final": 7}
_ORDINAL = re.compile(
    r"(?:the|a|an) (?P<noun>first|second|third|fourth|fifth|sixth|last|final)"
    r"(?! (?:time|night|week|weekend|month|year|day|days|weeks|months|years|minister|lady)\b)\b"
    r"|(?P<opening>first|second|third|fourth|fifth|sixth)(?:ly)?(?=[,:]| off,| of all)|(?P<ending>last|final)ly\b",
    re.IGNORECASE,
)


def may_be_of_a_list(passage: Passage, next_kind: str | None) -> bool:
    """Whether it is worth to look at what stands around it.

    Args:
        passage: as it was found.
        next_kind: the kind of the block behind its paragraph.
    """
    kinds = {passage.paragraph.kind, next_kind}
    return "list_item" in kinds or _announces(passage.text) or _ordinal(passage.paragraph) > 0


def in_its_list(passage: Passage, around: Sequence[Paragraph], at: int) -> Passage:
    """The passage with the list or the paragraph that it announces; in the place of an item, the passage of its list.

    Of a list that no paragraph announces, since it opens the text or stands under a heading, that is its first item. An
    item too far down to be read with them stays, and counts the paragraph before the list as the one before it.

    Args:
        passage: as it was found.
        around: the version's blocks in their order.
        at: where in ``around`` the passage's paragraph is.
    """
    first, end = _list_of(around, at)
    if first == end:
        return _announcing(passage, around, at)
    led = around[first - 1] if first else None
    begin = led if led and _leads(led, around[first]) else around[first]
    if end - first > MOST or around[at].end - begin.start > _READ:
        return replace(passage, before=led)
    before = around[first - 2] if begin is led and first > 1 else led
    return replace(whole(begin, passage.source), before=before, items=tuple(around[first:end]))


def _announcing(passage: Passage, around: Sequence[Paragraph], at: int) -> Passage:
    """With the list that it leads to; behind a colon, with the paragraph."""
    if passage.end != passage.paragraph.end or at + 1 == len(around):  # of a very long one, not the last slice
        return passage
    first, end = _list_of(around, at + 1)
    if first == at + 1 < end:
        leads = end - first <= MOST and _leads(around[at], around[first])
        return replace(passage, items=tuple(around[first:end])) if leads else passage
    follows = _announces(passage.text) and around[at + 1].number is not None
    return replace(passage, announced=around[at + 1]) if follows else passage


def _leads(block: Paragraph, item: Paragraph) -> bool:
    """Whether the block before a list is of it: any paragraph before points, one with a colon before paragraphs."""
    return block.number is not None and (item.kind == "list_item" or _announces(block.text))


def _announces(text: str) -> bool:
    return text.endswith(":")


def _list_of(around: Sequence[Paragraph], at: int) -> tuple[int, int]:
    """The first block of the list of which this block is an item, and the one behind its last; alike, if it is none."""
    run = _bullets if around[at].kind == "list_item" else _counted
    return run(around, at)


def _bullets(around: Sequence[Paragraph], at: int) -> tuple[int, int]:
    def count(blocks: Sequence[Paragraph]) -> int:
        return len(list(takewhile(lambda one: one.kind == "list_item", blocks)))

    return at - count(around[:at][::-1]), at + count(around[at:])


def _counted(around: Sequence[Paragraph], at: int) -> tuple[int, int]:
    """Paragraphs that count themselves: 'The first charge is …', 'The second …', 'A third …', 'The last …'."""
    first = at
    while first and 0 < _ordinal(around[first - 1]) < _ordinal(around[first]):
        first -= 1
    end = at + 1
    while end < len(around) and _ordinal(around[end]) > _ordinal(around[end - 1]):
        end += 1
    return (first, end) if _ordinal(around[first]) == 1 and end - first > 1 else (at, at)


def _ordinal(paragraph: Paragraph) -> int:
    """1 for what begins with 'The first', and so on; 0 for what counts nothing."""
    found = _ORDINAL.match(paragraph.text) if paragraph.kind == "paragraph" else None
    return _PLACES[found[found.lastgroup].casefold()] if found and found.lastgroup else 0
