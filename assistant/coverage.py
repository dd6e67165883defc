"""How much of a question stands in a text: content words, names, numbers, and the type of answer asked for.

Words are compared by stem in the language of the text, and weigh by how rare they are in general use.
"""

import re
from collections.abc import Collection
from dataclasses import dataclass
from functools import cache, lru_cache

from assistant.lexicon import frequencies
from knowledge.lexical import stem, words

# Words of the frame of a question or sentence: they name nothing that a text could hold. A word used more
# often than COMMON (zipf) is one too.
COMMON = 6.2
_FRAME = frozenset(
    """
    a about according all also am an and any are as at be been being but by can could did do does doing done
    each for from gave get give given gives had has have how i if in into is it its just kind like list main
    make many may me mean means mention mentioned might more most much must my name named no not of on one or
    other our out over part please point points say saying says shall should some such tell text than that the
    their them then there these they this those to up us used was we were what when where whether which who
    whom whose why will with would you your document documents section sections passage source sources
    aan al als bij dat de deze die dit door een en er het hij hoe hoeveel ik in is je kan kunnen maar mag met
    moet moeten naar niet nog of om onder ons onze ook op over te tot u uit van veel volgens voor waar waarom
    waarop wanneer waren was wat we welk welke wie wil worden wordt zal ze zegt zich zij zijn zou zullen tekst
    au aux avec ce ces cette combien comment d dans de des dit doit doivent du elle elles en est et etre eux
    il ils j je l la le les leur leurs lui m mais n ne nous on ont ou où par pas peut peuvent pour pourquoi qu
    quand que quel quelle quelles quels qui quoi s sa se selon ses si son sont sur t texte un une vers vous y
    ab als am an auch auf aus bei bis das dass dem den denen der deren des die dies diese dieser dieses doch
    durch ein eine einem einen einer eines er es für hat haben ich ihm ihr ihre im in ist kann können laut man
    mit muss müssen nach nicht noch nur ob oder sich sie sind so soll sollen über um und uns unser unter vom
    von vor wann war waren warum was welche welchem welchen welcher welches wem wen wenn wer werden weshalb
    wie wieviel wird wo wofür woher worauf zu zum zur zwischen laut viele text
    """.split()
)
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NAME = re.compile(r"\b(?:[A-ZÀ-Þ][\wÀ-ÿ]*[A-ZÀ-Þ0-9]\w*|[A-ZÀ-Þ][\wÀ-ÿ'’-]+)\b")
_ACRONYM = re.compile(r"\b(?=\w*[A-Z])[A-Z0-9]{2,}s?\b")
_DATE = re.compile(
    r"\b(?:1[0-9]|20)\d\d\b|\b\d{1,2}[./-]\d{1,2}[./-]\d{2,4}\b|\b\d{1,2}:\d\d\b|(?i:"
    r"\b(?:january|february|march|april|may|june|july|august|september|october|november|december|januari"
    r"|februari|maart|mei|juni|juli|augustus|oktober|janvier|février|mars|avril|mai|juin|juillet|août|septembre"
    r"|octobre|novembre|décembre|januar|jänner|februar|märz|dezember)\b"
    r"|\b(?:centur|eeuw|siècle|jahrhundert|decade|decenni|décennie|jahrzehnt)\w*"
    r"|\b(?:\d+|a|an|one|two|three|four|five|six|seven|eight|nine|ten|few|several|last|past|next|this|every|een|twee"
    r"|drie|enkele|vorige?|volgende?|afgelopen|elke?|un|une|deux|trois|quelques|chaque|ein|eine[rnm]?|zwei|drei"
    r"|einige[rn]?|letzte[rns]?|nächste[rns]?|jede[rns]?)\s+"
    r"(?:day|week|month|year|hour|minute|dag|week|weken|maand|jaar|jaren|jour|semaine|mois|année|ans|tag|woche"
    r"|monat|jahr)(?:s|en|e|n)?\b"
    r"|\b(?:monday|tuesday|wednesday|thursday|friday|saturday|sunday|today|yesterday|tomorrow|ago|since|until"
    r"|during|before|after)\b)"
)
_COUNT = re.compile(
    r"\d|(?i:\b(?:zero|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|twenty|thirty|forty|fifty|sixty"
    r"|hundred|hundreds|thousand|thousands|million|millions|billion|billions|dozen|dozens|half|third|quarter"
    r"|twice|double|single|both|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|honderd|duizend|miljoen|miljard"
    r"|helft|deux|trois|quatre|cinq|sept|huit|neuf|dix|cent|cents|mille|milliard|moitié|zwei|drei|fünf|sechs"
    r"|sieben|neun|zehn|hundert|tausend|milliarde|hälfte)\b)"
)


