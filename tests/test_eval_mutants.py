"""Every measure, deliberately broken: the check that guards it must notice.

A mutant is the measure's formula with a mistake as one makes it. The evaluations are the same as those on which
test_eval_measures checks the measures themselves, drawn from a fixed seed.
"""

import math
import random
from dataclasses import replace

import pytest

from eval import curves, faults, judge, measures, speed
from eval.measures import MEASURES, NOT_COUNTED
from tests.checks_eval import (
    Batch,
    check,
    check_curve,
    check_fault,
    check_p_value,
    check_percentile,
    check_throughput,
)

DRAWN = random.Random(8)
BATCHES = [Batch.drawn(DRAWN, 1 + n % 8) for n in range(150)]


def all_pass(check, cases):
    for case in cases:
        check(*case)


def passes(name, measure):
    all_pass(check, [(name, measure, batch) for batch in BATCHES])


@pytest.mark.parametrize("name", MEASURES)
def test_the_check_of_a_measure_passes_as_it_is(name):
    passes(name, MEASURES[name])


def over_all(part):
    """Counts every question, whether or not the measure is defined for it."""
    return lambda j: (float(part(j)), 1.0)


def over_gold(part):
    return lambda j: (float(part(j)), 1.0) if j.question.gold else NOT_COUNTED


def over_answers(part):
    return lambda j: (float(part(j)), 1.0) if j.question.answers else NOT_COUNTED


def without_refusals(measure):
    return lambda j: measure(j) if j.answered else NOT_COUNTED


def first_right(j):
    return j.right_articles[:1] == (True,)


def columns(j):
    return sum(any(column) for column in zip(*j.hits, strict=True))


def rows(j):
    return sum(map(any, j.hits))


def all_or_nothing(verdicts):
    """An answer as a whole, where statements are to be counted."""
    return (float(all(verdicts)), 1.0) if verdicts else NOT_COUNTED


CITING_AND_REFUSING = [
    ("citation_hit", "any citation", over_gold(lambda j: any(map(any, j.hits)))),
    ("citation_hit", "refusals dropped", without_refusals(measures.citation_hit)),
    ("citation_hit", "all questions counted", over_all(lambda j: j.first_hits)),
    ("citation_hit", "the last citation", over_gold(lambda j: any(j.hits[-1]) if j.hits else False)),
    ("article_hit", "any citation", over_gold(lambda j: any(j.right_articles))),
    ("article_hit", "the paragraph asked for", measures.citation_hit),
    ("article_hit", "refusals dropped", without_refusals(measures.article_hit)),
    ("citation_precision", "divided by the gold", over_gold(lambda j: rows(j) / len(j.question.gold))),
    ("citation_precision", "refusals as 0", over_gold(lambda j: rows(j) / max(len(j.hits), 1))),
    (
        "citation_precision",
        "pooled over citations",
        lambda j: (float(rows(j)), float(len(j.hits))) if j.question.gold else NOT_COUNTED,
    ),
    ("citation_recall", "divided by the citations", over_gold(lambda j: columns(j) / max(len(j.hits), 1))),
    ("citation_recall", "refusals dropped", without_refusals(measures.citation_recall)),
    (
        "citation_recall",
        "the first citation alone",
        over_gold(lambda j: sum(map(sum, j.hits[:1])) / len(j.question.gold)),
    ),
    ("quotes_hold", "answers counted", lambda j: all_or_nothing(j.quotes_hold)),
    ("quotes_hold", "the verdicts taken", measures.supported),
    ("supported", "answers counted", lambda j: all_or_nothing(j.supported)),
    ("supported", "the first statement alone", lambda j: (float(sum(j.supported[:1])), float(len(j.supported[:1])))),
    ("judged_supported", "what was not asked is wrong", lambda j: (sum(filter(None, j.judged_supported)), len(j.hits))),
    ("judged_supported", "our verifier's", measures.supported),
    ("answered_rate", "all questions counted", over_all(lambda j: j.answered)),
    ("answered_rate", "rightly answered", lambda j: (float(j.first_hits), measures.answered_rate(j)[1])),
    ("refusal_recall", "all questions counted", over_all(lambda j: j.refused and not j.question.answerable)),
    ("refusal_recall", "over the answerable", lambda j: (float(j.refused), float(j.question.answerable))),
    ("refusal_precision", "recall in its place", measures.refusal_recall),
    ("refusal_precision", "the wrong ones counted", lambda j: (float(j.question.answerable), 1.0 - j.answered)),
    ("refusal_f1", "not doubled", lambda j: (measures.refusal_f1(j)[0] / 2, measures.refusal_f1(j)[1])),
    (
        "refusal_f1",
        "accuracy in its place",
        over_all(lambda j: j.refused != j.question.answerable),
    ),
    (
        "refusal_f1",
        "Jaccard in its place",
        lambda j: (measures.refusal_f1(j)[0] / 2, float(measures.refusal_f1(j)[1] > 0)),
    ),
]


