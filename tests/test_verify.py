"""The verifier: each rule on worlds of a sentence or two, the order of the checks, and citations that move."""

from __future__ import annotations

from collections.abc import Sequence

import pytest

from qa.types import Draft, DraftStatement, Evidence, Hit, Paragraph, Passage, Query, Source, Span
from qa.verify import RULES, Verifier
from qa.verify.case import Case, Ground
from qa.verify.dates import find_days
from qa.verify.prose import prose
from qa.verify.quantities import find_quantities

BRIDGE = "Seven cracks were found in two of the four girders of the bridge on Tuesday, said Ines Vark, the engineer."
FERRY = "The ferry will run until June at a cost of £31,000 a month. It carries twelve people at a time."


def source(**fields: object) -> Source:
    known = {
        "article_id": "a", "version": "v", "title": "Bridge closed", "source": "The Courier", "authors": (),
        "published_at": "2023-03-15", "updated_at": None, "url": None, "language": None, "section": None, "genre": None,
        "status": "current", "known_from": None, "known_until": None,
    }  # fmt: skip
    return Source(**{**known, **fields})  # type: ignore[arg-type]


def hits(*texts: str) -> tuple[Hit, ...]:
    paragraphs = [Paragraph(n, f"p{n}", "paragraph", n * 1000, n * 1000 + len(t), t) for n, t in enumerate(texts, 1)]
    return tuple(Hit(Passage(p.paragraph_id, p, source(), p.start, p.end, p.text), 1, 1, 0.1) for p in paragraphs)


def cites(hit: Hit) -> Span:
    passage = hit.passage
    return Span(passage.source, passage.paragraph, passage.start, passage.end)


def evidence(offered: Sequence[Hit]) -> Evidence:
    return Evidence(Query("?"), tuple(offered))


def draft(text: str, *spans: Span) -> Draft:
    return Draft((DraftStatement(text, spans),), "test", 1.0)


def verdict(statement: str, paragraph: str):
    offered = hits(paragraph)
    return Verifier().verify(draft(statement, cites(offered[0])), evidence(offered))[0]


def finds(rule: str, statement: str, paragraph: str) -> bool:
    return RULES[rule](Case(prose(statement, whole=True), Ground(prose(paragraph), (source(),)))) is not None


class Sure:
    """A scorer that finds everything in everything."""

    def score(self, question: str, passages: Sequence[str]) -> list[float]:
        return [9.0 for _ in passages]


def test_a_whole_sentence_of_the_paragraph_is_verbatim_whatever_its_quotation_marks() -> None:
    assert verdict('"No," said Ines Vark.', "It rained. “No,” said Ines Vark. He left.").checker == "verbatim"


def test_a_piece_of_a_sentence_is_not_verbatim() -> None:
    found = verdict("The bridge would open.", "She denied that the bridge would open.")
    assert found.verdict != "supported"


def test_a_reworded_statement_is_supported() -> None:
    text = "Ines Vark, the engineer, said on Tuesday that 7 cracks were found in two of the bridge's four girders."
    assert verdict(text, BRIDGE).verdict == "supported"


def test_the_reason_is_one_line_that_names_both_numbers() -> None:
    found = verdict("Nine cracks were found in two of the four girders, said Ines Vark.", BRIDGE)
    assert (found.verdict, found.checker) == ("contradicted", "numbers")
    assert found.reason == "the paragraph says Seven, not Nine"


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("two million", "2m"), ("£6.2 million", "£6.2m"), ("19%", "19 per cent"), ("twenty-three", "23"),
        ("a dozen", "12"), ("an hour and a half", "90 minutes"), ("at 6pm", "at six in the evening"),
        ("the third", "the 3rd"), ("41cm", "41 centimetres"), ("30p", "30 pence"), ("nine tenths", "90 per cent"),
    ],
)  # fmt: skip
def test_formats_of_one_number_are_equal(one: str, other: str) -> None:
    (mine,), (theirs,) = find_quantities(one), find_quantities(other)
    assert mine.equals(theirs)


@pytest.mark.parametrize(
    ("one", "other"),
    [("£5", "$5"), ("12 years", "12 months"), ("6am", "6pm"), ("5 million", "5 billion"), ("4 km", "4 miles")],
)
def test_other_units_are_other_numbers(one: str, other: str) -> None:
    (mine,), (theirs,) = find_quantities(one), find_quantities(other)
    assert not mine.equals(theirs)


@pytest.mark.parametrize(
    ("rule", "statement", "paragraph"),
    [
        ("numbers", "Four cracks were found in two of the girders.", BRIDGE),
        ("numbers", "The ferry costs exactly $31,000 a month.", FERRY),
        ("numbers", "The town has 340 boats.", "The town has more than 340 boats."),
        ("dates", "The cracks were found on Friday.", BRIDGE),
        ("dates", "The ferry will run until July.", FERRY),
        ("names", "Seven cracks were found, said Tom Haske, the engineer.", BRIDGE),
        ("names", "Ines Vark sued Tom Haske.", "Tom Haske sued Ines Vark."),
        ("names", "Tom Vark found seven cracks.", "Ines Vark found seven cracks. Tom Haske paid."),
        ("offices", "The mayor closed the street on Friday.", "The flood closed the street on Friday."),
        ("offices", "It was two policemen who closed it.", "The flood closed the street on Friday."),
        ("telling", "Of them 38 per cent work.", "Our report said that 38 per cent of them work. It is 28."),
        ("telling", "Ann Lee led the choir.", "The caption wrongly named Ann Lee, who led the choir."),
        ("quotations", "She called it “a long night”.", "She called it “a short night”."),
        ("speakers", "Tom Haske said that it was cold.", "Ines Vark said that it was cold. Tom Haske left."),
        ("sayings", "The council hid the report.", "Ines Vark said that the council hid the report."),
        ("negation", "The bridge was not closed.", "The bridge was closed."),
        ("negation", "The bridge was closed.", "The bridge was never closed."),
        ("negation", "No ward was not flooded.", "No ward was flooded."),
        ("negation", "Ines Vark is related to the man charged.", "Ines Vark is not related to the accused."),
        ("direction", "Sales fell in spring.", "Sales rose in spring."),
        ("direction", "It opened before the storm.", "It opened after the storm."),
        ("hedges", "Orme took the money.", "Orme allegedly took the money."),
        ("hedges", "The mill will close.", "The mill may close."),
        ("hedges", "The mill built a hall.", "The mill plans to build a hall."),
        ("joined", "Ines Vark won and sold the harbour mill.", "Ines Vark won. Tom Haske sold the harbour mill."),
        ("voice", "I am a pirate.", "You are now a pirate."),
        ("wording", "The mayor of Port Ellery closed the street.", "The flood of Port Ellery closed the street."),
        ("wording", "The storm damaged the old town pier.", "The storm flooded the old town pier."),
    ],
)  # fmt: skip
def test_a_rule_notices_what_it_is_for(rule: str, statement: str, paragraph: str) -> None:
    assert finds(rule, statement, paragraph)


