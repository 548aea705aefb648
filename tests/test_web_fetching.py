"""One page from a real server, which may be slow, endless, huge, broken or elsewhere: a page, or one clear error."""

from __future__ import annotations

import contextlib
import gzip
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.errors import IngestError, UnreadableSource
from qa.ingest.web import Clock, Fetcher, Limits, NotFetched, Page, Stopped, addresses
from qa.ingest.web.addresses import is_own, is_public
from qa.ingest.web.answers import page_of, refused
from qa.ingest.web.turns import LeftAlone, Turns
from qa.types import Validators
from tests.serving_web import Answer, FakeClock, Request, Site, certificate, moved, response, site

QUICK = Limits(pause=0.0, first_wait=0.0)


@contextlib.contextmanager
def fetcher(limits: Limits = QUICK, *, allow_private: bool = True, **how: object) -> Iterator[Fetcher]:
    made = Fetcher(allow_private=allow_private, limits=limits, **how)  # type: ignore[arg-type]
    try:
        yield made
    finally:
        made.close()


def fetched(url: str, limits: Limits = QUICK, **how: object) -> bytes:
    with fetcher(limits) as made:
        return body_of(made.fetch(url, **how))  # type: ignore[arg-type]


def body_of(found: Page) -> bytes:
    assert found.body is not None
    with found.body:
        return found.body.read()


def refusal(answer: bytes | Answer, limits: Limits = QUICK) -> NotFetched:
    with site({"/": answer}) as served, pytest.raises(NotFetched) as caught:
        fetched(f"{served.url}/", limits)
    assert caught.value.path == f"{served.url}/"
    assert "\n" not in caught.value.message
    return caught.value


@pytest.fixture
def names(monkeypatch: pytest.MonkeyPatch) -> dict[str, list[str]]:
    """What names mean, and that 127.0.0.1, where the tests serve, passes for a public address of another machine."""
    meant: dict[str, list[str]] = {"echo.example": ["127.0.0.1"], "other.example": ["127.0.0.1"]}
    look_up = socket.getaddrinfo

    def looked_up(host: str, port: int, *rest: object, **how: object) -> list[tuple[object, ...]]:
        if host not in meant:
            return look_up(host, port, *rest, **how)  # type: ignore[arg-type, return-value]
        return [
            (socket.AF_INET6 if ":" in one else socket.AF_INET, socket.SOCK_STREAM, 6, "", (one, port))
            for one in meant[host]
        ]

    monkeypatch.setattr(addresses.socket, "getaddrinfo", looked_up)
    monkeypatch.setattr(addresses, "is_public", lambda address: address == "127.0.0.1" or is_public(address))
    monkeypatch.setattr(addresses, "is_own", lambda address: address != "127.0.0.1" and is_own(address))
    return meant


# -- what a page is


def test_a_page_comes_with_what_its_server_says_of_it() -> None:
    said = {"ETag": '"a1"', "Last_Modified": "Mon, 08 Jan 2024 07:00:00 GMT", "Cache_Control": "public, max-age=90"}
    answer = response("ice", Content_Type="text/html; charset=koi8-r", **said)
    with site({"/a": moved("/b?x=1"), "/b?x=1": answer}) as served, fetcher() as made:
        found = made.fetch(f"{served.url}/a#top")
        assert body_of(found) == b"ice"
    assert (found.url, found.charset) == (f"{served.url}/b?x=1", "koi8-r")
    assert (found.etag, found.last_modified, found.fresh) == ('"a1"', "Mon, 08 Jan 2024 07:00:00 GMT", 90.0)
    assert served.requests[0].headers["User-Agent"].startswith("news-archive-qa/")


@pytest.mark.parametrize(
    ("coding", "data"),
    [
        ("gzip", gzip.compress(b"ice " * 9)),
        ("gzip", gzip.compress(b"ice " * 4) + gzip.compress(b"ice " * 5)),
        ("gzip", gzip.compress(b"ice " * 9) + bytes(7)),
        ("deflate", zlib.compress(b"ice " * 9)),
        ("deflate", zlib.compress(b"ice " * 9)[2:-4]),
        ("identity", b"ice " * 9),
    ],
)
def test_what_is_packed_is_unpacked(coding: str, data: bytes) -> None:
    with site({"/": response(data, Content_Encoding=coding)}) as served:
        assert fetched(f"{served.url}/") == b"ice " * 9


def test_a_body_in_pieces_without_a_length_is_read_whole() -> None:
    chunked = b"HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n3\r\nice\r\n4\r\n age\r\n0\r\n\r\n"
    until_closed = b"HTTP/1.0 200 OK\r\n\r\nice age"
    with site({"/a": chunked, "/b": until_closed}) as served:
        assert [fetched(f"{served.url}/{path}") for path in "ab"] == [b"ice age"] * 2


