"""A true sentence with one thing swapped, as a language model gets it wrong.

What is put in comes from the same paragraph or article wherever there is something of its kind, which is harder to
notice than an invention. Nothing here uses the verifier's own reading of numbers, days or names.
"""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from dataclasses import replace

from eval.verify.truths import Truth
from qa.words import STOP_WORDS

_MONTHS = "January February March April May June July August September October November December".split()  # noqa: SIM905
_DAYS = "Monday Tuesday Wednesday Thursday Friday Saturday Sunday".split()  # noqa: SIM905
_WORDS = "two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen twenty thirty forty fifty sixty".split()  # noqa: SIM905
_NUMBER = re.compile(
    r"(?<![\w.,])[£$€]?(?P<digits>\d[\d,]*(?:\.\d+)?)(?![\d:/]|(?:st|nd|rd|th)\b)|\b(?P<word>"
    + "|".join(_WORDS)
    + r")\b(?!-)",
    re.IGNORECASE,
)
_DATED = re.compile(rf"\b(?:{'|'.join(_MONTHS)})\b|\b(?:{'|'.join(_DAYS)})\b|\b(?:19|20)\d\d\b")
_NEAR_DATE = re.compile(rf"\d{{1,2}} (?:{'|'.join(_MONTHS)})|(?:{'|'.join(_MONTHS)}) \d{{1,2}}|\b(?:19|20)\d\d\b")
_NAME = re.compile(r"\b[A-Z][a-z]+(?:['’-][A-Z][a-z]+)?(?: [A-Z][a-z]+(?:-[A-Z][a-z]+)?)*\b")
_NOT_NAMES = re.compile(
    rf"^(?:The|A|An|He|She|It|They|We|I|In|On|At|But|And|Mr|Mrs|Ms|Dr|{'|'.join(_MONTHS + _DAYS)}|This|That|There|If|When|As|For)$"
)
_UNITS = (
    ("£", "$"), ("$", "£"), ("€", "$"), (" million", " billion"), (" billion", " million"), (" miles", " metres"),
    (" kilometres", " miles"), (" km", " miles"), (" metres", " miles"), (" centimetres", " metres"), (" hours", " days"),
    (" minutes", " hours"), (" days", " weeks"), (" weeks", " months"), (" months", " years"), (" years", " months"),
    (" tonnes", " kilograms"), (" feet", " miles"), (" per cent", " people"), ("%", " people"), (" litres", " tonnes"),
    (" pounds", " dollars"), (" kg", " tonnes"), (" acres", " hectares"), (" inches", " feet"), (" degrees", " per cent"),
)  # fmt: skip
_AUXILIARY = re.compile(r"\b(?:was|were|is|are|has|had|have|will|would|could|should|can)\b(?! not)")
_HEDGES: tuple[tuple[str, str], ...] = (
    (r"\ballegedly ", ""),
    (r"\balleged (?=[a-z])", ""),
    (r"\b(?:is|was|were|are|been) accused of\b", "was found guilty of"),
    (r"\baccused\b(?= of)", "convicted"),
    (r"\b(?:may|might|could)(?= (?:be|have|[a-z]+)\b)", "will"),
    (r"\b(?:plans|planned|hopes|hoped|intends|intended|wants|wanted|aims) to\b", "is certain to"),
    (r"\b(?:is|are|was|were) expected to\b", "did"),
    (r"\b(?:nearly|almost|more than|fewer than|less than|up to|at least) (?=[\d£$])", ""),
    (r"\b(?:probably|possibly|perhaps|likely) ", "certainly "),
    (r"^[A-Z][^,.;“”\"]{2,70}? said that (?=[a-z])", ""),
    (r"^(According to [^,]{3,60}), ", ""),
    (r", according to [^,.]{3,60}(?=\.$)", ""),
)
_SAID = re.compile(
    r"\b(?P<before>[A-Z][a-z]+(?: [A-Z][a-z]+(?:-[A-Z][a-z]+)?)?) (?:said|told|added|warned|argued|wrote|says)\b"
    r"|\b(?:said|says|told|added|according to) (?:Mr |Mrs |Ms |Dr )?(?P<after>[A-Z][a-z]+(?: [A-Z][a-z]+(?:-[A-Z][a-z]+)?)?)\b"
)
_PREDICATE = re.compile(
    r"^(?:(?:Mr|Mrs|Ms|Dr|Cllr) )?(?P<name>[A-Z][a-z]+(?: [A-Z][a-z]+(?:-[A-Z][a-z]+)?)+|(?:Mr|Mrs|Ms|Dr|Cllr) [A-Z][a-z]+|(?:The|Its|His|Her|A|An) [a-z]+(?: [a-z]+)?) "
    r"(?P<rest>(?:said|told|was|is|has|had|will|[a-z]+ed)\b.+)$"
)

