"""A page's tree -> its blocks in reading order, each with what its place in the page says of it.

A block is the text between two block tags, or between two line breaks that part sentences; links and emphasis never
part one. Nothing is left out here but what no reader sees as text (scripts, forms' controls, drawings): which blocks
are the story is told by ``qa.ingest.page.story``.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace

import lxml.etree
import lxml.html

from qa.ingest.normal import plain_text
from qa.types import BlockKind

_BREAKS = re.compile(
    "\n[\\s\x02\x03]*\n[\\s\x02\x03]*|(?<=[.!?\u201d\"'\u2019:;)\u3002\uff01\uff1f])[ \x03]*\n|\n[ \x02]*(?=[^\\sa-z])"
)
"""Two breaks in a row, a break after a sentence's end, a break before what does not go on in small letters."""


def _words(text: str) -> frozenset[str]:
    return frozenset(text.split())


_SKIPPED = _words(
    "script style noscript template svg head iframe button select textarea object video audio canvas math map "
    "datalist input progress meter embed amp-ad amp-embed amp-iframe amp-video amp-consent amp-sidebar amp-analytics "
    "amp-auto-ads amp-sticky-ad amp-user-notification amp-social-share amp-list"
)
_BLOCKS = _words(
    "address article aside blockquote body caption center dd details dialog dir div dl dt fieldset figcaption figure "
    "footer form h1 h2 h3 h4 h5 h6 header hgroup hr html legend li main menu nav ol p pre search section summary table "
    "tbody td tfoot th thead tr ul"
)
_KIND_OF_TAG: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("figcaption", "caption", "figure"), "caption"),
    "blockquote": "quote",
    "li": "list_item",
    "dd": "list_item",
}
_MOST_CHARS: dict[BlockKind, int] = {"heading": 500, "caption": 1500}
_CAPTION_CLASS = re.compile(
    r"(?:^|[\s_-])(?:(?:img|image|photo|picture|media|wp)?-?_?caption|(?:img|image|photo|picture|media)[_-]*(?:credits?|meta))"
    r"(?:$|[\s_-])",
    re.IGNORECASE,
)
_LINK, _UNLINK = "\x02", "\x03"
"""Marks in the text that is being gathered, where a link begins and ends; no page's own text has them."""
_LAYS_OUT = ("p", "div", "article", "section", "h1", "h2", "blockquote", "form", "table")
_LONGEST_CELL = 400  # characters; running text stands in the cells of tables that lay out a page
_MARKS = re.compile("[\x02\x03]")
_LINKED = re.compile("\x02([^\x03]*)(?:\x03|$)")


@dataclass(slots=True)
class Place:
    """A block element of the page, and how much text is in it.

    ``weight`` and ``dropped`` are filled in by whoever looks for the story.
    """

    element: lxml.html.HtmlElement
    above: Place | None
    chars: int = 0
    weight: float = 0.0
    dropped: bool = False

    def chain(self) -> Iterator[Place]:
        """This place and all around it, the body last."""
        place: Place | None = self
        while place is not None:
            yield place
            place = place.above


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A block of the page.

    Attributes:
        kind: what its tags make it.
        linked: which share of its characters, 0 to 1, are links.
    """

    kind: BlockKind
    text: str
    place: Place = field(repr=False)
    linked: float = 0.0


def page_blocks(page: lxml.html.HtmlElement) -> list[PageBlock]:
    """All blocks of the page in order. Time and memory grow with the page's length and depth, and not faster."""
    body = page.find("body")
    root = page if body is None else body
    blocks = list(_Walk(root).blocks())
    for block in blocks:
        for place in block.place.chain():
            place.chars += len(block.text)
    return [replace(block, kind=_kind(block.place)) if block.kind == "paragraph" else block for block in blocks]


