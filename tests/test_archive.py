"""Catalogue and indexes in agreement, over edits, errors, threads and processes."""

from __future__ import annotations

import multiprocessing as mp
import shutil
import threading
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from unittest.mock import patch

import hypothesis
import pytest
import tantivy
from chromadb.api.shared_system_client import SharedSystemClient

from qa.archive import Archive, open_archive
from qa.errors import (
    ArchiveBusy,
    ArchiveDamaged,
    ArchiveReadOnly,
    ArticleNotFound,
    CitationNotFound,
    InvalidInput,
    ModelMismatch,
    NoArchive,
    UnreadableSource,
)
from qa.query import parse_query
from qa.resolve import citation_id
from qa.types import Query
from tests.builders import article, articles, many
from tests.fakes import HashEmbedder, settings_for, small_archive, small_engine

STORY = article("The bridge closed on Friday.", "Nobody was hurt.", given_id="bridge", published_at="2024-01-01")


# -- ingesting


def test_the_counts_of_a_report_add_up_to_what_was_seen(archive: Archive) -> None:
    bad = UnreadableSource("cannot be read", path="x.txt")
    twin = article("The bridge closed on Friday.", "Nobody was hurt.", published_at="2024-01-01", origin="b.md")
    report = archive.add([STORY, bad, STORY, twin])
    assert (report.added, report.unchanged, report.duplicates, report.failed, report.seen) == (1, 1, 1, 1, 4)
    assert [item.status for item in report.articles] == ["added", "unchanged", "duplicate"]
    assert report.as_json()["errors"] == [{"path": "x.txt", "line": None, "message": "cannot be read"}]
    assert report.paragraphs == 2


def test_progress_reports_only_what_a_crash_cannot_take_back(archive: Archive, home: Path) -> None:
    def seen_elsewhere(report) -> None:
        assert archive.counts().articles == report.added

    archive.add(many(900), progress=seen_elsewhere)
    assert archive.check().ok


@hypothesis.settings(max_examples=15)
@hypothesis.given(hypothesis.strategies.lists(articles(), max_size=6))
def test_ingesting_again_changes_nothing(tmp_path_factory, batch) -> None:
    archive = small_archive(tmp_path_factory.mktemp("again"))
    archive.add(batch)
    snapshot, counts = archive.snapshot, archive.counts()
    report = archive.add(batch)
    assert report.added == report.updated == 0
    assert (archive.snapshot, archive.counts()) == (snapshot, counts)
    archive.close()


def test_two_versions_of_a_story_in_one_folder_settle(archive: Archive) -> None:
    dated = article("One boat.", given_id="x", published_at="2024-01-01", updated_at="2024-01-03")
    undated = article("Two boats.", given_id="x", published_at="2024-01-01")
    archive.add([dated, undated])
    snapshot = archive.snapshot
    assert archive.add([dated, undated]).unchanged == 2
    assert archive.snapshot == snapshot


def test_a_changed_body_is_a_new_version_and_the_old_one_stays_readable(archive: Archive) -> None:
    archive.add([STORY])
    first = archive.version("bridge")
    archive.add([article("The bridge opened.", given_id="bridge", published_at="2024-01-01")])
    assert archive.version("bridge").text == "The bridge opened."
    assert archive.version("bridge", first.source.version).text == first.text
    assert [source.status for source in archive.history("bridge")] == ["superseded", "current"]


def test_history_is_by_age_though_the_older_text_came_in_later(archive: Archive) -> None:
    archive.add([article("New.", given_id="x", published_at="2024-01-01", updated_at="2024-06-01")])
    archive.add([article("Old.", given_id="x", published_at="2024-01-01", updated_at="2024-02-01")])
    texts = [archive.version("x", source.version).text for source in archive.history("x")]
    assert texts == ["Old.", "New."]
    assert archive.version("x").text == "New."


