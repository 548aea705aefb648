"""Questions with the passages among which the ranker is to find the one that answers.

Those on articles of our own with what the service finds for them (``eval.training.found``), those of the other sets
with texts that share their words (``eval.training.general``). One question a line: ``question``, ``texts``, how many of
the first of them are ``right``, and the cross-encoder's ``logits`` for those of the other sets.

    python -m eval.training.ranked --examples examples.jsonl --out ranked.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from pathlib import Path
from typing import Any

from eval.training.found import Finds, service
from eval.training.general import general
from eval.training.written import Story, questions, stories

SEED = 1
_RIGHT = 2  # passages at most that answer
_FIRST, _FROM, _OTHERS = 5, 12, 2  # passages that do not: so many of the first, and any of the rest


def ranked(told: Sequence[Story], find: Finds, rng: random.Random) -> Iterator[dict[str, Any]]:
    """The answerable questions of the files that are not kept back."""
    for story, number, asked in questions(told):
        right = [story.placed(place) for place in story.answering(number, asked)]
        if not right:
            continue
        texts = {one.text for one in right}
        others = [one for one in find(asked["q"]) if one.text not in texts]
        rest = others[_FROM:]
        beside = [
            *rng.sample(others[:_FROM], min(_FIRST, len(others))),
            *rng.sample(rest, min(_OTHERS, len(rest))),
        ]
        shown = rng.sample(right, min(_RIGHT, len(right)))
        read = [one.setting(brief=True) + one.text for one in (*shown, *beside)]
        yield {"question": asked["q"], "texts": read, "right": len(shown), "logits": None}


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.training.ranked", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--examples", type=Path, required=True, help="those of eval.training.examples")
    parser.add_argument("--general", type=int, default=3_400, help="how many of their questions to mix in")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rng, told = random.Random(SEED), list(stories())
    with service([article for story in told for article in story.articles]) as find:
        made = list(ranked(told, find, rng))
    lines = options.examples.read_text(encoding="utf-8").splitlines()
    with tempfile.TemporaryDirectory() as folder:
        for one in general(lines, options.general, Path(folder), rng):
            line = asdict(one)
            del line["spans"]
            made.append(line | {"right": 1})
    rng.shuffle(made)
    options.out.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in made), encoding="utf-8")
    print(f"{len(made):,} questions")


if __name__ == "__main__":
    main()
