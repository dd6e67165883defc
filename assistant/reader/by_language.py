"""A reader for each language that has one of its own, and one for everything else."""

from collections.abc import Mapping, Sequence

from assistant.reader.types import PassageText, Reader, Reading


class ReaderByLanguage:
    """Reads a question and passages in one language with that language's reader, where there is one.

    Everything else, and whether evidence supports a claim, is for the `other` reader.
    """

    def __init__(self, readers: Mapping[str, Reader], other: Reader) -> None:
        self._readers = readers
        self._other = other

    def read(self, question: str, passages: Sequence[PassageText], language: str = "") -> list[Reading]:
        """One Reading a passage, in the order given."""
        return self._readers.get(language, self._other).read(question, passages, language)

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The probability, 0 to 1, that each (claim, evidence) pair's evidence supports its claim."""
        return self._other.support(pairs)
