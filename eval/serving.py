"""The service as users run it: ``qa serve`` in a process of its own, asked over a socket, watched from outside.

A home folder in; addresses, times, memory and processor time out. Nothing of the engine runs in this process, so what
is measured is the service alone; the default settings, whatever ``QA_…`` says here.
"""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from qa.errors import QAError, ServiceError

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    import httpx

PATIENCE_S = 120
_SAYS_READY = "Answering on "


@dataclass(frozen=True, slots=True)
class Memory:
    """Resident megabytes (of 10**6 bytes), mapped files that are in memory included; None where no system tells."""

    now_mb: float | None
    peak_mb: float | None


@dataclass(frozen=True, slots=True)
class Served:
    """A running service.

    Attributes:
        ready_s: from the start of its process until it was ready: archive open, models loaded and run once.
    """

    url: str
    pid: int
    ready_s: float

    def memory(self) -> Memory:
        return Memory(self._told_mb("VmRSS"), self._told_mb("VmHWM"))

    def cpu_s(self) -> float | None:
        """Processor seconds it took so far, of all threads; None where no system tells."""
        stat = Path(f"/proc/{self.pid}/stat")
        if not stat.exists():
            return None
        after_name = stat.read_text().rpartition(")")[2].split()
        return (int(after_name[11]) + int(after_name[12])) / os.sysconf("SC_CLK_TCK")  # utime, stime: proc(5)

    def _told_mb(self, name: str) -> float | None:
        status = Path(f"/proc/{self.pid}/status")
        told = status.read_text().splitlines() if status.exists() else []
        return next((round(int(line.split()[1]) * 1024 / 1e6, 1) for line in told if line.startswith(f"{name}:")), None)


@contextmanager
def serving(home: Path) -> Iterator[Served]:
    """The service over an archive, until the end of the block, which SIGTERM brings as Ctrl-C does.

    Raises:
        QAError: it did not start; the message is its own.
        ValueError: called elsewhere than in the main thread, which alone can be told to end.
    """
    environment = {name: value for name, value in os.environ.items() if not name.startswith("QA_")}
    command = [sys.executable, "-m", "qa.cli", "--home", str(home), "serve", "--port", "0"]
    with _ended_as_by_ctrl_c(), tempfile.TemporaryFile("w+") as said:
        start = time.perf_counter()
        process = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=said, text=True, env=environment)  # noqa: S603 - our own command, no shell
        try:
            assert process.stdout
            line = process.stdout.readline()
            ready_s = time.perf_counter() - start
            if not line.startswith(_SAYS_READY):
                said.seek(0)
                raise QAError(f"the service over {home} did not start: {said.read().strip()[:500] or line.strip()}")
            yield Served(line.removeprefix(_SAYS_READY).split()[0], process.pid, round(ready_s, 2))
        finally:
            process.terminate()
            process.communicate(timeout=PATIENCE_S)


@contextmanager
def _ended_as_by_ctrl_c() -> Iterator[None]:
    """Left to itself SIGTERM ends this process alone, and what it started goes on."""
    before = signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        yield
    finally:
        signal.signal(signal.SIGTERM, before)


@dataclass(frozen=True, slots=True)
class Told:
    """One answer: milliseconds as the client measured them, and what the answer itself tells."""

    latency_ms: float
    answered: bool
    stages_ms: Mapping[str, float]


def ask(client: httpx.Client, body: Mapping[str, Any]) -> Told:
    """The answer to one question, put over an open connection.

    Raises:
        ServiceError: no answer came.
    """
    import httpx

    start = time.perf_counter()
    try:
        response = client.post("/v1/query", json=body)
    except httpx.HTTPError as error:
        raise ServiceError(f"the service at {client.base_url} broke off: {error or type(error).__name__}") from error
    latency_ms = (time.perf_counter() - start) * 1000
    if response.status_code != 200:
        raise ServiceError(f"the service gave {response.status_code} to {body!r}: {response.text[:200]}")
    answer = response.json()
    return Told(latency_ms, answer["answered"], answer["timings_ms"])


def client_of(served: Served) -> httpx.Client:
    import httpx

    return httpx.Client(base_url=served.url, timeout=PATIENCE_S, trust_env=False)
