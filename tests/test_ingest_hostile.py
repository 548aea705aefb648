"""Files that are broken, huge, nested, encrypted, mislabelled or hostile: one clear line each, on the command line."""

from __future__ import annotations

import gzip
import http.server
import io
import json
import os
import re
import socket
import struct
import tempfile
import threading
import zipfile
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from eval.fuzz import seeds
from eval.fuzz.seeds import FIRST, PAGE, RECORD, SECOND, pdf, printed_page, warc_record, zipped
from qa import cli
from qa.errors import IngestError
from qa.ingest import read, read_bytes
from qa.ingest.bytestream import ByteStream
from qa.types import Article

LINE = json.dumps(RECORD).encode()
SECRET = "The password of this machine is plum."
STEERING = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")

Capture = pytest.CaptureFixture[str]


@pytest.fixture
def ingest(
    tmp_path_factory: pytest.TempPathFactory, capsys: Capture
) -> Callable[..., tuple[dict[str, Any], list[str]]]:
    """``qa ingest`` into an archive of its own: its report, and the lines that a person sees beside it."""

    def run(*sources: str | Path) -> tuple[dict[str, Any], list[str]]:
        home = tmp_path_factory.mktemp("home")
        cli.run(["--home", str(home), "ingest", "--json", *map(os.fspath, sources)])
        out, err = capsys.readouterr()
        assert not STEERING.search(err)
        report = json.loads(out.splitlines()[-1])
        assert report["failed"] == len(report["errors"])
        return report, err.splitlines()

    return run


@pytest.fixture
def only_line(tmp_path: Path, ingest: Any) -> Callable[..., str]:
    """What is said of one hostile file, which must be one error, told in one line that names the file."""

    def run(data: bytes | Path, name: str = "a.bin") -> str:
        path = data if isinstance(data, Path) else tmp_path / name
        if isinstance(data, bytes):
            path.write_bytes(data)
        report, lines = ingest(path)
        (error,) = report["errors"]
        assert error["path"].startswith(str(path))
        assert sum(error["message"] in line for line in lines) == 1
        assert report["articles"] == []
        return str(error["message"])

    return run


# -- archives and packed files


def shared_bytes(count: int) -> bytes:
    """A ZIP whose directory names the same packed bytes so many times: 1 MB each, packed only some fifty times."""
    once = zipped({"a": os.urandom(20_000) + bytes(980_000)})
    end = once.rindex(b"PK\x05\x06")
    start = struct.unpack("<I", once[end + 16 : end + 20])[0]
    directory = once[start:end] * count
    tail = struct.pack("<4s4H2LH", b"PK\x05\x06", 0, 0, count, count, len(directory), start, 0)
    return once[:start] + directory + tail


def nested_bomb() -> bytes:
    """Each of two archives swells some forty times at most, so that it takes both together to see it."""
    inner = io.BytesIO()
    with zipfile.ZipFile(inner, "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("padding", bytes(50_000_000), compress_type=zipfile.ZIP_STORED)
        for number in range(100):
            archive.writestr(str(number), os.urandom(4_000) + bytes(996_000))
    return zipped({"in.zip": inner.getvalue()})


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: zipped({f"{n}.txt": bytes(30_000_000) for n in range(4)}), "unpacks to more than 100 times its size"),
        (nested_bomb, "unpacks to more than 100 times its size"),
        (lambda: shared_bytes(2_000), "unpacks to more than 100 times its size"),
        (lambda: zipped({"a": zipped({"b": zipped({"c": zipped({"d": LINE})})})}), "archives in archives in archives"),
        (lambda: gzip.compress(b'{"title": "' + b"x" * 150_000_000, 1), "unpacks to more than 100 times its size"),
        (lambda: gzip.compress(gzip.compress(gzip.compress(LINE))), "gzip in gzip in gzip"),
        (lambda: gzip.compress(LINE)[:-4] + b"xxxx", "the gzip data is damaged"),
        (lambda: gzip.compress(LINE) + b"and more", "the gzip data is damaged"),
        (lambda: b"\x1f\x8b\x08\x08" + bytes(6) + b"n" * 3_000_000, "the gzip data is damaged"),
        (lambda: zipped({"a": LINE})[:-9], "the ZIP archive is damaged"),
        (lambda: zipped({}), "the archive holds no files"),
        (lambda: zipped({"word/document.xml": b"x", "[Content_Types].xml": b"x"}), "an office document"),
    ],
)
def test_an_archive_that_swells_or_is_damaged_is_one_line(make: Callable[[], bytes], said: str, only_line: Any) -> None:
    assert said in only_line(make())


