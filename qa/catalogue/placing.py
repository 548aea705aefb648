"""An article's blocks in their places: numbers, offsets and ids, and the passages that they are cut into."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

from qa.catalogue.identity import digest
from qa.types import NUMBERED, Article, Paragraph

LONGEST_PASSAGE = 1_800
"""Characters. A longer paragraph is cut into passages: the models read 512 tokens, and then stop."""


def passage_bounds(text: str) -> Iterator[tuple[int, int]]:
    """The slices of a paragraph that are retrieved: nearly always the whole of it."""
    if len(text) <= LONGEST_PASSAGE:
        yield 0, len(text)
        return
    start = 0
    while len(text) - start > LONGEST_PASSAGE:
        window = text[start : start + LONGEST_PASSAGE]
        cut = max(window.rfind(". "), window.rfind("! "), window.rfind("? "))
        cut = cut + 1 if cut > LONGEST_PASSAGE // 2 else window.rfind(" ")
        cut = cut if cut > LONGEST_PASSAGE // 2 else LONGEST_PASSAGE
        yield start, start + cut
        start += cut
    yield start, len(text)


def placed(article_id: str, article: Article) -> Iterator[Paragraph]:
    """The blocks with their offsets, numbers and ids; an id is made of the text, counted where it repeats."""
    start, number, repeats = 0, 0, dict[str, int]()
    for block in article.blocks:
        repeats[block.text] = repeats.get(block.text, 0) + 1
        counts = block.kind in NUMBERED
        number += counts
        identifier = "p_" + digest(article_id, block.text, str(repeats[block.text]))
        end = start + len(block.text)
        yield Paragraph(number if counts else None, identifier, block.kind, start, end, block.text)
        start = end + 2


def columns(article: Article) -> dict[str, Any]:
    names = ("title", "source", "published_at", "updated_at", "url", "language", "section", "genre", "origin")
    return {name: getattr(article, name) for name in names} | {"authors": json.dumps(article.authors)}


def block_row(version: str, place: int, paragraph: Paragraph) -> dict[str, Any]:
    return {
        "version": version, "place": place, "number": paragraph.number, "paragraph_id": paragraph.paragraph_id,
        "kind": paragraph.kind, "start": paragraph.start, "end": paragraph.end,
    }  # fmt: skip