def test_an_original_that_comes_after_its_update_does_not_become_current(archive: Archive) -> None:
    archive.add([article("New.", given_id="x", published_at="2024-01-01", updated_at="2024-01-03")])
    archive.add([article("Old.", given_id="x", published_at="2024-01-01")])
    assert archive.version("x").text == "New."
    assert [str(source.known_from) for source in archive.history("x")] == ["2024-01-01", "2024-01-03"]
    archive.add([article("Newest, undated.", given_id="x", published_at="2024-01-01")])
    assert archive.version("x").text == "Newest, undated."


def test_an_article_exported_under_its_made_id_is_the_same_article(archive: Archive) -> None:
    url = "https://courier.example/storm"
    made = archive.add([article("A storm came.", url=url)]).articles[0].article_id
    report = archive.add([article("A storm came.", url=url, given_id=made)])
    assert (report.unchanged, archive.counts().articles) == (1, 1)


def test_an_article_read_from_its_page_after_its_export_is_the_same_article(tmp_path: Path, archive: Archive) -> None:
    url = "https://courier.example/storm"
    made = archive.add([article("A storm came.", url=url)]).articles[0].article_id
    other = small_archive(tmp_path / "other")
    other.add([article("A storm came.", url=url, given_id=made)])
    assert other.add([article("A storm came.", url=url)]).unchanged == 1
    other.close()


def test_the_snapshot_names_the_content_however_it_came_to_be(tmp_path: Path, archive: Archive) -> None:
    other = small_archive(tmp_path / "other")
    archive.add([*many(3), STORY])
    archive.delete("a1")
    other.add([STORY, *reversed(many(3))])
    assert archive.snapshot != other.snapshot
    other.delete("a1")
    assert archive.snapshot == other.snapshot
    other.close()


# -- finding one's way


def test_pages_of_articles_hold_each_once_newest_first(archive: Archive) -> None:
    archive.add(many(25))
    first = archive.articles(limit=10)
    second = archive.articles(limit=10, cursor=first.next_cursor)
    last = archive.articles(limit=10, cursor=second.next_cursor)
    days = [s.published_at for page in (first, second, last) for s in page.items]
    assert days == sorted(days, reverse=True)
    assert (len(days), last.next_cursor) == (25, None)


@pytest.mark.parametrize("cursor", ["x", "-1", "1e3", "²", "9" * 50, ""])
def test_a_cursor_of_elsewhere_is_refused(archive: Archive, cursor: str) -> None:
    with pytest.raises(InvalidInput):
        archive.articles(cursor=cursor)


def test_unknown_articles_are_not_found(archive: Archive) -> None:
    for call in (archive.version, archive.delete, lambda name: archive.retract(name, "why")):
        with pytest.raises(ArticleNotFound):
            call("nobody")
    assert archive.history("nobody") == ()


# -- citations for ever


def cited(archive: Archive) -> str:
    archive.add([STORY])
    return citation_id(archive.version("bridge").source.version, 0, 28)


def put(archive: Archive, *paragraphs: str) -> None:
    archive.add([article(*paragraphs, given_id="bridge", published_at="2024-01-01")])


def test_a_citation_resolves_to_its_quote(archive: Archive) -> None:
    found = archive.resolve(cited(archive))
    assert (found.status, found.quote, found.number_now) == ("current", "The bridge closed on Friday.", 1)


@pytest.mark.parametrize(
    ("paragraphs", "status", "number"),
    [
        (("Rain fell.", "The bridge closed on Friday."), "moved", 2),
        (("The bridge closed on Thursday.", "Nobody was hurt."), "edited", None),
        (("Nobody was hurt.",), "removed", None),
    ],
)
def test_a_citation_says_what_became_of_its_paragraph(archive: Archive, paragraphs, status, number) -> None:
    citation = cited(archive)
    put(archive, *paragraphs)
    found = archive.resolve(citation)
    assert (found.status, found.number_now, found.quote) == (status, number, "The bridge closed on Friday.")