def test_gzip_in_gzip_and_gzip_of_several_members_are_read() -> None:
    twice = gzip.compress(gzip.compress(LINE + b"\n"))
    members = gzip.compress(LINE + b"\n") + gzip.compress(b"") + gzip.compress(LINE + b"\n") + bytes(512)
    assert [type(item) for data in (twice, members) for item in read_bytes(data, origin="a")] == [Article] * 3


@given(st.lists(st.binary(max_size=3_000), min_size=1, max_size=4), st.integers(1, 5_000), st.integers(0, 600))
def test_gzip_is_unpacked_to_the_last_byte(parts: list[bytes], size: int, zeros: int) -> None:
    stream = ByteStream(io.BytesIO(b"".join(gzip.compress(part) for part in parts) + bytes(zeros)), origin="a")
    rest, found = stream.rest(), b""
    while piece := rest.read(size):
        found += piece
    assume(not found.startswith(b"\x1f\x8b"))
    assert found == b"".join(parts)


def test_an_encrypted_file_in_a_zip_is_one_line_and_the_next_is_read(tmp_path: Path, ingest: Any) -> None:
    whole = bytearray(zipped({"a": LINE, "b": LINE}))
    for mark, flags in ((b"PK\x03\x04", 6), (b"PK\x01\x02", 8)):
        whole[whole.index(mark) + flags] |= 1
    (tmp_path / "a.zip").write_bytes(whole)
    report, lines = ingest(tmp_path / "a.zip")
    assert (report["added"], report["failed"]) == (1, 1)
    assert any("a.zip!/a: the file is encrypted" in line for line in lines)


def test_a_wrong_size_in_a_zip_is_one_line(only_line: Any) -> None:
    whole = bytearray(zipped({"a": LINE}))
    whole[whole.index(b"PK\x01\x02") + 24] ^= 0x11
    assert "damaged in the archive" in only_line(bytes(whole))


def test_names_in_a_zip_that_lead_out_of_it_write_nothing(tmp_path: Path, ingest: Any) -> None:
    names = ("../up.json", "/abs.json", "..\\back.json", "c:\\d.json", "a/../../x.json", "new\nline.json")
    place = tmp_path / "here"
    place.mkdir()
    (place / "a.zip").write_bytes(zipped(dict.fromkeys(names, b"Home\nNews")))
    report, lines = ingest(place / "a.zip")
    assert report["failed"] == len(names)
    assert sum("no article text found" in line for line in lines) == len(names)
    assert sorted(path.name for path in tmp_path.rglob("*")) == ["a.zip", "here"]
    assert not Path("/abs.json").exists()


@pytest.mark.slow
def test_a_zip_of_a_hundred_thousand_files_is_read_one_at_a_time() -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        for number in range(100_000):
            archive.writestr(f"{number}", b"")
    found = read_bytes(packed.getvalue(), origin="a.zip")
    assert sum(isinstance(item, IngestError) and item.message == "the file is empty" for item in found) == 100_000


# -- XML that would swell, fetch or read


LAUGHS = "".join(f'<!ENTITY l{n} "{f"&l{n - 1};" * 10}">' for n in range(1, 10))
FEED = (
    "<rss version='2.0'><channel><title>Echo</title><item><title>Ice</title>"
    "<description>{}</description></item></channel></rss>"
)


