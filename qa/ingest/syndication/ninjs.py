"""IPTC ninjs 1.x and 2.x (JSON) -> Articles. What is no text (a picture, a planning item) is said to be none.

Names as in the schemas of https://iptc.org/std/ninjs/: 1.x has ``body_xhtml``, ``body_html``, ``body_text``,
``headline`` and ``byline``; 2.x has ``bodies`` and ``headlines``, lists of ``role``, ``contenttype`` and ``value``.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from qa.errors import InvalidRecord
from qa.ingest.syndication.item import Item, article_from_item, code_name, has_markup
from qa.types import Article

_OWN_BODIES = ("paragraphs", "text", "html")  # of our own JSON Lines
_MARKS = ("versioncreated", "bodies", "headlines", "pubstatus", "representationtype", "body_xhtml", "body_html")
_TEXTS = ("text", "composite", "")  # types that hold a story of their own


def is_ninjs(record: Mapping[str, object]) -> bool:
    """Whether a JSON object is a ninjs item and not a line of our own format."""
    standard = record.get("standard")
    if isinstance(standard, Mapping) and standard.get("name") == "ninjs":
        return True
    if any(record.get(name) is not None for name in _OWN_BODIES):
        return False
    marks = sum(name in record for name in (*_MARKS, "body_text", "uri", "headline"))
    return marks >= 2 or any(name in record for name in _MARKS)


def article_from_ninjs(record: Mapping[str, object], *, origin: str, line: int | None = None) -> Article:
    """The article of one item.

    Raises:
        InvalidRecord: no text, or the item is withdrawn or under embargo.
    """
    kind = _text(record.get("type"))
    if kind not in _TEXTS:
        raise InvalidRecord(f"a {kind[:30]}, not a text", path=origin, line=line)
    return article_from_item(_item(record), origin=origin, line=line)


def _item(record: Mapping[str, object]) -> Item:
    body = _body(record)
    uri = _text(record.get("uri"))
    return Item(
        title=_valued(record, "headlines", "main") or _said(record, "headline", "title", "slugline"),
        html=body if has_markup(body) else "",
        text=body,
        source=_source(record),
        authors=_authors(record),
        published=_said(record, "firstcreated", "contentcreated", "firstpublished", "versioncreated"),
        updated=_said(record, "contentmodified", "versioncreated"),
        url=_said(record, "url", "canonicalurl") or _link(record) or uri,
        language=_text(record.get("language")),
        section=_named(record, "subject", "subjects"),
        genre=_named(record, "genre", "genres") or _coded(record, "genre", "genres"),
        given_id=uri,
        standing=_text(record.get("pubstatus")),
        embargo=_said(record, "embargoed", "embargoeduntil"),
    )


def _text(value: object) -> str:
    return value if isinstance(value, str) else ""


def _said(record: Mapping[str, object], *names: str) -> str:
    return next((text for name in names if (text := _text(record.get(name)))), "")


def _things(value: object) -> Iterator[Mapping[str, Any]]:
    """The objects of a field, which may be one object or a list of them."""
    for thing in value if isinstance(value, list) else [value]:
        if isinstance(thing, Mapping):
            yield thing


def _valued(record: Mapping[str, object], name: str, role: str) -> str:
    """The value of the thing in this role, or of the first."""
    texts = [(_text(thing.get("role")), _text(thing.get("value"))) for thing in _things(record.get(name))]
    texts = [(kind, text) for kind, text in texts if text]
    return next((text for kind, text in texts if kind == role), texts[0][1] if texts else "")


def _body(record: Mapping[str, object]) -> str:
    """The body with the most structure: markup before text."""
    bodies = [text for thing in _things(record.get("bodies")) if (text := _text(thing.get("value")))]
    marked = [text for text in bodies if has_markup(text)]
    markup = next((text for text in marked if "<nitf" not in text), "") or _said(record, "body_xhtml", "body_html")
    markup = markup or next((html for text in (*marked, _said(record, "body_nitf")) if (html := _of_nitf(text))), "")
    others = [
        _text(value)
        for name, value in record.items()
        if name.startswith("body_") and name not in ("body_rtf", "body_nitf")
    ]
    plain = next((text for text in bodies if "<nitf" not in text), "")
    return markup or plain or _said(record, "body_text") or next((text for text in others if text), "")


def _of_nitf(text: str) -> str:
    if "<nitf" not in text:
        return ""
    from qa.ingest.syndication.newsml import html_of_nitf

    return html_of_nitf(text)


def _source(record: Mapping[str, object]) -> str:
    """Who is responsible for the content; the holder of its rights where nobody is named."""
    named = [thing for name in ("infosource", "infosources") for thing in _things(record.get(name))]
    rights = next(_things(record.get("rightsinfo")), {})
    holder = _said(record, "copyrightholder", "source") or _said(rights, "copyrightholder")
    return next((name for thing in named if (name := _text(thing.get("name")))), holder)


def _authors(record: Mapping[str, object]) -> tuple[str, ...]:
    line = _said(record, "byline", "by")
    named = (_text(thing.get("name")) for thing in _things(record.get("contributors")))
    return (line,) if line else tuple(name for name in named if name)


def _named(record: Mapping[str, object], *names: str) -> str:
    things = (thing for name in names for thing in _things(record.get(name)))
    return next((name for thing in things if (name := _text(thing.get("name")))), "")


def _coded(record: Mapping[str, object], *names: str) -> str:
    """The last part of a code: 'Opinion' of 'genre:Opinion' or http://cv.iptc.org/newscodes/genre/Opinion."""
    things = (thing for name in names for thing in _things(record.get(name)))
    codes = (_said(thing, "code", "uri", "qcode", "literal") for thing in things)
    return next((code_name(code) for code in codes if code), "")


def _link(record: Mapping[str, object]) -> str:
    links = (thing for thing in _things(record.get("links")) if _text(thing.get("rel")) in ("canonical", "alternate"))
    return next((href for link in links if (href := _text(link.get("href")))), "")
