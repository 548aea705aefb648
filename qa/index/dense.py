"""Passages by meaning: their vectors in Chroma. The only module that names chromadb.

Chroma is spoken to directly and not through LlamaIndex's ``ChromaVectorStore``: the import alone would double
the cold start, and filters are decided elsewhere (docs/decisions/0007 has the figures).
"""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import ExitStack, contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from qa.errors import ArchiveDamaged, ModelMismatch, ServiceError
from qa.index.selection import Scored, Selection, search_within

if TYPE_CHECKING:
    from numpy.typing import NDArray

COLLECTION = "passages"
_MODEL = "embedding_model"
# A dense graph, built by one thread. With Chroma's own 16 neighbours, archives of formulaic texts lost nearest
# passages (7 of 150 questions over 1,500), and the graph of a small archive, which is built again at every start,
# came out differently each time: the same question then gave another answer.
_HNSW = {
    "space": "cosine",
    "ef_search": 400,
    "ef_construction": 200,
    "max_neighbors": 48,
    "num_threads": 1,
}
_WRITE = 1_000  # rows a call: Chroma bounds the size of one


class DenseIndex:
    """The collection of passage vectors, one row a passage, its id the passage's key.

    Args:
        connect: gives a client, embedded or of a server; see ``open_embedded`` and ``open_server``.
        model: fingerprint of the embedding model. A collection remembers the one that made it.
        anew: begin with an empty collection, whatever there was.
        remote: the client is that of a server.

    Raises:
        ModelMismatch: the collection was made with another model.
    """

    def __init__(self, connect: Callable[[], Any], model: str, *, anew: bool = False, remote: bool = False) -> None:
        self._remote = remote
        self._connect = connect
        self._model = model
        self._gate = _Gate()
        self._client = connect()
        with ExitStack() as on_failure:
            on_failure.callback(_hang_up, self._client)  # Chroma keeps an open client and would hand it out again
            if anew and any(c.name == COLLECTION for c in self._client.list_collections()):
                self._client.delete_collection(COLLECTION)
            self._collection = self._open()
            on_failure.pop_all()

    def upsert(self, keys: Sequence[int], vectors: NDArray[np.float32]) -> None:
        """Write the rows; durable when this returns. Shape of ``vectors``: ``(len(keys), dimensions)``."""
        for start in range(0, len(keys), _WRITE):
            ids = [str(key) for key in keys[start : start + _WRITE]]
            with _doorway():
                self._collection.upsert(ids=ids, embeddings=vectors[start : start + _WRITE])

    def delete(self, keys: Sequence[int]) -> None:
        for start in range(0, len(keys), _WRITE):
            with _doorway():
                self._collection.delete(ids=[str(key) for key in keys[start : start + _WRITE]])

    def search(self, vector: NDArray[np.float32], wanted: int, selection: Selection) -> Scored:
        """The nearest passages within the selection, nearest first, each with its cosine."""
        return search_within(
            selection, wanted, lambda n: self._nearest(vector, n), lambda keys: self._scan(vector, keys)
        )

    def keys(self) -> set[int]:
        """Every key it holds."""
        rows = self._ask(lambda collection: collection.get(include=[]))
        return {int(key) for key in rows["ids"]}

    def clear(self) -> None:
        with self._gate.alone(), _doorway():
            self._client.delete_collection(COLLECTION)
            self._collection = self._open()

    def reload(self) -> None:
        """See what another process wrote: an embedded Chroma never does by itself (18 ms)."""
        with self._gate.alone(), _doorway():
            if not self._remote:  # a server shows what others wrote as it is
                _hang_up(self._client)
                self._client = self._connect()
            self._collection = self._open()

    def close(self) -> None:
        _hang_up(self._client)

    def _open(self) -> Any:
        collection = self._client.get_or_create_collection(
            COLLECTION,
            embedding_function=None,
            metadata={_MODEL: self._model},
            configuration={"hnsw": _HNSW},
        )
        made_with = (collection.metadata or {}).get(_MODEL)
        if made_with != self._model:
            raise ModelMismatch(
                f"this archive's vectors were made with {made_with}, and the configured model is {self._model}",
                hint='configure the model that made it, or rebuild the indexes with "qa reindex"',
            )
        return collection

    def _nearest(self, vector: NDArray[np.float32], count: int) -> Scored:
        result = self._ask(
            lambda collection: collection.query(query_embeddings=[vector], n_results=count, include=["distances"])
        )
        return _in_order(result["ids"][0], 1 - np.asarray(result["distances"][0]))

    def _scan(self, vector: NDArray[np.float32], keys: Sequence[int]) -> Scored:
        ids = [str(key) for key in keys]
        rows = self._ask(lambda collection: collection.get(ids=ids, include=["embeddings"]))
        if not rows["ids"]:
            return {}
        scores = np.asarray(rows["embeddings"], dtype=np.float32) @ vector
        return _in_order(rows["ids"], scores)

    def _ask(self, ask: Callable[[Any], Any]) -> Any:
        from chromadb.errors import NotFoundError

        try:
            with self._gate.shared():
                return ask(self._collection)
        except NotFoundError:  # another process rebuilt the index, and its collection is a new one
            self.reload()
        except _failures() as error:
            raise _told(error) from error
        with self._gate.shared(), _doorway():
            return ask(self._collection)


