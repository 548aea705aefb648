"""Markdown -> one Article: front matter for what is known of the story, blocks with their kinds for its body.

Inline marks (emphasis, links, code, footnotes' numbers) and the tags of raw HTML are taken away and their text is kept;
comments go. The title is that of the front matter, or else the first heading. Paragraphs in which a page speaks of
itself are left out, since much Markdown is made of pages.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from html.parser import HTMLParser
from typing import TYPE_CHECKING

import yaml

from qa.errors import UnreadableSource
from qa.ingest.annotate import annotated
from qa.ingest.dates import iso_date
from qa.ingest.lines import byline, caption_text, date_line, is_caption, names_in
from qa.ingest.normal import compared, opening_words, plain_lines, plain_text
from qa.ingest.pagetalk import is_furniture
from qa.ingest.tagline import is_tagline
from qa.types import NUMBERED, Article, Block, BlockKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_LONGEST_FRONT = 64_000  # characters: front matter is a page of fields, not a document
_FOOTNOTE = re.compile(r"\[\^[^\]\s]{1,40}\]:?")
_HIDDEN = frozenset({"script", "style", "template", "iframe", "noscript"})
_PARTING = frozenset({"p", "div", "section", "article", "aside", "figure", "br", "hr", "tr", "ul", "ol"})
_KINDS: dict[str, BlockKind] = {
    **dict.fromkeys(("h1", "h2", "h3", "h4", "h5", "h6"), "heading"),
    "figcaption": "caption", "blockquote": "quote", "li": "list_item",
}  # fmt: skip
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(?P<fields>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


def read_markdown(text: str, *, origin: str) -> Article:
    """Make one article of a Markdown file.

    Raises:
        UnreadableSource: the front matter is broken, or the file holds no paragraph.
    """
    fields, body = _parted(text, origin)
    blocks = _blocks(body)
    title = _field(fields, "title", "headline") or next((b.text for b in blocks if b.kind == "heading"), None)
    blocks = _story(blocks, title)
    if not any(block.kind in NUMBERED for block in blocks):
        raise UnreadableSource("no article text found", path=origin, hint="the file should hold the story's paragraphs")
    blocks, above = _without_byline(blocks)
    date = _field(fields, "published_at", "published", "date", "datepublished", "publishdate", "pubdate", "created")
    changed = _field(fields, "updated_at", "updated", "lastmod", "modified", "datemodified", "last_modified")
    article = Article(
        title=title or opening_words(blocks[0].text),
        blocks=blocks,
        source=_field(fields, "source", "publisher", "outlet", "publication", "newspaper", "site", "paper"),
        authors=_names(fields, "authors", "author", "byline", "by") or above.authors,
        published_at=(iso_date(date) if date else None) or above.published_at,
        updated_at=(iso_date(changed) if changed else None) or above.updated_at,
        url=_field(fields, "url", "link", "canonical", "canonical_url", "permalink"),
        language=_field(fields, "language", "lang"),
        section=_field(fields, "section", "category", "desk", "categories"),
        genre=_field(fields, "genre", "type", "kind"),
        given_id=_given_id(fields),
        origin=origin,
    )
    return annotated(article, "file")


def _parted(text: str, origin: str) -> tuple[Mapping[str, object], str]:
    """The front matter's fields, keys in lower case, and the rest of the file."""
    plain = "\n".join(plain_lines(text)).lstrip("\ufeff")
    match = _FRONT.match(plain[:_LONGEST_FRONT])
    if not match:
        return {}, plain
    try:
        # Every scalar as the text that was written (2021-08-13 stays that, 'no' is not False), and no tag is obeyed:
        # some raise what is no YAMLError, and merging doubles and doubles what it merges.
        fields = yaml.load(match["fields"], Loader=yaml.BaseLoader)  # noqa: S506 (it makes texts, lists and mappings)
    except (yaml.YAMLError, ValueError, RecursionError) as error:
        mark = getattr(error, "problem_mark", None)
        line = mark.line + 2 if mark else 1
        raise UnreadableSource(
            "the front matter is not valid YAML", path=origin, line=line, hint="quote values that hold a colon"
        ) from error
    if not isinstance(fields, dict):
        return {}, plain
    return {str(key).lower().replace("-", "_"): value for key, value in fields.items()}, plain[match.end() :]