def test_a_citation_of_a_retracted_article_says_so_with_the_reason(archive: Archive) -> None:
    citation = cited(archive)
    archive.retract("bridge", "invented")
    assert (archive.resolve(citation).status, archive.resolve(citation).reason) == ("retracted", "invented")


def test_a_citation_of_a_deleted_article_is_removed_even_when_the_article_comes_again(archive: Archive) -> None:
    citation = cited(archive)
    archive.delete("bridge")
    assert archive.resolve(citation).status == "removed"
    put(archive, "Something else.")
    assert archive.resolve(citation).status == "removed"
    put_back = archive.add([STORY])
    assert put_back.updated == 1


@pytest.mark.parametrize(
    "name", ["", "c_1_2", "c_0123456789abcdef_0_42", "c_x_-1_2", "c_x_²_3", "c_x_" + "9" * 40 + "_1"]
)
def test_what_is_no_citation_of_this_archive_is_not_found(archive: Archive, name: str) -> None:
    with pytest.raises(CitationNotFound):
        archive.resolve(name)


def test_a_span_outside_every_paragraph_is_no_citation(archive: Archive) -> None:
    version = cited(archive).split("_")[1]
    for start, end in ((0, 40), (5, 5), (9, 3), (28, 30), (900, 901)):
        with pytest.raises(CitationNotFound):
            archive.resolve(citation_id(version, start, end))


# -- several at once


def test_readers_and_a_writer_in_one_process_do_not_disturb_each_other(home: Path) -> None:
    engine = small_engine(home, careful=0)
    engine.archive.add(many(20))
    done = threading.Event()

    def ask() -> int:
        answers = 0
        while not done.is_set() or not answers:
            answer = engine.ask(Query("Who closed street3x0 of town3?"))
            assert answer.citations[0].article_id == "a3"
            answers += 1
        return answers

    with ThreadPoolExecutor(3) as pool:
        readers = [pool.submit(ask) for _ in range(3)]
        try:
            for start in range(100, 1_300, 100):
                engine.archive.add(many(100, start=start))
                engine.archive.delete(f"a{start}")
        finally:
            done.set()
        assert all(reader.result() for reader in readers)
    assert engine.archive.check().ok
    engine.close()


def _elsewhere(home: str, deeds, answers) -> None:
    archive = small_archive(Path(home))
    while (deed := deeds.get(timeout=60)) is not None:
        name, *arguments = deed
        try:
            if name == "hold":
                archive.add(held(answers, deeds))
            else:
                getattr(archive, name)(*arguments)
            answers.put("done")
        except ArchiveBusy:
            answers.put("busy")
    archive.close()


def held(answers, deeds):
    yield STORY
    answers.put("holding")
    deeds.get(timeout=60)


@pytest.fixture
def elsewhere(home: Path):
    """Another process on the same home: tell it what to do, and it says when it is done."""
    context = mp.get_context("forkserver")
    context.set_forkserver_preload(["tests.fakes", "chromadb"])
    deeds, answers = context.Queue(), context.Queue()
    process = context.Process(target=_elsewhere, args=(str(home), deeds, answers))
    process.start()

    def tell(*deed) -> str:
        deeds.put(deed)
        return answers.get(timeout=60)

    tell.send, tell.hear = deeds.put, lambda: answers.get(timeout=60)
    yield tell
    deeds.put(None)
    process.join()


def test_a_reader_sees_at_its_next_question_what_another_process_did(home: Path, elsewhere) -> None:
    engine = small_engine(home)
    asked = Query("Who closed street3x0 of town3?")
    assert not engine.ask(asked).answered
    for turn in range(3):
        assert elsewhere("add", many(5)) == "done"
        assert engine.ask(asked).citations[0].article_id == "a3"
        assert engine.archive.check().ok
        assert elsewhere("delete", "a3") == "done"
        assert "a3" not in {c.article_id for c in engine.ask(asked).citations}, turn
    assert elsewhere("add", many(5)) == elsewhere("retract", "a3", "untrue") == "done"
    assert "a3" not in {c.article_id for c in engine.ask(asked).citations}
    engine.close()


