import json
import os
import subprocess
import sys
import time
from dataclasses import replace

import pytest

from eval import commands
from qa import cli, terminal
from qa.errors import NoArchive
from qa.types import Query, Understood
from tests.fakes_eval import FakeEngine


@pytest.fixture
def engine(monkeypatch):
    """Commands get this engine, and ``built`` tells with what it was asked for."""
    made = FakeEngine()
    made.built = []

    def build(settings, **how):
        made.built.append((settings, how))
        return made

    monkeypatch.setattr("qa.engine.build", build)
    monkeypatch.setattr("qa.ingest.read", lambda sources, **how: iter(()), raising=False)
    monkeypatch.delenv("QA_HOME", raising=False)
    return made


def qa(capsys, *arguments):
    """Exit code, standard output and standard error of one command."""
    code = cli.run(list(arguments))
    return code, *capsys.readouterr()


def test_an_answer_is_printed_with_its_numbered_citations(engine, capsys):
    code, out, _ = qa(capsys, "ask", "Who is Vale?")
    lines = [line.strip() for line in out.splitlines()]
    assert code == 0
    assert lines[1] == "“It took two years,” said Ada Vale, the engineer. [1]"
    assert "[1] Bridge [red]reopens[/red]" in lines
    assert "The Wick Herald · 2024-03-01 · paragraph 2" in lines
    assert "““It took two years,” said Ada Vale, the engineer.”" in lines
    assert {"/articles/bridge#p2", "https://wick.example/bridge"} <= set(lines)
    assert not any(line.endswith(" ") for line in out.splitlines())


def test_a_refusal_says_why_and_what_comes_nearest(engine, capsys):
    code, out, _ = qa(capsys, "ask", "Who is mayor?")
    assert code == 0
    assert "Not answered: The archive does not say." in out
    assert "Reason: not in archive" in out
    assert "these do not answer the question" in out
    assert "/articles/bridge#p1" in out


def test_text_of_articles_is_printed_as_text(engine, capsys):
    _, out, _ = qa(capsys, "ask", "Who are the cyclists?")
    assert "Cyclists [bold] may use it free of charge." in out
    assert "\x1b" not in out


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("\x1b[31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text", "text"),
        ("\x1b]8;;http://evil\x1b\\link", "link"),
        ("\x9b2Jgone", "gone"),
        ("bell\x07 and \x00 and \x7f", "bell and  and "),
        ("left\u202eright", "leftright"),
        ("half \ud800", "half "),
        ("£5 – “quoted”\n\tnext", "£5 – “quoted”\n next"),
        ("[bold]x[/bold]", "[bold]x[/bold]"),
    ],
)
def test_control_characters_never_reach_the_terminal(text, shown):
    assert terminal.plain(text) == shown


def test_json_is_one_line_with_the_whole_answer(engine, capsys):
    code, out, _ = qa(capsys, "ask", "Who is Vale?", "--json")
    assert code == 0
    assert json.loads(out)["citations"][0]["paragraph"] == 2
    assert out.count("\n") == 1


def test_json_keeps_the_text_exactly_and_prints_no_control_character(engine, capsys):
    engine.archive.texts = ("odd \x1b[1m \x9b \x7f text",)
    _, out, _ = qa(capsys, "ask", "An odd text?", "--json")
    assert json.loads(out)["citations"][0]["quote"] == engine.archive.texts[0]
    assert not set(out) & {"\x1b", "\x9b", "\x7f"}


@pytest.mark.parametrize(
    "arguments", [["--home", "there", "ask", "Vale?"], ["ask", "Vale?", "--home", "there"]], ids=["before", "after"]
)
def test_home_may_be_given_before_or_after_the_command(engine, capsys, arguments):
    assert qa(capsys, *arguments)[0] == 0
    assert str(engine.built[0][0].home) == "there"


