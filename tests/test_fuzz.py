"""The fuzzer finds what it is for; and a short run of it over all readers, the same inputs each time."""

from __future__ import annotations

import gzip
import json
import signal
import subprocess
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from eval.fuzz import __main__ as command
from eval.fuzz import findings, seeds
from eval.fuzz.cases import READERS, Case, case_of
from eval.fuzz.fleet import Task, run
from eval.fuzz.promises import Outcome, broken_promise, outcome_of
from qa.errors import IngestError
from qa.ingest.bytestream import ByteStream
from qa.ingest.decode import Format, format_of
from qa.types import Article, Block
from tests.fakes_fuzz import behaving_badly

INPUTS = 80  # of each reader, some ten seconds in all
BODY = (Block("paragraph", seeds.FIRST),)


@pytest.mark.parametrize("reader", READERS)
def test_every_reader_keeps_its_promises_whatever_it_is_given(reader: str) -> None:
    for number in range(INPUTS):
        problem = outcome_of(case_of(reader, 7, number)).problem
        assert problem is None, f"python -m eval.fuzz {reader} --seed 7 --first {number} --inputs 1\n{problem.told}"


@pytest.mark.parametrize("reader", READERS)
def test_an_input_is_the_same_each_time_and_most_are_not_the_same_as_others(reader: str) -> None:
    made = [case_of(reader, 1, number) for number in range(30)]
    assert made == [case_of(reader, 1, number) for number in range(30)]
    assert len({case.data for case in made}) > 20


@pytest.mark.parametrize("reader", READERS)
def test_some_inputs_reach_a_readers_end_and_some_are_refused(reader: str) -> None:
    outcomes = [outcome_of(case_of(reader, 3, number)) for number in range(25)]
    assert any(outcome.articles for outcome in outcomes)
    assert any(outcome.errors.total() for outcome in outcomes)


def test_an_input_that_never_ends_or_takes_the_process_with_it_is_found_and_stops_nothing() -> None:
    tasks = [Task("html", 1, number) for number in range(6)]
    done = {one.task.number: one.outcome for one in run(tasks, workers=2, seconds_each=0.5, examine=behaving_badly)}
    assert [done[number].problem is None for number in range(6)] == [True, False, True, False, True, True]
    assert done[1].problem is not None
    assert done[1].problem.kind.startswith("hang")
    assert "behaving_badly" in done[1].problem.told
    assert done[3].problem is not None
    assert done[3].problem.kind == "crash with code -6"


@pytest.mark.parametrize(
    ("item", "said"),
    [
        (Article("", BODY), "without a title"),
        (Article("Ice", ()), "nothing to cite"),
        (Article("Ice", (Block("heading", "Ice"),)), "nothing to cite"),
        (Article("Ice", (*BODY, Block("paragraph", " "))), "cannot be stored"),
        (Article("Ice", (*BODY, Block("paragraph", "\ud800"))), "cannot be stored"),
        (Article("Ice", (*BODY, Block("heading", "\x1b[31m"))), "not plain"),
        (Article("Ice\n", BODY), "title is not plain"),
        (Article("Ice", BODY, url="https://x\n"), "url is not plain"),
        (Article("Ice", BODY, authors=("",)), "authors is not plain"),
        (Article("Ice", BODY, published_at="2024-01-09T99:00"), "published_at is a date that cannot be read"),
        (Article("Ice", BODY, given_id=".."), "breaks the rules"),
        (IngestError("", path="a"), "message is not one clear line"),
        (IngestError("x", path=""), "without a path"),
        (IngestError("x", path="a", line=0), "line is no line"),
        ("text", "neither an article nor an error"),
        (Article("Ice", BODY, published_at="2024-01-09T06:30:00+01:00", url="https://x/"), None),
        (IngestError("x", path="a", line=1, hint="y"), None),
    ],
)
def test_a_broken_promise_is_named(item: object, said: str | None) -> None:
    broken = broken_promise(item)
    assert broken is None if said is None else broken is not None and said in broken


def test_an_exception_is_a_problem_named_after_where_it_was_raised(monkeypatch: pytest.MonkeyPatch) -> None:
    def raising(*_args: object, **_kwargs: object) -> Article:
        raise KeyError("x")

    monkeypatch.setattr("qa.ingest.html.read_html", raising)
    problem = outcome_of(Case(seeds.PAGE.encode())).problem
    assert problem is not None
    assert problem.kind == "KeyError in formats.py:_read_document"


def test_an_input_is_cut_down_to_what_shows_the_problem() -> None:
    data = b"x" * 500 + b"needle" + b"y" * 500
    assert findings.shrunk(data, lambda part: b"needle" in part, tries=400) == b"needle"


