"""An HTML page -> one Article: what the page says of its story, and the story's blocks.

The page is parsed once. Of ``qa.ingest.page``, ``blocks`` cuts it into blocks, ``story`` finds the element that holds
the story, ``trim`` leaves out what is not part of it, and ``metadata`` reads the rest.
"""

from __future__ import annotations

import re

import lxml.etree
import lxml.html

from qa.errors import UnreadableSource
from qa.ingest.annotate import annotated
from qa.ingest.normal import opening_words
from qa.ingest.page.blocks import page_blocks
from qa.ingest.page.bounds import check_elements, without_endless_tags
from qa.ingest.page.metadata import Metadata, read_metadata
from qa.ingest.page.story import stories
from qa.ingest.page.trim import trimmed
from qa.types import NUMBERED, Article, Block


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
    blocks = story_blocks(page, title=title) if whole else trimmed(page_blocks(page), title)
    if not any(block.kind in NUMBERED for block in blocks):
        raise UnreadableSource("no article text found", path=origin, hint="its body should hold the story's paragraphs")
    return article_of(read_metadata(page) if whole else Metadata(), blocks, origin=origin)


def article_of(metadata: Metadata, blocks: tuple[Block, ...], *, origin: str) -> Article:
    first = next(block.text for block in blocks if block.kind in NUMBERED)
    article = Article(
        title=metadata.title or opening_words(first),
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
        provenance=metadata.provenance,
        notices=metadata.notices,
    )
    return annotated(article, "page")


def parse(text: str, *, origin: str) -> lxml.html.HtmlElement:
    """The page as a tree, without comments.

    Raises:
        UnreadableSource: there is nothing to parse.
    """
    parser = lxml.html.HTMLParser(encoding="utf-8", remove_comments=True, remove_pis=True)
    clean = re.sub("[\x00-\x08\x0b\x0c\x0e-\x1f\ud800-\udfff]", "", text)
    try:
        page = lxml.html.document_fromstring(without_endless_tags(clean).encode(), parser=parser)
    except lxml.etree.LxmlError as error:
        raise UnreadableSource("the HTML cannot be parsed", path=origin, hint="get the page again") from error
    check_elements(page, origin=origin)
    return page


def story_blocks(page: lxml.html.HtmlElement, *, title: str | None = None) -> tuple[Block, ...]:
    """The blocks of the story in order, with their kinds."""
    found: tuple[Block, ...] = ()
    for candidate in stories(page_blocks(page), title):
        found = trimmed(candidate, title)
        if any(block.kind in NUMBERED for block in found):
            break
    return found