def _field(fields: Mapping[str, object], *names: str) -> str | None:
    for name in names:
        value = fields.get(name)
        first = value[0] if isinstance(value, list) and value else value
        if isinstance(first, str) and first not in ("", "~", "null") and (plain := plain_text(first)):
            return plain
    return None


def _names(fields: Mapping[str, object], *keys: str) -> tuple[str, ...]:
    for key in keys:
        value = fields.get(key)
        texts = [text for text in (value if isinstance(value, list) else [value]) if isinstance(text, str)]
        named = [name for text in texts for name in (byline(text) or names_in(text) or (plain_text(text),)) if name]
        if named:
            return tuple(named)
    return ()


def _given_id(fields: Mapping[str, object]) -> str | None:
    given = _field(fields, "id", "article_id")
    return given if given and re.fullmatch(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}", given) else None


def _blocks(body: str) -> tuple[Block, ...]:
    from markdown_it import MarkdownIt

    tokens = MarkdownIt("commonmark").enable(["table", "strikethrough"]).parse(body)
    found: list[Block] = []
    around: list[BlockKind] = []
    for i, token in enumerate(tokens):
        if token.type in _CONTAINERS:
            around.append(_CONTAINERS[token.type])
        elif token.type.removesuffix("_close") + "_open" in _CONTAINERS:
            around.pop()
        elif token.type == "inline" and not _in_table(tokens, i):
            pictured = i > 2 and _is_picture(tokens[i - 3])
            found.extend(_inline_blocks(token, around[-1] if around else "paragraph", pictured=pictured))
        elif token.type == "html_block":
            found.extend(_Markup.blocks(token.content))
        elif token.type in ("code_block", "fence") and (text := plain_text(token.content)):
            found.append(Block("paragraph", text))
        elif token.type == "table_open":
            found.append(Block("table", _table(tokens[i:])))
    return _with_taglines([block for block in found if block.text and not _is_page_talk(block)])


def _is_page_talk(block: Block) -> bool:
    return block.kind == "paragraph" and is_furniture(block.text)


def _with_taglines(blocks: Sequence[Block]) -> tuple[Block, ...]:
    """The blocks, with those lines as taglines in which an agency or the outlet signs."""
    found: list[Block] = []
    last = True
    for block in reversed(blocks):
        signed = block.kind == "paragraph" and is_tagline(block.text, last=last)
        last = last and (signed or block.kind not in NUMBERED)
        found.append(Block("tagline", block.text) if signed else block)
    return tuple(reversed(found))


_CONTAINERS: dict[str, BlockKind] = {
    "heading_open": "heading",
    "list_item_open": "list_item",
    "blockquote_open": "quote",
}


def _in_table(tokens: Sequence[Token], i: int) -> bool:
    return tokens[i - 1].type in ("th_open", "td_open")


def _table(tokens: Sequence[Token]) -> str:
    """The rows of the table that opens here, a line each, their cells parted by tabs."""
    rows: list[list[str]] = []
    for token in itertools.takewhile(lambda token: token.type != "table_close", tokens):
        if token.type == "tr_open":
            rows.append([])
        elif token.type == "inline":
            rows[-1].append(_plain(token))
    return "\n".join("\t".join(row) for row in rows)


def _is_picture(token: Token) -> bool:
    """Whether the token is a paragraph's content and holds images alone."""
    shown = [child for child in token.children or [] if child.type not in ("softbreak", "link_open", "link_close")]
    return token.type == "inline" and bool(shown) and all(child.type == "image" for child in shown)


