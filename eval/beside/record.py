"""What both sides said of each question, kept in a file that is only ever added to."""

from __future__ import annotations

import json
import os
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Literal

from pydantic import TypeAdapter, ValidationError

from eval.questions import Question, what_is_wrong
from qa.errors import InvalidInput, InvalidRecord, UnreadableSource

Side = Literal["ours", "theirs"]
SIDES: tuple[Side, ...] = ("ours", "theirs")


@dataclass(frozen=True, slots=True)
class Paragraph:
    """A paragraph, or a passage of one, that an answer cites."""

    article_id: str
    url: str | None
    paragraph: int
    title: str
    published_at: str | None
    text: str


@dataclass(frozen=True, slots=True)
class Stated:
    """A sentence that was shown, without its marks; ``cited`` are places in the answer's paragraphs, from 0."""

    text: str
    cited: tuple[int, ...]


@dataclass(frozen=True, slots=True)
class Removed:
    """A statement of the model's that the verifier held back, and why."""

    text: str
    reason: str | None


@dataclass(frozen=True, slots=True)
class Said:
    """What one side said of one question.

    Attributes:
        reader: who gave the answer: ``llm`` the model, ``extractive`` our own reader in its place.
        seconds: until the answer was whole.
        first_s: until its first sentence was whole, and where it is checked, checked; None where there is none.
        check_s: how much of that was the check; None where nothing is checked.
        removed: by the verifier, of what the model drafted.
        unknown: citations of sources that there are not.
        note: what became of the model, where it did not give the whole answer.
    """

    answered: bool
    statements: tuple[Stated, ...]
    paragraphs: tuple[Paragraph, ...]
    reader: str
    seconds: float
    first_s: float | None = None
    check_s: float | None = None
    removed: tuple[Removed, ...] = ()
    unknown: int = 0
    note: str | None = None

    @property
    def text(self) -> str:
        return " ".join(statement.text for statement in self.statements)


@dataclass(frozen=True, slots=True)
class Beside:
    """A question with the answers of both sides."""

    question: Question
    ours: Said
    theirs: Said

    def of(self, side: Side) -> Said:
        return self.ours if side == "ours" else self.theirs


_LINE = TypeAdapter(Beside)


class Record:
    """The file of a run: a line that says what was asked of whom, and a line a question.

    Raises:
        UnreadableSource: it cannot be read.
        InvalidRecord: a line of it is none of these.
    """

    def __init__(self, path: Path) -> None:
        self.path = path
        self.about: Mapping[str, str] | None = None
        self.lines: list[Beside] = []
        self._whole = 0  # bytes of whole lines
        if path.exists():
            self._read()

    def begin(self, about: Mapping[str, str]) -> None:
        """Ready to be added to.

        Raises:
            InvalidInput: the file holds answers of another model, archive or set.
        """
        if self.about is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self.about = dict(about)
            self._cut()
            self._append(json.dumps({"about": self.about}))
        others = [name for name, value in about.items() if self.about.get(name) != value]
        if others:
            hint = "name another file for this run, or ask as before"
            raise InvalidInput(f"{self.path} holds answers with another {', '.join(others)}", hint=hint)
        self._cut()

    def add(self, line: Beside) -> None:
        self._append(json.dumps(asdict(line), ensure_ascii=False, default=str))
        self.lines.append(line)

    def _cut(self) -> None:
        """Without the line on which it was interrupted; its question is asked again."""
        if self.path.exists() and self.path.stat().st_size > self._whole:
            os.truncate(self.path, self._whole)

    def _append(self, line: str) -> None:
        with self.path.open("a", encoding="utf-8") as file:
            file.write(line + "\n")
        self._whole = self.path.stat().st_size

    def _read(self) -> None:
        try:
            data = self.path.read_bytes()
        except OSError as error:
            raise UnreadableSource(f"cannot read the run: {error.strerror}", path=str(self.path)) from error
        *whole, half = data.split(b"\n")
        self._whole = len(data) - len(half)
        for number, line in enumerate(whole, start=1):
            try:
                if number == 1:
                    self.about = TypeAdapter(dict[str, dict[str, str]]).validate_json(line)["about"]
                else:
                    self.lines.append(_LINE.validate_json(line))
            except ValidationError as error:
                raise InvalidRecord(what_is_wrong(error), path=str(self.path), line=number) from error
            except KeyError as error:
                raise InvalidRecord("not a run of eval.beside", path=str(self.path), line=number) from error
