"""The IPTC's formats: ninjs in both versions, NITF, and NewsML-G2 with each of them inside."""

from __future__ import annotations

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import IngestError, InvalidRecord, UnreadableSource
from qa.ingest import read_bytes
from qa.types import Article

FIRST = "The harbour of Lowmere froze over on Monday night, for the first time since 1963."
SECOND = "Fishermen broke the ice with poles, and by noon a channel had been cleared."
NINJS_1: dict[str, Any] = {
    "uri": "http://wire.example/item/1",
    "type": "text",
    "versioncreated": "2024-01-09T08:30:00Z",
    "firstcreated": "2024-01-09T06:30:00Z",
    "pubstatus": "usable",
    "headline": "Harbour freezes",
    "byline": "By Jane Doe",
    "language": "en",
    "infosource": [{"name": "Lowmere Wire"}],
    "subject": [{"code": "17005000", "name": "weather"}],
    "body_xhtml": f"<html><body><p>{FIRST}</p><h2>Poles</h2><p>{SECOND}</p></body></html>",
}
NINJS_2: dict[str, Any] = {
    "standard": {"name": "ninjs", "version": "2.1"},
    "uri": "wire-2024-0001",
    "type": "text",
    "firstcreated": "2024-01-09T06:30:00Z",
    "headlines": [{"role": "short", "value": "Ice"}, {"role": "main", "value": "Harbour freezes"}],
    "bodies": [{"contenttype": "text/plain", "value": f"{FIRST}\n\n{SECOND}"}],
    "by": "Jane Doe",
}


def one(data: bytes) -> Article:
    (found,) = read_bytes(data, origin="wire")
    assert isinstance(found, Article), found
    return found


def error_of(data: bytes) -> IngestError:
    (found,) = read_bytes(data, origin="wire")
    assert isinstance(found, IngestError), found
    return found


def test_ninjs_1_is_read_with_its_markup() -> None:
    article = one(json.dumps(NINJS_1).encode())
    assert [(b.kind, b.text) for b in article.blocks] == [
        ("paragraph", FIRST),
        ("heading", "Poles"),
        ("paragraph", SECOND),
    ]
    assert (article.title, article.source, article.authors) == ("Harbour freezes", "Lowmere Wire", ("Jane Doe",))
    assert (article.published_at, article.updated_at) == ("2024-01-09T06:30:00+00:00", "2024-01-09T08:30:00+00:00")
    assert (article.url, article.section, article.language) == ("http://wire.example/item/1", "weather", "en")


def test_ninjs_2_is_read_with_its_lists_and_its_id() -> None:
    article = one(json.dumps(NINJS_2, indent=1).encode())
    assert (article.title, article.text, article.given_id) == (
        "Harbour freezes",
        f"{FIRST}\n\n{SECOND}",
        "wire-2024-0001",
    )


def test_ninjs_as_json_lines_stands_beside_our_own_lines() -> None:
    own = {"title": "Bees", "paragraphs": ["One."]}
    picture = NINJS_2 | {"type": "picture"}
    data = "\n".join(json.dumps(record) for record in (NINJS_1, own, picture, NINJS_2)).encode()
    found = list(read_bytes(data, origin="wire.jsonl"))
    assert [type(item) for item in found] == [Article, Article, InvalidRecord, Article]
    assert str(found[2]) == "a picture, not a text"


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"pubstatus": "canceled"}, "was canceled by its agency"),
        ({"pubstatus": "withheld"}, "is withheld by its agency"),
        ({"embargoed": "2999-01-01T00:00:00Z"}, "under embargo until 2999-01-01"),
        ({"body_xhtml": ""}, "no article text found"),
    ],
)
def test_what_may_not_be_used_is_an_error(change: dict[str, Any], said: str) -> None:
    assert said in error_of(json.dumps(NINJS_1 | change).encode()).message


NITF = f"""<?xml version="1.0"?>
<!DOCTYPE nitf SYSTEM "nitf-3-6.dtd">
<nitf><head><title>wire 1</title><docdata><doc-id id-string="lw-0001"/><date.issue norm="20240109T063000Z"/>
<doc.copyright holder="Lowmere Wire"/></docdata><pubdata name="The Echo" position.section="Weather"/></head>
<body><body.head><hedline><hl1>Harbour freezes</hl1></hedline><byline>By <person>Jane Doe</person></byline></body.head>
<body.content><block><p>The harbour of <location>Lowmere</location> froze over on Monday night, for the first time
since 1963.</p><media media-type="image"><media-reference source="i.jpg"/><media-object>QUJD</media-object>
<media-caption>Ice in the basin</media-caption></media><hl2>Poles</hl2><p>{SECOND}</p>
<bq><block>I have not seen the like.</block></bq><ul><li>The ferry stays in port.</li></ul></block></body.content>
<body.end><tagline>Wire desk</tagline></body.end></body></nitf>"""
BLOCKS = [
    ("paragraph", FIRST),
    ("caption", "Ice in the basin"),
    ("heading", "Poles"),
    ("paragraph", SECOND),
    ("quote", "I have not seen the like."),
    ("list_item", "The ferry stays in port."),
]


