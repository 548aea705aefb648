"""The inputs: for a reader, a seed and a number always the same bytes, read in the same way."""

from __future__ import annotations

import gzip
import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from random import Random

from eval.fuzz import seeds
from eval.fuzz.mutations import ODD, Shape, encoded, mutated_bytes, mutated_text, mutated_value

_TAGS = (
    "div p span a b em br h1 h2 ul ol li table tr td th blockquote figure "
    "figcaption article section aside nav footer form"
)
_HTML = Shape(
    tokens=(
        *(f"<{tag}>" for tag in _TAGS.split()), *(f"</{tag}>" for tag in _TAGS.split()), "<script>", "</script>",
        "<style>", "<!--", "-->", "<![CDATA[", "]]>", "<template>", "<svg><p>", "<math>", "<noscript>", "<textarea>",
        "<select>", "<option>", "<frameset>", "<plaintext>", "<xmp>", "<base href='x:y'>", "<meta charset=utf-7>",
        "<iframe srcdoc='<p>x'>", '<script type="application/ld+json">', '{"@graph": [', '"@type": ["NewsArticle"],',
        '"headline": null,', '"datePublished": {"@value": 1},', '"author": 7,', '"author": [[{"name": []}]],',
        '"@id": "#x",', "<time datetime='", "<p itemprop=articleBody>", "<link rel=canonical href='//[::1'>",
        "<html lang=' '>", "<?php", "<![if IE]>", "<p hidden>", "<br/><br/>", "<p style='display:none'>",
        "<title></title>", "<h1></h1>", "<body>", "<head>", "<p\x00>", '<p =">', f"<p>{seeds.SECOND}</p>",
        "<p>Read more</p>", "<figcaption>Photo: ", "<td colspan=99999999>",
    ),
    pairs=(
        ("<div>", "</div>"), ("<p>", "</p>"), ("<b>", "</b>"), ("<table><tr><td>", "</td></tr></table>"),
        ("<ul><li>", "</ul>"), ("<blockquote>", "</blockquote>"), ("<a href='x'>", "</a>"), ("<x:y>", "</x:y>"),
        ("<font>", ""), ("<svg>", "</svg>"),
    ),
)  # fmt: skip
_SCRAPED = Shape(
    tokens=(
        "By ", "By Jane Doe and", "Published ", "Updated: ", "13/08/2023", "9 January 2024", "Photo: ",
        "Image caption, ", "Advertisement", "Read more: ", "Related stories", "Share", "Comments (12)", "Sign up",
        "Subscribe", "Home\nNews\nSport\n", "Cookies", "- ", "* ", "1. ", "2) ", "> ", "\t", "\t\t\t", "(Reuters) - ",
        "(Reporting by ", "Editing by ", "© 2024 ", "https://x.example/", "x@y.example", "LOWMERE, Jan 9 ", "— ", "…",
        "|", "\n\n\n", " \n", "Correction: ", "Q: ", "A: ", "a" * 5_000, "www." * 2_000, ". . . ",
        f"\n{seeds.SECOND}\n", "Most read\n1\nOne\n2\nTwo\n", "Getty Images", "5 min read", "Listen to this article",
    ),
    pairs=(
        ("(", ")"), ("[", "]"), ("“", "”"), ("- ", "\n"), ("> ", "\n"), ("By ", " and "), ("\t", "\n"),
        ("Photo: ", " / AP"),
    ),
)  # fmt: skip
_MARKDOWN = Shape(
    tokens=(
        "---\n", "...\n", "# ", "###### ", "===\n", "- ", "* ", "+ ", "1. ", "999999999. ", "> ", ">" * 50, "```",
        "~~~", "    ", "\t", "[x](y)", "![", "](", "[x]: y\n", "<b>", "<!--", "**", "__", "`", "\\", "|", "| --- |",
        "|---|:--|\n", "&amp;", "title: ", "date: ", "? ", "!!python/object:os.system x", "!!binary |\n",
        "!!timestamp ", "!!bool ", "!!int ", "&a ", "*a", "<<: *a\n", "{", "[", "}", "]", "'", '"', "- - - -\n",
        "  \n", "%YAML 9\n", "a: &a [x, x]\nb: &b [*a, *a]\nc: [*b, *b]\n", "key:\n  - x\n", "@", "http://x.example",
        "<http://x>", "\n\n", "[^1]", "$$",
    ),
    pairs=(
        ("> ", "\n"), ("- ", "\n"), ("[", "]"), ("![", "](x)"), ("*", "*"), ("`", "`"), ("[a](", ")"), ("    ", "\n"),
        ("{", "}"), ("|", "|\n"),
    ),
)  # fmt: skip
_JSON = Shape(
    tokens=(
        "{", "}", "[", "]", ",", ":", "null", "true", "NaN", "-Infinity", "1e999", "9" * 5_000, '"title":',
        '"paragraphs":', '"text": "x"', '"\\ud800"', '"\\u0000"', '"\\x"', "\\", '"', "//", "/* */", "'", "\n", "\r",
        "\x00", '{"a": 1}', "[{", "}]", '"html": "<p>x"', "\u2028", '"id": "../.."', '"title": "\\u202e"',
        '"standard": {"name": "ninjs"},', '"uri": "x",', '"versioncreated": 7,', '"bodies": {},',
    ),
    pairs=(
        ("[", "]"), ("{", "}"), ('{"a":', "}"), ('"', '"'), ('[{"title": "x", "text": "y"},', "]"),
    ),
)  # fmt: skip
_XML = Shape(
    tokens=(
        "<item>", "</item>", "<entry>", "</entry>", "<item/>", "<entry ", "<url>", "</url>", "<sitemap>", "<loc>",
        "<channel>", "</channel>", "</rss>", "<newsItem>", "</newsItem>", "<packageItem/>", "<nitf>", "</nitf>",
        "<![CDATA[", "]]>", "<!--", "-->", "<?pi", "?>", "&", "&x;", "&nbsp;", "&#0;",
        "<!DOCTYPE x [<!ENTITY a 'b'>]>", "<!DOCTYPE x SYSTEM 'file:///etc/hostname'>",
        "<!ENTITY % p SYSTEM 'http://x.example/'>", "%p;",
        "<xi:include xmlns:xi='http://www.w3.org/2001/XInclude' href='file:///etc/hostname' parse='text'/>",
        "xmlns='urn:x'", "xmlns:dc=''", "<dc:x>", "<x:item>", "<a:b:c>", "<content:encoded>", "</content:encoded>",
        "<pubDate>", "<link href='http://['/>", "<title type='xhtml'>", "<description>",
        "<wp:status>draft</wp:status>", "<wp:post_date_gmt>0001-01-01 00:00:00</wp:post_date_gmt>",
        "xml:base='http://[x'", "xml:lang=' '", "<guid>..</guid>", "[caption]", "[/caption]", "[[x]]",
        "[gallery ids='", "<media-reference/>", "<pubStatus qcode='stat:canceled'/>",
        "<embargoed>9999-12-31T23:59:59-14:00</embargoed>", "<body.content>", "<p/>", "<?xml version='1.1'?>",
        "standalone='no'", "\x0b", "\ufffe",
    ),
    pairs=(
        ("<item>", "</item>"), ("<p>", "</p>"), ("<div>", "</div>"), ("<x:y xmlns:x='u'>", "</x:y>"),
        ("<![CDATA[", "]]>"), ("<!--", "-->"), ("[caption]", "[/caption]"), ("<entry>", "</entry>"),
        ("&lt;div&gt;", "&lt;/div&gt;"), ("<a b='", "'/>"),
    ),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Case:
    """One input, and how it is read.

    Attributes:
        origin: the name under which it is read.
        charset: the encoding that a server would have declared.
        follow: links lead to a page.
    """

    data: bytes
    origin: str = "fuzz.bin"
    charset: str | None = None
    follow: bool = False


def case_of(reader: str, seed: int, number: int) -> Case:
    """The input of this number."""
    rng = Random(f"{seed}/{reader}/{number}")
    data = _MAKERS[reader](rng)
    origin = "fuzz.jsonl" if reader == "jsonl" and rng.random() < 0.7 else "fuzz.bin"
    charset = rng.choice((None,) * 12 + ("utf-8", "latin1", "utf-16", "x-none", "base64", "idna"))
    return Case(data, origin, charset, follow=rng.random() < 0.3)


def _texts(shape: Shape, *texts: str) -> Callable[[Random], bytes]:
    return lambda rng: encoded(mutated_text(rng.choice(texts), rng, shape, texts), rng)


def _records(records: Sequence[Mapping[str, object]], *, lines: bool) -> Callable[[Random], bytes]:
    def make(rng: Random) -> bytes:
        changed = [mutated_value(record, rng) if rng.random() < 0.6 else record for record in rng.choices(records, k=3)]
        try:
            texts = [json.dumps(one, ensure_ascii=rng.random() < 0.5, indent=None if lines else 1) for one in changed]
        except (RecursionError, ValueError):
            texts = ["[" * 5_000]
        text = "\n".join(texts) if lines else texts[0] if rng.random() < 0.5 else f"[{','.join(texts)}]"
        return encoded(mutated_text(text, rng, _JSON, [text]) if rng.random() < 0.4 else text, rng)

    return make


def _page(rng: Random) -> bytes:
    return encoded(mutated_text(seeds.PAGE, rng, _HTML, [seeds.PAGE]), rng)


def _warc(rng: Random) -> bytes:
    page = _page(rng) if rng.random() < 0.5 else seeds.PAGE.encode()
    return mutated_bytes(seeds.warc(page), rng) if rng.random() < 0.7 else seeds.warc(page)


def _any_text(rng: Random) -> bytes:
    return _MAKERS[rng.choice(_TEXT_READERS)](rng)


def _zip(rng: Random) -> bytes:
    names = (
        "a.html",
        "b/c.txt",
        "../up",
        "/abs",
        "x\\y",
        ".hidden",
        "line\nbreak",
        "\u202ename",
        "dup",
        "dup ",
        "n" * 300,
        "__MACOSX/x",
    )
    files = {rng.choice(names): _any_text(rng) for _ in range(rng.randrange(4))}
    if rng.random() < 0.2:
        files["in.zip"] = seeds.zipped({"in.zip": seeds.zipped(files)})
    whole = seeds.zipped(files, rng.choice((0, 8, 8, 12, 14)))
    return mutated_bytes(whole, rng, [whole]) if rng.random() < 0.75 else whole


def _gzip(rng: Random) -> bytes:
    inner = _any_text(rng)
    for _ in range(rng.choice((0, 0, 0, 1, 2))):
        inner = gzip.compress(inner, mtime=0)
    whole = gzip.compress(inner, mtime=0)
    if rng.random() < 0.2:
        whole += rng.choice((whole, b"\x00" * 512, b"\x1f\x8b", b"rest"))
    return mutated_bytes(whole, rng, [whole]) if rng.random() < 0.6 else whole


_PDFS = (
    seeds.pdf(seeds.printed_page(), seeds.printed_page(), told=seeds.TOLD),
    seeds.pdf(b"q 1 0 0 1 0 0 cm 0 0 595 842 re f Q"),
)
_OPERATORS = (
    b"BT ", b" ET ", b" Tj ", b" Td ",
    b"/F1 1e9 Tf ", b"/F9 0 Tf ", b" q ", b" Q ", b"1 0 0 1 1e38 0 cm ", b"0 0 0 0 0 0 Tm ", b"(\\", b"<FEFF",
    b"[(a) -99999 (b)] TJ ", b"/X Do ", b"BI ID ", b" EI ", b"-1 Ts ", b"3 Tr ", b"90 Tz ", b"0.1 w ", b"<<>> BDC ",
)  # fmt: skip
_PDF_WORDS = (
    b" 2 0 R", b" 99 0 R", b"/Kids [2 0 R]", b"/Count -1", b"/Count 999999999", b"/Length 99999999",
    b"/Filter /FlateDecode", b"/Encrypt 5 0 R", b"/MediaBox [0 0 1e30 -1]", b"/Rotate 90", b"/UserUnit 1e9",
    b"endstream", b"endobj", b"obj <<", b">>", b"/Contents 1 0 R", b"/Type /XRef", b"/Prev 0", b"startxref\n0\n",
    b"/Filter [/ASCIIHexDecode /LZWDecode /RunLengthDecode]", b"/Parent 7 0 R",
)  # fmt: skip


def _pdf(rng: Random) -> bytes:
    if rng.random() < 0.4:
        return mutated_bytes(_with_words(rng.choice(_PDFS), rng, _PDF_WORDS), rng, _PDFS)
    content = mutated_bytes(_with_words(seeds.printed_page(), rng, _OPERATORS), rng)[:20_000]
    return seeds.pdf(*[content] * rng.choice((1, 1, 2, 20)), told=mutated_bytes(seeds.TOLD, rng)[:5_000])


def _with_words(data: bytes, rng: Random, words: Sequence[bytes]) -> bytes:
    for _ in range(rng.randrange(4)):
        at = rng.randrange(len(data) + 1)
        data = data[:at] + rng.choice(words) * rng.choice((1, 1, 1, 3, 400)) + data[at:]
    return data


def _anything(rng: Random) -> bytes:
    """What stands before the readers: bytes of one format with the looks of another."""
    match rng.randrange(5):
        case 0:
            return rng.randbytes(rng.choice((0, 1, 2, 3, 5, 30, 3_000)))
        case 1:
            return "".join(rng.choices(ODD, k=rng.randrange(60))).encode("utf-8", "surrogatepass")
        case 2:
            start = rng.choice((b"\xff\xfe", b"\xfe\xff", b"\xef\xbb\xbf", b"\xff\xfe\x00\x00", b"%PDF-",
            b"PK\x03\x04", b"WARC/1.0\r\n", b"\x1f\x8b\x08",
                                b"<?xml ", b"<!DOCTYPE x [", b"<!--", b"{", b"[{", b"---\n", b" " * 70_000, b"\n" * 9,
                                b"<html", b"\x89PNG"))  # fmt: skip
            return start + _any_text(rng)
        case 3:
            return mutated_bytes(_any_text(rng), rng, [_any_text(rng)])
        case _:
            return _MAKERS[rng.choice([name for name in READERS if name != "sniffing"])](rng)


_MAKERS: dict[str, Callable[[Random], bytes]] = {
    "html": _page,
    "scraped": _texts(_SCRAPED, seeds.COPIED),
    "markdown": _texts(_MARKDOWN, seeds.MARKDOWN),
    "jsonl": _records(seeds.RECORDS, lines=True),
    "json": _records((*seeds.RECORDS, *seeds.NINJS), lines=False),
    "rss": _texts(_XML, seeds.RSS),
    "atom": _texts(_XML, seeds.ATOM),
    "sitemap": _texts(_XML, seeds.SITEMAP, seeds.SITEMAP_INDEX),
    "ninjs": _records(seeds.NINJS, lines=True),
    "nitf": _texts(_XML, seeds.NITF),
    "newsml": _texts(_XML, seeds.NEWSML),
    "wordpress": _texts(_XML, seeds.WORDPRESS),
    "warc": _warc,
    "zip": _zip,
    "gzip": _gzip,
    "pdf": _pdf,
    "sniffing": _anything,
}
READERS: tuple[str, ...] = tuple(_MAKERS)
_TEXT_READERS = READERS[: READERS.index("warc")]
