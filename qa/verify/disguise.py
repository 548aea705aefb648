"""Sentences that would be taken for more than text where they are shown: for a citation, a link, markup, or control.

A sentence of an article may hold '[9](https://…)' or an escape sequence, and quoted word for word it would be a citation
that nobody offered, a picture that a chat client fetches, a terminal that does what it says. It is not shown at all.
"""

from __future__ import annotations

import re

_DISGUISES = (
    (re.compile(r"[\[［]\s?\^?\d+(?:\s?[,;–-]\s?\d+)*\s?[\]］]|【\s?\d[^】]*】"), "a citation of its own"),
    (re.compile(r"\]\(|\]\[|^\s*\[[^\]]+\]:"), "a link of its own"),
    (re.compile(r"<[/!?]?[A-Za-z]|<!--"), "markup"),
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
