"""HTML and SVG made of values: text is escaped when it goes in, so markup can only come from our own code."""

from __future__ import annotations

import json
from collections.abc import Iterable
from html import escape
from typing import Any
from urllib.parse import urlsplit

VOID = frozenset({"link", "meta", "br", "hr"})


class Markup(str):
    """A piece of HTML that is safe to place in a page."""

    __slots__ = ()


Content = str | Iterable["Content"] | None


def tag(name: str, /, *content: Content, **attributes: str | float | bool | None) -> Markup:
    """An element.

    Attributes that are None or False are left out, True stands by its name alone, floats have two decimals at
    most; ``class_`` is ``class``, any other ``_`` is ``-``.
    """
    opening = name + "".join(_attribute(key, value) for key, value in attributes.items())
    return Markup(f"<{opening}>" if name in VOID else f"<{opening}>{join(content)}</{name}>")


def join(content: Content) -> Markup:
    """``content`` in order: markup as it is, any other text escaped, None as nothing."""
    if content is None:
        return Markup("")
    if isinstance(content, Markup):
        return content
    if isinstance(content, str):
        return Markup(escape(content))
    return Markup("".join(join(piece) for piece in content))


def data_block(kind: str, value: Any, *, identifier: str | None = None) -> Markup:
    """``value`` as JSON inside a page, for its script, or for who reads its structured data; never run.

    The three characters that could end the element, or begin a comment in it, are written as JSON escapes: only
    strings can hold them, so the value stays the same.
    """
    text = json.dumps(value, ensure_ascii=False, allow_nan=False, separators=(",", ":"))
    for character in "<>&":
        text = text.replace(character, f"\\u{ord(character):04x}")
    return tag("script", Markup(text), type=kind, id=identifier)


def web_url(url: str | None) -> str | None:
    """``url`` where it is one that a link may lead to (http or https, with a host), else None."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme.lower() in {"http", "https"} and parts.netloc else None


def _attribute(key: str, value: str | float | bool | None) -> str:  # noqa: FBT001 - as HTML has them: present or not
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    if value is True:
        return f" {name}"
    text = f"{value:.2f}".rstrip("0").rstrip(".") if isinstance(value, float) else str(value)
    return f' {name}="{escape(text)}"'
