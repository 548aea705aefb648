"""NITF 3.x and NewsML-G2 (XML) -> Articles; a message with many items is read one item at a time.

The body of a G2 item is inline: NITF, XHTML, or text; NITF becomes HTML, and both go the way of every page's body.
Items that hold no text (pictures, packages) are counted and said in one line; those that their agency withdrew, or
holds back, come out as errors.
"""

from __future__ import annotations

import io
import re
from collections import Counter
from collections.abc import Iterator
from typing import Any

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest.bytestream import Readable
from qa.ingest.syndication.elements import (
    MEND,
    XmlRecord,
    child,
    child_text,
    local_name,
    markup_of,
    name_of,
    records,
    text_of,
)
from qa.ingest.syndication.item import Item, article_from_item, code_name
from qa.types import Article

_HTML_OF_NITF = {
    "block": "div",
    "hl1": "h2",
    "hl2": "h3",
    "bq": "blockquote",
    "credit": "cite",
    "media": "figure",
    "media-caption": "figcaption",
    "nitf-table": "div",
    "datasource": "cite",
    "note": "aside",
    "fn": "aside",
    "hr": "hr",
    "br": "br",
    **dict.fromkeys(("person", "org", "location", "event", "money", "num", "chron", "virtloc", "frac"), "span"),
    **dict.fromkeys(("object.title", "function", "lang", "copyrite", "city", "state", "region", "country"), "span"),
}
_NO_STORY = frozenset(
    ["media-reference", "media-metadata", "media-object", "media-producer", "nitf-table-metadata", "alt-code"]
)
_HTML_BODY = {"body": "div", "html": "div"}


def read_newsml(stream: Readable, *, origin: str, encoding: str | None = None) -> Iterator[Article | IngestError]:
    """Read all items of a message, or the one story of a file.

    Raises:
        UnreadableSource: no XML, or broken outside its items; what came before stands.
    """
    others: Counter[str] = Counter()
    seen = 0
    for record in _stories(stream, origin, encoding):
        seen += 1
        if kind := _no_text(record):
            others[kind] += 1
            continue
        try:
            yield _article(record, origin)
        except IngestError as error:
            yield error
    if not seen:
        raise UnreadableSource(
            "the message holds no news items", path=origin, hint="export the items, not a list of them"
        )
    if others:
        kinds = ", ".join(f"{count:,} {kind}" for kind, count in sorted(others.items()))
        yield UnreadableSource(f"items that are no texts were not read: {kinds}", path=origin)


def html_of_nitf(text: str) -> str:
    """The story in a NITF document, as HTML; empty where there is none to be read."""
    try:
        found = list(_stories(io.BytesIO(text.encode("utf-8", "replace")), "", "utf-8"))
    except UnreadableSource:
        return ""
    return next((_nitf_item(one.element).html for one in found if one.element is not None), "")


def _stories(stream: Readable, origin: str, encoding: str | None) -> Iterator[XmlRecord]:
    names = frozenset({"newsItem", "packageItem", "nitf"})
    return records(stream, names, origin=origin, encoding=encoding)


def _no_text(record: XmlRecord) -> str:
    """What an item is that holds no text: 'picture', 'package'; empty for a story, and for a broken item."""
    element = record.element
    if element is None:
        return ""
    if name_of(element) == "packageItem":
        return "package"
    about = child(element, "itemMeta")
    kind = child(about, "itemClass") if about is not None else None
    code = kind.get("qcode", "") if kind is not None else ""
    name = str(code.rpartition(":")[2].rpartition("/")[2])
    return "" if name in ("text", "composite", "") else name[:30]


def _article(record: XmlRecord, origin: str) -> Article:
    if record.broken:
        raise InvalidRecord(f"broken XML in the item: {record.broken}", path=origin, line=record.line, hint=MEND)
    element = record.element
    item = _nitf_item(element) if name_of(element) == "nitf" else _g2_item(element)
    return article_from_item(item, origin=origin, line=record.line)


def _at(element: Any, *path: str) -> Any:
    """The first element down this path of names; None where one is missing."""
    for name in path:
        element = child(element, name) if element is not None else None
    return element


def _said(element: Any, *path: str) -> str:
    return text_of(_at(element, *path)).strip()


def _mark(element: Any, name: str, *path: str) -> str:
    found = _at(element, *path)
    return "" if found is None else str(found.get(name) or "")


def _day(text: str) -> str:
    """A NITF date, without the zone that some write behind a day alone: 20240109+0100."""
    return re.sub(r"^(\d{8})(?:[+-]\d{4}|Z)$", r"\1", text.strip())


