"""What a person reads on the terminal: answers, articles, reports of ingesting and checking.

Text of articles is always printed as text: no markup is read from it, and no control character of it reaches
the terminal. Nothing here decides anything; it only shows.
"""

from __future__ import annotations

import json
import re
import sys
from itertools import groupby
from typing import TYPE_CHECKING, Any

from qa.errors import one_line
from qa.types import jsonable

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from rich.console import Console
    from rich.text import Text

    from qa.archive import CheckReport, IngestReport
    from qa.difference import Change, Difference
    from qa.errors import IngestError
    from qa.ingest_errors import ErrorsFile
    from qa.types import Answer, ArticleEvent, Citation, Nearest, Refusal, Source, Understood, Version

_ESCAPES = re.compile(
    r"(?:\x1b\[|\x9b)[0-?]*[ -/]*[@-~]"  # CSI: colours, the cursor
    r"|(?:\x1b\]|\x9d)[^\x07\x1b\x9c\n]{0,500}(?:\x07|\x1b\\|\x9c)"  # OSC: window titles, links
    r"|\x1b[@-Z\\-_]"
)
"""Whole sequences that steer a terminal (ECMA-48), so that not even their tails are left in the text."""
_CONTROLS = re.compile("[\x00-\x08\x0b-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")
"""What else could steer it or turn the direction of writing, and halves of characters that cannot be encoded."""
_WIDTH = 100
"""Wider lines are hard to read, however wide the terminal is."""


def plain(text: str) -> str:
    """Text of an article, safe to print: escape sequences, control and direction characters are taken out."""
    return _CONTROLS.sub("", _ESCAPES.sub("", text.replace("\r\n", "\n").replace("\t", " ")))


def print_json(value: Any) -> None:
    """One line of JSON."""
    sys.stdout.write(json_line(value) + "\n")


def json_line(value: Any) -> str:
    """JSON in one line; C1 controls and halves of characters, which JSON allows, are written as escapes."""
    line = json.dumps(jsonable(value), ensure_ascii=not _speaks_unicode())
    return re.sub("[\x7f-\x9f\ud800-\udfff]", lambda found: f"\\u{ord(found[0]):04x}", line)


def _speaks_unicode() -> bool:
    return (sys.stdout.encoding or "").lower().replace("-", "").startswith("utf")


def console(*, stderr: bool = False) -> Console:
    from rich.console import Console

    found = Console(stderr=stderr, highlight=False, markup=False, emoji=False)
    found.width = min(found.width, _WIDTH)
    return found


def print_answer(answer: Answer) -> None:
    out = console()
    if answer.understood:
        _print_understood(answer, answer.understood, out)
    if answer.refusal is None:
        _print_answered(answer, out)
    else:
        _print_refusal(answer.refusal, out)
        _print_reader(answer, out)


def _print_understood(answer: Answer, understood: Understood, out: Console) -> None:
    """How the question was taken, where that is not how it was typed."""
    if understood.question != answer.question:
        _print_lines(out, _text(plain(f"Understood as: {understood.question}"), "dim"))
    for note in understood.notes:
        _print_lines(out, _text(plain(note[:1].upper() + note[1:]), "dim"))


def print_articles(sources: Sequence[Source], next_cursor: str | None) -> None:
    """Two lines an article; its id stands alone at the end of the first, whole, to be copied."""
    out = console()
    for source in sources:
        marked = "" if source.status == "current" else f"({source.status}) "
        line = f"{_day(source.published_at) or '    –     '}  {source.source or '–'}  {source.article_id}"
        _print_lines(out, _text(plain(line), "dim"))
        _print_lines(out, _text(plain(f"{marked}{source.title}")), first=" " * 12)
        if source.report not in {"", source.article_id}:
            _print_lines(out, _text(plain(f"the same report as {source.report}"), "dim"), first=" " * 12)
    if not sources:
        out.print("No articles.")
    if next_cursor:
        out.print(f"More: --cursor {next_cursor}", style="dim")


def print_article(version: Version, history: Sequence[Source]) -> None:
    out, source = console(), version.source
    _print_lines(out, _text(plain(source.title), "bold"))
    _print_lines(out, _text(plain(_byline(source)), "dim"))
    if source.status != "current":
        _print_lines(out, _text(plain(f"This version is {source.status}. {source.reason or ''}"), "bold red"))
    for paragraph in version.paragraphs:
        number = f"{paragraph.number:>3} " if paragraph.number else "    "
        out.print()
        _print_lines(out, _text(plain(paragraph.text), _STYLES.get(paragraph.kind, "")), first=number)
    if len(history) > 1:
        out.print()
        _print_lines(out, _text("Versions, oldest first: " + ", ".join(item.version for item in history), "dim"))


