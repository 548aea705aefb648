"""Sources on the web, asked round after round: what is new goes in, what fails stops nobody, others can write."""

from __future__ import annotations

import contextlib
import datetime as dt
import io
import itertools
import signal
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa import cli
from qa.archive import Archive, IngestReport
from qa.errors import ArchiveBusy, InvalidInput
from qa.ingest.syndication.item import Found
from qa.ingest.watch import Round, Watch, check_sources, line_of, seconds_of
from qa.ingest.web import Limits, Seen, Stopped, Told, Web, wait_until_next
from qa.ingest.web.answers import Page
from qa.ingest.web.polling import told_by
from qa.types import Query
from tests.fakes import small_archive, small_engine
from tests.serving_web import PARAGRAPHS, FakeClock, Site, conditional, feed, html, page, response, site

EVERY = 600.0
MONDAY = dt.datetime(2024, 1, 8, 9, tzinfo=dt.UTC)


class Paper:
    """A feed of a site, whose stories come one by one."""

    def __init__(self, served: Site) -> None:
        self.served = served
        self.stories: list[str] = []
        self.state = 0
        served.routes["/feed"] = conditional(self._feed, lambda: f'"{self.state}"')

    @property
    def url(self) -> str:
        return f"{self.served.url}/feed"

    def publish(self, title: str, *paragraphs: str) -> None:
        told = paragraphs or [f"{text} So says {title}." for text in PARAGRAPHS]
        self.served.routes[f"/{len(self.stories)}"] = html(title, *told)
        self.stories.append(title)
        self.state += 1

    def _feed(self) -> str:
        return feed(*((title, f"{self.served.url}/{place}") for place, title in enumerate(self.stories)))


@pytest.fixture
def paper() -> Iterator[Paper]:
    with site() as served:
        made = Paper(served)
        made.publish("Ice on the harbour")
        yield made


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return tmp_path / "home"


@pytest.fixture
def archive(home: Path) -> Iterator[Archive]:
    with contextlib.closing(small_archive(home)) as made:
        yield made


@contextlib.contextmanager
def watched(archive: Archive, clock: FakeClock, *urls: str) -> Iterator[Iterator[Round]]:
    limits = Limits(pause=0.0, first_wait=0.0, repetitions=0)
    with Web(allow_private=True, memory=archive, seen=Seen(clock), limits=limits, clock=clock) as web:
        yield Watch(urls, archive, web, every=EVERY, clock=clock).rounds()


def counts(found: Round) -> tuple[int, int, int, int]:
    return found.added, found.updated, found.unchanged, found.failed


def test_each_round_brings_what_is_new_and_asks_for_nothing_else(paper: Paper, archive: Archive) -> None:
    with watched(archive, FakeClock(), paper.url) as rounds:
        assert counts(next(rounds)) == (1, 0, 0, 0)
        assert counts(next(rounds)) == (0, 0, 1, 0)
        paper.publish("Gate locked until Friday")
        del paper.served.requests[:]
        assert counts(next(rounds)) == (1, 0, 1, 0)
    assert paper.served.paths() == ["/feed", "/1"]


def test_a_page_whose_entry_changed_is_updated(paper: Paper, archive: Archive) -> None:
    with watched(archive, FakeClock(), paper.url) as rounds:
        next(rounds)
        paper.served.routes["/0"] = html("Ice on the harbour", "The ice is gone.", *PARAGRAPHS)
        paper.stories[0] = "Ice on the harbour thaws"
        paper.state += 1
        assert counts(next(rounds)) == (0, 1, 0, 0)


def test_after_a_restart_what_is_in_the_archive_is_not_added_again(paper: Paper, archive: Archive) -> None:
    for expected in ((1, 0, 0, 0), (0, 0, 1, 0)):
        with watched(archive, FakeClock(), paper.url) as rounds:
            assert counts(next(rounds)) == expected


def test_rounds_are_as_far_apart_as_asked_for(paper: Paper, archive: Archive) -> None:
    clock = FakeClock()
    with watched(archive, clock, paper.url) as rounds:
        times = [clock.now() for _ in itertools.islice(rounds, 4)]
    assert times == pytest.approx([0, 600, 1200, 1800], abs=60)


def test_a_source_that_fails_is_asked_less_often_and_the_others_go_on(paper: Paper, archive: Archive) -> None:
    clock, bad = FakeClock(), "/bad"
    paper.served.routes[bad] = response(status="500 Oops")
    with watched(archive, clock, paper.url, f"{paper.served.url}{bad}") as rounds:
        found = list(itertools.islice(rounds, 9))
        asked = len(paper.served.asked(bad))
        paper.served.routes[bad] = html("It is well again")
        later = list(itertools.islice(rounds, 12))
    assert (asked, len(paper.served.asked("/feed"))) == (3, 21)
    assert [one.failed for one in found] == [1, 0, 1, 0, 0, 0, 1, 0, 0]  # after two, then after four times as long
    assert sum(len(one.errors) for one in found) == 1  # said once
    assert sum(one.added for one in later) == 1


