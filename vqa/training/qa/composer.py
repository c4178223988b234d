"""Sampling of training examples: clips composed of images, with questions and answers.

A shot consists of augmented views of one image, as if a camera moved; a clip has one or more shots.
"""

from __future__ import annotations

import random
from collections.abc import Iterator, Mapping, Sequence

from vqa.errors import SettingError
from vqa.training.data.features import FeatureTable
from vqa.training.data.records import Record
from vqa.training.data.views import view_spec
from vqa.training.qa import lexicon as words
from vqa.training.qa.balance import (
    RecordSampler,
    balance_family,
    draw_family,
    is_guessable,
    records_by_action,
)
from vqa.training.qa.boxes import class_frequencies, from_boxes
from vqa.training.qa.caption_parser import CaptionFacts
from vqa.training.qa.choices import choice_questions, colour_mode_questions
from vqa.training.qa.dataset_questions import dataset_questions
from vqa.training.qa.example import Example, build_example, even_indices, even_times
from vqa.training.qa.from_captions import from_captions, unanswerable_questions
from vqa.training.qa.imagenet import (
    Label,
    from_label,
    name_questions,
    other_class,
    with_everyday_name,
)
from vqa.training.qa.noun_statistics import frequent_nouns, main_subject
from vqa.training.qa.order import action_order_questions, order_questions
from vqa.training.qa.paraphrases import describe_question, follow_up
from vqa.training.qa.question_answer import QAPair
from vqa.training.qa.scene_questions import presence_pair
from vqa.training.qa.spoken_lines import sample_spoken_line

# Questions about the course of a clip: their frames are evenly spaced, so that no part is missed.
_TEMPORAL_FAMILIES = frozenset({"given-order", "given-motion", "given-pose"})
_LABEL_SHARE, _TEXT_SHARE, _FOLLOW_UP_SHARE = 0.08, 0.04, 0.07
_MULTI_SHOT_SHARE = 0.35
# Share of multi-shot clips whose question is about one shot instead of the order.
_SINGLE_SHOT_QUESTION_SHARE = 0.6
# Share of multi-shot clips that are composed of labelled actions instead of captioned images.
_ACTION_ORDER_SHARE = 0.3
_GUESSABLE_SHARE = 0.4
# Share of text-only examples among clips of at most two frames.
_TEXT_ONLY_SHARE, _MAX_TEXT_ONLY_FRAMES = 0.35, 2
# Families that need no complete description of the picture.
_PARTIAL_FAMILIES = frozenset({"cloze", "object", "action", "location", "color", "count"})
_MIN_CLIP_FRAMES = 4
_MAX_DRAWS = 10_000


