"""Lists: what a colon announces is found, read and said together; one item only where the question means just that."""

from __future__ import annotations

from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from api.openai.annotations import Annotator
from qa.catalogue.lists import in_its_list
from qa.cite import between
from qa.engine import Engine
from qa.read import lists
from qa.terminal import print_answer
from qa.types import Article, Block, BlockKind, Paragraph, Query
from tests.builders import KINDS, article
from tests.fakes import small_engine
from tests.test_reading_as_a_set import candidate

LEAD = "The harbour master asked the trust for three repairs:"
ITEMS = (
    "a tide gauge at Salt Slip that can be read from the office on any night",
    "chain in place of rope on every work barge that lies in the upper basin",
    "a siren on a mast that can be heard by all who live in Fish Street",
)
TEXTS = ("One.", "Two:", "Three", "The first is here.", "A second", "Finally, this.")
ASKED = "What was wanted, a gauge, chain or a siren?"


def blocks(*texts: tuple[BlockKind, str]) -> tuple[Block, ...]:
    return tuple(Block(kind, text) for kind, text in texts)


def listed(*, lead: str = LEAD, items: tuple[str, ...] = ITEMS, after: str = "Rain fell on Tuesday.") -> Article:
    bullets = (("list_item", item) for item in items)
    return Article("Storm", blocks(("paragraph", "A storm came."), ("paragraph", lead), *bullets, ("paragraph", after)))


def paragraphs(*kinds: BlockKind, texts: tuple[str, ...] | None = None) -> list[Paragraph]:
    """Blocks as an archive has them, with numbers for those that have one."""
    made, start = list[Paragraph](), 0
    for place, kind in enumerate(kinds):
        text = texts[place] if texts else f"Block {place}."
        number = None if kind in {"heading", "caption", "table"} else place + 1
        made.append(Paragraph(number, f"p{place}", kind, start, start + len(text), text))
        start += len(text) + 2
    return made


@pytest.fixture
def engine(home):
    engine = small_engine(home)
    yield engine
    engine.close()


def passage_of(paragraph: Paragraph):
    passage = candidate(paragraph.text, paragraph.text).hit.passage
    return type(passage)("p", paragraph, passage.source, paragraph.start, paragraph.end, paragraph.text)


def said(engine: Engine, question: str) -> list[tuple[str, list[int]]]:
    """The statements, each with the numbers of the paragraphs that it cites."""
    answer = engine.ask(Query(question))
    cited = {citation.number: citation.paragraph for citation in answer.citations}
    return [(one.text, [cited[number] for number in one.citations]) for one in answer.statements]


def test_a_list_is_told_whole_each_item_by_its_own_paragraph(engine: Engine) -> None:
    engine.archive.add([listed()])
    assert said(engine, ASKED) == [(LEAD, [2]), *((item, [place]) for place, item in enumerate(ITEMS, 3))]


def test_one_item_is_told_with_what_announces_it_where_the_question_means_just_that(engine: Engine) -> None:
    engine.archive.add([listed()])
    assert said(engine, "Who can hear a siren on a mast in Fish Street?") == [(ITEMS[2], [5, 2])]


def test_a_list_is_found_once_by_whichever_of_its_items(engine: Engine) -> None:
    engine.archive.add([listed()])
    hits = engine.evidence(Query("siren gauge chain barge harbour")).hits
    assert [hit.passage.paragraph.number for hit in hits if hit.passage.items] == [2]
    assert not [hit for hit in hits if hit.passage.paragraph.kind == "list_item"]


def test_what_somebody_said_behind_a_colon_is_said_with_it(engine: Engine) -> None:
    said_it = "“The quay will stay shut until the harbour master is content.”"
    engine.archive.add([Article("Quay", blocks(("paragraph", "The trust told the town:"), ("paragraph", said_it)))])
    assert said(engine, "What did the trust tell the town?") == [("The trust told the town:", [1]), (said_it, [2, 1])]
    assert said(engine, "Until when will the quay stay shut?") == [(said_it, [2, 1])]


def test_without_a_colon_the_best_sentence_before_the_list_announces_it() -> None:
    before, item = paragraphs("paragraph", "list_item", texts=("Rain fell. He asked for these.", "a siren"))
    made = candidate("a siren", "siren")
    passage = replace(passage_of(before), items=(item,))
    best_first = [
        replace(made, hit=replace(made.hit, passage=passage), paragraph=of, text=text)
        for of, text in ((item, "a siren"), (before, "He asked for these."), (before, "Rain fell."))
    ]
    announcing = lists.announcing(passage, best_first)
    assert announcing
    assert announcing.text == "He asked for these."


def test_a_deleted_article_takes_its_lists_along(engine: Engine) -> None:
    engine.archive.add([replace(listed(), given_id="gone"), replace(listed(lead="It wants:"), given_id="kept")])
    engine.archive.delete("gone")
    assert {citation.article_id for citation in engine.ask(Query(ASKED)).citations} == {"kept"}


@pytest.mark.parametrize("kind", ["heading", "caption", "table"])
def test_a_colon_announces_nothing_that_cannot_be_cited(kind: BlockKind) -> None:
    around = paragraphs("paragraph", kind, texts=("They are:", "Two."))
    assert in_its_list(passage_of(around[0]), around, 0).following == ()


