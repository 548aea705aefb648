"""WordPress exports: published posts alone, blocks and shortcodes undone, the site's own time kept."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest import read_bytes
from qa.ingest.syndication.wordpress import story_html
from qa.types import Article

FIRST = "The harbour of Lowmere froze over on Monday night, for the first time since 1963."
SECOND = "Fishermen broke the ice with poles, and by noon a channel had been cleared."
HEAD = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- This is a WordPress export -->\n<rss version="2.0"\n'
    ' xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"\n'
    ' xmlns:wp="http://wordpress.org/export/1.2/">\n<channel><title>The Lowmere Echo</title>'
    "<language>en-GB</language>\n"
    "<wp:author><wp:author_login>jd</wp:author_login><wp:author_display_name><![CDATA[Jane Doe]]>"
    "</wp:author_display_name></wp:author>\n"
)
GUTENBERG = (
    f'<!-- wp:paragraph {{"dropCap":true}} -->\n<p>{FIRST}</p>\n<!-- /wp:paragraph -->\n\n'
    "<!-- wp:image --><figure class='wp-block-image'><img src='i.jpg'/><figcaption>Ice in the basin</figcaption>"
    f"</figure><!-- /wp:image -->\n<!-- wp:paragraph --><p>{SECOND}</p><!-- /wp:paragraph -->"
)


def post(content: str = GUTENBERG, kind: str = "post", status: str = "publish", password: str = "") -> str:
    return (
        f"<item><title>Harbour &amp; ice</title><link>https://echo.example/ice/</link><dc:creator>jd</dc:creator>"
        f"<content:encoded><![CDATA[{content}]]></content:encoded><wp:post_id>7</wp:post_id>"
        "<wp:post_date>2024-01-09 07:30:00</wp:post_date><wp:post_date_gmt>2024-01-09 06:30:00</wp:post_date_gmt>"
        "<wp:post_modified>2024-01-10 08:00:00</wp:post_modified>"
        "<wp:post_modified_gmt>2024-01-10 07:00:00</wp:post_modified_gmt>"
        f"<wp:status>{status}</wp:status><wp:post_type>{kind}</wp:post_type><wp:post_password>{password}"
        '</wp:post_password><category domain="category" nicename="uncategorized">Uncategorized</category>'
        '<category domain="post_tag" nicename="ice">Ice</category>'
        '<category domain="category" nicename="weather">Weather</category></item>\n'
    )


def export(*posts: str) -> bytes:
    return (HEAD + "".join(posts) + "</channel></rss>").encode()


def only(data: bytes) -> Article:
    (found,) = read_bytes(data, origin="export.xml")
    assert isinstance(found, Article), found
    return found


def test_a_post_of_the_block_editor_keeps_its_blocks() -> None:
    article = only(export(post()))
    assert [(b.kind, b.text) for b in article.blocks] == [
        ("paragraph", FIRST),
        ("caption", "Ice in the basin"),
        ("paragraph", SECOND),
    ]
    assert (article.title, article.source, article.authors) == ("Harbour & ice", "The Lowmere Echo", ("Jane Doe",))
    assert (article.section, article.language, article.url) == ("Weather", "en-GB", "https://echo.example/ice/")


def test_the_sites_own_time_is_kept_with_its_distance_from_utc() -> None:
    article = only(export(post()))
    assert (article.published_at, article.updated_at) == ("2024-01-09T07:30:00+01:00", "2024-01-10T08:00:00+01:00")


def test_pages_attachments_drafts_and_what_is_behind_a_password_are_left_out() -> None:
    others = [post(kind=kind) for kind in ("page", "attachment", "nav_menu_item", "revision")]
    others += [post(status=status) for status in ("draft", "private", "trash", "future", "pending")]
    assert only(export(*others, post(password="x"), post())).title == "Harbour & ice"


def test_an_export_without_posts_says_so() -> None:
    (error,) = read_bytes(export(post(kind="page")), origin="e.xml")
    assert isinstance(error, UnreadableSource)
    assert "no published post among the 1 items" in error.message


def test_the_blank_lines_of_the_old_editor_part_paragraphs() -> None:
    classic = (
        f'{FIRST}\r\n\r\n[caption id="a_1" width="300"]<a href="x"><img src="i.jpg" alt="" /></a> Ice in the basin'
        f'[/caption]\r\n\r\n<blockquote>I have not seen the like.</blockquote>\r\n[gallery ids="1,2"]\r\n\r\n'
        f'[su_box title="Note" color="red"]{SECOND}[/su_box]\r\n\r\nhttps://youtu.be/x\r\n'
    )
    assert [(b.kind, b.text) for b in only(export(post(classic))).blocks] == [
        ("paragraph", FIRST),
        ("caption", "Ice in the basin"),
        ("quote", "I have not seen the like."),
        ("paragraph", SECOND),
    ]


@pytest.mark.parametrize(
    "kept",
    ["He [the mayor] said so.", "They was [sic] late.", "[Applause]", "Write [[gallery]] for it.", "See a[0] and [1]."],
)
def test_an_editors_square_brackets_are_no_shortcodes(kept: str) -> None:
    assert kept.replace("[[", "[").replace("]]", "]") in story_html(kept)


def test_a_broken_post_is_one_error_with_its_line_and_the_others_go_in() -> None:
    broken = post().replace("</title>", "</titel>")
    found = list(read_bytes(export(post(), broken, post()), origin="e.xml"))
    assert [type(one) for one in found] == [Article, InvalidRecord, Article]
    assert isinstance(found[1], IngestError)
    assert found[1].line == 14


PARTS = ["[caption", ' id="x"', "]", "[/caption]", "[gallery]", "<pre>", "</pre>", "\n\n", "<!-- wp:", "-->", "a [b] c"]


@given(st.lists(st.sampled_from([*PARTS, "<p>", "]]>", "&", "<script>", "http://x.example/"]), max_size=20))
def test_no_content_crashes_the_reader(parts: list[str]) -> None:
    for found in read_bytes(export(post("".join(parts)), post()), origin="any"):
        assert isinstance(found, Article | IngestError)
