"""Articles for tests: one by hand in a line, or any number of odd ones by Hypothesis."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from hypothesis import strategies as st

from qa.types import Article, Block, BlockKind, Query

OUTLETS = ("The Ellery Courier", "The Ellery Herald", "Straße & Café", None)
_NAMES = ("Ines Vark", "Tom Haske", "St. Brannoc", "Mr. O’Dell", "D. J. Müller", "Port Ellery", "Ørsted")
_THINGS = ("bridge", "ferry", "council", "flood", "budget", "school", "strike", "harbour", "fire", "mill")
_DEEDS = ("closed", "said", "opened", "burned", "voted", "paid $1.5 million", "lost 14 boats", "rose by 3.2 %")
_WHEN = ("on Friday", "in the U.S.", "after No. 1", "at 9 p.m.", "in 2024", "🌊", "“for ever”", "…")
_HTML = "<script>alert(1)</script><p class='x'>&amp; &lt;b&gt;"
FIRST_DAY = dt.date(2024, 1, 1)
KINDS: tuple[BlockKind, ...] = ("paragraph", "list_item", "quote", "heading", "caption", "table")


def article(*paragraphs: str, title: str = "Bridge closed", **fields: object) -> Article:
    """An article of these paragraphs; other fields by their names."""
    blocks = tuple(Block("paragraph", text) for text in paragraphs)
    return Article(title=title, blocks=blocks, **fields)  # type: ignore[arg-type]


def many(count: int, *, paragraphs: int = 1, start: int = 0) -> list[Article]:
    """Dated articles of alternating outlets, ``a0``, ``a1`` …, each with words of its own."""
    return [
        article(
            *(f"The {_THINGS[n % 10]} of town{n} closed street{n}x{p} on Friday." for p in range(paragraphs)),
            title=f"News of town{n}",
            source=f"Outlet {n % 7}",
            published_at=str(FIRST_DAY + dt.timedelta(days=n % 700)),
            given_id=f"a{n}",
        )
        for n in range(start, start + count)
    ]


days = st.integers(0, 40).map(lambda n: FIRST_DAY + dt.timedelta(days=n))
sentences = st.builds(
    "{} {} the {} {}.".format,
    st.sampled_from(_NAMES),
    st.sampled_from(_DEEDS),
    st.sampled_from(_THINGS),
    st.sampled_from(_WHEN),
)
# Readers take out what no database keeps: NUL, and halves of characters.
any_text = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\x00"), min_size=1, max_size=60)
prose = st.lists(sentences, min_size=1, max_size=4).map(" ".join)
very_long = st.integers(30, 90).flatmap(lambda n: prose.map(lambda text: (text + " ") * n))
unbroken = st.integers(1_790, 4_000).map(lambda n: "ö" * n)
of_lists = st.sampled_from(
    ["The council voted for:", "The first bridge closed;", "The second mill burned; and", "boats"]
)
paragraph_texts = st.one_of(prose, prose, prose, prose, any_text, st.just(_HTML), st.just("No one was hurt."), of_lists)
rare_texts = st.one_of(very_long, unbroken)


@st.composite
def blocks(draw: st.DrawFn) -> tuple[Block, ...]:
    """One to six blocks, most of them paragraphs; some repeat, a few are very long."""
    texts = draw(st.lists(paragraph_texts, min_size=1, max_size=5))
    if draw(st.integers(0, 19)) == 19:
        texts.append(draw(rare_texts))
    if draw(st.booleans()):
        texts.append(texts[0])
    kinds = st.sampled_from(("paragraph", "paragraph", "paragraph", "paragraph", *KINDS))
    return tuple(Block(draw(kinds), text) for text in texts)


@st.composite
def articles(draw: st.DrawFn, given_id: str | None = None) -> Article:
    published = draw(st.none() | days)
    updated = draw(st.none() | st.none() | days)
    return Article(
        title=draw(prose | any_text),
        blocks=draw(blocks()),
        source=draw(st.sampled_from(OUTLETS)),
        authors=tuple(draw(st.lists(st.sampled_from(_NAMES), max_size=2))),
        published_at=None if published is None else str(published) + draw(st.sampled_from(("", "T09:30:00+02:00"))),
        updated_at=None if updated is None else str(updated),
        given_id=given_id,
    )


@dataclass(frozen=True)
class Step:
    """Something that is done to an archive on a day: put the article in, retract it, or delete it."""

    day: dt.date
    deed: str
    article: Article


@st.composite
def histories(draw: st.DrawFn) -> tuple[Step, ...]:
    """Up to twelve steps over six stories, day by day: edits, retractions, deletions and returns among them."""
    when = sorted(draw(st.lists(days, min_size=1, max_size=12)))
    steps: list[Step] = []
    for day in when:
        name = f"story-{draw(st.integers(0, 5))}"
        earlier = [step.article for step in steps if step.article.given_id == name]
        deed = draw(st.sampled_from(("put", "put", "put", "put", "put", "retract", "delete") if earlier else ("put",)))
        fresh = draw(st.sampled_from((True, True, False))) or not earlier
        steps.append(Step(day, deed, draw(articles(given_id=name)) if fresh else draw(st.sampled_from(earlier))))
    return tuple(steps)


@st.composite
def queries(draw: st.DrawFn, texts: Sequence[str]) -> Query:
    """A question, nearly always from words of ``texts``, with any filters."""
    spoken = " ".join(texts).split() or ["nothing"]
    chosen = draw(st.lists(st.sampled_from(spoken), min_size=1, max_size=8)) if draw(st.integers(0, 9)) else []
    opening = draw(st.sampled_from(("Who", "When", "How many", "What", "")))
    question = " ".join((opening, *chosen)).strip() or draw(any_text)
    return Query(
        question=question[:2_000],
        as_of=draw(st.none() | days),
        after=draw(st.none() | st.none() | st.none() | days),
        before=draw(st.none() | st.none() | st.none() | days),
        sources=tuple(name for name in draw(st.lists(st.sampled_from(OUTLETS), max_size=2)) if name)
        if draw(st.integers(0, 3)) == 3
        else (),
    )
