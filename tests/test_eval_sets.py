"""The question sets that come with the project: each can be read, and its gold stands in the articles it is about."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from eval.library import EngineLibrary, Library, check_gold
from eval.questions import half_of, load
from qa.ingest import read
from tests.fakes import small_archive

SETS = Path(__file__).parents[1] / "eval" / "sets"
OF_THE_SAMPLE = ("sample/questions", "sample/several", "asked/questions", "times/questions", "followups/questions")


@pytest.fixture(scope="module", params=["sample", "lists"])
def held(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[str, Library]]:
    archive = small_archive(tmp_path_factory.mktemp(request.param))
    archive.add(read([str(SETS / request.param / "articles")]))
    yield request.param, EngineLibrary(archive)
    archive.close()


def test_the_gold_of_each_set_stands_in_its_articles(held: tuple[str, Library]) -> None:
    name, library = held
    for questions in OF_THE_SAMPLE if name == "sample" else ("lists/questions",):
        check_gold(load(SETS / f"{questions}.jsonl"), library)


def test_a_question_as_people_type_it_keeps_the_gold_and_the_half_of_its_original() -> None:
    plain = {question.id: question for question in load(SETS / "sample/questions.jsonl").questions}
    for typed in load(SETS / "asked/questions.jsonl").questions:
        original = plain[typed.id[2:7]]
        assert half_of(typed.id) == half_of(original.id)
        assert (typed.answerable, typed.answers, typed.gold) == (original.answerable, original.answers, original.gold)
