"""Keys and tokens: where keys are given out nobody gets an answer without, and a token opens little, for minutes."""

from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError
from starlette.testclient import TestClient

from api import keys
from api.app import create_app
from qa.settings import Settings
from tests.fakes_api import TOKEN, FakeEngine

KEY, OTHER = "k" * 20, "the second key, spelt ö"
PAPER = "https://paper.example"
BOATS = {"question": "How many boats were lost?"}


def client_of(**options: Any) -> TestClient:
    settings = Settings(**{"api_keys": (KEY, OTHER), "cors_origins": (PAPER,), "admin_token": TOKEN, **options})
    return TestClient(create_app(FakeEngine(settings=settings)), raise_server_exceptions=False)  # type: ignore[arg-type]


CLIENT = client_of()


def bearing(key: str) -> dict[str, bytes]:
    return {"Authorization": f"Bearer {key}".encode()}


def passing(origin: str = PAPER, client: TestClient = CLIENT) -> dict[str, str]:
    given = client.post("/v1/token", headers={"Origin": origin}).json()
    return {"Origin": origin, keys.HEADER: given["token"]}


def test_every_address_for_programs_wants_a_key() -> None:
    document = CLIENT.get("/openapi.json").json()
    open_to_all = {"/healthz", "/readyz", "/metrics", "/v1/token"}
    for path, methods in document["paths"].items():
        for method in methods:
            response = CLIENT.request(method, path.replace("{", "").replace("}", ""))
            assert (response.status_code == 401) == (path not in open_to_all), (method, path)
            if response.status_code == 401:
                assert response.headers["www-authenticate"] == "Bearer"
                assert "Authorization: Bearer KEY" in response.text


def test_pages_for_people_stay_open() -> None:
    for path in ("/", "/articles/storm", "/widget.js", "/docs"):
        assert CLIENT.get(path).status_code == 200


@pytest.mark.parametrize("key", [KEY, OTHER, TOKEN])
def test_each_key_opens_and_so_does_the_administrators_token(key: str) -> None:
    assert CLIENT.post("/v1/query", json=BOATS, headers=bearing(key)).status_code == 200


@pytest.mark.parametrize("key", ["", "k" * 19, "k" * 21, KEY.upper(), "\udcff", f"{KEY}, {KEY}"])
def test_another_key_does_not(key: str) -> None:
    headers = {"Authorization": b"Bearer " + key.encode("utf-8", "surrogateescape")}
    assert CLIENT.post("/v1/query", json=BOATS, headers=headers).status_code == 401


def test_a_key_does_not_make_an_administrator() -> None:
    client = client_of()
    assert client.delete("/v1/articles/storm", headers=bearing(KEY)).status_code == 401
    assert client.delete("/v1/articles/storm", headers=bearing(TOKEN)).status_code == 204


def test_openais_clients_are_told_in_their_shape() -> None:
    response = CLIENT.get("/v1/models")
    assert (response.status_code, response.json()["error"]["code"]) == (401, "unauthorized")
    assert CLIENT.get("/v1/models", headers=bearing(KEY)).status_code == 200


def test_a_page_of_an_allowed_origin_is_given_a_token_that_opens_what_the_widget_asks_for() -> None:
    headers = passing()
    assert CLIENT.post("/v1/query", json=BOATS, headers=headers).json()["answered"]
    assert CLIENT.get("/v1/sources", headers=headers).status_code == 200
    assert CLIENT.get("/v1/articles/bridge-none", headers=headers).status_code == 404
    rating = {"answer_id": "ans_1", "rating": "up"}
    assert CLIENT.post("/v1/feedback", json=rating, headers=headers).status_code == 204


@pytest.mark.parametrize(
    ("method", "path"),
    [("GET", "/v1/articles"), ("DELETE", "/v1/articles/storm"), ("POST", "/v1/articles"), ("POST", "/mcp"),
     ("POST", "/v1/chat/completions"), ("GET", "/v1/citations/x"), ("POST", "/v1/articles/storm/retract")],
)  # fmt: skip
def test_a_token_opens_nothing_else(method: str, path: str) -> None:
    response = CLIENT.request(method, path, headers=passing())
    assert response.status_code == 403
    assert "programs send a key" in response.text


