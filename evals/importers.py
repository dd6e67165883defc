"""Public question sets, in the shape of ``passages.jsonl`` and ``questions.jsonl``, as sets with documents.

Every article becomes a document, every passage a section of it. Passages carry {id, title, section, text},
questions {id, question, lang, answerable, gold_passage_ids, gold_answers, gold_sentences?, history?}.
"""

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from html import escape
from pathlib import Path
from typing import Any

from evals.cases import to_json
from evals.errors import InvalidSet
from evals.runs import write_atomically
from evals.types import EvalCase, PastTurn
from knowledge.readers import document_id
from knowledge.readers.content import clean, one_line
from knowledge.sentences import split

Row = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class Section:
    """A passage at its place: the title of its article, a heading of its own, the text in paragraphs."""

    title: str
    heading: str
    paragraphs: tuple[str, ...]

    @property
    def gold(self) -> str:
        """The section as a case names it."""
        return f"{self.title} > {self.heading}"

    @property
    def file_name(self) -> str:
        """The file of its article."""
        return f"{document_id(self.title)}.html"


@dataclass(frozen=True, slots=True)
class Imported:
    """What an import wrote."""

    path: Path
    cases: int
    documents: int


def article_by_title(passage: Row) -> str:
    """The article of a passage where titles name articles."""
    return str(passage["title"])


def article_by_id(passage: Row) -> str:
    """The article of an mtrag passage: its title, else the part of the id before the offsets."""
    return str(passage["title"]) or str(passage["id"]).rsplit("-", 2)[0].partition("_")[0]


def article_by_passage(passage: Row) -> str:
    """Every passage an article of its own, for questions on a passage that is given."""
    return f"{passage['title']}: {passage['section']}"


def span_gold(question: Row, sections: Sequence[Section]) -> dict[str, Any]:
    """Gold of sets whose answers are spans: any spelling is the fact, the sentence around it the quote."""
    answers = tuple(dict.fromkeys(_text(answer) for answer in question["gold_answers"]))
    quotes = tuple(_sentences_with(answers[:1], sections)) if len(sections) == 1 else ()
    return {"facts": (answers,) if answers else (), "gold_quotes": quotes}


def sentence_gold(question: Row, _sections: Sequence[Section]) -> dict[str, Any]:
    """Gold of sets that mark whole sentences; the answer that people wrote is the reference."""
    quotes = tuple(dict.fromkeys(_text(sentence) for sentence in question["gold_sentences"]))
    return {"gold_quotes": quotes, **reference_gold(question, ())}


def reference_gold(question: Row, _sections: Sequence[Section]) -> dict[str, Any]:
    """Gold of sets with free answers: the reference alone."""
    answers = [_text(answer) for answer in question["gold_answers"]]
    return {"reference": answers[0] if answers else None}


@dataclass(frozen=True, slots=True)
class Importer:
    """How the passages of a set make articles, and what its questions hold as gold.

    ``is_given``: its questions are put to the article that they were written on and to no other.
    """

    article: Callable[[Row], str]
    gold: Callable[[Row, Sequence[Section]], dict[str, Any]]
    is_given: bool = False


IMPORTERS: Mapping[str, Importer] = {
    "squad2": Importer(article_by_passage, span_gold, is_given=True),
    "selqa": Importer(article_by_title, sentence_gold),
    "clapnq": Importer(article_by_title, sentence_gold),
    "policyqa": Importer(article_by_title, span_gold, is_given=True),
    "xquad": Importer(article_by_title, span_gold),
    "mtrag": Importer(article_by_id, reference_gold),
}


def set_name(name: str, hold_out: bool) -> str:
    """What the set is called that an import makes."""
    return f"{name}-held-out" if hold_out else name


def import_set(name: str, source: Path, out: Path, hold_out: bool = False) -> Imported:
    """Writes ``out/<set name>.jsonl`` and ``out/documents``.

    ``hold_out`` leaves out the articles that the set marks as held out: their questions become unanswerable.
    Raises InvalidSet when the source has another shape, CannotWrite.
    """
    importer = IMPORTERS[name]
    passages, questions = _rows(source / "passages.jsonl"), _rows(source / "questions.jsonl")
    try:
        sections = _sections(passages, importer.article)
        kept = {p["id"]: sections[p["id"]] for p in passages if not (hold_out and p.get("heldout"))}
        cases = [_case(q, kept, importer) for q in questions]
    except (KeyError, TypeError) as error:
        raise InvalidSet(f"{source} does not have the shape of {name}: {error!r}.") from error
    articles: dict[str, list[Section]] = {}
    for section in kept.values():
        articles.setdefault(section.title, []).append(section)
    files = {parts[0].file_name: _html(title, parts) for title, parts in articles.items()}
    _refuse_others(out / "documents", files)
    for file_name, page in files.items():
        write_atomically(out / "documents" / file_name, page)
    path = out / f"{set_name(name, hold_out)}.jsonl"
    write_atomically(path, "".join(f"{to_json(case)}\n" for case in cases))
    return Imported(path, len(cases), len(articles))


