"""Small whole files of each format, of our own writing: what the inputs of the fuzzer are made of."""

from __future__ import annotations

import gzip
import io
import json
import zipfile
from collections.abc import Mapping, Sequence

FIRST = "The harbour of Lowmere froze over on Monday night, for the first time since 1963, the harbour master said."
SECOND = "Fishermen broke the ice with poles, and by noon a channel as wide as two boats had been cleared."
THIRD = "“We have never seen the like,” said Zoë Brandt, who has sold eels on the quay for forty years."
URL = "https://echo.example/2024/ice"

PAGE = f"""<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>Harbour freezes over - The Lowmere Echo</title>
<link rel="canonical" href="{URL}"><meta name="author" content="Jane Doe"><meta property="og:title" content="Harbour">
<meta property="article:published_time" content="2024-01-09T06:30:00+01:00">
<script type="application/ld+json">{{"@context": "https://schema.org", "@type": "NewsArticle",
"headline": "Harbour freezes over", "datePublished": "2024-01-09T06:30:00+01:00", "dateModified": "2024-01-10",
"author": [{{"@type": "Person", "name": "Jane Doe"}}], "publisher": {{"name": "The Lowmere Echo"}}}}</script></head>
<body><nav><ul><li><a href="/">Home</a></li><li><a href="/sport">Sport</a></li></ul></nav>
<article itemscope itemtype="https://schema.org/NewsArticle"><h1 itemprop="headline">Harbour freezes over</h1>
<p class="byline">By <a rel="author" href="/jd">Jane Doe</a></p><time datetime="2024-01-09">9 January 2024</time>
<p>{FIRST} <em>It</em> was <b>cold</b>.<br><br>{SECOND}</p><h2>Poles and saws</h2>
<blockquote><p>{THIRD}</p><cite>Zoë Brandt</cite></blockquote><ul><li>Two boats were freed.</li><li>One sank.</li></ul>
<figure><img src="i.jpg"><figcaption>Ice in the basin. Photo: Tom Haske</figcaption></figure>
<table><caption>Ice</caption><tr><th>Day</th><th>cm</th></tr><tr><td>Monday</td><td>12</td></tr></table>
<p>{SECOND} {THIRD}</p><p>Correction, 10 January: an earlier version misnamed the harbour master.</p></article>
<aside><h3>Related stories</h3><a href="/x">Eels are dear</a></aside><footer>© 2024 The Lowmere Echo</footer>
</body></html>
"""
COPIED = f"""The Lowmere Echo
Home
News
Sport

Harbour freezes over
By Jane Doe
9 January 2024, 06:30 GMT
Share
{FIRST}

Image caption, Ice in the basin
{SECOND}
Advertisement
Poles and saws
{THIRD}
- Two boats were freed.
- One sank.
Day\tcm
Monday\t12
(Reporting by Jane Doe; editing by Tom Haske)
Related stories
Eels are dear
"""
MARKDOWN = f"""---
title: Harbour freezes over
author: [Jane Doe, Tom Haske]
date: 2024-01-09
url: {URL}
---
# Harbour freezes over

By Jane Doe

{FIRST} *It* was **cold**, see [here]({URL} "t") and `ice`.

## Poles and saws

> {THIRD}

- Two boats were freed.
- One sank.
  1. The eel boat
  2. The pilot's

![Ice](i.jpg "Ice in the basin")

| Day | cm |
| --- | --- |
| Monday | 12 |

```
{SECOND}
```
"""
RECORD: Mapping[str, object] = {
    "title": "Harbour freezes over",
    "id": "ice-1",
    "url": URL,
    "source": "The Lowmere Echo",
    "authors": ["Jane Doe"],
    "published_at": "2024-01-09T06:30:00+01:00",
    "updated_at": "2024-01-10",
    "language": "en",
    "section": "Weather",
    "genre": "news",
    "paragraphs": [FIRST, SECOND],
}
RECORDS: Sequence[Mapping[str, object]] = (
    RECORD,
    {"title": "Ice", "text": f"{FIRST}\n\n{SECOND}\n\n{THIRD}", "published_at": "9 January 2024"},
    {"title": "Ice", "html": f"<p>{FIRST}</p><p>{SECOND}</p>"},
    {"title": "Ice", "html": PAGE},
)
NINJS: Sequence[Mapping[str, object]] = (
    {
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
    },
    {
        "standard": {"name": "ninjs", "version": "2.1"},
        "uri": "wire-2024-0001",
        "type": "text",
        "embargoed": "2024-01-01T00:00:00Z",
        "headlines": [{"role": "main", "value": "Harbour freezes"}],
        "bodies": [{"contenttype": "text/plain", "value": f"{FIRST}\n\n{SECOND}"}],
        "contributors": [{"name": "Jane Doe"}],
        "links": [{"rel": "canonical", "href": URL}],
    },
)
_RSS = (
    '<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" '
    'xmlns:dc="http://purl.org/dc/elements/1.1/"{more}><channel><title>The Lowmere Echo - RSS</title>'
    "<link>https://echo.example/</link><language>en-GB</language>\n"
)
_BODY = f"<p>{FIRST}</p><h2>Poles and saws</h2><p>{SECOND}</p>"
RSS = (
    '<?xml version="1.0" encoding="UTF-8"?>\n'
    + _RSS.format(more="")
    + '<item><title>Harbour &amp;amp; ice</title><link>/ice</link><guid isPermaLink="false">4711</guid>'
    "<pubDate>Tue, 09 Jan 2024 06:30:00 +0100</pubDate><dc:creator>Jane Doe</dc:creator><category>Weather</category>"
    f"<content:encoded><![CDATA[{_BODY}]]></content:encoded></item>\n"
    "<item><title>Eels</title><link>https://echo.example/x</link><description>&lt;p&gt;Dear.</description></item>\n"
    "</channel></rss>"
)
ATOM = (
    '<?xml version="1.0"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://echo.example/">'
    "<title>The Lowmere Echo</title><author><name>Jane Doe</name></author>\n"
    '<entry><title type="html">Harbour &amp;amp; ice</title><link rel="alternate" href="ice"/>'
    "<id>urn:uuid:60a76c80-d399-11d9-b93C-0003939e0af6</id><published>2024-01-09T06:30:00+01:00</published>"
    '<updated>2024-01-10T06:30:00Z</updated><category term="w" label="Weather"/><content type="xhtml">'
    f'<div xmlns="http://www.w3.org/1999/xhtml">{_BODY}</div></content></entry>\n'
    "<entry><title>Eels</title><link href='/x'/><summary>Eels are dear.</summary></entry></feed>"
)
SITEMAP = (
    '<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9" '
    'xmlns:news="http://www.google.com/schemas/sitemap-news/0.9"><url><loc>https://echo.example/ice</loc><news:news>'
    "<news:publication><news:name>The Lowmere Echo</news:name><news:language>en</news:language></news:publication>"
    "<news:publication_date>2024-01-09</news:publication_date><news:title>Harbour &amp; ice</news:title></news:news>"
    "</url>\n<url><loc>https://echo.example/eels</loc></url></urlset>"
)
SITEMAP_INDEX = (
    '<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">'
    "<sitemap><loc>https://echo.example/news.xml</loc></sitemap></sitemapindex>"
)
NITF = (
    '<?xml version="1.0"?>\n<nitf><head><title>Ice</title><docdata management-status="usable">'
    '<doc-id id-string="ice.1"/><date.issue norm="20240109T063000+0100"/></docdata>'
    '<pubdata name="The Lowmere Echo" position.section="Weather"/></head><body><body.head><hedline>'
    "<hl1>Harbour freezes</hl1></hedline><byline>By Jane Doe</byline></body.head><body.content><block>"
    f"<p>{FIRST}</p><hl2>Poles</hl2><p><person>Zoë</person> {SECOND}</p></block><media>"
    "<media-caption>Ice</media-caption></media></body.content></body></nitf>"
)
NEWSML = (
    '<?xml version="1.0"?>\n<newsMessage xmlns="http://iptc.org/std/nar/2006-10-01/"><itemSet>'
    '<newsItem guid="urn:wire:1" xml:lang="en"><itemMeta><itemClass qcode="ninat:text"/><provider literal="Wire"/>'
    '<versionCreated>2024-01-09T08:30:00Z</versionCreated><pubStatus qcode="stat:usable"/></itemMeta><contentMeta>'
    "<contentCreated>2024-01-09T06:30:00Z</contentCreated><headline>Harbour freezes</headline><by>By Jane Doe</by>"
    "<subject><name>Weather</name></subject></contentMeta><contentSet><inlineXML>"
    f'<html xmlns="http://www.w3.org/1999/xhtml"><body>{_BODY}</body></html></inlineXML></contentSet></newsItem>\n'
    '<newsItem guid="urn:wire:2"><itemMeta><itemClass qcode="ninat:picture"/></itemMeta></newsItem>\n'
    f"<newsItem guid='urn:wire:3'><contentSet><inlineXML>{NITF.partition('?>')[2]}</inlineXML></contentSet></newsItem>"
    "</itemSet></newsMessage>"
)
WORDPRESS = (
    '<?xml version="1.0" encoding="UTF-8" ?>\n<!-- This is a WordPress export -->\n'
    + _RSS.format(more=' xmlns:wp="http://wordpress.org/export/1.2/"')
    + "<wp:author><wp:author_login>jd</wp:author_login><wp:author_display_name><![CDATA[Jane Doe]]>"
    "</wp:author_display_name></wp:author>\n<item><title>Harbour &amp; ice</title><link>https://echo.example/i</link>"
    "<dc:creator>jd</dc:creator><content:encoded><![CDATA[<!-- wp:paragraph -->\n"
    f"<p>{FIRST}</p>\n<!-- /wp:paragraph -->\n\n[caption id='a' caption=\"Ice\"]<img src='i.jpg'/>[/caption]\n\n"
    f"{SECOND}\n\n[embed]https://v.example/1[/embed] [b]bold[/b]]]></content:encoded><wp:post_id>7</wp:post_id>"
    "<wp:post_date>2024-01-09 07:30:00</wp:post_date><wp:post_date_gmt>2024-01-09 06:30:00</wp:post_date_gmt>"
    "<wp:status>publish</wp:status><wp:post_type>post</wp:post_type><wp:post_password></wp:post_password>"
    '<category domain="category" nicename="weather">Weather</category></item>\n</channel></rss>'
)


