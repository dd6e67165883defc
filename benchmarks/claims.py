"""How many false statements pass the check, how many true ones it withholds: `python -m benchmarks.claims`.

``claims.jsonl`` holds sentences of many sources, each with true paraphrases and with false statements of
several kinds, written by hand. One half of the sources was looked at while the check was made, the other not.
"""

import argparse
import json
from collections import defaultdict
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

from assistant import verification
from assistant.language import detect
from assistant.reader import Reader, load_reader
from assistant.types import Verdict
from assistant.voice import in_its_voice
from assistant.wording import mismatches

CLAIMS = Path(__file__).with_name("claims.jsonl")


@dataclass(frozen=True, slots=True)
class Claim:
    """A statement about sentences; ``kind`` says in what it is false ("" when it is true)."""

    text: str
    kind: str
    half: str
    language: str
    evidence: tuple[str, ...]
    headings: tuple[str, ...]
    home: frozenset[str]

    @property
    def crosses(self) -> bool:
        """Whether it is in another language than its source."""
        return detect(self.text, self.language) != self.language

    @property
    def voiced(self) -> str:
        """The statement as its document would put it: 'our country' for the country's name."""
        said = detect(self.text, self.language)
        return in_its_voice(self.text, said, " ".join(self.evidence), self.language, self.home)


def load(path: Path = CLAIMS) -> Iterator[Claim]:
    for line in path.read_text("utf-8").splitlines():
        row = json.loads(line)
        said = [("", text) for text in row["true"]] + [(one["kind"], one["text"]) for one in row["false"]]
        for kind, text in said:
            yield Claim(
                text,
                kind,
                row["half"],
                row["language"],
                tuple(row["evidence"]),
                tuple(row.get("headings", ())),
                frozenset(row.get("home", ())),
            )


def by_wording(claim: Claim) -> str:
    """What the wording guard holds against the claim."""
    said = detect(claim.voiced, claim.language)
    found = mismatches(
        claim.voiced,
        claim.evidence,
        language=said,
        same_language=said == claim.language,
        headings=claim.headings,
    )
    return ", ".join(f"{each.kind}: {each.what}" for each in found)


def by_reader(claim: Claim, reader: Reader) -> str:
    """The reader's belief, where it is too low."""
    belief = reader.support([(claim.voiced, " ".join(claim.evidence))])[0]
    return "" if belief >= verification.PARTLY_AT else f"belief {belief:.2f}"


def by_check(claim: Claim, reader: Reader) -> str:
    """Why the claim would not be shown."""
    verdict, reason = verification.check(claim.voiced, claim.evidence, reader, headings=claim.headings)
    return reason if verdict is Verdict.UNSUPPORTED else ""


def table(claims: Sequence[Claim], ways: dict[str, Callable[[Claim], str]], shown: bool) -> str:
    """Markdown: a row a kind; of the false ones how many pass, of the true ones how many are withheld."""
    counts: dict[str, list[int]] = defaultdict(lambda: [0] * len(ways))
    totals: dict[str, int] = defaultdict(int)
    for claim in claims:
        against = [way(claim) for way in ways.values()]
        kind = claim.kind or "true"
        across = ", another language" if claim.crosses else ""
        for row in (kind + across, f"all {'false' if claim.kind else 'true'}"):
            totals[row] += 1
            for place, why in enumerate(against):
                counts[row][place] += bool(why) != bool(claim.kind)
        if shown and bool(against[-1]) != bool(claim.kind):
            print(f"{kind}: {claim.text} | {' | '.join(against)}")
    lines = ["| claims | n | " + " | ".join(ways) + " |", "|---|---|" + "---|" * len(ways)]
    for row in sorted(totals, key=lambda row: ("true" in row, row.startswith("all"), row)):
        lines.append(f"| {row} | {totals[row]} | {' | '.join(map(str, counts[row]))} |")
    return "\n".join(lines)


def main(half: str, shown: bool) -> None:
    reader = load_reader(None)
    ways: dict[str, Callable[[Claim], str]] = {
        "wording": by_wording,
        "reader": lambda claim: by_reader(claim, reader),
        "check": lambda claim: by_check(claim, reader),
    }
    print("False claims that pass, true ones that are withheld:\n")
    print(table([claim for claim in load() if claim.half == half], ways, shown))


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--half", choices=("tune", "held"), default="held")
    parser.add_argument("--wrong", action="store_true", help="print each claim that is judged wrongly")
    given = parser.parse_args()
    main(given.half, given.wrong)
