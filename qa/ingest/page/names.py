"""The names on a page: the story's headline, its outlet, its authors."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from urllib.parse import urlsplit

import lxml.html

from qa.ingest.copied.masthead import copyright_name, spaced_name
from qa.ingest.lines import byline, names_in
from qa.ingest.normal import compared, plain_text
from qa.ingest.page.jsonld import Thing, as_list, text_of_value
from qa.ingest.page.markup import Claim, Said, get, rewords
from qa.ingest.page.visible import Visible
from qa.types import Provenance

_TITLE_METAS = ("og:title", "twitter:title", "parsely-title", "sailthru.title", "citation_title", "dc.title", "title")
_SOURCE_METAS = ("og:site_name", "application-name", "dc.publisher", "publisher", "citation_journal_title", "copyright")
_AUTHOR_METAS = (
    *("author", "byl", "article:author", "parsely-author", "sailthru.author", "dc.creator", "citation_author"),
    *("dcterms.creator", "article.author"),
)
_LONGEST = 1_000  # characters of a headline or a byline that is looked into
_MOST = 40  # authors of one story
_PLACEHOLDERS = frozenset({"none", "null", "undefined", "nan", "na", "unknown", "admin", "administrator"})


def title_of(said: Said, names: Sequence[Claim]) -> Claim | None:
    """The printed headline where something declared says the same, or nearly so; else what is declared."""
    declared = [(_bare_title(text, names), whence) for text, whence in said.claims(("headline",), _TITLE_METAS)]
    declared = [claim for claim in declared if compared(claim[0])]
    page_title = _bare_title(said.page_title, names)
    outlets = {outlet_key(name) for name, _ in names}
    shown = [text for text in said.shown if compared(text) and outlet_key(text) not in outlets]
    known = [*(text for text, _ in declared), page_title]
    for agrees in (_same, _begins, rewords):
        if printed := next((text for text in shown if any(agrees(text, other) for other in known)), None):
            return printed, "page"
    if declared:
        return declared[0]
    text = next(iter(shown), None) or page_title
    return (text, "page") if text else None


def _same(shown: str, declared: str) -> bool:
    return compared(shown) == compared(declared)


def _begins(shown: str, declared: str) -> bool:
    key, other = compared(shown), compared(declared)
    return len(key) >= 15 and len(other) >= 15 and key[:40] == other[:40]


_PARTED = re.compile(r"\s+[|\u00b7\u2022\u00bb\u2013\u2014-]{1,2}\s+")


def _bare_title(title: str, names: Sequence[Claim]) -> str:
    """The title without the outlet's name at its end or beginning."""
    keys = {outlet_key(name) for name, _ in names}
    while len(title) <= _LONGEST and len(parts := _PARTED.split(title)) > 1:
        if outlet_key(parts[-1]) in keys:
            title = title[: title.rindex(parts[-1])].rstrip(" |\u00b7\u2022\u00bb\u2013\u2014-")
        elif outlet_key(parts[0]) in keys:
            title = title[len(parts[0]) :].lstrip(" |\u00b7\u2022\u00bb\u2013\u2014-")
        else:
            break
    return title


def outlet_key(name: str) -> str:
    """Equal for 'The Lowmere Echo', 'lowmereecho.com' and 'www.lowmereecho.com'."""
    bare = re.sub(
        r"^(?:https?://)?(?:www\.)?|\.(?:com|org|net|news|info|tv|co\.[a-z]{2}|[a-z]{2})/?$",
        "",
        name.strip().casefold(),
    )
    return compared(bare).removeprefix("the")


def outlets_of(said: Said, url: Claim | None) -> list[Claim]:
    """The names of the outlet, best first: by how many places give them, and whether they are in the address."""
    named = [
        (_tidy_outlet(text), whence) for text, whence in said.claims(("publisher", "sourceOrganization"), _SOURCE_METAS)
    ]
    ends = _beside_headline(said)
    claims: list[Claim] = [*named, *((end, "page") for end in ends)]
    claims = [claim for claim in claims if compared(claim[0]) and not _NO_OUTLET.match(claim[0])]
    host = (urlsplit(url[0]).hostname or "") if url else ""
    votes = Counter(outlet_key(text) for text, _ in claims)
    sure = [
        claim for claim in claims if claim[1] != "page" or votes[outlet_key(claim[0])] > 1 or _is_of(claim[0], host)
    ]
    ranked = sorted(
        sure, key=lambda claim: (_is_address(claim[0]), -votes[outlet_key(claim[0])] - _is_of(claim[0], host))
    )
    best = [claim for claim in ranked if outlet_key(claim[0]) == outlet_key(ranked[0][0])]
    best.sort(key=lambda claim: ("." in claim[0], " " not in claim[0] and any(" " in other for other, _ in best)))
    return [*best, *(claim for claim in ranked if claim not in best)] or _printed_outlet(said, ends)


_NO_OUTLET = re.compile(r"(?:copyright\b|\u00a9|\(c\)|\d)[^a-z]*$|copyright\b", re.IGNORECASE)


