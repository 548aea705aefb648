"""``qa articles …``: read, compare, correct, retract and delete articles. Parse, call, show."""

from __future__ import annotations

import datetime as dt
from typing import Annotated, Literal

import typer

from qa.opening import AsJson, Home, archive_in

articles = typer.Typer(
    help="List, read, compare, correct, delete or retract articles.", no_args_is_help=True, rich_markup_mode=None
)

ArticleId = Annotated[str, typer.Argument(help="As `qa articles list` shows it.")]


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
    with archive_in(context, home) as archive:
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
    """Print an article with its numbered paragraphs, what was corrected, and who else printed it."""
    from qa.terminal import print_article, print_article_notes, print_json
    from qa.types import jsonable

    with archive_in(context, home) as archive:
        found, history = archive.version(article_id, version), archive.history(article_id)
        events, copies = archive.events(article_id), archive.copies(article_id)
    if as_json:
        whole = {"text": found.text, "paragraphs": found.paragraphs, "versions": history}
        said = {"provenance": found.provenance, "doubts": found.doubts, "events": events, "also_in": copies}
        print_json({**jsonable(found.source), **whole, **said})
    else:
        print_article(found, history)
        print_article_notes(found, events, copies)


@articles.command()
def diff(
    context: typer.Context,
    article_id: ArticleId,
    before: Annotated[str | None, typer.Argument(help="A version; by default the one before.")] = None,
    after: Annotated[str | None, typer.Argument(help="A later version; by default the current one.")] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Print what changed from one version of an article to another, paragraph by paragraph."""
    from qa.terminal import print_difference, print_json

    with archive_in(context, home) as archive:
        difference = archive.changes(article_id, before, after)
    if as_json:
        print_json(difference)
    else:
        print_difference(difference)


@articles.command()
def delete(context: typer.Context, article_id: ArticleId, home: Home = None, as_json: AsJson = False) -> None:
    """Take an article out of the archive: out of its list, and of all answers.

    Fed again, it comes back: what must stay out of answers is better retracted.
    """
    with archive_in(context, home) as archive:
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
    with archive_in(context, home) as archive:
        archive.retract(article_id, reason)
    _done(article_id, "retracted", as_json=as_json)


@articles.command()
def correct(
    context: typer.Context,
    article_id: ArticleId,
    text: Annotated[str, typer.Option(help="What was wrong, and what is right; readers of the article are told.")],
    at: Annotated[
        dt.datetime | None, typer.Option(formats=["%Y-%m-%d"], metavar="DATE", help="Its day; by default today.")
    ] = None,
    home: Home = None,
    as_json: AsJson = False,
) -> None:
    """Note that an article was corrected. Its text stays: a corrected text comes in by `qa ingest`."""
    with archive_in(context, home) as archive:
        archive.correct(article_id, text, at.date() if at else None)
    _done(article_id, "corrected", as_json=as_json)


def _done(article_id: str, status: str, *, as_json: bool) -> None:
    from qa.terminal import plain, print_json

    if as_json:
        print_json({"article_id": article_id, "status": status})
    else:
        typer.echo(f"{plain(article_id)}: {status}")