class _Gate:
    """Many may pass together, or one alone: questions go on side by side, but not while the client is changed."""

    def __init__(self) -> None:
        self._state = threading.Condition()
        self._inside = 0

    @contextmanager
    def shared(self) -> Iterator[None]:
        with self._state:
            self._inside += 1
        try:
            yield
        finally:
            with self._state:
                self._inside -= 1
                self._state.notify_all()

    @contextmanager
    def alone(self) -> Iterator[None]:
        with self._state:
            self._state.wait_for(lambda: self._inside == 0)
            yield


def _in_order(ids: Sequence[str], cosines: NDArray[np.float32]) -> Scored:
    """Nearest first; what is equally near by key, so that an index opened again gives the same order."""
    keys, rounded = np.array([int(key) for key in ids], dtype=np.int64), np.round(cosines, 5)
    return {int(keys[i]): float(rounded[i]) for i in np.lexsort((keys, -rounded))}


def open_embedded(folder: Path, model: str) -> DenseIndex:
    """Chroma inside this process, in a folder.

    Raises:
        ArchiveDamaged: the folder cannot be read by Chroma.
        ModelMismatch: it was made with another model.
    """
    import chromadb
    from chromadb.errors import ChromaError

    try:
        return DenseIndex(lambda: chromadb.PersistentClient(str(folder), settings=_settings()), model)
    except (ChromaError, OSError, ValueError) as error:
        raise ArchiveDamaged(
            f"the vector index at {folder} cannot be opened ({_first_line(error)})",
            hint='nothing is lost: "qa reindex" builds it again from the catalogue',
        ) from error


def open_server(url: str, model: str, *, anew: bool = False) -> DenseIndex:
    """A Chroma server.

    Raises:
        ServiceError: no Chroma server answers there.
        ModelMismatch: its collection was made with another model.
    """
    from urllib.parse import urlsplit

    import chromadb

    parts = urlsplit(url)
    secure = parts.scheme == "https"
    port = parts.port or (443 if secure else 8000)
    try:
        return DenseIndex(
            lambda: chromadb.HttpClient(parts.hostname or "localhost", port, ssl=secure, settings=_settings()),
            model,
            anew=anew,
            remote=True,
        )
    except ValueError as error:
        raise ServiceError(
            f"no Chroma server answers at {url} ({_first_line(error)})",
            hint="start it, or unset QA_CHROMA_URL",
        ) from error


@contextmanager
def _doorway() -> Iterator[None]:
    """The exceptions of Chroma, and of its way to a server, stop here."""
    try:
        yield
    except _failures() as error:
        raise _told(error) from error


def _failures() -> tuple[type[Exception], ...]:
    import httpx
    from chromadb.errors import ChromaError

    return (httpx.HTTPError, ChromaError)


def _told(error: Exception) -> ServiceError | ArchiveDamaged:
    from chromadb.errors import ChromaError

    if isinstance(error, ChromaError):
        return ArchiveDamaged(
            f"the vector index failed ({_first_line(error)})",
            hint='nothing is lost: see what "qa check" says; "qa reindex" builds it again from the catalogue',
        )
    return ServiceError(
        f"the Chroma server does not answer ({_first_line(error)})", hint="start it, or unset QA_CHROMA_URL"
    )


def _hang_up(client: Any) -> None:
    """Close the client; and its connections to a server, which Chroma's own ``close`` leaves open."""
    client.close()
    for side in (client, client._admin_client):  # noqa: SLF001
        session = getattr(side._server, "_session", None)  # noqa: SLF001
        if session is not None:
            session.close()


def _settings() -> Any:
    from chromadb.config import Settings

    return Settings(anonymized_telemetry=False)


def _first_line(error: Exception) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200]
