import itertools
import json
import threading
from dataclasses import replace

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import ask, library, runs, stream
from eval.ask import EngineAsker, HttpAsker, Reply
from eval.questions import Gold, Question, QuestionSet
from eval.runs import Plan
from eval.speed import speed, throughput
from qa.errors import InvalidInput, InvalidQuestion, InvalidRecord, ServiceError, UnreadableSource
from qa.types import Event, Query, jsonable
from tests.checks_eval import check_throughput
from tests.fakes_eval import TEXTS, FakeArchive, FakeEngine, listed, source, version
from tests.serving_api import served

QUESTIONS = (
    Question(
        "q1", "When did the bridge reopen on Friday?", answers=("Friday",), gold=(Gold("bridge", 1),), tags=("date",)
    ),
    Question("q2", "Who is Vale?", answers=("Ada Vale",), gold=(Gold("bridge", None, "said Ada Vale"),)),
    Question("q3", "Who is the mayor?", answerable=False, tags=("near-miss",)),
)
SET = QuestionSet("set.jsonl", "f" * 64, QUESTIONS)
META = {"set": "set.jsonl", "asked": "engine", "snapshot": "snap-1", "settings": {}, "models": {}, "code_sha256": "0"}


def plan(folder, **changes):
    return Plan(**{"questions": SET, "folder": folder, "meta": META, **changes})


def without_latency(folder):
    lines = [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]
    return [line | {"latency_ms": 0, "first_statement_ms": 0} for line in lines], json.loads(
        (folder / "run.json").read_text()
    )["scores"]["measures"]


def test_a_run_keeps_every_answer_and_scores_them(tmp_path):
    done = runs.run(plan(tmp_path), EngineAsker(FakeEngine()))
    scores = runs.score_run(done)
    assert scores.measures["citation_hit"].value == scores.measures["refusal_recall"].value == 1
    assert set(scores.by_tag) == {"date", "near-miss"}
    assert runs.load(tmp_path).replies == done.replies
    assert runs.load(tmp_path).questions == QUESTIONS


def test_two_runs_in_a_row_give_the_same_answers_and_scores(tmp_path):
    for name, concurrency in (("one", 1), ("two", 3)):
        runs.run(plan(tmp_path / name, concurrency=concurrency), EngineAsker(FakeEngine()))
    assert without_latency(tmp_path / "one") == without_latency(tmp_path / "two")


@pytest.mark.parametrize("failure", [KeyboardInterrupt(), ServiceError("gone")])
def test_an_interrupted_run_goes_on_where_it_stopped(tmp_path, failure):
    with pytest.raises(type(failure)):
        runs.run(plan(tmp_path), EngineAsker(FakeEngine(fail_at=3, failure=failure)))
    again = FakeEngine()
    done = runs.run(plan(tmp_path), EngineAsker(again))
    assert again.asked == ["Who is the mayor?"]
    assert [reply.question_id for reply in done.replies] == ["q1", "q2", "q3"]


