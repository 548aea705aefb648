"""Words of one question put into another: what a follow-up points at, in the place where it points.

The phrases of a question are found by its form: where its first auxiliary stands, where prepositions and verbs end a
phrase. No grammar is known here, so only plain shapes are taken, and what has another shape comes out as nothing found.
"""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from qa.understand.anaphora import AUXILIARY, Pointer
from qa.understand.names import Name, names, same
from qa.understand.outlets import outlets_named
from qa.understand.times import times
from qa.words import fold


@dataclass(frozen=True, slots=True)
class Rewritten:
    """A question that stands alone, and a note for each thing that was put in."""

    question: str
    notes: tuple[str, ...]


_WH = r"(?:who|whom|whose|what|when|where|why|how|which)"
_LEAD = re.compile(r"^(?:(?:and|but|so|ok|okay|then|well),? )+", re.IGNORECASE)
_ASKED = re.compile(
    rf"^(?P<wh>(?:(?:in|on|at|by|for|from|to|of|with|until|since|under"
    rf"|up to) )?{_WH}\b(?: (?!{AUXILIARY}\b)[\w’'-]+)*?)"
    rf" (?P<aux>{AUXILIARY}) (?P<rest>.+?)\?*$",
    re.IGNORECASE,
)
_SUBJECT = re.compile(
    r"^(?P<wh>who|what|(?:which|what|how many|whose) (?P<noun>[\w’'-]+(?: [\w’'-]+)??))(?P<rest> [a-z].+?)\?*$",
    re.IGNORECASE,
)
_POLAR = re.compile(rf"^(?P<aux>{AUXILIARY}) (?P<rest>.+?)\?*$", re.IGNORECASE)
_DETERMINED = re.compile(
    r"(?:the|a|an|this|that|these|those|his|her|its|their|all|any|some|no|every|each|[A-Z]|\d|“|\")"
)
_STOPS = frozenset(
    """
    of in on at by for from to with about against after before during over under into between since until when
    while who which that what where how why and or but as than because if whether is are was were did does do
    has have had will would can could should must may might not he she it they him her them his its their there
    up out off down back away
    """.split()  # noqa: SIM905
)
_VERBS = frozenset(
    """
    accept add agree allow announce appeal appear apply approve argue ask attend award ban bank bear beat become
    begin blame block borrow bring build burn buy call cancel carry cause change charge choose claim clear close
    collapse collect come compare complain conclude confirm consider contain continue correct cost count cover
    crash cut damage decide declare defend delay deliver demand deny describe destroy die differ do double draw
    drop earn end escape estimate expect expire explain face fail fall feel fight fill find finish fire fix
    flood focus force gain get give go grow happen have help hide hit hold hope hurt improve include increase
    injure insist intend introduce invest join keep kill know last launch lead learn leave lend lie live look
    lose make mean meet merge miss move need offer open oppose order own pass pay plan play pledge point prefer
    prepare print produce promise propose publish put quit raise reach receive recommend recover refuse reject
    release remain remove reopen repair replace reply report resign respond rest return reveal rise run save say
    see seek sell send serve share shut sign sound speak spend spread stand start state stay step stop suffer
    suggest support suspend take talk tell test think threaten treat try turn use visit vote wait walk want warn
    warrant win work write
    """.split()  # noqa: SIM905
)
_PARTICIPLE = re.compile(
    r"(?:\w+(?:ed|ing)|found|put|held|built|made|shut|sold|lost|won|hurt|hit|sent|brought|bought|paid|cut|set|kept"
    r"|left|given"
    r"|taken|seen|shown|known|chosen|written|driven|born|worn|beaten|broken|stolen|thrown|told|thought|called|run"
    r"|due|able"
    r"|supposed|expected)$",
    re.IGNORECASE,
)
_GROUPS = frozenset(
    [
        "people",
        "police",
        "council",
        "committee",
        "board",
        "union",
        "club",
        "team",
        "jury",
        "staff",
        "crew",
        "family",
        "government",
        "party",
        "firm",
        "company",
        "band",
        "workers",
        "strikers",
        "volunteers",
        "couple",
        "public",
    ]
)
_SAYING = re.compile(
    r"^(?:according to |by |in |for |from |to |at |on |of |with |during |after |before |since )", re.IGNORECASE
)
_ABOUT = re.compile(r"^(?:(?:what|how) about |and |but )+", re.IGNORECASE)
_ELSE = re.compile(r"^(?P<wh>who|what|where|when|how|why|anyone|anybody|anything|nobody) else\?*$", re.IGNORECASE)


