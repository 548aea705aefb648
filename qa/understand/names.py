"""Names and other things that a text speaks of, by their form alone: no model, no list of the world's names.

A name is a run of capitalised words. Whether it is a person's is told by a title before it, by a common given name,
and by words that no person bears ('Bridge', 'Council'); where nothing tells, it may be either.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from typing import Literal

from qa.words import STOP_WORDS, fold

Kind = Literal["man", "woman", "person", "thing", "either"]

_TITLE = (
    r"(?:Mr|Mrs|Ms|Miss|Dr|Sir|Dame|Lord|Lady|Judge|Justice|Inspector|Captain|Councillor|Cllr|Sister|Professor|Prof"
    r"|President|Senator|Governor|Pope|King|Queen|Prince|Princess|Sergeant|General|Colonel|Detective|Minister)"
)
_WORD = r"[A-ZÀ-ÖØ-Þ][\w’'&-]*[\w&]|[A-Z]\b\.?"
_LINK = r"(?: (?:of|de|da|la|le|du|van|von|der|den|bin|al|and the|of the|&))?"
_NAME = re.compile(rf"(?:{_WORD}|\d{{4}}(?= [A-Z]))(?:{_LINK} (?:{_WORD}|KC))*")
_POSSESSIVE = re.compile(r"['’]s?$")
_TITLED = re.compile(rf"{_TITLE}\.? ")
_NO_PERSON = frozenset(
    """
    bridge park council trust hospital academy mill street road cells ltd inc party united town city university
    school river bay island court festival library club association group company corporation house green stand
    storm union police service office act cup league division church college airport station lane row systems
    quay quayside hill market museum fund board committee society agency bank centre center theatre harbour port
    county state states kingdom republic ocean sea lake mountain east west north south northern southern data
    estates industries holdings partners motors airlines foods energy water capital media studios pictures
    records technologies news times herald courier gazette post rovers wanderers greens alliance army navy
    olympics games war treaty
    """.split()  # noqa: SIM905
)
_MEN = frozenset(
    """
    aaron adam adrian aidan alan albert aldous alec alex alexander alfred ali andrew andy anthony antonio arthur
    barry ben benjamin bernard bill bob boris brad brian bruce callum carl carlos charles charlie chris
    christian christopher clement colin colm craig dale dan daniel danny david dean dennis derek desmond dev
    dick diego don donald dougie douglas ed eddie edward elon emmanuel eric ernest evan femi fergus fitzroy
    francis frank fred gareth gary gavin george gerald gerard giles giorgio glenn gordon graham greg guy hamish
    harold harry henry howard hugh hugo hussein ian igor imran isaac ivan ivo jack jacob jake james jamie jason
    jay jean jeff jeffrey jeremy jerry jesus jim joe joel john johnny jonathan jordan jose joseph joshua juan
    justin karl keith ken kenneth kevin kit kofi kwame lance larry lawrence lee len leo leon leonard lewis liam
    lionel louis luca lucas luis luke malcolm marco marcus mario mark martin matt matthew max michael miguel
    mike mohamed mohammed muhammad nathan ned neil nicholas nick nigel noah norman oliver oscar oskar owen pablo
    patrick paul pedro pete peter phil philip pierre rafael rafiq ralph ray raymond ricardo richard rick rishi
    rob robert roberto robin rodney roger roland ron ronald ross roy russell ryan sam samuel scott sean
    sebastian sergio simon stanley stefan stephen steve steven stuart ted terence terry theo thomas tim timothy
    toby todd tom tomas tommy tony trevor tyler victor vincent vladimir volodymyr walter warren wayne wilf will
    william zach
    """.split()  # noqa: SIM905
)
_WOMEN = frozenset(
    """
    abigail agatha agnes alexandra alice alison amanda amber amelia amina amy andrea angela anita anjali ann
    anna anne anneke annie barbara beatrice beatrix becky bernadette beth bethan betty brenda bridget britney
    bryony camilla carla carol caroline carolyn catherine cathy charlotte chloe christina christine cicely
    claire clara clare claudia cynthia daisy dana dawn deborah denise diana diane donna doris dorothy edith
    eileen elaine eleanor elena elizabeth ellen emily emma erin esther eva eve fatima fiona florence frances
    gemma georgia gillian gina giorgia gloria grace greta gwen hannah harriet hazel heather helen helena hettie
    hilary hillary holly ines ingrid irene isabel isobel ivy jacqueline jane janet jean jennifer jenny jessica
    jill jo joan joanna josephine josie joyce judith judy julia julie kamala karen kate katherine kathleen
    kathryn katie kelly kerry kim kirsty laura lauren leah lily linda lisa liz louise lucy lydia lynn maggie
    margaret margery marguerite maria marie marion marta martha mary maureen megan melanie melissa meghan
    michelle miriam moira monica morag muriel nadia nancy naomi natalie natasha nicola nina nora olga olivia
    pamela patricia paula pauline penelope philippa phoebe priya rachel rebecca rhian rihanna rosalind rose
    rosemary rosie ruth sally samantha sandra sarah serena sharon sheila shirley simone siobhan sofia solene
    sonia sophia sophie stella stephanie sue susan suzanne sylvia tamsin tanya taylor teresa tessa theresa tina
    tracy ursula valerie vanessa vera veronica victoria violet virginia vivian wendy winifred yvonne zoe zofia
    """.split()  # noqa: SIM905
)
_WOMANS_TITLES = frozenset({"mrs", "ms", "miss", "dame", "lady", "sister", "queen", "princess"})
_MANS_TITLES = frozenset({"mr", "sir", "lord", "king", "prince", "pope"})
_NOT_NAMES = STOP_WORDS | frozenset(
    """
    january february march april may june july august september october november december monday tuesday
    wednesday thursday friday saturday sunday and however although yes since ok okay thanks hello yesterday
    today
    """.split()  # noqa: SIM905
)
_OFFICE = (
    r"(?:master|manager|chairman|chairwoman|chair|director|judge|leader|treasurer|councillor|engineer|goalkeeper"
    r"|striker"
    r"|player|columnist|architect|head|minister|president|mayor|bishop|nurse|doctor|matron|walker|driver|man|woman|boy"
    r"|girl|teacher|officer|inspector|coach|midfielder|captain|auditor|owner|founder|spokesman|spokeswoman|secretary"
    r"|king|queen|pope|actor|actress|singer|author|executive|victim|suspect|defendant|witness|widow|husband|wife"
    r"|brother|sister|father|mother|son|daughter|senator|governor|chancellor|lawyer|donor|grower|librarian|skipper"
    r"|boatman|teenager|child|baby|employee|worker|assistant|student|pupil|resident|customer|passenger|hero|prisoner|patient|pilot|artist|composer|referee|analyst|boss|clerk|magistrate)"
)
_OFFICES = re.compile(rf"\b(?:the|a|an) (?:[\w'’-]+ ){{0,3}}?{_OFFICE}\b(?! of\b| (?:was|were) of\b)")


@dataclass(frozen=True, slots=True)
class Name:
    """``text[start:end]`` without the possessive."""

    start: int
    end: int
    text: str
    kind: Kind

    @property
    def may_be_person(self) -> bool:
        return self.kind != "thing"


@lru_cache(maxsize=1_000)
def names(text: str) -> tuple[Name, ...]:
    """The names in the text, in order, repeats included."""
    return tuple(_names(text))


def offices(text: str) -> list[str]:
    """Persons without a name: 'the harbour master', 'a retired teacher'."""
    return list(dict.fromkeys(match.group() for match in _OFFICES.finditer(text)))


def same(one: str, other: str) -> bool:
    """Whether two names may be one's: all words of the shorter stand in the longer."""
    short, long = sorted((_words(one), _words(other)), key=len)
    return bool(short) and short <= long


