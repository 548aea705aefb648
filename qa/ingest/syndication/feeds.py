"""RSS 2.0, RSS 1.0 and Atom -> Articles, an entry at a time.

An entry with its full text (content:encoded, Atom's content, a long description) becomes an article as it stands.
One with a summary only is followed to its page where links may be followed; where they may not, or the page cannot be
had, the summary is the article's body, and how often that was so is said at the end. What the page says of itself wins
over what the feed says of it.
"""

from __future__ import annotations

import dataclasses
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest import annotate
from qa.ingest.bytestream import Readable
from qa.ingest.syndication.elements import (
    MEND,
    XmlRecord,
    child,
    child_text,
    children,
    local_name,
    markup_of,
    records,
    text_of,
)
from qa.ingest.syndication.item import Follow, Found, Item, article_from_item, mark_of, web_address, without_tags
from qa.ingest.syndication.links import ahead
from qa.types import Article, Fetched, Unchanged

_ENTRIES = frozenset({"item", "entry"})
_FULL = 1_200  # characters of a description with three paragraphs: teasers have one, of some 300
_END = 3_000  # characters: where a feed says that more is to be read elsewhere
_CUT = re.compile(
    r"(?:\[\s*(?:\u2026|\.\.\.|&#8230;|&hellip;)\s*\]|(?:\u2026|\.\.\.|&#8230;|&hellip;)\s*(?:<[^>]*>\s*)*"
    r"(?:continue reading|read (?:more|on|the (?:rest|full)))\b.{0,200})\s*(?:<[^>]*>\s*)*$",
    re.IGNORECASE | re.DOTALL,
)
_APPEARED_FIRST = re.compile(r"<p>\s*The post <a\b.{0,1000}?\bappeared first on <a\b.{0,400}?</p>\s*$", re.DOTALL)
_FEED_MARK = re.compile(
    r"\s*[-|:\u2013\u2014\u00bb]?\s*\b(?:rss|atom)?\s*feed$|"
    r"\s*[-|:\u2013\u2014\u00bb]\s*(?:rss|all (?:news|stories)|latest|home(?: ?page)?)$",
    re.IGNORECASE,
)
_NAME_OF_MAIL = re.compile(r"\S+@\S+\s*\((?P<name>[^)]{1,100})\)|(?P<bare>[^<(]{1,100})<\S+@\S+>")


@dataclass(frozen=True, slots=True)
class Entry:
    """An entry of a feed; ``full``: its item has the whole text, not a summary."""

    item: Item
    full: bool


def read_feed(
    stream: Readable, *, origin: str, follow: Follow | None = None, encoding: str | None = None
) -> Iterator[Found]:
    """Read all entries of a feed.

    Args:
        stream: the feed's bytes.
        follow: reads the page of an entry without full text; None: no link is followed.
        origin: names the source in messages.
        encoding: reads the bytes as this, whatever they declare.

    Raises:
        UnreadableSource: no XML, or broken outside its entries; what came before stands.
    """
    seen, shortened, reason = 0, 0, ""
    entries = (_told(record) for record in records(stream, _ENTRIES, origin=origin, encoding=encoding))
    for told, pages in ahead(entries, lambda told: _begun(told, follow)):
        seen += 1
        for found in _read_entry(told, origin, pages):
            if isinstance(found, _Shortened):
                shortened, reason = shortened + 1, reason or found.reason
            else:
                yield found
    if not seen:
        raise UnreadableSource(
            "the feed holds no entries", path=origin, hint="name the feed itself, or wait for entries"
        )
    if shortened:
        yield _summaries(shortened, reason, origin)


@dataclass(frozen=True, slots=True)
class _Shortened:
    """Stands beside an article whose body is a summary; ``reason``: why its page was not read."""

    reason: str


def _summaries(count: int, reason: str, origin: str) -> UnreadableSource:
    what = "1 entry has" if count == 1 else f"{count:,} entries have"
    message = f"{what} no full text and went in with the summary: {reason}"
    return UnreadableSource(message, path=origin)


@dataclass(frozen=True, slots=True)
class _Told:
    """An entry where it stands; ``entry`` is None, and ``broken`` says why, where it cannot be read."""

    entry: Entry | None
    line: int
    broken: str | None


