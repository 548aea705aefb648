"""A question with two sides -> the same asked of each: 'by A and by B', 'which was dearer, A or B', 'compare A with B'.

Text in, texts out, without the question mark; None where no two sides are seen, or where they end is not sure.
"""

from __future__ import annotations

import re
from collections.abc import Iterable

from qa.understand.anaphora import AUXILIARY
from qa.understand.times import times

Sides = tuple[str, ...]

_WH = r"(?:who|whom|whose|what|when|where|why|how|which)"
_PLACING = r"according to|by|in|of|for|on|at|during|from|under"
_PLACED = re.compile(
    rf"\b(?P<placing>{_PLACING}) (?P<one>(?:(?!\b(?P=placing)\b)[^,?;:])+?),? (?P<joint>and|or)"
    rf" (?:(?:according )?(?P=placing)|to) (?!{_WH}\b)(?P<other>[^,?;:]+)$",
    re.IGNORECASE,
)
_SIDE = r"(?:[Tt]he )?[A-ZÀ-Þ][\w’'&.-]*(?: (?:of |of the )?[A-ZÀ-Þ][\w’'&.-]*)*|the [a-z]+"
_PAIR = re.compile(rf"(?P<one>{_SIDE}),? (?P<joint>and|or) (?P<other>{_SIDE})")
_BETWEEN = re.compile(r" between (?P<sides>[^?]+ and [^,?]+)$", re.IGNORECASE)
_BETWEEN_FIRST = re.compile(r"^between (?P<one>[^,?]+) and (?P<other>[^,?]+), (?P<asked>.+)$", re.IGNORECASE)
_LATER = re.compile(r" (?:after|before|since|during|when|while|until) ", re.IGNORECASE)
_COMPARES = re.compile(rf"^how {AUXILIARY} (?P<what>.+?) (?:differ|vary|compare)(?P<rest>(?: .+)?)$", re.IGNORECASE)
_COMPARE = re.compile(r"^compare (?P<one>.+) with (?P<other>.+)$", re.IGNORECASE)
_TOLD = re.compile(
    r"\b(?:toll|counts?|estimates?|figures?|numbers?|totals?|reckoning|reports?|accounts?|versions?)\b", re.IGNORECASE
)
_MORE = re.compile(r"\b(?:more|fewer|less)\b(?! than\b)(?P<noun>(?: [\w’'-]+){0,2})", re.IGNORECASE)
_MANY = re.compile(r"(?:[a-z]s|people)\b", re.IGNORECASE)
_YES_NO = re.compile(rf"^{AUXILIARY} (?P<said>.+)$", re.IGNORECASE)
_CHOICE = re.compile(rf"^(?P<asked>{_WH}\b.+?)[,:] (?P<one>.+?),? or (?P<other>[^,]+)$", re.IGNORECASE)
_WHOSE = re.compile(r"^whose (?P<what>.+) (?P<be>is|are|was|were) [\w ]+$", re.IGNORECASE)
_DID = (
    r"(?:is|are|was|were|has|had|costs?|took|drew|won|lost|got|sold|spent|paid|gave|made|sent|saw|held|led|lent|ran"
    r"|grew|rose|fell|kept|left|brought|\w+ed)"
)
_WHICH = re.compile(rf"^(?:which|who|what)(?P<noun>(?: (?!{_DID}\b)\w+){{0,3}}) (?P<said>{_DID}\b.*)$", re.IGNORECASE)
_DEAR = re.compile(
    r"^(?:(?:is|are|was|were) (?:the )?(?:dearer|cheaper|costlier|(?:more|less) expensive)|costs? (?:more|less))\b",
    re.IGNORECASE,
)
_MEASURES = {
    "large": r"larger|bigger|smaller",
    "high": r"higher|lower|taller",
    "long": r"longer|shorter",
    "old": r"older|younger",
}
_MEASURED = re.compile(
    r"^(?P<be>is|are|was|were) (?:the )?(?:" + "|".join(f"(?P<{m}>{w})" for m, w in _MEASURES.items()) + r")\b",
    re.IGNORECASE,
)
_POSSESSIVE = re.compile(r"^(?P<owner>.+?)(?:['’]s|s['’]) (?P<owned>.+)$")


def sides(asked: str) -> Sides | None:
    """What is asked, of the one side and of the other."""
    if _CHOICE.match(asked) or _BETWEEN_FIRST.match(asked):
        return _choice(asked)
    return _compare(asked) or _placed(asked) or _between(asked) or _pair(asked)


