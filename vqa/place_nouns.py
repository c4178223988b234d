"""Nouns of places: surfaces, rooms and containers, and the preposition before them."""

from __future__ import annotations

# Nouns for places: on a surface, in a room or area, and in a scene or container.
SURFACES = frozenset(
    "floor table bed couch sofa grass street road bench chair beach field ground roof track court stage shelf desk sidewalk rug carpet lap plate "
    "mat box platform step deck sand snow ice stairs tray blanket towel coast mountain farm bridge highway driveway playground path trail "
    "counter wall dock pier porch balcony runway".split()
)
ROOMS = frozenset(
    "kitchen bedroom bathroom room garage street forest city town village countryside suburb office store shop market supermarket park garden "
    "yard gym school classroom hospital church station airport restaurant cafe bar pool pond lake river sea ocean desert zoo museum library "
    "barn warehouse factory stadium arena alley backyard hallway harbor tunnel house home building apartment studio theater".split()
)
SCENES = ROOMS | frozenset(
    "water cage pen box bowl vase cup mirror sink basket container pot bottle bag suitcase car bus truck boat air sky tree".split()
)
# Surfaces that are no place by themselves.
FURNISHINGS = frozenset(
    "table bed couch sofa bench chair shelf desk rug carpet lap plate mat box tray blanket towel counter wall step".split()
)


def place_preposition(phrase: str) -> str:
    """Return "on" for a surface such as "the sofa", "in" for a room or scene, "by" for other nouns.

    Args:
        phrase: a noun phrase of at least one word; its last word decides.
    """
    noun = phrase.split()[-1].lower()
    return "on" if noun in SURFACES else "in" if noun in SCENES else "by"
