"""How much markup a page may have: far more than any article, and less than what would keep a reader busy for hours.

libxml2 compares each attribute of a tag with all before it, so that a megabyte of attributes in one tag takes it a
minute, and twenty take hours.
"""

from __future__ import annotations

import re
from typing import Any

from qa.errors import UnreadableSource

MOST_ELEMENTS = 250_000  # of a page; a long live blog has some 30,000
_LONG_TAG = re.compile(r"<[A-Za-z][^\s<>/]*+[^<>]{20000,}+")
_QUOTED = re.compile(r"\"[^\"]*\"|'[^']*'")
_MOST_ATTRIBUTES = 1_000


def without_endless_tags(text: str) -> str:
    """HTML in which no tag has attributes by the thousand; a long value, such as an image in its address, stays."""
    return _LONG_TAG.sub(_bounded, text)


def _bounded(tag: re.Match[str]) -> str:
    words = len(_QUOTED.sub("", tag[0]).split())
    return tag[0] if words <= _MOST_ATTRIBUTES else tag[0].split(maxsplit=1)[0]


def check_elements(page: Any, *, origin: str) -> None:
    """Refuse a page that no reader would come to the end of.

    Raises:
        UnreadableSource: more than ``MOST_ELEMENTS``.
    """
    if sum(1 for _ in page.iter()) > MOST_ELEMENTS:
        message = f"more than {MOST_ELEMENTS:,} elements, far more than an article has"
        raise UnreadableSource(message, path=origin, hint="save the story alone")
