"""A set made by editing: every original as nine outlets would print it, and the next day's story on the same thing.

Articles in, articles with the name of their family out; the same ones each time. Two articles are one report when they
are of one family. An update is a family of its own: new paragraphs, over the last paragraphs of the original.
"""

from __future__ import annotations

import random
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta

from qa.types import NUMBERED, Article, Block

SEED = 20210813
FEWEST_PARAGRAPHS = 6
FEWEST_WORDS = 150
_AGENCIES = ("(Reuters) - ", "(AP) — ", "(AFP) ", "— ")
_SWAPS = {"said": "says", "more": "over", "about": "around", "people": "persons", "also": "too", "but": "yet"}


@dataclass(frozen=True, slots=True)
class Member:
    """An article of the set.

    Attributes:
        family: the id of its original; of an update its own.
        made: by which edits.
    """

    article: Article
    family: str
    made: str


def usable(article: Article) -> bool:
    """Whether there is enough text to cut."""
    texts = _texts(article)
    return len(texts) >= FEWEST_PARAGRAPHS and sum(len(text.split()) for text in texts) >= FEWEST_WORDS


def make(originals: Sequence[Article], donors: Sequence[Article]) -> Iterator[Member]:
    """Each original with its copies and, for one in three, an update; texts that are new come from the donors."""
    for original in originals:
        chance = random.Random(f"{SEED} {original.given_id}")
        family = str(original.given_id)
        yield Member(original, family, "original")
        for number, (made, edit) in enumerate(EDITS.items(), 1):
            blocks = edit(list(original.blocks), chance, donors)
            yield Member(_printed(original, blocks, f"{family}-{made}", number, chance), family, made)
        if chance.random() < 1 / 3:
            name = f"{family}-update"
            yield Member(_printed(original, _updated(original, chance, donors), name, 1, chance), name, "update")


Edit = Callable[[list[Block], random.Random, Sequence[Article]], list[Block]]


def _prefixed(blocks: list[Block], chance: random.Random, _donors: Sequence[Article]) -> list[Block]:
    place = next(i for i, block in enumerate(blocks) if block.kind in NUMBERED)
    town = chance.choice(("PORT ELLERY", "NORTHSHORE", "CORVANNE"))
    blocks[place] = Block("paragraph", f"{town} {chance.choice(_AGENCIES)}{blocks[place].text}")
    return blocks


def _cut(blocks: list[Block], chance: random.Random, _donors: Sequence[Article]) -> list[Block]:
    """The first third to two thirds, as a paper prints that has no room."""
    numbered = [block for block in blocks if block.kind in NUMBERED]
    return numbered[: max(4, round(len(numbered) * chance.uniform(0.3, 0.65)))]


def _thinned(blocks: list[Block], chance: random.Random, _donors: Sequence[Article]) -> list[Block]:
    """Without a quarter of the paragraphs, wherever they stood."""
    return [block for block in blocks if chance.random() > 0.25] or blocks


def _reordered(blocks: list[Block], chance: random.Random, _donors: Sequence[Article]) -> list[Block]:
    first, *rest = blocks
    chance.shuffle(rest)
    return [first, *rest]


def _copy_edited(blocks: list[Block], chance: random.Random, _donors: Sequence[Article]) -> list[Block]:
    return [Block(block.kind, _reworded(block.text, chance)) for block in blocks]


def _localised(blocks: list[Block], chance: random.Random, donors: Sequence[Article]) -> list[Block]:
    """With a paragraph or two of the paper's own, never more than a fifth of all."""
    for _ in range(max(1, min(2, len(blocks) // 5))):
        own = Block("paragraph", chance.choice(_texts(chance.choice(donors))))
        blocks.insert(chance.randint(1, len(blocks)), own)
    return blocks


def _everything(blocks: list[Block], chance: random.Random, donors: Sequence[Article]) -> list[Block]:
    for edit in (_thinned, _copy_edited, _localised, _prefixed):
        blocks = edit(blocks, chance, donors)
    return blocks


EDITS: dict[str, Edit] = {
    "prefixed": _prefixed,
    "cut": _cut,
    "thinned": _thinned,
    "reordered": _reordered,
    "copy-edited": _copy_edited,
    "localised": _localised,
    "everything": _everything,
}


def _updated(original: Article, chance: random.Random, donors: Sequence[Article]) -> tuple[Block, ...]:
    """Mostly new text, with a quarter to two fifths of the whole as background from the original's end."""
    old = [block for block in original.blocks if block.kind in NUMBERED]
    new = [Block("paragraph", text) for text in _texts(chance.choice(donors))]
    words = sum(len(block.text.split()) for block in new) * chance.uniform(1 / 3, 2 / 3)
    background: list[Block] = []
    while old and sum(len(block.text.split()) for block in background) < words:
        background.insert(0, old.pop())
    return (*new, *background)


def _printed(original: Article, blocks: Sequence[Block], name: str, number: int, chance: random.Random) -> Article:
    day = date.fromisoformat((original.published_at or "2024-01-01")[:10]) + timedelta(days=chance.randint(1, 3))
    return replace(
        original,
        title=f"{_TITLES[number % len(_TITLES)]}: {' '.join(_texts(original)[0].split()[:7])}",
        blocks=tuple(blocks),
        source=f"Outlet {number}",
        url=None,
        published_at=day.isoformat(),
        updated_at=None,
        given_id=name,
    )


_TITLES = ("What we know", "Report", "In brief", "The story so far", "News from elsewhere")


def _reworded(text: str, chance: random.Random) -> str:
    """One word in twenty dropped or put in another way."""
    words = [_SWAPS.get(word, word) if chance.random() < 0.5 else word for word in text.split()]
    return " ".join(word for word in words if chance.random() > 0.04) or text


def _texts(article: Article) -> list[str]:
    return [block.text for block in article.blocks if block.kind in NUMBERED]
