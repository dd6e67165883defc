"""A second look at the sentences believed most: each read by itself, and compared with the question."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from assistant.evidence import Evidence, EvidenceSentence, put_to, stands_in
from assistant.logistic import logit, sigmoid
from assistant.reader.types import PassageText, Reader

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Vector = NDArray[np.float32]

LONE = 2  # sentences that are read again by themselves
NEAR = 4  # sentences that are compared with the question by their vectors

Embed = Callable[[Sequence[str]], "NDArray[np.float32]"]  # vectors of length 1, one a text


def read_alone(
    evidence: Evidence,
    reader: Reader,
    homes: Mapping[str, frozenset[str]] | None = None,
    known: dict[tuple[str, int], float] | None = None,
) -> Evidence:
    """The evidence with what the reader says of its best sentences, each read by itself under its headings.

    A passage that is on the topic lends its belief to sentences that answer something else; alone they have
    none. ``known`` are readings by document and offset; those that are made are added.
    """
    known = {} if known is None else known
    best = evidence.sentences[:LONE]
    asked: dict[str, list[tuple[EvidenceSentence, PassageText]]] = {}
    for sentence in best:
        if (sentence.document_id, sentence.start) not in known:
            one = next(each for each in evidence.reads if stands_in(sentence, each.passage))
            languages = {one.passage.document_name: one.language}
            question = put_to(evidence.query, one.passage, languages, homes or {})
            whole = PassageText(one.headings, sentence.text, ((0, len(sentence.text)),))
            asked.setdefault(question, []).append((sentence, whole))
    for question, own in asked.items():
        for (sentence, _), reading in zip(
            own, reader.read(question, [whole for _, whole in own]), strict=True
        ):
            known[sentence.document_id, sentence.start] = reading.answerable
    alone = max((known[sentence.document_id, sentence.start] for sentence in best), default=0.0)
    return replace(evidence, alone=alone)


def nearest(evidence: Evidence, embed: Embed, weight: float, known: "dict[str, Vector]") -> Evidence:
    """The evidence with its best sentences ordered by belief and likeness to the question together.

    The encoder knows more words for a thing than the smaller reader. A sentence's logit goes up by ``weight``
    for each unit that its cosine with the question is above the mean of those compared. ``known`` are the
    vectors made so far, by text; those that are made are added.
    """
    best, rest = evidence.sentences[:NEAR], evidence.sentences[NEAR:]
    if len(best) < 2:
        return evidence
    question = evidence.query.standalone
    new = list(dict.fromkeys(text for text in (question, *(one.text for one in best)) if text not in known))
    known.update(zip(new, embed(new), strict=True) if new else ())
    likeness = [float(known[question] @ known[one.text]) for one in best]
    mean = sum(likeness) / len(likeness)
    scored = [
        replace(one, score=sigmoid(logit(one.score) + weight * (each - mean)))
        for one, each in zip(best, likeness, strict=True)
    ]
    ordered = sorted((*scored, *rest), key=lambda one: -one.score)
    return replace(evidence, sentences=tuple(ordered))
