"""A run for other tools: JSON Lines as Ragas reads them, and TREC's run file with its qrels.

The words of a run as it was; nothing is asked, and nothing is scored. Keys are those of Ragas' SingleTurnSample
(docs.ragas.io, 'Evaluation Sample'), with the question's id, which it passes over.
"""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Any

from eval.convert.trec import document_of, name_of
from eval.judge import hits_gold
from qa.errors import ArticleNotFound

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from eval.ask import Reply
    from eval.library import Library
    from eval.questions import Gold, Question
    from eval.runs import Run

RUN_NAME = "qa"
_NOWHERE = "nowhere"


def ragas(run: Run, library: Library | None = None) -> Iterator[dict[str, Any]]:
    """One record a question, in the set's order: what was asked, said and read, and what was expected.

    ``reference_contexts`` is null unless the text of every gold paragraph is known: from the run itself, or from
    the library. Without a library that is so for questions whose gold was found, and a mean over these alone
    would flatter. ``reference`` is the first of the expected answers; null for an unanswerable question.
    """
    ids = _ids_by_url(run)
    seen = {(p["article_id"], p["paragraph"]): str(p["text"]) for r in run.replies for p in _read(r) if p["text"]}
    for question, reply in zip(run.questions, run.replies, strict=True):
        expected = [replace(gold, article=ids.get(gold.article, gold.article)) for gold in question.gold]
        texts = [_text_of(gold, seen, library) for gold in expected]
        yield {
            "question_id": question.id,
            "user_input": question.question,
            "response": reply.answer["text"],
            "retrieved_contexts": [str(passage["text"]) for passage in _read(reply)],
            "retrieved_context_ids": [_document(passage) for passage in _read(reply)],
            "reference": question.answers[0] if question.answers else None,
            "reference_contexts": texts if texts and None not in texts else None,
            "reference_context_ids": [_document_of(gold) for gold in expected] or None,
        }


def trec_run(run: Run) -> Iterator[str]:
    """``question Q0 document rank score name`` a line; a paragraph that was read in slices stands once.

    The score falls with the rank, since trec_eval sorts by it alone.
    """
    for question, reply in zip(run.questions, run.replies, strict=True):
        documents = [_document(passage) for passage in _read(reply)]
        for rank, document in enumerate(documents, start=1):
            yield f"{name_of(question.id)} Q0 {document} {rank} {len(documents) - rank + 1} {RUN_NAME}\n"


def trec_qrels(run: Run) -> Iterator[str]:
    """``question 0 document 1`` a line, for every question with gold.

    Gold without a paragraph number is told by the paragraphs of the run that hit it. Where none does, a document
    that no ranking has stands for it, so that what was missed counts as missed.
    """
    ids = _ids_by_url(run)
    for question, reply in zip(run.questions, run.replies, strict=True):
        for document in dict.fromkeys(_relevant(question, reply, ids)):
            yield f"{name_of(question.id)} 0 {document} 1\n"


def _read(reply: Reply) -> Sequence[Mapping[str, Any]]:
    """The ranking, each paragraph once; of a run that was not told one, the paragraphs that the answer cites."""
    pairs = zip(reply.answer["citations"], reply.paragraphs, strict=True)
    passages = reply.passages or [{**citation, "text": text} for citation, text in pairs]
    first: dict[str, Mapping[str, Any]] = {}
    for passage in passages:
        first.setdefault(_document(passage), passage)
    return list(first.values())


def _ids_by_url(run: Run) -> dict[str, str]:
    """Gold may name an article by its url, which a ranking gives beside the id."""
    return {str(p["url"]): str(p["article_id"]) for r in run.replies for p in _read(r) if p["url"]}


def _relevant(question: Question, reply: Reply, ids: Mapping[str, str]) -> Iterator[str]:
    for number, gold in enumerate(question.gold, start=1):
        hitting = [_document(p) for p in _read(reply) if hits_gold(p, str(p["text"]), gold)]
        article = ids.get(gold.article, gold.article)
        if gold.paragraph is not None:
            yield document_of(article, gold.paragraph)
        elif not hitting:
            yield f"{name_of(article)}#{_NOWHERE}-{number}"
        yield from hitting


def _document(passage: Mapping[str, Any]) -> str:
    if passage["paragraph"]:
        return document_of(str(passage["article_id"]), int(passage["paragraph"]))
    return name_of(str(passage["article_id"]))


def _document_of(gold: Gold) -> str:
    return _document({"article_id": gold.article, "paragraph": gold.paragraph})


def _text_of(gold: Gold, seen: Mapping[tuple[Any, Any], str], library: Library | None) -> str | None:
    if gold.paragraph is None:
        return gold.quote
    text = seen.get((gold.article, gold.paragraph))
    return text if text is not None or library is None else _looked_up(gold, library)


def _looked_up(gold: Gold, library: Library) -> str | None:
    """In the newest version that has such a paragraph."""
    for version in reversed(library.versions(gold.article)):
        try:
            text = library.paragraphs(gold.article, version).get(gold.paragraph or 0)
        except ArticleNotFound:
            continue
        if text is not None:
            return text
    return None