# -- what a question speaks of


def things(question: str) -> list[str]:
    """What 'it' may be after this question: what it is asked of; else what it names; else its other phrases."""
    subject = _subject(question)
    if subject and not _is_person(subject) and not _is_plural(subject):
        return [subject]
    named = _apart(
        name.text for name in names(question) if name.kind in {"thing", "either"} and not _is_aside(question, name)
    )
    phrases = [phrase for phrase in _phrases(question) if not _is_person(phrase) and not _is_plural(phrase)]
    return (
        _apart([*phrases[:1]])
        if len(phrases) == 1
        else named
        or _apart(phrases)
        or _apart(name.text for name in names(question) if name.kind in {"thing", "either"})
    )


def groups(question: str) -> list[str]:
    """What 'they' may be: phrases of several, or of bodies of people."""
    asked = re.match(r"^(?:how many|which|what) (?P<noun>[a-z][\w’'-]*s|people)\b", question, re.IGNORECASE)
    if asked:
        return [f"the {asked['noun']}"]
    subject = _subject(question)
    if subject and _is_group(subject):
        return [subject]
    return _apart(phrase for phrase in _phrases(question) if _is_group(phrase))


def places(question: str) -> list[str]:
    """Names after 'in' and 'at'."""
    return _apart(
        name.text
        for name in names(question)
        if _word_before(question, name.start) in {"in", "at", "to", "near"} and name.kind in {"thing", "either"}
    )


def _is_group(phrase: str) -> bool:
    head = fold(phrase.split(" of ", maxsplit=1)[0].rsplit(maxsplit=1)[-1])
    return head in _GROUPS or (head.endswith("s") and not head.endswith("ss"))


def _is_plural(phrase: str) -> bool:
    return phrase[0].islower() and phrase.endswith("s") and _is_group(phrase)


def _is_person(phrase: str) -> bool:
    found = names(phrase)
    return any(name.kind in {"man", "woman", "person"} and name.text == phrase for name in found)


def _subject(question: str) -> str | None:
    """The phrase behind the first auxiliary: 'the raft race' of 'Why was the raft race cancelled?'."""
    bare = _LEAD.sub("", question)
    shape = _ASKED.match(bare) or _POLAR.match(bare)
    if not shape or not _DETERMINED.match(shape["rest"]):
        return None
    return _phrase(shape["rest"], verbs=shape["aux"].casefold() in _DO) or None


_DO = frozenset(
    {"did", "does", "do", "will", "would", "can", "could", "should", "must", "might", "may", "didn't", "won't"}
)


def _phrase(text: str, *, verbs: bool) -> str:
    """The noun phrase with which the text begins; ``verbs``: a plain verb ends it, else a participle does."""
    taken: list[str] = []
    for word in text.rstrip("?").split():
        bare = fold(word.strip(",;:()"))
        if len(taken) > 1 - taken[:1].count("the") and (
            (bare in _STOPS and bare != "of") or (bare in _ARTICLES and taken[-1] != "of")
        ):
            break
        taken.append(word.rstrip(",;:"))
        if word[-1] in ",;:":
            break
    phrase = " ".join(_trimmed(taken[: _end(taken, verbs=verbs)]))
    return phrase if phrase.startswith("St ") or " St " in phrase else re.sub(r"['’]s?$", "", phrase)


_ARTICLES = frozenset({"the", "a", "an"})


def _end(taken: Sequence[str], *, verbs: bool) -> int:
    """Where the verb behind the phrase begins: the last plain one, or the first participle."""
    first = 1 + (bool(taken) and fold(taken[0]) in _ARTICLES)
    words = [fold(word) for word in taken]
    if verbs:
        return max((i for i in range(first, len(words)) if words[i] in _VERBS), default=len(words))
    plain = [i for i in range(first, len(words)) if taken[i][:1].islower()]
    return min((i for i in plain if _PARTICIPLE.match(words[i]) or words[i].endswith("ly")), default=len(words))


