from collections.abc import Sequence
from dataclasses import dataclass, field

from assistant.reader import PassageText, Reading
from assistant.reader.by_language import ReaderByLanguage

PASSAGE = PassageText((), "It met.", ((0, 7),))


@dataclass
class Named:
    """A reader that says which one it is by its logit, and remembers what it was asked."""

    number: float
    asked: list[str] = field(default_factory=list)

    def read(self, question: str, passages: Sequence[PassageText], language: str = "") -> list[Reading]:
        self.asked.append(question)
        return [Reading(self.number, (self.number,), None, 0.0) for _ in passages]

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        return [self.number for _ in pairs]


def test_a_language_has_its_own_reader_and_everything_else_the_other() -> None:
    english, other = Named(1.0), Named(2.0)
    reader = ReaderByLanguage({"en": english}, other)
    assert reader.read("Who met?", [PASSAGE], "en")[0].answerable == 1.0
    assert reader.read("Wie vergaderde?", [PASSAGE], "nl")[0].answerable == 2.0
    assert reader.read("Wie vergaderde?", [PASSAGE], "")[0].answerable == 2.0
    assert reader.read("Who met?", [PASSAGE])[0].answerable == 2.0
    assert english.asked == ["Who met?"]


def test_claims_are_for_the_other() -> None:
    assert ReaderByLanguage({"en": Named(1.0)}, Named(0.5)).support([("a", "b")]) == [0.5]
