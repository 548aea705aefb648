"""Sentences that would be taken for more than text where they are shown: for a citation, a link, a picture, or control.

A sentence of an article may hold '[9](https://…)' or an escape sequence, and quoted word for word it would be a citation
that nobody offered, a picture that a chat client fetches, a terminal that does what it says. It is not shown at all.
"""

from __future__ import annotations

import re

_FETCHING = "img|image|iframe|frame|svg|object|embed|link|video|audio|source|track|style|base|meta|form|input|body"
"""Where a client reads HTML in an answer. Other tags are text: articles do write of a '<script>' that a page showed."""
_DISGUISES = (
    (re.compile(r"[\[［]\s?\^?\d+(?:\s?[,;–-]\s?\d+)*\s?[\]］]|【\s?\d[^】]*】"), "a citation of its own"),
    (re.compile(r"\]\(|\]\[|^\s*\[[^\]]+\]:"), "a link of its own"),
    (re.compile(rf"<\s*/?(?:{_FETCHING})\b", re.IGNORECASE), "an element that fetches something"),
    (
        re.compile(
            "[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\u202d\u202e]|(?<![\U0001f3f4\U000e0020-\U000e007f])[\U000e0000-\U000e007f]"
        ),
        "characters that steer what shows it",
    ),
)
"""Tag characters stand only in flags, behind a black one."""


def disguise_of(text: str) -> str | None:
    """What a sentence pretends to be; None where it is a sentence."""
    return next((f"it has {what}" for pattern, what in _DISGUISES if pattern.search(text)), None)
