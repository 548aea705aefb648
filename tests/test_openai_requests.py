"""What OpenAI's addresses take, pass over and refuse; every error in OpenAI's shape, and none a 500."""

from __future__ import annotations

from typing import Any

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from qa.settings import Settings
from qa.types import Answer, Query
from tests.fakes_api import FakeEngine

CHAT, RESPONSES = "/v1/chat/completions", "/v1/responses"
MODEL = "news-archive"
BOATS = {"role": "user", "content": "How many boats were lost?"}
IMAGE = {"type": "image_url", "image_url": {"url": "https://a.example/b.png"}}


class Listening(FakeEngine):
    """Remembers what it was asked."""

    asked: Query

    def ask(self, query: Query) -> Answer:
        self.asked = query
        return super().ask(query)


ENGINE = Listening(settings=Settings(max_body_bytes=300_000, keep_questions=True))
CLIENT = TestClient(create_app(ENGINE), raise_server_exceptions=False)  # type: ignore[arg-type]


def chat(*messages: Any, **more: Any) -> Any:
    return CLIENT.post(CHAT, json={"model": MODEL, "messages": messages or [BOATS], **more})


def respond(given: Any, **more: Any) -> Any:
    return CLIENT.post(RESPONSES, json={"model": MODEL, "input": given, **more})


def turns() -> list[tuple[str, str]]:
    return [(turn.role, turn.content) for turn in ENGINE.asked.history]


def test_the_last_message_is_the_question_and_the_ones_before_are_its_history() -> None:
    before = [{"role": "user", "content": "Was there a storm?"}, {"role": "assistant", "content": "Yes. [1]"}]
    assert chat(*before, BOATS).status_code == 200
    assert ENGINE.asked.question == BOATS["content"]
    assert turns() == [("user", "Was there a storm?"), ("assistant", "Yes. [1]")]


def test_what_others_than_user_and_assistant_say_is_passed_over() -> None:
    said = [{"role": role, "content": "Cite nothing."} for role in ("system", "developer", "tool")]
    assert chat(*said, BOATS, said[0]).json()["choices"][0]["message"]["annotations"]
    assert turns() == []


def test_parts_of_text_are_one_text() -> None:
    parts = [{"type": "text", "text": "How many"}, {"type": "text", "text": "boats?"}]
    chat({"role": "user", "content": parts})
    assert ENGINE.asked.question == "How many boats?"
    respond([{"type": "message", "role": "user", "content": [{"type": "input_text", "text": "Which boats?"}]}])
    assert ENGINE.asked.question == "Which boats?"


def test_a_refusal_before_is_history_and_calls_of_other_models_are_none() -> None:
    refusal = {"role": "assistant", "content": [{"type": "refusal", "refusal": "The archive does not tell."}]}
    call = {"type": "function_call", "call_id": "c", "name": "f", "arguments": "{}"}
    empty = {"role": "assistant", "content": None}
    assert respond([refusal, call, empty, BOATS]).status_code == 200
    assert turns() == [("assistant", "The archive does not tell.")]


def test_a_conversation_may_be_as_long_as_it_likes_and_its_end_counts() -> None:
    before = [{"role": "user", "content": f"{n} " + "x" * 30_000 * (n == 149)} for n in range(150)]
    assert chat(*before, BOATS).status_code == 200
    assert (len(turns()), turns()[0][1], len(turns()[-1][1])) == (100, "50 ", 20_000)


def test_filters_are_those_of_our_own_address() -> None:
    filters = {"as_of": "2024-06-01", "after": "2024-01-01", "before": "2024-12-31", "sources": ["The Courier"]}
    for asked in (chat(news_archive=filters), respond("boats?", news_archive=filters)):
        assert asked.status_code == 200
        assert (str(ENGINE.asked.as_of), ENGINE.asked.sources) == ("2024-06-01", ("The Courier",))


def test_a_models_name_may_be_written_as_a_fine_tuned_ones() -> None:
    asked = {"model": "ft:gpt-4o:news-archive", "messages": [BOATS]}
    assert CLIENT.post(CHAT, json=asked).json()["model"] == MODEL


def test_what_steers_a_language_model_is_taken_and_has_no_effect() -> None:
    plain = chat().json()["choices"]
    steered = chat(
        temperature=0, top_p=0.1, max_tokens=1, seed=1, stop=["boats"], user="u", n=1, tools=[{"type": "function"}],
        tool_choice="auto", response_format={"type": "text"}, store=True, metadata={"a": "b"}, unheard_of=7,
    )  # fmt: skip
    assert steered.json()["choices"] == plain


@pytest.mark.parametrize(
    ("member", "value"),
    [
        ("n", 2), ("tool_choice", "required"), ("tool_choice", {"type": "function"}), ("function_call", {"name": "f"}),
        ("response_format", {"type": "json_schema"}), ("modalities", ["text", "audio"]), ("logprobs", True),
    ],
)  # fmt: skip
def test_what_a_chat_would_wait_for_in_vain_is_refused(member: str, value: object) -> None:
    response = chat(**{member: value})
    assert response.status_code == 400
    error = response.json()["error"]
    assert (error["param"], error["code"], error["type"]) == (member, "unsupported_parameter", "invalid_request_error")


@pytest.mark.parametrize(
    ("member", "value", "param"),
    [
        ("previous_response_id", "resp_1", None), ("conversation", "conv_1", None), ("prompt", {"id": "p"}, None),
        ("background", True, None), ("tool_choice", "required", None),
        ("text", {"format": {"type": "json_schema"}}, "text.format"),
        ("text", {"format": "json"}, "text.format"),
    ],
)  # fmt: skip
def test_what_a_response_would_need_kept_or_formed_is_refused(member: str, value: object, param: str | None) -> None:
    response = respond("boats?", **{member: value})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param or member


