"""Bytes -> text, and what format they hold: told from the bytes themselves, not from a file's ending."""

from __future__ import annotations

import codecs
import re
from typing import Literal

from qa.errors import UnreadableSource

Format = Literal["jsonl", "json", "html", "markdown", "scraped"]

_BOMS = (
    (codecs.BOM_UTF8, "utf-8-sig"),
    (codecs.BOM_UTF32_LE, "utf-32"),
    (codecs.BOM_UTF32_BE, "utf-32"),
    (codecs.BOM_UTF16_LE, "utf-16"),
    (codecs.BOM_UTF16_BE, "utf-16"),
)
_KNOWN_BINARIES = {
    b"\x89PNG": "a PNG image",
    b"\xff\xd8\xff": "a JPEG image",
    b"GIF8": "a GIF image",
    b"RIFF": "a sound or image file",
    b"%PDF-": "a PDF",
    b"PK\x03\x04": "a ZIP archive or office document",
    b"\x7fELF": "a program",
    b"SQLite format 3": "a database",
    b"\xd0\xcf\x11\xe0": "an old office document",
    b"BZh": "a bzip2 archive",
    b"\xfd7zXZ": "an xz archive",
    b"(\xb5/\xfd": "a zstd archive",
    b"7z\xbc\xaf": "a 7z archive",
    b"ID3": "a sound file",
    b"OggS": "a sound file",
}
_TEXT_HINT = "JSON Lines, HTML, Markdown and plain text can be read"
_CONTROLS = re.compile(rb"[\x00-\x08\x0e-\x1a\x1c-\x1f]")
_DECLARED = re.compile(rb"(?:charset|encoding)\s*=\s*[\"']?\s*([A-Za-z0-9_.:-]{2,40})", re.IGNORECASE)
_HTML_START = re.compile(
    r"(?:\s|<!--.*?-->|<\?xml[^>]*>)*<(?:!doctype\s+html|html|head|body|article|main|div|section|meta|title|p|h1)\b",
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
        raise UnreadableSource("the file is empty", path=origin)
    for magic, name in _KNOWN_BINARIES.items():
        if head.startswith(magic):
            raise UnreadableSource(f"{name}, not an article", path=origin, hint=_TEXT_HINT)
    if any(head.startswith(bom) for bom, _ in _BOMS):
        return
    if b"\x00" in head or len(_CONTROLS.findall(head)) > 0.02 * len(head):
        raise UnreadableSource("a binary file, not an article", path=origin, hint=_TEXT_HINT)


def format_of(head: bytes, *, origin: str) -> Format:
    """What the start of a source holds. A ``.jsonl`` ending decides only where the bytes leave it open."""
    start = decode(head, origin=origin, partial=True)
    lines = [line.strip() for line in start.split("\n") if line.strip()]
    if start.lstrip()[:1] == "[" and re.match(r"\s*\[\s*\{", start):
        return "json"
    if lines and lines[0] == "{":
        return "json"
    objects = sum(line.startswith("{") for line in lines)
    if lines and (lines[0].startswith("{") or objects * 2 >= len(lines)):
        return "jsonl"
    if origin.lower().removesuffix(".gz").endswith((".jsonl", ".ndjson")):
        return "jsonl"
    if _HTML_START.match(start):
        return "html"
    return "markdown" if _MARKDOWN_START.match(start) else "scraped"


def decode(data: bytes, *, origin: str, charset: str | None = None, partial: bool = False) -> str:
    """The text of a document: by its byte order mark, as UTF-8, as it declares, or as its letters suggest.

    Raises:
        UnreadableSource: no encoding makes text of it.
    """
    for bom, name in _BOMS:
        if data.startswith(bom):
            return data.decode(name, errors="ignore" if partial else "replace")
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
    name = "cp1252" if name.lower() in ("iso-8859-1", "latin-1", "latin1", "ascii", "us-ascii") else name
    try:
        return data.decode(name)
    except (UnicodeDecodeError, LookupError):
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
