"""A whole page of the service in our own dress."""

from __future__ import annotations

from qa.markup import Content, tag


def page(title: str, *body: Content, head: Content = None, language: str | None = None) -> str:
    """A whole document in our own dress."""
    described = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", name="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name="color-scheme", content="light dark"),
        tag("title", title),
        tag("link", rel="icon", href="/assets/icon.svg", type="image/svg+xml"),
        tag("link", rel="stylesheet", href="/assets/page.css"),
        head,
    )
    return "<!doctype html>\n" + tag("html", described, tag("body", *body), lang=language or "en-GB") + "\n"