def print_article_notes(version: Version, events: Sequence[ArticleEvent], copies: Sequence[Source]) -> None:
    """What else is known of an article: corrections and retractions, doubts, and who printed the same report."""
    out = console()
    for event in events:
        out.print()
        _print_lines(out, _text(plain(event.text)), first=f"{event.kind.capitalize()} of {event.at}: ")
    if version.doubts:
        out.print()
        said = "; ".join(doubt.replace("_", " ") for doubt in version.doubts)
        _print_lines(out, _text(f"The date of publication is in doubt: {said}", "dim"))
    if copies:
        out.print()
        out.print("The same report, also in:", style="dim")
    for copy in copies:
        standing = "retracted" if copy.status == "retracted" else None
        _print_lines(
            out, _text(plain(_joined([copy.source, _day(copy.published_at), copy.article_id, standing])), "dim")
        )


def print_difference(difference: Difference) -> None:
    """What was added, removed, edited and moved; how much was kept is only counted."""
    out = console()
    out.print(_text(plain(f"{difference.article_id}: {difference.before} to {difference.after}"), "bold"))
    for field in difference.fields:
        out.print()
        _print_lines(out, _text(plain(field.before or "–"), "red"), first=f"{field.name}: - ")
        _print_lines(out, _text(plain(field.after or "–"), "green"), first=f"{' ' * len(field.name)}  + ")
    for kind, run in groupby(difference.changes, key=lambda change: change.kind):
        changes = list(run)
        if kind == "kept":
            out.print()
            out.print(f"    … {len(changes):,} kept", style="dim")
            continue
        for change in changes:
            out.print()
            _print_change(change, out)


def _print_change(change: Change, out: Console) -> None:
    signs = {"added": ("", "+"), "removed": ("-", ""), "edited": ("-", "+"), "moved": ("", ">")}
    before, after = signs[change.kind]
    for sign, block, style in ((before, change.before, "red"), (after, change.after, "green")):
        if sign and block is not None:
            number = f"{block.number:>3}" if block.number else "   "
            _print_lines(out, _text(plain(block.text), "" if sign == ">" else style), first=f"{number} {sign} ")


_STYLES = {"heading": "bold", "caption": "dim", "quote": "italic"}


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


def print_errors(errors: ErrorsFile, *, listed: bool = True) -> None:
    """Each error where they are few, else how often each kind of reason came; a hint once.

    Args:
        errors: what could not be read.
        listed: their file has them all, and stays.
    """
    if errors.count == 0:
        return
    kinds = sorted(errors.kinds.values(), key=lambda kind: -kind.count)
    shown = [(kind.first, kind.count) for kind in kinds[:_MOST_REASONS]]
    if errors.count == len(errors.first):
        shown = [(error, 1) for error in errors.first]
    hints = {error.hint: number for number, (error, _) in reversed(list(enumerate(shown)))}
    for number, (error, count) in enumerate(shown):
        sys.stderr.write(_error_line(error, count) + "\n")
        if error.hint and hints[error.hint] == number:
            sys.stderr.write(f"  hint: {error.hint}\n")
    if not listed:
        return
    more = errors.count - sum(count for _, count in shown)
    also = f"{more:,} more for other reasons; " if more else ""
    sys.stderr.write(f"{also}what could not be read is listed in {one_line(str(errors.path))}\n")


_MOST_REASONS = 10


def _error_line(error: IngestError, count: int) -> str:
    others = f" (and {count - 1:,} more like it)" if count > 1 else ""
    return f"{error.place}: {plain(error.message)}{others}"


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


def _print_answered(answer: Answer, out: Console) -> None:
    out.print()
    for text, is_item in _lines(answer):
        _print_lines(out, _marked(text), first="- " if is_item else "")
    for remark in _remarks(answer):
        _print_lines(out, _text(plain(remark), "dim"))
    for citation in answer.citations:
        out.print()
        _print_citation(citation, out)
    _print_reader(answer, out)
    out.print()


def _print_reader(answer: Answer, out: Console) -> None:
    """Nothing for sentences of the articles, as they usually are; what else a reader of the answer has to know."""
    phrased = "Phrased by a language model; each sentence was checked against the paragraphs that it cites."
    refused = "The language model found no answer in the paragraphs."
    said = (phrased if answer.answered else refused) if answer.reader == "llm" else None
    for line in filter(None, (said, answer.reader_note)):
        out.print()
        _print_lines(out, _text(plain(line), "dim"))