def hits_at(k):
    return lambda marks, gold: float(any(map(any, marks[:k])))


def recall(k, *, out_of=lambda gold: gold):
    return lambda marks, gold: sum(map(any, zip(*marks[:k], strict=True))) / out_of(gold)


def reciprocal(k, *, off=1, last=False):
    def rank(marks, gold):
        found = [1 / (n + off) for n, row in enumerate(marks[:k]) if any(row)]
        return found[-1 if last else 0] if found else 0.0

    return rank


def ndcg(k, *, off=2, ideal=min, base=2.0):
    def gain(marks, gold):
        dcg = sum(any(row) / math.log2(n + off) for n, row in enumerate(marks[:k]))
        return dcg / sum(1 / math.log(n + 2, base) for n in range(ideal(gold, 10)))

    return gain


def of_paragraphs(value):
    return over_gold(lambda j: value(j.ranked, len(j.question.gold)))


def of_articles(value):
    return over_gold(lambda j: value(j.ranked_articles, len({g.article for g in j.question.gold})))


BROKEN_RANKINGS = [
    *[(f"hits_at_{k}", "one too many", hits_at(k + 1)) for k in (1, 3, 5, 10)],
    *[(f"hits_at_{k}", "one too few", hits_at(k - 1)) for k in (1, 3, 5, 10)],
    ("hits_at_10", "no cut-off", hits_at(None)),
    ("recall_at_10", "no cut-off", recall(None)),
    ("recall_at_10", "divided by the cut-off", recall(10, out_of=lambda gold: 10)),
    ("recall_at_10", "one too few", recall(9)),
    ("mrr_at_10", "no cut-off", reciprocal(None)),
    ("mrr_at_10", "ranks from 2", reciprocal(10, off=2)),
    ("mrr_at_10", "the last hit", reciprocal(10, last=True)),
    ("ndcg_at_10", "the discount a rank off", ndcg(10, off=3)),
    ("ndcg_at_10", "no cut-off", ndcg(None)),
    ("ndcg_at_10", "an ideal of ten", ndcg(10, ideal=max)),
    ("ndcg_at_10", "two logarithms", ndcg(10, base=math.e)),
]
RETRIEVAL = [
    *[(name, label, of_paragraphs(value)) for name, label, value in BROKEN_RANKINGS],
    *[(f"article_{name}", label, of_articles(value)) for name, label, value in BROKEN_RANKINGS],
    *[
        (name, "found things alone counted", lambda j, m=MEASURES[name]: m(j) if any(map(any, j.ranked)) else (0, 0))
        for name in measures.GROUPS["retrieval"]
    ],
    *[(name, "refusals dropped", without_refusals(MEASURES[name])) for name in measures.GROUPS["retrieval"]],
    *[
        (name, "passages for articles", MEASURES[name.removeprefix("article_")])
        for name in measures.GROUPS["retrieval"]
        if name.startswith("article_")
    ],
]

ANSWERS = [
    ("answer_in_paragraph", "the quotes alone", measures.answer_quoted),
    ("answer_in_paragraph", "refusals dropped", without_refusals(measures.answer_in_paragraph)),
    ("answer_quoted", "the whole paragraph", measures.answer_in_paragraph),
    ("answer_quoted", "all questions counted", over_all(lambda j: j.answer_quoted)),
    ("exact_match", "contained is enough", measures.answer_quoted),
    ("exact_match", "refusals dropped", without_refusals(measures.exact_match)),
    ("exact_match", "v2.0 for v1.1", measures.squad2_exact_match),
    ("token_f1", "any shared word", over_answers(lambda j: j.f1 > 0)),
    ("token_f1", "Jaccard in its place", over_answers(lambda j: j.f1 / (2 - j.f1))),
    ("token_f1", "refusals dropped", without_refusals(measures.token_f1)),
    ("squad2_exact_match", "v1.1 for v2.0", measures.exact_match),
    ("squad2_exact_match", "every refusal right", lambda j: (1.0, 1.0) if j.refused else measures.exact_match(j)),
    ("squad2_token_f1", "v1.1 for v2.0", measures.token_f1),
    (
        "squad2_token_f1",
        "answers to the unanswerable dropped",
        lambda j: NOT_COUNTED if j.answered and not j.question.answerable else measures.squad2_token_f1(j),
    ),
]
MUTANTS = [*CITING_AND_REFUSING, *RETRIEVAL, *ANSWERS]


