"""Plain text as it comes from 'select all, copy' on a news page -> one Article, without the page's furniture.

The rules are about the shape, the place and the repetition of lines, and about phrases that many sites share; they
know no site. In short:

- The headline is the line that stands twice before the story, or else the first that looks like one.
- A date before the headline is the day of the visit when another stands after it, unless it says 'Published'.
- A line that ends as sentences end is a paragraph; a short one that does not, and that prose follows, is a heading.
- A line with a picture's credit is a caption; image texts that differ in their number only are furniture.
- A box of links inside the story is stepped over; one with no story after it ends the article.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass

from qa.errors import UnreadableSource
from qa.ingest.furniture import is_furniture, opens_box, opens_tail
from qa.ingest.lines import (
    caption_text,
    ends_sentence,
    is_caption,
    is_credit,
    is_prose,
    is_url,
    item_number,
    item_text,
    unnumbered,
)
from qa.ingest.masthead import Masthead, read_masthead
from qa.ingest.normal import compared, plain_lines, plain_text
from qa.types import Article, Block, BlockKind

_MOST_LINES = 5_000  # a copied page has some hundred lines, comments and all
_LONGEST_LABEL = 14  # words: a heading is no longer
_COUNTED = re.compile(r"^(?P<text>\D.*?\D)[\s#(]*\d{1,3}\)?$")


@dataclass(frozen=True, slots=True)
class Line:
    """A line of the page; ``gap``: a blank line stood before it."""

    text: str
    gap: bool


def read_scraped(text: str, *, origin: str) -> Article:
    """Make one article of a copied page.

    Raises:
        UnreadableSource: no paragraph is left when the furniture is gone.
    """
    lines = _unwrapped(_lines(text))
    if len(lines) > _MOST_LINES:
        message = f"more than {_MOST_LINES:,} lines, too many for one article"
        raise UnreadableSource(message, path=origin, hint="one file holds one article; many go into JSON Lines")
    masthead = read_masthead([line.text for line in lines])
    story = _story(lines, masthead)
    blocks = _blocks(story)
    if not any(block.kind in ("paragraph", "list_item", "quote") for block in blocks):
        raise UnreadableSource("no article text found", path=origin, hint="the file should hold the story's paragraphs")
    return Article(
        title=masthead.title or _shortened(blocks),
        blocks=blocks,
        source=masthead.source,
        authors=masthead.authors,
        published_at=masthead.published_at,
        updated_at=masthead.updated_at,
        url=masthead.url,
        section=masthead.section,
        genre=masthead.genre,
        origin=origin,
    )


def _lines(text: str) -> list[Line]:
    found, gap = [], True
    for raw in plain_lines(text):
        if plain := _kept_tabs(raw):
            found.append(Line(plain, gap))
        gap = not plain
    return found


def _kept_tabs(raw: str) -> str:
    """The line normalised, but for tabs and double spaces inside it: those part the links of a bar, or cells."""
    cells = [plain_text(cell) for cell in re.split(r"\t|[ \u00a0]{2,}", raw.strip())]
    full = [cell for cell in cells if cell]
    wide = len(full) >= 3 and all(len(cell.split()) <= 4 for cell in full)
    return (" | " if wide and "\t" not in raw else "\t" if "\t" in raw else " ").join(full)


def _unwrapped(lines: list[Line]) -> list[Line]:
    """Join the lines of paragraphs that were broken at a fixed width.

    A line was broken there if its successor's first word would not have fitted on it any more, the width being that
    of the longest line. Where most such lines end a sentence, they are short paragraphs, and nothing was broken.
    """
    width = max((len(line.text) for line in lines), default=0)
    broken = [i for i in range(1, len(lines)) if _is_full(lines[i - 1], lines[i], width)]
    whole = sum(ends_sentence(lines[i - 1].text) for i in broken)
    if not 40 <= width <= 120 or whole * 2 > len(broken):
        return lines
    starts = set(broken)
    joined: list[Line] = []
    for i, line in enumerate(lines):
        if i in starts:
            joined[-1] = Line(f"{joined[-1].text} {line.text}", joined[-1].gap)
        else:
            joined.append(line)
    return joined


def _is_full(line: Line, following: Line, width: int) -> bool:
    return not following.gap and len(line.text) + 1 + len(following.text.split()[0]) > width


def _story(lines: Sequence[Line], masthead: Masthead) -> list[Line]:
    """The lines of the story alone, in order."""
    body = [line for i, line in enumerate(lines) if i >= masthead.body_at and i not in masthead.spent]
    body = _without_boxes(_without_agency_lines(body))
    title = compared(masthead.title or "")
    counted = _counted(body)
    seen = Counter(compared(line.text) for line in body)
    kept = []
    for line in body:
        key = compared(line.text)
        repeated = seen[key] > 1 and not is_prose(line.text)
        page_talk = "\t" not in line.text and (is_furniture(line.text) or is_url(line.text))
        if not (page_talk or key == title or repeated or line.text in counted):
            kept.append(line)
    return _without_image_texts(kept)


def _without_agency_lines(body: list[Line]) -> list[Line]:
    """Without lines such as '(Reuters)' or '— PA' that only name who sent the story."""
    return [
        line
        for line in body
        if not re.fullmatch(r"[\W_]*(?:Reuters|AP|AFP|PA|EPA|dpa|UPI|ANSA|EFE|TASS|Xinhua|Bloomberg)[\W_]*", line.text)
    ]


def _without_boxes(body: list[Line]) -> list[Line]:
    """The story without its boxes of links, up to where the page's tail begins."""
    end = next((i for i, line in enumerate(body) if opens_tail(line.text) and _any_prose(body[:i])), len(body))
    kept: list[Line] = []
    at = 0
    while at < end:
        if not opens_box(body[at].text):
            kept.append(body[at])
            at += 1
            continue
        after = _after_box(body[:end], at)
        if after is None and _any_prose(kept):
            break
        at = after if after is not None else at + 1
    return kept


