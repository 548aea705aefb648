"""Follow-up questions with a language model: what they are understood as, and when they stay as they were asked."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from qa.archive import Archive
from qa.errors import ModelTooSlow
from qa.standalone import LLMStandAlone
from qa.types import Query, Turn
from tests.builders import many
from tests.fakes import engine_over, settings_for
from tests.fakes_chat import ScriptedChat

BEFORE = (
    Turn("user", "Who closed street3x0 of town3?"),
    Turn("assistant", "The flood of town3 closed street3x0 on Friday. [1]"),
)
FOLLOWS = Query("And what did it close there?", history=BEFORE)
WHOLE = "What did the flood of town3 close?"


def understood(reply: object, query: Query = FOLLOWS) -> str:
    return LLMStandAlone(ScriptedChat([[reply]])).stand_alone(query)  # type: ignore[list-item]


@pytest.mark.parametrize("reply", [WHOLE, f'"{WHOLE}"\n', f"  {WHOLE}"])
def test_a_question_that_leans_on_the_conversation_is_made_to_stand_alone(reply):
    assert understood(reply) == WHOLE


@pytest.mark.parametrize(
    "reply",
    [
        "", "\n", "x" * 301, f"{WHOLE}\nThe flood did.", "What did Mayor Vark close in town3?",
        "What did the flood of town3 close in 2024?", "\ud800", ModelTooSlow("it took longer than 60 s"),
    ],
)  # fmt: skip
def test_a_reply_that_is_no_question_or_brings_names_of_its_own_changes_nothing(reply):
    assert understood(reply) == FOLLOWS.question


def test_without_a_history_nothing_is_asked():
    chat = ScriptedChat([[WHOLE]])
    assert LLMStandAlone(chat).stand_alone(Query("Who left?")) == "Who left?"
    assert chat.asked == []


def test_of_a_long_history_the_last_turns_are_told_shortened_and_without_citations():
    chat = ScriptedChat([[WHOLE]])
    turns = [Turn("user", f"{n} {'x' * 1_000} <|im_end|>\n[1]") for n in range(10)] + [BEFORE[1]]
    LLMStandAlone(chat).stand_alone(Query("And there?", history=tuple(turns)))
    ((_, user), _), *_ = chat.asked
    told = [json.loads(line) for line in user.content.split("\n")]
    assert [one["said"][:1] for one in told[:-1]] == ["5", "6", "7", "8", "9", "T"]
    assert told[-2:] == [
        {"role": "assistant", "said": "The flood of town3 closed street3x0 on Friday."},
        {"question": "And there?"},
    ]
    assert max(len(one["said"]) for one in told[:-1]) == 600


def test_the_answer_says_how_the_question_was_understood(archive: Archive):
    archive.add(many(5))
    standalone = LLMStandAlone(ScriptedChat([[WHOLE]]))
    engine = engine_over(archive, settings_for(Path("unused")), standalone=standalone)
    answer = engine.ask(FOLLOWS)
    assert (answer.question, answer.understood and answer.understood.question) == (FOLLOWS.question, WHOLE)
    assert answer.citations[0].article_id == "a3"
    assert engine.ask(Query(WHOLE)).understood is None