_PLAIN = re.compile(r"(?<=[a-z,] )[a-z]{5,}(?=[ ,.])")

Mutation = Callable[[Truth, random.Random], str | None]


def mutant(truth: Truth, kind: str, rng: random.Random) -> Truth | None:
    """The statement with one thing of this kind swapped; None where it has none."""
    text = KINDS[kind](truth, rng)
    changed = (
        text is not None and text != truth.text and " ".join(text.split()) not in " ".join(truth.paragraph.split())
    )
    return replace(truth, text=text) if text and changed else None


def _number(truth: Truth, rng: random.Random) -> str | None:
    dated = [match.span() for match in _NEAR_DATE.finditer(truth.text)]
    places = [m for m in _NUMBER.finditer(truth.text) if not any(a <= m.start() < b for a, b in dated)]
    if not places:
        return None
    place = rng.choice(places)
    group = "digits" if place["digits"] else "word"
    others = [m[group] for m in _NUMBER.finditer(truth.paragraph) if m[group]]
    others = [other for other in others if other.lower() != place[group].lower() and not _NEAR_DATE.search(other)]
    other = rng.choice(others) if others and rng.random() < 0.5 else _other_number(place[group], rng)
    return truth.text[: place.start(group)] + other + truth.text[place.end(group) :]


def _other_number(written: str, rng: random.Random) -> str:
    if not written[0].isdigit():
        return rng.choice([word for word in _WORDS if word != written.lower()])
    value, decimals = float(written.replace(",", "")), len(written.partition(".")[2])
    changed = value * rng.choice((0.5, 0.7, 0.8, 0.9, 1.1, 1.2, 1.5, 2, 3))
    changed = changed if f"{changed:.{decimals}f}" != f"{value:.{decimals}f}" else value + 1
    return f"{changed:,.{decimals}f}" if "," in written else f"{changed:.{decimals}f}"


def _date(truth: Truth, rng: random.Random) -> str | None:
    places = list(_DATED.finditer(truth.text))
    if not places:
        return None
    place = rng.choice(places)
    word = place.group()
    family = next((names for names in (_MONTHS, _DAYS) if word in names), None)
    near = [m.group() for m in _DATED.finditer(truth.paragraph) if m.group() != word]
    near = [one for one in near if (one in family if family else one.isdigit())]
    other = rng.choice(near) if near and rng.random() < 0.5 else _other_date(word, family, rng)
    return truth.text[: place.start()] + other + truth.text[place.end() :]


def _other_date(word: str, family: list[str] | None, rng: random.Random) -> str:
    if family is None:
        return str(int(word) + rng.choice((-10, -3, -2, -1, 1, 2, 3)))
    return rng.choice([name for name in family if name != word])


def _names(text: str) -> list[re.Match[str]]:
    """Names that no sentence opens with, and names of two words."""
    found = [m for m in _NAME.finditer(text) if not _NOT_NAMES.match(m.group())]
    found = [m for m in found if m.group().split()[0].lower() not in STOP_WORDS]
    return [m for m in found if " " in m.group() or not re.search(r"(?:^|[.!?“\"‘'(:] ?)$", text[: m.start()])]


def _name(truth: Truth, rng: random.Random) -> str | None:
    places = _names(truth.text)
    if not places:
        return None
    place = rng.choice(places)
    return _renamed(truth, place.start(), place.end(), rng)


