"""``qa ingest`` at the command line, over a small archive: what it prints, the errors file, progress, interruption."""

import io
import json
import sys

import pytest

from qa import cli
from qa.archive import IngestReport
from qa.errors import InvalidRecord
from qa.ingest_errors import ErrorsFile
from qa.ingest_progress import Pace, clock_time, progress
from qa.terminal import print_errors
from tests.fakes import small_engine


@pytest.fixture
def qa(monkeypatch, home, capsys):
    """Runs a command; gives its exit code, standard output and standard error."""
    monkeypatch.setattr("qa.engine.build", lambda settings, **how: small_engine(settings.home, workers=0))

    def run(*arguments):
        code = cli.run(["--home", str(home), *map(str, arguments)])
        return code, *capsys.readouterr()

    return run


def lines(path, *records):
    path.write_text("".join(f"{r if isinstance(r, str) else json.dumps(r)}\n" for r in records), encoding="utf-8")
    return path


def story(number, **fields):
    title = f"Ferry {number} late"
    return {"id": f"f{number}", "title": title, "paragraphs": [f"Ferry {number} came late on Friday."], **fields}


def test_the_summary_adds_up_and_errors_are_shown_with_place_and_hint(qa, tmp_path, home):
    source = lines(tmp_path / "b.jsonl", story(1), "{", story(2), story(1), story(1, paragraphs=["It sank."]))
    code, out, err = qa("ingest", source)
    assert code == 0
    assert out.startswith("5 read: 2 added, 1 updated, 1 unchanged, 1 failed; 3 new paragraphs, ")
    first, hint, last = err.splitlines()
    assert first.startswith(f"{source}:2: broken JSON")
    assert hint.startswith("  hint: each line is one article")
    assert last == f"what could not be read is listed in {home / 'ingest-errors.jsonl'}"


def test_the_errors_file_has_every_error_and_is_gone_after_a_run_without_any(qa, tmp_path, home):
    source = lines(tmp_path / "b.jsonl", story(1), "[1]", {"title": 3})
    qa("ingest", source)
    kept = [json.loads(line) for line in (home / "ingest-errors.jsonl").read_text().splitlines()]
    assert [(one["path"], one["line"]) for one in kept] == [(str(source), 2), (str(source), 3)]
    assert kept[0]["reason"] == "not a JSON object"
    assert all(one["hint"] for one in kept)
    qa("ingest", lines(source, story(1)))
    assert not (home / "ingest-errors.jsonl").exists()


def test_the_errors_go_to_the_file_that_was_named_which_is_there_in_any_case(qa, tmp_path, home):
    named = tmp_path / "failed.jsonl"
    qa("ingest", lines(tmp_path / "a.jsonl", story(1)), "--errors", named)
    assert named.read_text() == ""
    qa("ingest", lines(tmp_path / "a.jsonl", "[]"), "--errors", named)
    assert json.loads(named.read_text())["reason"] == "not a JSON object"
    assert not (home / "ingest-errors.jsonl").exists()


def test_neither_the_errors_file_nor_the_archive_is_read_in_the_folder_where_they_lie(qa, tmp_path, home):
    news = tmp_path / "news"
    news.mkdir()
    lines(news / "a.jsonl", story(1), "[]")
    for _ in range(2):
        code, _out, err = qa("ingest", news, "--home", news / "archive", "--errors", news / "b.jsonl")
        assert code == 0
        assert len((news / "b.jsonl").read_text().splitlines()) == 1
        assert "b.jsonl:" not in err


def test_what_is_to_be_read_is_not_written_over_with_errors(qa, tmp_path):
    source = lines(tmp_path / "a.jsonl", story(1))
    code, _out, err = qa("ingest", source, "--errors", source)
    assert code == 1
    assert "--errors would write over" in err
    assert json.loads(source.read_text()) == story(1)


