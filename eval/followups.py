"""Follow-ups beside the same questions asked alone: what the understanding of a conversation costs.

    python -m eval.followups --home HOME [--split tune|held] [QUESTIONS]

QUESTIONS (by default the set that comes with the project) has ``history`` with its questions and, where they can be
answered, ``standalone``: the same as somebody would ask it without a conversation. Each is put with its history, and
its standalone form without; those tagged ``ask-back`` should be asked back. What went wrong is listed, with what was
understood.
"""

from __future__ import annotations

import argparse
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from eval.ask import EngineAsker, Reply
from eval.judge import judge
from eval.measures import citation_hit
from eval.questions import Question, load
from eval.terminal import command, share

SET = Path(__file__).parent / "sets" / "followups" / "questions.jsonl"
ASK_BACK, STANDS_ALONE = "ask-back", "stands-alone"


@dataclass(frozen=True, slots=True)
class Asked:
    """One question, with its history and alone."""

    question: Question
    followed: Reply
    alone: Reply | None

    @property
    def asked_back(self) -> bool:
        refusal = self.followed.answer["refusal"]
        return bool(refusal and refusal["reason"] == "ambiguous")

    @property
    def right(self) -> bool:
        return _is_right(self.question, self.followed)

    @property
    def right_alone(self) -> bool:
        return bool(self.alone and _is_right(self.question, self.alone))

    @property
    def understood(self) -> str:
        shown = self.followed.answer["understood"]
        return str(shown["question"] if shown else self.question.question)


def put(asker: EngineAsker, question: Question) -> Asked:
    alone = question.standalone and asker.ask(replace(question, question=question.standalone, history=()))
    return Asked(question, asker.ask(question), alone or None)


def untouched(one: Asked) -> bool:
    """Whether a question that stands alone was answered as it is without the talk before it."""
    return one.alone is not None and _same(one.followed.answer, one.alone.answer)


def _same(one: Any, other: Any) -> bool:
    passing = {"id", "timings_ms"}
    return {k: v for k, v in one.items() if k not in passing} == {k: v for k, v in other.items() if k not in passing}


def _is_right(question: Question, reply: Reply) -> bool:
    return citation_hit(judge(question, reply))[0] == 1.0


def _report(found: list[Asked]) -> None:
    back = [one for one in found if ASK_BACK in one.question.tags]
    alone = [one for one in found if STANDS_ALONE in one.question.tags]
    rest = [one for one in found if one not in back and one not in alone]
    third = [one for one in rest if "third-turn" in one.question.tags]
    for title, some in (("follow-ups", rest), ("of a third turn", third)):
        print(f"{title}: first citation right {share([o.right for o in some])}; asked alone", end=" ")
        print(f"{share([o.right_alone for o in some])}; asked back needlessly {share([o.asked_back for o in some])}")
    print(f"to be asked back: asked back {share([o.asked_back for o in back])}")
    print(f"stand alone: the same answer as without the talk before {share([untouched(o) for o in alone])}")
    for one in found:
        if one in rest and one.right_alone and not one.right:
            _tell("lost", one)
        elif one in back and not one.asked_back:
            _tell("not asked back", one)


def _tell(what: str, one: Asked) -> None:
    reason = one.followed.answer["refusal"] and one.followed.answer["refusal"]["reason"]
    print(f"  {what}: {one.question.id} {one.question.question} -> {one.understood}{f' ({reason})' if reason else ''}")


@command()
def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.followups", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("questions", nargs="?", type=Path, default=SET)
    parser.add_argument("--home", type=Path, required=True, help="archive that holds the sample articles")
    parser.add_argument("--split", choices=("tune", "held"), help="one half of the set")
    _report(_found(parser.parse_args(arguments)))


def _found(options: argparse.Namespace) -> list[Asked]:
    from contextlib import closing

    from qa.engine import build
    from qa.settings import Settings

    asked = load(options.questions).split(options.split)
    with closing(build(Settings(home=options.home))) as engine:
        return [put(EngineAsker(engine), question) for question in asked.questions]


if __name__ == "__main__":
    sys.exit(main())