def test_a_source_that_is_gone_is_not_asked_again(paper: Paper, archive: Archive) -> None:
    paper.served.routes["/old"] = response(status="410 Gone")
    with watched(archive, FakeClock(), paper.url, f"{paper.served.url}/old") as rounds:
        first, second = itertools.islice(rounds, 2)
    assert first.gone == (f"{paper.served.url}/old",)
    assert (first.sources, second.sources) == (2, 1)
    with watched(archive, FakeClock(), f"{paper.served.url}/old") as rounds:
        (only,) = rounds
    assert line_of(only).endswith("1 source: 1 failed, 1 gone for good; nothing is left to ask")


def test_a_server_that_asks_for_an_hour_gets_it(paper: Paper, archive: Archive) -> None:
    clock = FakeClock()
    paper.served.routes["/feed"] = response(status="429 No", Retry_After="3600")
    with watched(archive, clock, paper.url) as rounds:
        times = [clock.now() for _ in itertools.islice(rounds, 2)]
    assert times[1] - times[0] >= 3600
    assert len(paper.served.requests) == 2


def test_the_archive_is_free_between_rounds_and_while_pages_are_fetched(
    paper: Paper, archive: Archive, home: Path
) -> None:
    def answer(_request: object, connection: object) -> None:
        with contextlib.closing(small_archive(home)) as other:  # ArchiveBusy, if the watch held it now
            other.add([])
        connection.sendall(html("Ice on the harbour"))  # type: ignore[attr-defined]

    paper.served.routes["/0"] = answer
    with watched(archive, FakeClock(), paper.url) as rounds:
        assert counts(next(rounds)) == (1, 0, 0, 0)
        with contextlib.closing(small_archive(home)) as other:
            other.add([])


def test_what_was_fetched_waits_for_another_who_writes(paper: Paper, archive: Archive) -> None:
    class Taken:
        """Somebody else writes for the first three tries."""

        tries = 0

        def add(self, items: list[Found], /, *, keep_articles: bool) -> IngestReport:
            self.tries += 1
            if self.tries <= 3:
                raise ArchiveBusy("another process is writing")
            return archive.add(items, keep_articles=keep_articles)

    clock, taken = FakeClock(), Taken()
    with Web(allow_private=True, memory=archive, limits=Limits(pause=0.0), clock=clock) as web:
        (found,) = itertools.islice(Watch([paper.url], taken, web, every=EVERY, clock=clock).rounds(), 1)
    assert counts(found) == (1, 0, 0, 0)
    assert [wait for wait in clock.waits if wait] == [1.0, 2.0, 4.0]
    assert len(paper.served.asked("/0")) == 1


def test_an_engine_that_is_open_meanwhile_sees_what_came_in(paper: Paper, archive: Archive, home: Path) -> None:
    with contextlib.closing(small_engine(home)) as engine, watched(archive, FakeClock(), paper.url) as rounds:
        next(rounds)
        assert [one.title for one in engine.archive.articles().items] == ["Ice on the harbour"]
        paper.publish("Zeppelin over Lowmere")
        next(rounds)
        answer = engine.ask(Query("What does Zeppelin over Lowmere say of the harbour?"))
        cited = [one.title for one in (*answer.citations, *(answer.refusal.nearest if answer.refusal else ()))]
    assert "Zeppelin over Lowmere" in cited


def test_stopping_ends_the_waiting(paper: Paper, archive: Archive) -> None:
    clock = FakeClock()
    with watched(archive, clock, paper.url) as rounds:
        next(rounds)
        clock.stop()
        with pytest.raises(Stopped):
            next(rounds)


# -- when


@pytest.mark.parametrize(
    ("told", "failures", "wait"),
    [
        (Told(status=200), 0, 600),
        (Told(status=200, fresh=60), 0, 600),
        (Told(status=200, fresh=1800), 0, 1800),
        (Told(status=200, ttl=3600, fresh=1800), 0, 3600),
        (Told(status=200, ttl=1e9), 0, 86_400),
        (Told(status=503, after=7200), 1, 7200),
        (Told(), 1, 1200),
        (Told(), 3, 4800),
        (Told(), 300, 21_600),
        (Told(skip_hours=frozenset({9})), 0, 3600),
        (Told(skip_hours=frozenset({9, 10, 11})), 0, 3 * 3600),
        (Told(skip_days=frozenset({0})), 0, 15 * 3600),
        (Told(skip_days=frozenset(range(7))), 0, 600),
    ],
)
def test_the_next_round_is_when_the_source_wants_it_but_never_sooner_than_asked(
    told: Told, failures: int, wait: float
) -> None:
    assert wait_until_next(told, every=600, failures=failures, now=MONDAY) == wait


@given(
    st.builds(Told, after=st.floats(0, 1e12), fresh=st.floats(0, 1e12), ttl=st.none() | st.floats(0, 1e12),
              skip_hours=st.frozensets(st.integers(0, 23)), skip_days=st.frozensets(st.integers(0, 6))),
    st.floats(10, 604_800), st.integers(0, 10_000),
)  # fmt: skip
def test_no_source_is_asked_too_soon_or_never_again(told: Told, every: float, failures: int) -> None:
    wait = wait_until_next(told, every=every, failures=failures, now=MONDAY)
    assert every <= wait <= max(every, 86_400) + 7 * 86_400


