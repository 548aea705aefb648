"""Any LlamaIndex embedding model, named by its import path: texts to unit vectors, as the shipped model makes them.

The model is made once, with the options that were given and none of LlamaIndex's global ``Settings``. What it is
called and what its vectors depend on becomes the fingerprint that the archive remembers; keys, addresses and the like
do not. LlamaIndex is imported only when a model is named.
"""

from __future__ import annotations

import hashlib
import importlib
import inspect
import json
import re
from collections.abc import Callable, Mapping, Sequence
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import InvalidInput, ServiceError, one_line

if TYPE_CHECKING:
    from numpy.typing import NDArray

_HINT = "name it as llama_index.embeddings.openai:OpenAIEmbedding, and install its package"
_OPTIONS_HINT = 'its arguments are given in QA_EMBEDDING_OPTIONS, as in {"model": "text-embedding-3-small"}'
_HOW_REACHED = re.compile(
    r"(?:^|_)(?:key|token|secret|password|url|base|endpoint|host|organization|headers?|proxy|client|"
    r"timeout|retries|batch_size|workers|device|folder|verbose|progress)$"
)
"""Options that say how a model is reached, and not which one it is: they may change from day to day, or be secret."""
_SECRET = re.compile(r"(?:^|_)(?:key|token|secret|password)$")


class LlamaIndexEmbedder:
    """An ``Embedder`` over a LlamaIndex ``BaseEmbedding``. Vectors are brought to length 1, whatever it gives."""

    def __init__(self, model: Any, fingerprint: str, options: Mapping[str, object]) -> None:
        self._model = model
        self._options = options
        self.fingerprint = fingerprint

    def embed(self, texts: Sequence[str]) -> NDArray[np.float32]:
        """One row a text, in the order given: shape ``(len(texts), dimensions)``.

        Raises:
            ServiceError: the model failed, or gave something else than one vector a text.
        """
        return self._units(lambda: self._model.get_text_embedding_batch(list(texts)), len(texts))

    def embed_query(self, text: str) -> NDArray[np.float32]:
        """The question's vector, shape ``(dimensions,)``.

        Raises:
            ServiceError: as ``embed``.
        """
        vector: NDArray[np.float32] = self._units(lambda: [self._model.get_query_embedding(text)], 1)[0]
        return vector

    def _units(self, ask: Callable[[], Any], wanted: int) -> NDArray[np.float32]:
        try:
            vectors = np.asarray(ask(), dtype=np.float32)
        except Exception as error:  # foreign code: what it raises is not known here
            raise self._failed(_said(error, self._options)) from error
        if vectors.ndim != 2 or len(vectors) != wanted:
            raise self._failed(f"it gave an array of shape {vectors.shape} for {wanted} texts")
        lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
        if not (np.isfinite(lengths).all() and lengths.all()):
            raise self._failed("it gave a vector without a direction")
        units: NDArray[np.float32] = vectors / lengths
        return units

    def _failed(self, why: str) -> ServiceError:
        return ServiceError(
            f"the embedding model {self.fingerprint} failed: {why}",
            hint="try again; what is in the archive is kept, and is indexed when the model answers",
        )


def load(name: str, options: Mapping[str, object]) -> LlamaIndexEmbedder:
    """The model of that name.

    Args:
        name: ``module:Class``, a subclass of LlamaIndex's ``BaseEmbedding``.
        options: the arguments that the class is made with.

    Raises:
        InvalidInput: no such class, or it cannot be made with these options.
    """
    made = _made(_embedding_class(name), options)
    return LlamaIndexEmbedder(made, _fingerprint(name, made.model_name, options), options)


def _embedding_class(name: str) -> type[Any]:
    if not re.fullmatch(r"[A-Za-z_][\w.]*:[A-Za-z_]\w*", name):
        raise InvalidInput(f"not the import path of an embedding model: {name[:80]!r}", hint=_HINT)
    module, _, attribute = name.partition(":")
    from llama_index.core.base.embeddings.base import BaseEmbedding

    try:
        found = getattr(importlib.import_module(module), attribute, None)
    except ImportError as error:
        raise InvalidInput(f"{module} cannot be imported: {error}", hint=_HINT) from error
    if not (inspect.isclass(found) and issubclass(found, BaseEmbedding)):
        raise InvalidInput(f"{name} is not a LlamaIndex embedding model", hint=_HINT)
    return found


def _made(model: type[Any], options: Mapping[str, object]) -> Any:
    try:
        return model(**options)
    except Exception as error:  # foreign code: what it raises is not known here
        said = _said(error, options)
        raise InvalidInput(f"{model.__name__} cannot be made: {said}", hint=_OPTIONS_HINT) from error


def _said(error: Exception, options: Mapping[str, object]) -> str:
    """What went wrong, in one line, and without keys: services repeat them, and a caller over HTTP may read this."""
    from pydantic import ValidationError

    if isinstance(error, ValidationError):
        first = error.errors(include_url=False, include_input=False)[0]
        return f"{'.'.join(str(part) for part in first['loc'])}: {first['msg']}"
    said = (str(error) or type(error).__name__).splitlines()[0]
    for secret in (str(value) for name, value in options.items() if value and _SECRET.search(name)):
        said = said.replace(secret, "…")
    return one_line(said, most=200)


def _fingerprint(name: str, model_name: str, options: Mapping[str, object]) -> str:
    """``module:Class/model``, with a hash of those options that the vectors may depend on."""
    lasting = {key: value for key, value in options.items() if not _HOW_REACHED.search(key)}
    digest = hashlib.sha256(json.dumps(lasting, sort_keys=True, default=str).encode()).hexdigest()
    return f"{name}/{model_name}@{digest[:16]}"
