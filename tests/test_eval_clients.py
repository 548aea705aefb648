"""``python -m eval.bench clients``: every question with one client and with several, and what bounds their ratio."""

import json
import signal
import subprocess
import sys
import threading
import time
from contextlib import contextmanager, nullcontext

import httpx
import pytest

from eval import clients
from eval.serving import Memory, Told, ask, client_of, serving
from qa.errors import ServiceError
from tests.fakes import small_archive

ANSWER_S = 0.02


class FakeServed:
    """A service that keeps one of the processors busy all the time."""

    url = "http://127.0.0.1:9"

    def __init__(self):
        self.began = time.perf_counter()

    def cpu_s(self):
        return time.perf_counter() - self.began

    def memory(self):
        return Memory(None, None)


@pytest.fixture
def under_way(monkeypatch):
    """How many questions the service was asked at once, at most, since each was asked."""
    seen, now, lock = [], [0], threading.Lock()

    @contextmanager
    def served(home):
        yield FakeServed()

    def answer(client, body):
        with lock:
            now[0] += 1
            seen.append(now[0])
        time.sleep(ANSWER_S)
        with lock:
            now[0] -= 1
        return Told(1000 * ANSWER_S, True, {})

    monkeypatch.setattr(clients, "serving", served)
    monkeypatch.setattr(clients, "client_of", lambda served: nullcontext())
    monkeypatch.setattr(clients, "ask", answer)
    return seen


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    lines = [{"id": f"q{n}", "question": "Who?", "answerable": False} for n in range(16)]
    path.write_text("\n".join(map(json.dumps, lines)))
    return path


def test_both_paces_put_every_question_and_the_ratio_is_of_answers_a_second(under_way, questions, tmp_path):
    measured = clients.clients(tmp_path, questions, at_once=4, rounds=2)
    assert len(under_way) == clients._WARMING + 2 * 2 * 16
    assert max(under_way) == 4
    assert (measured.one.clients, measured.several.clients, len(measured.ratios)) == (1, 4, 2)
    assert measured.ratio == pytest.approx(measured.several.per_s / measured.one.per_s, abs=0.01)
    assert measured.ratio > 1  # a service that waits for nothing serves four at once


def test_the_bound_is_the_processors_by_those_that_one_client_keeps_busy(under_way, questions, tmp_path):
    measured = clients.clients(tmp_path, questions, rounds=1)
    assert measured.one.cores_busy == pytest.approx(1, abs=0.05)
    assert measured.bound == pytest.approx(measured.cores, rel=0.06)


@pytest.mark.server
@pytest.mark.slow
def test_a_real_service_tells_its_memory_time_and_answers_and_stops(tmp_path, monkeypatch):
    monkeypatch.setenv("QA_EMBEDDING", "no.such:Model")
    small_archive(tmp_path / "home", model=_shipped()).close()
    with serving(tmp_path / "home") as served, client_of(served) as client:
        told = ask(client, {"question": "Who is the mayor?"})
        memory, spent = served.memory(), served.cpu_s()
        with pytest.raises(ServiceError, match="422"):
            ask(client, {"question": ""})
    assert not told.answered
    assert 0 < told.stages_ms["total"] <= told.latency_ms
    assert 50 < memory.now_mb <= memory.peak_mb
    assert spent > 0.1
    with client_of(served) as client, pytest.raises(ServiceError, match="broke off"):
        ask(client, {"question": "Who is the mayor?"})


@pytest.mark.server
@pytest.mark.slow
@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_whoever_is_told_to_end_while_a_service_runs_ends_it_too(tmp_path, how):
    small_archive(tmp_path / "home", model=_shipped()).close()
    with subprocess.Popen(
        [sys.executable, "-c", _SERVES, str(tmp_path / "home")], stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as started:
        url = started.stdout.readline().decode().strip()
        assert httpx.get(f"{url}/readyz").status_code == 200
        started.send_signal(how)
        _, said = started.communicate(timeout=60)
    assert said.endswith(b"KeyboardInterrupt\n")
    with pytest.raises(httpx.ConnectError):
        httpx.get(f"{url}/readyz")


_SERVES = """
import pathlib, sys, time
from eval.serving import serving
with serving(pathlib.Path(sys.argv[1])) as served:
    print(served.url, flush=True)
    time.sleep(300)
"""


def _shipped():
    from qa.models.weights import EMBEDDING

    return EMBEDDING.fingerprint