def test_both_processes_may_write_in_turn(home: Path, elsewhere) -> None:
    archive = small_archive(home)
    for turn in range(3):
        archive.add(many(10, start=turn * 20))
        assert elsewhere("add", many(10, start=turn * 20 + 10)) == "done"
    archive.delete("a15")
    assert elsewhere("delete", "a5") == "done"
    assert archive.check().problems == ()
    assert archive.counts().articles == 58
    archive.close()


def test_a_second_writer_is_told_that_the_archive_is_busy_and_a_reader_is_let_in(home: Path, elsewhere) -> None:
    small_archive(home).close()
    elsewhere.send(("hold",))
    assert elsewhere.hear() == "holding"
    archive = small_archive(home)
    with pytest.raises(ArchiveBusy) as caught:
        archive.add([STORY])
    assert caught.value.hint
    assert not archive.view().sources
    elsewhere.send(None)
    assert elsewhere.hear() == "done"
    assert archive.articles().items[0].article_id == "bridge"
    archive.close()


def test_opening_while_another_process_has_work_in_hand_is_no_error(home: Path) -> None:
    archive = small_archive(home)
    with patch.object(archive, "_index"):
        archive.add(many(3))
    with archive._write_lock():
        reader = small_archive(home)
    assert reader.counts().articles == 3
    reader.close()
    archive.close()
    assert small_archive(home).check().ok


# -- what can be wrong with an archive


def test_no_archive_is_said_with_what_makes_one(home: Path) -> None:
    with pytest.raises(NoArchive) as caught:
        small_archive(home, create=False)
    assert "qa ingest" in str(caught.value.hint)


@pytest.mark.parametrize("place", ["{tmp}/file/home", "{tmp}/file", "/proc/nobody/home", "/sys/kernel/home"])
def test_a_folder_that_cannot_be_written_is_read_only(tmp_path: Path, place: str) -> None:
    (tmp_path / "file").write_text("x")
    with pytest.raises(ArchiveReadOnly) as caught:
        small_archive(Path(place.format(tmp=tmp_path)))
    assert caught.value.hint


def test_an_archive_of_another_model_is_refused_until_it_is_reindexed(home: Path) -> None:
    first = small_archive(home)
    first.add(many(5))
    first.close()
    with pytest.raises(ModelMismatch) as caught:
        small_archive(home, model="hashes@2")
    assert "reindex" in str(caught.value.hint)
    mend(home, model="hashes@2")
    with pytest.raises(ModelMismatch):
        small_archive(home)


def mend(home: Path, model: str = "hashes@1") -> None:
    archive = small_archive(home, model=model, rebuild=True)
    archive.reindex()
    assert archive.check().problems == ()
    assert archive.counts().articles == 5
    archive.close()
    again = small_archive(home, model=model)
    query = parse_query("street3x0")
    assert again.by_words(query.question, 1, again.select(query))
    assert again.by_meaning(HashEmbedder().embed_query("town3"), 1, again.select(query))
    again.close()


def test_a_rebuild_that_was_cut_short_is_finished_at_the_next_start(home: Path) -> None:
    first = small_archive(home)
    first.add(many(5))
    first.close()
    small_archive(home, rebuild=True).close()
    again = small_archive(home)
    assert again.check().problems == ()
    again.close()


@pytest.mark.parametrize("harm", ["database", "words"])
def test_damaged_indexes_are_said_and_mended_by_reindex(home: Path, harm: str) -> None:
    first = small_archive(home)
    first.add(many(5))
    first.close()
    file = home / "chroma" / "chroma.sqlite3" if harm == "database" else home / "tantivy" / "meta.json"
    file.write_bytes(b"not what it was" * 300)
    with pytest.raises(ArchiveDamaged) as caught:
        small_archive(home)
    assert "reindex" in str(caught.value.hint)
    SharedSystemClient._identifier_to_system.clear()  # as in the new process that "qa reindex" is
    mend(home)


