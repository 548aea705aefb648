"""The folder realtimeqa_news as ``eval.realtimeqa`` reads it: as the archive is now, or as on each question's day."""

from __future__ import annotations

from typing import TYPE_CHECKING

from eval.convert.converted import Converted
from eval.convert.sources import only
from eval.realtimeqa import cut, folder_from
from qa.errors import UnreadableSource

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


def convert(sources: Sequence[Path]) -> Converted:
    """Every question as asked now.

    Raises:
        InvalidInput: several sources; for none the variable ``QA_EVAL_REALTIMEQA`` names the folder.
        UnreadableSource: the folder does not hold the data.
    """
    return _converted(sources, as_of=False)


def convert_as_of(sources: Sequence[Path]) -> Converted:
    """Questions as asked on their ``asof_date``, when most were unanswerable; errors as ``convert``.

    Those of which nobody knows whether the archive of that day answers them are left out.
    """
    return _converted(sources, as_of=True)


def _converted(sources: Sequence[Path], *, as_of: bool) -> Converted:
    folder = folder_from(only(sources, "the folder realtimeqa_news") if sources else None)
    try:
        made = cut(folder, as_of=as_of)
    except (OSError, KeyError, TypeError, ValueError) as error:
        raise UnreadableSource(f"not realtimeqa_news: {error!r}", path=str(folder)) from error
    return Converted.of(made.articles, made.questions)
