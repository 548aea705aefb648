"""A tagline is a line in which somebody signs, and never a sentence that speaks of reporting."""

from __future__ import annotations

import pytest

from qa.ingest.tagline import is_tagline

SIGNED = (
    "(Reporting by Ines Vole and Dan Mertz; Additional reporting by Lou Kahn in Port Vell; Editing by Col Rowan)",
    "Reporting by Ann Lee in Oslo, Tom Ode in Paris and the Berlin bureau; Writing by A. B. Cole",
    "\u2014 With assistance by Abel Moor",
    "Lee reported from Oslo and Ode from Paris. Associated Press writer Ida Lund in Geneva contributed to this report.",
    "Associated Press writer Ann Lee contributed.",
    "Ann Lee contributed reporting from Oslo.",
    "Staff writer Imke Tatum contributed to this report.",
    "(With inputs from PTI)",
    "Edited by: Ute Rand",
)
SIGNED_AT_THE_END = (
    "AFP/tj",
    "(lby/hb)",
    "Quelle: dpa/ra",
    "(Avec AFP)",
    "wa/cw (AFP, dpa)",
    "Con informaci\u00f3n de EFE",
)
NEWS = (
    "Reporting by this newspaper in June had shown that nine in ten of the fines went to two streets.",
    "Reporting by women has changed the field.",
    "Reuters reported in May that the talks had failed.",
    "Villagers reported from Orsk that nobody was hurt.",
    "France contributed to the fund.",
    "Editing by committee never works.",
    "OSLO (AP) \u2014 The bridge is shut.",
    "With love.",
    "Yes.",
)


@pytest.mark.parametrize("text", SIGNED)
def test_names_behind_a_formula_are_a_tagline(text: str) -> None:
    assert is_tagline(text)


@pytest.mark.parametrize("text", SIGNED_AT_THE_END)
def test_short_signs_are_taglines_at_the_end_alone(text: str) -> None:
    assert (is_tagline(text), is_tagline(text, last=True)) == (False, True)


@pytest.mark.parametrize("text", NEWS)
def test_a_sentence_about_reporting_stays_a_paragraph(text: str) -> None:
    assert not is_tagline(text, last=True)


@pytest.mark.parametrize("opening", ["", "Reporting by ", "Edited in "])
def test_a_line_of_many_names_that_signs_nothing_is_read_in_one_way(opening: str) -> None:
    assert not is_tagline(opening + "Ann Lee de la Cruz and " * 15 + "so it went")
