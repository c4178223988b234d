"""Question-answer pairs from exhaustive bounding boxes of the 80 COCO classes.

Arguments of the generators: `counts` are the numbers of boxes by class, `large` those of boxes that
cover at least 0.4 % of the image, `rng` selects wordings and samples, `frequencies` is the result
of `class_frequencies`.
"""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from vqa.english import NUMBER_NAMES, plural_of, with_article
from vqa.training.data.records import Record
from vqa.training.qa.question_answer import (
    QAPair,
    absent_question,
    pick,
    presence_question,
    present_question,
    video_word,
)

KINDS = {
    "vehicle": "bicycle car motorcycle airplane bus train truck boat",
    "animal": "bird cat dog horse sheep cow elephant bear zebra giraffe",
    "food": "banana apple sandwich orange broccoli carrot hot_dog pizza donut cake",
    "piece of furniture": "chair couch bed dining_table toilet potted_plant bench",
    "device": "tv laptop mouse remote keyboard cell_phone",
    "appliance": "microwave oven toaster sink refrigerator",
    "piece of sports equipment": "frisbee skis snowboard sports_ball kite baseball_bat baseball_glove skateboard surfboard tennis_racket",
    "street object": "traffic_light fire_hydrant stop_sign parking_meter",
    "tableware": "bottle wine_glass cup fork knife spoon bowl",
    "bag": "backpack umbrella handbag tie suitcase",
    "household object": "book clock vase scissors teddy_bear hair_drier toothbrush",
}
OBJECT_NAMES = (
    *tuple(n.replace("_", " ") for names in KINDS.values() for n in names.split()),
    "person",
)
_KIND_OF = {n.replace("_", " "): kind for kind, names in KINDS.items() for n in names.split()}
_MIN_AREA = 0.004
_KINDS_IN_QUESTIONS = ("vehicle", "animal", "food", "piece of furniture", "device", "appliance")
_MAX_CHOICES = 2
_INDOORS = frozenset(
    {"bed", "couch", "toilet", "oven", "sink", "refrigerator", "microwave", "tv", "toaster"}
)
_OUTDOORS = frozenset(
    {"car", "truck", "traffic light", "fire hydrant", "stop sign", "parking meter", "airplane", "giraffe", "zebra",
     "elephant", "surfboard", "skis", "snowboard", "kite", "cow", "sheep", "boat"}
)  # fmt: skip


def class_frequencies(records: Sequence[Record]) -> dict[str, int]:
    """Count the images with boxes of each of the 80 COCO classes; 1 for a class without images."""
    picture_counts = Counter(n for r in records for n in {name for name, *_ in r.objects or ()})
    return {name: max(1, picture_counts[name]) for name in OBJECT_NAMES}


def from_boxes(
    record: Record, rng: random.Random, frequencies: Mapping[str, int]
) -> Iterator[QAPair]:
    """Generate the question-answer pairs that the boxes of one image support.

    An image without annotation (None) has none; one with an empty annotation has those about absent
    objects.

    They ask for presence, counts, kinds, the largest object, choices and indoors or outdoors, and
    about attributes of present (without answers) and absent objects. Absent classes are sampled by
    their frequency in other images, so that the class name does not predict the answer.
    """
    if record.objects is None:
        return
    counts = Counter(name for name, *_ in record.objects)
    large = Counter(name for name, _, _, w, h in record.objects if w * h >= _MIN_AREA)
    for name in large:
        yield presence_question(name, "yes", rng)
    for name in _sample_absent_classes(counts, rng, frequencies, max(1, len(large))):
        yield presence_question(name, "no", rng)
    for name in rng.sample(sorted(large), min(2, len(large))):
        yield present_question(name, rng)
    for name in _sample_absent_classes(counts, rng, frequencies, max(1, min(2, len(large)))):
        yield absent_question(name, rng)
    yield from _count_questions(counts, large, rng)
    yield from _object_questions(record.objects, counts, large, rng)
    yield from _choice_questions(counts, large, rng, frequencies)
    indoors, outdoors = bool(_INDOORS & set(large)), bool(_OUTDOORS & set(large))
    if indoors != outdoors:
        place = "indoors" if rng.random() < 0.5 else "outdoors"
        yield QAPair(
            question=pick(
                rng,
                f"Is this {place}?",
                f"Is this {video_word(rng)} filmed {place}?",
                f"Was this taken {place}?",
            ),
            answers=("yes" if (place == "indoors") == indoors else "no",),
            family="yesno-place",
        )


