"""The benchmark of titles and dates, on pages of our own."""

from __future__ import annotations

import gzip
import hashlib
import json
from pathlib import Path
from typing import Any

import pytest

from eval.metadata.__main__ import main
from eval.metadata.labels import Label, hash_of, read_labels
from eval.metadata.readers import Told
from eval.metadata.scores import judged, scores

PAGE = """<html lang='en'><head><title>{title} | The Echo</title></head><body><article><h1>{title}</h1>
<p>By Jane Doe</p><time datetime='{day}'>{day}</time>""" + "".join(
    f"<p>The harbour of Lowmere froze over on night {n}, and the boats could not leave it for the banks of Skerry.</p>"
    for n in range(8)
)


def label(**fields: Any) -> Label:
    known = {
        "id": "a",
        "half": "tune",
        "title": hash_of("Harbour freezes over"),
        "titles_also": (hash_of("Ice in the harbour"),),
        "published": "2024-01-08",
        "published_also": ("2024-01-09",),
        "source": frozenset({hash_of("The Echo")}),
        "authors": frozenset({hash_of("Jane Doe")}),
    }
    return Label(**(known | fields))


def test_a_title_is_right_in_the_words_of_any_headline_of_the_publisher() -> None:
    rows = [judged(label(), Told(title=title)) for title in ("HARBOUR FREEZES OVER", "Ice in the harbour", "Ice")]
    assert [(row.title, row.title_printed) for row in rows] == [(True, True), (True, False), (False, False)]


def test_a_wrong_day_counts_where_there_is_none_too() -> None:
    days = [
        (label(), "2024-01-09"),
        (label(), None),
        (label(), "2026-05-05"),
        (label(published=None, published_also=()), "2026-05-05"),
    ]
    rows = [judged(known, Told(published=day)) for known, day in days]
    assert [(row.date, row.date_printed, row.date_wrong) for row in rows] == [
        (True, False, False),
        (False, False, False),
        (False, False, True),
        (None, None, True),
    ]


def test_shares_are_of_the_pages_that_have_what_is_asked_for() -> None:
    rows = [judged(label(), Told(published="2024-01-08")), judged(label(published=None, published_also=()), Told())]
    assert (scores(rows).dates, scores(rows).dates_wrong) == (1.0, 0.0)


def test_our_labels_are_whole_and_parted_by_the_hash_of_the_id() -> None:
    labels = read_labels()
    ranked = sorted((one.id for one in labels), key=lambda page: hashlib.sha256(page.encode()).hexdigest())
    assert len(labels) == len(set(ranked)) == 121
    assert {one.id for one in labels if one.half == "tune"} == set(ranked[:60])
    assert all(len(one.title) == 16 for one in labels)


def test_the_command_measures_our_reader_beside_the_others(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "html").mkdir()
    with gzip.open(tmp_path / "html" / "a.html.gz", "wt") as file:
        file.write(PAGE.format(title="Harbour freezes over", day="2024-01-08"))
    row = {
        "id": "a",
        "half": "tune",
        "title": hash_of("Harbour freezes over"),
        "titles_also": [],
        "published": "2024-01-08",
    }
    row |= {"published_also": [], "source": [hash_of("The Echo")], "authors": [hash_of("Jane Doe")]}
    (tmp_path / "labels.jsonl").write_text(json.dumps(row))
    assert main([str(tmp_path), "--labels", str(tmp_path / "labels.jsonl"), "--half", "tune"]) == 0
    lines = capsys.readouterr().out.splitlines()
    ours = next(line for line in lines if line.startswith("ours"))
    assert ours.split()[1:] == ["1.000"] * 6 + ["0.000"]
    assert any(line.startswith("trafilatura") for line in lines)
    assert any(line.startswith("htmldate") for line in lines)


def test_a_folder_without_the_pages_is_said_with_a_hint(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main([str(tmp_path)]) == 1
    assert capsys.readouterr().err.splitlines()[-1] == "hint: name the folder that holds the pages in html/"
