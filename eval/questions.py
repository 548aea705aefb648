"""Question sets: JSON Lines in, frozen questions out; every bad line is an error with its number.

A set is read whole and checked whole before anything is asked. It is never changed by a run; ``split`` and
``limit`` only choose from it, and always choose the same.
"""

from __future__ import annotations

import datetime as dt
import hashlib
import re
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Annotated, Literal, Self

from pydantic import BaseModel, ConfigDict, Field, StringConstraints, ValidationError, field_validator, model_validator

from qa.errors import InvalidRecord, UnreadableSource
from qa.types import Turn

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

Split = Literal["tune", "held"]


@dataclass(frozen=True, slots=True)
class Gold:
    """Where an answer stands: a paragraph by number, by a quote in it, or any paragraph of the article.

    Attributes:
        article: an article_id or a url.
    """

    article: str
    paragraph: int | None = None
    quote: str | None = None


@dataclass(frozen=True, slots=True)
class Question:
    """One question of a set with what is known of its answer.

    Attributes:
        line: where it stands in the file.
        history: the conversation before it, oldest first.
        standalone: the same asked without a conversation, where somebody wrote it down.
    """

    id: str
    question: str
    answerable: bool = True
    answers: tuple[str, ...] = ()
    gold: tuple[Gold, ...] = ()
    as_of: dt.date | None = None
    tags: tuple[str, ...] = ()
    line: int = 0
    history: tuple[Turn, ...] = ()
    standalone: str | None = None


@dataclass(frozen=True, slots=True)
class QuestionSet:
    """Questions in the order of their file; ``sha256`` is the hash of the file's bytes."""

    path: str
    sha256: str
    questions: tuple[Question, ...]

    def split(self, half: Split | None) -> QuestionSet:
        """The half to tune on, or the half that is held back; the whole set for None."""
        if half is None:
            return self
        return replace(self, questions=tuple(q for q in self.questions if half_of(q.id) == half))

    def limit(self, most: int | None) -> QuestionSet:
        """The first ``most`` questions; all of them for None."""
        return replace(self, questions=self.questions[:most])


def half_of(question_id: str) -> Split:
    """Which half a question is in: by the first byte of the SHA-256 of its id, even to tune, odd held.

    It hangs on the id alone, so a set can grow or be sorted anew and no question changes its half.
    """
    return "held" if hashlib.sha256(question_id.encode()).digest()[0] % 2 else "tune"


def load(path: Path) -> QuestionSet:
    """Reads and checks a whole set.

    Raises:
        UnreadableSource: the file cannot be read, or holds no question.
        InvalidRecord: a line is not a question; the first such line, and how many more there are.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise UnreadableSource(f"cannot read the question set: {error.strerror}", path=str(path)) from error
    questions = tuple(_questions(data, str(path)))
    if not questions:
        raise UnreadableSource("the question set is empty", path=str(path), hint="one JSON object a line")
    return QuestionSet(str(path), hashlib.sha256(data).hexdigest(), questions)


def _questions(data: bytes, path: str) -> Iterator[Question]:
    read: list[Question] = []
    problems: list[InvalidRecord] = []
    lines_by_id: dict[str, int] = {}
    for number, line in enumerate(data.removeprefix(b"\xef\xbb\xbf").split(b"\n"), start=1):
        if not line.strip():
            continue
        try:
            question = _question(line, path, number)
        except InvalidRecord as problem:
            problems.append(problem)
            continue
        first = lines_by_id.setdefault(question.id, number)
        if first != number:
            message = f"id {question.id!r} stands in line {first} already"
            problems.append(InvalidRecord(message, path=path, line=number))
        read.append(question)
    if problems:
        raise _first_of(problems)
    yield from read


def _first_of(problems: list[InvalidRecord]) -> InvalidRecord:
    first, more = problems[0], len(problems) - 1
    rest = f" (and {more} more bad line{'s' if more > 1 else ''})" if more else ""
    return InvalidRecord(first.message + rest, path=first.path, line=first.line, hint=first.hint)


def _question(line: bytes, path: str, number: int) -> Question:
    try:
        record = _Record.model_validate_json(line)
    except ValidationError as error:
        hint = _LABEL_HINT if UNLABELLED in str(error) else None
        raise InvalidRecord(what_is_wrong(error), path=path, line=number, hint=hint) from error
    return Question(
        id=record.id,
        question=record.question,
        answerable=record.answerable,
        answers=tuple(record.answers),
        gold=tuple(Gold(gold.article, gold.paragraph, gold.quote) for gold in record.gold),
        as_of=record.as_of,
        tags=tuple(record.tags),
        line=number,
        history=tuple(Turn(turn.role, turn.content) for turn in record.history),
        standalone=record.standalone,
    )


def what_is_wrong(error: ValidationError) -> str:
    """The first problem of a record in one line: where in it, and what; without what stands there."""
    first = error.errors(include_url=False, include_input=False)[0]
    place = ".".join(str(part) for part in first["loc"])
    message = _COLUMN.sub(r" at character \1", first["msg"].removeprefix("Value error, "))
    return f"{place}: {message}" if place else message


_COLUMN = re.compile(r" at line 1 column (\d+)$")  # the parser sees a line alone, and calls it the first

UNLABELLED = "nobody has labelled this draft yet"
_LABEL_HINT = 'set "answerable", "answers" and "gold" by hand, then take "label" out'

_Words = Annotated[str, StringConstraints(strip_whitespace=True, min_length=1)]
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)


class _GoldRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)  # else true is read as paragraph 1

    article: _Words
    paragraph: int | None = Field(None, ge=1)
    quote: _Words | None = None


class _TurnRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    role: Literal["user", "assistant"]
    content: str


class _Record(BaseModel):
    """A line as the contract has it; unknown keys are errors, since a misspelt 'gold' would pass unseen.

    ``note`` is for people, and goes no further. ``label`` marks a draft (see ``eval.drafts``), and is refused.
    """

    model_config = ConfigDict(extra="forbid", strict=True)

    id: _Words
    question: Annotated[str, StringConstraints(strip_whitespace=True, min_length=1, max_length=2000)]
    answerable: bool
    answers: list[_Words] = []
    gold: list[_GoldRecord] = []
    as_of: dt.date | None = None
    tags: list[_Words] = []
    note: str | None = None
    history: list[_TurnRecord] = []
    standalone: _Words | None = None

    @model_validator(mode="before")
    @classmethod
    def _is_labelled(cls, record: object) -> object:
        if isinstance(record, dict) and "label" in record:
            raise ValueError(f"label: {UNLABELLED}")
        return record

    @field_validator("as_of", mode="before")
    @classmethod
    def _day_as_written(cls, day: object) -> object:
        # Otherwise pydantic reads a number, and a string of digits, as seconds since 1970.
        if day is None:
            return None
        if not isinstance(day, str) or not _DAY.fullmatch(day):
            raise ValueError("not a date; write it as YYYY-MM-DD")
        return dt.date.fromisoformat(day)

    @model_validator(mode="after")
    def _unanswerable_has_no_answer(self) -> Self:
        if not self.answerable and (self.gold or self.answers):
            raise ValueError("a question with 'answerable': false can have neither 'answers' nor 'gold'")
        return self
