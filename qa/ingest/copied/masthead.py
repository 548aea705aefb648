"""The lines above a story -> its headline, outlet, authors, dates, address and section.

The lines are those of a copied page, in order. Nothing is taken from below the first paragraph except what says of
itself that it is a date of publication, or the outlet's name in a copyright line.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from qa.ingest.furniture import breadcrumbs
from qa.ingest.lines import (
    DateLine,
    byline,
    date_line,
    ends_sentence,
    is_caption,
    is_date_label,
    is_prose,
    is_role,
    is_url,
    names_in,
    word_count,
)
from qa.ingest.normal import compared, plain_text
from qa.ingest.pagetalk import is_furniture, is_navigation, is_section

_LONGEST = 80  # lines: no site puts more above its story
_PAPER_WORD = re.compile(
    r"\b(?:news|times|post|herald|courier|gazette|daily|weekly|journal|tribune|chronicle|observer|guardian|mail|"
    r"telegraph|express|star|sun|standard|mirror|press|record|echo|examiner|mercury|argus|advertiser|bulletin|"
    r"independent|globe|review|today|nation|radio|tv|channel|broadcasting|wire|agency|online|zeitung|le monde|"
    r"messenger|sentinel|dispatch|register|reporter|voice|leader|enquirer|inquirer|monitor|beacon|argosy|pilot|citizen)\b",
    re.IGNORECASE,
)
_TICKER = re.compile(
    r"^(?:breaking|live|latest|just in|watch|alert|trending|flash)\b\s*[:|\u2013\u2014-]?", re.IGNORECASE
)
_BY = re.compile(r"(?:(?:written |reported |words )?by|authors?|von|par|por)\W?", re.IGNORECASE)
_COPYRIGHT = re.compile(
    r"^(?:\u00a9|\(c\)|copyright)\s*(?:\u00a9|"
    r"\(c\))?\s*(?:[12]\d{3}(?:\s*[-\u2013]\s*\d{2,4})?)?,?\s*(?:by )?(?P<name>[^.|,\d]{3,60}?)"
    r"(?:\s+(?:newspapers?|media|publishing|group|ltd|limited|"
    r"inc|llc|plc|corp)\b.*)?\s*(?:[12]\d{3}.*)?(?:[.|,].*)?$",
    re.IGNORECASE,
)
_GENRES = {
    "opinion": "opinion", "comment": "opinion", "columnists": "opinion", "columns": "opinion", "editorial": "editorial",
    "editorials": "editorial", "letters": "letters", "analysis": "analysis", "obituaries": "obituary",
    "interview": "interview", "interviews": "interview", "explainer": "explainer", "explainers": "explainer",
    "review": "review", "reviews": "review",
}  # fmt: skip


@dataclass(frozen=True, slots=True)
class Masthead:
    """What the lines above the story say. The story's lines are those from ``body_at`` not in ``spent``."""

    title: str | None
    body_at: int
    spent: frozenset[int]
    source: str | None = None
    authors: tuple[str, ...] = ()
    published_at: str | None = None
    updated_at: str | None = None
    url: str | None = None
    section: str | None = None
    genre: str | None = None


def read_masthead(lines: Sequence[str]) -> Masthead:
    """Read the lines above the story; ``title`` is None where no line looks like a headline."""
    lines = [plain_text(line) for line in lines]  # a tab parts cells in a story; up here it is a space
    dated = _date_lines(lines)
    end = _header_end(lines, dated)
    first, last = _headline(lines, end, dated)
    body_at = 0 if last is None else last + 1
    start = _story_start(lines, body_at)
    top = range(max(end, start))
    authored = _bylines(lines, top, dated, first)
    published, updated = _dates(dated, top, first)
    section = _section(lines, first or 0)
    names = [name for index in sorted(authored) for name in authored[index]]
    source = _source(lines, first or 0, dated)
    return Masthead(
        title=None if last is None else _headline_text(lines[last], source),
        body_at=body_at,
        spent=frozenset(
            index for index in top if index in dated or index in authored or _below_name(lines, index, authored)
        ),
        source=source,
        authors=tuple(dict.fromkeys(names)),
        published_at=published,
        updated_at=updated,
        url=next((lines[index] for index in top if is_url(lines[index])), None),
        section=section,
        genre=_GENRES.get(compared(section or "")),
    )


