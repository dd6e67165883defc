"""Any sentence-transformers CrossEncoder as a reader."""

import os
from collections.abc import Sequence
from pathlib import Path

import numpy as np

from assistant.reader.errors import ReaderMissing, ReaderUnfit
from assistant.reader.types import PassageText, Reading
from knowledge.messages import Message


class CrossEncoderReader:
    """Reads sentence by sentence with a CrossEncoder of one output; marks no span.

    `name` is a folder or a hub name; only the latter may use the network. Raises ReaderMissing, ReaderUnfit.
    """

    def __init__(self, name: str) -> None:
        os.environ.setdefault("TOKENIZERS_PARALLELISM", "false")
        from sentence_transformers import CrossEncoder

        folder = Path(name).expanduser()
        is_folder = folder.is_dir()
        if name.startswith(("/", ".", "~")) and not is_folder:
            told = "No folder {name}: give a CrossEncoder's folder, or its name on a hub."
            raise ReaderMissing(Message("assistant.no_reader_folder", told, name=name))
        try:
            self._model = CrossEncoder(
                str(folder) if is_folder else name, device="cpu", local_files_only=is_folder
            )
        except (OSError, ValueError, RuntimeError, ImportError) as error:
            raise ReaderMissing(
                Message(
                    "assistant.reader_unloadable",
                    "The reader '{name}' cannot be loaded ({reason}): give a CrossEncoder's folder, a hub "
                    "name with a network, or leave the setting empty for the reader that ships.",
                    name=name,
                    reason=_first_line(error),
                )
            ) from error
        if self._model.num_labels != 1:
            told = "The reader '{name}' has {outputs} outputs: a reader has one, its score."
            raise ReaderUnfit(
                Message("assistant.reader_unfit", told, name=name, outputs=self._model.num_labels)
            )

    def read(self, question: str, passages: Sequence[PassageText]) -> list[Reading]:
        """One Reading a passage; its answerability is that of the passage read whole, under its headings."""
        whole = [(question, "\n".join((" > ".join(p.heading_path), p.text))) for p in passages]
        sentences = [(question, p.text[start:end]) for p in passages for start, end in p.sentences]
        scores = iter(self._logits([*whole, *sentences]))
        answerable = [next(scores) for _ in passages]
        return [
            Reading(score, tuple(next(scores) for _ in passage.sentences), None, float("-inf"))
            for score, passage in zip(answerable, passages, strict=True)
        ]

    def support(self, pairs: Sequence[tuple[str, str]]) -> list[float]:
        """The model's relevance of the evidence to the claim, as a probability."""
        return [float(1 / (1 + np.exp(-logit))) for logit in self._logits(list(pairs))]

    def _logits(self, pairs: list[tuple[str, str]]) -> list[float]:
        from torch.nn import Identity

        if not pairs:
            return []
        found: list[float] = self._model.predict(
            pairs, activation_fn=Identity(), show_progress_bar=False
        ).tolist()
        return found


def _first_line(error: BaseException) -> str:
    return (str(error).strip() or type(error).__name__).splitlines()[0][:200]
