"""Bytes -> text, and what format they hold: told from the bytes themselves, not from a file's ending."""

from __future__ import annotations

import codecs
import re
from typing import Literal

from qa.errors import UnreadableSource

Format = Literal[
    "jsonl", "json", "html", "markdown", "scraped", "feed", "sitemap", "newsml", "wordpress", "warc", "pdf", "zip"
]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_NO_ENCODINGS = frozenset(
    {"idna", "punycode", "undefined", "unicode-escape", "raw-unicode-escape", "utf-7", "mbcs", "oem"}
)
"""Known to Python, and of no page: some read harmless text as something else, one of them takes quadratic time."""
_KNOWN_BINARIES = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a sound or image file",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a database",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"(\xb5/\xfd": "a zstd archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"Rar!": "a RAR archive",
    b"{\\rtf": "an RTF document",
    b"MZ": "a program",
    b"II*\x00": "a TIFF image",
    b"MM\x00*": "a TIFF image",
    b"\x00\x00\x01\x00": "an icon",
    b"ID3": "a sound file",
    b"OggS": "a sound file",
}
_TEXT_HINT = "JSON Lines, HTML, Markdown, plain text, feeds, exports, WARC, PDF and ZIP can be read"
_MAGIC: dict[bytes, Format] = {
    b"%PDF-": "pdf",
    b"PK\x03\x04": "zip",
    b"PK\x05\x06": "zip",  # an empty one
    b"WARC/": "warc",
}
_ROOT = re.compile(
    r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*+<(?:[\w.-]+:)?(?P<name>[\w.-]+)",
    re.DOTALL,
)
_FORMAT_OF_ROOT: dict[str, Format] = {
    **dict.fromkeys(("rss", "RDF", "feed"), "feed"),
    **dict.fromkeys(("urlset", "sitemapindex"), "sitemap"),
    **dict.fromkeys(("nitf", "newsItem", "newsMessage", "packageItem"), "newsml"),
}
_TEXT_OF_UTF_16 = 0.98  # of its characters, to be taken for text without a mark
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_HTML_START = re.compile(
    r"(?>\s+|<!--.*?-->|<\?xml[^>]*>)*+<(?:!doctype\s+html|html|head|body|article|main|div|section|meta|title|p|h1)\b",
    re.IGNORECASE | re.DOTALL,
)
_MARKDOWN_START = re.compile(
    r"\s*(?:---[ \t]*\n[\w \"'-]+:[^\n]*\n|#{1,6}[ \t]+\S|[^\n]{3,200}\n(?:={3,}|-{3,})[ \t]*\n)"
)


def check_text(head: bytes, *, origin: str) -> None:
    """Refuse what is no text at all.

    Raises:
        UnreadableSource: nothing, or a binary file.
    """
    if not head.strip():
        message = "the file is empty but for white space" if head else "the file is empty"
        raise UnreadableSource(message, path=origin, hint="leave it out, or get it again")
    for magic, name in _KNOWN_BINARIES.items():
        if head.startswith(magic):
            raise UnreadableSource(f"{name}, not an article", path=origin, hint=_TEXT_HINT)
    if wide_encoding(head):
        return
    if b"\x00" in head or len(_CONTROLS.findall(head)) > 0.02 * len(head):
        raise UnreadableSource("a binary file, not an article", path=origin, hint=_TEXT_HINT)


def format_of(head: bytes, *, origin: str) -> Format:
    """What the start of a source holds. A ``.jsonl`` ending decides only where the bytes leave it open.

    Raises:
        UnreadableSource: nothing, or a binary file of another kind.
    """
    for magic, form in _MAGIC.items():
        if head.lstrip(b"\xef\xbb\xbf \r\n\t").startswith(magic):
            return form
    check_text(head, origin=origin)
    start = decode(head, origin=origin, partial=True)
    return _format_of_xml(start, origin) or _format_of_json(start, origin) or _format_of_page(start)


def _format_of_xml(start: str, origin: str) -> Format | None:
    """By the root element, whatever comments and declarations stand before it.

    Raises:
        UnreadableSource: XML that says it is XML, of a kind that is not known: as text it would be tags.
    """
    root = _ROOT.match(start)
    form = _FORMAT_OF_ROOT.get(root["name"]) if root else None
    if form is None and start.lstrip("\ufeff \r\n\t").startswith("<?xml") and not _HTML_START.match(start):
        what = (
            f"of a kind that is not known here (<{root['name'][:40]}>)" if root else "without an element at its start"
        )
        raise UnreadableSource(f"XML {what}", path=origin, hint=_TEXT_HINT)
    is_export = form == "feed" and "http://wordpress.org/export/" in start
    return "wordpress" if is_export else form


def _format_of_json(start: str, origin: str) -> Format | None:
    lines = [line.strip() for line in start.split("\n") if line.strip()]
    if start.lstrip()[:1] == "[" and re.match(r"\s*\[\s*\{", start):
        return "json"
    if lines and _opens_object(lines):
        return "json"
    objects = sum(line.startswith("{") for line in lines)
    if lines and (lines[0].startswith("{") or objects * 2 >= len(lines)):
        return "jsonl"
    if origin.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return "jsonl"
    return None


