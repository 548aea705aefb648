"""Feeds, sitemaps and pages of a real site: what robots.txt allows, in order, and not sent again while unchanged."""

from __future__ import annotations

import contextlib
import itertools
import socket
import sqlite3
import threading
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.archive import Archive, IngestReport
from qa.errors import IngestError
from qa.ingest import read
from qa.ingest.syndication.item import Found
from qa.ingest.syndication.links import ahead
from qa.ingest.web import Limits, NotFetched, Seen, Web
from qa.ingest.web.limits import Clock
from qa.ingest.web.robots import Robots
from qa.types import Article, Fetched, Unchanged
from tests.fakes import small_archive
from tests.serving_web import PARAGRAPHS, FakeClock, Request, Site, conditional, feed, html, moved, page, response, site

QUICK = Limits(pause=0.0, first_wait=0.0)


@contextlib.contextmanager
def web(limits: Limits = QUICK, **how: object) -> Iterator[Web]:
    with Web(allow_private=True, limits=limits, **how) as made:  # type: ignore[arg-type]
        yield made


def found_at(url: str, **how: object) -> list[Found]:
    with web(**how) as made:
        return list(made.read(url))


def titles(found: list[Found]) -> list[str]:
    return [one.message if isinstance(one, IngestError) else one.title for one in found if not isinstance(one, Fetched)]  # type: ignore[union-attr]


def taken(archive: Archive, url: str, **how: object) -> IngestReport:
    with web(memory=archive, **how) as made:
        return archive.add(made.read(url))


def outcome(report: IngestReport) -> tuple[int, int, int, int, int]:
    counts = (report.added, report.updated, report.unchanged, report.duplicates, report.failed)
    assert sum(counts) == report.seen
    return counts


def story(number: int) -> str:
    return page(f"Story {number} of the ice", *(f"{text} That was day {number}." for text in PARAGRAPHS))


@pytest.fixture
def echo() -> Iterator[Site]:
    """A site with a feed of three entries, whose pages and itself say when they changed."""
    with site() as served:
        served.routes["/feed"] = conditional(
            lambda: feed(*((f"Story {n} of the ice", f"{served.url}/{n}") for n in range(3))), lambda: '"f1"'
        )
        for n in range(3):
            served.routes[f"/{n}"] = conditional(lambda n=n: story(n), lambda n=n: f'"s{n}"')  # type: ignore[misc]
        yield served


@pytest.fixture
def archive(tmp_path: Path) -> Iterator[Archive]:
    with contextlib.closing(small_archive(tmp_path / "home")) as made:
        yield made


# -- links


def test_the_pages_of_a_feed_come_in_its_order_and_several_are_fetched_at_a_time(echo: Site) -> None:
    together = threading.Barrier(2)

    def answer(request: Request, connection: socket.socket) -> None:
        together.wait(20)  # until two are asked for at once
        connection.sendall(response(story(int(request.path[1:])), Content_Type="text/html"))

    for n in range(2):
        echo.routes[f"/{n}"] = answer
    assert titles(found_at(f"{echo.url}/feed")) == [f"Story {n} of the ice" for n in range(3)]


def test_an_index_of_sitemaps_leads_through_them_to_the_pages() -> None:
    with site() as served:
        maps = "".join(f"<sitemap><loc>{served.url}/map{n}</loc></sitemap>" for n in range(2))
        served.routes["/index"] = response(f"<sitemapindex>{maps}</sitemapindex>")
        for n in range(2):
            urls = "".join(f"<url><loc>{served.url}/{2 * n + place}</loc></url>" for place in range(2))
            served.routes[f"/map{n}"] = response(f"<urlset>{urls}</urlset>")
        served.routes |= {f"/{n}": response(story(n), Content_Type="text/html") for n in range(4)}
        found = found_at(f"{served.url}/index")
    assert titles(found) == [f"Story {n} of the ice" for n in range(4)]
    assert [one.url for one in found if isinstance(one, Article)] == [f"{served.url}/{n}" for n in range(4)]


