"""What one line of copied text looks like: a sentence, a date line, a byline, a caption, an item of a list.

Every function takes the text of one line and says what it is by its shape alone.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from qa.ingest.dates import find_dates

_LONGEST_LINE = (
    1_000  # characters of a byline or a date line; looking for addresses in one word of a megabyte takes hours
)
_SENTENCE_END = re.compile(
    r"[.!?\u2026:;][\"'\u201d\u2019\u00bb)\]*]*(?:\s?\[\d+\])*$|[\u3002\uff01\uff1f][\u300d\u300f\u201d]?$"
)
_CREDIT_WORD = (
    r"(?:photos?|pictures?|pics?|images?|photographs?|photograph(?:er|y)?|illustrations?|graphics?|credits?|artwork|"
    r"foto|bild|video still|map|cartoon|drawing|file photo|picture credit|photo credit|image credit)"
)
_CREDIT = re.compile(
    rf"(?:^|[\s(\[|])(?:{_CREDIT_WORD}(?: by| courtesy(?: of)?)?\s*[:/\u2013\u2014-]|"
    rf"{_CREDIT_WORD} (?:by|courtesy of))\s*"
    r"\S(?:[^.!?]|(?<=\b[A-Z])\.|(?<=\b[DM]r)\.){1,70}\.?[)\]]?$|credit(?:\.{3}|\u2026)[^.!?]{2,70}$"
    r"|[\s(\[](?:\u00a9\s?[A-Z][^.!?]{1,50}|via [A-Z][\w ]{1,40}|"
    r"(?:AP|AFP|EPA|Reuters|Getty(?: Images)?|PA|Alamy|Shutterstock)"
    r"(?: photos?)?)\.?[)\]]$"
    r"|\((?-i:[A-Z][\w.'\u2019-]+(?: [A-Z][\w.'\u2019-]*){1,3})\s?/\s?(?-i:[A-Z])[^()/.!?]{1,40}\)$"
    r"|[\w.]\s?/\s?(?:AP|AFP|EPA|Reuters|Getty(?: Images)?|PA|Alamy|Shutterstock)$",
    re.IGNORECASE,
)
_CAPITALS = r"(?:[^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff][^\W\d_a-z\u00df-\u00f6\u00f8-\u00ff'\u2019.-]+)"
_SIGNED_IN_CAPITALS = re.compile(
    rf"(?:[.!?\u2026\u00bb\u201d)] (?:/ )?|[\w\u00bb\u201d)] / ){_CAPITALS}(?: {_CAPITALS}){{1,3}}"
    rf"(?: ?/ ?\W{{0,2}}{_CAPITALS}(?: {_CAPITALS}){{0,4}})?\W?$"
)
_PICTURES_BY = re.compile(
    r"\b(?:photograph(?:y|er|s)|photos|pictures|fotos|bilder)(?:\s+by\b|\s*:|\s+von\b)\s*(?P<names>.+)", re.IGNORECASE
)
_CAPTION_LABEL = re.compile(
    r"^\[?(?:(?:image |photo |picture |video )?caption|"
    r"image|photo|picture|pictured|pictured above)\]?\s*[:,\]]\s*(?=\S)|^(?:image|media) caption (?=\S)",
    re.IGNORECASE,
)
_BULLET = re.compile(r"^[\u2022\u2023\u25e6\u25aa\u25cf\u25a0\u00b7*\u2013-]\s+(?=\S)")
_NUMBERED = re.compile(r"^(?P<number>\d{1,2})[.)]\s+(?=\S)")

_NAME_WORD = r"(?:[^\W\d_a-z][\w'\u2019.-]*|de|da|di|del|der|den|van|von|bin|bint|al|el|la|le|ter|y)"
_NAME = re.compile(rf"{_NAME_WORD}(?: {_NAME_WORD}){{1,4}}")
_BYLINE = re.compile(
    r"^(?:by|(?:words|story|text|report)(?: and (?:pictures|photos|photography))?(?: by|:)|reported by|written by|"
    r"author:|reporter:|von|por|par)\s+(?=\S)",
    re.IGNORECASE,
)
_ROLE = re.compile(
    r"\b(?:reporter|editor|correspondent|writer|staff|columnist|critic|contributor|journalist|bureau|desk|team|"
    r"photographer|producer|analyst|chief|newsroom|chronicler|agency)\b",
    re.IGNORECASE,
)
_EMAIL = re.compile(r"\S+@\S+\.\S+|(?<!\w)@\w+")
_URL = re.compile(r"https?://\S+$", re.IGNORECASE)

_PUBLISHED = (
    r"(?:first )?(?:published|posted|created|released|issued|filed|written|publication date|date|on air|printed)|"
    r"ver\u00f6ffentlicht|ersch?ienen|publi\u00e9e?|publicad[oa]|pubblicato"
)
_UPDATED = (
    r"(?:last )?(?:updated?|modified|edited|revised|changed|amended|refreshed)(?: date)?|last update|"
    r"(?:zuletzt )?aktualisiert|mise? \u00e0 jour|modifi\u00e9e?|(?:\u00faltima )?actualizaci\u00f3n|actualizad[oa]|"
    r"aggiornato"
)
_LABEL = re.compile(
    rf"\b(?:(?P<updated>{_UPDATED})|(?P<published>{_PUBLISHED}))\b(?:\s+(?:on|at))?\s*:?", re.IGNORECASE
)
_DATE_FILLER = re.compile(
    r"\b\d+ (?:second|minute|hour|day|week|month|year)s? ago\b|"
    r"\b(?:on|at|by|and|in|the|of|am|um|den|le|la|\u00e0|el|a las|edition|print edition|"
    r"\d+[- ]min(?:ute)?s?\.?(?: read)?|local time|am|pm|news|"
    r"today|date)\b|[^\w\s]",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class DateLine:
    """The dates of a line that holds little else, by what the line calls them; ``names`` is a byline in it."""

    published: str | None = None
    updated: str | None = None
    bare: str | None = None
    names: tuple[str, ...] = ()


def word_count(text: str) -> int:
    return len(text.split())


def ends_sentence(text: str) -> bool:
    return bool(_SENTENCE_END.search(text))


def is_prose(text: str) -> bool:
    """Whether the line reads as a paragraph of running text rather than as a label, a link or a headline."""
    if not text.isascii() and _wide(text):
        return len(text) >= 25
    return word_count(text) >= (12 if ends_sentence(text) else 26)


def is_caption(text: str) -> bool:
    """Whether the line carries a picture's credit, or says of itself that it is a caption."""
    if len(text) > _LONGEST_LINE:
        return False
    found = _CREDIT.search(text) or _CAPTION_LABEL.match(text) or _SIGNED_IN_CAPITALS.search(text)
    return word_count(text) <= 80 and bool(found)


