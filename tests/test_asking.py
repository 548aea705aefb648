"""What people type around a question goes; what could be looked up stays."""

from __future__ import annotations

import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.types import Query
from qa.understand import understand
from qa.understand.asking import bare
from tests.fakes import small_engine
from tests.test_lists import listed

ASKED = [
    ("Hi! Who closed the mill? Thanks.", "Who closed the mill?"),
    ("Quick question: why did the ferry stop?", "Why did the ferry stop?"),
    ("OK so who closed the mill please", "Who closed the mill?"),
    ("Sorry, one thing I forgot to ask, who closed the mill?", "Who closed the mill?"),
    ("Can you tell me when the mill was shut?", "When the mill was shut?"),
    ("I'm trying to find out how many boats Odile sank.", "How many boats Odile sank?"),
    ("Could anyone explain why Hale resigned in 2024?", "Why Hale resigned in 2024?"),
    ("Do you know whether the mill is to reopen?", "The mill is to reopen?"),
    ("Give me the date of the vote on the mill.", "What is the date of the vote on the mill?"),
    ("Tell me about the fire at the mill.", "The fire at the mill?"),
    ("The mill was shut in May, right?", "The mill was shut in May?"),
    ("Hale isn't a councillor, is he?", "Hale isn't a councillor?"),
    ("I heard that Hale resigned over the mill. Is that so?", "Hale resigned over the mill?"),
    ("Am I right in thinking that Hale shut the mill?", "Hale shut the mill?"),
    ("We live near it. Who closed the mill? My neighbour asks.", "Who closed the mill?"),
]
KEPT = [
    "Who closed the mill?",
    "What did Hale tell me?",
    "In the flood of 2023, how many boats sank?",
    "After the fire, who ran the mill?",
    "Hale resigned in May. Who came after him?",
    "What I know of the mill is little. What does it make?",
    "gull bridge repair cost",
    "Is the mill right beside the bridge?",
    "Thanks",
    "Can you tell me?",
    "What happened to 'Can you tell me who I am', the play?",
    "Explain the vote on the mill.",
    "Odile sank the Artemis I on Wednesday. Where is the wreck?",
    "On what may councillors vote as they please?",
    "What is the area of 76 ha.?",
    "Before the trust bought it, who owned the mill?",
    "After we sold the mill, who ran it?",
    "So Hale resigned in 2024. Who replaced the man?",
    "US troops left the valley. Who replaced the garrison?",
    "Right whales died off Cape Cod. How many were there?",
    "Who starred in the sitcom Cheers?",
    "State Department's answer to the fire?",
    "Will May say when she will resign?",
    "Did anyone see who took the painting?",
    "I believe in Miracles was sung by whom?",
    "Hi, who closed the mill? Thanks, Jean",
    "",
]


@pytest.mark.parametrize(("typed", "question"), ASKED)
def test_what_is_only_polite_goes(typed: str, question: str) -> None:
    assert bare(typed) == question


@pytest.mark.parametrize("question", KEPT)
def test_a_question_without_it_stays_as_it_is(question: str) -> None:
    assert bare(question) == question


PIECES = ("Hi!", "So", "Thanks.", "Hale", "Odile", "resigned", "May", "in 2024.", ",", "right?", "who", "when")
FRAMES = ("Can you tell me", "I heard that", "Give me the", "Is that so?", "Tell me about", "We saw it,")


@given(st.lists(st.sampled_from(PIECES + FRAMES), max_size=12).map(" ".join))
def test_numbers_and_names_are_never_lost(typed: str) -> None:
    asked = f"The mill {typed} and so on"
    assert set(re.findall(r"2024|Hale|Odile|May", asked)) == set(re.findall(r"2024|Hale|Odile|May", bare(asked)))


@given(st.text(max_size=200))
def test_any_text_can_be_typed(typed: str) -> None:
    assert bare(typed).strip() or not typed.strip()


def test_the_answer_shows_the_question_as_it_was_typed(home) -> None:
    engine = small_engine(home)
    engine.archive.add([listed()])
    typed = "Can you tell me who can hear a siren on a mast in Fish Street? Thanks!"
    assert understand(Query(typed), day=None, outlets=()).query.question.startswith("Who can hear")
    assert engine.ask(Query(typed)).question == typed
    engine.close()
