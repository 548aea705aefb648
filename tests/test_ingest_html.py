"""An HTML page becomes its story: blocks with their kinds, and what the page declares."""

from __future__ import annotations

import json

import pytest

from qa.errors import UnreadableSource
from qa.ingest.html import read_html
from qa.types import NUMBERED, Article

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


def texts(body: str, head: str = "") -> list[str]:
    return [block.text for block in read_html(page(body, head), origin="p.html").blocks]


def test_comments_longer_than_the_story_do_not_take_its_place() -> None:
    comments = "".join(
        f"<li><div><div><p>I have lived here for {n} years and never saw the ice hold for so long, nor did my "
        f"mother.</p></div></div></li>"
        for n in range(12)
    )
    body = f"<div><h1>Harbour freezes</h1><p>{SECOND}</p><p>{THIRD}</p></div><div><ol>{comments}</ol></div>"
    assert texts(body) == [SECOND, THIRD]


def test_what_names_itself_as_something_else_is_left_out() -> None:
    box = f"<div class='story-related'><p>{THIRD}</p></div><div id='newsletter_signup'><p>{SECOND.upper()}</p></div>"
    body = f"<article><p>{SECOND}</p>{box}<p class='has-sidebar'>{THIRD[:-1]} and stay there.</p></article>"
    assert texts(body) == [SECOND, f"{THIRD[:-1]} and stay there."]


def test_an_unlucky_name_around_the_whole_story_costs_nothing() -> None:
    body = f"<form class='widget sidebar'><h1>Harbour freezes</h1><p>{SECOND}</p><p>{THIRD}</p></form>"
    assert texts(body)[-2:] == [SECOND, THIRD]


def test_the_body_that_says_so_is_taken_though_a_list_of_news_is_longer() -> None:
    news = "".join(f"<li>{THIRD} It was the {n}th day.</li>" for n in range(4))
    body = f"<ul>{news}</ul><div itemprop='articleBody'>{SECOND}<br><br>{THIRD}<br></div>"
    assert texts(body) == [SECOND, THIRD]


def test_links_to_other_stories_go_with_the_line_above_them() -> None:
    links = "<h4>More:</h4><ul><li><a href='/a'>Ice roads open</a></li><li><a href='/b'>Ferry stuck again</a></li></ul>"
    lead = "<p>See also: <a href='/c'>How the mole was built</a></p>"
    body = f"<article><p>{SECOND}</p>{lead}{links}<p>{THIRD}</p></article>"
    assert texts(body) == [SECOND, THIRD]


def test_a_section_heading_that_is_a_link_stays() -> None:
    body = f"<article><p>{SECOND}</p><h2><a href='/basin'>The inner basin</a></h2><p>{THIRD}</p></article>"
    assert texts(body) == [SECOND, "The inner basin", THIRD]


def test_a_heading_that_is_never_closed_makes_no_headings_of_the_story() -> None:
    long = " ".join([SECOND, THIRD] * 2)
    blocks = read_html(
        page(f"<article><h2>Poles and saws<div><p>{long}</p><p>{SECOND}</p></div>"), origin="p.html"
    ).blocks
    assert {block.kind for block in blocks if len(block.text) > 60} == {"paragraph"}


def test_a_table_that_lays_out_the_page_gives_paragraphs_and_one_of_figures_stays_a_table() -> None:
    figures = "<table><tr><th>Day</th><th>Ice</th></tr><tr><td>Monday</td><td>4 cm</td></tr></table>"
    body = f"<table><tr><td>{FIRST}<br><br>{SECOND}<br><br>{THIRD}{figures}</td></tr></table>"
    blocks = read_html(page(body), origin="p.html").blocks
    assert [block.kind for block in blocks] == ["paragraph"] * 3 + ["table"]
    assert blocks[3].text == "Day\tIce\nMonday\t4 cm"


def test_text_that_a_page_hides_inside_a_sentence_is_not_read() -> None:
    hidden = "<span style='display: none'>Popular: Cats of the harbour</span>"
    assert texts(f"<article><p>{SECOND[:40]}{hidden}{SECOND[40:]}</p><p>{THIRD}</p></article>") == [SECOND, THIRD]


def test_a_line_signed_by_its_reporters_is_a_tagline() -> None:
    body = f"<article><p>{SECOND}</p><p>{THIRD}</p><p>(Reporting by Jane Doe; editing by Ole Brandt)</p></article>"
    assert read_html(page(body), origin="p.html").blocks[-1].kind == "tagline"


def test_a_heading_named_comments_in_the_midst_of_a_story_does_not_end_it() -> None:
    body = f"<article><p>{SECOND}</p><h2>Discussion</h2><p>{THIRD} {THIRD}</p><p>{THIRD} {SECOND}</p></article>"
    assert texts(body)[-1] == f"{THIRD} {SECOND}"


def test_a_long_paragraph_that_speaks_of_a_map_is_no_caption() -> None:
    text = f"{SECOND} {SECOND} The harbour master keeps the old map – drawn for the lifeboats in 1963 – in his office."
    blocks = read_html(page(f"<article><p>{THIRD}</p><p>{text}</p></article>"), origin="p.html").blocks
    assert [block.kind for block in blocks] == ["paragraph", "paragraph"]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "<div>" * 3000 + SECOND,
        "<p>" + "<b>" * 3000 + SECOND,
        "<table>" * 300 + SECOND,
        "<ul><li>" * 400 + f"<a href='x'>{SECOND}",
        "<h2>Poles and saws</h2>" * 3000,
        f"<p>{'<br>' * 3000}{SECOND}",
        "<div class='comments'>" * 100 + f"<p>{SECOND}",
    ],
)
def test_a_page_of_any_shape_is_an_article_or_an_error_of_ingest(body: str) -> None:
    try:
        blocks = read_html(page(body), origin="p.html").blocks
    except UnreadableSource:
        return
    assert all(block.text for block in blocks)
    assert any(block.kind in NUMBERED for block in blocks)
