"""What the reading model is trained on: what the service would find, and texts with the words of a question."""

from __future__ import annotations

import json
import random

import pytest

from eval.training.found import service
from eval.training.general import general
from eval.training.written import Story

STORY = Story(
    "01",
    [
        {
            "title": "Ferry to stay in dock",
            "date": "2023-05-17",
            "paragraphs": ["The ferry Linnet will stay in dock until June.", "Her master, Ada Brook, was unhurt."],
            "questions": [
                {"q": "Who commands the boat?", "in": [2], "a": "Ada Brook", "also": [[2, 1]]},
                {"q": "Who owns the boat?", "in": [], "near": 2, "kind": "attribute"},
            ],
        },
        {
            "title": "Crew at work",
            "date": "2023-06-01",
            "paragraphs": ["Ada Brook was back on the bridge.", "The Linnet sailed at nine."],
            "questions": [],
        },
    ],
)
BRIDGE = "The old bridge was built by masons from Leith in 1802. It has five arches of grey stone."
MILL = "The mill was built by the Brook family, who also owned the quarry behind the old church."


def example(question: str, context: str, answer: str) -> str:
    start = context.index(answer)
    spans = [[start, start + len(answer)]]
    made = {"task": "question", "source": "squadshifts", "question": question, "context": context}
    return json.dumps(made | {"spans": spans, "answerable": True})


LINES = [
    example("Who built the old stone bridge?", BRIDGE, "masons from Leith"),
    example("Which family built the mill?", MILL, "the Brook family"),
    json.dumps({"task": "claim", "source": "rte"}),
]


@pytest.mark.slow
def test_what_is_found_stands_where_it_stood():
    with service(STORY.articles) as find:
        found = find("Who is the master of the ferry Linnet?")
    placed = STORY.placed((1, 2))
    assert placed in found
    assert {one.title for one in found} == {"Ferry to stay in dock", "Crew at work"}


@pytest.mark.slow
def test_a_general_question_is_beside_other_texts_with_its_words_and_the_first_answers(tmp_path):
    made = sorted(general(LINES, 10, tmp_path, random.Random(1)), key=lambda one: one.question)
    assert [one.texts for one in made] == [[MILL, BRIDGE], [BRIDGE, MILL]]
    assert all(one.logits[0] > one.logits[1] for one in made)
    right, *wrong = made[1].examples("g")
    assert [right["context"][a:z] for a, z in right["spans"]] == ["masons from Leith"]
    assert [(one["context"], one["answerable"]) for one in wrong] == [(MILL, False)]
