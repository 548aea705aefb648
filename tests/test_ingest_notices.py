"""What an article says of its own mistakes is found; what it says of others' is not."""

from __future__ import annotations

import pytest

from qa.ingest.notices import declared_notices, merged, notices_in
from qa.types import Block, Notice

STORY = tuple(
    Block("paragraph", f"The harbour of Lowmere froze over on night {n}, and no boat could leave.") for n in range(12)
)


def found(text: str, *, at: int = 12) -> list[Notice]:
    return notices_in((*STORY[:at], Block("paragraph", text), *STORY[at:]))


@pytest.mark.parametrize(
    ("kind", "text"),
    [
        ("correction", "Correction: The ferry carries 40 cars, not 400."),
        ("correction", "Corrections and clarifications: The mayor's name is Brandt. The Echo regrets the error."),
        ("correction", "Correction: An earlier version of this article said that Mr Brandt had retracted his vote."),
        ("correction", "CORRECTION, Jan. 12, 2024: The ice was 12 centimetres thick."),
        ("correction", "An earlier version of this article misstated the depth of the basin."),
        ("correction", "• This article was amended on 12 January 2024 because it gave the wrong name of a boat."),
        ("correction", "In a previous version of this story, the year of the frost was misstated."),
        ("correction", "This story has been updated to correct the spelling of Skerry."),
        ("correction", "(Corrects the number of boats in paragraph 3)"),
        ("correction", "Editor's note: An earlier version of this story incorrectly said that the port was closed."),
        ("clarification", "Clarification: The ferry belongs to the county, and is run by a company."),
        ("clarification", "This report was updated to clarify who pays for the ice breaker."),
        ("retraction", "Retraction: The Echo withdraws its report on the pilots of Lowmere."),
        ("retraction", "Editor's note: This story has been retracted because its source could not be verified."),
        ("retraction", "This article has been withdrawn at the request of the agency."),
        ("correction", "Korrektur: Die Fähre fasst 40 Autos, nicht 400."),
        ("correction", "In einer früheren Version dieses Artikels hieß es, der Hafen sei geschlossen."),
        ("clarification", "Klarstellung: Die Fähre gehört dem Kreis."),
        ("retraction", "Dieser Artikel wurde nach einer Prüfung zurückgezogen."),
        ("correction", "Rectificatif : le bac transporte 40 voitures."),
        ("correction", "Une version précédente de cet article donnait un autre chiffre."),
        ("clarification", "Précision : le bac appartient au comté."),
        ("correction", "Fe de errores: el transbordador lleva 40 coches."),
        ("correction", "Una versión anterior de este artículo daba otra cifra."),
        ("clarification", "Aclaración: el barco pertenece al condado."),
    ],
)
def test_a_line_in_which_an_article_speaks_of_its_own_mistake_is_a_notice(kind: str, text: str) -> None:
    assert [(notice.kind, notice.text) for notice in found(text)] == [(kind, text)]


@pytest.mark.parametrize(
    "text",
    [
        "The Skerry Courier issued a correction on Monday after it had reported that the port was closed.",
        "Correction officers in Lowmere said that the cells were too cold.",
        "The correction: shares in Lowmere Ferries fell by a tenth, which analysts had long expected of them.",
        "A version of this story appeared in our newsletter on Friday.",
        "An earlier version of this story was published in 2021.",
        "This article was updated at 9 p.m. with a statement of the mayor.",
        "Editor's note: This is the first of three parts on the frozen harbour.",
        "The ministry said that an earlier version of the contract had named another price.",
        "Mr Brandt has retracted his statement, and asked the court for a correction of the protocol.",
        "The magazine, which retracted this article of faith years ago, said nothing.",
        "The study was retracted by the journal in March.",
        "\u201cThis article has been retracted\u201d now stands above the study of the frozen harbour.",
    ],
)
def test_a_story_about_somebody_elses_mistake_holds_no_notice(text: str) -> None:
    assert found(text) == []


def test_a_label_counts_near_the_beginning_and_the_end_alone() -> None:
    label = "Correction: prices fell by a tenth in a week."
    assert found(label, at=0)
    assert found(label, at=12)
    assert not found(label, at=5)


def test_a_heading_labels_the_paragraph_below_it() -> None:
    blocks = (
        *STORY,
        Block("heading", "Corrections and clarifications"),
        Block("paragraph", "The boat is called Tern."),
    )
    assert notices_in(blocks) == [Notice("correction", "The boat is called Tern.")]


def test_a_page_of_corrections_to_other_articles_corrects_nothing_itself() -> None:
    lines = (f"News: An earlier version of this story misstated the depth of basin {n}." for n in range(9))
    assert notices_in(tuple(Block("paragraph", line) for line in lines)) == []


@pytest.mark.parametrize(
    ("text", "day"),
    [
        ("This article was amended on 12 January 2024 to correct the name of a boat.", "2024-01-12"),
        ("Correction, Jan. 12, 2024: The ice was 12 centimetres thick.", "2024-01-12"),
        ("Correction (12 January 2024): The ice was 12 centimetres thick.", "2024-01-12"),
        ("Dieser Artikel wurde am 12. Januar 2024 korrigiert.", "2024-01-12"),
        ("An earlier version of this article misstated the date of the storm as 3 May 2019.", None),
        ("Correction: The bridge was opened on 3 May 2019.", None),
    ],
)
def test_the_day_of_a_notice_is_not_the_day_that_it_speaks_of(text: str, day: str | None) -> None:
    assert [notice.at for notice in found(text)] == [day]


def test_markup_declares_corrections_as_texts_and_as_comments() -> None:
    story = {
        "@type": "NewsArticle",
        "correction": [
            "The ferry carries 40 cars.",
            {"@type": "CorrectionComment", "text": "The boat is called Tern.", "datePublished": "2024-01-12"},
            "https://echo.example/corrections",
        ],
    }
    assert list(declared_notices(story)) == [
        Notice("correction", "The ferry carries 40 cars.", declared=True),
        Notice("correction", "The boat is called Tern.", "2024-01-12", declared=True),
    ]


def test_a_text_that_is_nothing_but_its_retraction_declares_it() -> None:
    said = Block("paragraph", "This article has been withdrawn at the request of the agency.")
    assert [notice.declared for notice in notices_in([said])] == [True]
    assert [notice.declared for notice in notices_in([Block("paragraph", "The ferry sailed at noon."), said])] == [
        False
    ]


def test_what_markup_and_text_say_alike_is_one_notice() -> None:
    told = Notice("correction", "The boat is called Tern.", "2024-01-12", declared=True)
    shown = Notice("correction", "Correction: The boat is called Tern.")
    assert merged([told, shown]) == (told,)
