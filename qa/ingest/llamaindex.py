"""Any LlamaIndex reader, named by its import path -> Articles, for formats and services that have no reader here.

A Document is one article. Its metadata gives title, outlet, authors, day, address, language and section under the
names that readers use; the days of a file (created, modified) are never taken for the day of publication. A Document
without a title is read as a file of that content would be. LlamaIndex is imported only when a reader is named.
"""

from __future__ import annotations

import dataclasses
import importlib
import inspect
import io
import json
import re
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from qa.errors import IngestError, InvalidInput, UnreadableSource
from qa.ingest.annotate import filled
from qa.ingest.formats import read_stream
from qa.ingest.syndication.item import Item, article_from_item, has_markup, web_address
from qa.types import Article

_HINT = "name it as llama_index.readers.web:SimpleWebPageReader, and install its package"
_OF_FOLDERS = ("input_dir", "input_files")  # what SimpleDirectoryReader and its like are made with


def read_with(
    name: str, sources: Sequence[str], options: Mapping[str, object] | None = None
) -> Iterator[Article | IngestError]:
    """Read sources with a LlamaIndex reader, one after the other.

    Args:
        name: ``module:Class``, a subclass of LlamaIndex's ``BaseReader``.
        sources: each is given to the reader by itself: as a path, an address or a list of one, as its method asks.
        options: given to the class where it takes an argument of this name, else to its method.

    Raises:
        InvalidInput: no such reader, or it cannot be made with these options.
    """
    reader, given = _reader_class(name), dict(options or {})
    taken = set(inspect.signature(reader).parameters)
    made_with = {key: value for key, value in given.items() if key in taken}
    asked_with = {key: value for key, value in given.items() if key not in taken}
    if not taken.intersection(_OF_FOLDERS):
        _made(reader, made_with)  # said now, and not once for each source
    return _read_all(reader, sources, made_with, asked_with)


def parsed_options(texts: Iterable[str]) -> dict[str, object]:
    """``name=value`` texts as a mapping; a value that is JSON is what JSON says, any other is text.

    Raises:
        InvalidInput: no ``=`` in one.
    """
    found: dict[str, object] = {}
    for text in texts:
        name, mark, value = text.partition("=")
        if not mark or not name.isidentifier():
            raise InvalidInput(f"not a reader's option: {text[:60]!r}", hint="write it as NAME=VALUE")
        try:
            found[name] = json.loads(value)
        except ValueError:
            found[name] = value
    return found


def _reader_class(name: str) -> type[Any]:
    module, _, attribute = name.partition(":")
    if not re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", name):
        raise InvalidInput(f"not the import path of a reader: {name[:80]!r}", hint=_HINT)
    from llama_index.core.readers.base import BaseReader

    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ImportError as error:
        raise InvalidInput(f"{module} cannot be imported: {error}", hint=_HINT) from error
    if not (inspect.isclass(found) and issubclass(found, BaseReader)):
        raise InvalidInput(f"{name} is not a LlamaIndex reader", hint=_HINT)
    return found


def _made(reader: type[Any], options: Mapping[str, object]) -> Any:
    try:
        return reader(**options)
    except Exception as error:  # foreign code: what it raises is not known here, and ends this reader only
        message = f"{reader.__name__} cannot be made: {_said(error)}"
        raise InvalidInput(message, hint="its arguments are given with --reader-option NAME=VALUE") from error


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0][:200]


def _read_all(
    reader: type[Any], sources: Sequence[str], made_with: Mapping[str, object], asked_with: Mapping[str, object]
) -> Iterator[Article | IngestError]:
    for source in sources:
        try:
            for place, document in enumerate(_documents(reader, source, made_with, asked_with)):
                yield from _read_document(document, source, place)
        except IngestError as error:
            yield error
        except Exception as error:  # noqa: BLE001 - foreign code: it ends this source only
            yield UnreadableSource(f"{reader.__name__} failed: {_said(error)}", path=source)


