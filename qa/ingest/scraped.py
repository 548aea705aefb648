"""Plain text as it comes from 'select all, copy' on a news page -> one Article, without the page's furniture.

The rules are about the shape, the place and the repetition of lines, and about phrases that many sites share; they
know no site. In short:

- The headline is the line that stands twice before the story, or else the first that looks like one.
- A date before the headline is the day of the visit when another stands after it, unless it says 'Published'.
- A line that ends as sentences end is a paragraph; a short one that does not, and that prose follows, is a heading.
- A line with a picture's credit is a caption; image texts that differ in their number only are furniture.
- A line in which an agency or the outlet signs is a tagline.
- A box of links inside the story is stepped over; one with no story after it ends the article.
- Short lines without an end are furniture above the first paragraph and behind the last, but for a second headline.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence

from qa.errors import UnreadableSource
from qa.ingest.annotate import annotated
from qa.ingest.copied.masthead import Masthead, read_masthead
from qa.ingest.copied.page_lines import Line, page_lines
from qa.ingest.copied.story import is_story, story_lines
from qa.ingest.lines import (
    caption_text,
    credited_names,
    ends_sentence,
    is_caption,
    is_credit,
    is_prose,
    item_number,
    item_text,
    unnumbered,
    word_count,
)
from qa.ingest.tagline import is_tagline
from qa.types import NUMBERED, Article, Block, BlockKind

_MOST_LINES = 5_000  # a copied page has some hundred lines, comments and all
_LONGEST_LABEL = 14  # words: a heading is no longer
_SHORTEST_DECK = 4  # words: a second headline has more than the name of a section or a place
_SHORTEST_LIST, _LONGEST_LIST = 2, 200  # items
_LONGEST_FIELD = 3  # words: 'Publish date:' names what stands below it and says nothing by itself
_LONGEST_LINK = 10  # words: a line of so many above the story is a headline or a summary
_TO_YOU = re.compile(
    r"\b(?:you|your|yours|du|dich|dir|dein\w*|vous|votre|vos|tu|usted|ustedes|te)\b|"
    r"\b(?:Sie|Ihnen|Ihr\w*)\b"
)


def read_scraped(text: str, *, origin: str) -> Article:
    """Make one article of a copied page.

    Raises:
        UnreadableSource: no paragraph is left when the furniture is gone.
    """
    lines = page_lines(text)
    if len(lines) > _MOST_LINES:
        message = f"more than {_MOST_LINES:,} lines, too many for one article"
        raise UnreadableSource(message, path=origin, hint="one file holds one article; many go into JSON Lines")
    masthead = read_masthead([line.text for line in lines])
    blocks = _blocks(story_lines(lines, masthead), masthead, _credited(lines, masthead))
    if not any(block.kind in NUMBERED for block in blocks):
        raise UnreadableSource("no article text found", path=origin, hint="the file should hold the story's paragraphs")
    article = Article(
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
    return annotated(article, "page")


def _credited(lines: Sequence[Line], masthead: Masthead) -> tuple[str, ...]:
    """Who took the pictures, as the lines around the headline say."""
    top = (line.text for line in lines[: max(masthead.spent, default=0) + 6])
    return tuple(name for text in top if word_count(text) <= 10 for name in credited_names(text))


def _blocks(story: Sequence[Line], masthead: Masthead, credited: Sequence[str]) -> tuple[Block, ...]:
    reading = _Reading(story, max(masthead.spent, default=-1), credited)
    merged = _merged_credits(story, [reading.kind(i) for i in range(len(story))])
    return tuple(Block(kind, text) for kind, text in _without_trailing_labels(merged))


class _Reading:
    """The lines of a story, and what each is among the others."""

    def __init__(self, story: Sequence[Line], header: int, credited: Sequence[str]) -> None:
        self._story = story
        self._credited = credited
        texts = [line.text for line in story]
        self._stories = [is_story(text) for text in texts]
        prose = [i for i, text in enumerate(texts) if self._stories[i] and ends_sentence(text)]
        self._interview = _is_interview([text for text in texts if _is_question(text)])
        self._shapes = [self._shape_of(i) for i in range(len(story))]
        self._runs = self._runs_of_labels()
        self._opening = next((i for i in prose if story[i].place > header), prose[0] if prose else 0)
        self._end = self._end_of_story()
        self._last = max((i for i in range(self._end) if self._reads_on(i)), default=-1)

    def kind(self, i: int) -> BlockKind | None:
        """What the line is by its shape and its place; None for one that is no part of the article."""
        text = self._story[i].text
        if is_tagline(text, last=i > self._last):
            return "tagline" if i >= self._opening else None
        if i >= self._end:
            return None
        return self._shape(i) or (self._deck(i) if i < self._opening else self._label(i))

    def _shape(self, i: int) -> BlockKind | None:
        return self._shapes[i]

    def _shape_of(self, i: int) -> BlockKind | None:
        text = self._story[i].text
        if "\t" in text:
            return "table"
        if is_caption(text) or self._is_signed_by_photographer(text) or self._has_credit_below(i):
            return "caption"
        if item_text(text) is not None or _in_numbered_list(self._story, i):
            return None if _is_signature(self._story, i) else "list_item"
        if text.startswith(">"):
            return "quote"
        if text.endswith(":") and word_count(text) <= _LONGEST_FIELD and not self._announces_list(i):
            return None
        return "paragraph" if _reads_as_paragraph(text) or (self._interview and _is_question(text)) else None

    def _announces_list(self, i: int) -> bool:
        return i + 1 < len(self._story) and item_text(self._story[i + 1].text) is not None

    def _is_signed_by_photographer(self, text: str) -> bool:
        return word_count(text) <= 60 and any(
            re.search(rf"\S[.!?\u2026\u201d\"')]? *\(?{re.escape(name)}\)?$", text)
            for name in self._credited
            if name != text
        )

    def _has_credit_below(self, i: int) -> bool:
        """Whether the short line's picture is credited on a line of its own right below."""
        below = self._story[i + 1] if i + 1 < len(self._story) else None
        text = self._story[i].text
        return below is not None and is_credit(below.text) and not _reads_as_paragraph(text) and item_text(text) is None

    def _deck(self, i: int) -> BlockKind | None:
        """A line above the story: right below the headline, a summary without a full stop is a second headline."""
        text = self._story[i].text
        if i + 1 < len(self._story) and self._shape(i + 1) == "list_item":
            return "heading"
        if i + 1 == self._opening and any(self._shape(before) == "list_item" for before in range(i)):
            return "heading"
        deck = word_count(text) >= (_SHORTEST_DECK if i == 0 else _LONGEST_LINK) and item_text(text) is None
        return "heading" if deck else None

    def _label(self, i: int) -> BlockKind | None:
        """A short line without an end: a heading before prose, an item of an announced list; None for a stray one."""
        text = self._story[i].text
        if item_text(text) is not None or is_tagline(text, last=True):
            return None
        run = self._runs[i]
        announced = run[0] > 0 and len(run) > 1 and self._story[run[0] - 1].text.endswith(":")
        if announced or self._is_item(i):
            return "list_item"
        return "heading" if i == run[-1] and i < self._last else None

    def _is_item(self, i: int) -> bool:
        """Whether the line belongs to a list without bullets: lines without gaps, right below a paragraph."""
        run = self._runs[i]
        first = next((j for j in range(i, max(run[0], i - _LONGEST_LIST), -1) if self._story[j].gap), run[0])
        following = range(i + 1, min(run[-1] + 1, i + _LONGEST_LIST))
        last = next((j for j in following if self._story[j].gap), run[-1] + 1) - 1
        group = range(first, last + 1)
        return (
            len(group) >= _SHORTEST_LIST
            and first > 0
            and last < self._last
            and self._reads_on(first - 1)
            and self._story[last].place - self._story[first - 1].place == len(group)
        )

    def _runs_of_labels(self) -> list[range]:
        """For each line the labels in a row of which it is one; for any other line itself alone."""
        runs: list[range] = []
        for label, run in itertools.groupby(range(len(self._story)), key=self._is_label):
            row = list(run)
            runs += [range(row[0], row[-1] + 1)] * len(row) if label else [range(i, i + 1) for i in row]
        return runs

    def _is_label(self, i: int) -> bool:
        return self._shape(i) is None and not is_tagline(self._story[i].text)

    def _reads_on(self, i: int) -> bool:
        return self._shape(i) in ("paragraph", "list_item", "quote", "table")

    def _end_of_story(self) -> int:
        """Where the page's last links and buttons begin: two in a row behind the last prose."""
        prose = max((i for i, tells in enumerate(self._stories) if tells), default=len(self._story))
        for i in range(prose + 1, len(self._story) - 1):
            announced = self._story[i - 1].text.endswith(":")
            if self._is_label(i) and self._is_label(i + 1) and not announced:
                return i
        return len(self._story)


