"""``qa ingest``: sources into the archive, with what a person or a program wants to know of it.

Nothing here grows with what is ingested: errors go to a file, and the list of articles that ``--json`` prints lies in
a temporary one until then.
"""

from __future__ import annotations

import json
import sys
import tempfile
import time
from contextlib import ExitStack
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, NoReturn

import typer

from qa.errors import InvalidInput, QAError, one_line
from qa.opening import AsJson, Home, archive_in, engine_in, settings_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from qa.archive import IngestedArticle, IngestReport
    from qa.engine import Engine
    from qa.errors import UnreadableSource
    from qa.ingest.syndication.item import Found
    from qa.ingest_errors import ErrorsFile


_UNREAD = "no article could be read"


class Interrupted(QAError):
    """Ctrl-C, with what was kept."""


@dataclass(frozen=True, slots=True)
class Sources:
    """What is to be read, and how."""

    names: tuple[str, ...]
    follow: bool = False
    allow_private: bool = False
    reader: str | None = None
    options: tuple[str, ...] = ()
    errors: Path | None = None


@dataclass(frozen=True, slots=True)
class _Input:
    """The items; how many bytes were read for them so far, and of how many, where somebody knows."""

    items: Iterable[Found]
    done: Callable[[], int] = lambda: 0
    total: Callable[[], int | None] = lambda: None


