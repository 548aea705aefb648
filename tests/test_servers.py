"""The same archive with its catalogue in PostgreSQL, and with its vectors in a Chroma server, both really running."""

from __future__ import annotations

import os
import pwd
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from qa.archive import Archive, open_archive
from qa.engine import Engine
from qa.errors import ModelMismatch, ServiceError
from qa.query import parse_query
from qa.types import Query
from tests.builders import article, many
from tests.fakes import HashEmbedder, engine_over, settings_for, small_engine
from tests.serving_api import without

pytestmark = pytest.mark.server
ASKED = Query("Who closed street3x0 of town3?")


@pytest.fixture(scope="module")
def database(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """URL of an empty PostgreSQL of our own, on a free port of this machine."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin")) if Path("/usr/lib/postgresql").exists() else []
    if not found:
        without("this test needs PostgreSQL: apt-get install postgresql")
    folder = Path("/tmp") / f"qa-postgres-{os.getpid()}"
    folder.mkdir(mode=0o700)
    as_user = run_as(folder)
    port = free_port()
    quiet = {"stdout": subprocess.DEVNULL, "stderr": subprocess.DEVNULL, "cwd": "/", **as_user}
    subprocess.run([found[-1] / "initdb", "-D", folder / "data", "-A", "trust", "-U", "qa"], check=True, **quiet)
    options = f"-p {port} -k {folder} -c listen_addresses=127.0.0.1 -c fsync=off"
    control = [found[-1] / "pg_ctl", "-D", folder / "data", "-w", "-o", options]
    subprocess.run([*control, "start"], check=True, **quiet)
    yield f"postgresql://qa@127.0.0.1:{port}/postgres"
    subprocess.run([*control, "-m", "immediate", "stop"], check=True, **quiet)
    shutil.rmtree(folder)


def run_as(folder: Path) -> dict[str, object]:
    """PostgreSQL refuses to run as root; where we are root, it runs as the user that its package made."""
    if os.getuid() != 0:
        return {}
    user = pwd.getpwnam("postgres")
    os.chown(folder, user.pw_uid, user.pw_gid)
    return {"user": user.pw_uid, "group": user.pw_gid, "extra_groups": []}


@pytest.fixture
def empty_database(database: str) -> str:
    """The same server with nothing in it."""
    import psycopg

    with psycopg.connect(database, autocommit=True) as connection:
        connection.execute("DROP SCHEMA public CASCADE")
        connection.execute("CREATE SCHEMA public")
    return database


@contextmanager
def chroma_server(folder: Path, port: int) -> Iterator[str]:
    command = [str(Path(sys.executable).with_name("chroma")), "run", "--path", str(folder), "--port", str(port)]
    with subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as server:
        wait_for(port)
        try:
            yield f"http://127.0.0.1:{port}"
        finally:
            server.kill()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def wait_for(port: int) -> None:
    until = time.monotonic() + 30
    while time.monotonic() < until:
        with socket.socket() as probe:
            if probe.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.1)
    pytest.fail(f"nothing answers on port {port}")


@pytest.fixture
def vectors(tmp_path: Path) -> Iterator[str]:
    with chroma_server(tmp_path / "server", free_port()) as url:
        yield url


def lives_a_life(engine: Engine) -> None:
    """Ingest, ask, filter, edit, retract, delete, reindex, check."""
    archive = engine.archive
    report = archive.add([*many(40), article("Müller 🌊 said: “It’s over.”", given_id="odd", title="𝒪dd")])
    assert (report.added, archive.check().problems) == (41, ())
    assert engine.ask(ASKED).citations[0].article_id == "a3"
    within = parse_query(
        ASKED.question, after="2024-01-04", before="2024-01-04", sources=["OUTLET 3"], as_of="2024-06-01"
    )
    assert engine.ask(within).citations[0].article_id == "a3"
    assert engine.ask(parse_query(ASKED.question, as_of="2024-01-03")).citations == ()
    cited = engine.ask(ASKED).citations[0].citation_id
    archive.add([article("The bridge of town3 opened street3x0.", given_id="a3", published_at="2024-01-04")])
    assert archive.resolve(cited).status in {"edited", "removed"}
    assert archive.add(many(3)).unchanged == 3
    archive.retract("a3", "untrue")
    assert "a3" not in {c.article_id for c in engine.ask(ASKED).citations}
    archive.delete("a4")
    archive.add_feedback("ans_1", "up", None)
    odd = archive.version("odd")
    assert odd.text[odd.paragraphs[0].start : odd.paragraphs[0].end] == "Müller 🌊 said: “It’s over.”"
    assert archive.check().problems == ()
    archive.reindex()
    assert archive.check().problems == ()
    assert archive.counts().articles == 40


def test_postgresql_is_as_good_a_catalogue_as_sqlite(home: Path, empty_database: str) -> None:
    engine = small_engine(home, database_url=empty_database)
    lives_a_life(engine)
    answer, snapshot = engine.ask(Query("Who closed street7x0?")), engine.archive.snapshot
    engine.close()
    again = small_engine(home, database_url=empty_database)
    assert again.archive.snapshot == snapshot
    assert again.ask(Query("Who closed street7x0?")).citations == answer.citations
    again.close()


def test_both_catalogues_name_the_same_content_alike(tmp_path: Path, empty_database: str) -> None:
    ours, theirs = small_engine(tmp_path / "a"), small_engine(tmp_path / "b", database_url=empty_database)
    for engine in (ours, theirs):
        engine.archive.add(many(20))
        engine.archive.delete("a7")
    asked = parse_query(ASKED.question, as_of="2024-01-15")
    assert ours.ask(asked).statements == theirs.ask(asked).statements
    assert ours.archive.snapshot == theirs.archive.snapshot
    ours.close()
    theirs.close()


def test_a_chroma_server_is_as_good_as_the_embedded_one(home: Path, vectors: str) -> None:
    engine = small_engine(home, chroma_url=vectors)
    lives_a_life(engine)
    engine.close()
    again = small_engine(home, chroma_url=vectors)
    assert again.ask(Query("Who closed street7x0?")).citations[0].article_id == "a7"
    again.close()


def test_both_servers_together(home: Path, empty_database: str, vectors: str) -> None:
    engine = small_engine(home, database_url=empty_database, chroma_url=vectors)
    lives_a_life(engine)
    engine.close()


def test_a_server_of_another_model_is_mended_by_reindex(home: Path, vectors: str) -> None:
    settings = settings_for(home, chroma_url=vectors)
    first = opened(home, vectors, "hashes@1")
    first.add(many(5))
    first.close()
    with pytest.raises(ModelMismatch):
        opened(home, vectors, "hashes@2")
    mended = opened(home, vectors, "hashes@2", rebuild=True)
    mended.reindex()
    assert mended.check().problems == ()
    assert engine_over(mended, settings).ask(ASKED).answered
    mended.close()


def opened(home: Path, vectors: str, model: str, *, rebuild: bool = False) -> Archive:
    settings = settings_for(home, chroma_url=vectors)
    return open_archive(settings, HashEmbedder(model), create=True, rebuild=rebuild)


def test_a_chroma_server_that_is_not_there_is_said(home: Path) -> None:
    with pytest.raises(ServiceError) as caught:
        small_engine(home, chroma_url=f"http://127.0.0.1:{free_port()}")
    assert "QA_CHROMA_URL" in str(caught.value.hint)


def test_a_chroma_server_that_went_away_is_said_and_its_return_is_enough(home: Path, tmp_path: Path) -> None:
    port = free_port()
    with chroma_server(tmp_path / "server", port) as url:
        engine = small_engine(home, chroma_url=url)
        engine.archive.add(many(5))
    for deed in deeds(engine):
        with pytest.raises(ServiceError):
            deed()
    with chroma_server(tmp_path / "server", port):
        assert engine.ask(ASKED).citations[0].article_id == "a3"
        engine.close()
        again = small_engine(home, chroma_url=url)
        assert again.archive.check().problems == ()
        assert again.archive.counts().articles == 6
        again.close()


def deeds(engine: Engine) -> list[Callable[[], object]]:
    return [
        lambda: engine.ask(ASKED),
        lambda: engine.archive.add(many(1, start=9)),
        engine.archive.check,
    ]