def test_the_command_prints_a_table_and_keeps_each_kind_of_finding_once(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: object
) -> None:
    def raising(*_args: object, **_kwargs: object) -> Article:
        raise KeyError("x")

    monkeypatch.setattr("qa.ingest.markdown.read_markdown", raising)
    monkeypatch.setattr(
        command,
        "run",
        lambda tasks, **_: [command.Done(t, outcome_of(case_of(t.reader, 1, t.number)), 0.01) for t in tasks],
    )
    assert command.main(["markdown", "jsonl", "--inputs", "30", "--out", str(tmp_path)]) == 1
    out = capsys.readouterr().out
    assert [line.split()[:2] for line in out.splitlines()[1:3]] == [["markdown", "15"], ["jsonl", "15"]]
    (replay,) = (line for line in out.splitlines() if "--replay" in line)
    assert command.main(replay.split()[3:]) == 1
    assert "KeyError" in capsys.readouterr().out


def test_a_replay_that_never_ends_is_ended_and_says_where_it_was(tmp_path: Path) -> None:
    (tmp_path / "any.bin").write_bytes(b"any")
    endless = "import eval.fuzz.__main__ as c; c.outcome_of = lambda case: [0 for _ in iter(int, 1)]; c.main()"
    replay = [sys.executable, "-c", endless, "--replay", str(tmp_path / "any.bin"), "--seconds-each", "0.2"]
    ended = subprocess.run(replay, capture_output=True, text=True, check=False, timeout=60)
    assert ended.returncode == -signal.SIGPROF
    assert "most recent call first" in ended.stderr


SEEDS: list[tuple[bytes, Format]] = [
    (seeds.PAGE.encode(), "html"),
    (seeds.COPIED.encode(), "scraped"),
    (seeds.MARKDOWN.encode(), "markdown"),
    (seeds.json_lines(seeds.RECORDS).encode(), "jsonl"),
    (json.dumps(seeds.RECORDS).encode(), "json"),
    (json.dumps(seeds.NINJS[0], indent=1).encode(), "json"),
    (seeds.RSS.encode(), "feed"),
    (seeds.ATOM.encode(), "feed"),
    (seeds.SITEMAP.encode(), "sitemap"),
    (seeds.SITEMAP_INDEX.encode(), "sitemap"),
    (seeds.NITF.encode(), "newsml"),
    (seeds.NEWSML.encode(), "newsml"),
    (seeds.WORDPRESS.encode(), "wordpress"),
    (seeds.warc(seeds.PAGE.encode()), "warc"),
    (seeds.zipped({"a": seeds.PAGE.encode()}), "zip"),
    (seeds.pdf(seeds.printed_page()), "pdf"),
]
TEXTS = {"html", "scraped", "markdown", "jsonl", "json", "feed", "sitemap", "newsml", "wordpress"}
ENCODINGS = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le", "utf-16-be", "utf-32", "utf-32-le", "utf-32-be")


@given(
    st.integers(0, len(SEEDS) - 1),
    st.sampled_from(["a", "a.txt", "a.html", "a.json", "a.pdf", "a.zip", "a.xml", "-", "https://x.example/a.md"]),
    st.sampled_from(["", "\n", "\r\n\r\n", "  "]),
    st.sampled_from([1, 70_000]),
    st.sampled_from(ENCODINGS),
    st.integers(0, 2),
)
def test_a_format_is_known_by_its_content_whatever_its_name_encoding_and_packing(
    seed: int, origin: str, blank: str, times: int, encoding: str, packed: int
) -> None:
    (data, form), before = SEEDS[seed], blank * times
    data = (before + data.decode()).encode(encoding) if form in TEXTS else before.encode()[:9] + data
    for _ in range(packed):
        data = gzip.compress(data)
    assert format_of(ByteStream(Once(data), origin=origin).head, origin=origin) == form


@pytest.mark.parametrize("encoding", ENCODINGS)
@pytest.mark.parametrize(("data", "form"), SEEDS[:13])
def test_a_story_reads_the_same_in_every_encoding(data: bytes, form: Format, encoding: str) -> None:
    plain, other = outcome_of(Case(data)), outcome_of(Case(data.decode().encode(encoding)))
    assert (other.articles, other.errors) == (plain.articles, plain.errors)
    assert other.problem is None


class Once:
    """Bytes that come one at a time at first, as from a slow pipe."""

    def __init__(self, data: bytes) -> None:
        self._data = data
        self._asked = 0

    def read(self, size: int = -1) -> bytes:
        self._asked += 1
        size = 1 if self._asked < 5 else size
        piece, self._data = self._data[:size], self._data[size:]
        return piece


def test_outcomes_count_what_came_of_an_input() -> None:
    found = outcome_of(Case(seeds.json_lines(seeds.RECORDS).encode() + b"[]\n"))
    assert found == Outcome(len(seeds.RECORDS), Counter({"InvalidRecord": 1}), None)