def _date_lines(lines: Sequence[str]) -> dict[int, DateLine]:
    found: dict[int, DateLine] = {}
    for index, line in enumerate(lines):
        label = lines[index - 1] if index and is_date_label(lines[index - 1]) else ""
        if date := date_line(line, label):
            found[index] = date
    return found


def _header_end(lines: Sequence[str], dated: dict[int, DateLine]) -> int:
    """Where the story can begin at the earliest: after the first prose, if a byline or date follows one line of it."""
    prose, end = 0, 0
    for index, line in enumerate(lines[:_LONGEST]):
        if prose == 0 or index in dated or byline(line):
            end = index + 1
        if is_prose(line) and index not in dated and not is_furniture(line) and not is_caption(line):
            end = index if prose == 0 else end
            prose += 1
            if prose > 1:
                break
    return end


def _story_start(lines: Sequence[str], body_at: int) -> int:
    for index in range(body_at, len(lines)):
        if is_prose(lines[index]) and not is_furniture(lines[index]) and not is_caption(lines[index]):
            return index
    return len(lines)


def _headline(lines: Sequence[str], end: int, dated: dict[int, DateLine]) -> tuple[int | None, int | None]:
    """The first and last place of the headline above the story."""
    usable = [index for index in range(end) if index not in dated and _can_be_headline(lines[index])]
    for index in usable:
        again = [other for other in usable if _same_headline(lines[index], lines[other])]
        if len(again) > 1 and len(re.findall(r"\w{2,}", lines[index])) >= 4:
            return again[0], again[-1]
    likely = [
        i for i in usable if not _TICKER.match(lines[i]) and not lines[i].endswith((".", ":")) and not is_url(lines[i])
    ]
    for least in (4, 2, 1):
        long_enough = [i for i in likely if word_count(lines[i]) >= least and not _is_outlet(lines[i], least)]
        if long_enough:
            chosen = _likeliest(lines, long_enough, end, dated)
            return chosen, chosen
    return None, None


def _is_outlet(line: str, least: int) -> bool:
    """Whether the line is an outlet's name; one of four words and more is, where it is all name and says so last."""
    last = line.rsplit(maxsplit=1)[-1]
    named = all(word[:1].isupper() or word in {"of", "the", "and", "for"} for word in line.split())
    return _is_paper(line) and (least < 4 or bool(named and _PAPER_WORD.fullmatch(last)))


def _can_be_headline(line: str) -> bool:
    return (
        word_count(line) <= 30
        and not is_furniture(line)
        and not is_section(line)
        and not is_caption(line)
        and not byline(line)
        and not is_url(line)
        and not breadcrumbs(line)
        and not _is_slogan(line)
        and not _names_section(line)
    )


def _names_section(line: str) -> bool:
    """'THE COURIER / WORLD', 'The Courier | Law & Courts': the outlet and the part of it that one is in."""
    parts = [part.strip() for part in re.split(r"\s[/|]\s", line)]
    return len(parts) > 1 and any(is_section(part) for part in parts[1:]) and word_count(line) <= 7


def _is_slogan(line: str) -> bool:
    """'First with the tide since 1868', 'The Courier: your voice'."""
    return (
        bool(re.search(r"\bsince 1[789]\d\d\b|\bsince 20\d\d\b|^your \w+[.,]", line, re.IGNORECASE))
        and word_count(line) <= 14
    )


def _same_headline(one: str, other: str) -> bool:
    return compared(_without_site(one)) == compared(_without_site(other))


def _without_site(line: str) -> str:
    """The line without ' | The Paper' at its end, where what is cut off is short and looks like an outlet."""
    match = re.match(r"(?P<title>.{10,}?)\s+[|\u2013\u2014\u00b7-]\s+(?P<site>[^|]{2,40})$", line)
    return match["title"] if match and _is_paper(match["site"]) else line


