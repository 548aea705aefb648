"""Whether a question stands alone, by its own words; and if not, what in it points back.

Nothing here sees the conversation: a question that stands alone is one whatever was said before it. What has its
antecedent in the question itself ('while she was keeping it secret') does not point back.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from qa.understand.names import names, offices
from qa.understand.times import times
from qa.words import stems

Pointing = Literal["person", "thing", "several", "event", "place", "ellipsis", "matter"]
"""What the words stand for: he or she; it; they; that, or 'it happened'; there; what the question leaves out; the whole
matter that was spoken of ('And how many were hurt?', 'Who won that match?')."""

AUXILIARY = (
    r"(?:did|does|do|is|are|was|were|has|have|had|will|would|can|could|should|must|might|may|didn['’]t|wasn['’]t"
    r"|weren['’]t|isn['’]t|won['’]t|hasn['’]t)"
)
_LEAD = r"^(?:(?:and|but|so|ok|okay|then|well),? )*"
_WH = r"(?:who|whom|whose|what|when|where|why|how|which)"
_PERSON = re.compile(r"\b(?:he|she|him|her|his|hers)\b", re.IGNORECASE)
_THING = re.compile(r"\b(?:it|its)\b", re.IGNORECASE)
_SEVERAL = re.compile(r"\b(?:they|them|their|theirs)\b", re.IGNORECASE)
_NOUN_PHRASE = re.compile(
    r"\b(?:the|a|an|all|both|some|any|every|each|another|no|many|two|three|local|these|those|one|other)\s+(?!of\b)\w"
    r"|['’]s? \w{3}",
    re.IGNORECASE,
)
_CLAUSE = re.compile(
    r"[,;:]|\b(?:and|but|when|while|after|before|because|that|if|whether|who|which|what|whose|as|since|until"
    r"|to|for|by|in|at|on|from|with|about|of|over|under|during|without|against)\b",
    re.IGNORECASE,
)
_NEAR_CLAUSE = re.compile(
    r"[,;:]|\b(?:and|but|when|while|after|before|because|that|if|whether|who|which|what|whose|as|since|until)\b",
    re.IGNORECASE,
)
_ADJECTIVE = (
    r"(?:like|true|possible|legal|illegal|safe|worth|easy|hard|difficult|likely|necessary|important|wrong|right|better"
    r"|best|allowed|common|normal|the case|estimated|believed|thought|known|said|reported|who|that|when"
    r"|called (?:when|if))"
)
_EXPLETIVE = re.compile(
    r"^it['’]s\b|\b(?i:is|was) it (?-i:[A-Z])|\bit (?:means?|rain\w*|snow\w*)\b"
    r"|\bit (?:is|was|will be|would be|has been|takes?|took|costs?)\b.*?\b(?:to \w|that\b|for \w+ to\b)"
    rf"|\b(?:is|was|be) it {_ADJECTIVE}\b|\b(?:did|does|will|would|can) it (?:take|cost|be {_ADJECTIVE}).*\bto\b",
    re.IGNORECASE,
)
_EVENT = re.compile(
    rf"{_LEAD}(?:{_WH}(?: \w+){{0,3}}? )?(?:was|is|were|did|does|has|had)n?['’]?t? (?:that"
    rf"|this)(?: all)?(?: happen\w*| exactly| again| then)?\?*$"
    rf"|{_LEAD}{_WH} (?:did|does|has|had|will) (?:that|this|it)(?: all)? (?:happen|take place|come about|occur)\w*\b"
    rf"|\b(?:before|after|about|of|for|from|to|with|by|despite|because of|caused|cause|said|say|did|do|done|called"
    rf"|call|think|explain)"
    rf" (?:that|this)\?*$",
    re.IGNORECASE,
)
_OWNER = re.compile(r"\b(?:which|what) [\w ]*?\b(?:has|have|had) (?:his|her|its|their)$", re.IGNORECASE)
_AHEAD = re.compile(
    r"^(?:with|in|after|during|before|despite|by|at|on|following|since|when|while|as)\b[^,]*$", re.IGNORECASE
)
_PLACE = re.compile(
    r"(?<!is )(?<!are )(?<!was )(?<!were )(?<!be )\bthere\?*$|\b(?:happened|happen|worked?|works|lived?|lives|died"
    r"|go|went|live|stay(?:ed)?) there\b",
    re.IGNORECASE,
)
_ELLIPSIS = re.compile(
    rf"{_LEAD}(?:who|what|where|when|how|why|anyone|anybody|anything|nobody) else\b(?:\?*$)"
    rf"|{_LEAD}(?:why|when|where|how|who|how so|why not|why so|since when|until when|by whom|how much|how many"
    rf"|how long|how often"
    rf"|by how much|by how many|which ones?|how old|for how long|how come|what for|with whom|from where"
    rf"|at what age)\?*$"
    rf"|{_LEAD}(?:what|how) about\b"
    rf"|{_LEAD}(?:how many|how much|which|what) (?!{AUXILIARY}\b)(?!else\b)\w+(?<!ed)\?*$"
    rf"|{_LEAD}(?:by|for|in|on|at|with|from|since|to|of) {_WH}(?: (?!{AUXILIARY}\b)\w+){{0,3}}\?*$"
    r"|^(?:and|but) (?!(?:who|what|when|where|why|how|which|whose|whom|did|does|do|is|are|was|were|has|have|had|will"
    r"|would"
    r"|can|could|should|must|in wh|at wh|on wh|by wh|for wh|by how|for how|since wh|to wh|from wh|of wh|with wh)\b)",
    re.IGNORECASE,
)
_MATTER = re.compile(
    rf"^(?:and|but|so) |\b{AUXILIARY} (?:that|this) (?:have|be|been|mean|cost|save|take|lead|help|affect|change|work"
    rf"|make|last|start"
    r"|begin|end|right|true|correct|so|a|an|the|really|normal|legal|enough|all|it)\w*\b|\b(?:in|on|at|of|for|after"
    r"|before|by|during|from|with|about|to|since|until|won|win|lost|lose|led|caused|cause"
    r"|start|started|was|were|is|are) (?:that|those) (?:year|day|night|match|game|final|vote|meeting|election|fire"
    r"|storm"
    r"|strike|decision|case|trial|article|report|company|event|time|place|town|city|deal|fine|sum|figure|money"
    r"|people)s?\b",
    re.IGNORECASE,
)
_DEFINITE = re.compile(r"^(?=[^\d\"“‘]*$).*\bthe \w", re.IGNORECASE)
_TOO_LONG_TO_BE_ELLIPTIC = 12


@dataclass(frozen=True, slots=True)
class Pointer:
    """Words of a question, ``question[start:end]``, that point at something said before."""

    kind: Pointing
    start: int
    end: int


def pointers(question: str) -> tuple[Pointer, ...]:
    """What in the question points back, the first of each kind; none where it stands alone."""
    ellipsis = _ELLIPSIS.search(question)
    if ellipsis and len(question.split()) <= _TOO_LONG_TO_BE_ELLIPTIC:
        return (Pointer("ellipsis", ellipsis.start(), len(question)),)
    event = _EVENT.search(question)
    if event:
        return (Pointer("event", event.start(), event.end()),)
    found = [_free(question, _PERSON, "person"), _free(question, _SEVERAL, "several"), _free_it(question)]
    place = _PLACE.search(question)
    if place and not _named_before(question, place.start()):
        found.append(Pointer("place", place.start(), place.end()))
    matter = _MATTER.search(question)
    if not any(found) and not names(question) and (matter or _is_thin(question)):
        found.append(Pointer("matter", 0, len(question)))
    return tuple(pointer for pointer in found if pointer)


def _is_thin(question: str) -> bool:
    """'What was the turnout?': 'the', and too few words to say of what. None of 1,176 archive questions is so short."""
    words = stems(re.sub(r"^how \w+ ", "", question, flags=re.IGNORECASE))
    return bool(_DEFINITE.search(question)) and len(words) <= 2 and not times(question)


def _named_before(question: str, at: int) -> bool:
    return any(name.end <= at for name in names(question))


def _free_it(question: str) -> Pointer | None:
    return None if _EXPLETIVE.search(question) else _free(question, _THING, "thing")


def _free(question: str, pronouns: re.Pattern[str], kind: Pointing) -> Pointer | None:
    """The first pronoun of the kind, if nothing before it in the question is what it stands for."""
    match = pronouns.search(question)
    if not match or _is_bound(question, match, kind):
        return None
    return Pointer(kind, match.start(), match.end())


def _is_bound(question: str, pronoun: re.Match[str], kind: Pointing) -> bool:
    before = question[: pronoun.start()]
    if _AHEAD.match(before) and "," in question[pronoun.end() :]:
        return True  # 'With his 61st home run, which player …?'
    asked = re.search(rf"{_LEAD}(?:{_WH}\b[^,]*? )?{AUXILIARY} $", before, re.IGNORECASE)
    if asked and not _holds(before, kind) and not _OWNER.search(before + pronoun.group()):
        return False  # 'How many tickets did they sell?': what is asked for is not who did it
    if re.search(
        rf"{_LEAD}(?:\w+ )?(?:who|whose|(?:which|what) (?!{AUXILIARY}\b)\w+|whoever|anyone) ", before, re.IGNORECASE
    ) and not _is_object(question, pronoun):
        return not re.search(
            rf"{_LEAD}who {AUXILIARY} $", before, re.IGNORECASE
        )  # 'Who lost her seat?', not 'Who is her …?'
    if not _holds(before, kind):
        return kind != "person" and not _is_object(question, pronoun) and bool(stems(_without_asked(before)))
    # 'What did the judge say about him?': the two are not one, unless a clause begins between them.
    return not (
        _is_object(question, pronoun)
        and kind == "person"
        and len(_held(before, kind)) == 1
        and not _NEAR_CLAUSE.search(_after_last(before, kind))
    )


def _is_object(question: str, pronoun: re.Match[str]) -> bool:
    """'him', 'them', and 'her' or 'it' that no noun follows."""
    word = pronoun.group().casefold()
    if word in {"him", "them"}:
        return True
    after = question[pronoun.end() :].lstrip()
    ends = (
        not after
        or not after[0].isalpha()
        or bool(re.match(rf"(?:{_CLAUSE.pattern}|as|again|now|then)\b", after, re.IGNORECASE))
    )
    return word in {"her", "it"} and ends


def _holds(before: str, kind: Pointing) -> bool:
    return bool(_held(before, kind))


def _held(before: str, kind: Pointing) -> list[str]:
    """What stands before a pronoun that it may stand for."""
    named = [name.text for name in names(before) if kind != "person" or name.may_be_person]
    if kind == "person":
        return [
            *named,
            *offices(before),
            *re.findall(
                r"\b(?:people|person|someone|whose|wom[ae]n|m[ae]n|resident|mother|\w+(?:er|or|ist|ian))['’s]*\b",
                before,
            )[:1],
        ]
    return [*named, *(match.group() for match in _NOUN_PHRASE.finditer(_without_asked(before)))]


def _after_last(before: str, kind: Pointing) -> str:
    held = _held(before, kind)
    return before[before.rfind(held[-1]) + len(held[-1]) :] if held else before


def _without_asked(before: str) -> str:
    """Without the words asked with: of 'How many of the tickets did' nothing is left."""
    return re.sub(rf"{_LEAD}{_WH}\b[^,]*?\b{AUXILIARY}\b", "", before, count=1, flags=re.IGNORECASE)
