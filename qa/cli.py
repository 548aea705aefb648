"""The command line, ``qa``: parse, call, show. Everything it does, the engine and its archive do.

Exit code 0 for done (a refusal is done), 1 for a failure said in one line with a hint, 2 for wrong usage, 130
for Ctrl-C. Heavy modules are imported by the command that needs them, so that help comes at once.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
import time
from contextlib import closing, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, Literal

import typer

from qa.errors import IngestError, InvalidInput, QAError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qa.archive import Archive, IngestReport
    from qa.engine import Engine
    from qa.settings import Settings
    from qa.types import Article

app = typer.Typer(
    name="qa",
    help="Answers questions from a news archive; every sentence is cited, word for word.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich alone would take a third of the time that help may take
)
articles = typer.Typer(help="List, read, delete or retract articles.", no_args_is_help=True, rich_markup_mode=None)
evaluation = typer.Typer(help="Put question sets, and compare runs.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(articles, name="articles")
app.add_typer(evaluation, name="eval")

Home = Annotated[
    Path | None, typer.Option("--home", metavar="DIR", help="Folder of the archive (QA_HOME; else ./.qa).")
]
AsJson = Annotated[bool, typer.Option("--json", help="Print one line of JSON, for programs.")]
Day = Annotated[str | None, typer.Option(metavar="DATE")]
ArticleId = Annotated[str, typer.Argument(help="As `qa articles list` shows it.")]


def main() -> None:
    """The console entry: errors become one line and an exit code, never a traceback for a user's mistake."""
    sys.exit(run(sys.argv[1:]))


def run(arguments: list[str]) -> int:
    """The exit code of one command."""
    try:
        code = _run(arguments)
        sys.stdout.flush()
    except BrokenPipeError:
        return _reader_went_away()
    except QAError as error:
        _say(error)
        return 130 if isinstance(error, Interrupted) else 1
    except OSError as error:
        _say(_from_system(error))
        return 1
    if code == 130:
        _say(Interrupted("interrupted"))
    return code


def _run(arguments: list[str]) -> int:
    """Typer says what is wrong with the usage, and leaves by SystemExit."""
    try:
        app(args=arguments, prog_name="qa")
    except SystemExit as left:
        return left.code if isinstance(left.code, int) else 0
    except KeyboardInterrupt:
        return 130
    return 0


class Interrupted(QAError):
    """Ctrl-C, with what was kept."""


def _say(error: QAError) -> None:
    from qa.terminal import plain

    line = f"qa: {_place(error)}{error.message}"
    hint = f"\nhint: {_one_line(plain(error.hint))}" if error.hint else ""
    sys.stderr.write(_one_line(plain(line)) + hint + "\n")


def _place(error: QAError) -> str:
    if not isinstance(error, IngestError):
        return ""
    return f"{error.path}:{error.line}: " if error.line is not None else f"{error.path}: "


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _from_system(error: OSError) -> QAError:
    what = error.strerror or str(error) or type(error).__name__
    return QAError(f"{error.filename}: {what}" if error.filename else what)


def _reader_went_away() -> int:
    """``qa … | head``: nothing to say; what Python still holds for the pipe goes nowhere."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 1


def _print_version(wanted: bool) -> None:
    if wanted:
        from importlib.metadata import version

        typer.echo(f"qa {version('news-archive-qa')}")
        raise typer.Exit


@app.callback()
def _global(
    context: typer.Context,
    home: Home = None,
    _version: Annotated[
        bool,
        typer.Option("--version", callback=_print_version, is_eager=True, help="Print the version, and leave."),
    ] = False,
) -> None:
    context.obj = home


@app.command()
def ingest(  # noqa: PLR0917 - each option is an argument
    context: typer.Context,
    sources: Annotated[
        list[str],
        typer.Argument(help="Files, folders, globs, '-' for standard input, or urls."),
    ],
    follow: Annotated[
        bool, typer.Option("--follow", help="Fetch the pages that feeds and sitemaps in files lead to, too.")
    ] = False,
    reader: Annotated[
        str | None, typer.Option(metavar="MODULE:CLASS", help="Read the sources with this LlamaIndex reader.")
    ] = None,
    reader_option: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="An argument of that reader; may be repeated.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Read articles into the archive; doing it again changes nothing."""
    from qa.terminal import print_errors, print_ingested, print_json

    start = time.perf_counter()
    items = _read(sources, follow, reader, reader_option or [])
    with _archive(context, home, create=True) as archive:
        report = _read_into(archive, items)
    print_errors(report)
    if as_json:
        print_json(report.as_json())
    else:
        print_ingested(report, time.perf_counter() - start)
    if not report.added + report.updated + report.unchanged + report.duplicates:
        raise QAError("no article could be read" if report.failed else "there is nothing to read in what was given")


