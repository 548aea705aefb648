"""What a person reads on the terminal: answers, articles, reports of ingesting and checking.

Text of articles is always printed as text: no markup is read from it, and no control character of it reaches
the terminal. Nothing here decides anything; it only shows.
"""

from __future__ import annotations

import json
import re
import sys
from typing import TYPE_CHECKING, Any

from qa.types import jsonable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console, RenderableType
    from rich.text import Text

    from qa.archive import CheckReport, IngestReport
    from qa.types import Answer, Citation, Nearest, Source, Version

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, the cursor
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]{0,500}(?:\x07|\x1b\\|\x9c)"  # OSC: window titles, links
    r"|\x1b[@-Z\\-_]"
)
"""Whole sequences that steer a terminal (ECMA-48), so that not even their tails are left in the text."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What else could steer it or turn the direction of writing, and halves of characters that cannot be encoded."""
_WIDTH = 100
"""Wider lines are hard to read, however wide the terminal is."""


def plain(text: str) -> str:
    """Text of an article, safe to print: escape sequences, control and direction characters are taken out."""
    return _CONTROLS.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\t", " ")))


def print_json(value: Any) -> None:
    """One line of JSON; C1 controls and halves of characters, which JSON allows, are written as escapes."""
    line = json.dumps(jsonable(value), ensure_ascii=not _speaks_unicode())
    sys.stdout.write(re.sub("[\x7f-\x9f\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", line) + "\n")


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    found.width = min(found.width, _WIDTH)
    return found


def print_answer(answer: Answer) -> None:
    out = console()
    if answer.refusal is not None:
        _print_each(out, _refusal(answer))
    else:
        _print_each(out, _answered(answer))


def print_articles(sources: Sequence[Source], next_cursor: str | None) -> None:
    from rich.table import Table

    table = Table(box=None, padding=(0, 2, 0, 0), header_style="dim")
    for head in ("id", "published", "source", "title"):
        table.add_column(head, overflow="fold" if head in {"id", "title"} else "ellipsis")
    for source in sources:
        marked = f"[{source.status}] {source.title}" if source.status != "current" else source.title
        row = (source.article_id, _day(source.published_at), source.source or "", marked)
        table.add_row(*(_text(plain(cell)) for cell in row))
    out = console()
    out.print(table if sources else "No articles.")
    if next_cursor:
        out.print(f"More: --cursor {next_cursor}", style="dim")


def print_article(version: Version, history: Sequence[Source]) -> None:
    from rich.padding import Padding

    out, source = console(), version.source
    out.print(_text(plain(source.title), "bold"))
    out.print(_text(plain(_byline(source)), "dim"))
    if source.status != "current":
        out.print(_text(plain(f"This version is {source.status}. {source.reason or ''}"), "bold red"))
    for paragraph in version.paragraphs:
        number = f"{paragraph.number:>3}" if paragraph.number else "   "
        body = _text(plain(paragraph.text), "bold" if paragraph.kind == "heading" else "")
        out.print()
        out.print(_columns(_text(number, "cyan"), Padding(body, (0, 0))))
    if len(history) > 1:
        out.print()
        out.print(_text("Versions, oldest first: " + ", ".join(item.version for item in history), "dim"))


def print_ingested(report: IngestReport, seconds: float) -> None:
    """The summary: what was seen is the sum of what is listed."""
    parts = [
        (report.added, "added"),
        (report.updated, "updated"),
        (report.unchanged, "unchanged"),
        (report.duplicates, "duplicate" if report.duplicates == 1 else "duplicates"),
        (report.failed, "failed"),
    ]
    shown = ", ".join(f"{count:,} {word}" for count, word in parts if count) or "nothing found"
    seen = sum(count for count, _ in parts)
    console().print(f"{seen:,} read: {shown}; {report.paragraphs:,} new paragraphs, {seconds:.1f} s.")


def print_errors(report: IngestReport) -> None:
    for error in report.errors:
        place = f"{error.path}:{error.line}" if error.line is not None else error.path
        sys.stderr.write(plain(f"{place}: {error.message}").replace("\n", " ") + "\n")


def print_check(report: CheckReport) -> None:
    out, counts = console(), report.counts
    out.print(
        f"{counts.articles:,} articles in {counts.versions:,} versions, {counts.paragraphs:,} paragraphs, "
        f"{counts.passages:,} passages."
    )
    for problem in report.problems:
        out.print(_text(plain(f"- {problem}"), "red"))
    if report.ok:
        out.print("Catalogue, vectors and words agree.")


def _print_each(out: Console, parts: Iterable[RenderableType]) -> None:
    for part in parts:
        out.print(part)


def _answered(answer: Answer) -> Iterator[RenderableType]:
    yield ""
    yield _marked(answer)
    for citation in answer.citations:
        yield ""
        yield _columns(_text(f"[{citation.number}]", "cyan"), _cited(citation))
    yield ""


def _marked(answer: Answer) -> Text:
    """The answer's own text; its markers [1] stand out, and other brackets are as the article wrote them."""
    text = _text(plain(answer.text), "bold")
    text.highlight_regex(r"(?:\[\d+\])+(?=\s|$)", "not bold cyan")
    return text


def _cited(citation: Citation) -> RenderableType:
    from rich.console import Group
    from rich.padding import Padding

    place = [citation.source, _day(citation.published_at), f"paragraph {citation.paragraph}"]
    heading = _text(plain(citation.title), "bold")
    if citation.status != "current":
        heading.append(f"  ({citation.status})", "red")
    return Group(
        heading,
        _text(plain(" · ".join(part for part in place if part)), "dim"),
        Padding(_text(f"“{plain(citation.quote)}”", "italic"), (0, 0, 0, 2)),
        _text(plain(_link(citation.url, citation.permalink)), "dim"),
    )


def _refusal(answer: Answer) -> Iterator[RenderableType]:
    refusal = answer.refusal
    assert refusal is not None
    yield ""
    yield _text(f"Not answered: {plain(refusal.message)}", "bold")
    yield _text(f"Reason: {refusal.reason.replace('_', ' ')}", "dim")
    if refusal.nearest:
        yield ""
        yield _text("Nearest in the archive; these do not answer the question:", "dim")
    for nearest in refusal.nearest:
        yield ""
        yield _columns(_text(" – ", "dim"), _near(nearest))
    yield ""


def _near(nearest: Nearest) -> RenderableType:
    from rich.console import Group

    place = [nearest.source, _day(nearest.published_at), f"paragraph {nearest.paragraph}"]
    return Group(
        _text(plain(nearest.title)),
        _text(plain(" · ".join(part for part in place if part)), "dim"),
        _text(_shortened(plain(nearest.text)), "dim italic"),
        _text(plain(_link(nearest.url, nearest.permalink)), "dim"),
    )


def _columns(left: RenderableType, right: RenderableType) -> RenderableType:
    from rich.table import Table

    grid = Table.grid(padding=(0, 1, 0, 0))
    grid.add_column(no_wrap=True)
    grid.add_column()
    grid.add_row(left, right)
    return grid


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(text, style=style, overflow="fold")


def _byline(source: Source) -> str:
    parts = [
        source.source,
        _day(source.published_at),
        ", ".join(source.authors),
        source.url,
        source.article_id,
    ]
    return " · ".join(part for part in parts if part)


def _link(url: str | None, permalink: str) -> str:
    return f"{permalink}   {url}" if url else permalink


def _day(timestamp: str | None) -> str:
    return (timestamp or "")[:10]


def _shortened(text: str, most: int = 240) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"