def persons(texts: Iterable[str]) -> list[Name]:
    """Who may be a person in the texts, each once, by the fullest name."""
    found: list[Name] = []
    for name in (name for text in texts for name in names(text) if name.may_be_person):
        twin = next((i for i, known in enumerate(found) if same(known.text, name.text)), None)
        if twin is None:
            found.append(name)
        elif len(_words(name.text)) > len(_words(found[twin].text)):
            found[twin] = name
    return found


def _names(text: str) -> Iterator[Name]:
    for match in _NAME.finditer(text):
        start, words = match.start(), match.group()
        while words and fold(words.split()[0]) in _NOT_NAMES:
            first = words.split(" ", 1)
            start, words = start + len(first[0]) + 1, first[1] if len(first) > 1 else ""
        if not words.startswith("St "):  # St Brannoc's is named so
            words = _POSSESSIVE.sub("", words)
        if words and any(c.isalpha() for c in words):
            yield Name(start, start + len(words), words, _kind(text, start, words))


def _kind(text: str, start: int, words: str) -> Kind:
    parts = words.split()
    first = fold(parts[0].rstrip("."))
    if _TITLED.match(words + " "):
        given = fold(parts[1]) if len(parts) > 1 else ""
        return _by_given(first if first in _WOMANS_TITLES | _MANS_TITLES else given) or "person"
    if {fold(word) for word in words.split()} & _NO_PERSON or any(c.isdigit() for c in words) or words.isupper():
        return "thing"
    known = _by_given(first)
    if known:
        return known
    before = text[:start].rstrip().rsplit(" ", 1)[-1].casefold()
    return "thing" if before in {"the", "in", "at", "near", "into"} else "either"


def _by_given(name: str) -> Kind | None:
    man, woman = name in _MEN or name in _MANS_TITLES, name in _WOMEN or name in _WOMANS_TITLES
    return None if not man and not woman else "man" if not woman else "woman" if not man else "person"


def _words(name: str) -> set[str]:
    return {fold(word) for word in _TITLED.sub("", name).split()}
