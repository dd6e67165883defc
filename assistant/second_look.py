"""A second look at the sentences believed most: each is read again by itself."""

from collections.abc import Mapping
from dataclasses import replace

from assistant.evidence import Evidence, EvidenceSentence, put_to, stands_in
from assistant.reader.types import PassageText, Reader

LONE = 2  # sentences that are read again by themselves


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
