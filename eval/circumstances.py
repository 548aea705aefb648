"""Under which circumstances a run was made: all that one needs to believe its figures, or to repeat it."""

from __future__ import annotations

import datetime as dt
import hashlib
import os
import platform
import shutil
import subprocess
from importlib.metadata import version
from pathlib import Path
from typing import TYPE_CHECKING, Any

import qa

if TYPE_CHECKING:
    from collections.abc import Mapping

    from qa.settings import Settings

_PRIVATE = {
    "admin_token",
    "eval_api_key",
    "api_keys",
    "database_url",
    "chroma_url",
    "cors_origins",
    "embedding_options",
    "home",
    "max_body_bytes",
    "keep_questions",
    "workers",
}
"""Settings that may hold a secret, an address or a path; no score hangs on them but by the models, which are told."""

_LIBRARIES = ("numpy", "onnxruntime", "tokenizers", "chromadb", "tantivy", "pysbd")
"""On whose versions a figure may hang."""


def of_engine(engine: Any) -> dict[str, Any]:
    """What is known of an engine in this process; the same for the same archive, settings and weights."""
    from qa.models.weights import CROSS_ENCODER, READER

    return {
        "asked": "engine",
        "snapshot": engine.archive.snapshot,
        "settings": _settings(engine.settings),
        "code_sha256": _code_sha256(),
        "models": {
            "embedding": engine.archive.embedding_model,
            "cross_encoder": CROSS_ENCODER.fingerprint,
            "reader": READER.fingerprint,
        },
    }


def of_server(url: str) -> dict[str, Any]:
    """A server tells its snapshot with each answer; its settings and models are its own."""
    return {"asked": url, "snapshot": None, "settings": None, "code_sha256": None, "models": None}


def of_this_machine() -> dict[str, Any]:
    return {
        "started_at": dt.datetime.now(dt.UTC).isoformat(timespec="seconds"),
        "version": version("news-archive-qa"),
        "commit": _commit(),
        "machine": {
            "cpus": os.cpu_count(),
            "processor": platform.machine(),
            "system": platform.system(),
            "python": platform.python_version(),
        },
        "libraries": {name: version(name) for name in _LIBRARIES},
    }


def _settings(settings: Settings) -> Mapping[str, Any]:
    told = settings.model_dump(mode="json", exclude=dict.fromkeys(_PRIVATE, True) | {"llm": {"base_url", "api_key"}})
    return told if settings.llm.model else {name: value for name, value in told.items() if name != "llm"}


def _code_sha256() -> str:
    """One hash of all files of the package qa: an interrupted run must not go on with changed code."""
    folder = Path(qa.__file__).parent
    digest = hashlib.sha256()
    for path in sorted(folder.rglob("*")):
        if path.is_file() and "__pycache__" not in path.parts:
            digest.update(f"{path.relative_to(folder)}\0".encode() + hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _commit() -> str | None:
    """The commit of the checkout that this code runs from, marked where files differ; None outside of one."""
    git = shutil.which("git")
    if git is None:
        return None
    command = [git, "-C", str(Path(__file__).parent), "describe", "--always", "--dirty", "--abbrev=40"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)  # noqa: S603 - fixed arguments
    return done.stdout.strip() or None
