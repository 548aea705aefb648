r"""Texts of strangers as material for a language model: values in, one line of JSON out, that no text can leave.

A quotation mark or a line end that comes from a text is escaped, as JSON does anyway; so no text can end its own
string and go on as the frame. Beyond that, whatever chat templates make their own marks of (``<|im_end|>``,
``[INST]``), whatever looks like a citation (``[3]``), and what nobody sees (controls, characters without width, tags)
is written as ``\uXXXX``. Nothing is lost: ``json.loads`` gives the texts back, letter for letter.
"""

from __future__ import annotations

import json
import re
from collections.abc import Mapping

_MARKS = re.compile(
    "[<>\\[\\]\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u2028-\u202f\u205f-\u206f"
    "\u3164\ud800-\udfff\ufe00-\ufe0f\ufeff\uffa0\ufff0-\uffff\U000e0000-\U000e0fff]"
)


def fenced(values: Mapping[str, str | int | None]) -> str:
    """One line; what is None is left out."""
    told = {name: value for name, value in values.items() if value is not None}
    return _MARKS.sub(_escaped, json.dumps(told, ensure_ascii=False))


def _escaped(mark: re.Match[str]) -> str:
    """As JSON writes it: what is beyond 16 bits in two halves."""
    units = mark[0].encode("utf-16-be", "surrogatepass")
    return "".join(f"\\u{units[at : at + 2].hex()}" for at in range(0, len(units), 2))
