"""Draft + Evidence -> verdicts: whether the paragraphs that a statement cites really say it.

Every statement of every reader passes here, and only ``supported`` ones are ever shown.
"""

from __future__ import annotations

from qa.types import Draft, DraftStatement, Evidence, Span, Verdict

CHECKER = "verbatim"


def verify(draft: Draft, evidence: Evidence) -> tuple[Verdict, ...]:
    """One verdict a statement, in their order."""
    return tuple(_check(statement, evidence.offered) for statement in draft.statements)


def _check(statement: DraftStatement, offered: frozenset[tuple[str, str]]) -> Verdict:
    """A statement stands if each span it cites was offered and lies in its paragraph, and one says it literally."""
    if not statement.spans:
        return Verdict("unsupported", 0.0, CHECKER, "it cites nothing")
    for span in statement.spans:
        if (span.source.version, span.paragraph.paragraph_id) not in offered:
            return Verdict("unsupported", 0.0, CHECKER, "it cites a paragraph that was not offered")
        if not _inside(span):
            return Verdict("unsupported", 0.0, CHECKER, "it points outside its paragraph")
    if not any(statement.text == span.quote for span in statement.spans):
        return Verdict("unsupported", 0.0, CHECKER, "its words are not those of the paragraph")
    return Verdict("supported", 1.0, CHECKER)


def _inside(span: Span) -> bool:
    return span.paragraph.number is not None and span.paragraph.start <= span.start < span.end <= span.paragraph.end
