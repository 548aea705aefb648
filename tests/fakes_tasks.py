"""Tasks for other processes that behave as the worst documents do. Importable there by name."""

from __future__ import annotations

import itertools
import os
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from qa.errors import IngestError, UnreadableSource
from qa.ingest.syndication.item import Found
from tests.builders import article


@dataclass(frozen=True, slots=True)
class Act:
    """Gives an article for each word of the script, or does what the word says instead."""

    script: str
    note: str = ""
    size: int = 1
    held: int = 0
    cost: int = 1

    def steps(self) -> Iterator[tuple[Found, int]]:
        for word in self.script.split():
            self._play(word)
            yield article(f"The act was {word}.", title=word), 1

    def blamed(self, done: int, why: str) -> tuple[IngestError, Act | None]:
        words = self.script.split()
        error = UnreadableSource(why, path=words[done])
        return error, replace(self, script=" ".join(words[done + 1 :])) if words[done + 1 :] else None

    def _play(self, word: str) -> None:
        note = Path(self.note)
        if word == "die-once" and note.exists():
            return
        deeds = {
            "die": lambda: os.kill(os.getpid(), signal.SIGSEGV),
            "die-once": lambda: (note.touch(), os.kill(os.getpid(), signal.SIGKILL)),
            "be-killed": lambda: os.kill(os.getpid(), signal.SIGKILL),
            "leave": lambda: os._exit(3),
            "hang": lambda: all(True for _ in itertools.count()),
            "hang-in-c": lambda: sum(range(10**15)),
            "swell": lambda: bytearray(1 << 34),
            "raise": _fail,
            "note-pid": lambda: note.write_text(str(os.getpid())),
            "sleep": lambda: time.sleep(60),
        }
        deeds.get(word, lambda: None)()


def _fail() -> None:
    raise AttributeError("no such part")
