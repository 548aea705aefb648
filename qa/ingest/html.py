"""An HTML page -> one Article: trafilatura says which text is the story, the page what its blocks are.

trafilatura finds the story well but parts its paragraphs at links, emphasis and line breaks. So the page is walked
here, block by block, and a block is kept where its text is among what trafilatura chose. Headings, list items, block
quotes, captions and tables keep their kind; links and emphasis never part a paragraph.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import lxml.etree
import lxml.html

from qa.errors import UnreadableSource
from qa.ingest.furniture import is_furniture, is_section, opens_box, opens_tail
from qa.ingest.lines import byline, caption_text, date_line, ends_sentence, is_caption, is_prose, is_url
from qa.ingest.metadata import Metadata, read_metadata
from qa.ingest.normal import compared, plain_text
from qa.types import NUMBERED, Article, Block, BlockKind

_SKIPPED = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "iframe",
        "button",
        "select",
        "textarea",
        "object",
        "video",
        "audio",
        "canvas",
        "math",
    ]
)
_BLOCKS = frozenset(
    [
        "address",
        "article",
        "aside",
        "blockquote",
        "body",
        "caption",
        "center",
        "dd",
        "details",
        "dialog",
        "dir",
        "div",
        "dl",
        "dt",
        "fieldset",
        "figcaption",
        "figure",
        "footer",
        "form",
        "h1",
        "h2",
        "h3",
        "h4",
        "h5",
        "h6",
        "header",
        "hr",
        "html",
        "legend",
        "li",
        "main",
        "menu",
        "nav",
        "ol",
        "p",
        "pre",
        "section",
        "summary",
        "table",
        "tbody",
        "td",
        "tfoot",
        "th",
        "thead",
        "tr",
        "ul",
    ]
)
_KIND_OF_TAG: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    **dict.fromkeys(("figcaption", "caption"), "caption"),
    "blockquote": "quote",
    "li": "list_item",
    "dd": "list_item",
}
_CAPTION_CLASS = re.compile(r"(?:^|[\s_-])(?:img|image|photo|picture|media|wp)?-?_?caption(?:$|[\s_-])", re.IGNORECASE)
_NEVER = ("nav", "footer", "form", "aside")


@dataclass(frozen=True, slots=True)
class PageBlock:
    """A block of the page: its text, what its tags make it, and the chain of its elements' tags."""

    kind: BlockKind
    text: str
    inside: frozenset[str]
    parent: int


def read_html(text: str, *, origin: str) -> Article:
    """Make one article of a page.

    Raises:
        UnreadableSource: the page cannot be parsed, or holds no story.
    """
    page = parse(text, origin=origin)
    metadata = read_metadata(page)
    blocks = story_blocks(page, title=metadata.title)
    if not any(block.kind in NUMBERED for block in blocks):
        raise UnreadableSource(
            "no article text found", path=origin, hint="the page should hold the story itself, not only links to it"
        )
    return article_of(metadata, blocks, origin=origin)


def read_html_body(text: str, *, title: str, origin: str) -> Article:
    """The story of a page, or of a piece of one, whose headline is known.

    A piece with no furniture around it, such as an API gives, is kept whole.

    Raises:
        UnreadableSource: as ``read_html`` does.
    """
    page = parse(text, origin=origin)
    whole = re.search(r"<(?:html|body)\b", text, re.IGNORECASE) is not None
    blocks = story_blocks(page, title=title) if whole else _tidy(list(page_blocks(page)), title)
    if not any(block.kind in NUMBERED for block in blocks):
        raise UnreadableSource("no article text found", path=origin)
    return article_of(read_metadata(page) if whole else Metadata(), blocks, origin=origin)


def article_of(metadata: Metadata, blocks: tuple[Block, ...], *, origin: str) -> Article:
    first = next(block.text for block in blocks if block.kind in NUMBERED)
    return Article(
        title=metadata.title or first[:100],
        blocks=blocks,
        source=metadata.source,
        authors=metadata.authors,
        published_at=metadata.published_at,
        updated_at=metadata.updated_at,
        url=metadata.url,
        language=metadata.language,
        section=metadata.section,
        genre=metadata.genre,
        origin=origin,
    )