def test_home_is_taken_from_the_environment_and_the_option_goes_first(engine, capsys, monkeypatch):
    monkeypatch.setenv("QA_HOME", "from-environment")
    qa(capsys, "check")
    qa(capsys, "check", "--home", "from-option")
    assert [str(settings.home) for settings, _ in engine.built] == ["from-environment", "from-option"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["ask", "  "], "the question is empty"),
        (["ask", "x" * 2001], "2,001 characters"),
        (["ask", "When?", "--as-of", "yesterday"], "'yesterday' is not a date"),
        (["ask", "When?", "--after", "2024-05-02", "--before", "2024-05-01"], "is later than"),
        (["articles", "show", "tunnel"], "no article tunnel"),
        (["articles", "delete", "tunnel"], "no article tunnel"),
        (["articles", "list", "--after", "soon"], "'soon' is not a date"),
        (["eval", "run", "missing.jsonl"], "missing.jsonl: cannot read the question set"),
        (["eval", "compare", "a", "b"], "no finished run"),
    ],
)
def test_a_mistake_is_one_line_and_exit_code_1(engine, capsys, arguments, said):
    code, out, err = qa(capsys, *arguments)
    first, *rest = err.splitlines()
    assert (code, out) == (1, "")
    assert first.startswith("qa: ")
    assert said in first
    assert all(line.startswith("hint: ") for line in rest)


def test_an_error_says_what_to_do(engine, capsys, monkeypatch):
    def build(settings, **how):
        raise NoArchive("no archive at .qa", hint='make one with "qa ingest FOLDER"')

    monkeypatch.setattr("qa.engine.build", build)
    assert qa(capsys, "ask", "Who?")[2] == 'qa: no archive at .qa\nhint: make one with "qa ingest FOLDER"\n'


def test_a_setting_that_cannot_be_used_is_named(engine, capsys, monkeypatch):
    monkeypatch.setenv("QA_CANDIDATES", "many")
    code, _, err = qa(capsys, "ask", "Who?")
    assert code == 1
    assert err.startswith("qa: the setting QA_CANDIDATES cannot be used")
    monkeypatch.delenv("QA_CANDIDATES")
    monkeypatch.setenv("QA_LLM_TIMEOUT_S", "soon")
    assert qa(capsys, "ask", "Who?")[2].startswith("qa: the setting QA_LLM_TIMEOUT_S cannot be used")
    monkeypatch.delenv("QA_LLM_TIMEOUT_S")
    monkeypatch.setenv("QA_CORS_ORIGINS", "everybody")
    assert "cors_origins" in qa(capsys, "ask", "Who?")[2].splitlines()[0]


@pytest.mark.parametrize(
    ("question", "changes", "line"),
    [
        ("Who is Vale?", {"reader": "llm"}, "Phrased by a language model; each sentence was checked against"),
        ("Who is mayor?", {"reader": "llm"}, "The language model found no answer in the paragraphs."),
        ("Who is Vale?", {"reader_note": "It was \x1b[31mslow."}, "It was slow."),
        ("Who is mayor?", {"reader_note": "It was slow."}, "It was slow."),
        ("Who is Vale?", {"understood": Understood("Who is Ada Vale?")}, "Understood as: Who is Ada Vale?"),
    ],
)
def test_what_a_language_model_had_to_do_with_an_answer_is_printed(engine, capsys, question, changes, line):
    answer = engine.ask(Query(question))
    engine.ask = lambda _: replace(answer, **changes)
    assert line in qa(capsys, "ask", question)[1]


def test_of_sentences_of_the_articles_nothing_is_said(engine, capsys):
    assert "language model" not in qa(capsys, "ask", "Who is Vale?")[1]


@pytest.mark.parametrize(
    "arguments",
    [
        ["ask"],
        ["ask", "Who?", "--nonsense"],
        ["no-such-command"],
        ["articles", "retract", "bridge"],
        ["serve", "--port", "x"],
    ],
)
def test_wrong_usage_is_exit_code_2(engine, capsys, arguments):
    code, _, err = qa(capsys, *arguments)
    assert code == 2
    assert "Usage: qa" in err
    assert "Traceback" not in err


def test_a_failure_of_the_system_is_one_line(engine, capsys):
    engine.fail_at, engine.failure = 1, PermissionError(13, "Permission denied", "/archive/lock")
    assert qa(capsys, "ask", "Who?") == (1, "", "qa: /archive/lock: Permission denied\n")


def test_ctrl_c_is_said_and_is_exit_code_130(engine, capsys):
    engine.fail_at = 1
    code, _, err = qa(capsys, "ask", "Who?")
    assert (code, err) == (130, "qa: interrupted\n")
    assert engine.closed


