"""What became of a citation since it was given. Pure: the cited version and the current one in, a value out."""

from __future__ import annotations

from qa.difference import compare
from qa.errors import CitationNotFound
from qa.types import ResolvedCitation, Version


def citation_id(version: str, start: int, end: int) -> str:
    """A citation's id is what it points at, so it can be resolved without having been stored."""
    return f"c_{version}_{start}_{end}"


def parse_citation(citation: str) -> tuple[str, int, int]:
    parts = citation.split("_")
    if len(parts) != 4 or parts[0] != "c" or not all(p.isascii() and p.isdigit() and len(p) < 10 for p in parts[2:]):
        raise CitationNotFound(f"{citation[:80]!r} is not a citation id", hint="they look like c_0123456789abcdef_0_42")
    return parts[1], int(parts[2]), int(parts[3])


def resolve_citation(citation: str, cited: Version, current: Version, start: int, end: int) -> ResolvedCitation:
    paragraph = next((p for p in cited.paragraphs if p.start <= start < end <= p.end and p.number is not None), None)
    if paragraph is None:
        raise CitationNotFound(f"{citation} points at no paragraph of {cited.source.article_id}")
    now = next((p for p in current.paragraphs if p.paragraph_id == paragraph.paragraph_id), None)
    if current.source.status == "retracted":
        status = "retracted"
    elif now is not None:
        status = "current" if now.number == paragraph.number else "moved"
    else:
        status = "edited" if paragraph in compare(cited, current).edited else "removed"
    return ResolvedCitation(
        citation_id=citation,
        status=status,  # type: ignore[arg-type]
        article_id=cited.source.article_id,
        version=cited.source.version,
        quote=cited.text[start:end],
        source=cited.source,
        paragraph=paragraph,
        current_version=current.source.version,
        number_now=now.number if now is not None else None,
        reason=current.source.reason,
    )
