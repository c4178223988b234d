"""The decoder's SentencePiece vocabulary and its training text."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path

import sentencepiece

from vqa.english import NUMBERS
from vqa.training.data.records import Record
from vqa.training.qa.boxes import OBJECT_NAMES
from vqa.training.qa.imagenet import Label
from vqa.training.qa.lexicon import ACTORS, QUESTION_VERBS, RELATED_WORDS
from vqa.training.qa.spoken_lines import spoken_line_texts

PAD_ID, BOS_ID, EOS_ID, UNK_ID = 0, 1, 2, 3


def learn_vocabulary(sentences: Iterable[str], file: Path, vocab_size: int) -> None:
    """Train a unigram SentencePiece model of at most `vocab_size` tokens and write it to a file.

    Args:
        sentences: training text, which is lower-cased; not empty.
        file: destination, with the extension .model, which is overwritten; a .vocab file is written
            beside it, and a missing folder is created.
        vocab_size: maximum number of tokens, at least the number of different characters of the
            text plus the four special tokens.

    Raises:
        RuntimeError: there is no sentence, `vocab_size` is too small, or the file cannot be
            written.
        OSError: the folder cannot be created.

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


def answer_texts(records: Sequence[Record], labels: Sequence[Label]) -> list[str]:
    """List the decoder's training texts: captions, answers, class names, verbs, sample speech.

    Args:
        records: images and clips of the train split.
        labels: the ImageNet classes.

    Returns:
        Normalized texts, see `normalize_answer`; repeated texts have more weight. Never empty.
    """
    texts = [caption for record in records for caption in record.captions]
    texts += [q.answer for record in records for q in record.questions]
    texts += [f"there is no {name}" for name in (*OBJECT_NAMES, *sorted(ACTORS))]
    texts += [name for label in labels for name in (label.plain, label.plain, label.fine)]
    texts += [*NUMBERS, *QUESTION_VERBS, *sorted(w for family in RELATED_WORDS for w in family)] * 3
    texts += spoken_line_texts()
    return [normalize_answer(sentence) for sentence in texts]


def normalize_answer(answer: str) -> str:
    """Lower-case a text, collapse white space, remove full stops at its ends and after spaces.

    A full stop after a space goes with that space: "a .5" becomes "a5". Other punctuation is kept.
    This is the form that the decoder generates.
    """
    return " ".join(answer.lower().replace(" .", "").strip(" .").split())
