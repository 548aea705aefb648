"""What kind of thing a question asks for, and whether a text holds one that the question did not bring along.

'How many?' wants a number, 'Who?' a name, 'When?' a date. A sentence that is all about the right matter and
holds nothing of that kind does not answer: 'What is the name of the manager?' over a nameless manager.
"""

from __future__ import annotations

import re
from typing import Literal

from qa.words import STOP_WORDS, fold, words

Kind = Literal["name", "number", "money", "share", "age", "date", "place", "reason", "speech", "other"]

_NAME = re.compile(
    r"^who\b|\bwhom?\b|\bwhose\b|\bname of\b|\bnamed\b|\bwhat (?:is|was|were|are) .{0,30}names?\b"
    r"|\b(?:which|what) (?:\w+ )?(?:man|woman|person|player|company|firm|judge|minister|councillor|team|party"
    r"|newspaper|paper|outlet|hospital|school|university|bank|group|club|agency|officer|politician|actor|singer"
    r"|writer|columnist|reporter)\b",
    re.IGNORECASE,
)
_MONEY = re.compile(
    r"\bhow much (?:money|did .{0,60}(?:cost|pay|raise|spend|lose|owe|steal|take)|does|will|was|is|would|were|has|had|are)\b"
    r"|\b(?:cost|price|sum|fine|salary|budget|fee|worth|paid|bill) (?:of|was|is|to|for)\b|\bwhat .{0,40}\b(?:cost|price|salary|fee)\b",
    re.IGNORECASE,
)
_SHARE = re.compile(r"\b(?:percentage|per cent|percent|proportion|share of|rate of)\b", re.IGNORECASE)
_AGE = re.compile(
    r"\bhow old\b|\b(?:what|which) age\b|\bage (?:of|is|was)\b|\baged?\?$|'s age\b|’s age\b", re.IGNORECASE
)
_NUMBER = re.compile(
    r"\bhow (?:many|much|long|far|often|high|big|large|tall|fast|deep|wide|heavy)\b"
    r"|\bwhat (?:\w+ )?(?:number|figure|score|distance|length|height|total|margin|turnout|attendance)\b",
    re.IGNORECASE,
)
_DATE = re.compile(
    r"^when\b|\bwhen (?:did|was|were|is|will|does|do|has|had|are)\b|\b(?:what|which) (?:\w+ )?(?:date|day|month|year|time|season)\b"
    r"|\bsince when\b|\bby when\b|\buntil when\b|\bhow soon\b",
    re.IGNORECASE,
)
_PLACE = re.compile(
    r"^where\b|\bwhere (?:did|was|were|is|will|does|do|are)\b|\b(?:which|what) (?:city|town|country|place|village|street|state|district)\b",
    re.IGNORECASE,
)
_REASON = re.compile(
    r"^why\b|\bwhy (?:did|was|were|is|will|does|do|are|has)\b|\b(?:what|which) (?:\w+ )?(?:reason|caused?|explanation)\b|\breasons? (?:did|does|for|was)\b",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"\b(?:what|how) (?:did|does|do|has|had|was) .{1,80}\b(?:say|said|call|called|describe|described|respond|react|comment|tell|argue|think|warn)\b",
    re.IGNORECASE,
)

_ORDER: tuple[tuple[Kind, re.Pattern[str]], ...] = (
    ("age", _AGE), ("share", _SHARE), ("reason", _REASON), ("date", _DATE), ("place", _PLACE),
    ("money", _MONEY), ("number", _NUMBER), ("speech", _SPEECH), ("name", _NAME),
)  # fmt: skip