@given(st.binary(max_size=2_000), st.sampled_from(["gzip", "deflate", "br", "x-gzip", "gzip, gzip", "\x80"]))
def test_whatever_a_server_sends_is_a_page_or_one_error(data: bytes, coding: str) -> None:
    answer = httpx.Response(200, headers={b"content-encoding": coding.encode("latin-1")}, stream=Pieces(data))
    assert refused(answer, Clock(), origin="u") is None
    with contextlib.suppress(NotFetched):
        body_of(page_of(answer, url="u", largest=50_000, cut=False, origin="u"))


class Pieces(httpx.SyncByteStream):
    def __init__(self, data: bytes) -> None:
        self._data = data

    def __iter__(self) -> Iterator[bytes]:
        yield from (self._data[place : place + 100] for place in range(0, len(self._data), 100))


# -- what it must not be


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        (response(status="404 Not Found"), "the server answered 404 Not Found"),
        (response(status="204 No Content"), "the server answered 204"),
        (response(status="302 Found"), "the server answered 302 Found"),
        (response(status="304 Not Modified"), "304 to what was no such question"),
        (moved("ftp://echo.example/"), "it redirects: not a web address: ftp://echo.example/"),
        (moved("file:///etc/passwd"), "it redirects: not a web address"),
        (moved("http://ada:secret@echo.example/"), "it redirects: the address holds a name and a password"),
        (moved("http://[::1"), "it redirects to no address"),
        (response("GIF89a", Content_Type="image/gif"), "an image, not an article"),
        (response("x", Content_Type="Video/MP4; codecs=x"), "a video, not an article"),
        (response("x", Content_Encoding="br"), "packed in a way that was not asked for (br)"),
        (response("plain", Content_Encoding="gzip"), "the data is damaged"),
        (response(gzip.compress(b"ice" * 99)[:-9], Content_Encoding="gzip"), "ended before it was whole"),
        (response("ice", length=30), "cannot be fetched"),
        (b"", "cannot be fetched"),
        (b"SSH-2.0-OpenSSH_9.2\r\n", "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\n" + b"X: y\r\n" * 40_000 + b"\r\n", "cannot be fetched"),
        (b"HTTP/1.1 200 OK\r\nContent-Length: 3\r\nContent-Length: 5\r\n\r\nice", "cannot be fetched"),
    ],
)
def test_what_is_no_page_is_one_clear_error(answer: bytes, said: str) -> None:
    assert said in refusal(answer).message


