"""What a page says about its story: headline, outlet, authors, dates, address, language, section and genre.

Believed in this order: the page's JSON-LD, its meta elements, its visible marks (h1, time, rel=author). A date that is
only printed on the page counts when it stands below the headline; one above it is the day of the visit.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urljoin, urlsplit

import lxml.html

from qa.ingest.dates import iso_date
from qa.ingest.lines import byline, date_line, names_in
from qa.ingest.masthead import copyright_name, spaced_name
from qa.ingest.normal import compared, plain_text

_STORY_TYPE = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|Report|Review)$")
_GENRE_OF_TYPE = {"OpinionNewsArticle": "opinion", "AnalysisNewsArticle": "analysis", "ReviewNewsArticle": "review"}


@dataclass(frozen=True, slots=True)
class Metadata:
    title: str | None = None
    source: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    updated_at: str | None = None
    url: str | None = None
    language: str | None = None
    section: str | None = None
    genre: str | None = None


def read_metadata(page: lxml.html.HtmlElement) -> Metadata:
    """All that the page declares; None or empty where it declares nothing."""
    told = _told(page)
    metas = _metas(page)
    source = _source(page, told, metas)
    visible = _visible_dates(page)
    published = _exactest(_date(told.get("datePublished")), _meta_date(metas, _PUBLISHED_METAS), visible[0])
    updated = _exactest(_date(told.get("dateModified")), _meta_date(metas, _UPDATED_METAS), visible[1])
    return Metadata(
        title=_title(page, told, metas, source),
        source=source,
        authors=_authors(page, told, metas),
        published_at=published,
        updated_at=updated if _is_later(updated, published) else None,
        url=_url(page, told, metas),
        language=_language(page, told, metas),
        section=_first_text(told.get("articleSection")) or _first(metas, "article:section", "section"),
        genre=_genre(told),
    )


def _told(page: lxml.html.HtmlElement) -> Mapping[str, Any]:
    """The JSON-LD object of the page's story; empty where there is none."""
    for script in page.iterfind(".//script[@type='application/ld+json']"):
        try:
            data = json.loads(script.text or "", strict=False)
        except (ValueError, RecursionError):
            continue
        for thing in _things(data):
            if any(_STORY_TYPE.search(str(kind)) for kind in _as_list(thing.get("@type"))):
                return thing
    return {}