def test_no_more_is_fetched_ahead_than_can_be_read() -> None:
    begun: list[int] = []
    pages = ahead(itertools.count(), begun.append, most=5)
    assert [number for number, _ in itertools.islice(pages, 10)] == list(range(10))
    assert len(begun) == 15


def test_what_breaks_off_a_list_comes_after_all_that_stood_before() -> None:
    def entries() -> Iterator[int]:
        yield from range(3)
        raise IngestError("the XML ends too early", path="feed")

    pairs = ahead(entries(), str)
    assert [next(pairs) for _ in range(3)] == [(0, "0"), (1, "1"), (2, "2")]
    with pytest.raises(IngestError, match="too early"):
        next(pairs)


def test_a_page_that_fails_costs_its_own_entry_alone(echo: Site) -> None:
    echo.routes["/1"] = response(status="404 Not Found")
    found = found_at(f"{echo.url}/feed")
    assert titles(found)[:3] == ["Story 0 of the ice", "Story 1 of the ice", "Story 2 of the ice"]
    assert (
        titles(found)[3] == "1 entry has no full text and went in with the summary: the server answered 404 Not Found"
    )


def test_leaving_early_ends_what_was_begun(echo: Site) -> None:
    waiting = threading.Event()

    def answer(_request: Request, connection: socket.socket) -> None:
        waiting.set()
        connection.recv(1)

    echo.routes |= {f"/{n}": answer for n in range(3)}
    with web() as made:
        pages = made.read(f"{echo.url}/feed")
        threading.Thread(target=lambda: waiting.wait(20) and made.close()).start()
        assert [type(one) for one in pages if not isinstance(one, IngestError)] == [Article] * 3  # their summaries
    assert waiting.is_set()


@pytest.mark.parametrize(
    ("encoding", "headers", "mark"),
    [
        ("windows-1252", {"Content_Type": "text/html; charset=windows-1252"}, ""),
        ("windows-1252", {}, "<meta charset=windows-1252>"),
        ("windows-1252", {}, ""),
        ("shift_jis", {"Content_Type": "text/html; charset=Shift_JIS"}, ""),
        ("shift_jis", {}, '<meta http-equiv="Content-Type" content="text/html; charset=shift_jis">'),
        ("utf-16", {"Content_Type": "text/html"}, ""),
        ("utf-8-sig", {"Content_Type": "text/html; charset=iso-8859-1"}, ""),
        ("koi8-r", {"Content_Type": 'text/html; charset="koi8-r"'}, ""),
    ],
)
def test_a_page_is_read_in_the_encoding_that_it_has(encoding: str, headers: dict[str, str], mark: str) -> None:
    words = {"shift_jis": "港は月曜日の夜に凍りついた。", "koi8-r": "Гавань замёрзла в ночь на понедельник."}
    said = words.get(encoding, "“We are cold,” said Zoë in the café.")
    told = f"{said} {'' if encoding in words else PARAGRAPHS[0]}".strip() * (3 if encoding in words else 1)
    data = page("Ice", told, told + " " + PARAGRAPHS[1], head=mark).encode(encoding)
    with site({"/": response(data, **headers)}) as served:
        (found,) = found_at(f"{served.url}/")
    assert isinstance(found, Article)
    assert told in found.text


@pytest.mark.parametrize(("declared", "said"), [("", "koi8-r"), ("<?xml version='1.0' encoding='koi8-r'?>", "utf-8")])
def test_a_feed_is_read_in_the_encoding_that_it_or_else_its_server_declares(declared: str, said: str) -> None:
    text = feed(("Гавань замёрзла", "")).replace("A line of", "Впервые за шестьдесят лет: ")
    data = (declared + text).encode("koi8-r")
    with site({"/": response(data, Content_Type=f"application/rss+xml; charset={said}")}) as served:
        assert titles(found_at(f"{served.url}/"))[0] == "Гавань замёрзла"


# -- robots.txt


def robots(served: Site, text: str | bytes, **how: str) -> None:
    served.routes["/robots.txt"] = response(text, **how)


