"""Articles and questions of our own writing -> examples: which paragraph answers, and which only comes close.

The other sets are questions on a passage that was shown to whoever asked. Ours are asked of whole short articles, and
of stories of three articles, in other words than theirs, by somebody who has not seen the text; half of them the
articles nearly answer and do not. A question is read against a paragraph that answers it and against others that the
service would find for it among all our articles (``eval.training.found``), each in its setting (``qa.read.setting``):
so the model learns to choose among those between which it has to choose in service.

``written/*.jsonl`` holds one article a line: ``title``, ``date``, ``paragraphs``, and ``questions`` with ``q`` and
either ``in`` (numbers of all paragraphs that answer) with ``a`` (the answer's words in the first of them), or no ``in``
and ``near`` (the paragraph that tempts most) with ``kind`` of near miss. Articles of one ``story`` stand one after the
other; ``also`` lists paragraphs of its other articles that answer as well, ``near_also`` such that tempt:
``[article, paragraph]``, both counted from 1.

    python -m eval.training.written --examples examples.jsonl --rehearse 2000 --out second.jsonl
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import random
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from eval.training.found import Finds, Placed, service
from eval.training.general import general

SEED = 20261121
FOLDER = Path(__file__).parent / "written"
HELD = "09"
"""The file that is kept back; whole, since articles on one affair stand in one file."""

Place = tuple[int, int]
"""An article of a story and a paragraph in it, both counted from 1."""

_BESIDE = (2, 1)  # of the first found, beside a paragraph that answers and beside a near miss; and one of the others
_FIRST, _OTHERS = 5, 14
_BARE, _BRIEF = 0.08, 0.15  # shares of questions read with nothing before the paragraph, and with title and day alone


@dataclass(frozen=True, slots=True)
class Story:
    """One article, or three on one affair.

    Attributes:
        file: where it stands.
        articles: as they were written.
    """

    file: str
    articles: list[dict[str, Any]]

    def places(self) -> list[Place]:
        return [(a, n) for a, one in enumerate(self.articles, 1) for n in range(1, len(one["paragraphs"]) + 1)]

    def text(self, place: Place) -> str:
        text: str = self.articles[place[0] - 1]["paragraphs"][place[1] - 1]
        return text

    def placed(self, place: Place) -> Placed:
        article, number = self.articles[place[0] - 1], place[1]
        before = self.text((place[0], number - 1)) if number > 1 else None
        return Placed(article["title"], dt.date.fromisoformat(article["date"]), before, self.text(place))

    def answering(self, article: int, asked: dict[str, Any]) -> list[Place]:
        """Every paragraph that answers a question on one of its articles, the one with the answer's words first."""
        return [*((article, number) for number in asked["in"]), *_elsewhere(asked, "also")]

    def tempting(self, article: int, asked: dict[str, Any]) -> list[Place]:
        """The paragraphs that tempt most, of a question that none answers."""
        return [(article, asked["near"]), *_elsewhere(asked, "near_also")] if "near" in asked else []


def stories(folder: Path = FOLDER) -> Iterator[Story]:
    """All of them, in order; an article that belongs to none is one by itself."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            articles = [json.loads(line) for line in lines]
        numbered = enumerate(articles)
        for _, group in itertools.groupby(numbered, lambda pair: pair[1].get("story", pair[0])):
            yield Story(path.stem, [article for _, article in group])


def written_examples(rng: random.Random, find: Finds, told: Sequence[Story]) -> Iterator[dict[str, Any]]:
    """Examples of the files that are not kept back; those of one question share their ``group``."""
    for story in told:
        for number, article in enumerate(story.articles if story.file != HELD else (), 1):
            for asked in article["questions"]:
                yield from _of_question(story, number, asked, rng, find)


def _of_question(
    story: Story, article: int, asked: dict[str, Any], rng: random.Random, find: Finds
) -> Iterator[dict[str, Any]]:
    right = [story.placed(place) for place in story.answering(article, asked)]
    chosen = right[:1] or [story.placed(place) for place in story.tempting(article, asked)]
    known = {one.text for one in (*right, *chosen)}
    beside = [one for one in find(asked["q"]) if one.text not in known]
    drawn = rng.random()
    for one in [*chosen, *_draw(beside, _BESIDE[0 if right else 1], rng)]:
        before = "" if drawn < _BARE else one.setting(brief=drawn < _BARE + _BRIEF)
        start = one.text.find(asked["a"]) + len(before) if one in right else -1
        yield {
            "task": "question",
            "source": "written" if right else f"written/{asked['kind']}",
            "question": asked["q"],
            "context": before + one.text,
            "spans": [[start, start + len(asked["a"])]] if start >= 0 else [],
            "answerable": start >= 0,
            "group": f"{story.file}.{story.articles[article - 1]['title']}.{asked['q']}",
        }


def _elsewhere(asked: dict[str, Any], key: str) -> list[Place]:
    return [(article, number) for article, number in asked.get(key, ())]


def _draw(found: Sequence[Placed], wanted: int, rng: random.Random) -> list[Placed]:
    """So many of the first that were found, and one of the next."""
    first, others = found[:_FIRST], found[_FIRST:_OTHERS]
    return [*rng.sample(first, min(wanted, len(first))), *rng.sample(others, min(1, len(others)))]


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
    parser.add_argument("--rehearse", type=int, default=2_000, help="how many of them to mix in")
    parser.add_argument("--general", type=int, default=1_200, help="how many more, each beside texts like its own")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rng = random.Random(SEED)
    told = list(stories())
    lines = options.examples.read_text(encoding="utf-8").splitlines()
    made = list(rehearsed(lines, options.rehearse, rng))
    with tempfile.TemporaryDirectory() as folder:
        for number, one in enumerate(general(lines, options.general, Path(folder), rng)):
            made += one.examples(f"general.{number}")
    with service([article for story in told for article in story.articles]) as find:
        made += written_examples(rng, find, told)
    options.out.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in made), encoding="utf-8")
    print(f"{len(made):,} examples, {sum(one['answerable'] for one in made):,} of them answered")


if __name__ == "__main__":
    main()
