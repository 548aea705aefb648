"""Who speaks: a statement tells what a paragraph says, and never speaks as 'I' or to 'you' but in quotation marks."""

from __future__ import annotations

import re

from qa.verify.case import Case, Finding
from qa.verify.speech import quotations

_PERSON = re.compile(r"\b(?:I|[Mm]e|[Mm]y|[Mm]ine|[Ww]e|us|[Oo]urs?|[Yy]ours?|[Yy]ou)\b(?!\.)")


def voice_is_a_reporter_s(case: Case) -> Finding | None:
    """No first or second person outside quotations: such a statement is the writer's own, or an article's order obeyed."""
    quoted = quotations(case.statement.text)
    for match in _PERSON.finditer(case.statement.text):
        if not any(start <= match.start() < end for start, end in quoted):
            return Finding("unsupported", f"the statement speaks for itself (“{match.group()}”)")
    return None
