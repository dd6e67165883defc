"""The public question sets and the written questions as passages and labelled questions.

Passages are cut as the knowledge base cuts documents, so that training reads what the product reads.
"""

import hashlib
import json
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from assistant.reader.types import PassageText
from knowledge.chunking import passages
from knowledge.encoder import Encoder
from knowledge.types import Document, Section

WRITTEN = Path(__file__).parent / "written"
SHIPPED = Path(__file__).parents[3] / "knowledge" / "sources" / "cyber-diplomacy.txt"
SETS = ("squad2", "selqa", "clapnq", "policyqa", "xquad", "mtrag")
HELD_OUT_PERCENT = 15
# Of sixty, the one that keeps back nearest to 15 % of the questions of every set.
_SALT = "quotable-55"
_NUMBERED = re.compile(r"(?:paragraph|segment) \d+")
_WORD = re.compile(r"\w+")

Count = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Chunk:
    """A passage of an article, as the knowledge base would cut it; `source` is the id of the whole."""

    dataset: str
    article: str
    source: str
    passage: PassageText

    @property
    def held_out(self) -> bool:
        """Whether the article is kept for measuring; nothing of it is trained on."""
        return is_held_out(self.dataset, self.article)


@dataclass(frozen=True, slots=True)
class Labelled:
    """A question about one source passage. `answers` are verbatim in it, `sentences` hold the answer.

    An unanswerable question names the source that it was written on. `kind` is the writer's, where given.
    `part` is the file of written questions that it is from, "" for a public set's.
    """

    dataset: str
    source: str
    question: str
    lang: str
    answerable: bool
    answers: tuple[str, ...] = ()
    sentences: tuple[str, ...] = ()
    kind: str = ""
    part: str = ""

    @property
    def written(self) -> bool:
        """Whether it was written for this project."""
        return bool(self.part)


@dataclass(frozen=True, slots=True)
class Claimed:
    """A claim that somebody wrote about some sentences of a source passage, and whether they support it."""

    dataset: str
    source: str
    claim: str
    lang: str
    evidence: tuple[str, ...]
    supported: bool


@dataclass(frozen=True, slots=True)
class Corpus:
    """All chunks by source and by article, all questions, and all claims that were written by hand."""

    by_source: dict[tuple[str, str], list[Chunk]]
    by_article: dict[tuple[str, str], list[Chunk]]
    questions: list[Labelled]
    claims: list[Claimed]

    def chunks(self, asked: Labelled | Claimed) -> list[Chunk]:
        """The chunks of the passage that a question or claim is about."""
        return self.by_source[asked.dataset, asked.source]


def is_held_out(dataset: str, article: str) -> bool:
    """A fixed hash split by article, one for sets that share articles; the shipped document is not split."""
    digest = hashlib.sha256(f"{_SALT}:{article.casefold()}".encode()).digest()
    return dataset != "shipped" and int.from_bytes(digest[:4]) % 100 < HELD_OUT_PERCENT


def load(data: Path) -> Corpus:
    """Everything under the data folder and beside this module."""
    count = Encoder().count_tokens
    by_source: dict[tuple[str, str], list[Chunk]] = {}
    questions: list[Labelled] = []
    claims: list[Claimed] = []
    for name in SETS:
        for row in rows(data / name / "passages.jsonl"):
            by_source[name, row["id"]] = _chunks(
                name, _article(row), row["id"], _path(row), row["text"], count
            )
        for row in rows(data / name / "questions.jsonl"):
            questions += _labelled(name, row)
    by_source |= _shipped(count)
    for part in sorted(WRITTEN.glob("*.jsonl")):
        for row in rows(part):
            if "text" in row:
                _add_own_passage(by_source, row, count)
            if "claim" in row:
                claims.append(_claimed(row))
            else:
                questions.append(_written(row, part.stem))
    by_article: dict[tuple[str, str], list[Chunk]] = {}
    for chunks in by_source.values():
        for chunk in chunks:
            by_article.setdefault((chunk.dataset, chunk.article), []).append(chunk)
    known = [q for q in questions if by_source.get((q.dataset, q.source))]
    return Corpus(by_source, by_article, known, claims)


def rows(path: Path) -> Iterator[dict[str, Any]]:
    """The objects of a JSON Lines file."""
    with path.open(encoding="utf-8") as lines:
        yield from (json.loads(line) for line in lines)


def find_answer(passage: PassageText, answers: Iterable[str], question: str) -> tuple[int, int] | None:
    """Where the first answer stands that is there; of several places the one in words like the question's."""
    asked = Counter(word.casefold() for word in _WORD.findall(question))
    for answer in answers:
        pattern = rf"(?<!\w){re.escape(answer)}(?!\w)" if answer.strip() else r"(?!)"
        places = [found.span() for found in re.finditer(pattern, passage.text)]
        if places:
            return max(places, key=lambda place: _overlap(passage, place, asked))
    return None


