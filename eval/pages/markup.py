"""A value inside a page, for its script to read."""

from __future__ import annotations

import json
from html import escape
from typing import Any

from qa.markup import Markup


def data_block(identifier: str, value: Any) -> Markup:
    """``value`` as JSON inside the page, for its script to read.

    The three characters that could end the element, or begin a comment in it, are written as JSON escapes: only
    strings can hold them, so the value stays the same.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return Markup(f'<script type="application/json" id="{escape(identifier)}">{text}</script>')
