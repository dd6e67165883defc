"""Drafts in, checked statements with numbered citations out."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace

from assistant import citations
from assistant.answering import Draft, one_line
from assistant.evidence import EvidenceSentence
from assistant.library import Library
from assistant.types import Citation, Said, Statement, Verdict
from assistant.voice import in_its_voice

Check = Callable[[str, Sequence[EvidenceSentence], str], tuple[Verdict, str]]
"""Judges a text by the sentences that it rests on: a verdict, and in a language why it is not SUPPORTED."""


@dataclass(slots=True)
class Composer:
    """The answer while it is being put together.

    ``span`` is the least margin at which the words that answer are marked in a quote.
    """

    library: Library
    check: Check
    span: float
    language: str
    statements: list[Statement] = field(default_factory=list)
    citations: list[Citation] = field(default_factory=list)
    withheld: list[Statement] = field(default_factory=list)
    _opening: str = ""
    _lead: str = ""
    _led: str = ""
    _surest: EvidenceSentence | None = None

    def frame(self, text: str) -> Said:
        """Adds a line that states nothing itself."""
        statement = Statement(text, Verdict.SUPPORTED, lead=True)
        self.statements.append(statement)
        return Said(statement, ())

    def take(self, draft: Draft) -> Iterator[Said]:
        """Adds the draft if it stands: checked, cited, not said before; a lead waits for what follows it."""
        if draft.opening:
            self._opening = draft.text
        elif draft.lead:
            self._lead = draft.text
        if draft.lead:
            return
        quoted = draft.text in [one_line(sentence.text) for sentence in draft.sentences]
        verdict, reason = Verdict.SUPPORTED, ""
        if not quoted:
            verdict, reason = self.check(self._in_its_voice(draft), draft.sentences, self.language)
        if verdict is Verdict.UNSUPPORTED:
            self.withheld.append(Statement(draft.text, Verdict.UNSUPPORTED, reason=reason))
            return
        if any(draft.text == said.text for said in self.statements):
            return
        if self._opening:
            yield self.frame(self._opening)
            self._opening = ""
        if self._lead and self._lead != self._led:
            yield self.frame(self._lead)
            self._led = self._lead
        self._lead = ""
        cited = tuple(self._cited(sentence) for sentence in draft.sentences)
        numbers = tuple(dict.fromkeys(one.n for one in cited))
        languages = {self.library.languages[sentence.document] for sentence in draft.sentences}
        translated_to = self.language if not quoted and languages - {self.language} else ""
        statement = Statement(draft.text, verdict, numbers, reason, translated_to=translated_to)
        self.statements.append(statement)
        yield Said(statement, cited)

    def cite(self, n: int, sentence: EvidenceSentence) -> Citation:
        """Citation ``n`` of a sentence, the words that answer marked where the reader is sure of them."""
        marked = sentence.highlight is not None and sentence.span_margin >= self.span
        highlights = [sentence.highlight] if sentence.highlight and marked else []
        document = self.library.documents[sentence.document]
        return citations.make(n, document, sentence.start, sentence.end, highlights)

    def short_answer(self) -> str | None:
        """The marked words that the reader is surest of, if any are."""
        if self._surest is None or self._surest.highlight is None:
            return None
        start, end = self._surest.highlight
        return one_line(self.library.documents[self._surest.document].text[start:end])

    def _in_its_voice(self, draft: Draft) -> str:
        """The draft as the document that it cites would put it: 'our country' for the country's name."""
        if not draft.sentences:
            return draft.text
        name = draft.sentences[0].document
        language, home = self.library.languages[name], self.library.homes[name]
        passage = " ".join(sentence.text for sentence in draft.sentences)
        return in_its_voice(draft.text, self.language, passage, language, home)

    def _cited(self, sentence: EvidenceSentence) -> Citation:
        """The citation of a sentence under the number that it has already, or the next."""
        made = self.cite(len(self.citations) + 1, sentence)
        for citation in self.citations:
            if replace(made, n=citation.n, highlights=citation.highlights) == citation:
                return citation
        self.citations.append(made)
        if made.highlights and (self._surest is None or sentence.span_margin > self._surest.span_margin):
            self._surest = sentence
        return made