@pytest.mark.parametrize(
    "prolog",
    [
        f'<!DOCTYPE rss [<!ENTITY l0 "ha">{LAUGHS}]>',
        f'<!DOCTYPE rss [<!ENTITY l9 "{"ha" * 20_000}">]>',
        '<!DOCTYPE rss [<!ENTITY l9 SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE rss [<!ENTITY % p SYSTEM "http://127.0.0.1:9/x.dtd"> %p;]>',
    ],
)
def test_entities_that_swell_or_fetch_are_refused_in_one_line(prolog: str, only_line: Any) -> None:
    data = f"<?xml version='1.0'?>{prolog}{FEED.format('&l9;' * 1_000)}"
    assert "declares entities of its own" in only_line(data.encode(), "a.xml")


class _Asked(http.server.BaseHTTPRequestHandler):
    asked: list[str] = []  # noqa: RUF012 (one list for all requests is the point)

    def do_GET(self) -> None:
        self.asked.append(self.path)
        self.send_response(404)
        self.end_headers()

    def log_message(self, *_args: object) -> None:
        """Nothing: what was asked is counted."""


@pytest.fixture
def listening() -> Iterator[str]:
    _Asked.asked.clear()
    with http.server.HTTPServer(("127.0.0.1", 0), _Asked) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def test_nothing_that_a_document_points_to_is_fetched_or_read(listening: str, tmp_path: Path, ingest: Any) -> None:
    (tmp_path / "secret.txt").write_text(SECRET)
    secret = (tmp_path / "secret.txt").as_uri()
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{secret}" parse="text"/>'
    external = (
        f'<?xml version="1.0"?><!DOCTYPE rss SYSTEM "{listening}/x.dtd"><?xml-stylesheet href="{listening}/x.xsl"?>'
    )
    files = {
        "a.xml": external + FEED.format(include + FIRST),
        "b.html": PAGE.replace("<body>", f'<body><iframe src="{secret}"></iframe><img src="{listening}/i">{include}'),
        "c.md": f"# Ice\n\n![x]({secret}) ![y]({listening}/j)\n\n{FIRST}\n",
        "d.html": f'<!DOCTYPE html SYSTEM "{listening}/y.dtd" [<!ENTITY x SYSTEM "{secret}">]>{PAGE[15:]}<p>&x;</p>',
    }
    for name, text in files.items():
        (tmp_path / name).write_text(text)
    sources = [str(tmp_path / name) for name in files]
    report, _ = ingest(*sources)
    assert report["added"] + report["duplicates"] >= 3
    assert not any(SECRET in item.text for item in read(sources) if isinstance(item, Article))
    assert _Asked.asked == []


# -- huge and deep


DEEP = 100_000


@pytest.mark.parametrize(
    ("data", "said"),
    [
        (FEED.format("<b>" * DEEP + FIRST + "</b>" * DEEP), "broken XML in the entry"),
        (FEED.format(f"<b c='{'d' * 12_000_000}'/>"), "broken XML in the entry"),
        (FEED.format("<b/>" * 110_000), "more than 50,000 elements"),
        ("<rss><channel>" + '<a"' * DEEP, "the XML ends too early"),
        (f"<?xml version='1.0'?><!DOCTYPE rss [{'<!-- -->' * DEEP}]>" + FEED, "XML without an element at its start"),
        ("[" * DEEP + "{" + "]" * DEEP, "no article text found"),
        ('[{"title": ' + "[" * DEEP + "]" * DEEP + "}]", "a nesting is too large"),
        ('{"title": "x", "text": ' + "[" * DEEP + "]" * DEEP + "}", "a nesting is too large"),
        ('{"title": "x",\n "text": ' + "9" * 5_000 + "}", "too large"),
        ('{\n"title": "Ice",\n"paragraphs": [\n"one",\n"two"\n', "broken JSON"),
        ('{"title": "' + "x" * 50_000_000 + '"}\n', "longer than 20 MB"),
        ("word " * 5_000_000, "larger than 20 MB"),
    ],
)
def test_what_is_huge_or_nested_too_deep_is_one_line(data: str, said: str, only_line: Any) -> None:
    assert said in only_line(data.encode(), "a.jsonl" if data.startswith('{"') else "a.bin")