def test_a_list_ends_where_another_block_begins() -> None:
    around = paragraphs("paragraph", "list_item", "list_item", "heading", "list_item")
    assert in_its_list(passage_of(around[0]), around, 0).items == tuple(around[1:3])


def test_a_list_under_a_heading_is_its_first_item_with_the_others() -> None:
    around = paragraphs("heading", "list_item", "list_item")
    made = in_its_list(passage_of(around[2]), around, 2)
    assert (made.paragraph, made.before, made.items) == (around[1], around[0], tuple(around[1:]))


COUNTED = ("The first charge is theft.", "A second is fraud.", "The last is that he lied.", "He denies it.")


def test_paragraphs_that_count_themselves_are_a_list() -> None:
    around = paragraphs(*["paragraph"] * 4, texts=COUNTED)
    assert in_its_list(passage_of(around[1]), around, 1).items == tuple(around[:3])


def test_what_counts_itself_is_found_where_no_colon_leads_to_it(engine: Engine) -> None:
    engine.archive.add([article("Garrow faces three charges.", *COUNTED)])
    hits = engine.evidence(Query("Is fraud a charge that Garrow faces?")).hits
    assert [(hit.passage.paragraph.number, len(hit.passage.items)) for hit in hits if hit.passage.items] == [(2, 3)]


@pytest.mark.parametrize(
    "texts",
    [
        COUNTED[1:],
        (COUNTED[0], "He denies it.", COUNTED[1]),
        COUNTED[:1],
        ("First Minister Anna Hale resigned.", "The last week was hers."),
        ("The first time was in May.", "The second was in June."),
    ],
)
def test_one_ordinal_makes_no_list(texts: tuple[str, ...]) -> None:
    around = paragraphs(*["paragraph"] * len(texts), texts=texts)
    assert not any(in_its_list(passage_of(one), around, place).items for place, one in enumerate(around))


def test_an_item_far_down_in_a_long_list_stays_by_itself() -> None:
    texts = ("They are:", *("word " * 60 for _ in range(8)))
    around = paragraphs("paragraph", *["list_item"] * 8, texts=texts)
    near, far = (in_its_list(passage_of(around[place]), around, place) for place in (1, 8))
    assert (near.paragraph, len(near.items)) == (around[0], 8)
    assert (far.paragraph, far.before, far.items) == (around[8], around[0], ())


def test_of_a_list_too_long_to_be_told_each_item_stays_by_itself(engine: Engine) -> None:
    lanes = [f"Lane {chr(97 + n) * 4} is shut" for n in range(24)]
    engine.archive.add([listed(lead="Roads are shut:", items=tuple(lanes))])
    assert said(engine, "Is lane wwww shut?") == [(lanes[22], [25, 2])]
    hits = engine.evidence(Query("Is lane wwww shut?")).hits
    assert not any(hit.passage.items for hit in hits)


def test_what_is_said_behind_a_list_begins_a_line(engine: Engine) -> None:
    engine.archive.add([listed()])
    item, other = engine.ask(Query(ASKED)).statements[-1], engine.ask(Query("Did rain fall on Tuesday?"))
    assert between(item.item, other.statements[0].item) == "\n"


@given(st.lists(st.tuples(st.sampled_from(KINDS), st.sampled_from(TEXTS)), min_size=1, max_size=30))
def test_what_is_read_stands_so_in_the_article(made: list[tuple[BlockKind, str]]) -> None:
    around = paragraphs(*(kind for kind, _ in made), texts=tuple(text for _, text in made))
    text = "\n\n".join(text for _, text in made)
    for place, one in enumerate(around):
        if one.number is not None:
            passage = in_its_list(passage_of(one), around, place)
            assert text[passage.start :].startswith(passage.read)
            assert all(paragraph.number is not None for paragraph in (passage.paragraph, *passage.following))
            assert one in (passage.paragraph, *passage.following)


def test_how_an_item_goes_on_is_not_said(engine: Engine) -> None:
    engine.archive.add([listed(items=(f"{ITEMS[0]};", f"{ITEMS[1]}; and", f"{ITEMS[2]}."))])
    assert [text for text, _ in said(engine, ASKED)][1:] == [*ITEMS[:2], f"{ITEMS[2]}."]


def test_each_item_stands_on_a_line_of_its_own_in_the_text(engine: Engine) -> None:
    engine.archive.add([listed()])
    answer = engine.ask(Query(ASKED))
    assert answer.text.split("\n") == [f"{LEAD} [1]", *(f"{item} [{n}]" for n, item in enumerate(ITEMS, 2))]
    assert [one.item for one in answer.statements] == [False, True, True, True]
    told = answer.as_json()
    pieces = Annotator(engine.archive, "").pieces(told)
    assert "".join(piece.delta for piece in pieces) == answer.text


def test_the_terminal_shows_a_list_as_one(engine: Engine, capsys) -> None:
    engine.archive.add([listed()])
    print_answer(engine.ask(Query(ASKED)))
    assert "\n- a tide gauge at Salt Slip" in capsys.readouterr().out


def test_where_hits_are_shown_each_item_is_one(engine: Engine) -> None:
    engine.archive.add([listed()])
    (told,) = [event.data for event in engine.stream(Query(ASKED)) if event.kind == "passages"]
    assert [one["paragraph"] for one in told["passages"]][:4] == [2, 3, 4, 5]