def sentences_of(passage: PassageText, place: tuple[int, int]) -> tuple[int, ...]:
    """Numbers of the sentences that a range touches."""
    start, end = place
    return tuple(n for n, (first, last) in enumerate(passage.sentences) if first < end and start < last)


def find_sentences(passage: PassageText, gold: Iterable[str]) -> tuple[int, ...]:
    """Numbers of the sentences that are, or lie in, or hold one of the gold sentences."""
    wanted = [_plain(sentence) for sentence in gold]
    own = [_plain(passage.text[start:end]) for start, end in passage.sentences]
    return tuple(n for n, text in enumerate(own) if any(_same(text, sentence) for sentence in wanted))


def _overlap(passage: PassageText, place: tuple[int, int], asked: Counter[str]) -> int:
    around = sentences_of(passage, place)
    text = " ".join(passage.text[slice(*passage.sentences[n])] for n in around)
    return len({word.casefold() for word in _WORD.findall(text)} & asked.keys())


def _plain(text: str) -> str:
    return "".join(_WORD.findall(text.casefold()))


def _same(text: str, sentence: str) -> bool:
    shorter, longer = sorted((text, sentence), key=len)
    return shorter in longer and (len(shorter) > 20 or len(shorter) > len(longer) / 2)


def _chunks(
    dataset: str, article: str, source: str, path: tuple[str, ...], text: str, count: Count
) -> list[Chunk]:
    section = Section(path[-1], 1, path, 0, len(text))
    document = Document(source, source, path[0], text, "", "", "text/plain", (section,))
    return [
        Chunk(
            dataset,
            article,
            source,
            PassageText(
                passage.heading_path,
                passage.text,
                tuple((s.start - passage.start, s.end - passage.start) for s in passage.sentences),
            ),
        )
        for passage in passages(document, count)
    ]


def _article(row: dict[str, Any]) -> str:
    title: str = row.get("title") or row["id"].split("-")[0]
    return title.replace("_", " ")


def _path(row: dict[str, Any]) -> tuple[str, ...]:
    section = row.get("section") or ""
    named = section if not _NUMBERED.fullmatch(section) else ""
    return tuple(part for part in (row.get("title") or "", named) if part) or ("Untitled",)


def _labelled(name: str, row: dict[str, Any]) -> Iterator[Labelled]:
    """One question a gold passage; of a conversation only its first turn, which stands alone."""
    if row.get("history") or row["answerable"] is None:
        return
    places = row["gold_passage_ids"] if row["answerable"] else row.get("context_passage_ids", ())
    gold = tuple(row.get("gold_sentences") or ())
    answers = () if gold or name == "mtrag" else tuple(row["gold_answers"])
    for source in places:
        yield Labelled(name, source, row["question"], row["lang"], row["answerable"], answers, gold)


def _written(row: dict[str, Any], part: str) -> Labelled:
    return Labelled(
        row["dataset"],
        row["passage_id"],
        row["question"],
        row["lang"],
        row["answerable"],
        (row["answer"],) if row.get("answer") else (),
        (row["answer_sentence"],) if row.get("answer_sentence") else (),
        row.get("kind") or "",
        part,
    )


def _claimed(row: dict[str, Any]) -> Claimed:
    return Claimed(
        row["dataset"],
        row["passage_id"],
        row["claim"],
        row["lang"],
        tuple(row["evidence"]),
        row["supported"],
    )


def _add_own_passage(
    by_source: dict[tuple[str, str], list[Chunk]], row: dict[str, Any], count: Count
) -> None:
    path = row["heading_path"]
    path = tuple(path.split(" > ")) if isinstance(path, str) else tuple(path)
    key = row["dataset"], row["passage_id"]
    if key not in by_source:
        by_source[key] = _chunks(row["dataset"], path[0], row["passage_id"], path, row["text"], count)


def _shipped(count: Count) -> dict[tuple[str, str], list[Chunk]]:
    """The sections of the shipped document: a heading stands alone between two blank lines and one."""
    title, body = SHIPPED.read_text(encoding="utf-8").split("\n", 1)
    found = {}
    for number, part in enumerate(body.strip().split("\n\n\n")):
        heading, text = (title, part) if not number else part.strip().split("\n", 1)
        path = (title,) if not number else (title, heading)
        found["shipped", heading] = _chunks("shipped", title, heading, path, text.strip(), count)
    return found
