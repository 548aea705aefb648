"""Which questions the service keeps: rated ones, or all where the operator says so; never one more."""

from __future__ import annotations

import threading
from concurrent.futures import ThreadPoolExecutor

import pytest
from fastapi.testclient import TestClient

from api import keeper
from api.app import create_app
from api.keeper import Keeper
from qa.errors import ArchiveReadOnly, ServiceError
from qa.settings import Settings
from qa.types import Query, Turn
from tests.fakes_api import FakeArchive, FakeEngine

QUESTION = {"question": "How many boats did the storm destroy?"}


def engine(*, keep: bool = False) -> FakeEngine:
    return FakeEngine(settings=Settings(keep_questions=keep))


def answer(name: str = "ans_1", **changes):
    return {"id": name, "answered": True, "snapshot": "s-1", "citations": [{"citation_id": "c_1"}]} | changes


@pytest.mark.parametrize("stream", [False, True])
def test_a_question_is_kept_when_its_answer_is_rated(stream):
    asked = engine()
    with TestClient(create_app(asked)) as client:
        client.post("/v1/query", json=QUESTION | {"stream": stream, "as_of": "2024-06-01", "sources": ["The Courier"]})
        assert asked.archive.kept == []
        name = asked.ask(Query(QUESTION["question"])).id
        assert client.post("/v1/feedback", json={"answer_id": name, "rating": "up"}).status_code == 204
    (kept,) = asked.archive.kept
    assert (kept.answer_id, kept.question, str(kept.as_of)) == (name, QUESTION["question"], "2024-06-01")
    assert (kept.narrowed, kept.follows, kept.answered) == (True, False, True)
    assert kept.citations


def test_a_rating_of_an_answer_that_nobody_remembers_is_kept_by_itself():
    asked = engine()
    with TestClient(create_app(asked)) as client:
        assert client.post("/v1/feedback", json={"answer_id": "ans_old", "rating": "up"}).status_code == 204
    assert (asked.archive.kept, asked.archive.feedback) == ([], [("ans_old", "up", None)])


@pytest.mark.parametrize("stream", [False, True])
def test_where_the_operator_says_so_every_question_is_kept(stream):
    asked = engine(keep=True)
    with TestClient(create_app(asked)) as client:
        client.post("/v1/query", json=QUESTION | {"stream": stream})
    assert [kept.question for kept in asked.archive.kept] == [QUESTION["question"]]


def test_a_question_that_cannot_be_kept_is_answered_all_the_same(caplog):
    asked = engine(keep=True)
    asked.archive.busy = True
    with TestClient(create_app(asked)) as client:
        assert client.post("/v1/query", json=QUESTION).json()["answered"]
    assert "could not be kept" in caplog.text


def test_only_so_many_answers_wait_for_a_rating(monkeypatch):
    monkeypatch.setattr(keeper, "WAITING", 2)
    archive = FakeArchive()
    waiting = Keeper(archive, keep_all=False)
    for name in ("a", "b", "c"):
        waiting.answered(Query("Who?"), answer(name))
    for name in ("a", "b", "c"):
        waiting.rated(name)
    assert [kept.answer_id for kept in archive.kept] == ["b", "c"]


def test_of_a_conversation_only_that_there_was_one_is_kept():
    archive = FakeArchive()
    waiting = Keeper(archive, keep_all=False)
    waiting.answered(Query("And she?", history=(Turn("user", "A secret."),)), answer())
    waiting.rated("ans_1")
    assert archive.kept[0].follows
    assert "secret" not in repr(archive.kept)


class SlowArchive(FakeArchive):
    """Writes when it is told to."""

    def __init__(self):
        super().__init__()
        self.begun, self.free = threading.Event(), threading.Event()

    def keep(self, question):
        self.begun.set()
        assert self.free.wait(20)
        super().keep(question)


def test_no_answer_waits_for_a_rating_that_is_being_written():
    archive = SlowArchive()
    waiting = Keeper(archive, keep_all=False)
    waiting.answered(Query("Who?"), answer("a"))
    with ThreadPoolExecutor() as pool:
        rating = pool.submit(waiting.rated, "a")
        assert archive.begun.wait(5)
        try:
            pool.submit(waiting.answered, Query("Who?"), answer("b")).result(timeout=5)
        finally:
            archive.free.set()
        rating.result(timeout=5)
    assert [kept.answer_id for kept in archive.kept] == ["a"]


@pytest.mark.parametrize("error", [ArchiveReadOnly("it is read-only"), ServiceError("the database does not answer")])
def test_the_operator_learns_why_a_question_is_not_kept(caplog, monkeypatch, error):
    def fail(_question):
        raise error

    archive = FakeArchive()
    monkeypatch.setattr(archive, "keep", fail)
    keeping = Keeper(archive, keep_all=True)
    keeping.answered(Query("Who?"), answer())
    keeping.close()
    assert f"could not be kept: {error.message}" in caplog.text


def test_an_answer_that_comes_while_the_service_stops_is_given_and_not_kept(caplog):
    archive = FakeArchive()
    keeping = Keeper(archive, keep_all=True)
    keeping.answered(Query("Who?"), answer("a"))
    keeping.close()
    keeping.answered(Query("Who?"), answer("b"))
    assert [kept.answer_id for kept in archive.kept] == ["a"]
    assert "could not be kept: its answer came while the service was stopping" in caplog.text