def test_an_errors_file_that_cannot_be_written_is_said_before_anything_is_read(qa, tmp_path):
    code, out, err = qa("ingest", lines(tmp_path / "a.jsonl", story(1)), "--errors", tmp_path / "none" / "e.jsonl")
    assert (code, out) == (1, "")
    assert "e.jsonl, cannot be written (No such file or directory)" in err
    assert "hint: name another with --errors" in err
    assert "No articles" in qa("articles", "list")[1]


def test_many_errors_are_summed_up_by_reason(tmp_path, capsys):
    errors = ErrorsFile(tmp_path / "e.jsonl", wanted=False)
    bad = [InvalidRecord(f"no date is read from '{n}'", path="w.jsonl", line=n, hint="write a day") for n in range(900)]
    assert list(errors.without_errors([*bad, InvalidRecord("title is missing", path="w.jsonl", line=901)])) == []
    errors.close()
    print_errors(errors)
    assert capsys.readouterr().err.splitlines() == [
        "w.jsonl:0: no date is read from '0' (and 899 more like it)",
        "  hint: write a day",
        "w.jsonl:901: title is missing",
        f"what could not be read is listed in {tmp_path / 'e.jsonl'}",
    ]
    assert len(list(errors.kept())) == 901


def test_a_path_that_is_no_unicode_and_a_line_break_in_it_stay_one_line_each(tmp_path, capsys):
    errors = ErrorsFile(tmp_path / "e.jsonl", wanted=False)
    list(errors.without_errors([InvalidRecord("empty", path="a\udcff\nb.html")]))
    errors.close()
    print_errors(errors)
    assert capsys.readouterr().err.splitlines()[0] == "a\\udcff\\nb.html: empty"
    assert [error["path"] for error in errors.kept()] == ["a\udcff\nb.html"]


def test_the_last_line_with_json_is_the_contracts_object(qa, tmp_path):
    source = lines(tmp_path / "a.jsonl", story(1), "[]", story(2))
    code, out, _ = qa("ingest", source, "--json")
    last = json.loads(out.splitlines()[-1])
    assert code == 0
    assert list(last) == [
        *("added", "updated", "unchanged", "duplicates", "failed", "paragraphs"),
        *("articles", "errors"),
    ]
    assert last["articles"][0] == {"article_id": "f1", "title": "Ferry 1 late", "status": "added", "path": str(source)}
    assert last["errors"] == [{"path": str(source), "line": 2, "message": "not a JSON object"}]
    assert (last["added"], last["failed"], last["paragraphs"]) == (2, 1, 2)


def test_where_nothing_could_be_read_the_command_fails(qa, tmp_path):
    code, out, err = qa("ingest", lines(tmp_path / "a.jsonl", "[]"))
    assert code == 1
    assert out.startswith("1 read: 1 failed; ")
    assert err.splitlines()[-1] == "qa: no article could be read"


@pytest.fixture
def nothing(tmp_path):
    """Sources of which none names a file: a path, an empty folder, a glob."""
    (tmp_path / "empty").mkdir()
    return tmp_path / "nowhere", tmp_path / "empty", tmp_path / "*.txt"


def test_where_no_source_names_a_file_no_archive_is_made(qa, nothing, home):
    code, out, err = qa("ingest", *nothing)
    assert (code, home.exists()) == (1, False)
    assert out == "3 read: 3 failed; 0 new paragraphs, 0.0 s.\n"
    assert err.splitlines() == [
        f"{nothing[0]}: no such file or folder",
        "  hint: check the path",
        f"{nothing[1]}: the folder holds no files",
        "  hint: name a folder with articles in it",
        f"{nothing[2]}: no file matches",
        "  hint: check the pattern and the folder you are in",
        "qa: no article could be read",
    ]


