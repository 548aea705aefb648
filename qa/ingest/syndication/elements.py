"""An XML stream -> its records (feed entries, posts, wire stories), one at a time, however long the stream.

XML is taken for hostile and for broken. Records are cut out of the text first, and each is parsed alone and strictly:
what is wrong in one is said of it, and does no harm to the others, as it would to all that follows in one parse of
the whole. Nothing is fetched, and no entity that the file declares is ever expanded: HTML's named characters are
written out beforehand, and a bare ampersand stays one.
"""

from __future__ import annotations

import codecs
import html
import html.entities
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import lxml.etree

from qa.errors import UnreadableSource
from qa.ingest.bytestream import LONGEST_RECORD, Readable
from qa.ingest.decode import single_bytes, wide_encoding
from qa.ingest.normal import plain_text

_PREFIXES = {
    "http://www.w3.org/2005/Atom": "atom",
    "http://purl.org/atom/ns": "atom",
    "http://purl.org/rss/1.0/modules/content": "content",
    "http://purl.org/dc/elements/1.1": "dc",
    "http://purl.org/dc/terms": "dcterms",
    "http://search.yahoo.com/mrss": "media",
    "http://rssnamespace.org/feedburner/ext/1.0": "feedburner",
    "http://www.google.com/schemas/sitemap-news/0.9": "news",
    "http://purl.org/rss/1.0": "",
    "http://my.netscape.com/rdf/simple/0.9": "",
    "http://www.w3.org/1999/02/22-rdf-syntax-ns": "rdf",
    "http://www.sitemaps.org/schemas/sitemap/0.9": "",
    "http://www.google.com/schemas/sitemap/0.84": "",
    "http://www.w3.org/XML/1998/namespace": "xml",
    "http://www.w3.org/1999/xhtml": "",
}
_FAMILIES = (  # namespaces that have the version, or the day, in them
    ("http://wordpress.org/export/", "wp"),
    ("http://iptc.org/std/", ""),
)
_PIECE = 65_536  # bytes
_LONGEST_HEAD = 5_000_000  # characters: an export names its authors and categories there
_LONGEST_TAG = 300  # characters of a mark that a piece's end may cut
_MOST_ELEMENTS = 50_000  # in one record; a long story has a thousand
_NOT_MARKUP = re.compile(r"<!\[CDATA\[.*?(?:\]\]>|$)|<!--.*?(?:-->|$)|<\?.*?(?:\?>|$)", re.DOTALL)
_CDATA = re.compile(r"(<!\[CDATA\[.*?(?:\]\]>|$))", re.DOTALL)
_PROLOG = re.compile(r"(?>\s+|<\?.*?\?>|<!--.*?-->|<!DOCTYPE[^\[>]*(?:\[.*?\]\s*)?>)*+", re.DOTALL)
_ENTITY = re.compile(r"<!ENTITY\s+(%\s|[^\s\"'>]+)")
_TAG = re.compile(r"<(?P<end>/?)(?P<name>[\w.:-]++)(?P<rest>(?:[^<>\"']|\"[^\"<]*\"|'[^'<]*')*+)>")
_TAG_NAME = re.compile(r"<([\w.:-]+)")
_REFERENCE = re.compile(r"&(?:(?P<name>\w{2,40});|(?!#\w{1,8};))")
_OWN_REFERENCES = frozenset({"amp", "lt", "gt", "quot", "apos"})
_UNDECODED = re.compile("[\ud800-\udfff]")
_PREFIXES_IN = re.compile(r"(?:</?|\s)([A-Za-z_][\w.-]*):(?=[A-Za-z_][\w.-]*[\s=/>])")
_PLACE = re.compile(r",? line \d+(?:, column \d+)?(?: \(.*)?")  # of the text that was parsed, not of the file
MEND = "mend it, or have it sent again; the others were read"
_ENDS_IN_IT = "the file ends in it"
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]")  # by XML; plain_text takes them out, too


@dataclass(frozen=True, slots=True)
class XmlRecord:
    """One record.

    Attributes:
        element: the record; its ancestors have their attributes, and nothing else. None where it is broken.
        about: the innermost element around the first record, with what stood in it before that one.
        line: where it begins, from 1.
        broken: what is wrong with the XML in it; None for a whole record.
    """

    element: Any
    about: Any
    line: int
    broken: str | None


