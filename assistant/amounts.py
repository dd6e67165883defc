"""What the numbers of a text count: whether one can answer 'how many people', and whether one is a price."""

import re
from collections.abc import Iterator, Sequence

from assistant.grammar import Grammar, grammar
from assistant.intents import core
from knowledge.lexical import stem
from knowledge.sentences import is_row

_CURRENCY = (
    r"euros?|eur|dollars?|usd|pounds?|gbp|pence|penny|cents?|centimes?|crowns?|kron(?:en|er|or|a)|francs?|franken"
    r"|chf|yen|yuan|rupees?|rubles?|pesos?|shillings?|guilders?|gulden|marks?|livres?"
)
_MONEY = re.compile(
    rf"[€$£¥]|\b(?:{_CURRENCY}|free|gratis|kosteloos|gratuite?s?|gratuitement|kostenlos|kostenfrei|unentgeltlich"
    r"|nothing|niets|rien|nichts)\b",
    re.IGNORECASE,
)
_CURRENCY_WORD = re.compile(rf"(?:[€$£¥]|{_CURRENCY})\Z", re.IGNORECASE)
_NUMERAL = (
    "zero|one|two|three|four|five|six|seven|eight|nine|ten|eleven|twelve|(?:thir|four|fif|six|seven|eigh|nine)teen"
    "|twenty|thirty|forty|fifty|sixty|seventy|eighty|ninety|half|both|several|few|couple|once|twice|single"
    "|twee|drie|vier|vijf|zes|zeven|acht|negen|tien|elf|twaalf|(?:der|veer|vijf|zes|zeven|acht|negen)tien|twintig"
    "|dertig|veertig|vijftig|zestig|zeventig|tachtig|negentig|helft|beide|(?:een|twee|drie)maal"
    "|deux|trois|quatre|cinq|sept|huit|neuf|dix|onze|douze|treize|quatorze|quinze|seize|vingts?|trente|quarante"
    "|cinquante|soixante|moitié|plusieurs"
    "|zwei|drei|fünf|sechs|sieben|neun|zehn|zwölf|(?:drei|vier|fünf|sech|sieb|acht|neun)zehn|zwanzig|dreißig"
    "|vierzig|fünfzig|sechzig|siebzig|achtzig|neunzig|hälfte|beide|mehrere|(?:ein|zwei|drei)mal"
)
_MULTIPLE = (
    "hundreds?|thousands?|millions?|m|billions?|bn|dozens?|honderd|duizend|miljoen|miljard|cents?|mille"
    "|milliards?|milliers?|hundert|tausend|millionen|milliarden?"
)
_NUMBER = re.compile(rf"\d[\d.,\u00a0]*\Z|(?:{_NUMERAL}|{_MULTIPLE})\Z", re.IGNORECASE)
_YEAR = re.compile(r"(?:1[5-9]|20)\d\d\Z")
_MONTH = re.compile(
    r"(?:jan|feb|mar|mär|maart|apr|avr|mai|may|mei|jun|jui|jul|aug|aoû|sep|okt|oct|nov|dec|dez|déc)[^\W\d_]*\Z",
    re.IGNORECASE,
)
_TOTAL = re.compile(
    r"\b(?:numbers?|numbered|counts?|totals?|totall?ed|none|no|one|aantal|totaal|geen|één|nombre|aucune?|total"
    r"|(?:an)?zahl|keine?|insgesamt)\b",
    re.IGNORECASE,
)
_WORD = re.compile(r"\d+(?:[.,\u00a0]\d+)*|[^\W\d_]+|[%€$£¥|:;,.()–—]")
_PERCENT = re.compile(r"%|percent|per cent|procent|pour cent|prozent", re.IGNORECASE)
_REACH = 6  # words after a number within which the noun that it counts stands: '23,000 free public hotspots'
_HEAD = 4  # words at most of what is asked for
_ALIKE = 4  # letters from which a word that begins as another does is that word: 'exam', 'examination'


def has_amount(question: str, language: str, text: str, text_language: str) -> bool:
    """Whether the text holds an amount of what a question asks 'how many' or what price of; else True.

    A row of a table does: what its figures count stands above it.
    """
    if is_row(text):
        return True
    if grammar(language).price.match(core(question, language)):
        return bool(_MONEY.search(text))
    counted = _counted(question, language)
    return not counted or _is_counted(counted, text, text_language)


def _is_counted(counted: Sequence[str], text: str, language: str) -> bool:
    """Whether a number of the text can count the noun that ``counted`` begins with.

    A year, a percentage, a day of the month and an amount of money count nothing. Where the text has the
    noun, a number must belong to it: 'volunteers sowed 34 plots' tells no number of volunteers. A text
    without any number is not judged: the reader may know another word for one.
    """
    words = _WORD.findall(text.replace("-", " ").replace("'", "’"))
    numbers = list(_numbers(words))
    rules = grammar(language)
    counting = [(start, end) for start, end in numbers if _counts(words, start, end, counted, rules)]
    nouns = (word for _, end in counting for word in words[end : end + _REACH])
    if not numbers or any(_alike(word, noun, language) for word in nouns for noun in counted):
        return True
    if any(_alike(word, counted[0], language) for word in words):
        return bool(_TOTAL.search(text)) or any(_stands_alone(words, end, rules) for _, end in counting)
    return bool(counting)


def _counted(question: str, language: str) -> list[str]:
    """The words behind 'how many', up to the first that names nothing: the noun, and perhaps its verb."""
    asked = core(question, language).lower()
    frame = grammar(language).how_many.match(asked)
    found: list[str] = []
    for word in _WORD.findall(asked[frame.end() :] if frame else ""):
        if not _names_something(word, grammar(language)) or len(found) == _HEAD:
            break
        found.append(word)
    return found


def _numbers(words: Sequence[str]) -> Iterator[tuple[int, int]]:
    """Where the numbers stand, as ranges of words: '2.3 million' is one."""
    start = 0
    while start < len(words):
        end = start
        while end < len(words) and _NUMBER.match(words[end]):
            end += 1
        if end > start:
            yield start, end
        start = max(end, start + 1)


def _counts(words: Sequence[str], start: int, end: int, counted: Sequence[str], rules: Grammar) -> bool:
    """Whether a number is no year, percentage, date or, unless money is counted, amount of money."""
    before = words[start - 1].lower() if start else ""
    after = words[end] if end < len(words) else ""
    if _YEAR.match(words[start]) and end == start + 1 and not (before and _names_something(before, rules)):
        return False
    money = bool(_CURRENCY_WORD.match(before) or _CURRENCY_WORD.match(after))
    dated = bool(_MONTH.match(before) or _MONTH.match(after))
    share = bool(_PERCENT.match(" ".join(words[end : end + 2])))
    return not (dated or share or (money and after.lower() not in counted))


def _stands_alone(words: Sequence[str], end: int, rules: Grammar) -> bool:
    """Whether no noun follows the number, so that it may count one before it: 'the volunteers were 40.'"""
    return end == len(words) or not _names_something(words[end], rules)


def _names_something(word: str, rules: Grammar) -> bool:
    lower = word.lower()
    return lower[0].isalpha() and lower not in rules.function_words | rules.prepositions | rules.auxiliaries


def _alike(word: str, other: str, language: str) -> bool:
    """Whether two words are of one stem, or one begins as the other does ('exam', 'examination')."""
    one, two = sorted((stem(word.lower(), language), stem(other.lower(), language)), key=len)
    return one == two or (len(one) >= _ALIKE and two.startswith(one))
