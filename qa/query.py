"""What a caller typed, as a Query: the one place where questions and dates from outside are judged."""

from __future__ import annotations

import datetime as dt
import unicodedata
from collections.abc import Sequence

from qa.errors import InvalidFilter, InvalidQuestion
from qa.types import Query, Turn

LONGEST_QUESTION = 2_000


def parse_query(
    question: str,
    *,
    as_of: str | None = None,
    after: str | None = None,
    before: str | None = None,
    sources: Sequence[str] = (),
    history: Sequence[Turn] = (),
) -> Query:
    """The Query for a question and its filters as they came in; dates are ``YYYY-MM-DD``.

    Raises:
        InvalidQuestion: empty, over 2,000 characters after trimming, or not text.
        InvalidFilter: a date that is none, or ``after`` later than ``before``.
    """
    query = Query(
        question=_question(question),
        as_of=_date("as_of", as_of),
        after=_date("after", after),
        before=_date("before", before),
        sources=tuple(name.strip() for name in sources if name.strip()),
        history=tuple(history),
    )
    if query.after and query.before and query.after > query.before:
        raise InvalidFilter(
            f"after {query.after} is later than before {query.before}: no article can be both",
            hint="swap the two dates, or leave one out",
        )
    return query


def _question(text: str) -> str:
    composed = unicodedata.normalize("NFC", text)  # as articles are kept
    trimmed = " ".join("".join(" " if _is_control(c) else c for c in composed).split())
    if not trimmed:
        raise InvalidQuestion("the question is empty", hint="ask something, as in: Who won the by-election?")
    if len(trimmed) > LONGEST_QUESTION:
        raise InvalidQuestion(
            f"the question has {len(trimmed):,} characters; at most {LONGEST_QUESTION:,} are read",
            hint="ask in a sentence or two",
        )
    if any(unicodedata.category(c) == "Cs" for c in trimmed):
        raise InvalidQuestion("the question holds half of a character (a lone surrogate)", hint="send valid UTF-8")
    return trimmed


def _is_control(character: str) -> bool:
    return unicodedata.category(character) == "Cc"


def _date(name: str, value: str | None) -> dt.date | None:
    if value is None:
        return None
    try:
        return dt.datetime.strptime(value.strip(), "%Y-%m-%d").date()  # noqa: DTZ007 - a day has no time zone
    except ValueError as error:
        raise InvalidFilter(
            f"{name}: {value[:40]!r} is not a date", hint=f"write it as YYYY-MM-DD, as in {name}=2024-05-31"
        ) from error