_MONTH = r"(?:jan(?:uary)?|feb(?:ruary)?|mar(?:ch)?|apr(?:il)?|may|june?|july?|aug(?:ust)?|sept?(?:ember)?|oct(?:ober)?|nov(?:ember)?|dec(?:ember)?)"
_WEEKDAY = r"(?:mon|tues|wednes|thurs|fri|satur|sun)day"
_DATE_TEXT = re.compile(
    rf"\b{_MONTH}\b\.?|\b{_WEEKDAY}\b|\b(?:19|20)\d\d\b|\b(?:yesterday|today|tomorrow|tonight|overnight|ago|noon|midnight)\b"
    r"|\b(?:last|next|this|previous|earlier this|later this) (?:week|month|year|spring|summer|autumn|winter|night|season)\b"
    r"|\b\d{1,2}(?:[:.]\d\d)? ?(?:am|pm|a\.m|p\.m)\b|\b(?:easter|christmas|new year|ramadan|eid|diwali)\b|\b\d\d:\d\d\b",
    re.IGNORECASE,
)
_NUMBER_WORD = re.compile(
    r"\b(?:two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|thirteen|fourteen|fifteen|sixteen|seventeen"
    r"|eighteen|nineteen|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|hundred|thousand|million|billion|dozen"
    r"|half|third|quarter|twice|none|nobody|once|double|single|one)s?\b|\d",
    re.IGNORECASE,
)
_MONEY_TEXT = re.compile(
    r"[£$€¥]\s?\d|\b\d[\d.,]*\s?(?:m|bn|k|million|billion)?\s?(?:pounds|dollars|euros|pence|yuan|yen)\b|\bfree\b",
    re.IGNORECASE,
)
_SHARE_TEXT = re.compile(
    r"\d\s?(?:%|per ?cent)|\b(?:half|third|quarter|fifth|tenth|majority|in (?:ten|five|four|three))\b",
    re.IGNORECASE,
)
_AGE_TEXT = re.compile(
    r",\s\d{1,3},|\b\d{1,3}[- ]years?[- ]old\b|\baged?\s\d|\b(?:in (?:his|her|their) )?(?:teens|twenties|thirties|forties|fifties|sixties|seventies|eighties)\b",
    re.IGNORECASE,
)
_REASON_TEXT = re.compile(
    r"\b(?:because|since|due to|owing to|after|caused?|causing|blam\w+|reasons?|therefore|so that|in order|thanks to"
    r"|amid|following|over|as a result|so|to \w+|for \w+ing|result\w*|attribut\w+|as)\b",
    re.IGNORECASE,
)
_SPEECH_TEXT = re.compile(
    r"[\"“”‘]|\b(?:said|says|told|called|calling|described|describing|added|according|wrote|argued|insisted|warned|claimed|denied|announced|apologi\w+)\b",
    re.IGNORECASE,
)
_CAPITALISED = re.compile(r"\b[A-Z][\w’'-]+")


def kind_of(question: str) -> Kind:
    """What the question asks for; 'other' where the form of the question does not tell."""
    return next((kind for kind, pattern in _ORDER if pattern.search(question)), "other")


def holds(kind: Kind, text: str, question: str) -> bool:
    """Whether ``text`` holds something of that kind beyond the question's own words."""
    if kind == "other":
        return True
    rest = _without(text, question) if kind in {"number", "money", "share", "date", "age"} else text
    pattern = _PATTERNS.get(kind)
    if pattern is not None:
        return bool(pattern.search(rest))
    return bool(new_names(text, question))


def new_names(text: str, question: str) -> list[str]:
    """Capitalised words of ``text`` that the question does not have; the first of a sentence only if repeated."""
    asked = set(words(question))
    found = []
    for match in _CAPITALISED.finditer(text):
        word = fold(match.group())
        opens = match.start() == 0 or text[: match.start()].rstrip()[-1:] in {
            ".",
            "!",
            "?",
            "“",
            '"',
            "‘",
            ":",
        }
        followed = text[match.end() : match.end() + 2].strip()[:1].isupper()
        if (
            word not in asked
            and word not in STOP_WORDS
            and (not opens or followed)
            and not _DATE_TEXT.fullmatch(word)
        ):
            found.append(word)
    return found


def _without(text: str, question: str) -> str:
    """The text without the numbers and dates that the question itself holds."""
    asked = {word for word in words(question) if any(c.isdigit() for c in word) or _DATE_TEXT.fullmatch(word)}
    return re.sub(r"[\w.,:]*\w", lambda m: " " if fold(m.group()) in asked else m.group(), text)


_PATTERNS: dict[Kind, re.Pattern[str]] = {
    "number": _NUMBER_WORD,
    "money": _MONEY_TEXT,
    "share": _SHARE_TEXT,
    "age": _AGE_TEXT,
    "date": _DATE_TEXT,
    "reason": _REASON_TEXT,
    "speech": _SPEECH_TEXT,
}