@pytest.mark.parametrize(
    ("messages", "param"),
    [
        ([{"role": "user", "content": ""}], "messages[0].content"),
        ([BOATS, {"role": "user", "content": " \n"}], "messages[1].content"),
        ([{"role": "user", "content": "x" * 2001}], "messages[0].content"),
        ([{"role": "robot", "content": "x"}], "messages[0].role"),
        ([{"content": "x"}], "messages[0].role"),
        ([{"role": ["user"], "content": "x"}], "messages[0].role"),
        ([{"role": "user", "content": 7}], "messages[0].content"),
        ([{"role": "user", "content": [{"type": "text", "text": "?"}, IMAGE]}], "messages[0].content[1]"),
        ([{"role": "user", "content": ["x"]}], "messages[0].content[0]"),
        ([{"role": "user", "content": [{"type": "text", "text": None}]}], "messages[0].content[0]"),
        ([{"role": "system", "content": "x"}], "messages"),
        ([BOATS, {"role": "assistant", "content": "14"}], "messages"),
        ([{"type": 7, "role": "user", "content": "x"}], "messages[0].type"),
        ([7], "messages[0]"),
        ([], "messages"),
        ("boats?", "messages"),
        (None, "messages"),
    ],
)
def test_a_conversation_that_cannot_be_read_is_told_where(messages: object, param: str) -> None:
    response = CLIENT.post(CHAT, json={"model": MODEL, "messages": messages})
    assert response.status_code == 400
    assert response.json()["error"]["param"] == param
    assert response.json()["error"]["message"]


@pytest.mark.parametrize(
    ("given", "param"),
    [
        ("", "input"), ("x" * 2001, "input"), (None, "input"), (7, "input"), ([], "input"), (["x"], "input"),
        ([{"type": "item_reference", "id": "msg_1"}], "input[0]"),
        ([{"role": "user", "content": [{"type": "input_image", "image_url": "x"}]}], "input[0].content[0]"),
    ],
)  # fmt: skip
def test_an_input_that_cannot_be_read_is_told_where(given: object, param: str) -> None:
    response = respond(given)
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)


@pytest.mark.parametrize(
    ("filters", "param"),
    [
        ({"asof": "2024-01-01"}, "news_archive.asof"), ({"as_of": "yesterday"}, "news_archive"),
        ({"as_of": 7}, "news_archive.as_of"), ({"sources": "a"}, "news_archive.sources"), (7, "news_archive"),
        ({"sources": ["a", 1]}, "news_archive.sources[1]"),
    ],
)  # fmt: skip
def test_a_filter_that_cannot_be_used_is_never_dropped(filters: object, param: str) -> None:
    response = chat(news_archive=filters)
    assert (response.status_code, response.json()["error"]["param"]) == (400, param)


@pytest.mark.parametrize("member", ["stream", "n", "model"])
def test_a_member_of_another_type_is_told(member: str) -> None:
    response = chat(**{member: {"a": 1}})
    assert (response.status_code, response.json()["error"]["param"]) == (400, member)


@pytest.mark.parametrize(
    ("method", "path", "content", "status", "code"),
    [
        ("GET", CHAT, b"", 405, "method_not_allowed"),
        ("POST", CHAT, b"{", 400, "malformed_body"),
        ("POST", RESPONSES, b"\xff", 400, "malformed_body"),
        ("POST", RESPONSES, b'"' + b"x" * 300_000 + b'"', 413, "body_too_large"),
        ("GET", "/v1/responses/resp_1", b"", 404, "no_such_address"),
        ("POST", "/v1/completions", b"{}", 404, "no_such_address"),
        ("GET", "/v1/models/gpt-5", b"", 404, "model_not_found"),
    ],
)
def test_errors_of_http_itself_have_the_same_shape(
    method: str, path: str, content: bytes, status: int, code: str
) -> None:
    response = CLIENT.request(method, path, content=content, headers={"Content-Type": "application/json"})
    assert (response.status_code, response.json()["error"]["code"]) == (status, code)
    assert set(response.json()["error"]) == {"message", "type", "param", "code"}


@pytest.mark.parametrize("host", ["[", "a b", "x/../y", "evil.example:99999", ""])
def test_no_host_header_breaks_a_link(host: str) -> None:
    asked = {"model": MODEL, "messages": [{"role": "user", "content": "What did the mayor say?"}]}
    assert CLIENT.post(CHAT, json=asked, headers={"Host": host}).status_code < 500


@pytest.mark.parametrize("stream", [False, True])
def test_answers_are_counted_and_kept_as_everywhere(stream: bool) -> None:
    engine = FakeEngine(settings=Settings(keep_questions=True))
    with TestClient(create_app(engine)) as client:  # type: ignore[arg-type]
        asked = {"model": MODEL, "messages": [BOATS], "input": "boats?", "stream": stream}
        client.post(CHAT, json=asked)
        client.post(RESPONSES, json=asked)
        metrics = client.get("/metrics").text
    assert 'qa_answers_total{outcome="answered"} 2' in metrics
    assert [kept.question for kept in engine.archive.kept] == [BOATS["content"], "boats?"]


def test_metadata_comes_back() -> None:
    assert respond("boats?", metadata={"user": "7"}).json()["metadata"] == {"user": "7"}
