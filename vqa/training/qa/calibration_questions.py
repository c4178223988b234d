"""Question-answer pairs for calibration, about visible and absent objects in similar numbers."""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from vqa.models.fused.kind_names import read_kind_names
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.nouns.name_questions import kind_of_name
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
    """Deterministic generator of presence, answerability, choice and name questions.

    The questions are in the order of the records.

    Args:
        records: images and clips. Records without boxes and with fewer than three captions get only
            name questions, since too few captions do not show that an object is absent.

    Raises:
        ExtraMissing: there are captions to parse, and the spaCy pipeline is not installed.
    """

    def __init__(self, records: Sequence[Record]) -> None:
        self._records = records
        self._frequencies = class_frequencies(records)
        self._facts = _parse(records)
        self._candidate_nouns = _candidate_nouns(self._facts)

    def presence_questions(self) -> Iterator[tuple[Record, QAPair]]:
        """Yield (record, pair) for questions about presence, such as "Is there a dog?".

        The only answer of a pair is "yes" or "no".
        """
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
                absent_nouns = missing_nouns(facts, self._candidate_nouns, rng, len(qa_pairs))
                qa_pairs += [absent_question(noun, rng) for noun in absent_nouns]
            yield from ((record, qa) for qa in qa_pairs)

    def choice_questions(self) -> Iterator[tuple[Record, QAPair]]:
        """Yield (record, pair) for questions with two options, such as "Is it a dog or a cat?".

        The only answer of a pair is one of the options.
        """
        rng = random.Random(0)
        for record in self._records:
            qa_pairs = [*choice_questions(self._facts.get(record.path, ()), rng)]
            qa_pairs += from_boxes(record, rng, self._frequencies)
            yield from ((record, qa) for qa in qa_pairs if qa.family == "choice")

    def name_questions(self) -> Iterator[tuple[Record, QAPair]]:
        """Yield (record, pair) for questions for the name of a thing of a kind, with known answers.

        They come from the boxes, the questions and the labels of images. The first answer is the
        name; the others are narrower ones, so that a goose is right where the truth is a bird.
        """
        rng = random.Random(0)
        for record in self._records:
            pairs = {qa.question: qa.answers for qa in from_boxes(record, rng, self._frequencies)}
            pairs |= {question.text: (question.answer,) for question in record.questions}
            if (
                not any(kind_of_name(normalized_wording(question)) for question in pairs)
                and record.label
            ):
                pairs |= {
                    f"What {kind} is shown?": (record.label,)
                    for kind in read_kind_names()
                    if kind != "person"
                }
            for question, answers in pairs.items():
                names = _names_among(answers, kind_of_name(normalized_wording(question)))
                if names and not record.is_clip:
                    yield record, QAPair(question=question, answers=names, family="name")


def _names_among(answers: Sequence[str], kind: str) -> tuple[str, ...]:
    """Return the names of a kind among answers, and the narrower ones that these cover."""
    if not kind:
        return ()
    names = read_kind_names()[kind]
    return tuple(
        name for answer in answers if answer in names.names for name in names.covered_by(answer)
    )


def _candidate_nouns(facts: Mapping[str, Sequence[CaptionFacts]]) -> list[str]:
    """List candidates for absent nouns: caption nouns, repeated for each image that has them."""
    excluded_nouns = words.VAGUE | words.UNMENTIONED_NOUNS | words.PEOPLE
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
