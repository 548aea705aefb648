import re
import string
import unicodedata

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.ask import Reply
from eval.judge import contains_any, exact_match, hits_gold, judge, normalised, token_f1
from eval.questions import Gold, Question
from tests.checks_eval import squad_exact, squad_f1, squad_words
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


PASSAGES = tuple(
    {"article_id": a, "url": f"https://wick.example/{a}", "paragraph": n, "text": text}
    for a, n, text in [("tunnel", 1, "Dark."), ("bridge", 2, TEXTS[1]), ("bridge", 1, TEXTS[0])]
)


def test_a_ranking_is_judged_by_passages_and_by_distinct_articles():
    gold = (Gold("bridge", 1), Gold("https://wick.example/tunnel"))
    reply = Reply("q", answered("Who?", version().paragraphs[1]).as_json(), (TEXTS[1],), 1.0, None, PASSAGES)
    judged = judge(Question("q", "Who?", gold=gold), reply)
    assert judged.ranked == ((False, True), (False, False), (True, False))
    assert judged.ranked_articles == ((False, True), (True, False))
    assert (judged.ranking_told, judged.first_cited_rank) == (True, 1)


def test_a_ranking_that_was_told_to_be_empty_is_not_one_that_was_not_told():
    answer = refused("Who?").as_json()
    for told in (True, False):
        assert judge(Question("q", "Who?"), Reply("q", answer, (), 1.0, told_passages=told)).ranking_told is told


def test_what_would_have_been_shown_is_the_first_citation_or_the_first_nearest_passage():
    first, second = Question("q", "Who?", gold=(Gold("bridge", 1),)), Question("q", "Who?", gold=(Gold("bridge", 2),))
    refusal = Reply("q", refused("Who?").as_json(), (), 1.0)
    answer = Reply("q", answered("Who?", version().paragraphs[1]).as_json(), (TEXTS[1],), 1.0)
    assert [judge(q, r).would_hit for q in (first, second) for r in (refusal, answer)] == [True, False, False, True]
    assert (judge(first, refusal).confidence, judge(first, answer).confidence) == (0.1, 0.9)


def test_where_an_answer_tells_no_confidence_it_is_sure_and_a_refusal_is_not():
    answers = [answered("Who?", version().paragraphs[1]).as_json(), refused("Who?").as_json()]
    replies = [Reply("q", {**a, "confidence": None}, (TEXTS[1],) * len(a["citations"]), 1.0) for a in answers]
    assert [judge(Question("q", "Who?"), reply).confidence for reply in replies] == [1, 0]


@pytest.mark.parametrize(
    ("text", "holds"), [(TEXTS[1], True), ("“It took three years,” said Vale.", False), ("", False)]
)
def test_a_quote_holds_where_it_stands_word_for_word_in_its_paragraph(text, holds):
    reply = Reply("q", answered("Who?", version().paragraphs[1]).as_json(), (text,), 1.0)
    judged = judge(Question("q", "Who?"), reply, {0: False})
    assert (judged.quotes_hold, judged.supported, judged.judged_supported) == ((holds,), (True,), (False,))


@pytest.mark.parametrize(
    ("quote", "answer", "exact", "f1"),
    [
        ("The 14 boats.", "14 boats", True, 1),
        ("The storm sank 14 boats", "14 boats", False, 2 * (1 / 2) * 1 / (1 / 2 + 1)),
        ("boats boats", "boats", False, 2 / 3),
        ("nothing alike", "14 boats", False, 0),
        ("the", "a", False, 0),
    ],
)
def test_exact_match_and_f1_are_squads(quote, answer, exact, f1):
    assert exact_match(["no", quote], ["not", answer]) is exact
    assert token_f1(["no", quote], ["not", answer]) == pytest.approx(f1)


WORDS = st.lists(
    st.sampled_from(["the", "a", "An", "boat", "boat,", "red", "Red!", "sank", "$1.5", "(quay)"]), max_size=6
)


@given(WORDS.map(" ".join), st.lists(WORDS.map(" ".join), min_size=1, max_size=3))
def test_exact_match_and_f1_agree_with_squads_definition_written_anew(text, answers):
    wanted = [answer for answer in answers if squad_words(answer)]
    assert exact_match([text], answers) == any(squad_exact(text, answer) for answer in wanted)
    assert token_f1([text], answers) == pytest.approx(max([squad_f1(text, answer) for answer in wanted], default=0))


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
