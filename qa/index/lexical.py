"""Passages by their words: BM25 in Tantivy. The only module that names tantivy."""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import tantivy

from qa.catalogue import IndexEntry
from qa.errors import ArchiveDamaged
from qa.index.selection import Scored, Selection, search_within
from qa.words import content_words

_WEIGHTS = {"title": 0.5, "near": 0.4, "body": 1.0}
"""Measured: what stands around a paragraph helps, and drowns it at full weight (docs/decisions/0003)."""
_HEAP = 64_000_000
_TOKENIZER = "english_folded"
_OTHER_FIELDS = "schema does not match"  # how Tantivy says that
_NO_WORD = re.compile(r"[\W_]+")


@contextmanager
def _doorway() -> Iterator[None]:
    """Tantivy's exceptions stop here."""
    try:
        yield
    except (ValueError, OSError) as error:
        raise ArchiveDamaged(
            f"the word index failed ({(str(error).splitlines() or [''])[0][:200]})",
            hint='nothing is lost: "qa reindex" builds it again from the catalogue',
        ) from error


class LexicalIndex:
    """One document a passage: its key, its article's title, its neighbours and its text, stemmed as English.

    Args:
        folder: made where missing; emptied where it holds an index of other fields, as older versions made.

    Raises:
        ArchiveDamaged: the folder holds an index that cannot be read.
    """

    def __init__(self, folder: Path) -> None:
        self._folder = folder
        self._index = self._open()
        self._writer: Any = None

    @_doorway()
    def upsert(self, entries: Iterable[IndexEntry]) -> None:
        """Write the passages; durable, and seen by searches, once ``commit`` returns."""
        batch = list(entries)
        self.delete([entry.key for entry in batch])
        writer = self._writing()
        for entry in batch:
            document = tantivy.Document()
            document.add_unsigned("key", entry.key)
            document.add_text("title", entry.title)
            document.add_text("near", entry.near)
            document.add_text("body", entry.text)
            writer.add_document(document)

    @_doorway()
    def delete(self, keys: Sequence[int]) -> None:
        """Take passages out; done once ``commit`` returns."""
        # By query: a deletion by term takes a number for a signed one, and matches no unsigned key.
        among = tantivy.Query.term_set_query(self._index.schema, "key", keys)
        self._writing().delete_documents_by_query(among)

    @_doorway()
    def commit(self) -> None:
        if self._writer is not None:
            self._writer.commit()
            self._index.reload()

    @_doorway()
    def reload(self) -> None:
        """See what another process committed."""
        self._index.reload()

    def release(self) -> None:
        """Let go of the write lock, so that another process may write."""
        writer, self._writer = self._writer, None
        if writer is not None:
            writer.wait_merging_threads()

    @_doorway()
    def search(self, question: str, wanted: int, selection: Selection) -> Scored:
        """The passages within the selection that share the question's words, best first, each with its BM25."""
        query = self._query(question)
        if query is None:
            return {}
        return search_within(
            selection,
            wanted,
            lambda n: self._best(query, n),
            lambda keys: self._best_among(query, keys, wanted),
        )

    @_doorway()
    def keys(self) -> set[int]:
        """Every key it holds."""
        searcher = self._index.searcher()
        if not searcher.num_docs:
            return set()
        return set(self._found(searcher, tantivy.Query.all_query(), searcher.num_docs))

    @_doorway()
    def clear(self) -> None:
        writer = self._writing()
        writer.delete_all_documents()
        self.commit()

    @property
    def is_empty(self) -> bool:
        return not self._index.searcher().num_docs

    def _open(self) -> tantivy.Index:
        try:
            index = self._of_our_fields()
        except (ValueError, OSError) as error:
            raise ArchiveDamaged(
                f"the word index at {self._folder} cannot be opened ({str(error).splitlines()[0][:200]})",
                hint='nothing is lost: "qa reindex" builds it again from the catalogue',
            ) from error
        index.register_tokenizer(_TOKENIZER, _analyzer())
        return index

    def _of_our_fields(self) -> tantivy.Index:
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            return tantivy.Index(_schema(), path=str(self._folder))
        except ValueError as error:
            if _OTHER_FIELDS not in str(error):
                raise
        destroy(self._folder)
        self._folder.mkdir(exist_ok=True)
        return tantivy.Index(_schema(), path=str(self._folder))  # still of other fields where nothing can be removed

    def _writing(self) -> Any:
        if self._writer is None:
            self._writer = self._index.writer(_HEAP, 1)
        return self._writer

    def _query(self, question: str) -> tantivy.Query | None:
        """Any of the question's words: in the text or, at a smaller weight, in the title or the paragraphs around."""
        # Words only: nothing that a person types is ever read as query syntax.
        words = " ".join(_NO_WORD.sub(" ", word) for word in content_words(question)).lower()
        if not words.strip():
            return None
        query, _ = self._index.parse_query_lenient(words, list(_WEIGHTS), field_boosts=_WEIGHTS)
        return query

    def _best(self, query: tantivy.Query, count: int) -> Scored:
        return self._found(self._index.searcher(), query, count)

    def _best_among(self, query: tantivy.Query, keys: Sequence[int], count: int) -> Scored:
        among = tantivy.Query.const_score_query(tantivy.Query.term_set_query(self._index.schema, "key", keys), 0.0)
        both = tantivy.Query.boolean_query([(tantivy.Occur.Must, query), (tantivy.Occur.Must, among)])
        return self._best(both, count)

    @staticmethod
    def _found(searcher: tantivy.Searcher, query: tantivy.Query, count: int) -> Scored:
        hits = searcher.search(query, count, count=False).hits
        # Equal scores come in the order of the segments, which differs from one build of the index to the
        # next: the key decides, so that the same archive gives the same answer.
        values = searcher.fast_field_values("key", [address for _, address in hits])
        scored = [(round(score, 5), int(key or 0)) for (score, _), key in zip(hits, values, strict=True)]
        return {key: score for score, key in sorted(scored, key=lambda pair: (-pair[0], pair[1]))}


def destroy(folder: Path) -> None:
    """Remove an index that cannot be opened any more."""
    shutil.rmtree(folder, ignore_errors=True)


def _schema() -> tantivy.Schema:
    builder = tantivy.SchemaBuilder()
    builder.add_unsigned_field("key", indexed=True, fast=True)
    for field in _WEIGHTS:
        builder.add_text_field(field, tokenizer_name=_TOKENIZER, index_option="freq")
    return builder.build()


def _analyzer() -> tantivy.TextAnalyzer:
    """Tantivy's own English, and accents folded: who asks for Muller finds Müller, and the other way round."""
    return (
        tantivy.TextAnalyzerBuilder(tantivy.Tokenizer.simple())
        .filter(tantivy.Filter.remove_long(40))
        .filter(tantivy.Filter.lowercase())
        .filter(tantivy.Filter.ascii_fold())
        .filter(tantivy.Filter.stemmer("English"))
        .build()
    )