def _beside_headline(said: Said) -> list[str]:
    """What the page's title says beside the headline: 'The Echo: Harbour freezes', 'Harbour freezes | The Echo'."""
    title = said.page_title
    for shown in said.shown:
        at = title.casefold().find(shown.casefold())
        if at >= 0 and len(shown) >= 12:
            rest = (title[:at] + " | " + title[at + len(shown) :]).strip(" |:\u00b7\u2022\u00bb\u2013\u2014-")
            return [rest] if rest and len(rest.split()) <= 6 and not _PARTED.search(rest) else _ends(rest and title)
    return _ends(title)


def _ends(title: str) -> list[str]:
    return [part for part in _PARTED.split(title)[1:][-1:] if len(part.split()) <= 6]


def _tidy_outlet(text: str) -> str:
    """The name without its slogan: 'The Echo | News of Lowmere'."""
    first = re.split(r"\s+[|\u2013\u2014]\s+|\s+-\s+", text)[0]
    return first if len(first) >= 2 else text


def _is_address(name: str) -> bool:
    return "//" in name or name.startswith("www.")


def _is_of(name: str, host: str) -> bool:
    """Whether the name is in the address: 'Lowmere Echo' in www.lowmereecho.example, or begins as a part of it."""
    key = outlet_key(name)
    parts = [compared(part) for part in host.split(".")]
    return len(key) >= 3 and (key in compared(host) or any(len(part) >= 5 and key.startswith(part) for part in parts))


def _printed_outlet(said: Said, ends: Sequence[str]) -> list[Claim]:
    if ends and len(ends[0].split()) <= 5:
        return [(spaced_name(ends[0]), "page")]
    name = copyright_name([plain_text(text) for text in said.page.itertext() if len(text) < 200])
    return [(name, "page")] if name and not _NO_OUTLET.match(name) else []


_AUTHOR_MARKS = (
    "//*[@rel='author' or @itemprop='author' or contains(concat(' ', @class, ' '), ' byline ')"
    " or contains(concat(' ', @class, ' '), ' author ')]"
)
_STARTS_BYLINE = re.compile(r"^(?:by|von|por|par|words:|text:|written by|posted by)\s+\S", re.IGNORECASE)


def authors_of(said: Said, visible: Visible, names: Sequence[Claim]) -> tuple[tuple[str, ...], Provenance | None]:
    """The names that the best place gives; an outlet's own name only where nobody else is named."""
    outlets = {outlet_key(name) for name, _ in names}
    fallback: tuple[tuple[str, ...], Provenance | None] = ((), None)
    for texts, whence in _bylines(said, visible):
        people = _people(texts)
        if persons := tuple(name for name in people if not _is_outlet(name, outlets)):
            return persons, whence
        if people and not fallback[0]:
            fallback = (people, whence)
    return fallback


def _bylines(said: Said, visible: Visible) -> Iterator[tuple[list[str], Provenance]]:
    """Where names of authors stand, the most trusted place first."""
    yield _named(said.told), "json-ld"
    yield _named(said.marked), "microdata"
    yield _author_metas(said.metas), "meta"
    yield [text for text in visible.byline if _STARTS_BYLINE.match(text)], "page"
    yield _marked_names(said.page), "page"


def _is_outlet(name: str, outlets: Iterable[str]) -> bool:
    """Whether it names the outlet, or a desk of it: 'Echo', 'Echo Business'."""
    key = outlet_key(name)
    return any(key == outlet or (len(outlet) >= 3 and name.casefold().startswith(f"{outlet} ")) for outlet in outlets)


def _named(thing: Thing) -> list[str]:
    each = (as_list(get(thing, name))[:_MOST] for name in ("author", "creator"))
    named = ([name for item in items if (name := text_of_value(item))] for items in each)
    return next((names for names in named if names), [])


def _author_metas(metas: Mapping[str, Sequence[str]]) -> list[str]:
    each = ([text for text in metas.get(name, ()) if "/" not in text] for name in _AUTHOR_METAS)
    return next((texts for texts in each if texts), [])


def _marked_names(page: lxml.html.HtmlElement) -> list[str]:
    marks = page.xpath(_AUTHOR_MARKS)
    return [text for mark in marks[:6] if 0 < len(text := plain_text(mark.text_content())) <= 120]


_POSTED = re.compile(r"^(?:posted|written|reported|edited) by:?\s+", re.IGNORECASE)
_DEGREES = re.compile(r"(?:,\s?(?:[A-Z]{2,6}|Ph\.?\s?D\.?|M\.?D\.?|R\.?N\.?|[BM]\.?(?:Sc|A)\.?)(?=,|$))+$")


def _people(texts: Sequence[str]) -> tuple[str, ...]:
    bare = [_DEGREES.sub("", _POSTED.sub("By ", text)) for text in texts if len(text) <= _LONGEST]
    names = (name for text in bare for name in (byline(text) or names_in(text) or (_bare(text),)))
    return tuple(dict.fromkeys(name for name in names if _is_name(name)))


def _is_name(text: str) -> bool:
    return bool(text) and compared(text) not in _PLACEHOLDERS and not re.search(r"\d", text)


def _bare(text: str) -> str:
    return "" if "//" in text or len(text) > 60 else re.sub(r"^by\s+", "", text, flags=re.IGNORECASE)
