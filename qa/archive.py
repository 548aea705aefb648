"""One archive: the catalogue and both indexes, kept in agreement.

What comes in is committed in the catalogue first and acknowledged then; the indexes follow, and what they miss
after a crash is finished when the archive is next opened. Many threads may read while one writes; between
processes a lock file lets one write at a time, and readers see what it wrote at their next question.
"""

from __future__ import annotations

import datetime as dt
import fcntl
import logging
import os
import threading
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from qa import duplicates
from qa.catalogue import Asked, Catalogue, Counts, Feedback, Stored, Trail, outlet_key
from qa.difference import Difference, compare
from qa.errors import (
    ArchiveBusy,
    ArchiveDamaged,
    ArchiveReadOnly,
    CitationNotFound,
    IngestError,
    InvalidInput,
    ModelMismatch,
    NoArchive,
)
from qa.index import dense
from qa.index.dense import DenseIndex
from qa.index.lexical import LexicalIndex, destroy
from qa.index.selection import Scored, Selection, View
from qa.resolve import parse_citation, resolve_citation
from qa.types import (
    Article,
    ArticleEvent,
    Fetched,
    Passage,
    Query,
    ResolvedCitation,
    Source,
    Unchanged,
    Validators,
    Version,
    jsonable,
)

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from qa.settings import Settings

_log = logging.getLogger(__name__)

_COMMIT_PARAGRAPHS = 400  # articles are committed together up to this many: a commit costs a disk's answer
_SIGN_VERSIONS = 500  # versions are compared in turns of this many, where an older version of this program did not
_FLUSH_PASSAGES = 1_024  # the indexes are written in turns of this many


class Embeds(Protocol):
    """What an archive needs of an embedding model; see ``qa.models.embedding.Embedder``."""

    @property
    def fingerprint(self) -> str: ...

    def embed(self, texts: list[str], /) -> NDArray[np.float32]: ...


@dataclass(frozen=True, slots=True)
class IngestedArticle:
    article_id: str
    title: str
    status: str
    path: str | None


@dataclass(frozen=True, slots=True)
class ReportedError:
    path: str
    line: int | None
    message: str


@dataclass(frozen=True)
class IngestReport:
    """What became of everything that was put in; the counts add up to what was seen."""

    added: int = 0
    updated: int = 0
    unchanged: int = 0
    duplicates: int = 0
    failed: int = 0
    paragraphs: int = 0
    articles: tuple[IngestedArticle, ...] = ()
    errors: tuple[ReportedError, ...] = ()

    @property
    def seen(self) -> int:
        return self.added + self.updated + self.unchanged + self.duplicates + self.failed

    def as_json(self) -> dict[str, Any]:
        return jsonable(self)  # type: ignore[no-any-return]


@dataclass(frozen=True, slots=True)
class ArticlePage:
    items: tuple[Source, ...]
    next_cursor: str | None


@dataclass(frozen=True, slots=True)
class CheckReport:
    problems: tuple[str, ...]
    counts: Counts

    @property
    def ok(self) -> bool:
        return not self.problems