@pytest.mark.parametrize(
    "text",
    [
        f"<html><body><h1>Ice</h1><p>{FIRST}</p>{'<div>' * DEEP}<p>{SECOND}</p></body></html>",
        f"<html><body><h1>Ice</h1><p>{FIRST}</p><p {'a ' * DEEP}>{SECOND}</p></body></html>",
        f"<html><body><h1>Ice</h1><p>{FIRST}</p><p class='{'a ' * DEEP}'>{SECOND}</p></body></html>",
        f"# Ice\n\n{FIRST}\n\n{'>' * DEEP} {SECOND}\n",
        f"# Ice\n\n{FIRST}\n\n{'- ' * DEEP}{SECOND}\n",
        f"# Ice\n\n{FIRST}\n\n{'[' * 20_000}{SECOND}\n",
        f"# Ice\n\n{FIRST}\n\n{'*a **b ' * 20_000}\n",
        f"Ice on the water\n\n{FIRST}\n\n{'x' * 10 * DEEP}\n",
        f"Ice on the water\n\n{FIRST}\n\n{'www.' * DEEP}\n",
    ],
    ids=["div", "attributes", "class", "quotes", "lists", "brackets", "stars", "word", "www"],
)
def test_a_story_beside_deep_nesting_is_read_or_refused_in_one_piece(text: str) -> None:
    (item,) = read_bytes(text.encode(), origin="a")
    assert isinstance(item, IngestError) or FIRST in item.text


LAUGHING = "b0: &b0 {x: y}\n" + "".join(
    f'b{n}: &b{n} {{!!merge "<<": [*b{n - 1}, *b{n - 1}, *b{n - 1}]}}\n' for n in range(1, 40)
)


@pytest.mark.parametrize(
    "fields", [LAUGHING, "day: !!timestamp x\n", "day: !!bool x\n", "a: !!python/object/apply:os.getcwd []\n"]
)
def test_no_tag_of_front_matter_is_obeyed(fields: str) -> None:
    (item,) = read_bytes(f"---\ntitle: Ice\n{fields}---\n\n{FIRST}\n".encode(), origin="a.md")
    assert isinstance(item, Article)
    assert (item.title, item.text) == ("Ice", FIRST)


def test_a_page_of_tags_without_end_is_read_and_one_of_elements_without_end_is_refused() -> None:
    attributes = " ".join(f"a{n}=1" for n in range(200_000))
    (article,) = read_bytes(f"<html><body><h1>Ice</h1><p {attributes}>{FIRST}</p></body></html>".encode(), origin="a")
    assert isinstance(article, Article)
    assert article.text == FIRST
    (error,) = read_bytes(f"<html><body><p>{FIRST}</p>{'<br>x' * 300_000}</body></html>".encode(), origin="a")
    assert isinstance(error, IngestError)
    assert error.message == "more than 250,000 elements, far more than an article has"


def test_what_runs_into_a_link_or_a_headline_is_no_part_of_an_address_or_a_title() -> None:
    broken = PAGE.replace(f'href="{seeds.URL}"', f'href="{seeds.URL}').replace('property="og:url"', "")
    for data in (
        broken,
        seeds.COPIED.replace("Harbour freezes", "Harbour\tfreezes"),
        seeds.COPIED.replace("News", "Ne\tws"),
    ):
        (article,) = read_bytes(data.encode(), origin="a")
        assert isinstance(article, Article)
        for text in filter(None, (article.title, article.url, article.section)):
            assert re.search("[\x00-\x1f<>]", text) is None


@pytest.mark.slow
def test_a_sparse_file_of_200_mb_is_one_line(tmp_path: Path, only_line: Any) -> None:
    for name, start in (
        ("a.bin", b""),
        ("b.jsonl", b'{"title": "'),
        ("c.warc", b"WARC/1.0\r\n"),
        ("d.xml", b"<rss><item>"),
    ):
        with (tmp_path / name).open("wb") as file:
            file.write(start)
            file.truncate(200_000_000)
        assert only_line(tmp_path / name)


# -- PDF and WARC


