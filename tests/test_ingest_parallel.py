"""Reading on all cores: the same as reading here, in the same order; what crashes or hangs is one error."""

from __future__ import annotations

import gzip
import io
import itertools
import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterable
from pathlib import Path

import pytest

from qa.errors import IngestError, InvalidRecord, ServiceError
from qa.ingest import parallel, read
from qa.ingest.parallel import Reading, size_of, workers
from qa.ingest.parallel.tasks import Lines, WholeFile
from qa.ingest.parallel.workers import Workers
from qa.ingest.web.answers import NotFetched
from tests.fakes_tasks import Act

PAGE = """<!doctype html><html><head><title>Ferry {0} late</title></head><body><article><h1>Ferry {0} late</h1>
<p>Ferry {0} came late on Friday, as it had on the days before, and nobody at the quay could say why it had.</p>
<p>The harbour master of Lowmere, Ines Vark, said that the fog was to blame and that it would lift by noon.</p>
</article></body></html>"""


def told(found: Iterable[object]) -> list[object]:
    """What can be compared: errors have no equality of their own."""
    return [(type(item), str(item), vars(item)) if isinstance(item, IngestError) else item for item in found]


def record(number: int, **more: object) -> str:
    return json.dumps({"id": f"n{number}", "title": f"Story {number}", "paragraphs": [f"It was {number}."] * 3, **more})


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Pages, lines, a gzipped file of lines, broken files, and an empty folder."""
    for number in range(30):
        (tmp_path / f"p{number:02}.html").write_text(PAGE.format(number), encoding="utf-8")
    lines = [record(n) if n % 50 else "{broken" for n in range(1, 400)]
    (tmp_path / "lines.jsonl").write_text("\n".join(lines), encoding="utf-8")
    (tmp_path / "lines.jsonl.gz").write_bytes(gzip.compress("\n".join(lines).encode()))
    (tmp_path / "cut.jsonl.gz").write_bytes(gzip.compress(os.urandom(50_000).hex().encode())[:-9_000])
    (tmp_path / "picture.html").write_bytes(b"\x89PNG\r\n\x1a\n" + bytes(500))
    (tmp_path / "none").mkdir()
    return tmp_path


def reading(*sources: object, **how: object) -> Reading:
    return Reading([str(one) for one in sources], **{"workers": 2, "stdin": io.BytesIO(), "small": 0, **how})  # type: ignore[arg-type]


@pytest.mark.parametrize("count", [0, 1, 3])
def test_what_is_read_side_by_side_is_what_is_read_one_by_one(
    folder: Path, count: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(parallel, "_SPLIT_FROM", 1_000)
    sources = [folder, folder / "none", folder / "lacking.html", f"{folder}/p0*.html", "gopher://x", "-"]
    given = record(1_000).encode()
    expected = told(read([str(one) for one in sources], stdin=io.BytesIO(given)))
    with reading(*sources, workers=count, stdin=io.BytesIO(given)) as found:
        assert told(found) == expected
    assert len(expected) > 800
    assert sum(isinstance(one, tuple) for one in expected) >= 18


def test_all_bytes_are_counted_in_the_end_and_never_more(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_SPLIT_FROM", 1_000)
    total = size_of([str(folder)])
    with reading(folder) as found:
        seen = [found.done for _ in found]
        assert seen == sorted(seen)
        assert seen[-1] <= (total or 0) == found.done


@pytest.mark.parametrize("source", ["-", "https://echo.example/"])
def test_nobody_knows_the_size_of_what_is_no_file(folder: Path, source: str) -> None:
    assert size_of([str(folder), source]) is None


def test_little_is_read_without_starting_a_process(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "Workers", None)
    with reading(folder, small=10_000_000) as found:
        assert len(list(found)) > 400


def test_no_more_is_read_ahead_than_its_bound(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(parallel, "_SPLIT_FROM", 1_000)
    monkeypatch.setattr(parallel, "_MOST_HELD", 100_000)
    long = tmp_path / "long.jsonl"
    long.write_text("\n".join(record(n, text="x" * 1_000) for n in range(20_000)), encoding="utf-8")
    lines = parallel.record_lines
    taken = 0

    def counted(*arguments: object) -> Iterable[object]:
        nonlocal taken
        for line in lines(*arguments):  # type: ignore[arg-type]
            taken += 1
            yield line

    monkeypatch.setattr(parallel, "record_lines", counted)
    with reading(long) as found:
        list(itertools.islice(found, 10))
        assert taken < 1_000


@pytest.mark.parametrize(
    ("word", "why"),
    [
        ("die", "crashes its reader (SIGSEGV)"),
        ("be-killed", "its reader was killed twice"),
        ("leave", "crashes its reader (exit code 3)"),
        ("hang", "takes more than 1 s to read, and was given up"),
        ("hang-in-c", "takes more than 1 s to read, and was given up"),
        ("swell", "takes more memory to read than one document may"),
        ("raise", "reading it failed (AttributeError: no such part)"),
    ],
)
def test_a_document_that_ends_its_reader_is_one_error_and_the_others_go_on(word: str, why: str) -> None:
    tasks = [Act("a b"), Act(f"c {word} d {word} e"), Act("f"), Act("g")]
    with Workers(2, patience=1.0) as pool:
        jobs = [pool.submit(task) for task in tasks]  # type: ignore[arg-type]
        found = [item for job in jobs for item, _ in pool.collect(job)]
    assert [one.path if isinstance(one, IngestError) else one.title for one in found] == [  # type: ignore[union-attr]
        *("a", "b", "c", word, "d", word, "e", "f", "g")
    ]
    assert all(one.message.startswith(why) for one in found if isinstance(one, IngestError))


def test_what_died_for_no_fault_of_its_own_is_read_again(tmp_path: Path) -> None:
    with Workers(1) as pool:
        job = pool.submit(Act("a die-once b", note=str(tmp_path / "died")))  # type: ignore[arg-type]
        found = [item for item, _ in pool.collect(job)]
    assert [one.title for one in found] == ["a", "die-once", "b"]  # type: ignore[union-attr]


def test_waiting_is_no_hanging() -> None:
    """The other side may be long in taking what was read: only computing counts."""
    with Workers(1, patience=0.2) as pool:
        job = pool.submit(Act("a " * 5_000))  # type: ignore[arg-type]
        time.sleep(1.0)
        assert sum(1 for _ in pool.collect(job)) == 5_000


def test_blame_names_the_line_and_leaves_the_rest_to_be_read() -> None:
    task = Lines("w.jsonl", ((1, b"{}"), InvalidRecord("long", path="w.jsonl", line=2), (9, b"{}")), 10)
    error, rest = task.blamed(1, "crashes")
    assert (error.path, error.line, error.message) == ("w.jsonl", 2, "crashes")
    assert rest == Lines("w.jsonl", ((9, b"{}"),), 10)
    assert task.blamed(2, "crashes")[1] is None


def test_blame_of_a_file_says_how_much_of_it_was_read() -> None:
    error, rest = WholeFile("a.warc", 5).blamed(1_200, "crashes its reader (SIGSEGV)")
    assert error.message == "crashes its reader (SIGSEGV) after 1,200 articles of it; what follows is not read"
    assert rest is None


def test_errors_of_every_kind_cross_over_as_they_are() -> None:
    import pickle

    for error in (
        InvalidRecord("empty", path="a\udcff", line=3, hint="fill it"),
        NotFetched("busy", path="https://echo.example/", status=503, after=2.5, passing=True),
    ):
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again), vars(again)) == (type(error), str(error), vars(error))


def test_a_process_that_cannot_be_started_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(workers, "_PROGRAM", "raise SystemExit(7)")
    with Workers(1) as pool, pytest.raises(ServiceError, match="exit code 7"):
        list(pool.collect(pool.submit(Act("a"))))  # type: ignore[arg-type]
    monkeypatch.setattr("sys.executable", "/no/such/python")
    with pytest.raises(ServiceError, match="cannot be started"):
        Workers(1)


def test_nothing_is_left_running_when_reading_stops_in_the_middle(tmp_path: Path) -> None:
    note = tmp_path / "pid"
    with Workers(1) as pool:
        job = pool.submit(Act("note-pid sleep", note=str(note)))  # type: ignore[arg-type]
        next(pool.collect(job))
    assert is_gone(int(note.read_text()))


SCRIPT = """
import sys, time
from qa.ingest.parallel.workers import Workers
from tests.fakes_tasks import Act
with Workers(1) as pool:
    jobs = pool.collect(pool.submit(Act("note-pid {word}", note=sys.argv[1])))
    next(jobs)
    print("begun", flush=True)
    {then}
"""


@pytest.mark.parametrize("word", ["sleep", "hang", "a"])
@pytest.mark.parametrize("number", [signal.SIGKILL, signal.SIGINT])
def test_no_process_outlives_the_one_that_started_it(tmp_path: Path, word: str, number: signal.Signals) -> None:
    note = tmp_path / "pid"
    script = SCRIPT.format(word=word, then="time.sleep(60)")
    command = [sys.executable, "-c", script, str(note)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        assert started.stdout.readline() == "begun\n"
        started.send_signal(number)
        _, said = started.communicate(timeout=30)
    assert is_gone(int(note.read_text()))
    assert said.count("Traceback") == (number == signal.SIGINT), "only of the process that was interrupted"


def is_gone(process_id: int) -> bool:
    for _ in range(200):
        try:
            os.kill(process_id, 0)
        except ProcessLookupError:
            return True
        state = Path(f"/proc/{process_id}/stat")
        if state.exists() and state.read_text().rpartition(")")[2].split()[0] == "Z":
            return True  # dead, and somebody else's to be reaped
        time.sleep(0.05)
    return False
