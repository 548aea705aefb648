"""The JSON-LD of a page -> the things it tells of, also where it is broken in one of the usual ways.

Usual are: HTML comments or CDATA marks around the JSON, a comma before a closing bracket, line breaks inside texts,
quotes written as entities, several values in one script, a semicolon at the end. References (``{"@id": ...}``) are
replaced with the things that they name. What cannot be read is as good as not there.
"""

from __future__ import annotations

import html
import json
import re
from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING, Any

from qa.ingest.normal import plain_text

if TYPE_CHECKING:
    import lxml.html

Thing = Mapping[str, Any]

_LONGEST = 2_000_000  # characters: no page tells so much of its story
_DEEPEST = 8
_MOST = 500  # things: a list of links to other stories goes no further
_WRAPPED = re.compile(r"^[\s/*]*(?:<!--|<!\[CDATA\[)[\s*/]*|[\s/*]*(?:-->|\]\]>)[\s*/]*$|^\ufeff")
_STRING_OR_COMMA = re.compile(r'"(?:[^"\\]|\\.)*+(?:"|\\?\Z)|,(?=\s*[}\]])', re.DOTALL)  # to the end where none closes
_BETWEEN = re.compile(r"[\s;,]*")
_INSIDE = ("@graph", "mainEntity", "mainEntityOfPage", "item", "itemReviewed")
_STORY = re.compile(r"(?:Article|BlogPosting|LiveBlogPosting|^Report|^Review)$")


def things_of(page: lxml.html.HtmlElement) -> list[Thing]:
    """All things that the page's scripts tell of, in order, references filled in."""
    values = [value for script in page.iter("script") if _is_jsonld(script) for value in values_in(script.text or "")]
    found = [thing for value in values for thing in _things(value)][:_MOST]
    named = {str(thing["@id"]): thing for thing in reversed(found) if "@id" in thing and len(thing) > 1}
    return [{name: _resolved(value, named) for name, value in thing.items()} for thing in found]


def is_story(thing: Thing) -> bool:
    """Whether a thing is an article of some kind, by its type."""
    return any(_STORY.search(kind) for kind in types_of(thing))


def types_of(thing: Thing) -> list[str]:
    """The names of its types, without the vocabulary's address."""
    kinds = [str(kind) for kind in as_list(thing.get("@type")) if kind]
    return [re.split(r"[/#:]", kind)[-1] for kind in kinds]


def as_list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


def text_of_value(value: Any) -> str | None:
    """The first text of a value, which may be a text, a number, a thing with a name, or a list of these."""
    for item in as_list(value):
        text = item.get("name") or item.get("@value") if isinstance(item, dict) else item
        text = text[0] if isinstance(text, list) and text else text
        if isinstance(text, (str, int)) and not isinstance(text, bool) and (plain := plain_text(_unescaped(str(text)))):
            return plain
    return None


def _unescaped(text: str) -> str:
    """The text without entities, also where they were escaped twice."""
    return html.unescape(html.unescape(text)) if "&" in text else text


def values_in(text: str) -> Iterator[Any]:
    """The JSON values of one script."""
    if len(text) > _LONGEST:
        return
    bare = _WRAPPED.sub("", _WRAPPED.sub("", text.strip())).strip().rstrip(";")
    for attempt in (bare, _repaired(bare), _repaired(html.unescape(bare))):
        try:
            yield from _decoded(attempt)
        except (ValueError, RecursionError):
            continue
        return


def _repaired(text: str) -> str:
    """Without the commas that stand before a closing bracket, and outside texts."""
    return _STRING_OR_COMMA.sub(lambda found: found[0] if found[0] != "," else "", text)


def _decoded(text: str) -> list[Any]:
    decoder = json.JSONDecoder(strict=False)
    found: list[Any] = []
    at = 0
    while at < len(text) and len(found) < _MOST:
        value, end = decoder.raw_decode(text, at)
        found.append(value)
        between = _BETWEEN.match(text, end)
        at = between.end() if between else end
    return found


def _is_jsonld(script: lxml.html.HtmlElement) -> bool:
    return "ld+json" in (script.get("type") or "").lower()


def _things(value: Any, depth: int = 0) -> Iterator[dict[str, Any]]:
    if depth > _DEEPEST:
        return
    for item in as_list(value):
        if isinstance(item, dict):
            yield item
            for name in _INSIDE:
                yield from _things(item.get(name), depth + 1)
        elif isinstance(item, list):
            yield from _things(item, depth + 1)


def _resolved(value: Any, named: Mapping[str, Thing]) -> Any:
    """The value with each bare reference replaced with what it names, one step deep."""
    if isinstance(value, list):
        return [_resolved(item, named) for item in value]
    if isinstance(value, dict) and set(value) <= {"@id", "@type"} and "@id" in value:
        return named.get(str(value["@id"]), value)
    return value
