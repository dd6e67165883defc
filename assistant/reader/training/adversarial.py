"""Rules that turn what is true of a passage into what is not: near-miss questions and false claims."""

import random
import re
from collections.abc import Iterable, Sequence

_MONTHS = (
    "January February March April May June July August September October November December "
    "januari februari maart april mei juni juli augustus september oktober november december "
    "janvier février mars avril mai juin juillet août septembre octobre novembre décembre "
    "Januar Februar März April Mai Juni Juli August September Oktober November Dezember"
).split()
_KINDS = (
    ("year", re.compile(r"\b(?:1[0-9]|20)\d{2}\b")),
    ("month", re.compile(rf"\b(?:{'|'.join(dict.fromkeys(_MONTHS))})\b")),
    ("number", re.compile(r"(?<![\w.,])\d+(?:[.,]\d+)*(?![\w])")),
    ("name", re.compile(r"\b[A-ZÀ-Þ][\w’'-]+(?:[ -](?:(?:of|the|de|van|von|du|la) )?[A-ZÀ-Þ][\w’'-]+)*")),
)
_OPPOSITES = """
first:last largest:smallest highest:lowest most:least more:fewer before:after increase:decrease
increased:decreased north:south northern:southern east:west eastern:western early:late earlier:later
oldest:youngest above:below begin:end began:ended start:stop started:stopped won:lost allowed:forbidden
allow:forbid support:oppose supported:opposed accepted:rejected accept:reject always:never best:worst
better:worse high:low long:short large:small major:minor public:private internal:external old:new
strong:weak legal:illegal possible:impossible advantage:disadvantage positive:negative maximum:minimum
rich:poor cause:prevent causes:prevents success:failure erste:letzte größte:kleinste höchste:niedrigste
meisten:wenigsten vor:nach nördlich:südlich alt:neu premier:dernier première:dernière plus:moins avant:après
nord:sud public:privé ancien:nouveau eerste:laatste grootste:kleinste hoogste:laagste meeste:minste voor:na
noorden:zuiden oude:nieuwe
""".split()
_OPPOSITE = {a: b for pair in _OPPOSITES for a, b in (pair.split(":"), reversed(pair.split(":")))}
_STRENGTH = {
    "may": "must",
    "might": "will",
    "can": "must",
    "could": "will",
    "should": "must",
    "must": "may",
    "will": "might",
    "several": "all",
    "some": "all",
    "many": "all",
    "most": "all",
    "often": "always",
    "usually": "always",
    "sometimes": "always",
    "all": "some",
    "always": "sometimes",
    "only": "also",
    "approximately": "exactly",
    "partly": "entirely",
}
_AUXILIARY = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|should|must|may|does|did|do)\b(?! not)"
)
_NEGATED = re.compile(
    r"\b(is|are|was|were|has|have|had|can|could|will|would|should|must|may|does|did|do) not\b"
)
_WORD = re.compile(r"[\w’'-]+")

Place = tuple[int, int]


def entities(text: str) -> dict[str, list[Place]]:
    """Ranges of years, months, other numbers and names; a first word, always a capital, is no name."""
    found: dict[str, list[Place]] = {}
    taken: list[Place] = []
    for kind, pattern in _KINDS:
        for match in pattern.finditer(text):
            start, end = match.span()
            opens = not start or text[:start].rstrip()[-1:] in (".", "?", "!", ":", '"', "“")
            if (kind == "name" and opens) or any(a < end and start < b for a, b in taken):
                continue
            taken.append((start, end))
            found.setdefault(kind, []).append((start, end))
    return found


def pool(texts: Iterable[str]) -> dict[str, list[str]]:
    """The different entities of some texts, by kind."""
    found: dict[str, dict[str, None]] = {}
    for text in texts:
        for kind, places in entities(text).items():
            found.setdefault(kind, {}).update(dict.fromkeys(text[a:b] for a, b in places))
    return {kind: list(names) for kind, names in found.items()}