def _opens_object(lines: list[str]) -> bool:
    """Whether the first line is the beginning of one object that is written over several lines."""
    goes_on = len(lines) > 1 and lines[0].startswith("{") and not lines[0].endswith("}")
    return goes_on and not lines[1].startswith("{")


def _format_of_page(start: str) -> Format:
    if _HTML_START.match(start):
        return "html"
    return "markdown" if _MARKDOWN_START.match(start) else "scraped"


def wide_encoding(head: bytes) -> str | None:
    """UTF-16 or UTF-32, by its mark, or where text of it shows without one; None for text in single bytes."""
    if marked := _marked_encoding(head):
        return marked if marked != "utf-8-sig" else None
    sample = head[: min(len(head), 4_096) // 4 * 4]
    zeros = [sample[place::4].count(0) * 4 for place in range(4)]  # of each fourth byte: Latin letters leave them empty
    for name, empty in (
        ("utf-32-le", (1, 2, 3)),
        ("utf-32-be", (0, 1, 2)),
        ("utf-16-le", (1, 3)),
        ("utf-16-be", (0, 2)),
    ):
        if sample and all((zeros[n] > 0.7 * len(sample)) == (n in empty) for n in range(4)) and _is_text(sample, name):
            return name
    return None


def _marked_encoding(data: bytes) -> str | None:
    return next((name for bom, name in _BOMS if data.startswith(bom)), None)


def _is_text(sample: bytes, name: str) -> bool:
    text = sample.decode(name, errors="replace")
    return sum(char.isprintable() or char.isspace() for char in text) >= _TEXT_OF_UTF_16 * len(text)


def encoding_named(name: str) -> str | None:
    """The encoding that a declaration names, as Python calls it; None for what is none, or of no text."""
    try:
        known = codecs.lookup(name).name
        "".encode(known)  # raises for what is no encoding of text, such as base64
    except (LookupError, UnicodeError, ValueError):  # ValueError: a NUL in the name
        return None
    return None if known in _NO_ENCODINGS else known


def single_bytes(name: str) -> str | None:
    """The encoding that a declaration names, where the text that declares it is in single bytes."""
    known = encoding_named(name)
    return None if known is None or known.startswith(("utf-16", "utf-32")) else known


def xml_encoding(head: bytes) -> str | None:
    """The encoding to read an XML stream in; None: the one that it declares, or UTF-8.

    XML that says it is UTF-8, or says nothing, and is not, is nearly always Windows text of western Europe.
    """
    declared = re.search(rb"<\?xml[^>]*\bencoding\s*=\s*[\"']([\w.-]+)", head[:300])
    if any(head.startswith(bom) for bom, _ in _BOMS) or (declared and declared[1].lower() not in (b"utf-8", b"utf8")):
        return None
    bad = _first_bad_byte(head)
    return "windows-1252" if bad and bad < len(head) - 4 and b"\x00" not in head else None


def decode(data: bytes, *, origin: str, charset: str | None = None, partial: bool = False) -> str:
    """The text of a document: by its byte order mark, as UTF-8, as it declares, or as its letters suggest.

    Raises:
        UnreadableSource: no encoding makes text of it.
    """
    if marked := _marked_encoding(data) or wide_encoding(data):
        return data.decode(marked, errors="ignore" if partial else "replace").removeprefix("\ufeff")
    if partial:
        return data.decode("utf-8", errors="replace")
    match = _DECLARED.search(data[:4096])
    declared = charset or (match[1].decode("ascii") if match else None)
    for encoding in ("utf-8", declared):
        if encoding and (known := _decoded(data, encoding)) is not None:
            return known
    guessed = _guessed(data)
    if guessed is None:
        message = f"not valid UTF-8 at byte {_first_bad_byte(data)}, and in no other known encoding"
        raise UnreadableSource(message, path=origin, hint="save the file as UTF-8")
    return guessed


def _decoded(data: bytes, name: str) -> str | None:
    known = encoding_named(name)
    try:
        return data.decode("cp1252" if known in ("iso8859-1", "ascii") else known) if known else None
    except UnicodeError:
        return None


_LIKELY = [
    "cp1252",
    "cp1250",
    "cp1251",
    "cp1253",
    "cp1254",
    "koi8_r",
    "big5",
    "gb18030",
    "shift_jis",
    "euc_jp",
    "euc_kr",
    "cp1255",
    "cp1256",
]


def _guessed(data: bytes) -> str | None:
    """As Windows text of western Europe where all odd bytes are its quotes and letters, else by its statistics."""
    western = _decoded(data, "cp1252")
    odd = [char for char in western or "" if not char.isascii()]
    if (
        western
        and odd
        and all(
            char.isalpha()
            or char
            in "\u2018\u2019\u201c\u201d\u2013\u2014\u2026\u2022\u20ac\u00a3\u00a9\u00ab\u00bb\u00b0\u00a0\u00bd\u00b7"
            for char in odd
        )
        and len(odd) < 0.15 * len(western)
    ):
        return western
    from charset_normalizer import from_bytes

    best = from_bytes(data[:200_000], cp_isolation=_LIKELY).best()
    return _decoded(data, best.encoding) if best is not None else None


def _first_bad_byte(data: bytes) -> int:
    try:
        data.decode("utf-8")
    except UnicodeDecodeError as error:
        return error.start + 1
    return 0
