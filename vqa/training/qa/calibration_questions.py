"""Question-answer pairs for calibration, about visible and absent objects in similar numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from vqa.training.data.records import Record
from vqa.training.qa import lexicon as words
from vqa.training.qa import scene_questions
from vqa.training.qa.boxes import class_frequencies, from_boxes
from vqa.training.qa.caption_parser import CaptionFacts, parse_captions
from vqa.training.qa.choices import choice_questions
from vqa.training.qa.from_captions import from_captions
from vqa.training.qa.noun_statistics import missing_nouns
from vqa.training.qa.question_answer import QAPair, absent_question

_MIN_CAPTIONS = 3
_SUBJECT_FAMILIES = frozenset({"action", "color", "count", "location"})


class CalibrationQuestions:
    """Deterministic generator of presence, answerability and choice questions.

    Args:
        records: images and clips. Records without boxes and with fewer than three captions get no
            questions, since too few captions do not show that an object is absent.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._frequencies = class_frequencies(records)
        self._facts = _parse(records)
        self._candidate_nouns = _candidate_nouns(self._facts)

    def presence_questions(self) -> Iterator[tuple[Record, QAPair]]:
        """Yield (record, pair) for yes/no questions about presence, such as "Is there a dog?"."""
        rng = random.Random(0)
        for record in self._records:
            qa_pairs = list(from_boxes(record, rng, self._frequencies))
            if record.objects is None and record.path in self._facts:
                qa_pairs = list(
                    scene_questions.presence_questions(
                        self._facts[record.path], self._candidate_nouns, rng
                    )
                )
            yield from ((record, qa) for qa in qa_pairs if qa.family == "presence")

    def subject_questions(self) -> Iterator[tuple[Record, QAPair]]:
        """Yield (record, pair) for questions about the color, place, number or action of an object.

        The object may be absent; then the pair is not answerable.
        """
        rng = random.Random(0)
        for record in self._records:
            qa_pairs: list[QAPair] = []
            if record.objects is not None:
                candidates = from_boxes(record, rng, self._frequencies)
                qa_pairs = [qa for qa in candidates if qa.family == "absent"]
            elif record.path in self._facts:
                facts = self._facts[record.path]
                candidates = from_captions(facts, self._candidate_nouns, rng)
                qa_pairs = [qa for qa in candidates if qa.family in _SUBJECT_FAMILIES]
                missing = missing_nouns(facts, self._candidate_nouns, rng, len(qa_pairs))
                qa_pairs += [absent_question(noun, rng) for noun in missing]
            yield from ((record, qa) for qa in qa_pairs)

    def choice_questions(self) -> Iterator[tuple[Record, QAPair]]:
        """Yield (record, pair) for questions with two options, such as "Is it a dog or a cat?"."""
        rng = random.Random(0)
        for record in self._records:
            qa_pairs = [*choice_questions(self._facts.get(record.path, ()), rng)]
            qa_pairs += from_boxes(record, rng, self._frequencies)
            yield from ((record, qa) for qa in qa_pairs if qa.family == "choice")


def _candidate_nouns(facts: Mapping[str, Sequence[CaptionFacts]]) -> list[str]:
    """List candidates for absent nouns: caption nouns, repeated for each image that has them."""
    excluded_nouns = words.VAGUE | words.OFTEN_UNMENTIONED | words.PEOPLE
    return [
        noun
        for rows in facts.values()
        for noun in sorted({thing.lemma for fact in rows for thing in fact.things})
        if noun.isalpha() and noun not in excluded_nouns
    ] or ["dog"]


def _parse(records: Sequence[Record]) -> dict[str, tuple[CaptionFacts, ...]]:
    """Parse the captions, by path, of records with at least three captions."""
    captioned_records = [record for record in records if len(record.captions) >= _MIN_CAPTIONS]
    parsed_captions = parse_captions(
        caption for record in captioned_records for caption in record.captions
    )
    return {
        record.path: tuple(next(parsed_captions) for _ in record.captions)
        for record in captioned_records
    }
