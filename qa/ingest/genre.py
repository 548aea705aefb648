"""What kind of a piece an article is, as far as something says so: a declared word, an IPTC code, a type of schema.org,
a label beside the headline, the headline's first word, a step of the address, the section.

Only what is said plainly counts, and 'news' only where it is said: most news is not marked at all, and a wrong genre is
worse than none. A word that is not known here is nobody's genre; a record keeps it as it came.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlsplit

from qa.ingest.normal import compared
from qa.types import Genre

_WORDS: dict[Genre, str] = {
    "news": (
        "news|current|actuality|breaking news|spot news|hard news|reportage|nachricht|nachrichten|meldung|actualité"
        "|noticia"
    ),
    "opinion": (
        "opinion|opinions|op-ed|oped|opinion piece|commentary|comment|column|editorial|leader|letter|letters|letter"
        " to the"
        " editor|letters to the editor|viewpoint|guest column|guest essay|kommentar|meinung|leitartikel|kolumne|glosse"
        "|gastbeitrag|tribune|éditorial|chronique|point de vue|opinión|columna|columnas|tribuna|opinione|opinião"
    ),
    "analysis": "analysis|news analysis|analyse|décryptage|análisis|análise|analisi",
    "review": (
        "review|reviews|film review|book review|music review|theatre review|theater review|tv review|restaurant"
        " review|game"
        " review|album review|movie review|product review|rezension|filmkritik|buchkritik|kritik|critique|reseña"
        "|recensione"
    ),
    "live_blog": "live blog|liveblog|live updates|live coverage|live ticker|liveticker|newsticker|minute by minute",
    "sponsored": (
        "sponsored|sponsored content|sponsored post|advertorial|advertisement feature|advertiser content|advertising"
        " feature"
        "|paid content|paid post|paid partner content|paid partnership|partner content|partnered content|branded"
        " content"
        "|promoted content|promotional content|brand studio|brandvoice|native advertising|sponsor content|presented by"
        "|anzeigensonderveröffentlichung|publireportage|sponsored story|contenu sponsorisé|contenu partenaire"
        "|publi-reportage"
        "|contenido patrocinado|publirreportaje|contenuto sponsorizzato|conteúdo patrocinado"
    ),
    "obituary": "obituary|obituaries|obit|obits|nachruf|nachrufe|nécrologie|obituario|necrológica|necrologio|obituário",
    "correction": (
        "correction|corrections|corrections and clarifications|clarification|clarifications|retraction|berichtigung"
        "|korrektur|korrekturen|richtigstellung|rectificatif|erratum|errata|fe de errores|fe de erratas|corrección"
    ),
}
_GENRE_OF_WORD: dict[str, Genre] = {
    compared(word): genre for genre, words in _WORDS.items() for word in words.split("|")
}
_GENRE_OF_TYPE: dict[str, Genre] = {
    "OpinionNewsArticle": "opinion",
    "AnalysisNewsArticle": "analysis",
    "ReviewNewsArticle": "review",
    "CriticReview": "review",
    "ReportageNewsArticle": "news",
    "LiveBlogPosting": "live_blog",
    "AdvertiserContentArticle": "sponsored",
}
_UNSAID_BY_PAGE = frozenset({"news", "current", "comment", "leader", "letter", "presentedby", "tribune"})
"""Words that are a genre in a record's own field, and something else as a label, a section or a step of an address."""