@pytest.mark.parametrize("rest", [0, 100, 5_000])
def test_a_damaged_catalogue_is_said(home: Path, rest: int) -> None:
    first = small_archive(home)
    first.add(many(50))
    first.close()
    file = home / "catalogue.sqlite3"
    whole = file.read_bytes()
    file.write_bytes(whole[:rest] + b"\xff" * (len(whole) - rest))
    with pytest.raises(ArchiveDamaged) as caught:
        small_archive(home)
    assert "backup" in str(caught.value.hint)


def test_a_database_that_cannot_be_reached_is_said_without_its_password(home: Path) -> None:
    from qa.errors import QAError

    for url in ("postgresql://qa:secret@127.0.0.1:1/qa", "nonsense://qa:secret@x/y", "secret"):
        with pytest.raises(QAError) as caught:
            open_archive(settings_for(home, database_url=url), HashEmbedder(), create=True)
        assert "secret" not in f"{caught.value}{caught.value.hint}"


# -- archives of older versions


@pytest.fixture
def older(home: Path) -> Path:
    """A home whose word index has the fields of an older version."""
    made = small_archive(home)
    made.add([STORY])
    made.close()
    shutil.rmtree(home / "tantivy")
    (home / "tantivy").mkdir()
    fields = tantivy.SchemaBuilder()
    fields.add_text_field("body")
    tantivy.Index(fields.build(), path=str(home / "tantivy"))
    return home


def test_a_word_index_of_an_older_kind_is_made_anew_at_the_start(older: Path) -> None:
    archive = small_archive(older)
    assert archive.check().ok
    assert archive.by_words("bridge", 5, archive.select(Query("")))
    archive.close()


def test_who_opened_it_before_its_words_were_there_finds_them_once_they_are(older: Path) -> None:
    with patch.object(Archive, "finish"):
        early = small_archive(older)
    assert not early.by_words("bridge", 5, early.select(Query("")))
    small_archive(older).close()
    assert early.by_words("bridge", 5, early.select(Query("")))
    early.close()


def test_a_word_index_of_an_older_kind_that_cannot_be_removed_is_told(older: Path) -> None:
    with patch("qa.index.lexical.destroy"), pytest.raises(ArchiveDamaged, match="cannot be opened"):
        small_archive(older)


def test_a_passage_is_found_by_the_words_of_its_neighbours(archive: Archive) -> None:
    archive.add([STORY, article("Somebody was hurt.", given_id="other", published_at="2024-01-01")])
    (first, second, *others) = archive.by_words("Was anybody hurt on the bridge?", 5, archive.select(Query("")))
    texts = archive.passages([first, second, *others], archive.select(Query("")))
    assert {texts[first].text, texts[second].text} == {"The bridge closed on Friday.", "Nobody was hurt."}


def test_a_passage_knows_the_paragraph_before(archive: Archive) -> None:
    archive.add([STORY])
    selection = archive.select(Query(""))
    passages = archive.passages(archive.by_words("bridge hurt", 5, selection), selection)
    before = {one.text: one.before.text if one.before else None for one in passages.values()}
    assert before == {"The bridge closed on Friday.": None, "Nobody was hurt.": "The bridge closed on Friday."}


def test_a_later_rating_of_an_answer_takes_the_place_of_the_earlier(archive: Archive) -> None:
    archive.add_feedback("ans_1", "down", None)
    archive.add_feedback("ans_2", "up", None)
    archive.add_feedback("ans_1", "down", "It was Thursday.")
    told = [(given.answer_id, given.rating, given.comment) for given in archive.feedback()]
    assert told == [("ans_2", "up", None), ("ans_1", "down", "It was Thursday.")]
