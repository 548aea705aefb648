"""Lists in an article: what announces a list and its items are found, read and cited together."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import takewhile

import sqlalchemy as sa

from qa.catalogue.rows import body_of
from qa.catalogue.tables import blocks, versions
from qa.types import Paragraph, Passage

MOST = 20
"""Items of a list that are taken together."""
_READ = 1_200
"""Characters that surely fit into what the reading model reads at once, with question and title."""
_ORDINAL = re.compile(
    r"(?:The |A |An )?(?:(first)|(second)|(third)|(fourth)|(fifth)|(sixth)|(last|final))(?:ly)?\b", re.IGNORECASE
)


def with_its_list(db: sa.Connection, passage: Passage, place: int) -> Passage:
    """See ``in_its_list``; ``place`` is the paragraph's among the blocks of its version."""
    around = _around(db, passage.source.version, place)
    return in_its_list(passage, around, next(i for i, one in enumerate(around) if one.start == passage.paragraph.start))


def in_its_list(passage: Passage, around: Sequence[Paragraph], at: int) -> Passage:
    """The passage with the list or the paragraph that it announces; in the place of an item, the passage of its list.

    Of a list that no paragraph announces, since it opens the text or stands under a heading, that is its first item. An
    item too far down to be read with them stays, and counts the paragraph before the list as the one before it.

    Args:
        passage: as it was found.
        around: blocks of the version in their order.
        at: where in ``around`` the passage's paragraph is.
    """
    first, end = _list_of(around, at)
    if first == end:
        return _announcing(passage, around, at)
    led = around[first - 1] if first else None
    begin = led if led and led.number is not None else around[first]
    if around[at].end - begin.start > _READ:
        return replace(passage, before=led)
    before = around[first - 2] if begin is led and first > 1 else led
    whole = Passage(f"{begin.paragraph_id}.0", begin, passage.source, begin.start, begin.end, begin.text)
    return replace(whole, before=before, items=tuple(around[first:end][:MOST]))


def _announcing(passage: Passage, around: Sequence[Paragraph], at: int) -> Passage:
    """With the list that follows; behind a colon, with the paragraph."""
    if passage.end != passage.paragraph.end or at + 1 == len(around):  # of a very long one, not the last slice
        return passage
    first, end = _list_of(around, at + 1)
    if first == at + 1 < end:
        return replace(passage, items=tuple(around[first:end][:MOST]))
    follows = passage.text.endswith(":") and around[at + 1].number is not None
    return replace(passage, announced=around[at + 1]) if follows else passage


def may_be_of_a_list(passage: Passage, next_kind: str | None) -> bool:
    """Whether it is worth to look at what stands around it."""
    kinds = {passage.paragraph.kind, next_kind}
    return "list_item" in kinds or passage.text.endswith(":") or _ordinal(passage.paragraph) > 0


def _list_of(around: Sequence[Paragraph], at: int) -> tuple[int, int]:
    """The first block of the list of which this block is an item, and the one behind its last; none, if it is none."""
    run = _bullets if around[at].kind == "list_item" else _counted
    return run(around, at)


def _bullets(around: Sequence[Paragraph], at: int) -> tuple[int, int]:
    def count(blocks: Sequence[Paragraph]) -> int:
        return len(list(takewhile(lambda one: one.kind == "list_item", blocks)))

    return at - count(around[:at][::-1]), at + count(around[at:])


def _counted(around: Sequence[Paragraph], at: int) -> tuple[int, int]:
    """Paragraphs that count themselves: 'The first charge is …', 'The second …', 'A third …', 'The last …'."""
    places = [_ordinal(one) for one in around]
    first = at
    while first and 0 < places[first - 1] < places[first]:
        first -= 1
    end = at + 1
    while end < len(places) and places[end] > places[end - 1]:
        end += 1
    return (first, end) if places[first] == 1 and end - first > 1 else (at, at)


def _ordinal(paragraph: Paragraph) -> int:
    """1 for what begins with 'The first', and so on; 0 for what counts nothing."""
    found = _ORDINAL.match(paragraph.text) if paragraph.kind == "paragraph" else None
    return found.lastindex or 0 if found else 0


def _around(db: sa.Connection, version: str, place: int) -> list[Paragraph]:
    query = (
        sa.select(blocks, body_of(blocks).label("body"))
        .join(versions, versions.c.version == blocks.c.version)
        .where(blocks.c.version == version, blocks.c.place.between(place - MOST - 2, place + MOST))
        .order_by(blocks.c.place)
    )
    return [
        Paragraph(row.number, row.paragraph_id, row.kind, row.start, row.end, row.body) for row in db.execute(query)
    ]
