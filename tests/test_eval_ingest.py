"""The benchmark of ingesting: what it counts as come out unchanged, and whose memory it sums up."""

import gzip
import json
import subprocess
import sys

import pytest

from eval.ingest.__main__ import main
from eval.ingest.commands import Run, qa, tree_bytes
from eval.ingest.roundtrip import compare
from qa.errors import QAError
from tests.builders import article


def record(number, *paragraphs):
    return {"id": f"n{number}", "title": f"Story {number}", "paragraphs": list(paragraphs)}


def test_a_paragraph_that_is_not_the_records_byte_for_byte_is_counted(archive):
    archive.add(
        [
            article("A ferry.", "Café", given_id="n1"),
            article("A ferry.", "Cafe\u0301", given_id="n2"),
            article("One more", "than there was", given_id="n3"),
            article("b", "a", given_id="n4"),
        ]
    )
    records = [
        record(1, "A ferry.", "Café"),
        record(2, "A ferry.", "Café"),
        record(3, "One more"),
        record(4, "a", "b"),
        record(5, "x"),
    ]
    trip = compare(records, archive)
    assert (trip.articles, trip.paragraphs, trip.same_paragraphs) == (5, 8, 4)
    assert (trip.changed, trip.missing) == (("n2", "n3", "n4"), ("n5",))


def test_memory_is_that_of_the_whole_tree_of_processes():
    hold = "import subprocess, sys; held = bytearray(40_000_000); {} print('held', flush=True); sys.stdin.read()"
    child = f"subprocess.Popen([sys.executable, '-c', {hold.format('')!r}], stdin=sys.stdin).poll();"
    with subprocess.Popen(
        [sys.executable, "-c", hold.format(child)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as parent:
        assert [parent.stdout.readline() for _ in range(2)] == ["held\n", "held\n"]
        assert 80_000_000 < tree_bytes(parent.pid) < 200_000_000
        parent.communicate()
    assert tree_bytes(parent.pid) == 0


def test_memory_over_time_is_the_largest_of_each_part():
    run = Run({}, 10.0, ((0.5, 3), (4.0, 9), (4.5, 7), (9.9, 5)))
    assert run.over_time(2) == [9, 5]
    assert run.peak == 9


def test_a_command_that_fails_says_why(home):
    with pytest.raises(QAError, match="qa check failed: no archive at"):
        qa(home, "check")


@pytest.mark.slow
def test_a_whole_run_says_that_everything_came_out_again(tmp_path, capsys):
    texts = [[f"Ferry {n} came late on Friday.", f"Nobody at quay {n} knew why."] for n in range(4)]
    stories = [
        {"article_id": f"n{n}", "title": f"Ferry {n}", "published": "2024/01/08", "paragraphs": text}
        for n, text in enumerate(texts)
    ]
    with gzip.open(tmp_path / "articles.jsonl.gz", "wt", encoding="utf-8") as file:
        file.writelines(json.dumps({"url": None, "authors": [], **story}) + "\n" for story in stories)
    (tmp_path / "questions.dev.jsonl").write_text("", encoding="utf-8")
    assert main(["--data", str(tmp_path)]) == 0
    measured = json.loads(capsys.readouterr().out)
    assert measured["whole"]
    assert (measured["first"]["added"], measured["second"]["unchanged"]) == (4, 4)
    assert measured["round_trip"]["same_paragraphs"] == 8
    assert measured["first"]["peak_mb"] > 50
