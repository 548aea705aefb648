"""An HTML page becomes its story: blocks with their kinds, and what the page declares."""

from __future__ import annotations

import json

import pytest

from qa.errors import UnreadableSource
from qa.ingest.html import read_html
from qa.types import Article

FIRST = (
    "The <a href='/x'>harbour</a> of <em>Lowmere</em> froze over on <b>Monday</b> "
    "night, for the first time since 1963, and boats could not leave."
)
SECOND = (
    "Fishermen broke the ice with poles, and by noon a channel as "
    "wide as two boats had been cleared along the eastern wall."
)
THIRD = (
    "The ice is expected to hold until the weekend, the weather "
    "service said, and skaters were asked to keep to the inner basin."
)
TOLD = {
    "@context": "https://schema.org",
    "@graph": [
        {
            "@type": "NewsArticle",
            "headline": "Harbour freezes &amp; boats stay in",
            "datePublished": "2024-01-09T06:30:00+01:00",
            "dateModified": "2024-01-09T18:00:00+01:00",
            "author": [{"@type": "Person", "name": "Jane Doe"}],
            "publisher": {"@type": "Organization", "name": "The Lowmere Echo"},
            "articleSection": "Weather",
        }
    ],
}


def page(body: str, head: str = "") -> str:
    return f"<!DOCTYPE html><html lang='en-GB'><head><meta charset='utf-8'>{head}</head><body>{body}</body></html>"


STORY = f"""<header><nav><ul><li><a href='/'>Home</a></li><li><a href='/n'>News</a></li></ul></nav><time datetime='2026-05-05'>5 May 2026</time></header>
<article><h1>Harbour freezes &amp; boats stay in</h1><p class='byline'>By Jane Doe</p><time datetime='2024-01-09'>9 January 2024</time>
<figure><img src='i.jpg' alt='ice'><figcaption>Ice in the basin. Photo: J. Doe</figcaption></figure>
<p>{FIRST}</p><h2>Poles and saws</h2><p>{SECOND}</p>
<blockquote><p>“I have not seen the like of it in forty winters at sea,” said Ole Brandt, a fisherman of the third generation.</p></blockquote>
<ul><li>The ferry to Skerry stays in port until Thursday.</li><li>The lifeboat has been moved to the outer mole.</li></ul><p>{THIRD}</p></article>
<aside><h3>Most read</h3><ul><li><a href='/c'>Cats of the harbour, and those who feed them</a></li></ul></aside><footer><p>&copy; 2024 The Lowmere Echo</p></footer>"""  # noqa: E501 (a page as it comes)


def kinds(article: Article) -> list[tuple[str, str]]:
    return [(block.kind, block.text[:12]) for block in article.blocks]


def test_blocks_keep_their_kinds_and_furniture_goes() -> None:
    assert kinds(read_html(page(STORY), origin="p.html")) == [
        ("caption", "Ice in the b"),
        ("paragraph", "The harbour "),
        ("heading", "Poles and sa"),
        ("paragraph", "Fishermen br"),
        ("quote", "“I have not "),
        ("list_item", "The ferry to"),
        ("list_item", "The lifeboat"),
        ("paragraph", "The ice is e"),
    ]


def test_links_and_emphasis_do_not_part_a_paragraph() -> None:
    article = read_html(page(STORY), origin="p.html")
    assert article.blocks[1].text.startswith("The harbour of Lowmere froze over on Monday night, for the first time")


def test_what_json_ld_declares_is_believed_first() -> None:
    head = (
        f"<script type='application/ld+json'>{json.dumps(TOLD)}</script><link "
        f"rel='canonical' href='https://echo.example/ice'>"
    )
    article = read_html(page(STORY, head), origin="p.html")
    assert (article.title, article.source, article.authors) == (
        "Harbour freezes & boats stay in",
        "The Lowmere Echo",
        ("Jane Doe",),
    )
    assert article.published_at == "2024-01-09T06:30:00+01:00"
    assert article.updated_at == "2024-01-09T18:00:00+01:00"
    assert (article.url, article.section, article.language) == ("https://echo.example/ice", "Weather", "en-GB")


def test_a_date_below_the_headline_is_believed_and_the_visit_day_above_is_not() -> None:
    article = read_html(page(STORY), origin="p.html")
    assert article.published_at == "2024-01-09"
    assert article.source == "The Lowmere Echo"
    assert article.authors == ("Jane Doe",)


def test_meta_elements_are_believed_where_json_ld_is_broken() -> None:
    head = (
        "<script type='application/ld+json'>{broken</script><meta property='og:site_name' content='Echo'>"
        "<meta property='article:published_time' content='2024-01-09T07:00:00Z'>"
    )
    article = read_html(page(STORY, head), origin="p.html")
    assert (article.source, article.published_at) == ("Echo", "2024-01-09T07:00:00+00:00")


def test_a_line_break_in_a_sentence_parts_nothing_and_between_sentences_it_does() -> None:
    body = (
        f"<article><h1>Harbour freezes</h1><p>{SECOND}<br>{THIRD}</p><p>Boats stay<br>in "
        f"port until the ice is gone, said the owner of the yard on Friday.</p></article>"
    )
    texts = [block.text for block in read_html(page(body), origin="p.html").blocks]
    assert texts[:2] == [SECOND, THIRD]
    assert texts[2].startswith("Boats stay in port")


def test_a_page_without_a_story_is_an_error() -> None:
    with pytest.raises(UnreadableSource, match="no article text found"):
        read_html(page("<nav><a href='/'>Home</a></nav>"), origin="p.html")
