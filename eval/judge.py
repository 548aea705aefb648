"""One question and its reply, compared: facts without scores, on which every measure counts."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from eval.library import one_line

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eval.ask import Reply
    from eval.questions import Gold, Question


@dataclass(frozen=True, slots=True)
class Judged:
    """What is true of one reply.

    Attributes:
        hits: ``hits[i][k]``: citation i of the answer hits gold entry k of the question.
        right_articles: for each citation, whether it is of an article of the gold.
        answer_quoted: an expected answer stands in a quote of the answer.
        answer_in_paragraph: an expected answer stands in a paragraph that the answer cites.
    """

    question: Question
    answered: bool
    hits: tuple[tuple[bool, ...], ...]
    right_articles: tuple[bool, ...]
    answer_quoted: bool
    answer_in_paragraph: bool
    latency_ms: float

    @property
    def refused(self) -> bool:
        return not self.answered

    @property
    def first_hits(self) -> bool:
        return bool(self.hits) and any(self.hits[0])


def judge(question: Question, reply: Reply) -> Judged:
    citations = reply.answer["citations"]
    pairs = list(zip(citations, reply.paragraphs, strict=True))
    return Judged(
        question=question,
        answered=bool(reply.answer["answered"]),
        hits=tuple(tuple(hits_gold(c, text, gold) for gold in question.gold) for c, text in pairs),
        right_articles=tuple(any(_same_article(c, gold) for gold in question.gold) for c in citations),
        answer_quoted=contains_any((c["quote"] for c in citations), question.answers),
        answer_in_paragraph=contains_any(reply.paragraphs, question.answers),
        latency_ms=reply.latency_ms,
    )


def hits_gold(citation: Mapping[str, Any], paragraph: str, gold: Gold) -> bool:
    """Same article, and the same paragraph or one that contains the gold quote.

    Gold without paragraph and quote is met by any paragraph of its article.
    """
    if not _same_article(citation, gold):
        return False
    if gold.paragraph is not None and gold.paragraph == citation["paragraph"]:
        return True
    if gold.quote is not None:
        return one_line(gold.quote) in one_line(paragraph)
    return gold.paragraph is None


def _same_article(citation: Mapping[str, Any], gold: Gold) -> bool:
    return gold.article in {citation["article_id"], citation["url"]}


_ARTICLES = re.compile(r"\b(a|an|the)\b")


def normalised(text: str) -> str:
    """Lower case, no punctuation, no articles, single spaces: SQuAD's own way (Rajpurkar et al. 2016).

    The official script drops ASCII punctuation only; here every Unicode punctuation mark and symbol goes, so
    that a curly quotation mark or a pound sign cannot hide an answer. On ASCII text both are the same.
    """
    kept = "".join(char for char in text.lower() if unicodedata.category(char)[0] not in "PS")
    return " ".join(_ARTICLES.sub(" ", kept).split())


def contains_any(texts: Iterable[str], answers: Iterable[str]) -> bool:
    """One of the answers stands, as whole words, in one of the texts; both normalised."""
    wanted = [f" {answer} " for answer in map(normalised, answers) if answer]
    return any(answer in f" {normalised(text)} " for text in texts for answer in wanted)
