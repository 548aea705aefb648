"""The benchmark of extraction: what it counts, how it halves a set, what it says where something is missing."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.extraction.__main__ import main
from eval.extraction.pages import ids_of, load
from eval.extraction.scores import MEASURES, PageScore, gain, mean, scores_of
from eval.extraction.systems import OURS, installed
from qa.errors import UnreadableSource

LEAD = "The ferry to Skerry was cancelled on Friday, and forty passengers spent the night in the town hall of Lowmere."
NEXT = "The next boat leaves on Sunday at noon, the harbour master said, if the wind turns to the west by then."
BODY = f"{LEAD}\n\nWhat to bring\n\nBlankets for the night\nTea and bread\n\n{NEXT}"
PAGE = (
    f"<html><head><title>Ferry cancelled</title></head><body><nav><a href='/'>Home</a></nav><article>"
    f"<h1>Ferry cancelled</h1>"
    f"<p>{LEAD}</p><h2>What to bring</h2><ul><li>Blankets for the night</li><li>Tea and bread</li></ul>"
    f"<figure><img src='f.jpg'><figcaption>The quay at night</figcaption></figure><p>{NEXT}</p></article></body></html>"
)


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    marks = {f"page-{n}": {"articleBody": BODY, "url": "https://echo.example/"} for n in range(5)}
    (tmp_path / "ground-truth.json").write_text(json.dumps(marks))
    (tmp_path / "html").mkdir()
    for name in marks:
        (tmp_path / "html" / f"{name}.html.gz").write_bytes(gzip.compress(PAGE.encode()))
    return tmp_path


def test_what_is_found_exactly_scores_one_on_every_measure_but_blocks() -> None:
    units = [LEAD, "What to bring", "Blankets for the night", "Tea and bread", NEXT]
    scores = scores_of(units, BODY)
    assert scores.pop("blocks") == PageScore(3 / 5, 3 / 4)
    assert set(scores.values()) == {PageScore(1.0, 1.0)}


def test_a_paragraph_cut_in_two_is_lost_and_costs_twice() -> None:
    scores = scores_of([*LEAD.split(", "), NEXT], f"{LEAD}\n\n{NEXT}")
    assert scores["lines"] == PageScore(1 / 3, 1 / 2)
    assert scores["ngrams"].precision == 1.0
    assert scores["ngrams"].recall < 1.0


def test_spaces_around_links_count_in_the_strict_measure_alone() -> None:
    scores = scores_of(["He called it “comfort food”."], "He called it “ comfort food ”.")
    assert (scores["lines"].recall, scores["strict"].recall) == (1.0, 0.0)


def test_nothing_found_is_no_precision() -> None:
    assert set(scores_of([], BODY).values()) == {PageScore(0.0, 0.0)}


def test_means_are_over_pages_and_lie_in_their_intervals() -> None:
    found = mean([PageScore(1.0, 0.5), PageScore(0.5, 0.5), PageScore(0.6, 0.8)])
    assert found.precision == pytest.approx(0.7)
    assert found.f1 == pytest.approx(2 * 0.7 * 0.6 / 1.3)
    assert found.precision_interval is not None
    assert found.precision_interval[0] <= 0.7 <= found.precision_interval[1]


def test_a_run_gains_nothing_over_itself() -> None:
    pages = [PageScore(1.0, 0.5), PageScore(0.5, 0.75)]
    assert gain(pages, pages)["f1"] == (0.0, (0.0, 0.0))


def test_halves_are_disjoint_whole_and_of_60_and_61() -> None:
    ids = [f"page-{n}" for n in range(121)]
    tune, held = ids_of(ids, "tune"), ids_of(ids, "held")
    assert (len(tune), len(held)) == (60, 61)
    assert sorted(tune + held) == sorted(ids)


def test_the_command_gives_every_measure_of_ours(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(folder), "--json", "--untimed"]) == 0
    ours = json.loads(capsys.readouterr().out)["systems"][0]
    assert ours["name"] == OURS
    assert ours["scores"].keys() == MEASURES.keys()
    assert (ours["scores"]["lines"]["precision"], ours["scores"]["lines"]["recall"]) == (1.0, 1.0)


def test_the_tables_name_the_half_and_the_pace(folder: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(folder), "--half", "held"]) == 0
    out = capsys.readouterr().out
    assert out.startswith("3 pages (held).")
    assert f"| {OURS} | 1.000 | 1.000 | 1.000 |" in out


def test_a_package_that_is_not_installed_is_named_with_its_command(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("eval.extraction.systems._OTHERS", {"no-such-extractor": list})
    systems, missing = installed()
    assert {system.package for system in systems} == {None}
    assert missing == ["no-such-extractor is not installed, so it is not measured; pip install no-such-extractor"]


@pytest.mark.parametrize(
    "marks", ["", "[]", "{}", '{"page-1": {"articleBody": " "}}', '{"page-1": {"articleBody": "x"}}']
)
def test_a_folder_of_another_layout_is_one_line_with_a_hint(tmp_path: Path, marks: str) -> None:
    (tmp_path / "ground-truth.json").write_text(marks)
    with pytest.raises(UnreadableSource) as caught:
        load(tmp_path)
    assert caught.value.hint is not None


def test_the_command_says_where_there_is_no_folder(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["--data", str(tmp_path / "none")]) == 1
    assert "cannot read" in capsys.readouterr().err
