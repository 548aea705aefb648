"""The archive inside LlamaIndex: as a retriever under its own engines, and as a query engine."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator

import pytest
from llama_index.core import QueryBundle, Settings
from llama_index.core.llms import MockLLM
from llama_index.core.query_engine import CitationQueryEngine, RetrieverQueryEngine
from llama_index.core.schema import MetadataMode, NodeRelationship

from qa.engine import Engine
from qa.errors import InvalidFilter, InvalidQuestion
from qa.interop.llamaindex import ArchiveQueryEngine, ArchiveRetriever
from qa.types import Query
from tests.builders import article

ASKED = "How many boats did the storm destroy?"
STORM = article(
    "Boats lay on the quay on Friday. 🌊 The storm destroyed 14 boats, Ines Vark said.",
    "Repairs cost {council} $1.5 million.",
    title="Storm strikes Port Ellery",
    source="The Echo",
    published_at="2024-05-31",
    url="https://echo.example/storm",
    given_id="storm",
)
EARLIER = article("The storm destroyed 9 boats.", title="An older storm", published_at="2001-01-09", given_id="older")


@pytest.fixture(autouse=True)
def _global_settings_stay_untouched() -> Iterator[None]:
    before = (Settings._llm, Settings._embed_model, Settings._callback_manager)
    yield
    assert (Settings._llm, Settings._embed_model) == before[:2]


@pytest.fixture
def filled(engine: Engine) -> Engine:
    engine.archive.add([STORM, EARLIER])
    return engine


def test_retrieved_nodes_are_the_engines_passages_with_their_scores(filled: Engine) -> None:
    hits = filled.evidence(Query(ASKED)).hits
    nodes = ArchiveRetriever(filled).retrieve(QueryBundle(ASKED))
    assert [(n.node_id, n.score, n.text) for n in nodes] == [
        (hit.passage.passage_id, hit.relevance, hit.passage.text) for hit in hits
    ]
    assert len(nodes) == 3
    assert len(ArchiveRetriever(filled, similarity_top_k=2).retrieve(ASKED)) == 2


def test_a_nodes_metadata_is_enough_to_cite_it(filled: Engine) -> None:
    node = next(n for n in ArchiveRetriever(filled).retrieve(ASKED) if n.metadata["article_id"] == "storm").node
    told = node.metadata
    version = filled.archive.version(told["article_id"], told["version"])
    assert version.text[told["start"] : told["end"]] == node.text  # type: ignore[attr-defined]
    assert {"title", "source", "published_at", "url", "permalink", "paragraph", "paragraph_id"} <= told.keys()
    assert node.relationships[NodeRelationship.SOURCE].node_id == "storm"  # type: ignore[union-attr]


def test_a_language_model_is_told_outlet_title_and_day_and_no_ids(filled: Engine) -> None:
    old, new = ArchiveRetriever(filled, before="2001-12-31"), ArchiveRetriever(filled, after="2024-01-01")
    head = "title: Storm strikes Port Ellery\nsource: The Echo\npublished_at: 2024-05-31\n\n"
    shown = [n.node.get_content(MetadataMode.LLM) for n in new.retrieve("council")]
    assert head + STORM.blocks[1].text in shown
    (unknown,) = old.retrieve(ASKED)
    assert unknown.node.get_content(MetadataMode.LLM).startswith("title: An older storm\npublished_at: 2001-01-09\n\n")


def test_filters_are_those_of_a_query(filled: Engine) -> None:
    def found(**filters: object) -> set[str]:
        nodes = ArchiveRetriever(filled, **filters).retrieve(ASKED)  # type: ignore[arg-type]
        return {node.metadata["article_id"] for node in nodes}

    assert found(as_of="2010-01-01") == found(before="2010-01-01") == {"older"}
    assert found(sources=["the echo"]) == found(after="2010-01-01") == {"storm"}


def test_a_filter_that_is_none_is_said_when_it_is_given(filled: Engine) -> None:
    with pytest.raises(InvalidFilter, match="as_of"):
        ArchiveRetriever(filled, as_of="yesterday")
    with pytest.raises(InvalidFilter, match="later than"):
        ArchiveQueryEngine(filled, after="2024-01-02", before="2024-01-01")
    with pytest.raises(InvalidQuestion):
        ArchiveQueryEngine(filled).query("  ")


def test_the_query_engine_gives_the_engines_answer_with_the_cited_paragraphs(filled: Engine) -> None:
    answer = filled.ask(Query(ASKED, sources=("The Echo",)))
    response = ArchiveQueryEngine(filled, sources=["The Echo"]).query(ASKED)
    varying = {"id": None, "timings_ms": None}
    assert str(response) == answer.text
    assert {**(response.metadata or {}), **varying} == {**answer.as_json(), **varying}
    assert [n.metadata["number"] for n in response.source_nodes] == [c.number for c in answer.citations] == [1]
    node = response.source_nodes[0].node
    assert node.get_content() == STORM.blocks[0].text
    assert STORM.text[node.metadata["start"] : node.metadata["end"]] == node.metadata["quote"]


def test_a_refusal_is_its_message_without_sources(filled: Engine) -> None:
    response = ArchiveQueryEngine(filled).query("Who painted the ceiling of the opera?")
    assert str(response) == "The archive does not tell."
    assert response.source_nodes == []
    assert (response.metadata or {})["refusal"]["reason"] == "not_in_archive"


def test_a_cited_article_that_is_deleted_meanwhile_leaves_its_quote(
    filled: Engine, monkeypatch: pytest.MonkeyPatch
) -> None:
    ask = filled.ask

    def answer_and_delete(query: Query) -> object:
        answer = ask(query)
        filled.archive.delete("storm")
        return answer

    monkeypatch.setattr(filled, "ask", answer_and_delete)
    response = ArchiveQueryEngine(filled, sources=["The Echo"]).query(ASKED)
    assert [n.node.get_content() for n in response.source_nodes] == [response.metadata["citations"][0]["quote"]]


def test_asked_from_an_event_loop_it_answers_from_a_thread(filled: Engine) -> None:
    async def both() -> tuple[str, int]:
        response = await ArchiveQueryEngine(filled).aquery(ASKED)
        return str(response), len(await ArchiveRetriever(filled).aretrieve(ASKED))

    text, found = asyncio.run(both())
    assert text == filled.ask(Query(ASKED)).text
    assert found == 3


def test_it_retrieves_for_llama_indexs_own_engines(filled: Engine) -> None:
    retriever = ArchiveRetriever(filled, sources=["The Echo"])
    plain = RetrieverQueryEngine.from_args(retriever, llm=MockLLM()).query(ASKED)
    cited = CitationQueryEngine(retriever, llm=MockLLM()).query(ASKED)
    for response in (plain, cited):  # a mock model says its prompt again
        assert "Repairs cost {council} $1.5 million." in str(response)
        assert "paragraph_id" not in str(response)
    assert "Source 2:" in str(cited)
    assert cited.source_nodes[0].metadata["permalink"] == "/articles/storm#p1"


def test_the_command_line_knows_nothing_of_llama_index() -> None:
    program = "import sys, qa.cli, qa.engine; print([m for m in ('llama_index', 'mcp') if m in sys.modules])"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