@pytest.mark.parametrize(
    ("rule", "statement", "paragraph"),
    [
        ("numbers", "About 340 boats came.", "Exactly 338 boats came."),
        ("numbers", "Over 300 boats came.", "In all 338 boats came."),
        ("dates", "It closed on 14 March.", "It closed on Tuesday."),
        ("dates", "It closed the day before, on 14 March 2023.", "It closed yesterday."),
        ("names", "Vark found seven cracks.", "Ines Vark found seven cracks."),
        ("names", "Tom Haske was sued by Ines Vark.", "Ines Vark sued Tom Haske."),
        ("names", "Ines Vark said she would leave.", "Ines Vark came late. She said that she would leave."),
        ("offices", "A detective closed it.", "Police closed the street on Friday."),
        ("offices", "The councillors' vote closed it.", "Cllr Vark closed the street on Friday."),
        ("offices", "The general closed his private street.", "The flood closed the street on Friday."),
        ("telling", "The Echo had wrongly said that 38 work.", "Our report said that 38 work. The right figure is 28."),
        ("telling", "Of them 28 per cent work.", "Our report was late. It is 28 per cent of them that work."),
        ("quotations", "It was “a long night”, she said.", "“It was a long night,” she said."),
        ("speakers", "According to Ines Vark, it was cold.", "“It was cold,” said Ines Vark."),
        ("sayings", "Ines Vark led the inquiry.", "Ines Vark, who led the inquiry, said outside that it was cold."),
        ("negation", "It takes weeks rather than days.", "It takes weeks, not days."),
        ("negation", "They found no trace.", "They searched without finding a trace."),
        ("direction", "More people came.", "More people came, and fewer left."),
        ("hedges", "Orme is accused of taking the money.", "Orme allegedly took the money."),
        ("hedges", "The mill is expected to close.", "The mill may close."),
        ("joined", "Ines Vark won the vote and sold the mill.", "Ines Vark won the vote. She sold the mill."),
        ("voice", "“I am a pirate,” he said.", "“I am a pirate,” he said."),
        ("wording", "The storm flooded the pier at the harbour.", "The storm flooded the pier near the harbour."),
    ],
)  # fmt: skip
def test_a_rule_leaves_alone_what_is_said_in_other_words(rule: str, statement: str, paragraph: str) -> None:
    assert not finds(rule, statement, paragraph)


def test_words_in_quotation_marks_of_backticks_are_not_code() -> None:
    text = "The flood, known as `sleeper', closed ``all but one'' of the streets."
    assert not finds("telling", "The flood closed nearly all streets.", text)
    assert finds("telling", "The flood closed nearly all streets.", "The flood closed `rm -rf streets` of the town.")


def test_a_weekday_is_looked_up_in_the_week_of_publication() -> None:
    (told,), (asked,) = find_days("on Tuesday"), find_days("14 March 2023")
    assert told.implies(asked, Ground(prose(""), (source(),)).days)


def test_a_model_that_is_sure_does_not_outvote_a_rule() -> None:
    offered = hits("The bridge was closed.")
    (found,) = Verifier(Sure()).verify(draft("The bridge was not closed.", cites(offered[0])), evidence(offered))
    assert found.verdict == "contradicted"


def test_a_statement_about_other_things_is_unsupported_and_says_of_what() -> None:
    found = verdict("Gulls nest beneath chimneys.", BRIDGE)
    assert found.verdict == "unsupported"
    assert found.reason == "the paragraph says nothing of “Gulls”, “nest”, “beneath”"


def test_a_statement_gets_the_offered_paragraph_that_says_it() -> None:
    offered = hits(BRIDGE, FERRY)
    checked = Verifier().check(draft("The ferry carries 12 people at a time.", cites(offered[0])), evidence(offered))
    assert checked.draft.statements[0].spans == (cites(offered[1]),)
    assert checked.verdicts[0].verdict == "supported"


def test_a_citation_that_bears_nothing_goes_where_another_bears_all() -> None:
    offered = hits(BRIDGE, FERRY)
    said = draft("The ferry carries 12 people at a time.", cites(offered[0]), cites(offered[1]))
    assert Verifier().check(said, evidence(offered)).draft.statements[0].spans == (cites(offered[1]),)


def test_a_statement_without_a_citation_gets_none() -> None:
    checked = Verifier().check(draft("The ferry carries 12 people at a time."), evidence(hits(FERRY)))
    assert checked.draft.statements[0].spans == ()
    assert checked.verdicts[0].verdict == "unsupported"