def test_no_byte_of_a_video_is_waited_for() -> None:
    def answer(_request: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Type: video/mp4\r\nContent-Length: 900\r\n\r\n")
        assert connection.recv(1) == b""  # until the other side hangs up

    assert refusal(answer).message == "a video, not an article"


def test_a_body_that_says_it_is_too_large_is_not_read() -> None:
    def answer(_request: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\nContent-Length: 99999999999999999999\r\n\r\n")
        assert connection.recv(1) == b""

    assert refusal(answer, Limits(largest=2_000_000)).message == "larger than 2 MB"


def test_an_endless_body_ends_at_the_limit() -> None:
    def answer(_request: Request, connection: socket.socket) -> None:
        connection.sendall(b"HTTP/1.1 200 OK\r\n\r\n")
        while True:
            connection.sendall(bytes(65_536))

    assert refusal(answer, Limits(largest=2_000_000)).message == "larger than 2 MB"


@pytest.mark.parametrize("members", [1, 50])
def test_a_bomb_is_unpacked_no_further_than_the_limit(members: int) -> None:
    bomb = gzip.compress(bytes(100_000_000 // members)) * members
    with site({"/": response(bomb, Content_Encoding="gzip")}) as served:
        tracemalloc.start()
        with pytest.raises(NotFetched, match="larger than 5 MB"):
            fetched(f"{served.url}/", Limits(largest=5_000_000))
        peak = tracemalloc.get_traced_memory()[1]
        tracemalloc.stop()
    assert peak < 15_000_000


def test_a_server_that_says_nothing_is_given_up_and_the_error_may_pass() -> None:
    def answer(_request: Request, connection: socket.socket) -> None:
        connection.recv(1)

    error = refusal(answer, Limits(read=0.1, repetitions=1, first_wait=0.0, pause=0.0))
    assert "no answer in time" in error.message
    assert error.passing


@pytest.mark.parametrize("start", [b"HTTP/1.1 200 OK\r\n\r\n", b"HTTP/1.1 200 OK\r\n", b"HTTP/1.1 20"])
def test_a_server_that_drips_is_given_up_in_the_end(start: bytes) -> None:
    sent: list[int] = []

    def answer(_request: Request, connection: socket.socket) -> None:
        connection.sendall(start)
        while True:  # always sooner than the time between two pieces
            time.sleep(0.02)
            connection.sendall(b"a")
            sent.append(1)

    assert "no answer in time" in refusal(answer, Limits(read=20.0, total=0.5)).message
    assert sent


def test_more_redirects_than_allowed_and_circles_are_refused() -> None:
    chain = {f"/{n}": moved(f"/{n + 1}") for n in range(6)} | {"/6": response("ice"), "/round": moved("/round")}
    with site(chain) as served:
        assert fetched(f"{served.url}/1") == b"ice"
        for path in ("/0", "/round"):
            with pytest.raises(NotFetched, match="more than 5 redirects"):
                fetched(served.url + path)
    assert len(served.asked("/round")) == 6


# -- where it goes


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "127.8.9.10", "10.1.2.3", "172.16.0.1", "192.168.1.1", "169.254.169.254", "100.64.0.1", "0.0.0.0",
        "224.0.0.1", "239.255.255.250", "240.0.0.1", "255.255.255.255", "192.0.2.1", "198.18.0.1", "203.0.113.9",
        "::", "::1", "fe80::1%eth0", "fc00::1", "fd12::1", "fec0::1", "ff02::1", "2001:db8::1", "100::1", "::127.0.0.1",
        "::ffff:127.0.0.1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1", "64:ff9b::127.0.0.1", "64:ff9b:1::1",
        "2002:7f00:1::", "2002:a00:1::1", "2001:0:1::1", "4000::1",
    ],
)  # fmt: skip
def test_special_addresses_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize(
    "address", ["93.184.216.34", "2606:2800:220:1::1", "::ffff:93.184.216.34", "64:ff9b::5db8:d822"]
)
def test_ordinary_addresses_are_public(address: str) -> None:
    assert is_public(address)


def test_an_address_of_this_machine_is_known_as_its_own() -> None:
    assert is_own("127.0.0.1")
    assert not is_own("192.0.2.1")


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "localhost.", "127.1", "0x7f000001", "2130706433", "0177.0.0.1", "[::1]", "[::]"]
)
def test_this_machine_is_not_asked_however_it_is_written(host: str) -> None:
    with site({"/": response("secret")}) as served, fetcher(allow_private=False) as made:
        with pytest.raises(UnreadableSource, match=r"not on the public internet|no such host|Invalid IPv4"):
            made.fetch(f"http://{host}:{served.port}/")
        assert not served.requests


@pytest.mark.usefixtures("names")
@pytest.mark.parametrize("inside", ["127.0.0.2", "10.0.0.1", "[::1]", "169.254.169.254", "[::ffff:127.0.0.2]"])
def test_a_redirect_into_a_private_network_is_refused(inside: str) -> None:
    with site() as served, fetcher(allow_private=False) as made:
        served.routes["/"] = moved(f"http://{inside}:{served.port}/secret")
        with pytest.raises(NotFetched, match="is not on the public internet") as caught:
            made.fetch(f"http://echo.example:{served.port}/")
        assert served.paths() == ["/"]
    assert caught.value.hint is not None
    assert "--allow-private" in caught.value.hint


@pytest.mark.parametrize("meant", [["10.0.0.1"], ["127.0.0.1", "10.0.0.1"], ["::ffff:192.168.0.1"], ["fe80::1"]])
def test_a_name_that_means_a_private_address_is_refused(names: dict[str, list[str]], meant: list[str]) -> None:
    names["echo.example"] = meant
    with site({"/": response("secret")}) as served, fetcher(allow_private=False) as made:
        with pytest.raises(NotFetched, match=r"echo\.example is not on the public internet"):
            made.fetch(f"http://echo.example:{served.port}/")
        assert not served.requests


def test_the_address_that_was_checked_is_the_one_that_is_connected_to(
    names: dict[str, list[str]], monkeypatch: pytest.MonkeyPatch
) -> None:
    look_up, asked = addresses.socket.getaddrinfo, []

    def turning(host: str, *rest: object, **how: object) -> object:
        found = look_up(host, *rest, **how)
        if host == "echo.example":
            asked.append(host)
            names["echo.example"] = ["10.0.0.1"]  # what a second look would find
        return found

    monkeypatch.setattr(addresses.socket, "getaddrinfo", turning)
    with site({"/": response("ice")}) as served, fetcher(allow_private=False) as made:
        assert body_of(made.fetch(f"http://echo.example:{served.port}/")) == b"ice"
    assert asked == ["echo.example"]
    assert served.requests[0].headers["Host"] == f"echo.example:{served.port}"


