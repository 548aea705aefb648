"""RSS, Atom and sitemaps: entries become articles, links are followed where they may be, hostile XML does nothing."""

from __future__ import annotations

import gzip
import io
import tracemalloc
from collections.abc import Iterator

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest import read_bytes
from qa.ingest.syndication.feeds import read_feed
from qa.ingest.syndication.sitemaps import read_sitemap
from qa.types import Article, Block

FIRST = "The harbour of Lowmere froze over on Monday night, for the first time since 1963."
SECOND = "Fishermen broke the ice with poles, and by noon a channel had been cleared."
BODY = f"<p>{FIRST}</p><h2>Poles and saws</h2><p>{SECOND}</p>"
RSS_HEAD = (
    '<?xml version="1.0"?>\n<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>The Lowmere Echo - RSS</title>'
    "<link>https://echo.example/</link><language>en-GB</language>\n"
)
RSS_ITEM = (
    '<item><title>Harbour &amp;amp; ice</title><link>/ice</link><guid isPermaLink="false">{guid}</guid>'
    "<pubDate>Tue, 09 Jan 2024 06:30:00 +0100</pubDate><dc:creator>Jane Doe</dc:creator>"
    "<category>Weather</category><content:encoded><![CDATA[{body}]]></content:encoded></item>\n"
)
SUMMARY = "<item><title>Ice</title><link>https://echo.example/x</link><description>It froze.</description></item>"


def rss(*items: str) -> bytes:
    return (RSS_HEAD + "".join(items) + "</channel></rss>").encode()


def item(body: str = BODY, guid: str = "4711") -> str:
    return RSS_ITEM.format(body=body, guid=guid)


def only(data: bytes) -> Article:
    (found,) = read_bytes(data, origin="feed.xml")
    assert isinstance(found, Article), found
    return found


def kinds(*found: object) -> list[str]:
    return [type(one).__name__ for one in found]


def test_an_entry_with_its_full_text_becomes_an_article() -> None:
    article = only(rss(item()))
    assert [(b.kind, b.text) for b in article.blocks] == [
        ("paragraph", FIRST),
        ("heading", "Poles and saws"),
        ("paragraph", SECOND),
    ]
    assert (article.title, article.source, article.authors) == ("Harbour & ice", "The Lowmere Echo", ("Jane Doe",))
    assert (article.published_at, article.section, article.language) == (
        "2024-01-09T06:30:00+01:00",
        "Weather",
        "en-GB",
    )
    assert article.url == "https://echo.example/ice"


@pytest.mark.parametrize(
    ("guid", "kept"),
    [
        ("4711", "echo.example-4711"),
        ("urn:uuid:6d1f0b2e-0000-4000-8000-000000000001", "6d1f0b2e-0000-4000-8000-000000000001"),
        ("https://echo.example/?p=1", None),
        ("a b", None),
    ],
)
def test_a_guid_is_the_id_where_it_can_be_one_and_no_other_outlet_has_it(guid: str, kept: str | None) -> None:
    assert only(rss(item(guid=guid))).given_id == kept


def test_rss_1_keeps_its_entries_beside_the_channel() -> None:
    data = (
        '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" '
        'xmlns:dc="http://purl.org/dc/elements/1.1/" xmlns:content="http://purl.org/rss/1.0/modules/content/">'
        "<channel><title>Skerry Post</title><link>https://post.example/</link></channel>"
        f"<item><title>Ice</title><link>https://post.example/ice</link><dc:date>2024-01-09</dc:date>"
        f"<content:encoded>&lt;p&gt;{FIRST}&lt;/p&gt;</content:encoded></item></rdf:RDF>"
    )
    article = only(data.encode())
    assert (article.source, article.published_at, article.text) == ("Skerry Post", "2024-01-09", FIRST)


