"""Sentences are slices of their paragraph, none is lost, and what news writes with a full stop stays whole."""

from __future__ import annotations

import time

import hypothesis
import pytest
from hypothesis import strategies as st

from qa.sentences import split
from tests.builders import any_text, prose, unbroken, very_long

WHOLE = [
    "The U.S. Navy sent two ships to the strait.",
    "The fine of $1.5 million was paid in March.",
    "Prices rose by 3.2 per cent, the bank said.",
    "He lives at No. 1 Harbour Road.",
    "The parish of St. Brannoc voted against it.",
    "Mr. Haske and Dr. Vark met Gov. Ron Lund on Friday.",
    "D. J. Müller won the seat for Labour.",
    "The meeting ended at 9 p.m. on Tuesday.",
    "“I have never seen the sea so angry. Nobody slept,” said Ms Vark.",
    "‘We are closed,’ said the note on the door.",
    '"We waited. We waited all night," he said.',
    "Acme Inc. is based in Port Ellery.",
    "The inquest opened on Sept. 3 in Ellery.",
    "Vols. 1 to 3 are lost, e.g. the atlas.",
    "Lt. Col. Ada Orme took command.",
]
TWO = [
    ("The bridge closed. The ferry ran.", ["The bridge closed.", "The ferry ran."]),
    ("Who pays? The council does.", ["Who pays?", "The council does."]),
    ("He waited … and left. She stayed.", ["He waited … and left.", "She stayed."]),
    ("It cost $1.5 million. Nobody paid.", ["It cost $1.5 million.", "Nobody paid."]),
    ("“It is over,” he said. “Go home.”", ["“It is over,” he said.", "“Go home.”"]),
    ("He moved to the U.S. The trial began in May.", ["He moved to the U.S.", "The trial began in May."]),
    ("They left at 5 p.m. The doors closed.", ["They left at 5 p.m.", "The doors closed."]),
    ("She was “furious”. He was not.", ["She was “furious”.", "He was not."]),
    ("He said: “No.” She said: “Yes.”", ["He said: “No.”", "She said: “Yes.”"]),
    ("Stop!\nThe ferry ran.", ["Stop!", "The ferry ran."]),
]


@pytest.mark.parametrize("text", WHOLE)
def test_a_sentence_is_not_cut_at_an_abbreviation_a_number_or_inside_a_quotation(text: str) -> None:
    assert [sentence.text for sentence in split(text)] == [text]


@pytest.mark.parametrize(("text", "sentences"), TWO)
def test_two_sentences_are_two(text: str, sentences: list[str]) -> None:
    assert [sentence.text for sentence in split(text)] == sentences


def test_a_blank_text_has_no_sentence() -> None:
    assert split(" \n ") == ()


texts = st.one_of(
    prose,
    any_text,
    very_long,
    unbroken,
    st.text("ab .?!…“”\"'’()[]\n1U", max_size=80),
    st.lists(prose | any_text).map(" ".join),
)


@hypothesis.given(texts)
def test_sentences_are_slices_in_order_and_lose_nothing_but_space(text: str) -> None:
    position = 0
    for start, end, sentence in split(text):
        assert text[start:end] == sentence == sentence.strip() != ""
        assert not text[position:start].strip()
        position = end
    assert not text[position:].strip()


@pytest.mark.parametrize(
    "text", ["." * 1_800, "(" * 900 + ")" * 900, "a." * 900, "“" * 1_800, '" ' * 900, "A B. " * 360, "1. " * 600]
)
def test_no_paragraph_takes_long_to_cut(text: str) -> None:
    began = time.perf_counter()
    split(text)
    assert time.perf_counter() - began < 3