def test_another_address_is_tried_where_the_first_does_not_answer(names: dict[str, list[str]]) -> None:
    names["echo.example"] = ["127.0.0.3", "127.0.0.1"]
    with site({"/": response("ice")}) as served:
        assert fetched(f"http://echo.example:{served.port}/") == b"ice"


@pytest.mark.parametrize(
    "url", ["ftp://echo.example/", "file:///etc/passwd", "http://", "http://[", "http://a b/", "//x"]
)
def test_what_is_no_web_address_is_one_error(url: str) -> None:
    with pytest.raises(UnreadableSource, match="not a web address"):
        fetched(url)


@given(st.text())
def test_no_address_is_more_than_an_error(text: str) -> None:
    with contextlib.suppress(IngestError):
        addresses.web_url(text, origin="u")


def test_a_password_is_neither_sent_nor_shown() -> None:
    with site({"/": response("ice")}) as served, pytest.raises(UnreadableSource) as caught:
        fetched(f"http://ada:secret@127.0.0.1:{served.port}/")
    assert not served.requests
    assert "secret" not in f"{caught.value.message} {caught.value.path} {caught.value.hint}"


@pytest.mark.usefixtures("names")
def test_no_cookie_goes_back_and_the_environments_proxy_is_not_asked(monkeypatch: pytest.MonkeyPatch) -> None:
    with site() as served, site() as proxy:
        monkeypatch.setenv("HTTP_PROXY", proxy.url)
        served.routes["/"] = response(
            status="302 Found", Location=f"http://other.example:{served.port}/b", Set_Cookie="a=1"
        )
        served.routes["/b"] = response("ice")
        assert fetched(f"http://echo.example:{served.port}/") == b"ice"
        assert not proxy.requests
    assert all(not request.headers.keys() & {"Cookie", "Authorization", "Referer"} for request in served.requests)


@pytest.mark.usefixtures("names")
def test_a_certificate_must_be_that_of_the_name(tmp_path: Path) -> None:
    server, client = certificate(tmp_path, "echo.example")
    with site({"/": response("ice")}, tls=server) as served, fetcher(verify=client) as made:
        assert body_of(made.fetch(f"https://echo.example:{served.port}/")) == b"ice"
        with pytest.raises(NotFetched, match="certificate is not valid") as caught:
            made.fetch(f"https://other.example:{served.port}/")
        assert len(served.requests) == 1
    assert not caught.value.passing


# -- how often


def test_a_failure_that_passes_is_tried_again_and_then_given_up() -> None:
    answers = iter([response(status="503 Busy"), b"", response("ice")])
    clock = FakeClock()
    with site({"/": lambda _request, connection: connection.sendall(next(answers))}) as served:
        with fetcher(Limits(pause=0.0), clock=clock) as made:
            assert body_of(made.fetch(f"{served.url}/")) == b"ice"
        assert [wait for wait in clock.waits if wait] == [1.0, 4.0]
        served.routes["/"] = response(status="502 Bad Gateway")
        with pytest.raises(NotFetched, match="502 Bad Gateway"):
            fetched(f"{served.url}/")
    assert len(served.requests) == 6


def test_what_will_not_pass_is_asked_once() -> None:
    for status in ("404 Not Found", "403 Forbidden", "500 Internal"):
        with site({"/": response(status=status)}) as served, pytest.raises(NotFetched, match=status):
            fetched(f"{served.url}/")
        assert len(served.requests) == 1


def test_a_server_is_left_alone_for_as_long_as_it_asks() -> None:
    answers = iter([response(status="429 Slow Down", Retry_After="7"), response("ice")])
    clock = FakeClock()
    routes: dict[str, bytes | Answer] = {"/": lambda _request, connection: connection.sendall(next(answers))}
    with site(routes) as served, fetcher(clock=clock) as made:
        body_of(made.fetch(f"{served.url}/"))
    assert max(clock.waits) == 7.0


def test_a_server_that_asks_for_an_hour_is_not_asked_again_in_this_run() -> None:
    with (
        site({"/a": response(status="429 No", Retry_After="3600"), "/b": response("ice")}) as served,
        fetcher() as made,
    ):
        for path, said in (("/a", "429 Too Many Requests"), ("/b", "asked to be left alone for 3,600 seconds")):
            with pytest.raises(NotFetched, match=said) as caught:
                made.fetch(served.url + path)
            assert caught.value.after == pytest.approx(3600, abs=60)
        assert served.paths() == ["/a"]


