"""The blocks of a story as they stand on the page -> the article's blocks: without what the page says in their midst.

Lists of links, invitations, the headline said again, bylines and dates above the text, what stands below its end.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from qa.ingest.furniture import is_furniture, is_section, opens_box, opens_tail
from qa.ingest.lines import byline, caption_text, date_line, ends_sentence, is_caption, is_prose, is_url, word_count
from qa.ingest.normal import compared
from qa.ingest.page.blocks import PageBlock
from qa.ingest.tagline import is_tagline
from qa.types import NUMBERED, Block

_SAYS = re.compile(r"[^\W_]")
_LABELLED = re.compile(r"[^:.!?]{2,40}:\s*\S")


def trimmed(blocks: Sequence[PageBlock], title: str | None) -> tuple[Block, ...]:
    """The article's blocks in order."""
    blocks = _below_headline(blocks, compared(title or ""))
    blocks = _without_link_lists(blocks)
    blocks = _without_pointers(blocks)
    return _tidy(blocks, title)


def _below_headline(blocks: Sequence[PageBlock], title: str) -> Sequence[PageBlock]:
    """What follows the headline, where it stands above all running text."""
    for i, block in enumerate(blocks):
        if is_prose(block.text) and block.linked < 0.5 and block.kind != "caption":
            break
        if title and compared(block.text) == title:
            return blocks[i + 1 :]
    return blocks


def _without_link_lists(blocks: Sequence[PageBlock]) -> list[PageBlock]:
    """Leaves out runs of list items or headings that are links, with what is written above them."""
    gone: set[int] = set()
    i = 0
    while i < len(blocks):
        end = i
        while end < len(blocks) and blocks[end].kind == blocks[i].kind and blocks[end].kind in ("list_item", "heading"):
            end += 1
        run = blocks[i:end]
        if run and _are_links(run) and not (run[0].kind == "heading" and _heads_text(blocks[end : end + 1])):
            gone.update(range(i, end))
            if i and _is_label(blocks[i - 1]):
                gone.add(i - 1)
        i = max(end, i + 1)
    return [block for i, block in enumerate(blocks) if i not in gone]


def _heads_text(following: Sequence[PageBlock]) -> bool:
    return any(is_prose(block.text) and block.linked < 0.3 for block in following)


def _is_label(block: PageBlock) -> bool:
    """Whether the block says what the list below it is of."""
    return block.kind == "heading" or (len(block.text) <= 60 and not ends_sentence(block.text.rstrip(":")))


def _are_links(run: Sequence[PageBlock]) -> bool:
    """Whether the titles of other pages are most of what these blocks say, and no sentence stands among them."""
    size = sum(len(block.text) for block in run)
    share = sum(block.linked * len(block.text) for block in run) / size
    if share > 0.7:
        return len(run) > 1 or run[0].kind == "heading"
    return share > 0.5 and len(run) > 2 and not any(ends_sentence(block.text) for block in run)


def _without_pointers(blocks: Sequence[PageBlock]) -> list[PageBlock]:
    """Leaves out paragraphs that only lead elsewhere: in a row, labelled, outside the running text, or short."""
    pointing = [_is_link(block) for block in blocks]
    prose = [i for i, block in enumerate(blocks) if is_prose(block.text) and not pointing[i]]
    first, last = (prose[0], prose[-1]) if prose else (0, len(blocks))
    return [
        block
        for i, block in enumerate(blocks)
        if not (
            pointing[i]
            and (
                not first < i < last
                or any(pointing[i - 1 : i])
                or any(pointing[i + 1 : i + 2])
                or _LABELLED.match(block.text)
                or word_count(block.text) <= 4
            )
        )
    ]


def _is_link(block: PageBlock) -> bool:
    """Whether all of a paragraph is a link to something else, or all but a label or a mark."""
    if block.kind != "paragraph" or ends_sentence(block.text) or is_url(block.text):
        return False
    return block.linked > 0.75 or (block.linked > 0.5 and bool(_LABELLED.match(block.text)))


def _tidy(blocks: Sequence[PageBlock], title: str | None) -> tuple[Block, ...]:
    """The story's blocks without what the page says about itself, and without headings that head nothing."""
    key = compared(title or "")
    blocks = _before_tail(blocks)
    last = max((i for i, block in enumerate(blocks) if is_prose(block.text)), default=-1)
    found: list[Block] = []
    early = True  # no paragraph so far
    for i, block in enumerate(blocks):
        if is_tagline(block.text, last=i > last):
            found.append(Block("tagline", block.text))
        elif _SAYS.search(block.text) and not (
            _is_page_talk(block, early=early) or _says_title(block, key, first=not found)
        ):
            found.append(_block(block))
            early = early and found[-1].kind not in NUMBERED
    found = _with_deck(found)
    while found and found[-1].kind == "heading":
        found.pop()
    return tuple(found)


def _before_tail(blocks: Sequence[PageBlock]) -> Sequence[PageBlock]:
    """What stands above the comments or the copyright line, unless most of the running text is below that line."""
    prose = [is_prose(block.text) * len(block.text) for block in blocks]
    above = 0
    for i, block in enumerate(blocks):
        if opens_tail(block.text) and not prose[i] and above and above >= sum(prose[i:]):
            return blocks[:i]
        above += prose[i]
    return blocks


def _block(block: PageBlock) -> Block:
    if block.kind == "caption" or (block.kind == "paragraph" and _is_credited(block.text)):
        return Block("caption", caption_text(block.text))
    return Block(block.kind, block.text)


def _is_credited(text: str) -> bool:
    """A long text is none, though it may speak of a map - or of a photo - and go on."""
    return word_count(text) <= 40 and is_caption(text)


def _says_title(block: PageBlock, title: str, *, first: bool) -> bool:
    if len(block.text) > 3 * len(title) + 20:
        return False
    key = compared(block.text)
    return key == title or (first and block.kind == "heading" and len(key) >= 15 and key in title)


def _with_deck(found: list[Block]) -> list[Block]:
    """A summary without a full stop above the story is a second headline; a word or two is none."""
    opening = next((i for i, block in enumerate(found) if is_prose(block.text) and ends_sentence(block.text)), 0)
    deck = [
        Block("heading", b.text) if b.kind == "paragraph" and not ends_sentence(b.text) else b
        for b in found[:opening]
        if b.kind in ("caption", "table") or word_count(b.text) > 3 or not b.text.isascii()
    ]
    return deck + found[opening:]


def _is_page_talk(block: PageBlock, *, early: bool) -> bool:
    if block.kind in ("table", "caption"):
        return False
    text = block.text
    if (
        not _SAYS.search(text)
        or is_furniture(text)
        or (early and is_url(text))
        or (opens_box(text) and not is_prose(text))
    ):
        return True
    return early and block.kind != "heading" and (date_line(text) is not None or bool(byline(text)) or is_section(text))
