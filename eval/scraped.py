"""How well plain text as scraped is cut: the 20 texts of eval/sets/scraped, each line labelled by hand.

    python -m eval.scraped [--half tune|held] [--wrong]

A labelled block is of the right kind if the reader gives it with its text and kind in its place, or, for furniture
and headlines, if the reader leaves it out. Precision and recall are of the (kind, text) pairs that make up the
article: a paragraph that holds a line too many is wrong in both, and furniture that was kept costs precision.
"""

from __future__ import annotations

import argparse
import difflib
import json
import re
import sys
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from qa.errors import IngestError
from qa.ingest.normal import compared, plain_lines, plain_text
from qa.ingest.scraped import read_scraped
from qa.types import Article, BlockKind

SET = Path(__file__).parent / "sets" / "scraped"
HALVES = ("tune", "held")

Label = BlockKind | Literal["title", "furniture"]
"""What a person calls a block of the page; headlines and furniture are no part of the article's blocks."""

_LEFT_OUT = frozenset({"title", "furniture"})
_MARKS = {"list_item": r"^(?:[-\u2022]|\d+\.) ", "quote": "^> "}


@dataclass(frozen=True, slots=True)
class Labelled:
    """One block of a page: its text, one line each for a table's rows, and its kind."""

    kind: Label
    text: str


@dataclass(frozen=True, slots=True)
class Page:
    """A text as scraped, and what a person reads in it."""

    name: str
    half: str
    text: str
    blocks: tuple[Labelled, ...]
    title: str
    source: str | None
    published: str | None


@dataclass(frozen=True, slots=True)
class Compared:
    """What one page's reader got right.

    Attributes:
        wrong: one line for each block that was missed, made up or kept though it is furniture.
        labelled, right: blocks of the page, and how many of them are of the right kind.
        expected, read, matched: blocks of the article by hand, as read, and in both.
        fields: whether title, source and day of publication are right.
    """

    page: Page
    wrong: tuple[str, ...]
    labelled: int
    right: int
    expected: int
    read: int
    matched: int
    fields: dict[str, bool]


def pages(half: str | None = None) -> Iterator[Page]:
    """The set, in order of the files' names.

    Raises:
        ValueError: a line has no label, or two.
    """
    for path in sorted(SET.glob("*/*.txt"), key=lambda path: path.name):
        if half in (None, path.parent.name):
            yield _page(path)


def compare(page: Page) -> Compared:
    """Read the page and hold the article against its labels."""
    article = _read(page)
    expected = [block for block in page.blocks if block.kind not in _LEFT_OUT]
    read = [Labelled(block.kind, block.text) for block in article.blocks] if article else []
    matched, missed, extra = _matched(expected, read)
    kept = [block for block in page.blocks if block.kind in _LEFT_OUT and _is_within(block.text, extra)]
    return Compared(
        page=page,
        wrong=(
            *(f"missed  {block.kind:<10} {block.text}" for block in missed),
            *(f"read    {block.kind:<10} {block.text}" for block in extra),
        ),
        labelled=len(page.blocks),
        right=len(page.blocks) - len(missed) - len(kept),
        expected=len(expected),
        read=len(read),
        matched=matched,
        fields=_fields(page, article),
    )


def table(compared_pages: Sequence[Compared]) -> str:
    """The figures of each half and of all."""
    rows = ["half   texts  blocks   right kind   precision   recall   title   source   published"]
    for half in (*HALVES, "all"):
        chosen = [one for one in compared_pages if half in (one.page.half, "all")]
        if chosen:
            rows.append(_row(half, chosen))
    return "\n".join(rows)


