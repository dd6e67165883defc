from collections.abc import Sequence

import pytest

from assistant.answering import Draft
from assistant.assistant import Assistant
from assistant.composing import Composer
from assistant.evidence import EvidenceSentence
from assistant.library import Library
from assistant.types import Verdict


@pytest.fixture(scope="module")
def library(assistant: Assistant) -> Library:
    return assistant.librarian.current()


def sentences(library: Library) -> list[EvidenceSentence]:
    (document,) = library.chosen(())
    return library.sentences(document, 3)


def judge(text: str, rests_on: Sequence[EvidenceSentence], language: str) -> tuple[Verdict, str]:
    if not rests_on:
        return Verdict.UNSUPPORTED, "nothing cited"
    return (Verdict.PARTLY, "in part") if "part" in text else (Verdict.SUPPORTED, "")


def composer(library: Library) -> Composer:
    return Composer(library, judge, span=1.0, language="en")


def test_numbers_each_sentence_once(library: Library) -> None:
    one, two = sentences(library)[:2]
    making = composer(library)
    list(making.take(Draft("First.", (one,))))
    list(making.take(Draft("Both.", (two, one))))
    assert [statement.citations for statement in making.statements] == [(1,), (2, 1)]
    assert [(citation.n, citation.start) for citation in making.citations] == [(1, one.start), (2, two.start)]


def test_a_lead_waits_for_a_statement_that_stands(library: Library) -> None:
    making = composer(library)
    assert list(making.take(Draft("NATO says:", lead=True))) == []
    assert list(making.take(Draft("Nothing behind it."))) == []
    said = list(making.take(Draft("It adapts.", tuple(sentences(library)[:1]))))
    assert [event.statement.text for event in said] == ["NATO says:", "It adapts."]
    assert [one.text for one in making.withheld] == ["Nothing behind it."]


def test_a_lead_is_not_repeated_under_itself(library: Library) -> None:
    making = composer(library)
    one, two = sentences(library)[:2]
    for text, sentence in (("It adapts.", one), ("It works.", two)):
        list(making.take(Draft("NATO says:", lead=True)))
        list(making.take(Draft(text, (sentence,))))
    assert [each.text for each in making.statements] == ["NATO says:", "It adapts.", "It works."]


def test_says_nothing_twice_and_keeps_the_reason(library: Library) -> None:
    making = composer(library)
    draft = Draft("True in part.", tuple(sentences(library)[:1]))
    assert len(list(making.take(draft))) == 1
    assert list(making.take(draft)) == []
    assert (making.statements[0].verdict, making.statements[0].reason) == (Verdict.PARTLY, "in part")


def test_what_is_worded_in_another_language_than_its_source_is_a_translation(library: Library) -> None:
    one = sentences(library)[0]
    making = Composer(library, judge, span=1.0, language="fr")
    list(making.take(Draft("L’OTAN s’adapte.", (one,))))
    list(making.take(Draft(one.text, (one,))))
    assert [statement.translated_to for statement in making.statements] == ["fr", ""]
    making = composer(library)
    list(making.take(Draft("It adapts.", (one,))))
    assert making.statements[0].translated_to == ""


def test_quotes_need_no_judge(library: Library) -> None:
    one = sentences(library)[0]
    making = Composer(library, lambda *_: (Verdict.UNSUPPORTED, "never asked"), 1.0, "en")
    (said,) = making.take(Draft(one.text, (one,)))
    assert said.statement.verdict is Verdict.SUPPORTED
    assert said.citations[0].quote == one.text


@pytest.mark.parametrize(("margin", "short"), [(2.0, "2016"), (0.5, None)])
def test_marks_the_words_that_answer_when_sure(library: Library, margin: float, short: str | None) -> None:
    one = sentences(library)[0]
    from dataclasses import replace

    at = one.start + one.text.index("2016")
    marked = replace(one, highlight=(at, at + 4), span_margin=margin)
    making = composer(library)
    list(making.take(Draft(one.text, (marked,))))
    assert making.short_answer() == short
    assert making.citations[0].highlights == (((at, at + 4),) if short else ())