def _likeliest(lines: Sequence[str], usable: list[int], end: int, dated: dict[int, DateLine]) -> int:
    """The first line of the best group of candidates; of equal ones the last, which is nearest to the story.

    A headline has a byline, a date or the story below it; a slogan stands right below the outlet's name.
    """
    groups: list[list[int]] = []
    for index in usable:
        if groups and groups[-1][-1] == index - 1:
            groups[-1].append(index)
        else:
            groups.append([index])

    def worth(group: list[int]) -> tuple[int, int]:
        below = group[-1] + 1
        signed = below < len(lines) and (below in dated or bool(byline(lines[below]) or names_in(lines[below])))
        slogan = group[0] > 0 and group[0] < 4 and _is_paper(lines[group[0] - 1])
        long_enough = any(word_count(lines[index]) >= 5 for index in group)
        return 2 * signed + (below == end) + long_enough - 2 * slogan, group[0]

    return max(groups, key=worth)[0]


def _is_paper(line: str) -> bool:
    return word_count(line) <= 6 and bool(_PAPER_WORD.search(line))


def _headline_text(line: str, source: str | None) -> str:
    match = re.match(r"(?P<title>.{10,}?)\s+[|\u2013\u2014\u00b7-]\s+(?P<site>[^|]{2,40})$", line)
    if match and (_is_paper(match["site"]) or (source and compared(match["site"]) == compared(source))):
        return match["title"]
    return line


def _bylines(
    lines: Sequence[str], top: range, dated: dict[int, DateLine], first: int | None
) -> dict[int, tuple[str, ...]]:
    found: dict[int, tuple[str, ...]] = {}
    for index in top:
        names = dated[index].names if index in dated else byline(lines[index])
        if not names and index and _BY.fullmatch(lines[index - 1]):
            names = names_in(lines[index])
        if names and not is_section(lines[index]):
            found[index] = names
    if found or first is None:
        return found
    return next(({index: names} for index in top if (names := _bare_names(lines, index, dated, first))), {})


def _bare_names(lines: Sequence[str], index: int, dated: dict[int, DateLine], first: int) -> tuple[str, ...]:
    """The names of a line without 'By' that stands where a byline stands: next to the date, or below the headline."""
    line = lines[index]
    if index <= first or index in dated or is_furniture(line) or is_section(line) or _same_headline(line, lines[first]):
        return ()
    if _is_paper(line) and (index + 1 in dated or index - 1 in dated):
        return ()
    near_date = index - 1 in dated or index + 1 in dated
    below = _same_headline(lines[index - 1], lines[first])
    agency = (line,) if below and near_date and re.fullmatch(r"[A-Z]\w+", line) else ()
    return (names_in(line) or agency) if near_date or below else ()


def _below_name(lines: Sequence[str], index: int, authored: dict[int, tuple[str, ...]]) -> bool:
    """Whether the line says who or where the author beside it is: 'Council reporter', 'Kestrel Crown Court'."""
    place = index - 1 in authored and bool(names_in(lines[index]))
    return place or (is_role(lines[index]) and (index - 1 in authored or index + 1 in authored))


def _dates(dated: dict[int, DateLine], top: range, first: int | None) -> tuple[str | None, str | None]:
    """(published, updated): a date that says so; else one below the headline; else the only one, above it."""
    said = next((date.published for date in dated.values() if date.published), None)
    updated = next((date.updated for date in dated.values() if date.updated), None)
    above = [date.bare for i, date in dated.items() if i in top and date.bare and (first is None or i < first)]
    below = [date.bare for i, date in dated.items() if i in top and date.bare and first is not None and i > first]
    changed = next((i for i, date in dated.items() if date.updated), None)
    beside = changed is not None and any(i in dated and dated[i].bare for i in (changed - 1, changed, changed + 1))
    visit = updated is not None and not beside
    published = said or next(iter(below), None) or (None if visit else next(iter(above), None))
    return published, updated


def _section(lines: Sequence[str], first: int) -> str | None:
    """The last step of the bread crumbs above the headline, or the section's name right above it."""
    for index in range(first - 1, -1, -1):
        steps = breadcrumbs(lines[index])
        if steps and not is_section_home(steps[-1]):
            return _section_cased(steps[-1])
    above = lines[first - 1] if first else ""
    listed = any(compared(line) == compared(above) for line in lines[: max(first - 1, 0)])
    alone = first < 2 or not (is_section(lines[first - 2]) or is_navigation(lines[first - 2]))
    named = (is_section(above) and alone) or (listed and word_count(above) <= 4 and not _is_paper(above))
    return _section_cased(above) if named and not is_section_home(above) and not is_furniture(above) else None


