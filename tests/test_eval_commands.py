"""``qa eval`` as it is typed, over a small engine: gates, baselines, reports, exports."""

import json
from pathlib import Path

import pytest

from eval import gate, runs
from eval.measures import Score
from eval.questions import half_of
from qa import cli
from qa.errors import ServiceError
from qa.settings import Settings
from tests.fakes_eval import FakeEngine
from tests.serving_api import served

KEY = "the key, spelt with an ö"
RECORDS = [
    {"id": "q1", "question": "Who is Vale?", "answerable": True, "gold": [{"article": "bridge", "paragraph": 2}]},
    {"id": "q2", "question": "Who is mayor?", "answerable": False, "tags": ["near-miss"]},
]


@pytest.fixture(autouse=True)
def engine(monkeypatch):
    made = FakeEngine()
    monkeypatch.setattr("qa.engine.build", lambda settings, **how: made)
    for name in ("QA_HOME", "QA_EVAL_API_KEY", "QA_JUDGE_BASE_URL"):
        monkeypatch.delenv(name, raising=False)
    return made


@pytest.fixture
def questions(tmp_path):
    return written(tmp_path / "questions.jsonl", RECORDS)


@pytest.fixture
def baseline(tmp_path, questions, capsys):
    qa(capsys, "run", questions, "--out", tmp_path / "before")
    return tmp_path / "before"


def written(path, records):
    path.write_text("\n".join(map(json.dumps, records)))
    return path


def qa(capsys, *arguments):
    """Exit code, standard output and standard error of one ``qa eval``."""
    code = cli.run(["eval", *map(str, arguments)])
    return code, *capsys.readouterr()


def test_a_run_keeps_its_answers_its_scores_and_both_reports(baseline):
    kept = {path.name for path in baseline.iterdir()}
    assert kept == {"answers.jsonl", "run.json", "report.md", "report.html"}
    assert "<html" in (baseline / "report.html").read_text()


@pytest.fixture
def keyed():
    """The address of a service that asks for a key."""
    with served(FakeEngine(settings=Settings(api_keys=(KEY,)))) as service:
        yield service.url


def test_a_service_that_asks_for_a_key_gets_the_one_in_the_environment(capsys, questions, tmp_path, keyed, monkeypatch):
    monkeypatch.setenv("QA_EVAL_API_KEY", KEY)
    code, _, err = qa(capsys, "run", questions, "--url", keyed, "--out", tmp_path / "run")
    assert (code, err) == (0, "")
    assert not [path for path in (tmp_path / "run").iterdir() if KEY in path.read_text()]


@pytest.mark.parametrize("sent", ["", "another key than that"])
def test_a_service_that_refuses_the_key_is_said_with_what_to_set(capsys, questions, tmp_path, keyed, monkeypatch, sent):
    monkeypatch.setenv("QA_EVAL_API_KEY", sent)
    code, _, err = qa(capsys, "run", questions, "--url", keyed, "--out", tmp_path / "run")
    assert code == 1
    assert f"{keyed} gave 401 to /v1/articles/bridge: the key is missing or wrong" in err
    assert "hint: set QA_EVAL_API_KEY to one of the service's keys" in err


def test_a_key_that_no_header_can_carry_is_said_and_not_shown(capsys, questions, keyed, monkeypatch):
    monkeypatch.setenv("QA_EVAL_API_KEY", f"{KEY}\nX-Other: 1")
    code, _, err = qa(capsys, "run", questions, "--url", keyed)
    assert (code, KEY in err) == (1, False)
    assert "QA_EVAL_API_KEY holds a character that cannot be sent" in err


def test_the_terminal_shows_the_headlines_and_nothing_that_is_not_defined(capsys, questions, tmp_path):
    _, out, _ = qa(capsys, "run", questions, "--out", tmp_path / "run")
    first_words = [line.split()[0] for line in out.splitlines() if line.strip()]
    assert {"CITING", "REFUSING", "RETRIEVAL", "citation_hit", "refusal_f1", "ndcg_at_10"} <= set(first_words)
    assert not {"ANSWERS", "exact_match", "judged_supported", "article_ndcg_at_10"} & set(first_words)
    assert "answers a second" in out
    assert "not retrieved" in out


