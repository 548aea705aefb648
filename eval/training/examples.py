"""Training rows -> examples for the reading model: questions that a passage answers or nearly answers, and claims.

The near misses are what the model is for, and most are made here, from rows that are answerable:

* ``without``: the passage less every sentence that answers. What is left is about the same people and matters.
* ``deleted``: the answer's words cut from the sentence ('The manager, Jane Roe, said' to 'The manager said'). So
  that the cut itself gives nothing away, another question, which the same damaged text still answers, goes with it.
* ``swapped``: a name or number of the question that stands in the passage, exchanged for another.
* ``neighbour``: a question on another sentence of the same collection that shares most words with it.

    python -m eval.training.examples --data FOLDER --out examples.jsonl
"""

from __future__ import annotations

import argparse
import json
import random
import re
import sys
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from eval.terminal import command
from eval.training.sources import Row, rows
from eval.training.text import Place, answer_places, cut, mentions, sentence_of, sentences, tidy, window

SEED = 20261121
Example = dict[str, Any]

_NAME = re.compile(r"(?<=\s)(?:[A-Z][\w'’-]+(?: (?:of |the )?[A-Z][\w'’-]+)*)")
_NUMBER = re.compile(r"\b\d[\d,.]*\b")
_WORD = re.compile(r"\w+")
_LABELS = {"entailment": [0], "neutral": [1], "contradiction": [2], "supported": [0], "not_supported": [1, 2]}
"""Classes that a label allows: 0 supported, 1 neither, 2 contradicted."""


@dataclass(frozen=True, slots=True)
class Recipe:
    """How one set of answerable rows is turned into examples.

    Attributes:
        most: rows to use; `deleted` makes two examples of some, or none.
        sentences: about how long a passage may be.
        without, deleted, swapped: shares of each kind of near miss.
        keep: which rows to use.
    """

    most: int
    sentences: int
    without: float
    swapped: float
    deleted: float
    keep: Callable[[Row], bool] = field(default=lambda _: True)


RECIPES: tuple[tuple[str, Recipe], ...] = (
    ("squadshifts", Recipe(9500, 4, 0.30, 0.12, 0.10, lambda row: row["domain"] == "new_wiki")),
    ("squadshifts", Recipe(6000, 4, 0.30, 0.08, 0.10, lambda row: row["domain"] != "new_wiki")),
    ("qed_nq", Recipe(8200, 3, 0.25, 0.12, 0.10)),
    ("nq_oracle", Recipe(2650, 4, 0.0, 0.10, 0.0)),
    ("timeqa", Recipe(2000, 3, 0.3, 0.25, 0.1)),
    ("qamr", Recipe(33000, 1, 0.0, 0.10, 0.38)),
    ("fairytaleqa", Recipe(1500, 4, 0.35, 0.0, 0.0)),
)
CLAIMS: tuple[tuple[str, int], ...] = (
    ("rte", 10_000),
    ("fever_symmetric", 10_000),
    ("fool_me_twice", 10_000),
    ("begin", 4600),
    ("wice", 10_000),
)
_AGREED = 0.67  # of the annotators of climate_fever; below, a label is a coin's toss
_LONGEST_CLAIM_PREMISE = 180  # words
_WORDS = (4, 230)  # shortest and longest passage


