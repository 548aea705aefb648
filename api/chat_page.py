"""/: the page around the widget. It says what the archive holds, and how to fill an empty one."""

from __future__ import annotations

from api.markup import page
from qa.catalogue import Counts
from qa.markup import Markup, tag


def render(counts: Counts, sources: tuple[str, ...]) -> str:
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
            tag("archive-chat", layout="page"),
            tag(
                "noscript",
                tag("p", "Asking needs JavaScript. The articles themselves can be read without it."),
            ),
            class_="chat",
        ),
        head=tag("script", type="module", src="/widget.js"),
    )


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
