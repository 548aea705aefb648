"""What a page's markup says of its story: the one JSON-LD thing, the one marked scope, the meta elements.

Other stories, comments and pages are told of by the same markup; a thing is the page's own where it has the page's
headline, or where no other can be meant.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

import lxml.html

from qa.ingest.normal import compared, plain_text
from qa.ingest.page.jsonld import Thing, is_story, text_of_value, things_of, types_of
from qa.ingest.page.microdata import marked_things
from qa.types import Provenance

_MOST = 40  # headings, and stories, that are compared with each other
_LONGEST = 1_000  # characters of a headline

Claim = tuple[str, Provenance]
"""What one place says, and which."""


@dataclass(frozen=True)
class Said:
    """The page, and what its markup says: the JSON-LD thing and the marked scope of its story, its meta elements."""

    page: lxml.html.HtmlElement
    told: Thing
    marked: Thing
    metas: Mapping[str, Sequence[str]]

    @classmethod
    def of(cls, page: lxml.html.HtmlElement) -> Said:
        metas = _metas(page)
        titles = _titles(page, metas)
        return cls(page, _told(page, titles), _marked(page, titles), metas)

    def claims(self, names: Sequence[str], metas: Sequence[str] = ()) -> Iterator[Claim]:
        """What markup says under these names: a property of the story, or a meta element."""
        places: tuple[tuple[Thing, Provenance], ...] = ((self.told, "json-ld"), (self.marked, "microdata"))
        for thing, whence in places:
            for name in names:
                if text := text_of_value(get(thing, name)):
                    yield text, whence
        for name in metas:
            for text in self.metas.get(name, ())[:1]:
                yield text, "meta"

    @cached_property
    def shown(self) -> list[str]:
        """The page's headings of the first order."""
        return _headings(self.page)

    @cached_property
    def page_title(self) -> str:
        return plain_text(self.page.findtext(".//title") or "")


def get(thing: Thing, name: str) -> Any:
    """A property, whatever the case of its name."""
    return thing[name] if name in thing else next((thing[key] for key in thing if key.lower() == name.lower()), None)


def _titles(page: lxml.html.HtmlElement, metas: Mapping[str, Sequence[str]]) -> list[str]:
    """What the page calls its story, in any place."""
    named = [*metas.get("og:title", ())[:2], plain_text(page.findtext(".//title") or "")]
    return [text for text in (*named, *_headings(page)) if text]


def _headings(page: lxml.html.HtmlElement) -> list[str]:
    headings = itertools.islice(page.iter("h1"), _MOST)
    return [text for heading in headings if (text := plain_text(heading.text_content()))]


def _told(page: lxml.html.HtmlElement, titles: Sequence[str]) -> Thing:
    """The JSON-LD thing of the page's story: of several, the one with its headline; without a story, the page's own."""
    things = things_of(page)
    stories = [thing for thing in things if is_story(thing)]
    if stories:
        named = _named(stories, titles)
        return named or (stories[0] if len(stories) == 1 or not any(get(one, "headline") for one in stories) else {})
    pages = (thing for thing in things if any(kind in ("WebPage", "ItemPage") for kind in types_of(thing)))
    return next((thing for thing in pages if get(thing, "datePublished")), {})


def _marked(page: lxml.html.HtmlElement, titles: Sequence[str]) -> Thing:
    """The marked scope of the page's story: the one around its headline, or the one that gives it."""
    scopes = [(thing, element) for thing, element in marked_things(page) if is_story(thing)]
    around = next((thing for thing, element in scopes if element.find(".//h1") is not None), None)
    return around or _named([thing for thing, _ in scopes], titles)


def _named(things: Sequence[Thing], titles: Sequence[str]) -> Thing:
    """The thing with a headline of the page, or with nearly one; empty where none has."""
    for agrees in (_begins_as, rewords):
        for thing in things[:_MOST]:
            headline = text_of_value(get(thing, "headline") or get(thing, "name")) or ""
            if any(agrees(headline[:_LONGEST], title[:_LONGEST]) for title in titles[:_MOST]):
                return thing
    return {}


def _begins_as(headline: str, title: str) -> bool:
    one, other = compared(headline), compared(title)
    return len(one) >= 8 and len(other) >= 8 and (one.startswith(other) or other.startswith(one))


def rewords(one: str, other: str) -> bool:
    """Whether two headlines say the same in other words: two words of weight in both, and a third of the shorter's."""
    words, others = _weighty(one), _weighty(other)
    both = len(words & others)
    return both >= 2 and both * 3 >= min(len(words), len(others))


def _weighty(text: str) -> set[str]:
    return {word[:6] for word in re.findall(r"\w+", text.casefold()) if len(word) >= 4}


def _metas(page: lxml.html.HtmlElement) -> dict[str, list[str]]:
    found: dict[str, list[str]] = {}
    for meta in page.iter("meta"):
        if meta.get("itemprop") and any(above.get("itemscope") is not None for above in meta.iterancestors()):
            continue  # of that scope, which may be a comment's
        content = plain_text(meta.get("content") or "")
        for name in (meta.get("property"), meta.get("name"), *(meta.get("itemprop") or "").split()):
            if name and content:
                found.setdefault(name.lower(), []).append(content)
    return found
