"""The language model here and in LlamaIndex's engine, side by side: what is asked, kept, counted and read by hand."""

from __future__ import annotations

import csv
import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.beside import sheet
from eval.beside.__main__ import ask, main
from eval.beside.ours import Ours, Watched
from eval.beside.record import Paragraph, Record, Said
from eval.beside.table import table
from eval.beside.theirs import Theirs
from eval.beside.theirs import said as read
from eval.questions import Gold, Question
from qa.archive import Archive
from qa.errors import InvalidInput, InvalidRecord, ModelUnreachable, UnreadableSource
from qa.models.chat import ChatModel
from qa.read.llm import LLMReader
from qa.types import Turn
from tests.builders import many
from tests.fakes import engine_over, settings_for
from tests.fakes_chat import ChatServer, Reply, says, serving

TRUE, FALSE = "The flood of town3 closed street3x0 on Friday.", "The mayor of town3 closed street3x0 on Friday."
CLOSED = Question("q1", "Who closed street3x0 of town3?", answers=("flood of town3",), gold=(Gold("a3", 1),))
ALSO = Question("q2", "Who closed street2x0 of town2?", answers=("flood of town2",), gold=(Gold("a2", 1),))
OPEN = Question("q3", "Which xylophone zigzags?", answerable=False)


def free(text: str, sources: int = 2) -> Said:
    """What is read out of a free text over so many sources."""
    paragraphs = [Paragraph(f"a{n}", None, 1, "News", None, f"Text {n}.") for n in range(1, sources + 1)]
    return read(text, paragraphs, seconds=1.0, first_s=None, note=None)


def speaks(body: dict) -> Reply:
    """To our reader a true statement and a false one; to LlamaIndex's prompt free text, as a small model writes it."""
    if "Source 1:" not in body["messages"][0]["content"]:
        return says((TRUE, [1]), (FALSE, [1]))
    return Reply([TRUE[:-1], " [1]. The mayor ", "agreed. It was late [9]."])


@pytest.fixture
def server(monkeypatch) -> Iterator[ChatServer]:
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy", "ALL_PROXY"):
        monkeypatch.delenv(name, raising=False)
    with serving() as made:
        made.script = speaks
        yield made


@pytest.fixture
def sides(server: ChatServer, archive: Archive) -> tuple[Ours, Theirs]:
    archive.add(many(5))
    settings, watched = settings_for(Path("unused")), Watched()
    patient = server.settings(first_token_s=120, timeout_s=240)  # the machine may be busy
    llm = LLMReader(ChatModel(patient), prompt_tokens=4_000)
    ours = Ours(engine_over(archive, settings, llm=llm, verifier=watched), watched)
    return ours, Theirs(engine_over(archive, settings), patient)


@pytest.fixture
def record(sides, tmp_path) -> Record:
    """Both sides asked three questions."""
    record = Record(tmp_path / "run.jsonl")
    record.begin({"model": "m"})
    ask([CLOSED, ALSO, OPEN], *sides, record)
    return record


# -- what is asked and read


def test_both_are_given_the_same_passages(sides, server):
    for side in sides:
        side.ask(CLOSED)
    ours, theirs = server.bodies
    told = [json.loads(line) for line in ours["messages"][1]["content"].splitlines()]
    texts = [one["text"] for one in told if "text" in one]
    assert len(texts) > 1
    assert [f"Source {n}:\n{text}" in theirs["messages"][0]["content"] for n, text in enumerate(texts, 1)] == [
        True for _ in texts
    ]
    assert ours["max_tokens"] == theirs["max_tokens"]


def test_our_side_tells_what_was_removed_and_what_the_check_took(sides):
    said = sides[0].ask(CLOSED)
    assert (said.text, said.reader) == (TRUE, "llm")
    assert [removed.text for removed in said.removed] == [FALSE]
    assert 0 < said.check_s < said.first_s <= said.seconds
    assert said.paragraphs[said.statements[0].cited[0]].article_id == "a3"


def test_their_side_tells_what_cites_nothing_and_what_cites_no_source(sides):
    said = sides[1].ask(CLOSED)
    assert [(one.text, one.cited) for one in said.statements] == [
        (TRUE, (0,)),
        ("The mayor agreed.", ()),
        ("It was late.", ()),
    ]
    assert said.unknown == 1
    assert "flood of town3" in said.paragraphs[0].text
    assert not said.paragraphs[0].text.startswith("Source")
    assert 0 < said.first_s <= said.seconds