def records(
    stream: Readable, names: frozenset[str], *, origin: str, encoding: str | None = None
) -> Iterator[XmlRecord]:
    """The elements of these names in order.

    Args:
        stream: the XML.
        names: local names, without prefix.
        origin: names the source in messages.
        encoding: reads the bytes as this, whatever they declare.

    Raises:
        UnreadableSource: it declares entities of its own, or ends before its root does; what came before stands.
    """
    cutter = _Cutter(_texts(stream, encoding), names)
    head: _Head | None = None
    for cut in cutter.cuts():
        head = head or _Head.of(cutter.head, origin)
        yield _parsed(cut, head)
        if cut.fault == _ENDS_IN_IT:
            return
    opened = (head or _Head.of(cutter.head, origin)).opened
    if opened and f"</{_name_in(opened[0])}" not in cutter.rest:
        raise UnreadableSource("the XML ends too early", path=origin, hint="get the file again: its end is missing")


def _texts(stream: Readable, encoding: str | None) -> Iterator[str]:
    """The stream as text; bytes that are not of its encoding become halves of surrogate pairs."""
    data = stream.read(_PIECE)
    decoder = codecs.getincrementaldecoder(encoding or _declared(data))("undecoded")
    start = decoder.decode(data).removeprefix("\ufeff")
    yield start
    while data := stream.read(_PIECE):
        yield decoder.decode(data)
    yield decoder.decode(b"", final=True)


def _undecoded(error: UnicodeError) -> tuple[str, int]:
    """Half of a surrogate pair, which no text holds; Python's own surrogateescape gives up in UTF-16 and others."""
    if not isinstance(error, UnicodeDecodeError):
        raise error
    return "\udcff", error.end


codecs.register_error("undecoded", _undecoded)


def _declared(data: bytes) -> str:
    """The encoding by its mark, by its looks or by its declaration, where Python knows it; UTF-8 by default."""
    if wide := wide_encoding(data):
        return wide
    declared = re.match(rb"\s*<\?xml[^>]{0,100}?\bencoding\s*=\s*[\"']([A-Za-z][\w.-]{0,40})", data)
    return (single_bytes(declared[1].decode("ascii")) if declared else None) or "utf-8"


@dataclass(frozen=True, slots=True)
class _Cut:
    """A record's text; ``fault``: why it is no whole record, though it looked like one."""

    text: str
    line: int
    fault: str | None = None


class _Cutter:
    """Cuts records out of a text that comes in pieces, without looking into comments and CDATA.

    Attributes:
        head: what stood before the first record.
        rest: the end of what stood behind the last.
    """

    def __init__(self, texts: Iterator[str], names: frozenset[str]) -> None:
        tags = "|".join(re.escape(name) for name in sorted(names))
        self._mark = re.compile(rf"<!\[CDATA\[|<!--|<(?P<end>/?)(?P<name>(?:[\w.-]+:)?(?:{tags}))(?=[\s/>])")
        self._texts = texts
        self._text, self._at, self._line = "", 0, 1
        self._kept: list[str] = []
        self._size = self._began = 0
        self._name: str | None = None
        self._first = True
        self.head = self.rest = ""

    def cuts(self) -> Iterator[_Cut]:
        while mark := self._find(self._mark, _LONGEST_TAG):
            name, ends = mark["name"], bool(mark["end"])
            if name is None:
                self._skip("]]>" if mark[0] == "<![CDATA[" else "-->", mark.end())
                continue
            if self._name == name and not ends:
                yield self._cut("its end is missing")
            if self._name is None and not ends:
                self._open(name)
            empty = self._pass_tag()
            if self._name == name and (ends or empty):
                yield self._cut()
        if self._name is not None:
            yield self._cut(_ENDS_IN_IT)
        self._end_outside()

    def _find(self, pattern: re.Pattern[str], longest: int) -> re.Match[str] | None:
        """Go on to the next match, of which a piece's end may cut so much; None at the end."""
        while not (match := pattern.search(self._text, self._at)):
            self._take(max(self._at, len(self._text) - longest))
            piece = next(self._texts, None)
            if piece is None:
                self._take(len(self._text))
                return None
            self._text, self._at = self._text[self._at :] + piece, 0
        self._take(match.start())
        return match

    def _take(self, to: int) -> None:
        """Keep the text up to here, as far as a record, or what stands outside, is kept."""
        text, self._at = self._text[self._at : to], to
        self._line += text.count("\n")
        self._size += len(text)
        if self._size <= (LONGEST_RECORD if self._name is not None else _LONGEST_HEAD):
            self._kept.append(text)
        elif self._name is None:
            self._kept = [*self._kept[-1:], text][-2:] if not self._first else self._kept

    def _skip(self, end: str, start: int) -> None:
        self._take(start)
        if self._find(re.compile(re.escape(end)), len(end)):
            self._take(self._at + len(end))

    def _open(self, name: str) -> None:
        self._end_outside()
        self._name, self._began, self._kept, self._size = name, self._line, [], 0

    def _end_outside(self) -> None:
        outside = "".join(self._kept)
        if self._first:
            self.head, self._first = outside, False
        self.rest = outside
        self._kept = []

    def _pass_tag(self) -> bool:
        """Go behind the tag; whether it is empty, as in ``<item/>``."""
        end = self._find(re.compile(">"), 2)
        if end is None:
            return False
        empty = end.start() > 0 and self._text[end.start() - 1] == "/"
        self._take(end.end())
        return empty

    def _cut(self, fault: str | None = None) -> _Cut:
        too_long = self._size > LONGEST_RECORD
        fault = f"longer than {LONGEST_RECORD // 1_000_000} MB" if too_long else fault
        cut = _Cut("".join(self._kept), self._began, fault)
        self._name, self._kept, self._size = None, [], 0
        return cut


