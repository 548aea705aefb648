"""Draft and verdicts -> the parts of an Answer: text, numbered statements and citations. Pure."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace

from qa.resolve import citation_id
from qa.types import Citation, Disagreement, Draft, DraftStatement, Hit, Nearest, Source, Span, Statement, Verdict

_NEAREST = 3


def cite(draft: Draft, verdicts: Sequence[Verdict]) -> tuple[str, tuple[Statement, ...], tuple[Citation, ...]]:
    """The text with its markers, its statements and its citations, of the supported statements alone.

    The text is made of the statements, each followed by its markers: ``One. [1] Two. [1][2]``. Items of a list stand on
    lines of their own.
    """
    statements: list[Statement] = []
    citations: dict[Span, Citation] = {}
    text = ""
    for drafted, verdict in _supported(draft, verdicts):
        text += between(statements[-1].item, drafted.item) if statements else ""
        start = len(text)
        numbers = tuple(_number(span, citations) for span in dict.fromkeys(drafted.spans))
        end = start + len(drafted.text)
        statements.append(Statement(drafted.text, start, end, numbers, verdict, drafted.reports, drafted.item))
        text += marked(drafted.text, numbers)
    return text, tuple(statements), tuple(citations.values())


def between(*items: bool) -> str:
    """What parts two statements: a line end where one of them is an item of a list."""
    return "\n" if any(items) else " "


def marked(statement: str, numbers: Sequence[int]) -> str:
    """A statement as it stands in an answer's text: followed by the markers of its citations."""
    return statement + " " + "".join(marker(number) for number in numbers)


def marker(number: int) -> str:
    return f"[{number}]"


def disagreements(draft: Draft, verdicts: Sequence[Verdict]) -> tuple[Disagreement, ...]:
    """The draft's disagreements of which every statement is supported, by their places in the answer."""
    shown = [place for place, verdict in enumerate(verdicts) if verdict.verdict == "supported"]
    place_of = {drafted: said for said, drafted in enumerate(shown)}
    return tuple(
        replace(one, statements=tuple(place_of[drafted] for drafted in one.statements))
        for one in draft.disagreements
        if all(drafted in place_of for drafted in one.statements)
    )


def nearest(hits: Sequence[Hit]) -> tuple[Nearest, ...]:
    """Up to three paragraphs that come closest, for a refusal to show as not answering."""
    best: dict[str, Hit] = {}
    for hit in hits:
        if hit.passage.paragraph.number is not None:
            best.setdefault(hit.passage.paragraph.paragraph_id, hit)
    return tuple(_near(hit) for hit in best.values())[:_NEAREST]


def permalink(source: Source, paragraph: int) -> str:
    """Where the service shows the paragraph; names the version where it is not the current one."""
    version = "" if source.status == "current" else f"?version={source.version}"
    return f"/articles/{source.article_id}{version}#p{paragraph}"


def _supported(draft: Draft, verdicts: Sequence[Verdict]) -> Iterator[tuple[DraftStatement, Verdict]]:
    for statement, verdict in zip(draft.statements, verdicts, strict=True):
        if verdict.verdict == "supported":
            yield statement, verdict


def _number(span: Span, citations: dict[Span, Citation]) -> int:
    if span not in citations:
        citations[span] = _citation(span, len(citations) + 1)
    return citations[span].number


def _citation(span: Span, number: int) -> Citation:
    source, paragraph = span.source, span.paragraph
    assert paragraph.number is not None
    return Citation(
        number=number,
        citation_id=citation_id(source.version, span.start, span.end),
        article_id=source.article_id,
        version=source.version,
        title=source.title,
        source=source.source,
        authors=source.authors,
        published_at=source.published_at,
        updated_at=source.updated_at,
        url=source.url,
        paragraph=paragraph.number,
        paragraph_id=paragraph.paragraph_id,
        quote=span.quote,
        start=span.start,
        end=span.end,
        permalink=permalink(source, paragraph.number),
        status=source.status,
        highlight=span.highlight,
    )


def _near(hit: Hit) -> Nearest:
    source, paragraph = hit.passage.source, hit.passage.paragraph
    assert paragraph.number is not None
    return Nearest(
        article_id=source.article_id,
        title=source.title,
        source=source.source,
        published_at=source.published_at,
        url=source.url,
        paragraph=paragraph.number,
        paragraph_id=paragraph.paragraph_id,
        text=paragraph.text,
        permalink=permalink(source, paragraph.number),
    )