@pytest.mark.parametrize(
    ("text", "cited"),
    [
        ("Ada left [1].", [(0,)]),
        ("Ada left. [1] Bo came. [2]", [(0,), (1,)]),
        ("Ada left [1][2]", [(0, 1)]),
        ("Ada left [1, 2].", [(0, 1)]),
        ("Ada left [Source 2].", [(0,)]),
        ("According to Source 2 and 1, Ada left.", [(0, 1)]),
        ("Ada left in 2021 [7].\nBo came.", [(), ()]),
        ("Ada left [0].", [()]),
    ],
)
def test_marks_are_the_sentences_that_they_stand_in_or_behind(text, cited):
    assert [one.cited for one in free(text).statements] == cited


@pytest.mark.parametrize(
    ("text", "answered"),
    [
        ("None of the provided sources mention a xylophone.", False),
        ("The sources do not provide any information about this.", False),
        ("There is no information in Source 1 on that. I cannot answer the question.", False),
        ("Empty Response", False),
        ("", False),
        ("The sources do not say when. Ada left [1].", True),
        ("Ada did not say when [1].", True),
        ("Who left is not mentioned.", False),
        ("Ada left.", True),
    ],
)
def test_an_answer_that_only_says_that_the_sources_do_not_tell_is_a_refusal(text, answered):
    assert free(text).answered is answered


def test_a_reply_that_breaks_off_is_told_and_what_came_counts(sides, server):
    server.in_turn(Reply(["Ada left [1]."], finish=None))
    said = sides[1].ask(CLOSED)
    assert [one.text for one in said.statements] == ["Ada left."]
    assert "broke off" in said.note


# -- the run


def test_a_run_that_was_interrupted_goes_on(record, sides, server):
    whole = record.path.read_bytes()
    record.path.write_bytes(whole[:-40])
    again, asked = Record(record.path), len(server.bodies)
    again.begin({"model": "m"})
    ask([CLOSED, ALSO, OPEN], *sides, again)
    assert [line.question.id for line in Record(record.path).lines] == ["q1", "q2", "q3"]
    assert asked < len(server.bodies) <= asked + 2


def test_what_was_said_is_read_as_it_was_kept(record):
    assert Record(record.path).lines == record.lines


def test_a_run_of_another_model_is_not_gone_on_with(record):
    with pytest.raises(InvalidInput, match="another model"):
        Record(record.path).begin({"model": "other"})


def test_a_server_that_nobody_reaches_ends_the_run_and_keeps_nothing_of_the_question(sides, server, tmp_path):
    server.in_turn(Reply(status=401))
    record = Record(tmp_path / "run.jsonl")
    record.begin({"model": "m"})
    with pytest.raises(ModelUnreachable):
        ask([CLOSED], *sides, record)
    assert Record(record.path).lines == []


def test_questions_within_a_conversation_are_left_out(sides, tmp_path, capsys):
    record = Record(tmp_path / "run.jsonl")
    ask([Question("q", "And there?", history=(Turn("user", "Who left?"),))], *sides, record)
    assert record.lines == []
    assert "1 questions within a conversation are left out" in capsys.readouterr().err


def test_a_file_that_is_no_run_is_said_to_be_none(tmp_path):
    (tmp_path / "x").write_text('{"id": {}}\n')
    with pytest.raises(InvalidRecord, match=r"not a run of eval\.beside"):
        Record(tmp_path / "x")


# -- the table


def test_the_table_has_both_sides(record):
    rows = {cells[1].strip(): cells[2:5] for line in table(record.lines).splitlines() if (cells := line.split("|"))}
    assert [cell.split()[0] for cell in rows["answered, of the answerable"][:2]] == ["1.000", "1.000"]
    assert [cell.strip() for cell in rows["citations of sources that there are not"][:2]] == ["0", "3"]
    assert [cell.strip() for cell in rows["of those, without a citation"][:2]] == ["0", "6"]
    assert "–" not in rows["seconds an answer, p50 / p95"][0]
    assert rows["refused, of the unanswerable"][0].split()[0] == "1.000"