def _after_box(body: Sequence[Line], marker: int) -> int | None:
    """Where the story goes on after the box that opens at ``marker``; None where it does not.

    Beside a box, a teaser is one line of headline and at most one paragraph; a story has two paragraphs in a row, or
    a paragraph that a blank line parts from the box's own lines.
    """
    at = marker + 1
    closed = at < len(body) and not body[at].gap
    while at < len(body) and not body[at].gap:
        at += 1
    rest = [i for i in range(at, len(body)) if not is_furniture(body[i].text)]
    prose = [i for i in rest if _is_story(body[i].text)]
    in_a_row = any(one + 1 == other for one, other in zip(_places(rest, prose), _places(rest, prose)[1:], strict=False))
    if closed and prose and body[prose[0]].gap:
        return at
    if not in_a_row:
        return None
    return _back_to_heading(body, prose[0], at)


def _places(rest: list[int], prose: list[int]) -> list[int]:
    return [rest.index(i) for i in prose]


def _back_to_heading(body: Sequence[Line], prose: int, at: int) -> int:
    """The heading of the prose belongs to the story, if the box has other lines before it."""
    return prose - 1 if prose - at >= 2 and not is_furniture(body[prose - 1].text) else prose


def _is_story(text: str) -> bool:
    return is_prose(text) and not is_furniture(text) and not is_caption(text)


def _any_prose(lines: Sequence[Line]) -> bool:
    return any(_is_story(line.text) for line in lines)


def _counted(body: Sequence[Line]) -> set[str]:
    """Lines that differ from another one in their last number only: the texts of a page's images."""
    texts = {line.text for line in body if not ends_sentence(line.text)}
    stems = Counter(match["text"].casefold() for text in texts if (match := _COUNTED.match(text)))
    return {text for text in texts if (match := _COUNTED.match(text)) and stems[match["text"].casefold()] > 1}


def _without_image_texts(lines: list[Line]) -> list[Line]:
    """Without an image's text where its caption stands beside it and says the same."""
    kept = []
    for i, line in enumerate(lines):
        beside = [other.text for other in (*lines[max(0, i - 1) : i], *lines[i + 1 : i + 2]) if is_caption(other.text)]
        key = compared(line.text)
        if is_caption(line.text) or not any(compared(caption_text(text)).startswith(key) for text in beside):
            kept.append(line)
    return kept


def _blocks(story: Sequence[Line]) -> tuple[Block, ...]:
    opening = next((i for i, line in enumerate(story) if _is_story(line.text) and ends_sentence(line.text)), 0)
    kinds = [_deck_kind(story, i) if i < opening else _kind(story, i) for i in range(len(story))]
    merged = _merged_credits(story, kinds)
    return tuple(Block(kind, text) for kind, text in _without_trailing_labels(merged))


