"""Sets in other formats, as ours: ``FORMATS[name](sources)`` reads them, ``.write(folder)`` writes ours.

What is malformed is an error with its path, and with its line or its place in the document. Nothing here asks
anything, changes a text, or looks into an archive.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from eval.convert import beir, multihop, quail, realtimeqa, squad, trec
from eval.convert.converted import Converted, Written

__all__ = ["FORMATS", "Converted", "Written"]

FORMATS: Mapping[str, Callable[[Sequence[Path]], Converted]] = {
    "squad": squad.convert,
    "beir": beir.convert,
    "trec": trec.convert,
    "quail": quail.convert,
    "multihop": multihop.convert,
    "realtimeqa": realtimeqa.convert,
    "realtimeqa-as-of": realtimeqa.convert_as_of,
}
"""Each takes files or folders, as its module says, and gives articles and questions."""
