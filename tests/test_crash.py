"""Killed, out of disk, locked out, or not alone while ingesting: whole afterwards, nothing acknowledged lost.

A hundred kills by default; ``QA_KILLS=1000 .venv/bin/python -m pytest tests/test_crash.py`` for more.
"""

from __future__ import annotations

import ctypes
import functools
import io
import json
import multiprocessing as mp
import os
import random
import resource
import signal
import subprocess
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import suppress
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

import qa.archive
from qa import cli
from qa.archive import Archive, IngestReport
from qa.catalogue import Catalogue
from qa.errors import ArchiveError, ArchiveReadOnly, QAError
from qa.index.dense import DenseIndex
from qa.index.lexical import LexicalIndex
from qa.ingest import parallel
from qa.ingest.parallel import Reading
from qa.ingest.syndication.item import Found
from qa.types import Article, Query
from tests.builders import article, many
from tests.fakes import small_archive, small_engine

KILLS = int(os.environ.get("QA_KILLS", "100"))
KILLS_AN_ARCHIVE = 10  # a larger archive takes longer to be checked, and shows no more
STEPS = ("read", "catalogue", "vectors", "words", "merge", "acknowledged")
Told = tuple[str, set[str]]
"""A step that is about to be done, and what has been acknowledged since the one before."""


@pytest.mark.slow
@pytest.mark.timeout(max(600, 20 * KILLS))
@pytest.mark.parametrize("first", range(0, KILLS, KILLS_AN_ARCHIVE))
def test_killed_at_random_moments_the_archive_is_whole_and_has_what_it_acknowledged(home: Path, first: int) -> None:
    rng = random.Random(first)
    acknowledged: set[str] = set()
    for kill in range(first, min(first + KILLS_AN_ARCHIVE, KILLS)):
        told = ingest_and_kill(home, kill, STEPS[kill % len(STEPS)], rng)
        acknowledged |= told
        is_whole(home, acknowledged)
    assert acknowledged, "the kills came too early to prove anything"
    assert workers_of(home) == []


def children() -> mp.context.ForkServerContext:
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["tests.fakes", "chromadb", "tantivy"])
    return context


def ingest_and_kill(home: Path, run: int, step: str, rng: random.Random) -> set[str]:
    """Start a writer, kill it a moment after it began some such step; the ids that it acknowledged until then."""
    ours, theirs = children().Pipe(duplex=False)
    child = children().Process(target=write, args=(str(home), run, theirs))
    child.start()
    theirs.close()
    acknowledged: set[str] = set()
    for _ in range(rng.randint(1, 2 if step == "merge" else 5)):
        for begun, ids in iter(ours.recv, None):
            acknowledged |= ids
            if begun == step:
                break
    time.sleep(rng.choice((0.0, rng.uniform(0, 0.01), rng.uniform(0, 0.2))))
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert child.exitcode == -signal.SIGKILL, "it was done before it was killed"
    return acknowledged | received(ours)


def received(pipe: Connection) -> set[str]:
    told: set[str] = set()
    with suppress(EOFError, OSError):  # the latter where it was killed while it told something
        while True:
            told |= pipe.recv()[1]
    return told


def write(home: str, run: int, pipe: Connection) -> None:
    """Ingest without end: new articles, changed ones, changed titles, deletions; tell each step before it is done."""
    parallel._SPLIT_FROM = 1  # short files, too, are read in pieces
    qa.archive._COMMIT_PARAGRAPHS, qa.archive._FLUSH_PASSAGES = 60, 100  # many steps to be killed in, in little time
    for owner, name, step in (
        (Catalogue, "put", "catalogue"),
        (DenseIndex, "upsert", "vectors"),
        (LexicalIndex, "commit", "words"),
        (LexicalIndex, "release", "merge"),
    ):
        tell_before(pipe, owner, name, step)
    archive = small_archive(Path(home))
    for turn in range(1_000_000):
        first = run * 1_000_000 + turn * 300
        source = Path(f"{home}-{run}.jsonl")
        source.write_text("".join(record(one) for one in many(120, paragraphs=3, start=first)), encoding="utf-8")
        with Reading([str(source)], workers=2, stdin=io.BytesIO(), small=0) as reading:
            add(archive, telling(reading, pipe), pipe)
        add(archive, (changed(n) for n in range(first, first + 20)), pipe)
        archive.delete(f"a{first + 41}") if turn % 2 else None


