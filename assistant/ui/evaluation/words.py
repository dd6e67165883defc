"""The Evaluation page's words in one language, and the tables and figures that are made of them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from assistant.phrases import phrase, phrases, told
from assistant.ui import state
from evals.metrics import TITLES

Data = dict[str, Any]


@dataclass(frozen=True, slots=True)
class EvaluationWords:
    """The phrases ``evaluation.…`` in a language."""

    language: str

    def __call__(self, key: str, **values: object) -> str:
        """The phrase with its values filled in."""
        return phrase(f"evaluation.{key}", self.language, **values)

    def told(self, message: str | BaseException) -> str:
        """A message of the program, or of an error, in the page's language."""
        return told(message, self.language)

    @property
    def labels(self) -> Mapping[str, str]:
        """All phrases as they are written, for templates and charts."""
        return phrases("evaluation", self.language)

    @property
    def titles(self) -> dict[str, str]:
        """What metrics are called; those of the field, as nDCG@10, have one name everywhere."""
        labels = self.labels
        return {name: labels.get(f"metric_{name}", title) for name, title in TITLES.items()}


def words() -> EvaluationWords:
    """The words in the language of this session."""
    return EvaluationWords(state.page_language())


def table(title: str, head: Sequence[str], rows: Sequence[Sequence[str]], figures: int) -> Data:
    """A table as the component draws it; the last ``figures`` columns are numbers."""
    return {"title": title, "head": list(head), "rows": [list(row) for row in rows], "figures": figures}


def figures_table(rows: Sequence[Mapping[str, Any]], title: str, say: EvaluationWords) -> Data:
    """Metrics with their intervals and the number of cases that they apply to."""
    cells = [
        (
            say("less_is_better", title=row["title"]) if row["lower"] else row["title"],
            f"{row['value']:.3f}",
            f"{row['low']:.2f}–{row['high']:.2f}",
            str(row["n"]),
        )
        for row in rows
    ]
    head = say("metric"), say("value"), say("interval"), say("count")
    return table(title, head, cells, figures=3)


def duration(seconds: float) -> str:
    """Minutes and seconds: 1:05."""
    whole = max(0, round(seconds))
    return f"{whole // 60}:{whole % 60:02}"
