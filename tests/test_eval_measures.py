import math
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval import measures
from eval.judge import Judged
from eval.measures import GROUPS, MEASURES, differences, p_values, percentile, scores
from eval.questions import Gold, Question
from eval.report import HEADLINES, LABELS
from tests.checks_eval import EXPECTED, Batch, check, check_p_value, check_percentile

GOLD = (Gold("a", 1), Gold("a", 2))


def answered(*hits, answerable=True, quoted=False, gold=GOLD, answers=("x",)):
    question = Question("q", "?", answerable, answers if answerable else (), gold if answerable else ())
    return Judged(question, True, hits, tuple(any(h) for h in hits), quoted, quoted, 10.0)


def refused(*, answerable):
    question = Question("q", "?", answerable, ("x",) if answerable else (), GOLD if answerable else ())
    return Judged(question, False, (), (), False, False, 5.0)


RIGHT = answered((True, False), quoted=True)
WRONG = answered((False, False), (True, True))
MADE_UP = answered((), answerable=False)
RIGHTLY_REFUSED = refused(answerable=False)
WRONGLY_REFUSED = refused(answerable=True)
FIVE = [RIGHT, WRONG, MADE_UP, RIGHTLY_REFUSED, WRONGLY_REFUSED]
MISS, FIRST, SECOND = (False, False), (True, False), (False, True)
RANKED = [
    replace(RIGHT, ranked=(FIRST, MISS, SECOND), ranked_articles=((True,), (False,)), ranking_told=True),
    replace(WRONG, ranked=(MISS, FIRST), ranked_articles=((False,), (True,)), ranking_told=True),
    replace(WRONGLY_REFUSED, ranked=(), ranked_articles=(), ranking_told=True),
    replace(MADE_UP, ranked=((),), ranked_articles=((),), ranking_told=True),
]


@pytest.mark.parametrize(
    ("name", "value", "questions"),
    [
        ("citation_hit", 1 / 3, 3),
        ("article_hit", 1 / 3, 3),
        ("citation_precision", 3 / 4, 2),
        ("citation_recall", (0.5 + 1 + 0) / 3, 3),
        ("answer_quoted", 1 / 3, 3),
        ("answer_in_paragraph", 1 / 3, 3),
        ("answered_rate", 2 / 3, 3),
        ("refusal_recall", 1 / 2, 2),
        ("refusal_precision", 1 / 2, 2),
        ("refusal_f1", 1 / 2, 3),
    ],
)
def test_each_measure_on_five_questions_reckoned_by_hand(name, value, questions):
    score = scores(FIVE)[name]
    assert score.value == pytest.approx(value, abs=1e-4)
    assert score.questions == questions
    assert score.low <= score.value <= score.high


LOG3 = math.log2(3)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("hits_at_1", 1 / 3),
        ("hits_at_3", 2 / 3),
        ("recall_at_10", (1 + 1 / 2 + 0) / 3),
        ("mrr_at_10", (1 + 1 / 2 + 0) / 3),
        ("ndcg_at_10", ((1 + 1 / 2) / (1 + 1 / LOG3) + 1 / LOG3 / (1 + 1 / LOG3)) / 3),
        ("article_hits_at_1", 1 / 3),
        ("article_ndcg_at_10", (1 + 1 / LOG3 + 0) / 3),
    ],
)
def test_retrieval_on_four_questions_reckoned_by_hand(name, value):
    score = scores(RANKED)[name]
    assert score.value == pytest.approx(value, abs=1e-4)
    assert score.questions == 3


def test_a_ranking_that_was_not_told_counts_for_no_retrieval_measure():
    assert all(scores(FIVE)[name].value is None for name in GROUPS["retrieval"])


def test_gold_entries_that_one_passage_meets_together_are_one_paragraph():
    twice = replace(RANKED[0], ranked=((True, True), MISS))
    assert measures.ndcg_at_10(twice) == measures.recall_at_10(twice) == (1.0, 1.0)


def test_a_second_passage_for_the_same_gold_entry_gains_nothing():
    again = replace(RANKED[0], ranked=(FIRST, FIRST, SECOND))
    assert measures.ndcg_at_10(again) == measures.ndcg_at_10(replace(again, ranked=(FIRST, MISS, SECOND)))


def test_statements_are_counted_and_not_answers():
    judged = [
        replace(RIGHT, quotes_hold=(True, True, False), supported=(True,) * 3, judged_supported=(True, None, False)),
        replace(WRONG, quotes_hold=(True,), supported=(False,), judged_supported=(None,)),
    ]
    found = {name: scores(judged)[name].value for name in ("quotes_hold", "supported", "judged_supported")}
    assert found == {"quotes_hold": 0.75, "supported": 0.75, "judged_supported": 0.5}