_PREFIXES: tuple[tuple[Genre, re.Pattern[str]], ...] = (
    (
        "correction",
        re.compile(r"(?:CORRECTED|CORRECTION|REFILE|RETRACTION)\s?[-:(]|(?:Correction|Clarification|Retraction)\s?: "),
    ),
    (
        "opinion",
        re.compile(
            r"(?:Op-?ed|Editorial|Commentary|Guest (?:column|essay)|Letters?(?: to the editor)?|Kommentar|Meinung"
            r"|Leitartikel"
            r"|Kolumne|[ÉE]ditorial|Tribuna?|Opini[oó]n|Column|Columna)\s?[:|] ",
            re.IGNORECASE,
        ),
    ),
    ("analysis", re.compile(r"(?:(?:News )?Analysis|Analyse|An[aá]lisis|D[ée]cryptage)\s?[:|] ", re.IGNORECASE)),
    (
        "review",
        re.compile(
            r"(?:(?:[A-Z][a-z]+ )?Review|Rezension|(?:Film|Buch)kritik|Critique|Reseña)\s?[:|] ",
        ),
    ),
    ("live_blog", re.compile(r"(?:LIVE|Live|Live (?:blog|updates|coverage)|Liveblog|Liveticker)\s?[:|] ")),
    (
        "sponsored",
        re.compile(r"(?:Sponsored|Advertorial|Paid (?:content|post)|Partner content|Anzeige)\s?[:|] ", re.IGNORECASE),
    ),
    ("obituary", re.compile(r"(?:Obituary|Nachruf|N[ée]crologie|Obituario)\s?[:|] ", re.IGNORECASE)),
)
_ENDS: tuple[tuple[Genre, re.Pattern[str]], ...] = (
    ("opinion", re.compile(r" \| (?:Opinion|Editorial|Letters|Commentary|Comment)$")),
    ("obituary", re.compile(r"(?: \| |: | [\u2013\u2014-] )[Oo]bituary$")),
    (
        "review",
        re.compile(r" (?:\||[\u2013\u2014-]) (?:[Ff]ilm |[Bb]ook |[Tt]heatre )?[Rr]eview$| review [\u2013\u2014-] "),
    ),
    (
        "live_blog",
        re.compile(r" [\u2013\u2014-] (?:as it happened|live(?: updates)?!?)$|: live updates$", re.IGNORECASE),
    ),
    ("analysis", re.compile(r" \| (?:[A-Z]\w+ )?Analysis$")),
)
_STEPS: dict[str, Genre] = {
    **dict.fromkeys(
        ("opinion", "opinions", "commentisfree", "op-ed", "oped", "editorials", "editorial", "columnists", "columns"),
        "opinion",
    ),
    **dict.fromkeys(("kommentar", "kommentare", "meinung", "opinión", "idees", "debats"), "opinion"),
    **dict.fromkeys(("analysis", "news-analysis"), "analysis"),
    **dict.fromkeys(("reviews", "review", "film-reviews", "book-reviews", "game-reviews"), "review"),
    **dict.fromkeys(("live-blog", "liveblog", "live-updates", "live-news", "liveticker"), "live_blog"),
    **dict.fromkeys(
        (
            "sponsored",
            "sponsored-content",
            "paid-content",
            "paid-post",
            "partner-content",
            "advertorial",
            "advertorials",
        ),
        "sponsored",
    ),
    **dict.fromkeys(("branded-content", "brandvoice", "brand-studio", "paidpost"), "sponsored"),
    **dict.fromkeys(("obituaries", "obituary", "obits", "nachruf", "nachrufe"), "obituary"),
    **dict.fromkeys(("corrections", "corrections-and-clarifications"), "correction"),
}
_SPONSOR = re.compile(
    r"(?:sponsored|presented|brought to you|paid for) by \S|in (?:paid )?partnership with \S|(?:paid|advertiser"
    r"|promoted|sponsored)"
    r" (?:content|post|story)(?: (?:by|from) \S|$)|advertisement feature$",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class Hints:
    """What an input says that bears on the genre; empty where it says nothing.

    Attributes:
        words: declared genres: a record's field, IPTC's names or codes ('genre:Opinion'), a meta element.
        types: names of types of schema.org.
        labels: the short lines right beside the headline.
    """

    words: tuple[str, ...] = ()
    types: tuple[str, ...] = ()
    labels: tuple[str, ...] = ()
    title: str = ""
    url: str = ""
    section: str = ""


def genre_of(hints: Hints) -> Genre | None:
    """The genre that the plainest of the hints says; None where none does."""
    return next(_said(hints), None)


def recognised(word: str) -> Genre | None:
    """The genre that a declared word or IPTC code means; None for a word that is not known."""
    bare = re.split(r"[/:#]", word.strip().rstrip("/"))[-1]
    return _GENRE_OF_WORD.get(compared(bare)) or _GENRE_OF_WORD.get(compared(word))


def _said(hints: Hints) -> Iterator[Genre]:
    yield from (genre for word in hints.words if (genre := recognised(word)))
    yield from (_GENRE_OF_TYPE[kind] for kind in hints.types if kind in _GENRE_OF_TYPE)
    yield from (genre for label in hints.labels if (genre := _of_label(label)))
    yield from (genre for genre, start in _PREFIXES if start.match(hints.title))
    yield from (genre for genre, end in _ENDS if end.search(hints.title))
    if section := _of_label(hints.section):
        yield section
    yield from _of_address(hints.url)


def _of_label(label: str) -> Genre | None:
    """The genre that a label or a section's name is; of a sponsor's line, whoever the sponsor is."""
    if len(label) <= 120 and _SPONSOR.match(label):
        return "sponsored"
    key = compared(label)
    return None if key in _UNSAID_BY_PAGE else _GENRE_OF_WORD.get(key)


def _of_address(url: str) -> Iterator[Genre]:
    """By the sections of the address; its last step is the story's own name."""
    try:
        steps = urlsplit(url).path.casefold().split("/")[1:-1]
    except ValueError:
        return
    yield from (_STEPS[step] for step in steps[:4] if step in _STEPS)
