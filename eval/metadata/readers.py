"""What each reader says of a page, in one shape. A reader that cannot read a page says nothing of it."""

from __future__ import annotations

import importlib
import importlib.util
from collections.abc import Callable
from dataclasses import dataclass

import lxml.etree
import lxml.html

from qa.errors import IngestError
from qa.ingest.decode import decode
from qa.ingest.html import read_html


@dataclass(frozen=True, slots=True)
class Told:
    """``published``: an ISO day."""

    title: str | None = None
    published: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()


_MARKS = ("itemprop", "itemtype", "itemscope", "property", "typeof", "datetime")


def bare(page: bytes) -> bytes:
    """The page without what is declared of it for machines, its address included."""
    tree = lxml.html.document_fromstring(decode(page, origin="page"))
    lxml.etree.strip_elements(tree, "script", "meta", "link", with_tail=False)
    lxml.etree.strip_attributes(tree, *_MARKS)
    return b"<meta charset='utf-8'>" + bytes(lxml.html.tostring(tree, encoding="utf-8"))


def ours(page: bytes) -> Told:
    try:
        article = read_html(decode(page, origin="page"), origin="page")
    except IngestError:
        return Told()
    day = article.published_at[:10] if article.published_at else None
    return Told(article.title, day, article.source, article.authors)


def trafilaturas(page: bytes) -> Told:
    found = importlib.import_module("trafilatura").extract_metadata(page)
    authors = tuple(name for name in (found.author or "").split("; ") if name)
    return Told(found.title, found.date, found.sitename, authors)


def htmldates(page: bytes) -> Told:
    """The day of first publication, as its documentation says to ask for it."""
    tree = lxml.html.document_fromstring(page, parser=lxml.html.HTMLParser(encoding="utf-8"))
    return Told(published=importlib.import_module("htmldate").find_date(tree, original_date=True))


OTHERS: dict[str, Callable[[bytes], Told]] = {"trafilatura": trafilaturas, "htmldate": htmldates}


def readers() -> dict[str, Callable[[bytes], Told]]:
    """Ours, and those of the others that are installed, each with its version."""
    found: dict[str, Callable[[bytes], Told]] = {"ours": ours}
    for name, read in OTHERS.items():
        if importlib.util.find_spec(name) is not None:
            found[f"{name} {importlib.import_module(name).__version__}"] = read
    return found
