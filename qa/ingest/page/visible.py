"""What a page prints around its headline: the lines there, the dates and the names in them.

A date counts where it stands below the headline and before the story is well under way, or right above the headline in
the headline's own box; elsewhere only with a word that says what it is ('First published ...'). So the day of the visit
in the masthead, the dates of comments and of other stories are not taken. Nothing is taken from a page's menus, asides,
footers and lists of comments.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

import lxml.etree
import lxml.html

from qa.ingest.dates import find_dates, iso_date
from qa.ingest.lines import date_line, ends_sentence
from qa.ingest.normal import compared, plain_text

_UNSEEN = frozenset(
    [
        "script",
        "style",
        "noscript",
        "template",
        "svg",
        "head",
        "iframe",
        "select",
        "textarea",
        "object",
        "nav",
    ]
)
_PARTS = frozenset(
    [
        *("address", "article", "aside", "blockquote", "body", "br", "caption", "center", "dd", "details", "div", "dl"),
        *(
            "dt",
            "fieldset",
            "figcaption",
            "figure",
            "footer",
            "form",
            "h1",
            "h2",
            "h3",
            "h4",
            "h5",
            "h6",
            "header",
            "hr",
        ),
        *(
            "html",
            "legend",
            "li",
            "main",
            "menu",
            "nav",
            "ol",
            "p",
            "pre",
            "section",
            "summary",
            "table",
            "tbody",
            "td",
        ),
        *("tfoot", "th", "thead", "tr", "ul"),
    ]
)
"""Where a line begins and ends."""
_APART = re.compile(
    r"(?:^|[\s_-])(?:comments?|commentlist|disqus|respond|related|recommended|recirc|trending|popular|mostread"
    r"|most-read"
    r"|read-?more|newsletter|sidebar|promo|teasers?|breadcrumbs?|ticker|latest)(?:$|[\s_-])",
    re.IGNORECASE,
)
_MOST_MOMENTS = 20  # in one line; looking at the words before each of thousands costs their square
_LONGEST_LINE = 140  # characters of a line that holds dates, names or a label
_PROSE = 140  # characters of a sentence that belongs to the story and not to its summary
_SPACES = 12  # characters by which two texts of the same letters and digits differ in length
_MOST_WORDS = 16  # of a line of labels
_ABOVE = 4  # lines of the headline's box before it
_UPDATED = re.compile(
    r"(?:last |zuletzt )?(?:updated?|modified|edited|revised|aktualisiert|geändert|mis à jour|actualizad[oa]"
    r"|aggiornato)"
    r"(?:\s+(?:on|at|am|le|el|il))?\W*$",
    re.IGNORECASE,
)
_CLOCK = re.compile(r"[|,\s]*[0-2]?\d[:.][0-5]\d(?:\s?[ap]\.?m\.?)?(?:\s[A-Z]{2,4})?", re.IGNORECASE)
_PUBLISHED = re.compile(
    r"\b(?:first )?(?:published|posted|veröffentlicht|publié|publicad[oa]|pubblicato)\b", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class Line:
    """The text between two ends of blocks, the element that holds it, and the moments that its time elements say."""

    text: str
    element: lxml.html.HtmlElement
    moments: tuple[tuple[str, str], ...] = ()
    """(what stands before the element in the line, its ISO date)"""


@dataclass(frozen=True, slots=True)
class Visible:
    """What is printed around the headline.

    Attributes:
        published: ISO dates that are printed, or said by time elements, as those of publication; the best first.
        updated: the same for the last change.
        beside: the short lines right above and below the headline, the nearest first.
        byline: those between the headline and the story.
    """

    published: tuple[str, ...] = ()
    updated: tuple[str, ...] = ()
    beside: tuple[str, ...] = ()
    byline: tuple[str, ...] = ()


def read_visible(page: lxml.html.HtmlElement, title: str | None) -> Visible:
    """What the page prints around this headline, or around its first h1 where it has no such line."""
    lines = list(_lines(page))
    around = [_around(lines, at) for at in _headlines(lines, title)]
    dated = next((visible for visible in around if visible.published), None)
    return dated or next(iter(around), Visible())


def _around(lines: Sequence[Line], at: int) -> Visible:
    start = _story(lines, at)
    above, below = _above(lines, at), lines[at + 1 : start]
    published, updated = _dates([*below, *above], [line for line in lines[start:] if _PUBLISHED.match(line.text)])
    byline = tuple(line.text for line in below if len(line.text) <= _LONGEST_LINE)
    short = tuple(line.text for line in (*below[:2], *above[-2:]) if len(line.text) <= _LONGEST_LINE)
    return Visible(published, updated, short, byline)


def _lines(page: lxml.html.HtmlElement) -> Iterator[Line]:
    body = page.find("body")
    root = page if body is None else body
    kept = {above for heading in root.iter("h1") for above in heading.iterancestors()}
    parts: list[str] = []
    moments: list[tuple[str, str]] = []
    skipped: lxml.html.HtmlElement | None = None
    for event, element in lxml.etree.iterwalk(root, events=("start", "end")):
        if skipped is not None:
            if element is skipped and event == "end":
                skipped = None
                parts.append(element.tail or "")
            continue
        if element.tag in _PARTS:
            text = plain_text("".join(parts))
            if text:
                owner = element if event == "end" or element.tag == "br" else element.getparent()
                yield Line(text, root if owner is None else owner, tuple(moments))
            parts.clear()
            moments.clear()
        if event == "start":
            if element not in kept and _is_apart(element):
                skipped = element
                continue
            if (
                element.tag == "time"
                and len(moments) < _MOST_MOMENTS
                and (date := iso_date((element.get("datetime") or "")[:60]))
            ):
                moments.append((plain_text("".join(parts)), date))
            parts.append(element.text or "")
        elif element is not root:
            parts.append(element.tail or "")


def _is_apart(element: lxml.html.HtmlElement) -> bool:
    """Whether it is no part of the story's page: a menu, a list of other stories, what readers wrote."""
    if element.tag in _UNSEEN or element.tag == "aside":
        return True
    if element.tag == "footer":  # an article's own names its author and its day
        return not any(above.tag == "article" for above in element.iterancestors())
    if element.tag not in ("div", "section", "ul", "ol", "article", "li"):
        return False
    named = f"{element.get('id') or ''} {element.get('class') or ''}"
    return len(named) > 3 and _APART.search(named) is not None


