"""Labeled utterances of `vqa/questions/classifiers/utterances.tsv`: intent, tab and marked text per line.

`[S:…]` marks the subject of a question, `[T:…]` its target, `[O:…]` an option that it offers.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from vqa.questions.classifiers import slot_tagger
from vqa.questions.classifiers.slot_tagger import ROLES, TaggedPhrase
from vqa.questions.classifiers.tagging import split_words
from vqa.training.marked_text import bio_tags, remove_marks

UTTERANCES = Path(slot_tagger.__file__).with_name("utterances.tsv")
_LETTERS = "".join(role[0].upper() for role in ROLES)


@dataclass(frozen=True, kw_only=True)
class MarkedUtterance:
    """Utterance with its labels.

    Args:
        intent: name of its intent.
        text: the text without the marks.
        phrases: the marked phrases, in the order of the text.
    """

    intent: str
    text: str
    phrases: tuple[TaggedPhrase, ...]

    def tags(self) -> list[int]:
        """Return the BIO tag of each word of `split_words`, in order.

        0 is outside of all phrases; for the role with index r in `ROLES`, 2 r + 1 begins a phrase
        and 2 r + 2 continues it.
        """
        spans = [(ROLES.index(one.role), one.start, one.end) for one in self.phrases]
        return bio_tags(split_words(self.text), spans)


def read_utterances(path: Path = UTTERANCES) -> list[MarkedUtterance]:
    """Read a UTF-8 file of labeled utterances, one per line: intent, tab and marked text.

    The marks `[S:…]`, `[T:…]` and `[O:…]` become the phrases of an utterance; its text is without
    them. Other text in brackets is kept.

    Raises:
        ValueError: a line, such as a blank one, is not an intent, one tab and a text.
    """
    lines = path.read_text(encoding="utf-8").splitlines()
    return [_parse_line(line) for line in lines]


def _parse_line(line: str) -> MarkedUtterance:
    """Parse a line, removing the marks from its text; positions are those in that text."""
    intent, marked_text = line.split("\t")
    text, spans = remove_marks(marked_text, _LETTERS)
    phrases = tuple(
        TaggedPhrase(role=ROLES[role], text=text[start:end], start=start, end=end)
        for role, start, end in spans
    )
    return MarkedUtterance(intent=intent, text=text, phrases=phrases)
