"""An item -> one Article. An item is a story as a feed, an export or a wire hands it over: fields, and a body.

Fields are taken as their makers write them, and a field that says nothing (a date that is none, an id that breaks the
rules) is left out rather than refused; the body is HTML, or text whose paragraphs are parted by blank lines. What an
agency withdrew, or holds back until a later time, makes no article.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import html
import re
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest.annotate import annotated
from qa.ingest.dates import iso_date
from qa.ingest.lines import byline, ends_sentence, names_in
from qa.ingest.normal import opening_words, plain_lines, plain_text
from qa.types import Article, Block, Fetched, Provenance, Unchanged

Found = Article | IngestError | Fetched | Unchanged
"""What a source gives. The last two come from the web alone, and only for an archive that remembers it."""

Follow = Callable[[str, str], Iterator[Found]]
"""Reads what lies at a web address; errors come out as values. Called, it begins to fetch; the second argument is the
mark of the entry that led there: with another mark, the page may have changed."""

_GIVEN_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}")
_TAG = re.compile(r"<[a-zA-Z!/][^>]{0,2000}>")
_FRAME = re.compile(
    r"<head\b.*?(?:</head\s*>|$)|</?(?:html|body)\b[^>]{0,2000}>|<!doctype[^>]{0,500}>|<\?xml[^>]{0,500}>",
    re.IGNORECASE | re.DOTALL,
)
_NO_TEXT = "export the items with their full text"
_NO_DATE = re.compile(r"0000-00-00|[01]?-?0001-")
_WITHDRAWN = {"canceled": "was canceled", "cancelled": "was canceled", "withheld": "is withheld"}


@dataclass(frozen=True, slots=True)
class Item:
    """One story as handed over, its fields as they stand there; empty where there is none.

    Attributes:
        html: the body as markup; wins over ``text``.
        standing: what its agency says of its use: 'usable', 'withheld', 'canceled'.
        embargo: the time before which it must not be used.
        whence: where all of these came from.
    """

    title: str = ""
    html: str = ""
    text: str = ""
    source: str = ""
    authors: tuple[str, ...] = ()
    published: str = ""
    updated: str = ""
    url: str = ""
    language: str = ""
    section: str = ""
    genre: str = ""
    given_id: str = ""
    standing: str = ""
    embargo: str = ""
    whence: Provenance = "record"


def article_from_item(item: Item, *, origin: str, line: int | None = None) -> Article:
    """Make an article of an item.

    Raises:
        InvalidRecord: no paragraph in it, or it must not be used.
    """
    _check_use(item, origin, line)
    title = without_tags(item.title)
    blocks = _blocks(item, title, origin, line)
    published = date_of(item.published)
    article = Article(
        title=title or opening_words(blocks[0].text),
        blocks=blocks,
        source=without_tags(item.source) or None,
        authors=_names(item.authors),
        published_at=published,
        updated_at=_later(date_of(item.updated), published),
        url=web_address(item.url),
        language=_language(item.language),
        section=without_tags(item.section) or None,
        genre=without_tags(item.genre) or None,
        given_id=item.given_id if _GIVEN_ID.fullmatch(item.given_id) else None,
        origin=origin,
        provenance={} if title else {"title": "page"},  # its first words
    )
    return annotated(article, item.whence)


def mark_of(item: Item, *more: str) -> str:
    """Names what an entry says: the same as long as it says the same."""
    return hashlib.blake2b("\0".join((repr(item), *more)).encode(errors="replace"), digest_size=12).hexdigest()


def without_tags(text: str) -> str:
    """A headline or a name as plain text: entities that were written twice are undone, tags are taken out."""
    return plain_text(html.unescape(_TAG.sub("", html.unescape(text) if "&lt;" in text else text)))


def has_markup(text: str) -> bool:
    return _TAG.search(text) is not None


def code_name(code: str) -> str:
    """The last part of one of IPTC's codes: 'Special Report' of 'genre:Special_Report'."""
    return re.split(r"[/:]", code.rstrip("/"))[-1].replace("_", " ")


def date_of(text: str) -> str | None:
    """The ISO date of a field; None for none, and for the zeros that some programs write for none."""
    return iso_date(text[:200]) if text and not _NO_DATE.match(text) else None


def web_address(text: str) -> str | None:
    """The text where it is an http(s) address with a host."""
    bare = plain_text(text)
    try:
        parts = urlsplit(bare)
    except ValueError:
        return None
    return bare if parts.scheme.lower() in ("http", "https") and parts.hostname else None


def _check_use(item: Item, origin: str, line: int | None) -> None:
    said = _WITHDRAWN.get(item.standing.lower().rpartition(":")[2])
    if said:
        hint = "where an earlier version is in the archive, qa articles retract takes it back"
        raise InvalidRecord(f"the item {said} by its agency", path=origin, line=line, hint=hint)
    until = date_of(item.embargo)
    if until and _is_ahead(until):
        raise InvalidRecord(f"under embargo until {until}", path=origin, line=line, hint="ingest it again after that")


def _is_ahead(date: str) -> bool:
    moment = dt.datetime.fromisoformat(date)
    return moment.replace(tzinfo=moment.tzinfo or dt.UTC) > dt.datetime.now(dt.UTC)


def _blocks(item: Item, title: str, origin: str, line: int | None) -> tuple[Block, ...]:
    from qa.ingest.html import read_html_body

    if item.html and has_markup(item.html):
        try:
            return read_html_body(_FRAME.sub("", item.html), title=title, origin=origin).blocks
        except UnreadableSource as error:
            raise InvalidRecord(error.message, path=origin, line=line, hint=error.hint) from error
    blocks = text_blocks(html.unescape(item.html) or item.text)
    if not blocks:
        raise InvalidRecord("no article text found", path=origin, line=line, hint=_NO_TEXT)
    return blocks


def text_blocks(text: str) -> tuple[Block, ...]:
    """Paragraphs parted by blank lines; by line ends where no line is blank and each ends as sentences end."""
    lines = [line.strip() for line in plain_lines(text.strip())]
    parts = re.split(r"\n{2,}", "\n".join(lines))
    if len(parts) == 1 and all(ends_sentence(line) for line in lines):
        parts = lines
    return tuple(Block("paragraph", plain) for part in parts if (plain := plain_text(part)))


def _names(texts: tuple[str, ...]) -> tuple[str, ...]:
    plain = [name for text in texts if (name := without_tags(text)) and "@" not in name]
    return tuple(dict.fromkeys(name for text in plain for name in (byline(text) or names_in(text) or (text,))))


def _later(updated: str | None, published: str | None) -> str | None:
    """The day of the last change, where it is another moment than the first, and not an earlier day."""
    if updated is None or published is None:
        return updated
    return updated if updated != published and updated[:10] >= published[:10] else None


def _language(text: str) -> str | None:
    code = text.replace("_", "-").strip()
    return code if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", code) else None
