"""Words for matching: the same whoever typed them."""

from __future__ import annotations

import hypothesis
import pytest
from hypothesis import strategies as st

from qa.words import content_words, fold, stem, stems, words


@pytest.mark.parametrize(
    ("word", "folded"), [("Alibaba’s", "alibaba"), ("Café", "cafe"), ("boats'", "boats"), ("U.S", "u.s")]
)
def test_folding_takes_case_accents_and_possessives(word: str, folded: str) -> None:
    assert fold(word) == folded


def test_the_words_of_asking_carry_no_meaning() -> None:
    assert content_words("What was the name of the ferry’s captain?") == ["ferry", "captain"]


def test_forms_of_a_word_meet() -> None:
    assert stem("closing") == stem("closed") == stem("closes") == stem("close")


@hypothesis.given(st.text())
def test_folding_again_changes_nothing_and_stems_are_never_empty(text: str) -> None:
    assert [fold(word) for word in words(text)] == words(text)
    assert all(stems(text)) or not stems(text)
