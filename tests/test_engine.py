"""The straight line: refusals by their reasons, citations by their spans, and checks that let nothing pass."""

from __future__ import annotations

from dataclasses import replace

import pytest

from qa.archive import Archive
from qa.cite import cite, nearest, permalink
from qa.engine import Engine
from qa.prefer import prefer
from qa.query import parse_query
from qa.reading import Reading
from qa.rerank import Reranker, context
from qa.retrieve import _in_order, fuse
from qa.types import Draft, DraftStatement, Evidence, Hit, Passage, Preference, Query, Span
from qa.verify import Verifier
from tests.builders import article, many
from tests.fakes import OverlapReading, OverlapScorer, engine_over, settings_for

ASKED = "Who closed street3x0 of town3?"


def test_an_empty_archive_says_so(engine: Engine) -> None:
    answer = engine.ask(Query(ASKED))
    assert answer.refusal.reason == "empty_archive"
    assert answer.text == answer.refusal.message


def test_a_question_about_nothing_known_is_not_in_the_archive_and_names_what_is_near(engine: Engine) -> None:
    engine.archive.add(many(5))
    refusal = engine.ask(Query("Which penguin discovered Neptune?")).refusal
    assert (refusal.reason, len(refusal.nearest)) == ("not_in_archive", 3)


def test_what_only_the_filters_hide_is_outside_them(engine: Engine) -> None:
    engine.archive.add(many(5))
    assert engine.ask(parse_query(ASKED, before="2024-01-01")).refusal.reason == "outside_filters"
    assert engine.ask(parse_query(ASKED, sources=["nobody"])).refusal.reason == "outside_filters"


def test_as_of_does_not_even_hint_at_what_came_later(engine: Engine) -> None:
    engine.archive.add(many(5))
    refusal = engine.ask(parse_query(ASKED, as_of="2024-01-02", sources=["Outlet 3"])).refusal
    assert (refusal.reason, refusal.nearest) == ("not_in_archive", ())


def test_an_answer_is_a_sentence_with_its_citation(engine: Engine) -> None:
    engine.archive.add(many(5))
    answer = engine.ask(Query(ASKED))
    assert answer.text == "The flood of town3 closed street3x0 on Friday. [1]"
    assert answer.citations[0].permalink == "/articles/a3#p1"
    assert set(answer.timings_ms) == {"retrieve", "rerank", "read", "verify", "total"}


def test_events_come_in_the_order_of_the_work(engine: Engine) -> None:
    engine.archive.add(many(5))
    events = list(engine.stream(Query(ASKED)))
    stages = [event.data["stage"] for event in events if event.kind == "status"]
    assert stages == ["retrieve", "rerank", "read", "verify"]
    assert [event.kind for event in events][-2:] == ["statement", "answer"]


def hits(archive: Archive, *articles) -> tuple[Hit, ...]:
    archive.add(articles)
    selection = archive.view().current
    passages = archive.passages([int(key) for key in selection.keys], selection)
    return tuple(Hit(passage, 1, 1, 0.1) for _, passage in sorted(passages.items()))


def drafted(passage: Passage, start: int, end: int, text: str | None = None) -> DraftStatement:
    span = Span(passage.source, passage.paragraph, start, end)
    return DraftStatement(span.quote if text is None else text, (span,))


def checked(archive: Archive, **changes: object) -> str:
    (hit,) = hits(archive, article("One boat sank. Two came back.", given_id="x"))
    statement = replace(drafted(hit.passage, 0, 14), **changes)
    (verdict,) = Verifier().verify(Draft((statement,), "test", 1.0), Evidence(Query("?"), (hit,)))
    return verdict.verdict


def test_a_sentence_word_for_word_is_supported(archive: Archive) -> None:
    assert checked(archive) == "supported"


@pytest.mark.parametrize("changes", [{"text": "Two boats sank."}, {"text": "A ferry burned."}, {"spans": ()}])
def test_other_facts_and_missing_citations_are_not(archive: Archive, changes) -> None:
    assert checked(archive, **changes) in {"unsupported", "contradicted"}


@pytest.mark.parametrize("bounds", [(0, 99), (-5, 5), (5, 5), (9, 3)])
def test_a_span_outside_its_paragraph_is_not(archive: Archive, bounds) -> None:
    (hit,) = hits(archive, article("One boat sank.", given_id="x"))
    (verdict,) = Verifier().verify(Draft((drafted(hit.passage, *bounds),), "test", 1.0), Evidence(Query("?"), (hit,)))
    assert verdict.verdict == "unsupported"


def test_a_paragraph_that_was_not_offered_is_not(archive: Archive) -> None:
    one, other = hits(archive, article("One.", given_id="x"), article("Two.", given_id="y"))
    (verdict,) = Verifier().verify(Draft((drafted(one.passage, 0, 4),), "test", 1.0), Evidence(Query("?"), (other,)))
    assert verdict.verdict == "unsupported"


