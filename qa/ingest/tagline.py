"""The lines in which agencies and outlets sign a story: who reported, wrote, edited and contributed.

A line is a tagline only if nothing is left of it when its formulas, names, roles and places are taken away, so that a
sentence which merely speaks of reporting, or of an agency, stays a paragraph.
"""

from __future__ import annotations

import re

_LONGEST = 600  # characters: the longest such line names a dozen people

_AGENCY = (
    r"(?:Reuters|AP|AFP|PA(?: Media)?|EPA|UPI|DPA|dpa(?:-\w+)?|APA|SDA|ANSA|Ansa|EFE|Efe|EP|Europa Press|Lusa|TT|NTB|"
    r"STT|Ritzau|Belga|ANP|PAP|CTK|\u010cTK|MTI|TASS|Tass|RIA|Interfax|Xinhua|Kyodo|Jiji|Yonhap|PTI|ANI|IANS|Bernama|"
    r"Antara|AAP|CP|The Canadian Press|Canadian Press|Bloomberg|The Associated Press|Associated Press|"
    r"Agence France-Presse|Press Association|Press Trust of India|Anadolu(?: Agency)?|AA|KNA|epd|SID|sid|ots|ATS|AGI)"
)

_CAPITAL = r"[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff]"
_NAME = rf"(?:{_CAPITAL}[\w'\u2019.-]*|@\w+)"
_PARTICLE = r"(?:de|da|di|del|della|der|den|van|von|zu|bin|bint|al|el|la|le|ter|y|e|du|des|dos|das|of|the)"
_ROLES = (
    r"(?:staff|senior|chief|special|political|business|sports?|science|foreign|national|local|video|data|freelance|"
    r"writers?|correspondents?|reporters?|journalists?|producers?|editors?|photographers?|researchers?|bureau|desk|"
    r"newsroom|team|colleagues|contributors?|columnists?|agencies|agency|wires?|wire services|intern|trainee)"
)
_WITHIN = r"(?:in|at|from|for|on|and|und|et|y|e|en|\u00e0|aus|with|the|&)"
_WORD = rf"(?:{_NAME}|{_PARTICLE}|{_ROLES}|{_WITHIN})(?!\w)"
_NAMES = rf"(?>{_WORD}(?:,? {_WORD}){{0,60}})"  # atomic: tried in every way, names take 2 ** names steps

_DOING = (
    r"(?:(?:additional|further|original|local|live|some|exclusive) )?(?:reporting|report|writing|written|editing|"
    r"edited|compiled|"
    r"translation|translated|production|produced|research|assistance|input|inputs|contributions?|graphics|graphic|"
    r"photography|contributing|fact-checking|copy-editing|proofreading|adapted|rewritten|curated)"
)
_BY = rf"(?i:(?:with )?{_DOING}(?: (?:and|&|/) {_DOING})*)(?: in {_NAME}(?: {_NAME})*)? ?(?i:by:?|from|:)"
_ABROAD = (
    r"(?:mit material (?:von|der|des)|mit (?:informationen|agenturmaterial)(?: (?:von|der))?|quellen?:|redaktion:|"
    r"(?:bearbeitet|\u00fcbersetzt|zusammengestellt) von|"
    r"avec(?: l['\u2019])?|source ?:|(?:traduit|\u00e9dit\u00e9|r\u00e9dig\u00e9) par|"
    r"con informaci\u00f3n de(?: la| l[oa]s)?|con datos de|(?:editado|traducido|redactado|escrito) por|fuentes? ?:|"
    r"reportaje (?:adicional )?de|edici\u00f3n de|con (?:materiale|fonte)|fonte ?:|"
    r"com informa\u00e7\u00f5es d[aeo]s?|sources? ?:|(?:with )?files from)"
)
_PART = rf"(?:{_BY} {_NAMES})"
_CREDITS = re.compile(rf"{_PART}(?:\s*[;,.|/\u00b7]\s*(?:and )?{_PART})*[.]?")
_CAPITALISED = re.compile(_NAME)

