"""What holds at every address: errors as problems, limits, headers, readiness; and no input gets a 500."""

from __future__ import annotations

import json
import socket
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app
from api.openai.errors import covers
from api.server import serve
from qa.errors import ServiceError
from qa.settings import Settings
from tests.fakes_api import STORM, TOKEN, FakeEngine

ADMIN = {"Authorization": f"Bearer {TOKEN}"}
PROBLEM = "application/problem+json"


def client_of(**options: Any) -> TestClient:
    engine = FakeEngine(settings=Settings(admin_token=TOKEN, **options))
    return TestClient(create_app(engine), raise_server_exceptions=False)  # type: ignore[arg-type]


CLIENT = client_of()
ROUTES = [
    ("POST", "/v1/query"), ("POST", "/v1/feedback"), ("GET", "/v1/articles"), ("POST", "/v1/articles"),
    ("GET", "/v1/articles/storm"), ("DELETE", "/v1/articles/none"), ("POST", "/v1/articles/storm/retract"),
    ("GET", "/v1/citations/x"), ("GET", "/articles/storm"), ("GET", "/"), ("GET", "/docs"), ("GET", "/widget.js"),
    ("POST", "/v1/chat/completions"), ("POST", "/v1/responses"), ("GET", "/v1/models"), ("POST", "/v1/models/x"),
    ("GET", "/assets/x"), ("GET", "/metrics"), ("GET", "/openapi.json"), ("PATCH", "/v1/query"), ("POST", "/nowhere"),
]  # fmt: skip
MODEL = st.just("news-archive")
SPOKEN = st.sampled_from(["role", "content", "type", "text", "refusal"])
WORDS = st.sampled_from(["user", "assistant", "system", "message", "text", "input_text", "refusal", "boats?"])
JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=30),
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(st.characters(), max_size=8), inner, max_size=4)
    ),
    max_leaves=12,
)
KNOWN = {
    "question": JSON, "as_of": JSON, "after": JSON, "before": JSON, "sources": JSON, "history": JSON, "stream": JSON,
    "answer_id": JSON, "rating": JSON, "comment": JSON, "reason": JSON, "id": JSON, "title": JSON, "text": JSON,
    "html": JSON, "paragraphs": JSON, "authors": JSON, "published_at": JSON, "url": JSON,
}  # fmt: skip
TALK = st.recursive(WORDS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(SPOKEN, inner, max_size=3))
ASKED = {
    "messages": TALK | JSON, "input": TALK | JSON, "news_archive": JSON | st.fixed_dictionaries({}, optional=KNOWN),
    "tool_choice": JSON, "response_format": JSON, "text": JSON, "n": JSON, "metadata": JSON, "stream_options": JSON,
    "modalities": JSON, "stream": st.booleans() | JSON,
}  # fmt: skip
FIELDS = st.fixed_dictionaries({}, optional=KNOWN)
BODIES = JSON | FIELDS | st.lists(FIELDS, max_size=3) | st.fixed_dictionaries({"model": MODEL | JSON}, optional=ASKED)
TYPES = st.sampled_from(["application/json", "application/x-ndjson", "text/plain", "", "Application/JSON; charset=x"])
OFTEN = settings(max_examples=150, deadline=None, suppress_health_check=[HealthCheck.too_slow])


def whole(response: Any) -> bool:
    """Whether the response is what the contract promises for any input."""
    if response.status_code < 400:
        return True
    body = response.json()
    if covers(response.request.url.path):
        return response.status_code != 500 and set(body["error"]) == {"message", "type", "param", "code"}
    told = response.headers["content-type"] == PROBLEM and {"type", "title", "status", "detail"} <= set(body)
    return told and body["status"] == response.status_code != 500