def _read(sources: list[str], follow: bool, reader: str | None, options: list[str]) -> Iterator[Article | IngestError]:
    """The articles of the sources.

    Raises:
        InvalidInput: no such LlamaIndex reader, or options that cannot be used.
    """
    if reader is None and options:
        raise InvalidInput("--reader-option is for --reader, which is not given")
    if reader is not None:
        from qa.ingest.llamaindex import parsed_options, read_with

        return read_with(reader, sources, parsed_options(options))
    from qa.ingest import read

    return read(sources, stdin=sys.stdin.buffer, follow=follow)


def _read_into(archive: Archive, items: Iterator[Article | IngestError]) -> IngestReport:
    kept = 0
    with _ingest_progress() as show:

        def progress(report: IngestReport) -> None:
            nonlocal kept
            kept = report.added + report.updated
            show(report)

        try:
            return archive.add(items, progress=progress)
        except KeyboardInterrupt as interrupt:
            message = f"interrupted; the {kept:,} articles that were taken in are kept"
            raise Interrupted(message, hint="the same command goes on where it stopped") from interrupt


@contextmanager
def _ingest_progress() -> Iterator[Callable[[IngestReport], None]]:
    """Articles, paragraphs and rate on standard error, where that is a terminal."""
    if not sys.stderr.isatty():
        yield lambda _report: None
        return
    from rich.progress import Progress, SpinnerColumn, TextColumn, TimeElapsedColumn

    from qa.terminal import console

    shown = "{task.fields[seen]:,} articles, {task.completed:,.0f} paragraphs, {task.fields[rate]:,.0f} a second"
    columns = (SpinnerColumn(), TextColumn(shown), TimeElapsedColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task, start = bar.add_task("", total=None, seen=0, rate=0.0), time.perf_counter()

        def show(report: IngestReport) -> None:
            rate = report.paragraphs / (time.perf_counter() - start)
            seen = report.added + report.updated + report.unchanged + report.duplicates + report.failed
            bar.update(task, completed=report.paragraphs, seen=seen, rate=rate)

        yield show


@app.command()
def ask(  # noqa: PLR0917 - each option is an argument
    context: typer.Context,
    question: Annotated[str, typer.Argument(help="In plain words.")],
    as_of: Annotated[
        str | None, typer.Option(metavar="DATE", help="Answer as on the evening of that day (YYYY-MM-DD).")
    ] = None,
    after: Annotated[str | None, typer.Option(metavar="DATE", help="Only articles of that day or later.")] = None,
    before: Annotated[str | None, typer.Option(metavar="DATE", help="Only articles of that day or earlier.")] = None,
    source: Annotated[
        list[str] | None, typer.Option(metavar="NAME", help="Only articles of this outlet; may be repeated.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Answer a question from the archive, or say why not."""
    from qa.query import parse_query
    from qa.terminal import print_answer, print_json

    query = parse_query(question, as_of=as_of, after=after, before=before, sources=source or ())
    with _engine(context, home) as engine:
        answer = engine.ask(query)
    if as_json:
        print_json(answer.as_json())
    else:
        print_answer(answer)


@articles.command("list")
def list_articles(  # noqa: PLR0913, PLR0917 - each option is an argument
    context: typer.Context,
    text: Annotated[str | None, typer.Option(help="Words of the title or the outlet's name.")] = None,
    source: Annotated[str | None, typer.Option(metavar="NAME", help="Only this outlet.")] = None,
    after: Annotated[str | None, typer.Option(metavar="DATE", help="Published that day or later.")] = None,
    before: Annotated[str | None, typer.Option(metavar="DATE", help="Published that day or earlier.")] = None,
    status: Annotated[Literal["current", "retracted"] | None, typer.Option(help="Only these.")] = None,
    limit: Annotated[int, typer.Option(min=1, max=1000, help="Most articles to list.")] = 50,
    cursor: Annotated[str | None, typer.Option(help="Where the page before said to go on.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """List articles, newest first."""
    from qa.query import parse_query
    from qa.terminal import print_articles, print_json

    days = parse_query("articles", after=after, before=before)
    with _archive(context, home) as archive:
        page = archive.articles(
            text=text,
            source=source,
            after=days.after,
            before=days.before,
            status=status,
            cursor=cursor,
            limit=limit,
        )
    if as_json:
        print_json({"articles": page.items, "next_cursor": page.next_cursor})
    else:
        print_articles(page.items, page.next_cursor)


@articles.command()
def show(
    context: typer.Context,
    article_id: ArticleId,
    version: Annotated[str | None, typer.Option(help="A version; by default the current one.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Print an article with its numbered paragraphs."""
    from qa.terminal import print_article, print_json
    from qa.types import jsonable

    with _archive(context, home) as archive:
        found, history = archive.version(article_id, version), archive.history(article_id)
    if as_json:
        whole = {"text": found.text, "paragraphs": found.paragraphs, "versions": history}
        print_json({**jsonable(found.source), **whole})
    else:
        print_article(found, history)


@articles.command()
def delete(context: typer.Context, article_id: ArticleId, home: Home = None, as_json: AsJson = False) -> None:
    """Take an article out of the archive: out of its list, and of all answers."""
    with _archive(context, home) as archive:
        archive.delete(article_id)
    _done(article_id, "deleted", as_json=as_json)


@articles.command()
def retract(
    context: typer.Context,
    article_id: ArticleId,
    reason: Annotated[str, typer.Option(help="Why; readers of the article and of its citations are told.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Keep an article readable, and never cite it again."""
    with _archive(context, home) as archive:
        archive.retract(article_id, reason)
    _done(article_id, "retracted", as_json=as_json)


def _done(article_id: str, status: str, *, as_json: bool) -> None:
    from qa.terminal import plain, print_json

    if as_json:
        print_json({"article_id": article_id, "status": status})
    else:
        typer.echo(f"{plain(article_id)}: {status}")


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    home: Home = None,
) -> None:
    """Serve the chat page and the HTTP interface until interrupted."""
    from api.server import serve as serve_http

    serve_http(_settings(context, home), host, port)


@app.command()
def check(context: typer.Context, home: Home = None, as_json: AsJson = False) -> None:
    """Is the archive whole? Compares the catalogue with both indexes."""
    from qa.terminal import print_check, print_json

    with _archive(context, home) as archive:
        report = archive.check()
    if as_json:
        print_json({"ok": report.ok, "problems": report.problems, "counts": report.counts})
    else:
        print_check(report)
    if not report.ok:
        raise QAError("the archive is not whole", hint='rebuild its indexes with "qa reindex"')


@app.command()
def reindex(context: typer.Context, home: Home = None, as_json: AsJson = False) -> None:
    """Rebuild both indexes from the catalogue."""
    from qa.terminal import print_json

    with _archive(context, home, rebuild=True) as archive, _reindex_progress() as progress:
        try:
            archive.reindex(progress=progress)
        except KeyboardInterrupt as interrupt:
            hint = 'all articles are kept; finish with "qa reindex"'
            raise Interrupted("interrupted; the indexes are not whole", hint=hint) from interrupt
        passages = archive.counts().passages
    if as_json:
        print_json({"passages": passages})
    else:
        typer.echo(f"{passages:,} passages indexed.")


@contextmanager
def _reindex_progress() -> Iterator[Callable[[int, int], None]]:
    if not sys.stderr.isatty():
        yield lambda _done, _total: None
        return
    from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeRemainingColumn

    from qa.terminal import console

    columns = (TextColumn("passages"), BarColumn(), MofNCompleteColumn(), TimeRemainingColumn())
    with Progress(*columns, console=console(stderr=True), transient=True) as bar:
        task = bar.add_task("passages", total=None)
        yield lambda done, total: bar.update(task, completed=done, total=total)


@evaluation.command("run")
def eval_run(  # noqa: PLR0913, PLR0917 - each option is an argument
    context: typer.Context,
    questions: Annotated[Path, typer.Argument(help="The question set, JSON Lines.")],
    url: Annotated[str | None, typer.Option(help="Ask the service at this url; else the engine here.")] = None,
    out: Annotated[
        Path | None, typer.Option(metavar="DIR", help="Where to keep the run; an interrupted one goes on.")
    ] = None,
    limit: Annotated[int | None, typer.Option(min=1, help="Only the first so many questions.")] = None,
    concurrency: Annotated[int, typer.Option(min=1, max=64, help="Questions under way at a time.")] = 1,
    split: Annotated[
        Literal["tune", "held"] | None, typer.Option(help="Only this half; which, the question's id decides.")
    ] = None,
    fail_under: Annotated[
        list[str] | None, typer.Option(metavar="MEASURE=VALUE", help="Fail below this; may be repeated.")
    ] = None,
    baseline: Annotated[
        Path | None, typer.Option(metavar="RUN", help="Fail where a measure falls below this run's.")
    ] = None,
    tolerance: Annotated[float, typer.Option(help="How far it may fall below the baseline.")] = 0.01,
    judge_model: Annotated[
        str | None, typer.Option(metavar="NAME", help="Have this model say which statements are supported.")
    ] = None,
    overwrite: Annotated[bool, typer.Option("--overwrite", help="Replace the run that DIR holds.")] = False,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Put every question of a set, keep the answers, and score them."""
    from eval import commands

    wanted = commands.Wanted(
        questions=questions,
        url=url,
        out=out,
        limit=limit,
        concurrency=concurrency,
        split=split,
        fail_under=tuple(fail_under or ()),
        baseline=baseline,
        tolerance=tolerance,
        judge_model=judge_model,
        overwrite=overwrite,
        as_json=as_json,
    )
    try:
        commands.run(wanted, _settings(context, home))
    except commands.RunStopped as stopped:
        raise Interrupted(stopped.message, hint=stopped.hint) from stopped


@evaluation.command("compare")
def eval_compare(
    before: Annotated[Path, typer.Argument(help="Folder of a run.")],
    after: Annotated[Path, typer.Argument(help="Folder of another run of the same set.")],
    html: Annotated[Path | None, typer.Option(metavar="FILE", help="Write a page for the browser, too.")] = None,
    fail_under: Annotated[
        list[str] | None, typer.Option(metavar="MEASURE=VALUE", help="Fail where AFTER is below; may be repeated.")
    ] = None,
    tolerance: Annotated[
        float | None, typer.Option(help="Fail where a measure falls by more than this; by default none does.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """What changed from one run to another, and how sure that is."""
    from eval import commands

    commands.compare_runs(commands.Compared(before, after, tuple(fail_under or ()), tolerance, html, as_json))


@evaluation.command("convert")
def eval_convert(
    name: Annotated[str, typer.Argument(metavar="FORMAT", help="squad, beir, trec, quail, multihop, realtimeqa …")],
    sources: Annotated[list[Path], typer.Argument(help="Files or folders, as the format has them.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="Where to write articles.jsonl and questions.jsonl.")],
    as_json: AsJson = False,
) -> None:
    """Make articles and a question set of ours from a set of others."""
    from eval import commands

    commands.convert(name, sources, out, as_json=as_json)


@evaluation.command("export")
def eval_export(
    context: typer.Context,
    run: Annotated[Path, typer.Argument(help="Folder of a run.")],
    name: Annotated[str, typer.Option("--format", help="ragas, trec (the rankings) or trec-qrels (the gold).")],
    out: Annotated[Path, typer.Option(metavar="FILE", help="The file to write.")],
    home: Home = None,
) -> None:
    """Write a run as other tools read it; with --home, with all gold paragraphs for Ragas."""
    from eval import commands
    from eval.library import EngineLibrary

    if not (home or context.find_root().obj):
        commands.export(run, name, out)
        return
    with _archive(context, home) as archive:
        commands.export(run, name, out, EngineLibrary(archive))


@evaluation.command("import")
def eval_import(
    ranking: Annotated[Path, typer.Argument(help="A TREC run file; documents are ARTICLE#PARAGRAPH, or ARTICLE.")],
    questions: Annotated[Path, typer.Argument(help="The question set that it ranks for.")],
    out: Annotated[Path, typer.Option(metavar="DIR", help="The run's new folder.")],
    as_json: AsJson = False,
) -> None:
    """Keep another engine's ranking as a run, to be reported and compared."""
    from eval import commands

    commands.take_in(ranking, questions, out, as_json=as_json)


@evaluation.command("forget")
def eval_forget(
    context: typer.Context,
    before: Annotated[dt.datetime, typer.Option(formats=["%Y-%m-%d"], help="Forget what was asked before this day.")],
    home: Home = None,
) -> None:
    """Take kept questions out of the archive."""
    from eval import commands

    with _archive(context, home) as archive:
        commands.forget(archive, before.date())


@evaluation.command("draft")
def eval_draft(
    context: typer.Context,
    out: Annotated[Path, typer.Option(metavar="FILE", help="The question set to write.")],
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Make a draft of a question set, for a person to label, from the questions and ratings that were kept."""
    from eval import commands

    with _archive(context, home) as archive:
        commands.draft(archive, out, as_json=as_json)


def _settings(context: typer.Context, home: Path | None) -> Settings:
    """Options before the environment, the environment before the defaults.

    Raises:
        QAError: a variable that cannot be used.
    """
    from pydantic import ValidationError

    from qa.settings import Settings

    chosen = home or context.find_root().obj
    try:
        return Settings(home=chosen) if chosen else Settings()
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        name = "QA_" + "_".join(str(part) for part in first["loc"][:1]).upper()
        raise QAError(f"the setting {name} cannot be used: {first['msg']}", hint=f"correct or unset {name}") from error


@contextmanager
def _engine(context: typer.Context, home: Path | None, **how: Any) -> Iterator[Engine]:
    from qa.engine import build

    with closing(build(_settings(context, home), **how)) as engine:
        yield engine


@contextmanager
def _archive(context: typer.Context, home: Path | None, **how: Any) -> Iterator[Archive]:
    with _engine(context, home, **how) as engine:
        yield engine.archive


if __name__ == "__main__":
    main()