def _refuse_others(folder: Path, names: Collection[str]) -> None:
    """Raises InvalidSet when the folder holds other documents: the set would be asked of those too."""
    others = [path.name for path in folder.iterdir() if path.name not in names] if folder.is_dir() else []
    if others:
        raise InvalidSet(f"{folder} holds other documents ({others[0]}, …); import into an empty folder.")


def _rows(path: Path) -> list[Row]:
    try:
        with path.open(encoding="utf-8") as file:
            return [json.loads(line) for line in file if line.strip()]
    except OSError as error:
        raise InvalidSet(f"{path} cannot be read: {error.strerror or error}.") from error
    except ValueError as error:
        raise InvalidSet(f"{path} is not JSON lines: {error}.") from error


def _sections(passages: Sequence[Row], article: Callable[[Row], str]) -> dict[str, Section]:
    """The section of each passage id; headings are made different within an article."""
    seen: Counter[tuple[str, str]] = Counter()
    found: dict[str, Section] = {}
    for passage in passages:
        title = _text(article(passage)).replace(" > ", " – ")
        heading = _text(passage["section"]).replace(" > ", " – ") or "part"
        seen[title, heading] += 1
        number = seen[title, heading]
        numbered = heading != "part" and number == 1
        found[passage["id"]] = Section(
            title, heading if numbered else f"{heading} {number}", tuple(_paragraphs(passage["text"]))
        )
    return found


def _paragraphs(text: str) -> Iterator[str]:
    for line in clean(text)[0].split("\n"):
        if line.strip():
            yield one_line(line)


def _text(text: str) -> str:
    return one_line(clean(text)[0])


def _case(question: Row, sections: Mapping[str, Section], importer: Importer) -> EvalCase:
    gold = [sections[i] for i in question["gold_passage_ids"] if i in sections]
    gone = bool(question["gold_passage_ids"]) and not gold
    answerable = False if gone else question["answerable"]
    held = importer.gold(question, gold) if answerable is not False else {}
    given = [*question["gold_passage_ids"], *question.get("context_passage_ids", [])]
    names = [sections[i].file_name for i in given if i in sections] if importer.is_given else []
    return EvalCase(
        id=str(question["id"]),
        question=question["question"],
        history=tuple(_history(question.get("history", []))),
        lang=question["lang"],
        documents=tuple(dict.fromkeys(names)),
        kind={True: "answerable", False: "unanswerable", None: "unlabelled"}[answerable],
        answerable=answerable,
        gold_sections=tuple(dict.fromkeys(section.gold for section in gold)),
        tags=tuple(_tags(question)),
        **held,
    )


def _tags(question: Row) -> Iterator[str]:
    for tag in (*question.get("question_type", []), *question.get("multi_turn", [])):
        if tag != "N/A":
            yield tag
    if question.get("is_paraphrase"):
        yield "paraphrase"


def _history(messages: Sequence[Row]) -> Iterator[PastTurn]:
    """Turns of a list of messages: a question, and the reply after it if there is one."""
    for i, message in enumerate(messages):
        if message["role"] == "user":
            reply = messages[i + 1] if i + 1 < len(messages) else None
            answered = reply is not None and reply["role"] != "user"
            yield PastTurn(message["text"], reply["text"] if answered and reply else None)


def _sentences_with(answers: Sequence[str], sections: Sequence[Section]) -> Iterator[str]:
    """The sentence that holds an answer, for answers that only one sentence holds."""
    for answer in answers:
        texts = [text for section in sections for text in section.paragraphs]
        found = [
            text[s.start : s.end] for text in texts for s in split(text) if answer in text[s.start : s.end]
        ]
        if len(found) == 1:
            yield found[0]


def _html(title: str, sections: Sequence[Section]) -> str:
    parts = "".join(
        f"<h2>{escape(section.heading)}</h2>\n"
        + "".join(f"<p>{escape(paragraph)}</p>\n" for paragraph in section.paragraphs)
        for section in sections
    )
    name = escape(title)
    return (
        '<!doctype html>\n<html lang="en"><head><meta charset="utf-8">'
        f"<title>{name}</title></head><body>\n<h1>{name}</h1>\n{parts}</body></html>\n"
    )
