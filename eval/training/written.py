"""Articles and questions of our own writing -> examples: which paragraph answers, and which only comes close.

The other sets are questions on a passage that was shown to whoever asked. Ours are asked of whole short articles, and
of stories of three articles, in other words than theirs, by somebody who has not seen the text; half of them the
articles nearly answer and do not. A question is read against the paragraphs that answer it and against those of the
same story that the reader before takes for an answer most readily, each in its setting (``qa.read.setting``): so the
model learns to choose among neighbours, which is what it does in service.

``written/*.jsonl`` holds one article a line: ``title``, ``date``, ``paragraphs``, and ``questions`` with ``q`` and
either ``in`` (numbers of all paragraphs that answer) with ``a`` (the answer's words in the first of them), or no ``in``
and ``near`` (the paragraph that tempts most) with ``kind`` of near miss. Articles of one ``story`` stand one after the
other; ``also`` lists paragraphs of its other articles that answer as well, ``near_also`` such that tempt:
``[article, paragraph]``, both counted from 1.

    python -m eval.training.written --examples examples.jsonl --rehearse 15000 --passes 2 --out second.jsonl
"""

from __future__ import annotations

import argparse
import datetime as dt
import itertools
import json
import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from qa.models import reading
from qa.read.setting import setting

SEED = 20261121
FOLDER = Path(__file__).parent / "written"
HELD = "09"
"""The file that is kept back; whole, since articles on one affair stand in one file."""

Place = tuple[int, int]
"""An article of a story and a paragraph in it, both counted from 1."""
Hardness = Callable[[str, Sequence[str]], Sequence[float]]
"""How readily each of these texts is taken for an answer to the question: the reader's logits."""

_BESIDE = (2, 1)  # paragraphs that do not answer, beside one that does and beside a near miss
_FROM = 4  # the hardest of which they are drawn
_DOUBTFUL = 4.0  # logit from which a paragraph that is not labelled may answer after all
_BARE, _BRIEF = 0.12, 0.15  # shares of questions read with nothing before the paragraph, and with title and day alone


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

    def setting(self, place: Place, *, brief: bool) -> str:
        article, number = self.articles[place[0] - 1], place[1]
        before = None if brief or number == 1 else self.text((place[0], number - 1))
        return setting(article["title"], dt.date.fromisoformat(article["date"]), before)


def stories(folder: Path = FOLDER) -> Iterator[Story]:
    """All of them, in order; an article that belongs to none is one by itself."""
    for path in sorted(folder.glob("*.jsonl")):
        with path.open(encoding="utf-8") as lines:
            articles = [json.loads(line) for line in lines]
        numbered = enumerate(articles)
        for _, group in itertools.groupby(numbered, lambda pair: pair[1].get("story", pair[0])):
            yield Story(path.stem, [article for _, article in group])


def written_examples(rng: random.Random, hardness: Hardness, told: Sequence[Story]) -> Iterator[dict[str, Any]]:
    """Examples of the files that are not kept back; those of one question share their ``group``."""
    for story in told:
        for number, article in enumerate(story.articles if story.file != HELD else (), 1):
            for asked in article["questions"]:
                group = f"{story.file}.{article['title']}.{asked['q']}"
                yield from _of_question(story, number, asked, group, rng, hardness)


def _of_question(
    story: Story, article: int, asked: dict[str, Any], group: str, rng: random.Random, hardness: Hardness
) -> Iterator[dict[str, Any]]:
    right = [(article, n) for n in asked["in"]]
    answering = {*right, *_elsewhere(asked, "also")}
    chosen = right[:1] or [(article, asked["near"]), *_elsewhere(asked, "near_also")]
    beside = _hardest(story, asked["q"], answering | set(chosen), hardness)
    drawn = rng.random()
    for place in [*chosen, *_draw(beside, _BESIDE[0 if right else 1], rng)]:
        before = "" if drawn < _BARE else story.setting(place, brief=drawn < _BARE + _BRIEF)
        text = story.text(place)
        start = text.find(asked["a"]) + len(before) if place in right else -1
        yield {
            "task": "question",
            "source": "written" if right else f"written/{asked['kind']}",
            "question": asked["q"],
            "context": before + text,
            "spans": [[start, start + len(asked["a"])]] if start >= 0 else [],
            "answerable": start >= 0,
            "group": group,
        }


def _elsewhere(asked: dict[str, Any], key: str) -> list[Place]:
    return [(article, number) for article, number in asked.get(key, ())]


def _hardest(story: Story, question: str, without: set[Place], hardness: Hardness) -> list[Place]:
    """The other paragraphs, the one first that is taken most readily for an answer; those that may be one left out."""
    others = [place for place in story.places() if place not in without]
    texts = [story.articles[place[0] - 1]["title"] + ". " + story.text(place) for place in others]
    scored = sorted(zip(hardness(question, texts), others, strict=True), reverse=True)
    return [place for logit, place in scored if logit < _DOUBTFUL]


def _draw(hardest: Sequence[Place], wanted: int, rng: random.Random) -> list[Place]:
    """The hardest, and of the next ones any."""
    return [*hardest[:1], *rng.sample(hardest[1:_FROM], min(wanted - 1, len(hardest[1:_FROM])))]


def rehearsed(lines: Sequence[str], wanted: int, rng: random.Random) -> Iterator[dict[str, Any]]:
    """So many of the first training's questions, so that what they taught is not lost; claims are left out."""
    for line in rng.sample(lines, len(lines)):
        if not wanted:
            return
        example = json.loads(line)
        if example["task"] == "question":
            wanted -= 1
            yield example


def _by_reader() -> Hardness:
    """The hardness by the weights in force; each question's is reckoned once."""
    model = reading.load()
    known: dict[str, Sequence[float]] = {}

    def hardness(question: str, texts: Sequence[str]) -> Sequence[float]:
        key = question + "\n" + "\n".join(texts)
        if key not in known:
            known[key] = [one.logit for one in model.read(question, [("", text) for text in texts])]
        return known[key]

    return hardness


def main() -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.training.written", description=(__doc__ or "").split("\n")[0])
    parser.add_argument("--examples", type=Path, required=True, help="those of eval.training.examples")
    parser.add_argument("--rehearse", type=int, default=15_000, help="how many of them to mix in")
    parser.add_argument("--passes", type=int, default=2, help="over our own articles, each with other draws")
    parser.add_argument("--out", type=Path, required=True)
    options = parser.parse_args()
    rng = random.Random(SEED)
    told, hardness = list(stories()), _by_reader()
    made = list(rehearsed(options.examples.read_text(encoding="utf-8").splitlines(), options.rehearse, rng))
    for number in range(options.passes):
        made += [one | {"group": f"{number}.{one['group']}"} for one in written_examples(rng, hardness, told)]
    options.out.write_text("".join(json.dumps(one, ensure_ascii=False) + "\n" for one in made), encoding="utf-8")
    print(f"{len(made):,} examples, {sum(one['answerable'] for one in made):,} of them answered")


if __name__ == "__main__":
    main()