class Archive:
    """Articles in, passages out. Made by ``open_archive``."""

    def __init__(
        self,
        home: Path,
        catalogue: Catalogue,
        dense_index: DenseIndex,
        lexical: LexicalIndex,
        embedder: Embeds,
        seen: str,
    ) -> None:
        self._home = home
        self._catalogue = catalogue
        self._dense = dense_index
        self._lexical = lexical
        self._embedder = embedder
        self._writing = threading.RLock()
        self._is_writing = False
        self._refreshing = threading.Lock()
        self._adopting = threading.Lock()
        self._own_generation = seen  # the catalogue's generation before the indexes were opened
        self._signature = lru_cache(maxsize=500)(catalogue.signature)  # a version's text never changes
        self._compared = lru_cache(maxsize=200)(self._compare)  # nor what changed; a long one takes a second
        self._view = self._look()
        self._adopt(self._view.generation)

    # -- reading

    @property
    def snapshot(self) -> str:
        return self._catalogue.snapshot

    @property
    def embedding_model(self) -> str:
        """The fingerprint of the model that makes its vectors."""
        return self._embedder.fingerprint

    def select(self, query: Query) -> Selection:
        """The passages that this query may see."""
        return self.view().select(query)

    def view(self) -> View:
        """The archive as it is now; cheap unless it changed since the last call."""
        generation = self._catalogue.generation
        if generation != self._view.generation:
            with self._refreshing:
                if generation != self._view.generation:
                    self._refresh()
        return self._view

    def latest_day(self) -> dt.date | None:
        """The day of the latest article; None where none has a date."""
        return self.view().latest_day(_today())

    def by_meaning(self, vector: NDArray[np.float32], wanted: int, selection: Selection) -> Scored:
        """Nearest passages by meaning, nearest first, each with its cosine.

        Raises:
            ModelMismatch: the vector has not as many dimensions as the archive's.
        """
        self._require_dimensions(len(vector))
        return self._dense.search(vector, wanted, selection)

    def by_words(self, question: str, wanted: int, selection: Selection) -> Scored:
        """Best passages by words, best first, each with its BM25."""
        return self._lexical.search(question, wanted, selection)

    def passages(self, keys: Iterable[int], selection: Selection) -> dict[int, Passage]:
        """The passages of these keys, in the versions that the selection allows."""
        sources = selection.sources
        return self._catalogue.passages((key, sources[selection.version_of[key]].version) for key in keys)

    def articles(
        self,
        *,
        text: str | None = None,
        source: str | None = None,
        after: dt.date | None = None,
        before: dt.date | None = None,
        status: str | None = None,
        cursor: str | None = None,
        limit: int = 50,
    ) -> ArticlePage:
        """Current versions, newest first; ``text`` is looked for in title and source, letter case aside.

        Raises:
            InvalidInput: a cursor that this method did not give.
        """
        wanted = [s for s in self._latest() if _matches(s, text, source, after, before, status)]
        wanted.sort(key=lambda s: (s.published_at or "", s.article_id), reverse=True)
        offset = _offset(cursor)
        more = offset + limit < len(wanted)
        return ArticlePage(tuple(wanted[offset : offset + limit]), str(offset + limit) if more else None)

    def version(self, article_id: str, version: str | None = None) -> Version:
        """A version of an article, by default the current one.

        Raises:
            ArticleNotFound: no such article, or no such version of it.
        """
        return self._catalogue.version(article_id, version)

    def copies(self, article_id: str) -> tuple[Source, ...]:
        """The other articles that print the same report, in their current versions, earliest first."""
        return tuple(self._catalogue.copies(article_id))

    def events(self, article_id: str) -> tuple[ArticleEvent, ...]:
        """Corrections, clarifications and retractions of an article, oldest first."""
        return tuple(self._catalogue.events(article_id))

    def changes(self, article_id: str, before: str | None = None, after: str | None = None) -> Difference:
        """What changed from one version of an article to another, by default from the last but one to the current.

        Raises:
            ArticleNotFound: no such article, or no such version of it.
            InvalidInput: the article has one version only, and no two were named.
        """
        versions = [one.version for one in self.history(article_id)]
        new = self.version(article_id, after)
        if before is None:
            place = versions.index(new.source.version) if new.source.version in versions else 0
            if place == 0:
                raise InvalidInput(f"{article_id} has no version before {new.source.version}", hint="name two versions")
            before = versions[place - 1]
        return self._compared(article_id, before, new.source.version)

    def _compare(self, article_id: str, before: str, after: str) -> Difference:
        return compare(self.version(article_id, before), self.version(article_id, after))

    def same_report(self, one: Source, other: Source) -> bool:
        """Whether two versions print the same report: by their texts and days alone, whatever else the archive holds.

        That makes it safe for answers as of a day: nothing that came later has a part in it.
        """
        days = [source.day for source in (one, other) if source.day]
        apart = abs(days[0] - days[1]).days if len(days) == 2 else None
        return duplicates.alike(self._signature(one.version), self._signature(other.version), apart)

    def history(self, article_id: str) -> tuple[Source, ...]:
        """All versions of an article, oldest first; none where there is no such article."""
        return tuple(source for source in self.view().sources if source.article_id == article_id)

    def sources(self) -> tuple[str, ...]:
        """The names of all outlets."""
        return tuple(sorted({source.source for source in self._latest() if source.source}))

    def recall(self, url: str) -> tuple[Validators, Unchanged] | None:
        """In which state a web address was last read, and what it gave; None where not all of that is here."""
        return self._catalogue.recall(url)

    def counts(self) -> Counts:
        return self._catalogue.counts()

    def resolve(self, citation_id: str) -> ResolvedCitation:
        """What became of a citation since it was given.

        Raises:
            CitationNotFound: not a citation of this archive.
        """
        version, start, end = parse_citation(citation_id)
        article_id = self._catalogue.article_of(version)
        if article_id is None:
            raise CitationNotFound(f"no citation {citation_id} in this archive")
        if not self._catalogue.holds_version(version):  # deleted, though the article may have come again
            return ResolvedCitation(citation_id, "removed", article_id, version, None, None, None, None, None)
        return resolve_citation(citation_id, self.version(article_id, version), self.version(article_id), start, end)

    # -- writing

    def add(
        self,
        items: Iterable[Article | IngestError | Fetched | Unchanged],
        *,
        progress: Callable[[IngestReport], None] | None = None,
        keep_articles: bool = True,
        each: Callable[[IngestedArticle], None] | None = None,
    ) -> IngestReport:
        """Put articles in, and index them.

        Args:
            items: articles, and the errors of what could not be read; the latter are counted and reported.
            progress: called after each commit with the report so far: what it counts is acknowledged.
            keep_articles: list every article in the report; turn off for archives that fill memory.
            each: called with every article once it is acknowledged, listed or not.

        Raises:
            ArchiveBusy: another process is writing.
            ArchiveReadOnly: the folder cannot be written.
        """
        report, trail = IngestReport(), Trail()
        with self._write_lock():
            for batch in _batches(items):
                report = self._commit(batch, report, trail, each, keep_articles=keep_articles)
                if progress is not None:
                    progress(report)
                self._index(at_least=_FLUSH_PASSAGES)
            self._index()
        return report

    def delete(self, article_id: str) -> None:
        """Forget an article: out of catalogue, indexes and answers.

        Raises:
            ArticleNotFound: no article has this id.
        """
        with self._write_lock():
            self._catalogue.delete(article_id)
            self._index()

    def retract(self, article_id: str, reason: str) -> None:
        """Keep an article readable with its reason, and never cite it again.

        Raises:
            ArticleNotFound: no article has this id.
        """
        with self._write_lock():
            self._catalogue.retract(article_id, reason, _today())

    def correct(self, article_id: str, text: str, at: dt.date | None = None) -> None:
        """Keep that an article was corrected, and how; its text stays as it is.

        Args:
            article_id: which article.
            text: what was wrong, and what is right.
            at: the day of the correction; today where it is not known.

        Raises:
            ArticleNotFound: no article has this id.
        """
        with self._write_lock():
            self._catalogue.correct(article_id, text, at or _today())

    def add_feedback(self, answer_id: str, rating: str, comment: str | None) -> None:
        at = dt.datetime.now(dt.UTC).isoformat(timespec="seconds")
        self._catalogue.add_feedback(answer_id, rating, comment, at)

    def feedback(self) -> list[Feedback]:
        """All of it, oldest first."""
        return self._catalogue.feedback()

    def keep(self, question: Asked) -> None:
        """Keep a question with what its answer cited; once for an answer."""
        self._catalogue.keep(question)

    def asked(self) -> list[Asked]:
        """The kept questions, oldest first."""
        return self._catalogue.asked()

    def forget_asked(self, before: dt.date | None = None) -> int:
        """Delete the kept questions of days (UTC) before this one, or all of them; gives how many."""
        return self._catalogue.forget_asked(before.isoformat() if before else None)

    def check(self) -> CheckReport:
        """Whether catalogue, vectors and words agree, passage for passage."""
        self._see_all()
        truth = set(self._catalogue.passage_keys())
        problems = self._catalogue.broken()
        if waiting := self._catalogue.count_unindexed():
            problems.append(f"{waiting:,} passages wait to be indexed")
        problems += _disagreement("vector index", truth, self._dense.keys())
        problems += _disagreement("word index", truth, self._lexical.keys())
        return CheckReport(tuple(problems), self._catalogue.counts())

    def reindex(self, *, progress: Callable[[int, int], None] | None = None) -> None:
        """Build both indexes again from the catalogue.

        Args:
            progress: called with passages done and all passages.
        """
        with self._write_lock():
            self._catalogue.mark_all_unindexed()
            self._dense.clear()
            self._lexical.clear()
            self._catalogue.set("embedding_model", self._embedder.fingerprint)
            self._catalogue.set("embedding_dimensions", None)
            self._catalogue.forget_signatures()
            self._sign()
            self._index(progress=progress)

    def finish(self) -> None:
        """Do what an interrupted writer, or an older version of this program, left undone; nothing, nearly always."""
        wordless = self._lexical.is_empty and self._catalogue.indexed(0, 1)
        if wordless or _was_interrupted(self._catalogue) or not self._catalogue.signed:
            # Another process at work is the usual reason, and it finishes what it began.
            with suppress(ArchiveBusy), self._write_lock():
                self._sign()
                self._reword()
                self._index()

    def close(self) -> None:
        self._lexical.release()
        self._dense.close()
        self._catalogue.close()

    # -- steps

    def _commit(
        self,
        batch: list[_Item],
        report: IngestReport,
        trail: Trail,
        each: Callable[[IngestedArticle], None] | None,
        *,
        keep_articles: bool,
    ) -> IngestReport:
        good = [item for item in batch if isinstance(item, Article)]
        stored = self._catalogue.put(good, _today()) if good else []
        # Only now, so that what was not taken in for a crash is fetched again.
        self._catalogue.remember(list(trail.pass_by(batch, (one.article_id for one in stored))))
        report = _still_there(report, sum(len(item.article_ids) for item in batch if isinstance(item, Unchanged)))
        errors = [ReportedError(e.path, e.line, e.message) for e in batch if isinstance(e, IngestError)]
        listed = [
            IngestedArticle(s.article_id, a.title, _SINGULAR.get(s.status, s.status), a.origin)
            for a, s in zip(good, stored, strict=True)
        ]
        if each is not None:
            for article in listed:
                each(article)
        return _added(report, stored, listed if keep_articles else [], errors)

    def _index(self, *, at_least: int = 1, progress: Callable[[int, int], None] | None = None) -> None:
        """Write what the catalogue says is not indexed yet, and take out what it says is gone."""
        self._remove()
        done = 0
        total = len(self._catalogue.passage_keys()) if progress is not None else 0
        changed = False
        while self._catalogue.count_unindexed() >= at_least and (entries := self._catalogue.unindexed(_FLUSH_PASSAGES)):
            keys = [entry.key for entry in entries]
            vectors = self._embedder.embed([embedded_text(e.title, e.text) for e in entries])
            self._require_dimensions(vectors.shape[1], first=True)
            self._dense.upsert(keys, vectors)
            self._lexical.upsert(entries)
            self._lexical.commit()
            self._catalogue.mark_indexed(keys)
            changed = True
            done += len(keys)
            if progress is not None:
                progress(done, total)
        if changed:
            self._own_generation = self._catalogue.generation

    def _reword(self) -> None:
        """Write the word index anew where it was of an older kind: all of it, or nothing."""
        if not self._lexical.is_empty:
            return
        last = 0
        while entries := self._catalogue.indexed(last, _FLUSH_PASSAGES):
            self._lexical.upsert(entries)
            last = entries[-1].key
        self._lexical.commit()
        self._catalogue.mark_indexed(())  # processes that opened it wordless learn of the words by the generation
        self._own_generation = self._catalogue.generation

    def _require_dimensions(self, given: int, *, first: bool = False) -> None:
        """A model that others run may come to give other vectors under the same name; the first ones say how many."""
        kept = self._catalogue.get("embedding_dimensions")
        if kept is None and first:
            self._catalogue.set("embedding_dimensions", str(given))
        elif kept is not None and int(kept) != given:
            raise ModelMismatch(
                f"this archive's vectors have {kept} dimensions, and {self._embedder.fingerprint} gave {given}",
                hint='use the model that made it, or rebuild the indexes with "qa reindex"',
            )

    def _sign(self) -> None:
        """Compare versions that never were: nothing to do but in an archive of an older version of this program."""
        if not self._catalogue.signed:
            _log.info("looking for copies among the articles of this archive; this is done once")
            while self._catalogue.sign(_SIGN_VERSIONS):
                pass

    def _remove(self) -> None:
        keys = self._catalogue.pending_removals()
        if keys:
            self._dense.delete(keys)
            self._lexical.delete(keys)
            self._lexical.commit()
            self._catalogue.forget_removals(keys)

    @contextmanager
    def _write_lock(self) -> Iterator[None]:
        """One writer at a time, in this process and among all that use this folder."""
        with self._writing, _file_lock(self._home / "lock"):
            with self._adopting:
                self._adopt(self._catalogue.generation)
                self._is_writing = True
            try:
                yield
            finally:
                try:
                    self._lexical.release()
                    self._own_generation = self._catalogue.generation
                finally:
                    self._is_writing = False

    def _refresh(self) -> None:
        # The catalogue first: indexes that know more than the view do no harm, and those that know less do.
        view = self._look()
        with self._adopting:
            if not self._is_writing:  # while this process writes, nobody else does
                self._adopt(view.generation)
        self._view = view

    def _see_all(self) -> None:
        """What another process took out of the indexes changes no answer, so no generation tells of it."""
        with self._adopting:
            if not self._is_writing:
                self._dense.reload()
                self._lexical.reload()

    def _adopt(self, generation: str) -> None:
        """See in the indexes what another process wrote since this one last looked."""
        if generation != self._own_generation:
            self._own_generation = generation
            self._dense.reload()
            self._lexical.reload()

    def _look(self) -> View:
        picture = self._catalogue.picture()
        return View(picture.sources, picture.members, picture.generation)

    def _latest(self) -> list[Source]:
        latest = {source.article_id: source for source in self.view().sources if source.known_until is None}
        return list(latest.values())


