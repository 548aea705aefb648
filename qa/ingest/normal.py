"""Text as it is kept: what is changed about the characters of a source, and nothing else is.

1. Unicode is composed (NFC).
2. NUL, other control characters, soft hyphens and zero-width spaces and marks are removed. The joiners of
   Arabic, Indic and emoji text (U+200C, U+200D) stay: they carry meaning.
3. Line ends, tabs, no-break and other wide or thin spaces become one plain space; runs of spaces become one.
4. Space at both ends is removed.

Quotation marks, dashes, ellipses and capitals stay as the source has them: citations quote them word for word.
"""

from __future__ import annotations

import re
import unicodedata

_NOTHING = re.compile("[\x00-\x08\x0e-\x1b\x7f\x80-\x84\x86-\x9f\u00ad\u200b\u200e\u200f\u2060\ufeff\ud800-\udfff]")
_BREAK = re.compile("\r\n|[\r\x0b\x0c\x85\u2028\u2029]")
_SPACES = re.compile(r"\s+")


def plain_text(text: str) -> str:
    """The text of one block or field, normalised as the module says: one line, no space at its ends."""
    composed = unicodedata.normalize("NFC", _NOTHING.sub("", text))
    return _SPACES.sub(" ", composed).strip()


def opening_words(text: str) -> str:
    """What an article without a title is called: the first hundred characters of its text, on one line."""
    return plain_text(text[:100])


def plain_lines(text: str) -> list[str]:
    """The lines of a text, without their ends, for readers to which a line end means something."""
    return _BREAK.sub("\n", text).split("\n")


def compared(text: str) -> str:
    """The text with only its letters and digits, casefolded: equal for texts that differ in looks alone."""
    return "".join(char for char in unicodedata.normalize("NFKC", text).casefold() if char.isalnum())
