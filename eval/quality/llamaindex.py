"""LlamaIndex's ``CitationQueryEngine`` over the same articles with the same embedding model: query -> places.

All is as LlamaIndex has it by default: ``SentenceSplitter`` cuts an article into nodes (1,024 tokens, 200 of them
shared), the vector index embeds each with the title before it and finds the nearest, and the engine cuts those, in
their order, into the chunks that an answer would cite (512 tokens, 20 shared). Three things are ours. As many nodes are
found as our engine reads passages, since LlamaIndex's two fill no ranking. Its metadata filter leaves out what came
after the question's day. And no language model is asked.

Vectors of thousands of articles take minutes, so the index is kept: under the hash of all that it is made of. A build
that is interrupted begins anew.
"""

from __future__ import annotations

import hashlib
import shutil
from collections.abc import Sequence
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

from llama_index.core import Document, StorageContext, VectorStoreIndex, load_index_from_storage
from llama_index.core.base.embeddings.base import BaseEmbedding
from llama_index.core.llms import MockLLM
from llama_index.core.node_parser import SentenceSplitter
from llama_index.core.query_engine import CitationQueryEngine
from llama_index.core.response_synthesizers.no_text import NoText
from llama_index.core.vector_stores import FilterOperator, MetadataFilter, MetadataFilters
from pydantic import PrivateAttr

from eval.quality.rankings import Place
from qa.engine import load_embedder

if TYPE_CHECKING:
    import datetime as dt

    from llama_index.core.schema import NodeWithScore

    from eval.quality.archives import Progress
    from qa.archive import Archive
    from qa.engine import Engine
    from qa.types import Paragraph, Query, Version

_KNOWN_FROM = "known_from"
_TOGETHER = 64
"""Articles that are embedded in one go."""


class CitationRanking:
    """The chunks that ``CitationQueryEngine`` would have cited, in its order.

    Args:
        index: over the current versions of the archive's articles.
        most: so many nodes are found; each is one chunk or several.
    """

    def __init__(self, index: VectorStoreIndex, archive: Archive, most: int) -> None:
        self._index = index
        self._archive = archive
        self._most = most

    def __call__(self, query: Query) -> list[Place]:
        nodes = self._engine(query.as_of).query(query.question).source_nodes
        return [self._place(number, node) for number, node in enumerate(nodes, start=1)]

    def _engine(self, as_of: dt.date | None) -> CitationQueryEngine:
        never_asked = MockLLM()
        return CitationQueryEngine.from_args(
            self._index,
            llm=never_asked,
            response_synthesizer=NoText(llm=never_asked),
            similarity_top_k=self._most,
            filters=_known_by(as_of) if as_of else None,
        )

    def _place(self, number: int, found: NodeWithScore) -> Place:
        version = self._archive.version(str(found.node.ref_doc_id))
        chunk = found.text.removeprefix(f"Source {number}:\n").removesuffix("\n")
        start = version.text.index(chunk)
        return Place(version.source, chunk, held(version.paragraphs, start, start + len(chunk)))


def _known_by(day: dt.date) -> MetadataFilters:
    last = MetadataFilter(key=_KNOWN_FROM, value=day.isoformat(), operator=FilterOperator.LTE)
    return MetadataFilters(filters=[last])


def held(paragraphs: Sequence[Paragraph], start: int, end: int) -> tuple[Paragraph, ...]:
    """The numbered paragraphs of which this stretch of their text holds at least half, or which hold all of it."""
    shared = [(p, min(end, p.end) - max(start, p.start)) for p in paragraphs if p.number is not None]
    return tuple(p for p, both in shared if both > 0 and (2 * both >= p.end - p.start or both == end - start))


def opened(engine: Engine, cache: Path, progress: Progress, *, rebuild: bool = False) -> CitationRanking:
    """The ranking over the engine's archive, indexed where it is not yet.

    Args:
        engine: gives articles, embedding model, and how many passages are read.
        cache: the folder of all such indexes.
        progress: told articles embedded, and all of them, while building.
        rebuild: embed anew what is there.
    """
    embedding = Embedding(load_embedder(engine.settings))
    folder = cache / _key(engine.archive, embedding)
    if rebuild:
        shutil.rmtree(folder, ignore_errors=True)
    if not folder.exists():
        _build(engine.archive, embedding, folder, progress)
    context = StorageContext.from_defaults(persist_dir=str(folder))
    index = load_index_from_storage(context, embed_model=embedding, transformations=[SentenceSplitter()])
    assert isinstance(index, VectorStoreIndex)
    return CitationRanking(index, engine.archive, engine.settings.candidates)


class Embedding(BaseEmbedding):
    """An embedding model of ours, as LlamaIndex asks one; ``model_name`` is its fingerprint."""

    _model: Any = PrivateAttr()

    def __init__(self, model: Any) -> None:
        super().__init__(model_name=model.fingerprint, embed_batch_size=_TOGETHER)
        self._model = model

    def _get_query_embedding(self, query: str) -> list[float]:
        return list(map(float, self._model.embed_query(query)))

    async def _aget_query_embedding(self, query: str) -> list[float]:
        return self._get_query_embedding(query)

    def _get_text_embedding(self, text: str) -> list[float]:
        return self._get_text_embeddings([text])[0]

    def _get_text_embeddings(self, texts: list[str]) -> list[list[float]]:
        return [list(map(float, vector)) for vector in self._model.embed(texts)]


def _key(archive: Archive, embedding: Embedding) -> str:
    made_of = (archive.snapshot, embedding.model_name, version("llama-index-core"), Path(__file__).read_text("utf-8"))
    return hashlib.sha256("\0".join(made_of).encode()).hexdigest()[:16]


def _build(archive: Archive, embedding: Embedding, folder: Path, progress: Progress) -> None:
    splitter = SentenceSplitter(id_func=lambda number, article: f"{article.node_id}:{number}")
    index = VectorStoreIndex([], embed_model=embedding, transformations=[splitter])
    sources = archive.articles(status="current", limit=archive.counts().articles + 1).items
    for start in range(0, len(sources), _TOGETHER):
        articles = [_document(archive.version(s.article_id)) for s in sources[start : start + _TOGETHER]]
        index.insert_nodes(splitter.get_nodes_from_documents(articles))
        progress(start + len(articles), len(sources))
    partial = folder.with_suffix(".part")
    shutil.rmtree(partial, ignore_errors=True)
    index.storage_context.persist(str(partial))
    partial.replace(folder)


def _document(version: Version) -> Document:
    known_from = version.source.known_from
    return Document(
        id_=version.source.article_id,
        text=version.text,
        metadata={"title": version.source.title, _KNOWN_FROM: known_from.isoformat() if known_from else None},
        excluded_embed_metadata_keys=[_KNOWN_FROM],
        excluded_llm_metadata_keys=[_KNOWN_FROM],
    )
