"""Articles of our own to train on: each answer stands in its paragraph, and no question has two that answer."""

from __future__ import annotations

import itertools
import json
import random
from collections import defaultdict

import pytest

from eval.training.written import FOLDER, HELD, rehearsed, stories, written_examples

ARTICLE = {
    "title": "Ferry to stay in dock",
    "date": "2023-05-17",
    "paragraphs": [
        "The ferry Linnet will stay in dock until June.",
        "Her master, Ada Brook, was unhurt.",
        "Talks go on.",
    ],
    "questions": [
        {"q": "Who commands the boat?", "in": [2], "a": "Ada Brook"},
        {"q": "Who owns the boat?", "in": [], "near": 2, "kind": "attribute"},
    ],
}


@pytest.fixture
def folder(tmp_path):
    for name in ("01", HELD):
        (tmp_path / f"{name}.jsonl").write_text(json.dumps(ARTICLE) + "\n")
    return tmp_path


def among_all(folder):
    """The first paragraphs of all, as if they were found for any question."""
    every = (told.placed(place) for told in stories(folder) for place in told.places())
    placed = list(itertools.islice(every, 20))
    return lambda question: placed


def examples(folder):
    return list(written_examples(random.Random(1), among_all(folder), list(stories(folder))))


def test_a_question_is_read_against_the_paragraph_that_answers_and_its_neighbours(folder):
    made = [one for one in examples(folder) if one["source"] == "written"]
    right = [one for one in made if one["answerable"]]
    assert len(right) == 1
    assert [right[0]["context"][start:end] for start, end in right[0]["spans"]] == ["Ada Brook"]
    assert len(made) == 3


def test_a_near_miss_is_never_called_answered(folder):
    made = [one for one in examples(folder) if one["source"] == "written/attribute"]
    assert [one["answerable"] for one in made] == [False] * len(made)
    assert "Ada Brook" in made[0]["context"]


def test_the_file_that_is_kept_back_gives_no_example(folder):
    assert {one["group"].split(".")[0] for one in examples(folder)} == {"01"}


def test_a_paragraph_of_another_article_that_answers_too_is_not_called_wrong(tmp_path):
    first = ARTICLE | {"story": "s1"}
    other = {"title": "Crew at work", "date": "2023-06-01", "story": "s1", "questions": []}
    other["paragraphs"] = ["Ada Brook was back on the bridge.", "The Linnet sailed at nine."]
    first["questions"] = [{"q": "Who commands the boat?", "in": [2], "a": "Ada Brook", "also": [[2, 1]]}]
    (tmp_path / "01.jsonl").write_text(json.dumps(first) + "\n" + json.dumps(other) + "\n")
    wrong = {one["context"].split(" | ")[-1] for one in examples(tmp_path) if not one["answerable"]}
    assert wrong
    assert "Ada Brook was back on the bridge." not in wrong


def test_of_the_first_training_only_questions_are_rehearsed():
    lines = [json.dumps({"task": task}) for task in ("claim", "question", "claim", "question", "question")]
    assert list(rehearsed(lines, 2, random.Random(1))) == [{"task": "question"}] * 2


def test_every_answer_stands_in_its_paragraph():
    for article, asked in [(one, asked) for told in stories() for one in told.articles for asked in one["questions"]]:
        if asked["in"]:
            assert asked["a"] in article["paragraphs"][asked["in"][0] - 1], asked["q"]
        else:
            assert 1 <= asked["near"] <= len(article["paragraphs"]), asked["q"]


def test_what_answers_or_tempts_elsewhere_is_a_paragraph_of_the_story():
    for told in stories():
        elsewhere = [
            (article, number, asked["q"])
            for one in told.articles
            for asked in one["questions"]
            for article, number in asked.get("also", []) + asked.get("near_also", [])
        ]
        assert all((article, number) in told.places() for article, number, _ in elsewhere), elsewhere


def test_no_group_has_two_passages_that_answer():
    groups = defaultdict(int)
    for one in examples(FOLDER):
        groups[one["group"]] += one["answerable"]
    assert max(groups.values()) == 1