def _trimmed(taken: list[str]) -> list[str]:
    while taken and fold(taken[-1]) in {"of", "the", "a", "an", "really", "first", "ever", "now", "still", "last"}:
        taken = taken[:-1]
    return taken


def _phrases(question: str) -> list[str]:
    """The phrases that begin with 'the' or with a name, whatever stands before them."""
    return list(dict.fromkeys(_phrases_in(question)))


def _phrases_in(question: str) -> Iterator[str]:
    shape = _ASKED.match(question)
    begin = shape.start("rest") if shape else 0
    is_done = shape is not None and shape["aux"].casefold() in _DO
    end = 0
    for match in re.finditer(
        r"\b(?:the|a|an) (?=[\w‘'“])|(?<![\w] )\b[A-Z][\w’'-]+|(?<=[a-z] )[A-Z][\w’'-]+", question
    ):
        if match.start() < max(begin, end) or fold(match.group().strip()) in {
            "who",
            "what",
            "which",
            "when",
            "where",
            "why",
            "how",
        }:
            continue
        phrase = _phrase(question[match.start() :], verbs=is_done and match.start() == begin)
        end = match.start() + len(phrase)
        if phrase and fold(phrase.split()[0]) not in _STOPS and not _is_time(phrase):
            yield phrase


def _is_time(phrase: str) -> bool:
    told = times(phrase)
    return bool(told) and told[0].end - told[0].start == len(phrase)


def _is_aside(question: str, name: Name) -> bool:
    """Whether a preposition stands before it: 'in Port Ellery' says where, not what."""
    return _word_before(question, name.start) in {"in", "at", "to", "near", "from", "with", "against", "between"}


def _word_before(text: str, at: int) -> str:
    words = text[:at].split()
    word = words[-1].casefold() if words else ""
    return words[-2].casefold() if word == "the" and len(words) > 1 else word


def _apart(found: Iterator[str] | Sequence[str]) -> list[str]:
    """Without those that are the same as another, or a part of it."""
    kept: list[str] = []
    for one in found:
        if not any(same(one, other) for other in kept):
            kept.append(one)
    return kept


# -- putting it in


def put(done: Rewritten, pointer: Pointer, referent: str, last: str) -> Rewritten:
    """The question with the referent in the pronoun's place; what else tells the matter follows in brackets."""
    question = done.question
    word = question[pointer.start : pointer.end]
    said = _possessive(referent) if _is_possessive(question, pointer) else referent
    if pointer.kind == "place":
        word, said = "there", f"at {referent}"
        start = question.rindex("there", 0, pointer.end)
        question = question[:start] + said + question[start + 5 :]
    else:
        said = said[:1].upper() + said[1:] if pointer.start == 0 else said
        question = question[: pointer.start] + said + question[pointer.end :]
    context = _matter(last, question) if referent[:1].islower() else ""
    return Rewritten(_with_context(question, context), (*done.notes, f"“{word}” read as {referent}"))


def begun_anew(done: Rewritten) -> Rewritten:
    """Without the 'And' with which it went on."""
    return Rewritten(_capital(_LEAD.sub("", done.question)), done.notes)


def with_matter(question: str, last: str) -> Rewritten:
    """'And how many were hurt?' with the names of the last question; 'Was that right?' with all that it says."""
    shape = _ASKED.match(_LEAD.sub("", last))
    matter = shape["rest"] if shape and re.search(r"\b(?:that|this)\b", question) else _matter(last, question)
    bare = _capital(_LEAD.sub("", question))
    return Rewritten(_with_context(bare, matter), (f"read on from “{last}”",))


def _matter(last: str, question: str) -> str:
    """What the last question names, and its other phrases where it names nothing, as far as this one does not."""
    found = [name.text for name in names(last)] or _phrases(last)
    told = [one for one in _apart(found) if fold(one) not in fold(question)]
    spoken = [] if times(question) else [last[t.start : t.end] for t in times(last)]
    return ", ".join(dict.fromkeys([*told, *(one for one in spoken if not any(one in other for other in told))]))


def _with_context(question: str, context: str) -> str:
    if not context:
        return question
    body = question.rstrip("? ")
    return f"{body} ({context})?"


