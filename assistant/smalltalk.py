"""What the assistant says of itself: fixed sentences, no search, no citations."""

from collections.abc import Sequence

from assistant.phrases import phrase
from assistant.types import Query
from knowledge.types import DocumentInfo

_DOCUMENTS_NAMED = 5


def small_talk_reply(query: Query, documents: Sequence[DocumentInfo]) -> tuple[str, ...]:
    """The sentences that answer a SMALL_TALK query, whose first topic names the kind of talk."""
    kind = query.topics[0] if query.topics else "hello"
    language = query.language
    if kind == "documents":
        return _documents(documents, language)
    return tuple(phrase(f"talk.{kind}", language).split("\n"))


def _documents(documents: Sequence[DocumentInfo], language: str) -> tuple[str, ...]:
    if not documents:
        return (phrase("talk.no_documents", language),)
    named = ", ".join(f"“{document.title}” ({document.name})" for document in documents[:_DOCUMENTS_NAMED])
    more = len(documents) - _DOCUMENTS_NAMED
    key = "talk.documents_one" if len(documents) == 1 else "talk.documents"
    sentences = [phrase(key, language, count=len(documents), names=named)]
    if more > 0:
        sentences.append(phrase("talk.documents_more", language, count=more))
    return (*sentences, phrase("talk.documents_how", language))
