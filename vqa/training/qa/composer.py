"""Clips composed of photographs, and questions about them whose answers are true because we cut them ourselves.

A shot is one photograph seen through its views (so that a camera seems to move); a clip is one shot or several.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field

from vqa.training.data.features import FeatureTable
from vqa.training.data.records import Record
from vqa.training.data.views import kind_of
from vqa.training.qa import word_lists as words
from vqa.training.qa.boxes import class_frequencies, from_boxes
from vqa.training.qa.caption_parser import CaptionFacts
from vqa.training.qa.caption_subjects import common_nouns, subject
from vqa.training.qa.choices import either_or, palette
from vqa.training.qa.dataset_questions import source_questions
from vqa.training.qa.from_captions import from_captions
from vqa.training.qa.imagenet import Label, from_label
from vqa.training.qa.order import order_asks
from vqa.training.qa.paraphrases import describe_question, follow_up, typo
from vqa.training.qa.question_answer import Ask, presence
from vqa.training.qa.scenes import missing_nouns
from vqa.training.qa.spoken_lines import draw_line

_SOURCE_WEIGHTS = {
    "flickr8k": 0.5,
    "coco2014_256": 0.34,
    "daquar": 0.03,
    "scene15": 0.04,
    "clip": 0.05,
}
_FAMILY_WEIGHTS = {
    "action": 2.5, "object": 1.8, "color": 3.0, "count": 1.2, "location": 1.6, "presence": 1.2, "absent": 1.0,
    "human": 3.5, "given-location": 0.6, "describe": 7.0, "yesno": 0.5, "cloze": 2.0, "choice": 0.7,
}  # fmt: skip
_LABEL_SHARE, _TEXT_SHARE, _FOLLOW_UP_SHARE, _TYPO_SHARE = 0.08, 0.04, 0.07, 0.06
_MULTI_SHOT_SHARE = 0.35
# Of clips of several shots: how many are asked about one of them, and not about their order.
_ONE_OF_SEVERAL_SHARE = 0.6
_TOO_COMMON_KEPT = 0.4
# Of clips of a frame or two: how many are captions alone.
_UNPICTURED_SHARE, _MOST_UNPICTURED_FRAMES = 0.35, 2
# What may be asked where little is said of a picture.
_TOLD_IN_PART = frozenset({"cloze", "object", "action", "location", "color", "count"})
_FEWEST_CLIP_FRAMES = 4


@dataclass(frozen=True, kw_only=True)
class Example:
    """A clip, a question and its true answers.

    Args:
        rows: which feature row each frame is; empty for a clip of label tokens alone.
        times_s: the time of each frame.
        duration_s: the length of the clip.
        label: the ImageNet class that the label tokens shall say, where `rows` is empty.
        text: timed sentences said or written in the clip.
        captions: sentences that stand for the picture, where `rows` is empty.
    """

    rows: tuple[int, ...]
    times_s: tuple[float, ...]
    duration_s: float
    question: str
    answers: tuple[str, ...]
    answerable: bool
    family: str
    label: int | None = None
    text: tuple[tuple[str, float], ...] = field(default=())
    captions: tuple[str, ...] = field(default=())


class Composer:
    """Draws examples for ever; the same dice give the same examples.

    Args:
        records: pictures and clips.
        facts: their captions, taken apart, by path.
        features: where their features are.
        labels: the ImageNet classes.
        unpictured: captions of pictures that nobody has, taken apart.
        restated: what a picture's questions say with their answers, taken apart, by path.
    """

    def __init__(
        self,
        records: Sequence[Record],
        facts: Mapping[str, tuple[CaptionFacts, ...]],
        features: FeatureTable,
        labels: Sequence[Label],
        unpictured: Sequence[tuple[CaptionFacts, ...]] = (),
        restated: Mapping[str, tuple[CaptionFacts, ...]] | None = None,
    ) -> None:
        self.facts = facts
        self.restated = restated or {}
        self.unpictured = [rows for rows in unpictured if len(rows) > 1]
        self.features = features
        self.labels = list(labels)
        self.by_source: dict[str, list[Record]] = {}
        for record in records:
            source = "clip" if record.is_clip else record.source
            self.by_source.setdefault(source, []).append(record)
        self.sources = sorted(self.by_source)
        self.weights = [_SOURCE_WEIGHTS.get(source, 0.3) for source in self.sources]
        self.common = common_nouns(facts)
        self.frequencies = class_frequencies(records)
        self.subjects = {path: subject(rows) for path, rows in facts.items()}
        self.described = [r for r in records if self.subjects.get(r.path)]

    def draw(self, num_frames: int, dice: random.Random) -> Example:
        """One example of `num_frames` frames."""
        fate = dice.random()
        if fate < _LABEL_SHARE:
            return self._label_example(num_frames, dice)
        if fate < _LABEL_SHARE + _TEXT_SHARE:
            return self._text_example(num_frames, dice)
        if (
            num_frames <= _MOST_UNPICTURED_FRAMES
            and self.unpictured
            and dice.random() < _UNPICTURED_SHARE
        ):
            return self._unpictured_example(num_frames, dice)
        if num_frames >= 4 and self.described and dice.random() < _MULTI_SHOT_SHARE:
            example = self._several_shots(num_frames, dice)
            if example is not None:
                return example
        return self._one_shot(num_frames, dice)

    def asks(self, record: Record, dice: random.Random) -> list[Ask]:
        """Every question there is about a picture or clip, but for those asked in vain."""
        found = list(source_questions(record))
        if record.path in self.facts:
            found += self._told(self.facts[record.path], dice)
        found += self._told_in_part(self.restated.get(record.path, ()), dice)
        found += palette(record, dice)
        found += from_boxes(record, dice, self.frequencies)
        return [ask for ask in found if not _too_common(ask) or dice.random() < _TOO_COMMON_KEPT]

    def _told(self, facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
        """All that captions answer."""
        yield from from_captions(facts, self.common, dice)
        yield from either_or(facts, dice)
        for cloze in (cloze for fact in facts for cloze in fact.clozes):
            yield Ask(
                question=cloze.question, answers=(cloze.answer,), family="cloze", whole=cloze.number,
                sided=bool({"left", "right"} & set(cloze.question.split())), subject=cloze.about,
            )  # fmt: skip

    def _told_in_part(self, facts: Sequence[CaptionFacts], dice: random.Random) -> Iterator[Ask]:
        """All that a sentence or two answer, which leave most of the picture unsaid: nothing is asked for in vain."""
        yield from (ask for ask in self._told(facts, dice) if ask.family in _TOLD_IN_PART)

    def _asked_in_vain(self, record: Record, dice: random.Random) -> Iterator[Ask]:
        """Questions that fit another picture, about what this one lacks: the words alone cannot betray them."""
        text = {
            word for fact in self.facts[record.path] for word in fact.text.replace("-", " ").split()
        }
        lemmas = {t.lemma for fact in self.facts[record.path] for t in fact.things} | text
        near = set().union(*(words.kindred(lemma) for lemma in lemmas))
        for _ in range(3):
            other = self.described[dice.randrange(len(self.described))]
            asks = [
                a
                for a in from_captions(self.facts[other.path], self.common, dice)
                if a.answerable
                and a.subject
                and a.family in ("action", "color", "count", "location")
            ]
            if not asks:
                continue
            ask = asks[dice.randrange(len(asks))]
            noun = ask.subject
            if noun not in near and noun not in words.PEOPLE and noun not in words.UNREMARKED:
                yield Ask(
                    question=ask.question,
                    answers=(f"there is no {noun}",),
                    family="absent",
                    answerable=False,
                )

    def _one_shot(self, num_frames: int, dice: random.Random) -> Example:
        while True:
            (source,) = dice.choices(self.sources, self.weights)
            pool = self.by_source[source]
            record = pool[dice.randrange(len(pool))]
            if record.is_clip and num_frames < _FEWEST_CLIP_FRAMES:
                continue
            asks = self.asks(record, dice)
            families = {_family(ask) for ask in asks} | ({"describe"} if record.captions else set())
            if record.path in self.facts:
                families.add("absent")
            if not families:
                continue
            family = _draw_family(families, dice)
            if family == "absent" and record.path in self.facts:
                asks += self._asked_in_vain(record, dice)
            mine = [a for a in asks if _family(a) == family]
            if mine or family == "describe":
                break
        if family == "describe":
            return self.describing(record, num_frames, dice)
        ask = mine[dice.randrange(len(mine))]
        if ask.subject and dice.random() < _FOLLOW_UP_SHARE * 2:
            ask = follow_up(ask, asks, dice)
        rows, times, duration = self._frames(record, num_frames, ask, dice)
        return _example(ask, rows, times, duration, dice)

    def describing(self, record: Record, num_frames: int, dice: random.Random) -> Example:
        """A clip of one picture that is to be described."""
        ask = Ask(question=describe_question(dice), answers=record.captions, family="describe")
        rows, times, duration = self._frames(record, num_frames, ask, dice)
        return _example(ask, rows, times, duration, dice)

    def _frames(
        self, record: Record, num_frames: int, ask: Ask, dice: random.Random
    ) -> tuple[tuple[int, ...], tuple[float, ...], float]:
        """Feature rows and times for a single shot."""
        place = self.features.rows[record.path]
        if record.is_clip:
            take = sorted(dice.sample(range(place.count), min(num_frames, place.count)))
            times = tuple(place.times_s[i] for i in take)
            return tuple(place.first + i for i in take), times, place.times_s[-1] + 0.2
        duration = dice.uniform(1, 20) if dice.random() < 0.8 else dice.uniform(20, 600)
        times = _evenly(duration, num_frames)
        return self._shot(record, num_frames, ask, dice), times, duration

    def _shot(
        self, record: Record, num_frames: int, ask: Ask, dice: random.Random
    ) -> tuple[int, ...]:
        """Views of a picture that leave the answer true, all mirrored or none."""
        place = self.features.rows[record.path]
        mirrored = dice.random() < 0.5 and not ask.sided
        views = [
            number
            for number, kind in enumerate(map(kind_of, range(place.count)))
            if kind.flip == mirrored and (kind.whole or not ask.whole)
        ] or [0]
        return tuple(place.first + views[dice.randrange(len(views))] for _ in range(num_frames))

    def _several_shots(self, num_frames: int, dice: random.Random) -> Example | None:
        """A clip of two to four shots with different subjects."""
        count = dice.randint(2, min(4, num_frames // 2))
        shots: list[Record] = []
        near: set[str] = set()
        for _ in range(12):
            record = self.described[dice.randrange(len(self.described))]
            subject = self.subjects[record.path]
            named = {t.lemma for f in self.facts[record.path] for t in f.things}
            if subject in near or any(self.subjects[s.path] in named for s in shots):
                continue
            shots.append(record)
            near |= named | words.kindred(subject)
            if len(shots) == count:
                break
        if len(shots) < 2:
            return None
        subjects = [self.subjects[s.path] for s in shots]
        if dice.random() < _ONE_OF_SEVERAL_SHARE:
            chosen = dice.randrange(len(shots))
            asks = [
                a
                for a in self.asks(shots[chosen], dice)
                if a.subject == subjects[chosen] and not a.whole and a.family != "presence"
            ]
            asks += self._presences(shots, subjects[chosen], dice)
            family = _draw_family({_family(a) for a in asks}, dice) if asks else ""
            mine = [a for a in asks if _family(a) == family]
            ask = mine[dice.randrange(len(mine))] if mine else None
        else:
            asks = list(order_asks([self.facts[s.path] for s in shots], subjects, dice))
            ask = asks[dice.randrange(len(asks))]
        if ask is None:
            return None
        edges = sorted(dice.sample(range(1, num_frames), len(shots) - 1))
        lengths = [b - a for a, b in zip([0, *edges], [*edges, num_frames], strict=True)]
        rows = tuple(
            row
            for shot, length in zip(shots, lengths, strict=True)
            for row in self._shot(shot, length, ask, dice)
        )
        duration = dice.uniform(2, 60)
        times = _evenly(duration, num_frames)
        return _example(ask, rows, times, duration, dice)

    def _presences(self, shots: Sequence[Record], subject: str, dice: random.Random) -> list[Ask]:
        """Whether a thing of one shot is there, and whether one is that no shot has: as often yes as no."""
        facts = [fact for shot in shots for fact in self.facts[shot.path]]
        missing = missing_nouns(facts, self.common, dice, 1)
        if not missing:
            return []
        return [presence(subject, "yes", dice), presence(missing[0], "no", dice)]

    def _label_example(self, num_frames: int, dice: random.Random) -> Example:
        number = dice.randrange(len(self.labels))
        asks = list(from_label(self.labels[number], self.labels, dice))
        ask = asks[0] if dice.random() < 0.5 else asks[dice.randrange(len(asks))]
        duration = dice.uniform(1, 20)
        times = _evenly(duration, num_frames)
        return _example(ask, (), times, duration, dice, label=number)

    def _unpictured_example(self, num_frames: int, dice: random.Random) -> Example:
        """A question about one caption, for which the other captions of its picture stand."""
        while True:
            rows = self.unpictured[dice.randrange(len(self.unpictured))]
            told = rows[dice.randrange(len(rows))]
            asks = list(self._told_in_part([told], dice))
            if asks:
                break
        family = _draw_family({ask.family for ask in asks}, dice)
        mine = [ask for ask in asks if ask.family == family]
        duration = dice.uniform(1, 20)
        times = _evenly(duration, num_frames)
        others = tuple(fact.text for fact in rows if fact is not told)
        return _example(mine[dice.randrange(len(mine))], (), times, duration, dice, captions=others)

    def _text_example(self, num_frames: int, dice: random.Random) -> Example:
        """A clip with sentences in its text stream; one of them answers."""
        sentence, question, answer = draw_line(dice)
        pool = self.by_source[self.sources[dice.randrange(len(self.sources))]]
        record = pool[dice.randrange(len(pool))]
        ask = Ask(question=question, answers=(answer,), family="text")
        rows, times, duration = self._frames(record, num_frames, ask, dice)
        others = [draw_line(dice)[0] for _ in range(dice.randrange(3))]
        spoken = [s for s in others if s.split()[:2] != sentence.split()[:2]]
        spoken.insert(dice.randrange(len(spoken) + 1), sentence)
        moments = sorted(dice.uniform(0, duration) for _ in spoken)
        return _example(
            ask, rows, times, duration, dice, text=tuple(zip(spoken, moments, strict=True))
        )


def _evenly(duration_s: float, num_frames: int) -> tuple[float, ...]:
    """The times of frames that each stand for an equal part."""
    return tuple(duration_s * (i + 0.5) / num_frames for i in range(num_frames))


def _too_common(ask: Ask) -> bool:
    """Answers that a model could guess unseen: one of most things, the open air of most pictures."""
    if ask.answers == ("one",):
        return True
    asked = set(ask.question.lower().strip("?").split())
    open_air = {"outdoors": "yes", "outside": "yes", "indoors": "no", "inside": "no"}
    return any(ask.answers == (open_air[word],) for word in asked & open_air.keys())


def _family(ask: Ask) -> str:
    """What balance counts it as."""
    return "yesno" if ask.family.startswith("yesno") else ask.family


def _draw_family(families: Collection[str], dice: random.Random) -> str:
    """One of these, the weightier ones more often."""
    names = sorted(families)
    return dice.choices(names, [_FAMILY_WEIGHTS.get(name, 1.0) for name in names])[0]


def _example(
    ask: Ask,
    rows: tuple[int, ...],
    times_s: tuple[float, ...],
    duration_s: float,
    dice: random.Random,
    *,
    label: int | None = None,
    text: tuple[tuple[str, float], ...] = (),
    captions: tuple[str, ...] = (),
) -> Example:
    question = ask.question
    if dice.random() < _TYPO_SHARE:
        question = typo(question, dice)
    return Example(
        rows=rows, times_s=times_s, duration_s=duration_s, question=question, answers=ask.answers,
        answerable=ask.answerable, family=ask.family, label=label, text=text, captions=captions,
    )  # fmt: skip
