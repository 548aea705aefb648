"""The command line, ``qa``: parse, call, show. Everything it does, the engine and its archive do.

Exit code 0 for done (a refusal is done), 1 for a failure said in one line with a hint, 2 for wrong usage, 130
for Ctrl-C. Heavy modules are imported by the command that needs them, so that help comes at once.
"""

from __future__ import annotations

import datetime as dt
import os
import sys
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from qa.article_commands import articles
from qa.errors import IngestError, QAError, one_line
from qa.ingest_command import Interrupted, ingest
from qa.opening import AsJson, Home, archive_in, engine_in, settings_in

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator


app = typer.Typer(
    name="qa",
    help="Answers questions from a news archive; every sentence is cited, word for word.",
    no_args_is_help=True,
    add_completion=False,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,  # rich alone would take a third of the time that help may take
)
evaluation = typer.Typer(help="Put question sets, and compare runs.", no_args_is_help=True, rich_markup_mode=None)
app.add_typer(articles, name="articles")
app.add_typer(evaluation, name="eval")

Day = Annotated[str | None, typer.Option(metavar="DATE")]


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


def _say(error: QAError) -> None:
    from qa.terminal import plain

    place = f"{error.place}: " if isinstance(error, IngestError) else ""
    line = f"qa: {place}{error.message}"
    hint = f"\nhint: {_one_line(plain(error.hint))}" if error.hint else ""
    sys.stderr.write(_one_line(plain(line)) + hint + "\n")


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _from_system(error: OSError) -> QAError:
    what = error.strerror or str(error) or type(error).__name__
    return QAError(f"{one_line(str(error.filename))}: {what}" if error.filename else what)


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


app.command()(ingest)


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
    with engine_in(context, home) as engine:
        answer = engine.ask(query)
    if as_json:
        print_json(answer.as_json())
    else:
        print_answer(answer)


@app.command()
def serve(
    context: typer.Context,
    host: Annotated[str, typer.Option(help="Address to listen on.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port to listen on.")] = 8000,
    home: Home = None,
) -> None:
    """Serve the chat page and the HTTP interface until interrupted."""
    from api.server import serve as serve_http

    serve_http(settings_in(context, home), host, port)


@app.command("mcp")
def serve_mcp(context: typer.Context, home: Home = None) -> None:
    """Offer the archive to a program that speaks MCP, on standard input and output."""
    from qa.interop.mcp import serve_stdio

    with engine_in(context, home) as engine:
        serve_stdio(engine)


@app.command()
def check(context: typer.Context, home: Home = None, as_json: AsJson = False) -> None:
    """Is the archive whole? Compares the catalogue with both indexes."""
    from qa.terminal import print_check, print_json

    with archive_in(context, home) as archive:
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

    with archive_in(context, home, rebuild=True) as archive, _reindex_progress() as progress:
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
        commands.run(wanted, settings_in(context, home))
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
    with archive_in(context, home) as archive:
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

    with archive_in(context, home) as archive:
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

    with archive_in(context, home) as archive:
        commands.draft(archive, out, as_json=as_json)


if __name__ == "__main__":
    main()