def test_half_a_line_that_a_killed_run_left_is_asked_again(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        runs.run(plan(tmp_path), EngineAsker(FakeEngine(fail_at=2)))
    with (tmp_path / "answers.jsonl").open("a") as file:
        file.write('{"question_id": "q2", "ans')
    assert len(runs.run(plan(tmp_path), EngineAsker(FakeEngine())).replies) == 3
    assert len((tmp_path / "answers.jsonl").read_text().splitlines()) == 3


@pytest.mark.parametrize("changed", ["snapshot", "settings", "models", "asked", "code_sha256"])
def test_an_interrupted_run_under_other_circumstances_is_not_mixed_with_this_one(tmp_path, changed):
    with pytest.raises(KeyboardInterrupt):
        runs.run(plan(tmp_path), EngineAsker(FakeEngine(fail_at=2)))
    with pytest.raises(InvalidInput, match=f"another {changed.replace('_', ' ')}"):
        runs.run(plan(tmp_path, meta=META | {changed: "other"}), EngineAsker(FakeEngine()))


def test_an_interrupted_run_at_another_concurrency_does_not_go_on(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        runs.run(plan(tmp_path), EngineAsker(FakeEngine(fail_at=2)))
    with pytest.raises(InvalidInput, match="another concurrency"):
        runs.run(plan(tmp_path, concurrency=2), EngineAsker(FakeEngine()))


def test_a_finished_run_is_replaced_only_on_request(tmp_path):
    runs.run(plan(tmp_path), EngineAsker(FakeEngine()))
    with pytest.raises(InvalidInput, match="holds a finished run"):
        runs.run(plan(tmp_path), EngineAsker(FakeEngine()))
    again = FakeEngine()
    runs.run(plan(tmp_path, overwrite=True), EngineAsker(again))
    assert len(again.asked) == 3


def test_only_a_run_that_is_in_the_way_is_another_run(tmp_path):
    refuses = FakeEngine(fail_at=2, failure=InvalidQuestion("it is too long"))
    with pytest.raises(InvalidQuestion):
        runs.run(plan(tmp_path), EngineAsker(refuses))
    with pytest.raises(runs.AnotherRun):
        runs.run(plan(tmp_path, concurrency=2), EngineAsker(FakeEngine()))
    runs.run(plan(tmp_path), EngineAsker(FakeEngine()))
    with pytest.raises(runs.AnotherRun):
        runs.run(plan(tmp_path), EngineAsker(FakeEngine()))


def test_progress_counts_to_the_whole_set(tmp_path):
    told = []
    runs.run(plan(tmp_path), EngineAsker(FakeEngine()), lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


def as_format_1(folder):
    """The folder as the first version of this code left it: no rankings, and no time of the first statement."""
    record = json.loads((folder / "run.json").read_text())
    record["meta"]["format"] = 1
    (folder / "run.json").write_text(json.dumps(record))
    lines = [json.loads(line) for line in (folder / "answers.jsonl").read_text().splitlines()]
    old = [{name: line[name] for name in ("question_id", "answer", "paragraphs", "latency_ms")} for line in lines]
    (folder / "answers.jsonl").write_text("".join(json.dumps(line) + "\n" for line in old))


def test_a_run_of_format_1_loads_and_what_it_did_not_keep_is_not_defined(tmp_path):
    runs.run(plan(tmp_path), EngineAsker(FakeEngine()))
    as_format_1(tmp_path)
    found = runs.score_run(runs.load(tmp_path))
    assert found.measures["citation_hit"].value == 1
    assert found.measures["hits_at_1"].value is None
    assert found.first_statement_ms == {}


def test_an_interrupted_run_of_format_1_does_not_go_on(tmp_path):
    with pytest.raises(KeyboardInterrupt):
        runs.run(plan(tmp_path), EngineAsker(FakeEngine(fail_at=2)))
    as_format_1(tmp_path)
    with pytest.raises(InvalidInput, match="an interrupted run with another format"):
        runs.run(plan(tmp_path), EngineAsker(FakeEngine()))


def test_a_run_of_a_format_to_come_says_so(tmp_path):
    (tmp_path / "run.json").write_text('{"meta": {"format": 99}}')
    with pytest.raises(UnreadableSource, match="of format 99, newer than 2"):
        runs.load(tmp_path)


def test_throughput_is_that_of_a_simulated_service():
    check_throughput(throughput, [10, 20, 30, 5], 3)
    reply = EngineAsker(FakeEngine()).ask(QUESTIONS[0])
    assert speed([replace(reply, latency_ms=100.0)] * 20, 4).throughput == 40
    assert speed([replace(reply, latency_ms=100.0)], 4).throughput == 10


def test_the_intervals_of_percentiles_are_measured_values_around_them():
    reply = EngineAsker(FakeEngine()).ask(QUESTIONS[0])
    found = speed([replace(reply, latency_ms=float(n), first_statement_ms=None) for n in range(1, 201)], 1)
    low, high = found.intervals["latency_ms"]["p50"]
    assert low < found.latency_ms["p50"] == 100 < high
    assert low == pytest.approx(100 - 1.96 * 200**0.5 / 2, abs=3)
    assert found.first_statement_ms == found.intervals["first_statement_ms"] == {}


@pytest.mark.parametrize("content", [None, "{", '{"meta": {"format": 99}}', "[]"])
def test_a_folder_without_a_finished_run_cannot_be_loaded(tmp_path, content):
    if content is not None:
        (tmp_path / "run.json").write_text(content)
    with pytest.raises(UnreadableSource):
        runs.load(tmp_path)


def test_gold_that_stands_in_the_archive_passes():
    library.check_gold(SET, library.EngineLibrary(FakeArchive()))


@pytest.mark.parametrize(
    ("gold", "said"),
    [
        (Gold("tunnel", 1), "no paragraph 1 of article 'tunnel'"),
        (Gold("bridge", 9), "no paragraph 9 of article 'bridge'"),
        (Gold("bridge", None, "never written"), "with the quote 'never written'"),
        (Gold("https://elsewhere.example/", 1), "elsewhere"),
    ],
)
def test_gold_that_is_not_in_the_archive_is_reported_with_its_line(gold, said):
    bad = QuestionSet("set.jsonl", "", (*QUESTIONS, Question("q9", "?", gold=(gold,), line=9)))
    with pytest.raises(InvalidRecord, match="question 'q9'") as caught:
        library.check_gold(bad, library.EngineLibrary(FakeArchive()))
    assert said in caught.value.message
    assert (caught.value.path, caught.value.line) == ("set.jsonl", 9)


def test_gold_may_name_an_article_by_its_url():
    by_url = Question("q", "?", gold=(Gold("https://wick.example/bridge", 3),))
    library.check_gold(QuestionSet("s", "", (by_url,)), library.EngineLibrary(FakeArchive()))


def streamed(*events):
    body = "".join(f"event: {kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n\n" for kind, data in events)
    return httpx.Response(200, headers={"content-type": "text/event-stream; charset=utf-8"}, content=body.encode())


class Server:
    """The HTTP contract over the fake engine; ``busy`` first requests are put off; ``plain``: without events."""

    def __init__(self, engine, busy=0, *, plain=False):
        self.engine, self.busy, self.plain, self.lock = engine, busy, plain, threading.Lock()

    def __call__(self, request):
        with self.lock:
            if self.busy:
                self.busy -= 1
                return httpx.Response(429, headers={"retry-after": "0"}, json={"detail": "slow down"})
        if request.url.path == "/v1/query":
            asked = Query(json.loads(request.content)["question"])
            if self.plain:
                return httpx.Response(200, json=self.engine.ask(asked).as_json())
            told = [(event.kind, jsonable(event.data)) for event in self.engine.stream(asked)]
            return streamed(*told)
        if request.url.path == "/v1/articles":
            return httpx.Response(200, json={"articles": [jsonable(source())], "next_cursor": None})
        if request.url.path == "/v1/articles/bridge":
            body = {
                **jsonable(source()),
                "paragraphs": jsonable(version().paragraphs),
                "versions": [{"version": "v-bridge"}],
            }
            return httpx.Response(200, json=body)
        return httpx.Response(404, json={"detail": "no such article"})


def over_http(handler):
    client = httpx.Client(transport=httpx.MockTransport(handler), base_url="http://here")
    return HttpAsker("http://here", client=client)


def test_both_askers_give_the_same_reply():
    with over_http(Server(FakeEngine())) as http:
        for question in QUESTIONS:
            ours, theirs = EngineAsker(FakeEngine()).ask(question), http.ask(question)
            assert (ours.answer, ours.paragraphs) == (theirs.answer, theirs.paragraphs)
            assert (ours.passages, ours.told_passages) == (theirs.passages, theirs.told_passages)


def test_a_reply_has_the_ranking_with_its_texts_and_the_time_of_the_first_statement():
    reply = EngineAsker(FakeEngine()).ask(QUESTIONS[1])
    assert [(p["paragraph"], p["text"]) for p in reply.passages] == [(2, TEXTS[1]), (1, TEXTS[0]), (3, TEXTS[2])]
    assert set(reply.passages[0]) == {
        "article_id", "url", "paragraph", "title", "source", "published_at", "permalink", "text",
    }  # fmt: skip
    assert 0 < reply.first_statement_ms <= reply.latency_ms


def test_a_refusal_has_a_ranking_and_no_first_statement():
    reply = EngineAsker(FakeEngine()).ask(QUESTIONS[2])
    assert (len(reply.passages), reply.first_statement_ms) == (3, None)


def test_a_passage_of_an_older_version_has_that_versions_text():
    class Older(FakeArchive):
        def version(self, article_id, version_id=None):
            return version(("Old text.",)) if version_id == "v-0" else super().version(article_id, version_id)

    class Engine(FakeEngine):
        def stream(self, query):
            old = listed(1) | {"permalink": "/articles/bridge?version=v-0#p1"}
            yield Event("passages", {"passages": [old, listed(1)]})
            yield Event("answer", self.ask(query).as_json())

    reply = EngineAsker(Engine(archive=Older())).ask(QUESTIONS[2])
    assert [p["text"] for p in reply.passages] == ["Old text.", TEXTS[0]]


def test_a_server_that_answers_without_events_is_taken_and_tells_no_ranking():
    with over_http(Server(FakeEngine(), plain=True)) as http:
        reply = http.ask(QUESTIONS[0])
    assert reply.answer["answered"]
    assert (reply.passages, reply.told_passages, reply.first_statement_ms) == ((), False, None)


def test_gold_is_checked_over_http_too():
    with over_http(Server(FakeEngine())) as http:
        library.check_gold(SET, http.library)
        with pytest.raises(InvalidRecord):
            library.check_gold(QuestionSet("s", "", (Question("q", "?", gold=(Gold("tunnel", 1),)),)), http.library)


def test_five_hundred_questions_over_http_at_concurrency_eight_lose_none_and_mix_none_up(tmp_path):
    texts = tuple(f"The code of locker {n} is c{n}x." for n in range(1, 501))
    many = tuple(Question(f"q{n}", f"Whose code is c{n}x?", gold=(Gold("bridge", n),)) for n in range(1, 501))
    with served(FakeEngine(archive=FakeArchive(texts=texts))) as service, HttpAsker(service.url) as http:
        done = runs.run(plan(tmp_path, questions=QuestionSet("s", "", many), concurrency=8), http)
    assert [reply.question_id for reply in done.replies] == [question.id for question in many]
    assert [reply.answer["citations"][0]["quote"] for reply in done.replies] == list(texts)
    assert [reply.passages[0]["text"] for reply in done.replies] == list(texts)
    assert runs.load(tmp_path).replies == done.replies
    assert runs.score_run(done).measures["citation_hit"].value == 1


def test_a_server_that_asks_to_wait_loses_no_answer(tmp_path):
    with over_http(Server(FakeEngine(), busy=5)) as http:
        done = runs.run(plan(tmp_path, concurrency=8), http)
    assert [reply.answer["question"] for reply in done.replies] == [question.question for question in QUESTIONS]


def test_a_server_that_is_not_there_is_one_clear_error():
    def nobody(request):
        raise httpx.ConnectError("connection refused")

    with over_http(nobody) as http, pytest.raises(ServiceError, match="no answer from http://here: connection refused"):
        http.ask(QUESTIONS[0])


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (httpx.Response(500, text="oops"), "gave 500 without JSON"),
        (httpx.Response(401, text="oops"), "gave 401 to question 'q1'"),
        (httpx.Response(422, json={"detail": "no such date"}), "gave 422 to question 'q1': no such date"),
        (httpx.Response(200, json={"question": "Another?"}), "another question's answer"),
        (httpx.Response(200, json={"question": QUESTIONS[0].question}), "cannot be read .*answer.answered"),
        (streamed(("error", {"status": 500, "detail": "it broke"})), "gave 500 to question 'q1': it broke"),
        (streamed(("status", {"stage": "read"})), "broke off its answer to question 'q1'"),
        (streamed(("answer", {"question": "Another?"})), "another question's answer"),
        (streamed(("answer", ["no object"])), "an event without JSON"),
    ],
)
def test_a_server_that_answers_otherwise_is_one_clear_error(response, said):
    with over_http(lambda request: response) as http, pytest.raises(ServiceError, match=said):
        http.ask(QUESTIONS[0])


def test_a_stream_that_breaks_in_the_middle_is_one_clear_error():
    class Broken(httpx.SyncByteStream):
        def __iter__(self):
            yield b'event: status\ndata: {"stage": "read"}\n\n'
            raise httpx.RemoteProtocolError("peer closed connection")

    response = httpx.Response(200, headers={"content-type": "text/event-stream"}, stream=Broken())
    with over_http(lambda request: response) as http, pytest.raises(ServiceError, match="peer closed connection"):
        http.ask(QUESTIONS[0])


@pytest.mark.parametrize("busy", [httpx.Response(503, json={}), streamed(("error", {"status": 503}))])
def test_a_busy_server_is_asked_again_and_at_last_given_up(busy, monkeypatch):
    waited = []
    monkeypatch.setattr(ask.time, "sleep", waited.append)
    with over_http(lambda request: busy) as http, pytest.raises(ServiceError, match="gave 503 to question 'q1'"):
        http.ask(QUESTIONS[0])
    assert waited == [0.25, 0.5, 1, 2, 4]


EVENTS = [("status", {"stage": "read"}), ("statement", {"text": "a\u2028b\x85c é"}), ("answer", {})]


@given(st.sampled_from([b"\n", b"\r\n"]), st.sets(st.integers(0, 150)))
def test_events_are_read_however_their_bytes_are_cut(line_end, cuts):
    lines = [f": ping\nevent:{kind}\ndata: {json.dumps(data, ensure_ascii=False)}\n" for kind, data in EVENTS]
    body = "\n".join([*lines, "event: half\ndata: {"]).encode().replace(b"\n", line_end)
    places = [0, *sorted(cut for cut in cuts if cut < len(body)), len(body)]
    chunks = [body[start:end] for start, end in itertools.pairwise(places)]
    assert list(stream.events(chunks)) == EVENTS


def test_a_citation_whose_article_went_away_hits_by_number_alone():
    class Gone(FakeArchive):
        def version(self, article_id, version_id=None):
            return super().version("gone")

    reply = EngineAsker(FakeEngine(archive=Gone())).ask(QUESTIONS[0])
    assert isinstance(reply, Reply)
    assert reply.paragraphs == ("",)
