"""Tokenizer and ONNX session as one thing: texts in, the model's output out.

One session serves all threads: ONNX Runtime lets go of the interpreter lock while it runs. A run reads one text on one
core, and runs go side by side. Batches of two or four are no faster (1,024 news paragraphs, four rounds in turn: 6.6 to
7.5 s by four, 6.3 to 7.3 s one by one), take more memory, and let what a text is read beside change its outputs, since
the int8 models choose their scales by the batch.
"""

from __future__ import annotations

import os
import threading
from collections.abc import Callable, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from operator import itemgetter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

import numpy as np

if TYPE_CHECKING:
    from numpy.typing import NDArray
    from tokenizers import Encoding

T = TypeVar("T")
Text = str | tuple[str, str]
"""What is read in one run: a text, or a pair of texts."""


@dataclass(frozen=True, slots=True)
class Outputs:
    """What a model made of one text: the text in tokens, and all of the model's outputs in its order, unbatched."""

    encoding: Encoding
    arrays: Sequence[NDArray[np.float32]]


class Encoder:
    """A transformer encoder from a folder with ``model.onnx`` and ``tokenizer.json``.

    Args:
        folder: where both files are.
        threads: runs that go side by side; 0 for one per processor core.
        max_tokens: longer inputs are cut (of a pair, whichever text is longer).
    """

    def __init__(self, folder: Path, *, threads: int, max_tokens: int) -> None:
        import onnxruntime as ort
        from tokenizers import Tokenizer

        options = ort.SessionOptions()
        options.intra_op_num_threads = 1
        options.log_severity_level = 3
        self._pool = ThreadPoolExecutor(threads or os.cpu_count() or 1, thread_name_prefix="encoder")
        self._session = ort.InferenceSession(str(folder / "model.onnx"), options, providers=["CPUExecutionProvider"])
        self._inputs = {node.name for node in self._session.get_inputs()}
        self._tokenizer = Tokenizer.from_file(str(folder / "tokenizer.json"))
        self._tokenizer.enable_truncation(max_tokens, strategy="longest_first")
        self._tokenizer.no_padding()

    def outputs(self, text: Text) -> Outputs:
        """The model's outputs for one text; their shapes are the model's own, without the batch's axis."""
        encoding = self._tokenizer.encode(*((text,) if isinstance(text, str) else text))
        feed = {
            "input_ids": encoding.ids,
            "attention_mask": encoding.attention_mask,
            "token_type_ids": encoding.type_ids,
        }
        arrays = {name: np.asarray([row], dtype=np.int64) for name, row in feed.items() if name in self._inputs}
        return Outputs(encoding, [array[0] for array in self._session.run(None, arrays)])

    def each(self, texts: Sequence[Text], take: Callable[[Outputs], T]) -> list[T]:
        """What is taken of each text's outputs, side by side and the longest first; in the order given.

        With a long text left for the end, all cores but one would wait for it. What is not taken is let go of at once:
        the outputs of a thousand paragraphs are 140 MB.
        """
        if len(texts) == 1:  # a question must not queue behind the texts of an ingest
            return [take(self.outputs(texts[0]))]
        order = sorted(range(len(texts)), key=lambda i: -_length(texts[i]))
        done = zip(order, self._pool.map(lambda i: take(self.outputs(texts[i])), order), strict=True)
        return [taken for _, taken in sorted(done, key=itemgetter(0))]


def _length(text: Text) -> int:
    return len(text) if isinstance(text, str) else sum(map(len, text))


class Lazy:
    """An Encoder that is loaded, and its files checked, when it first has something to read.

    Listing articles or checking an archive then costs no model, and needs none.
    """

    def __init__(self, load: Callable[[], Encoder]) -> None:
        self._load = load
        self._lock = threading.Lock()
        self._encoder: Encoder | None = None

    def each(self, texts: Sequence[Text], take: Callable[[Outputs], T]) -> list[T]:
        """As ``Encoder.each``.

        Raises:
            WeightsError: the files are missing or not the pinned ones.
        """
        with self._lock:
            if self._encoder is None:
                self._encoder = self._load()
        return self._encoder.each(texts, take)
