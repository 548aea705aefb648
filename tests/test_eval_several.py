"""Measuring questions over several articles: which parts count as told, and which sets are refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from eval.ask import Reply
from eval.several import SET, Several, Told, load, report, told
from qa.errors import InvalidRecord, UnreadableSource

ASKED = Several.model_validate({
    "id": "m-1",
    "kind": "compare",
    "question": "Which was dearer, A or B?",
    "parts": [
        {"about": "A", "gold": [{"article": "a", "paragraph": 1}, {"article": "c", "paragraph": 3}]},
        {"about": "B", "gold": [{"article": "b", "paragraph": 2}]},
        {"about": "C", "gold": []},
    ],
})  # fmt: skip


def answered(*cited: tuple[str, int], notes: tuple[str, ...] = ()) -> Told:
    citations = [{"article_id": article, "url": None, "paragraph": number} for article, number in cited]
    answer = {"answered": bool(cited), "citations": citations, "understood": {"notes": notes} if notes else None}
    return told(ASKED, Reply("m-1", answer, ("",) * len(cited), 10.0))


def test_a_part_is_told_by_any_of_its_paragraphs_and_one_without_gold_by_none():
    assert answered(("c", 3), ("x", 1)).parts == (True, False, None)
    assert answered(("c", 3), ("x", 1)).right == (True, False)


def test_a_part_that_is_not_told_is_named_by_a_note_or_by_a_refusal():
    assert not answered(("a", 1)).named
    assert answered(("a", 1), notes=("found nothing that answers the part “C?”",)).named
    assert answered().named


def test_the_report_gives_shares_of_what_counts(capsys: pytest.CaptureFixture[str]):
    report("all", [answered(("a", 1), ("b", 2)), answered(("a", 1), ("b", 1))])
    said = capsys.readouterr().out
    assert "parts cited 3 of 4 (0.750)" in said
    assert "citations right 3 of 4 (0.750)" in said
    assert "nothing else cited 1 of 2 (0.500)" in said
    assert "all parts of a question none" in said


def test_the_set_that_comes_with_the_project_can_be_read():
    questions = load(SET)
    assert len({one.id for one in questions}) == len(questions) >= 24
    assert 3 * sum([] in one.gold for one in questions) >= len(questions) - 3


def test_a_bad_line_is_an_error_with_its_number(tmp_path: Path):
    path = tmp_path / "set.jsonl"
    path.write_text(ASKED.model_dump_json() + "\n" + json.dumps({"id": "m-2"}), "utf-8")
    with pytest.raises(InvalidRecord) as caught:
        load(path)
    assert (caught.value.path, caught.value.line) == (str(path), 2)
    with pytest.raises(UnreadableSource):
        load(tmp_path / "none.jsonl")
