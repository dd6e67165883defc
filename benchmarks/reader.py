"""How well the reader reads articles that it was not trained on: `python -m benchmarks.reader [--data DIR]`.

One table: a row a measure, a column a reader. Everything but the shipped document is held out by article (see
assistant/reader/training/corpus.py); of the shipped set, questions that were trained on, or
nearly, are left out. Figures are kept in a file, so that readers can be measured one by one.
"""

import argparse
import json
import math
import random
import sys
import time
from collections.abc import Callable, Iterator, Sequence
from pathlib import Path
from typing import TypeVar

import numpy as np

from assistant import abstention
from assistant.reader import PassageText, Reader, Reading
from assistant.reader.onnx_reader import OnnxReader
from assistant.reader.similarity import SimilarityReader
from assistant.reader.training import corpus as corpora
from assistant.reader.training.adversarial import pool
from assistant.reader.training.corpus import Chunk, Labelled, find_sentences
from assistant.reader.training.examples import Example, claims, positive, rule_made, written_claims
from assistant.reader.training.mining import cached_vectors, passage_text
from assistant.types import Verdict
from assistant.verification import check
from benchmarks.baselines import LexicalReader, Remembering
from evals.cases import load
from evals.metrics.abstention import auroc
from evals.metrics.text import token_f1, words
from knowledge.embedding import E5, MINILM, load_embedder

SHIPPED_SET = Path("evals/sets/cyber-diplomacy.jsonl")
OTHER_WORDS = ("part-i", "part-j", "part-k", "part-l", "part-m", "part-n")  # not in the words of the passage
UNSEEN = ("part-o",)  # such questions too, none of them trained on
LIKE = 0.75  # share of words in common from which two questions count as the same
TOP = 8  # passages that are read of an index

T = TypeVar("T")
Figures = dict[str, tuple[float, int]]


