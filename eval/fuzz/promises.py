"""What every reader promises of what it gives, whatever it was given.

An Article can be stored, cited and shown: its fields and blocks are text, none of them empty, its dates can be read. An
IngestError is one clear line. Anything else, and every exception, breaks the promise.
"""

from __future__ import annotations

import datetime as dt
import functools
import io
import re
import traceback
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, fields
from pathlib import Path

from eval.fuzz import seeds
from eval.fuzz.cases import Case
from qa.errors import IngestError
from qa.ingest import read_bytes
from qa.ingest.formats import read_stream
from qa.types import NUMBERED, Article

_LONGEST_MESSAGE = 300
_UNSTORABLE = re.compile("[\x00\ud800-\udfff]")
_CONTROLS = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\ud800-\udfff]")
_STEERING = re.compile(f"{_CONTROLS.pattern}|[\u200e\u200f\u202a-\u202e\u2066-\u2069]")
"""Right-to-left marks belong to an article, which is kept word for word; to our own words they do not."""
_GIVEN_ID = re.compile(r"(?!\.{1,2}$)[A-Za-z0-9._-]{1,64}")
_NAMES = frozenset(field.name for field in fields(Article))


@dataclass(frozen=True, slots=True)
class Problem:
    """A promise that was broken.

    Attributes:
        kind: tells one problem from another: the exception and where it was raised, or the promise.
        told: all there is to say of it.
    """

    kind: str
    told: str


@dataclass(frozen=True, slots=True)
class Outcome:
    """What one input gave: articles, errors by their class, and the first problem."""

    articles: int
    errors: Counter[str]
    problem: Problem | None


def outcome_of(case: Case) -> Outcome:
    """Read an input, and hold the readers to what they promise."""
    articles, errors = 0, Counter[str]()
    try:
        for item in _read(case):
            articles += isinstance(item, Article)
            errors.update([type(item).__name__] if isinstance(item, IngestError) else [])
            if broken := broken_promise(item):
                return Outcome(
                    articles, errors, Problem(f"promise: {broken.partition(':')[0]}", f"{broken}\n{item!r:.2000}")
                )
    except Exception as error:  # noqa: BLE001 - any exception is what is looked for
        return Outcome(articles, errors, Problem(_kind(error), traceback.format_exc()))
    return Outcome(articles, errors, None)


def _read(case: Case) -> Iterator[object]:
    follow = (lambda _url, _mark: iter(_followed())) if case.follow else None
    return read_stream(io.BytesIO(case.data), origin=case.origin, charset=case.charset, follow=follow)


@functools.cache
def _followed() -> tuple[Article | IngestError, ...]:
    """The page behind every link; read once, so that the time of an input is that of its own reader."""
    return tuple(
        one for one in read_bytes(seeds.PAGE.encode(), origin=seeds.URL) if isinstance(one, Article | IngestError)
    )


def _kind(error: BaseException) -> str:
    frames = [frame for frame in traceback.extract_tb(error.__traceback__) if "/qa/" in frame.filename]
    place = f"{Path(frames[-1].filename).name}:{frames[-1].name}" if frames else "outside"
    return f"{type(error).__name__} in {place}"


def broken_promise(item: object) -> str | None:
    """What is wrong with something that a reader gave; None for nothing. ``kind: more`` where there is more to say."""
    if isinstance(item, Article):
        return _of_article(item)
    return (
        _of_error(item) if isinstance(item, IngestError) else f"neither an article nor an error: {type(item).__name__}"
    )


def _of_error(error: IngestError) -> str | None:
    if not error.path:
        return "an error without a path"
    if error.line is not None and error.line < 1:
        return f"an error's line is no line: {error.line}"
    for name, text in (("message", error.message), ("hint", error.hint)):
        if text is not None and (not text.strip() or _STEERING.search(text) or len(text) > _LONGEST_MESSAGE):
            return f"an error's {name} is not one clear line: {text[:400]!r}"
    return None


def _of_article(article: Article) -> str | None:
    if not article.title:
        return "an article without a title"
    if not any(block.kind in NUMBERED for block in article.blocks):
        return "an article with nothing to cite"
    for block in article.blocks:
        if not block.text.strip() or _UNSTORABLE.search(block.text):
            return f"a block that cannot be stored: {block!r:.400}"
        if block.kind != "paragraph" and _CONTROLS.search(block.text.replace("\t", "").replace("\n", "")):
            return f"a block that is not plain: {block!r:.400}"
    return next((said for said in (*_of_fields(article), *_of_dates(article)) if said), None)


def _of_fields(article: Article) -> Iterator[str | None]:
    named = ("title", "source", "url", "language", "section", "genre")
    texts = [(name, getattr(article, name)) for name in named]
    texts += [("authors", name) for name in article.authors] + [("notices", notice.text) for notice in article.notices]
    for name, text in texts:
        if text is not None and (not text.strip() or _CONTROLS.search(text)):
            yield f"{name} is not plain: {text[:400]!r}"
    if article.given_id is not None and not _GIVEN_ID.fullmatch(article.given_id):
        yield f"an id that breaks the rules: {article.given_id[:100]!r}"
    if unknown := set(article.provenance) - _NAMES:
        yield f"provenance of fields that do not exist: {sorted(unknown)}"


def _of_dates(article: Article) -> Iterator[str | None]:
    days = [("published_at", article.published_at), ("updated_at", article.updated_at)]
    for name, text in [*days, *(("notices", notice.at) for notice in article.notices)]:
        if text is not None and not _is_date(text):
            yield f"{name} is a date that cannot be read: {text[:100]!r}"


def _is_date(text: str) -> bool:
    try:
        dt.datetime.fromisoformat(text)
    except ValueError:
        return False
    return re.match(r"\d{4}-\d{2}-\d{2}", text, re.ASCII) is not None
