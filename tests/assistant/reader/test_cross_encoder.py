from pathlib import Path

import pytest

from assistant.reader import PassageText, ReaderUnfit
from assistant.reader.cross_encoder import CrossEncoderReader

TEXT = "NATO met. Bread bakes."
PASSAGE = PassageText(("Cyber",), TEXT, ((0, 9), (10, 22)))


def folder_of(path: Path, outputs: int) -> Path:
    """A real CrossEncoder, tiny and untrained."""
    from tokenizers import Tokenizer
    from tokenizers.models import WordLevel
    from tokenizers.pre_tokenizers import Whitespace
    from transformers import BertConfig, BertForSequenceClassification, PreTrainedTokenizerFast

    words = ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "[MASK]", "NATO", "met", "Bread", "bakes", "."]
    tokenizer = Tokenizer(WordLevel({word: n for n, word in enumerate(words)}, unk_token="[UNK]"))
    tokenizer.pre_tokenizer = Whitespace()
    PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, pad_token="[PAD]", unk_token="[UNK]", cls_token="[CLS]", sep_token="[SEP]"
    ).save_pretrained(path)
    config = BertConfig(
        vocab_size=len(words), hidden_size=16, num_hidden_layers=1, num_attention_heads=2,
        intermediate_size=32, num_labels=outputs,
    )  # fmt: skip
    BertForSequenceClassification(config).save_pretrained(path)
    return path


def test_any_cross_encoder_reads_passages_and_their_sentences(tmp_path: Path) -> None:
    reader = CrossEncoderReader(str(folder_of(tmp_path, 1)))
    readings = reader.read("Who met?", [PASSAGE, PassageText((), "Bread.", ((0, 6),))])
    assert [len(reading.sentences) for reading in readings] == [2, 1]
    assert all(reading.span is None for reading in readings)
    assert reader.read("Who met?", []) == []
    (probability,) = reader.support([("NATO met.", TEXT)])
    assert 0 < probability < 1


def test_a_model_with_several_outputs_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ReaderUnfit, match="3 outputs"):
        CrossEncoderReader(str(folder_of(tmp_path, 3)))
