"""What "it" is in a question for its contents, "who is in it?" after "is there a car?", or the video."""

from __future__ import annotations

import re

from vqa.place_nouns import SCENES
from vqa.questions.words.living_nouns import is_vehicle


def asks_contents(plain: str) -> bool:
    """Whether a question asks what is in "it": "is there a mirror in it?"; not "is he interested in it?"."""
    return _IN_CONTAINER.match(plain) is not None


def means_video(plain: str) -> bool:
    """Whether "it" in a question is the video, by its wording: "is he in view when it ends?"."""
    return _OF_VIDEO.search(plain) is not None


def can_contain(noun: str) -> bool:
    """Whether "in it" can mean in this noun: a container, vehicle or place, such as "box"."""
    return noun.split()[-1] in _CONTAINERS or is_vehicle(noun)


_IN_CONTAINER = re.compile(
    r"^(?:(?:is|are|was|were) (?:there\b.*|(?:an?|any|some) [a-z]+|(?:any|some)(?:one|body|thing)(?: else)?)|"
    r"(?:who|what)(?: else)? (?:is|are|was|were|happens)(?: there)?|how many .+ (?:is|are|was|were)(?: there)?|what colou?r (?:is|are) .+|(?:what )?(?:can|could|do|did) (?:you|we|i) (?:see|spot|notice|find)\b.*)"
    r" (?:in|inside) it(?: too| also| as well)?[?.! ]*$",
    re.IGNORECASE,
)
_OF_VIDEO = re.compile(
    r"\bin it (?:the (?:whole|entire) time|all the time|from the (?:start|beginning)|throughout)\b|"
    r"\bit (?:switch|cut)(?:es|s|ting|ing)? from\b|"
    # "At what second does it change?"
    r"^(?:and |so |but )?(?:when|how often|how many times|(?:at |in |on |after )?(?:what|which) (?:second|time|minute|moment|point|frame)|how many seconds)\b.*"
    r"\bit (?:is )?(?:chang|cut|switch)(?:e?s|e|ing|ting)?(?: over| again| scenes?| to (?!an? |[a-z]+[?.! ]*$).*)?[?.! ]*$|"
    r"\b(?:when|before|until|till|after|once|as) it (?:ends?|starts?|begins?|finishes|is over)\b|"
    r"\b(?:does|did) it have (?:an? |any )?(?:sound|audio|music|subtitles?|captions?|title|credits|watermark|intro|ending)\b|"
    r"\b(?:sentences?|lines?|words?|paragraph|summary|recap) (?:about|on|of) it\b",
    re.IGNORECASE,
)
# Nouns that contain things, besides vehicles: places and containers.
_CONTAINERS = SCENES | frozenset(
    "aquarium backpack barrel basin bathtub bin book briefcase bucket bush cabin cabinet can cart case cave chest closet cooler "
    "crate crib cupboard dish drawer elevator envelope fountain freezer fridge glass grass hand handbag hat hole jar jug kettle lift "
    "locker mailbox mouth mug nest oven package packet pan parcel picture plate pocket pouch purse refrigerator rucksack sack safe salad "
    "sandwich shed shelf soup stroller tank teapot tent toilet tray trolley trunk tub tube wallet wardrobe wheelbarrow window".split()
)