class Composer:
    """Sampler of training examples; the same random state gives the same examples.

    Args:
        records: images and clips.
        facts: parsed captions by path.
        features: feature table with the rows of each record.
        labels: the ImageNet classes.
        text_only: parsed captions of images that are not available.
        statement_facts: parsed statements from `dataset_questions.restatements`, by path.
        name_dropout: share of single-shot examples whose ImageNet logits are replaced by noise, 0
            to 1.
        name_shuffle: share of questions for the name of an ImageNet class in which the logits, and
            the answer, are those of another class of the same kind, 0 to 1. It teaches the decoder
            to copy names that no caption contains.
    """

    def __init__(
        self,
        records: Sequence[Record],
        facts: Mapping[str, tuple[CaptionFacts, ...]],
        features: FeatureTable,
        labels: Sequence[Label],
        text_only: Sequence[tuple[CaptionFacts, ...]] = (),
        statement_facts: Mapping[str, tuple[CaptionFacts, ...]] | None = None,
        *,
        name_dropout: float = 0.0,
        name_shuffle: float = 0.0,
    ) -> None:
        self.facts = facts
        self.statement_facts = statement_facts or {}
        self.text_only = [rows for rows in text_only if len(rows) > 1]
        self.features = features
        self.labels = list(labels)
        self.records = RecordSampler(records)
        self.has_pictures = not all(record.is_clip for record in records)
        self.name_dropout = name_dropout
        self.name_shuffle = name_shuffle
        self.class_of = {
            label.fine: number for number, label in reversed(list(enumerate(self.labels)))
        }
        self.common = frequent_nouns(facts)
        self.frequencies = class_frequencies(records)
        self.subjects = {path: main_subject(rows) for path, rows in facts.items()}
        self.captioned_records = [r for r in records if self.subjects.get(r.path)]
        self.by_action = records_by_action(records)

    def draw(self, num_frames: int, rng: random.Random) -> Example:
        """Sample one example with at most `num_frames` frames (1 or more), of any kind.

        Raises:
            SettingError: hardly a record has a caption or a question.
        """
        roll = rng.random()
        if roll < _LABEL_SHARE:
            return self._label_example(num_frames, rng)
        if roll < _LABEL_SHARE + _TEXT_SHARE:
            return self._text_stream_example(num_frames, rng)
        if (
            num_frames <= _MAX_TEXT_ONLY_FRAMES
            and self.text_only
            and rng.random() < _TEXT_ONLY_SHARE
            and (example := self._text_only_example(num_frames, rng))
        ):
            return example
        if num_frames >= 4 and rng.random() < _MULTI_SHOT_SHARE:
            if len(self.by_action) > 1 and rng.random() < _ACTION_ORDER_SHARE:
                return self._action_order_example(num_frames, rng)
            if self.captioned_records and (example := self._multi_shot_example(num_frames, rng)):
                return example
        return self._single_shot_example(num_frames, rng)

    def qa_pairs(self, record: Record, rng: random.Random) -> list[QAPair]:
        """Generate the question-answer pairs of a record, with 40 % of the `is_guessable` ones."""
        qa_pairs, number = list(dataset_questions(record)), self._class_number(record)
        if number is not None:
            qa_pairs = [with_everyday_name(qa, self.labels[number]) for qa in qa_pairs]
            qa_pairs += name_questions(self.labels[number], self.labels, rng)
        if record.path in self.facts:
            qa_pairs += self._caption_questions(self.facts[record.path], rng)
        qa_pairs += self._partial_questions(self.statement_facts.get(record.path, ()), rng)
        qa_pairs += colour_mode_questions(record, rng)
        qa_pairs += from_boxes(record, rng, self.frequencies)
        return [qa for qa in qa_pairs if not is_guessable(qa) or rng.random() < _GUESSABLE_SHARE]

    def _caption_questions(
        self, facts: Sequence[CaptionFacts], rng: random.Random
    ) -> Iterator[QAPair]:
        """Generate the question-answer pairs that the captions of one image support."""
        yield from from_captions(facts, self.common, rng)
        yield from choice_questions(facts, rng)
        for cloze in (cloze for fact in facts for cloze in fact.clozes):
            yield QAPair(
                question=cloze.question, answers=(cloze.answer,), family="cloze", needs_full_view=cloze.number,
                mirror_sensitive=bool({"left", "right"} & set(cloze.question.split())), subject=cloze.about,
            )  # fmt: skip

    def _partial_questions(
        self, facts: Sequence[CaptionFacts], rng: random.Random
    ) -> Iterator[QAPair]:
        """Generate the pairs that hold even if the sentences mention only a part of the image.

        Excluded are yes/no pairs, choices, and pairs about presence or absence.
        """
        yield from (
            qa for qa in self._caption_questions(facts, rng) if qa.family in _PARTIAL_FAMILIES
        )

    def _single_shot_example(self, num_frames: int, rng: random.Random) -> Example:
        """Sample a record, one of its pairs or a request to describe it, and frames."""
        record, qa_pairs, candidates = self._draw_record(num_frames, rng)
        if not candidates:
            return self.caption_example(record, num_frames, rng)
        qa = candidates[rng.randrange(len(candidates))]
        if qa.subject and rng.random() < _FOLLOW_UP_SHARE * 2:
            qa = follow_up(qa, qa_pairs, rng)
        label = None
        if qa.family == "name" and self.name_shuffle and rng.random() < self.name_shuffle:
            label = other_class(self.class_of[record.label], self.labels, rng)
            qa = next(name_questions(self.labels[label], self.labels, rng))
        drop_labels = (
            label is None
            and qa.family != "name"
            and bool(self.name_dropout)
            and rng.random() < self.name_dropout
        )
        rows, times, duration = self._frames(record, num_frames, qa, rng)
        return build_example(qa, rows, times, duration, rng, label=label, drop_labels=drop_labels)

    def _draw_record(
        self, num_frames: int, rng: random.Random
    ) -> tuple[Record, list[QAPair], list[QAPair]]:
        """Sample a record, its pairs, and those of one family; none of a family means its captions.

        Clips are drawn for at least four frames, for fewer only without pictures, and then without
        questions about their course if there are others.

        Raises:
            SettingError: hardly a record has a caption or a question.
        """
        for _ in range(_MAX_DRAWS):
            record = self.records.draw(rng)
            is_short = record.is_clip and num_frames < _MIN_CLIP_FRAMES
            if is_short and self.has_pictures:
                continue
            qa_pairs = self.qa_pairs(record, rng)
            if is_short:
                qa_pairs = [a for a in qa_pairs if a.family not in _TEMPORAL_FAMILIES] or qa_pairs
            families = {balance_family(qa) for qa in qa_pairs}
            families |= {"describe"} if record.captions else set()
            families |= {"absent"} if record.path in self.facts else set()
            family = draw_family(families, rng) if families else ""
            if family == "absent" and record.path in self.facts and self.captioned_records:
                others = [self.facts[r.path] for r in rng.choices(self.captioned_records, k=3)]
                qa_pairs += unanswerable_questions(
                    self.facts[record.path], others, self.common, rng
                )
            candidates = [a for a in qa_pairs if balance_family(a) == family]
            if candidates or family == "describe":
                return record, qa_pairs, [] if family == "describe" else candidates
        raise SettingError(
            f"None of {_MAX_DRAWS} pictures or clips has a caption or a question.",
            cure="Add some to the training data; see docs/training.md for the format.",
        )

    def _class_number(self, record: Record) -> int | None:
        """Return the number of the ImageNet class that the record's label and an answer name."""
        number = self.class_of.get(record.label)
        names = () if number is None else (record.label, self.labels[number].plain)
        return number if any(q.answer in names for q in record.questions) else None

    def caption_example(self, record: Record, num_frames: int, rng: random.Random) -> Example:
        """Sample at most `num_frames` frames of a record; the request is to describe them."""
        qa = QAPair(question=describe_question(rng), answers=record.captions, family="describe")
        rows, times, duration = self._frames(record, num_frames, qa, rng)
        return build_example(qa, rows, times, duration, rng)

    def _frames(
        self, record: Record, num_frames: int, qa: QAPair, rng: random.Random
    ) -> tuple[tuple[int, ...], tuple[float, ...], float]:
        """Sample the frames of a single-shot clip: feature rows, times and duration in seconds."""
        feature_rows = self.features.rows[record.path]
        if record.is_clip:
            if qa.family in _TEMPORAL_FAMILIES:
                indices = even_indices(feature_rows.count, num_frames)
            else:
                number = min(num_frames, feature_rows.count)
                indices = sorted(rng.sample(range(feature_rows.count), number))
            times = tuple(feature_rows.times_s[i] for i in indices)
            return (
                tuple(feature_rows.first + i for i in indices),
                times,
                feature_rows.times_s[-1] + 0.2,
            )
        duration = rng.uniform(1, 20) if rng.random() < 0.8 else rng.uniform(20, 600)
        times = even_times(duration, num_frames)
        return self._shot(record, num_frames, qa, rng), times, duration

    def _shot(
        self, record: Record, num_frames: int, qa: QAPair, rng: random.Random
    ) -> tuple[int, ...]:
        """Sample the feature rows of views of an image for which the pair's answers hold.

        Either all views of a shot are mirrored or none.
        """
        feature_rows = self.features.rows[record.path]
        is_mirrored = rng.random() < 0.5 and not qa.mirror_sensitive
        views = [
            number
            for number, spec in enumerate(map(view_spec, range(feature_rows.count)))
            if spec.flip == is_mirrored and (spec.is_complete or not qa.needs_full_view)
        ] or [0]
        return tuple(
            feature_rows.first + views[rng.randrange(len(views))] for _ in range(num_frames)
        )

    def _multi_shot_example(self, num_frames: int, rng: random.Random) -> Example | None:
        """Sample a clip of two to four shots with different subjects; None if the attempts fail."""
        count = rng.randint(2, min(4, num_frames // 2))
        shots: list[Record] = []
        related_words: set[str] = set()
        for _ in range(12):
            record = self.captioned_records[rng.randrange(len(self.captioned_records))]
            noun = self.subjects[record.path]
            mentioned_nouns = {t.lemma for f in self.facts[record.path] for t in f.things}
            if noun in related_words or any(
                self.subjects[s.path] in mentioned_nouns for s in shots
            ):
                continue
            shots.append(record)
            related_words |= mentioned_nouns | words.related_words(noun)
            if len(shots) == count:
                break
        if len(shots) < 2:
            return None
        subjects = [self.subjects[s.path] for s in shots]
        if rng.random() < _SINGLE_SHOT_QUESTION_SHARE:
            shot_index = rng.randrange(len(shots))
            qa_pairs = [
                a
                for a in self.qa_pairs(shots[shot_index], rng)
                if a.subject == subjects[shot_index]
                and not a.needs_full_view
                and a.family != "presence"
            ]
            facts = [fact for shot in shots for fact in self.facts[shot.path]]
            qa_pairs += presence_pair(subjects[shot_index], facts, self.common, rng)
            family = draw_family({balance_family(a) for a in qa_pairs}, rng) if qa_pairs else ""
            candidates = [a for a in qa_pairs if balance_family(a) == family]
            qa = candidates[rng.randrange(len(candidates))] if candidates else None
        else:
            qa_pairs = list(order_questions([self.facts[s.path] for s in shots], subjects, rng))
            qa = qa_pairs[rng.randrange(len(qa_pairs))]
        if qa is None:
            return None
        edges = sorted(rng.sample(range(1, num_frames), len(shots) - 1))
        lengths = [b - a for a, b in zip([0, *edges], [*edges, num_frames], strict=True)]
        rows = tuple(
            row
            for shot, length in zip(shots, lengths, strict=True)
            for row in self._shot(shot, length, qa, rng)
        )
        duration = rng.uniform(2, 60)
        return build_example(qa, rows, even_times(duration, num_frames), duration, rng)

    def _action_order_example(self, num_frames: int, rng: random.Random) -> Example:
        """Sample a clip of two or three actions and a question about their order."""
        count = min(rng.choice((2, 2, 3)), len(self.by_action))
        actions = rng.sample(sorted(self.by_action), count)
        qa = rng.choice(list(action_order_questions(actions, rng)))
        edges = sorted(rng.sample(range(1, num_frames), count - 1))
        rows: list[int] = []
        for action, first, last in zip(actions, [0, *edges], [*edges, num_frames], strict=True):
            record = rng.choice(self.by_action[action])
            n = last - first
            if record.is_clip:
                clip = self.features.rows[record.path]
                rows += (clip.first + i * clip.count // n for i in range(n))
            else:
                rows += self._shot(record, n, qa, rng)
        duration = rng.uniform(2, 60)
        return build_example(qa, tuple(rows), even_times(duration, num_frames), duration, rng)

    def _label_example(self, num_frames: int, rng: random.Random) -> Example:
        """Sample a question about an ImageNet class, whose synthetic logits replace the frames."""
        number = rng.randrange(len(self.labels))
        qa_pairs = list(from_label(self.labels[number], self.labels, rng))
        qa = qa_pairs[0] if rng.random() < 0.5 else qa_pairs[rng.randrange(len(qa_pairs))]
        duration = rng.uniform(1, 20)
        times = even_times(duration, num_frames)
        return build_example(qa, (), times, duration, rng, label=number)

    def _text_only_example(self, num_frames: int, rng: random.Random) -> Example | None:
        """Sample a question about one caption; other captions of the image replace the frames.

        None if there are no questions about any of many captions.
        """
        for _ in range(_MAX_DRAWS):
            rows = self.text_only[rng.randrange(len(self.text_only))]
            target = rows[rng.randrange(len(rows))]
            qa_pairs = list(self._partial_questions([target], rng))
            if qa_pairs:
                break
        else:
            return None
        family = draw_family({qa.family for qa in qa_pairs}, rng)
        candidates = [qa for qa in qa_pairs if qa.family == family]
        duration = rng.uniform(1, 20)
        times = even_times(duration, num_frames)
        others = tuple(fact.text for fact in rows if fact is not target)
        return build_example(
            candidates[rng.randrange(len(candidates))], (), times, duration, rng, captions=others
        )

    def _text_stream_example(self, num_frames: int, rng: random.Random) -> Example:
        """Sample a clip with one to three sentences of timed text, of which one has the answer."""
        sentence, question, answer = sample_spoken_line(rng)
        record = self.records.draw_from_any_source(rng)
        qa = QAPair(question=question, answers=(answer,), family="text")
        rows, times, duration = self._frames(record, num_frames, qa, rng)
        others = [sample_spoken_line(rng)[0] for _ in range(rng.randrange(3))]
        sentences = [s for s in others if s.split()[:2] != sentence.split()[:2]]
        sentences.insert(rng.randrange(len(sentences) + 1), sentence)
        moments = sorted(rng.uniform(0, duration) for _ in sentences)
        return build_example(
            qa, rows, times, duration, rng, text=tuple(zip(sentences, moments, strict=True))
        )