def tell_before(pipe: Connection, owner: type, name: str, step: str) -> None:
    done = getattr(owner, name)

    @functools.wraps(done)
    def told(*arguments: object, **named: object) -> object:
        pipe.send((step, set()))
        return done(*arguments, **named)

    setattr(owner, name, told)


def telling(items: Reading, pipe: Connection) -> Iterator[Found]:
    for number, item in enumerate(items):
        if number % 50 == 0:
            pipe.send(("read", set()))
        yield item


def add(archive: Archive, items: Iterator[Found], pipe: Connection) -> None:
    counted = 0

    def tell(report: IngestReport) -> None:
        nonlocal counted
        pipe.send(("acknowledged", {item.article_id for item in report.articles[counted:]}))
        counted = len(report.articles)

    archive.add(items, progress=tell)


def record(one: Article) -> str:
    fields = {"id": one.given_id, "title": one.title, "source": one.source, "published_at": one.published_at}
    return json.dumps({**fields, "paragraphs": [block.text for block in one.blocks]}) + "\n"


def changed(number: int) -> Article:
    title = f"News of town{number}, updated"
    return article(f"Street{number} opened again.", "Nobody was hurt.", title=title, given_id=f"a{number}")


def is_whole(home: Path, acknowledged: set[str]) -> None:
    """After the next start: catalogue and indexes agree, and each article is there once."""
    archive = small_archive(home)
    assert archive.check().problems == ()
    counted = Counter(item.article_id for item in archive.articles(limit=1_000_000).items)
    assert set(counted.values()) <= {1}
    deleted = {name for name in acknowledged if int(name[1:]) % 300 == 41}
    assert acknowledged - deleted <= set(counted)
    archive.close()


def workers_of(home: Path) -> list[str]:
    """The processes that still read for a writer of this archive, though it was killed; after a moment to notice."""
    time.sleep(0.5)
    found = subprocess.run(["ps", "-eo", "pid=,ppid=,args="], capture_output=True, text=True, check=True).stdout
    rows = [line.split(None, 2) for line in found.splitlines()]
    alive = {row[0] for row in rows}
    return [row[2] for row in rows if "qa.ingest.parallel.worker" in row[2] and (row[1] == "1" or row[1] not in alive)]


@pytest.mark.slow
def test_a_vector_index_cut_off_in_the_middle_of_a_write_is_built_again_at_the_next_start(home: Path) -> None:
    archive = small_archive(home)
    archive.add(many(300, paragraphs=8))
    archive.close()
    Catalogue(f"sqlite:///{home / 'catalogue.sqlite3'}").mark_all_unindexed()
    graphs = list((home / "chroma").glob("*/index_metadata.pickle"))
    assert graphs
    for graph in graphs:
        graph.write_bytes(graph.read_bytes()[:-100])
    is_whole(home, {f"a{n}" for n in range(300)} - {"a41"})


# -- the disk


@pytest.mark.slow
@pytest.mark.parametrize("kilobytes", [60, 150, 400, 800, 1_200])
def test_on_a_full_disk_ingesting_ends_with_an_error_of_ours_and_goes_on_when_there_is_room(
    home: Path, kilobytes: int
) -> None:
    """No file may grow beyond so many bytes: the write that would do it fails, as on a full disk."""
    small_archive(home).close()
    ended, acknowledged = told_by(fill, home, kilobytes * 1_000)
    assert ended.startswith(("ArchiveReadOnly", "ArchiveDamaged")), ended
    is_whole(home, acknowledged)
    archive = small_archive(home)
    report = archive.add(many(800, paragraphs=5))
    assert (report.added, report.unchanged) == (800 - report.unchanged, report.unchanged)
    assert report.unchanged >= len(acknowledged)
    assert archive.check().ok
    assert archive.counts().articles == 800
    archive.close()


def fill(home: str, most: int, pipe: Connection) -> None:
    """Ingest until a file would grow beyond so many bytes."""
    archive = small_archive(Path(home))
    resource.setrlimit(resource.RLIMIT_FSIZE, (most, resource.RLIM_INFINITY))
    try:
        add(archive, iter(many(800, paragraphs=5)), pipe)
    except QAError as error:
        pipe.send((f"{type(error).__name__}: {error.message}", set()))
    else:
        pipe.send(("nothing was in the way", set()))