def is_there(settings: Settings) -> bool:
    """Whether there is an archive already; of one in a database it is taken for granted."""
    return settings.database_url is not None or (settings.home / _CATALOGUE).exists()


def open_archive(settings: Settings, embedder: Embeds, *, create: bool = False, rebuild: bool = False) -> Archive:
    """Open the archive in ``settings.home``, and finish what a crash left undone.

    Args:
        settings: where the archive is.
        embedder: makes the vectors; the archive remembers which model that was.
        create: make an empty archive where there is none.
        rebuild: open it also where the indexes are unreadable or of another model; the caller reindexes.

    Raises:
        NoArchive: there is none, and ``create`` was not asked for.
        ArchiveReadOnly, ArchiveDamaged, ModelMismatch: as their names say. Damage that an interrupted writer
            did to the vector index is mended here, and only logged.
    """
    home = settings.home
    url = settings.database_url or f"sqlite:///{home / _CATALOGUE}"
    if not create and not is_there(settings):
        raise NoArchive(f"no archive at {home}", hint='make one with "qa ingest FOLDER"')
    catalogue = _open_catalogue(home, url)
    _require_model(catalogue, embedder.fingerprint, rebuild=rebuild)
    if rebuild:
        _clear_away(home, catalogue)
        return _assemble(settings, catalogue, embedder, rebuild=True)
    try:
        return _assemble(settings, catalogue, embedder, rebuild=False)
    except ArchiveDamaged:
        if settings.chroma_url or not _was_interrupted(catalogue):
            raise
    # Chroma writes its graph in place: a writer that was killed in that moment leaves half of it behind.
    _log.warning("an interrupted write left the vector index unreadable; building it again from the catalogue")
    _clear_away(home, catalogue)
    return _assemble(settings, catalogue, embedder, rebuild=False)


