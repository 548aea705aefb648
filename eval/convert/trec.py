"""TREC's qrels and run files: into our questions and runs, and the names that both use for paragraphs.

A document is ``article#paragraph``, or an article alone. In both formats white space parts the fields, so in
names of ours white space, ``#`` and ``%`` are written as in a url.

    qrels   question iteration document grade
    run     question Q0 document rank score name
"""

from __future__ import annotations

import json
import math
import re
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import quote, unquote

from pydantic import BaseModel, Field

from eval.ask import Reply
from eval.convert.converted import Converted, Record
from eval.convert.sources import lines, records
from eval.runs import FORMAT, Run
from qa.errors import InvalidInput, InvalidRecord

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from eval.questions import Question, QuestionSet

_UNSAFE = re.compile(r"[\s#%]")
_OURS = re.compile(r"([^#]+)#([1-9][0-9]{0,8})")


@dataclass(frozen=True, slots=True)
class Ranked:
    """A line of a run file that counts: larger scores are better, the rank that is written there is not read."""

    document: str
    score: float


class _Topic(BaseModel):
    id: str = Field(alias="_id")
    text: str


def name_of(text: str) -> str:
    """An id as one field of a line."""
    return _UNSAFE.sub(lambda found: quote(found[0], safe=""), text)


def document_of(article: str, paragraph: int) -> str:
    return f"{name_of(article)}#{paragraph}"


def place_of(document: str) -> Record:
    """A gold entry for a document: its paragraph where the name has one, else the article."""
    ours = _OURS.fullmatch(document)
    return {"article": unquote(ours[1]), "paragraph": int(ours[2])} if ours else {"article": document}


def convert(sources: Sequence[Path]) -> Converted:
    """Qrels and topics, in this order, as a question set; the articles come by a way of their own.

    Topics are lines ``id<TAB>question``, or BEIR's ``queries.jsonl``. Questions without a relevant document are
    left out: they were not judged, or nobody found an answer, and the qrels do not say which.

    Raises:
        InvalidInput: not two files.
        UnreadableSource, InvalidRecord: a file is missing or malformed.
    """
    if len(sources) != 2:
        raise InvalidInput(f"{len(sources)} files given", hint="name the qrels, then the topics (id, tab, question)")
    relevant = _relevant(sources[0])
    topics = dict(_topics(sources[1]))
    missing = [name for name in relevant if name not in topics]
    if missing:
        message = f"{len(missing)} questions of the qrels have no topic; the first is {missing[0]!r}"
        raise InvalidRecord(message, path=str(sources[1]))
    asked = ((name, text) for name, text in topics.items() if relevant.get(name))
    questions = [{"id": n, "question": t, "answerable": True, "gold": list(relevant[n].values())} for n, t in asked]
    return Converted.of((), questions)


def read_run(path: Path) -> dict[str, tuple[Ranked, ...]]:
    """A run file: documents by question, best first; of equal scores the one that stands first.

    Raises:
        UnreadableSource: the file cannot be read.
        InvalidRecord: a line is not of a run file, or names a document of its question again.
    """
    found: dict[str, dict[str, float]] = defaultdict(dict)
    for number, (question, _, document, _, score, _) in _fields(path, 6):
        value = _number(score)
        if value is None:
            raise InvalidRecord(f"the score {score[:40]!r} is not a number", path=str(path), line=number)
        if document in found[question]:
            raise InvalidRecord(f"{document!r} stands twice for question {question!r}", path=str(path), line=number)
        found[question][document] = value
    return {q: tuple(Ranked(*item) for item in sorted(d.items(), key=lambda i: -i[1])) for q, d in found.items()}


def run_of(path: Path, questions: QuestionSet) -> Run:
    """Another engine's ranking as a run of ours, so that measures, reports and comparisons take it.

    It answers nothing, so only the measures of retrieval mean something. Questions without a line have an empty
    ranking.

    Raises:
        UnreadableSource, InvalidRecord: as ``read_run``.
        InvalidInput: the run and the set share no question.
    """
    ranking = read_run(path)
    if not any(name_of(question.id) in ranking for question in questions.questions):
        raise InvalidInput(f"{path} has no question of {questions.path}", hint="their ids must agree")
    meta = {
        "format": FORMAT, "set": questions.path, "set_sha256": questions.sha256, "asked": path.name,
        "question_ids": [question.id for question in questions.questions], "split": None, "snapshot": None,
        "settings": None, "models": None, "code_sha256": None, "concurrency": 1, "finished": True,
    }  # fmt: skip
    replies = tuple(_reply(q, ranking.get(name_of(q.id), ()), path.name) for q in questions.questions)
    return Run(meta, questions.questions, replies)


def _relevant(path: Path) -> Mapping[str, dict[str, Record]]:
    found: dict[str, dict[str, Record]] = defaultdict(dict)
    for number, (question, _, document, grade) in _fields(path, 4):
        if not grade.lstrip("-").isdigit():
            raise InvalidRecord(f"the grade {grade[:40]!r} is not a whole number", path=str(path), line=number)
        if int(grade) > 0:
            found[unquote(question)][document] = place_of(document)
    return found


def _fields(path: Path, count: int) -> Iterator[tuple[int, list[str]]]:
    for number, line in lines(path):
        fields = line.split()
        if len(fields) != count:
            message = f"{len(fields)} fields where {count} are needed"
            raise InvalidRecord(message, path=str(path), line=number)
        yield number, fields


def _number(text: str) -> float | None:
    try:
        value = float(text)
    except ValueError:
        return None
    return value if math.isfinite(value) else None


def _topics(path: Path) -> Iterator[tuple[str, str]]:
    if next((line for _, line in lines(path)), "").lstrip().startswith("{"):
        yield from ((topic.id, topic.text) for _, topic in records(path, _Topic))
        return
    for number, line in lines(path):
        name, tab, text = line.partition("\t")
        if not tab:
            hint = "write TREC's topics as lines of an id, a tab and the question"
            raise InvalidRecord("no tab between id and question", path=str(path), line=number, hint=hint)
        yield name.strip(), text.strip()


def _reply(question: Question, ranking: Sequence[Ranked], name: str) -> Reply:
    refusal = {"reason": "not_in_archive", "message": "a ranking, without an answer", "nearest": []}
    answer: dict[str, Any] = {
        "id": "", "question": question.question, "answered": False, "text": "", "statements": [], "citations": [],
        "refusal": refusal, "reader": name, "confidence": 0.0, "as_of": None, "snapshot": name, "timings_ms": {},
    }  # fmt: skip
    passages = tuple(_passage(item) for item in ranking)
    return Reply(question.id, json.loads(json.dumps(answer)), (), 0.0, passages=passages, told_passages=True)


def _passage(item: Ranked) -> dict[str, Any]:
    place = place_of(item.document)
    unknown = dict.fromkeys(("url", "title", "source", "published_at", "permalink"))
    return {**unknown, "article_id": place["article"], "paragraph": place.get("paragraph", 0), "text": ""}