@dataclass(frozen=True, slots=True)
class _Head:
    """What stood before the first record: the tags that were still open there, and all of it as a tree."""

    opened: tuple[str, ...]
    about: Any

    @classmethod
    def of(cls, text: str, origin: str) -> _Head:
        """Raises UnreadableSource where entities are declared that HTML does not have: they can swell, or fetch."""
        prolog = _PROLOG.match(text)
        body = text[prolog.end() :] if prolog else text
        declared = _ENTITY.findall(prolog[0]) if prolog else []
        if any(name + ";" not in html.entities.html5 for name in declared):
            message = "the XML declares entities of its own, which are not read"
            raise UnreadableSource(message, path=origin, hint="expand them yourself if you trust the file")
        opened = _still_open(body)
        return cls(opened, _tree_of_head(body, opened))


def _still_open(text: str) -> tuple[str, ...]:
    opened: list[str] = []
    for tag in _TAG.finditer(_NOT_MARKUP.sub(" ", text)):
        if tag["end"] and opened and _name_in(opened[-1]) == tag["name"]:
            opened.pop()
        elif not tag["end"] and not tag["rest"].endswith("/"):
            opened.append(_spelt_out(tag[0]))
    return tuple(opened)


def _name_in(tag: str) -> str:
    found = _TAG_NAME.match(tag)
    return found[1] if found else ""


def _tree_of_head(text: str, opened: tuple[str, ...]) -> Any:
    whole = _spelt_out(text) + "".join(f"</{_name_in(tag)}>" for tag in reversed(opened))
    try:
        node = lxml.etree.fromstring(whole, parser=_parser(recover=True))
    except (lxml.etree.XMLSyntaxError, ValueError):
        node = None
    if node is None:
        return lxml.etree.Element("none")
    for _ in opened[1:]:
        node = node[-1] if len(node) else node
    return node


