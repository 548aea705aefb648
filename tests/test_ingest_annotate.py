"""Every reader says where each field came from, and fills in what fields and text tell."""

from __future__ import annotations

import json
from collections.abc import Iterator

import pytest

from qa.errors import IngestError
from qa.ingest import read_bytes
from qa.ingest.annotate import FIELDS, annotated, filled, located
from qa.ingest.syndication.feeds import read_feed
from qa.types import Article, Block, Notice

FIRST = "The harbour of Lowmere froze over on Monday night, for the first time since 1963, and boats could not leave."
LAST = "Correction: An earlier version of this article gave another year for the last frost of the harbour of Lowmere."
XML = "<?xml version='1.0' encoding='utf-8'?>"
PARAGRAPHS = f"<p>{FIRST}</p><p>{LAST}</p>"
ESCAPED = PARAGRAPHS.replace("<", "&lt;")

SOURCES = {
    "record": json.dumps(
        {
            "title": "Opinion: Ice",
            "paragraphs": [FIRST, LAST],
            "published_at": "2024-01-09",
            "url": "https://echo.example/2024/ice",
        }
    ),
    "ninjs": json.dumps(
        {
            "uri": "urn:x",
            "type": "text",
            "headline": "Ice",
            "versioncreated": "2024-01-09T08:30:00Z",
            "body_html": PARAGRAPHS,
            "genre": [{"code": "genre:Opinion"}],
        }
    ),
    "nitf": f"{XML}<nitf><head><title>Ice</title><tobject><tobject.property"
    f" tobject.property.type='opinion'/></tobject><docdata>"
    f"<date.issue norm='20240109'/></docdata></head><body><body.content>{PARAGRAPHS}</body.content></body></nitf>",
    "newsml": f"{XML}<newsItem guid='urn:x' xmlns='http://iptc.org/std/nar/2006-10-01/'><itemMeta><itemClass"
    f" qcode='ninat:text'/>"
    "<firstCreated>2024-01-09T08:30:00Z</firstCreated></itemMeta><contentMeta><headline>Ice</headline><genre"
    " qcode='genre:Opinion'/>"
    f"</contentMeta><contentSet><inlineXML><html"
    f" xmlns='http://www.w3.org/1999/xhtml'><body>{PARAGRAPHS}</body></html></inlineXML>"
    "</contentSet></newsItem>",
    "wordpress": f"{XML}<rss xmlns:content='http://purl.org/rss/1.0/modules/content/'"
    f" xmlns:wp='http://wordpress.org/export/1.2/'><channel>"
    "<title>The Echo</title><wp:wxr_version>1.2</wp:wxr_version><item><title>Opinion: Ice</title><pubDate>Tue, 09"
    " Jan 2024 08:30:00 +0000"
    f"</pubDate><content:encoded>{ESCAPED}</content:encoded><wp:post_type>post</wp:post_type><wp:status>publish</wp:status></item></channel></rss>",
    "feed": f"{XML}<rss version='2.0' xmlns:content='http://purl.org/rss/1.0/modules/content/'><channel><title>The"
    f" Echo</title><item>"
    f"<title>Opinion: Ice</title><pubDate>Tue, 09 Jan 2024 08:30:00"
    f" GMT</pubDate><content:encoded>{ESCAPED}</content:encoded></item></channel></rss>",
    "page": f"<html><head><title>x</title></head><body><h1>Opinion: Ice in the harbour</h1><p>Published 9 January"
    f" 2024</p>{PARAGRAPHS}</body></html>",
    "file": f"---\ntitle: 'Opinion: Ice'\ndate: 2024-01-09\n---\n\n{FIRST}\n\n{LAST}\n",
    "copied": f"Home\n\nOpinion: Ice in the harbour\n\nPublished 9 January"
    f" 2024\n\n{FIRST}\n\n{FIRST.replace('Monday', 'Tuesday')}\n\n{LAST}\n",
}
WHENCE = {"ninjs": "record", "nitf": "record", "newsml": "record", "wordpress": "record", "copied": "page"}


@pytest.mark.parametrize("name", SOURCES)
def test_every_reader_gives_genre_notices_and_a_provenance_for_each_field(name: str) -> None:
    (article,) = read_bytes(SOURCES[name].encode(), origin="x")
    assert isinstance(article, Article), article
    assert (article.genre, [notice.kind for notice in article.notices]) == ("opinion", ["correction"])
    assert set(article.provenance) == {field for field in FIELDS if getattr(article, field)}
    assert article.provenance["published_at"] == WHENCE.get(name, name)


def test_a_records_own_word_for_a_genre_is_kept_where_it_is_not_known() -> None:
    line = {"title": "Opinion: Ice", "text": FIRST}
    words = [read_bytes(json.dumps({**line, "genre": word}).encode(), origin="x") for word in ("Feature", "Op-Ed")]
    assert [article.genre for (article,) in words if isinstance(article, Article)] == ["Feature", "opinion"]


def test_of_a_followed_entry_each_field_says_whether_page_or_feed_gave_it() -> None:
    feed = f"{XML}<rss version='2.0'><channel><title>The Echo</title><item><title>Ice</title>"
    feed += "<link>https://echo.example/2024/ice</link>"
    feed += "<pubDate>Tue, 09 Jan 2024 08:30:00 GMT</pubDate><description>Short.</description></item></channel></rss>"
    page = annotated(Article(title="Ice in the harbour", blocks=(Block("paragraph", FIRST),)), "page")

    def follow(_url: str, _mark: str) -> Iterator[Article | IngestError]:
        yield page

    (article,) = read_feed(Once(feed.encode()), origin="x", follow=follow)
    assert isinstance(article, Article)
    assert article.provenance == {"title": "page", "source": "feed", "published_at": "feed", "url": "feed"}


class Once:
    """Bytes, as a stream."""

    def __init__(self, data: bytes) -> None:
        self.data = data

    def read(self, _size: int = -1) -> bytes:
        data, self.data = self.data, b""
        return data


def test_annotating_twice_changes_nothing() -> None:
    notice = Notice("correction", "The boats are nine.")
    article = Article(
        title="Live: Ice", blocks=(Block("paragraph", FIRST), Block("paragraph", LAST)), notices=(notice,)
    )
    once = annotated(article, "page")
    assert annotated(once, "record") == once
    assert once.notices[0] == notice


def test_only_gaps_are_filled_and_their_origin_is_kept() -> None:
    page = annotated(Article(title="Ice", blocks=(Block("paragraph", FIRST),), source="The Echo"), "page")
    other = annotated(
        Article(title="Frost", blocks=(Block("paragraph", FIRST),), source="Wire", section="Opinion"), "feed"
    )
    full = filled(page, other, FIELDS)
    assert (full.title, full.source, full.section, full.genre) == ("Ice", "The Echo", "Opinion", "opinion")
    assert full.provenance == {"title": "page", "source": "page", "section": "feed", "genre": "feed"}


def test_the_address_that_was_read_is_taken_where_the_page_says_none() -> None:
    page = annotated(Article(title="Ice", blocks=(Block("paragraph", FIRST),)), "page")
    assert located(page, "https://echo.example/opinion/2024/ice").provenance["url"] == "file"
    assert located(page, "https://echo.example/opinion/2024/ice").genre == "opinion"
    assert located(page, None) is page