def http(body: bytes, *headers: str, status: str = "200 OK", kind: str = "text/html; charset=utf-8") -> bytes:
    """An answer of a server, as it came over the wire."""
    lines = [f"HTTP/1.1 {status}", f"Content-Type: {kind}", *headers, "", ""]
    return "\r\n".join(lines).encode() + body


def warc_record(block: bytes, *headers: str, kind: str = "response", length: int | None = None) -> bytes:
    """A record of a web archive; ``length``: what it says of its length, where that is not the truth."""
    lines = ["WARC/1.0", f"WARC-Type: {kind}", f"WARC-Target-URI: {URL}", *headers]
    lines += [f"Content-Length: {len(block) if length is None else length}", "", ""]
    return "\r\n".join(lines).encode() + block + b"\r\n\r\n"


def warc(page: bytes) -> bytes:
    """A web archive of three records, the page among them plain and packed."""
    chunks = b"%x\r\n%s\r\n0\r\n\r\n" % (len(page), page)
    return (
        warc_record(b"software: ours\r\n", kind="warcinfo")
        + warc_record(http(page))
        + warc_record(http(gzip.compress(page, mtime=0), "Content-Encoding: gzip"))
        + warc_record(http(chunks, "Transfer-Encoding: chunked"))
    )


def zipped(files: Mapping[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    """A ZIP archive of these files; the same bytes for the same files."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", method) as archive:
        for name, data in files.items():
            archive.writestr(zipfile.ZipInfo(name), data, compress_type=method)
    return packed.getvalue()


def text_operators(text: str, x: float, y: float, size: float = 10, font: str = "F1") -> bytes:
    """What draws one line of text on a page of a PDF."""
    shown = text.encode("cp1252", "replace").replace(b"\\", b"\\\\").replace(b"(", b"\\(").replace(b")", b"\\)")
    return b"BT /%s %g Tf %g %g Td (%s) Tj ET\n" % (font.encode(), size, x, y, shown)


def pdf(*pages: bytes, told: bytes = b"", more: Mapping[int, bytes] | None = None) -> bytes:
    """A PDF of these pages' contents; F1 is Helvetica, F2 its bold; ``more`` adds objects, or puts others in place."""
    font = b"<< /Type /Font /Subtype /Type1 /BaseFont /%s /Encoding /WinAnsiEncoding >>"
    objects = {3: font % b"Helvetica", 4: font % b"Helvetica-Bold", 5: b"<< %s >>" % told}
    kids = []
    for at, content in enumerate(pages):
        number = 6 + 2 * at
        kids.append(b"%d 0 R" % (number + 1))
        objects[number] = b"<< /Length %d >>\nstream\n%s\nendstream" % (len(content), content)
        objects[number + 1] = (
            b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 595 842] /Contents %d 0 R "
            b"/Resources << /Font << /F1 3 0 R /F2 4 0 R >> >> >>" % number
        )
    objects[1] = b"<< /Type /Catalog /Pages 2 0 R >>"
    objects[2] = b"<< /Type /Pages /Count %d /Kids [%s] >>" % (len(kids), b" ".join(kids))
    return _written({**objects, **(more or {})})


def _written(objects: Mapping[int, bytes]) -> bytes:
    out, places = bytearray(b"%PDF-1.4\n"), {}
    for number in sorted(objects):
        places[number] = len(out)
        out += b"%d 0 obj\n%s\nendobj\n" % (number, objects[number])
    table = b"".join(b"%010d 00000 n \n" % places[number] for number in sorted(objects))
    end = b"trailer << /Size %d /Root 1 0 R /Info 5 0 R >>\nstartxref\n%d\n%%%%EOF"
    head = b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    return bytes(out) + head + table + end % (len(objects) + 1, len(out))


def printed_page(sentences: Sequence[str] = (FIRST, SECOND, THIRD)) -> bytes:
    """The contents of a page: headline, byline, date and two columns of these sentences."""
    top = text_operators("Harbour freezes over", 50, 780, 24, "F2") + text_operators("By Jane Doe", 50, 755)
    lines = [sentence[at : at + 45] for sentence in sentences for at in range(0, len(sentence), 45)]
    rows = ((50 if n % 2 else 320, 700 - 12 * (n // 2), text) for n, text in enumerate(lines))
    return top + text_operators("9 January 2024", 50, 743) + b"".join(text_operators(t, x, y) for x, y, t in rows)


TOLD = b"/Title (Ice on the water) /Author (Jane Doe) /CreationDate (D:20240110060000+01'00')"


def json_lines(records: Sequence[Mapping[str, object]]) -> str:
    return "".join(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
