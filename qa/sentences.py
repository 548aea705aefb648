"""A paragraph cut into sentences by offset; joined again with what stands between, they are the paragraph.

No sentence is longer than ``LONGEST``: what goes on without end is cut, so that whoever compares sentences word by word
needs no time without end for a text that was written to cost it.

pysbd does the cutting: of the two libraries compared it alone keeps quotations of several sentences,
'Gov. Ron', initials, 'U.S.' and '$1.5 million' whole (docs/decisions/0011 has the comparison).
"""

from __future__ import annotations

import re
import threading
from collections.abc import Iterable, Iterator
from functools import cache, lru_cache
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    import pysbd

LONGEST = 2_000
"""Characters; a sentence of the news has 150."""
_LOCK = threading.Lock()  # a pysbd segmenter keeps the text that it works on
_ABBREVIATION_ALONE = re.compile(r"^\W*\w{1,6}\.$")
_CONTINUES = re.compile(r"^\s*[a-z(,;–—-]")
_WANTS_NUMBER = re.compile(r"\b(?:nos?|approx|ca|vs|pp?|vol|art|sec|fig|para)\.$", re.IGNORECASE)
_OPENING, _CLOSING = "“", "”"


class Sentence(NamedTuple):
    """The slice ``[start:end]`` of the paragraph's text."""

    start: int
    end: int
    text: str


@lru_cache(maxsize=20_000)
def split(text: str) -> tuple[Sentence, ...]:
    """The sentences of ``text``, without the white space around them; none for a blank text."""
    return tuple(_trimmed(text, start, end) for start, end in _joined(text, _cuts(text)) if text[start:end].strip())


def _cuts(text: str) -> Iterator[tuple[int, int]]:
    """Window by window, since pysbd's time grows with the square of a text; the last sentence of a window may go on."""
    start = 0
    while len(text) - start > LONGEST:
        window = text[start : start + LONGEST]
        *whole, (last, _) = _cuts_of(window) or [(0, 0)]
        if not last:
            last = window.rfind(" ") + 1 or LONGEST
            whole = [(0, last)]
        yield from ((start + begin, start + end) for begin, end in whole)
        start += last
    yield from ((start + begin, start + end) for begin, end in _cuts_of(text[start:]))


def _cuts_of(text: str) -> list[tuple[int, int]]:
    with _LOCK:
        pieces: list[str] = _segmenter().segment(text)
    bounds, position = [], 0
    for piece in pieces:
        start = text.find(piece, position)
        if start < 0:  # pysbd rewrote the text: a sentence too long is better than one that is not there
            return [(0, len(text))]
        bounds.append((start, start + len(piece)))
        position = start + len(piece)
    return bounds


def _joined(text: str, bounds: Iterable[tuple[int, int]]) -> list[tuple[int, int]]:
    """Bounds after undoing cuts behind a lone abbreviation, before a continuation, or inside a quotation."""
    joined: list[tuple[int, int]] = []
    for start, end in bounds:
        if joined and end - joined[-1][0] <= LONGEST and _belongs(text[joined[-1][0] : joined[-1][1]], text[start:end]):
            joined[-1] = (joined[-1][0], end)
        else:
            joined.append((start, end))
    return joined


def _belongs(before: str, after: str) -> bool:
    before = before.strip()
    if not before:
        return True
    inside_quotation = before.count(_OPENING) > before.count(_CLOSING) and _CLOSING in after
    numbered = bool(_WANTS_NUMBER.search(before)) and after.lstrip()[:1].isdigit()
    return bool(inside_quotation or numbered or _ABBREVIATION_ALONE.match(before) or _CONTINUES.match(after))


def _trimmed(text: str, start: int, end: int) -> Sentence:
    piece = text[start:end]
    start += len(piece) - len(piece.lstrip())
    piece = piece.strip()
    return Sentence(start, start + len(piece), piece)


@cache
def _segmenter() -> pysbd.Segmenter:
    import pysbd

    return pysbd.Segmenter(language="en", clean=False)