def swap_entity(text: str, others: dict[str, list[str]], near: str, draw: random.Random) -> str | None:
    """The text with one entity changed for another of its kind, if possible one that `near` holds."""
    places = [(kind, place) for kind, found in entities(text).items() for place in found]
    draw.shuffle(places)
    for kind, (start, end) in places:
        own = text[start:end]
        candidates = [
            each
            for each in others.get(kind, ())
            if each.casefold() not in text.casefold()
            and own.casefold() not in each.casefold()
            and (kind != "name" or abs(len(each.split()) - len(own.split())) <= 1)
        ]
        close = [each for each in candidates if each in near]
        if candidates:
            return text[:start] + draw.choice(close or candidates) + text[end:]
        if kind == "number":
            return text[:start] + other_number(own, draw) + text[end:]
    return None


def other_number(number: str, draw: random.Random) -> str:
    """A number of the same form with one digit changed; a leading digit does not become 0."""
    places = [n for n, each in enumerate(number) if each.isdigit()]
    place = draw.choice(places)
    digits = [d for d in "123456789" if d != number[place]]
    return number[:place] + draw.choice(digits) + number[place + 1 :]


def oppose(text: str, draw: random.Random) -> str | None:
    """The text with one word changed for its opposite."""
    return _change_word(text, _OPPOSITE, draw)


def negate(text: str, draw: random.Random) -> str | None:
    """The statement with a 'not' put in, or taken out."""
    negated = list(_NEGATED.finditer(text))
    if negated:
        match = draw.choice(negated)
        return text[: match.start()] + match[1] + text[match.end() :]
    plain = list(_AUXILIARY.finditer(text))
    if plain:
        match = draw.choice(plain)
        return f"{text[: match.end()]} not{text[match.end() :]}"
    return None


def strengthen(text: str, draw: random.Random) -> str | None:
    """The statement with one word of strength ('may', 'several') changed for a stronger or weaker one."""
    return _change_word(text, _STRENGTH, draw)


def shorten(text: str, draw: random.Random) -> str | None:
    """A statement that still follows: a clause that stands alone, or all but a bracket or a first aside."""
    kept = []
    without = re.sub(r"\s*\([^()]*\)", "", text)
    if without != text:
        kept.append(without)
    for match in re.finditer(
        r"[;,] (?:and|but|while|whereas) (?=(?:the|it|they|he|she|this|these|[A-Z])\b)", text
    ):
        kept.append(text[: match.start()].rstrip() + ".")
    aside = re.match(
        r"(?:In|On|At|During|After|By|Since|For|However|Therefore|Moreover|As a result)\b[^,]{0,40}, (?=\w)",
        text,
    )
    if aside:
        rest = text[aside.end() :]
        kept.append(rest[0].upper() + rest[1:])
    kept = [each for each in kept if len(each.split()) >= 5]
    return draw.choice(kept) if kept else None


_SUBJECT = re.compile(
    r"(?:Who|What|Which(?: \w+){1,3}?) "
    r"(?=(?!did|do|does|has|have|had|if|of)(?:is|was|are|were|can|may|must|will|\w+(?:ed|es|s))\b)"
)


def declare(question: str, answer: str) -> str | None:
    """What a question about its subject asks for: 'Who signed it?' and 'Ann' give 'Ann signed it.'"""
    match = _SUBJECT.match(question)
    if not match or not question.endswith("?") or " or " in question:
        return None
    return f"{answer[0].upper()}{answer[1:]} {question[match.end() : -1].rstrip()}."


def keywords(question: str, stop: Sequence[str] = ()) -> str:
    """The question as typed into a search box: no question mark, no capitals, no function words."""
    words = [word for word in _WORD.findall(question) if word.casefold() not in stop]
    return " ".join(words).casefold()


def _change_word(text: str, table: dict[str, str], draw: random.Random) -> str | None:
    places = [match for match in _WORD.finditer(text) if match[0] in table]
    if not places:
        return None
    match = draw.choice(places)
    return text[: match.start()] + table[match[0]] + text[match.end() :]
