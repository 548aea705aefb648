"""What an article's page says of itself to machines: schema.org's NewsArticle, as JSON-LD."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from qa.markup import Markup, data_block, web_url
from qa.types import ArticleEvent, Source

_TYPES = {"opinion": "OpinionNewsArticle", "analysis": "AnalysisNewsArticle", "review": "ReviewNewsArticle",
          "live_blog": "LiveBlogPosting", "sponsored": "AdvertiserContentArticle"}  # fmt: skip


def structured_data(source: Source, events: Sequence[ArticleEvent]) -> Markup:
    """Only what the archive knows; the publisher's own page is the main one, ours a copy of it."""
    corrections = [_correction(event) for event in events if event.kind != "retraction"]
    told = {
        "@context": "https://schema.org",
        "@type": _TYPES.get(source.genre or "", "NewsArticle"),
        "headline": source.title,
        "author": [{"@type": "Person", "name": name} for name in source.authors],
        "publisher": {"@type": "Organization", "name": source.source} if source.source else None,
        "datePublished": source.published_at,
        "dateModified": source.updated_at,
        "articleSection": source.section,
        "inLanguage": source.language,
        "mainEntityOfPage": web_url(source.url),
        "correction": corrections,
        "creativeWorkStatus": "Retracted" if source.status == "retracted" else None,
    }
    return data_block("application/ld+json", {name: value for name, value in told.items() if value})


def _correction(event: ArticleEvent) -> dict[str, Any]:
    return {"@type": "CorrectionComment", "text": event.text, "datePublished": event.at}
