"""A copied page -> its lines, as a person sees them: what was broken at a fixed width is joined, rows stay cells.

Nothing is judged here: what the lines mean is for ``scraped`` and ``masthead`` to say.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace

from qa.ingest.lines import ends_sentence
from qa.ingest.normal import plain_lines, plain_text

_CELLS = re.compile(r"\t+|[ \u00a0]{2,}|(?:^|\s+)\|(?:\s+|$)")
_FIGURE = re.compile(
    r"[+\u2212\u2013(<>~$\u20ac\u00a3\u00a5-]*\d[\d.,:/\u2013%-]*\s?[^\W\d]{0,3}\)?%?|[\u2013\u2014-]|n/?a",
    re.IGNORECASE,
)
_NARROWEST, _WIDEST = 40, 120  # characters: what programs and people break lines at


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page; a row of a table has tabs between its cells.

    Attributes:
        gap: a blank line stood before it.
        place: its place among the page's lines, from 0.
    """

    text: str
    gap: bool
    place: int = 0


def page_lines(text: str) -> list[Line]:
    """The page's lines in order, blank ones left out."""
    raw = plain_lines(text)
    rows = _rows(raw)
    found: list[tuple[str, int]] = []
    blank = 1
    for i, line in enumerate(raw):
        plain = rows.get(i) or _with_tabs(line)
        if plain:
            found.append((plain, blank))
        blank = 0 if plain else blank + 1
    return [replace(line, place=place) for place, line in enumerate(_unwrapped(_lines(found)))]


def _rows(raw: Sequence[str]) -> dict[int, str]:
    """The lines that are rows of a table whose columns were kept apart with spaces or bars.

    Three lines in a row with as many cells each are a table if most cells right of the first are figures.
    """
    cells = [[plain_text(cell) for cell in _CELLS.split(line.strip()) if cell.strip()] for line in raw]
    rows: dict[int, str] = {}
    start = 0
    for end in range(1, len(cells) + 1):
        if end < len(cells) and len(cells[end]) == len(cells[start]):
            continue
        table = cells[start:end]
        values = [cell for row in table[1:] for cell in row[1:]]
        if len(table) >= 3 and sum(bool(_FIGURE.fullmatch(value)) for value in values) * 2 > len(values):
            rows.update({start + i: "\t".join(row) for i, row in enumerate(table)})
        start = end
    return rows


def _with_tabs(raw: str) -> str:
    """The line normalised, but for tabs and double spaces inside it: those part the links of a bar, or cells."""
    cells = [plain_text(cell) for cell in re.split(r"\t|[ \u00a0]{2,}", raw.strip())]
    full = [cell for cell in cells if cell]
    wide = len(full) >= 3 and all(len(cell.split()) <= 4 for cell in full)
    return (" | " if wide and "\t" not in raw else "\t" if "\t" in raw else " ").join(full)


def _lines(found: Sequence[tuple[str, int]]) -> list[Line]:
    """The lines with their gaps; where every line has a blank one before it, only a wider gap is one.

    That is how a double-spaced page comes out: one blank line inside a paragraph, two or more after it.
    """
    least = min((blank for _, blank in found[1:]), default=0)
    spread = [Line(text, blank > least) for text, blank in found]
    if least and any(line.gap for line in spread[1:]) and _breaks(spread):
        return spread
    return [Line(text, blank > 0) for text, blank in found]


def _unwrapped(lines: list[Line]) -> list[Line]:
    """Join the lines of paragraphs that were broken at a fixed width."""
    broken = _breaks(lines)
    joined: list[Line] = []
    for i, line in enumerate(lines):
        if i in broken:
            joined[-1] = Line(_joined(joined[-1].text, line.text), joined[-1].gap)
        else:
            joined.append(line)
    return joined


def _joined(text: str, following: str) -> str:
    """One line of two; the '>' of a quotation, which stands at the start of each of its lines, stays once.

    A hyphen at the end stays, since programs break lines at hyphens that are there and make none.
    """
    rest = following.removeprefix(">").lstrip()
    hyphenated = re.search(r"\w-$", text) and rest[:1].isalpha() and not re.match(r"(?:and|or|und|oder|to)\b", rest)
    return f"{text}{'' if hyphenated else ' '}{rest}"


def _breaks(lines: Sequence[Line]) -> frozenset[int]:
    """Which lines go on with the paragraph of the line before.

    A line was broken at a width if it is no longer than that, and its successor's first word would not have fitted
    on it any more. The width is the one that explains most lines. Where half of the lines that it explains end a
    sentence, they are short paragraphs, and nothing was broken.
    """
    spans = {i: span for i in range(1, len(lines)) if (span := _span(lines[i - 1], lines[i]))}
    fits = Counter(
        width for low, high in spans.values() for width in range(max(low, _NARROWEST), min(high, _WIDEST + 1))
    )
    if not fits:
        return frozenset()
    width = max(fits, key=lambda width: (fits[width], width))
    broken = frozenset(i for i, (low, high) in spans.items() if low <= width < high)
    longer = sum(len(line.text) > width for line in lines)
    whole = sum(ends_sentence(lines[i - 1].text) for i in broken)
    return broken if whole * 2 <= len(broken) and longer <= len(broken) else frozenset()


def _span(line: Line, following: Line) -> tuple[int, int] | None:
    """The widths at which ``line`` would have been broken before ``following``: from the first, below the second."""
    if following.gap or "\t" in line.text + following.text:
        return None
    if following.text.startswith(">") and not line.text.startswith(">"):
        return None
    words = following.text.removeprefix(">").split()
    return (len(line.text), len(line.text) + 1 + len(words[0])) if words else None