class Measurer:
    """The held-out questions of every set, and what a reader makes of them."""

    def __init__(self, data: Path, cache: Path, most: int) -> None:
        self._most = most
        self.corpus = corpora.load(data)
        self._cache = cache
        asked = [q.question for name in ("selqa", "clapnq") for q in self.held_out(name)]
        vectors = cached_vectors([f"query: {question}" for question in asked], cache)
        self._asked = dict(zip(asked, vectors, strict=True))
        self._indexes = {name: self._index(name) for name in ("selqa", "clapnq")}

    def held_out(self, dataset: str, written: bool = False) -> list[Labelled]:
        found = [
            q
            for q in self.corpus.questions
            if q.written == written
            and (written or q.dataset == dataset)
            and q.dataset != "shipped"
            and self.corpus.chunks(q)[0].held_out
        ]
        return self._drawn(found)

    def figures(self, reader: Reader) -> Figures:
        found: Figures = {}
        measures = (self.squad2, self.selqa, self.clapnq, self.xquad, self.written, self.other_words)
        for measure in (*measures, self.shipped, self.rules, self.supported, self.written_claims):
            start = time.perf_counter()
            made = measure(reader)
            found |= made
            print(f"{time.perf_counter() - start:.0f} s: {made}", file=sys.stderr, flush=True)
        return found

    def squad2(self, reader: Reader) -> Figures:
        """The paragraph given: adversarial unanswerables, and the words that answer."""
        scores, spans, shown = [], [], []
        sure = abstention.load().span.value
        for question in self.held_out("squad2"):
            chunks = self.corpus.chunks(question)
            best = max(_read(reader, question, chunks), key=lambda each: each[0].answerable)
            scores.append((best[0].answerable, question.answerable))
            if question.answerable:
                spans.append(_span_f1(*best, question.answers))
                shown += [spans[-1]] if best[0].span_margin >= sure else []
        return {
            "squad2: answerable, paragraph given, AUROC": _auroc(scores),
            "squad2: span F1": _mean(spans),
            "squad2: span F1 of those shown": _mean(shown),
        }

    def selqa(self, reader: Reader) -> Figures:
        """The article in the index or left out, and the sentence that answers among all of the article."""
        scores, best = [], []
        for question in self.held_out("selqa"):
            article = self.corpus.chunks(question)[0].article
            for inside in (True, False):
                found = self._nearest("selqa", question.question, None if inside else article)
                scores.append((_best(reader, question, found), inside))
            chunks = self.corpus.by_article["selqa", article]
            best.append(_best_sentence_is_gold(reader, question, chunks))
        return {
            "selqa: answerable, article left out, AUROC": _auroc(scores),
            "selqa: best sentence of the article is the gold one": _mean(best),
        }

    def clapnq(self, reader: Reader) -> Figures:
        scores = [
            (_best(reader, q, self._nearest("clapnq", q.question, None)), q.answerable)
            for q in self.held_out("clapnq")
        ]
        return {"clapnq: answerable, AUROC": _auroc(scores)}

    def xquad(self, reader: Reader) -> Figures:
        """Questions in three languages over the English passages of their article."""
        found: Figures = {}
        for language in ("en", "nl", "de"):
            scores, first, spans = [], [], []
            for question in self.held_out("xquad"):
                if question.lang != language:
                    continue
                chunks = self.corpus.by_article["xquad", self.corpus.chunks(question)[0].article]
                read = _read(reader, question, chunks)
                own = [
                    each for each, chunk in zip(read, chunks, strict=True) if chunk.source == question.source
                ]
                others = [e for e, chunk in zip(read, chunks, strict=True) if chunk.source != question.source]
                right, wrong = (max(e[0].answerable for e in side) for side in (own, others))
                scores += [(right, True), (wrong, False)]
                first.append(float(right > wrong))
                spans.append(_span_f1(*max(own, key=lambda e: e[0].answerable), question.answers))
            found[f"xquad {language}: own passage vs the article's others, AUROC"] = _auroc(scores)
            found[f"xquad {language}: own passage first"] = _mean(first)
            found[f"xquad {language}: span F1"] = _mean(spans)
        return found

    def written(self, reader: Reader) -> Figures:
        """The project's own questions on passages of all sets: answerable vs near miss, passage given."""
        found: Figures = {}
        scores = [(q, _best(reader, q, self.corpus.chunks(q))) for q in self.held_out("", written=True)]
        for language in ("en", "nl", "fr", "de"):
            own = [(score, q.answerable) for q, score in scores if q.lang == language]
            found[f"written {language}: answerable vs near miss, AUROC"] = _auroc(own)
        return found

    def other_words(self, reader: Reader) -> Figures:
        """Questions in other words than their passage's, answerable or near misses, passage given."""
        found: Figures = {}
        apart = [q for q in self.corpus.questions if q.part in OTHER_WORDS]
        groups = {"in other words": [q for q in apart if self.corpus.chunks(q)[0].held_out]}
        groups |= {part: [q for q in self.corpus.questions if q.part == part] for part in UNSEEN}
        for name, questions in groups.items():
            drawn = [(q, self.corpus.chunks(q)) for q in self._drawn(questions)]
            scores = [(_best(reader, q, chunks), q.answerable) for q, chunks in drawn]
            best = [_best_sentence_is_gold(reader, q, chunks) for q, chunks in drawn if q.answerable]
            found[f"{name}: answerable vs near miss, AUROC"] = _auroc(scores)
            found[f"{name}: best sentence is the gold one"] = _mean(best)
        return found

    def shipped(self, reader: Reader) -> Figures:
        """The set of the shipped document, questions that stand alone, over all its passages."""
        chunks = self.corpus.by_article["shipped", "Cyber diplomacy"]
        seen = [set(words(q.question)) for q in self.corpus.questions if q.dataset == "shipped"]
        scores, best = [], []
        for case in self._drawn(list(load(SHIPPED_SET).cases)):
            asked = set(words(case.question))
            if case.history or case.answerable is None or any(_alike(asked, words) for words in seen):
                continue
            gold = Labelled("shipped", "", case.question, case.lang, True, sentences=case.gold_quotes)
            scores.append((_best(reader, gold, chunks), case.answerable, case.lang))
            if case.answerable and case.gold_quotes:
                best.append(_best_sentence_is_gold(reader, gold, chunks))
        found = {
            "shipped: answerable vs not, AUROC": _auroc([each[:2] for each in scores]),
            "shipped: best sentence is a gold one": _mean(best),
        }
        for language in ("en", "nl", "fr", "de"):
            own = [each[:2] for each in scores if each[2] == language]
            found[f"shipped {language}: answerable vs not, AUROC"] = _auroc(own)
        return found

    def rules(self, reader: Reader) -> Figures:
        """Answerable questions of squad2 against the same with an entity or word changed by rule."""
        draw, scores = random.Random(7), []
        for question in self.held_out("squad2"):
            found = positive(question, self.corpus) if question.answerable else None
            article = self.corpus.by_article["squad2", self.corpus.chunks(question)[0].article]
            changed = found and rule_made(found, pool(c.passage.text for c in article), draw)
            if found and changed:
                pairs = ((found, True), (changed, False))
                read = [(reader.read(each.left, [each.passage])[0], label) for each, label in pairs]
                scores += [(reading.answerable, label) for reading, label in read]
        return {"rule-made: answerable vs changed, AUROC": _auroc(scores)}

    def supported(self, reader: Reader) -> Figures:
        """Claims made by rule from held-out passages, unchanged or shortened against changed.

        By the reader alone, and by the whole check of a statement, wording guard included.
        """
        pools = {key: pool(c.passage.text for c in found) for key, found in self.corpus.by_article.items()}
        made = [
            each
            for each in claims(self.corpus, 1.0, pools, random.Random(7), held_out=True)
            if each.supported is not None
        ]
        made = self._drawn(made)
        shown: dict[bool, list[float]] = {True: [], False: []}
        for each in made:
            evidence = [each.passage.text[a:b] for a, b in each.passage.sentences]
            verdict, _ = check(each.left, evidence, reader)
            shown[bool(each.supported)].append(float(verdict is not Verdict.UNSUPPORTED))
        return {
            "claims: supported vs not, AUROC": _auroc(_believed(reader, made)),
            "claims: unsupported ones that pass the whole check": _mean(shown[False]),
            "claims: supported ones that pass the whole check": _mean(shown[True]),
        }

    def written_claims(self, reader: Reader) -> Figures:
        """Claims that people wrote about held-out passages, by the reader alone."""
        made = self._drawn(list(written_claims(self.corpus, held_out=True)))
        return {"claims by hand: supported vs not, AUROC": _auroc(_believed(reader, made))}

    def milliseconds(self, reader: Reader, pairs: int = 200) -> Figures:
        """A pair of a question and a usual passage, twenty at a time; the machine should be idle."""
        chunks = [chunk for chunk, _ in zip(self._indexes["selqa"][0], range(pairs), strict=False)]
        text = "Who wrote the article about the second expedition?"
        question = Labelled("selqa", "", text, "en", True)
        _read(reader, question, chunks[:20])
        start = time.perf_counter()
        for at in range(0, pairs, 20):
            _read(reader, question, chunks[at : at + 20])
        return {"milliseconds a pair": ((time.perf_counter() - start) / pairs * 1000, pairs)}

    def _drawn(self, found: list[T]) -> list[T]:
        """At most so many of them as were asked for, the same each time."""
        return found if len(found) <= self._most else random.Random(5).sample(found, self._most)

    def _index(self, dataset: str) -> tuple[list[Chunk], np.ndarray]:
        chunks = [c for (name, _), found in self.corpus.by_source.items() if name == dataset for c in found]
        return chunks, cached_vectors(["passage: " + passage_text(c) for c in chunks], self._cache)

    def _nearest(self, dataset: str, question: str, without: str | None) -> list[Chunk]:
        chunks, vectors = self._indexes[dataset]
        order = np.argsort(-(vectors @ self._asked[question]))
        fit = (chunks[n] for n in order if chunks[n].article != without)
        return [chunk for chunk, _ in zip(fit, range(TOP), strict=False)]