def test_articles_are_listed_shown_retracted_and_deleted(engine, capsys):
    assert "The Wick Herald" in qa(capsys, "articles", "list")[1]
    assert "  2 “It took two years,”" in qa(capsys, "articles", "show", "bridge")[1]
    assert qa(capsys, "articles", "retract", "bridge", "--reason", "wrong")[1] == "bridge: retracted\n"
    assert qa(capsys, "articles", "delete", "bridge")[1] == "bridge: deleted\n"
    assert (engine.archive.retracted, engine.archive.deleted) == ([("bridge", "wrong")], ["bridge"])


@pytest.mark.parametrize(
    ("arguments", "keys"),
    [
        (["articles", "list"], {"articles", "next_cursor"}),
        (["articles", "show", "bridge"], {"article_id", "text", "paragraphs", "versions"}),
        (["articles", "delete", "bridge"], {"article_id", "status"}),
        (["articles", "retract", "bridge", "--reason", "x"], {"article_id", "status"}),
        (["check"], {"ok", "problems", "counts"}),
        (["reindex"], {"passages"}),
    ],
)
def test_every_command_that_prints_results_prints_json_too(engine, capsys, arguments, keys):
    code, out, _ = qa(capsys, *arguments, "--json")
    assert code == 0
    assert keys <= set(json.loads(out))


def test_a_sound_archive_passes_the_check_and_a_broken_one_fails_it(engine, capsys):
    assert qa(capsys, "check")[0] == 0
    engine.archive.problems = ("3 vectors are missing",)
    code, out, err = qa(capsys, "check")
    assert code == 1
    assert "3 vectors are missing" in out
    assert "qa reindex" in err


def test_reindexing_opens_an_archive_that_only_it_can_mend(engine, capsys):
    assert qa(capsys, "reindex")[1] == "3 passages indexed.\n"
    assert engine.built[0][1] == {"rebuild": True}


@pytest.fixture
def questions(tmp_path):
    path = tmp_path / "questions.jsonl"
    records = [
        {"id": "q1", "question": "Who is Vale?", "answerable": True, "gold": [{"article": "bridge", "paragraph": 2}]},
        {"id": "q2", "question": "Who is mayor?", "answerable": False, "tags": ["near-miss"]},
    ]
    path.write_text("\n".join(map(json.dumps, records)))
    return path


def test_an_evaluation_prints_its_table_and_keeps_everything(engine, capsys, questions, tmp_path):
    code, out, _ = qa(capsys, "eval", "run", str(questions), "--out", str(tmp_path / "run"))
    assert code == 0
    assert "citation_hit" in out
    assert "near-miss" in out
    assert {path.name for path in (tmp_path / "run").iterdir()} == {
        "answers.jsonl",
        "run.json",
        "report.md",
        "report.html",
    }
    assert engine.closed


def test_an_evaluation_as_json_is_one_object_with_scores_and_circumstances(engine, capsys, questions, tmp_path):
    _, out, _ = qa(capsys, "eval", "run", str(questions), "--out", str(tmp_path / "run"), "--json")
    result = json.loads(out)
    assert result["scores"]["measures"]["citation_hit"]["value"] == 1
    assert result["meta"]["snapshot"] == "snap-1"
    assert {"set_sha256", "settings", "models", "commit", "machine"} <= set(result["meta"])
    assert "admin_token" not in result["meta"]["settings"]


def test_a_measure_under_its_floor_fails_in_one_line(engine, capsys, questions, tmp_path):
    gate = ["--fail-under", "citation_hit=0.9", "--fail-under", "refusal_recall=1"]
    run = ["eval", "run", str(questions), "--overwrite", "--out", str(tmp_path / "run")]
    assert qa(capsys, *run, *gate)[0] == 0
    engine.archive.texts = ("Vale stands in the first paragraph now.", "The second.")
    code, _, err = qa(capsys, *run, *gate)
    assert code == 1
    assert err.splitlines()[0] == "qa: citation_hit is 0.0, under 0.9"


@pytest.mark.parametrize("floor", ["hits=0.9", "citation_hit", "citation_hit=90", "citation_hit=nan"])
def test_a_floor_that_means_nothing_is_an_error_before_the_run(engine, capsys, questions, floor):
    code, _, err = qa(capsys, "eval", "run", str(questions), "--fail-under", floor)
    assert code == 1
    assert "--fail-under" in err
    assert not engine.asked