def test_the_command_tells_the_table_of_a_run_that_is_there(record, capsys):
    assert main([str(record.path)]) == 0
    assert capsys.readouterr().out.startswith("3 questions; model m\n\n| measure |")


def test_a_run_without_answers_says_what_to_do(tmp_path, capsys):
    assert main([str(tmp_path / "none.jsonl")]) == 1
    assert "--home and --questions" in capsys.readouterr().err


# -- reading by hand


def filled(path: Path, verdicts: dict[str, str], *, otherwise: str) -> dict[str, str]:
    """The sheet with a verdict for each statement, read."""
    with path.open(newline="") as file:
        rows = [*csv.DictReader(file)]
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, sheet.COLUMNS)
        writer.writeheader()
        writer.writerows(row | {"verdict": verdicts.get(row["statement"], otherwise)} for row in rows)
    return sheet.read(path)


def test_a_sheet_does_not_tell_who_said_it(record, tmp_path):
    count = sheet.write(record.lines, tmp_path / "s.csv", answers=60, seed=1)
    told = (tmp_path / "s.csv").read_text()
    with (tmp_path / "s.csv").open(newline="") as file:
        rows = [*csv.DictReader(file)]
    assert (
        count == len(rows) == sum(len(line.of(side).statements) for line in record.lines for side in ("ours", "theirs"))
    )
    assert {row["verdict"] for row in rows} == {""}
    assert not any(word in told for word in ("ours", "theirs", "llm", "Citation"))


def test_a_sheet_has_as_many_answers_of_each_side_on_the_same_questions(record, tmp_path):
    sheet.write(record.lines, tmp_path / "s.csv", answers=1, seed=1)
    with (tmp_path / "s.csv").open(newline="") as file:
        assert len({row["question"] for row in csv.DictReader(file)}) == 1


def test_a_sheet_that_is_there_is_not_written_over(record, tmp_path):
    sheet.write(record.lines, tmp_path / "s.csv", answers=1, seed=1)
    with pytest.raises(UnreadableSource, match="there already"):
        sheet.write(record.lines, tmp_path / "s.csv", answers=1, seed=1)


def test_what_a_spreadsheet_would_work_out_is_text(record):
    assert sheet._plain("=HYPERLINK(0)") == "'=HYPERLINK(0)"
    assert sheet._plain("Ada left.") == "Ada left."


def test_sheets_that_were_filled_in_say_what_is_supported_and_how_far_they_agree(record, tmp_path):
    for name in ("one", "two"):
        sheet.write(record.lines, tmp_path / name, answers=60, seed=1)
    one = filled(tmp_path / "one", {TRUE: "yes", "It was late.": "-"}, otherwise="no")
    two = filled(tmp_path / "two", {TRUE: "YES "}, otherwise="no")
    told = sheet.report(record.lines, [one, two])
    assert "| 1 | ours | 2 | 1.000 | 2 / 0 / 0 / 0 |" in told
    assert "| 1 | theirs | 9 | 0.500 | 3 / 0 / 3 / 3 |" in told
    assert "| 2 | theirs | 9 | 0.333 | 3 / 0 / 6 / 0 |" in told
    assert "Of 11 statements with two verdicts they agree on 72.7%" in told


def test_a_verdict_that_is_none_is_an_error_with_its_row(record, tmp_path):
    sheet.write(record.lines, tmp_path / "s.csv", answers=60, seed=1)
    with pytest.raises(InvalidRecord, match="row 1 has the verdict 'maybe'"):
        filled(tmp_path / "s.csv", {}, otherwise="maybe")


def test_a_sheet_of_another_run_is_told(record):
    with pytest.raises(InvalidInput, match="is not of this run"):
        sheet.report(record.lines, [{"0123456789ab": "yes"}])


@pytest.mark.parametrize(
    ("pairs", "expected"),
    [
        ([("yes", "yes")] * 20 + [("yes", "no")] * 5 + [("no", "yes")] * 10 + [("no", "no")] * 15, 0.4),
        ([("yes", "yes"), ("no", "no")], 1.0),
        ([("yes", "yes")] * 4, None),
    ],
)
def test_kappa_is_the_agreement_beyond_chance(pairs, expected):
    assert sheet.kappa(pairs) == (None if expected is None else pytest.approx(expected))
