"""The articles that a run is about: looked up to check the gold and the citations."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any, Protocol

from qa.errors import ArticleNotFound, InvalidRecord

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from eval.questions import Gold, Question, QuestionSet

Paragraphs = dict[int, str]
"""The numbered paragraphs of one version of an article."""


class Library(Protocol):
    """Looks up the paragraphs of an article."""

    def versions(self, article: str) -> tuple[str, ...]:
        """All versions of the article with this id or url; none where there is no such article."""

    def paragraphs(self, article_id: str, version: str | None) -> Paragraphs:
        """Of one version, or of the current one for None. Raises ArticleNotFound."""


class EngineLibrary:
    """The archive of an engine in this process."""

    def __init__(self, archive: Any) -> None:
        self._archive = archive
        self._ids_by_url: Mapping[str, str] | None = None

    def versions(self, article: str) -> tuple[str, ...]:
        try:
            return tuple(source.version for source in self._archive.history(self._id_of(article)))
        except ArticleNotFound:
            return ()

    def paragraphs(self, article_id: str, version: str | None) -> Paragraphs:
        found = self._archive.version(self._id_of(article_id), version)
        return {p.number: p.text for p in found.paragraphs if p.number is not None}

    def _id_of(self, article: str) -> str:
        if "://" not in article:
            return article
        if self._ids_by_url is None:
            self._ids_by_url = ids_by_url(self._page)
        return self._ids_by_url.get(article, article)

    def _page(self, cursor: str | None) -> tuple[list[tuple[str | None, str]], str | None]:
        page = self._archive.articles(cursor=cursor, limit=200)
        return [(source.url, source.article_id) for source in page.items], page.next_cursor


def ids_by_url(
    page: Callable[[str | None], tuple[list[tuple[str | None, str]], str | None]],
) -> dict[str, str]:
    """Article ids by url, from all pages of an archive's list; ``page`` takes a cursor and gives the next."""
    found: dict[str, str] = {}
    cursor: str | None = None
    while True:
        rows, cursor = page(cursor)
        found.update({url: article_id for url, article_id in rows if url})
        if cursor is None:
            return found


class Remembered:
    """A library that looks each version up once; safe for several threads."""

    def __init__(self, library: Library) -> None:
        self._library = library
        self._seen: dict[tuple[str, str | None], Paragraphs] = {}
        self._lock = threading.Lock()

    def versions(self, article: str) -> tuple[str, ...]:
        return self._library.versions(article)

    def paragraphs(self, article_id: str, version: str | None) -> Paragraphs:
        key = (article_id, version)
        with self._lock:
            if key in self._seen:
                return self._seen[key]
        found = self._library.paragraphs(article_id, version)
        with self._lock:
            self._seen[key] = found
        return found


def one_line(text: str) -> str:
    """Runs of white space as single spaces: a quote may be wrapped otherwise than its paragraph."""
    return " ".join(text.split())


def check_gold(questions: QuestionSet, library: Library) -> None:
    """Every gold paragraph stands in some version of its article.

    A set that was made for another archive would otherwise look like a bad engine.

    Raises:
        InvalidRecord: the first gold entry that does not, and how many more there are.
    """
    missing = [
        (question, gold) for question in questions.questions for gold in question.gold if not _stands_in(gold, library)
    ]
    if missing:
        raise _not_in_archive(questions.path, *missing[0], more=len(missing) - 1)


def _stands_in(gold: Gold, library: Library) -> bool:
    return any(_holds(library.paragraphs(gold.article, v), gold) for v in library.versions(gold.article))


def _holds(paragraphs: Paragraphs, gold: Gold) -> bool:
    if gold.paragraph is not None and gold.paragraph not in paragraphs:
        return False
    if gold.quote is not None:
        return any(one_line(gold.quote) in one_line(text) for text in paragraphs.values())
    return True


def _not_in_archive(path: str, question: Question, gold: Gold, *, more: int) -> InvalidRecord:
    what = f"paragraph {gold.paragraph} of article" if gold.paragraph else "article"
    quote = f" with the quote {gold.quote[:40]!r}" if gold.quote else ""
    rest = f" (and {more} more)" if more else ""
    return InvalidRecord(
        f"question {question.id!r}: the archive has no {what} {gold.article!r}{quote}{rest}",
        path=path,
        line=question.line,
        hint="ingest the articles that the set is about, or correct its gold",
    )