def _read(reader: Reader, question: Labelled, chunks: Sequence[Chunk]) -> list[tuple[Reading, PassageText]]:
    passages = [chunk.passage for chunk in chunks]
    return list(zip(reader.read(question.question, passages), passages, strict=True))


def _best(reader: Reader, question: Labelled, chunks: Sequence[Chunk]) -> float:
    return max(reading.answerable for reading, _ in _read(reader, question, chunks))


def _believed(reader: Reader, made: Sequence[Example]) -> list[tuple[float, bool | None]]:
    probabilities = reader.support([(each.left, each.passage.text) for each in made])
    return [(p, each.supported) for p, each in zip(probabilities, made, strict=True)]


def _best_sentence_is_gold(reader: Reader, question: Labelled, chunks: Sequence[Chunk]) -> float:
    """Whether the sentence with the highest sum of its own and its passage's logit is a gold one."""
    spans = isinstance(reader, SimilarityReader | LexicalReader)
    ranked: Iterator[tuple[float, bool]] = (
        (score + (0 if spans else reading.answerable), number in find_sentences(passage, question.sentences))
        for reading, passage in _read(reader, question, chunks)
        for number, score in enumerate(reading.sentences)
    )
    return float(max(ranked, key=lambda each: each[0])[1])


def _span_f1(reading: Reading, passage: PassageText, answers: Sequence[str]) -> float:
    """SQuAD's token F1 with the best of the gold answers."""
    said = _without_articles(passage.text[slice(*reading.span)] if reading.span else "")
    return max(token_f1(said, _without_articles(answer)) for answer in answers)


