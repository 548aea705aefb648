"""What a page says of its story is read wherever it says it, and what is said of other things is not taken for it."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.ingest.html import parse, read_html
from qa.ingest.page.jsonld import values_in
from qa.ingest.page.metadata import Metadata, read_metadata
from qa.types import Notice

TITLE = "Harbour of Lowmere freezes over"
PROSE = (
    "The harbour of Lowmere froze over on Monday night, for the first time since 1963, and the boats of its nine"
    " fishermen could not leave for the banks, the harbour master said."
)
STORY = f"<p>{PROSE}</p><p>{PROSE.replace('Monday', 'Tuesday')}</p><p>{PROSE.replace('nine', 'ten')}</p>"


def page(head: str = "", above: str = "", below: str = "", after: str = "", title: str = TITLE) -> str:
    return (
        f"<!DOCTYPE html><html lang='en'><head><title>{title} | The Lowmere Echo</title>{head}</head><body>"
        f"<header><div class='top'>{above}</div></header><main><article><h1>{title}</h1>{below}{STORY}</article></main>"
        f"{after}</body></html>"
    )


def read(text: str) -> Metadata:
    return read_metadata(parse(text, origin="p.html"))


def told(**fields: Any) -> str:
    thing = {"@context": "https://schema.org", "@type": "NewsArticle", "headline": TITLE, **fields}
    return f"<script type='application/ld+json'>{json.dumps(thing)}</script>"


def meta(name: str, content: str) -> str:
    return f'<meta property="{name}" content="{content}">'


@pytest.mark.parametrize(
    "script",
    [
        '{"@type": "NewsArticle", "datePublished": "2024-01-09",}',
        '<!-- {"@type": "NewsArticle", "datePublished": "2024-01-09"} -->',
        '{"@type": "NewsArticle", "headline": "A &quot;cold&quot; day", "datePublished": "2024-01-09",}',
        '//<![CDATA[\n{"@type": "NewsArticle", "datePublished": "2024-01-09"}\n//]]>',
        '/* <![CDATA[ */{"@type": "NewsArticle", "datePublished": "2024-01-09"}/* ]]> */',
        '{"@type": "NewsArticle", "description": "one\nline, ]", "datePublished": "2024-01-09"};',
        '{"@type": "WebSite"}{"@type": "NewsArticle", "datePublished": "2024-01-09"}',
        '[[{"@type": ["Thing", "NewsArticle"], "datePublished": "2024-01-09"}]]',
        '{"@graph": [{"@type": "WebSite"}, {"@type": "NewsArticle", "datePublished": ["2024-01-09"]}]}',
        '{"@type": "WebPage", "mainEntity": {"@type": "http://schema.org/NewsArticle", "datePublished": "2024-01-09"}}',
        "{&quot;@type&quot;: &quot;NewsArticle&quot;, &quot;datePublished&quot;: &quot;2024-01-09&quot;}",
        '{"@type": "WebPage", "datePublished": "2024-01-09"}',
    ],
)
def test_json_ld_is_read_in_every_shape_and_where_it_is_broken_in_a_usual_way(script: str) -> None:
    found = read(page(f"<script type='application/ld+json; charset=utf-8'>{script}</script>"))
    assert (found.published_at, found.provenance["published_at"]) == ("2024-01-09", "json-ld")


def test_commas_inside_texts_survive_the_repair() -> None:
    assert list(values_in('{"headline": "Ice, ]snow, }",}')) == [{"headline": "Ice, ]snow, }"}]


@given(st.text())
def test_no_script_raises(text: str) -> None:
    list(values_in(text))


def test_references_inside_a_graph_are_followed() -> None:
    graph = [
        {"@type": "Article", "headline": TITLE, "author": {"@id": "#jane"}, "publisher": {"@id": "#echo"}},
        {"@type": "Person", "@id": "#jane", "name": "Jane Doe"},
        {"@type": "Organization", "@id": "#echo", "name": "The Lowmere Echo"},
    ]
    found = read(page(f"<script type='application/ld+json'>{json.dumps({'@graph': graph})}</script>"))
    assert (found.authors, found.source) == (("Jane Doe",), "The Lowmere Echo")


def test_of_several_stories_in_json_ld_the_pages_own_is_taken() -> None:
    other = told(headline="Ferry to Skerry cancelled", datePublished="2020-02-02")
    assert read(page(other + told(datePublished="2024-01-09"))).published_at == "2024-01-09"


def test_where_no_story_of_several_has_the_pages_headline_none_is_believed() -> None:
    others = told(headline="Ferry to Skerry cancelled", datePublished="2020-02-02")
    others += told(headline="Council bans geese", datePublished="2021-03-03")
    assert read(page(others)).published_at is None


def test_the_marked_teaser_of_another_story_is_not_the_pages_story() -> None:
    teaser = """<div itemscope itemtype='https://schema.org/NewsArticle'><b itemprop='headline'>Ferry cancelled</b>
    <meta itemprop='datePublished' content='2020-02-02'></div>"""
    assert read(page(after=teaser)).published_at is None


def test_microdata_belongs_to_the_nearest_scope() -> None:
    text = f"""<html><body><div itemscope itemtype='https://schema.org/NewsArticle'><h1 itemprop='headline'>{TITLE}</h1>
    <span itemprop='author' itemscope itemtype='https://schema.org/Person'><b itemprop='name'>Jane Doe</b></span>
    <meta itemprop='datePublished' content='2024-01-09T06:30:00+01:00'>{STORY}
    <div itemprop='comment' itemscope itemtype='https://schema.org/Comment'><time itemprop='datePublished'
    datetime='2024-03-03'>3 March</time><i itemprop='author'>Ole Brandt</i></div></div></body></html>"""
    found = read(text)
    assert (found.published_at, found.authors) == ("2024-01-09T06:30:00+01:00", ("Jane Doe",))
    assert found.provenance["published_at"] == found.provenance["authors"] == "microdata"


def test_rdfa_is_read_as_microdata_is() -> None:
    text = f"""<html><body><div vocab='http://schema.org/' typeof='schema:NewsArticle'>
    <h1 property='schema:headline'>{TITLE}</h1>
    <span property='schema:datePublished' content='2024-01-09'>yesterday</span>
    <em property='schema:articleSection'>Weather</em>
    <b rel='schema:author' property='schema:author' typeof='schema:Person'><i property='schema:name'>Jane Doe</i></b>
    {STORY}</div></body></html>"""
    found = read(text)
    assert (found.published_at, found.section, found.authors) == ("2024-01-09", "Weather", ("Jane Doe",))


@pytest.mark.parametrize(
    "name",
    [
        "article:published_time",
        "dc.date.issued",
        "DCTERMS.created",
        "parsely-pub-date",
        "sailthru.date",
        "citation_date",
        "pubdate",
    ],
)
def test_the_day_is_read_from_meta_elements(name: str) -> None:
    found = read(page(meta(name, "2024-01-09")))
    assert (found.published_at, found.provenance["published_at"]) == ("2024-01-09", "meta")


@pytest.mark.parametrize(
    "below",
    [
        "<p class='meta'>By Jane Doe | 9 January 2024</p>",
        "<time datetime='2024-01-09'>Tuesday</time>",
        "<p>Updated: 10 January 2024</p><p>Published: 9 January 2024</p>",
        "<div>Posted on</div><div>January 9, 2024</div>",
    ],
)
def test_a_day_that_is_printed_below_the_headline_is_taken(below: str) -> None:
    found = read(page(below=below))
    assert (found.published_at, found.provenance["published_at"]) == ("2024-01-09", "page")


def test_a_day_right_above_the_headline_in_its_own_box_is_taken() -> None:
    text = page().replace("<h1>", "<div class='kicker'>Weather</div><time>9 January 2024</time><h1>")
    assert read(text).published_at == "2024-01-09"


def test_a_day_behind_the_story_is_taken_where_it_says_what_it_is() -> None:
    text = page().replace("</article>", "<p>First published on 9 January 2024</p></article>")
    assert read(text).published_at == "2024-01-09"


@pytest.mark.parametrize(
    "text",
    [
        page(above="<p>Tuesday, 5 May 2026</p><p>Lowmere 7 °C</p>"),
        page(above="<time datetime='2026-05-05'>Tuesday, 5 May 2026</time>"),
        page(head="<meta http-equiv='last-modified' content='Tue, 05 May 2026 10:00:00 GMT'>"),
        page(head=meta("last-modified", "2026-05-05")),
        page(after="<footer>&copy; 2026 The Lowmere Echo. 5 May 2026</footer>"),
        page(after="<section id='comments'><p>Ole Brandt</p><time datetime='2026-05-05'>5 May 2026</time></section>"),
        page(
            after="<div class='related-stories'><h3>Ferry sails</h3><time datetime='2026-05-05'>5 May 2026</time></div>"
        ),
        page(below="<aside><p>5 May 2026</p></aside>"),
        page(below="<div class='related-stories'><p>5 May 2026</p></div>"),
        page().replace("<h1>", "<p>5 May 2026</p><p>Mild</p><p>Log in</p><p>Menu</p><p>Search</p><h1>"),
        page(below="<p>Updated 5 May 2026</p>"),
        page(below="<p>3 days ago</p>"),
        page(head=told(datePublished="0001-01-01T00:00:00Z")),
        page(head=meta("article:published_time", "1970-01-01T00:00:00+00:00")),
    ],
)
def test_the_day_of_the_visit_and_the_days_of_other_things_are_not_the_day_of_publication(text: str) -> None:
    assert read(text).published_at is None


def test_two_places_outvote_a_declared_day_that_no_other_place_gives() -> None:
    text = page(
        head=told(datePublished="2026-05-05T10:00:00Z") + meta("article:published_time", "2024-01-09"),
        below="<p>9 January 2024</p>",
    )
    assert (read(text).published_at, read(text).provenance["published_at"]) == ("2024-01-09", "meta")


def test_one_place_does_not_outvote_what_is_declared() -> None:
    assert (
        read(page(head=told(datePublished="2024-01-09"), below="<p>20 January 2024</p>")).published_at == "2024-01-09"
    )


@pytest.mark.parametrize(
    ("shown", "published"),
    [
        ("January 8, 2024 at 11:30 pm ET", "2024-01-08T23:30:00-05:00"),
        ("January 8, 2024 at 8:30 PM", "2024-01-08T20:30:00-08:00"),
        ("January 8, 2024 at 8:41 PM", "2024-01-09T04:30:00+00:00"),
        ("9 January 2024", "2024-01-09T04:30:00+00:00"),
    ],
)
def test_a_moment_in_utc_is_given_by_the_clock_that_the_page_prints_it_by(shown: str, published: str) -> None:
    assert read(page(told(datePublished="2024-01-09T04:30:00Z"), below=f"<p>{shown}</p>")).published_at == published


def test_a_distance_from_utc_is_kept_as_it_is_declared() -> None:
    assert read(page(told(datePublished="2024-01-09T06:30:00+05:30"))).published_at == "2024-01-09T06:30:00+05:30"


def test_a_change_is_kept_where_it_is_another_moment() -> None:
    same = told(datePublished="2024-01-09T06:30:00Z", dateModified="2024-01-09T06:30:20Z")
    later = told(datePublished="2024-01-09T06:30:00Z", dateModified="2024-01-10T08:00:00Z")
    assert [read(page(head)).updated_at for head in (same, later)] == [None, "2024-01-10T08:00:00+00:00"]


def test_the_printed_headline_wins_where_it_words_the_declared_one_otherwise() -> None:
    text = page(meta("og:title", "Why the harbour of Lowmere froze this winter"))
    text = text.replace(f"<title>{TITLE}", "<title>Lowmere harbour froze: what to know")
    assert (read(text).title, read(text).provenance["title"]) == (TITLE, "page")


def test_a_heading_that_names_the_site_or_something_else_is_no_headline() -> None:
    for other in ("The Lowmere Echo", "Subscribe to our newsletter"):
        text = page(meta("og:title", TITLE) + meta("og:site_name", "The Lowmere Echo")).replace(
            f"<h1>{TITLE}", f"<h1>{other}"
        )
        assert (read(text).title, read(text).provenance["title"]) == (TITLE, "meta")


def test_the_outlet_is_the_name_that_most_places_give() -> None:
    agency = told(publisher={"@type": "Organization", "name": "North Sea Wire"})
    found = read(page(agency + meta("og:site_name", "The Lowmere Echo")))
    assert (found.source, found.provenance["source"]) == ("The Lowmere Echo", "meta")


def test_an_outlet_is_found_beside_the_headline_in_the_pages_title() -> None:
    text = page().replace(f"{TITLE} | The Lowmere Echo", f"The Lowmere Echo: {TITLE}")
    assert read(text).source == "The Lowmere Echo"


@pytest.mark.parametrize(
    ("text", "authors"),
    [
        (page(below="<p>By Jane Doe and Ole Brandt in Lowmere</p>"), ("Jane Doe", "Ole Brandt")),
        (page(below="<p class='byline'>JANE DOE</p>"), ("Jane Doe",)),
        (page(told(author=[{"name": "Jane Doe"}, {"name": "Ole Brandt"}])), ("Jane Doe", "Ole Brandt")),
        (page(told(author="By JANE DOE, Harbour correspondent")), ("Jane Doe",)),
        (page(told(author={"name": "Jane Doe, MD, PhD"})), ("Jane Doe",)),
        (page(told(author={"name": "admin"}), below="<p>By Jane Doe</p>"), ("Jane Doe",)),
        (page(told(author={"name": "The Lowmere Echo"}), below="<p>By Jane Doe</p>"), ("Jane Doe",)),
        (page(meta("article:author", "https://social.example/echo")), ()),
    ],
)
def test_authors_are_people_before_they_are_outlets(text: str, authors: tuple[str, ...]) -> None:
    assert read(text).authors == authors


@pytest.mark.parametrize(
    ("links", "url"),
    [
        (
            "<link rel='canonical' href='https://echo.example/ice-in-the-harbour'>",
            "https://echo.example/ice-in-the-harbour",
        ),
        (
            "<link rel='canonical' href='/2024/ice'><meta property='og:url' content='https://echo.example/2024/ice?ref=x'>",
            "https://echo.example/2024/ice",
        ),
        ("<base href='https://echo.example/'><link rel='canonical' href='2024/ice'>", "https://echo.example/2024/ice"),
        (
            "<link rel='canonical' href='https://echo.example/'><meta property='og:url' content='https://echo.example/2024/ice'>",
            "https://echo.example/2024/ice",
        ),
        (
            "<link rel='canonical' href='https://wire.test/news'><meta property='og:url' content='https://echo.example/2024/ice'>",
            "https://echo.example/2024/ice",
        ),
        ("<link rel='canonical' href='/2024/ice'>", None),
        ("<link rel='canonical' href='https://echo.example'>", None),
        ("<link rel='canonical' href='javascript:void(0)'>", None),
    ],
)
def test_an_address_is_trusted_where_it_can_be_the_storys(links: str, url: str | None) -> None:
    assert read(page(links)).url == url


def test_every_field_says_where_it_came_from() -> None:
    head = told(
        datePublished="2024-01-09", dateModified="2024-01-11", articleSection="Weather", author={"name": "Jane Doe"}
    )
    article = read_html(page(head + meta("og:url", "https://echo.example/2024/ice")), origin="p.html")
    assert article.provenance == {
        "title": "page",
        "source": "page",
        "authors": "json-ld",
        "published_at": "json-ld",
        "updated_at": "json-ld",
        "url": "meta",
        "language": "page",
        "section": "json-ld",
    }


@pytest.mark.parametrize(
    ("text", "genre", "whence"),
    [
        (page(told(**{"@type": "OpinionNewsArticle"})), "opinion", "json-ld"),
        (page(told(genre="Obituary")), "obituary", "json-ld"),
        (page(below="<p>Paid content by Lowmere Ferries</p>"), "sponsored", "page"),
        (page(title="Live: Harbour of Lowmere freezes over"), "live_blog", "page"),
        (page(meta("og:url", "https://echo.example/opinion/2024/ice")), "opinion", "page"),
        (page(told()), None, None),
    ],
)
def test_the_genre_of_a_page(text: str, genre: str | None, whence: str | None) -> None:
    article = read_html(text, origin="p.html")
    assert (article.genre, article.provenance.get("genre")) == (genre, whence)


def test_corrections_in_markup_and_text_are_kept_as_notices() -> None:
    head = told(correction={"@type": "CorrectionComment", "text": "The boats are nine.", "datePublished": "2024-01-12"})
    line = "This article was amended on 13 January 2024 to correct the name of the harbour master, Jane Doe of Lowmere."
    text = page(head).replace("</article>", f"<p>{line}</p></article>")
    assert read_html(text, origin="p.html").notices == (
        Notice("correction", "The boats are nine.", "2024-01-12", declared=True),
        Notice("correction", line, "2024-01-13"),
    )
