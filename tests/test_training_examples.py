"""Near misses are made of rows that are answerable: nothing that is called unanswerable may hold its answer."""

from __future__ import annotations

import gzip
import json
from pathlib import Path

import pytest

from eval.training.examples import Maker
from eval.training.sources import LICENCES
from eval.training.text import mentions, sentences, tidy
from qa.errors import UnreadableSource

TEXT = (
    "The ferry Linnet left Sarn at noon on Friday with ninety people aboard. Her master, Ada Brook, saw the buoy too "
    "late. Nobody was hurt when she struck the bar. Owen Tull, who runs the company, has promised an inquiry by March. "
    "The Linnet was built in 1987 at Orrin Yard and will be scrapped."
)
ASKED = {
    "When did the Linnet leave Sarn?": "noon",
    "How many people were aboard?": "ninety",
    "Who was the master of the Linnet?": "Ada Brook",
    "Who runs the company of the ferry?": "Owen Tull",
    "When was the Linnet built at Orrin Yard?": "1987",
    "Where did Ada Brook's ferry Linnet leave from?": "Sarn",
}


def row(question: str, answer: str, number: int) -> dict[str, object]:
    text = TEXT.replace("Linnet", f"Linnet {number}")
    return {
        "question": question.replace("Linnet", f"Linnet {number}"),
        "context": text,
        "answers": [{"text": answer, "start": text.index(answer)}],
        "answerable": True,
        "domain": "new_wiki",
    }


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Every set that is read, with a few rows of our own in its shape."""
    at = tmp_path_factory.mktemp("sets")
    questions = [row(question, answer, number) for number in range(20) for question, answer in ASKED.items()]
    claims = [
        {"premise": f"Ada Brook steered boat {n}.", "claim": f"Ada Brook had boat {n}.", "label": "entailment"}
        for n in range(6)
    ]
    sentence = [{**one, "context": sentences_of(one)} for one in questions]
    for name in LICENCES:
        kept = {"qamr": sentence, "synthetic_none": [{**one, "answerable": False} for one in questions[:5]]}
        is_claim = name in {"rte", "begin", "wice", "climate_fever", "snli_devtest", "fool_me_twice"} or "fever" in name
        with gzip.open(at / f"{name}.jsonl.gz", "wt", encoding="utf-8") as file:
            file.writelines(json.dumps(one) + "\n" for one in (claims if is_claim else kept.get(name, questions)))
    return at


def sentences_of(one: dict) -> str:
    """The sentence that answers, as in a set whose contexts are single sentences."""
    text, start = one["context"], one["answers"][0]["start"]
    begin, end = next((b, e) for b, e in sentences(text) if b <= start < e)
    one["answers"][0]["start"] = start - begin
    return text[begin:end]


@pytest.fixture(scope="module")
def made(folder: Path) -> list[dict]:
    return Maker(folder).make()


def test_every_kind_of_near_miss_is_made(made) -> None:
    kinds = {one["source"].partition("/")[2] for one in made if one.get("answerable") is False}
    assert {"without", "deleted", "swapped", ""} <= kinds


def test_what_lost_its_answer_does_not_hold_it(made) -> None:
    answers = {question.rstrip("?").replace("Linnet", "Linnet #"): answer for question, answer in ASKED.items()}
    lost = [one for one in made if one["source"].endswith(("/without", "/deleted")) and not one["answerable"]]
    assert lost
    for one in lost:
        number = one["question"].partition("Linnet ")[2].split()[0].rstrip("?") if "Linnet" in one["question"] else ""
        asked = one["question"].rstrip("?").replace(f"Linnet {number}", "Linnet #")
        assert not mentions(one["context"], answers[asked]), one


def test_what_is_answerable_marks_the_words_that_answer(made) -> None:
    answered = [one for one in made if one.get("answerable")]
    assert answered
    for one in answered:
        for start, end in one["spans"]:
            assert one["context"][start:end] in ASKED.values()


def test_the_same_seed_makes_the_same_examples(folder: Path, made) -> None:
    assert Maker(folder).make() == made
    assert Maker(folder, seed=1).make() != made


def test_a_set_that_is_not_there_is_said_with_what_to_name(tmp_path: Path) -> None:
    with pytest.raises(UnreadableSource, match="cannot read a training set") as caught:
        Maker(tmp_path)
    assert "--data" in str(caught.value.hint)


@pytest.mark.parametrize(
    ("cut", "tidied"),
    [
        ("The manager, , said so.", "The manager, said so."),
        ("It ( ) rained .", "It rained."),
        ("They met on , .", "They met on."),
    ],
)
def test_a_cut_leaves_no_double_marks(cut: str, tidied: str) -> None:
    assert tidy(cut) == tidied