def _section_cased(name: str) -> str:
    return name.title() if name.isupper() and len(name) > 3 else name


def is_section_home(line: str) -> bool:
    return compared(line) in {
        "home",
        "menu",
        "search",
        "login",
        "subscribe",
        "contact",
        "about",
        "live",
        "more",
    }


def _source(lines: Sequence[str], first: int, dated: dict[int, DateLine]) -> str | None:
    """The outlet: a short line at the top, the end of a page title, or the name in a copyright line."""
    names = [name for index in range(first) if index not in dated and (name := _site_name(lines[index]))]
    named = next((name for name in names if _PAPER_WORD.search(name)), None)
    title_end = re.search(r"\s[|\u2013\u2014-]\s+([^|]{2,40})$", lines[first]) if lines else None
    if named is None and title_end and _is_paper(title_end[1]):
        named = title_end[1]
    early = next((name for name in names if any(line.startswith(name) for line in lines[:2])), None)
    owner = copyright_name(lines)
    found = named or early or owner
    if found and owner and compared(owner) == "the" + compared(found):
        found = owner
    return spaced_name(found) if found else None


def _site_name(line: str) -> str | None:
    if byline(line) or is_url(line) or is_caption(line):
        return None
    name = re.split(r"\s+[|/\u2013\u2014:\u00b7-]\s+", line)[0].strip()
    if is_section(name) or is_furniture(name) or breadcrumbs(line) or is_navigation(line) or _TICKER.match(name):
        return None
    return name if word_count(name) <= 5 and not ends_sentence(name) and name[:1].isupper() else None


def copyright_name(lines: Sequence[str]) -> str | None:
    for line in reversed(lines):
        if match := _COPYRIGHT.match(line):
            name = match["name"].strip()
            return name if re.search(r"[A-Z]", name) and "reserved" not in name.lower() else None
    return None


_ENDS = [
    "thailand",
    "vietnam",
    "indonesia",
    "malaysia",
    "singapore",
    "philippines",
    "cambodia",
    "myanmar",
    "pakistan",
    "bangladesh",
    "india",
    "china",
    "japan",
    "korea",
    "taiwan",
    "australia",
    "zealand",
    "africa",
    "kenya",
    "nigeria",
    "ghana",
    "uganda",
    "ethiopia",
    "egypt",
    "morocco",
    "israel",
    "lebanon",
    "jordan",
    "arabia",
    "turkey",
    "russia",
    "ukraine",
    "poland",
    "germany",
    "france",
    "italy",
    "spain",
    "portugal",
    "greece",
    "sweden",
    "norway",
    "denmark",
    "finland",
    "ireland",
    "scotland",
    "wales",
    "england",
    "britain",
    "america",
    "canada",
    "mexico",
    "brazil",
    "argentina",
    "chile",
    "colombia",
    "europe",
    "asia",
    "times",
    "post",
    "herald",
    "news",
    "tribune",
    "gazette",
    "today",
    "daily",
    "mail",
    "express",
    "journal",
    "chronicle",
    "observer",
]


def spaced_name(name: str) -> str:
    """The outlet's name as people write it: 'THE DAILY POST' -> 'The Daily Post', 'Bangkokpost' -> 'Bangkok Post'.

    Sites that make their name of their domain run its words together; a word that ends in a country's or a
    paper's usual name, after at least five letters, is two words.
    """
    words = [_cased(word) if name.isupper() else word for word in name.split()]
    return " ".join(part for word in words for part in _parts(word))


def _cased(word: str) -> str:
    return word.capitalize() if len(word) > 3 or word in {"THE", "OF", "AND", "SUN"} else word


def _parts(word: str) -> tuple[str, ...]:
    if not (word[:1].isupper() and word[1:].isalpha() and word[1:].islower()):
        return (word,)
    for end in _ENDS:
        if word.endswith(end) and len(word) - len(end) >= 5:
            return word[: -len(end)], end.capitalize()
    return (word,)
