"""``python -m eval.scale`` on a few articles: how they are mutated, what vectors copies get, what is kept."""

import gzip
import json
from pathlib import Path

import numpy as np
import pytest

from eval import serving
from eval.scale import __main__ as command
from eval.scale import measured
from eval.scale.growth import Growth
from eval.scale.mutation import mutated, names_in
from eval.scale.vectors import GrowingVectors
from eval.serving import Memory, Told
from qa import duplicates
from qa.archive import open_archive
from qa.settings import Settings
from tests.fakes import HashEmbedder

TEXT = (
    "The bridge of {city} was closed on Monday, said {name}, the engineer of the council, after 14 inspectors found "
    "cracks in its northern pillar during the yearly inspection in March."
)
MORE = "Drivers from {city} will have to take the ferry of {name} for 23 weeks, and traders fear for their Christmas."


def record(number, *, paragraphs=2):
    city, name = f"Wick{'abcdefghij'[number]}", f"Vale{'klmnopqrst'[number]}"
    texts = [text.format(city=city, name=name) for text in (TEXT, MORE)] * (paragraphs // 2)
    return {
        "article_id": f"n{number}",
        "url": f"https://www.news.example/{number}",
        "title": f"Bridge of {city} closed",
        "authors": [],
        "published": "2022/03/04",
        "paragraphs": [f"{text} ({place})" for place, text in enumerate(texts)],
    }


def question(number):
    labels = {"gold_article_ids": [f"n{number}"], "gold_paragraphs": [[f"n{number}", 0]], "gold_kind": "linked"}
    asked = {"question": "Who is the engineer?", "answer": ["Vale"], "asof_date": "2022-02-01"}
    return asked | labels | {"question_id": f"x{number}", "asof_unanswerable": True}


@pytest.fixture
def data(tmp_path):
    folder = tmp_path / "data"
    folder.mkdir()
    with gzip.open(folder / "articles.jsonl.gz", "wt") as file:
        file.writelines(json.dumps(record(number)) + "\n" for number in range(6))
    (folder / "questions.dev.jsonl").write_text("\n".join(json.dumps(question(number)) for number in range(3)))
    return folder


@pytest.fixture
def growth(data):
    return Growth(data, most_real=8, seed=7)


def a_record():
    return {
        "id": "n",
        "url": "https://a.example/n?x=1",
        "title": "Ann Vale leaves Wick",
        "published_at": "2022-03-04",
    } | {"paragraphs": ["The mayor of Wick, Ann Vale, left on Monday with 14 boats.", "In May 2021 Vale had stayed."]}


def test_names_are_capitals_that_no_sentence_asks_for():
    assert names_in(["Then the mayor of Wick met Ann Vale on Monday. Nobody saw it."]) == ["Wick", "Ann", "Vale"]


def test_a_copy_has_other_names_numbers_and_days_and_the_same_ones_throughout():
    copy = mutated(a_record(), 1, ["Orme", "Lund"], seed=7)
    text = " ".join(copy["paragraphs"])
    assert not {"Wick", "Ann", "Monday", "14"} & set(text.replace(",", "").split())
    assert "Wick" not in copy["title"]
    assert copy["title"].split()[3] == copy["paragraphs"][0].replace(",", "").split()[3]
    assert copy["published_at"] == "2022-02-02"
    assert (copy["id"], copy["url"]) == ("n-m1", "https://a.example/n/m1")


def test_the_same_seed_gives_the_same_copies_and_each_copy_is_another():
    pool = ["Orme", "Lund", "Reddick", "Fenwick"]
    assert mutated(a_record(), 1, pool, seed=7) == mutated(a_record(), 1, pool, seed=7)
    assert mutated(a_record(), 1, pool, seed=7)["paragraphs"] != mutated(a_record(), 2, pool, seed=7)["paragraphs"]


def test_no_copy_prints_the_same_report_as_its_original_or_another_copy(growth):
    grown = [
        duplicates.signature(one.record["paragraphs"]) for _, one in zip(range(12), growth.articles(), strict=False)
    ]
    first, copy, second = grown[0], grown[4], grown[8]
    assert duplicates.alike(first, first, 0)
    assert not any(duplicates.alike(*pair, 30) for pair in ((first, copy), (first, second), (copy, second)))


def test_real_articles_come_first_the_labelled_ones_before_all_then_copies_without_end(growth):
    ids = [one.record["id"] for _, one in zip(range(9), growth.articles(), strict=False)]
    assert ids[:3] == ["n0", "n1", "n2"]
    assert ids[4:] == [*(f"{real}-m1" for real in ids[:4]), "n0-m2"]


def test_a_size_is_reached_with_the_first_article_that_fills_it(growth):
    assert [growth.reaching(paragraphs) for paragraphs in (1, 2, 3, 8, 9, 17)] == [1, 1, 2, 4, 5, 9]


def test_only_questions_that_the_first_articles_answer_are_asked_each_with_its_article(growth):
    asked = growth.questions(2)
    assert [(question["id"], article["id"]) for question, article in asked] == [("x0", "n0"), ("x1", "n1")]


def test_a_copy_has_its_originals_vector_with_noise_and_is_not_embedded(tmp_path):
    vectors = GrowingVectors(HashEmbedder(), tmp_path / "vectors.bin")
    (original,) = vectors.embed(["the bridge is closed"])
    vectors.tell("the harbour is closed", "the bridge is closed")
    (copy,) = vectors.embed(["the harbour is closed"])
    assert (vectors.embedded, vectors.mutated) == (1, 1)
    assert 0.93 < float(original @ copy) < 0.98
    assert np.isclose(np.linalg.norm(copy), 1, atol=1e-5)


def test_vectors_are_known_after_an_interruption_and_half_a_record_is_cut_off(tmp_path):
    GrowingVectors(HashEmbedder(), tmp_path / "vectors.bin").embed(["one bridge", "two bridges"])
    with (tmp_path / "vectors.bin").open("ab") as file:
        file.write(b"half a record")
    again = GrowingVectors(HashEmbedder(), tmp_path / "vectors.bin")
    again.tell("copy", "two bridges")
    again.embed(["copy", "three bridges"])
    assert (again.embedded, again.mutated) == (1, 1)
    assert GrowingVectors(HashEmbedder(), tmp_path / "vectors.bin").embed(["four bridges"]).shape == (1, 384)


def test_what_nobody_said_to_be_a_copy_is_embedded(tmp_path):
    vectors = GrowingVectors(HashEmbedder(), tmp_path / "vectors.bin")
    vectors.tell("copy", "an original that never came")
    assert np.array_equal(vectors.embed(["copy"]), HashEmbedder().embed(["copy"]))


def test_every_filter_leaves_the_article_that_answers(growth):
    ((asked, article),) = growth.questions(1)
    bodies = measured.filters(asked, {**article, "published_at": "2022-03-04"})
    assert bodies["date"]["after"] < "2022-03-04" < bodies["date"]["before"]
    assert bodies["source"]["sources"] == ["news.example"]
    assert bodies["as_of"]["as_of"] > "2022-03-04"
    assert bodies["none"] == {"question": "Who is the engineer?"}


class FakeServed:
    """A service that answers at once, and knows no operating system."""

    ready_s = 1.5

    def memory(self):
        return Memory(None, None)


@pytest.fixture
def stand_ins(monkeypatch):
    """Vectors without a model, and a service without a process; what it was asked."""
    from contextlib import contextmanager, nullcontext

    asked = []

    @contextmanager
    def served(home):
        yield FakeServed()

    def answer(client, body):
        asked.append(body)
        return Told(10.0 * len(body), "as_of" not in body, {"retrieve": 4.0, "total": 9.0})

    monkeypatch.setattr("qa.models.embedding.load", HashEmbedder)
    monkeypatch.setattr(measured, "serving", served)
    monkeypatch.setattr(measured, "client_of", lambda served: nullcontext())
    monkeypatch.setattr(measured, "ask", answer)
    return asked


def run(data, out, *sizes, more=()):
    return command.main(["--data", str(data), "--sizes", *map(str, sizes), "--real", "8", "--out", str(out), *more])


def test_each_size_is_grown_asked_with_every_filter_and_kept(data, tmp_path, stand_ins, capsys):
    assert run(data, tmp_path / "out", 4, 12) == 0
    small, large = json.loads((tmp_path / "out" / "scale.json").read_text())
    assert (small["counts"]["paragraphs"], large["counts"]["paragraphs"]) == (4, 12)
    assert (small["mutated"], large["mutated"]) == (0, 4)
    assert (small["step"]["embedded"], large["step"]["embedded"], large["step"]["mutated"]) == (4, 4, 4)
    assert large["asking"]["date"]["latency_ms"] == {"p50": 30.0, "p95": 30.0}
    assert (large["asking"]["none"]["answered"], large["asking"]["as_of"]["answered"]) == (1.0, 0.0)
    assert large["disk_mb"]["catalogue"] > 0 < large["disk_mb"]["vectors"]
    assert capsys.readouterr().out.strip() == (tmp_path / "out" / "scale.md").read_text().strip()


def test_the_document_says_that_copies_were_not_embedded_and_how_filters_compare(data, tmp_path, stand_ins, capsys):
    run(data, tmp_path / "out", 12)
    said = capsys.readouterr().out
    assert "mutated articles" in said
    assert "no model embedded them" in said
    assert "| 12 | 10 / 10 (1.00) | 30 / 30 (3.00) | 20 / 20 (2.00) | 20 / 20 (2.00) |" in said
    assert "python -m eval.scale --data FOLDER --sizes 12 --real 8 --limit 100" in said


def test_what_was_measured_is_not_measured_again(data, tmp_path, stand_ins):
    run(data, tmp_path / "out", 4)
    before = len(stand_ins)
    assert run(data, tmp_path / "out", 4) == 0
    assert len(stand_ins) == before
    assert run(data, tmp_path / "out", 4, 8) == 0
    assert len(stand_ins) == 2 * before


def test_an_interrupted_size_goes_on_and_tells_no_speed(data, tmp_path, stand_ins, monkeypatch, growth):
    out = tmp_path / "out"
    out.mkdir()
    (out / "home-8.json").write_text("null")
    vectors = GrowingVectors(HashEmbedder(), out / "vectors.bin")
    archive = open_archive(Settings(home=out / "home"), vectors, create=True)
    archive.add(measured._articles([one for _, one in zip(range(3), growth.articles(), strict=False)], vectors))
    archive.close()
    size = measured.measure(growth, 8, growth.questions(4), vectors, out / "home", lambda done, total: None)
    assert (size.step, size.counts.articles, vectors.embedded) == (None, 4, 8)


def test_a_size_that_was_interrupted_while_it_was_asked_keeps_the_speed_of_its_growing(data, tmp_path, stand_ins):
    run(data, tmp_path / "out", 4)
    before = json.loads((tmp_path / "out" / "size-4.json").read_text())
    (tmp_path / "out" / "size-4.json").unlink()
    run(data, tmp_path / "out", 4)
    assert json.loads((tmp_path / "out" / "size-4.json").read_text())["step"] == before["step"]


def test_an_archive_never_shrinks_and_other_arguments_want_another_folder(data, tmp_path, stand_ins, capsys):
    run(data, tmp_path / "out", 4, 8)
    (tmp_path / "out" / "size-4.json").unlink()
    assert run(data, tmp_path / "out", 4) == 1
    assert "larger than 4 paragraphs already" in capsys.readouterr().err
    assert run(data, tmp_path / "out", 4, more=["--seed", "8"]) == 1
    assert "seed: 7, now 8" in capsys.readouterr().err


def test_too_few_paragraphs_for_any_question_are_an_error(data, tmp_path, stand_ins, capsys):
    (data / "questions.dev.jsonl").write_text("")
    assert run(data, tmp_path / "out", 2) == 1
    assert "begin with a larger size" in capsys.readouterr().err


@pytest.mark.server
def test_a_service_that_cannot_start_says_why(tmp_path):
    with pytest.raises(serving.QAError, match="no archive at"), serving.serving(tmp_path / "nothing"):
        pass


def test_paths_of_this_machine_are_not_told(data, tmp_path, stand_ins, capsys):
    run(data, tmp_path / "out", 4)
    assert str(Path(tmp_path)) not in (tmp_path / "out" / "scale.md").read_text()
