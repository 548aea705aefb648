"""What a converter gives: articles as records of our JSON Lines input, questions as records of our sets."""

from __future__ import annotations

import hashlib
import json
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from qa.errors import UnreadableSource
from qa.query import LONGEST_QUESTION

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

Record = dict[str, Any]
_GIVEN_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}")  # what qa.ingest.jsonl takes as an id


@dataclass(frozen=True, slots=True)
class Written:
    """How many articles and questions were written."""

    articles: int
    questions: int


@dataclass(frozen=True, slots=True)
class Converted:
    """A set in our own formats.

    Attributes:
        articles: read while they are written, so that a corpus need not fit into memory, and gone through once;
            none where the format carries none.
        left_out: one line for each question that was not converted, and why.
    """

    articles: Iterable[Record]
    questions: tuple[Record, ...]
    left_out: tuple[str, ...] = ()

    @classmethod
    def of(cls, articles: Iterable[Record], questions: Iterable[Record]) -> Converted:
        """Leaves out questions that no engine of ours would take."""
        asked = tuple(questions)
        problems = [_problem(question["question"]) for question in asked]
        return cls(
            articles,
            tuple(question for question, problem in zip(asked, problems, strict=True) if problem is None),
            tuple(f"{q['id']}: {problem}" for q, problem in zip(asked, problems, strict=True) if problem is not None),
        )

    def write(self, folder: Path) -> Written:
        """``articles.jsonl``, where there are any, and ``questions.jsonl``; the folder is made where it is missing.

        Raises:
            InvalidRecord: a source that is read only now is malformed; neither file is written then.
            UnreadableSource: a source cannot be read, or the folder cannot be written.
        """
        try:
            folder.mkdir(parents=True, exist_ok=True)
            return self._write(folder / "articles.jsonl", folder / "questions.jsonl")
        except OSError as error:
            raise UnreadableSource(f"cannot write the set: {error.strerror}", path=str(folder)) from error

    def _write(self, articles: Path, questions: Path) -> Written:
        counted = Written(_write_lines(_partial(articles), self.articles), len(self.questions))
        _write_lines(_partial(questions), self.questions)
        _partial(questions).replace(questions)
        if counted.articles:
            _partial(articles).replace(articles)
        else:
            _partial(articles).unlink()
        return counted


def article_id(name: str) -> str:
    """An id that the archive takes: the name itself where it may, else its letters and a hash of it."""
    if _GIVEN_ID.fullmatch(name):
        return name
    letters = re.sub(r"[^A-Za-z0-9]+", "-", name).strip("-")[:50]
    return f"{letters}-{hashlib.sha256(name.encode()).hexdigest()[:12]}"


def _problem(question: str) -> str | None:
    if not question.strip():
        return "no question"
    if len(question.strip()) > LONGEST_QUESTION:
        return f"longer than {LONGEST_QUESTION:,} characters"
    return None


def _partial(path: Path) -> Path:
    return path.with_name(path.name + ".part")


def _write_lines(path: Path, records: Iterable[Record]) -> int:
    count = 0
    with path.open("w", encoding="utf-8") as file:
        for count, record in enumerate(records, start=1):  # noqa: B007 - the last one is the number of records
            file.write(json.dumps(record, ensure_ascii=False) + "\n")
    return count