def _documents(
    reader: type[Any], source: str, made_with: Mapping[str, object], asked_with: Mapping[str, object]
) -> Iterable[Any]:
    """The reader's documents for one source; lazily where it can."""
    from llama_index.core.readers.base import BaseReader

    taken = inspect.signature(reader).parameters
    if any(name in taken for name in _OF_FOLDERS):
        folder = Path(source).is_dir() and "input_dir" in taken
        where = {"input_dir": source} if folder else {"input_files": [source]}
        return _loaded(_made(reader, {**made_with, **where}).load_data(**asked_with))
    made = _made(reader, made_with)
    lazy = reader.lazy_load_data is not BaseReader.lazy_load_data
    load: Callable[..., Iterable[Any]] = made.lazy_load_data if lazy else made.load_data
    return _loaded(load(*_argument(load, source), **asked_with))


def _loaded(documents: Any) -> Iterable[Any]:
    if not isinstance(documents, Iterable):
        raise TypeError(f"it gave {type(documents).__name__}, not documents")
    return documents


def _argument(load: Callable[..., Any], source: str) -> tuple[object, ...]:
    """The source as the method's first argument wants it; nothing where it takes none."""
    first = next(iter(inspect.signature(load).parameters.values()), None)
    if first is None or first.kind in (first.VAR_KEYWORD, first.KEYWORD_ONLY):
        return ()
    told = f"{first.name} {first.annotation}".lower()
    value: object = Path(source) if re.search(r"file|path|dir", told) else source
    many = first.kind is not first.VAR_POSITIONAL and (
        re.search(r"\b(?:list|sequence|iterable)\b", told) or _is_plural(first.name)
    )
    return ([value],) if many else (value,)


def _is_plural(name: str) -> bool:
    return name.endswith("s") and not name.endswith("ss")


def _read_document(document: Any, source: str, place: int) -> Iterator[Article | IngestError]:
    about = {str(key).lower(): value for key, value in dict(document.metadata or {}).items()}
    item = _item(about, str(document.get_content() or ""), source)
    origin = source if place == 0 else f"{source}#{place + 1}"
    if item.title:
        yield article_from_item(item, origin=origin)
        return
    for found in read_stream(io.BytesIO(item.text.encode("utf-8", "replace")), origin=origin):
        if isinstance(found, Article | IngestError):
            yield found if isinstance(found, IngestError) else _completed(found, item, origin)


def _completed(article: Article, item: Item, origin: str) -> Article:
    """The article with what only the document's metadata says."""
    told = article_from_item(dataclasses.replace(item, html="", text=article.title), origin=origin)
    names = ("source", "authors", "published_at", "url", "language", "section")
    return filled(article, told, names)


def _item(about: Mapping[str, object], text: str, source: str) -> Item:
    urls = (_said_of(about, name) for name in ("url", "link", "source_url", "page_url", "source"))
    outlet = _said_of(about, "publisher", "outlet", "site_name", "sitename", "source")
    return Item(
        title=_said_of(about, "title", "headline", "name"),
        html=text if has_markup(text) else "",
        text=text,
        source="" if web_address(outlet) or re.search(r"[/\\]", outlet) else outlet,
        authors=tuple(_texts(next((about[name] for name in ("authors", "author", "byline") if name in about), ()))),
        published=_said_of(about, "published_at", "published", "publish_date", "pub_date", "date_published", "date"),
        url=next((url for url in urls if web_address(url)), source if web_address(source) else ""),
        language=_said_of(about, "language", "lang"),
        section=_said_of(about, "section", "category"),
    )


def _said_of(about: Mapping[str, object], *names: str) -> str:
    return next((text for name in names for text in _texts(about.get(name)) if text), "")


def _texts(value: object) -> list[str]:
    values = value if isinstance(value, (list, tuple)) else [value]
    return [str(one) for one in values if one is not None and not isinstance(one, (dict, bytes, bool))]
