"""Where each set comes from: its articles and questions as files in our own formats, and which questions are asked."""

from __future__ import annotations

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from eval import questions, realtimeqa
from eval.convert import FORMATS, Converted
from eval.convert.sources import member
from qa.errors import UnreadableSource

if TYPE_CHECKING:
    from eval.questions import QuestionSet

_SAMPLE = Path(__file__).parents[1] / "sets" / "sample"


@dataclass(frozen=True, slots=True)
class Data:
    """What is at hand, and how much of it is wanted.

    Attributes:
        folder: holds ``realtimeqa_news``, ``squad_dev`` and ``quail_news``, as far as they are there.
        articles: cut realtimeqa_news to so many articles; None for all.
    """

    folder: Path | None = None
    articles: int | None = None


@dataclass(frozen=True, slots=True)
class QASet:
    """A set as files that can be indexed and asked.

    Attributes:
        title: names it in the table.
        corpus: names its archive; sets over the same articles have the same.
        articles: a file of JSON Lines, or a folder of articles.
        questions: a question set.
        parts: tags whose questions have a row of their own.
        note: a line for the table on what is not asked; empty where all is.
    """

    name: str
    title: str
    corpus: str
    articles: Path
    questions: Path
    parts: tuple[str, ...] = ()
    note: str = ""

    @property
    def sha256(self) -> str:
        """Of the articles: of each file's name and bytes."""
        digest = hashlib.sha256()
        files = (
            [self.articles] if self.articles.is_file() else sorted(p for p in self.articles.rglob("*") if p.is_file())
        )
        for path in files:
            digest.update(path.name.encode() + hashlib.sha256(path.read_bytes()).digest())
        return digest.hexdigest()


class DataAbsent(UnreadableSource):
    """The data of a set are not on this machine."""


def prepare(name: str, data: Data, folder: Path) -> QASet:
    """The set of this name, converted into the folder.

    Raises:
        DataAbsent: its data are not there; the message says what to name.
        UnreadableSource, InvalidRecord: they are there, and malformed.
    """
    return SETS[name](name, data, folder)


def draw(asked: QuestionSet, most: int | None, seed: int) -> QuestionSet:
    """So many questions from all over the set, in its order; all of them for None.

    Drawn by a hash of seed and id: the same questions on every machine, and a larger draw holds the smaller.
    """
    chosen = {q.id for q in sorted(asked.questions, key=lambda q: _lot(q.id, seed))[:most]}
    return replace(asked, questions=tuple(q for q in asked.questions if q.id in chosen))


def load(qa_set: QASet) -> QuestionSet:
    return questions.load(qa_set.questions)


def _lot(question_id: str, seed: int) -> bytes:
    return hashlib.sha256(f"{seed} {question_id}".encode()).digest()


def _sample(name: str, _data: Data, _folder: Path) -> QASet:
    return QASet(name, "sample", "sample", _SAMPLE / "articles", _SAMPLE / "questions.jsonl")


def _realtimeqa(name: str, data: Data, folder: Path) -> QASet:
    made = realtimeqa.cut(_news(name, data), data.articles)
    unwritten = QASet(name, "realtimeqa_news", "realtimeqa", folder, folder, parts=("linked", "silver"))
    return _written(unwritten, Converted.of(made.articles, made.questions))


def _realtimeqa_as_of(name: str, data: Data, folder: Path) -> QASet:
    made = realtimeqa.cut(_news(name, data), data.articles, as_of=True)
    note = f"realtimeqa_news as of each day, questions not asked: {made.unknown:,}. No label says whether the archive "
    note += "of that day answers them: they are not marked unanswerable, and all their gold came later."
    unwritten = QASet(name, "realtimeqa_news as of each day", "realtimeqa", folder, folder, note=note)
    return _written(unwritten, Converted.of(made.articles, made.questions))


def _news(name: str, data: Data) -> Path:
    return realtimeqa.folder_from(_here(name, data, "realtimeqa_news", realtimeqa.VARIABLE))


def _squad(name: str, data: Data, folder: Path) -> QASet:
    source = member(_here(name, data, "squad_dev"), "dev-v2.0.json")
    return _written(QASet(name, "SQuAD 2.0 dev", "squad", folder, folder), FORMATS["squad"]([source]))


def _quail(name: str, data: Data, folder: Path) -> QASet:
    source = _here(name, data, "quail_news")
    return _written(QASet(name, "QuAIL news", "quail", folder, folder), FORMATS["quail"]([source]))


def _here(name: str, data: Data, inside: str, variable: str | None = None) -> Path:
    """The folder of one set's data: inside the folder of all, else where its own variable says."""
    named = os.environ.get(variable) if variable else None
    places = [*([data.folder / inside] if data.folder else []), *([Path(named)] if named else [])]
    found = next((place for place in places if place.is_dir()), None)
    if found is None:
        where = " or ".join(map(str, places)) or "no folder was named"
        by_variable = f", or {inside} itself by {variable}" if variable else ""
        hint = f"name the folder that holds {inside} by --data (make: DATA=FOLDER){by_variable}"
        raise DataAbsent(f"{name} is left out: its data are not here ({where})", path=where, hint=hint)
    return found


def _written(unwritten: QASet, converted: Converted) -> QASet:
    folder = unwritten.articles
    converted.write(folder)
    return replace(unwritten, articles=folder / "articles.jsonl", questions=folder / "questions.jsonl")


SETS: dict[str, Callable[[str, Data, Path], QASet]] = {
    "sample": _sample,
    "realtimeqa": _realtimeqa,
    "realtimeqa-as-of": _realtimeqa_as_of,
    "squad": _squad,
    "quail": _quail,
}
