"""The rows of the training sets: where each comes from, and how to read them.

The folder holds one ``NAME.jsonl.gz`` a set. Its texts are no part of this project: only weights trained on them
are (docs/decisions/0014 has the doubts).
"""

from __future__ import annotations

import gzip
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from qa.errors import UnreadableSource

Row = dict[str, Any]

LICENCES = {
    "squadshifts": "CC BY 4.0 (Miller et al. 2020); Wikipedia CC BY-SA, Reddit, Amazon reviews",
    "qed_nq": "CC BY-SA 3.0 (Lamm et al. 2021, after Natural Questions)",
    "nq_oracle": "MIT (Liu et al. 2023); Natural Questions CC BY-SA 3.0",
    "qamr": "MIT (Michael et al. 2018); Wikipedia CC BY-SA, Wikinews CC BY 2.5",
    "timeqa": "BSD-3-Clause (Chen et al. 2021); Wikipedia CC BY-SA",
    "fairytaleqa": "Apache-2.0 (Xu et al. 2022); Project Gutenberg",
    "multispanqa_valid": "CC BY-SA 3.0 (Li et al. 2022, after Natural Questions)",
    "synthetic_none": "as squadshifts and qed_nq, from which it is made",
    "rte": "with GLUE, for research (Dagan et al. 2005 and later challenges)",
    "fever_gold": "CC BY-SA 3.0 (Thorne et al. 2018)",
    "fever_symmetric": "CC BY-SA 3.0, code MIT (Schuster et al. 2019)",
    "fool_me_twice": "Apache-2.0 (Eisenschlos et al. 2021); Wikipedia CC BY-SA",
    "begin": "CC BY 4.0 (Dziri et al. 2022)",
    "wice": "annotations ODC-BY 1.0 (Kamoi et al. 2023); evidence of web pages",
    "climate_fever": "CC BY-SA 4.0 as its authors distribute it (Diggelmann et al. 2020)",
    "snli_devtest": "CC BY-SA 4.0 (Bowman et al. 2015)",
}
"""Every set that training reads, with its licence and source."""


def rows(folder: Path, name: str) -> list[Row]:
    """All rows of one set.

    Raises:
        UnreadableSource: the folder does not hold it.
    """
    path = folder / f"{name}.jsonl.gz"
    try:
        with gzip.open(path, "rt", encoding="utf-8") as lines:
            return list(_parsed(lines))
    except OSError as error:
        hint = "name the folder with the training sets by --data; it does not come with the project"
        raise UnreadableSource("cannot read a training set", path=str(path), hint=hint) from error


def _parsed(lines: Iterator[str]) -> Iterator[Row]:
    return map(json.loads, lines)