def test_an_interrupted_evaluation_says_what_is_kept_and_how_to_go_on(engine, capsys, questions, tmp_path):
    engine.fail_at = 2
    code, _, err = qa(capsys, "eval", "run", str(questions), "--out", str(tmp_path / "run"))
    assert code == 130
    assert f"1 of 2 answers are kept in {tmp_path / 'run'}" in err
    engine.fail_at = None
    assert qa(capsys, "eval", "run", str(questions), "--out", str(tmp_path / "run"))[0] == 0
    assert engine.asked == ["Who is Vale?", "Who is mayor?", "Who is mayor?"]


def test_gold_that_the_archive_lacks_is_said_before_anything_is_asked(engine, capsys, questions, tmp_path):
    engine.archive.texts = ("One paragraph.",)
    code, _, err = qa(capsys, "eval", "run", str(questions), "--out", str(tmp_path / "run"))
    assert code == 1
    assert "questions.jsonl:1: question 'q1': the archive has no paragraph 2 of article 'bridge'" in err
    assert not engine.asked
    assert not (tmp_path / "run").exists()


def test_comparing_names_the_questions_that_flipped(engine, capsys, questions, tmp_path):
    qa(capsys, "eval", "run", str(questions), "--out", str(tmp_path / "a"))
    engine.archive.texts = ("No such name.", "Nor here.")
    qa(capsys, "eval", "run", str(questions), "--out", str(tmp_path / "b"))
    code, out, _ = qa(capsys, "eval", "compare", str(tmp_path / "a"), str(tmp_path / "b"), "--json")
    compared = json.loads(out)
    assert code == 0
    assert compared["measures"]["citation_hit"]["value"] == -1
    assert [(f["question_id"], f["before"], f["after"]) for f in compared["flips"]] == [
        ("q1", "right", "refused wrongly")
    ]
    assert "0 better, 1 worse" in qa(capsys, "eval", "compare", str(tmp_path / "a"), str(tmp_path / "b"))[1]


def test_a_report_cannot_be_broken_by_a_question(engine, capsys, tmp_path):
    path = tmp_path / "questions.jsonl"
    path.write_text(json.dumps({"id": "q", "question": "Who | is <b>`mayor`</b>?", "answerable": True}))
    qa(capsys, "eval", "run", str(path), "--out", str(tmp_path / "run"))
    assert r"| q | Who \| is \<b\>\`mayor\`\</b\>? | refused wrongly |" in (tmp_path / "run" / "report.md").read_text()


def test_a_private_setting_is_not_kept(engine, capsys, questions, tmp_path, monkeypatch):
    engine.settings = engine.settings.model_copy(update={"admin_token": "secret", "database_url": "sqlite:///secret"})
    qa(capsys, "eval", "run", str(questions), "--out", str(tmp_path / "run"))
    assert "secret" not in (tmp_path / "run" / "run.json").read_text()
    assert commands.Wanted(questions).url is None


def started(*arguments, **how):
    return subprocess.run(
        [sys.executable, "-m", "qa.cli", *arguments], capture_output=True, text=True, timeout=60, check=False, **how
    )


@pytest.mark.slow
def test_help_comes_without_any_heavy_module():
    seen = started("--help", env=os.environ | {"PYTHONPROFILEIMPORTTIME": "1"}).stderr
    imported = {line.rsplit("|", 1)[-1].strip().split(".")[0] for line in seen.splitlines()}
    assert "typer" in imported
    assert not imported & {"pydantic", "numpy", "chromadb", "sqlalchemy", "rich", "httpx", "fastapi", "onnxruntime"}


@pytest.mark.slow
def test_help_comes_at_once():
    start = time.perf_counter()
    assert started("--help").returncode == 0
    assert time.perf_counter() - start < 2  # 0.08 s alone; the rest is for a busy machine


@pytest.mark.slow
def test_a_reader_that_goes_away_is_no_error():
    command = f"{sys.executable} -m qa.cli --help | true"
    done = subprocess.run(["bash", "-c", command], capture_output=True, text=True, timeout=60, check=False)
    assert done.stderr == ""


def test_the_version_is_printed(capsys):
    code, out, _ = qa(capsys, "--version")
    assert code == 0
    assert out.startswith("qa ")