def test_only_supported_statements_are_numbered_and_one_span_has_one_number(archive: Archive) -> None:
    one, other = hits(archive, article("One.", given_id="x"), article("Two.", given_id="y"))
    good, bad = drafted(one.passage, 0, 4), drafted(other.passage, 0, 4, "Three.")
    both = DraftStatement("Two.", (*bad.spans, *good.spans, *good.spans))
    draft = Draft((good, bad, both), "test", 1.0)
    text, statements, citations = cite(draft, Verifier().verify(draft, Evidence(Query("?"), (one, other))))
    assert text == "One. [1] Two. [2][1]"
    assert [s.citations for s in statements] == [(1,), (2, 1)]
    assert [(c.number, c.quote) for c in citations] == [(1, "One."), (2, "Two.")]


def test_nearest_keeps_the_order_of_the_hits_and_names_a_paragraph_once(archive: Archive) -> None:
    one, other = hits(archive, article("One.", given_id="x"), article("Two.", given_id="y"))
    assert [near.text for near in nearest([one, other, one])] == ["One.", "Two."]


def test_the_permalink_of_an_old_version_names_it(archive: Archive) -> None:
    archive.add([article("One.", given_id="x", published_at="2024-01-01")])
    archive.add([article("Two.", given_id="x", published_at="2024-01-01")])
    old, new = archive.history("x")
    assert permalink(old, 1) == f"/articles/x?version={old.version}#p1"
    assert permalink(new, 1) == "/articles/x#p1"


def test_what_both_lists_have_comes_before_what_one_has() -> None:
    words, meaning = {1: 20.0, 2: 19.0, 3: 9.0}, {3: 0.7, 2: 0.68, 4: 0.6}
    scores = fuse(words, meaning, 3)
    assert sorted(scores, key=lambda key: -scores[key]) == [2, 3, 1, 4]
    assert scores[2] == 0


def test_what_one_list_has_not_found_counts_there_as_its_last() -> None:
    scores = fuse({1: 20.0, 2: 8.0}, {3: 0.7, 4: 0.6}, 2)
    assert scores[1] - scores[2] == pytest.approx(0.008 * 12)
    assert scores[3] - scores[4] == pytest.approx(0.1)
    assert scores[2] == pytest.approx(scores[4])


def test_the_only_passages_with_a_word_of_the_question_keep_what_they_have_over_the_others() -> None:
    alone = fuse({1: 15.0}, {1: 0.6, 2: 0.65, 3: 0.6}, 60)
    assert alone[1] - alone[3] == pytest.approx(0.008 * 15)
    assert max(alone, key=alone.__getitem__) == 1
    last = fuse({1: 15.0, 4: 5.0}, {1: 0.6, 3: 0.5, 4: 0.5}, 60)
    assert last[4] - last[3] == pytest.approx(0.008 * 5)


def test_one_list_alone_is_fused_in_its_order() -> None:
    assert fuse({}, {}, 2) == {}
    scores = fuse({5: 3.0, 6: 2.0}, {}, 2)
    assert scores[5] > scores[6]


def test_statements_are_at_most_as_many_as_set(archive: Archive, home) -> None:
    texts = [f"Boat {n} sank off Port{n} on Friday." for n in range(6)]
    archive.add([article(*texts, given_id="x")])
    for most in (1, 2, 3):
        engine = engine_over(archive, settings_for(home, statements=most, careful=0))
        answer = engine.ask(Query("Which boat sank off Port1, Port2, Port3 and Port4?"))
        assert 1 <= len(answer.statements) <= most


def test_hits_come_in_the_order_of_what_was_read_and_fusion_parts_what_reads_alike(archive: Archive) -> None:
    one, two, three = hits(archive, article("Rain fell.", "A ferry sank.", "The ferry sank."))
    found = [replace(one, fused=0.9), replace(two, fused=0.4), replace(three, fused=0.5)]
    ranked = Reranker(OverlapReading(), OverlapScorer(), first=8).rerank("Which ferry sank?", found)
    assert [hit.passage.text for hit in ranked] == ["The ferry sank.", "A ferry sank.", "Rain fell."]
    assert [hit.logit for hit in found] == [None, None, None]
    assert all(hit.reading is not None for hit in ranked)


class Counting(OverlapReading):
    """Notes how many passages it is given to read."""

    def __init__(self) -> None:
        self.given: list[int] = []

    def read(self, question: str, texts) -> list[Reading]:
        self.given.append(len(texts))
        return super().read(question, texts)