def _told(record: XmlRecord) -> _Told:
    return _Told(None if record.broken else entry_of(record.element, record.about), record.line, record.broken)


def _begun(told: _Told, follow: Follow | None) -> Iterator[Found] | None:
    """The page of an entry without full text, being fetched; None where none is."""
    if follow is None or told.entry is None or told.entry.full or not web_address(told.entry.item.url):
        return None
    return follow(told.entry.item.url, mark_of(told.entry.item))


def _read_entry(told: _Told, origin: str, pages: Iterator[Found] | None) -> Iterator[Found | _Shortened]:
    if told.entry is None:
        yield InvalidRecord(f"broken XML in the entry: {told.broken}", path=origin, line=told.line, hint=MEND)
        return
    entry = told.entry
    try:
        if entry.full or not entry.item.url:
            yield article_from_item(entry.item, origin=origin, line=told.line)
        else:
            yield from _from_page(entry.item, origin, told.line, pages)
    except IngestError as error:
        yield error


def _from_page(item: Item, origin: str, line: int, pages: Iterator[Found] | None) -> Iterator[Found | _Shortened]:
    found = list(pages) if pages is not None else []
    articles = [page for page in found if isinstance(page, Article)]
    failed = next((error for error in found if isinstance(error, IngestError)), None)
    if articles:
        yield filled(articles[0], item, origin=origin)
        yield from (end for end in found if isinstance(end, Fetched) and len(articles) == 1)
    elif same := [page for page in found if isinstance(page, Unchanged)]:
        yield from same
    elif item.html or item.text:
        yield article_from_item(item, origin=origin, line=line)
        yield _Shortened(failed.message if failed else "links in a file are followed with --follow only")
    else:
        message = "the entry holds a link only, which was not followed"
        yield failed or InvalidRecord(message, path=origin, line=line, hint=f"qa ingest {item.url}")


def filled(page: Article, item: Item, *, origin: str) -> Article:
    """The article of a page, and what only the item that led to it says."""
    told = article_from_item(dataclasses.replace(item, html="", text=page.title), origin=origin)
    return annotate.filled(page, told, annotate.FIELDS)


def entry_of(element: Any, about: Any) -> Entry:
    """What an entry says; ``about``, the feed's own element, for what it leaves out."""
    return _atom_entry(element, about) if local_name(element) == "entry" else _rss_entry(element, about)


def _rss_entry(element: Any, about: Any) -> Entry:
    beside = child(about, "channel")  # RSS 1.0 has it before the entries, the others around them
    channel = about if beside is None else beside
    body = child_text(element, "content:encoded")
    description = child_text(element, "description")
    full = bool(body) and not _is_cut(body)
    if not full and len(description) >= max(_FULL, len(body)):
        full, body = not _is_cut(description) and description.lower().count("<p") >= 3, description
    site = child_text(channel, "link")
    url = _joined(site, _rss_link(element))
    item = Item(
        title=child_text(element, "title"),
        html=_without_end(body or description),
        source=child_text(element, "source", "dc:publisher") or _outlet(child_text(channel, "title")),
        authors=tuple(text_of(name) for name in children(element, "dc:creator")) or _rss_authors(element),
        published=child_text(element, "pubDate", "dc:date", "dcterms:created", "dcterms:issued", "atom:published"),
        updated=child_text(element, "dcterms:modified", "atom:updated"),
        url=url,
        language=child_text(element, "dc:language") or child_text(channel, "language", "dc:language"),
        section=child_text(element, "category", "dc:subject"),
        given_id=_id(child_text(element, "guid"), url or site),
        whence="feed",
    )
    return Entry(item, full)


def _rss_link(element: Any) -> str:
    if link := child_text(element, "feedburner:origLink", "link"):
        return link
    links = [link.get("href", "") for link in children(element, "atom:link") if link.get("rel") in (None, "alternate")]
    guid = child(element, "guid")
    shown = guid is not None and guid.get("isPermaLink", "true") == "true" and text_of(guid).strip().startswith("http")
    return next(iter(links), "") or (text_of(guid).strip() if shown else "")