@dataclass(frozen=True, slots=True)
class Terms:
    """What a question asks with: content words and their weights, names, numbers.

    Each of ``known`` is a name with all its spellings, in any language; ``names`` are others, lower case.
    """

    weights: dict[str, float]
    names: frozenset[str]
    numbers: frozenset[str]
    known: tuple[frozenset[str], ...] = ()


@lru_cache(maxsize=256)
def terms(question: str, language: str, known: tuple[frozenset[str], ...] = ()) -> Terms:
    """The content words, names and numbers of a question; all words when every one of them is common.

    ``known`` are the names in it whose spellings are known.
    """
    asked = [word for word in words(question) if not word.isdigit()]
    acronyms = _acronyms(question)
    content = [
        word for word in asked if word in acronyms or (word not in _FRAME and _commonness(word) < COMMON)
    ]
    weights = {word: max(0.5, 8.0 - _commonness(word)) for word in content or asked}
    spelt = {word for name in known for spelling in name for word in words(spelling)}
    names = _names(question, language) - spelt
    return Terms(weights, names, frozenset(_NUMBER.findall(question)), known)


def stems(text: str, language: str) -> frozenset[str]:
    """The stems of a text's words in its language."""
    return frozenset(_stem(word, language) for word in words(text))


def coverage(question: Terms, held: Collection[str], language: str) -> float:
    """The share (0..1) of the question's content words, by weight, whose stems are held; 1 without any."""
    total = sum(question.weights.values())
    found = sum(weight for word, weight in question.weights.items() if _stem(word, language) in held)
    return found / total if total else 1.0


def name_coverage(question: Terms, held: Collection[str], language: str, *, crosses: bool = False) -> float:
    """The share (0..1) of the question's names that are held, in any known spelling; 1 when it has none.

    When the question ``crosses`` into another language, only names of known spellings count.
    """
    names = [frozenset({name}) for name in question.names if not crosses]
    found = [any(holds(held, spelling, language) for spelling in name) for name in (*names, *question.known)]
    return sum(found) / len(found) if found else 1.0


def holds(held: Collection[str], spelling: str, language: str) -> bool:
    """Whether the stems of a name's words are all held."""
    acronyms = _acronyms(spelling)
    own = [word for word in words(spelling) if word in acronyms or word not in _FRAME]
    return bool(own) and all(_stem(word, language) in held for word in own)


def number_coverage(question: Terms, text: str) -> float:
    """The share (0..1) of the question's numbers and years that stand in the text; 1 when it has none."""
    held = set(_NUMBER.findall(text))
    found = [number in held for number in question.numbers]
    return sum(found) / len(found) if found else 1.0


def satisfies(expects: str, text: str, question: Terms, language: str) -> bool:
    """Whether the text holds anything of the type of answer asked for; True for types that no form shows.

    A person or a place is a name that the question does not hold itself.
    """
    if expects == "date":
        return bool(_DATE.search(text))
    if expects == "number":
        return bool(_COUNT.search(text))
    if expects in ("person", "place"):
        return any(name not in question.weights for name in _names(text, language))
    return True


def _names(text: str, language: str) -> frozenset[str]:
    """Acronyms, and capitalised words that neither stand first nor are German nouns; lower case."""
    acronyms = _acronyms(text)
    found = {match[0].rstrip("s") for match in _ACRONYM.finditer(text)}
    first = re.match(r"\W*\w+", text)
    for match in _NAME.finditer(text, first.end() if first else 0):
        begins_sentence = text[: match.start()].rstrip()[-1:] in (".", "!", "?", ":")
        common_noun = language == "de" and match[0].lower() in frequencies()["de"]
        if not begins_sentence and not common_noun:
            found.add(match[0])
    return frozenset(word for name in found for word in words(name) if word in acronyms or word not in _FRAME)


def _acronyms(text: str) -> frozenset[str]:
    """Words written in capitals, lower case: 'UN' is no French article, 'US' no pronoun. None in a shout."""
    if text.isupper():
        return frozenset()
    return frozenset(match[0].rstrip("s").lower() for match in _ACRONYM.finditer(text))


@cache
def _commonness(word: str) -> float:
    return max(known.get(word, 2.0) for known in frequencies().values())


@lru_cache(maxsize=20_000)
def _stem(word: str, language: str) -> str:
    return stem(word, language)
