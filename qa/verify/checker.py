"""The order of the checks: citations, word for word, rules, meaning; and the paragraph that does say it."""

from __future__ import annotations

import itertools
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace

from qa.sentences import split
from qa.spread import spread
from qa.types import Draft, DraftStatement, Evidence, Passage, Span, Verdict
from qa.verify.attribution import quotations_agree, sayings_stay_sayings, speakers_agree
from qa.verify.case import Case, Ground, Rule, strongest
from qa.verify.dates import days_agree
from qa.verify.direction import directions_agree
from qa.verify.disguise import disguise_of
from qa.verify.extent import holds_too_much
from qa.verify.hedges import hedges_stay
from qa.verify.joined import facts_belong, parts
from qa.verify.meaning import THRESHOLD, Scores, absent_words, likelihood, signals
from qa.verify.names import names_agree
from qa.verify.negation import negations_agree
from qa.verify.numbers import numbers_agree
from qa.verify.offices import offices_agree
from qa.verify.prose import plain, prose
from qa.verify.telling import told_plainly
from qa.verify.voice import voice_is_a_reporter_s
from qa.verify.wording import wording_agrees

VERBATIM, EXTENT, MEANING = "verbatim", "extent", "meaning"
RULES: dict[str, Rule] = {
    "numbers": numbers_agree,
    "dates": days_agree,
    "names": names_agree,
    "offices": offices_agree,
    "quotations": quotations_agree,
    "speakers": speakers_agree,
    "sayings": sayings_stay_sayings,
    "negation": negations_agree,
    "direction": directions_agree,
    "hedges": hedges_stay,
    "joined": facts_belong,
    "wording": wording_agrees,
    "voice": voice_is_a_reporter_s,
    "telling": told_plainly,
}
_MOST_SCORE = {"contradicted": 0.1, "unsupported": 0.3, "partial": 0.45}
_OTHERS = 4  # offered paragraphs that are tried for a statement whose own does not say it


@dataclass(frozen=True, slots=True)
class Checked:
    """A draft as it stands after the check, and a verdict for each statement of it.

    Attributes:
        draft: the same statements in their order; a citation that does not bear its statement is gone where another
            does, and a paragraph that was offered and says it stands in the place of those which do not.
    """

    draft: Draft
    verdicts: tuple[Verdict, ...]


class Verifier:
    """Judges drafts. Safe to call from many threads where its scorer is.

    Args:
        scorer: reads a statement and a text side by side; without one, words and rules decide alone.
        rules: by their names, which the verdicts tell.
    """

    def __init__(self, scorer: Scores | None = None, rules: dict[str, Rule] | None = None) -> None:
        self._scorer = scorer
        self._rules = RULES if rules is None else rules

    def verify(self, draft: Draft, evidence: Evidence) -> tuple[Verdict, ...]:
        """One verdict a statement, in their order, by the citations that it has."""
        return tuple(self._verdict(statement, evidence) for statement in draft.statements)

    def check(self, draft: Draft, evidence: Evidence) -> Checked:
        """The verdicts, after each statement got the citations that bear it."""
        checked = [self._cited_anew(statement, evidence) for statement in draft.statements]
        statements = tuple(statement for statement, _ in checked)
        return Checked(replace(draft, statements=statements), tuple(verdict for _, verdict in checked))

    def judge(self, case: Case) -> Verdict:
        """The verdict on one statement beside its ground: the gravest finding of a rule, or else the meaning."""
        too_much = holds_too_much(case)
        if too_much is not None:
            return Verdict(too_much.verdict, 0.0, EXTENT, too_much.reason)
        for part in parts(case.statement.text):
            verdict = self.judge(Case(prose(part, whole=True), case.ground))
            if verdict.verdict != "supported":
                return verdict
        findings = {name: found for name, rule in self._rules.items() if (found := rule(case))}
        gravest = strongest(list(findings.values()))
        if gravest is not None:  # no need to run a model
            likely = likelihood(signals(case, None), with_model=False)
            name = next(name for name, found in findings.items() if found is gravest)
            return Verdict(gravest.verdict, round(likely * _MOST_SCORE[gravest.verdict], 4), name, gravest.reason)
        likely = likelihood(signals(case, self._scorer), with_model=self._scorer is not None)
        if likely >= THRESHOLD:
            return Verdict("supported", round(likely, 4), MEANING)
        return Verdict("unsupported", round(likely, 4), MEANING, _not_said(case))

    def _cited_anew(self, statement: DraftStatement, evidence: Evidence) -> tuple[DraftStatement, Verdict]:
        verdict = self._verdict(statement, evidence)
        if verdict.verdict == "supported":
            return self._without_idle(statement, evidence, verdict)
        for span in _other_paragraphs(statement, evidence) if statement.spans else ():
            moved = replace(statement, spans=(span,))
            found = self._verdict(moved, evidence)
            if found.verdict == "supported":
                return moved, found
        return statement, verdict

    def _without_idle(
        self, statement: DraftStatement, evidence: Evidence, verdict: Verdict
    ) -> tuple[DraftStatement, Verdict]:
        """With the citations alone that each bear it, where there are such; all, where only all together do."""
        spans = tuple(dict.fromkeys(statement.spans))
        if len(spans) == 1 or statement.text == spans[0].quote:  # who quotes cites beside it what the quote stands on
            return statement, verdict
        alone = {span: self._verdict(replace(statement, spans=(span,)), evidence) for span in spans}
        bearing = tuple(span for span in spans if alone[span].verdict == "supported")
        if not bearing:
            return statement, verdict
        return replace(statement, spans=bearing), max((alone[span] for span in bearing), key=lambda v: v.score)

    def _verdict(self, statement: DraftStatement, evidence: Evidence) -> Verdict:
        fault = _fault(statement, evidence)
        if fault is not None:
            return Verdict("unsupported", 0.0, VERBATIM, fault)
        if any(is_verbatim(statement.text, span) for span in statement.spans):
            return Verdict("supported", 1.0, VERBATIM)
        return self.judge(Case(prose(statement.text, whole=True), ground_of(statement.spans, evidence)))