def _lines(answer: Answer) -> Iterator[tuple[str, bool]]:
    """The answer's text, in one piece but for the items of a list; and which pieces are items."""
    apart = [
        one for before, one in zip((None, *answer.statements), answer.statements, strict=False)
        if before is None or before.item or one.item
    ]  # fmt: skip
    ends = [one.start for one in apart[1:]]
    for one, end in zip(apart, [*ends, len(answer.text)], strict=True):
        yield answer.text[one.start : end].rstrip(), one.item


def _marked(answer_text: str) -> Text:
    """The answer's own text; its markers [1] stand out, and other brackets are as the article wrote them."""
    text = _text(plain(answer_text), "bold")
    text.highlight_regex(r"(?:\[\d+\])+(?=\s|$)", "not bold cyan")
    return text


def _remarks(answer: Answer) -> Iterator[str]:
    """What else is to be known of the answer: how many say so, who says otherwise, what came later."""
    for place, statement in enumerate(answer.statements):
        if statement.reports > 1:
            which = "" if len(answer.statements) == 1 else f"{_markers(answer, place)} "
            yield f"{which}{statement.reports} independent reports say this."
    for one in answer.disagreements:
        told = [f"{value} {_markers(answer, place)}" for place, value in zip(one.statements, one.values, strict=True)]
        yield f"The reports differ: {', '.join(told)}."
    for article in answer.later:
        yield f"Later coverage: {_joined([article.title, article.source, _day(article.published_at)])}"


def _markers(answer: Answer, place: int) -> str:
    return "".join(f"[{number}]" for number in answer.statements[place].citations)


def _print_citation(citation: Citation, out: Console) -> None:
    number = f"[{citation.number}] "
    indent = " " * len(number)
    status = "" if citation.status == "current" else f" ({citation.status})"
    place = [citation.source, _day(citation.published_at), f"paragraph {citation.paragraph}"]
    _print_lines(out, _text(plain(citation.title) + status, "bold"), first=number)
    _print_lines(out, _text(plain(_joined(place)), "dim"), first=indent)
    _print_lines(out, _quoted(citation), first=indent + "  ")
    _print_links(out, citation.url, citation.permalink, indent)


def _quoted(citation: Citation) -> Text:
    """The quote; the words in it that answer stand out, where they are known."""
    start, end = citation.highlight or (citation.start, citation.start)
    parts = [citation.quote[: start - citation.start], citation.quote[start - citation.start : end - citation.start]]
    parts.append(citation.quote[end - citation.start :])
    before, words, after = map(plain, parts)
    return _text(f"“{before}", "italic") + _text(words, "italic underline") + _text(f"{after}”", "italic")


def _print_refusal(refusal: Refusal, out: Console) -> None:
    out.print()
    _print_lines(out, _text(f"Not answered: {plain(refusal.message)}", "bold"))
    out.print(f"Reason: {refusal.reason.replace('_', ' ')}", style="dim")
    if refusal.nearest:
        out.print()
        out.print("Nearest in the archive; these do not answer the question:", style="dim")
    for nearest in refusal.nearest:
        out.print()
        _print_nearest(nearest, out)
    out.print()


def _print_nearest(nearest: Nearest, out: Console) -> None:
    place = [nearest.source, _day(nearest.published_at), f"paragraph {nearest.paragraph}"]
    _print_lines(out, _text(plain(nearest.title)), first="– ")
    _print_lines(out, _text(plain(_joined(place)), "dim"), first="  ")
    _print_lines(out, _text(_shortened(plain(nearest.text)), "dim italic"), first="    ")
    _print_links(out, nearest.url, nearest.permalink, "  ")


def _print_links(out: Console, url: str | None, permalink: str, indent: str) -> None:
    """Never wrapped: a link that is broken over two lines cannot be followed."""
    for link in filter(None, (url, permalink)):
        out.print(_text(indent + plain(link), "dim"), no_wrap=True, overflow="ignore", crop=False)


def _print_lines(out: Console, text: Text, *, first: str = "") -> None:
    """Wrapped text behind a hanging indent as wide as ``first``; no line ends in spaces."""
    indent = first
    for line in text.wrap(out, max(out.width - len(first), 20)):
        line.rstrip()
        out.print(_text(indent) + line, no_wrap=True, overflow="ignore", crop=False)
        indent = " " * len(first)


def _text(text: str, style: str = "") -> Text:
    from rich.text import Text

    return Text(text, style=style, overflow="fold")


def _byline(source: Source) -> str:
    return _joined([source.source, _day(source.published_at), ", ".join(source.authors), source.url, source.article_id])


def _joined(parts: Iterable[str | None]) -> str:
    return " · ".join(part for part in parts if part)


def _day(timestamp: str | None) -> str:
    return (timestamp or "")[:10]


def _shortened(text: str, most: int = 240) -> str:
    words = " ".join(text.split())
    return words if len(words) <= most else words[:most].rsplit(" ", 1)[0] + " …"