def _things(data: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > 6:
        return
    for item in _as_list(data):
        if isinstance(item, dict):
            yield item
            for key in ("@graph", "mainEntity", "mainEntityOfPage"):
                yield from _things(item.get(key), depth + 1)


def _as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def _first_text(value: Any) -> str | None:
    """The first text of a JSON-LD value, which may be a text, a thing with a name, or a list of these."""
    for item in _as_list(value):
        text = item.get("name") if isinstance(item, dict) else item
        if isinstance(text, str) and (plain := plain_text(html.unescape(text))):
            return plain
    return None


def _metas(page: lxml.html.HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in page.iter("meta"):
        name = meta.get("property") or meta.get("name") or meta.get("itemprop") or ""
        if content := plain_text(meta.get("content") or ""):
            found.setdefault(name.lower(), []).append(content)
    return found


def _first(metas: Mapping[str, list[str]], *names: str) -> str | None:
    return next((metas[name][0] for name in names if name in metas), None)


_PUBLISHED_METAS = (
    "article:published_time",
    "og:published_time",
    "datepublished",
    "date",
    "dc.date",
    "dc.date.issued",
    "dcterms.created",
    "parsely-pub-date",
    "publishdate",
    "pubdate",
    "publish-date",
    "publication_date",
    "sailthru.date",
    "cxenseparse:recs:publishtime",
)
_UPDATED_METAS = (
    "article:modified_time",
    "og:updated_time",
    "datemodified",
    "last-modified",
    "dcterms.modified",
    "lastmod",
)


def _meta_date(metas: Mapping[str, list[str]], names: tuple[str, ...]) -> str | None:
    return next((date for name in names for text in metas.get(name, ()) if (date := iso_date(text))), None)


def _date(value: Any) -> str | None:
    text = _first_text(value)
    return iso_date(text) if text else None


def _exactest(*dates: str | None) -> str | None:
    """The first date; with the time of a later one that means the same day, where it has none itself."""
    known = [date for date in dates if date]
    same_day = [date for date in known if date[:10] == known[0][:10]]
    return max(same_day, key=len, default=None)


def _is_later(updated: str | None, published: str | None) -> bool:
    if updated is None:
        return False
    return published is None or (updated != published and updated[:10] >= published[:10])


def _title(
    page: lxml.html.HtmlElement, told: Mapping[str, Any], metas: Mapping[str, list[str]], source: str | None
) -> str | None:
    """The h1 where it is the declared headline, or nothing is declared; else the declared one."""
    shown = [text for heading in page.iter("h1") if (text := plain_text(heading.text_content()))]
    told_title = _first_text(told.get("headline")) or _first(metas, "og:title", "twitter:title")
    page_title = plain_text(page.findtext(".//title") or "")
    declared = _without_source(told_title or "", source)
    for text in shown:
        if compared(text) and compared(text) in (compared(declared), compared(_without_source(page_title, source))):
            return text
    in_story = [text for text in shown if compared(text)[:40] == compared(declared)[:40]]
    return (
        next(iter(in_story), None) or declared or next(iter(shown), None) or _without_source(page_title, source) or None
    )


def _without_source(title: str, source: str | None) -> str:
    parts = re.split(r"\s+[|\u2013\u2014\u00b7-]\s+", title)
    if source and len(parts) > 1 and compared(parts[-1]).removeprefix("the") == compared(source).removeprefix("the"):
        return title[: title.rindex(parts[-1])].rstrip(" |\u2013\u2014\u00b7-")
    return title


def _source(page: lxml.html.HtmlElement, told: Mapping[str, Any], metas: Mapping[str, list[str]]) -> str | None:
    named = _first_text(told.get("publisher")) or _first(
        metas, "og:site_name", "application-name", "dc.publisher", "publisher", "copyright"
    )
    if named:
        return named
    end = re.split(r"\s+[|\u2013\u2014]\s+", plain_text(page.findtext(".//title") or ""))
    if len(end) > 1 and len(end[-1].split()) <= 5:
        return spaced_name(end[-1])
    return copyright_name([plain_text(text) for text in page.itertext() if len(text) < 200])


_AUTHOR_MARKS = (
    "//*[@rel='author' or @itemprop='author' or contains(concat(' ', @class, ' '), ' byline ')"
    " or contains(concat(' ', @class, ' '), ' author ')]"
)


def _authors(page: lxml.html.HtmlElement, told: Mapping[str, Any], metas: Mapping[str, list[str]]) -> tuple[str, ...]:
    named = [name for item in _as_list(told.get("author")) if (name := _first_text(item))]
    if not named:
        named = [
            *metas.get("author", ()),
            *metas.get("dc.creator", ()),
            *(a for a in metas.get("article:author", ()) if "/" not in a),
        ]
    if not named:
        marks = page.xpath(_AUTHOR_MARKS)
        named = [plain_text(mark.text_content()) for mark in marks[:6]]
        named = [text for text in named if 0 < len(text) <= 120]
    names = (name for text in named for name in (byline(text) or names_in(text) or (_bare(text),)))
    return tuple(dict.fromkeys(name for name in names if name))


def _bare(text: str) -> str:
    return "" if "//" in text or len(text) > 60 else re.sub(r"^by\s+", "", text, flags=re.IGNORECASE)


def _visible_dates(page: lxml.html.HtmlElement) -> tuple[str | None, str | None]:
    """(published, updated) as marked or printed below the headline, and before the story is well under way."""
    published: str | None = None
    updated: str | None = None
    below = page.find(".//h1") is None
    for element in page.iter():
        below = below or element.tag == "h1"
        if (
            not below
            or not isinstance(element.tag, str)
            or element.tag in ("script", "style")
            or (published and updated)
        ):
            continue
        if element.xpath("ancestor::aside|ancestor::footer|ancestor::nav"):
            continue
        if element.tag == "time":
            date = iso_date(element.get("datetime") or element.text_content())
            near = plain_text(element.getparent().text_content() if element.getparent() is not None else "")[:60]
            if date and re.match(r"(?:last )?(?:updated|modified)", _before(near, element), re.IGNORECASE):
                updated = updated or date
            else:
                published = published or date
        elif (
            len(element) <= 2
            and (text := plain_text(element.text_content()))
            and len(text) < 120
            and (line := date_line(text))
        ):
            published = published or line.published or line.bare
            updated = updated or line.updated
    return published, updated


def _before(near: str, element: lxml.html.HtmlElement) -> str:
    """The words right before the element in its parent, from the last label on."""
    own = plain_text(element.text_content())
    words = near.split(own, maxsplit=1)[0] if own else near
    labels = list(re.finditer(r"(?:last )?(?:updated|modified|published|posted)", words, re.IGNORECASE))
    return labels[-1][0] if labels else ""


def _url(page: lxml.html.HtmlElement, told: Mapping[str, Any], metas: Mapping[str, list[str]]) -> str | None:
    links = [link.get("href") for link in page.iter("link") if (link.get("rel") or "").lower() == "canonical"]
    main = told.get("mainEntityOfPage")
    told_url = told.get("url") or (main.get("@id") if isinstance(main, dict) else main)
    for link in (*links, _first(metas, "og:url"), told_url):
        if isinstance(link, str) and _is_web(link):
            return link.strip()
    return None


def _is_web(link: str) -> bool:
    try:
        parts = urlsplit(urljoin("", link.strip()))
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.netloc)


def _language(page: lxml.html.HtmlElement, told: Mapping[str, Any], metas: Mapping[str, list[str]]) -> str | None:
    root = page if page.tag == "html" else page.getroottree().getroot()
    name = (
        root.get("lang")
        or root.get("{http://www.w3.org/XML/1998/namespace}lang")
        or _first_text(told.get("inLanguage"))
    )
    name = name or _first(metas, "og:locale", "content-language", "language")
    code = (name or "").replace("_", "-").strip()
    return code if re.fullmatch(r"[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*", code) else None


def _genre(told: Mapping[str, Any]) -> str | None:
    genre = _first_text(told.get("genre"))
    if genre and "/" not in genre:
        return genre
    return next(
        (_GENRE_OF_TYPE[str(kind)] for kind in _as_list(told.get("@type")) if str(kind) in _GENRE_OF_TYPE), None
    )