def main(arguments: list[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="python -m eval.scraped", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--half", choices=HALVES, help="this half alone")
    parser.add_argument("--wrong", action="store_true", help="show each block that was read wrongly")
    options = parser.parse_args(arguments)
    results = [compare(page) for page in pages(options.half)]
    if options.wrong:
        for one in results:
            fields = ", ".join(name for name, right in one.fields.items() if not right)
            print(
                f"{one.page.name}: {one.right} of {one.labelled} blocks right{f'; wrong: {fields}' if fields else ''}"
            )
            print("".join(f"  {line[:140]}\n" for line in one.wrong), end="")
    print(table(results))
    return 0


def _page(path: Path) -> Page:
    text = path.read_bytes().decode()
    lines = plain_lines(text)
    labels = json.loads(path.with_suffix(".blocks.json").read_text())
    covered = [number for block in labels["blocks"] for number in range(block["lines"][0], block["lines"][1] + 1)]
    if covered != [number for number, line in enumerate(lines, start=1) if line.strip()]:
        raise ValueError(f"{path}: every line that is not blank needs one label, in order")
    return Page(
        name=path.stem,
        half=path.parent.name,
        text=text,
        blocks=tuple(_labelled(block, lines) for block in labels["blocks"]),
        title=labels["title"],
        source=labels["source"],
        published=labels["published"],
    )


def _labelled(block: dict[str, Any], lines: Sequence[str]) -> Labelled:
    first, last = block["lines"]
    kind: Label = block["kind"]
    own = [_without_mark(kind, line) for line in lines[first - 1 : last]]
    return Labelled(kind, "\n".join(own) if kind == "table" else plain_text(" ".join(own)))


def _without_mark(kind: Label, line: str) -> str:
    """The line without its bullet, number or '>': readers of all formats take these for markup."""
    return re.sub(_MARKS[kind], "", line) if kind in _MARKS else line


def _read(page: Page) -> Article | None:
    try:
        return read_scraped(page.text, origin=page.name)
    except IngestError:
        return None


def _matched(expected: list[Labelled], read: list[Labelled]) -> tuple[int, list[Labelled], list[Labelled]]:
    """How many blocks stand in both, in the same order; those of the first alone; those of the second alone."""
    by_hand, by_reader = ([(block.kind, _key(block)) for block in blocks] for blocks in (expected, read))
    found = difflib.SequenceMatcher(None, by_hand, by_reader, autojunk=False).get_matching_blocks()
    in_expected = {place for run in found for place in range(run.a, run.a + run.size)}
    in_read = {place for run in found for place in range(run.b, run.b + run.size)}
    missed = [block for place, block in enumerate(expected) if place not in in_expected]
    extra = [block for place, block in enumerate(read) if place not in in_read]
    return len(in_expected), missed, extra


def _key(block: Labelled) -> str:
    """The text word for word; of a table its cells, however they are parted."""
    return " ".join(block.text.replace("|", " ").split()) if block.kind == "table" else block.text


def _is_within(text: str, extra: Sequence[Labelled]) -> bool:
    """Whether a block that was read wrongly is this one or holds its words."""
    return any(f" {_words(text)} " in f" {_words(block.text)} " for block in extra)


def _words(text: str) -> str:
    return " ".join(text.replace("|", " ").split())


def _fields(page: Page, article: Article | None) -> dict[str, bool]:
    if article is None:
        return dict.fromkeys(("title", "source", "published"), False)
    return {
        "title": article.title == page.title,
        "source": compared(article.source or "") == compared(page.source or ""),
        "published": (article.published_at or "")[:10] == (page.published or ""),
    }


def _row(half: str, chosen: Sequence[Compared]) -> str:
    labelled, right = sum(one.labelled for one in chosen), sum(one.right for one in chosen)
    matched = sum(one.matched for one in chosen)
    precision = matched / max(sum(one.read for one in chosen), 1)
    recall = matched / max(sum(one.expected for one in chosen), 1)
    counts = [sum(one.fields[name] for one in chosen) for name in ("title", "source", "published")]
    figures = f"{100 * right / labelled:>8.1f} %  {100 * precision:>8.1f} % {100 * recall:>7.1f} %"
    return f"{half:<5} {len(chosen):>6} {labelled:>7} {figures}  {counts[0]:>5} {counts[1]:>8} {counts[2]:>11}"


if __name__ == "__main__":
    sys.exit(main())