class Maker:
    """Makes all examples, in an order and with draws that depend on the seed alone."""

    def __init__(self, folder: Path, *, seed: int = SEED) -> None:
        self._folder = folder
        self._rng = random.Random(seed)
        self._made: list[Example] = []
        self._names = self._names_of(("squadshifts", "qed_nq", "qamr"))

    def make(self) -> list[Example]:
        """Every example, shuffled."""
        for name, recipe in RECIPES:
            self._read(name, recipe)
        self._lists()
        self._timeqa_none()
        self._similar()
        self._neighbours(5000)
        self._claims()
        self._rng.shuffle(self._made)
        return self._made

    def _names_of(self, sets: Sequence[str]) -> list[str]:
        found = {
            name.group()
            for one in sets
            for row in rows(self._folder, one)[::3]
            for name in _NAME.finditer(row["context"])
        }
        return sorted(name for name in found if 1 < len(name) < 40)

    def _read(self, name: str, recipe: Recipe) -> None:
        kept = [row for row in rows(self._folder, name) if row["answerable"] and recipe.keep(row)]
        self._rng.shuffle(kept)
        by_context: dict[str, list[Row]] = defaultdict(list)
        for row in kept:
            by_context[row["context"]].append(row)
        left = recipe.most
        for siblings in by_context.values():
            passage = _Passage.of(siblings)
            for row in siblings if passage.places else ():
                if not left:
                    return
                places = answer_places(row)
                at = {i for place in places if (i := sentence_of(passage.places, place)) is not None}
                if at:
                    left -= 1
                    self._one(name, recipe, passage, _Asked(row, places, sorted(at)))

    def _one(self, name: str, recipe: Recipe, passage: _Passage, asked: _Asked) -> None:
        drawn = self._rng.random()
        if drawn < recipe.without and len(passage.places) > 1:
            self._without(name, recipe, passage, asked)
        elif drawn < recipe.without + recipe.deleted:
            self._deleted(name, recipe, passage, asked)
        else:
            self._answerable(name, recipe, passage, asked)

    def _without(self, name: str, recipe: Recipe, passage: _Passage, asked: _Asked) -> None:
        drop = {
            i
            for i, (start, end) in enumerate(passage.places)
            if i in asked.at or any(mentions(passage.text[start:end], a["text"]) for a in asked.row["answers"])
        }
        chosen = window(len(passage.places), asked.at[:1], recipe.sentences + 1, drop, self._rng)
        if chosen:
            self._add(f"{name}/without", asked.row["question"], passage.cut(chosen).text, [])

    def _deleted(self, name: str, recipe: Recipe, passage: _Passage, asked: _Asked) -> None:
        short = [place for place in asked.places if len(passage.text[slice(*place)].split()) <= 5]
        if not short:
            return
        place = self._rng.choice(short)
        sentence = sentence_of(passage.places, place)
        assert sentence is not None
        made = passage.cut(window(len(passage.places), [sentence], recipe.sentences, (), self._rng))
        start, end = (offset + made.shift[sentence] for offset in place)
        damaged = tidy(made.text[:start] + made.text[end:])
        if any(mentions(damaged, answer["text"]) for answer in asked.row["answers"]):
            return
        self._add(f"{name}/deleted", asked.row["question"], damaged, [])
        for other in passage.rows:
            if other is not asked.row and self._still_answered(name, other, passage.text, place, damaged):
                return

    def _still_answered(self, name: str, other: Row, text: str, gone: Place, damaged: str) -> bool:
        places = answer_places(other)
        words = [text[start:end] for start, end in places if text[start:end] in damaged]
        if not words or any(start < gone[1] and gone[0] < end for start, end in places):
            return False
        spans = [(damaged.find(one), damaged.find(one) + len(one)) for one in words]
        self._add(f"{name}/deleted", other["question"], damaged, spans)
        return True

    def _answerable(self, name: str, recipe: Recipe, passage: _Passage, asked: _Asked) -> None:
        kept = self._rng.choice(asked.at)
        chosen = window(len(passage.places), [kept], recipe.sentences, (), self._rng)
        if self._rng.random() < 0.2 and len(chosen) > 2:  # holes must not tell: answerable passages have them too
            spare = [i for i in chosen if i not in asked.at]
            if spare:
                chosen.remove(self._rng.choice(spare))
        made = passage.cut(chosen)
        if self._rng.random() < recipe.swapped:
            swapped = self._swapped(asked.row["question"], made.text)
            if swapped:
                self._add(f"{name}/swapped", swapped, made.text, [])
                return
        spans = [span for place in asked.places if (span := passage.moved(place, made.shift))]
        if spans:
            self._add(name, asked.row["question"], made.text, spans)

    def _swapped(self, question: str, text: str) -> str | None:
        """The question with one of its names or numbers that the text has exchanged for another; None for none."""
        found = [m for m in _NAME.finditer(question) if m.group() in text and m.group() != "I"]
        found += [m for m in _NUMBER.finditer(question) if m.group() in text]
        if not found:
            return None
        one = self._rng.choice(found)
        other = self._other_number(one.group()) if one.group()[0].isdigit() else self._other_name(one.group(), text)
        return question[: one.start()] + other + question[one.end() :] if other else None

    def _other_number(self, number: str) -> str | None:
        step = self._rng.choice([-10, -7, -3, -2, -1, 1, 2, 3, 5, 8, 12])
        other = int(re.sub(r"\D", "", number) or 0) + step
        return str(other) if other >= 0 else None

    def _other_name(self, name: str, text: str) -> str | None:
        drawn = self._rng.sample(self._names, min(60, len(self._names)))
        return next((n for n in drawn if len(n.split()) == len(name.split()) and n not in text), None)

    def _lists(self) -> None:
        for row in rows(self._folder, "multispanqa_valid"):
            places = answer_places(row)
            if places:
                self._add("multispanqa", row["question"], row["context"], places)

    def _timeqa_none(self) -> None:
        for row in rows(self._folder, "timeqa"):
            if not row["answerable"]:
                self._add("timeqa/none", row["question"], " ".join(row["context"].split()[:150]), [])

    def _similar(self) -> None:
        kept = rows(self._folder, "synthetic_none")
        self._rng.shuffle(kept)
        for row in kept[:9000]:
            passage = _Passage.of([row])
            if not passage.places:
                continue
            asked = _words(row["question"])
            best = max(
                range(len(passage.places)),
                key=lambda i: len(asked & _words(passage.text[slice(*passage.places[i])])),
            )
            made = passage.cut(window(len(passage.places), [best], 4, (), self._rng))
            self._add("synthetic_none", row["question"], made.text, [])

    def _neighbours(self, most: int) -> None:
        kept = rows(self._folder, "qamr")
        self._rng.shuffle(kept)
        contexts = sorted({row["context"] for row in kept})
        holding: dict[str, list[int]] = defaultdict(list)
        for i, context in enumerate(contexts):
            for word in {word for word in _words(context) if len(word) > 3}:
                holding[word].append(i)
        for row in kept[:most]:
            context = _closest(row, contexts, holding)
            if context:
                self._add("qamr/neighbour", row["question"], context, [])

    def _claims(self) -> None:
        for name, most in CLAIMS:
            self._claim_rows(name, most)
        self._claim_rows("climate_fever", 4000, lambda row: row.get("agreement", 1) >= _AGREED)
        self._neutral(self._claim_rows("fever_gold", 13_000), 4500)
        self._claim_rows("snli_devtest", 5000)

    def _claim_rows(self, name: str, most: int, keep: Callable[[Row], bool] = lambda _: True) -> list[Row]:
        short = [
            row
            for row in rows(self._folder, name)
            if keep(row) and len(row["premise"].split()) <= _LONGEST_CLAIM_PREMISE
        ]
        self._rng.shuffle(short)
        for row in short[:most]:
            self._add_claim(name, row["claim"].strip(), row["premise"], _LABELS[row["label"]])
        return short[:most]

    def _neutral(self, supported: Sequence[Row], most: int) -> None:
        """FEVER's evidence with another claim on the same name: neither supports the other."""
        by_name: dict[str, list[Row]] = defaultdict(list)
        for row in supported:
            for name in _NAME.finditer(" " + row["claim"]):
                by_name[name.group()].append(row)
        for row in supported:
            first = _NAME.search(" " + row["claim"])
            others = [
                other
                for other in (by_name[first.group()][:50] if first else ())
                if other["premise"] != row["premise"] and other["claim"] != row["claim"]
            ]
            if others and most:
                most -= 1
                self._add_claim("fever_pairs", row["claim"], self._rng.choice(others)["premise"], [1])

    def _add(self, source: str, question: str, context: str, spans: Sequence[Place]) -> None:
        question = question.strip()
        if not question.endswith("?"):
            question += "?" if self._rng.random() < 0.8 else ""
        if not _WORDS[0] <= len(context.split()) <= _WORDS[1]:
            return
        if self._rng.random() < 0.9:
            question = question[:1].upper() + question[1:]
        example = {"task": "question", "source": source, "question": question, "context": context}
        self._made.append(example | {"spans": [list(span) for span in spans], "answerable": bool(spans)})

    def _add_claim(self, source: str, claim: str, premise: str, allowed: list[int]) -> None:
        example = {"task": "claim", "source": source, "question": claim, "context": premise, "allowed": allowed}
        self._made.append(example)


