"""The 80 COCO classes that the words of a caption name."""

from __future__ import annotations

import re

from vqa.english import plural_of
from vqa.training.qa.boxes import OBJECT_NAMES

# Words for a COCO class besides its name; plurals are added.
_SYNONYMS = {
    "person": "man men woman women boy girl child children kid baby lady guy adult toddler teenager player surfer skier "
    "snowboarder skateboarder rider biker cyclist batter pitcher catcher runner swimmer climber dancer worker officer "
    "policeman someone people crowd couple family team",
    "bicycle": "bike", "car": "van taxi suv jeep", "motorcycle": "motorbike scooter moped", "airplane": "plane jet aircraft",
    "train": "locomotive", "boat": "ship canoe kayak sailboat", "traffic light": "stoplight", "fire hydrant": "hydrant",
    "bird": "duck goose geese seagull pigeon parrot owl eagle swan", "cat": "kitten", "dog": "puppy puppies", "horse": "pony",
    "sheep": "lamb", "cow": "cattle bull calf", "handbag": "purse", "suitcase": "luggage", "tie": "necktie", "skis": "ski",
    "sports ball": "ball", "baseball bat": "bat", "tennis racket": "racket racquet", "cup": "mug", "donut": "doughnut",
    "sandwich": "burger hamburger", "cake": "cupcake", "couch": "sofa", "dining table": "table", "tv": "television",
    "cell phone": "phone cellphone", "oven": "stove", "refrigerator": "fridge", "hot dog": "hotdog",
}  # fmt: skip
# A colour in captions far more often than the fruit.
_AMBIGUOUS = frozenset({"orange"})


def _words() -> dict[str, str]:
    """Return the COCO class of each word and phrase, in singular and plural."""
    words: dict[str, str] = {}
    for name in OBJECT_NAMES:
        for word in (name, *_SYNONYMS.get(name, "").split()):
            if word not in _AMBIGUOUS:
                words |= {word: name, plural_of(word): name}
    return words


_CLASS_OF = _words()
# Longer names first, so that "hot dog" is not a dog.
_NAMES = re.compile(rf"\b(?:{'|'.join(sorted(_CLASS_OF, key=len, reverse=True))})\b")


def classes_in(caption: str) -> frozenset[str]:
    """Return the COCO classes that a caption names, by name or synonym, in singular or plural.

    "orange" is left out, as it is mostly a color; case does not matter. Empty if it names none.
    """
    return frozenset(_CLASS_OF[word] for word in _NAMES.findall(caption.lower()))