def _is_possessive(question: str, pointer: Pointer) -> bool:
    word, after = question[pointer.start : pointer.end].casefold(), question[pointer.end :].lstrip()
    if word in {"his", "its", "their"}:
        return True
    return word == "her" and bool(re.match(r"[a-z0-9]", after)) and not re.match(rf"(?:{'|'.join(_STOPS)})\b", after)


def _possessive(name: str) -> str:
    return (
        name
        if name.endswith(("'s", "’s"))
        else f"{name}'"
        if name.endswith("s") and not name[0].isupper()
        else f"{name}'s"
    )


def _capital(text: str) -> str:
    return text[:1].upper() + text[1:]


# -- what a question leaves out


def of_event(question: str, last: str) -> Rewritten | None:
    """'When was that?': the last question, asked with the new word."""
    bare = _LEAD.sub("", question)
    word = re.match(
        rf"({_WH}(?: (?:long|much|many|old|far|often|soon|late|year|day|month|ago)\b)*)", bare, re.IGNORECASE
    )
    said = re.search(r"\b(?:said|say|called|did|do|done|about|think) (?:that|this)\?*$", bare, re.IGNORECASE)
    if not word or said or fold(word.group()) in {"who", "what", "which", "whose"}:
        return None
    return _asked_with(word.group(), last)


def completed(question: str, last: str, *, day: dt.date | None, outlets: Sequence[str]) -> Rewritten | None:
    """An elliptic question filled up from the last one: 'Who else?', 'Why?', 'And in 2020?', 'What about Leeds?'."""
    bare = _LEAD.sub("", question)
    other, counted = _ELSE.match(bare), _counted_anew(bare, last)
    if other or counted:
        return counted or _else(other["wh"] if other else "", last)
    if re.match(rf"^(?:(?:in|on|at|by|for|from|to|of|with|until|since) )?{_WH}\b(?! about)", bare, re.IGNORECASE):
        return _asked_with(
            re.sub(r"^why so|how so|how come|what for$", "why", bare.rstrip("? "), flags=re.IGNORECASE), last
        )
    fragment = _ABOUT.sub("", question).rstrip("? ")
    return _in_time(fragment, last, day) or _by_outlet(fragment, last, outlets) or _in_place_of(fragment, last)


def _counted_anew(question: str, last: str) -> Rewritten | None:
    """'And how many staff?' after 'How many patients were ill?'."""
    asked = re.match(r"^(how many|how much|which|what) [\w’'-]+$", question.rstrip("? "), re.IGNORECASE)
    old = re.match(rf"^{asked.group(1)} [\w’'-]+", last, re.IGNORECASE) if asked else None
    if not asked or not old:
        return None
    return Rewritten(_capital(asked.group()) + last[old.end() :], (f"read on from “{last}”",))


def _else(word: str, last: str) -> Rewritten | None:
    asks = {"anyone": "who", "anybody": "who", "nobody": "who", "anything": "what"}.get(
        word.casefold(), word.casefold()
    )
    bare = _LEAD.sub("", last)
    shape = re.match(rf"^{asks}(?! else)\b", bare, re.IGNORECASE)
    if not shape:
        return None
    return Rewritten(f"{_capital(asks)} else{bare[shape.end() :]}", (f"read on from “{last}”",))


def _asked_with(word: str, last: str) -> Rewritten | None:
    """The last question asked with another word: 'Why was the raft race cancelled?' with 'When'."""
    bare = _LEAD.sub("", last)
    notes = (f"read on from “{last}”",)
    said = _capital(word.strip())
    polar, shape, subject = _POLAR.match(bare), _ASKED.match(bare), _SUBJECT.match(bare)
    if polar:
        return Rewritten(f"{said} {polar['aux'].casefold()} {polar['rest']}?", notes)
    is_asked = (
        shape
        and shape["aux"].casefold() not in _DO
        and re.match(r"(?:who|which|what) ?\w*$", shape["wh"], re.IGNORECASE)
    )
    if (
        shape
        and not (is_asked and shape["wh"].casefold() != "what")
        and (shape["aux"].casefold() in _DO or _DETERMINED.match(shape["rest"]))
    ):
        return Rewritten(f"{said} {shape['aux'].casefold()} {shape['rest']}?", notes)
    if shape and fold(shape["wh"].split()[-1]) not in {"when", "where", "why", "how"}:
        return Rewritten(f"{said} {shape['aux'].casefold()} {_somebody(shape['wh'])} {shape['rest']}?", notes)
    if subject:
        return Rewritten(f"{said} was it that {_somebody(subject['wh'])}{subject['rest']}?", notes)
    return None


