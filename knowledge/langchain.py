"""The collection as a LangChain retriever, for anyone's LangChain code."""

from typing import TYPE_CHECKING, Any

from langchain_core.callbacks import CallbackManagerForRetrieverRun
from langchain_core.documents import Document
from langchain_core.retrievers import BaseRetriever

from knowledge.types import RetrievedPassage

if TYPE_CHECKING:
    from knowledge.base import KnowledgeBase


class KnowledgeRetriever(BaseRetriever):
    """Hybrid search over a KnowledgeBase; ``documents`` are names to search within, default all."""

    knowledge: Any
    limit: int = 10
    documents: tuple[str, ...] = ()

    def _get_relevant_documents(
        self,
        query: str,
        *,
        run_manager: CallbackManagerForRetrieverRun,  # noqa: ARG002 - LangChain passes it
    ) -> list[Document]:
        knowledge: KnowledgeBase = self.knowledge
        return [_document(found) for found in knowledge.search([query], self.limit, self.documents)]


def _document(found: RetrievedPassage) -> Document:
    passage = found.passage
    return Document(
        id=passage.id,
        page_content=passage.text,
        metadata={
            "document": passage.document_name,
            "section": " › ".join(passage.heading_path),
            "start": passage.start,
            "end": passage.end,
            "page": passage.page,
            "content_hash": passage.content_hash,
            "score": found.score,
        },
    )
