"""What kind of thing a question asks for: 'How many?' wants a number, 'Who?' a name, 'When?' a date."""

from __future__ import annotations

import re
from typing import Literal

Kind = Literal["age", "share", "reason", "date", "place", "money", "number", "speech", "name", "other"]


def _any(*patterns: str) -> re.Pattern[str]:
    return re.compile("|".join(patterns), re.IGNORECASE)


_IS = r"(?:am|is|are|was|were|do|does|did|has|have|had|will|would|could|should|can)"
_WHAT = r"\b(?:what|which)\b (?:\w+ )?"
_PEOPLE = (
    r"(?:man|woman|person|player|company|firm|judge|minister|councillor|team|party|newspaper|paper|outlet|hospital"
    r"|school|university|bank|group|club|agency|officer|politician|actor|singer|writer|columnist|reporter)"
)
_SAID = r"(?:say|said|call|called|describe|described|respond|react|comment|tell|argue|think|warn)"

# The order decides where a question fits two: 'What share of …' is a share before it is a number.
_ASKS: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("age", _any(r"\bhow old\b", _WHAT + r"age\b", r"\bage (?:of|is|was)\b", r"['’]s age\b")),
    ("share", _any(r"\bper ?cent(?:age)?\b", r"\bproportion\b", r"\bshare of\b", r"\brate of\b")),
    (
        "reason",
        _any(rf"\bwhy\b(?= {_IS})", r"^why\b", _WHAT + r"(?:reasons?|caused?|explanation)\b", r"\breasons? for\b"),
    ),
    (
        "date",
        _any(
            r"^when\b",
            rf"\bwhen\b(?= {_IS})",
            _WHAT + r"(?:date|day|month|year|time|season)\b",
            r"\b(?:since|by|until) when\b",
        ),
    ),
    (
        "place",
        _any(
            r"^where\b", rf"\bwhere\b(?= {_IS})", _WHAT + r"(?:city|town|country|place|village|street|state|district)\b"
        ),
    ),
    (
        "money",
        _any(
            rf"\bhow much (?:money|{_IS})\b",
            _WHAT + r"(?:cost|price|sum|fine|salary|budget|fee)\b",
            r"\b(?:cost|price|worth|salary|fee) (?:of|was|is)\b",
        ),
    ),
    (
        "number",
        _any(
            r"\bhow (?:many|much|long|far|often|high|big|large|tall|fast|deep|wide|heavy)\b",
            _WHAT + r"(?:number|figure|score|distance|length|height|total|margin|turnout|attendance)\b",
        ),
    ),
    ("speech", _any(rf"\b(?:what|how) {_IS} .{{1,80}}\b{_SAID}\b")),
    (
        "name",
        _any(
            r"^who\b",
            r"\bwho(?:m|se)?\b",
            r"\bname of\b",
            r"\bnamed\b",
            rf"\bwhat {_IS} .{{0,30}}names?\b",
            _WHAT + _PEOPLE + r"\b",
        ),
    ),
)

MEASURED: frozenset[Kind] = frozenset({"number", "money", "share", "date", "age"})
"""Kinds whose answers are figures or days: two of them can be compared."""


def kind_of(question: str) -> Kind:
    """What the question asks for; 'other' where its form does not tell."""
    return next((kind for kind, pattern in _ASKS if pattern.search(question)), "other")