def _assemble(settings: Settings, catalogue: Catalogue, embedder: Embeds, *, rebuild: bool) -> Archive:
    """The archive over its parts; unless it is to be rebuilt, with nothing left undone."""
    seen = catalogue.generation
    vectors = _open_vectors(settings, embedder.fingerprint, rebuild=rebuild)
    with ExitStack() as on_failure:
        on_failure.callback(vectors.close)
        lexical = LexicalIndex(settings.home / "tantivy")
        archive = Archive(settings.home, catalogue, vectors, lexical, embedder, seen)
        if not rebuild:
            archive.finish()
        on_failure.pop_all()
    return archive


def _was_interrupted(catalogue: Catalogue) -> bool:
    return bool(catalogue.pending_removals() or catalogue.count_unindexed())


def _clear_away(home: Path, catalogue: Catalogue) -> None:
    """Remove indexes that may be unreadable; should nobody come to rebuild them, the next start does."""
    with _file_lock(home / "lock"):
        catalogue.mark_all_unindexed()
        for folder in (home / "chroma", home / "tantivy"):
            destroy(folder)


def _open_vectors(settings: Settings, model: str, *, rebuild: bool) -> DenseIndex:
    if settings.chroma_url:
        return dense.open_server(settings.chroma_url, model, anew=rebuild)
    return dense.open_embedded(settings.home / "chroma", model)


