"""Articles and citations over HTTP: read by anybody, changed by administrators only."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from starlette.testclient import TestClient

from api.app import create_app
from qa.settings import Settings
from tests.fakes_api import STORM, TOKEN, FakeEngine

ADMIN = {"Authorization": f"Bearer {TOKEN}"}
RECORD = {"id": "new", "title": "A new one", "paragraphs": ["It is new."]}


@pytest.fixture
def engine() -> FakeEngine:
    return FakeEngine()


@pytest.fixture
def client(engine: FakeEngine) -> Iterator[TestClient]:
    with TestClient(create_app(engine), raise_server_exceptions=False) as client:  # type: ignore[arg-type]
        yield client


def test_articles_come_in_pages(client: TestClient) -> None:
    seen, cursor = [], None
    while True:
        params = {"limit": 2} | ({"cursor": cursor} if cursor else {})
        page = client.get("/v1/articles", params=params).json()
        seen += [entry["article_id"] for entry in page["articles"]]
        if not (cursor := page["next_cursor"]):
            break
    assert seen == ["storm", "hostile", "long"]


def test_articles_are_searched_by_text(client: TestClient) -> None:
    found = client.get("/v1/articles", params={"text": "boats"}).json()["articles"]
    assert [entry["permalink"] for entry in found] == ["/articles/storm"]


@pytest.mark.parametrize(
    "params",
    [{"after": "soon"}, {"before": "2024-13-01"}, {"limit": 0}, {"limit": "x"}, {"status": "odd"}, {"cursor": "é"}],
)
def test_a_filter_that_is_none_is_told(client: TestClient, params: dict) -> None:
    response = client.get("/v1/articles", params=params)
    assert response.status_code == 422
    assert response.headers["content-type"] == "application/problem+json"


def test_every_paragraph_is_the_slice_of_the_text_that_it_names(client: TestClient) -> None:
    article = client.get("/v1/articles/storm").json()
    assert article["text"] == STORM.text
    assert all(article["text"][p["start"] : p["end"]] == p["text"] for p in article["paragraphs"])
    assert [p["number"] for p in article["paragraphs"]] == [1, None, 2, None, 3, 4]
    assert article["versions"][0]["version"] == article["version"]


@pytest.mark.parametrize("path", ["/v1/articles/none", "/v1/articles/storm?version=none", "/v1/citations/none"])
def test_what_is_not_there_is_404(client: TestClient, path: str) -> None:
    response = client.get(path)
    assert response.status_code == 404
    assert response.json()["type"].endswith("-not-found")


def test_a_citation_is_resolved_with_its_paragraph(client: TestClient) -> None:
    resolved = client.get("/v1/citations/cit-storm-2").json()
    assert resolved["status"] == "current"
    assert resolved["paragraph"]["number"] == 2


CHANGES = [
    ("POST", "/v1/articles", RECORD),
    ("DELETE", "/v1/articles/storm", None),
    ("POST", "/v1/articles/storm/retract", {"reason": "wrong"}),
]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
@pytest.mark.parametrize("header", ["", "Bearer", "Bearer wrong", f"Basic {TOKEN}", f"Bearer {TOKEN}x", "Bearer é"])
def test_changes_need_the_administrators_token(
    client: TestClient, engine: FakeEngine, method: str, path: str, body: object, header: str
) -> None:
    response = client.request(method, path, json=body, headers={"Authorization": header.encode("latin-1")})
    assert response.status_code == 401
    assert response.headers["www-authenticate"] == "Bearer"
    assert sorted(engine.archive.versions) == ["hostile", "long", "storm"]


@pytest.mark.parametrize(("method", "path", "body"), CHANGES)
def test_without_a_configured_token_nothing_can_be_changed(method: str, path: str, body: object) -> None:
    client = TestClient(create_app(FakeEngine(settings=Settings(admin_token=None))))  # type: ignore[arg-type]
    response = client.request(method, path, json=body, headers={"Authorization": "Bearer "})
    assert response.status_code == 403
    assert "QA_ADMIN_TOKEN" in response.json()["hint"]


def test_the_token_is_asked_for_before_the_body_is_read(client: TestClient) -> None:
    response = client.post("/v1/articles", content=b"{", headers={"Content-Type": "text/plain"})
    assert response.status_code == 401


def test_a_record_is_added(client: TestClient, engine: FakeEngine) -> None:
    report = client.post("/v1/articles", json=RECORD, headers=ADMIN).json()
    assert (report["added"], report["failed"]) == (1, 0)
    assert engine.archive.version("new").text == "It is new."


def test_in_a_list_a_bad_record_is_reported_and_the_others_go_in(client: TestClient) -> None:
    records = [RECORD, {"title": 7}, "no record", None, {**RECORD, "id": "other"}]
    report = client.post("/v1/articles", json=records, headers=ADMIN).json()
    assert (report["added"], report["failed"]) == (2, 3)
    assert [error["line"] for error in report["errors"]] == [2, 3, 4]


def test_in_json_lines_a_bad_line_is_reported_and_the_others_go_in(client: TestClient) -> None:
    lines = (
        b'{"id": "a", "title": "A", "text": "One."}\n\n{"id": \n\xff\n{"id": "b", "title": "\\ud800", "text": "x"}\n'
    )
    headers = {**ADMIN, "Content-Type": "application/x-ndjson"}
    report = client.post("/v1/articles", content=lines, headers=headers).json()
    assert (report["added"], report["failed"]) == (1, 3)
    assert [error["line"] for error in report["errors"]] == [3, 4, 5]


@pytest.mark.parametrize("body", [{"title": 7}, "text", 1, {}])
def test_a_single_record_that_cannot_be_read_is_an_error(client: TestClient, body: object) -> None:
    response = client.post("/v1/articles", json=body, headers=ADMIN)
    assert response.status_code == 422
    assert response.json()["type"] == "/docs#invalid-record"


def test_json_lines_declared_as_json_get_a_hint(client: TestClient) -> None:
    headers = {**ADMIN, "Content-Type": "application/json"}
    response = client.post("/v1/articles", content=b"{}\n{}\n", headers=headers)
    assert response.status_code == 400
    assert "application/x-ndjson" in response.json()["hint"]


def test_an_article_is_deleted_once(client: TestClient) -> None:
    assert client.delete("/v1/articles/storm", headers=ADMIN).status_code == 204
    assert client.delete("/v1/articles/storm", headers=ADMIN).status_code == 404


def test_a_retracted_article_stays_readable_and_says_so(client: TestClient) -> None:
    entry = client.post("/v1/articles/storm/retract", json={"reason": "wrong"}, headers=ADMIN).json()
    assert entry["status"] == "retracted"
    assert "This article was retracted." in client.get("/articles/storm").text


def test_a_busy_archive_is_503_with_a_hint(client: TestClient, engine: FakeEngine) -> None:
    engine.archive.busy = True
    response = client.post("/v1/articles", json=RECORD, headers=ADMIN)
    assert (response.status_code, response.json()["hint"]) == (503, "try again in a moment")
