"""Inputs on which a promise was broken: one of each kind is cut down, and kept with how to see it again."""

from __future__ import annotations

import dataclasses
import hashlib
import shlex
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from eval.fuzz.cases import Case, case_of
from eval.fuzz.fleet import Task
from eval.fuzz.promises import Problem, outcome_of

_TRIES = 400  # readings that cutting one input down may cost


@dataclass(slots=True)
class Finding:
    """A kind of problem: the first input that showed it, and how many did."""

    task: Task
    problem: Problem
    count: int = 1


def keep(finding: Finding, folder: Path) -> str:
    """Write the input into a folder, and give the command that shows the problem again."""
    case = case_of(finding.task.reader, finding.task.seed, finding.task.number)
    if not finding.problem.kind.startswith(("hang", "crash")):  # those would end this process, too
        case = dataclasses.replace(case, data=smallest(case, finding.problem.kind))
    name = f"{finding.task.reader}-{hashlib.sha256(case.data).hexdigest()[:12]}"
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / f"{name}.bin"
    path.write_bytes(case.data)
    (folder / f"{name}.txt").write_text(
        f"{finding.problem.kind}\n\n{finding.problem.told}\n", errors="backslashreplace"
    )
    return _command(case, path)


def _command(case: Case, path: Path) -> str:
    told = ["--origin", case.origin, *(["--charset", case.charset] if case.charset else [])]
    return shlex.join(
        ["python", "-m", "eval.fuzz", "--replay", str(path), *told, *(["--follow"] if case.follow else [])]
    )


def smallest(case: Case, kind: str, *, tries: int = _TRIES) -> bytes:
    """The bytes without what can be left out while the same kind of problem shows; no search for the very least."""

    def shows(data: bytes) -> bool:
        problem = outcome_of(dataclasses.replace(case, data=data)).problem
        return problem is not None and problem.kind == kind

    return shrunk(case.data, shows, tries=tries)


def shrunk(data: bytes, shows: Callable[[bytes], bool], *, tries: int) -> bytes:
    """Pieces are left out, halves first and then ever smaller ones, as long as what is left still shows it."""
    size = len(data) // 2
    while size and tries:
        at = 0
        while at < len(data) and tries:
            tries -= 1
            shorter = data[:at] + data[at + size :]
            if shows(shorter):
                data = shorter
            else:
                at += size
        size //= 2
    return data
