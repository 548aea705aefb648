import random
from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from eval.curves import RiskCoverage, risk_coverage
from eval.judge import Judged
from eval.questions import Gold, Question
from tests.checks_eval import Batch, check_curve

GOLD = Question("q", "?", gold=(Gold("a", 1),))
NONE = Question("u", "?", answerable=False)


def at(confidence, *, right, question=GOLD):
    return Judged(question, True, (), (), False, False, 1.0, confidence=confidence, would_hit=right)


def test_risk_and_coverage_of_four_questions_reckoned_by_hand():
    found = risk_coverage(
        [at(0.9, right=True), at(0.8, right=False), at(0.7, right=True), at(0.6, right=False, question=NONE)]
    )
    assert found.points == ((0.25, 0, 0.9), (0.5, 0.5, 0.8), (0.75, 1 / 3, 0.7), (1, 0.5, 0.6))
    assert found.area == round((0 + 1 / 2 + 1 / 3 + 1 / 2) / 4, 4)
    assert found.thresholds == {"1": 0.9, "5": 0.9, "10": 0.9}


def test_questions_of_equal_confidence_are_one_step():
    judged = [at(0.5, right=True), at(0.5, right=False)]
    assert risk_coverage(judged).points == risk_coverage(judged[::-1]).points == ((1.0, 0.5, 0.5),)
    assert risk_coverage(judged).area == 0.5


def test_no_threshold_keeps_the_risk_where_the_most_confident_is_wrong():
    assert set(risk_coverage([at(0.9, right=False), at(0.1, right=True)]).thresholds.values()) == {None}


def test_a_threshold_answers_most_also_where_the_risk_had_risen_and_fell_again():
    judged = [at(0.9, right=True), at(0.8, right=False), *[at((70 - n) / 100, right=True) for n in range(18)]]
    assert risk_coverage(judged).thresholds == {
        "1": 0.9,
        "5": judged[-1].confidence,
        "10": judged[10 - 1].confidence,
    } or (risk_coverage(judged).thresholds["5"] == judged[-1].confidence)


def test_an_answerable_question_without_gold_is_left_out():
    assert risk_coverage([at(0.9, right=False, question=replace(GOLD, gold=()))]) == RiskCoverage(
        (), None, {"1": None, "5": None, "10": None}
    )


@given(st.randoms(use_true_random=False), st.integers(0, 9))
def test_the_curve_agrees_with_its_definition_reckoned_threshold_by_threshold(drawn, size):
    check_curve(risk_coverage, Batch.drawn(drawn, size))


@given(st.randoms(use_true_random=False), st.integers(1, 9))
def test_the_area_lies_between_0_and_1_within_its_interval(drawn, size):
    found = risk_coverage(Batch.drawn(drawn, size).judged)
    assert found.area is None or 0 <= found.low <= found.high <= 1


def test_the_order_of_the_questions_changes_nothing():
    judged = Batch.drawn(random.Random(3), 60).judged
    ours, theirs = risk_coverage(judged), risk_coverage(judged[::-1])
    assert (ours.points, ours.area, ours.thresholds) == (theirs.points, theirs.area, theirs.thresholds)


def test_a_sure_and_sorted_reader_has_a_smaller_area_than_an_unsorted_one():
    sorted_well = [at(1 - n / 100, right=n < 50) for n in range(100)]
    unsorted = [at(1 - n / 100, right=n % 2 == 0) for n in range(100)]
    assert risk_coverage(sorted_well).area < risk_coverage(unsorted).area
