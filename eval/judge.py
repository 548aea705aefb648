"""One question and its reply, compared: facts without scores, on which every measure counts."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.library import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from eval.ask import Reply
    from eval.questions import Gold, Question

Marks = tuple[tuple[bool, ...], ...]
"""``marks[i][k]``: thing i hits gold entry k."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What is true of one reply. Rankings and lists are in the reply's order, gold in the question's.

    Attributes:
        hits: citation i of the answer hits gold entry k of the question.
        right_articles: for each citation, whether it is of an article of the gold.
        answer_quoted: an expected answer stands in a quote of the answer.
        answer_in_paragraph: an expected answer stands in a paragraph that the answer cites.
        first_statement_ms: None where nothing was stated before the answer was there.
        ranked: passage i of the ranking hits gold entry k.
        ranked_articles: the i-th distinct article of the ranking is the k-th distinct one of the gold. (One that
            the gold names both by id and by url counts as two until it is found.)
        ranking_told: whether the ranking is known at all; without it no retrieval measure counts.
        first_cited_rank: where the passage that the first citation points to stands in the ranking, from 0.
        exact: a quote of the answer is an expected answer (SQuAD's exact match).
        f1: SQuAD's token F1 of the answer's quotes against the expected answers, best over both.
        confidence: the reader's own, 0 to 1; where the answer tells none, 1 for an answer and 0 for a refusal.
        would_hit: what would have been shown first, had nothing been refused, hits gold: the first citation, or
            of a refusal its first nearest passage.
        quotes_hold: for each statement, whether every quote that it cites stands word for word in its paragraph.
        supported: for each statement, whether our own verifier's verdict is ``supported``.
        judged_supported: for each statement, what a judge model said; None where it was not asked.
    """

    question: Question
    answered: bool
    hits: Marks
    right_articles: tuple[bool, ...]
    answer_quoted: bool
    answer_in_paragraph: bool
    latency_ms: float
    first_statement_ms: float | None = None
    ranked: Marks = ()
    ranked_articles: Marks = ()
    ranking_told: bool = False
    first_cited_rank: int | None = None
    exact: bool = False
    f1: float = 0.0
    confidence: float = 0.0
    would_hit: bool = False
    quotes_hold: tuple[bool, ...] = ()
    supported: tuple[bool, ...] = ()
    judged_supported: tuple[bool | None, ...] = ()

    @property
    def refused(self) -> bool:
        return not self.answered

    @property
    def first_hits(self) -> bool:
        return bool(self.hits) and any(self.hits[0])


def judge(question: Question, reply: Reply, verdicts: Mapping[int, bool] | None = None) -> Judged:
    """What is true of a reply; ``verdicts`` are a judge model's, by the statement's place from 0."""
    answer, gold = reply.answer, question.gold
    citations, statements = answer["citations"], answer["statements"]
    quotes = [citation["quote"] for citation in citations]
    answered = bool(answer["answered"])
    hits = _marks(citations, reply.paragraphs, gold)
    told = answer.get("confidence")
    return Judged(
        question=question,
        answered=answered,
        hits=hits,
        right_articles=tuple(any(_same_article(c, g) for g in gold) for c in citations),
        answer_quoted=contains_any(quotes, question.answers),
        answer_in_paragraph=contains_any(reply.paragraphs, question.answers),
        latency_ms=reply.latency_ms,
        first_statement_ms=reply.first_statement_ms,
        ranked=_marks(reply.passages, [passage["text"] for passage in reply.passages], gold),
        ranked_articles=_article_marks(reply.passages, gold),
        ranking_told=reply.told_passages or bool(reply.passages),
        first_cited_rank=_rank(citations, reply.passages),
        exact=exact_match(quotes, question.answers),
        f1=token_f1(quotes, question.answers),
        confidence=float(answered) if told is None else float(told),
        would_hit=any(hits[0]) if hits else _nearest_hits(answer, gold),
        quotes_hold=tuple(_holds(s, citations, reply.paragraphs) for s in statements),
        supported=tuple(s["support"]["verdict"] == "supported" for s in statements),
        judged_supported=tuple((verdicts or {}).get(place) for place in range(len(statements))),
    )


def hits_gold(pointer: Mapping[str, Any], paragraph: str, gold: Gold) -> bool:
    """Same article, and the same paragraph or one that contains the gold quote.

    Gold without paragraph and quote is met by any paragraph of its article. ``pointer`` is a citation, a passage
    or anything with ``article_id``, ``url`` and ``paragraph``.
    """
    if not _same_article(pointer, gold):
        return False
    if gold.paragraph is not None and gold.paragraph == pointer["paragraph"]:
        return True
    if gold.quote is not None:
        return one_line(gold.quote) in one_line(paragraph)
    return gold.paragraph is None


def _same_article(pointer: Mapping[str, Any], gold: Gold) -> bool:
    return gold.article in {pointer["article_id"], pointer["url"]}


def _marks(pointers: Sequence[Mapping[str, Any]], texts: Sequence[str], gold: Sequence[Gold]) -> Marks:
    pairs = zip(pointers, texts, strict=True)
    return tuple(tuple(hits_gold(pointer, text, entry) for entry in gold) for pointer, text in pairs)


def _article_marks(passages: Sequence[Mapping[str, Any]], gold: Sequence[Gold]) -> Marks:
    distinct = {passage["article_id"]: passage for passage in reversed(passages)}
    ranking = [distinct[i] for i in dict.fromkeys(passage["article_id"] for passage in passages)]
    entries = list({entry.article: entry for entry in gold}.values())
    return tuple(tuple(_same_article(passage, entry) for entry in entries) for passage in ranking)


def _rank(citations: Sequence[Mapping[str, Any]], passages: Sequence[Mapping[str, Any]]) -> int | None:
    if not citations:
        return None
    cited = citations[0]["article_id"], citations[0]["paragraph"]
    places = [(passage["article_id"], passage["paragraph"]) for passage in passages]
    return places.index(cited) if cited in places else None


def _nearest_hits(answer: Mapping[str, Any], gold: Sequence[Gold]) -> bool:
    nearest = (answer["refusal"] or {}).get("nearest") or ()
    return any(hits_gold(first, first["text"], entry) for first in nearest[:1] for entry in gold)


def _holds(statement: Mapping[str, Any], citations: Sequence[Mapping[str, Any]], paragraphs: Sequence[str]) -> bool:
    texts = {c["number"]: (c["quote"], text) for c, text in zip(citations, paragraphs, strict=True)}
    cited = [texts.get(number, ("", "")) for number in statement["citations"]]
    return bool(cited) and all(quote and quote in text for quote, text in cited)


_ARTICLES = re.compile(r"\b(a|an|the)\b")


class _Kept(dict[int, int | None]):
    """A table for ``str.translate`` that drops punctuation and symbols, made as characters turn up."""

    def __missing__(self, code: int) -> int | None:
        self[code] = None if unicodedata.category(chr(code))[0] in "PS" else code
        return self[code]


_KEPT = _Kept()


def normalised(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces: SQuAD's own way (Rajpurkar et al. 2016).

    The official script drops ASCII punctuation only; here every Unicode punctuation mark and symbol goes, so
    that a curly quotation mark or a pound sign cannot hide an answer. On ASCII text both are the same.
    """
    return " ".join(_ARTICLES.sub(" ", text.lower().translate(_KEPT)).split())


def contains_any(texts: Iterable[str], answers: Iterable[str]) -> bool:
    """One of the answers stands, as whole words, in one of the texts; both normalised."""
    wanted = [f" {answer} " for answer in map(normalised, answers) if answer]
    return any(answer in f" {normalised(text)} " for text in texts for answer in wanted)


def exact_match(texts: Iterable[str], answers: Iterable[str]) -> bool:
    """One of the texts is one of the answers, both normalised (SQuAD v1.1, Rajpurkar et al. 2016).

    As in v2.0 (Rajpurkar et al. 2018), an answer of which nothing is left is no answer.
    """
    wanted = {normalised(answer) for answer in answers} - {""}
    return any(normalised(text) in wanted for text in texts)


def token_f1(texts: Iterable[str], answers: Iterable[str]) -> float:
    """Harmonic mean of precision and recall over words, the best pair of text and answer (SQuAD v1.1).

    Words are those of the normalised texts, as a bag; as in v2.0, an answer of which nothing is left is no answer.
    """
    wanted = [Counter(words) for words in (normalised(answer).split() for answer in answers) if words]
    said = [Counter(normalised(text).split()) for text in texts]
    return max((_f1(text, answer) for text in said for answer in wanted), default=0.0)


def _f1(said: Counter[str], wanted: Counter[str]) -> float:
    shared = (said & wanted).total()
    return 2 * shared / (said.total() + wanted.total())
