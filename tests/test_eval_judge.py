import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.ask import Reply
from eval.judge import contains_any, hits_gold, judge, normalised
from eval.questions import Gold, Question
from tests.fakes_eval import TEXTS, answered, refused, version

CITATION = {"article_id": "bridge", "url": "https://wick.example/bridge", "paragraph": 1}


@pytest.mark.parametrize(
    ("gold", "hit"),
    [
        (Gold("bridge", 1), True),
        (Gold("https://wick.example/bridge", 1), True),
        (Gold("bridge", 2), False),
        (Gold("tunnel", 1), False),
        (Gold("bridge"), True),
        (Gold("bridge", None, "reopened  on\nFriday"), True),
        (Gold("bridge", 2, "reopened on Friday"), True),
        (Gold("bridge", 1, "words that stand elsewhere"), True),
        (Gold("bridge", 2, "words that stand elsewhere"), False),
        (Gold("tunnel", None, "reopened on Friday"), False),
    ],
)
def test_a_citation_hits_the_same_paragraph_or_one_that_contains_the_quote(gold, hit):
    assert hits_gold(CITATION, TEXTS[0], gold) is hit


def test_an_answer_is_judged_by_its_citations_and_their_paragraphs():
    question = Question("q", "Who?", answers=("Ada Vale",), gold=(Gold("bridge", 1), Gold("bridge", 2)))
    answer = answered("Who?", version().paragraphs[1], quote="“It took two years,”")
    judged = judge(question, Reply("q", answer.as_json(), (TEXTS[1],), 12.0))
    assert judged.hits == ((False, True),)
    assert (judged.first_hits, judged.right_articles) == (True, (True,))
    assert (judged.answer_quoted, judged.answer_in_paragraph) == (False, True)


def test_a_refusal_hits_nothing():
    question = Question("q", "Who?", answers=("Ada",), gold=(Gold("bridge", 1),))
    judged = judge(question, Reply("q", refused("Who?").as_json(), (), 1.0))
    assert judged.refused
    assert not any((judged.first_hits, judged.answer_quoted, judged.answer_in_paragraph))


@pytest.mark.parametrize(
    ("text", "answer", "held"),
    [
        ("repairs of £1.5 million", "1.5 million", True),
        ("the “Squid Game” show", "Squid Game", True),
        ("in 2014", "4", False),
        ("THE Old Bridge", "an old bridge", True),
        ("anything", "the", False),
        ("anything", "", False),
    ],
)
def test_an_answer_stands_in_a_text_as_whole_words_after_normalisation(text, answer, held):
    assert contains_any([text], [answer]) is held


def squad_normalised(text):
    """The definition of the SQuAD evaluation script, written down anew."""
    lower = "".join(c for c in text.lower() if c not in set(string.punctuation))
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", lower).split())


@given(st.text(st.characters(max_codepoint=127)))
def test_on_ascii_text_normalising_is_as_squad_defines_it(text):
    assert normalised(text) == squad_normalised(text)


@given(st.text())
def test_normalising_leaves_no_punctuation(text):
    assert not any(unicodedata.category(char)[0] == "P" for char in normalised(text))
