"""Corrections and retractions: by the article itself or by command, each once, for whoever reads it later."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from unittest.mock import patch

import pytest

from api.article_page import beside, render
from qa.archive import Archive
from qa.cli import run
from qa.errors import ArticleNotFound
from qa.types import Block, Notice, Query
from tests.builders import article
from tests.fakes import small_archive, small_engine

STORY = article("The storm destroyed 14 boats in the harbour.", given_id="storm", published_at="2024-01-05")
CORRECTED = Notice("correction", "An earlier version gave the number of boats as 40.", "2024-01-07", declared=True)
TAKEN_BACK = Notice("retraction", "This story was retracted: its source was invented.", "2024-02-01", declared=True)


def test_a_correction_in_the_markup_is_kept_once_with_its_day(archive: Archive) -> None:
    archive.add([replace(STORY, notices=(CORRECTED,))])
    archive.add([replace(STORY, notices=(CORRECTED,))])
    (event,) = archive.events("storm")
    assert (event.kind, event.at, event.text, event.declared) == ("correction", "2024-01-07", CORRECTED.text, "markup")
    assert archive.version("storm").source.corrected_at == "2024-01-07"


def test_a_notice_that_came_without_another_word_is_kept_too(archive: Archive) -> None:
    archive.add([STORY])
    report = archive.add([replace(STORY, notices=(CORRECTED,))])
    assert (report.unchanged, len(archive.events("storm")), len(archive.history("storm"))) == (1, 1, 1)


def test_a_notice_without_a_day_has_the_first_on_which_it_can_have_been_read(archive: Archive) -> None:
    archive.add([replace(STORY, notices=(replace(CORRECTED, at=None),))])
    assert archive.events("storm")[0].at == "2024-01-05"


def test_an_article_that_takes_itself_back_is_never_cited_again(home: Path) -> None:
    engine = small_engine(home, careful=0)
    engine.archive.add([STORY])
    asked = Query("How many boats did the storm destroy in the harbour?")
    assert engine.ask(asked).answered
    engine.archive.add([replace(STORY, notices=(TAKEN_BACK,))])
    assert not engine.ask(asked).answered
    source = engine.archive.version("storm").source
    assert (source.status, source.reason) == ("retracted", TAKEN_BACK.text)
    engine.close()


def test_a_line_of_the_text_that_tells_of_a_retraction_is_kept_and_not_obeyed(archive: Archive) -> None:
    archive.add([replace(STORY, notices=(replace(TAKEN_BACK, declared=False),))])
    (event,) = archive.events("storm")
    assert (event.kind, event.declared) == ("retraction", "text")
    assert archive.version("storm").source.status == "current"


def test_a_retracted_article_that_comes_back_stays_retracted_and_its_new_text_is_kept(archive: Archive) -> None:
    archive.add([replace(STORY, notices=(TAKEN_BACK,))])
    archive.add(
        [article("Four boats were lost.", given_id="storm", updated_at="2024-03-01", published_at="2024-01-05")]
    )
    assert archive.version("storm").text == "Four boats were lost."
    assert {source.status for source in archive.history("storm")} == {"retracted"}


def test_a_person_corrects_and_retracts(archive: Archive) -> None:
    archive.add([STORY])
    with patch("qa.archive._today", return_value=dt.date(2024, 5, 1)):
        archive.correct("storm", "There were 13 boats.", dt.date(2024, 4, 1))
        archive.correct("storm", "The harbour is Ellery's.")
        archive.retract("storm", "untrue")
    said = [(event.kind, event.at, event.text, event.declared) for event in archive.events("storm")]
    assert said == [
        ("correction", "2024-04-01", "There were 13 boats.", "command"),
        ("correction", "2024-05-01", "The harbour is Ellery's.", "command"),
        ("retraction", "2024-05-01", "untrue", "command"),
    ]
    assert archive.version("storm").text == STORY.text


def test_a_correction_is_seen_at_once_by_who_reads(home: Path) -> None:
    writer, reader = small_archive(home), small_archive(home)
    writer.add([STORY])
    assert reader.history("storm")[0].corrected_at is None
    writer.correct("storm", "There were 13 boats.", dt.date(2024, 4, 1))
    assert reader.history("storm")[0].corrected_at == "2024-04-01"
    writer.close()
    reader.close()


def test_what_is_not_there_cannot_be_corrected(archive: Archive) -> None:
    with pytest.raises(ArticleNotFound):
        archive.correct("nobody", "x")


def test_a_deleted_article_leaves_no_events(archive: Archive) -> None:
    archive.add([replace(STORY, notices=(CORRECTED,), provenance={"title": "json-ld"})])
    archive.delete("storm")
    assert archive.events("storm") == ()
    archive.add([STORY])
    assert archive.events("storm") == ()


def test_what_the_reader_said_of_its_fields_is_kept_for_each_version(archive: Archive) -> None:
    archive.add([replace(STORY, provenance={"published_at": "json-ld"}, doubts=("published_in_future",))])
    found = archive.version("storm")
    assert (found.provenance, found.doubts) == ({"published_at": "json-ld"}, ("published_in_future",))
    archive.add([replace(STORY, provenance={"published_at": "meta"})])
    assert len(archive.history("storm")) == 1


def test_the_page_of_a_corrected_article_says_so_and_escapes_it(archive: Archive) -> None:
    archive.add([replace(STORY, notices=(replace(CORRECTED, text="<b>40</b> boats was wrong."),))])
    found = archive.version("storm")
    page = render(found, beside(archive, found))
    assert "Correction, 7 January 2024." in page
    assert "&lt;b&gt;40&lt;/b&gt; boats was wrong." in page


@pytest.fixture
def commands(archive: Archive, monkeypatch: pytest.MonkeyPatch) -> Archive:
    """The commands of ``qa articles`` on a small archive."""

    @contextmanager
    def archive_in(_context: object, _home: object) -> Iterator[Archive]:
        yield archive

    monkeypatch.setattr("qa.article_commands.archive_in", archive_in)
    return archive


def test_commands_correct_compare_and_show(commands: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    commands.add([replace(STORY, blocks=(Block("paragraph", "The storm destroyed 40 boats in the harbour."),))])
    commands.add([replace(STORY, updated_at="2024-01-06")])

    def said(*words: str) -> str:
        assert run(["articles", *words]) == 0
        return capsys.readouterr().out

    assert said("correct", "storm", "--text", "14, not 40.", "--at", "2024-01-03") == "storm: corrected\n"
    assert [change["kind"] for change in json.loads(said("diff", "storm", "--json"))["changes"]] == ["edited"]
    assert "1 + The storm destroyed 14 boats in the harbour." in said("diff", "storm")
    shown = json.loads(said("show", "storm", "--json"))
    assert (shown["events"][0]["at"], shown["corrected_at"], shown["also_in"]) == ("2024-01-03", "2024-01-03", [])
    assert "Correction of 2024-01-03: 14, not 40." in said("show", "storm")


def test_commands_say_who_else_prints_a_report(commands: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    texts = [
        f"The harbour master counted {n} boats on quay{n} and {n + 7} nets in shed{n} that night." for n in range(9)
    ]
    commands.add([article(*texts, given_id="first", source="Courier", published_at="2024-01-05", title="Boats lost")])
    commands.add([article(*texts, given_id="copy", source="Herald", published_at="2024-01-06", title="Nets lost")])
    assert run(["articles", "show", "first"]) == run(["articles", "list"]) == 0
    out = capsys.readouterr().out
    assert "Herald · 2024-01-06 · copy" in out
    assert "the same report as first" in out


def test_a_wrong_day_is_wrong_usage(commands: Archive, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["articles", "correct", "storm", "--text", "x", "--at", "yesterday"]) == 2
    assert "yesterday" in capsys.readouterr().err
