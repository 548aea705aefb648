"""What is read before a passage: the title, the day, and the end of the paragraph before.

Paragraphs far down in a story say 'the change', 'she' and 'on Monday'; what they speak of stands before them. The
reading model was trained on passages in this setting (``eval.training.written``), and takes no answer from it.
"""

from __future__ import annotations

import datetime as dt

_WORDS = 32  # of the paragraph before; its end is what a pronoun mostly means, and each word costs time
_END = " | "


def setting(title: str, day: dt.date | None, before: str | None) -> str:
    """The text to put before a passage.

    Args:
        title: of the article.
        day: of publication.
        before: the paragraph before, in the same article.
    """
    dated = f"{title} ({day.day} {day:%B %Y}). " if day else f"{title}. "
    return dated + (_tail(before) if before else "") + _END


def _tail(text: str) -> str:
    words = text.split()
    return text if len(words) <= _WORDS else "… " + " ".join(words[-_WORDS:])
