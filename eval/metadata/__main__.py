"""The command: ``python -m eval.metadata FOLDER``; what it does is said in the package's own docstring."""

from __future__ import annotations

import argparse
import gzip
import sys
from collections.abc import Sequence
from pathlib import Path

import eval.metadata as package
from eval.metadata.labels import LABELS, Label, read_labels
from eval.metadata.readers import OTHERS, Told, bare, readers
from eval.metadata.scores import Judged, judged, scores
from eval.terminal import command
from qa.errors import UnreadableSource

_JUDGED = ("title", "title_printed", "date", "date_printed", "source", "authors")
_COLUMNS = ("titles", "as printed", "dates", "as printed", "outlets", "authors", "wrong dates")


@command()
def main(arguments: Sequence[str] | None = None) -> None:
    parser = argparse.ArgumentParser(prog="python -m eval.metadata", description=package.__doc__)
    parser.formatter_class = argparse.RawDescriptionHelpFormatter
    parser.add_argument("folder", type=Path, help="holds html/<id>.html.gz")
    parser.add_argument("--half", choices=("tune", "held"), help="only this half; both, and all, where it is left out")
    parser.add_argument("--labels", type=Path, default=LABELS, help="what is known of the pages")
    parser.add_argument("--bare", action="store_true", help="without scripts, meta elements and marked properties")
    parser.add_argument("--pages", action="store_true", help="list what our reader has wrong on pages of the tune half")
    given = parser.parse_args(arguments)
    measure(given.folder, read_labels(given.labels), half=given.half, each=given.pages, stripped=given.bare)


def measure(
    folder: Path, labels: Sequence[Label], *, half: str | None = None, each: bool = False, stripped: bool = False
) -> None:
    """Print the table of every half that is asked for.

    Raises:
        UnreadableSource: a page is missing.
    """
    chosen = [label for label in labels if half in (None, label.half)]
    whole = {label.id: _page(folder, label.id) for label in chosen}
    pages = {key: bare(page) for key, page in whole.items()} if stripped else whole
    told = {name: {key: read(page) for key, page in pages.items()} for name, read in readers().items()}
    for name in OTHERS:
        if not any(reader.startswith(name) for reader in told):
            print(f"{name} is not installed, and not measured (pip install {name})")
    for part in (half,) if half else ("tune", "held", None):
        rows = [label for label in chosen if part in (None, label.half)]
        print(f"\n{part or 'all'}: {len(rows)} pages, {sum(row.published is not None for row in rows)} with a date")
        print(f"{'':<20}" + "".join(f"{column:>13}" for column in _COLUMNS))
        for name, said in told.items():
            _line(name, [judged(row, said[row.id]) for row in rows])
    if each:
        _list_faults([label for label in chosen if label.half == "tune"], told["ours"])


def _page(folder: Path, page_id: str) -> bytes:
    path = folder / "html" / f"{page_id}.html.gz"
    try:
        return gzip.decompress(path.read_bytes())
    except OSError as error:
        hint = "name the folder that holds the pages in html/"
        raise UnreadableSource(f"cannot read ({error.strerror or error})", path=str(path), hint=hint) from error


def _line(name: str, rows: Sequence[Judged]) -> None:
    found = scores(rows)
    figures = (
        *(found.titles, found.titles_printed, found.dates, found.dates_printed),
        *(found.sources, found.authors, found.dates_wrong),
    )
    print(f"{name:<20}" + "".join(f"{figure:>13.3f}" for figure in figures))


def _list_faults(labels: Sequence[Label], told: dict[str, Told]) -> None:
    print()
    for label in labels:
        row = judged(label, told[label.id])
        faults = [name for name in _JUDGED if getattr(row, name) is False]
        if faults or row.date_wrong:
            print(f"{label.half} {label.id[:10]} {', '.join(faults)}: {label.published} {told[label.id]}")


if __name__ == "__main__":
    sys.exit(main())