def parse(text: str, *, origin: str) -> lxml.html.HtmlElement:
    """The page as a tree, without comments.

    Raises:
        UnreadableSource: there is nothing to parse.
    """
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", text)
    try:
        page = lxml.html.document_fromstring(clean.encode(), parser=parser)
    except lxml.etree.LxmlError as error:
        raise UnreadableSource("the HTML cannot be parsed", path=origin) from error
    return page


def story_blocks(page: lxml.html.HtmlElement, *, title: str | None = None) -> tuple[Block, ...]:
    """The blocks of the story in order, with their kinds."""
    blocks = list(page_blocks(page))
    chosen = _Chosen.of(page)
    kept = [i for i, block in enumerate(blocks) if chosen.has(block)]
    kept = _one_of_each(blocks, kept)
    kept = _with_neighbours(blocks, kept)
    return _tidy([blocks[i] for i in kept], title)


def page_blocks(page: lxml.html.HtmlElement) -> Iterator[PageBlock]:
    """All blocks of the page in order: the text between two block tags, or between two breaks in a row."""
    body = page.find("body")
    root = page if body is None else body
    skipping: lxml.html.HtmlElement | None = None
    parts: list[str] = []
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        if skipping is not None:
            if event == "end" and element is skipping:
                skipping = None
                parts.append(element.tail or "")
            continue
        tag = element.tag
        is_block = tag in _BLOCKS or _is_attribution(element)
        if is_block:
            owner = element.getparent() if event == "start" else element
            yield from _flushed(parts, element if owner is None else owner)
        if event == "start":
            if tag in _SKIPPED or _is_data_table(element):
                if tag == "table":
                    yield from _table(element)
                skipping = element
            else:
                parts.append("\n" if tag == "br" else element.text or "")
        elif element is not root:
            parts.append(element.tail or "")


def _is_attribution(element: lxml.html.HtmlElement) -> bool:
    """Who is quoted, below a block quote: not part of what was said."""
    above = element.getparent()
    return element.tag in ("cite", "footer") and above is not None and above.tag == "blockquote"


def _flushed(parts: list[str], owner: lxml.html.HtmlElement) -> Iterator[PageBlock]:
    text = "".join(part if part == "\n" else part.replace("\n", " ") for part in parts)
    parts.clear()
    for piece in _broken(text):
        if plain := plain_text(piece):
            yield PageBlock(_kind(owner), plain, _tags(owner), id(owner.getparent()))


def _broken(text: str) -> list[str]:
    """The pieces between line breaks; a single break inside a sentence parts nothing."""
    return re.split(r"\n\s*\n|(?<=[.!?\u201d\"'\u2019:;)])\s*\n|\n\s*(?=[^\sa-z])", text)


def _tags(owner: lxml.html.HtmlElement) -> frozenset[str]:
    return frozenset([str(owner.tag), *(str(ancestor.tag) for ancestor in owner.iterancestors())])


def _kind(owner: lxml.html.HtmlElement) -> BlockKind:
    for element in (owner, *owner.iterancestors()):
        if _is_attribution(element):
            return "caption"
        if _CAPTION_CLASS.search(element.get("class", "")):
            return "caption"
        if kind := _KIND_OF_TAG.get(str(element.tag)):
            return kind
    return "paragraph"


def _is_data_table(element: lxml.html.HtmlElement) -> bool:
    """A table that holds figures and words, not one that lays out the page."""
    return (
        element.tag == "table"
        and element.find(".//p") is None
        and element.find(".//div") is None
        and element.find(".//table") is None
    )


def _table(table: lxml.html.HtmlElement) -> Iterator[PageBlock]:
    for caption in table.iterfind(".//caption"):
        if text := plain_text(caption.text_content()):
            yield PageBlock("caption", text, _tags(caption), id(table))
    rows = []
    for row in table.iter("tr"):
        cells = [plain_text(cell.text_content()) for cell in row if cell.tag in ("td", "th")]
        if any(cells):
            rows.append("\t".join(cells))
    if rows:
        yield PageBlock("table", "\n".join(rows), _tags(table), id(table.getparent()))


