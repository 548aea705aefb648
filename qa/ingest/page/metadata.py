"""What a page says about its story: headline, outlet, authors, dates, address, language, section and genre.

Believed in this order: the page's JSON-LD, its microdata and RDFa, its meta elements, what it prints. The headline is
taken as it is printed where a printed line says what is declared; a declared day that two other places contradict is
given up for theirs; and a moment that the page prints by its own clock is given by that clock. Where each field came
from is kept beside it.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html

from qa.ingest.genre import Hints, genre_of
from qa.ingest.notices import declared_notices
from qa.ingest.page.dates import published_of, updated_of
from qa.ingest.page.jsonld import Thing, as_list, is_story, text_of_value, types_of
from qa.ingest.page.markup import Claim, Said, get
from qa.ingest.page.names import authors_of, outlets_of, title_of
from qa.ingest.page.visible import Visible, read_visible
from qa.types import Notice, Provenance

_SECTION_METAS = ("article:section", "parsely-section", "section", "article.section", "dc.subject")


@dataclass(frozen=True, slots=True)
class Metadata:
    """What a page declares; None or empty where it declares nothing.

    Attributes:
        provenance: where each field came from, by the field's name.
        notices: corrections and retractions that the page's markup declares.
    """

    title: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    updated_at: str | None = None
    url: str | None = None
    language: str | None = None
    section: str | None = None
    genre: str | None = None
    provenance: Mapping[str, Provenance] = field(default_factory=dict)
    notices: tuple[Notice, ...] = ()


def read_metadata(page: lxml.html.HtmlElement) -> Metadata:
    """All that the page declares; None or empty where it declares nothing."""
    said = Said.of(page)
    url = _url(said)
    names = outlets_of(said, url)
    title = title_of(said, names)
    visible = read_visible(page, title[0] if title else None)
    published = published_of(said, visible)
    updated = updated_of(said, visible, published)
    section = _section(said)
    found: dict[str, Claim | None] = {
        "title": title,
        "source": names[0] if names else None,
        "published_at": published,
        "updated_at": updated,
        "url": url,
        "language": _language(said),
        "section": section,
        "genre": _genre(said, visible),
    }
    authors, authors_from = authors_of(said, visible, names)
    values: dict[str, Any] = {name: claim[0] for name, claim in found.items() if claim}
    whence: dict[str, Provenance] = {name: claim[1] for name, claim in found.items() if claim}
    if authors and authors_from:
        whence["authors"] = authors_from
    return Metadata(**values, authors=authors, provenance=whence, notices=tuple(declared_notices(said.told)))


def _url(said: Said) -> Claim | None:
    """The story's own address: none that is relative to nothing, a home page, or another site's section."""
    links = [
        link.get("href") or ""
        for link in said.page.iter("link")
        if "canonical" in (link.get("rel") or "").lower().split()
    ]
    main = get(said.told, "mainEntityOfPage")
    main = main.get("@id") or main.get("url") if isinstance(main, Mapping) else main
    told = [text for text in (get(said.told, "url"), main) if isinstance(text, str)]
    claims: list[Claim] = [
        *((link, "meta") for link in (*links, *said.metas.get("og:url", ())[:1])),
        *((text, "json-ld") for text in told),
    ]
    whole = [text for text, _ in claims if _is_web(text)]
    base = next((link.get("href") or "" for link in said.page.iter("base")), "")
    base = base if _is_web(base) else next(iter(whole), "")
    joined = [(_joined(base, text.strip()), whence) for text, whence in claims if text.strip()]
    hosts = Counter(_site(text) for text, _ in joined if _is_web(text))
    trusted = (claim for claim in joined if _is_web(claim[0]) and _is_story_address(claim[0], hosts))
    return next(trusted, None)


def _joined(base: str, link: str) -> str:
    try:
        return urljoin(base, link)
    except ValueError:
        return link


def _is_web(link: str) -> bool:
    try:
        parts = urlsplit(link.strip())
    except ValueError:
        return False
    is_clean = (
        re.search(r"[\s<>\"\x00-\x1f\x7f-\x9f]", link.strip()) is None
    )  # markup that was never closed runs into a link
    return parts.scheme in ("http", "https") and bool(parts.netloc) and is_clean


def _site(link: str) -> str:
    return ".".join((urlsplit(link).hostname or "").split(".")[-2:])


def _is_story_address(link: str, sites: Mapping[str, int]) -> bool:
    """Not a home page; and of another site than the page's other addresses only where it leads to a page there."""
    parts = urlsplit(link)
    steps = [step for step in parts.path.split("/") if step]
    if not steps and not parts.query:
        return False
    is_section = len(steps) == 1 and not re.search(r"[\d.]|-.+-", steps[0]) and not parts.query
    return not (is_section and len(sites) > 1 and sites[_site(link)] < max(sites.values()) + 1)


def _language(said: Said) -> Claim | None:
    root = said.page if said.page.tag == "html" else said.page.getroottree().getroot()
    own = root.get("lang") or root.get("{http://www.w3.org/XML/1998/namespace}lang") or root.get("xml:lang")
    claims = [
        (own, "page"),
        *said.claims(("inLanguage",), ("og:locale", "content-language", "language", "dc.language")),
    ]
    for name, whence in claims:
        code = (name or "").replace("_", "-").strip()
        if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", code):
            return code, whence
    return None


def _section(said: Said) -> Claim | None:
    return next(said.claims(("articleSection",), _SECTION_METAS), None)


def _genre(said: Said, visible: Visible) -> Claim | None:
    """The genre that markup declares, or that a label right beside the headline does."""
    places: tuple[tuple[Thing, Provenance], ...] = ((said.told, "json-ld"), (said.marked, "microdata"))
    for thing, whence in places:
        words = [text for item in as_list(get(thing, "genre")) if (text := text_of_value(item)) and "/" not in text]
        kinds = [kind for kind in types_of(thing) if is_story(thing) or kind]
        if found := genre_of(Hints(words=tuple(words), types=tuple(kinds))):
            return found, whence
        if words and words[0].casefold() not in ("article", "news article"):
            return words[0], whence
    words = [
        text
        for name in ("article:genre", "genre", "dc.type", "content-type-label")
        for text in said.metas.get(name, ())
    ]
    if found := genre_of(Hints(words=tuple(words))):
        return found, "meta"
    found = genre_of(Hints(labels=visible.beside))
    return (found, "page") if found else None