def embedded_text(title: str, text: str) -> str:
    """What the embedding model reads of a passage: the title says whom 'he' and 'the company' mean."""
    return f"{title}\n{text}"


_SINGULAR = {"duplicates": "duplicate"}


def _open_catalogue(home: Path, url: str) -> Catalogue:
    try:
        home.mkdir(parents=True, exist_ok=True)
        if not os.access(home, os.W_OK):
            raise ArchiveReadOnly(f"the folder {home} cannot be written", hint=_WRITABLE)
        catalogue = Catalogue(url)
        with (home / "opening").open("a") as file:
            fcntl.flock(file, fcntl.LOCK_EX)  # two that start together must not both make the tables: milliseconds
            catalogue.create()
    except OSError as error:
        raise ArchiveReadOnly(f"the folder {home} cannot be used ({error.strerror})", hint=_WRITABLE) from error
    return catalogue


_CATALOGUE = "catalogue.sqlite3"
_WRITABLE = "an archive is a folder that qa may write: choose another with --home or QA_HOME"


def _require_model(catalogue: Catalogue, fingerprint: str, *, rebuild: bool) -> None:
    made_with = catalogue.get("embedding_model")
    if made_with is None:
        catalogue.set("embedding_model", fingerprint)
    elif made_with != fingerprint and not rebuild:
        raise ModelMismatch(
            f"this archive's vectors were made with {made_with}, and the model in use is {fingerprint}",
            hint='use the model that made it, or rebuild the indexes with "qa reindex"',
        )


