"""A word as its root, so that 'collected' and 'collection', 'rang' and 'ring' meet.

Endings, irregular forms, and a few words that news uses for each other: wherever a list could be argued about, the word
is left out, and the model that reads sentences side by side has to know it.
"""

from __future__ import annotations

from functools import lru_cache

from qa.numerals import SCALES, SMALL, TENS
from qa.words import STOP_WORDS, fold, stem

_IRREGULAR = """
arise arose arisen/bear bore born/beat beaten/become became/begin began begun/bind bound/bite bit bitten/blow blew blown/
break broke broken/bring brought/build built/burn burnt/buy bought/catch caught/child children/choose chose chosen/
come came/deal dealt/die dead death/draw drew drawn/drink drank drunk/drive drove driven/eat ate eaten/fall fell fallen/
feel felt/fight fought/find found/flee fled/fly flew flown/foot feet/forget forgot forgotten/freeze froze frozen/
go goes went gone going/grow grew grown growth/hang hung/hear heard/hide hid hidden/hold held/keep kept/know knew known/
lay laid/lead led/leave left/lend lent/life lives/light lit/lose lost loss/man men/mean meant/meet met/pay paid/
person people/ride rode ridden/say said says/tell told/ring rang rung/rise rose risen/run ran/see saw seen/sell sold sale/send sent/shake shook shaken/
shoot shot/show shown/sing sang sung/sink sank sunk/sit sat/sleep slept/speak spoke spoken/spend spent/stand stood/
steal stole stolen/stick stuck/strike struck/swear swore sworn/swim swam/take took taken/teach taught/tear tore torn/
think thought/throw threw thrown/tooth teeth/understand understood/wake woke/wear wore worn/wife wives/win won winner/
woman women/write wrote written
"""
_ALIKE = """
begin start/end finish/close shut closure/rise increase grow climb/fall drop decrease decline/jail prison/
receive get/choose pick/buy purchase/big large/telephone phone/photograph photo picture/mathematics maths/
council councillor cllr/doctor dr/usual ordinary/need require/aged age/allow let permit/help aid/acquit clear/
chair head leader lead/job post/reply answer respond response/about around approximately roughly/make create/
author writer columnist/match game/one single sole/pupil student/approve back/crossing sailing/house home/car vehicle/
speak talk/show display/give hand/notice see/test check/child kid
"""
_SPEECH = """
say tell add state explain note remark announce argue claim insist warn write reply admit confirm declare describe call
believe think suggest repeat stress complain ask promise report allege concede acknowledge comment joke recall deny
forecast estimate reckon recommend accuse advise urge observe respond reveal propose speak concern
"""
_ENDINGS = ("ation", "ition", "ment", "ion", "ure", "ance", "ence", "ist", "or", "er", "al", "th", "y")


@lru_cache(maxsize=50_000)
def root(word: str) -> str:
    """The root of a word as it stands in a text; words that say the same have one root."""
    folded = fold(word)
    base = _BASES.get(folded, folded)
    bare = _bare(base)
    return _GROUPS.get(bare, bare)


def carries(word: str) -> bool:
    """Whether a word carries meaning: no function word, and no number, which is looked at as a number."""
    folded = fold(word)
    return (
        bool(folded)
        and not folded[0].isdigit()
        and folded not in _NUMBERS
        and folded not in STOP_WORDS
        and folded not in _LIGHT
    )


def speaks(word: str) -> bool:
    """Whether it is a form of a verb with which words are given to somebody."""
    folded = fold(word)
    base = _BASES.get(folded, folded)
    return folded in {"according", "said", "says"} or _bare(base) in _SPEAKING


def _bare(word: str) -> str:
    """The stem, without a doubled last consonant and the commonest endings that make one kind of word of another."""
    short = stem(word)
    if len(short) > 3 and short[-1] == short[-2] and short[-1] not in "sl":
        short = short[:-1]
    for ending in _ENDINGS:
        if short.endswith(ending) and len(short) - len(ending) >= 4:
            return short[: -len(ending)]
    return short


def _families(text: str) -> list[list[str]]:
    return [family.split() for family in text.replace("\n", "").split("/") if family.strip()]


_LIGHT = frozenset(
    [
        "him",
        "them",
        "their",
        "there",
        "here",
        "also",
        "still",
        "yet",
        "even",
        "just",
        "only",
        "rather",
        "quite",
        "very",
        "much",
        "around",
        "about",
        "almost",
        "nearly",
        "would",
        "could",
        "should",
        "may",
        "might",
        "must",
        "shall",
        "whether",
        "because",
        "although",
        "while",
        "since",
        "until",
        "upon",
        "via",
        "amid",
        "among",
        "towards",
        "toward",
        "mr",
        "mrs",
        "ms",
        "dr",
        "cllr",
        "sir",
        "dame",
        "him",
        "his",
        "she",
        "they",
        "it",
        "its",
    ]
)
_NUMBERS = frozenset({*SMALL, *TENS, *SCALES})
_BASES = {form: family[0] for family in _families(_IRREGULAR) for form in family}
_GROUPS = {_bare(word): _bare(family[0]) for family in _families(_ALIKE) for word in family}
_SPEAKING = frozenset(_bare(word) for word in _SPEECH.split())