def test_atom_gives_text_in_three_ways() -> None:
    ways = (
        f'<content type="html">&lt;p&gt;{FIRST}&lt;/p&gt;</content>',
        f'<content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>{FIRST}</p></div></content>',
        f'<content type="text">{FIRST}</content>',
    )
    entries = "".join(
        f"<entry><title>Ice {n}</title><id>tag:echo.example,2024:{n}</id><link rel='alternate' href='/ice/{n}'/>"
        f"<published>2024-01-09T06:30:00Z</published><updated>2024-01-10T06:30:00Z</updated>"
        f"<category term='weather' label='Weather'/>{way}</entry>"
        for n, way in enumerate(ways)
    )
    head = "<title>The Echo</title><author><name>Jane Doe</name></author>"
    data = f'<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://echo.example/">{head}{entries}</feed>'
    found = [one for one in read_bytes(data.encode(), origin="a") if isinstance(one, Article)]
    assert [one.text for one in found] == [FIRST] * 3
    assert [one.url for one in found] == [f"https://echo.example/ice/{n}" for n in range(3)]
    assert {(one.source, one.authors, one.section, one.language) for one in found} == {
        ("The Echo", ("Jane Doe",), "Weather", "en")
    }
    assert found[0].updated_at == "2024-01-10T06:30:00+00:00"


def test_from_a_file_a_summary_goes_in_and_how_often_is_said_once() -> None:
    article, said = read_bytes(
        rss(
            SUMMARY,
        ),
        origin="f.xml",
    )
    assert isinstance(article, Article)
    assert article.text == "It froze."
    assert isinstance(said, UnreadableSource)
    assert (
        said.message
        == "1 entry has no full text and went in with the summary: links in a file are followed with --follow only"
    )


PAGE = Article(title="The page's own", blocks=(Block("paragraph", FIRST),), source="Echo Online")


def test_an_entry_without_full_text_is_followed_and_the_page_wins() -> None:
    asked: list[str] = []

    def follow(url: str, mark: str) -> Iterator[Article | IngestError]:
        asked.append(url)
        yield PAGE

    data = rss(SUMMARY.replace("</item>", "<category>Weather</category></item>"), item())
    first, second = read_feed(io.BytesIO(data), origin="https://echo.example/feed", follow=follow)
    assert asked == ["https://echo.example/x"]
    assert isinstance(first, Article)
    assert (first.title, first.text, first.source, first.section) == ("The page's own", FIRST, "Echo Online", "Weather")
    assert kinds(second) == ["Article"]


def test_a_page_that_cannot_be_had_leaves_the_summary_and_says_why() -> None:
    def follow(url: str, mark: str) -> Iterator[Article | IngestError]:
        yield UnreadableSource("the server answered 403", path=url)

    article, said = read_feed(io.BytesIO(rss(SUMMARY)), origin="u", follow=follow)
    assert kinds(article, said) == ["Article", "UnreadableSource"]
    assert "the server answered 403" in str(said)


def test_a_text_that_is_cut_off_is_no_full_text() -> None:
    (_, said) = read_bytes(rss(item(body=f"<p>{FIRST} [&#8230;]</p>")), origin="f.xml")
    assert isinstance(said, UnreadableSource)


def test_a_broken_entry_is_one_error_with_its_line_and_the_others_go_in() -> None:
    found = list(read_bytes(rss(item(), "<item><title>A < B</title></item>\n", item()), origin="f.xml"))
    assert kinds(*found) == ["Article", "InvalidRecord", "Article"]
    assert isinstance(found[1], IngestError)
    assert (found[1].path, found[1].line) == ("f.xml", 4)


def test_a_feed_that_ends_too_early_gives_no_half_article() -> None:
    data = rss(item(), item())
    found = list(read_bytes(data[: data.rindex(b"<p>Fishermen") + 20], origin="f.xml"))
    assert kinds(*found) == ["Article", "InvalidRecord"]


def test_a_bare_ampersand_and_html_entities_stay_what_they_say() -> None:
    entry = f"<item><title>R&D at AT&T&nbsp;&eacute;</title><content:encoded>{FIRST}</content:encoded></item>"
    assert only(rss(entry)).title == "R&D at AT&T é"


def test_bytes_that_are_not_of_the_declared_encoding_are_windows_text_or_an_error() -> None:
    western = rss(item().replace("Harbour", "Zoë")).decode().encode("cp1252")
    assert only(western).title.startswith("Zoë")
    late = rss(item(body=BODY + "x" * 70_000), item().replace("Harbour", "Zoë")).decode().encode("cp1252")
    assert kinds(*read_bytes(late, origin="f")) == ["Article", "InvalidRecord"]