def test_retry_after_may_be_a_date_or_nonsense() -> None:
    for said, least in (("Wed, 21 Oct 2099 07:28:00 GMT", 1e9), ("soon", None), ("-5", None), ("9" * 40, None)):
        error = refusal(response(status="429 No", Retry_After=said), Limits(pause=0.0, first_wait=0.0, repetitions=0))
        assert error.after is None if least is None else (error.after or 0) > least


def test_a_host_that_fails_again_and_again_is_left_alone() -> None:
    limits = Limits(pause=0.0, first_wait=0.0, repetitions=0, patience=3)
    with site({"/": response(status="502 Bad Gateway")}) as served, fetcher(limits) as made:
        for _ in range(5):
            with pytest.raises(NotFetched) as caught:
                made.fetch(f"{served.url}/")
        assert "failed 3 times in a row" in caught.value.message
        assert len(served.requests) == 3


def test_turns_are_a_pause_apart_and_hosts_do_not_wait_for_each_other() -> None:
    clock = FakeClock()
    turns = Turns(Limits(pause=0.5), clock)
    turns.slow_down("slow.example", 5.0)
    turns.slow_down("endless.example", 1e9)
    for host in (
        "a.example",
        "a.example",
        "b.example",
        "slow.example",
        "slow.example",
        "endless.example",
        "endless.example",
    ):
        with turns.turn(host):
            pass
    assert clock.waits == [0, 0.5, 0, 0, 5.0, 0, 30.0]


def test_a_host_that_is_left_alone_keeps_nobody_waiting() -> None:
    clock = FakeClock()
    turns = Turns(Limits(), clock)
    turns.hold_off("a.example", 1e12)
    with pytest.raises(LeftAlone) as caught, turns.turn("a.example"):
        pass
    assert caught.value.seconds == 86_400
    assert clock.waits == []


def test_no_more_requests_are_under_way_than_one_host_is_asked_for_at_a_time() -> None:
    full = threading.Barrier(2)

    def answer(_request: Request, connection: socket.socket) -> None:
        full.wait(20)  # until two are there
        connection.sendall(response("ice"))

    with site({"/": answer}) as served, fetcher() as made:
        threads = [threading.Thread(target=lambda: body_of(made.fetch(f"{served.url}/"))) for _ in range(6)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    assert len(served.requests) == 6
    assert max(request.under_way for request in served.requests) == 2


def test_requests_to_one_host_begin_apart() -> None:
    with site({"/": response("ice")}) as served, fetcher(Limits(pause=0.2)) as made:
        threads = [threading.Thread(target=lambda: body_of(made.fetch(f"{served.url}/"))) for _ in range(5)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)
    times = sorted(request.at for request in served.requests)
    assert times[-1] - times[0] >= 0.4  # 0.8 as they are sent


def test_closing_ends_what_is_under_way() -> None:
    asked = threading.Event()
    ended: list[BaseException] = []

    def answer(_request: Request, connection: socket.socket) -> None:
        asked.set()
        connection.recv(1)

    def fetch(made: Fetcher, site_: Site) -> None:
        try:
            made.fetch(f"{site_.url}/")
        except (Stopped, IngestError) as error:
            ended.append(error)

    with site({"/": answer}) as served, fetcher() as made:
        thread = threading.Thread(target=fetch, args=(made, served))
        thread.start()
        assert asked.wait(20)
        made.close()
        thread.join(15)  # its own limit is 20 s
        assert not thread.is_alive()
    assert [type(error) for error in ended] == [Stopped]


# -- whether it changed


def test_a_state_is_asked_about_only_where_it_was_seen() -> None:
    seen = response(status="304 Not Modified")
    with site({"/a": moved("/b"), "/b": seen}) as served, fetcher() as made:
        known = Validators(f"{served.url}/b", '"x"', "Mon, 08 Jan 2024 07:00:00 GMT")
        assert made.fetch(f"{served.url}/a", known=known).body is None
    first, second = served.requests
    assert not first.headers.keys() & {"If-None-Match", "If-Modified-Since"}
    assert second.headers["If-None-Match"] == '"x"'
    assert second.headers["If-Modified-Since"] == "Mon, 08 Jan 2024 07:00:00 GMT"


def test_states_that_cannot_be_sent_back_are_not_kept() -> None:
    answer = response("ice", ETag="no quotes", Last_Modified="the other day")
    with site({"/": answer}) as served, fetcher() as made:
        found = made.fetch(f"{served.url}/")
        body_of(found)
    assert (found.etag, found.last_modified) == (None, None)
