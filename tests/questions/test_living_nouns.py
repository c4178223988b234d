"""Nouns for persons, animals and vehicles."""

from __future__ import annotations

import pytest

from vqa.questions.words.living_nouns import is_animal, is_living, is_person, is_vehicle

PERSONS = (
    "gentleman fellow lad toddler lifeguard bridesmaid cashier stuntman windsurfer kickboxer zookeeper onlooker "
    "grandson mother-in-law barista crowd paraglider"
)
ANIMALS = "corgi terrier hare mule woodpecker beetle shrimp grizzly cub"
VEHICLES = "bulldozer canoe motorbike tram sailboat aeroplane"
THINGS = "waist list typewriter screwdriver loudspeaker coaster ball pitcher rocker snowman gist streamer"


@pytest.mark.parametrize("noun", PERSONS.split())
def test_persons(noun: str) -> None:
    assert is_person(noun)
    assert is_living(f"old {noun}")
    assert not is_animal(noun)


@pytest.mark.parametrize("noun", ANIMALS.split())
def test_animals(noun: str) -> None:
    assert is_animal(f"little {noun}")
    assert not is_person(noun)


@pytest.mark.parametrize("noun", VEHICLES.split())
def test_vehicles(noun: str) -> None:
    assert is_vehicle(noun)
    assert not is_living(noun)


@pytest.mark.parametrize("noun", THINGS.split())
def test_things_are_neither(noun: str) -> None:
    assert not is_living(noun)
    assert not is_vehicle(noun)
    assert not is_living("")
