"""/: the page around the widget. It says what the archive holds, and how to fill an empty one."""

from __future__ import annotations

from collections.abc import Iterable

from api.markup import page
from qa.catalogue import Counts
from qa.markup import Markup, tag
from qa.types import Source

LOOKED_AT = 20
"""Of the newest articles, for headlines to begin with."""
_SUGGESTED = 4
_LONGEST_HEADLINE = 90


def render(counts: Counts, sources: tuple[str, ...], newest: Iterable[Source] = ()) -> str:
    """The page over an archive that holds so much; ``newest``: some of its articles, newest first."""
    return page(
        "Ask the archive",
        tag(
            "main",
            tag(
                "header",
                tag("h1", "Ask the archive"),
                _holdings(counts, sources) if counts.articles else _how_to_fill(),
                class_="masthead",
            ),
            tag("archive-chat", layout="page", suggestions="|".join(_headlines(newest)) or None),
            tag(
                "noscript",
                tag("p", "Asking needs JavaScript. The articles themselves can be read without it."),
            ),
            class_="chat",
        ),
        head=tag("script", type="module", src="/widget.js"),
    )


def _headlines(newest: Iterable[Source]) -> list[str]:
    """Of one report each, and by themselves: as a question a headline is answered from its own article. What is made of
    one by rule ("What is known about …?") is refused now and then.
    """
    titles: dict[str, str] = {}
    for one in newest:
        titles.setdefault(one.report or one.article_id, one.title.strip())
    fitting = (
        title for title in dict.fromkeys(titles.values()) if len(title) <= _LONGEST_HEADLINE and "|" not in title
    )
    return list(fitting)[:_SUGGESTED]


def _holdings(counts: Counts, sources: tuple[str, ...]) -> Markup:
    # Not "from": some articles may name no source.
    named = f" Sources: {_listed(sources)}." if sources else ""
    return tag(
        "p",
        f"{counts.articles:,} {_plural('article', counts.articles)}.{named}",
        class_="holdings",
    )


def _listed(sources: tuple[str, ...]) -> str:
    if len(sources) > 4:
        return f"{', '.join(sources[:3])} and {len(sources) - 3} more"
    return " and ".join(filter(None, (", ".join(sources[:-1]), sources[-1])))


def _plural(word: str, count: int) -> str:
    return word if count == 1 else word + "s"


def _how_to_fill() -> Markup:
    return tag(
        "div",
        tag("p", "The archive is empty. Add articles, then ask:"),
        tag("pre", tag("code", "qa ingest FOLDER")),
        tag("p", "A folder of text, HTML, Markdown or JSON Lines files, single files, or web addresses."),
        class_="notice",
    )
