"""Questions that stand or fall with a thing that they name, asked of what is there and of what is not."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from vqa.training.data.records import Record
from vqa.training.qa import scenes
from vqa.training.qa import word_lists as words
from vqa.training.qa.boxes import class_frequencies, from_boxes
from vqa.training.qa.caption_parser import CaptionFacts, parse_captions
from vqa.training.qa.choices import either_or
from vqa.training.qa.from_captions import from_captions
from vqa.training.qa.question_answer import Ask, absent

_CAPTIONS_THAT_TELL = 3
_ABOUT_A_SUBJECT = frozenset({"action", "color", "count", "location"})


class NameQuestions:
    """What boxes or captions name is there; as many things are asked about that are elsewhere, some of the same kind.

    Args:
        records: pictures and films; those without complete boxes or several captions tell of no absence and are not
            asked about. The same records give the same questions.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._frequencies = class_frequencies(records)
        self._facts = _facts(records)
        self._common = _common(self._facts)

    def of_presence(self) -> Iterator[tuple[Record, Ask]]:
        """Is it there?"""
        dice = random.Random(0)
        for record in self._records:
            asks = list(from_boxes(record, dice, self._frequencies))
            if record.objects is None and record.path in self._facts:
                asks = list(scenes.presences(self._facts[record.path], self._common, dice))
            yield from ((record, ask) for ask in asks if ask.family == "presence")

    def about_subjects(self) -> Iterator[tuple[Record, Ask]]:
        """What only makes sense where the thing is."""
        dice = random.Random(0)
        for record in self._records:
            asks: list[Ask] = []
            if record.objects is not None:
                found = from_boxes(record, dice, self._frequencies)
                asks = [ask for ask in found if ask.family == "absent"]
            elif record.path in self._facts:
                told = self._facts[record.path]
                found = from_captions(told, self._common, dice)
                asks = [ask for ask in found if ask.family in _ABOUT_A_SUBJECT]
                missing = scenes.missing_nouns(told, self._common, dice, len(asks))
                asks += [absent(noun, dice) for noun in missing]
            yield from ((record, ask) for ask in asks)

    def of_choices(self) -> Iterator[tuple[Record, Ask]]:
        """Which of two it is."""
        dice = random.Random(0)
        for record in self._records:
            asks = [*either_or(self._facts.get(record.path, ()), dice)]
            asks += from_boxes(record, dice, self._frequencies)
            yield from ((record, ask) for ask in asks if ask.family == "choice")


def _common(facts: Mapping[str, Sequence[CaptionFacts]]) -> list[str]:
    """Nouns that are asked for in vain as often as they are there in other pictures."""
    left_out = words.VAGUE | words.UNREMARKED | words.PEOPLE
    return [
        noun
        for rows in facts.values()
        for noun in sorted({thing.lemma for fact in rows for thing in fact.things})
        if noun.isalpha() and noun not in left_out
    ] or ["dog"]


def _facts(records: Sequence[Record]) -> dict[str, tuple[CaptionFacts, ...]]:
    """What captions say, by picture, of those with several: one caption is silent about too much."""
    told = [record for record in records if len(record.captions) >= _CAPTIONS_THAT_TELL]
    parsed = parse_captions(caption for record in told for caption in record.captions)
    return {record.path: tuple(next(parsed) for _ in record.captions) for record in told}
