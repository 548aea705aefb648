"""The lines of a copied page -> those of its story, without what the page says around and between them.

A line goes because of what it says (``pagetalk``), because it stands twice, or because of the company it keeps: a box
of links, a form, the page's tail. Nothing that reads as a paragraph goes for its company alone, save in such a box.
"""

from __future__ import annotations

import itertools
import re
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import lru_cache

from qa.ingest.copied.masthead import Masthead
from qa.ingest.copied.page_lines import Line
from qa.ingest.lines import caption_text, ends_sentence, is_caption, is_prose, is_url, item_text, word_count
from qa.ingest.normal import compared
from qa.ingest.pagetalk import is_counter, is_furniture, opens_box, opens_tail
from qa.ingest.tagline import is_tagline

_COUNTED = re.compile(r"^(?P<text>\D.*?\D)[\s#(]*\d{1,3}\)?$")
_STAMP = re.compile(r"\d{1,2}[:.h]\d\d(?: ?[ap]\.?m\.?)?(?: ?(?:uhr|hrs?|[A-Z]{2,4}))?", re.IGNORECASE)
_VOICE = re.compile(r"\S+(?: \S+){0,2} (?:says|said|wrote|writes)(?: \(.{1,40}\))?:", re.IGNORECASE)
_FEWEST_VOICES = 3
_SHORTEST_QUOTE = 5  # words: a heading of fewer may say what a paragraph says
_PROMPT = 25  # words: what a box says to the reader is no longer
_ABOUT_AUTHOR = re.compile(r"(?:about the author|the (?:author|writer) (?:is|was|has|teaches|lives)\b)", re.IGNORECASE)


def story_lines(lines: Sequence[Line], masthead: Masthead) -> list[Line]:
    """The lines of the story alone, in order."""
    body = [line for i, line in enumerate(lines) if i >= masthead.body_at and i not in masthead.spent]
    body = _without_boxes(_without_link_groups(_without_tail(body)))
    title = compared(masthead.title or "")
    counted = _counted(body)
    seen = Counter(compared(line.text) for line in body)
    kept = []
    for line in body:
        key = compared(line.text)
        repeated = seen[key] > 1 and not is_prose(line.text)
        page_talk = "\t" not in line.text and (is_furniture(line.text) or is_url(line.text))
        page_talk = page_talk and not is_tagline(line.text, last=True)
        if not (page_talk or key == title or repeated or line.text in counted):
            kept.append(line)
    return _without_author_note(_without_image_texts(_without_pull_quotes(kept)), masthead.authors)


@lru_cache(maxsize=10_000)  # asked of each line of a page several times
def is_story(text: str) -> bool:
    """Whether the line reads as a paragraph of a story."""
    return is_prose(text) and not is_furniture(text) and not is_caption(text)


def _without_tail(body: Sequence[Line]) -> list[Line]:
    """The lines before the page's tail; where entries of a live blog go on behind a form, those too."""
    body = body[: _first_comment(body)]
    kept: list[Line] = []
    told = False
    at = 0
    while at < len(body):
        if not told or not opens_tail(body[at].text):
            kept.append(body[at])
            told = told or is_story(body[at].text)
        elif not _is_link(body, at, kept):
            stamps = sum(bool(_STAMP.fullmatch(line.text)) for line in kept)
            following = (i for i in range(at, len(body)) if stamps >= 2 and _STAMP.fullmatch(body[i].text))
            at = next(following, len(body)) - 1
        at += 1
    return kept


def _first_comment(body: Sequence[Line]) -> int:
    """Where readers' comments begin that no heading announces: 'gull44 says:' again and again."""
    voices = [i for i, line in enumerate(body) if _VOICE.fullmatch(line.text)]
    return voices[0] if len(voices) >= _FEWEST_VOICES and _any_story(body[: voices[0]]) else len(body)


def _is_link(body: Sequence[Line], at: int, before: Sequence[Line]) -> bool:
    """A link to the comments above the story: one summary stands before it at most, and the story behind."""
    least = 2 if is_counter(body[at].text) else 3
    return sum(is_story(line.text) for line in before) < 2 and sum(is_story(line.text) for line in body[at:]) >= least