@dataclass(frozen=True, slots=True)
class _Asked:
    """A row, where its answers stand, and in which sentences."""

    row: Row
    places: list[Place]
    at: list[int]


@dataclass(frozen=True, slots=True)
class _Passage:
    """A context with its sentences and all rows that ask about it."""

    text: str
    places: list[Place]
    rows: Sequence[Row]

    @classmethod
    def of(cls, siblings: Sequence[Row]) -> _Passage:
        text = siblings[0]["context"]
        return cls(text, sentences(text), siblings)

    def cut(self, chosen: Sequence[int]) -> Any:
        return cut(self.text, self.places, chosen)

    def moved(self, place: Place, shift: dict[int, int]) -> Place | None:
        """Where a place stands in a cut; None where its sentence was left out."""
        sentence = sentence_of(self.places, place)
        if sentence is None or sentence not in shift:
            return None
        return place[0] + shift[sentence], min(place[1], self.places[sentence][1]) + shift[sentence]


def _words(text: str) -> set[str]:
    return set(_WORD.findall(text.lower()))


def _closest(row: Row, contexts: Sequence[str], holding: dict[str, list[int]]) -> str | None:
    """The other context that shares most with the question, rare words first, and does not hold its answer."""
    shared: dict[int, float] = defaultdict(float)
    for word in sorted(_words(row["question"])):
        at = holding.get(word, ())
        if len(at) < 300:
            for i in at:
                shared[i] += 1 / len(at) ** 0.5
    for i in sorted(shared, key=lambda i: -shared[i])[:3]:
        held = any(mentions(contexts[i], answer["text"]) for answer in row["answers"])
        if contexts[i] != row["context"] and not held:
            return contexts[i]
    return None


@command()
def main() -> None:
    parser = argparse.ArgumentParser(
        prog="python -m eval.training.examples", description=(__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--data", type=Path, required=True, help="folder with the training sets (NAME.jsonl.gz)")
    parser.add_argument("--out", type=Path, required=True, help="file to write, JSON Lines")
    options = parser.parse_args()
    made = Maker(options.data).make()
    with options.out.open("w", encoding="utf-8") as file:
        file.writelines(json.dumps(example, ensure_ascii=False) + "\n" for example in made)
    for (source, answerable), count in sorted(_counted(made).items()):
        print(f"{count:7}  {source}  {answerable}")


def _counted(made: Sequence[Example]) -> Counter[tuple[str, str]]:
    kinds = {True: "answerable", False: "not answerable", None: "claims"}
    return Counter((example["source"], kinds[example.get("answerable")]) for example in made)


if __name__ == "__main__":
    sys.exit(main())