@given(st.randoms(use_true_random=False), st.integers(1, 6))
def test_every_measure_agrees_with_another_implementation_on_random_evaluations(drawn, size):
    batch = Batch.drawn(drawn, size)
    for name, measure in MEASURES.items():
        check(name, measure, batch)


def test_every_measure_has_another_implementation_a_group_and_a_label():
    assert set(EXPECTED) == set(MEASURES) == set(LABELS) == {name for group in GROUPS.values() for name in group}
    assert {name for group in HEADLINES.values() for name in group} <= set(MEASURES)


def test_every_measure_says_what_it_is():
    assert all(measure.__doc__ for measure in MEASURES.values())


def test_the_answer_in_its_paragraph_and_in_its_quote_are_two_things():
    judged = Judged(RIGHT.question, True, RIGHT.hits, (True,), False, True, 1.0)
    assert measures.answer_quoted(judged) == (0.0, 1.0)
    assert measures.answer_in_paragraph(judged) == (1.0, 1.0)


def test_another_paragraph_of_the_right_article_is_an_article_hit_alone():
    judged = Judged(RIGHT.question, True, ((False, False),), (True,), False, False, 1.0)
    assert measures.citation_hit(judged) == (0.0, 1.0)
    assert measures.article_hit(judged) == (1.0, 1.0)


def test_a_measure_for_which_no_question_counts_has_no_value_and_is_not_nan():
    assert scores([RIGHT])["refusal_recall"] == measures.Score(None, None, None, 0)
    assert scores([])["citation_hit"] == measures.Score(None, None, None, 0)


judged_lists = st.lists(st.sampled_from(FIVE), min_size=1, max_size=12)


@given(judged_lists)
def test_refusing_agrees_with_the_confusion_matrix(judged):
    tp = sum(j is RIGHTLY_REFUSED for j in judged)
    fp, fn = sum(j is WRONGLY_REFUSED for j in judged), sum(j is MADE_UP for j in judged)
    found = scores(judged)
    assert found["refusal_precision"].value == (round(tp / (tp + fp), 4) if tp + fp else None)
    assert found["refusal_recall"].value == (round(tp / (tp + fn), 4) if tp + fn else None)
    assert found["refusal_f1"].value == (round(2 * tp / (2 * tp + fp + fn), 4) if tp + fp + fn else None)


@given(judged_lists)
def test_every_value_and_interval_lies_between_0_and_1(judged):
    for score in scores(judged).values():
        assert score.value is None or 0 <= score.low <= score.high <= 1


def test_intervals_are_the_same_on_every_run_and_narrow_with_more_questions():
    few, many = scores(FIVE * 4)["citation_hit"], scores(FIVE * 100)["citation_hit"]
    assert scores(FIVE * 4)["citation_hit"] == few
    assert many.high - many.low < (few.high - few.low) / 3


def test_the_interval_of_a_rate_is_about_that_of_the_normal_approximation():
    judged = [RIGHTLY_REFUSED] * 70 + [MADE_UP] * 30
    score, wide = scores(judged)["refusal_recall"], 1.96 * math.sqrt(0.7 * 0.3 / 100)
    assert score.low == pytest.approx(0.7 - wide, abs=0.02)
    assert score.high == pytest.approx(0.7 + wide, abs=0.02)


def test_a_run_does_not_differ_from_itself():
    defined = [name for name, score in scores(FIVE).items() if score.value is not None]
    for name in defined:
        score = differences(FIVE, FIVE)[name]
        assert (score.value, score.low, score.high, p_values(FIVE, FIVE)[name]) == (0, 0, 0, 1)


def test_a_difference_that_is_not_defined_has_no_p_value():
    assert p_values([RIGHT], [RIGHT])["refusal_recall"] is None


def test_a_difference_has_the_p_value_of_all_ways_of_changing_sides():
    def drawn(before, after):
        old, new = [[RIGHT if one else WRONG for one in run] for run in (before, after)]
        return p_values(old, new)["citation_hit"]

    for won in range(9):
        check_p_value(drawn, [1] * 2 + [0] * 8, [0] * 1 + [1] * (won + 1) + [0] * (8 - won))


def test_a_clear_difference_is_unlikely_to_be_chance_and_a_small_one_is_likely():
    assert p_values([WRONG] * 20, [RIGHT] * 20)["citation_hit"] == 1e-4
    assert p_values([WRONG, *FIVE * 8], [RIGHT, *FIVE * 8])["citation_hit"] == 1


@given(st.lists(st.floats(0, 1e6), min_size=1), st.sampled_from([1, 50, 95, 99, 100]))
def test_a_percentile_is_the_nearest_rank_and_a_measured_value(values, percent):
    check_percentile(percentile, values, percent)
    assert percentile(values, percent) == np.percentile(values, percent, method="inverted_cdf")