def drawing_itself(pages: bytes = b"<< /Type /Pages /Count 1 /Kids [7 0 R] >>") -> bytes:
    """A page draws a form that draws itself, and again and again."""
    uses = b"/Resources << /XObject << /X 20 0 R >> >>"
    form = b"<< /Type /XObject /Subtype /Form /BBox [0 0 9 9] %s /Length 600 >>\nstream\n%s\nendstream"
    page = b"<< /Type /Page /Parent 2 0 R /MediaBox [0 0 9 9] /Contents 6 0 R %s >>" % uses
    return pdf(b"/X Do", more={2: pages, 7: page, 20: form % (uses, b"/X Do " * 100)})


LOCK = b"<< /Filter /Standard /V 1 /R 2 /P -4 /O <%s> /U <%s> >>" % (b"00" * 32, b"11" * 32)
LOCKED = pdf(printed_page()).replace(b"/Info 5 0 R", b"/Info 5 0 R /ID [<00> <00>] /Encrypt " + LOCK)


@pytest.mark.parametrize(
    ("make", "said"),
    [
        (lambda: LOCKED, "the PDF is encrypted"),
        (lambda: pdf(printed_page())[:500], "the PDF is damaged"),
        (lambda: b"%PDF-1.7\n" + bytes(range(256)) * 99, "the PDF is damaged"),
        (drawing_itself, "no text in the PDF"),
        (lambda: drawing_itself(b"<< /Type /Pages /Count 9 /Kids [2 0 R] /Parent 2 0 R >>"), "the PDF is damaged"),
        (lambda: pdf(b"0 0 595 842 re f"), "no text in the PDF: its pages are pictures"),
        (lambda: pdf(*[printed_page()] * 10_000), "more than 2,000 pages"),
    ],
    ids=["encrypted", "cut", "noise", "form in itself", "pages in themselves", "scanned", "pages"],
)
def test_a_pdf_that_is_no_article_is_one_line(make: Callable[[], bytes], said: str, only_line: Any) -> None:
    assert said in only_line(make(), "a.pdf")


@pytest.mark.parametrize(
    ("length", "said"),
    [
        (10, "its length or its first line is wrong"),
        (99_999_999, "ends in the middle of a record"),
        (999_999_999_999_999, "ends in the middle of a record"),
        (-1, "it has no length"),
    ],
)
def test_a_wrong_length_in_a_warc_is_said(length: int, said: str, tmp_path: Path, ingest: Any) -> None:
    (tmp_path / "a.warc").write_bytes(warc_record(seeds.http(PAGE.encode()), length=length))
    report, lines = ingest(tmp_path / "a.warc")
    assert sum(said in line for line in lines) == 1
    assert report["added"] == 0


# -- under a wrong name, in another encoding


@pytest.mark.parametrize(
    ("data", "name", "said"),
    [
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.html", "a PNG image, not an article"),
        (b"{\\rtf1\\ansi Ice}", "a.jsonl", "an RTF document, not an article"),
        (os.urandom(5_000), "a.txt", "a binary file"),
        (b"Ice\x00on\x00the\x00water\n" * 50, "a.txt", "a binary file"),
        (b"", "a.html", "the file is empty"),
        (b" \n\t\r\n" * 9, "a.txt", "the file is empty but for white space"),
        (" \n".encode("utf-16"), "a.txt", "no article text found"),
        (b"\xef\xbb\xbf", "a.txt", "no article text found"),
        (bytes(range(128, 256)) * 9, "a.txt", "not valid UTF-8 at byte 1"),
    ],
)
def test_what_is_no_text_is_one_line(data: bytes, name: str, said: str, only_line: Any) -> None:
    assert said in only_line(data, name)