@pytest.mark.parametrize(
    ("texts", "given", "first"),
    [
        (("A ferry sank.", "Rain fell.", "The ferry sank in rain."), [2], "A ferry sank."),  # the third is never read
        (("Rain fell.", "It snowed.", "A ferry sank."), [2, 1], "A ferry sank."),
        (("Rain fell.", "It snowed.", "The sun shone."), [2, 1], "Rain fell."),  # nothing answers: as fusion had them
        (("Rain fell.", "It snowed."), [2], "Rain fell."),
    ],
)
def test_more_is_read_only_where_none_of_the_first_seems_to_answer(archive: Archive, texts, given, first) -> None:
    found = [replace(hit, fused=-n / 10) for n, hit in enumerate(hits(archive, article(*texts)))]
    model = Counting()
    ranked = Reranker(model, OverlapScorer(), first=2).rerank("Which ferry sank?", found)
    assert model.given == given
    assert ranked[0].passage.text == first
    assert {hit.passage.text for hit in ranked if hit.logit is not None} == set(texts[: sum(given)])
    assert len(ranked) == len(texts)


def test_another_outlet_than_the_one_asked_for_comes_later_and_is_less_sure(archive: Archive) -> None:
    one, other = (article("The ferry sank.", source=name, given_id=name) for name in ("Echo", "Post"))
    found = hits(archive, one, other)
    reranker = Reranker(OverlapReading(), OverlapScorer(), first=1)
    first, second = reranker.rerank("Which ferry sank?", prefer(Preference(told_by=("The Post",)), found))
    assert (first.passage.source.source, first.odds) == ("Post", first.logit)
    assert (second.logit, second.leaning) == (None, -3)
    copied = tuple(replace(hit, copies=(first.passage.source,)) for hit in found)
    assert {hit.leaning for hit in prefer(Preference(told_by=("The Post",)), copied)} == {0}
    assert sorted(hit.leaning for hit in prefer(Preference(sources=("The Post",)), found)) == [0, 3]


def test_what_leans_the_other_way_does_not_end_the_reading(archive: Archive) -> None:
    found = hits(archive, article("A ferry sank.", "The ferry sank.", given_id="x"))
    model = Counting()
    leant = tuple(replace(hit, leaning=-3 if n == 0 else 0) for n, hit in enumerate(found))
    Reranker(model, OverlapScorer(), first=1).rerank("Which ferry sank in the great storm of Oban?", leant)
    assert model.given == [1, 1]  # its logit of -1.6 alone would do


def test_behind_the_first_an_articles_other_passages_come_sooner(archive: Archive) -> None:
    archive.add(
        [article("Rain.", "Snow.", given_id="x"), article("Fog.", given_id="y"), article("Hail.", given_id="z")]
    )
    selection = archive.view().current
    key = {p.text: k for k, p in archive.passages([int(k) for k in selection.keys], selection).items()}
    scores = {key["Rain."]: 0.0, key["Hail."]: -0.1, key["Fog."]: -0.11, key["Snow."]: -0.14}
    names = {k: text for text, k in key.items()}
    assert [names[k] for k in _in_order(scores, selection, 1)] == ["Rain.", "Snow.", "Hail.", "Fog."]
    assert [names[k] for k in _in_order(scores, selection, None)] == ["Rain.", "Hail.", "Fog.", "Snow."]
    far = scores | {key["Snow."]: -0.17}
    assert [names[k] for k in _in_order(far, selection, 1)] == ["Rain.", "Hail.", "Fog.", "Snow."]


def test_the_paragraph_before_is_read_only_with_one_that_leans_on_it(archive: Archive) -> None:
    texts = ("Ada Brook ran the ferry.", "She left in May.", "The ferry sank in June.")
    read = [context(hit.passage) for hit in hits(archive, article(*texts, title="Ferry"))]
    assert ["Ada Brook" in before for before in read] == [False, True, False]
    assert all(before.startswith("Ferry") for before in read)


class Fixed:
    """Gives each text the number that stands in it."""

    def score(self, question: str, passages) -> list[float]:
        return [float(passage.rsplit(" ", 1)[-1]) for passage in passages]


@pytest.mark.parametrize(
    ("texts", "order"),
    [
        (("Ferry -9", "Ferry 9", "Ferry 99"), ["Ferry 9", "Ferry -9", "Ferry 99"]),  # turned round; the third unseen
        (("Ferry 9", "Ferry -99", "Ferry 99"), ["Ferry 9", "Ferry -99", "Ferry 99"]),  # the second stays before it
        (("Ferry 1", "Ferry 2", "Ferry 99"), ["Ferry 1", "Ferry 2", "Ferry 99"]),  # too little to turn them round
        (("Ferry -9",), ["Ferry -9"]),
    ],
)
def test_the_judge_decides_between_the_first_two_alone(archive: Archive, texts, order) -> None:
    found = [replace(hit, fused=-n / 10) for n, hit in enumerate(hits(archive, article(*texts)))]
    ranked = Reranker(OverlapReading(), Fixed(), first=8).rerank("ferry", found)
    assert [hit.passage.text for hit in ranked] == order
