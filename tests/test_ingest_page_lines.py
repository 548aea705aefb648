"""A copied page comes apart into the lines that a person sees, and what it says of itself is told from its story."""

from __future__ import annotations

import textwrap

import pytest

from qa.ingest.copied.page_lines import page_lines
from qa.ingest.pagetalk import is_furniture, opens_box
from qa.ingest.scraped import read_scraped

STORY = (
    "The mill at Orsk burnt down on Friday night, and nobody in the town was hurt by the fire that began in its loft.",
    "Its owner had meant to sell the long-disused building, in which a family of owls was living, to the council.",
)


def wrapped(text: str, width: int = 44) -> list[str]:
    return textwrap.wrap(text, width)


def test_paragraphs_broken_at_a_width_are_joined_whatever_the_width_of_other_lines() -> None:
    text = "\n\n".join(["-" * 60, *("\n".join(wrapped(paragraph)) for paragraph in STORY)])
    assert tuple(line.text for line in page_lines(text))[1:] == STORY


def test_a_page_with_a_blank_line_after_every_line_is_joined_by_its_wider_gaps() -> None:
    text = "\n\n\n".join("\n\n".join(wrapped(paragraph)) for paragraph in STORY)
    assert tuple(line.text for line in page_lines(text)) == STORY


def test_columns_kept_apart_by_spaces_or_bars_are_rows_of_a_table() -> None:
    rows = ["Town\tMills\tFires", "Orsk\t4\t1", "Tarn\t2\t0"]
    for apart in ("    ", " | "):
        text = "\n".join(row.replace("\t", apart) for row in rows)
        assert [line.text for line in page_lines(text)] == rows


@pytest.mark.parametrize(
    "line",
    [
        "Jetzt kostenlos anmelden",
        "Lesen Sie auch: Die M\u00fchle von Orsk",
        "La suite apr\u00e8s cette publicit\u00e9",
        "Compartir en Facebook",
        "NewsSportTravelWeatherJobs",
        "-----",
    ],
)
def test_pages_speak_of_themselves_in_several_languages(line: str) -> None:
    assert is_furniture(line)


@pytest.mark.parametrize(
    "line",
    [
        "Share prices slump",
        "Print media in crisis",
        "Reporting by women has changed the field.",
        "Call us romantics, but we liked the old mill better than the new one.",
        "M\u00e1s de cien muertos en las inundaciones",
        "Partager le pouvoir",
        "It was 40\u00b0 in the shade.",
        "YouTube and McDonald's agree",
    ],
)
def test_lines_of_a_story_that_begin_as_furniture_begins_are_no_furniture(line: str) -> None:
    assert not is_furniture(line)
    assert not opens_box(line)


def test_agencies_sign_below_the_story_and_a_leading_dateline_stays_in_it() -> None:
    text = f"Mill at Orsk burns down\n\nORSK (Reuters) - {STORY[0]}\n\n{STORY[1]}\n\n(Reporting by Ann Lee)\n\nShare\n"
    assert [(block.kind, block.text) for block in read_scraped(text, origin="page.txt").blocks] == [
        ("paragraph", f"ORSK (Reuters) - {STORY[0]}"),
        ("paragraph", STORY[1]),
        ("tagline", "(Reporting by Ann Lee)"),
    ]
