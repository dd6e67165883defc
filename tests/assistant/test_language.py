import pytest
from hypothesis import given
from hypothesis import strategies as st

from assistant.language import detect
from assistant.lexicon import LANGUAGES

ONE_WORD = {
    "en": ["Why?", "who", "hello", "thanks", "How?", "what else?", "And them?"],
    "nl": ["Waarom?", "welke", "WAAROM?", "hallo daar", "bedankt", "Hoe?", "Wat nog?", "En zij?"],
    "fr": ["Pourquoi ?", "qui", "bonjour", "merci", "Comment ?", "Combien", "Quoi d'autre ?", "Et eux ?"],
    "de": ["Warum?", "wer", "guten Tag", "danke", "Weshalb?", "Was noch?", "Und die OSZE?"],
}
SENTENCES = {
    "en": ["What does the EU do?", "Is cyberspace a matter for NATO?", "diplomatic toolbox"],
    "nl": ["Wat doet de EU?", "Is cyberspace een zaak voor de NAVO?", "sancties tegen cyberaanvallen"],
    "fr": ["Que fait l'UE ?", "Et l'ONU ?", "sanctions contre les cyberattaques", "Qu'en dit l'OSCE ?"],
    "de": ["Was macht die EU?", "Ist der Cyberraum ein Thema der NATO?", "Sanktionen gegen Cyberangriffe"],
}


@pytest.mark.parametrize(
    ("language", "text"),
    [
        (language, text)
        for table in (ONE_WORD, SENTENCES)
        for language, texts in table.items()
        for text in texts
    ],
)
def test_detects_short_texts(language: str, text: str) -> None:
    assert detect(text) == language


@pytest.mark.parametrize("text", ["NATO", "5G", "2016?", "OSCE EU", "???", "", "Was?"])
@pytest.mark.parametrize("language", LANGUAGES)
def test_names_and_numbers_keep_the_language_of_the_conversation(text: str, language: str) -> None:
    if text != "Was?" or language in ("en", "de"):
        assert detect(text, language) == language


def test_a_long_word_of_no_list_is_told_by_its_letters() -> None:
    assert detect("Cybersicherheitsstrategieumsetzung") == "de"


@given(st.text(max_size=200))
def test_is_always_one_of_the_four(text: str) -> None:
    assert detect(text) in LANGUAGES
