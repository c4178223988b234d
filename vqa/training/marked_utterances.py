"""Labeled utterances of `vqa/questions/utterances.tsv`: intent, tab and marked text per line.

`[S:…]` marks the subject of a question, `[T:…]` its target, `[O:…]` an option that it offers.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from pathlib import Path

from vqa.questions import slot_tagger
from vqa.questions.slot_tagger import ROLES, TaggedPhrase, split_words

UTTERANCES = Path(slot_tagger.__file__).with_name("utterances.tsv")
_ROLE_OF = {role[0].upper(): role for role in ROLES}
_MARK = re.compile(rf"\[([{''.join(_ROLE_OF)}]):([^\]]*)\]")


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
        tags: list[int] = []
        open_phrase: TaggedPhrase | None = None
        for start, end in split_words(self.text):
            phrase = next((p for p in self.phrases if start < p.end and end > p.start), None)
            offset = 2 if phrase is open_phrase else 1
            tags.append(0 if phrase is None else 2 * ROLES.index(phrase.role) + offset)
            open_phrase = phrase
        return tags


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
    text, phrases, position = "", [], 0
    for match in _MARK.finditer(marked_text):
        text += marked_text[position : match.start()]
        phrase = TaggedPhrase(
            role=_ROLE_OF[match[1]], text=match[2], start=len(text), end=len(text) + len(match[2])
        )
        phrases.append(phrase)
        text += match[2]
        position = match.end()
    return MarkedUtterance(
        intent=intent, text=text + marked_text[position:], phrases=tuple(phrases)
    )
