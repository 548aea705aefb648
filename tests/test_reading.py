"""The reading model: words stay in their place, near misses read worse than answers, and odd texts do no harm."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.models import reading
from qa.models.reading import ReadingModel
from qa.reading import _MOST_WORDS, Reading

TITLE = "Rovers win at last. "
NAMED = "The manager, Ruth Abbot, said after the match on Sunday that the team had earned its luck."
NAMELESS = "The manager said after the match on Sunday that the team had earned its luck."


@pytest.fixture(scope="module")
def model() -> ReadingModel:
    return reading.load()


@st.composite
def readings(draw: st.DrawFn) -> Reading:
    """A text of words of one to four letters with one space between, and any chances."""
    lengths = draw(st.lists(st.integers(1, 4), min_size=1, max_size=40))
    starts = np.cumsum([0, *(length + 1 for length in lengths[:-1])])
    places = np.stack([starts, starts + lengths], axis=1)
    chances = st.lists(st.floats(-20, 0, width=32), min_size=len(lengths), max_size=len(lengths))
    return Reading(0.0, places, np.array(draw(chances), np.float32), np.array(draw(chances), np.float32))


@given(readings(), st.integers(0, 60), st.integers(0, 200))
def test_the_best_words_are_the_best_of_all_that_stand_inside(seen: Reading, start: int, length: int) -> None:
    end = start + length
    inside = [i for i, (a, b) in enumerate(seen.places) if a >= start and b <= end]
    every = [seen.starts[i] + seen.ends[j] for i in inside for j in inside if i <= j < i + _MOST_WORDS]
    found = seen.best_in(start, end)
    if not every:
        assert found is None
        return
    assert found is not None
    assert found.score == pytest.approx(max(every))
    assert start <= found.start < found.end <= end


def test_it_finds_the_words_that_answer_and_never_in_the_title(model: ReadingModel) -> None:
    (seen,) = model.read("Who is the manager of Rovers?", [(TITLE, NAMED)])
    words = seen.best_in(0, len(NAMED))
    assert words is not None
    assert "Ruth Abbot" in NAMED[words.start : words.end]
    assert seen.places.min() == 0
    assert seen.places.max() == len(NAMED)


def test_a_passage_that_leaves_out_what_is_asked_reads_worse(model: ReadingModel) -> None:
    named, nameless = model.read("What is the name of the manager?", [(TITLE, NAMED), (TITLE, NAMELESS)])
    assert named.logit > nameless.logit + 1


def test_a_passage_reads_alike_in_any_company(model: ReadingModel) -> None:
    """Nearly: int8 activations depend a little on how a batch is padded."""
    texts = [(TITLE, NAMED), ("", NAMELESS), ("", "It rained."), (TITLE, NAMED * 5)]
    together = model.read("Who won?", texts)
    alone = [model.read("Who won?", [text])[0] for text in texts]
    assert [seen.logit for seen in together] == pytest.approx([seen.logit for seen in alone], abs=0.7)


@pytest.mark.parametrize("text", ["", " ", "🌊" * 3_000, "word " * 5_000, "\u200d\u0301", "ﷺ" * 600])
def test_odd_texts_are_read_too(model: ReadingModel, text: str) -> None:
    for seen in model.read(text, [(text, text), ("", text), (TITLE, NAMED)]):
        assert np.isfinite(seen.logit)
        words = seen.best_in(0, len(text))
        assert words is None or 0 <= words.start < words.end <= len(text)
