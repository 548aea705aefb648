"""Links that lead a browser to words on any page: ``#:~:text=[prefix-,]start[,end][,-suffix]``.

The form is that of https://wicg.github.io/scroll-to-text-fragment/. A browser marks the first place that fits,
letter case and runs of white space aside; one that finds none, or knows no text fragments, opens the page as ever.
"""

from __future__ import annotations

from urllib.parse import quote

from qa.types import Paragraph

LONGEST = 300
"""Characters that are named in full, as Chrome's own links do; of a longer quote its first and last words are."""
WORDS = 5
"""Of a long quote's ends, and of what stands beside a quote that is not the first of its kind."""


def text_link(url: str, text: str, paragraph: Paragraph, start: int, end: int) -> str:
    """``url``, made to lead to ``text[start:end]``, a slice of ``paragraph``; ``text`` is the article's body."""
    page, mark, anchor = url.partition("#")
    anchor = anchor.partition(":~:")[0]
    return f"{page}{mark or '#'}{anchor}:~:{_directive(text, paragraph, start, end)}"


def _directive(text: str, paragraph: Paragraph, start: int, end: int) -> str:
    ends = _ends(text[start:end])
    words = ",".join(_encoded(part) for part in ends)
    if not _seen_before(ends, text[:start], text[start:end]):
        return f"text={words}"
    # Of the same paragraph only: between two of them a page may have anything.
    before = _encoded(text[paragraph.start : start].split()[-WORDS:])
    after = _encoded(text[end : paragraph.end].split()[:WORDS])
    return "text=" + (f"{before}-," if before else "") + words + (f",-{after}" if after else "")


def _ends(quoted: str) -> list[list[str]]:
    """All words of the quote, or its first and its last ones."""
    words = quoted.split()
    if len(quoted) <= LONGEST or len(words) <= 2 * WORDS:
        return [words]
    return [words[:WORDS], words[-WORDS:]]


def _seen_before(ends: list[list[str]], before: str, quoted: str) -> bool:
    """Whether a browser would stop short of the place that is meant: at its first words, or at its last."""
    first, last = _folded(ends[0]), _folded(ends[-1])
    early_end = len(ends) > 1 and last in _folded(quoted.split())[: -len(last)]
    return first in _folded(before.split()) or early_end


def _folded(words: list[str]) -> str:
    return " ".join(words).casefold()


def _encoded(words: list[str]) -> str:
    # A dash would end a prefix or begin a suffix; quote() leaves it, and encodes commas and ampersands.
    return quote(" ".join(words), safe="", errors="replace").replace("-", "%2D")
