"""Writes the word list anew: ``python -m assistant.lexicon`` (needs the extra ``train``)."""

from assistant import lexicon

if __name__ == "__main__":
    lexicon.write()
