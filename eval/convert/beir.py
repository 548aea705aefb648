"""BEIR (Thakur et al. 2021) -> an article a document, of one paragraph; the gold are the relevant documents.

A folder with ``corpus.jsonl``, ``queries.jsonl`` and ``qrels/*.tsv``. Questions without a relevant document in
the chosen qrels belong to another split, and are not asked. Grades above 0 count alike. The corpus is read as it
is written; a document without title and text is left out, since no paragraph can be made of it.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING

from pydantic import BaseModel, Field

from eval.convert.converted import Converted, Record, article_id
from eval.convert.sources import lines, member, records
from qa.errors import InvalidInput, InvalidRecord, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_TITLE = 60
"""Characters of the text that stand in for a title where there is none: an article must have one."""


class _Document(BaseModel):
    id: str = Field(alias="_id")
    title: str | None = None
    text: str


class _Query(BaseModel):
    id: str = Field(alias="_id")
    text: str


def convert(sources: Sequence[Path]) -> Converted:
    """The folder, and a qrels file where ``qrels/test.tsv`` is not the one that is wanted.

    Raises:
        InvalidInput: no folder is given, or it has several qrels and none is named.
        UnreadableSource, InvalidRecord: a file is missing or malformed.
    """
    if not 1 <= len(sources) <= 2:
        raise InvalidInput(f"{len(sources)} sources given", hint="name the folder, and a file of qrels if you like")
    folder, qrels = sources[0], sources[1] if len(sources) == 2 else _usual_qrels(sources[0])
    relevant = _relevant(qrels)
    asked = [query for _, query in records(member(folder, "queries.jsonl"), _Query)]
    _require_all(relevant, {query.id for query in asked}, qrels)
    questions = [_question(query, relevant[query.id], qrels) for query in asked if query.id in relevant]
    return Converted.of(_articles(member(folder, "corpus.jsonl")), questions)


def _usual_qrels(folder: Path) -> Path:
    found = sorted((folder / "qrels").glob("*.tsv"))
    chosen = [path for path in found if path.name == "test.tsv"] or found
    if not chosen:
        raise UnreadableSource("there is no qrels/*.tsv here", path=str(folder))
    if len(chosen) > 1:
        names = ", ".join(path.name for path in chosen)
        raise InvalidInput(f"{folder} has several qrels ({names})", hint="name one of them after the folder")
    return chosen[0]


def _relevant(path: Path) -> dict[str, list[str]]:
    """Documents of a grade above 0, by question, in the order of the file; the first line may be a heading."""
    found: dict[str, list[str]] = defaultdict(list)
    for number, line in lines(path):
        fields = line.split("\t")
        if number == 1 and fields[-1].strip() == "score":
            continue
        if len(fields) != 3 or not fields[2].strip().lstrip("-").isdigit():
            message = "not a question's id, a document's id and a whole number, parted by tabs"
            raise InvalidRecord(message, path=str(path), line=number)
        if int(fields[2]) > 0:
            found[fields[0]].append(fields[1])
    return found


def _require_all(relevant: dict[str, list[str]], known: set[str], path: Path) -> None:
    missing = [query for query in relevant if query not in known]
    if missing:
        message = f"{len(missing)} questions of the qrels are not in queries.jsonl; the first is {missing[0]!r}"
        raise InvalidRecord(message, path=str(path))


def _question(query: _Query, documents: Sequence[str], qrels: Path) -> Record:
    gold = [{"article": article_id(document), "paragraph": 1} for document in dict.fromkeys(documents)]
    return {"id": query.id, "question": query.text, "answerable": True, "gold": gold, "tags": [qrels.stem]}


def _articles(path: Path) -> Iterator[Record]:
    for _, document in records(path, _Document):
        title, text = (document.title or "").strip(), document.text.strip()
        if title or text:
            yield {
                "id": article_id(document.id),
                "title": title or " ".join(text[:_TITLE].split()),
                "paragraphs": [text or title],
            }
