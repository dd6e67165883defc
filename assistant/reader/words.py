"""The words that a reader reads with: a tokenizer, its word embeddings, its special tokens."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

from assistant.reader.errors import ReaderMissing
from knowledge.encoder import EncoderMissing, Tokens, WordTable
from knowledge.encoder.runtime import END, PAD, START, Floats, Ids

if TYPE_CHECKING:
    from tokenizers import Tokenizer


class Table(Protocol):
    """Word embeddings by id."""

    def rows(self, ids: Ids) -> Floats:
        """Ids of any shape to embeddings [...,H]."""
        ...


@dataclass(frozen=True, slots=True)
class Words:
    """A tokenizer and the embeddings of its ids; the ids of <s>, </s> and padding."""

    tokenizer: "Tokenizer"
    table: Table
    start: int
    end: int
    padding: int


Loading = Callable[[], Words]


def multilingual() -> Words:
    """Those of the encoder that ships. Raises ReaderMissing without them."""
    try:
        return Words(Tokens().tokenizer, WordTable(), START, END, PAD)
    except EncoderMissing as error:
        raise ReaderMissing(str(error)) from error