def test_sources_that_name_no_file_are_errors_for_programs_too(qa, nothing, tmp_path, home):
    code, out, _ = qa("ingest", *nothing, "--json", "--errors", tmp_path / "e.jsonl")
    assert (code, home.exists()) == (1, False)
    last = json.loads(out)
    assert (last["failed"], last["articles"]) == (3, [])
    assert [error["path"] for error in last["errors"]] == [str(source) for source in nothing]
    assert len((tmp_path / "e.jsonl").read_text().splitlines()) == 3


def test_one_source_that_names_a_file_is_enough(qa, nothing, tmp_path):
    code, out, err = qa("ingest", *nothing, lines(tmp_path / "a.jsonl", story(1)))
    assert (code, out.startswith("4 read: 1 added, 3 failed; ")) == (0, True)
    assert "what could not be read is listed in" in err


def test_ctrl_c_says_what_is_kept_and_the_same_command_goes_on(qa, tmp_path, monkeypatch):
    source = lines(
        tmp_path / "a.jsonl", *(story(n, paragraphs=[f"Ferry {n}, part {p}." for p in range(50)]) for n in range(40))
    )
    from qa.ingest import parallel

    whole = parallel.Reading.__iter__

    def interrupted(self):
        for number, item in enumerate(whole(self)):
            if number == 20:
                raise KeyboardInterrupt
            yield item

    with monkeypatch.context() as patch:
        patch.setattr(parallel.Reading, "__iter__", interrupted)
        code, _, err = qa("ingest", source)
    assert code == 130
    assert "interrupted; the 16 articles that were taken in are kept" in err
    assert qa("ingest", source)[1].startswith("40 read: 24 added, 16 unchanged; ")
    assert qa("check")[0] == 0


def test_options_of_a_reader_without_one_are_wrong_use(qa, tmp_path):
    code, _, err = qa("ingest", "x", "--reader-option", "a=1")
    assert code == 1
    assert "--reader-option is for --reader" in err


def test_the_pace_tells_rates_of_the_last_minute_and_the_time_left():
    pace = Pace(total=1_000, now=0.0)
    for second in range(0, 601, 10):  # the first five minutes pass by ten times as fast
        fast, slow = min(second, 300), max(second - 300, 0)
        done = fast * 2 + slow
        pace.add(float(second), IngestReport(unchanged=fast * 10, added=slow, paragraphs=slow * 4), done)
    assert (round(pace.articles, 2), round(pace.paragraphs, 2)) == (1.0, 4.0)
    assert pace.share == 0.9
    assert pace.left == pytest.approx(100)
    assert pace.line() == ("3,300 articles (1.0 a second), 1,200 new paragraphs (4 a second), 90% read, 1:40 left")


def test_without_a_total_there_is_no_time_left():
    pace = Pace(total=None, now=0.0)
    pace.add(2.0, IngestReport(added=10, paragraphs=20), 500)
    assert (pace.share, pace.left) == (None, None)
    assert pace.line() == "10 articles (5.0 a second), 20 new paragraphs (10 a second)"


@pytest.mark.parametrize(("seconds", "shown"), [(0.2, "0:00"), (59.6, "1:00"), (3_723, "1:02:03")])
def test_times_are_shown_as_clocks_do(seconds, shown):
    assert clock_time(seconds) == shown


def test_where_standard_error_is_no_terminal_a_line_comes_now_and_then(monkeypatch, capsys):
    monkeypatch.setattr("qa.ingest_progress._EVERY_S", 0.0)
    with progress(100) as show:
        show(IngestReport(added=3, paragraphs=6), 50)
    assert "3 articles (" in capsys.readouterr().err


def test_a_terminal_gets_a_bar(monkeypatch):
    class Terminal(io.StringIO):
        def isatty(self):
            return True

    monkeypatch.setattr(sys, "stderr", terminal := Terminal())
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "160")
    with progress(100) as show:
        show(IngestReport(added=3, paragraphs=6), 50)
    assert "3 articles (" in terminal.getvalue()
    assert "50% read" in terminal.getvalue()
