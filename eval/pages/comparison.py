"""The page of two runs: what changed, how sure that is, and the questions that flipped, both answers side by side."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from eval.pages import figures
from eval.pages.document import document
from eval.pages.records import asked, records
from eval.pages.run import UNTOLD, contents, plain, question_section, section
from qa.markup import Markup, tag

if TYPE_CHECKING:
    from eval.compare import Comparison
    from eval.runs import Run

NAMES = ("before", "after")
SECTIONS = {
    "measures": "Differences",
    "circumstances": "Circumstances that differ",
    "questions": "Questions that came out otherwise",
}


def comparison_page(before: Run, after: Run, comparison: Comparison) -> str:
    """The whole page as HTML; ``comparison`` is of these two runs (``eval.compare.compare``)."""
    flipped = [flip.question_id for flip in comparison.flips]
    columns = [{one.judged.question.id: one for one in asked(run)} for run in (before, after)]
    replies = [[column[name] for name in flipped] for column in columns]
    return document(
        f"Comparison: {before.meta['set']}",
        tag("header", tag("h1", "What changed"), _summary(comparison)),
        contents(SECTIONS),
        tag(
            "main",
            section("measures", SECTIONS["measures"], *figures.change_tables(comparison), figures.definitions()),
            section("circumstances", SECTIONS["circumstances"], _differing(before.meta, after.meta)),
            question_section(SECTIONS["questions"]),
        ),
        data=records(replies, NAMES),
    )


def _summary(comparison: Comparison) -> Markup:
    better = sum(flip.better for flip in comparison.flips)
    worse = len(comparison.flips) - better
    left_out = f" {comparison.left_out:,} that only one run has are left out." if comparison.left_out else ""
    return tag(
        "p",
        tag("a", f"{better:,} better", href="#questions", data_filter="better"),
        ", ",
        tag("a", f"{worse:,} worse", href="#questions", data_filter="worse"),
        f" of {comparison.questions:,} questions that both runs have.{left_out} Differences are after less before, in "
        "percentage points, with the 95 % interval of the paired bootstrap: one that holds 0 "
        "is no improvement. p is how often chance alone would make at least this difference.",
        class_="lead",
    )


def _differing(before: Mapping[str, Any], after: Mapping[str, Any]) -> Markup:
    old, new = _flat(before), _flat(after)
    names = [name for name in dict.fromkeys([*old, *new]) if old.get(name) != new.get(name)]
    if not names:
        return tag("p", "None: set, archive, settings, models, code and machine are the same.")
    heads = [tag("th", head, scope="col") for head in ("what", *NAMES)]
    rows = [tag("tr", tag("th", n, scope="row"), tag("td", old.get(n, "–")), tag("td", new.get(n, "–"))) for n in names]
    return tag("table", tag("thead", tag("tr", *heads)), tag("tbody", *rows), class_="differing")


def _flat(meta: Mapping[str, Any], above: str = "") -> dict[str, str]:
    """Circumstances by their full name in words: ``settings top passages``."""
    found: dict[str, str] = {}
    for name, value in meta.items():
        full = f"{above} {name}".strip().replace("_", " ")
        if not above and name in UNTOLD:
            continue
        if isinstance(value, Mapping):
            found |= _flat(value, full)
        else:
            found[full] = plain(value)
    return found
