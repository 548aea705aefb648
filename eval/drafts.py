"""From use to set: kept questions with their ratings, as the draft of a question set for a person to label.

Every line has ``"label": "todo"``, so that ``qa eval run`` refuses it until somebody has looked at it and taken
that out. What readers rated up brings the cited paragraphs along as proposed gold, as far as they still stand;
where none does, nothing is proposed: a set would count any answer as right. What they rated down, or not at all,
proposes nothing either: why an answer is wrong is for the person to say.
"""

from __future__ import annotations

import datetime as dt
import json
from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

from qa.errors import CitationNotFound, UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

    from qa.catalogue import Asked, Feedback
    from qa.types import ResolvedCitation

Record = dict[str, Any]


class KeptArchive(Protocol):
    """What a draft needs of an archive."""

    def asked(self) -> Sequence[Asked]: ...
    def feedback(self) -> Sequence[Feedback]: ...
    def resolve(self, citation_id: str) -> ResolvedCitation: ...


@dataclass(frozen=True, slots=True)
class _Case:
    """One question, however often it was asked: its answers, oldest first, with all that readers said of them."""

    answers: tuple[Asked, ...]
    feedback: tuple[Feedback, ...]

    @property
    def ratings(self) -> list[str]:
        return sorted({given.rating for given in self.feedback}, reverse=True)


def draft(archive: KeptArchive) -> Iterator[Record]:
    """A record a question, in the order in which they were first asked.

    Questions that differ in letter case, white space or nothing are one, if asked as of the same day. Where
    readers disagree, nothing is proposed. Tags: ``draft``; ``up``, ``down`` or ``unrated``; ``refused``,
    ``narrowed`` (filters, which a set does not have) and ``follow-up`` (a conversation before it) where they apply
    to the newest answer that was rated, which is the one that proposes, or to the newest where none was.
    """
    for case in _cases(archive.asked(), archive.feedback()):
        yield _record(case, archive)


def write_draft(archive: KeptArchive, path: Path) -> int:
    """The draft as JSON Lines; gives how many questions it has.

    Raises:
        UnreadableSource: the file is there already, perhaps with labels in it, or cannot be written.
    """
    records = list(draft(archive))
    try:
        with path.open("x", encoding="utf-8") as file:
            file.writelines(json.dumps(record, ensure_ascii=False) + "\n" for record in records)
    except FileExistsError as error:
        hint = "choose another name, or move it away"
        raise UnreadableSource("the file is there already", path=str(path), hint=hint) from error
    except OSError as error:
        raise UnreadableSource(f"cannot write the draft: {error.strerror}", path=str(path)) from error
    return len(records)


def _cases(asked: Iterable[Asked], feedback: Iterable[Feedback]) -> Iterator[_Case]:
    said: dict[str, list[Feedback]] = defaultdict(list)
    for given in feedback:
        said[given.answer_id].append(given)
    alike: dict[tuple[str, dt.date | None], list[Asked]] = defaultdict(list)
    for question in asked:
        alike[" ".join(question.question.casefold().split()), question.as_of].append(question)
    for answers in alike.values():
        yield _Case(tuple(answers), tuple(given for answer in answers for given in said[answer.answer_id]))


def _record(case: _Case, archive: KeptArchive) -> Record:
    shown = _shown(case)
    record: Record = {
        "id": f"draft-{case.answers[0].answer_id}",
        "label": "todo",
        "question": shown.question,
        "tags": ["draft", *(case.ratings or ["unrated"]), *_circumstances(shown)],
    }
    if shown.as_of is not None:
        record["as_of"] = shown.as_of.isoformat()
    if case.ratings == ["up"]:
        record |= _proposed(shown, archive)
    comments = [given.comment for given in case.feedback if given.comment]
    return record | ({"note": " / ".join(comments)} if comments else {})


def _shown(case: _Case) -> Asked:
    """The newest answer that was rated; the newest where none was."""
    rated = {given.answer_id for given in case.feedback}
    return next((answer for answer in reversed(case.answers) if answer.answer_id in rated), case.answers[-1])


def _circumstances(asked: Asked) -> list[str]:
    named = {"refused": not asked.answered, "narrowed": asked.narrowed, "follow-up": asked.follows}
    return [name for name, applies in named.items() if applies]


def _proposed(asked: Asked, archive: KeptArchive) -> Record:
    """The cited paragraphs, if any stands; of a refusal that readers found right, that the archive has no answer."""
    if not asked.answered:
        return {"answerable": False}
    gold = [entry for citation in asked.citations for entry in _gold(citation, archive)]
    return {"answerable": True, "gold": [dict(entry) for entry in dict.fromkeys(gold)]} if gold else {}


def _gold(citation: str, archive: KeptArchive) -> Iterator[tuple[tuple[str, Any], ...]]:
    """The paragraph as it is numbered now; none where it was changed or taken away since."""
    try:
        found = archive.resolve(citation)
    except CitationNotFound:
        return
    if found.status in {"current", "moved"} and found.number_now is not None:
        yield ("article", found.article_id), ("paragraph", found.number_now)
