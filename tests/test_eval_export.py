"""A run for other tools: what they read is what was asked, said and read."""

from __future__ import annotations

import json

import ir_measures
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.ask import Reply
from eval.convert import FORMATS
from eval.export import ragas, trec_qrels, trec_run
from eval.judge import judge
from eval.questions import Gold, Question, load
from eval.runs import Run
from tests.fakes_eval import TEXTS, FakeArchive

URL = "https://wick.example/bridge"


def passage(number, text=None, article="bridge"):
    return {
        "article_id": article,
        "url": f"https://wick.example/{article}",
        "paragraph": number,
        "text": text or f"Text {number}.",
    }


def reply(name, *passages, **changes):
    answer = {"answered": True, "text": "It reopened. [1]", "citations": [], "statements": [], "refusal": None}
    return Reply(name, answer | changes, (), 1.0, passages=passages, told_passages=True)


def run(*pairs):
    return Run({}, tuple(q for q, _ in pairs), tuple(r for _, r in pairs))


ASKED = Question("q 1", "When?", answers=("Friday", "on Friday"), gold=(Gold("bridge", 2),))


# -- Ragas


def test_a_record_has_the_names_that_ragas_reads():
    (record,) = ragas(run((ASKED, reply("q 1", passage(1), passage(2)))))
    assert record == {
        "question_id": "q 1",
        "user_input": "When?",
        "response": "It reopened. [1]",
        "retrieved_contexts": ["Text 1.", "Text 2."],
        "retrieved_context_ids": ["bridge#1", "bridge#2"],
        "reference": "Friday",
        "reference_contexts": ["Text 2."],
        "reference_context_ids": ["bridge#2"],
    }


def test_what_is_unknown_is_null_and_not_half_known():
    gold = (Gold("bridge", 1), Gold("bridge", 3))
    (record,) = ragas(run((Question("q", "When?", gold=gold), reply("q", passage(1)))))
    assert (record["reference"], record["reference_contexts"]) == (None, None)
    assert record["reference_context_ids"] == ["bridge#1", "bridge#3"]


def test_with_a_library_gold_that_was_not_found_has_its_text_too():
    from eval.library import EngineLibrary

    gold = (Gold(URL, 1), Gold("bridge", quote="Ada Vale"))
    (record,) = ragas(run((Question("q", "When?", gold=gold), reply("q", passage(3)))), EngineLibrary(FakeArchive()))
    assert record["reference_contexts"] == [TEXTS[0], "Ada Vale"]


def test_a_refused_unanswerable_question_has_no_reference():
    asked = Question("q", "Who?", answerable=False)
    (record,) = ragas(run((asked, reply("q", answered=False, text="The archive does not tell."))))
    assert (record["reference"], record["reference_contexts"], record["reference_context_ids"]) == (None, None, None)
    assert json.dumps(record, allow_nan=False)


def test_a_run_without_rankings_tells_what_was_cited():
    cited = {"article_id": "bridge", "url": URL, "paragraph": 2, "quote": "x"}
    old = Reply("q 1", {"text": "x", "citations": [cited]}, ("Text 2.",), 1.0)
    (record,) = ragas(run((ASKED, old)))
    assert record["retrieved_contexts"] == ["Text 2."]


# -- TREC


def test_a_paragraph_that_was_read_in_slices_is_ranked_once_and_first():
    lines = list(trec_run(run((ASKED, reply("q 1", passage(1), passage(2), passage(1))))))
    assert lines == ["q%201 Q0 bridge#1 1 2 qa\n", "q%201 Q0 bridge#2 2 1 qa\n"]


def test_gold_without_a_number_is_told_by_the_paragraphs_that_hit_it():
    by_quote = Question("q1", "When?", gold=(Gold(URL, quote="on Friday"),))
    missed = Question("q2", "When?", gold=(Gold("bridge", quote="nowhere"),))
    found = run((by_quote, reply("q1", passage(1, "It is on Friday."))), (missed, reply("q2", passage(1))))
    assert list(trec_qrels(found)) == ["q1 0 bridge#1 1\n", "q2 0 bridge#nowhere-1 1\n"]


def test_gold_by_url_and_a_ranking_by_id_are_the_same_document():
    asked = Question("q1", "When?", gold=(Gold(URL, 7),))
    assert list(trec_qrels(run((asked, reply("q1", passage(1)))))) == ["q1 0 bridge#7 1\n"]


golds = st.lists(st.builds(Gold, st.sampled_from("ab"), st.integers(1, 4)), min_size=1, max_size=3, unique=True)
rankings = st.lists(
    st.builds(lambda a, n: passage(n, article=a), st.sampled_from("abc"), st.integers(1, 5)), max_size=8
)


@given(st.lists(st.tuples(golds, rankings), min_size=1, max_size=5))
def test_ir_measures_finds_in_both_files_what_we_find_in_the_run(cases):
    pairs = [(Question(f"q{n}", "Who?", gold=tuple(g)), reply(f"q{n}", *r)) for n, (g, r) in enumerate(cases)]
    written, qrels = "".join(trec_run(run(*pairs))), "".join(trec_qrels(run(*pairs)))
    found = ir_measures.calc_aggregate(
        [ir_measures.Success @ 3, ir_measures.RR], list(ir_measures.read_trec_qrels(qrels)),
        list(ir_measures.read_trec_run(written + "\n")),
    )  # fmt: skip
    ranks = [_first_rank(question, answer) for question, answer in pairs]
    assert found[ir_measures.Success @ 3] == pytest.approx(sum(r <= 3 for r in ranks) / len(ranks))
    assert found[ir_measures.RR] == pytest.approx(sum(1 / r for r in ranks) / len(ranks))


def _first_rank(question, answered):
    distinct = list({(p["article_id"], p["paragraph"]): p for p in answered.passages}.values())
    ranked = judge(question, reply(question.id, *distinct)).ranked
    return next((rank for rank, hits in enumerate(ranked, 1) if any(hits)), float("inf"))


def test_exported_qrels_read_back_are_the_gold_that_was_exported(tmp_path):
    gold = (Gold("bridge", 2), Gold("https://x.example/a b#c", 3))
    exported = run((Question("q 1", "When?", gold=gold), reply("q 1", passage(1))))
    (tmp_path / "qrels").write_text("".join(trec_qrels(exported)))
    (tmp_path / "topics").write_text("q 1\tWhen?\n")
    FORMATS["trec"]([tmp_path / "qrels", tmp_path / "topics"]).write(tmp_path / "out")
    assert load(tmp_path / "out/questions.jsonl").questions[0].gold == gold
