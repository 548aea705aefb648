"""Fitting highlights: what counts as right, and a threshold that keeps nine in ten right."""

from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest

from eval.fit_confidence import area_under_roc
from eval.fit_reading import _threshold, is_right
from eval.questions import load

SAMPLE = Path(__file__).parents[1] / "eval/sets/sample"


@pytest.mark.parametrize(("words", "right"), [("the £1,940", True), ("1,940", True), ("parcels", False), ("…", False)])
def test_words_are_right_that_contain_an_expected_answer_or_lie_in_one(words: str, right: bool) -> None:
    assert is_right(words, ["1,940", "£1,940 in all"]) is right


def test_the_threshold_shows_as_many_as_stay_right() -> None:
    sure = np.linspace(1, 0, 40)
    right = np.array([n < 20 for n in range(40)])
    assert right[sure >= _threshold(sure, right)].mean() >= 0.9
    assert (sure >= _threshold(sure, right)).sum() == 22
    assert _threshold(sure, ~right) == 1.0


def test_every_article_that_answers_a_question_of_several_things_is_of_a_story() -> None:
    stories = json.loads((SAMPLE / "stories.json").read_text("utf-8"))
    told = {gold.article for question in load(SAMPLE / "several.jsonl").questions for gold in question.gold}
    assert told <= {article for ids in stories.values() for article in ids}


@pytest.mark.parametrize(
    ("yes", "no", "area"),
    [([3.0, 2.0], [1.0, 0.0], 1.0), ([0.0], [1.0], 0.0), ([1.0, 2.0], [1.0], 0.75), ([2.0, 0.0], [1.0], 0.5)],
)
def test_the_area_counts_pairs_in_their_right_order_and_ties_half(yes, no, area) -> None:
    assert area_under_roc(np.array(yes), np.array(no)) == area
