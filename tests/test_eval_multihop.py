"""MultiHop-RAG's scores: the authors' on examples worked out by hand, and where the strict ones differ."""

from __future__ import annotations

import json

import pytest

from eval import multihop
from eval.ask import Reply
from eval.convert.multihop import Asked, Evidence
from eval.multihop import Passage, official, official_answer, score, strict, strict_answer
from eval.questions import Question
from eval.runs import Run
from qa.errors import InvalidInput

ONE, TWO = Evidence(url="u1", fact="It opened."), Evidence(url="u2", fact="He left.")


def passages(*pairs):
    return [Passage(article, text) for article, text in pairs]


def test_to_the_authors_one_fact_of_two_is_a_hit():
    counted = official(["x", "Then it opened. It opened."], ["It opened.", "He left."])
    assert (counted.hits_at_10, counted.hits_at_4, counted.mrr_at_10) == (1, 1, 1 / 2)
    assert counted.map_at_10 == pytest.approx((1 / 2) / 2)


def test_to_the_authors_blanks_and_line_ends_are_nothing():
    assert official(["He\nle ft. And"], ["He left."]).hits_at_4 == 1


def test_the_authors_map_counts_each_fact_once_by_its_rank():
    ranking = ["It opened. He left.", "It opened.", "He left."]
    assert official(ranking, ["It opened.", "He left."]).map_at_10 == (2 / 1) / 2
    assert official(ranking[1:], ["It opened.", "He left."]).map_at_10 == (1 / 1 + 1 / 2) / 2


def test_to_the_authors_the_eleventh_rank_is_too_late():
    assert official(["x"] * 10 + ["It opened."], ["It opened."]).hits_at_10 == 0
    assert official(["x"] * 4 + ["It opened."], ["It opened."]).hits_at_4 == 0


def test_strictly_every_fact_must_be_found():
    ranking = passages(("u1", "It opened."), ("u9", "x"), ("u2", "He left."))
    assert strict(ranking, [ONE, TWO]).hits_at_4 == 1
    assert strict(ranking[:2], [ONE, TWO]).hits_at_4 == 0
    assert strict(ranking[:2], [ONE, TWO]).recall_at_10 == 1 / 2
    assert strict(ranking, [ONE, TWO]).map_at_10 == (1 / 1 + 2 / 3) / 2


@pytest.mark.parametrize(("article", "text"), [("u2", "It opened."), ("u1", "Reit opened."), ("u1", "Ito pened.")])
def test_strictly_a_fact_stands_word_for_word_in_its_own_article(article, text):
    assert official([text], [ONE.fact]).hits_at_10 == (text != "Reit opened." or 0)
    assert strict(passages((article, text)), [ONE]).hits_at_10 == 0


def test_strictly_line_ends_are_blanks():
    assert strict(passages(("u1", "Then: It\nopened.")), [ONE]).mrr_at_10 == 1


@pytest.mark.parametrize(
    ("said", "right"), [("the Yes man", True), ("yes, it is", False), ('The answer to the question is "no".', False)]
)
def test_to_the_authors_one_word_in_common_is_an_answer(said, right):
    assert official_answer(said, "Yes") is right


def test_strictly_the_whole_answer_is_said_and_a_null_query_is_refused():
    asked = Asked(query="Who?", answer="Ada Vale", question_type="inference_query")
    null = Asked(query="Who?", answer="Insufficient information.", question_type="null_query")
    assert not strict_answer({"answered": True, "text": "Ada left."}, asked)
    assert strict_answer({"answered": True, "text": "“Ada Vale” left."}, asked)
    assert strict_answer({"answered": False, "text": ""}, null)
    assert not strict_answer({"answered": True, "text": "Ada."}, null)


def run(*questions):
    told = {"answered": True, "text": "Ada Vale opened it."}
    ranking = ({"article_id": "u1", "text": "It opened."},)
    return Run({}, questions, tuple(Reply(q.id, told, (), 1.0, passages=ranking) for q in questions))


ASKED = {
    "mh-0001": Asked(query="Who?", answer="Ada", question_type="inference_query", evidence_list=[ONE, TWO]),
    "mh-0002": Asked(query="Who?", answer="Insufficient information.", question_type="null_query"),
}


def test_a_run_is_scored_both_ways_and_null_queries_count_for_answers_only():
    scores = score(run(Question("mh-0001", "Who?"), Question("mh-0002", "Who?")), ASKED)
    assert scores["official"] == {"hits_at_10": 1, "hits_at_4": 1, "map_at_10": 0.5, "mrr_at_10": 1, "answer": 0.5}
    assert (scores["strict"]["hits_at_4"], scores["strict"]["recall_at_10"]) == (0, 0.5)


def test_with_null_queries_alone_retrieval_has_no_value():
    scores = score(run(Question("mh-0002", "Who?")), ASKED)
    assert scores["official"]["hits_at_10"] is None
    assert json.dumps(scores, allow_nan=False)


def test_a_run_of_another_set_is_not_scored():
    with pytest.raises(InvalidInput, match="'a-001' is not of MultiHop-RAG"):
        score(run(Question("a-001", "Who?")), ASKED)


def test_a_refusal_is_what_the_authors_ask_models_to_say():
    refused = {"answered": False, "text": "The archive does not tell."}
    scores = score(Run({}, (Question("mh-0002", "Who?"),), (Reply("mh-0002", refused, (), 1.0),)), ASKED)
    assert (scores["official"]["answer"], scores["strict"]["answer"]) == (1, 1)
    assert ASKED["mh-0002"].answer == multihop.REFUSED