def _inline_blocks(token: Token, kind: BlockKind, *, pictured: bool) -> list[Block]:
    """The blocks of one paragraph, heading or item; ``pictured``: right below a picture."""
    children = [child for child in token.children or [] if child.content or child.type not in ("text", "html_inline")]
    shown = [child for child in children if child.type not in ("softbreak", "link_open", "link_close")]
    text = _plain(token)
    if shown and all(child.type == "image" for child in shown):
        return [
            Block("caption", title) for child in shown if (title := plain_text(str(child.attrs.get("title") or "")))
        ]
    if kind == "paragraph" and text and (_is_caption(children, text) or (pictured and _is_emphasis(children))):
        return [Block("caption", caption_text(text))]
    return [Block(kind, text)]


def _is_caption(children: Sequence[Token], text: str) -> bool:
    """A picture's credit, or words in emphasis alone right behind an image."""
    return is_caption(text) or (children[0].type == "image" and any(child.type == "em_open" for child in children))


def _is_emphasis(children: Sequence[Token]) -> bool:
    """Whether one emphasis spans the whole paragraph."""
    return children[0].type == "em_open" and children[-1].type == "em_close"


def _plain(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak") or re.match(r"<br\b", child.content, re.IGNORECASE):
            parts.append(" ")
    return plain_text(_FOOTNOTE.sub("", "".join(parts)))


class _Markup(HTMLParser):
    """The text of raw HTML, cut at the elements that end a paragraph; scripts, styles and comments go."""

    def __init__(self) -> None:
        super().__init__(convert_charrefs=True)
        self._found: list[Block] = []
        self._parts: list[str] = []
        self._around: list[str] = []
        self._hidden = 0

    @classmethod
    def blocks(cls, markup: str) -> list[Block]:
        parser = cls()
        parser.feed(markup)
        parser.close()
        parser._end_block()
        return parser._found

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 (its signature)
        self._hidden += tag in _HIDDEN
        if tag in _KINDS or tag in _PARTING:
            self._end_block()
        if tag in _KINDS:
            self._around.append(tag)

    def handle_endtag(self, tag: str) -> None:
        self._hidden = max(0, self._hidden - (tag in _HIDDEN))
        if tag in _KINDS or tag in _PARTING:
            self._end_block()
        if tag in self._around:
            del self._around[self._around.index(tag) :]

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self._parts.append(data)

    def _end_block(self) -> None:
        text = plain_text("".join(self._parts))
        self._parts = []
        kind = _KINDS[self._around[-1]] if self._around else "paragraph"
        if text and kind == "paragraph" and is_caption(text):
            self._found.append(Block("caption", caption_text(text)))
        elif text:
            self._found.append(Block(kind, text))


def _story(blocks: Sequence[Block], title: str | None) -> tuple[Block, ...]:
    """The blocks without the title where it opens the body again, and without headings that head nothing."""
    found = list(blocks)
    if found and found[0].kind == "heading" and title and compared(found[0].text) == compared(title):
        found = found[1:]
    while found and found[-1].kind == "heading":
        found.pop()
    return tuple(found)


def _without_byline(blocks: tuple[Block, ...]) -> tuple[tuple[Block, ...], Article]:
    """The blocks after the byline and date lines that open the body, and what those lines say."""
    authors: tuple[str, ...] = ()
    published: str | None = None
    updated: str | None = None
    at = 0
    while at < len(blocks) - 1 and blocks[at].kind == "paragraph":
        date, names = date_line(blocks[at].text), byline(blocks[at].text)
        if date is None and not names:
            break
        authors = authors or names or (date.names if date else ())
        published = published or (date and (date.published or date.bare)) or None
        updated = updated or (date and date.updated) or None
        at += 1
    told = Article(title="", blocks=(), authors=authors, published_at=published, updated_at=updated)
    return blocks[at:], told
