"""What an article says of its own mistakes: corrections, clarifications and retractions, from its markup and its text.

A line is a notice where it speaks of this article ('An earlier version of this article misstated ...'), or where it
opens with a label ('Correction: ...') near the article's beginning or end. A story about somebody's correction is none:
neither 'The paper issued a correction' nor 'Correction officers said' opens with a label or speaks of this article. The
date is the one beside the label or behind 'was amended on'; the days that the notice speaks of are not its own.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace

from qa.ingest.dates import find_dates, iso_date
from qa.ingest.normal import compared
from qa.ingest.page.jsonld import Thing, as_list, text_of_value
from qa.types import NUMBERED, Block, EventKind, Notice

_LONGEST = 3_000  # characters: a notice is a paragraph
_MOST = 5  # notices of one article: a list of more is the outlet's page of corrections to other articles
_FIRST, _LAST = 3, 6  # blocks from the beginning and from the end among which a label alone is believed

_MARK = r"^[\s(\[*\u2022\u2013\u2014-]*"
_LABEL = re.compile(
    _MARK + r"(?P<label>(?:editor'?s?\u2019?s? )?corrections?(?: (?:and|&) clarifications?)?|correction (?:notice"
    r"|appended)|clarifications?"
    r"|retraction(?: notice)?|erratum|errata|notice of (?:correction|retraction)|update and correction"
    r"|korrektur(?:hinweis)?|berichtigung|richtigstellung|klarstellung"
    r"|rectificatif|rectification|précision|fe de err(?:ores|atas)|corrección|rectificación|aclaración)"
    r"(?P<date>[\s,(\u2013\u2014-]{1,3}[^:]{3,40})?\s?(?::|\u2014|\u2013)\s*(?=\S)",
    re.IGNORECASE,
)
_HEAD = re.compile(
    _MARK + r"(?:corrections?|corrections? (?:and|&) clarifications?|clarifications?|retraction|korrektur|berichtigung"
    r"|richtigstellung"
    r"|klarstellung|rectificatif|erratum|fe de err(?:ores|atas)|corrección|aclaración)[:.]?$",
    re.IGNORECASE,
)
_THIS = (
    r"th(?:is|e) (?:(?:[a-z-]+ )?(?:article|story|report|piece|post|column|page|review|obituary|interview|transcript"
    r"|headline|caption"
    r"|dispatch|item|analysis|editorial|op-ed|essay|version))"
)
_SAID = r"said|stated|reported|misstated|identified|gave|listed|named|attributed|described|quoted|referred|claimed"
_OWN_WORDS = (
    rf"\b(?:earlier|previous|prior|original|initial|first|older) versions? of {_THIS}",
    r"(?! (?:was |were |is )?(?:first |originally )?(?:publish|appear|ran\b|aired|print|post))",
    rf"|{_THIS}(?: \([^)]{{1,60}}\))? (?:was|has been|have been|is being|is) (?:since )?",
    r"(?:amended|corrected|clarified|retracted|withdrawn|taken down|revised to (?:correct|clarify|remove)",
    r"|(?:updated|edited|changed|modified) to (?:correct|clarify|remove|fix))",
    rf"|{_THIS} (?:originally|initially|previously|incorrectly|mistakenly|wrongly|erroneously) (?:{_SAID})",
    rf"|we have (?:corrected|retracted|withdrawn|amended) {_THIS}",
    r"|in einer (?:früheren|ersten|vorigen|vorherigen|älteren) (?:version|fassung)",
    r" (?:dieses|des) (?:artikels|textes|beitrags|berichts)",
    r"|(?:dieser|der) (?:artikel|text|beitrag|bericht) wurde (?:\S+ ){0,8}?",
    r"(?:korrigiert|berichtigt|zurückgezogen|richtiggestellt)",
    r"|une (?:première |précédente )?version (?:précédente |antérieure |initiale )?de cet article",
    r"|cet article a été (?:corrigé|rectifié|retiré|dépublié|modifié pour (?:corriger|préciser))",
    r"|una (?:primera )?versión (?:anterior|previa|inicial) de este (?:artículo|texto|reportaje)",
    r"|este (?:artículo|texto|reportaje) (?:ha sido|fue)",
    r" (?:corregido|rectificado|retirado|modificado para (?:corregir|aclarar))",
)
_OWN = re.compile("".join(_OWN_WORDS), re.IGNORECASE)
_NEEDED = (
    *(
        "version",
        "versión",
        "fassung",
        "correct",
        "amended",
        "clarif",
        "retract",
        "withdrawn",
        "taken down",
        "revised to",
    ),
    *("updated to", "edited to", "changed to", "modified to", "originally", "initially", "previously", "mistakenly"),
    *("wrongly", "erroneously", "korrigiert", "berichtigt", "zurückgezogen", "richtiggestellt", "corrig", "rectifi"),
    *("retir", "dépublié", "modifi", "refiles", "fixes", "editor", "redaktion", "rédaction", "redacción"),
)
"""Words without one of which no line speaks of itself."""
_QUOTES = ('"', "'", "\u2018", "\u201c", "\u201e", "\u00ab", "\u2039")
_OPENING = 160  # characters within which a line of its own speaks of this article
_REFILED = re.compile(
    r"^\((?:corrects|this (?:\S+ ){1,4}?(?:story|version|report) corrects|refiles to (?:correct|fix)|fixes"
    r"|clarifies) .{5,}",
    re.IGNORECASE,
)
_EDITOR = re.compile(
    _MARK
    + r"(?:editor[s'\u2019]{0,2} note|note from the editors?|anmerkung der redaktion|hinweis der redaktion|note de"
    r" la rédaction|nota de"
    r" (?:la )?redacción|nota del editor)\b",
    re.IGNORECASE,
)
_MISTAKE = re.compile(
    r"\b(?:retract|withdr[ae]wn?\b|correct(?:ed|s|ion)\b|misstat|misidentif|incorrectly|erroneous|in error|inaccura"
    r"|mistaken"
    r"|korrigier|berichtig|fehlerhaft|zurückgezogen|corrig|erron|rectifi|retirad)",
    re.IGNORECASE,
)
_RETRACTED = re.compile(
    _MARK + r"(?:notice of )?retraction\b"
    rf"|\bretract(?:s|ed|ing)? {_THIS}"
    rf"|{_THIS} (?:was|has been|is) (?:since )?(?:retracted|withdrawn|taken down|removed)\b"
    r"|(?:dieser|der) (?:artikel|text|beitrag|bericht) wurde (?:\S+ ){0,8}?zurückgezogen"
    r"|dépublié|article a été retiré"
    r"|(?:artículo|texto) (?:ha sido|fue) retirado",
    re.IGNORECASE,
)
_CLARIFIED = re.compile(r"\bclarif|klarstell|précision|préciser|aclara", re.IGNORECASE)
_DONE_ON = re.compile(
    r"(?:amended|corrected|clarified|retracted|withdrawn|revised|updated|edited|changed|am|le|el)(?: again)?,?(?: on"
    r"| am| le| el)?\s+$",
    re.IGNORECASE,
)


def notices_in(blocks: Sequence[Block]) -> list[Notice]:
    """The notices among an article's blocks, in order."""
    found = list(_notices(blocks))
    return found if len(found) <= _MOST else []


