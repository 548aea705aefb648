"""MultiHop-RAG's own scores of a run, as its authors count them, and strict ones beside them.

The authors' rules are those of ``retrieval_evaluate.py`` and ``qa_evaluate.py`` in github.com/yixuantt/MultiHop-RAG
(Tang & Yang 2024), restated. They are lenient: one fact of several makes a hit, a fact may stand in any article and
across the ends of words, and one word in common makes an answer right. What they call MAP is no mean average
precision. Null queries count for answers only. The set comes by ``qa eval convert multihop``.

    python -m eval.multihop RUN MultiHopRAG.json
"""

from __future__ import annotations

import argparse
import json
import re
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from eval.convert.converted import article_id
from eval.convert.multihop import NULL, Asked, Evidence, read_asked, squeezed
from eval.judge import contains_any
from eval.library import one_line
from eval.runs import Run, load
from eval.terminal import command
from qa.errors import InvalidInput

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from eval.ask import Reply

DEPTH = 10
REFUSED = "Insufficient information."
"""What a refusal is to the authors' scorer: the answer of their null queries, which their prompt asks for."""
_SAID = re.compile(r'The answer to the question is "(.*?)"')


@dataclass(frozen=True, slots=True)
class Passage:
    """A ranked text and the article that it is of."""

    article: str
    text: str


@dataclass(frozen=True, slots=True)
class Counted:
    """What one question adds to each mean, from 0 to 1; ``recall`` is the strict scorer's alone."""

    hits_at_10: float
    hits_at_4: float
    map_at_10: float
    mrr_at_10: float
    recall_at_10: float | None = None


def official(ranking: Sequence[str], facts: Sequence[str]) -> Counted:
    """The authors' retrieval scores of one question.

    All blanks and line ends are taken out of facts and texts. A rank is relevant where its text contains any
    fact. Hits@k: a relevant rank among the first k. MRR: 1 by the first relevant rank. 'MAP': over the relevant
    ranks, the facts that no earlier rank had by the rank, summed, by the number of facts.
    """
    wanted, found = [squeezed(fact) for fact in facts], set[str]()
    ranks: list[int] = []
    gained = 0.0
    for rank, text in enumerate(map(squeezed, ranking[:DEPTH]), start=1):
        held = {fact for fact in wanted if fact in text}
        if held:
            ranks.append(rank)
            gained += len(held - found) / rank
            found |= held
    first = ranks[0] if ranks else None
    return Counted(
        hits_at_10=float(first is not None),
        hits_at_4=float(first is not None and first <= 4),
        map_at_10=gained / max(min(len(facts), DEPTH), 1),
        mrr_at_10=1 / first if first else 0.0,
    )


def strict(ranking: Sequence[Passage], evidence: Sequence[Evidence]) -> Counted:
    """The same names, each fact being asked for: where it stands word for word in a passage of its own article.

    Hits@k: every fact among the first k. Recall: the share of facts. MAP: average precision, the ranks that
    bring a fact for the first time being the relevant ones, by the number of facts (Manning et al. 2008, ch. 8.4).
    MRR: as usual.
    """
    ranks = [_rank(ranking[:DEPTH], item) for item in _distinct(evidence)]
    found = sorted({rank for rank in ranks if rank is not None})
    precision = {rank: place / rank for place, rank in enumerate(found, start=1)}
    count = max(len(ranks), 1)
    return Counted(
        hits_at_10=float(bool(ranks) and None not in ranks),
        hits_at_4=float(bool(ranks) and all(rank is not None and rank <= 4 for rank in ranks)),
        map_at_10=sum(precision[rank] for rank in ranks if rank is not None) / count,
        mrr_at_10=1 / found[0] if found else 0.0,
        recall_at_10=sum(rank is not None for rank in ranks) / count,
    )


def official_answer(said: str, expected: str) -> bool:
    """Both have a word in common: parted at white space, letter case aside, punctuation being part of a word.

    What stands in ``The answer to the question is "…"`` is the answer, where that is said.
    """
    named = _SAID.search(said)
    return not set((named[1] if named else said).lower().split()).isdisjoint(expected.lower().split())


def strict_answer(answer: Mapping[str, object], asked: Asked) -> bool:
    """A null query is refused; any other is answered, and the expected answer stands in the text as whole words."""
    if asked.question_type == NULL:
        return not answer["answered"]
    return bool(answer["answered"]) and contains_any([str(answer["text"])], [asked.answer])


def score(run: Run, asked: Mapping[str, Asked]) -> dict[str, dict[str, float | None]]:
    """Means over the run's questions, ``official`` and ``strict``; None where no question counts.

    Args:
        run: of the converted set, its passages told.
        asked: by the ids of that set, see ``eval.convert.multihop.read_asked``.

    Raises:
        InvalidInput: the run is of another set.
    """
    pairs = [(_asked(question.id, asked), reply) for question, reply in zip(run.questions, run.replies, strict=True)]
    ranked = [(item, reply) for item, reply in pairs if item.question_type != NULL]
    lenient = [official([str(p["text"]) for p in r.passages], [e.fact for e in a.evidence_list]) for a, r in ranked]
    exact = [strict(_passages(reply), item.evidence_list) for item, reply in ranked]
    answers = [official_answer(_text(reply), item.answer) for item, reply in pairs]
    return {
        "official": {**_means(lenient), "answer": _mean(answers)},
        "strict": {**_means(exact), "answer": _mean([strict_answer(reply.answer, item) for item, reply in pairs])},
    }


def _asked(name: str, asked: Mapping[str, Asked]) -> Asked:
    if name not in asked:
        raise InvalidInput(f"question {name!r} is not of MultiHop-RAG", hint='convert it by "qa eval convert"')
    return asked[name]


def _distinct(evidence: Sequence[Evidence]) -> list[Evidence]:
    return list({(item.url, item.fact): item for item in evidence}.values())


def _rank(ranking: Sequence[Passage], evidence: Evidence) -> int | None:
    named, fact = {evidence.url, article_id(evidence.url)}, one_line(evidence.fact)
    words = re.compile(rf"(?<!\w){re.escape(fact)}(?!\w)")
    held = (passage.article in named and bool(words.search(one_line(passage.text))) for passage in ranking)
    return next((rank for rank, holds in enumerate(held, start=1) if holds), None)


def _passages(reply: Reply) -> list[Passage]:
    return [Passage(str(item["article_id"]), str(item["text"])) for item in reply.passages]


def _text(reply: Reply) -> str:
    return str(reply.answer["text"]) if reply.answer["answered"] else REFUSED


def _means(counted: Sequence[Counted]) -> dict[str, float | None]:
    names = ("hits_at_10", "hits_at_4", "map_at_10", "mrr_at_10", "recall_at_10")
    columns = {name: [getattr(item, name) for item in counted] for name in names}
    return {name: _mean(values) for name, values in columns.items() if None not in values}


def _mean(values: Iterable[float]) -> float | None:
    listed = list(values)
    return sum(listed) / len(listed) if listed else None


@command()
def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.multihop", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("run", type=Path, help="folder of a run of the converted set")
    parser.add_argument("queries", type=Path, help="MultiHopRAG.json, as it was converted")
    options = parser.parse_args()
    print(json.dumps(score(load(options.run), read_asked(options.queries)), indent=1, allow_nan=False))


if __name__ == "__main__":
    sys.exit(main())
