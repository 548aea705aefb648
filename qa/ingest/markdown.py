"""Markdown -> one Article: front matter for what is known of the story, blocks with their kinds for its body.

Inline marks (emphasis, links, code) are taken away and their text is kept; raw HTML is kept as it is written, since it
is text to whoever reads the file. The title is that of the front matter, or else the first heading.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

import yaml

from qa.errors import UnreadableSource
from qa.ingest.dates import iso_date
from qa.ingest.lines import byline, caption_text, date_line, is_caption, names_in
from qa.ingest.normal import compared, plain_lines, plain_text
from qa.types import NUMBERED, Article, Block, BlockKind

if TYPE_CHECKING:
    from markdown_it.token import Token

_LONGEST_FRONT = 64_000  # characters: front matter is a page of fields, not a document
_FRONT = re.compile(r"\A\ufeff?---[ \t]*\n(?P<fields>.*?)\n(?:---|\.\.\.)[ \t]*(?:\n|\Z)", re.DOTALL)


class _Strings(yaml.SafeLoader):
    """Reads every scalar as the text that was written: 2021-08-13 stays that, and 'no' is not False."""

    yaml_implicit_resolvers: dict[str, list[tuple[str, re.Pattern[str]]]] = {}  # noqa: RUF012 (the base class's own name)


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
    return Article(
        title=title or blocks[0].text[:100],
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


def _parted(text: str, origin: str) -> tuple[Mapping[str, object], str]:
    """The front matter's fields, keys in lower case, and the rest of the file."""
    plain = "\n".join(plain_lines(text)).lstrip("\ufeff")
    match = _FRONT.match(plain[:_LONGEST_FRONT])
    if not match:
        return {}, plain
    try:
        fields = yaml.load(match["fields"], Loader=_Strings)  # noqa: S506 (a SafeLoader that keeps texts)
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

    tokens = MarkdownIt("commonmark", {"html": False}).enable("table").parse(body)
    found: list[Block] = []
    around: list[BlockKind] = []
    for i, token in enumerate(tokens):
        if token.type in _CONTAINERS:
            around.append(_CONTAINERS[token.type])
        elif token.type.removesuffix("_close") + "_open" in _CONTAINERS:
            around.pop()
        elif token.type == "inline" and not _in_table(tokens, i):
            found.extend(_inline_blocks(token, around[-1] if around else "paragraph"))
        elif token.type in ("code_block", "fence") and (text := plain_text(token.content)):
            found.append(Block("paragraph", text))
        elif token.type == "table_open":
            found.append(Block("table", _table(tokens[i:])))
    return tuple(block for block in found if block.text)


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


def _inline_blocks(token: Token, kind: BlockKind) -> list[Block]:
    children = token.children or []
    shown = [child for child in children if child.type != "softbreak"]
    text = _plain(token)
    if shown and all(child.type == "image" for child in shown):
        return [
            Block("caption", title) for child in shown if (title := plain_text(str(child.attrs.get("title") or "")))
        ]
    if kind == "paragraph" and text and _is_caption(children, text):
        return [Block("caption", caption_text(text))]
    return [Block(kind, text)]


def _is_caption(children: Sequence[Token], text: str) -> bool:
    """A picture's credit, or words in emphasis alone right behind an image."""
    return is_caption(text) or (children[0].type == "image" and any(child.type == "em_open" for child in children))


def _plain(token: Token) -> str:
    parts = []
    for child in token.children or []:
        if child.type in ("text", "code_inline", "html_inline"):
            parts.append(child.content)
        elif child.type in ("softbreak", "hardbreak"):
            parts.append(" ")
    return plain_text("".join(parts))


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
