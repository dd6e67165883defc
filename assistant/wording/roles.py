"""Who does what to whom: halves that the source sets against each other, and subjects that change places."""

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import takewhile

from assistant.wording.names import names_in
from assistant.wording.terms import BE, CONTRAST, DONE, OPENING_CONTRAST, OURS, PRONOUNS, SAME_NAMES
from assistant.wording.texts import fold
from assistant.wording.vocabulary import content_parts, parts, same_stem

_SHORTEST = 3  # letters of a verb
_LEAST = 2  # content words of a half; 'but not always' is none
_ANCHOR = 7  # letters that a word begins alike with in two languages: internation(al), internation(aal)
_BRACKETS = re.compile(r"(\w+) \(([^()]+)\),? (?:and|or|en|of|et|ou|und|oder) (\w+) \(([^()]+)\)")
_OPENING = re.compile(rf"^(?:{OPENING_CONTRAST})\b([^,;]+),", re.IGNORECASE)
_CONTRAST = re.compile(rf";|(?<=\W)(?:{CONTRAST})\b", re.IGNORECASE)
_TOKEN = re.compile(r"[^\W_]+(?:[-'][^\W_]+)*|[,;:.!?()]")
# What a noun phrase ends before.
_ENDS = frozenset(
    "to of in on at for from with into as that which who than between within during by when where because"
    " , ; : . ! ? ( )".split()
)
_ADVERBS = frozenset("not also now already never still only first recently therefore then just often".split())


_DETERMINERS = frozenset(
    "a an the this that these those its their our your his her of for with already".split()
)
_OPENERS = frozenset(", ; : ( ) that which who because when where while if and/or".split())
_VERBAL = ("ed", "en", "ing")


@dataclass(frozen=True, slots=True)
class _Deed:
    """One use of a verb: stems of the words before it (near: its phrase) and after it, and of its 'by'."""

    passive: bool
    near: frozenset[str]
    before: frozenset[str]
    after: frozenset[str]
    target: frozenset[str]
    by: frozenset[str]


def swapped(text: str, sources: Sequence[str], language: str, same_language: bool) -> Iterator[str]:
    """The words by which a text says of one thing what its sources say of another."""
    yield from _mixed(text, sources, language, same_language)
    if same_language:
        yield from _rebracketed(text, sources, language)
    if same_language and language == "en":
        yield from _exchanged(text, sources)


def halves(sentence: str) -> list[str]:
    """The parts of a sentence that are set against each other; one when it does not."""
    if opening := _OPENING.match(sentence.strip()):
        found = [opening[1], sentence.strip()[opening.end() :]]
    else:
        found = _CONTRAST.split(sentence)
    refer = any(PRONOUNS.intersection(parts(half)[:1]) for half in found[1:])
    big = all(len(parts(half)) > _LEAST for half in found)
    return found if len(found) > 1 and big and not refer else [sentence]


def _mixed(text: str, sources: Sequence[str], language: str, same_language: bool) -> Iterator[str]:
    """A word of a statement that stands in one half of a source, while another stands in the other half."""
    for source in sources:
        parted = halves(source)
        if len(parted) == 1:
            continue
        others = " ".join(other for other in sources if other != source)
        for said in halves(text):
            touched = [
                _own_words(
                    said,
                    half,
                    f"{others} {' '.join(h for h in parted if h != half)}",
                    language,
                    same_language,
                )
                for half in parted
            ]
            if sum(map(bool, touched)) > 1:
                yield min(touched, key=lambda words: len(words) or 99)[0]
                return


def _own_words(said: str, half: str, rest: str, language: str, same_language: bool) -> list[str]:
    """The words of the statement that stand in this half and nowhere else."""
    if not same_language:
        return [word for word in _anchors(said, half) if word not in _anchors(said, rest)]
    here = {same_stem(word, language) for word in [*_content(half, language), *_numbers(half)]}
    there = {same_stem(word, language) for word in [*_content(rest, language), *_numbers(rest)]}
    ours = [name for name in OURS if name in fold(said) and name in fold(half) and name not in fold(rest)]
    return ours + [
        word
        for word in [*_content(said, language), *_numbers(said)]
        if same_stem(word, language) in here - there
    ]


def _anchors(said: str, half: str) -> list[str]:
    """What a statement and a text in another language both hold for certain."""
    folded, held = fold(said), fold(half)
    rows = [*SAME_NAMES, frozenset(OURS)]
    names = [_first(row, folded) for row in rows if _first(row, folded) and _first(row, held)]
    known = {word[:_ANCHOR] for word in parts(half)}
    return names + [word for word in parts(said) if len(word) >= _ANCHOR and word[:_ANCHOR] in known]


def _first(row: frozenset[str], text: str) -> str:
    return next((name for name in sorted(row) if re.search(rf"(?<!\w){re.escape(name)}(?!\w)", text)), "")


def _rebracketed(text: str, sources: Sequence[str], language: str) -> Iterator[str]:
    """The word in 'restrictive (sanctions) or positive (programmes)' that a text puts with the other one."""
    said = {same_stem(word, language) for word in parts(text)}
    for source in sources:
        for match in _BRACKETS.finditer(source):
            first, inside, second, other = (_stems(group, language) for group in match.groups())
            for name, mine, theirs in ((first, other, second), (second, inside, first)):
                if name & said and mine & said and not theirs & said:
                    yield min(mine & said)