def _placed(asked: str) -> Sides | None:
    """'by the council's count and by the Herald's'."""
    match = _PLACED.search(asked)
    if not match or not _may_join(match["joint"], asked):
        return None
    one, (other, tail) = match["one"], _cut(match["other"], shared=not times(match["one"]))
    before = asked[: match.start()] + match["placing"] + " "
    return _each((f"{before}{one}{tail}", f"{before}{_owned(other, one)}{tail}"))


def _between(asked: str) -> Sides | None:
    """'How did the counts differ between A and B?'"""
    match, compared = _BETWEEN.search(asked), _COMPARES.match(asked)
    if not match or not compared:
        return None
    before = asked[: match.start()] + (" according to " if _TOLD.search(compared["what"]) else " of ")
    return _each(before + side for side in re.split(r",? and |, ", match["sides"]))


def _pair(asked: str) -> Sides | None:
    """'How do the pass rates of A and B compare?', 'Did A or B count more?': two names in a row, where it compares."""
    match = _PAIR.search(asked)
    if not match or not (_COMPARES.match(asked) or match["joint"] == "or") or not _may_join(match["joint"], asked):
        return None
    before, after = asked[: match.start()], asked[match.end() :]
    return _each((before + match["one"] + after, before + match["other"] + after))


def _may_join(joint: str, asked: str) -> bool:
    """'or' parts two sides where the question asks which has more; else it asks for one of two answers."""
    return joint.casefold() == "and" or bool(_YES_NO.match(asked) and _MORE.search(asked))


def _compare(asked: str) -> Sides | None:
    match = _COMPARE.match(asked)
    if not match:
        return None
    return f"what was {match['one']}", f"what was {_owned(match['other'], match['one'])}"


def _choice(asked: str) -> Sides | None:
    """'Which was dearer, A or B?'"""
    match = _CHOICE.match(asked) or _BETWEEN_FIRST.match(asked)
    if not match:
        return None
    one, other = _asked_of(match["asked"], match["one"]), _asked_of(match["asked"], match["other"])
    return (one, other) if one and other else None


def _asked_of(asked: str, side: str) -> str | None:
    whose = _WHOSE.match(asked)
    if whose:
        return f"what {whose['be']} {side} {whose['what']}"
    which = _WHICH.match(asked)
    if not which:
        return None
    side = re.sub(r"^(?:that|the one)(?= )", f"the{which['noun']}", side) if which["noun"] else side
    said, dear, measured = which["said"], _DEAR.match(which["said"]), _MEASURED.match(which["said"])
    if dear:
        return f"how much did {side} cost{said[dear.end() :]}"
    if measured:
        return f"how {measured.lastgroup} {measured['be']} {side}{said[measured.end() :]}"
    return _in_place(f"{side} {said}")


def _each(texts: Iterable[str]) -> Sides | None:
    plain = [_plain(text) for text in texts]
    return tuple(text for text in plain if text) if all(plain) else None


def _plain(side: str) -> str | None:
    """What is asked of one side alone: nothing is compared any more."""
    compared = _COMPARES.match(side)
    if compared:
        return f"what was {compared['what']}{compared['rest']}"
    asked = _YES_NO.match(side)
    return _in_place(asked["said"]) if asked else side


def _in_place(said: str) -> str | None:
    """'the police counted more people' -> 'the police counted how many people'."""
    more = _MORE.search(said)
    if not more:
        return None
    count = "how many" if _MANY.search(more["noun"]) else "how much"
    return said[: more.start()] + count + said[more.start("noun") :]


def _cut(other: str, *, shared: bool) -> tuple[str, str]:
    """The second side, and what stands behind it for both: 'in 2024', 'after the election'."""
    if not shared:
        return other, ""
    later = _LATER.search(other)
    last = times(other)[-1:]
    if later:
        at = later.start()
    elif last and last[0].end == len(other) and last[0].start > 0:
        at = last[0].start - 1
    else:
        return other, ""
    return other[:at], other[at:]


def _owned(other: str, one: str) -> str:
    """'the Herald's' beside 'the council's estimate' -> 'the Herald's estimate'."""
    owner = _POSSESSIVE.match(one)
    if owner and re.search(r"(?:['’]s|s['’])$", other):
        return f"{other} {owner['owned']}"
    return re.sub(r"^that(?= of\b)", f"the {owner['owned']}", other) if owner else other
