"""`qa serve` as a process of its own: it says when it answers, and stops in good order."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from starlette.testclient import TestClient

from api.app import create_app
from qa import engine as engines
from qa.settings import Settings

pytestmark = [pytest.mark.server, pytest.mark.slow]

SERVE = "from api.server import serve; from qa.settings import Settings; serve(Settings(), port=0)"
RECORD = {"id": "storm", "title": "Storm", "paragraphs": ["The storm destroyed 14 boats in Port Ellery on Friday."]}
ROOT = Path(__file__).parent.parent


@contextmanager
def service(home: Path) -> Iterator[tuple[subprocess.Popen[str], str]]:
    """The process, and the address that it printed."""
    environment = {**os.environ, "QA_HOME": str(home), "QA_ADMIN_TOKEN": "let-me-in"}
    process = subprocess.Popen(
        [sys.executable, "-c", SERVE],
        cwd=ROOT,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    try:
        assert process.stdout
        yield process, process.stdout.readline().split()[2]
    finally:
        process.kill()
        process.communicate()


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_answers_once_it_says_so_and_stops_when_told(tmp_path: Path, how: signal.Signals) -> None:
    with service(tmp_path) as (process, url):
        assert httpx.get(f"{url}/readyz").status_code == 200
        added = httpx.post(f"{url}/v1/articles", json=RECORD, headers={"Authorization": "Bearer let-me-in"})
        answer = httpx.post(f"{url}/v1/query", json={"question": "How many boats did the storm destroy?"}).json()
        process.send_signal(how)
        _, said = process.communicate(timeout=20)
    assert added.json()["added"] == 1
    assert answer["citations"][0]["permalink"] == "/articles/storm#p1"
    assert (process.returncode, said) == (0, "stopped\n")


def test_a_plain_and_a_streamed_answer_of_the_real_engine_are_the_same(tmp_path: Path) -> None:
    with service(tmp_path) as (_, url):
        httpx.post(f"{url}/v1/articles", json=RECORD, headers={"Authorization": "Bearer let-me-in"})
        asked = {"question": "How many boats did the storm destroy?"}
        plain = httpx.post(f"{url}/v1/query", json=asked).json()
        streamed = httpx.post(f"{url}/v1/query", json={**asked, "stream": True}).text
    assert streamed.count("event: statement") == len(plain["statements"]) == 1
    assert plain["statements"][0]["text"] in streamed.rpartition("event: answer")[2]


WORDS = st.text(max_size=20)
DAYS = WORDS | st.sampled_from(["2024-01-01", "0001-01-01", "9999-12-31T23:59:59-14:00", "2024-05-31T10:00:00+02:00"])
RECORDS = st.fixed_dictionaries(
    {"title": st.text(min_size=1, max_size=20)},
    optional={
        "id": WORDS,
        "url": WORDS | st.sampled_from(["javascript:alert(1)", "http://["]),
        "source": WORDS,
        "authors": st.lists(WORDS, max_size=2),
        "published_at": DAYS,
        "updated_at": DAYS,
        "language": WORDS,
        "genre": WORDS,
    },
).flatmap(
    lambda record: st.one_of(
        st.lists(WORDS, max_size=3).map(lambda texts: {**record, "paragraphs": texts}),
        WORDS.map(lambda text: {**record, "text": text}),
        WORDS.map(lambda text: {**record, "html": f"<p>{text}</p><p>The storm destroyed 14 boats on Friday.</p>"}),
    )
)


@pytest.fixture(scope="module")
def client(tmp_path_factory: pytest.TempPathFactory) -> Iterator[TestClient]:
    """The service over the real engine, in this process."""
    options = Settings(home=tmp_path_factory.mktemp("home"), admin_token="let-me-in")
    engine = engines.build(options, create=True)
    yield TestClient(create_app(engine))
    engine.close()


@settings(max_examples=100, deadline=None, suppress_health_check=list(HealthCheck))
@given(RECORDS)
def test_every_record_is_read_or_refused_and_what_is_in_can_be_looked_at(client: TestClient, record: dict) -> None:
    headers = {"Authorization": "Bearer let-me-in"}
    response = client.post("/v1/articles", json=record, headers=headers)
    assert response.status_code in (200, 422)
    for entry in response.json().get("articles", []):
        article = client.get(f"/v1/articles/{entry['article_id']}").json()
        assert all(article["text"][p["start"] : p["end"]] == p["text"] for p in article["paragraphs"])
        assert client.get(f"/articles/{entry['article_id']}").status_code == 200