def _parser(*, recover: bool = False) -> lxml.etree.XMLParser:
    # huge_tree=False keeps libxml2's own limits: depth, length of a text.
    return lxml.etree.XMLParser(
        recover=recover,
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _spelt_out(text: str) -> str:
    """The XML with HTML's named characters as characters and bare ampersands as references; CDATA stays."""
    parts = _CDATA.split(_FORBIDDEN.sub("", text))
    return "".join(part if part.startswith("<![CDATA[") else _REFERENCE.sub(_character, part) for part in parts)


def _character(found: re.Match[str]) -> str:
    name = found["name"]
    if name is None:
        return "&amp;"
    char = html.entities.html5.get(name + ";")
    return found[0] if name in _OWN_REFERENCES or char is None else html.escape(char)


def _parsed(cut: _Cut, head: _Head) -> XmlRecord:
    fault = cut.fault or _fault(cut.text)
    if fault is None:
        text = _spelt_out(cut.text)
        try:
            return XmlRecord(_tree(text, head.opened), head.about, cut.line, None)
        except (lxml.etree.XMLSyntaxError, ValueError) as error:
            fault = _PLACE.sub("", plain_text(str(error))) or "not well-formed"
    return XmlRecord(None, head.about, cut.line, fault)


def _tree(text: str, around: tuple[str, ...]) -> Any:
    """The record as an element, inside elements with the tags of those around it."""
    ends = "".join(f"</{_name_in(tag)}>" for tag in reversed(around))
    try:
        element = lxml.etree.fromstring("".join(around) + text + ends, parser=_parser())
    except lxml.etree.XMLSyntaxError as error:
        if "Namespace prefix" not in str(error) or (around and around[0].startswith("<namespaces ")):
            raise
        return _tree(text, (_all_declared("".join(around) + text), *around))
    for _ in around:
        element = element[-1]
    return element


def _all_declared(text: str) -> str:
    """The tag of an element that declares all prefixes of a text, as the usual ones where they are that."""
    usual = {prefix: uri for uri, prefix in _PREFIXES.items()}
    prefixes = sorted(set(_PREFIXES_IN.findall(text)) - {"xml", "xmlns"})
    declared = "".join(f' xmlns:{prefix}="{usual.get(prefix, f"urn:prefix:{prefix}")}"' for prefix in prefixes)
    return f"<namespaces {declared}>"


def _fault(text: str) -> str | None:
    """What is wrong with a record before it is parsed."""
    if _UNDECODED.search(text):
        return "bytes that are not of the file's encoding"
    return f"more than {_MOST_ELEMENTS:,} elements" if text.count("<") > 2 * _MOST_ELEMENTS else None


def name_of(element: Any) -> str:
    """The element's name, with the usual prefix of its namespace whatever the file calls it: ``dc:creator``.

    The namespaces of RSS, sitemaps, XHTML and the IPTC have no prefix.
    """
    tag = element.tag
    if not isinstance(tag, str) or not tag.startswith("{"):
        return tag if isinstance(tag, str) else ""
    uri, _, local = tag[1:].partition("}")
    family = next((prefix for start, prefix in _FAMILIES if uri.startswith(start)), element.prefix or "")
    prefix = _PREFIXES.get(uri.rstrip("/#"), family)
    return f"{prefix}:{local}" if prefix else local


def local_name(element: Any) -> str:
    """The element's name without any prefix; empty for what is no element."""
    return name_of(element).rpartition(":")[2]


def children(element: Any, *names: str) -> list[Any]:
    """The children of these names, in the order of the file."""
    return [child for child in element if name_of(child) in names]


def child(element: Any, *names: str) -> Any:
    """The first child of the first name that has one; None without any."""
    return next((found[0] for name in names if (found := children(element, name))), None)


def text_of(element: Any) -> str:
    """All text in an element as it stands; empty for None."""
    try:
        return "" if element is None else "".join(element.itertext())
    except UnicodeDecodeError:  # libxml2 goes on after bytes that are none of the encoding's, and keeps them
        return ""


def child_text(element: Any, *names: str) -> str:
    """The text of the first child of the first name that has any text, without space at its ends."""
    for name in names:
        for found in children(element, name):
            if text := text_of(found).strip():
                return text
    return ""


def markup_of(element: Any, tags: dict[str, str] | None = None, *, dropped: frozenset[str] = frozenset()) -> str:
    """What an element holds, as HTML: namespaces gone, elements renamed as ``tags`` says or else by local name."""
    names = tags or {}
    for inner in list(element.iter(lxml.etree.Element)):
        name = local_name(inner)
        if name in dropped and inner is not element:
            _without(inner)
        else:
            inner.tag = names.get(name, name)
    lxml.etree.cleanup_namespaces(element)
    inside = [html.escape(element.text or "", quote=False)]
    inside += [lxml.etree.tostring(inner, method="html", encoding="unicode") for inner in element]
    return "".join(inside)


def _without(node: Any) -> None:
    """Take an element out of the tree, and leave the text behind it."""
    before, parent, text = node.getprevious(), node.getparent(), node.tail or ""
    node.tail = None
    parent.remove(node)
    if before is None:
        parent.text = (parent.text or "") + text
    else:
        before.tail = (before.tail or "") + text
