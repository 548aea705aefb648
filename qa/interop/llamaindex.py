"""The archive as parts of LlamaIndex: ``ArchiveRetriever`` finds passages, ``ArchiveQueryEngine`` answers from them.

Nodes carry in their metadata all that a citation needs; a language model is shown outlet, title and day of it. Neither
class reads or changes LlamaIndex's global ``Settings``, and neither asks a language model anything. What the archive
refuses to be asked (an empty question, a date that is none) is raised as the ``QAError`` that it is.
"""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from typing import Any

from llama_index.core.base.base_query_engine import BaseQueryEngine
from llama_index.core.base.base_retriever import BaseRetriever
from llama_index.core.base.response.schema import Response
from llama_index.core.callbacks.base import CallbackManager
from llama_index.core.prompts.mixin import PromptMixinType
from llama_index.core.schema import NodeRelationship, NodeWithScore, QueryBundle, RelatedNodeInfo, TextNode

from qa.cite import permalink
from qa.engine import Engine
from qa.errors import ArticleNotFound
from qa.query import parse_query
from qa.spread import spread
from qa.types import Citation, Hit, Query

_SHOWN = frozenset({"title", "source", "published_at"})
"""What a language model is told of a node beside its text; an id in a prompt is only there to be miscopied."""


class _Asking:
    """The filters of ``qa.types.Query``, as they are given to a retriever or a query engine."""

    def __init__(
        self, as_of: str | None = None, after: str | None = None, before: str | None = None, sources: Sequence[str] = ()
    ) -> None:
        self._filters: dict[str, Any] = {"as_of": as_of, "after": after, "before": before, "sources": tuple(sources)}
        self.query("Are these filters sound?")  # said where they are given, and not at the first question

    def query(self, question: str) -> Query:
        return parse_query(question, **self._filters)


class ArchiveRetriever(BaseRetriever):
    """Passages of the archive, in the reading model's order, as ``TextNode``s whose ids are passage ids.

    Args:
        engine: as ``qa.engine.build`` makes it; it stays its caller's to close.
        as_of, after, before: days, ``YYYY-MM-DD``, as ``qa ask`` takes them.
        sources: only articles of these outlets.
        similarity_top_k: most nodes.
        callback_manager: LlamaIndex's own.

    Raises:
        InvalidFilter: a day that is none, or ``after`` later than ``before``.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        as_of: str | None = None,
        after: str | None = None,
        before: str | None = None,
        sources: Sequence[str] = (),
        similarity_top_k: int = 10,
        callback_manager: CallbackManager | None = None,
    ) -> None:
        self._engine = engine
        self._asking = _Asking(as_of, after, before, sources)
        self._most = similarity_top_k
        super().__init__(callback_manager=callback_manager)

    def _retrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        """One node a passage, and one for each item of its list, best first.

        Its score is what they are ordered by, about -12 to +10.
        """
        evidence = self._engine.evidence(self._asking.query(query_bundle.query_str))
        best = spread(evidence.hits[: self._most])
        return [NodeWithScore(node=_passage_node(hit), score=hit.relevance) for hit in best]

    async def _aretrieve(self, query_bundle: QueryBundle) -> list[NodeWithScore]:
        return await asyncio.to_thread(self._retrieve, query_bundle)


class ArchiveQueryEngine(BaseQueryEngine):
    """The whole service as a query engine: every sentence of the response is cited and checked.

    ``source_nodes[n - 1]`` is the paragraph that ``[n]`` cites; ``metadata`` is the answer as ``qa ask --json`` prints
    it. A refusal is a response too: its message, no source nodes, and the reason in ``metadata["refusal"]``.

    Args and errors are those of ``ArchiveRetriever``.
    """

    def __init__(
        self,
        engine: Engine,
        *,
        as_of: str | None = None,
        after: str | None = None,
        before: str | None = None,
        sources: Sequence[str] = (),
        callback_manager: CallbackManager | None = None,
    ) -> None:
        self._engine = engine
        self._asking = _Asking(as_of, after, before, sources)
        super().__init__(callback_manager=callback_manager)

    def _query(self, query_bundle: QueryBundle) -> Response:
        answer = self._engine.ask(self._asking.query(query_bundle.query_str))
        nodes = [NodeWithScore(node=self._cited_node(citation)) for citation in answer.citations]
        return Response(answer.text, source_nodes=nodes, metadata=answer.as_json())

    async def _aquery(self, query_bundle: QueryBundle) -> Response:
        return await asyncio.to_thread(self._query, query_bundle)

    def _get_prompt_modules(self) -> PromptMixinType:
        return {}

    def _cited_node(self, citation: Citation) -> TextNode:
        """The paragraph that a citation points into; ``quote``, ``start`` and ``end`` say where."""
        text, start = self._paragraph(citation)
        told = {name: getattr(citation, name) for name in (*_IN_BOTH, "citation_id", "number", "quote")}
        return _node(citation.citation_id, text, start, told)

    def _paragraph(self, citation: Citation) -> tuple[str, int]:
        try:
            version = self._engine.archive.version(citation.article_id, citation.version)
        except ArticleNotFound:  # deleted since the answer was made, a moment ago
            return citation.quote, citation.start
        cited = next(p for p in version.paragraphs if p.number == citation.paragraph)
        return cited.text, cited.start


_IN_BOTH = (
    "article_id", "version", "paragraph", "paragraph_id", "title", "source", "published_at", "url", "permalink",
    "start", "end",
)  # fmt: skip


def _passage_node(hit: Hit) -> TextNode:
    passage = hit.passage
    source, paragraph = passage.source, passage.paragraph
    assert paragraph.number is not None
    told = {
        "article_id": source.article_id,
        "version": source.version,
        "paragraph": paragraph.number,
        "paragraph_id": paragraph.paragraph_id,
        "title": source.title,
        "source": source.source,
        "published_at": source.published_at,
        "url": source.url,
        "permalink": permalink(source, paragraph.number),
        "start": passage.start,
        "end": passage.end,
    }
    return _node(passage.passage_id, passage.text, passage.start, told)


def _node(node_id: str, text: str, start: int, told: dict[str, Any]) -> TextNode:
    """A node of the text at ``start`` of its version; what is not known is left out, as prompts would say 'None'."""
    known = {name: value for name, value in told.items() if value is not None}
    unseen = [name for name in known if name not in _SHOWN]
    return TextNode(
        id_=node_id,
        text=text,
        start_char_idx=start,
        end_char_idx=start + len(text),
        metadata=known,
        excluded_llm_metadata_keys=unseen,
        excluded_embed_metadata_keys=unseen,
        relationships={NodeRelationship.SOURCE: RelatedNodeInfo(node_id=told["article_id"])},
    )
