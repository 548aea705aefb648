"""Microdata and RDFa of a page -> things in the shape of its JSON-LD.

``<div itemscope itemtype="https://schema.org/NewsArticle">`` and ``<div typeof="schema:NewsArticle">`` become
``{"@type": "NewsArticle", ...}`` with their properties as texts, or as things where they are scopes themselves. A
property belongs to the nearest scope around it, so that the date of a comment is not the date of the story.
"""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from qa.ingest.normal import plain_text
from qa.ingest.page.jsonld import Thing

if TYPE_CHECKING:
    import lxml.html

_MOST = 200  # scopes; a page of comments has one for each
_LONGEST = 1_000  # characters of a text; a body is not wanted here
_LONGEST_NAME = 100
_VALUE_OF = {"meta": ("content",), "time": ("datetime",), "data": ("value",), "meter": ("value",)}
_LINK_OF = {"a": "href", "link": "href", "area": "href", "img": "src", "audio": "src", "video": "src", "object": "data"}
_TEXT_WANTED = frozenset(
    ["name", "headline", "author", "creator", "publisher", "articlesection", "genre", "inlanguage"]
)


def marked_things(page: lxml.html.HtmlElement) -> list[tuple[Thing, lxml.html.HtmlElement]]:
    """All scopes of the page in order, each with its element."""
    scopes = _scopes(page)
    things = {scope: _thing(scope) for scope in scopes}
    for element in page.xpath("descendant-or-self::*[@itemprop or @property]") if scopes else ():
        names = _properties(element)
        owner = _owner(element) if names else None
        if owner is not None and owner in things:
            for name in names:
                things[owner].setdefault(name, []).append(_value(element, name, things))
    for scope in scopes:
        text = plain_text(_text(scope)) if _properties(scope) else ""
        if 0 < len(text) <= _LONGEST_NAME:
            things[scope].setdefault("name", [text])
    return [(things[scope], scope) for scope in scopes]


def _scopes(page: lxml.html.HtmlElement) -> list[lxml.html.HtmlElement]:
    return list(page.xpath(f"(descendant-or-self::*[@itemscope or @typeof])[position() <= {_MOST}]"))


def _is_scope(element: lxml.html.HtmlElement) -> bool:
    return isinstance(element.tag, str) and (element.get("itemscope") is not None or bool(element.get("typeof")))


def _thing(scope: lxml.html.HtmlElement) -> dict[str, Any]:
    kinds = (scope.get("itemtype") or scope.get("typeof") or "").split()
    return {"@type": kinds} if kinds else {}


def _properties(element: lxml.html.HtmlElement) -> list[str]:
    """What the element says, by its attributes; a meta element's ``property`` belongs to the page, not to a scope."""
    if not isinstance(element.tag, str):
        return []
    names = (element.get("itemprop") or "").split()
    if not names and element.tag != "meta":
        names = [name.removeprefix("schema:") for name in (element.get("property") or "").split()]
    return [name for name in names if ":" not in name]


def _owner(element: lxml.html.HtmlElement) -> lxml.html.HtmlElement | None:
    return next((above for above in element.iterancestors() if _is_scope(above)), None)


def _value(element: lxml.html.HtmlElement, name: str, things: dict[lxml.html.HtmlElement, dict[str, Any]]) -> Any:
    if element in things:
        return things[element]
    for attribute in (*_VALUE_OF.get(str(element.tag), ()), "content"):
        if (text := element.get(attribute)) is not None:
            return text
    link = element.get(_LINK_OF.get(str(element.tag), "href"))
    if link and name.lower() not in _TEXT_WANTED:
        return link
    return _text(element)


def _text(element: lxml.html.HtmlElement) -> str:
    """The beginning of its text, from its first pieces alone: scopes may lie in scopes a thousand deep."""
    return "".join(itertools.islice(element.itertext(), _MOST))[:_LONGEST]
