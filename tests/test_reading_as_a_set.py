"""Sentences that are read together: what they stand on, what other reports say, what came later, which words answer."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import replace

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.archive import Archive
from qa.cite import disagreements
from qa.engine import Engine
from qa.read import agreement, highlight, several
from qa.read.candidate import Candidate
from qa.read.extractive import ExtractiveReader
from qa.read.referents import brought, leans
from qa.read.values import day_in, values
from qa.reading import Reading, Words
from qa.rerank import Reranker
from qa.retrieve import Retriever
from qa.terminal import print_answer
from qa.types import Disagreement, Draft, Hit, Paragraph, Passage, Query, Source, Verdict
from tests.builders import article
from tests.fakes import HashEmbedder, OverlapScorer, settings_for

HOW_MANY = "How many homes did the flood reach?"


class NumberReading:
    """Reads any passage as an answer, with the last number of a sentence as the words."""

    def read(self, question: str, texts: Sequence[tuple[str, str]]) -> list[Reading]:
        return [_reading(text) for _, text in texts]


def _reading(text: str) -> Reading:
    tokens = list(re.finditer(r"[\d,]*\d|\w+", text))
    places = np.array([token.span() for token in tokens], dtype=np.int64).reshape(-1, 2)
    chances = np.array([0.0 if token.group()[-1].isdigit() else -5.0 for token in tokens], dtype=np.float32)
    return Reading(2.0, places, chances, chances)


@pytest.fixture
def counting(archive: Archive, home) -> Engine:
    settings = settings_for(home, careful=0)
    retriever = Retriever(archive, HashEmbedder(), pool=20, candidates=10, first=10)
    return Engine(
        settings, archive, retriever, Reranker(NumberReading(), OverlapScorer(), first=10), ExtractiveReader(most=3)
    )


def flood(count: str, outlet: str, day: str, **fields: object):
    text = f"The flood in Port Ellery reached {count} homes, {outlet} was told."
    fields = {"title": "Flood in Port Ellery", "given_id": f"{outlet}-{day}", **fields}
    return article(text, source=outlet, published_at=day, **fields)


def candidate(text: str, said: str, outlet: str = "Courier", day: str | None = "2024-05-01", **changes) -> Candidate:
    name = f"{outlet}{day}{text}"
    fields = (name, name, "Flood", outlet, (), day, None, None, "en", None, "news", "current", None, None)
    source = Source(*fields, report=changes.pop("report", name))
    paragraph = Paragraph(1, name, "paragraph", 0, len(text), text)
    seen = replace(_reading(text), logit=changes.pop("logit", 2.0))
    hit = Hit(Passage(name, paragraph, source, 0, len(text), text), 1, 1, 0.1, seen)
    start = text.index(said)
    made = Candidate(hit, paragraph, 0, len(text), text, Words(start, start + len(said), -0.1))
    return replace(made, **changes)


# -- referents


@pytest.mark.parametrize(
    ("question", "sentences", "count"),
    [
        ("How many coffees were sold?", ["Dana Pell keeps the cafe.", "She sold four coffees."], 1),
        ("How many coffees did Dana Pell sell?", ["Dana Pell keeps the cafe.", "She sold four coffees."], 0),
        ("When is it handed in?", ["Her group's petition has 11,300 names.", "It will be handed in on Friday."], 1),
        ("When is the petition handed in?", ["Her group's petition has names.", "It will be handed in then."], 0),
        ("Who won?", ["The count took hours.", "It is clear that Ann Orr won."], 0),
        ("Who won?", ["The count took hours.", "Ann Orr won."], 0),
        ("What did it say?", ["They found a leaflet.", "The leaflet was signed by nobody."], 1),
        ("What was dropped?", ["A judge sat on Friday.", "The company admitted two charges."], 0),
        ("What was said?", ["“No,” said Ruth Abell.", "“Not now, not ever.”", "She left by the side door."], 2),
        ("What was said?", ["It had rained.", "He left by the side door."], 0),
        ("Who won?", ["She won."], 0),
    ],
)
def test_a_sentence_brings_what_its_pronoun_stands_for(question: str, sentences: list[str], count: int) -> None:
    assert brought(question, "A title", sentences, len(sentences) - 1) == count


@given(st.text(max_size=30), st.lists(st.text(max_size=40), min_size=1, max_size=5))
def test_never_more_is_brought_than_there_is(question: str, sentences: list[str]) -> None:
    assert 0 <= brought(question, "", sentences, len(sentences) - 1) <= min(len(sentences) - 1, 2)


@pytest.mark.parametrize("text", ["It is understood that nobody died.", "Those who came left.", "This week it rained."])
def test_an_it_that_stands_for_nothing_does_not_lean(text: str) -> None:
    assert not leans(text)


def test_both_sentences_are_one_quote_of_one_citation(counting: Engine) -> None:
    counting.archive.add([article("Dana Pell keeps the cafe. She sold 4 coffees by eleven.", given_id="x")])
    answer = counting.ask(Query("How many coffees were sold by eleven?"))
    assert answer.statements[0].text == "Dana Pell keeps the cafe. She sold 4 coffees by eleven."
    assert [citation.quote for citation in answer.citations] == [answer.statements[0].text]


def test_a_sentence_that_opens_its_paragraph_cites_the_end_of_the_one_before_as_well(counting: Engine) -> None:
    counting.archive.add([article("Rain fell. Dana Pell keeps the cafe.", "She sold 4 coffees.", given_id="x")])
    answer = counting.ask(Query("How many coffees sold?"))
    assert answer.text == "She sold 4 coffees. [1][2]"
    assert [(c.paragraph, c.quote) for c in answer.citations] == [
        (2, "She sold 4 coffees."),
        (1, "Dana Pell keeps the cafe."),
    ]


# -- values


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("1,940 parcels", "1940 parcels"),
        ("£1.5m", "1.5 million pounds"),
        ("twelve people", "12 people"),
        ("twenty-one homes", "21 homes"),
        ("9 September", "September 9"),
        ("3 per cent", "3%"),
    ],
)
def test_one_value_has_many_spellings(one: str, other: str) -> None:
    (a,), (b,) = values(one), values(other)
    assert a.same_as(b)
    assert a.like(b)


def test_values_of_different_things_are_not_alike() -> None:
    (homes,), (days,), (pounds,), (share,) = map(values, ("163 homes", "163 days", "£163", "163 per cent"))
    assert not any(homes.like(other) for other in (days, pounds, share))


@given(st.text())
def test_any_text_has_values_or_none(text: str) -> None:
    assert isinstance(values(text), tuple)


def test_a_question_names_a_day_only_with_a_capital() -> None:
    assert day_in("How many had shut by November?")
    assert not day_in("How many homes may flood?")


# -- disagreement, development, corroboration


def test_two_outlets_with_different_counts_stand_side_by_side_oldest_report_first(counting: Engine) -> None:
    counting.archive.add([flood("171", "Herald", "2024-05-03"), flood("163", "Courier", "2024-05-01")])
    answer = counting.ask(Query(HOW_MANY))
    (said,) = answer.disagreements
    assert (said.values, said.kind) == (("163", "171"), "number")
    texts = [answer.statements[place].text for place in said.statements]
    assert ["163" in texts[0], "171" in texts[1]] == [True, True]
    assert len(answer.citations) == 2


@pytest.mark.parametrize(
    ("count", "outlet", "day"),
    [
        ("163", "Herald", "2024-05-03"),  # the same
        ("171", "The Courier", "2024-05-03"),  # the outlet's own later count
        ("171", "Herald", "2024-11-03"),  # another flood, or another time
    ],
)
def test_nothing_differs(counting: Engine, count: str, outlet: str, day: str) -> None:
    counting.archive.add([flood("163", "Courier", "2024-05-01"), flood(count, outlet, day)])
    assert counting.ask(Query(HOW_MANY)).disagreements == ()


def test_the_later_count_of_one_outlet_wins_unless_the_question_names_a_day() -> None:
    early = candidate("Twelve homes were lost.", "Twelve", day="2024-05-01")
    late = candidate("Fourteen homes were lost.", "Fourteen", day="2024-05-02")
    assert agreement.latest("How many homes were lost?", [early, late]) == [late, early]
    assert agreement.latest("How many homes were lost on 1 May 2024?", [early, late]) == [early, late]


def test_sums_differ_only_where_the_question_compares() -> None:
    bonus = candidate("The council pays a bonus of £15,000.", "£15,000")
    grant = candidate("The council gave £40,000.", "£40,000", outlet="Herald")
    assert agreement.difference("How much did the council pay?", bonus, [bonus, grant]) is None
    asked = "How much does the council pay according to the Courier and according to the Herald?"
    assert agreement.difference(asked, bonus, [bonus, grant]) == grant


def test_copies_and_the_same_outlet_count_once() -> None:
    said = candidate("Ann Orr won the seat in a recount.", "Ann Orr")
    others = [
        candidate("The seat went to Ann Orr after two counts.", "Ann Orr", outlet="Herald"),
        candidate("Ann Orr won the seat in a recount.", "Ann Orr", outlet="Gazette"),  # word for word
        candidate("Voters chose Ann Orr, on a wet night.", "Ann Orr", outlet="Courier", day="2024-05-02"),
        candidate("It was Ann Orr, in the end.", "Ann Orr", outlet="Post", report=said.source.report),
        candidate("Bea Lunn won.", "Bea Lunn", outlet="Echo"),
    ]
    assert agreement.reports("Who won the seat?", said, [said, *others]) == 2


def test_a_disagreement_is_told_only_while_both_its_statements_stand() -> None:
    draft = Draft((), "test", 1.0, (Disagreement((2, 1), ("12", "14"), "number"),))
    good, bad = Verdict("supported", 1.0, "x"), Verdict("unsupported", 0.0, "x")
    assert disagreements(draft, [bad, good, good])[0].statements == (1, 0)
    assert disagreements(draft, [good, good, bad]) == ()


# -- several things


@pytest.mark.parametrize(
    "question",
    [
        "How large was the bill, and what pushed it up?",
        "How much is saved, by the council's reckoning and by the Herald's?",
        "How long did it take, according to the Courier and to the Herald?",
        "How do the counts differ?",
    ],
)
def test_a_question_that_asks_for_several_things_is_known(question: str) -> None:
    assert several.asks_for_several(question)


@pytest.mark.parametrize("question", ["Who mediated between the union and the works?", "How many ferries sank?"])
def test_a_question_that_asks_for_one_thing_is_answered_by_one_sentence(question: str) -> None:
    found = [candidate("Nine ferries sank.", "Nine"), candidate("A union mediated.", "union", outlet="Herald")]
    assert several.choose(question, found[:1], found, 3) == found[:1]


def test_what_is_added_says_something_new_and_speaks_of_what_is_missing() -> None:
    first = candidate("The bill rose to £9 million.", "£9 million")
    again = candidate("The bill rose to £9 million, then.", "£9 million", outlet="Herald")
    other = candidate("Ducks swam on the river on Sunday.", "Ducks", outlet="Post")
    cause = candidate("Rust found in March pushed the sum up.", "Rust", outlet="Echo")
    asked = "How large was the bill, and what pushed it up?"
    assert several.choose(asked, [first], [first, again, other, cause], 2) == [first, cause]
    doubtful = candidate("Rust found in March pushed the sum up.", "Rust", outlet="Echo", logit=-1.0)
    assert several.choose(asked, [first], [first, doubtful], 2) == [first]


# -- highlights


def test_words_are_marked_only_where_they_are_sure() -> None:
    found = candidate("The bill rose to £9 million.", "£9 million")
    sure = highlight.Signals(words=0.0, confidence=1.0, lead=1.0)
    assert highlight.highlight(found, sure) == (17, 27)
    assert highlight.highlight(found, replace(sure, confidence=0.1)) is None


def test_a_highlight_stands_in_its_quote_in_the_article(counting: Engine) -> None:
    counting.archive.add([article("🌊 Rain fell.", "A flood reached 163 homes in the night.", given_id="x")])
    (citation,) = counting.ask(Query(HOW_MANY)).citations
    text = counting.archive.version("x").text
    start, end = citation.highlight
    assert (text[start:end], citation.start <= start < end <= citation.end) == ("163", True)


# -- later coverage


def test_later_coverage_is_told_and_never_past_as_of(counting: Engine) -> None:
    late = article("Pumps came to the flood, and homes dried.", title="Flood in Port Ellery: a year on", given_id="l")
    counting.archive.add([flood("163", "Courier", "2024-05-01"), replace(late, published_at="2025-05-01")])
    (told,) = counting.ask(Query(HOW_MANY)).later
    assert (told.article_id, told.published_at, told.permalink) == ("l", "2025-05-01", "/articles/l#p1")
    assert counting.ask(Query(HOW_MANY, as_of=dt.date(2024, 12, 31))).later == ()


def test_another_matter_of_the_same_town_is_no_later_coverage(counting: Engine) -> None:
    other = article("A flood of homes for sale.", title="House prices in Port", given_id="l")
    counting.archive.add([flood("163", "Courier", "2024-05-01"), replace(other, published_at="2025-05-01")])
    assert counting.ask(Query(HOW_MANY)).later == ()


# -- the terminal


def test_the_terminal_says_who_differs_and_what_came_later(counting: Engine, capsys) -> None:
    later = flood("163", "Gazette", "2024-05-09", given_id="g")
    counting.archive.add([flood("171", "Herald", "2024-05-03"), flood("163", "Courier", "2024-05-01"), later])
    answer = counting.ask(Query(HOW_MANY))
    told = replace(answer, statements=(replace(answer.statements[0], reports=2), *answer.statements[1:]))
    print_answer(told)
    shown = capsys.readouterr().out
    assert "2 independent reports say this" in shown
    assert "The reports differ:" in shown
    assert "Later coverage: Flood in Port Ellery · Gazette · 2024-05-09" in shown