def is_verbatim(text: str, span: Span) -> bool:
    """Whether the text is the span, or whole sentences of it, but for the shape of quotation marks.

    A part of a sentence is not enough: 'the bridge would open' stands in 'she denied that the bridge would open'.
    """
    if text == span.quote:
        return True
    wanted = plain(text)
    if wanted not in plain(span.quote):
        return False
    sentences = [plain(sentence.text) for sentence in split(span.quote)]
    ends = frozenset(itertools.accumulate((len(sentence) + 1 for sentence in sentences), initial=0))
    whole, place = " ".join(sentences), -1
    while (place := whole.find(wanted, place + 1)) >= 0:
        if place in ends and place + len(wanted) + 1 in ends:
            return True
    return False


def ground_of(spans: Sequence[Span], evidence: Evidence) -> Ground:
    """The paragraphs of these spans, whole, with what was offered beside them of the same articles."""
    paragraphs = dict.fromkeys(span.paragraph.text for span in spans)
    sources = tuple(dict.fromkeys(span.source for span in spans))
    articles = {source.article_id for source in sources}
    beside = [
        hit.passage.text
        for hit in spread(evidence.hits)
        if hit.passage.source.article_id in articles and hit.passage.paragraph.text not in paragraphs
    ]
    return Ground(prose("\n\n".join(paragraphs)), sources, "\n\n".join(beside))


def _fault(statement: DraftStatement, evidence: Evidence) -> str | None:
    if not statement.spans:
        return "it cites nothing"
    for span in statement.spans:
        if (span.source.version, span.paragraph.paragraph_id) not in evidence.offered:
            return "it cites a paragraph that was not offered"
        if not _inside(span):
            return "it points outside its paragraph"
    return disguise_of(statement.text)


def _inside(span: Span) -> bool:
    return span.paragraph.number is not None and span.paragraph.start <= span.start < span.end <= span.paragraph.end


def _other_paragraphs(statement: DraftStatement, evidence: Evidence) -> Iterator[Span]:
    """The offered paragraphs that it does not cite and that have most of its words, whole, best first."""
    cited = {(span.source.version, span.paragraph.paragraph_id) for span in statement.spans}
    others = {
        _key(hit.passage): hit.passage for hit in spread(evidence.hits) if hit.passage.paragraph.number is not None
    }
    roots = prose(statement.text, whole=True).roots
    passages = [passage for key, passage in others.items() if key not in cited]
    for passage in sorted(passages, key=lambda p: -len(roots & prose(p.paragraph.text, whole=True).roots))[:_OTHERS]:
        yield Span(passage.source, passage.paragraph, passage.paragraph.start, passage.paragraph.end)


def _key(passage: Passage) -> tuple[str, str]:
    return passage.source.version, passage.paragraph.paragraph_id


def _not_said(case: Case) -> str:
    words = absent_words(case)
    if not words:
        return "the paragraph does not say this"
    return "the paragraph says nothing of " + ", ".join(f"“{word}”" for word in dict.fromkeys(words[:3]))