@OFTEN
@given(st.sampled_from(ROUTES), BODIES, TYPES, st.booleans())
def test_no_json_gets_a_500(route: tuple[str, str], body: object, sent: str, escaped: bool) -> None:
    content = json.dumps(body, ensure_ascii=escaped).encode("utf-8", "surrogatepass")
    assert whole(CLIENT.request(*route, content=content, headers={**ADMIN, "Content-Type": sent}))


@OFTEN
@given(st.sampled_from(ROUTES), st.binary(max_size=200), TYPES)
def test_no_bytes_get_a_500(route: tuple[str, str], content: bytes, sent: str) -> None:
    assert whole(CLIENT.request(*route, content=content, headers={**ADMIN, "Content-Type": sent}))


TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
NAMES = st.sampled_from(["text", "source", "after", "before", "status", "cursor", "limit", "version", "mark"]) | TEXT


@OFTEN
@given(st.sampled_from(["/v1/articles", "/v1/articles/storm", "/articles/storm"]), st.dictionaries(NAMES, TEXT))
def test_no_parameter_gets_a_500(path: str, params: dict[str, str]) -> None:
    assert whole(CLIENT.get(path, params=params))


PERCENTS = st.binary(max_size=12).map(lambda raw: "".join(f"%{byte:02x}" for byte in raw))


@OFTEN
@given(st.sampled_from(["/v1/articles/", "/v1/citations/", "/articles/", "/assets/", "/"]), PERCENTS)
def test_no_path_gets_a_500(prefix: str, rest: str) -> None:
    assert whole(CLIENT.get(prefix + rest))


def test_an_error_that_nobody_foresaw_tells_nothing_of_the_program() -> None:
    app = create_app(FakeEngine())  # type: ignore[arg-type]
    app.state.engine.archive.counts = lambda: 1 // 0
    response = TestClient(app, raise_server_exceptions=False).get("/")
    assert response.status_code == 500
    assert response.headers["content-type"] == PROBLEM
    assert "division" not in response.text
    assert response.headers["x-content-type-options"] == "nosniff"


@pytest.mark.parametrize(("path", "factor"), [("/v1/query", 1), ("/v1/articles", 20), ("/v1/feedback", 1)])
@pytest.mark.parametrize("announced", [True, False])
def test_a_body_over_the_limit_gets_413(path: str, factor: int, announced: bool) -> None:
    client = client_of(max_body_bytes=1024)
    body = b'"' + b"x" * (1024 * factor) + b'"'
    content = body if announced else iter([body[:1000], body[1000:]])
    response = client.post(path, content=content, headers={**ADMIN, "Content-Type": "application/json"})
    assert response.status_code == 413
    assert response.headers["content-type"] == PROBLEM
    assert f"{1024 * factor:,}" in response.json()["detail"]


def test_articles_may_be_twenty_times_as_large() -> None:
    client = client_of(max_body_bytes=1024)
    record = {"title": "Long", "text": "word " * 3000}
    assert client.post("/v1/articles", json=record, headers=ADMIN).status_code == 200


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/no", 404), ("PUT", "/v1/query", 405), ("GET", "/v1/", 404)]
)
def test_an_address_that_does_not_exist_is_a_problem(method: str, path: str, status: int) -> None:
    response = CLIENT.request(method, path)
    assert (response.status_code, response.headers["content-type"]) == (status, PROBLEM)


def test_it_is_ready_only_when_the_models_have_run() -> None:
    engine = FakeEngine()
    client = TestClient(create_app(engine))  # type: ignore[arg-type]
    assert client.get("/healthz").status_code == 200
    assert client.get("/readyz").status_code == 503
    with client:
        assert engine.warmed
        assert client.get("/readyz").status_code == 200
    assert client.get("/readyz").status_code == 503


@pytest.mark.parametrize("path", ["/", "/docs", "/articles/storm"])
def test_a_page_loads_nothing_from_elsewhere_and_runs_no_inline_script(path: str) -> None:
    response = CLIENT.get(path)
    policy = response.headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert "script-src 'self'" in policy
    assert "unsafe" not in policy
    assert 'src="http' not in response.text
    assert "<style" not in response.text
    assert " style=" not in response.text