class _Walk:
    """One way through the tree. Elements are visited without recursion: pages nest as deep as they like."""

    def __init__(self, root: lxml.html.HtmlElement) -> None:
        self._root = root
        self._place = Place(root, None)
        self._parts: list[str] = []
        self._links = 0
        self._in_pre = 0

    def blocks(self) -> Iterator[PageBlock]:
        walk = lxml.etree.iterwalk(self._root, events=("start", "end"))
        skipped: lxml.html.HtmlElement | None = None
        for event, element in walk:
            if event == "start":
                if element is not self._root and _is_block(element):
                    yield from self._flush()
                    self._place = Place(element, self._place)
                if _is_data_table(element):
                    yield from _table(element, self._place)
                elif not _is_unseen(element):
                    self._enter(element)
                    continue
                skipped = element
                walk.skip_subtree()
            elif element is not self._root:
                if element is not skipped:
                    self._leave(element)
                if element is self._place.element:
                    yield from self._flush()
                    self._place = self._place.above or self._place
                self._add(element.tail)
        yield from self._flush()

    def _enter(self, element: lxml.html.HtmlElement) -> None:
        if element.tag == "br":
            self._parts.append("\n")
        elif element.tag == "a":
            self._parts.append(_LINK)
            self._links += 1
        self._in_pre += element.tag == "pre"
        self._add(element.text)

    def _leave(self, element: lxml.html.HtmlElement) -> None:
        self._in_pre -= element.tag == "pre"
        if element.tag == "a":
            self._parts.append(_UNLINK)
            self._links -= 1

    def _add(self, text: str | None) -> None:
        if text:
            self._parts.append(text if self._in_pre else text.replace("\n", " "))

    def _flush(self) -> Iterator[PageBlock]:
        text = "".join(self._parts)
        self._parts = [_LINK] * bool(self._links)
        is_link = ""
        for piece in _broken(text):
            whole = is_link + piece
            is_link = _LINK * (whole.rfind(_LINK) > whole.rfind(_UNLINK))
            if plain := plain_text(_MARKS.sub("", piece)):
                yield PageBlock("paragraph", plain, self._place, _linked_share(whole))


def _broken(text: str) -> list[str]:
    """The pieces between line breaks; a single break inside a sentence parts nothing."""
    if "\n" not in text:
        return [text]
    return _BREAKS.split(text)


def _linked_share(text: str) -> float:
    inside = _LINKED.findall(text)
    if not inside:
        return 0.0
    whole = len("".join(_MARKS.sub("", text).split()))
    return len("".join(_MARKS.sub("", "".join(inside)).split())) / whole if whole else 0.0


def _is_block(element: lxml.html.HtmlElement) -> bool:
    return element.tag in _BLOCKS or _is_attribution(element)


def _is_attribution(element: lxml.html.HtmlElement) -> bool:
    """Who is quoted, below a block quote: not part of what was said."""
    if element.tag not in ("cite", "footer"):
        return False
    above = element.getparent()
    return above is not None and above.tag == "blockquote"


def _is_unseen(element: lxml.html.HtmlElement) -> bool:
    if element.tag in _SKIPPED:
        return True
    style = element.get("style")
    return style is not None and element.tag not in _BLOCKS and "display:none" in style.replace(" ", "").lower()


def _kind(place: Place) -> BlockKind:
    """What the closest telling tag around makes a block; one that holds far too much (never closed) tells nothing."""
    for around in place.chain():
        kind = _own_kind(around.element)
        if kind and around.chars <= _MOST_CHARS.get(kind, around.chars):
            return kind
    return "paragraph"


def _own_kind(element: lxml.html.HtmlElement) -> BlockKind | None:
    if _is_attribution(element) or _CAPTION_CLASS.search(element.get("class") or ""):
        return "caption"
    return _KIND_OF_TAG.get(element.tag)


def _is_data_table(element: lxml.html.HtmlElement) -> bool:
    """A table that holds figures and words, not one that lays out the page."""
    if element.tag != "table" or any(inner is not element for inner in element.iter(*_LAYS_OUT)):
        return False
    rows = [[cell for cell in row if cell.tag in ("td", "th")] for row in element.iter("tr")]
    if sum(len(row) > 1 for row in rows) < 2:
        return False
    return all(len("".join(cell.itertext())) < _LONGEST_CELL for row in rows for cell in row)


def _table(table: lxml.html.HtmlElement, place: Place) -> Iterator[PageBlock]:
    for caption in table.iterfind(".//caption"):
        if text := plain_text(caption.text_content()):
            yield PageBlock("caption", text, place)
    rows = []
    for row in table.iter("tr"):
        cells = [plain_text(cell.text_content()) for cell in row if cell.tag in ("td", "th")]
        if any(cells):
            rows.append("\t".join(cells))
    if rows:
        yield PageBlock("table", "\n".join(rows), place)