@pytest.mark.parametrize(
    ("data", "name"),
    [
        (PAGE.encode(), "a.json"),
        (PAGE.encode("utf-16-le"), "a.txt"),
        (PAGE.encode("utf-32-be"), "a.txt"),
        (pdf(printed_page()), "a.txt"),
        (LINE, "a.html"),
        ((LINE.decode() + "\n").encode("utf-16"), "a.xml"),
        (seeds.RSS.encode(), "a.pdf"),
        (b"\n" * 100_000 + LINE, "a.txt"),
    ],
)
def test_a_story_under_a_wrong_name_or_without_a_mark_is_read(
    data: bytes, name: str, tmp_path: Path, ingest: Any
) -> None:
    (tmp_path / name).write_bytes(data)
    assert ingest(tmp_path / name)[0]["added"] >= 1


# -- what is no file, and files that change


def test_a_folder_that_links_to_itself_is_read_once(tmp_path: Path, ingest: Any) -> None:
    (tmp_path / "a.jsonl").write_bytes(LINE)
    (tmp_path / "loop").symlink_to(tmp_path)
    (tmp_path / "itself").symlink_to(tmp_path / "itself")
    report, _ = ingest(tmp_path)
    assert (report["added"], report["duplicates"], report["failed"]) == (1, 0, 1)


def test_what_would_block_or_never_end_is_one_line(tmp_path: Path, only_line: Any) -> None:
    os.mkfifo(tmp_path / "pipe")
    with socket.socket(socket.AF_UNIX) as bound:
        bound.bind(os.path.relpath(tmp_path / "socket"))
        for path in (tmp_path / "pipe", tmp_path / "socket", Path("/dev/zero")):
            assert "neither a file nor a folder" in only_line(path)


def test_a_file_that_is_gone_or_fails_while_it_is_read_is_one_line(tmp_path: Path, only_line: Any) -> None:
    (tmp_path / "gone").symlink_to(tmp_path / "was here")
    assert "no such file or folder" in only_line(tmp_path / "gone")
    assert "cannot be read: Input/output error" in only_line(Path("/proc/self/mem"))


def test_a_file_that_grows_while_it_is_read_does_no_harm(tmp_path: Path) -> None:
    path = tmp_path / "a.jsonl"
    path.write_bytes(LINE + b"\n")
    items = read([str(path)])
    assert isinstance(next(items), Article)
    with path.open("ab") as file:
        file.write(LINE + b"\n" + LINE[:20])
    assert all(isinstance(item, Article | IngestError) for item in items)


def test_a_file_that_may_not_be_read_is_one_line() -> None:
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "a.jsonl"
        path.write_bytes(LINE)
        Path(folder).chmod(0o755)
        path.chmod(0)
        as_root = os.geteuid() == 0
        try:
            os.seteuid(65_534 if as_root else os.geteuid())
            (error,) = read([str(path)])
        finally:
            os.seteuid(0 if as_root else os.geteuid())
    assert isinstance(error, IngestError)
    assert (error.message, error.hint) == ("cannot be read: Permission denied", "check its permissions")


NAMES = {
    b"line\nbreak": r"line\nbreak",
    b"esc\x1b[31mred": r"esc\x1b[31mred",
    "bidi\u202elmth.txt".encode(): r"bidi\u202elmth.txt",
    b"not utf-8 \xff": r"not utf-8 \udcff",
    b"two\r\nlines: done": r"two\r\nlines: done",
}


def test_names_of_files_are_printed_escaped_on_one_line_and_stay_whole_in_json(tmp_path: Path, ingest: Any) -> None:
    for name in NAMES:
        Path(os.fsdecode(os.fsencode(tmp_path) + b"/" + name)).write_bytes(b"Home\nNews")
    report, lines = ingest(tmp_path)
    assert {Path(error["path"]).name for error in report["errors"]} == {os.fsdecode(name) for name in NAMES}
    assert sum("no article text found" in line for line in lines) == len(NAMES)
    for shown in NAMES.values():
        assert any(f"{shown}: no article text found" in line for line in lines)


def test_what_an_error_quotes_of_a_file_is_one_short_line_that_steers_nothing() -> None:
    error = IngestError("no field \x1b[31m\n\u202e" + "x" * 9_000, path="a", hint="qa ingest a\nb")
    assert error.message.startswith(r"no field \x1b[31m\n\u202exxx")
    assert (len(error.message), error.hint) == (300, r"qa ingest a\nb")
