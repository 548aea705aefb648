"""Runs ``qa`` as a process, and watches the memory of that process and of all that it starts."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from collections import defaultdict
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import QAError

if TYPE_CHECKING:
    from collections.abc import Mapping

_EVERY_S = 0.25
_PROC = Path("/proc")


@dataclass(frozen=True, slots=True)
class Run:
    """One command.

    Attributes:
        report: the JSON that it printed.
        seconds: from its start to its end.
        memory: (seconds since the start, bytes) of the whole tree of processes; none where there is no ``/proc``.
    """

    report: Mapping[str, Any]
    seconds: float
    memory: tuple[tuple[float, int], ...]

    @property
    def peak(self) -> int | None:
        return max((size for _, size in self.memory), default=None)

    def over_time(self, points: int = 10) -> list[int]:
        """The largest bytes within each of so many equal parts of the time."""
        parts: dict[int, int] = defaultdict(int)
        for at, size in self.memory:
            part = min(int(at / self.seconds * points), points - 1)
            parts[part] = max(parts[part], size)
        return [parts[part] for part in sorted(parts)]


def qa(home: Path, *arguments: str) -> Run:
    """Run ``qa --home HOME … --json`` to its end.

    Raises:
        QAError: it failed; with what it said.
    """
    command = [sys.executable, "-m", "qa.cli", "--home", str(home), *arguments, "--json"]
    start = time.perf_counter()
    memory: list[tuple[float, int]] = []
    with tempfile.TemporaryFile() as out, tempfile.TemporaryFile() as err:
        process = subprocess.Popen(command, stdout=out, stderr=err)  # noqa: S603 - our own command, no shell
        try:
            while process.poll() is None:
                if size := tree_bytes(process.pid):
                    memory.append((time.perf_counter() - start, size))
                with suppress(subprocess.TimeoutExpired):
                    process.wait(_EVERY_S)
        finally:
            process.kill()
        seconds = time.perf_counter() - start
        said, printed = _read(err), _read(out)
    if process.returncode:
        lines = [line for line in said.splitlines() if line.startswith("qa: ")] or said.splitlines()[-1:]
        raise QAError(f"qa {arguments[0]} failed: {' '.join(lines).removeprefix('qa: ') or 'it said nothing'}")
    return Run(json.loads(printed.splitlines()[-1]), seconds, tuple(memory))


def tree_bytes(root: int) -> int:
    """Resident bytes of a process and all its descendants; what they share counts for each. 0 without ``/proc``."""
    children = defaultdict(list)
    for process in _PROC.glob("[0-9]*"):
        with suppress(OSError, IndexError, ValueError):
            children[_parent(process)].append(int(process.name))
    total, waiting = 0, [root]
    while waiting:
        process_id = waiting.pop()
        waiting += children[process_id]
        with suppress(OSError, IndexError, ValueError):
            pages = int((_PROC / str(process_id) / "statm").read_text("ascii").split()[1])
            total += pages * os.sysconf("SC_PAGE_SIZE")
    return total


def _parent(process: Path) -> int:
    """Behind the name, which stands in brackets and may hold anything."""
    return int((process / "stat").read_text("utf-8", "replace").rpartition(")")[2].split()[1])


def _read(file: Any) -> str:
    file.seek(0)
    return str(file.read().decode("utf-8", "replace"))