@pytest.mark.parametrize("encoding", ["utf-16", "utf-32", "shift_jis", "gb18030", "koi8-r", "base64", "nope"])
@given(noise=st.binary(max_size=6))
def test_no_encoding_crashes_the_reader(encoding: str, noise: bytes) -> None:
    text = rss(item(), item()).decode().replace("?>", f' encoding="{encoding}"?>', 1)
    data = text.encode("ascii" if encoding in ("base64", "nope") else encoding)
    assert all(isinstance(one, Article) for one in read_bytes(data, origin="f.xml"))
    for found in read_bytes(data[:-300] + noise + data[-300:], origin="f.xml"):
        assert isinstance(found, Article | IngestError)


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10 if n else "ha"}">' for n in range(10))


@pytest.mark.parametrize(
    "declared",
    [LAUGHS, '<!ENTITY x SYSTEM "file:///etc/passwd">', '<!ENTITY % x SYSTEM "http://127.0.0.1/">%x;'],
)
def test_entities_of_the_files_own_are_never_read(declared: str) -> None:
    data = f"<!DOCTYPE rss [{declared}]><rss><channel><item><title a='&l9;'>&l9;&x;</title></item></channel></rss>"
    (error,) = read_bytes(data.encode(), origin="f.xml")
    assert isinstance(error, UnreadableSource)
    assert "entities of its own" in error.message


class Endless:
    """A feed that goes on for a long time, made as it is read."""

    def __init__(self, count: int) -> None:
        self._parts = iter([RSS_HEAD.encode(), *[item().encode()] * count, b"</channel></rss>"])

    def read(self, _size: int = -1) -> bytes:
        return next(self._parts, b"")


def test_memory_does_not_grow_with_the_feed() -> None:
    tracemalloc.start()
    count = sum(isinstance(one, Article) for one in read_feed(Endless(3_000), origin="f"))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert count == 3_000
    assert peak < 5_000_000


SITEMAP = (
    b'<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    b'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://echo.example/ice</loc><news:news>'
    b"<news:publication><news:name>The Echo</news:name><news:language>en</news:language></news:publication>"
    b"<news:publication_date>2024-01-09</news:publication_date><news:title>Ice</news:title></news:news></url>"
    b"<url><loc>no address</loc></url></urlset>"
)


def test_a_sitemap_in_a_file_says_what_it_lists() -> None:
    bad, said = read_bytes(gzip.compress(SITEMAP), origin="s.xml.gz")
    assert isinstance(bad, InvalidRecord)
    assert isinstance(said, UnreadableSource)
    assert said.message == "a sitemap of 1 page, none of which was fetched; --follow fetches them"


def test_the_pages_of_a_sitemap_are_followed_and_it_fills_their_gaps() -> None:
    page = Article(title="Ice", blocks=(Block("paragraph", FIRST),))
    found, _bad = read_sitemap(io.BytesIO(SITEMAP), origin="u", follow=lambda _url, _mark: iter([page]))
    assert isinstance(found, Article)
    assert (found.source, found.published_at, found.language) == ("The Echo", "2024-01-09", "en")
    assert found.url == "https://echo.example/ice"


MARKS = [RSS_HEAD, item(), SUMMARY, "<item>", "</item>", "<![CDATA[", "]]>", "&", "&x;", "<title>", "</channel></rss>"]
MARKS += ["<feed xmlns='http://www.w3.org/2005/Atom'>", "<entry>", "</entry>", "<urlset>", "<url>", "<loc>", "\0", "é"]
MARKS += ["<!DOCTYPE rss [", "]>", "<?xml version='1.0' encoding='utf-16'?>", "<content type='xhtml'>", "<link href='["]


@given(st.lists(st.sampled_from(MARKS), max_size=25))
def test_no_marks_in_no_order_crash_the_reader(marks: list[str]) -> None:
    for found in read_bytes("".join(marks).encode(), origin="any"):
        assert isinstance(found, Article | IngestError)


@given(st.binary(max_size=300), st.sampled_from([read_feed, read_sitemap]))
def test_no_bytes_crash_the_reader(data: bytes, reader: type) -> None:
    for start in (b"", RSS_HEAD.encode(), SITEMAP[:200]):
        try:
            found = list(reader(io.BytesIO(start + data), origin="any"))
        except IngestError:
            continue
        assert all(isinstance(one, Article | IngestError) for one in found)