def _exchanged(text: str, sources: Sequence[str]) -> Iterator[str]:
    """The verbs of an English text whose subject is not who did it in any of the sources."""
    tokens = _tokens(text)
    names = {name.casefold() for name in names_in(text, "en")}
    for place, word in _verbs(tokens):
        if word in names:
            continue
        mine = _deed(tokens, place)
        verb = not _is_predicate(tokens, place) or word.endswith(_VERBAL)
        deeds = [
            _deed(told, at)
            for told in map(_tokens, sources)
            for at, other in enumerate(told)
            if same_stem(other, "en") == same_stem(word, "en")
            and not _is_attribute(told, at)
            and (verb or _is_predicate(told, at))
        ]
        if deeds and all(_disagree(mine, one) for one in deeds):
            yield word


def _disagree(said: _Deed, told: _Deed) -> bool:
    """Whether two uses of a verb have other doers, or one's doer is the other's object."""
    if said.passive:
        if said.by:
            doers = told.by or (frozenset() if told.passive else told.before)
            return bool(doers) and not said.by & doers
        elsewhere = told.before - told.after
        return not told.passive and bool(said.near & elsewhere) and not said.near & told.after
    if told.by:
        return bool(said.near) and not said.near & told.by
    if told.passive:
        # 'The strategy approved in March' does not say by whom.
        return bool(said.near - told.near) and bool(said.target & told.near)
    return bool(said.near & told.after) and not said.near & told.before


def _deed(tokens: Sequence[str], place: int) -> _Deed:
    before, after = tokens[:place], tokens[place + 1 :]
    auxiliaries = [word for word in before[-3:] if word not in _ADVERBS]
    bare = tokens[place].endswith("ed") and not {*DONE, *BE}.intersection(auxiliaries)
    reduced = bare and bool(after) and after[0] in _ENDS
    passive = reduced or (bool(BE.intersection(auxiliaries[-2:])) and _is_participle(tokens[place]))
    by = _phrase(after[after.index("by") + 1 :]) if passive and "by" in _clause(after)[:8] else []
    return _Deed(
        passive=passive,
        near=_set(_phrase(before[::-1]) if reduced else _subject(before)),
        before=_set(before),
        after=_set(after),
        target=_set(_phrase(after)),
        by=_set(by),
    )


def _verbs(tokens: Sequence[str]) -> Iterator[tuple[int, str]]:
    """The words that look like verbs, or that a form of 'be' says of the subject."""
    for place, word in enumerate(tokens):
        states = len(word) >= _SHORTEST and content_parts(word, "en")
        if not states and not (word in ("has", "have", "had") and _is_main(tokens, place)):
            continue
        if _is_attribute(tokens, place) or tokens[place + 1 : place + 2] == ["that"]:
            continue
        if _is_verb(word) or _is_third_person(tokens, place) or _is_predicate(tokens, place):
            yield place, word


def _is_verb(word: str) -> bool:
    return word in DONE or _is_participle(word)


def _is_predicate(tokens: Sequence[str], place: int) -> bool:
    """Whether a form of 'be' says it of the subject: 'is responsible for', 'is a result of'."""
    near = [one for one in tokens[max(0, place - 3) : place] if one not in _ADVERBS]
    hangs = tokens[place].endswith("ing") or bool(
        {"of", "for", "to", "on"}.intersection(tokens[place + 1 : place + 2])
    )
    return hangs and bool(BE.intersection(near[-2:]))


def _is_attribute(tokens: Sequence[str], place: int) -> bool:
    """Whether a participle belongs to a noun: 'the agreed standards'."""
    return tokens[place].endswith(_VERBAL) and bool(
        _DETERMINERS.intersection(tokens[max(0, place - 1) : place])
    )


def _is_main(tokens: Sequence[str], place: int) -> bool:
    """Whether 'have' is the verb itself: no participle follows."""
    return (
        not any(map(_is_participle, tokens[place + 1 : place + 3]))
        and "been" not in tokens[place + 1 : place + 3]
    )


def _is_third_person(tokens: Sequence[str], place: int) -> bool:
    """'determines' before an article or another beginning of an object."""
    following = tokens[place + 1 : place + 2]
    begins = bool(following) and following[0] in ("the", "a", "an", "its", "their", "on")
    return begins and place > 0 and tokens[place].endswith("s")


def _is_participle(word: str) -> bool:
    return word.endswith(("ed", "en")) or word in (
        "made",
        "built",
        "held",
        "led",
        "won",
        "sent",
        "put",
        "set",
        "brought",
    )


def _subject(before: Sequence[str]) -> list[str]:
    """The noun phrase before a verb, with what hangs on it, from the last comma or relative on."""
    near = list(
        takewhile(
            lambda word: word not in _OPENERS,
            before[::-1],
        )
    )
    return near[::-1]


def _phrase(after: Sequence[str]) -> list[str]:
    """The noun phrase at the beginning."""
    return list(takewhile(lambda word: word not in _ENDS, after))


def _clause(tokens: Sequence[str]) -> list[str]:
    return list(takewhile(lambda word: word not in (";", ":", ".", "!", "?"), tokens))


def _tokens(text: str) -> list[str]:
    return [word.removesuffix("'s") for word in _TOKEN.findall(text.casefold())]


def _set(words: Sequence[str]) -> frozenset[str]:
    return frozenset(_stems(" ".join(words), "en"))


def _stems(text: str, language: str) -> set[str]:
    return {same_stem(word, language) for word in [*_content(text, language), *_numbers(text)]}


def _content(text: str, language: str) -> list[str]:
    return content_parts(text, language)


def _numbers(text: str) -> list[str]:
    return re.findall(r"\d+(?:[.,]\d+)*", text)