@pytest.mark.parametrize("path", ["/", "/v1/articles", "/no", "/widget.js"])
def test_every_response_carries_the_security_headers(path: str) -> None:
    headers = CLIENT.get(path).headers
    assert headers["x-content-type-options"] == "nosniff"
    assert headers["x-frame-options"] == "DENY"
    assert headers["referrer-policy"]


def test_only_configured_origins_may_call_from_a_browser() -> None:
    client = client_of(cors_origins=("https://paper.example",))
    for origin, allowed in (("https://paper.example", "https://paper.example"), ("https://evil.example", None)):
        headers = {"Origin": origin, "Access-Control-Request-Method": "POST"}
        response = client.options("/v1/query", headers=headers)
        assert response.headers.get("access-control-allow-origin") == allowed
    assert "access-control-allow-origin" not in CLIENT.get("/healthz", headers={"Origin": "https://x.example"}).headers


def test_the_description_names_every_route_with_words_and_errors() -> None:
    document = CLIENT.get("/openapi.json").json()
    operations = [about for methods in document["paths"].values() for about in methods.values()]
    assert {"/v1/query", "/v1/articles/{article_id}/retract", "/healthz"} <= set(document["paths"])
    assert all(about["summary"] for about in operations)
    assert "HTTPValidationError" not in json.dumps(document)
    assert document["components"]["schemas"]["Problem"]


def test_every_route_stands_in_the_documentation_with_an_example() -> None:
    written = (Path(__file__).parent.parent / "docs" / "http-api.md").read_text(encoding="utf-8")
    for path in CLIENT.get("/openapi.json").json()["paths"]:
        assert path in written
        assert f"localhost:8000{path.partition('{')[0]}" in written


def test_hostile_text_stays_text_on_the_article_page() -> None:
    page = CLIENT.get("/articles/hostile").text
    assert "<script>window" not in page
    assert "&lt;script&gt;window" in page
    assert "<img" not in page
    assert 'href="javascript:' not in page


def test_the_article_page_marks_the_quoted_words() -> None:
    quote = "The storm destroyed 14 boats"
    start = STORM.text.index(quote)
    page = CLIENT.get("/articles/storm", params={"mark": f"{start}-{start + len(quote)}"}).text
    assert f"<mark>{quote}</mark>" in page
    assert 'id="p2"' in page


@pytest.mark.parametrize("mark", ["", "x", "9-3", "0-99999", "999999999-999999999", "-1-4"])
def test_a_mark_without_sense_is_passed_over(mark: str) -> None:
    response = CLIENT.get("/articles/storm", params={"mark": mark})
    assert response.status_code == 200
    assert "<mark>" not in response.text


def test_the_link_to_the_publisher_leads_to_the_web_only() -> None:
    assert 'href="https://courier.example' in CLIENT.get("/articles/storm").text
    assert "at the publisher" not in CLIENT.get("/articles/hostile").text


def test_files_are_sent_again_only_when_they_changed() -> None:
    first = CLIENT.get("/widget.js")
    assert first.headers["content-type"].startswith("text/javascript")
    again = CLIENT.get("/widget.js", headers={"If-None-Match": first.headers["etag"]})
    assert again.status_code == 304


def test_a_port_that_is_taken_is_said_at_once() -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken, pytest.raises(ServiceError) as told:
        serve(Settings(), "127.0.0.1", taken.getsockname()[1])
    assert "--port" in str(told.value.hint)


@pytest.mark.parametrize(("host", "port"), [("no.such.host.invalid", 0), ("203.0.113.7", 0), ("127.0.0.1", 70_000)])
def test_an_address_that_is_not_ours_is_said(host: str, port: int) -> None:
    with pytest.raises(ServiceError):
        serve(Settings(), host, port)
