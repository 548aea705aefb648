"""HTML made of values: text is escaped when it goes in, so markup can only come from our own code."""

from __future__ import annotations

from collections.abc import Iterable
from html import escape
from urllib.parse import urlsplit

VOID = frozenset({"link", "meta", "br", "hr"})


class Markup(str):
    """A piece of HTML that is safe to place in a page."""

    __slots__ = ()


Content = str | Iterable["Content"] | None


def tag(name: str, /, *content: Content, **attributes: str | bool | None) -> Markup:
    """An element. Attributes that are None or False are left out; ``class_`` is ``class``, ``_`` is ``-``."""
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


def web_url(url: str | None) -> str | None:
    """``url`` where it is one that a link may lead to (http or https, with a host), else None."""
    try:
        parts = urlsplit(url or "")
    except ValueError:
        return None
    return url if parts.scheme.lower() in ("http", "https") and parts.netloc else None


def page(title: str, *body: Content, head: Content = None, language: str | None = None) -> str:
    """A whole document in our own dress."""
    described = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("link", rel="icon", href="/assets/icon.svg", type="image/svg+xml"),
        tag("link", rel="stylesheet", href="/assets/page.css"),
        head,
    )
    return "<!doctype html>\n" + tag("html", described, tag("body", *body), lang=language or "en-GB") + "\n"


def _attribute(key: str, value: str | bool | None) -> str:  # noqa: FBT001 - as HTML has them: present or not
    if value is None or value is False:
        return ""
    name = key.rstrip("_").replace("_", "-")
    return f" {name}" if value is True else f' {name}="{escape(value)}"'
