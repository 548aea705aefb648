"""``python -m eval.beside``: see the package."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from contextlib import closing
from pathlib import Path
from typing import TYPE_CHECKING, Protocol

import eval.beside as package
from eval.beside import sheet, table
from eval.beside.ours import Ours, Watched
from eval.beside.record import Beside, Record, Said
from eval.quality.sets import draw
from eval.questions import Question, load
from eval.terminal import GOES_ON, Progress, command, positive, say
from qa.errors import InvalidInput

if TYPE_CHECKING:
    from qa.engine import Engine
    from qa.settings import Settings


class Asks(Protocol):
    """One side."""

    def ask(self, question: Question, /) -> Said: ...


def ask(questions: Sequence[Question], ours: Asks, theirs: Asks, record: Record) -> None:
    """Puts each question that the record does not have yet to both; what they said is kept at once.

    Questions within a conversation are left out, since LlamaIndex's engine has none.

    Raises:
        ModelUnreachable: nobody answers at the model's server; what was said so far is kept.
        QAError: the archive cannot be asked.
    """
    alone = [question for question in questions if not question.history]
    if len(alone) < len(questions):
        say(f"{len(questions) - len(alone)} questions within a conversation are left out")
    there = {line.question.id for line in record.lines}
    left = [question for question in alone if question.id not in there]
    progress = Progress("asked")
    for done, question in enumerate(left):
        progress(len(alone) - len(left) + done, len(alone))
        record.add(Beside(question, ours.ask(question), theirs.ask(question)))


@command(interrupted=GOES_ON)
def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.beside", description=package.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("run", type=Path, metavar="RUN", help="the file in which the answers are kept")
    parser.add_argument("--home", type=Path, help="archive that is asked")
    parser.add_argument("--questions", type=Path, help="question set")
    parser.add_argument("--limit", type=positive, help="so many questions, from all over the set")
    parser.add_argument("--seed", type=int, default=20, help="draws questions and sheets (default: 20)")
    parser.add_argument("--sheet", type=Path, help="write a sheet for reading by hand")
    parser.add_argument("--answers", type=positive, default=60, help="of each side on a sheet (default: 60)")
    parser.add_argument("--read", type=Path, nargs="+", metavar="FILE", help="one sheet or two that were filled in")
    _do(parser.parse_args(arguments))


def _do(options: argparse.Namespace) -> None:
    if options.home or options.questions:
        _ask(options)
    record = Record(options.run)
    if not record.lines:
        hint = "ask first, with --home and --questions"
        raise InvalidInput(f"{options.run} holds no answers", hint=hint)
    if options.sheet:
        count = sheet.write(record.lines, options.sheet, answers=options.answers, seed=options.seed)
        print(f"{count} statements to judge in {options.sheet}: {', '.join(sheet.VERDICTS)}")
    elif options.read:
        if len(options.read) > 2:
            raise InvalidInput("more than two sheets", hint="agreement is between two")
        print(sheet.report(record.lines, [sheet.read(path) for path in options.read]))
    else:
        print(f"{len(record.lines)} questions; " + ", ".join(f"{k} {v}" for k, v in (record.about or {}).items()))
        print()
        print(table.table(record.lines))


def _ask(options: argparse.Namespace) -> None:
    from eval.beside.theirs import Theirs
    from qa.models.weights import CROSS_ENCODER, READER
    from qa.settings import Settings

    if not (options.home and options.questions):
        raise InvalidInput("an archive without questions, or the other way round", hint="give --home and --questions")
    settings = Settings(home=options.home)
    if settings.llm.model is None:
        raise InvalidInput("no language model is named", hint="set QA_LLM_MODEL and QA_LLM_BASE_URL")
    asked = load(options.questions)
    record = Record(options.run)
    plain, phrasing, watched = _engines(settings)
    with closing(plain):
        record.begin({
            "model": settings.llm.model, "set": asked.sha256[:12], "archive": plain.archive.snapshot,
            "careful": str(settings.careful), "candidates": str(settings.candidates), "pool": str(settings.pool),
            "statements": str(settings.statements), "reader": READER.fingerprint, "judge": CROSS_ENCODER.fingerprint,
            "tokens": f"{settings.llm.prompt_tokens} in, {settings.llm.output_tokens} out",
            "draw": f"{options.limit or 'all'} by seed {options.seed}",
        })  # fmt: skip
        plain.warm()
        phrasing.warm()
        ask(
            draw(asked, options.limit, options.seed).questions,
            Ours(phrasing, watched),
            Theirs(plain, settings.llm),
            record,
        )


def _engines(settings: Settings) -> tuple[Engine, Engine, Watched]:
    """One without a language model, which finds for both; and one with it, over the same archive and parts."""
    from qa.apart import Rules
    from qa.engine import Engine, build
    from qa.models import cross_encoder, reading
    from qa.models.chat import ChatModel
    from qa.read.llm import LLMReader
    from qa.rerank import Reranker

    llm = LLMReader(ChatModel(settings.llm), prompt_tokens=settings.llm.prompt_tokens)
    plain = build(settings.model_copy(update={"llm": settings.llm.model_copy(update={"model": None})}))
    scorer = cross_encoder.load(settings.threads)
    watched = Watched(scorer)
    # Questions over several things are taken apart by rules, so that both sides are given the same.
    phrasing = Engine(
        settings,
        plain.archive,
        plain.retriever,
        Reranker(reading.load(settings.threads), scorer, first=settings.read_first),
        plain.reader,
        llm=llm,
        takes_apart=Rules(),
        verifier=watched,
    )
    return plain, phrasing, watched


if __name__ == "__main__":
    sys.exit(main())