def _headlines(lines: Sequence[Line], title: str | None) -> list[int]:
    """The lines that say the headline, the one nearest to the story first; without any, the first h1."""
    key = compared(title or "")
    near = (i for i, line in enumerate(lines) if abs(len(line.text) - len(title or "")) <= _SPACES)
    said = [i for i in near if key and compared(lines[i].text) == key]
    headed = [i for i in said if _is_heading(lines[i].element)]
    first = [i for i, line in enumerate(lines) if _tags(line.element, 2) & {"h1"}][:1]
    rivals = next((found for found in (headed, said, first) if found), [])
    return sorted(rivals, key=lambda i: _next_prose(lines, i))[:4]


def _next_prose(lines: Sequence[Line], i: int) -> int:
    """How many lines on the next long sentence stands: a bar that repeats the headline is farther from the story."""
    return next((j - i for j in range(i + 1, len(lines)) if _is_long(lines[j].text)), len(lines))


def _is_long(text: str) -> bool:
    return len(text) >= _PROSE and ends_sentence(text)


def _is_heading(element: lxml.html.HtmlElement) -> bool:
    return bool(_tags(element, 3) & {"h1", "h2"})


def _tags(element: lxml.html.HtmlElement, height: int) -> set[str]:
    tags = {str(element.tag)}
    for _ in range(height - 1):
        above = element.getparent()
        if above is None:
            break
        element = above
        tags.add(str(element.tag))
    return tags


def _story(lines: Sequence[Line], headline: int) -> int:
    """Where the story is well under way: at its second long sentence, the first being a summary, or 30 lines on."""
    most = min(len(lines), headline + 31)
    long = [i for i in range(headline + 1, most) if _is_long(lines[i].text)]
    return long[1] if len(long) > 1 else most


def _above(lines: Sequence[Line], headline: int) -> list[Line]:
    """The lines before the headline in its own box: the widest element around it that holds no more than a few."""
    found: list[Line] = []
    for box in list(lines[headline].element.iterancestors())[:5]:
        if box.tag in ("body", "html"):
            break
        first = headline
        while first and headline - first <= _ABOVE and _is_in(lines[first - 1].element, box):
            first -= 1
        if headline - first > _ABOVE:
            break
        found = list(lines[first:headline])
    return found


def _is_in(element: lxml.html.HtmlElement, box: lxml.html.HtmlElement) -> bool:
    return element is box or any(above is box for above in element.iterancestors())


def _at_an_end(text: str) -> str | None:
    """The day with which a line of labels begins or ends: '9 January 2024 / 0 comments / by Jane Doe'."""
    if len(text.split()) > _MOST_WORDS or ends_sentence(text):
        return None
    dates = list(find_dates(text))
    return dates[0].iso if len(dates) == 1 and (dates[0].start == 0 or dates[0].end == len(text)) else None


def _dates(near: Sequence[Line], labelled: Sequence[Line]) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """(published, updated), those that say so before those that stand alone."""
    said: list[str] = []
    bare: list[str] = []
    updated: list[str] = []
    for i, line in enumerate(near):
        if len(line.text) > _LONGEST_LINE:
            continue
        label = near[i - 1].text if i and len(near[i - 1].text) < 40 else ""
        for before, moment in line.moments:
            (updated if _UPDATED.search(before or label) else bare).append(moment)
        clock = near[i + 1].text if i + 1 < len(near) and _CLOCK.fullmatch(near[i + 1].text) else ""
        if dated := date_line(f"{line.text} {clock}".strip(), label):
            said += [dated.published] if dated.published else []
            updated += [dated.updated] if dated.updated else []
            bare += [dated.bare] if dated.bare else []
        elif date := _at_an_end(line.text):
            (updated if _UPDATED.search(label) else bare).append(date)
    for line in labelled:
        if len(line.text) <= _LONGEST_LINE and (dated := date_line(line.text)) and dated.published:
            said.append(dated.published)
    published = [day for day in (*said, *bare) if day not in updated] or said
    return tuple(dict.fromkeys(published)), tuple(dict.fromkeys(updated))
