"""The 1,000 ImageNet classes with everyday names, and question-answer pairs about them.

The pairs train the decoder to copy class names from the label tokens. The class names are those of
the package `open_clip_torch` (MIT); everyday names (corgi: dog) and kinds are defined here.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Iterator
from dataclasses import dataclass, replace
from importlib.util import find_spec
from pathlib import Path

from vqa.english import with_article
from vqa.errors import ExtraMissing
from vqa.training.qa.question_answer import QAPair, pick, presence_question, video_word


@dataclass(frozen=True, kw_only=True)
class Label:
    """An ImageNet class.

    Args:
        fine: name of the class, in lower case, such as "corgi".
        plain: everyday name, such as "dog"; equal to `fine` if there is no other.
        kind: super-category, such as "animal", "vehicle" or "object".
    """

    fine: str
    plain: str
    kind: str


# First index of a range of classes, and the everyday name of the range; "" keeps each class's own name.
_ANIMAL_RUNS = (
    (0, "fish"), (2, "shark"), (5, "ray"), (7, "rooster"), (8, "hen"), (9, "ostrich"), (10, "bird"), (22, "eagle"),
    (23, "vulture"), (24, "owl"), (25, "salamander"), (30, "frog"), (33, "turtle"), (38, "lizard"), (49, "crocodile"),
    (50, "alligator"), (51, "dinosaur"), (52, "snake"), (69, "trilobite"), (70, "spider"), (71, "scorpion"),
    (72, "spider"), (78, "tick"), (79, "centipede"), (80, "bird"), (84, "peacock"), (85, "bird"), (87, "parrot"),
    (91, "bird"), (94, "hummingbird"), (95, "bird"), (96, "toucan"), (97, "duck"), (99, "goose"), (100, "swan"),
    (101, "elephant"), (102, ""), (104, "kangaroo"), (105, ""), (108, ""), (109, "coral"), (110, ""), (118, "crab"),
    (122, "lobster"), (124, "crayfish"), (125, "crab"), (126, ""), (127, "stork"), (129, "bird"), (130, "flamingo"),
    (131, "heron"), (133, "bird"), (134, "crane"), (135, "bird"), (144, "pelican"), (145, "penguin"), (146, "bird"),
    (147, "whale"), (149, "dugong"), (150, "sea lion"), (151, "dog"), (269, "wolf"), (272, "coyote"), (273, "wild dog"),
    (276, "hyena"), (277, "fox"), (281, "cat"), (286, "cougar"), (287, "lynx"), (288, "leopard"), (290, "jaguar"),
    (291, "lion"), (292, "tiger"), (293, "cheetah"), (294, "bear"), (298, ""), (300, "beetle"), (301, "ladybug"),
    (302, "beetle"), (308, ""), (312, "cricket"), (313, ""), (319, "dragonfly"), (321, "butterfly"), (327, ""),
    (330, "rabbit"), (333, ""), (335, "squirrel"), (336, ""), (339, "horse"), (340, ""), (341, "pig"), (343, "warthog"),
    (344, "hippo"), (345, "ox"), (346, "buffalo"), (347, "bison"), (348, "sheep"), (350, "goat"), (351, "antelope"),
    (354, "camel"), (355, ""), (358, "ferret"), (360, ""), (364, "sloth"), (365, ""), (369, "monkey"), (383, "lemur"),
    (385, "elephant"), (387, "red panda"), (388, "panda"), (389, "fish"), (390, "eel"), (391, "fish"), (398, ""),
)  # fmt: skip
_PLAIN = {
    "guitar": "402 546", "airplane": "404 895", "airship": "405", "clock": "409 530 892", "gun": "413 763 764",
    "bicycle": "444 671", "scooter": "665 670", "car": "436 468 511 627 661 751 817 656 581 479", "jeep": "609",
    "truck": "555 569 675 717 864 867", "van": "734 654", "bus": "779 874", "train": "466 547 820 705 565",
    "tram": "829", "boat": "449 472 554 576 625 814 914 871 484 780", "ship": "403 510 628 724 833", "tank": "847 586",
    "bottle": "440 720 737 898 907 901", "cup": "504 968", "glass": "441 572", "phone": "487 528 707",
    "laptop": "620 681", "computer": "527 590", "keyboard": "508 810", "mouse": "673", "screen": "664 782",
    "piano": "579 881", "drum": "541 822", "hat": "439 452 515 808 715 793 667 433", "helmet": "518 560",
    "ball": "430 522 574 722 768 805 852 890 429", "couch": "831", "table": "532", "lamp": "846 619",
    "chair": "423 559 765 857", "bed": "520 564 516 431", "bench": "703", "store": "415 467 509 582 788 860 865",
    "building": "442 497 663 668 698", "bridge": "821 839 888", "fence": "489 716 912", "wall": "825",
    "shoe": "630 770 514 502 774", "glasses": "836 837", "swimsuit": "445 639", "bag": "414 636 748 728",
    "shirt": "610 841", "skirt": "655 689 601", "coat": "568 617 735 869", "dress": "578", "suit": "834", "tie": "906 457",
    "pan": "567", "pot": "521 544 469 738", "bowl": "659 809", "knife": "499 623", "spoon": "910", "sign": "919",
    "curtain": "794 854", "motorbike": "", "cart": "690 603 612", "basket": "588 790", "box": "478 492 519",
    "camera": "732 759", "bread": "930", "burger": "933", "apple": "948", "squash": "939 940 941 942", "corn": "987 998",
    "mushroom": "947 991 992 993 994 995 996 997", "flower": "985 986", "lake": "975", "fan": "545", "stove": "827",
    "sports bar": "", "umbrella": "879", "rocket": "657 744 812", "tractor": "866", "harvester": "595 856", "coffee": "967",
    "wine": "966", "pasta": "959", "drink": "969", "soup": "925 926", "cake": "927", "balloon": "417", "oven": "",
    "baseball": "981", "wedding": "982", "diver": "983", "toilet": "861", "house": "853 858", "tower": "900",
    "pillow": "721", "blanket": "750", "towel": "434 533 700", "violin": "889 486", "trumpet": "513 566 875",
    "flute": "558 683 684 699", "door": "799", "skateboard": "", "wheel": "694", "tool": "477", "scale": "778",
}  # fmt: skip
_KINDS = {
    "vehicle": "car truck van bus train tram boat ship bicycle scooter airplane airship jeep tank tractor ambulance "
    "snowmobile go-kart forklift minivan submarine tricycle unicycle rocket parachute cart",
    "musical instrument": "guitar piano drum violin trumpet flute accordion banjo harp harmonica saxophone marimba gong "
    "maraca bassoon organ",
    "food": "pizza burger bread burrito hot_dog ice_cream bagel pretzel soup cake pasta popsicle guacamole meatloaf",
    "fruit": "apple strawberry orange lemon fig pineapple banana jackfruit pomegranate",
    "vegetable": "cabbage broccoli cauliflower cucumber artichoke bell_pepper mushroom squash corn",
    "place": "beach store library restaurant church castle barn greenhouse theater stage valley volcano mountain lake "
    "cliff coral_reef barbershop prison palace patio pier dock boathouse planetarium maze",
}  # fmt: skip
_PLACE_CLASSES = {"movie theater": "theater", "home theater": "theater", "palace": "palace"}


def read_labels() -> list[Label]:
    """Read the 1,000 classes in order; class i is output i of a pretrained ImageNet classifier.

    Raises:
        ExtraMissing: the package with the names is not installed.
    """
    spec = find_spec("open_clip")
    if spec is None or spec.origin is None:
        raise ExtraMissing(
            "open_clip_torch is not installed.",
            extra="train",
        )
    source = (Path(spec.origin).parent / "zero_shot_metadata.py").read_text(encoding="utf-8")
    names = next(
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign)
        and getattr(node.targets[0], "id", "") == "IMAGENET_CLASSNAMES"
    )
    plain_names = {int(n): plain for plain, numbers in _PLAIN.items() for n in numbers.split()}
    labels = []
    for number, name in enumerate(names):
        fine = re.split(r"\s*(?:\(| or | / )", name)[0].lower()
        plain = (
            plain_names.get(number)
            or _PLACE_CLASSES.get(fine)
            or (_animal_name(number) if number < 398 else "")
            or fine
        )
        labels.append(Label(fine=fine, plain=plain, kind=_kind(number, plain)))
    return labels


def _animal_name(number: int) -> str:
    """Return the everyday name of an animal class, 0 to 397; empty if it keeps its own name."""
    return next(plain for first, plain in reversed(_ANIMAL_RUNS) if number >= first)


def _kind(number: int, plain: str) -> str:
    """Return the kind of a class by its number and everyday name; "object" if it has no other."""
    if number < 398:
        return "animal"
    key = plain.replace(" ", "_")
    return next((kind for kind, members in _KINDS.items() if key in members.split()), "object")


def from_label(label: Label, labels: list[Label], rng: random.Random) -> Iterator[QAPair]:
    """Generate question-answer pairs that the label tokens of a class suffice to answer.

    Args:
        label: the class that is visible.
        labels: all classes, from which an absent one is sampled.
        rng: random number generator.
    """
    kind = label.kind
    if kind == "place":
        yield QAPair(
            question=pick(rng, "Where is this?", "What place is shown?", f"Where was this {video_word(rng)} filmed?"),
            answers=(label.plain,), family="label",
        )  # fmt: skip
    elif kind == "object":
        yield QAPair(
            question=pick(
                rng, "What object is shown?", f"What is in the {video_word(rng)}?", "What is this?", "What is the main object?"
            ),
            answers=(label.plain,), family="label",
        )  # fmt: skip
    else:
        yield QAPair(
            question=pick(
                rng,
                f"What {kind} is in the {video_word(rng)}?",
                f"What {kind} is this?",
                f"What kind of {kind} is shown?",
                f"Which {kind} can be seen?",
                f"What is in the {video_word(rng)}?",
            ),
            answers=(label.plain,), family="label",
        )  # fmt: skip
    if (
        label.plain != label.fine
        and kind == "animal"
        and label.plain in ("dog", "cat", "bird", "monkey", "snake")
    ):
        yield QAPair(
            question=pick(rng, f"What breed is the {label.plain}?", f"What kind of {label.plain} is it?", f"What type of {label.plain} is this?"),
            answers=(label.fine,), family="label",
        )  # fmt: skip
    yield presence_question(label.plain, "yes", rng)
    other = labels[rng.randrange(len(labels))]
    if other.plain != label.plain:
        yield presence_question(other.plain, "no", rng)
        if rng.random() < 0.3:
            yield QAPair(
                question=f"What color is the {other.plain}?" if rng.random() < 0.5 else f"Where is {with_article(other.plain)}?",
                answers=(f"there is no {other.plain}",), family="absent", answerable=False,
            )  # fmt: skip


def name_questions(label: Label, labels: list[Label], rng: random.Random) -> Iterator[QAPair]:
    """Generate pairs that ask for the everyday name of a class, and for its own name.

    Args:
        label: the class that is visible.
        labels: all classes.
        rng: random number generator.
    """
    for qa in from_label(label, labels, rng):
        if qa.family == "label":
            yield replace(qa, family="name")
    if label.kind not in ("place", "object"):
        yield QAPair(question=f"What {label.kind} is it?", answers=(label.plain,), family="name")
    if label.plain != label.fine:
        yield QAPair(
            question=pick(rng, f"What kind of {label.plain} is it?", f"Exactly which {label.plain} is it?"),
            answers=(label.fine,), family="name",
        )  # fmt: skip


def with_everyday_name(qa: QAPair, label: Label) -> QAPair:
    """Return a pair with the answer "dog" in place of "corgi": the everyday name of the class.

    A pair with other answers than the class's own name alone is returned unchanged.
    """
    return replace(qa, answers=(label.plain,)) if qa.answers == (label.fine,) else qa


def other_class(number: int, labels: list[Label], rng: random.Random) -> int:
    """Sample the number of another class of the same kind as class `number`.

    Raises:
        IndexError: there is no other class of this kind, or no class `number`.
    """
    kind = labels[number].kind
    return rng.choice([n for n, label in enumerate(labels) if label.kind == kind and n != number])
