"""The wording guard: what a statement may not change of the text that it cites."""

from assistant.wording.figures import numbers
from assistant.wording.guard import Mismatch, mismatches
from assistant.wording.names import countries
from assistant.wording.texts import negates

__all__ = ["Mismatch", "countries", "mismatches", "negates", "numbers"]
