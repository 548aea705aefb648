"""Articles and questions of our own writing -> examples: which paragraph answers, and which only comes close.

The other sets are questions on a passage that was shown to whoever asked. Ours are asked of whole short articles, in
other words than theirs, by somebody who has not seen the text; half of them the article nearly answers and does not. A
question is read against the paragraphs that answer it and against those of the same article that come closest, so the
model learns to choose among neighbours, which is what it does in service.

``written/*.jsonl`` holds one article a line: ``title``, ``date``, ``paragraphs``, and ``questions`` with ``q`` and
either ``in`` (numbers of all paragraphs that answer) with ``a`` (the answer's words in the first of them), or no ``in``
and ``near`` (the paragraph that tempts most) with ``kind`` of near miss.

    python -m eval.training.written --examples examples.jsonl --rehearse 15000 --passes 2 --out second.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import re
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any

SEED = 20261121
FOLDER = Path(__file__).parent / "written"
HELD = "09"
"""The file that is kept back; whole, since articles on one affair stand in one file."""

_BESIDE = 2  # paragraphs of the same article that do not answer, read beside the one that does
_BARE = 0.25  # share of questions read without the title, as the service reads its best passage once more


def articles(folder: Path = FOLDER) -> Iterator[tuple[str, dict[str, Any]]]:
    """The file's name and the article of each line, in order."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            for line in lines:
                yield path.stem, json.loads(line)


def written_examples(rng: random.Random, folder: Path = FOLDER) -> Iterator[dict[str, Any]]:
    """Examples of the files that are not kept back; those of one question share their ``group``."""
    for place, (file, article) in enumerate(articles(folder)):
        for number, asked in enumerate(article["questions"] if file != HELD else ()):
            yield from _of_question(article, asked, f"{place}.{number}", rng)


def _of_question(
    article: dict[str, Any], asked: dict[str, Any], group: str, rng: random.Random
) -> Iterator[dict[str, Any]]:
    title = "" if rng.random() < _BARE else article["title"] + ". "
    chosen = asked["in"][:1] or [asked["near"]]
    others = [n for n in range(1, len(article["paragraphs"]) + 1) if n not in asked["in"] and n not in chosen]
    rng.shuffle(others)
    others.sort(key=lambda n: -_shared(asked["q"], article["paragraphs"][n - 1]))
    beside = [*others[:1], *rng.sample(others[1:], min(_BESIDE - 1, len(others[1:])))]
    for number in [*chosen, *(beside if asked["in"] else beside[:1])]:
        text = article["paragraphs"][number - 1]
        start = text.find(asked["a"]) + len(title) if number in asked["in"] else -1
        yield {
            "task": "question",
            "source": "written" if asked["in"] else f"written/{asked['kind']}",
            "question": asked["q"],
            "context": title + text,
            "spans": [[start, start + len(asked["a"])]] if start >= 0 else [],
            "answerable": start >= 0,
            "group": group,
        }


def _shared(question: str, text: str) -> int:
    return len(set(re.findall(r"\w{4,}", question.lower())) & set(re.findall(r"\w{4,}", text.lower())))


def rehearsed(lines: Sequence[str], wanted: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """So many of the first training's questions, so that what they taught is not lost; claims are left out."""
    for line in rng.sample(lines, len(lines)):
        if not wanted:
            return
        example = json.loads(line)
        if example["task"] == "question":
            wanted -= 1
            yield example


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.training.written", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--examples", type=Path, required=True, help="those of eval.training.examples")
    parser.add_argument("--rehearse", type=int, default=15_000, help="how many of them to mix in")
    parser.add_argument("--passes", type=int, default=2, help="over our own articles, each with other draws")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rng = random.Random(SEED)
    made = list(rehearsed(options.examples.read_text(encoding="utf-8").splitlines(), options.rehearse, rng))
    for number in range(options.passes):
        made += [one | {"group": f"{number}.{one['group']}"} for one in written_examples(rng)]
    options.out.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in made), encoding="utf-8")
    print(f"{len(made):,} examples, {sum(one['answerable'] for one in made):,} of them answered")


if __name__ == "__main__":
    main()
