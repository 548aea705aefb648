"""How much one statement may hold: a sentence of the news, and not what would cost the rules time without end.

The rules look at each number, day and name of a statement beside all of its paragraphs. Who writes an article, or leads
a model to repeat itself, could make a check of minutes out of that; no sentence that somebody reads comes near the bound.
"""

from __future__ import annotations

from qa.verify.case import Case, Finding
from qa.verify.dates import find_days
from qa.verify.proper import find_names
from qa.verify.quantities import find_quantities

LONGEST = 1_000
"""Characters; the longest of 38,000 sentences cut from news has fewer."""
MOST = 40
"""Numbers and days together, and names."""


def holds_too_much(case: Case) -> Finding | None:
    """A finding where a statement is longer, or names more, than one sentence does."""
    text = case.statement.text
    if len(text) > LONGEST:
        return Finding("unsupported", f"the statement is longer than {LONGEST:,} characters")
    if len(find_quantities(text)) + len(find_days(text)) > MOST:
        return Finding("unsupported", f"the statement has more than {MOST} numbers")
    if len(find_names(case.statement)) > MOST:
        return Finding("unsupported", f"the statement has more than {MOST} names")
    return None