def _renamed(truth: Truth, start: int, end: int, rng: random.Random) -> str | None:
    """Another name of as many words in its place, of the paragraph or else of the article."""
    name = truth.text[start:end]
    near = [m.group() for m in _names(truth.paragraph)]
    far = [m.group() for paragraph in truth.paragraphs for m in _names(paragraph)]
    for pool in (near, far) if rng.random() < 0.5 else (far,):
        others = [
            other
            for other in dict.fromkeys(pool)
            if len(other.split()) == len(name.split())
            and not set(other.split()) & set(truth.text.replace(",", " ").split())
        ]
        if others:
            return truth.text[:start] + rng.choice(others) + truth.text[end:]
    return None


def _unit(truth: Truth, rng: random.Random) -> str | None:
    places = [(m.start(), m.end(), new) for old, new in _UNITS for m in re.finditer(_measure(old), truth.text)]
    if not places:
        return None
    start, end, new = rng.choice(places)
    return truth.text[:start] + new + truth.text[end:]


def _measure(unit: str) -> str:
    """The unit beside a number."""
    if unit in "£$€":
        return re.escape(unit) + r"(?=\d)"
    return rf"(?<=\d){re.escape(unit)}(?!\w)|(?:(?<=two)|(?<=three)|(?<=four)|(?<=five)|(?<=six)|(?<=ten)){re.escape(unit)}(?!\w)"


def _negation(truth: Truth, rng: random.Random) -> str | None:
    if " not " in truth.text and rng.random() < 0.5:
        return truth.text.replace(" not ", " ", 1)
    places = list(_AUXILIARY.finditer(truth.text))
    if not places:
        return None
    place = rng.choice(places)
    return truth.text[: place.end()] + " not" + truth.text[place.end() :]


def _hedge(truth: Truth, rng: random.Random) -> str | None:
    able = [(form, new) for form, new in _HEDGES if re.search(form, truth.text)]
    if not able:
        return None
    form, new = rng.choice(able)
    text = re.sub(form, new, truth.text, count=1)
    return text[:1].upper() + text[1:]


def _speaker(truth: Truth, rng: random.Random) -> str | None:
    places = [m for m in _SAID.finditer(truth.text) if not _NOT_NAMES.match(m["before"] or m["after"])]
    if not places:
        return None
    place = rng.choice(places)
    group = "before" if place["before"] else "after"
    return _renamed(truth, place.start(group), place.end(group), rng)


def _joined(truth: Truth, rng: random.Random) -> str | None:
    """This sentence, ended by what another one of the paragraph says of somebody else."""
    mine = _PREDICATE.match(truth.text)
    if not mine:
        return None
    others = [_PREDICATE.match(s) for s in re.split(r"(?<=[.!?]) (?=[A-Z])", truth.paragraph) if s not in truth.text]
    rests = [m["rest"] for m in others if m and not _content(m["name"]) & _content(truth.text)]
    rests = [rest for rest in rests if not _content(mine["name"]) & _content(rest)]
    if not rests:
        return None
    return f"{truth.text.rstrip('.')} and {rng.choice(rests)}"


def _word(truth: Truth, rng: random.Random) -> str | None:
    """One plain word, of five letters or more, put in the place of another with the same ending."""
    places = list(_PLAIN.finditer(truth.text))
    rng.shuffle(places)
    pool = [word for paragraph in truth.paragraphs for word in _PLAIN.findall(paragraph)]
    for place in places:
        word = place.group()
        alike: list[str] = [o for o in pool if o[-2:] == word[-2:] and o[:4] != word[:4] and o not in truth.paragraph]
        if alike:
            return truth.text[: place.start()] + rng.choice(alike) + truth.text[place.end() :]
    return None


def _content(text: str) -> set[str]:
    return {word for word in re.findall(r"\w+", text.lower()) if word not in STOP_WORDS}


KINDS: dict[str, Mutation] = {
    "number": _number,
    "date": _date,
    "name": _name,
    "unit": _unit,
    "negation": _negation,
    "hedge": _hedge,
    "speaker": _speaker,
    "joined": _joined,
    "word": _word,
}
