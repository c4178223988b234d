"""The decoder's SentencePiece vocabulary, learned from what it shall say."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import sentencepiece

PAD_ID, BOS_ID, EOS_ID, UNK_ID = 0, 1, 2, 3


def learn_vocabulary(sentences: Iterable[str], file: Path, vocab_size: int) -> None:
    """Write a unigram model of at most `vocab_size` pieces to `file` (…/spiece.model).

    Source: SentencePiece, arXiv:1808.06226.
    """
    file.parent.mkdir(parents=True, exist_ok=True)
    sentencepiece.SentencePieceTrainer.train(
        sentence_iterator=iter([s.lower() for s in sentences]),
        model_prefix=str(file.with_suffix("")),
        vocab_size=vocab_size,
        hard_vocab_limit=False,
        character_coverage=1.0,
        pad_id=PAD_ID,
        bos_id=BOS_ID,
        eos_id=EOS_ID,
        unk_id=UNK_ID,
        num_threads=2,
        minloglevel=2,
    )
