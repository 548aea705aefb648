"""The widget's modules as the one script that a page loads.

They are written as modules that say what they need of each other. A page that loaded them so would ask twenty times,
and wait three times for what it then sees to ask for; and each would be compressed without the words of the others.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping

_IMPORT = re.compile(r'^import \{[^}]*\} from "\./([\w-]+\.js)";\n', re.MULTILINE)
_EXPORT = re.compile(r"^export (?!default)", re.MULTILINE)
_COMMENT = re.compile(r"^[ \t]*(?://[^\n]*|/\*\*.*?\*/[ \t]*)\n", re.MULTILINE | re.DOTALL)
_BLANK = re.compile(r"\n{2,}")


def joined(modules: Mapping[str, str], entry: str) -> str:
    """``entry`` and all that it imports as one module: each once, and after what it needs itself."""
    return "".join(bare(_EXPORT.sub("", _IMPORT.sub("", modules[name]))) for name in _in_order(modules, entry, set()))


def bare(script: str) -> str:
    """``script`` without the comments that fill whole lines: a fifth of what a page would load."""
    return _BLANK.sub("\n", _COMMENT.sub("", script)).lstrip("\n")


def _in_order(modules: Mapping[str, str], name: str, seen: set[str]) -> Iterator[str]:
    seen.add(name)
    for needed in _IMPORT.findall(modules[name]):
        if needed not in seen:
            yield from _in_order(modules, needed, seen)
    yield name
