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
        ("paragraph", "The library has four hives on its roof, and no complaints."),
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


def test_a_file_that_opens_with_a_table_is_called_by_it_on_one_line() -> None:
    article = read_markdown("| Day | cm |\n| - | - |\n| Monday | 12 |\n\nThe ice bears.\n", origin="ice.md")
    assert article.title == "Day cm Monday 12"


def test_broken_front_matter_is_an_error_with_its_line() -> None:
    with pytest.raises(UnreadableSource, match="front matter") as caught:
        read_markdown("---\ntitle: a: b: c\n---\n\nText.\n", origin="bees.md")
    assert caught.value.line == 2


def test_headings_alone_are_no_article() -> None:
    with pytest.raises(UnreadableSource, match="no article text found"):
        read_markdown("# Bees\n\n## More bees\n", origin="bees.md")


def kinds_and_texts(text: str) -> list[tuple[str, str]]:
    return [(block.kind, block.text) for block in read_markdown(text, origin="bees.md").blocks]


def test_raw_markup_leaves_its_text_in_blocks_of_their_kinds() -> None:
    markup = (
        "<blockquote><p>Nobody was stung.</p></blockquote>\n<!-- to do -->\n<script>var a = 1;</script>\n"
        "<figure><img src='a.jpg'><figcaption>A hive in May</figcaption></figure>"
    )
    assert kinds_and_texts(f"Four hives stand there.\n\n{markup}\n") == [
        ("paragraph", "Four hives stand there."),
        ("quote", "Nobody was stung."),
        ("caption", "A hive in May"),
    ]


def test_words_in_emphasis_right_below_a_picture_are_its_caption() -> None:
    assert kinds_and_texts("![a hive](a.jpg)\n\n*The hives in May.*\n\n*Nobody* was stung.\n") == [
        ("caption", "The hives in May."),
        ("paragraph", "Nobody was stung."),
    ]


def test_numbers_of_footnotes_go_and_their_texts_stay() -> None:
    assert kinds_and_texts("Five hives.[^1]\n\n[^1]: Four, says the roof committee.\n") == [
        ("paragraph", "Five hives."),
        ("paragraph", "Four, says the roof committee."),
    ]


def test_who_reported_is_a_tagline_and_who_reports_is_news() -> None:
    text = "Reporting by two beekeepers led to the law.\n\n*(Reporting by Ann Lee; Editing by Tom Ode)*\n\nAFP/tj\n"
    assert [kind for kind, _ in kinds_and_texts(text)] == ["paragraph", "tagline", "tagline"]


def test_what_the_page_says_to_its_visitors_is_left_out() -> None:
    text = "Four hives stand there.\n\nShare on Facebook\n\nNobody was stung.\n"
    assert kinds_and_texts(text) == [("paragraph", "Four hives stand there."), ("paragraph", "Nobody was stung.")]