@dataclass(frozen=True, slots=True)
class _Chosen:
    """The text that trafilatura takes for the story, for looking up blocks in."""

    text: str
    blocks: frozenset[str]
    words: frozenset[tuple[str, ...]]

    @classmethod
    def of(cls, page: lxml.html.HtmlElement) -> _Chosen:
        import trafilatura

        copy = lxml.html.document_fromstring(
            lxml.html.tostring(page, encoding="unicode").encode(), parser=lxml.html.HTMLParser(encoding="utf-8")
        )
        found = trafilatura.extract(copy, output_format="txt", include_comments=False, include_tables=True) or ""
        lines = [line.lstrip("-|\u2022 ") for line in found.split("\n")]
        return cls(compared(found), frozenset(compared(line) for line in lines), frozenset(_grams(found)))

    def has(self, block: PageBlock) -> bool:
        if any(tag in block.inside for tag in _NEVER[:1]):
            return False
        key = compared(block.text)
        if len(key) < 25 and block.kind != "table":
            return key in self.blocks
        if key in self.text:
            return True
        grams = _grams(block.text)
        return bool(grams) and sum(gram in self.words for gram in grams) >= 0.7 * len(grams)


def _grams(text: str) -> list[tuple[str, ...]]:
    words = re.findall(r"\w+", text.casefold())
    return [tuple(words[i : i + 4]) for i in range(len(words) - 3)]


def _one_of_each(blocks: Sequence[PageBlock], kept: list[int]) -> list[int]:
    """Where a text stands several times on the page, the one among the most other chosen blocks."""
    weight = Counter(blocks[i].parent for i in kept)
    best: dict[str, int] = {}
    for i in kept:
        key = compared(blocks[i].text)
        if key not in best or weight[blocks[i].parent] > weight[blocks[best[key]].parent]:
            best[key] = i
    return sorted(best.values())


def _with_neighbours(blocks: Sequence[PageBlock], kept: list[int]) -> list[int]:
    """Also what trafilatura leaves out inside the story: captions, and paragraphs beside chosen ones."""
    if not kept:
        return kept
    parents = Counter(blocks[i].parent for i in kept if blocks[i].kind == "paragraph")
    main = parents.most_common(1)[0] if parents else (0, 0)
    inside = set(kept)
    for i in range(kept[0], kept[-1]):
        block = blocks[i]
        sibling = block.parent == main[0] and main[1] >= 3 and is_prose(block.text)
        if (block.kind == "caption" or sibling) and not block.inside.intersection(_NEVER):
            inside.add(i)
    return sorted(inside)


def _tidy(blocks: Sequence[PageBlock], title: str | None) -> tuple[Block, ...]:
    """The story's blocks without what the page says about itself, and without headings that head nothing."""
    key = compared(title or "")
    found: list[Block] = []
    for block in blocks:
        text = block.text
        if opens_tail(text) and any(done.kind in NUMBERED for done in found) and not is_prose(text):
            break
        if _is_page_talk(block, found) or not compared(text) or _says_title(block, key, early=not found):
            continue
        kind: BlockKind = "caption" if block.kind == "paragraph" and is_caption(text) else block.kind
        found.append(Block(kind, caption_text(text) if kind == "caption" else text))
    found = _with_deck(found)
    while found and found[-1].kind == "heading":
        found.pop()
    return tuple(found)


def _says_title(block: PageBlock, title: str, *, early: bool) -> bool:
    key = compared(block.text)
    return key == title or (early and block.kind == "heading" and len(key) >= 15 and key in title)


def _with_deck(found: list[Block]) -> list[Block]:
    """A summary without a full stop above the story is a second headline, as in a copied page."""
    opening = next((i for i, block in enumerate(found) if is_prose(block.text) and ends_sentence(block.text)), 0)
    deck = [
        Block("heading", b.text) if b.kind == "paragraph" and not ends_sentence(b.text) else b for b in found[:opening]
    ]
    return deck + found[opening:]


def _is_page_talk(block: PageBlock, found: Sequence[Block]) -> bool:
    if block.kind in ("table", "caption"):
        return False
    text = block.text
    early = not any(done.kind in NUMBERED for done in found)
    if is_furniture(text) or is_url(text) or (opens_box(text) and not is_prose(text)):
        return True
    return early and block.kind != "heading" and (date_line(text) is not None or bool(byline(text)) or is_section(text))