def _kind(story: Sequence[Line], i: int) -> BlockKind | None:
    """What the line is by its shape; a line without one is a label."""
    text = story[i].text
    if "\t" in text:
        return "table"
    if is_caption(text):
        return "caption"
    if item_text(text) is not None or _in_numbered_list(story, i):
        return None if _is_signature(story, i) else "list_item"
    if text.startswith(">"):
        return "quote"
    return "paragraph" if _reads_as_paragraph(text) else _label_kind(story, i)


def _is_signature(story: Sequence[Line], i: int) -> bool:
    """A dash and a name or two on a line of its own: who sent the story, not an item of a list."""
    beside = (*story[max(0, i - 1) : i], *story[i + 1 : i + 2])
    alone = all(item_text(line.text) is None for line in beside)
    return (
        alone and story[i].text[0] in "-\u2013" and len(story[i].text.split()) <= 4 and not ends_sentence(story[i].text)
    )


def _deck_kind(story: Sequence[Line], i: int) -> BlockKind | None:
    """The kind of a line between headline and story, where a summary without a full stop is a second headline."""
    text = story[i].text
    open_ended = not ends_sentence(text) and item_text(text) is None and "\t" not in text
    return "heading" if open_ended and not is_caption(text) else _kind(story, i)


def _reads_as_paragraph(text: str) -> bool:
    if is_prose(text):
        return True
    if text.endswith("?") and len(text.split()) <= 9 and text[:1] not in "\"'\u201c\u2018":
        return False
    return ends_sentence(text) or len(text.split()) > _LONGEST_LABEL


def _in_numbered_list(story: Sequence[Line], i: int) -> bool:
    """A number opens an item only beside its neighbour in the count: 1 before 2."""
    number = item_number(story[i].text)
    if number is None:
        return False
    beside = [item_number(line.text) for line in (*story[max(0, i - 1) : i], *story[i + 1 : i + 2])]
    return number + 1 in beside or number - 1 in beside


def _label_kind(story: Sequence[Line], i: int) -> BlockKind | None:
    """A short line without an end: a heading before prose, an item among its like; None for a stray one."""
    run = _run_of_labels(story, i)
    if len(run) >= 3:
        words = [len(story[j].text.split()) for j in run]
        links = max(words) <= 3 and not any(char.isdigit() for j in run for char in story[j].text)
        return "heading" if run[-1] == i and story[i].gap and i + 1 < len(story) else None if links else "list_item"
    return "heading"


def _run_of_labels(story: Sequence[Line], i: int) -> list[int]:
    def is_label(j: int) -> bool:
        text = story[j].text
        return not (_reads_as_paragraph(text) or is_caption(text) or item_text(text) is not None or "\t" in text)

    first = last = i
    while first > 0 and is_label(first - 1):
        first -= 1
    while last + 1 < len(story) and is_label(last + 1):
        last += 1
    return list(range(first, last + 1))


def _merged_credits(story: Sequence[Line], kinds: Sequence[BlockKind | None]) -> list[tuple[BlockKind, str]]:
    """The blocks' texts; a credit on a line of its own makes a caption of the short line before it."""
    blocks: list[tuple[BlockKind, str]] = []
    for line, kind in zip(story, kinds, strict=True):
        if kind is None:
            continue
        if kind == "caption" and is_credit(line.text) and blocks and blocks[-1][0] == "heading":
            blocks[-1] = ("caption", f"{blocks[-1][1]} {line.text}")
        elif kind == "table" and blocks and blocks[-1][0] == "table":
            blocks[-1] = ("table", f"{blocks[-1][1]}\n{line.text}")
        else:
            blocks.append((kind, _block_text(kind, line.text)))
    return blocks


def _block_text(kind: BlockKind, text: str) -> str:
    if kind == "caption":
        return caption_text(text)
    if kind == "list_item":
        return item_text(text) or unnumbered(text)
    return text.lstrip("> ") if kind == "quote" else text


def _without_trailing_labels(blocks: list[tuple[BlockKind, str]]) -> list[tuple[BlockKind, str]]:
    """Nothing stands under a heading at the end, so it was a link or a button; and no block is empty."""
    full = [block for block in blocks if block[1]]
    while full and full[-1][0] == "heading":
        full.pop()
    return full


def _shortened(blocks: Sequence[Block]) -> str:
    """The start of the first paragraph, for a page without a headline."""
    text = next(block.text for block in blocks if block.kind not in ("heading", "caption", "table"))
    return text if len(text) <= 100 else text[:100].rsplit(" ", 1)[0] + "\u2026"
