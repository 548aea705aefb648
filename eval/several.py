"""Questions over several articles: how many of their parts are told, with and without taking the questions apart.

    python -m eval.several --home HOME [--split tune|held] [QUESTIONS]

QUESTIONS (by default the set that comes with the project) is JSON Lines: ``id``, ``question``, ``kind`` (``compare``,
``change`` or ``timeline``) and ``parts``, each with what it is ``about`` and its ``gold`` as in any question set; a
part without gold is one that the archive does not tell. Every question is put twice to the engine, whole and in parts.
"""

from __future__ import annotations

import argparse
import copy
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Literal

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from eval.ask import EngineAsker, Reply
from eval.judge import hits_gold
from eval.questions import Gold, Question, half_of, what_is_wrong
from eval.terminal import command, share
from qa.errors import InvalidRecord, UnreadableSource

SET = Path(__file__).parent / "sets" / "several" / "questions.jsonl"
_UNTOLD = "found nothing that answers"


class GoldRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    article: str
    paragraph: int = Field(ge=1)


class PartRecord(BaseModel):
    model_config = ConfigDict(extra="forbid", strict=True)

    about: str
    gold: list[GoldRecord]


class Several(BaseModel):
    """One question of the set."""

    model_config = ConfigDict(extra="forbid", strict=True)

    id: str
    kind: Literal["compare", "change", "timeline"]
    question: str
    parts: list[PartRecord] = Field(min_length=2)

    @property
    def gold(self) -> list[list[Gold]]:
        """Of each part, the paragraphs of which each tells it."""
        return [[Gold(one.article, one.paragraph) for one in part.gold] for part in self.parts]


@dataclass(frozen=True, slots=True)
class Told:
    """What one answer tells of a question's parts.

    Attributes:
        parts: whether each part is cited by a right paragraph; None for a part that the archive does not tell.
        right: whether each citation is of one of the parts.
        named: whether the answer says, as refusals do, that something asked for was not found.
    """

    asked: Several
    answered: bool
    parts: tuple[bool | None, ...]
    right: tuple[bool, ...]
    named: bool
    latency_ms: float


def told(asked: Several, reply: Reply) -> Told:
    answer = reply.answer
    hits = [
        [any(hits_gold(citation, text, gold) for gold in golds) for golds in asked.gold]
        for citation, text in zip(answer["citations"], reply.paragraphs, strict=True)
    ]
    notes = answer["understood"]["notes"] if answer["understood"] else ()
    return Told(
        asked=asked,
        answered=bool(answer["answered"]),
        parts=tuple(any(hit[n] for hit in hits) if golds else None for n, golds in enumerate(asked.gold)),
        right=tuple(any(hit) for hit in hits),
        named=not answer["answered"] or any(_UNTOLD in note for note in notes),
        latency_ms=reply.latency_ms,
    )


def load(path: Path) -> list[Several]:
    """The questions of a set.

    Raises:
        UnreadableSource: the file cannot be read.
        InvalidRecord: a line is not a question of such a set.
    """
    try:
        lines = path.read_bytes().splitlines()
    except OSError as error:
        raise UnreadableSource(f"cannot read the question set: {error.strerror}", path=str(path)) from error
    return [_one(line, path, number) for number, line in enumerate(lines, start=1) if line.strip()]


def _one(line: bytes, path: Path, number: int) -> Several:
    try:
        return Several.model_validate_json(line)
    except ValidationError as error:
        raise InvalidRecord(what_is_wrong(error), path=str(path), line=number) from error


def report(title: str, found: Sequence[Told]) -> None:
    parts = [part for one in found for part in one.parts if part is not None]
    whole = [all(part for part in one.parts if part is not None) for one in found if None not in one.parts]
    gaps = [one for one in found if None in one.parts]
    print(f"{title}: parts cited {share(parts)}; all parts of a question {share(whole)}", end="; ")
    print(f"citations right {share([right for one in found for right in one.right])}", end="; ")
    print(f"answered {share([one.answered for one in found])}", end="; ")
    print(f"of those with a part that is not told: said so {share([one.named for one in gaps])}", end=", ")
    print(f"nothing else cited {share([all(one.right) for one in gaps])}", end="; ")
    print(f"p50 {median(one.latency_ms for one in found):.0f} ms")


def _kinds(found: Sequence[Told]) -> dict[str, list[Told]]:
    kinds = sorted({one.asked.kind for one in found})
    return {kind: [one for one in found if one.asked.kind == kind] for kind in kinds}


@command()
def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.several", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("questions", nargs="?", type=Path, default=SET)
    parser.add_argument("--home", type=Path, required=True, help="archive that holds the sample articles")
    parser.add_argument("--split", choices=("tune", "held"), help="one half of the set")
    parser.add_argument("--list", action="store_true", help="each question with what was told of its parts")
    _put(parser.parse_args(arguments))


def _put(options: argparse.Namespace) -> None:
    from contextlib import closing

    from qa.engine import build
    from qa.settings import Settings

    asked = [one for one in load(options.questions) if options.split in {None, half_of(one.id)}]
    with closing(build(Settings(home=options.home))) as engine:
        engine.warm()
        whole = copy.copy(engine)
        whole.takes_apart = None
        for title, asker in (("whole", EngineAsker(whole)), ("in parts", EngineAsker(engine))):
            found = [told(one, asker.ask(Question(one.id, one.question))) for one in asked]
            report(title, found)
            for kind, some in _kinds(found).items():
                report(f"  {kind}", some)
            if options.list:
                _list(found)


def _list(found: Sequence[Told]) -> None:
    said: Callable[[bool | None], str] = {True: "told", False: "missed", None: "-"}.__getitem__
    for one in found:
        wrong = f", {one.right.count(False)} wrong" if not all(one.right) else ""
        print(f"    {one.asked.id} {', '.join(map(said, one.parts))}{wrong}{', named' if one.named else ''}")


if __name__ == "__main__":
    sys.exit(main())