def _notices(blocks: Sequence[Block]) -> Iterator[Notice]:
    beginnings = [block.text[: _OPENING + 80].lower() for block in blocks]
    whole = "\n".join(beginnings)  # looked through at once, since most articles hold none of the words
    words = [word for word in _NEEDED if word in whole]
    for i, block in enumerate(blocks):
        text = block.text
        near_an_end = i < _FIRST or i >= len(blocks) - _LAST
        may_speak = any(word in beginnings[i] for word in words)
        if len(text) > _LONGEST or block.kind == "table" or not (near_an_end or may_speak) or _HEAD.match(text):
            continue
        label = blocks[i - 1].text if near_an_end and i and _HEAD.match(blocks[i - 1].text) else ""
        if label or (near_an_end and _LABEL.match(text)) or (may_speak and _speaks_of_itself(text)):
            alone = sum(one.kind in NUMBERED for one in blocks) == 1
            yield Notice(_kind(f"{label} {text}".strip()), text, _date(text), declared=alone)


def declared_notices(story: Thing) -> Iterator[Notice]:
    """The notices that the markup of a story declares: ``correction``, a text or a CorrectionComment."""
    for told in as_list(story.get("correction")):
        text = (
            text_of_value(told.get("text") or told.get("description"))
            if isinstance(told, dict)
            else text_of_value(told)
        )
        if not text or "://" in text[:12]:
            continue
        date = text_of_value(told.get("datePublished") or told.get("dateCreated")) if isinstance(told, dict) else None
        yield Notice(_kind(text), text, (iso_date(date) if date else None) or _date(text), declared=True)


def merged(notices: Iterable[Notice]) -> tuple[Notice, ...]:
    """Each notice once, by its words; with its date, and as declared, where one of its tellings has it so."""
    found: dict[str, Notice] = {}
    for notice in notices:
        key = compared(_LABEL.sub("", notice.text))
        known = found.get(key, notice)
        first = notice if notice.at and not known.at else known
        found[key] = replace(first, declared=known.declared or notice.declared)
    return tuple(found.values())


def _speaks_of_itself(text: str) -> bool:
    if text.startswith(_QUOTES):  # somebody else's words about something else
        return False
    if _REFILED.match(text):
        return True
    if _EDITOR.match(text):
        return bool(_MISTAKE.search(text)) and bool(
            _OWN.search(text) or _RETRACTED.search(text) or _LABEL.match(_EDITOR.sub("", text))
        )
    found = _OWN.search(text[: _OPENING + 80])
    return found is not None and found.start() <= _opening(text)


def _opening(text: str) -> int:
    """How far into a line the words may begin: at its start, or behind a label, a date or a few words."""
    return _OPENING if _LABEL.match(text) else 48


def _kind(text: str) -> EventKind:
    """A line labelled as a correction takes nothing back as a whole, though it may tell of what somebody retracted."""
    label = _LABEL.match(text)
    said = label["label"] if label else text
    if _RETRACTED.search(said):
        return "retraction"
    return (
        "clarification" if _CLARIFIED.search(said) and not re.match(r"correct", said, re.IGNORECASE) else "correction"
    )


def _date(text: str) -> str | None:
    """The day of the notice itself: in its label, or behind the word that says what was done."""
    label = _LABEL.match(text)
    if label and label["date"] and (date := iso_date(label["date"])):
        return date
    for found in find_dates(text[:400]):
        if _DONE_ON.search(text[: found.start]):
            return found.iso
    return None