def test_json_has_every_measure_and_what_hangs_on_them(capsys, questions, tmp_path):
    _, out, _ = qa(capsys, "run", questions, "--out", tmp_path / "run", "--json")
    scores = json.loads(out)["scores"]
    assert scores["measures"]["article_ndcg_at_10"]["value"] == 1
    assert scores["risk_coverage"]["thresholds"]["10"] == 0.9
    assert set(scores["latency_ms"]) == set(scores["first_statement_ms"]) == {"p50", "p95", "p99"}
    assert scores["faults"]["answered wrongly"] == 0
    assert json.loads(out)["meta"]["libraries"]["numpy"]


def test_a_run_as_good_as_its_baseline_passes(capsys, questions, baseline, tmp_path):
    code, _, _ = qa(capsys, "run", questions, "--out", tmp_path / "after", "--baseline", baseline)
    assert code == 0


def test_a_run_that_falls_below_its_baseline_fails_in_one_line(capsys, questions, baseline, tmp_path, engine):
    engine.archive.texts = ("Vale stands in the first paragraph now.", "The second.")
    code, out, err = qa(capsys, "run", questions, "--out", tmp_path / "after", "--baseline", baseline)
    assert code == 1
    assert "citation_hit" in out
    assert err.splitlines()[0].startswith("qa: citation_hit fell from 1.0 to 0.0, by more than 0.01; ")
    assert len(err.splitlines()) == 2  # the reason and the hint


def test_a_fall_within_the_tolerance_passes(capsys, questions, baseline, tmp_path, engine):
    engine.archive.texts = ("Vale stands in the first paragraph now.", "The second.")
    against = ("--baseline", baseline, "--tolerance", "1")
    assert qa(capsys, "run", questions, "--out", tmp_path / "after", *against)[0] == 0


def test_a_baseline_of_another_set_is_an_error_before_anything_is_asked(capsys, baseline, tmp_path, engine):
    engine.asked.clear()
    other = written(tmp_path / "other.jsonl", RECORDS[:1])
    code, _, err = qa(capsys, "run", other, "--baseline", baseline)
    assert code == 1
    assert "the baseline is not a run of the set" in err
    assert not engine.asked


def test_a_baseline_of_other_questions_of_the_set_is_an_error(capsys, questions, baseline):
    code, _, err = qa(capsys, "run", questions, "--baseline", baseline, "--limit", "1")
    assert code == 1
    assert "the baseline asked 2 questions of this set, and not these 1" in err


def test_a_fall_by_just_the_tolerance_is_none():
    before, after = ({"citation_hit": Score(value, 0, 1, 100)} for value in (0.9, 0.89))
    assert gate.falls(before, after, 0.01) is None
    assert gate.falls(before, after, 0.009) == "citation_hit fell from 0.9 to 0.89, by more than 0.009"


def test_a_measure_that_is_no_longer_defined_has_fallen_but_for_verdicts_nobody_asked_for():
    score, none = Score(0.9, 0, 1, 100), Score(None, None, None, 0)
    fell = gate.falls({"mrr_at_10": score}, {"mrr_at_10": none}, 0)
    assert fell == "mrr_at_10 fell from 0.9 to not defined, by more than 0"
    assert gate.falls({"mrr_at_10": none}, {"mrr_at_10": score}, 0) is None
    assert gate.falls({"judged_supported": score}, {"judged_supported": none}, 0) is None


@pytest.mark.parametrize("tolerance", ["2", "-0.1", "nan"])
def test_a_tolerance_that_means_nothing_is_an_error(capsys, questions, baseline, tolerance):
    code, _, err = qa(capsys, "run", questions, "--baseline", baseline, f"--tolerance={tolerance}")
    assert code == 1
    assert "not a number from 0 to 1" in err


