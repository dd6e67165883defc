"""The page's own words in one language."""

from dataclasses import dataclass

from assistant.phrases import phrase, told


@dataclass(frozen=True, slots=True)
class Words:
    """The phrases of the page in a language: ``words("ask")``, ``words.count("passages", 12)``."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The phrase ``page.key`` with its values filled in."""
        return phrase(f"page.{key}", self.language, **values)

    def told(self, message: str | BaseException) -> str:
        """A message of the program, or of an error, in the page's language."""
        return told(message, self.language)

    def count(self, key: str, number: int, **values: object) -> str:
        """The phrase for one or for many: ``key_one`` or ``key_many``, with the number filled in."""
        return self(f"{key}_{'one' if number == 1 else 'many'}", number=grouped(number), **values)


def grouped(number: int) -> str:
    """The number with its digits in groups of three, between narrow no-break spaces."""
    return f"{number:,}".replace(",", "\u202f")
