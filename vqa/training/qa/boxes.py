"""Questions from complete boxes: presence, counts, kinds and choices of the 80 COCO classes."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence

from vqa.english import plural_of, with_article
from vqa.training.data.records import Record
from vqa.training.qa import word_lists as words
from vqa.training.qa.question_answer import Ask, absent, pick, presence, there, video_word

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
_SMALLEST_AREA = 0.004
_ASKED_BY_KIND = ("vehicle", "animal", "food", "piece of furniture", "device", "appliance")
_MOST_CHOICES = 2
_INDOORS = frozenset(
    {"bed", "couch", "toilet", "oven", "sink", "refrigerator", "microwave", "tv", "toaster"}
)
_OUTDOORS = frozenset(
    {"car", "truck", "traffic light", "fire hydrant", "stop sign", "parking meter", "airplane", "giraffe", "zebra",
     "elephant", "surfboard", "skis", "snowboard", "kite", "cow", "sheep", "boat"}
)  # fmt: skip


def class_frequencies(records: Sequence[Record]) -> dict[str, int]:
    """In how many pictures each class is; at least 1 for every class."""
    seen = Counter(n for r in records for n in {name for name, *_ in r.objects or ()})
    return {name: max(1, seen[name]) for name in OBJECT_NAMES}


def from_boxes(
    record: Record, dice: random.Random, frequencies: Mapping[str, int]
) -> Iterator[Ask]:
    """All families that one picture's boxes allow; nothing where nobody drew boxes.

    What is absent is drawn as often as it is elsewhere present, so that the name alone betrays nothing.
    """
    if record.objects is None:
        return
    counts = Counter(name for name, *_ in record.objects)
    clear = Counter(name for name, _, _, w, h in record.objects if w * h >= _SMALLEST_AREA)
    for name in clear:
        yield presence(name, "yes", dice)
    for name in _plausible_absentees(counts, dice, frequencies, max(1, len(clear))):
        yield presence(name, "no", dice)
    for name in dice.sample(sorted(clear), min(2, len(clear))):
        yield there(name, dice)
    for name in _plausible_absentees(counts, dice, frequencies, max(1, min(2, len(clear)))):
        yield absent(name, dice)
    yield from _counts(counts, clear, dice)
    yield from _kinds(record.objects, counts, clear, dice)
    yield from _choices(counts, clear, dice, frequencies)
    inside, outside = bool(_INDOORS & set(clear)), bool(_OUTDOORS & set(clear))
    if inside != outside:
        place = "indoors" if dice.random() < 0.5 else "outdoors"
        yield Ask(
            question=pick(
                dice,
                f"Is this {place}?",
                f"Is this {video_word(dice)} filmed {place}?",
                f"Was this taken {place}?",
            ),
            answers=("yes" if (place == "indoors") == inside else "no",),
            family="yesno-place",
        )


def _plausible_absentees(
    counts: Counter[str], dice: random.Random, frequencies: Mapping[str, int], number: int
) -> list[str]:
    """Classes that are not there, one in three of a kind with something that is."""
    kinds = [_KIND_OF[name] for name in counts if name in _KIND_OF]
    alike = [n for n in OBJECT_NAMES if _KIND_OF.get(n) in kinds and n not in counts]
    others = [n for n in OBJECT_NAMES if n not in counts]
    chosen: list[str] = []
    for position in range(number):
        pool = alike if alike and position % 3 == 1 else others
        (name,) = dice.choices(pool, [frequencies[n] for n in pool])
        if name not in chosen:
            chosen.append(name)
    return chosen


def _choices(
    counts: Counter[str], clear: Counter[str], dice: random.Random, frequencies: Mapping[str, int]
) -> Iterator[Ask]:
    """Which of two things it is, of which one is there."""
    for name in dice.sample(sorted(clear), min(_MOST_CHOICES, len(clear))):
        for other in _plausible_absentees(counts, dice, frequencies, 1):
            first, second = (name, other) if dice.random() < 0.5 else (other, name)
            pair = f"{with_article(first)} or {with_article(second)}"
            yield Ask(
                question=pick(
                    dice,
                    f"Is it {pair}?",
                    f"Is there {pair}?",
                    f"Is there {pair} in the {video_word(dice)}?",
                    f"Do you see {pair}?",
                ),
                answers=(name,),
                family="choice",
                subject=name,
            )


def _counts(counts: Counter[str], clear: Counter[str], dice: random.Random) -> Iterator[Ask]:
    for name, number in counts.items():
        if number > 8 or clear[name] < number:
            continue
        many = plural_of(name)
        yield Ask(
            question=pick(
                dice,
                f"How many {many} are there?",
                f"How many {many} are in the {video_word(dice)}?",
                f"How many {many} can you see?",
                f"How many {many} are visible in the {video_word(dice)}?",
            ),
            answers=(words.NUMBER_NAMES[number],),
            family="count",
            whole=True,
            subject=name,
        )


def _kinds(
    objects: Sequence[tuple[str, float, float, float, float]],
    counts: Counter[str],
    clear: Counter[str],
    dice: random.Random,
) -> Iterator[Ask]:
    for kind in _ASKED_BY_KIND:
        members = [name for name in counts if _KIND_OF.get(name) == kind]
        if len(members) == 1 and clear[members[0]]:
            yield Ask(
                question=pick(
                    dice,
                    f"What {kind} is this?",
                    f"What {kind} is in the {video_word(dice)}?",
                    f"What kind of {kind} is shown?",
                    f"Which {kind} can you see?",
                ),
                answers=(members[0],),
                family="object",
                subject=members[0],
            )
    name, _, _, w, h = max(objects, key=lambda o: o[3] * o[4], default=("", 0, 0, 0, 0))
    if w * h > 0.12 and name != "dining table":
        yield Ask(
            question=pick(
                dice,
                f"What is in the {video_word(dice)}?",
                "What is the main object?",
                f"What can be seen in the {video_word(dice)}?",
                f"What object is shown in the {video_word(dice)}?",
            ),
            answers=(name,),
            family="object",
            subject=name,
        )
    if clear["dining table"]:
        on_it = [
            n
            for n in clear
            if _KIND_OF.get(n) in ("food", "tableware", "device") or n in ("vase", "book")
        ]
        if 1 <= len(on_it) <= 3:
            yield Ask(
                question=pick(dice, "What is on the table?", "What is sitting on the table?"),
                answers=tuple(on_it),
                family="object",
                subject=on_it[0],
            )
