"""Sheets for reading by hand: statements with the paragraphs that they cite, and an empty column for the verdict.

Who said a statement is not on the sheet; answers of both sides stand mixed. A verdict is ``yes`` where the cited
paragraphs say all of it, ``partly``, ``no`` (also of what cites nothing), or ``-`` where it tells nothing that could be
so.
"""

from __future__ import annotations

import csv
import hashlib
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

from eval.beside.record import SIDES, Beside, Side
from qa.errors import InvalidInput, InvalidRecord, UnreadableSource

COLUMNS = ("id", "question", "statement", "cited", "verdict", "note")
VERDICTS = ("yes", "partly", "no", "-")
_FORMULA = ("=", "+", "-", "@", "\t", "\r")
"""With these a spreadsheet takes a cell for something to work out."""

Verdicts = Mapping[str, str]
"""The verdict of each statement by its id, as far as there is one."""


def write(lines: Sequence[Beside], path: Path, *, answers: int, seed: int) -> int:
    """Up to so many answers of each side, on the same questions as far as both answered; how many statements they have.

    Raises:
        UnreadableSource: the file is there already, or cannot be written.
    """
    chosen = [(side, line) for side in SIDES for line in _drawn(lines, side, answers, seed)]
    chosen.sort(key=lambda one: _lot(seed, one[0], one[1].question.id))
    rows = [row for side, line in chosen for row in _rows(side, line)]
    try:
        with path.open("x", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, COLUMNS)
            writer.writeheader()
            writer.writerows(rows)
    except FileExistsError as error:
        hint = "it may hold verdicts; name another file"
        raise UnreadableSource("the sheet is there already", path=str(path), hint=hint) from error
    except OSError as error:
        raise UnreadableSource(f"cannot write the sheet: {error.strerror}", path=str(path)) from error
    return len(rows)


def read(path: Path) -> dict[str, str]:
    """The verdicts of a sheet; rows without one are left out.

    Raises:
        UnreadableSource: it cannot be read.
        InvalidRecord: it is no such sheet, or a verdict is none of the four.
    """
    try:
        with path.open(encoding="utf-8-sig", newline="") as file:
            rows = [*csv.DictReader(file)]
    except (OSError, UnicodeDecodeError, csv.Error) as error:
        raise UnreadableSource(f"cannot read the sheet: {error}", path=str(path)) from error
    found = {}
    for number, row in enumerate(rows, start=1):
        if not row.get("id") or row.get("verdict") is None:
            raise InvalidRecord(
                "no id or no verdict", path=str(path), line=number, hint="columns: " + ", ".join(COLUMNS)
            )
        verdict = row["verdict"].strip().strip("'").lower()
        if verdict and verdict not in VERDICTS:
            hint = "one of " + ", ".join(VERDICTS)
            raise InvalidRecord(f"row {number} has the verdict {verdict[:40]!r}", path=str(path), hint=hint)
        if verdict:
            found[row["id"]] = verdict
    return found


def report(lines: Sequence[Beside], sheets: Sequence[Verdicts]) -> str:
    """For each sheet and side, the share of statements that are fully supported; of two sheets, how far they agree.

    Raises:
        InvalidInput: a sheet has a statement that is not of this run.
    """
    sides = {_id(side, line, place): side for side in SIDES for line in lines for place in _places(side, line)}
    strange = [row for sheet in sheets for row in sheet if row not in sides]
    if strange:
        raise InvalidInput(
            f"statement {strange[0]!r} is not of this run", hint="name the run that the sheet was made of"
        )
    told = [
        "| sheet | side | statements | fully supported | yes / partly / no / - |",
        "| --- | --- | --- | --- | --- |",
    ]
    for number, sheet in enumerate(sheets, start=1):
        told += [_summed(number, side, [v for row, v in sheet.items() if sides[row] == side]) for side in SIDES]
    if len(sheets) == 2:
        told += ["", _agreement(*sheets)]
    return "\n".join(told)


def kappa(pairs: Sequence[tuple[str, str]]) -> float | None:
    """Cohen's kappa (1960): agreement beyond chance. None where chance alone makes both agree on everything."""
    first, second = Counter(a for a, _ in pairs), Counter(b for _, b in pairs)
    by_chance = sum(first[verdict] * second[verdict] for verdict in first) / len(pairs) ** 2
    agreed = sum(a == b for a, b in pairs) / len(pairs)
    return None if by_chance == 1 else (agreed - by_chance) / (1 - by_chance)


def _drawn(lines: Sequence[Beside], side: Side, answers: int, seed: int) -> list[Beside]:
    """By a lot that hangs on the question alone."""
    answered = [line for line in lines if line.of(side).answered]
    return sorted(answered, key=lambda line: _lot(seed, line.question.id))[:answers]


def _rows(side: Side, line: Beside) -> Iterator[dict[str, str]]:
    said = line.of(side)
    for place in _places(side, line):
        stated = said.statements[place]
        cited = [said.paragraphs[number] for number in stated.cited]
        shown = "\n\n".join(f"{one.title} ({(one.published_at or '')[:10]}): {one.text}" for one in cited)
        cells = {"question": line.question.question, "statement": stated.text, "cited": shown}
        yield {"id": _id(side, line, place), **{name: _plain(cell) for name, cell in cells.items()}}


def _places(side: Side, line: Beside) -> range:
    return range(len(line.of(side).statements))


def _id(side: Side, line: Beside, place: int) -> str:
    """Tells nothing of the side to who reads it."""
    text = line.of(side).statements[place].text
    return hashlib.sha256(f"{side} {line.question.id} {place} {text}".encode()).hexdigest()[:12]


def _lot(seed: int, *of: str) -> bytes:
    return hashlib.sha256(f"{seed} {' '.join(of)}".encode()).digest()


def _plain(cell: str) -> str:
    return f"'{cell}" if cell.startswith(_FORMULA) else cell


def _summed(number: int, side: Side, verdicts: Sequence[str]) -> str:
    counts = Counter(verdicts)
    telling = len(verdicts) - counts["-"]
    share = f"{counts['yes'] / telling:.3f}" if telling else "–"
    each = " / ".join(str(counts[verdict]) for verdict in VERDICTS)
    return f"| {number} | {side} | {len(verdicts)} | {share} | {each} |"


def _agreement(one: Verdicts, other: Verdicts) -> str:
    pairs = [(verdict, other[row]) for row, verdict in one.items() if row in other]
    if not pairs:
        return "No statement has a verdict on both sheets."
    beyond = kappa(pairs)
    agreed = sum(a == b for a, b in pairs) / len(pairs)
    told = "not defined, since chance alone makes them agree" if beyond is None else f"{beyond:.3f}"
    return f"Of {len(pairs)} statements with two verdicts they agree on {agreed:.1%}; Cohen's kappa {told}."
