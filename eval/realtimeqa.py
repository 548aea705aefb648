"""The folder realtimeqa_news (7,655 news articles, 770 questions) as our records and our question set.

The data are their publishers' and are no part of this project: the folder is named by ``--data`` or by
``QA_EVAL_REALTIMEQA``, and only measurements read it. A cut to N articles takes the labelled ones first, as
far as N allows, then others, drawn with a fixed seed; the questions are those whose articles are all in it.

    python -m eval.realtimeqa --data FOLDER --articles 1500 --out cut
    qa --home cut/home ingest cut/articles.jsonl
    qa --home cut/home eval run cut/questions.jsonl
"""

from __future__ import annotations

import argparse
import gzip
import json
import os
import random
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from eval.terminal import command
from qa.errors import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

VARIABLE = "QA_EVAL_REALTIMEQA"
SEED = 7
Record = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Cut:
    """Articles as records of the JSON Lines input, and the questions on them as records of a question set.

    Attributes:
        unknown: questions that are left out as of a day, because nobody knows whether the archive of that day
            answers them: they are not labelled as unanswerable, and all their gold came later.
    """

    articles: tuple[Record, ...]
    questions: tuple[Record, ...]
    unknown: int = 0

    def write(self, folder: Path) -> None:
        """``articles.jsonl`` and ``questions.jsonl`` in the folder, which is made where it is missing."""
        folder.mkdir(parents=True, exist_ok=True)
        _write_lines(folder / "articles.jsonl", self.articles)
        _write_lines(folder / "questions.jsonl", self.questions)


def folder_from(option: Path | None) -> Path:
    """The data's folder, by option or by variable.

    Raises:
        UnreadableSource: neither is given, or the folder does not hold the data.
    """
    folder = option or Path(os.environ.get(VARIABLE, ""))
    if not (folder / "articles.jsonl.gz").is_file():
        given = str(folder) if option or os.environ.get(VARIABLE) else "no folder given"
        hint = f"name the folder with articles.jsonl.gz by --data or {VARIABLE}; it does not come with the project"
        raise UnreadableSource("the evaluation data realtimeqa_news are not here", path=given, hint=hint)
    return folder


def cut(folder: Path, articles: int | None = None, *, as_of: bool = False, seed: int = SEED) -> Cut:
    """The data cut to so many articles, all of them for None; the same cut for the same arguments.

    Args:
        folder: where articles.jsonl.gz and questions.dev.jsonl are.
        articles: how many articles to keep.
        as_of: ask as on each question's ``asof_date``, when the archive could not answer many of them yet.
        seed: of the draw among articles without label.
    """
    records, asked = _read(folder)
    kept = set(_in_order(records, asked, seed)[: len(records) if articles is None else articles])
    published = {record["id"]: record["published_at"] for record in records}
    among = [q for q in asked if set(q["gold_article_ids"]) <= kept]
    known = [q for q in among if not as_of or _is_known(q, published)]
    questions = tuple(_question(q, as_of=as_of) for q in known)
    return Cut(tuple(r for r in records if r["id"] in kept), questions, unknown=len(among) - len(known))


def in_order(folder: Path, *, seed: int = SEED) -> Cut:
    """All of the data, its articles in the order in which ``cut`` takes them, its questions in their own."""
    records, asked = _read(folder)
    by_id = {record["id"]: record for record in records}
    ordered = tuple(by_id[article] for article in _in_order(records, asked, seed))
    return Cut(ordered, tuple(_question(question, as_of=False) for question in asked))


def _read(folder: Path) -> tuple[list[Record], list[Record]]:
    """The articles as our records, and the questions as they come."""
    asked = list(map(json.loads, (folder / "questions.dev.jsonl").read_text("utf-8").splitlines()))
    with gzip.open(folder / "articles.jsonl.gz", "rt", encoding="utf-8") as lines:
        return [_article(json.loads(line)) for line in lines], asked


def _is_known(question: Record, published: Mapping[str, str]) -> bool:
    """Whether it is known if the archive of the question's day answers it."""
    day = question["asof_date"]
    return question["asof_unanswerable"] or any(published[article] <= day for article in question["gold_article_ids"])


def _in_order(records: Sequence[Record], asked: Iterable[Record], seed: int) -> list[str]:
    """Ids of the labelled articles in the order of the questions, then of others as they are drawn."""
    labelled = dict.fromkeys(article for question in asked for article in question["gold_article_ids"])
    others = [record["id"] for record in records if record["id"] not in labelled]
    random.Random(seed).shuffle(others)
    return [*labelled, *others]


def _article(record: Record) -> Record:
    return {
        "id": record["article_id"],
        "url": record["url"],
        "title": record["title"],
        "authors": record["authors"],
        "published_at": record["published"].replace("/", "-"),
        "paragraphs": record["paragraphs"],
    }


def _question(record: Record, *, as_of: bool) -> Record:
    made: Record = {"id": record["question_id"], "question": record["question"], "tags": [record["gold_kind"]]}
    if as_of:
        made["as_of"] = record["asof_date"]
    if as_of and record["asof_unanswerable"]:
        return {**made, "answerable": False}
    return {**made, "answerable": True, "answers": record["answer"], "gold": _gold(record)}


def _gold(record: Record) -> list[Record]:
    """Paragraphs where they are labelled (there as list indices, from 0), else the whole article."""
    if record["gold_paragraphs"]:
        return [{"article": article, "paragraph": index + 1} for article, index in record["gold_paragraphs"]]
    return [{"article": article} for article in record["gold_article_ids"]]


def _write_lines(path: Path, records: Iterable[Record]) -> None:
    with path.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)


@command()
def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.realtimeqa", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--data", type=Path, help=f"folder realtimeqa_news (or {VARIABLE})")
    parser.add_argument("--articles", type=int, help="how many articles to keep; by default all")
    parser.add_argument("--as-of", action="store_true", help="ask as on each question's as-of date")
    parser.add_argument("--seed", type=int, default=SEED, help="of the draw among articles without label")
    parser.add_argument("--out", type=Path, required=True, help="folder to write")
    options = parser.parse_args()
    made = cut(folder_from(options.data), options.articles, as_of=options.as_of, seed=options.seed)
    made.write(options.out)
    print(f"{len(made.articles)} articles and {len(made.questions)} questions in {options.out}")


if __name__ == "__main__":
    sys.exit(main())