@contextmanager
def _file_lock(path: Path) -> Iterator[None]:
    try:
        file = path.open("a")
    except OSError as error:
        raise ArchiveReadOnly(f"{path} cannot be written ({error.strerror})", hint=_WRITABLE) from error
    with file:
        try:
            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise ArchiveBusy(
                f"another process is writing to the archive at {path.parent}",
                hint="try again when it is done",
            ) from error
        yield


_Item = Article | IngestError | Fetched | Unchanged


def _batches(items: Iterable[_Item]) -> Iterator[list[_Item]]:
    batch: list[_Item] = []
    size = 0
    for item in items:
        batch.append(item)
        size += len(item.blocks) if isinstance(item, Article) else 1
        if size >= _COMMIT_PARAGRAPHS:
            yield batch
            batch, size = [], 0
    if batch:
        yield batch


def _added(
    report: IngestReport, stored: list[Stored], listed: list[IngestedArticle], errors: list[ReportedError]
) -> IngestReport:
    counted = {name: sum(s.status == name for s in stored) for name in ("added", "updated", "unchanged", "duplicates")}
    return IngestReport(
        **{name: getattr(report, name) + count for name, count in counted.items()},
        failed=report.failed + len(errors),
        paragraphs=report.paragraphs + sum(s.paragraphs for s in stored),
        articles=(*report.articles, *listed),
        errors=(*report.errors, *errors),
    )


def _still_there(report: IngestReport, count: int) -> IngestReport:
    """The report with articles that came no second time, as their server said that they had not changed."""
    return replace(report, unchanged=report.unchanged + count)


def _disagreement(name: str, truth: set[int], held: set[int]) -> list[str]:
    missing, extra = len(truth - held), len(held - truth)
    said = []
    if missing:
        said.append(f"{missing:,} passages are missing in the {name}")
    if extra:
        said.append(f"{extra:,} passages in the {name} are not in the catalogue")
    return said


def _matches(
    source: Source,
    text: str | None,
    outlet: str | None,
    after: dt.date | None,
    before: dt.date | None,
    status: str | None,
) -> bool:
    published = source.published_at[:10] if source.published_at else ""
    haystack = f"{source.title}\n{source.source or ''}".casefold()
    return (
        (text is None or text.casefold() in haystack)
        and (outlet is None or outlet_key(source.source or "") == outlet_key(outlet))
        and (after is None or published >= after.isoformat())
        and (before is None or (bool(published) and published <= before.isoformat()))
        and (status is None or source.status == status)
    )


def _offset(cursor: str | None) -> int:
    if cursor is None:
        return 0
    if not cursor.isascii() or not cursor.isdigit() or len(cursor) > 12:
        raise InvalidInput(f"cursor {cursor[:40]!r} was not given by this service", hint="leave it out to begin")
    return int(cursor)


def _today() -> dt.date:
    return dt.datetime.now(dt.UTC).date()