def _without_link_groups(body: list[Line]) -> list[Line]:
    """Where blank lines part the paragraphs: without groups of lines of which one is a link, a button or a label."""
    groups = [list(group) for group in _groups(body)]
    alone = [len(group) == 1 for group in groups for line in group if is_story(line.text)]
    if len(alone) < 3 or sum(alone) < 0.8 * len(alone):
        return body
    return [line for group in groups if not _is_box(group) for line in group]


def _groups(body: Sequence[Line]) -> Iterator[list[Line]]:
    """The lines between blank lines."""
    group: list[Line] = []
    for line in body:
        if group and (line.gap or line.place != group[-1].place + 1):
            yield group
            group = []
        group.append(line)
    if group:
        yield group


def _is_box(group: Sequence[Line]) -> bool:
    texts = [line.text for line in group]
    if len(texts) < 2 or any("\t" in text or is_caption(text) or is_tagline(text) for text in texts):
        return False
    talks = any(is_furniture(text) or opens_box(text) for text in texts)
    return talks and all(is_furniture(text) or word_count(text) <= _PROMPT for text in texts)


def _without_boxes(body: Sequence[Line]) -> list[Line]:
    """The story without its boxes of links; one with no story behind it ends the article."""
    kept: list[Line] = []
    at = 0
    while at < len(body):
        if not opens_box(body[at].text):
            kept.append(body[at])
            at += 1
            continue
        after = _after_box(body, at)
        if after is None and _any_story(kept):
            return kept + [line for line in body[at:] if is_tagline(line.text, last=True)]
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
    prose = [place for place, i in enumerate(rest) if is_story(body[i].text)]
    if closed and prose and body[rest[prose[0]]].gap:
        return at
    if not any(one + 1 == other for one, other in itertools.pairwise(prose)):
        return None
    return _back_to_heading(body, rest[prose[0]], at)


def _back_to_heading(body: Sequence[Line], prose: int, at: int) -> int:
    """The heading of the prose belongs to the story, if the box has other lines before it."""
    return prose - 1 if prose - at >= 2 and not is_furniture(body[prose - 1].text) else prose


def _any_story(lines: Sequence[Line]) -> bool:
    return any(is_story(line.text) for line in lines)


def _counted(body: Sequence[Line]) -> set[str]:
    """Lines that differ from another one in their last number only: the texts of a page's images."""
    texts = {line.text for line in body if not ends_sentence(line.text)}
    stems = Counter(match["text"].casefold() for text in texts if (match := _COUNTED.match(text)))
    return {text for text in texts if (match := _COUNTED.match(text)) and stems[match["text"].casefold()] > 1}


def _without_pull_quotes(lines: list[Line]) -> list[Line]:
    """Without the words of a paragraph that the page prints once more, in large letters."""
    prose = "\n".join(compared(line.text) for line in lines if is_prose(line.text))

    def is_pull_quote(text: str) -> bool:
        words = compared(text)
        return not is_prose(text) and word_count(text) >= _SHORTEST_QUOTE and words in prose

    return [line for line in lines if not is_pull_quote(line.text)]


def _without_image_texts(lines: list[Line]) -> list[Line]:
    """Without an image's text where its caption stands beside it and says the same."""
    kept = []
    for i, line in enumerate(lines):
        beside = [other.text for other in (*lines[max(0, i - 1) : i], *lines[i + 1 : i + 2]) if is_caption(other.text)]
        key = compared(line.text)
        if is_caption(line.text) or not any(compared(caption_text(text)).startswith(key) for text in beside):
            kept.append(line)
    return kept


def _without_author_note(lines: list[Line], authors: Sequence[str]) -> list[Line]:
    """Without the lines at the end that say who the author is."""
    kept = list(lines)
    while len(kept) > 1 and _is_author_note(kept[-1].text, authors):
        kept.pop()
    return kept


def _is_author_note(text: str, authors: Sequence[str]) -> bool:
    bare = (item_text(text) or text).casefold()
    named = any(bare.startswith(f"{name.casefold()} ") for name in authors if " " in name)
    return not is_tagline(text) and (named or bool(_ABOUT_AUTHOR.match(bare)))
