"""Questions of the other sets, each beside texts that share its words, and what the cross-encoder makes of them.

Training on our own articles alone makes a model forget what general questions look like. Here the text that answers is
known, and the cross-encoder, which was trained on general questions, says how near the others come.
"""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np

from qa.catalogue import IndexEntry
from qa.index.lexical import LexicalIndex
from qa.index.selection import Selection
from qa.models import cross_encoder

SHARES = {"squadshifts": 0.42, "qed_nq": 0.19, "nq_oracle": 0.19, "timeqa": 0.1, "multispanqa": 0.05, "qamr": 0.05}
_FIRST, _OTHERS = 4, 2  # of the texts found: the first ones, and any of the next
_FOUND = 14
_SHORTEST_QUESTION = 5  # words
_LONGEST = 1_200  # code points of a text
_LESS, _DOUBTFUL = 1.0, 4.0  # logits: nearer than that, a text may answer after all
_WRONG = 3


@dataclass(frozen=True, slots=True)
class WithOthers:
    """A question with texts, the first of which answers.

    Attributes:
        spans: where the answer stands in the first text, code points.
        logits: the cross-encoder's, one a text.
    """

    question: str
    spans: list[list[int]]
    texts: list[str]
    logits: list[float]

    def examples(self, group: str) -> Iterator[dict[str, Any]]:
        """For the reading model: the text that answers, and those that surely do not."""
        most = min(self.logits[0] - _LESS, _DOUBTFUL)
        wrong = [text for text, logit in zip(self.texts, self.logits, strict=True) if logit < most]
        for text, spans in [(self.texts[0], self.spans), *((text, []) for text in wrong[:_WRONG])]:
            known = {"task": "question", "source": "general", "question": self.question, "group": group}
            yield known | {"context": text, "spans": spans, "answerable": bool(spans)}


def general(lines: Sequence[str], wanted: int, folder: Path, rng: random.Random) -> Iterator[WithOthers]:
    """So many questions of ``eval.training.examples``; ``folder`` takes the word index that is made of their texts."""
    examples = [one for line in lines if _is_good(one := json.loads(line))]
    texts = sorted({one["context"] for one in examples})
    find, scorer = _finder(texts, folder), cross_encoder.load()
    for source, share in SHARES.items():
        mine = [one for one in examples if one["source"] == source]
        for one in rng.sample(mine, min(len(mine), round(share * wanted))):
            context = one["context"]
            others = [text for text in find(one["question"]) if text not in context and context not in text]
            rest = others[_FIRST:]
            beside = [context, *others[:_FIRST], *rng.sample(rest, min(_OTHERS, len(rest)))]
            yield WithOthers(one["question"], one["spans"], beside, scorer.score(one["question"], beside))


def _is_good(example: dict[str, Any]) -> bool:
    return (
        example["task"] == "question"
        and example["source"] in SHARES
        and example["answerable"]
        and len(example["question"].split()) >= _SHORTEST_QUESTION
        and len(example["context"]) <= _LONGEST
    )


def _finder(texts: Sequence[str], folder: Path) -> Callable[[str], list[str]]:
    index = LexicalIndex(folder)
    index.upsert(IndexEntry(key, "", "", text) for key, text in enumerate(texts))
    index.commit()
    everything = _everything(len(texts))
    return lambda question: [texts[key] for key in index.search(question, _FOUND, everything)]


def _everything(size: int) -> Selection:
    keys = np.arange(size)
    return Selection(np.ones(size, dtype=bool), keys, np.zeros(size, dtype=np.int32), size, ())
