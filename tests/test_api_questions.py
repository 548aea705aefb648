"""POST /v1/query and /v1/feedback: the answer whole and streamed, and what is refused before the engine."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from tests.fakes_api import FakeEngine


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(create_app(engine), raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        yield client


def events(text: str) -> list[tuple[str, dict]]:
    blocks = [block.split("\n") for block in text.split("\n\n") if block]
    return [(kind.removeprefix("event: "), json.loads(data.removeprefix("data: "))) for kind, data in blocks]


BOATS = {"question": "How many boats were lost?"}


def test_a_question_gets_the_contracts_object(client: TestClient) -> None:
    answer = client.post("/v1/query", json=BOATS).json()
    assert answer["answered"]
    assert answer["statements"][0]["citations"] == [1]
    assert answer["citations"][0]["permalink"] == "/articles/storm#p2"
    assert list(answer)[:5] == ["id", "question", "answered", "text", "statements"]


@pytest.mark.parametrize(
    ("body", "headers"),
    [({**BOATS, "stream": True}, {}), (BOATS, {"Accept": "text/event-stream"})],
    ids=["by the body's flag", "by the Accept header"],
)
def test_a_streamed_answer_ends_with_the_same_object_as_the_plain_one(
    client: TestClient, body: dict, headers: dict
) -> None:
    plain = client.post("/v1/query", json=BOATS).json()
    response = client.post("/v1/query", json=body, headers=headers)
    told = events(response.text)
    assert response.headers["content-type"].startswith("text/event-stream")
    assert [kind for kind, _ in told] == ["status", "passages", "statement", "statement", "answer"]
    assert told[-1][1] == plain
    assert [data["statement"] for kind, data in told if kind == "statement"] == plain["statements"]


def test_an_error_while_streaming_is_an_event_with_a_problem(client: TestClient) -> None:
    told = events(client.post("/v1/query", json={"question": "busy?", "stream": True}).text)
    kind, problem = told[-1]
    assert (kind, problem["status"], problem["hint"]) == ("error", 503, "try again in a moment")


def test_an_error_of_the_engine_is_a_problem(client: TestClient) -> None:
    response = client.post("/v1/query", json={"question": "busy?"})
    assert response.status_code == 503
    assert response.headers["content-type"] == "application/problem+json"
    assert response.json()["type"] == "/docs#archive-busy"


def test_a_refusal_is_no_error(client: TestClient) -> None:
    response = client.post("/v1/query", json={"question": "Who won the cup?"})
    assert response.status_code == 200
    assert response.json()["refusal"]["reason"] == "not_in_archive"
    assert response.json()["citations"] == []


@pytest.mark.parametrize(
    ("body", "status", "word"),
    [
        ({"question": ""}, 422, "empty"),
        ({"question": " \n\0 "}, 422, "empty"),
        ({"question": "x" * 2001}, 422, "2,001"),
        ({"question": "?", "as_of": "yesterday"}, 422, "as_of"),
        ({"question": "?", "after": "2024-02-30"}, 422, "after"),
        ({"question": "?", "after": "2024-02-02", "before": "2024-01-01"}, 422, "later"),
        ({"question": 7}, 422, "question"),
        ({}, 422, "question"),
        ([], 422, "dictionary"),
        ({"question": "?", "asof": "2024-01-01"}, 422, "asof"),
        ({"question": "?", "history": [{"role": "system", "content": "x"}]}, 422, "history.0.role"),
        ({"question": "?", "sources": ["a\0b"]}, 422, "NUL"),
    ],
)
def test_what_cannot_be_asked_is_told_where_and_why(client: TestClient, body: object, status: int, word: str) -> None:
    response = client.post("/v1/query", json=body)
    assert response.status_code == status
    assert word in response.json()["detail"]
    assert response.json()["hint"]


@pytest.mark.parametrize(
    "body",
    [b"{", b"\xff\xfe", b'{"question": "\xc3"}', b"[" * 100_000, b"", b"1" * 5_000, b'{"question": NaN'],
)
def test_a_body_that_is_no_json_is_a_problem(client: TestClient, body: bytes) -> None:
    response = client.post("/v1/query", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code in (400, 422)
    assert response.headers["content-type"] == "application/problem+json"


@pytest.mark.parametrize("escape", ['"\\ud800"', '"boats \\udfff?"'])
def test_half_a_character_is_told_and_not_passed_on(client: TestClient, escape: str) -> None:
    body = f'{{"question": {escape}}}'
    response = client.post("/v1/query", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422


def test_an_unknown_member_with_half_a_character_in_its_name_is_told(client: TestClient) -> None:
    body = '{"question": "?", "\\ud800": NaN}'
    response = client.post("/v1/query", content=body, headers={"Content-Type": "application/json"})
    assert response.status_code == 422


def test_a_question_of_2000_emoji_is_taken(client: TestClient) -> None:
    assert client.post("/v1/query", json={"question": "🌊" * 2000}).status_code == 200


@pytest.mark.parametrize("sent", ["text/plain", "application/x-www-form-urlencoded", ""])
def test_a_body_of_another_type_gets_415_with_a_hint(client: TestClient, sent: str) -> None:
    response = client.post("/v1/query", content=b'{"question": "?"}', headers={"Content-Type": sent})
    assert response.status_code == 415
    assert "application/json" in response.json()["hint"]


def test_feedback_is_stored(client: TestClient, engine: FakeEngine) -> None:
    given = {"answer_id": "ans_1", "rating": "down", "comment": "No."}
    assert client.post("/v1/feedback", json=given).status_code == 204
    assert engine.archive.feedback == [("ans_1", "down", "No.")]


def test_a_rating_is_up_or_down(client: TestClient) -> None:
    response = client.post("/v1/feedback", json={"answer_id": "ans_1", "rating": "meh"})
    assert response.status_code == 422
    assert "rating" in response.json()["detail"]


def test_answers_are_counted_by_their_outcome(client: TestClient) -> None:
    client.post("/v1/query", json=BOATS)
    client.post("/v1/query", json={**BOATS, "stream": True})
    client.post("/v1/query", json={"question": "Who?"})
    text = client.get("/metrics").text
    assert 'qa_answers_total{outcome="answered"} 2' in text
    assert 'qa_answers_total{outcome="not_in_archive"} 1' in text
    assert "qa_answer_seconds_count 3" in text
    assert 'qa_http_requests_total{method="POST",route="/v1/query",status="200"} 3' in text