def test_a_folder_that_cannot_be_written_is_said_and_stays_as_it_is(home: Path) -> None:
    archive = small_archive(home)
    archive.add(many(5))
    archive.close()
    for place, _, names in os.walk(home):
        for name in names:
            (Path(place) / name).chmod(0o444)
        Path(place).chmod(0o555)
    try:
        ended, _ = told_by(write_without_leave, home, 0)
    finally:
        for place, _, names in os.walk(home):
            Path(place).chmod(0o755)
            for name in names:
                (Path(place) / name).chmod(0o644)
    assert ended == f"ArchiveReadOnly: the folder {home} cannot be written"
    is_whole(home, {f"a{n}" for n in range(5)})


def write_without_leave(home: str, _: int, pipe: Connection) -> None:
    try:
        _become_anybody()
        add(small_archive(Path(home)), iter(many(10)), pipe)
    except ArchiveReadOnly as error:
        pipe.send((f"{type(error).__name__}: {error.message}", set()))


def _become_anybody() -> None:
    """Give up what lets root write anywhere: as owner of the files, it then has the rights that their modes say."""
    if os.geteuid() == 0:
        header = (ctypes.c_uint32 * 2)(0x20080522, 0)  # _LINUX_CAPABILITY_VERSION_3, this thread
        assert ctypes.CDLL(None).capset(header, (ctypes.c_uint32 * 6)()) == 0


def told_by(task: Callable[[str, int, Connection], None], home: Path, number: int) -> tuple[str, set[str]]:
    """The last thing that a process told, and all that it acknowledged."""
    ours, theirs = children().Pipe(duplex=False)
    child = children().Process(target=task, args=(str(home), number, theirs))
    child.start()
    theirs.close()
    last, acknowledged = "", set()
    with suppress(EOFError):
        while True:
            last, ids = ours.recv()
            acknowledged |= ids
    child.join()
    return last, acknowledged


# -- others


def test_of_two_ingests_at_once_one_says_that_the_archive_is_busy_and_nothing_is_doubled(
    home: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("qa.engine.build", lambda settings, **how: small_engine(settings.home))
    source = tmp_path / "a.jsonl"
    source.write_text("{\n" + "".join(record(one) for one in many(40)), encoding="utf-8")
    errors = home / "ingest-errors.jsonl"
    ours, theirs = children().Pipe()
    first = children().Process(target=ingest_slowly, args=(str(home), str(source), theirs))
    first.start()
    theirs.close()
    assert ours.recv() == "begun"
    kept = errors.read_text()
    assert cli.run(["--home", str(home), "ingest", str(source)]) == 1
    said = capsys.readouterr().err
    assert f"qa: another process is writing to the archive at {home}\nhint: try again when it is done\n" in said
    assert errors.read_text() == kept != ""
    ours.send("go on")
    first.join()
    assert first.exitcode == 0
    assert cli.run(["--home", str(home), "ingest", str(source)]) == 0
    assert capsys.readouterr().out.startswith("41 read: 40 unchanged, 1 failed; ")
    is_whole(home, {f"a{n}" for n in range(40)})


def ingest_slowly(home: str, source: str, pipe: Connection) -> None:
    """The command, which waits in the middle of its source until it is told to go on."""
    import qa.engine

    qa.engine.build = lambda settings, **_: small_engine(settings.home)
    whole = Reading.__iter__

    def slowly(reading: Reading) -> Iterator[Found]:
        for number, item in enumerate(whole(reading)):
            if number == 20:
                pipe.send("begun")
                pipe.recv()
            yield item

    Reading.__iter__ = slowly  # type: ignore[method-assign]
    sys.exit(cli.run(["--home", home, "ingest", source]))


def test_what_another_process_deletes_is_gone_from_everywhere_and_from_the_next_answer(home: Path) -> None:
    engine = small_engine(home)
    engine.archive.add(many(30, paragraphs=3))
    query = Query("What closed street7x1 of town7 on Friday?")
    assert {citation.article_id for citation in engine.ask(query).citations} == {"a7"}
    told_by(delete, home, 7)
    answer = engine.ask(query)
    assert '"a7"' not in json.dumps(answer.as_json())
    keys = {*engine.archive._catalogue.passage_keys()}
    assert engine.archive.check().problems == ()
    assert len(keys) == 29 * 3
    assert keys == engine.archive._dense.keys() == engine.archive._lexical.keys()
    assert "a7" not in {source.article_id for source in engine.archive.articles().items}
    engine.close()


def delete(home: str, number: int, pipe: Connection) -> None:
    archive = small_archive(Path(home))
    with suppress(ArchiveError):
        archive.delete(f"a{number}")
    archive.close()