def _somebody(asked: str) -> str:
    """What stands for the thing asked for: 'somebody' for 'who', 'the searchers' for 'how many searchers'."""
    words = re.sub(
        r"^(?:who|whom)$", "somebody", re.sub(r"^what$", "something", asked, flags=re.IGNORECASE), flags=re.IGNORECASE
    )
    return re.sub(r"^(?:which|what|how many|how much|whose) ", "the ", words, flags=re.IGNORECASE)


def _in_time(fragment: str, last: str, day: dt.date | None) -> Rewritten | None:
    """'And in 2020?': the last question, of that time."""
    told = times(fragment, day) or times(f"in {fragment}", day)
    if not told or len(told) > 1 or told[0].end - told[0].start < len(fragment):
        return None
    notes, asked = (f"read on from “{last}”",), times(last, day)
    if len(asked) == 1:
        (old,) = asked
        said = (
            fragment
            if re.match(r"[a-z]+ ", last[old.start : old.end]) or not _BARE_YEAR.match(last[old.start : old.end])
            else _year_of(fragment)
        )
        return Rewritten(_capital(last[: old.start] + said + last[old.end :]), notes)
    return Rewritten(f"{last.rstrip('? ')} {fragment}?", notes) if not asked else None


_BARE_YEAR = re.compile(r"^\d{4}$")


def _year_of(fragment: str) -> str:
    """'2020' for 'in 2020', to stand before a noun: 'the 2019 festival'."""
    return re.sub(r"^(?:in|during|of) (?=\d{4}$)", "", fragment)


def _by_outlet(fragment: str, last: str, outlets: Sequence[str]) -> Rewritten | None:
    """'And the Herald?': the last question, by that outlet."""
    bare = re.sub(r"^(?:according to|in|by) ", "", fragment, flags=re.IGNORECASE)
    if not outlets_named(f"according to {bare}", outlets) or len(bare.split()) > 5:
        return None
    swapped = re.sub(r"\baccording to [^,?]+", f"according to {bare}", last)
    if swapped == last:
        swapped = f"{last.rstrip('? ')}, according to {bare}?"
    return Rewritten(swapped, (f"read on from “{last}”",))


def _in_place_of(fragment: str, last: str) -> Rewritten | None:
    """'What about Leeds?': in place of the one name of its kind, or of the phrase after the same preposition."""
    notes = (f"read on from “{last}”",)
    preposition = _SAYING.match(fragment)
    if preposition:
        old = list(re.finditer(rf"\b{re.escape(preposition.group())}(?=[\w‘'“])", last, re.IGNORECASE))
        if not old:
            return Rewritten(f"{last.rstrip('? ')}, {fragment}?", notes)
        if len(old) > 1:
            return None
        phrase = _phrase(last[old[0].end() :], verbs=False)
        return (
            Rewritten(last[: old[0].start()] + fragment + last[old[0].end() + len(phrase) :], notes) if phrase else None
        )
    given = [name for name in names(fragment) if name.end - name.start >= len(fragment) - len("the ")]
    if not given:
        return Rewritten(f"{last.rstrip('? ')}: what about {fragment}?", notes)
    told = _counterpart(given[0], names(last))
    return Rewritten(last[: told.start] + given[0].text + last[told.end :], notes) if told else None


def _counterpart(new: Name, told: Sequence[Name]) -> Name | None:
    """The one name in whose place another can stand: of its kind, or else with a word in common."""
    fitting = [name for name in told if _alike(name, new)]
    known = [name for name in fitting if name.kind != "either"] if new.kind != "either" else fitting
    sharing = [name for name in fitting if set(fold(name.text).split()) & set(fold(new.text).split())]
    return next((some[0] for some in (fitting, known, sharing) if len({fold(n.text) for n in some}) == 1), None)


def _alike(one: Name, other: Name) -> bool:
    """Whether one name may stand where the other stood: a person's for a person's."""
    people = {"man", "woman", "person"}
    if one.kind == "either" or other.kind == "either":
        return True
    return (one.kind in people) == (other.kind in people)