def _without_articles(text: str) -> str:
    return " ".join(word for word in words(text) if word not in ("a", "an", "the"))


def _alike(some: set[str], others: set[str]) -> bool:
    return len(some & others) >= LIKE * len(some | others)


def _auroc(scores: Sequence[tuple[float, bool | None]]) -> tuple[float, int]:
    value = auroc([(score, bool(label)) for score, label in scores])
    return (math.nan if value is None else value), len(scores)


def _mean(values: Sequence[float]) -> tuple[float, int]:
    return (sum(values) / len(values) if values else math.nan), len(values)


def table(columns: dict[str, Figures]) -> str:
    """Markdown: a row a measure with its number of cases, a column a reader."""
    names = list(dict.fromkeys(name for figures in columns.values() for name in figures))
    lines = ["| measure | n | " + " | ".join(columns) + " |", "|---|---|" + "---|" * len(columns)]
    for name in names:
        values = [figures.get(name, (math.nan, 0)) for figures in columns.values()]
        texts = ["–" if math.isnan(value) else f"{value:.3f}" for value, _ in values]
        lines.append(f"| {name} | {max(n for _, n in values)} | {' | '.join(texts)} |")
    return "\n".join(lines)


def main(data: Path, names: Sequence[str], out: Path, most: int) -> None:
    measurer = Measurer(data, out.parent, most)
    made: dict[str, Callable[[], Reader]] = {
        "reader": OnnxReader,
        "e5": lambda: SimilarityReader(Remembering(load_embedder(E5).queries)),
        "minilm": lambda: SimilarityReader(Remembering(load_embedder(MINILM).queries)),
        "bm25": lambda: LexicalReader(measurer.corpus),
    }
    columns: dict[str, Figures] = json.loads(out.read_text(encoding="utf-8")) if out.exists() else {}
    for name in names:
        reader = made[name]()
        columns[name] = measurer.figures(reader)
        if name == "reader":
            columns[name] |= measurer.milliseconds(reader)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_text(json.dumps(columns, indent=1), encoding="utf-8")
    print(table(columns))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--data", type=Path, default=Path("../shared/data"))
    parser.add_argument("--readers", nargs="+", default=["reader", "e5", "minilm", "bm25"])
    parser.add_argument(
        "--most", type=int, default=10_000, help="questions a measure, drawn if there are more"
    )
    parser.add_argument("--out", type=Path, default=Path(".cache/reader/benchmark.json"))
    given = parser.parse_args()
    main(given.data, given.readers, given.out, given.most)
