"""What kind of thing a question asks for, and whether a text holds one that the question did not bring along.

'How many?' wants a number, 'Who?' a name, 'When?' a date. A sentence that is all about the right matter and
holds nothing of that kind does not answer: 'What is the name of the manager?' over a nameless manager.
"""

from __future__ import annotations

import re
from typing import Literal

from qa.words import STOP_WORDS, fold, words

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

_MONTH = (
    r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?"
    r"|nov(?:ember)?|dec(?:ember)?)"
)
_NUMBER_WORD = (
    r"(?:one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen"
    r"|seventeen|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million"
    r"|billion|dozen|half|third|quarter|twice|none|nobody|once|double|single)"
)
_DATE = _any(
    rf"\b{_MONTH}\b",
    r"\b(?:mon|tues|wednes|thurs|fri|satur|sun)day\b",
    r"\b(?:19|20)\d\d\b",
    r"\b(?:yesterday|today|tomorrow|tonight|overnight|ago|noon|midnight|easter|christmas|new year|ramadan)\b",
    r"\b(?:last|next|this|previous) (?:week|month|year|spring|summer|autumn|winter|night|season)\b",
    r"\b\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|a\.m|p\.m)\b",
    r"\b\d\d:\d\d\b",
)
_HOLDS: dict[Kind, re.Pattern[str]] = {
    "age": _any(r",\s\d{1,3},", r"\b\d{1,3}[- ]years?[- ]old\b", r"\baged?\s\d", r"\b\w+(?:teens|ties)\b"),
    "share": _any(
        r"\d\s?(?:%|per ?cent)", r"\b(?:half|third|quarter|fifth|tenth|majority)\b", r"\bin (?:ten|five|four)\b"
    ),
    "reason": _any(
        r"\b(?:because|since|due to|owing to|after|caus\w+|blam\w+|reasons?|therefore|so|in order|thanks to|amid)\b",
        r"\b(?:following|over|result\w*|attribut\w+|as|to \w+|for \w+ing)\b",
    ),
    "date": _DATE,
    "money": _any(
        r"[£$€¥]\s?\d",
        r"\b\d[\d.,]*\s?(?:m|bn|k|million|billion)?\s?(?:pounds|dollars|euros|pence|yuan|yen)\b",
        r"\bfree\b",
    ),
    "number": _any(r"\d", rf"\b{_NUMBER_WORD}s?\b"),
    "speech": _any(
        r"[\"“”‘]",
        r"\b(?:sa(?:id|ys)|told|call\w+|describ\w+|added|according|wrote|argued|insist\w+|warn\w+|claim\w+|denied)\b",
    ),
}
MEASURED: frozenset[Kind] = frozenset({"number", "money", "share", "date", "age"})
"""Kinds whose answers are figures or days: two of them can be compared."""
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]+")


def kind_of(question: str) -> Kind:
    """What the question asks for; 'other' where its form does not tell."""
    return next((kind for kind, pattern in _ASKS if pattern.search(question)), "other")


def holds(kind: Kind, text: str, question: str) -> bool:
    """Whether ``text`` holds something of that kind beyond the question's own words."""
    if kind == "other":
        return True
    if kind in {"name", "place"}:
        return bool(new_names(text, question))
    rest = _without(text, question) if kind in MEASURED else text
    return bool(_HOLDS[kind].search(rest))


def new_names(text: str, question: str) -> list[str]:
    """Capitalised words that the question does not have; the first of a sentence only if another follows it."""
    asked = set(words(question))
    found = []
    for match in _CAPITALISED.finditer(text):
        word = fold(match.group())
        opens = text[: match.start()].rstrip()[-1:] in {"", ".", "!", "?", "“", '"', "‘", ":"}
        followed = text[match.end() + 1 : match.end() + 2].isupper()
        if word not in asked and word not in STOP_WORDS and (not opens or followed) and not _DATE.fullmatch(word):
            found.append(word)
    return found


def _without(text: str, question: str) -> str:
    """The text without the numbers and dates that the question itself holds."""
    asked = {word for word in words(question) if any(c.isdigit() for c in word) or _DATE.fullmatch(word)}
    return re.sub(r"[\w.,:]*\w", lambda m: " " if fold(m.group()) in asked else m.group(), text)