def _joined(base: str, link: str) -> str:
    """The link as seen from this address; as it stands where one of them is no address."""
    try:
        return urljoin(base, link) if link else ""
    except ValueError:
        return link


def _rss_authors(element: Any) -> tuple[str, ...]:
    """RSS asks for 'jane@echo.example (Jane Doe)'; many write the name alone."""
    texts = [text_of(author).strip() for author in children(element, "author", "atom:author")]
    matches = [(text, _NAME_OF_MAIL.match(text)) for text in texts]
    return tuple((match["name"] or match["bare"] or "") if match else text for text, match in matches)


def _outlet(title: str) -> str:
    """The feed's title without what makes it a feed's: 'The Echo - RSS', 'The Echo » Feed'."""
    return _FEED_MARK.sub("", without_tags(title))


def _without_end(body: str) -> str:
    """The body without the line that WordPress adds for its feed."""
    return body[:-_END] + _APPEARED_FIRST.sub("", body[-_END:])


def _is_cut(body: str) -> bool:
    return _CUT.search(body[-_END:]) is not None


def _id(guid: str, url: str) -> str:
    """The guid where it can be an id; a short one ('4711'), which other outlets have too, behind its host's name."""
    bare = guid.removeprefix("urn:uuid:")
    host = urlsplit(url).hostname if web_address(url) else ""
    if not re.fullmatch(r"[A-Za-z0-9._-]{1,64}", bare):
        return ""
    return bare if len(bare) >= 16 else f"{host}-{bare}" if host else ""


def _atom_entry(element: Any, feed: Any) -> Entry:
    origin = child(element, "atom:source", "source")
    about = feed if origin is None else origin
    content, summary = child(element, "atom:content", "content"), child(element, "atom:summary", "summary")
    whole = content if content is not None and not content.get("src") and _has_text(content) else None
    body = _atom_text(whole if whole is not None else summary)
    url = _atom_link(element)
    item = Item(
        title=without_tags(_atom_text(child(element, "atom:title", "title"))),
        html=body,
        source=_outlet(_atom_text(child(about, "atom:title", "title"))),
        authors=_atom_authors(element) or _atom_authors(about),
        published=child_text(element, "atom:published", "atom:issued", "published", "atom:updated", "updated"),
        updated=child_text(element, "atom:updated", "atom:modified", "updated"),
        url=url,
        language=_language(element),
        section=_atom_section(element),
        given_id=_id(child_text(element, "atom:id", "id"), url),
        whence="feed",
    )
    return Entry(item, full=whole is not None and not _is_cut(body))


def _has_text(element: Any) -> bool:
    return bool(text_of(element).strip())


def _atom_text(element: Any) -> str:
    """A text construct as markup: 'xhtml' holds elements, 'html' is written as text, 'text' has no markup."""
    if element is None:
        return ""
    kind = element.get("type", "text")
    if kind in ("xhtml", "application/xhtml+xml") or len(element):
        return markup_of(element)
    text = text_of(element)
    return text.replace("&", "&amp;").replace("<", "&lt;") if kind in ("text", "text/plain") else text


def _atom_link(element: Any) -> str:
    links = children(element, "atom:link", "link")
    shown = [link for rel in ("canonical", "alternate", None) for link in links if link.get("rel") == rel]
    href = next((link.get("href", "") for link in shown if link.get("href")), "")
    bases = [node.get("{http://www.w3.org/XML/1998/namespace}base") for node in (element, *element.iterancestors())]
    for base in bases:
        href = _joined(base or "", href)
    return href or _self_address(element)


def _self_address(element: Any) -> str:
    given = child_text(element, "atom:id", "id")
    return given if given.startswith(("http://", "https://")) else ""


def _atom_authors(element: Any) -> tuple[str, ...]:
    return tuple(child_text(author, "atom:name", "name") for author in children(element, "atom:author", "author"))


def _atom_section(element: Any) -> str:
    marks = children(element, "atom:category", "category")
    return next((text for mark in marks if (text := mark.get("label") or mark.get("term") or "")), "")


def _language(element: Any) -> str:
    key = "{http://www.w3.org/XML/1998/namespace}lang"
    return next((node.get(key) for node in (element, *element.iterancestors()) if node.get(key)), "")