def test_a_comparison_has_both_values_the_change_and_how_likely_chance_is(capsys, baseline, tmp_path):
    _, out, _ = qa(capsys, "compare", baseline, baseline, "--json")
    compared = json.loads(out)
    assert compared["before"]["citation_hit"] == compared["after"]["citation_hit"]
    assert compared["p_values"]["citation_hit"] == 1
    _, out, _ = qa(capsys, "compare", baseline, baseline, "--html", tmp_path / "page.html")
    assert next(line.split()[1:4] for line in out.splitlines() if "citation_hit" in line) == [
        "1.000",
        "1.000",
        "+0.000",
    ]
    assert "<html" in (tmp_path / "page.html").read_text()


def test_a_comparison_can_be_a_gate(capsys, questions, baseline, tmp_path, engine):
    engine.archive.texts = ("Vale stands in the first paragraph now.", "The second.")
    qa(capsys, "run", questions, "--out", tmp_path / "after")
    both = (baseline, tmp_path / "after")
    assert qa(capsys, "compare", *both)[0] == 0
    code, _, err = qa(capsys, "compare", *both, "--tolerance", "0.01", "--fail-under", "citation_hit=0.5")
    assert code == 1
    assert err.startswith("qa: citation_hit is 0.0, under 0.5; citation_hit fell from 1.0 to 0.0")


def test_a_run_of_fewer_or_of_easier_questions_does_not_pass_for_a_better_one(capsys, questions, baseline, tmp_path):
    qa(capsys, "run", questions, "--limit", "1", "--out", tmp_path / "fewer")
    easier = written(tmp_path / "easier.jsonl", [RECORDS[0] | {"gold": [{"article": "bridge"}]}, RECORDS[1]])
    qa(capsys, "run", easier, "--out", tmp_path / "easier")
    for other in ("fewer", "easier"):
        assert qa(capsys, "compare", baseline, tmp_path / other)[0] == 0
        code, _, err = qa(capsys, "compare", baseline, tmp_path / other, "--tolerance", "1")
        assert code == 1
        assert "1 questions are changed, or in one run only" in err


@pytest.mark.parametrize(
    ("name", "line"),
    [("trec", "q1 Q0 bridge#2 1 "), ("trec-qrels", "q1 0 bridge#2 1"), ("ragas", '{"question_id": "q1"')],
)
def test_a_run_is_exported_as_other_tools_read_it(capsys, baseline, tmp_path, name, line):
    code, _, _ = qa(capsys, "export", baseline, "--format", name, "--out", tmp_path / "out")
    assert code == 0
    assert (tmp_path / "out").read_text().startswith(line)


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["export", "RUN", "--format", "excel", "--out", "x"], "no export 'excel'"),
        (["export", "RUN", "--format", "trec", "--out", "missing/x"], "missing/x: cannot write: No such file"),
        (["convert", "excel", "x", "--out", "y"], "no format 'excel'"),
        (["compare", "RUN", "RUN", "--html", "missing/x"], "missing/x: cannot write: No such file"),
    ],
)
def test_what_cannot_be_written_is_one_clear_error(capsys, baseline, arguments, said):
    code, _, err = qa(capsys, *[baseline if a == "RUN" else a for a in arguments])
    assert code == 1
    assert said in err


def test_a_set_of_others_is_converted(capsys, tmp_path):
    paragraph = {"context": "The quay was rebuilt in 1911.", "qas": [
        {"id": "s1", "question": "When was the quay rebuilt?", "answers": [{"text": "1911", "answer_start": 24}]}
    ]}  # fmt: skip
    source = written(
        tmp_path / "set.json", [{"version": "1.1", "data": [{"title": "Quay", "paragraphs": [paragraph]}]}]
    )
    code, out, _ = qa(capsys, "convert", "squad", source, "--out", tmp_path / "made", "--json")
    assert code == 0
    assert json.loads(out) == {"articles": 1, "questions": 1, "left_out": []}


