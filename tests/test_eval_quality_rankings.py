"""What the engine is measured beside: BM25 with the cross-encoder, and LlamaIndex's citation engine."""

import datetime as dt

import pytest

from eval.quality import llamaindex
from eval.quality.figures import ALL, measure
from eval.quality.rankings import BASELINE, CHUNKED, RERANKED, alone
from eval.questions import Gold, Question, QuestionSet
from qa.types import Paragraph, Query
from tests.builders import article
from tests.fakes import HashEmbedder, OverlapScorer

LONG = article(
    *(
        f"On day {n} the council of Wick spoke of matter {n}. " + f"Nobody agreed on point {n} of it. " * 30
        for n in range(6)
    ),
    title="A long council",
    published_at="2020-01-01",
    given_id="long",
)
SHORT = article("Oban has a bridge.", "Its bridge is red.", title="Oban", published_at="2024-05-31", given_id="short")


@pytest.fixture(autouse=True)
def models(monkeypatch):
    monkeypatch.setattr("qa.models.cross_encoder.load", lambda _threads: OverlapScorer())
    monkeypatch.setattr(llamaindex, "load_embedder", lambda _settings: HashEmbedder())


@pytest.fixture
def filled(engine):
    engine.archive.add([LONG, SHORT])
    return engine


def nothing(_done, _total):
    pass


def built(engine, cache, **how):
    """The ranking, and how many articles were embedded for it."""
    told = []
    ranking = llamaindex.opened(engine, cache, lambda done, _total: told.append(done), **how)
    return ranking, sum(told)


def paragraph(number, start, end):
    return Paragraph(number, f"p{number}", "paragraph" if number else "heading", start, end, "x" * (end - start))


def test_the_cross_encoder_reorders_what_bm25_found_and_adds_nothing(engine):
    more = (text for n in range(12) for text in (f"Bridge number {n} is old.", f"House number {n} is red."))
    engine.archive.add([article("Zebras and zebras and zebras.", "One bridge is red.", *more, title="Oban")])
    query, ranks = Query("Did zebras see a red bridge?"), alone(engine)
    before, after = ([place.text for place in ranks[name](query)] for name in (BASELINE, RERANKED))
    assert before[0] == "Zebras and zebras and zebras."
    assert after[0] == "One bridge is red."
    assert sorted(before) == sorted(after)
    assert len(before) == engine.settings.candidates


def test_a_chunk_counts_for_the_paragraphs_it_holds_half_of_and_for_the_one_that_holds_it():
    paragraphs = [paragraph(1, 0, 10), paragraph(None, 12, 20), paragraph(2, 22, 32), paragraph(3, 34, 134)]

    def numbers(start, end):
        return [p.number for p in llamaindex.held(paragraphs, start, end)]

    assert numbers(5, 27) == [1, 2]
    assert numbers(6, 26) == []
    assert numbers(40, 60) == [3]
    assert numbers(30, 60) == []
    assert numbers(12, 20) == []


def test_chunks_are_stretches_of_their_articles_of_at_most_512_tokens(filled, tmp_path):
    from llama_index.core.utils import get_tokenizer

    ranking, _ = built(filled, tmp_path)
    places = ranking(Query("What did the council of Wick speak of?"))
    version = filled.archive.version("long")
    chunks = [place.text for place in places if place.source.article_id == "long"]
    assert len(chunks) > 2
    assert all(chunk in version.text and len(get_tokenizer()(chunk)) <= 512 for chunk in chunks)
    assert {p for place in places for p in place.paragraphs} >= {p for p in version.paragraphs if p.number}


def test_articles_that_came_after_the_questions_day_are_not_found(filled, tmp_path):
    ranking, _ = built(filled, tmp_path)
    asked = "Which colour has the bridge of Oban?"
    assert ranking(Query(asked))[0].source.article_id == "short"
    seen = ranking(Query(asked, as_of=dt.date(2021, 1, 1)))
    assert {place.source.article_id for place in seen} == {"long"}


def test_the_index_is_kept_until_articles_or_model_are_others(filled, tmp_path, monkeypatch):
    first, second = built(filled, tmp_path), built(filled, tmp_path)
    query = Query("Which colour has the bridge of Oban?")
    assert (first[1], second[1]) == (2, 0)
    assert first[0](query) == second[0](query)
    assert built(filled, tmp_path, rebuild=True)[1] == 2
    filled.archive.add([article("A third one.", title="Third", given_id="third")])
    assert built(filled, tmp_path)[1] == 3
    monkeypatch.setattr(llamaindex, "load_embedder", lambda _settings: HashEmbedder("others@1"))
    assert built(filled, tmp_path)[1] == 3


def test_an_index_whose_making_was_interrupted_is_made_anew(filled, tmp_path):
    def interrupt(_done, _total):
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        llamaindex.opened(filled, tmp_path, interrupt)
    assert built(filled, tmp_path)[1] == 2


def test_a_chunk_hits_gold_where_one_of_its_paragraphs_does(filled, tmp_path):
    ranking, _ = built(filled, tmp_path / "cache")
    asked = [
        Question("number", "What colour has the bridge of Oban?", gold=(Gold("short", paragraph=2),)),
        Question("quote", "What colour has the bridge of Oban?", gold=(Gold("short", quote="bridge is red"),)),
        Question("other", "What colour has the bridge of Oban?", gold=(Gold("long", paragraph=2),)),
    ]
    figures = measure(filled, QuestionSet("set", "", tuple(asked)), tmp_path / "run", nothing, chunked=ranking)
    (chunks,) = (r for r in figures.rankings if r.name == CHUNKED and r.part == ALL)
    assert chunks.measures["hits_at_1"].value == pytest.approx(2 / 3, abs=1e-4)
    assert chunks.measures["ndcg_at_10"].value is None
    assert chunks.paragraphs > 1
