"""Killed at any moment while ingesting: whole after the next start, and nothing acknowledged is lost or doubled.

Thirty kills by default; ``QA_KILLS=100 .venv/bin/python -m pytest tests/test_crash.py`` for more.
"""

from __future__ import annotations

import multiprocessing as mp
import os
import random
import signal
import time
from collections import Counter
from multiprocessing.connection import Connection
from pathlib import Path

import pytest

from qa.catalogue import Catalogue
from qa.types import Article
from tests.builders import article, many
from tests.fakes import small_archive

KILLS = int(os.environ.get("QA_KILLS", "30"))


@pytest.mark.slow
@pytest.mark.timeout(max(300, 10 * KILLS))
def test_killed_at_random_moments_the_archive_is_whole_and_has_what_it_acknowledged(home: Path) -> None:
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["tests.fakes", "chromadb", "tantivy"])
    rng = random.Random(7)
    acknowledged: set[str] = set()
    for kill in range(KILLS):
        told = ingest_and_kill(context, home, kill, after=rng.uniform(0.05, 1.2))
        acknowledged |= told
        is_whole(home, acknowledged)
    assert len(acknowledged) > KILLS, "the kills came too early to prove anything"


def ingest_and_kill(context: mp.context.ForkServerContext, home: Path, run: int, *, after: float) -> set[str]:
    """Start a writer, kill it so many seconds after its first sign of life; the ids it acknowledged until then."""
    ours, theirs = context.Pipe(duplex=False)
    child = context.Process(target=write, args=(str(home), run, theirs))
    child.start()
    theirs.close()
    assert ours.recv() == "begun"
    time.sleep(after)
    assert child.pid is not None
    os.kill(child.pid, signal.SIGKILL)
    child.join()
    assert child.exitcode == -signal.SIGKILL, "it was done before it was killed"
    return received(ours)


def received(pipe: Connection) -> set[str]:
    told: set[str] = set()
    while True:
        try:
            told |= set(pipe.recv())
        except (EOFError, OSError):
            return told


def write(home: str, run: int, pipe: Connection) -> None:
    """Ingest without end: new articles, changed ones, changed titles, deletions; tell each id once it is committed."""
    pipe.send("begun")
    archive = small_archive(Path(home))
    told = 0
    for turn in range(1_000_000):
        first = run * 1_000_000 + turn * 300

        def tell(report) -> None:
            nonlocal told
            pipe.send([item.article_id for item in report.articles[told:]])
            told = len(report.articles)

        told = 0
        archive.add(many(300, paragraphs=5, start=first), progress=tell)
        told = 0
        archive.add((changed(n, turn) for n in range(first, first + 40)), progress=tell)
        archive.delete(f"a{first + 41}") if turn % 2 else None


def changed(number: int, turn: int) -> Article:
    title = f"News of town{number}, updated"
    return article(f"Street{number} opened again.", "Nobody was hurt.", title=title, given_id=f"a{number}")


def is_whole(home: Path, acknowledged: set[str]) -> None:
    archive = small_archive(home)
    assert archive.check().problems == ()
    items = []
    cursor: str | None = None
    while True:
        page = archive.articles(cursor=cursor, limit=10_000)
        items += [item.article_id for item in page.items]
        cursor = page.next_cursor
        if cursor is None:
            break
    counted = Counter(items)
    assert set(counted.values()) <= {1}
    deleted = {name for name in acknowledged if int(name[1:]) % 300 == 41}
    assert acknowledged - deleted <= set(counted)
    archive.close()


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
