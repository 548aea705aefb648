"""True statements and what they rest on: sentences of articles, and rewrites of such sentences."""

from __future__ import annotations

import gzip
import itertools
import json
import random
import zlib
from collections import defaultdict
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from eval.duplicates import judged
from qa.errors import UnreadableSource
from qa.ingest import read
from qa.sentences import split
from qa.types import (
    NUMBERED,
    Article,
    Draft,
    DraftStatement,
    Evidence,
    Hit,
    Paragraph,
    Passage,
    Query,
    Source,
    Span,
)

SETS = Path(__file__).parents[1] / "sets"
SEED = 20
_WORDS = range(8, 46)
_LONGEST = 1_800  # characters of a paragraph; what is longer is a whole page in one block


@dataclass(frozen=True, slots=True)
class Truth:
    """A statement with the paragraph that bears it: the ``number``-th of the article.

    Attributes:
        text: what is said; the sentence itself, a rewrite or a mutant of it.
        sentence: the sentence that the statement comes from; it decides the half.
    """

    text: str
    sentence: str
    source: Source
    paragraphs: tuple[str, ...]
    number: int

    @property
    def half(self) -> str:
        return half_of(self.sentence)

    @property
    def paragraph(self) -> str:
        return self.paragraphs[self.number - 1]


def half_of(text: str) -> str:
    return "held" if zlib.crc32(text.encode()) % 2 else "tune"


def sentences(articles: Sequence[Article], *, most: int) -> list[Truth]:
    """Up to ``most`` sentences of a usual length, drawn from a fixed seed."""
    places = [(article, number) for article in articles for number in range(1, len(_paragraphs(article)) + 1)]
    random.Random(SEED).shuffle(places)  # before any paragraph is cut: cutting all of a large archive takes minutes
    found = (truth for article, number in places for truth in _of_paragraph(article, number))
    return list(itertools.islice(found, most))


def rewrites(articles: Sequence[Article], path: Path = SETS / "rewrites" / "sample.jsonl") -> list[Truth]:
    """The rewrites of sentences of these articles.

    Raises:
        UnreadableSource: a line names a paragraph that there is not, or a sentence that is not in it.
    """
    known: dict[str, list[Article]] = defaultdict(list)  # of some articles the sample has two versions
    for article in articles:
        known[_key(article)].append(article)
    return [_rewrite(json.loads(line), known, path) for line in path.read_text("utf-8").splitlines()]


def sample() -> list[Article]:
    """The articles of the sample archive."""
    return [item for item in read([str(SETS / "sample" / "articles")]) if isinstance(item, Article)]


def news(folder: Path) -> list[Article]:
    """The articles of realtimeqa_news in ``folder``.

    Raises:
        UnreadableSource: they are not there.
    """
    path = folder / "realtimeqa_news" / "articles.jsonl.gz"
    if not path.is_file():
        raise UnreadableSource("the articles are not there", path=str(path), hint="name the folder that holds them")
    return list(judged.articles(path))


def claims(folder: Path) -> list[dict[str, object]]:
    """The rows of claim_support in ``folder``: id, set, premise, claim, supported.

    Raises:
        UnreadableSource: they are not there.
    """
    path = folder / "claim_support" / "claims.dev.jsonl.gz"
    if not path.is_file():
        raise UnreadableSource("the claims are not there", path=str(path), hint="name the folder that holds them")
    with gzip.open(path, "rt", encoding="utf-8") as file:
        return [json.loads(line) for line in file]


def drafted(truth: Truth) -> tuple[Draft, Evidence]:
    """The statement citing its whole paragraph, as a language model does; the article's others are offered beside."""
    hits, start = [], 0
    for number, text in enumerate(truth.paragraphs, 1):
        paragraph = Paragraph(number, f"p{number}", "paragraph", start, start + len(text), text)
        passage = Passage(f"p{number}", paragraph, truth.source, start, start + len(text), text)
        hits.append(Hit(passage, None, None, 0.0))
        start += len(text) + 2
    cited = hits[truth.number - 1].passage
    span = Span(cited.source, cited.paragraph, cited.start, cited.end)
    near = sorted(hits, key=lambda hit: abs((hit.passage.paragraph.number or 0) - truth.number))[:8]
    return Draft((DraftStatement(truth.text, (span,)),), "benchmark", 1.0), Evidence(Query("?"), tuple(near))


def _of_paragraph(article: Article, number: int) -> Iterator[Truth]:
    texts = _paragraphs(article)
    if len(texts[number - 1]) > _LONGEST:
        return
    for sentence in split(texts[number - 1]):
        whole = sentence.text[:1].isupper() or sentence.text[:1] in "\"“‘'"
        if len(sentence.text.split()) in _WORDS and whole and sentence.text[-1:] in ".!?\"”’'":
            yield Truth(sentence.text, sentence.text, _source(article), texts, number)


def _rewrite(row: dict[str, str | int], known: Mapping[str, Sequence[Article]], path: Path) -> Truth:
    number, sentence = int(row["paragraph"]), str(row["sentence"])
    for article in known[str(row["article"])]:
        texts = _paragraphs(article)
        if number <= len(texts) and sentence in texts[number - 1]:
            return Truth(str(row["rewrite"]), sentence, _source(article), texts, number)
    raise UnreadableSource(f"paragraph {number} of {row['article']} has no {sentence[:40]!r}", path=str(path))


def _paragraphs(article: Article) -> tuple[str, ...]:
    return tuple(block.text for block in article.blocks if block.kind in NUMBERED)


def _key(article: Article) -> str:
    return article.given_id or article.url or article.title


def _source(article: Article) -> Source:
    return Source(
        article_id=_key(article),
        version="v",
        title=article.title,
        source=article.source,
        authors=article.authors,
        published_at=article.published_at,
        updated_at=article.updated_at,
        url=article.url,
        language=article.language,
        section=article.section,
        genre=article.genre,
        status="current",
        known_from=None,
        known_until=None,
    )