def _sample_absent_classes(
    counts: Counter[str], rng: random.Random, frequencies: Mapping[str, int], number: int
) -> list[str]:
    """Sample at most `number` classes that are not in the image, without duplicates.

    Every third draw is among classes of the same super-category as a present class, if there are
    any.
    """
    kinds = [_KIND_OF[name] for name in counts if name in _KIND_OF]
    same_kind = [n for n in OBJECT_NAMES if _KIND_OF.get(n) in kinds and n not in counts]
    others = [n for n in OBJECT_NAMES if n not in counts]
    absent_names: list[str] = []
    for position in range(number):
        pool = same_kind if same_kind and position % 3 == 1 else others
        (name,) = rng.choices(pool, [frequencies[n] for n in pool])
        if name not in absent_names:
            absent_names.append(name)
    return absent_names


def _choice_questions(
    counts: Counter[str], large: Counter[str], rng: random.Random, frequencies: Mapping[str, int]
) -> Iterator[QAPair]:
    """Generate pairs that ask which of two classes is visible; exactly one is."""
    for name in rng.sample(sorted(large), min(_MAX_CHOICES, len(large))):
        for other in _sample_absent_classes(counts, rng, frequencies, 1):
            first, second = (name, other) if rng.random() < 0.5 else (other, name)
            pair = f"{with_article(first)} or {with_article(second)}"
            yield QAPair(
                question=pick(
                    rng,
                    f"Is it {pair}?",
                    f"Is there {pair}?",
                    f"Is there {pair} in the {video_word(rng)}?",
                    f"Do you see {pair}?",
                ),
                answers=(name,),
                family="choice",
                subject=name,
            )


def _count_questions(
    counts: Counter[str], large: Counter[str], rng: random.Random
) -> Iterator[QAPair]:
    """Generate pairs about the number of objects of a class, if all of its boxes are large."""
    for name, number in counts.items():
        if number > 8 or large[name] < number:
            continue
        plural = plural_of(name)
        yield QAPair(
            question=pick(
                rng,
                f"How many {plural} are there?",
                f"How many {plural} are in the {video_word(rng)}?",
                f"How many {plural} can you see?",
                f"How many {plural} are visible in the {video_word(rng)}?",
            ),
            answers=(NUMBER_NAMES[number],),
            family="count",
            needs_full_view=True,
            subject=name,
        )


def _object_questions(
    objects: Sequence[tuple[str, float, float, float, float]],
    counts: Counter[str],
    large: Counter[str],
    rng: random.Random,
) -> Iterator[QAPair]:
    """Generate pairs on the only class of a kind, the largest object, and things on a table."""
    for kind in _KINDS_IN_QUESTIONS:
        present = [name for name in counts if _KIND_OF.get(name) == kind]
        if len(present) == 1 and large[present[0]]:
            yield QAPair(
                question=pick(
                    rng,
                    f"What {kind} is this?",
                    f"What {kind} is in the {video_word(rng)}?",
                    f"What kind of {kind} is shown?",
                    f"Which {kind} can you see?",
                ),
                answers=(present[0],),
                family="object",
                subject=present[0],
            )
    name, _, _, w, h = max(objects, key=lambda o: o[3] * o[4], default=("", 0, 0, 0, 0))
    if w * h > 0.12 and name != "dining table":
        yield QAPair(
            question=pick(
                rng,
                f"What is in the {video_word(rng)}?",
                "What is the main object?",
                f"What can be seen in the {video_word(rng)}?",
                f"What object is shown in the {video_word(rng)}?",
            ),
            answers=(name,),
            family="object",
            subject=name,
        )
    if large["dining table"]:
        on_table = [
            n
            for n in large
            if _KIND_OF.get(n) in ("food", "tableware", "device") or n in ("vase", "book")
        ]
        if 1 <= len(on_table) <= 3:
            yield QAPair(
                question=pick(rng, "What is on the table?", "What is sitting on the table?"),
                answers=tuple(on_table),
                family="object",
                subject=on_table[0],
            )
