"""Whether a statement is borne out by the sentences that it cites, asked before anyone sees it."""

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

from assistant.language import detect
from assistant.phrases import phrase
from assistant.types import Verdict
from assistant.wording import mismatches

if TYPE_CHECKING:
    from assistant.reader import Reader

# The reader's probability that the evidence supports the claim; docs/chat-models.md has what passes.
SUPPORTED_AT = 0.5
PARTLY_AT = 0.05
FEWEST_WORDS = 3  # fewer state nothing that could be checked: 'Yes.', 'Section 9.'


def check(
    text: str,
    evidence: Sequence[str],
    reader: "Reader",
    *,
    language: str = "en",
    headings: Sequence[str] = (),
) -> tuple[Verdict, str]:
    """The verdict on a statement, and why it is not SUPPORTED ("" when it is), in ``language``.

    What stands word for word in the evidence is supported. Else the wording is compared, then the reader
    asked.
    ``headings`` are those of the evidence's sections: names and words may come from them, nothing else.
    """
    if not evidence:
        return Verdict.UNSUPPORTED, phrase("verification.no_source", language)
    if is_verbatim(text, evidence):
        return Verdict.SUPPORTED, ""
    if len(re.findall(r"[^\W\d_]{2,}", text)) < FEWEST_WORDS:
        return Verdict.UNSUPPORTED, phrase("verification.fragment", language)
    joined = " ".join(evidence)
    told = detect(joined)
    said = detect(text, told)
    found = mismatches(text, evidence, language=said, same_language=said == told, headings=headings)
    if found:
        return Verdict.UNSUPPORTED, phrase(f"verification.{found[0].kind}", language, what=found[0].what)
    belief = reader.support([(text, joined)])[0]
    if belief >= SUPPORTED_AT:
        return Verdict.SUPPORTED, ""
    verdict = Verdict.PARTLY if belief >= PARTLY_AT else Verdict.UNSUPPORTED
    return verdict, phrase(f"verification.{verdict.value}", language)


def is_verbatim(text: str, evidence: Sequence[str]) -> bool:
    """Whether the text is one of the sentences, white space, quotation marks and the full stop aside.

    A part of a sentence is not: 'Nobody says that it works' holds the words 'it works'.
    """
    return _plain(text) in {_plain(sentence) for sentence in evidence}


def _plain(text: str) -> str:
    straight = re.sub(r"[‘’‚]", "'", re.sub(r"[“”„«»]", '"', text))
    return " ".join(straight.split()).strip("\"' ").rstrip(".").strip()