def is_credit(text: str) -> bool:
    """Whether the line is a picture's credit alone, such as 'Photograph: Jane Doe'."""
    return word_count(text) <= 10 and bool(_CREDIT.match(text))


def caption_text(text: str) -> str:
    """The caption without a leading label such as '[Image]' or 'Image caption:'."""
    bare = _CAPTION_LABEL.sub("", text)
    if text.startswith("[") and bare.endswith("]") and "[" not in bare:
        bare = bare[:-1].rstrip()
    return text if is_credit(text) or not bare else bare


def credited_names(text: str) -> tuple[str, ...]:
    """The names behind 'Photography:' or 'Story and pictures by'; empty for a line that credits no pictures."""
    match = _PICTURES_BY.search(text)
    return names_in(match["names"].strip()) if match else ()


def item_text(text: str) -> str | None:
    """The text of a bulleted line without its bullet; None for any other line."""
    match = _BULLET.match(text)
    return text[match.end() :] if match else None


def item_number(text: str) -> int | None:
    match = _NUMBERED.match(text)
    return int(match["number"]) if match else None


def unnumbered(text: str) -> str:
    return _NUMBERED.sub("", text)


def is_url(text: str) -> bool:
    return bool(_URL.match(text))


def byline(text: str) -> tuple[str, ...]:
    """The authors that a line beginning with 'By', or holding an author's address, names; empty for others."""
    marked = _BYLINE.match(text)
    if (
        len(text) > _LONGEST_LINE
        or word_count(text) > 20
        or not (marked or _EMAIL.search(text))
        or ends_sentence(text.rstrip("."))
    ):
        return ()
    rest = text[marked.end() :] if marked else text
    names = names_in(rest)
    if names or not marked:
        return names
    first = re.split(r"\s*[|\u2022\u00b7,]\s*", rest)[0]
    return (first,) if word_count(first) <= 5 and first[:1].isupper() else ()


def names_in(text: str) -> tuple[str, ...]:
    """The personal names of a line that lists nothing but names, with their roles and addresses; else empty."""
    if len(text) > _LONGEST_LINE:
        return ()
    head = re.split(r"\s*[|\u2022\u00b7]\s*|\s+[\u2013\u2014-]\s+|\s{2,}", _EMAIL.sub("", text).strip())[0]
    parts = re.split(
        r"\s*,\s*(?:and\s+)?|\s+(?:and|&|und|y|et|with)\s+", re.sub(r"\s+(?:in|at)\s+(?:the\s+)?[A-Z].*$", "", head)
    )
    named = [part for part in parts if part and not _ROLE.search(part)]
    if not named or any(not _NAME.fullmatch(part) for part in named):
        return ()
    return tuple(_name_cased(part) for part in named)


def _name_cased(name: str) -> str:
    return name.title() if name.isupper() else name


def is_role(text: str) -> bool:
    """Whether the line is what stands below a name: 'Council reporter', 'Political Editor'."""
    return word_count(text) <= 6 and not ends_sentence(text) and bool(_ROLE.search(text))


def is_date_label(text: str) -> bool:
    return bool(_LABEL.fullmatch(text))


def date_line(text: str, label: str = "") -> DateLine | None:
    """What a line that is all dates, labels and perhaps a name or place says; None for any other line.

    Args:
        text: the line.
        label: the line before it, when that was a label alone ('Published').
    """
    if len(text) > _LONGEST_LINE or word_count(text) > 30 or not (found := list(find_dates(text))):
        return None
    rest, at = "", 0
    dates: dict[str, str] = {}
    for date in found:
        before = text[at : date.start]
        kind = _kind_of(before if at or before.strip() else label)
        dates.setdefault(kind, date.iso)
        rest, at = rest + " " + before, date.end
    names = _names_beside(rest + " " + text[at:])
    return None if names is None else DateLine(**dates, names=names)


def _kind_of(before: str) -> str:
    labels = list(_LABEL.finditer(before))
    if not labels:
        return "bare"
    return "updated" if labels[-1]["updated"] else "published"


def _names_beside(rest: str) -> tuple[str, ...] | None:
    """Names that stand beside the dates; None where the rest of the line is too much for a date line."""
    plain = _LABEL.sub(" ", rest)
    names = byline(plain.strip(" ,|-\u2013\u2014\u00b7\u2022/")) if _BYLINE.match(plain.strip()) else ()
    words = _DATE_FILLER.sub(" ", plain).split()
    if names or (len(words) <= 4 and all(word[:1].isupper() or word.isdigit() for word in words)):
        return names
    return None


def _wide(text: str) -> bool:
    """Whether the script writes no spaces between words (Chinese, Japanese)."""
    return sum("\u3040" <= char <= "\u9fff" for char in text) > len(text) / 2