def told_of(text: str) -> Told:
    return told_by(Page("u", io.BytesIO(text.encode()), None, None, None, None))


def test_a_feed_says_when_it_changes() -> None:
    hours = "<skipHours><hour>0</hour><hour>24</hour><hour>7</hour><hour>x</hour></skipHours>"
    told = told_of(
        feed(("a", "b"), channel=f"<ttl>90</ttl>{hours}<skipDays><day>Sunday</day><day>Noday</day></skipDays>")
    )
    assert (told.ttl, told.skip_hours, told.skip_days) == (5400, {0, 7}, {6})


@pytest.mark.parametrize(
    "text", ["", "<rss>", "<rss><channel><ttl>soon</ttl>", "<rss><ttl><ttl>", page("no <rss here")]
)
def test_a_feed_that_says_nonsense_of_it_says_nothing(text: str) -> None:
    assert told_of(text) == Told(status=200)


@given(
    st.lists(
        st.sampled_from(["<rss>", "<ttl>", "</ttl>", "9" * 30, "<skipHours>", "<hour>", "٣", "</hour>", "&x;", "<"])
    )
)
def test_no_feed_breaks_the_watch(marks: list[str]) -> None:
    told = told_of("<rss>" + "".join(marks))
    assert wait_until_next(told, every=600, failures=0, now=MONDAY) >= 600


@pytest.mark.parametrize(("text", "seconds"), [("30s", 30), ("10m", 600), ("10", 600), ("2h", 7200), (" 7D ", 604_800)])
def test_times_are_written_as_people_do(text: str, seconds: float) -> None:
    assert seconds_of(text) == seconds


@pytest.mark.parametrize("text", ["", "9s", "8d", "ten", "-5m", "1e3", "٣m", "99999999m"])
def test_other_times_are_refused(text: str) -> None:
    with pytest.raises(InvalidInput, match="--every"):
        seconds_of(text)


def test_only_the_web_is_watched() -> None:
    check_sources(["https://echo.example/feed", "HTTP://echo.example/"])
    with pytest.raises(InvalidInput, match="--watch is for web addresses"):
        check_sources(["https://echo.example/feed", "news/"])


def test_a_round_is_one_line() -> None:
    found = Round(MONDAY, 3, added=1_200, duplicates=1, failed=2, unchanged=9, wait=600)
    assert line_of(found) == "2024-01-08 09:00 UTC, 3 sources: 1,200 added, 1 duplicate, 2 failed; next at 09:10"
    assert (
        line_of(Round(MONDAY, 1, unchanged=9, wait=60)) == "2024-01-08 09:00 UTC, 1 source: nothing new; next at 09:01"
    )


# -- as a command


def test_wrong_use_is_said_before_an_archive_is_made(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, said in (
        (["news/", "--watch"], "--watch is for web addresses"),
        (["https://echo.example/", "--watch", "--every", "1s"], "--every 1s cannot be used"),
        (["https://echo.example/", "--every", "1h"], "--every is for --watch"),
        (["https://echo.example/", "--watch", "--reader", "a:B"], "are not for --watch"),
        (["https://echo.example/", "--watch", "--follow"], "--follow is for files"),
    ):
        assert cli.run(["ingest", *arguments, "--home", str(home)]) == 1
        assert said in capsys.readouterr().err
    assert not home.exists()


@contextlib.contextmanager
def process(*arguments: str) -> Iterator[subprocess.Popen[str]]:
    command = [sys.executable, "-m", "qa.cli", *arguments]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        try:
            yield started
        finally:
            started.kill()


def line(of: subprocess.Popen[str]) -> str:
    assert of.stdout is not None
    return of.stdout.readline()


def news(of: subprocess.Popen[str]) -> str:
    """The next round that brought something; how many go before it is the machine's affair."""
    while "nothing new" in (said := line(of)):
        pass
    return said


def cited(address: str, question: str) -> list[str]:
    answer = httpx.post(f"{address}/v1/query", json={"question": question}).json()
    return [one["title"] for one in answer["citations"]]


@pytest.mark.slow
@pytest.mark.server
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_a_watch_beside_the_running_service_until_it_is_told_to_stop(
    paper: Paper, home: Path, number: signal.Signals
) -> None:
    watching = ("ingest", "--watch", "--every", "10s", "--allow-private", paper.url, "--home", str(home))
    with process(*watching) as watch:
        assert ", 1 source: 1 added; next at " in news(watch)
        with process("serve", "--port", "0", "--home", str(home)) as service:
            address = line(service).split()[2]
            assert cited(address, "Who walked from the pier to the lighthouse?") == ["Ice on the harbour"]
            paper.publish("Zeppelin over Lowmere", "A zeppelin flew over the lighthouse on Friday.")
            assert ", 1 source: 1 added; next at " in news(watch)
            assert cited(address, "What flew over the lighthouse?") == ["Zeppelin over Lowmere"]
        watch.send_signal(number)
        _, said = watch.communicate(timeout=30)
    assert (watch.returncode, said) == (0, "stopped\n")
