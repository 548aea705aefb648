"""A Markdown file becomes its story: front matter, blocks with their kinds, inline marks gone."""

from __future__ import annotations

import pytest

from qa.errors import UnreadableSource
from qa.ingest.markdown import read_markdown

FULL = """---
title: "Bees on the roof: a year on"
source: The Lowmere Echo
authors: [Jane Doe, Tom Ode]
published_at: 2024-05-06T07:00:00+02:00
url: https://echo.example/bees
---

# Bees on the roof: a year on

The *library* has [four hives](https://x.example) on its `roof`,
and <b>no</b> complaints.

## What they make

- eleven jars of honey
- one swarm

> Nobody was stung.

![a hive](hive.jpg)
*The hives in May. Photo: J. Doe*

| year | jars |
| --- | --- |
| 2023 | 4 |
"""


def test_blocks_keep_their_kinds_and_inline_marks_go() -> None:
    article = read_markdown(FULL, origin="bees.md")
    assert [(block.kind, block.text) for block in article.blocks] == [
        ("paragraph", "The library has four hives on its roof, and <b>no</b> complaints."),
        ("heading", "What they make"),
        ("list_item", "eleven jars of honey"),
        ("list_item", "one swarm"),
        ("quote", "Nobody was stung."),
        ("caption", "The hives in May. Photo: J. Doe"),
        ("table", "year\tjars\n2023\t4"),
    ]


def test_front_matter_says_what_is_known_of_the_story() -> None:
    article = read_markdown(FULL, origin="bees.md")
    assert (article.title, article.source) == ("Bees on the roof: a year on", "The Lowmere Echo")
    assert article.authors == ("Jane Doe", "Tom Ode")
    assert article.published_at == "2024-05-06T07:00:00+02:00"
    assert article.url == "https://echo.example/bees"


def test_without_front_matter_the_first_heading_is_the_title() -> None:
    article = read_markdown("# Bees\n\nBy Jane Doe\n\n6 May 2024\n\nFour hives stand on the roof.\n", origin="bees.md")
    assert (article.title, article.published_at, article.authors) == ("Bees", "2024-05-06", ("Jane Doe",))
    assert [block.text for block in article.blocks] == ["Four hives stand on the roof."]


def test_broken_front_matter_is_an_error_with_its_line() -> None:
    with pytest.raises(UnreadableSource, match="front matter") as caught:
        read_markdown("---\ntitle: a: b: c\n---\n\nText.\n", origin="bees.md")
    assert caught.value.line == 2


def test_headings_alone_are_no_article() -> None:
    with pytest.raises(UnreadableSource, match="no article text found"):
        read_markdown("# Bees\n\n## More bees\n", origin="bees.md")
