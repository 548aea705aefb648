import json
import threading

import httpx
import pytest

from eval import library, runs
from eval.ask import EngineAsker, HttpAsker, Reply
from eval.questions import Gold, Question, QuestionSet
from eval.runs import Plan
from qa.errors import InvalidInput, InvalidRecord, ServiceError, UnreadableSource
from qa.types import Query, jsonable
from tests.fakes_eval import FakeArchive, FakeEngine, source, version

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
    return [line | {"latency_ms": 0} for line in lines], json.loads((folder / "run.json").read_text())["scores"][
        "measures"
    ]


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


def test_a_finished_run_is_replaced_only_on_request(tmp_path):
    runs.run(plan(tmp_path), EngineAsker(FakeEngine()))
    with pytest.raises(InvalidInput, match="holds a finished run"):
        runs.run(plan(tmp_path), EngineAsker(FakeEngine()))
    again = FakeEngine()
    runs.run(plan(tmp_path, overwrite=True), EngineAsker(again))
    assert len(again.asked) == 3


def test_progress_counts_to_the_whole_set(tmp_path):
    told = []
    runs.run(plan(tmp_path), EngineAsker(FakeEngine()), lambda done, total: told.append((done, total)))
    assert told == [(1, 3), (2, 3), (3, 3)]


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


class Server:
    """The HTTP contract over the fake engine; ``busy`` first requests are put off."""

    def __init__(self, engine, busy=0):
        self.engine, self.busy, self.lock = engine, busy, threading.Lock()

    def __call__(self, request):
        with self.lock:
            if self.busy:
                self.busy -= 1
                return httpx.Response(429, headers={"retry-after": "0"}, json={"detail": "slow down"})
        if request.url.path == "/v1/query":
            return httpx.Response(200, json=self.engine.ask(Query(json.loads(request.content)["question"])).as_json())
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


def test_gold_is_checked_over_http_too():
    with over_http(Server(FakeEngine())) as http:
        library.check_gold(SET, http.library)
        with pytest.raises(InvalidRecord):
            library.check_gold(QuestionSet("s", "", (Question("q", "?", gold=(Gold("tunnel", 1),)),)), http.library)


def test_five_hundred_questions_at_concurrency_eight_lose_none_and_mix_none_up(tmp_path):
    many = tuple(Question(f"q{n}", f"Number {n} of the bridge?", gold=(Gold("bridge", 1),)) for n in range(500))
    with over_http(Server(FakeEngine(), busy=3)) as http:
        done = runs.run(plan(tmp_path, questions=QuestionSet("s", "", many), concurrency=8), http)
    assert [reply.answer["question"] for reply in done.replies] == [question.question for question in many]


def test_a_server_that_is_not_there_is_one_clear_error():
    def nobody(request):
        raise httpx.ConnectError("connection refused")

    with over_http(nobody) as http, pytest.raises(ServiceError, match="no answer from http://here: connection refused"):
        http.ask(QUESTIONS[0])


@pytest.mark.parametrize(
    ("response", "said"),
    [
        (httpx.Response(500, text="oops"), "gave 500 without JSON"),
        (httpx.Response(422, json={"detail": "no such date"}), "gave 422 to question 'q1': no such date"),
        (httpx.Response(200, json={"question": "Another?"}), "another question's answer"),
    ],
)
def test_a_server_that_answers_otherwise_is_one_clear_error(response, said):
    with over_http(lambda request: response) as http, pytest.raises(ServiceError, match=said):
        http.ask(QUESTIONS[0])


def test_a_citation_whose_article_went_away_hits_by_number_alone():
    class Gone(FakeArchive):
        def version(self, article_id, version_id=None):
            return super().version("gone")

    reply = EngineAsker(FakeEngine(archive=Gone())).ask(QUESTIONS[0])
    assert isinstance(reply, Reply)
    assert reply.paragraphs == ("",)