@pytest.mark.parametrize(
    ("rules", "allowed"),
    [
        ("User-agent: *\nDisallow: /1", [0, 2]),
        ("User-agent: *\nDisallow: /\n\nUser-agent: News-Archive-QA\nDisallow: /0", [1, 2]),
        ("User-agent: other\nDisallow: /", [0, 1, 2]),
        ("User-agent: *\nDisallow: /\nAllow: /2$", [2]),
        ("\ufeffUser-agent: *\r\nDisallow: /*2", [0, 1]),
        ("<html>no such page</html>", [0, 1, 2]),
        ("", [0, 1, 2]),
    ],
)
def test_links_are_followed_as_robots_txt_says(echo: Site, rules: str, allowed: list[int]) -> None:
    robots(echo, rules)
    found_at(f"{echo.url}/feed")
    assert sorted(path for path in echo.paths() if path[1:].isdigit()) == [f"/{n}" for n in allowed]
    assert len(echo.asked("/robots.txt")) == 1


def test_what_robots_txt_forbids_is_one_error_with_a_hint(echo: Site) -> None:
    robots(echo, "User-agent: *\nDisallow: /")
    with web() as made:
        (error,) = made.follow(f"{echo.url}/0")
    assert isinstance(error, NotFetched)
    assert error.message == "the robots.txt of 127.0.0.1 forbids it"
    assert error.hint == "name the page itself, if its publisher lets you: qa ingest URL"


def test_what_a_person_names_is_fetched_whatever_robots_txt_says(echo: Site) -> None:
    robots(echo, "User-agent: *\nDisallow: /")
    assert titles(found_at(f"{echo.url}/0")) == ["Story 0 of the ice"]
    assert not echo.asked("/robots.txt")


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (response(status="503 Busy"), "the server answered 503 Service Unavailable"),
        (response(status="500 Oops"), "the server answered 500"),
        (response(status="429 No"), "the server answered 429"),
        (b"", "cannot be fetched"),
        (moved("ftp://echo.example/"), "it redirects"),
        (response(status="404 Not Found"), ""),
        (response(status="403 Forbidden"), ""),
        (response(status="410 Gone"), ""),
        (moved("/robots.txt"), ""),
        (moved("/elsewhere.txt"), ""),
    ],
)
def test_a_robots_txt_that_is_absent_allows_and_one_that_cannot_be_had_forbids(
    echo: Site, answer: bytes, reason: str
) -> None:
    echo.routes["/robots.txt"] = answer
    with web() as made:
        (found,) = made.follow(f"{echo.url}/0")
    assert isinstance(found, NotFetched if reason else Article)
    assert not reason or (isinstance(found, NotFetched) and f"cannot be had ({reason}" in found.message)


def test_a_robots_txt_elsewhere_counts_and_so_does_that_of_where_a_page_redirects_to(echo: Site) -> None:
    echo.routes |= {"/robots.txt": moved("/rules"), "/rules": response("User-agent: *\nDisallow: /secret")}
    echo.routes["/0"] = moved("/secret")
    with web() as made:
        (found,) = made.follow(f"{echo.url}/0")
    assert isinstance(found, NotFetched)
    assert "forbids it" in found.message
    assert not echo.asked("/secret")


def test_the_start_of_an_endless_robots_txt_counts(echo: Site) -> None:
    robots(echo, "User-agent: *\nDisallow: /0\n" + "# and so on\n" * 60_000 + "Disallow: /1\n")
    with web() as made:
        first, second = (next(made.follow(f"{echo.url}/{n}")) for n in range(2))
    assert isinstance(first, NotFetched)
    assert isinstance(second, Article)


def test_a_robots_txt_is_asked_for_again_after_a_day() -> None:
    clock, asked = FakeClock(), []
    rules = Robots(lambda address: asked.append(str(address)) or b"User-agent: *\nDisallow: /x", Limits(), clock)  # type: ignore[func-returns-value]
    for clock.time in (0, 86_000, 87_000):
        assert rules.leave(httpx.URL("https://echo.example/x?y")).refusal
    assert asked == ["https://echo.example/robots.txt"] * 2