def _nitf_item(element: Any) -> Item:
    data, top = _at(element, "head", "docdata"), _at(element, "body", "body.head")
    printed = _at(element, "head", "pubdata")
    published = _mark(data, "norm", "date.issue") or _mark(data, "norm", "date.release")
    return Item(
        title=_said(top, "hedline", "hl1") or _said(top, "headline", "hl1") or _said(element, "head", "title"),
        html=_nitf_body(_at(element, "body", "body.content")),
        source=_mark(printed, "name") or _said(top, "distributor") or _mark(data, "holder", "doc.copyright"),
        authors=tuple(text_of(line).strip() for line in _all(top, "byline")),
        published=_day(published or _mark(printed, "date.publication") or _mark(top, "norm", "dateline", "story.date")),
        updated=_mark(data, "norm", "date.modified"),
        url=_mark(printed, "ex-ref") or _mark(element, "id-string", "head", "docdata", "doc-id"),
        language=element.get("{http://www.w3.org/XML/1998/namespace}lang") or "",
        section=_mark(printed, "position.section") or _mark(element, "tobject.subject.type", "head", "tobject"),
        genre=_mark(element, "tobject.property.type", "head", "tobject", "tobject.property"),
        given_id=_mark(data, "id-string", "doc-id"),
        standing=_mark(data, "management-status") or (data.get("management-status") or "" if data is not None else ""),
        embargo=_mark(data, "norm", "date.release") if _is_embargoed(data) else "",
    )


def _all(element: Any, name: str) -> list[Any]:
    return [found for found in element if name_of(found) == name] if element is not None else []


def _is_embargoed(data: Any) -> bool:
    return data is not None and data.get("management-status") == "embargoed"


def _nitf_body(content: Any) -> str:
    return "" if content is None else markup_of(content, _HTML_OF_NITF, dropped=_NO_STORY)


def _g2_item(element: Any) -> Item:
    about, content = _at(element, "itemMeta"), _at(element, "contentMeta")
    body, told = _g2_body(element)
    created = _said(content, "contentCreated") or _said(about, "firstCreated") or _said(about, "versionCreated")
    guid = element.get("guid") or ""
    return Item(
        title=_said(content, "headline") or told.title or _said(about, "title"),
        html=body.html,
        text=body.text,
        source=_name(content, "infoSource") or _name(about, "provider") or told.source,
        authors=_g2_authors(content) or told.authors,
        published=_said(about, "firstPublished") or created or told.published,
        updated=_said(content, "contentModified") or _said(about, "versionCreated"),
        url=_g2_link(about) or guid,
        language=_mark(content, "tag", "language") or _inherited_language(element),
        section=_name(content, "subject"),
        genre=_name(content, "genre") or code_name(_mark(content, "qcode", "genre") or _mark(content, "uri", "genre")),
        given_id=guid,
        standing=_mark(about, "qcode", "pubStatus"),
        embargo=_said(about, "embargoed"),
    )


def _g2_body(element: Any) -> tuple[Item, Item]:
    """The body, and what NITF in it says of the story."""
    for part in _at(element, "contentSet") if _at(element, "contentSet") is not None else ():
        if name_of(part) == "inlineData":
            return Item(text=text_of(part)), Item()
        if name_of(part) != "inlineXML":
            continue
        nitf = next((inner for inner in part.iter() if name_of(inner) == "nitf"), None)
        if nitf is not None:
            told = _nitf_item(nitf)
            return told, told
        body = next((inner for inner in part.iter() if local_name(inner) == "body"), part)
        return Item(html=markup_of(body, _HTML_BODY, dropped=frozenset({"head"}))), Item()
    return Item(), Item()


def _name(element: Any, *path: str) -> str:
    """The name of what is named here, or what stands for it in plain letters."""
    found = _at(element, *path)
    if found is None:
        return ""
    return child_text(found, "name") or str(found.get("literal") or "")


def _g2_authors(content: Any) -> tuple[str, ...]:
    line = _said(content, "by")
    makers = [child_text(maker, "name") for name in ("creator", "contributor") for maker in _all(content, name)]
    return (line,) if line else tuple(name for name in makers[:6] if name)


def _g2_link(about: Any) -> str:
    links = [link for link in _all(about, "link") if str(link.get("rel") or "").rpartition(":")[2] in ("canonical", "")]
    return next((href for link in links if (href := str(link.get("href") or ""))), "")


def _inherited_language(element: Any) -> str:
    key = "{http://www.w3.org/XML/1998/namespace}lang"
    return next((str(node.get(key)) for node in (element, *element.iterancestors()) if node.get(key)), "")
