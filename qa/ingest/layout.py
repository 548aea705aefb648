"""Lines as they lie on printed pages -> headings and paragraphs in reading order.

In short, by measures taken from the pages themselves:

- A gutter that hardly any line crosses parts columns; the lines that cross it part what is above from what is below.
- A new paragraph begins at an indent, a gap, another size or weight of type, or behind a short last line.
- Larger or bold short lines are headings. Lines that come back at the same edge of several pages are page furniture.
- A word that is parted at a line's end is joined; its hyphen stays where the pages write it with one elsewhere.
"""

from __future__ import annotations

import itertools
import re
import statistics
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from qa.ingest.lines import byline, date_line, ends_sentence
from qa.ingest.normal import compared

_EDGE = 0.1  # of a page's height: where headers and footers stand
_GUTTER = 0.7  # of the type's size: narrower is a space between words
_MOST_LINES = 2_000  # of a page with columns; a broadsheet has some 800
_HYPHENS = "-\u00ad\u2010"
_PAGE_NUMBER = re.compile(r"\W*(?:page|seite|p\.?)?\s*\d{1,4}(?:\s*(?:/|of|von)\s*\d{1,4})?\W*", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Line:
    """A run of text on one base line; coordinates in points, from the page's lower left corner upwards.

    Attributes:
        size: height of the type.
    """

    text: str
    left: float
    right: float
    bottom: float
    size: float
    bold: bool


@dataclass(frozen=True, slots=True)
class PrintedBlock:
    kind: Literal["heading", "paragraph"]
    text: str
    size: float
    page: int


@dataclass(frozen=True, slots=True)
class _Run:
    """Lines of one paragraph in one column; ``open``: its column ends with it, so that it may go on elsewhere."""

    lines: tuple[Line, ...]
    page: int
    open: bool


def printed_blocks(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[PrintedBlock]:
    """The blocks of all pages in order.

    Args:
        pages: the lines of each page, as they were drawn.
        heights: the height of each page.
    """
    body = _body_size(pages)
    kept = _without_furniture(pages, heights)
    runs = [run for number, lines in enumerate(kept) for column in _columns(lines) for run in _runs(column, number)]
    spelling = Counter(word for lines in kept for line in lines for word in re.findall(r"[\w-]+", line.text.lower()))
    return [_block(group, body, spelling) for group in _joined(runs, body)]


def _body_size(pages: Sequence[Sequence[Line]]) -> float:
    sizes: Counter[float] = Counter()
    for lines in pages:
        for line in lines:
            sizes[round(line.size, 1)] += len(line.text)
    return sizes.most_common(1)[0][0] if sizes else 0.0


def _without_furniture(pages: Sequence[Sequence[Line]], heights: Sequence[float]) -> list[list[Line]]:
    """The pages without page numbers, and without what comes back at the edges of three of them or more."""
    seen: Counter[str] = Counter()
    for lines, height in zip(pages, heights, strict=True):
        seen.update({_without_digits(line.text) for line in lines if _at_edge(line, height)})
    return [
        [line for line in lines if not (_at_edge(line, height) and _comes_back(line.text, seen))]
        for lines, height in zip(pages, heights, strict=True)
    ]


def _comes_back(text: str, seen: Counter[str]) -> bool:
    return seen[_without_digits(text)] >= 3 or _PAGE_NUMBER.fullmatch(text) is not None


def _without_digits(text: str) -> str:
    return re.sub(r"\d+", "", compared(text))


def _at_edge(line: Line, height: float) -> bool:
    return line.bottom < _EDGE * height or line.bottom + line.size > (1 - _EDGE) * height


def _columns(lines: Sequence[Line], depth: int = 0) -> list[list[Line]]:
    """The lines column by column in reading order; one column where no gutter is found."""
    gutter = _gutter(lines) if depth < 6 else None
    if gutter is None:
        return [list(lines)] if lines else []
    columns: list[list[Line]] = []
    band: list[Line] = []
    for line in (*sorted(lines, key=lambda line: -line.bottom), None):
        if line is not None and not line.left < gutter < line.right:
            band.append(line)
            continue
        for side in ({x for x in band if x.right <= gutter}, {x for x in band if x.left >= gutter}):
            columns += _columns([x for x in lines if x in side], depth + 1)
        band = []
        columns += [[line]] if line is not None else []
    return _rejoined(columns)


def _gutter(lines: Sequence[Line]) -> float | None:
    """Where a vertical line crosses few lines, and leaves three or more, and a third of those, on each side."""
    if not 8 <= len(lines) <= _MOST_LINES:
        return None
    best: tuple[float, float] | None = None
    for place in sorted({line.left for line in lines}):
        rights = [line.right for line in lines if line.right < place]
        right = sum(line.left >= place for line in lines)
        crossing = len(lines) - len(rights) - right
        width = place - max(rights, default=place)
        balanced = min(len(rights), right) >= max(3, 0.2 * (len(rights) + right))
        gap = _GUTTER * statistics.median(line.size for line in lines)
        if balanced and crossing <= 0.25 * len(lines) and width >= gap and (best is None or crossing < best[0]):
            best = (crossing, place - width / 2)
    return best[1] if best else None


def _rejoined(columns: list[list[Line]]) -> list[list[Line]]:
    """Lines across the page that follow each other are one column again: a headline of two lines."""
    found: list[list[Line]] = []
    wide = False
    for column in columns:
        if wide and len(column) == 1 and len(found[-1]) and abs(found[-1][-1].size - column[0].size) < 0.5:
            found[-1].extend(column)
        else:
            found.append(list(column))
        wide = len(column) == 1
    return found


def _runs(column: Sequence[Line], page: int) -> list[_Run]:
    """The paragraphs of a column."""
    if not column:
        return []
    left, right = _edges(column)
    leading = _leading(column)
    groups: list[list[Line]] = [[column[0]]]
    for before, line in itertools.pairwise(column):
        if _begins(before, line, left, right, leading):
            groups.append([])
        groups[-1].append(line)
    return [_Run(tuple(group), page, open=group is groups[-1]) for group in groups]


def _edges(column: Sequence[Line]) -> tuple[float, float]:
    """Where lines of the column begin and end, as most do."""
    lefts = Counter(round(line.left) for line in column)
    return float(lefts.most_common(1)[0][0]), statistics.quantiles([*(x.right for x in column)] * 2, n=10)[-1]


def _leading(column: Sequence[Line]) -> float:
    """The usual way from one line to the next."""
    steps = [a.bottom - b.bottom for a, b in itertools.pairwise(column) if a.bottom > b.bottom]
    return statistics.median(steps) if steps else column[0].size * 1.2


def _begins(before: Line, line: Line, left: float, right: float, leading: float) -> bool:
    """Whether a paragraph begins with this line."""
    step = before.bottom - line.bottom
    same_row = abs(step) < 0.5 * line.size
    if abs(before.size - line.size) > 0.1 * line.size or before.bold != line.bold:
        return not same_row
    if same_row:
        return False
    if byline(before.text) or date_line(before.text):
        return True
    indented = 0.5 * line.size < line.left - left < 6 * line.size and before.left - left < 0.5 * line.size
    short = before.right < right - 0.2 * (right - left) and ends_sentence(before.text)
    return step > 1.35 * max(leading, line.size) or step < 0 or indented or short


def _joined(runs: Sequence[_Run], body: float) -> list[list[_Run]]:
    """Runs that are one paragraph, since it goes on in the next column or on the next page."""
    groups: list[list[_Run]] = []
    last: list[_Run] = []
    for run in runs:
        if _is_heading(run.lines, body):
            groups.append([run])
        elif last and last[-1].open and run.lines[0].text[:1].islower() and not ends_sentence(last[-1].lines[-1].text):
            last.append(run)
        else:
            last = [run]
            groups.append(last)
    return groups


def _is_heading(lines: Sequence[Line], body: float) -> bool:
    text = _text(lines)
    larger = lines[0].size > 1.15 * body
    return len(text.split()) <= 30 and (larger or (lines[0].bold and len(lines) <= 2)) and not text.endswith((",", ";"))


def _text(lines: Sequence[Line]) -> str:
    return " ".join(line.text for line in lines)


def _block(group: Sequence[_Run], body: float, spelling: Counter[str]) -> PrintedBlock:
    lines = [line for run in group for line in run.lines]
    kind: Literal["heading", "paragraph"] = "heading" if _is_heading(lines, body) else "paragraph"
    text = lines[0].text
    for line in lines[1:]:
        text = _with_line(text, line.text, spelling)
    return PrintedBlock(kind, text.replace("\u00ad", ""), lines[0].size, group[0].page)


def _with_line(text: str, line: str, spelling: Counter[str]) -> str:
    """Both parts with a space between them, or as one word where the line's end parted one."""
    tail, head = re.search(rf"(\w+)([{_HYPHENS}])$", text), re.match(r"\w+", line)
    if not tail or not head or not head[0][0].islower():
        return f"{text} {line}"
    with_hyphen = spelling[f"{tail[1]}-{head[0]}".lower()]
    if tail[2] != "\u00ad" and with_hyphen > spelling[f"{tail[1]}{head[0]}".lower()]:
        return text + line
    return text[:-1] + line