def test_a_judge_model_is_asked_after_the_run_and_a_failed_judging_goes_on(
    capsys, questions, tmp_path, engine, monkeypatch
):
    run = ("run", questions, "--out", tmp_path / "run", "--judge-model", "m")
    code, _, err = qa(capsys, *run)
    assert code == 1
    assert "no server is named for the judge model 'm'" in err
    assert not engine.asked  # said before the long work, not after it
    monkeypatch.setenv("QA_JUDGE_BASE_URL", "http://127.0.0.1:1/v1")

    def unreachable(folder, settings, *, progress):
        raise ServiceError("no verdict")

    monkeypatch.setattr("eval.judges.judge_run", unreachable)
    assert qa(capsys, *run)[0] == 1

    def judge_run(folder, settings, *, progress):
        verdict = {"question_id": "q1", "statement": 0, "supported": False, "reason": "no", "model": settings.model}
        (Path(folder) / "verdicts.jsonl").write_text(json.dumps(verdict) + "\n")
        return 1

    monkeypatch.setattr("eval.judges.judge_run", judge_run)
    assert qa(capsys, *run)[0] == 0
    assert len(engine.asked) == 2  # nothing was asked twice
    assert runs.score_run(runs.load(tmp_path / "run")).measures["judged_supported"].value == 0
    kept = json.loads((tmp_path / "run" / "run.json").read_text())
    assert kept["scores"]["measures"]["judged_supported"]["value"] == 0


def test_a_run_that_is_replaced_loses_the_verdicts_on_its_old_answers(capsys, questions, baseline):
    (baseline / "verdicts.jsonl").write_text('{"question_id": "q1", "statement": 0, "supported": true}\n')
    assert runs.load(baseline).judged[0].judged_supported == (True,)
    qa(capsys, "run", questions, "--out", baseline, "--overwrite")
    assert runs.load(baseline).judged[0].judged_supported == (None,)


def test_another_engines_ranking_is_kept_reported_and_compared_as_a_run(capsys, questions, baseline, tmp_path):
    ranking = tmp_path / "bm25.run"
    ranking.write_text("q1 Q0 bridge#3 1 2.5 bm25\nq1 Q0 bridge#2 2 1.5 bm25\n")
    code, out, _ = qa(capsys, "import", ranking, questions, "--out", tmp_path / "bm25")
    assert code == 0
    assert "mrr_at_10" in out
    scores = runs.score_run(runs.load(tmp_path / "bm25")).measures
    assert (scores["hits_at_1"].value, scores["mrr_at_10"].value) == (0, 0.5)
    assert "<html" in (tmp_path / "bm25" / "report.html").read_text()
    assert qa(capsys, "compare", tmp_path / "bm25", baseline)[0] == 0
    code, _, err = qa(capsys, "import", ranking, questions, "--out", tmp_path / "bm25")
    assert code == 1
    assert "holds a run already" in err


def test_a_ranking_that_is_none_is_said_with_its_line(capsys, questions, tmp_path):
    ranking = tmp_path / "bm25.run"
    ranking.write_text("q1 Q0 bridge#3 1 high bm25\n")
    code, _, err = qa(capsys, "import", ranking, questions, "--out", tmp_path / "bm25")
    assert code == 1
    assert "bm25.run" in err
    assert not (tmp_path / "bm25").exists()


def test_a_half_without_questions_is_said_before_anything_is_kept(capsys, questions, tmp_path):
    halves = {half_of(record["id"]) for record in RECORDS}
    (empty,) = {"tune", "held"} - halves if len(halves) == 1 else {"tune"}
    lone = written(tmp_path / "lone.jsonl", [r for r in RECORDS if half_of(r["id"]) != empty])
    code, _, err = qa(capsys, "run", lone, "--split", empty, "--out", tmp_path / "run")
    assert code == 1
    assert "no question of" in err
    assert not (tmp_path / "run").exists()