_STORY = r"(?:report|reporting|story|article|piece|dispatch|coverage|live blog|project|investigation|post|analysis)"
_CONTRIBUTED = (
    rf"(?:contributed|contributes)(?: (?:additional )?(?:reporting|research|writing))?"
    rf"(?:(?: to| for) (?:this|the) (?:\w+ )?{_STORY})?(?: from {_NAMES}| in {_NAMES})?"
)
_SIGNED = re.compile(
    rf"(?P<names>{_NAMES}),? (?P<act>(?:also )?{_CONTRIBUTED}|(?:also )?reported (?:from|in) (?P<from>{_NAMES}))[.]?"
)
_TEXT_BY = re.compile(
    rf"(?:this|the) {_STORY} (?:was|has been) [^.]{{0,40}}\b(?:edited|translated|compiled|written|produced|"
    rf"published) (?:by|with|from|in) [^.]{{1,80}}[.]?",
    re.IGNORECASE,
)
_INITIALS = r"[a-z\u00df-\u00f6\u00f8-\u00ff]{2,4}"
_DESK = rf"(?:{_AGENCY}|[^\W\d_]{{2,6}})"
_SLUG = re.compile(rf"{_DESK}(?: ?[/-] ?{_INITIALS}){{1,4}}(?: ?\({_DESK}(?:[,/] ?{_DESK})*\)?)?")
_AGENCIES = re.compile(
    rf"{_AGENCY}(?:(?:,| and| und| et| y|/| -)? ?(?:{_AGENCY}|agencies|Agenturen|agences|agencias))*", re.IGNORECASE
)
_FOREIGN = re.compile(rf"(?P<lead>{_ABROAD}) ?(?P<names>.{{2,80}})", re.IGNORECASE)
_EDGES = " \t\u2013\u2014-()[]*_\u00a0"


def is_tagline(text: str, *, last: bool = False) -> bool:
    """Whether this block is the line in which an agency or an outlet signs, and nothing else.

    Ask before asking whether the block is furniture, and make it a block of kind ``tagline``.

    Args:
        text: the block, normalised (``qa.ingest.normal``).
        last: no numbered block follows. There, short signs count that elsewhere may be anything: '(lby/hb)',
            'Reuters', 'Quelle: dpa', 'Avec AFP'.
    """
    if len(text) > _LONGEST or not (bare := text.strip(_EDGES)):
        return False
    return _credits(bare) or _all_signed(bare) or bool(last and _is_sign(text, bare))


def _credits(bare: str) -> bool:
    """'Reporting by Ann Lee and Tom Ode in Orsk; editing by Ute Rand'."""
    return bool(_CREDITS.fullmatch(bare)) and all(_is_names(part) for part in _named(bare))


def _named(bare: str) -> list[str]:
    """What stands behind each formula."""
    parts = [part.strip(" .,;|/\u00b7") for part in re.split(_BY, bare)]
    return [re.sub(r",? and$", "", part) for part in parts if part]


def _is_names(text: str) -> bool:
    return bool(re.fullmatch(_NAMES, text)) and bool(_CAPITALISED.search(text) or re.search(_ROLES, text))


def _all_signed(bare: str) -> bool:
    """'Associated Press writer Ann Lee in Oslo contributed to this report.', or several such sentences."""
    sentences = re.split(r"(?<=[^\W\d_]{2}\.) +(?=[^\W\d_])", bare)
    matches = [_SIGNED.fullmatch(sentence) or _TEXT_BY.fullmatch(sentence) for sentence in sentences]
    return all(matches) and any(match is not None and _is_certain(match, len(matches)) for match in matches)


def _is_certain(match: re.Match[str], sentences: int) -> bool:
    """A word with a capital may just begin a sentence: 'Villagers reported from Orsk' is news."""
    if match.re is _TEXT_BY:
        return True
    names = match["names"]
    if match["from"]:
        return len(names.split()) >= 2 or " from " in match["from"] or sentences > 1
    return (
        bool(
            re.search(
                rf" (?:to|for) (?:this|the) |contributed (?:additional )?(?:reporting|research)|{_AGENCY}|\b{_ROLES}\b",
                match[0],
            )
        )
        or sentences > 1
    )


def _is_sign(text: str, bare: str) -> bool:
    plain = bare.rstrip(".")
    if len(plain) > 80 or re.search(r"[?!]", plain):
        return False
    if _AGENCIES.fullmatch(plain) or _is_slug(plain, enclosed=text[:1] in "([" and text[-1:] in ")]"):
        return True
    foreign = _FOREIGN.fullmatch(plain)
    return bool(foreign) and _is_source(foreign["names"]) if foreign else False


def _is_slug(plain: str, *, enclosed: bool) -> bool:
    """'AFP/tj', 'dpa/lby/hb', 'wa/cw (AFP, dpa)': an agency or a desk and the initials of those who worked on it."""
    if not _SLUG.fullmatch(plain):
        return False
    initials = bool(re.match(rf"{_INITIALS}(?:/{_INITIALS})+(?: \(|$)", plain))
    return "/" in plain and (enclosed or initials or bool(re.match(rf"{_AGENCY}\b|[A-Z]{{2,6}}/", plain)))


def _is_source(names: str) -> bool:
    """Names of agencies or outlets, perhaps with the initials of whoever worked on it: 'Alpenpress/ra'."""
    plain = re.sub(r"(?:/[a-z]{2,4})+$", "", names)
    return (len(plain.split()) <= 6 and _is_names(plain) and plain[:1].isupper()) or bool(_AGENCIES.fullmatch(plain))