def _is_question(text: str) -> bool:
    return text.endswith("?") and text[:1] not in "\"'\u201c\u2018\u00ab\u201e"


def _is_interview(questions: Sequence[str]) -> bool:
    """Whether the questions are put to somebody, and so are what was said; else they head what answers them."""
    return len(questions) >= 3 and sum(bool(_TO_YOU.search(text)) for text in questions) * 2 >= len(questions)


def _is_signature(story: Sequence[Line], i: int) -> bool:
    """A dash and a name or two on a line of its own: who sent the story, not an item of a list."""
    text = story[i].text
    beside = (*story[max(0, i - 1) : i], *story[i + 1 : i + 2])
    alone = all(item_text(line.text) is None for line in beside)
    return alone and text[0] in "-\u2013" and word_count(text) <= 4 and not ends_sentence(text)


def _reads_as_paragraph(text: str) -> bool:
    if is_prose(text):
        return True
    if _is_question(text) and word_count(text) <= 9:
        return False
    return ends_sentence(text) or word_count(text) > _LONGEST_LABEL


def _in_numbered_list(story: Sequence[Line], i: int) -> bool:
    """A number opens an item only beside its neighbour in the count: 1 before 2."""
    number = item_number(story[i].text)
    if number is None:
        return False
    beside = [item_number(line.text) for line in (*story[max(0, i - 1) : i], *story[i + 1 : i + 2])]
    return number + 1 in beside or number - 1 in beside


def _merged_credits(story: Sequence[Line], kinds: Sequence[BlockKind | None]) -> list[tuple[BlockKind, str]]:
    """The blocks' texts; a credit on a line of its own makes a caption of the short line before it.

    Behind anything else it captions nothing that a copied page shows.
    """
    blocks: list[tuple[BlockKind, str]] = []
    for line, kind in zip(story, kinds, strict=True):
        if kind is None:
            continue
        if kind == "caption" and is_credit(line.text):
            if blocks and blocks[-1][0] == "caption" and not is_caption(blocks[-1][1]):
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
    text = next(block.text for block in blocks if block.kind in NUMBERED)
    return text if len(text) <= 100 else text[:100].rsplit(" ", 1)[0] + "\u2026"
