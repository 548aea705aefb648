"""Files, folders and globs -> the files that they name, and what those hold; in order of name, one after the other."""

from __future__ import annotations

import glob
import os
from collections.abc import Iterator
from pathlib import Path

from qa.errors import UnreadableSource
from qa.ingest.formats import read_stream
from qa.ingest.syndication.item import Follow, Found

_CATALOGUE = "catalogue.sqlite3"  # by which the folder of an archive is known: it may lie among what is read


def read_path(source: str, follow: Follow | None = None) -> Iterator[Found]:
    """Read all files that a source names."""
    for path in paths(source):
        if isinstance(path, UnreadableSource):
            yield path
        else:
            for found, _ in read_file(path, follow):
                yield found


def paths(source: str) -> Iterator[str | UnreadableSource]:
    """The paths that a source names, existing or not; an error where it names none."""
    if "\0" in source:
        yield UnreadableSource("not a possible path", path=source.replace("\0", "\\0"))
    elif Path(source).is_dir():
        yield from _in_folder(source)
    elif glob.has_magic(source) and not Path(source).exists():
        yield from _matching(source)
    else:
        yield source


def read_file(path: str, follow: Follow | None = None) -> Iterator[tuple[Found, int]]:
    """Read one file: each thing that it gives, and how many bytes were read by then.

    What cannot be opened is an error as everything else.
    """
    if refused := _refused(path):
        yield refused, 0
        return
    try:
        with Path(path).open("rb") as file:
            for found in read_stream(file, origin=path, follow=follow):
                yield found, 0 if file.closed else file.tell()
    except OSError as error:
        yield unreadable(error, path), 0


def nothing_in(source: str) -> list[UnreadableSource]:
    """What is wrong with each path of a source that names no file at all; empty where it names one."""
    wrong = []
    for path in paths(source):
        refused = path if isinstance(path, UnreadableSource) else _refused(path)
        if refused is None:
            return []
        wrong.append(refused)
    return wrong


def is_same_file(one: str | Path, other: str | Path) -> bool:
    """Whether both paths lead to one file that exists."""
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):
        return False


def unreadable(error: OSError, path: str) -> UnreadableSource:
    return UnreadableSource(f"cannot be read: {error.strerror or error}", path=path, hint="check its permissions")


def _in_folder(folder: str) -> Iterator[str | UnreadableSource]:
    empty = True
    for path in _files(folder):
        empty = False
        yield path
    if empty:
        yield UnreadableSource("the folder holds no files", path=folder, hint="name a folder with articles in it")


def _files(folder: str) -> Iterator[str]:
    """The files of a folder and of those in it, but for hidden ones and for what an archive of ours consists of."""
    for place, folders, names in os.walk(folder):
        if _CATALOGUE in names:
            folders.clear()
            continue
        folders[:] = sorted(name for name in folders if not name.startswith("."))
        for name in sorted(names):
            if not name.startswith("."):
                yield str(Path(place) / name)


def _matching(pattern: str) -> Iterator[str | UnreadableSource]:
    found = sorted(glob.glob(pattern, recursive=True))  # noqa: PTH207 (Path.glob takes no absolute pattern)
    if not found:
        yield UnreadableSource("no file matches", path=pattern, hint="check the pattern and the folder you are in")
    for path in found:
        if Path(path).is_dir():
            yield from _in_folder(path)
        else:
            yield path


def _refused(path: str) -> UnreadableSource | None:
    """Why a path cannot be opened as a file; None where nothing is known against it."""
    try:
        if Path(path).is_file():
            return None
        there = Path(path).exists()
    except OSError as error:
        return unreadable(error, path)
    if there:
        return UnreadableSource("neither a file nor a folder", path=path, hint="pipe what it gives into: qa ingest -")
    return UnreadableSource("no such file or folder", path=path, hint="check the path")
