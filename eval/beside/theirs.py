"""Their side: LlamaIndex's ``CitationQueryEngine`` as it comes, over our retriever and the same language model.

It answers in free text, so two things are read out of its words. A sentence cites what it names as ``[1]``, ``[1, 2]``
or ``Source 1``, within it or right behind it. And an answer is a refusal where a sentence says that the sources do not
tell (by its words, and it speaks of the sources or cites none), and no other sentence cites one.
"""

from __future__ import annotations

import re
import time
from typing import TYPE_CHECKING, Any

from llama_index.core.base.llms.types import CompletionResponse, CompletionResponseGen, LLMMetadata
from llama_index.core.llms import CustomLLM
from llama_index.core.query_engine import CitationQueryEngine
from pydantic import PrivateAttr

from eval.beside.record import Paragraph, Said, Stated
from qa.errors import ModelError, ModelUnreachable
from qa.interop.llamaindex import ArchiveRetriever
from qa.models.chat import ChatModel, Message
from qa.read.llm import OFFERED
from qa.sentences import split

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from eval.questions import Question
    from qa.engine import Engine
    from qa.settings import LLMSettings

NAME = "CitationQueryEngine"
_NUMBERS = r"\d{1,3}(?:\s*(?:,|;|and|&)\s*\d{1,3})*"
_MARK = re.compile(rf"\[(?:[Ss]ources?\s+)?({_NUMBERS})\]|\b[Ss]ources?\s+({_NUMBERS})")
_BEHIND = re.compile(rf"([.!?][\"”’']?)\s*((?:\[{_NUMBERS}\]\s*)+)")
_BRACKETS = re.compile(rf"\s*\[(?:[Ss]ources?\s+)?{_NUMBERS}\]")
_UNTOLD = re.compile(
    r"\bnone of the (?:\w+ )?(?:sources|articles|paragraphs|passages|information)\b"
    r"|\b(?:do|does|did|is|are|was|were)(?: not|n['’]t) (?:\w+ ){0,3}?"
    r"(?:mention|mentioned|contain|provide|provided|state|stated|specify|specified|say|tell|include|give|given|available"
    r"|address|answer|indicate|indicated|clear|known|discuss)\b"
    r"|\bno (?:\w+ ){0,2}(?:information|mention|answer|details?|sources?)\b"
    r"|\bnot (?:enough|sufficient) information\b"
    r"|\b(?:cannot|can['’]t|can not|unable to|not possible to|impossible to) (?:be )?(?:\w+ )?"
    r"(?:answer|answered|determine|determined|find|provide|say|tell)\b"
    r"|^Empty Response$",
    re.IGNORECASE,
)
_SOURCES = re.compile(r"\b(?:sources?|information|articles?|passages?|paragraphs?|context|text)\b", re.IGNORECASE)


class Served(CustomLLM):
    """The model as LlamaIndex asks it: one message, by the client and with the bounds of our own reader."""

    _chat: ChatModel = PrivateAttr()
    _bounds: Any = PrivateAttr()

    def __init__(self, settings: LLMSettings) -> None:
        super().__init__()
        self._bounds = settings
        # Their own count of a prompt's tokens bounds it, and is lower than our estimate.
        self._chat = ChatModel(settings.model_copy(update={"prompt_tokens": 4 * settings.prompt_tokens}))

    @property
    def metadata(self) -> LLMMetadata:
        settings: LLMSettings = self._bounds
        return LLMMetadata(
            context_window=settings.prompt_tokens + settings.output_tokens,
            num_output=settings.output_tokens,
            model_name=settings.model or "",
        )

    def complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponse:  # noqa: ARG002, FBT001, FBT002 - LlamaIndex's signature
        return CompletionResponse(text="".join(self._chat.stream([Message("user", prompt)])))

    def stream_complete(self, prompt: str, formatted: bool = False, **_: Any) -> CompletionResponseGen:  # noqa: ARG002, FBT001, FBT002 - LlamaIndex's signature
        text = ""
        for piece in self._chat.stream([Message("user", prompt)]):
            text += piece
            yield CompletionResponse(text=text, delta=piece)


class Theirs:
    """Asks a ``CitationQueryEngine`` over the engine's index; the engine itself asks no model."""

    def __init__(self, engine: Engine, settings: LLMSettings) -> None:
        self._engine = engine
        self._llm = Served(settings)

    def ask(self, question: Question) -> Said:
        """What it said; a model that failed on the way is told in the note, and what came until then counts.

        Raises:
            ModelUnreachable: nobody was asked.
        """
        as_of = question.as_of.isoformat() if question.as_of else None
        retriever = ArchiveRetriever(self._engine, as_of=as_of, similarity_top_k=OFFERED)
        asked: Any = CitationQueryEngine.from_args(None, llm=self._llm, retriever=retriever, streaming=True)  # type: ignore[arg-type]
        began, text, first_s, note = time.perf_counter(), "", None, None
        sources: list[Paragraph] = []
        try:
            response = asked.query(question.question)
            sources = [_paragraph(found.node) for found in response.source_nodes]
            for piece in response.response_gen:
                text += piece
                if first_s is None and len(split(text)) > 1:
                    first_s = time.perf_counter() - began
        except ModelUnreachable:
            raise
        except ModelError as error:
            note = error.message
        seconds = time.perf_counter() - began
        return said(text, sources, seconds=seconds, first_s=first_s or (seconds if text else None), note=note)


def said(text: str, sources: Sequence[Paragraph], *, seconds: float, first_s: float | None, note: str | None) -> Said:
    """The free text as statements with their citations."""
    read = list(_sentences(text))
    told = [numbers for sentence, numbers in read if not _is_untold(sentence, numbers)]
    refused = not read or (len(told) < len(read) and not any(told))
    numbered = [number for _, numbers in read for number in numbers]
    known = list(dict.fromkeys(number for number in numbered if 1 <= number <= len(sources)))
    places = {number: place for place, number in enumerate(known)}
    return Said(
        answered=not refused,
        statements=()
        if refused
        else tuple(Stated(one, tuple(places[n] for n in numbers if n in places)) for one, numbers in read),
        paragraphs=() if refused else tuple(sources[number - 1] for number in known),
        reader=NAME,
        seconds=seconds,
        first_s=first_s,
        unknown=sum(number not in places for number in numbered),
        note=note,
    )


def _is_untold(sentence: str, numbers: tuple[int, ...]) -> bool:
    """'The sources do not say', but not 'the mayor did not say [1]'."""
    return bool(_UNTOLD.search(sentence)) and bool(_SOURCES.search(sentence) or not numbers)


def _sentences(text: str) -> Iterator[tuple[str, tuple[int, ...]]]:
    """Each sentence without its brackets, and the numbers that it cites; marks behind its full stop are its own."""
    for line in _BEHIND.sub(r" \2\1 ", text).splitlines():
        for sentence in split(line):
            marks = [mark[1] or mark[2] for mark in _MARK.finditer(sentence.text)]
            numbers = dict.fromkeys(int(number) for mark in marks for number in re.findall(r"\d+", mark))
            clean = " ".join(_BRACKETS.sub("", sentence.text).split())
            if any(character.isalnum() for character in clean):
                yield clean, tuple(numbers)


def _paragraph(node: Any) -> Paragraph:
    told = node.metadata
    return Paragraph(
        article_id=told["article_id"],
        url=told.get("url"),
        paragraph=told["paragraph"],
        title=told["title"],
        published_at=told.get("published_at"),
        text=node.text.partition(":\n")[2].strip(),  # without "Source 1:"
    )
