"""Each collection of articles indexed once, and kept: under its hash and the embedding model's.

A build that was interrupted goes on where it stopped: what the archive has acknowledged it holds, and finishes
indexing when it is next opened. What is finished has a file ``built.json`` beside it, and is never written to again.
"""

from __future__ import annotations

import hashlib
import json
import shutil
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import qa
from qa.errors import InvalidInput
from qa.settings import LLMSettings, Settings

if TYPE_CHECKING:
    from eval.quality.sets import QASet
    from qa.archive import IngestReport
    from qa.engine import Engine

Progress = Callable[[int, int], None]

_INDEXING = ("ingest", "index", "models/embedding.py", "models/sessions.py", "archive.py", "catalogue", "words.py")
"""The parts of qa that decide what an archive of given articles holds."""


@dataclass(frozen=True, slots=True)
class Built:
    """What is known of a finished archive.

    Attributes:
        failed: records of the articles that could not be read.
        seconds: what building took; None where it was interrupted, and went on later.
        code_sha256: of the code that built it.
    """

    snapshot: str
    articles: int
    passages: int
    failed: int
    seconds: float | None
    code_sha256: str

    @property
    def by_other_code(self) -> bool:
        return self.code_sha256 != code_sha256()


@contextmanager
def opened(qa_set: QASet, cache: Path, progress: Progress, *, rebuild: bool = False) -> Iterator[tuple[Engine, Built]]:
    """An engine over the set's articles, indexed where they are not yet.

    Args:
        qa_set: whose articles.
        cache: the folder of all archives.
        progress: told articles put in, and all of them, while building.
        rebuild: index anew what is there.

    Raises:
        InvalidInput: somebody else changed the archive since it was built.
        QAError: it cannot be built or opened.
    """
    from qa.engine import build

    folder = cache / f"{qa_set.corpus}-{_key(qa_set)}"
    if rebuild:
        shutil.rmtree(folder, ignore_errors=True)
    # A database or a Chroma server of this machine's service is none of ours.
    settings = Settings(home=folder / "home", database_url=None, chroma_url=None, llm=LLMSettings(model=None))
    begun = settings.home.exists()
    engine = build(settings, create=True)
    try:
        built = _read(folder) or _build(engine, qa_set, folder, progress, begun=begun)
        if engine.archive.snapshot != built.snapshot:
            hint = f"delete {folder}, or have it built again by --rebuild"
            raise InvalidInput(f"the archive in {folder} was changed since it was built", hint=hint)
        engine.warm()
        yield engine, built
    finally:
        engine.close()


def code_sha256() -> str:
    """One hash of the code that decides what an archive holds."""
    package = Path(qa.__file__).parent
    digest = hashlib.sha256()
    for part in _INDEXING:
        files = [package / part] if part.endswith(".py") else sorted((package / part).rglob("*.py"))
        for path in files:
            digest.update(f"{path.relative_to(package)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _key(qa_set: QASet) -> str:
    from qa.models.weights import EMBEDDING

    return hashlib.sha256(f"{qa_set.sha256} {EMBEDDING.fingerprint}".encode()).hexdigest()[:16]


def _read(folder: Path) -> Built | None:
    try:
        return Built(**json.loads((folder / "built.json").read_text("utf-8")))
    except FileNotFoundError:
        return None


def _build(engine: Engine, qa_set: QASet, folder: Path, progress: Progress, *, begun: bool) -> Built:
    from qa.ingest import read

    total = sum(1 for _ in read([str(qa_set.articles)]))

    def tell(report: IngestReport) -> None:
        progress(report.seen, total)

    start = time.perf_counter()
    report = engine.archive.add(read([str(qa_set.articles)]), progress=tell, keep_articles=False)
    seconds = None if begun else round(time.perf_counter() - start, 1)
    counts = engine.archive.counts()
    built = Built(engine.archive.snapshot, counts.articles, counts.passages, report.failed, seconds, code_sha256())
    partial = folder / "built.json.part"
    partial.write_text(json.dumps(asdict(built), indent=1) + "\n", encoding="utf-8")
    partial.replace(folder / "built.json")
    return built
