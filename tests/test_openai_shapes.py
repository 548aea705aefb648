"""OpenAI's shapes over a real socket, by the stock Python client: text, annotations, refusals, events, errors."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import openai
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openai import OpenAI
from starlette.testclient import TestClient

from api.app import create_app
from qa.archive import Archive
from qa.cite import cite
from qa.models.chat import ChatModel
from qa.read.llm import LLMReader
from qa.standalone import LLMStandAlone
from qa.types import Answer, Article, Draft, DraftStatement, Query, Span, Verdict
from tests.builders import article, many
from tests.fakes import engine_over, settings_for, small_engine
from tests.fakes_api import STORM, FakeEngine, answered
from tests.fakes_chat import says, serving
from tests.serving_api import served

MODEL = "news-archive"
BOATS = "How many boats were lost?"
NO = "Who won the cup?"


@pytest.fixture(scope="module")
def client() -> Iterator[OpenAI]:
    with served(FakeEngine()) as service, OpenAI(base_url=f"{service.url}/v1", api_key="any", max_retries=0) as client:
        yield client


def chat(client: OpenAI, question: str, **more: Any) -> Any:
    return client.chat.completions.create(model=MODEL, messages=[{"role": "user", "content": question}], **more)


def test_the_archive_is_the_one_model(client: OpenAI) -> None:
    (listed,) = client.models.list().data
    assert (listed.id, listed.object, listed.owned_by) == (MODEL, "model", "news-archive-qa")
    assert client.models.retrieve(MODEL) == listed


@pytest.mark.parametrize("model", ["gpt-5", "news-archive-2", "openai/gpt-4o", "ft:gpt-4o"])
def test_another_model_is_not_found(client: OpenAI, model: str) -> None:
    with pytest.raises(openai.NotFoundError) as told:
        client.responses.create(model=model, input=BOATS)
    assert (told.value.code, told.value.param) == ("model_not_found", "model")
    assert MODEL in told.value.body["message"]


def test_a_message_has_the_statements_and_a_citation_for_each_marker(client: OpenAI) -> None:
    completion = chat(client, BOATS)
    message = completion.choices[0].message
    first, second = message.annotations
    assert (message.role, message.refusal, completion.choices[0].finish_reason) == ("assistant", None, "stop")
    assert message.content[first.url_citation.start_index : first.url_citation.end_index] == "[1]"
    assert first.url_citation.title == STORM.title
    assert first.url_citation.url.startswith(f"{STORM.url}#:~:text=The%20storm%20destroyed%2014%20boats%2C")
    assert second.news_archive["paragraph"] == 4
    assert completion.usage.total_tokens == 0


def test_the_extension_says_all_that_our_own_address_says_of_a_citation(client: OpenAI) -> None:
    ours = FakeEngine().ask(Query(BOATS)).as_json()
    (part,) = client.responses.create(model=MODEL, input=BOATS).output[0].content
    told = [annotation.news_archive for annotation in part.annotations]
    place = [{"start": s["start"], "end": s["end"]} for s in ours["statements"]]
    added = [{"statement": place[n], "support": s["support"]} for n, s in enumerate(ours["statements"])]
    assert told == [citation | more for citation, more in zip(ours["citations"], added, strict=True)]


def test_what_has_no_place_in_these_shapes_stands_in_one_member(client: OpenAI) -> None:
    about = client.responses.create(model=MODEL, input=NO).news_archive
    assert (about["answered"], about["refusal"]["reason"], about["snapshot"]) == (False, "not_in_archive", "s-1")
    assert about["refusal"]["nearest"]
    assert "text" not in about


def test_a_refusal_stands_where_these_shapes_have_it(client: OpenAI) -> None:
    message = chat(client, NO).choices[0].message
    assert (message.content, message.refusal, message.annotations) == (None, "The archive does not tell.", [])
    response = client.responses.create(model=MODEL, input=NO)
    (part,) = response.output[0].content
    assert (part.type, part.refusal, response.output_text) == ("refusal", "The archive does not tell.", "")


@pytest.mark.parametrize("question", [BOATS, NO])
def test_a_streamed_chat_adds_up_to_the_plain_one(client: OpenAI, question: str) -> None:
    messages: Any = [{"role": "user", "content": question}]
    with client.chat.completions.stream(model=MODEL, messages=messages) as stream:
        streamed = stream.get_final_completion().choices[0]
    plain = chat(client, question).choices[0]
    assert (streamed.message.content, streamed.message.refusal) == (plain.message.content, plain.message.refusal)
    told = [one.model_dump() if hasattr(one, "model_dump") else one for one in streamed.message.annotations or []]
    assert told == [one.model_dump() for one in plain.message.annotations]
    assert streamed.finish_reason == "stop"


def test_each_statement_is_a_chunk_and_the_last_one_tells_of_the_answer(client: OpenAI) -> None:
    chunks = list(chat(client, BOATS, stream=True, stream_options={"include_usage": True}))
    *told, usage = chunks
    deltas = [chunk.choices[0].delta for chunk in told]
    assert deltas[0].role == "assistant"
    assert [delta.content[-3:] for delta in deltas if delta.content] == ["[1]", "[2]"]
    assert [chunk.choices[0].finish_reason for chunk in told] == [None, None, None, None, "stop"]
    assert told[-1].news_archive["answered"]
    assert (usage.choices, usage.usage.total_tokens) == ([], 0)
    assert len({chunk.id for chunk in chunks}) == 1


PART = ["response.output_item.added", "response.content_part.added"]
END = ["response.content_part.done", "response.output_item.done", "response.completed"]
STATEMENT = ["response.output_text.delta", "response.output_text.annotation.added"]


@pytest.mark.parametrize(
    ("question", "between"),
    [
        (BOATS, [*STATEMENT, *STATEMENT, "response.output_text.done"]),
        (NO, ["response.refusal.delta", "response.refusal.done"]),
    ],
)
def test_the_events_of_a_response_come_in_their_order(client: OpenAI, question: str, between: list[str]) -> None:
    events = list(client.responses.create(model=MODEL, input=question, stream=True))
    assert [event.type for event in events] == ["response.created", "response.in_progress", *PART, *between, *END]
    assert [event.sequence_number for event in events] == list(range(len(events)))


@pytest.mark.parametrize("question", [BOATS, NO])
def test_a_streamed_response_ends_with_the_plain_one(client: OpenAI, question: str) -> None:
    with client.responses.stream(model=MODEL, input=question) as stream:
        streamed = stream.get_final_response()
    plain = client.responses.create(model=MODEL, input=question)
    assert streamed.status == plain.status == "completed"
    (part,) = streamed.output[0].content
    told = part.to_dict()
    told.pop("parsed", None)  # the client's own addition
    assert [told] == [part.to_dict() for part in plain.output[0].content]


def test_an_error_is_one_of_the_clients_own(client: OpenAI) -> None:
    with pytest.raises(openai.InternalServerError) as told:
        chat(client, "busy?")
    assert (told.value.status_code, told.value.code, told.value.type) == (503, "archive_busy", "server_error")
    assert "try again" in told.value.body["message"]


def test_an_error_within_a_stream_is_one_too(client: OpenAI) -> None:
    with pytest.raises(openai.APIError, match="another process is writing"):
        list(chat(client, "busy?", stream=True))
    *_, last = client.responses.create(model=MODEL, input="busy?", stream=True)
    assert (last.type, last.response.status) == ("response.failed", "failed")
    assert "another process is writing" in last.response.error.message


def test_filters_come_in_by_the_clients_extra_body(home: Path) -> None:
    engine = small_engine(home)
    engine.archive.add(many(5))
    asked = "Who closed street3x0 of town3?"
    with served(engine) as service, OpenAI(base_url=f"{service.url}/v1", api_key="any", max_retries=0) as client:
        (part,) = client.responses.create(model=MODEL, input=asked).output[0].content
        late = client.responses.create(model=MODEL, input=asked, extra_body={"news_archive": {"before": "2024-01-01"}})
        base = service.url
    assert part.text == "The flood of town3 closed street3x0 on Friday. [1]"
    assert part.annotations[0].url.startswith(f"{base}/articles/a3#p1:~:text=The%20flood")
    assert late.news_archive["refusal"]["reason"] == "outside_filters"
    engine.close()


def test_an_article_that_leads_nowhere_safe_is_cited_by_our_own_page(client: OpenAI) -> None:
    (annotation,) = chat(client, "What did the mayor say?").choices[0].message.annotations
    assert annotation.url_citation.url.startswith(f"{str(client.base_url).removesuffix('/v1/')}/articles/hostile#p1:~:")


@pytest.fixture
def phrased(archive: Archive) -> Iterator[OpenAI]:
    """A client of an archive with a language model, whose server counts 90 tokens sent and 7 received, each time."""
    archive.add(many(5))
    with serving() as model:
        said = says(("The flood of town3 closed street3x0 on Friday.", [1]))
        model.script = lambda _: replace(said, usage=(90, 7))
        chat_model = ChatModel(model.settings())
        llm, alone = LLMReader(chat_model, prompt_tokens=4_000), LLMStandAlone(chat_model)
        engine = engine_over(archive, settings_for(Path("unused")), llm=llm, standalone=alone)
        with served(engine) as service, OpenAI(base_url=f"{service.url}/v1", api_key="any") as client:
            yield client


CLOSED = "Who closed street3x0 of town3?"


def test_what_the_language_models_server_counted_is_the_usage(phrased: OpenAI) -> None:
    usage = chat(phrased, CLOSED).usage
    assert (usage.prompt_tokens, usage.completion_tokens, usage.total_tokens) == (90, 7, 97)
    response = phrased.responses.create(model=MODEL, input=CLOSED)
    assert (response.usage.input_tokens, response.usage.output_tokens, response.usage.total_tokens) == (90, 7, 97)
    assert response.news_archive["reader"] == "llm"


def test_the_usage_of_a_streamed_answer_is_that_of_the_plain_one(phrased: OpenAI) -> None:
    *told, last = chat(phrased, CLOSED, stream=True, stream_options={"include_usage": True})
    assert (last.choices, last.usage) == ([], chat(phrased, CLOSED).usage)
    assert {chunk.usage for chunk in told} == {None}
    *_, done = phrased.responses.create(model=MODEL, input=CLOSED, stream=True)
    assert done.response.usage.total_tokens == 97


def test_what_understanding_the_question_took_is_counted_too(phrased: OpenAI) -> None:
    before = [{"role": "user", "content": "What happened in town3?"}, {"role": "assistant", "content": "A flood."}]
    asked: Any = [*before, {"role": "user", "content": CLOSED}]
    assert phrased.chat.completions.create(model=MODEL, messages=asked).usage.total_tokens == 2 * 97


class Answering(FakeEngine):
    """Gives the answer that was set."""

    given: Answer

    def ask(self, query: Query) -> Answer:
        return self.given


ENGINE = Answering()
CLIENT = TestClient(create_app(ENGINE))  # type: ignore[arg-type]
ALPHABET = st.sampled_from('ab .[]1🌊👩\u200d👧\u0301\u0308é한🇬🇧\ufe0f-,&#%"<')
TEXTS = st.lists(st.text(ALPHABET, min_size=1, max_size=30).filter(str.strip), min_size=1, max_size=4)


@st.composite
def answers(draw: st.DrawFn) -> tuple[Article, Answer]:
    """Statements in any writing, each with one to three spans, cited as the engine cites."""
    told = article(*draw(TEXTS), given_id="a", url=draw(st.sampled_from([None, "https://a.example/x#y"])))
    engine = FakeEngine(told)
    version = engine.archive.version("a")
    spans = [Span(version.source, p, p.start, p.end) for p in version.paragraphs]
    chosen = draw(st.lists(st.lists(st.sampled_from(spans), min_size=1, max_size=3), min_size=1, max_size=4))
    statements = tuple(DraftStatement(some[0].quote, tuple(some)) for some in chosen)
    draft = Draft(statements, "extractive", 0.9)
    text, cited, citations = cite(draft, [Verdict("supported", 1.0, "verbatim")] * len(statements))
    empty = answered("?", [])
    fields = {name: getattr(empty, name) for name in empty.__dataclass_fields__}
    return told, Answer(**{**fields, "text": text, "statements": cited, "citations": citations})


def streamed(path: str, body: dict[str, Any]) -> list[dict[str, Any]]:
    lines = CLIENT.post(path, json={**body, "stream": True}).text.split("\n")
    return [json.loads(line[6:]) for line in lines if line.startswith("data: {")]


@settings(max_examples=60)
@given(answers())
def test_every_index_counts_code_points_and_streaming_changes_nothing(made: tuple[Article, Answer]) -> None:
    told, answer = made
    ENGINE.archive, ENGINE.given = FakeEngine(told).archive, answer
    CLIENT.app.state.engine = ENGINE  # type: ignore[attr-defined]
    asked = {"model": MODEL, "messages": [{"role": "user", "content": "?"}]}
    message = CLIENT.post("/v1/chat/completions", json=asked).json()["choices"][0]["message"]
    part = CLIENT.post("/v1/responses", json={"model": MODEL, "input": "?"}).json()["output"][0]["content"][0]
    deltas = [chunk["choices"][0]["delta"] for chunk in streamed("/v1/chat/completions", asked)]
    events = streamed("/v1/responses", {"model": MODEL, "input": "?"})

    assert message["content"] == part["text"] == answer.text
    assert "".join(delta.get("content", "") for delta in deltas) == answer.text
    assert "".join(event.get("delta", "") for event in events) == answer.text
    assert [one for delta in deltas for one in delta.get("annotations", [])] == message["annotations"]
    assert [event["annotation"] for event in events if "annotation" in event] == part["annotations"]
    for one, other in zip(message["annotations"], part["annotations"], strict=True):
        assert {"type": "url_citation", **one["url_citation"], "news_archive": one["news_archive"]} == other
        about = other["news_archive"]
        assert answer.text[other["start_index"] : other["end_index"]] == f"[{about['number']}]"
        place = about["statement"]
        assert any((s.start, s.end) == (place["start"], place["end"]) for s in answer.statements)
        assert told.text[about["start"] : about["end"]] == about["quote"]
    assert len(part["annotations"]) == sum(len(s.citations) for s in answer.statements)