@pytest.mark.parametrize(
    ("said", "pause"),
    [("Crawl-delay: 3", 3.0), ("Request-rate: 1/7", 7.0), ("Crawl-delay: -1", None), ("Crawl-delay: x", None)],
)
def test_a_host_may_ask_for_pauses(said: str, pause: float | None) -> None:
    rules = Robots(lambda _address: f"User-agent: *\n{said}\n".encode(), Limits(), Clock())
    assert rules.leave(httpx.URL("https://echo.example/")).pause == pause


RULES = ["User-agent: *", "User-agent:", "Disallow: /*$*", "Disallow: /%", "Allow:", "Visit-time: 9", "\0"]
RULES += ["Crawl-delay: 1e999", "Request-rate: 1/0h", "Request-rate: 9/1d"]


@given(st.binary() | st.lists(st.sampled_from(RULES)).map(lambda lines: "\n".join(lines).encode()))
def test_no_robots_txt_is_more_than_a_yes_or_a_no(data: bytes) -> None:
    leave = Robots(lambda _address: data, Limits(), Clock()).leave(httpx.URL("https://echo.example/a?b=%zz"))
    assert leave.pause is None or leave.pause >= 0


# -- unchanged


def test_an_unchanged_feed_costs_one_request_and_counts_as_unchanged(echo: Site, archive: Archive) -> None:
    assert outcome(taken(archive, f"{echo.url}/feed")) == (3, 0, 0, 0, 0)
    del echo.requests[:]
    assert outcome(taken(archive, f"{echo.url}/feed")) == (0, 0, 3, 0, 0)
    (only,) = echo.requests
    assert (only.path, only.headers["If-None-Match"]) == ("/feed", '"f1"')


def test_a_changed_feed_has_only_its_changed_pages_sent(echo: Site, archive: Archive) -> None:
    taken(archive, f"{echo.url}/feed")
    echo.routes["/feed"] = conditional(
        lambda: feed(*((f"Story {n} of the ice", f"{echo.url}/{n}") for n in (7, 0, 1, 2))), lambda: '"f2"'
    )
    echo.routes["/7"] = conditional(lambda: story(7), lambda: '"s7"')
    echo.routes["/1"] = conditional(lambda: story(1).replace("froze over", "thawed"), lambda: '"s1-new"')
    assert outcome(taken(archive, f"{echo.url}/feed")) == (1, 1, 2, 0, 0)
    assert outcome(taken(archive, f"{echo.url}/feed")) == (0, 0, 4, 0, 0)


def test_a_page_without_a_named_state_is_sent_again_and_found_unchanged(echo: Site, archive: Archive) -> None:
    echo.routes["/0"] = html("Story 0 of the ice")
    assert [outcome(taken(archive, f"{echo.url}/0")) for _ in range(2)] == [(1, 0, 0, 0, 0), (0, 0, 1, 0, 0)]
    assert not any("If-None-Match" in request.headers for request in echo.requests)


def test_what_was_deleted_is_asked_for_whole_again(echo: Site, archive: Archive) -> None:
    report = taken(archive, f"{echo.url}/feed")
    archive.delete(report.articles[1].article_id)
    assert archive.recall(f"{echo.url}/feed") is None
    del echo.requests[:]
    assert outcome(taken(archive, f"{echo.url}/feed")) == (1, 0, 2, 0, 0)
    assert ["If-None-Match" in echo.asked(path)[0].headers for path in ("/feed", "/0", "/1")] == [False, True, False]


def test_of_a_deleted_article_no_address_is_left(echo: Site, archive: Archive, tmp_path: Path) -> None:
    report = taken(archive, f"{echo.url}/feed")
    archive.delete(report.articles[1].article_id)
    with contextlib.closing(sqlite3.connect(tmp_path / "home" / "catalogue.sqlite3")) as db:
        left = [url for table in ("fetched", "fetched_articles") for (url,) in db.execute(f"SELECT url FROM {table}")]
    assert set(left) == {f"{echo.url}/0", f"{echo.url}/2"}