def test_ninjs_with_nitf_for_its_body_is_read_with_its_kinds() -> None:
    bodies = [{"contenttype": "text/vnd.IPTC.NITF", "value": NITF}, {"contenttype": "text/plain", "value": FIRST}]
    article = one(json.dumps(NINJS_2 | {"bodies": bodies}).encode())
    assert [(b.kind, b.text) for b in article.blocks] == BLOCKS


def test_a_day_with_a_zone_is_that_day() -> None:
    assert one(NITF.replace("20240109T063000Z", "20240109+0100").encode()).published_at == "2024-01-09"


def test_nitf_is_read_with_its_kinds() -> None:
    article = one(NITF.encode())
    assert [(b.kind, b.text) for b in article.blocks] == BLOCKS
    assert (article.title, article.source, article.authors) == ("Harbour freezes", "The Echo", ("Jane Doe",))
    assert (article.published_at, article.section, article.given_id) == (
        "2024-01-09T06:30:00+00:00",
        "Weather",
        "lw-0001",
    )


def g2(
    body: str, kind: str = "ninat:text", status: str = "stat:usable", guid: str = "urn:newsml:wire.example:1"
) -> str:
    return (
        f'<newsItem xmlns="http://iptc.org/std/nar/2006-10-01/" guid="{guid}" version="2" xml:lang="en">'
        f'<itemMeta><itemClass qcode="{kind}"/><provider literal="LW"><name>Lowmere Wire</name></provider>'
        f'<versionCreated>2024-01-09T08:30:00Z</versionCreated><pubStatus qcode="{status}"/></itemMeta>'
        "<contentMeta><contentCreated>2024-01-09T06:30:00Z</contentCreated><by>By Jane Doe</by>"
        '<headline>Harbour freezes</headline><subject qcode="medtop:1"><name>weather</name></subject></contentMeta>'
        f"<contentSet>{body}</contentSet></newsItem>"
    )


XHTML = (
    '<inlineXML contenttype="application/xhtml+xml"><html xmlns="http://www.w3.org/1999/xhtml"><head><title>t</title>'
    f"</head><body><p>{FIRST}</p><p>{SECOND}</p></body></html></inlineXML>"
)
NITF_BODY = NITF.partition('dtd">')[2]
INLINE_NITF = f'<inlineXML contenttype="application/nitf+xml">{NITF_BODY}</inlineXML>'


def test_g2_is_read_with_xhtml_inside() -> None:
    article = one(g2(XHTML).encode())
    assert (article.title, article.text) == ("Harbour freezes", f"{FIRST}\n\n{SECOND}")
    assert (article.source, article.authors, article.section) == ("Lowmere Wire", ("Jane Doe",), "weather")
    assert (article.published_at, article.language) == ("2024-01-09T06:30:00+00:00", "en")


def test_g2_is_read_with_nitf_inside() -> None:
    assert [(b.kind, b.text) for b in one(g2(INLINE_NITF).encode()).blocks] == BLOCKS


def test_g2_is_read_with_plain_text_inside() -> None:
    body = f'<inlineData contenttype="text/plain">{FIRST}\n\n{SECOND}</inlineData>'
    assert one(g2(body).encode()).text == f"{FIRST}\n\n{SECOND}"


def test_a_message_gives_its_items_one_by_one_and_counts_what_is_no_text() -> None:
    items = [g2(XHTML), g2("", kind="ninat:picture"), g2(XHTML, status="stat:canceled"), g2("<oops>"), g2(XHTML)]
    data = '<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><header/><itemSet>' + "\n".join(items)
    found = list(read_bytes((data + "</itemSet></newsMessage>").encode(), origin="wire.xml"))
    assert [type(item) for item in found] == [Article, InvalidRecord, InvalidRecord, Article, UnreadableSource]
    assert [item.line for item in found[1:3] if isinstance(item, IngestError)] == [3, 4]
    assert str(found[4]) == "items that are no texts were not read: 1 picture"


VALUES = st.recursive(
    st.none() | st.integers() | st.text(max_size=20) | st.sampled_from(["<p>x</p>", "2024-01-09", "text", "ninjs"]),
    lambda inner: (
        st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(["name", "value", "role", "href"]), inner)
    ),
    max_leaves=5,
)


@given(st.dictionaries(st.sampled_from([*NINJS_1, *NINJS_2, "links", "rightsinfo", "genres", "embargoed"]), VALUES))
def test_no_ninjs_crashes_the_reader(record: dict[str, Any]) -> None:
    for found in read_bytes(json.dumps({"versioncreated": "", **record}).encode(), origin="any"):
        assert isinstance(found, Article | IngestError)


PIECES = [part for text in (NITF, g2(XHTML)) for part in text.replace("<", "\0<").split("\0") if part]


@given(st.lists(st.integers(min_value=0, max_value=len(PIECES) - 1), max_size=5))
def test_no_missing_pieces_crash_the_reader(gone: list[int]) -> None:
    data = "".join(part for i, part in enumerate(PIECES) if i not in gone)
    for found in read_bytes(data.encode(), origin="any"):
        assert isinstance(found, Article | IngestError)
