"""Dates are read in the forms that papers print them in, and never guessed."""

from __future__ import annotations

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qa.ingest.dates import find_dates, iso_date


@pytest.mark.parametrize(
    ("text", "iso"),
    [
        ("FRIDAY, August 13, 2021", "2021-08-13"),
        ("Published 13 August 2023, 09:12 BST", "2023-08-13T09:12:00+01:00"),
        ("13/08/2023", "2023-08-13"),
        ("08/13/2023", "2023-08-13"),
        ("03/04/2023", "2023-04-03"),
        ("13.08.2023", "2023-08-13"),
        ("Aug. 13, 2021", "2021-08-13"),
        ("Thursday 16th January 2025", "2025-01-16"),
        ("28 March 2024 at 3.52pm", "2024-03-28T15:52:00"),
        ("FRIDAY, March 3, 2023 - 6:45am", "2023-03-03T06:45:00"),
        ("9.15am, Tuesday 3 May 2022", "2022-05-03T09:15:00"),
        ("2021-08-13", "2021-08-13"),
        ("2021-08-13T09:12:44.123Z", "2021-08-13T09:12:44+00:00"),
        ("20210813T091200+0530", "2021-08-13T09:12:00+05:30"),
        ("2021-08-13 09:12", "2021-08-13T09:12:00"),
        ("13-Aug-2021", "2021-08-13"),
        ("Jul 4, 2023 10:00 ET", "2023-07-04T10:00:00-04:00"),
        ("4 July 2023 10:00 IST", "2023-07-04T10:00:00"),
        ("4 July 2023 10:00 EDT", "2023-07-04T10:00:00-04:00"),
        ("4 July 2023 10:00 EST", "2023-07-04T10:00:00"),
        ("4 January 2023 10:00 EST", "2023-01-04T10:00:00-05:00"),
        ("4 January 2023 10:00 BST", "2023-01-04T10:00:00"),
        ("4 July 2023 10:00 JST", "2023-07-04T10:00:00+09:00"),
        ("Tue Jul 04 2023 03:05:46 GMT+0000", "2023-07-04T03:05:46+00:00"),
        ("Jul 4, 2023 @17:19 PM", "2023-07-04T17:19:00"),
        ("terça-feira, 4 de julho de 2023 às 9:05", "2023-07-04T09:05:00"),
        ("4 июля 2023", "2023-07-04"),
        ("2023年7月4日", "2023-07-04"),
        ("02 ago 2023", "2023-08-02"),
        ("Freitag, 13. August 2021", "2021-08-13"),
        ("vendredi 13 août 2021", "2021-08-13"),
        ("13 de agosto de 2021", "2021-08-13"),
        ("12:00 p.m. on 4 July 2023", "2023-07-04T12:00:00"),
    ],
)
def test_a_date_is_read_as_it_is_written(text: str, iso: str) -> None:
    assert iso_date(text) == iso


@pytest.mark.parametrize(
    "text",
    [
        "",
        "yesterday",
        "August 2023",
        "13 August",
        "31/02/2023",
        "2023-13-45",
        "99/99/2023",
        "1.2.3.4",
        "0000-00-00",
        "0001-01-01T00:00:00Z",
        "1970-01-01T00:00:00Z",
    ],
)
def test_what_names_no_whole_day_is_no_date(text: str) -> None:
    assert iso_date(text) is None


@given(st.dates(min_value=dt.date(1700, 1, 1), max_value=dt.date(2150, 1, 1)))
def test_every_day_is_read_back_from_every_form(day: dt.date) -> None:
    for form in ("%A, %d %B %Y", "%B %d, %Y", "%d/%m/%Y", "%Y-%m-%d", "%d.%m.%Y", "%a %d %b %Y"):
        assert iso_date(day.strftime(form)) == day.isoformat()


@given(st.text())
def test_any_text_is_searched_without_an_error(text: str) -> None:
    for found in find_dates(text):
        assert 0 <= found.start < found.end <= len(text)