def ingest(  # noqa: PLR0913, PLR0917 - each option is an argument
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(help="Files, folders, globs, '-' for standard input, or urls."),
    ],
    follow: Annotated[
        bool, typer.Option("--follow", help="Fetch the pages that feeds and sitemaps in files lead to, too.")
    ] = False,
    watch: Annotated[
        bool, typer.Option("--watch", help="Ask feeds, sitemaps and pages on the web again and again, until Ctrl-C.")
    ] = False,
    every: Annotated[
        str | None, typer.Option(metavar="TIME", help="How often, with --watch: 30s, 10m, 2h, 1d. By default 10m.")
    ] = None,
    allow_private: Annotated[
        bool, typer.Option("--allow-private", help="Let web addresses lead into private networks, and to this machine.")
    ] = False,
    reader: Annotated[
        str | None, typer.Option(metavar="MODULE:CLASS", help="Read the sources with this LlamaIndex reader.")
    ] = None,
    reader_option: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="An argument of that reader; may be repeated.")
    ] = None,
    errors: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write what cannot be read here (ingest-errors.jsonl in the archive)."),
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Read articles into the archive; doing it again changes nothing, and goes on where it was interrupted."""
    from qa.archive import is_there

    if watch or every is not None:
        if reader or reader_option or errors:
            raise InvalidInput("--reader, --reader-option and --errors are not for --watch")
        if follow:
            raise InvalidInput("--follow is for files; --watch follows links by itself")
        _watch(context, home, sources, every, watch=watch, allow_private=allow_private, as_json=as_json)
        return
    if reader is None and reader_option:
        raise InvalidInput("--reader-option is for --reader, which is not given")
    wanted = Sources(tuple(sources), follow, allow_private, reader, tuple(reader_option or ()), errors)
    _require_apart(wanted)
    # An archive that is there keeps the list of what could not be read.
    if not is_there(settings_in(context, home)) and (nothing := _nothing_in(wanted)):
        _refuse(nothing, wanted, as_json=as_json)
    with engine_in(context, home, create=True) as engine:
        _ingest(engine, wanted, as_json=as_json)


def _watch(
    context: typer.Context,
    home: Path | None,
    sources: list[str],
    every: str | None,
    *,
    watch: bool,
    allow_private: bool,
    as_json: bool,
) -> None:
    from qa.ingest.watch import check_sources, seconds_of
    from qa.watching import watch as keep_watching

    if not watch:
        raise InvalidInput("--every is for --watch, which is not given")
    check_sources(sources)
    seconds = seconds_of(every or "10m")
    with archive_in(context, home, create=True) as archive:
        try:
            keep_watching(archive, sources, every=seconds, allow_private=allow_private, as_json=as_json)
        except KeyboardInterrupt:
            typer.echo("stopped", err=True)


def _nothing_in(sources: Sources) -> list[UnreadableSource]:
    """What is wrong with the sources where none of them names a file, standard input or an address."""
    from qa.ingest import ADDRESS
    from qa.ingest.files import nothing_in

    wrong: list[UnreadableSource] = []
    for name in sources.names:
        if sources.reader is not None or name == "-" or ADDRESS.match(name):
            return []
        here = nothing_in(name)
        if not here:
            return []
        wrong += here
    return wrong


def _refuse(wrong: list[UnreadableSource], sources: Sources, *, as_json: bool) -> NoReturn:
    """What is said of sources that cannot be read, before an archive is made for nothing.

    Raises:
        QAError: always.
    """
    from qa.archive import IngestReport
    from qa.ingest_errors import FILE_NAME, ErrorsFile
    from qa.terminal import print_errors, print_ingested

    with tempfile.TemporaryDirectory() as away:
        kept = ErrorsFile(sources.errors or Path(away, FILE_NAME), wanted=sources.errors is not None)
        list(kept.without_errors(wrong))
        report = IngestReport(failed=kept.count)
        kept.close()
        print_errors(kept, listed=sources.errors is not None)
        if as_json:
            _print_json(report, (), kept)
        else:
            print_ingested(report, 0.0)
    raise QAError(_UNREAD)


def _ingest(engine: Engine, sources: Sources, *, as_json: bool) -> None:
    from qa.ingest_errors import FILE_NAME, ErrorsFile
    from qa.terminal import print_errors, print_ingested

    start = time.perf_counter()
    with ExitStack() as open_, tempfile.TemporaryFile("w+", encoding="utf-8") as listed:
        kept = ErrorsFile(sources.errors or engine.settings.home / FILE_NAME, wanted=sources.errors is not None)
        open_.callback(kept.close)
        each = _listing(listed.write) if as_json else None
        try:
            report = _read_into(engine, _input(engine, sources, open_, kept.path), kept, each, quiet=as_json)
        finally:
            print_errors(kept)
        if as_json:
            _print_json(report, map(json.loads, _lines_of(listed)), kept)
        else:
            print_ingested(report, time.perf_counter() - start)
    if not report.seen - report.failed:
        raise QAError(_UNREAD if report.failed else "there is nothing to read in what was given")


def _require_apart(sources: Sources) -> None:
    """The file for errors is written anew, so it must not be what is to be read."""
    from qa.ingest.files import is_same_file

    errors = sources.errors
    if errors is not None and any(is_same_file(name, errors) for name in sources.names):
        message = f"--errors would write over {one_line(str(errors))}, which is to be read"
        raise InvalidInput(message, hint="name another file with --errors")


def _input(engine: Engine, sources: Sources, open_: ExitStack, leave_out: Path) -> _Input:
    """The items of the sources, but for the file that errors are written to.

    Raises:
        InvalidInput: no such LlamaIndex reader, or options that cannot be used.
    """
    if sources.reader is not None:
        from qa.ingest.llamaindex import parsed_options, read_with

        return _Input(read_with(sources.reader, sources.names, parsed_options(list(sources.options))))
    from qa.ingest.parallel import Reading, cores, size_of

    workers = engine.settings.workers
    reading = Reading(
        sources.names,
        workers=cores() if workers is None else workers,
        stdin=sys.stdin.buffer,
        allow_private=sources.allow_private,
        follow=sources.follow,
        memory=engine.archive,
        leave_out=leave_out,
    )
    open_.enter_context(reading)
    return _Input(reading, lambda: reading.done, lambda: size_of(sources.names))


def _read_into(
    engine: Engine,
    given: _Input,
    errors: ErrorsFile,
    each: Callable[[IngestedArticle], None] | None,
    *,
    quiet: bool,
) -> IngestReport:
    from qa.archive import IngestReport
    from qa.ingest_progress import progress

    latest = IngestReport()
    with ExitStack() as shown:
        show = None if quiet else shown.enter_context(progress(given.total()))

        def tell(report: IngestReport) -> None:
            nonlocal latest
            latest = replace(report, failed=report.failed + errors.count)
            if show is not None:
                show(latest, given.done())

        items = errors.without_errors(given.items)
        try:
            report = engine.archive.add(items, progress=tell, keep_articles=False, each=each)
        except KeyboardInterrupt as interrupt:
            message = f"interrupted; the {latest.added + latest.updated:,} articles that were taken in are kept"
            raise Interrupted(message, hint="the same command goes on where it stopped") from interrupt
    return replace(report, failed=report.failed + errors.count)


def _listing(write: Callable[[str], Any]) -> Callable[[IngestedArticle], None]:
    from qa.types import jsonable

    return lambda article: write(json.dumps(jsonable(article)) + "\n") and None


def _lines_of(file: Any) -> Iterable[str]:
    file.seek(0)
    return file  # type: ignore[no-any-return]


def _print_json(report: IngestReport, listed: Iterable[Any], errors: ErrorsFile) -> None:
    """The contract's object, its two lists a piece at a time."""
    from qa.terminal import json_line

    counts = {name: value for name, value in report.as_json().items() if name not in {"articles", "errors"}}
    failed = ({"path": e["path"], "line": e["line"], "message": e["reason"]} for e in errors.kept())
    sys.stdout.write(json_line(counts)[:-1])
    for name, items in (("articles", listed), ("errors", failed)):
        sys.stdout.write(f', "{name}": [')
        for place, item in enumerate(items):
            sys.stdout.write((", " if place else "") + json_line(item))
        sys.stdout.write("]")
    sys.stdout.write("}\n")
