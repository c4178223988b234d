"""Values of kinds that have few: the times of a day, and what is worn on a part of the body."""

from __future__ import annotations

# All values of kinds that have few.
VALUES: dict[str, frozenset[str]] = {
    "day": frozenset(
        "morning noon midday afternoon evening night day daytime nighttime dusk dawn sunset sunrise midnight".split()
    ),
    "weather": frozenset(
        "sunny cloudy rainy snowy clear windy foggy overcast rain snow hot cold warm sun nice good bad fine dry wet stormy calm cool bright".split()
    ),
    "season": frozenset("spring summer autumn winter fall".split()),
}
# What is worn on a part of the body.
WORN: dict[str, frozenset[str]] = {
    "head": frozenset(
        "hat cap helmet hood scarf headband crown wig hairband headphones bandana turban hijab glasses goggles mask beanie".split()
    ),
    "foot": frozenset("shoe sneaker boot sandal sock slipper skate ski".split()),
    "hand": frozenset("glove ring watch mitten bracelet".split()),
    "finger": frozenset({"ring"}),
    "wrist": frozenset("watch bracelet wristband band glove".split()),
    "arm": frozenset("watch bracelet armband band sleeve tattoo glove".split()),
    "neck": frozenset("scarf tie necklace chain collar towel".split()),
    "face": frozenset("mask glasses goggles sunglasses makeup beard".split()),
    "eye": frozenset("glasses goggles sunglasses makeup mask".split()),
    "ear": frozenset("earring headphones earphones earbud".split()),
    "leg": frozenset("trousers pants jeans shorts tights leggings skirt sock boot".split()),
    "knee": frozenset("kneepad pad brace sleeve bandage wrap".split()),
    "ankle": frozenset("sock bandage brace boot".split()),
    "waist": frozenset("belt skirt".split()),
}