def test_a_feed_with_a_page_that_failed_is_read_anew_until_all_is_in(echo: Site, archive: Archive) -> None:
    echo.routes["/1"] = response(status="404 Not Found")
    assert outcome(taken(archive, f"{echo.url}/feed")) == (3, 0, 0, 0, 1)
    echo.routes["/1"] = conditional(lambda: story(1), lambda: '"s1"')
    assert outcome(taken(archive, f"{echo.url}/feed"))[-1] == 0
    assert archive.recall(f"{echo.url}/feed") is not None


def test_nothing_is_remembered_of_what_was_not_taken_in(echo: Site, archive: Archive) -> None:
    class Crash(Exception):
        pass

    def breaking(found: Iterator[Found]) -> Iterator[Found]:
        for one in found:
            if isinstance(one, Fetched):
                raise Crash
            yield one

    with web(memory=archive) as made, pytest.raises(Crash):
        archive.add(breaking(made.read(f"{echo.url}/feed")))
    assert archive.recall(f"{echo.url}/feed") is None
    assert outcome(taken(archive, f"{echo.url}/feed"))[-1] == 0


def test_pages_are_not_taken_for_unchanged_by_another_version_of_the_reader(
    echo: Site, archive: Archive, monkeypatch: pytest.MonkeyPatch
) -> None:
    from qa.catalogue import fetched

    taken(archive, f"{echo.url}/0")
    monkeypatch.setattr(fetched, "_reader", lambda: "another")
    assert archive.recall(f"{echo.url}/0") is None


def test_without_an_archive_only_articles_and_errors_come_out(echo: Site) -> None:
    assert {type(one) for one in found_at(f"{echo.url}/feed")} == {Article}


def test_what_a_watch_saw_is_not_asked_for_again_until_its_entry_changes(echo: Site, archive: Archive) -> None:
    seen = Seen(Clock())
    taken(archive, f"{echo.url}/feed", seen=seen)
    del echo.requests[:]
    entries = [(f"Story {n} of the ice", f"{echo.url}/{n}") for n in range(3)]
    echo.routes["/feed"] = response(feed(("Story 0, now with a picture", f"{echo.url}/0"), *entries[1:]))
    assert outcome(taken(archive, f"{echo.url}/feed", seen=seen)) == (0, 0, 3, 0, 0)
    assert echo.paths() == ["/feed", "/robots.txt", "/0"]


def test_a_link_that_failed_is_left_for_a_while_and_says_why_meanwhile(echo: Site) -> None:
    clock = FakeClock()
    seen = Seen(clock)
    echo.routes["/0"] = response(status="404 Not Found")
    for clock.time, requests in ((0, 1), (1_700, 1), (1_900, 2), (5_000, 2), (5_600, 3)):
        with web(seen=seen) as made:
            (error,) = made.follow(f"{echo.url}/0", "mark")
        assert isinstance(error, NotFetched)
        assert error.status == 404
        assert len(echo.asked("/0")) == requests


# -- as a source


def test_addresses_among_other_sources_keep_their_place(tmp_path: Path) -> None:
    (tmp_path / "a.txt").write_text(f"Ice on the water\n\n{PARAGRAPHS[0]}\n")
    with site({"/": html("Ice on the pier")}) as served:
        found = list(read([str(tmp_path), f"{served.url}/", str(tmp_path), "gopher://x"], allow_private=True))
    assert titles(found)[:3] == ["Ice on the water", "Ice on the pier", "Ice on the water"]
    assert titles(found)[3].startswith("not a web address: gopher://x")


def test_the_links_of_a_feed_in_a_file_are_followed_when_asked_for(tmp_path: Path, echo: Site) -> None:
    (tmp_path / "feed.xml").write_text(feed(("Story 0 of the ice", f"{echo.url}/0")))
    (found,) = read([str(tmp_path)], follow=True, allow_private=True)
    assert isinstance(found, Article)
    assert found.origin == f"{echo.url}/0"


def test_an_unchanged_page_is_told_from_the_archive(echo: Site, archive: Archive) -> None:
    taken(archive, f"{echo.url}/0")
    found = list(read([f"{echo.url}/0"], allow_private=True, memory=archive))
    assert [type(one) for one in found] == [Unchanged]