@pytest.mark.parametrize(("name", "mutant"), [pytest.param(n, m, id=f"{n}: {label}") for n, label, m in MUTANTS])
def test_a_broken_measure_fails_its_check(name, mutant):
    with pytest.raises(AssertionError):
        passes(name, mutant)


def test_every_measure_is_broken_in_two_ways_at_least():
    names = [name for name, _, _ in MUTANTS]
    assert set(names) == set(MEASURES)
    assert all(names.count(name) > 1 for name in MEASURES)


# What measures stand on: broken, each makes the check of a measure fail that stands on it.

GUARDED = {
    "normalised": ("exact_match", "token_f1", "answer_quoted"),
    "contains_any": ("answer_quoted",),
    "exact_match": ("exact_match",),
    "_f1": ("token_f1",),
    "hits_gold": ("hits_at_1", "citation_hit"),
    "_article_marks": ("article_hits_at_1",),
    "_holds": ("quotes_hold",),
}


def with_articles(text):
    return " ".join(text.lower().translate(judge._KEPT).split())


def with_punctuation(text):
    return " ".join(judge._ARTICLES.sub(" ", text.lower()).split())


def as_sets(said, wanted):
    return 2 * len(set(said) & set(wanted)) / (len(set(said)) + len(set(wanted)))


BROKEN_JUDGES = [
    ("normalised", "articles left", with_articles),
    ("normalised", "punctuation left", with_punctuation),
    ("normalised", "capitals left", lambda text: " ".join(text.translate(judge._KEPT).split())),
    ("contains_any", "parts of words", lambda texts, answers: any(a in t for t in texts for a in answers)),
    ("exact_match", "contained is enough", judge.contains_any),
    ("_f1", "words once", as_sets),
    ("_f1", "recall in its place", lambda said, wanted: (said & wanted).total() / wanted.total()),
    ("_f1", "precision in its place", lambda said, wanted: (said & wanted).total() / max(said.total(), 1)),
    ("hits_gold", "the article is enough", lambda pointer, text, gold: judge._same_article(pointer, gold)),
    ("hits_gold", "the number is enough", lambda pointer, text, gold: gold.paragraph == pointer["paragraph"]),
    ("_article_marks", "not made distinct", lambda ps, gold: judge._marks(ps, ["" for _ in ps], gold)),
    ("_holds", "one quote is enough", lambda s, cs, ts: any(c["quote"] in t for c, t in zip(cs, ts, strict=True))),
    ("_holds", "every citation looked at", lambda s, cs, ts: all(c["quote"] in t for c, t in zip(cs, ts, strict=True))),
]


@pytest.mark.parametrize(("name", "mutant"), [pytest.param(n, m, id=f"{n}: {label}") for n, label, m in BROKEN_JUDGES])
def test_a_broken_judge_fails_the_checks_of_what_stands_on_it(name, mutant, monkeypatch):
    monkeypatch.setattr(judge, name, mutant)
    anew = [Batch(batch.worlds) for batch in BATCHES]  # judged by the mutant, and not remembered
    with pytest.raises(AssertionError):
        all_pass(check, [(measure, MEASURES[measure], batch) for measure in GUARDED[name] for batch in anew])


def unanswerable_is_right(judged):
    return curves.risk_coverage([replace(j, question=replace(j.question, answerable=True)) for j in judged])


def ties_parted(judged):
    return curves.risk_coverage([replace(j, confidence=j.confidence - n * 1e-12) for n, j in enumerate(judged)])


def last_point_for_area(judged):
    found = curves.risk_coverage(judged)
    return replace(found, area=round(sum(risk for _, risk, _ in found.points) / max(len(found.points), 1), 4))


