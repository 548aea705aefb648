"""One version of an article as a page to read: works without JavaScript, and each paragraph has its address.

Everything in it comes from strangers, and is escaped on its way in (``qa.markup``).
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from api.markup import page
from api.structured_data import structured_data
from qa.archive import Archive
from qa.difference import Change, Difference
from qa.markup import Markup, tag, web_url
from qa.types import ArticleEvent, Paragraph, Source, Version

_TAGS = {"heading": "h2", "caption": "figcaption", "table": "pre", "quote": "blockquote"}


@dataclass(frozen=True, slots=True)
class Beside:
    """What a page shows around the article.

    Attributes:
        history: all its versions, oldest first.
        events: its corrections and retractions, oldest first.
        copies: other articles that print the same report, earliest first.
        difference: from the version before the one that is shown; None where it is the first.
        gone: numbers of paragraphs that the shown version lacks, each with the latest earlier one that has it.
    """

    history: tuple[Source, ...]
    events: tuple[ArticleEvent, ...] = ()
    copies: tuple[Source, ...] = ()
    difference: Difference | None = None
    gone: tuple[tuple[int, Source], ...] = ()


def beside(archive: Archive, shown: Version) -> Beside:
    """What the archive knows around this version."""
    article_id, version = shown.source.article_id, shown.source.version
    history = archive.history(article_id)
    earlier = list(takewhile(lambda one: one.version != version, history))
    return Beside(
        history,
        archive.events(article_id),
        archive.copies(article_id),
        archive.changes(article_id, None, version) if earlier else None,
        tuple(_gone(archive, shown, earlier)),
    )


def _gone(archive: Archive, shown: Version, earlier: Sequence[Source]) -> Iterator[tuple[int, Source]]:
    """A link to paragraph 9 of what has eight by now must still lead somewhere."""
    had = {number: one for one in earlier for number in _numbers(archive.version(one.article_id, one.version))}
    for number in sorted(had.keys() - set(_numbers(shown))):
        yield number, had[number]


def _numbers(version: Version) -> list[int]:
    return [block.number for block in version.paragraphs if block.number is not None]


def render(version: Version, around: Beside, mark: tuple[int, int] | None = None) -> str:
    """The page of ``version``; ``mark`` is the slice of its text to set off, in code points."""
    source = version.source
    return page(
        f"{source.title} · {source.source or 'Archive'}",
        tag("header", tag("a", "← Ask the archive", href="/"), class_="bar"),
        tag(
            "main",
            tag(
                "article",
                _head(source),
                _notice(source, around.history),
                _events(around),
                _body(version, mark, around.gone),
            ),
            _copies(around.copies),
            _versions(source, around),
            class_="article",
        ),
        head=structured_data(source, around.events),
        language=source.language,
    )


def day(stamp: str | None) -> str | None:
    """``13 August 2021`` from an ISO 8601 date or time; as it came where it is neither."""
    if stamp is None:
        return None
    try:
        parsed = dt.date.fromisoformat(stamp[:10])
    except ValueError:
        return stamp
    return f"{parsed.day} {parsed:%B %Y}"


def _head(source: Source) -> Markup:
    kicker = _joined((source.source, source.section, _genre(source)))
    dates = [
        tag("time", said + shown, datetime=stamp)
        for said, stamp in (("", source.published_at), ("Updated ", source.updated_at))
        if (shown := day(stamp)) and stamp
    ]
    url = web_url(source.url)
    return tag(
        "header",
        tag("p", kicker, class_="kicker") if kicker else None,
        tag("h1", source.title, dir="auto"),
        tag("p", "By ", ", ".join(source.authors), class_="byline", dir="auto") if source.authors else None,
        tag("p", *_spaced(dates), class_="dates") if dates else None,
        tag("p", tag("a", "Read it at the publisher", href=url, rel="noopener noreferrer")) if url else None,
    )


def _spaced(items: list[Markup]) -> Iterator[str]:
    for place, item in enumerate(items):
        yield from (" · ", item) if place else (item,)


def _notice(source: Source, history: tuple[Source, ...]) -> Markup | None:
    if source.status == "retracted":
        why = f" Reason: {source.reason}" if source.reason else ""
        return tag("p", tag("strong", "This article was retracted."), why, class_="notice")
    if source.status == "superseded" and history:
        link = tag("a", "Read the current version", href=_address(history[-1]))
        return tag("p", tag("strong", "This is an earlier version."), " ", link, class_="notice")
    return None


def _events(around: Beside) -> Markup | None:
    said = [
        tag("p", tag("strong", f"{event.kind.capitalize()}, {day(event.at)}."), " ", event.text)
        for event in around.events
        if event.kind != "retraction"  # stands above already
    ]
    return tag("div", said, class_="notice", dir="auto") if said else None


def _body(version: Version, mark: tuple[int, int] | None, gone: Sequence[tuple[int, Source]]) -> Markup:
    blocks = [_block(block, mark) for block in version.paragraphs]
    return tag("div", blocks, [_missing(number, one) for number, one in gone], class_="body", dir="auto")


def _missing(number: int, last: Source) -> Markup:
    """Shown only to who follows a link to it."""
    link = tag("a", "Read it as it was", href=f"{_address(last)}#p{number}")
    said = tag("p", f"This version has no paragraph {number}; an earlier one had. ", link)
    return tag("div", said, id=f"p{number}", class_="paragraph missing")


def _block(block: Paragraph, mark: tuple[int, int] | None) -> Markup:
    text = _marked(block, mark)
    if block.number is None:
        return tag(_TAGS.get(block.kind, "p"), text)
    anchor = f"p{block.number}"
    number = tag("a", str(block.number), href=f"#{anchor}", aria_label=f"Paragraph {block.number}", class_="number")
    inner = tag("blockquote", text) if block.kind == "quote" else tag("p", text)
    return tag("div", number, inner, id=anchor, class_=f"paragraph {block.kind}")


def _marked(block: Paragraph, mark: tuple[int, int] | None) -> list[str]:
    if mark is None or not block.start <= mark[0] < mark[1] <= block.end:
        return [block.text]
    start, end = mark[0] - block.start, mark[1] - block.start
    return [block.text[:start], tag("mark", block.text[start:end]), block.text[end:]]


def _genre(source: Source) -> str | None:
    """What kind of piece it is, where that is more than news and not what the section says already."""
    genre = (source.genre or "").replace("_", " ")
    return None if genre in {"", "news", (source.section or "").casefold()} else genre


def _copies(copies: tuple[Source, ...]) -> Markup | None:
    if not copies:
        return None
    items = [
        tag(
            "li",
            tag("a", _joined((one.source, day(one.published_at), one.title)), href=f"/articles/{one.article_id}"),
            " (retracted)" if one.status == "retracted" else None,
        )
        for one in copies
    ]
    return tag("nav", tag("h2", "The same report, also in"), tag("ul", items), class_="versions", aria_label="Copies")


def _joined(parts: tuple[str | None, ...]) -> str:
    return " · ".join(part for part in parts if part)


def _versions(source: Source, around: Beside) -> Markup | None:
    history = around.history
    if len(history) < 2:
        return None
    items = [
        tag(
            "li",
            tag(
                "a",
                _named(one),
                href=_address(one),
                aria_current="page" if one.version == source.version else None,
            ),
        )
        for one in history
    ]
    changed = _changes(around.difference) if around.difference else None
    return tag("nav", tag("h2", "Versions"), tag("ol", items), changed, class_="versions", aria_label="Versions")


def _changes(difference: Difference) -> Markup:
    """What changed from the version before, folded away."""
    fields = [
        tag("li", f"{change.name.replace('_', ' ').capitalize()}: ", _replaced(change.before, change.after), dir="auto")
        for change in difference.fields
    ]
    blocks = [_change(change) for change in difference.changes if change.kind != "kept"]
    kept = sum(change.kind == "kept" for change in difference.changes)
    count = f"{kept} paragraph stands as it was." if kept == 1 else f"{kept} paragraphs stand as they were."
    return tag(
        "details",
        tag("summary", "What changed from the version before"),
        tag("ul", fields, blocks) if fields or blocks else None,
        tag("p", count),
        class_="changes",
    )


def _change(change: Change) -> Markup:
    before, after = change.before, change.after
    if change.kind == "moved" and after is not None:
        return tag("li", "Moved: ", after.text, dir="auto")
    said = f"{change.kind.capitalize()}: "
    return tag("li", said, _replaced(before.text if before else None, after.text if after else None), dir="auto")


def _replaced(before: str | None, after: str | None) -> list[Markup | str | None]:
    gone = tag("del", before) if before is not None else None
    return [gone, " " if gone and after is not None else None, tag("ins", after) if after is not None else None]


def _named(one: Source) -> str:
    known = f"From {day(one.known_from.isoformat())}" if one.known_from else "Undated"
    return f"{known}, {one.status}"


def _address(one: Source) -> str:
    # The version's id is ours, made of letters and digits; the article's may be the input's, and was checked.
    return f"/articles/{one.article_id}?version={one.version}"