def test_a_token_is_good_for_its_origin_alone() -> None:
    client = client_of(cors_origins=(PAPER, "https://other.example"))
    headers = passing(client=client)
    assert client.get("/v1/sources", headers=headers | {"Origin": "https://other.example"}).status_code == 401
    assert client.get("/v1/sources", headers={keys.HEADER: headers[keys.HEADER]}).status_code == 200


def test_a_token_runs_out() -> None:
    held = keys.Keys(Settings(api_keys=(KEY,)))  # type: ignore[arg-type]
    token = held.token(PAPER, 1000.9)
    assert held.holds(token, PAPER, 1000 + keys.LIFE - 0.1)
    assert not held.holds(token, PAPER, 1000 + keys.LIFE)


def test_other_keys_end_all_tokens_and_the_same_keys_know_them_in_another_process() -> None:
    headers = passing()
    assert client_of().get("/v1/sources", headers=headers).status_code == 200
    assert client_of(api_keys=(KEY,)).get("/v1/sources", headers=headers).status_code == 401


@pytest.mark.parametrize(
    "change",
    [lambda token: token[:-1], lambda token: "9" + token, lambda token: token.replace("paper", "other"),
     lambda _: "", lambda _: "x y z", lambda _: f"{10**30} {PAPER} 0", lambda _: "9999999999", lambda _: "²2 a b",
     lambda token: token.upper(), lambda token: token.replace(" ", "  ")],
)  # fmt: skip
def test_a_token_that_was_changed_is_none(change: Any) -> None:
    headers = passing()
    changed = change(headers[keys.HEADER]).encode()
    response = CLIENT.get("/v1/sources", headers={keys.HEADER: changed})
    assert response.status_code == 401
    assert "POST /v1/token" in response.json()["hint"]


@pytest.mark.parametrize("origin", ["https://evil.example", "null", "https://paper.example.evil.example", "é", None])
def test_no_other_page_and_no_program_is_given_a_token(origin: str | None) -> None:
    headers = {} if origin is None else {"Origin": origin.encode()}
    response = CLIENT.post("/v1/token", headers=headers)
    assert response.status_code == 403
    assert response.json()["hint"]
    assert response.headers["content-type"] == "application/problem+json"


def test_a_token_is_not_stored_on_its_way_and_says_how_long_it_holds() -> None:
    response = CLIENT.post("/v1/token", headers={"Origin": PAPER})
    assert response.headers["cache-control"] == "no-store"
    assert response.json()["expires_in"] == keys.LIFE


def test_a_page_of_an_allowed_origin_may_send_a_token_and_read_that_it_needs_one() -> None:
    asked = {"Origin": PAPER, "Access-Control-Request-Method": "GET", "Access-Control-Request-Headers": keys.HEADER}
    assert CLIENT.options("/v1/sources", headers=asked).status_code == 200
    response = CLIENT.get("/v1/sources", headers={"Origin": PAPER})
    assert (response.status_code, response.headers["access-control-allow-origin"]) == (401, PAPER)


def test_without_keys_everything_is_open_and_there_are_no_tokens() -> None:
    client = client_of(api_keys=())
    assert client.get("/v1/sources").status_code == 200
    assert client.get("/v1/sources", headers={keys.HEADER: "left over"}).status_code == 200
    assert client.post("/v1/token", headers={"Origin": PAPER}).status_code == 404


def test_a_key_that_could_be_guessed_is_refused_at_the_start() -> None:
    with pytest.raises(ValidationError, match="at least 20"):
        Settings(api_keys=("secret",))  # type: ignore[arg-type]


def test_a_key_is_not_printed_with_the_settings() -> None:
    assert KEY not in repr(Settings(api_keys=(KEY,)))  # type: ignore[arg-type]