def most_careful_thresholds(judged):
    found = curves.risk_coverage(judged)
    return replace(
        found,
        thresholds={
            name: max((t for _, risk, t in found.points if risk <= int(name) / 100), default=None)
            for name in found.thresholds
        },
    )


@pytest.mark.parametrize(
    "mutant",
    [
        unanswerable_is_right,
        ties_parted,
        last_point_for_area,
        most_careful_thresholds,
        lambda judged: curves.risk_coverage([j for j in judged if j.answered]),
        lambda judged: curves.risk_coverage([replace(j, confidence=-j.confidence) for j in judged]),
        lambda judged: curves.risk_coverage([replace(j, would_hit=j.first_hits) for j in judged]),
    ],
)
def test_a_broken_curve_fails_its_check(mutant):
    all_pass(check_curve, [(curves.risk_coverage, batch) for batch in BATCHES])
    with pytest.raises(AssertionError):
        all_pass(check_curve, [(mutant, batch) for batch in BATCHES])


SAMPLES = [[DRAWN.randint(1, 20) for _ in range(n)] for n in range(1, 60)]


@pytest.mark.parametrize(
    "mutant",
    [
        lambda values, percent: sorted(values)[min(math.ceil(percent / 100 * len(values)), len(values) - 1)],
        lambda values, percent: sorted(values)[max(math.floor(percent / 100 * len(values)) - 1, 0)],
        lambda values, percent: values[math.ceil(percent / 100 * len(values)) - 1],
        lambda values, percent: max(values),
    ],
)
def test_a_broken_percentile_fails_its_check(mutant):
    cases = [(values, percent) for values in SAMPLES for percent in (50, 95, 99)]
    all_pass(check_percentile, [(measures.percentile, *case) for case in cases])
    with pytest.raises(AssertionError):
        all_pass(check_percentile, [(mutant, *case) for case in cases])


@pytest.mark.parametrize(
    "mutant",
    [
        lambda ms, n: 1000 * len(ms) / sum(ms),
        lambda ms, n: n * len(ms) / sum(ms),
        lambda ms, n: 1000 * n * sum(1 / one for one in ms) / len(ms),
        lambda ms, n: 1000 * n * sum(ms) / len(ms),
    ],
)
def test_a_broken_throughput_fails_its_check(mutant):
    all_pass(check_throughput, [(speed.throughput, values, 3) for values in SAMPLES[5:15]])
    with pytest.raises(AssertionError):
        all_pass(check_throughput, [(mutant, values, 3) for values in SAMPLES[5:15]])


@pytest.mark.parametrize(
    "mutant",
    [
        lambda j: "not retrieved" if not any(map(any, j.ranked)) else faults.fault(j),
        lambda j: faults.fault(replace(j, first_cited_rank=0)),
        lambda j: faults.fault(replace(j, first_cited_rank=99)),
        lambda j: faults.fault(replace(j, answer_in_paragraph=False)),
        lambda j: faults.fault(replace(j, hits=())),
        lambda j: faults.fault(replace(j, ranking_told=False)),
    ],
)
def test_a_broken_kind_of_fault_fails_its_check(mutant):
    pairs = [pair for batch in BATCHES for pair in zip(batch.worlds, batch.judged, strict=True)]
    all_pass(check_fault, [(faults.fault, *pair) for pair in pairs])
    with pytest.raises(AssertionError):
        all_pass(check_fault, [(mutant, *pair) for pair in pairs])


RIGHT = next(j for batch in BATCHES for j in batch.judged if j.first_hits)
WRONG = replace(RIGHT, hits=())
PAIRS = [([0] * 8 + [1] * 2, [1] * n + [0] * (8 - n) + [0, 1]) for n in range(9)]


def p_of_citation_hit(before, after):
    old, new = [[RIGHT if one else WRONG for one in run] for run in (before, after)]
    return measures.p_values(old, new)["citation_hit"]


@pytest.mark.parametrize(
    "mutant",
    [
        lambda before, after: p_of_citation_hit(before, after) / 2,
        lambda before, after: 1 - p_of_citation_hit(before, after),
        lambda before, after: p_of_citation_hit(sorted(before), sorted(after)),
    ],
)
def test_a_broken_test_of_a_difference_fails_its_check(mutant):
    all_pass(check_p_value, [(p_of_citation_hit, *pair) for pair in PAIRS])
    with pytest.raises(AssertionError):
        all_pass(check_p_value, [(mutant, *pair) for pair in PAIRS])
