"""Hedges are removed from a message before it is split."""

from __future__ import annotations

import pytest

from vqa.questions.messages.hedges import HEDGES, without_hedges
from vqa.questions.words.rewriting import RewriteRule


@pytest.mark.parametrize("rule", HEDGES, ids=lambda rule: rule.name)
def test_examples_of_the_rules(rule: RewriteRule) -> None:
    before, after = rule.example
    assert without_hedges(before) == after


@pytest.mark.parametrize(
    ("text", "plain"),
    [
        ("what time of day would u say", "what time of day is it"),
        ("how tall would you guess she is?", "how tall is she?"),
        ("is it possible that she is asleep?", "is she asleep?"),
        ("what might that be?", "what is that?"),
        ("is it a lamp or am I seeing things", "is it a lamp"),
        ("there's something shiny next to the door, any idea what it is?", "what is the shiny thing next to the door?"),
        ("my sister says the man wears a wig, is that true?", "does the man wear a wig?"),
        ("i think there's a lizard on the wall can u check", "is there a lizard on the wall?"),
        ("there might be a drone in the sky, could you confirm?", "is there a drone in the sky?"),
        ("is that an owl, or do my tired eyes deceive me?", "is that an owl?"),
        ("what does it say on her cap, can you make it out?", "what does it say on her cap?"),
        # Questions about the app and about a thing with "there" keep their words.
        ("what do you think?", "what do you think?"),
        ("is there a hat he wears?", "is there a hat he wears?"),
        ("is it a shop or just somebody's house?", "is it a shop or just somebody's house?"),
    ],
)  # fmt: skip
def test_hedges_are_removed(text: str, plain: str) -> None:
    assert without_hedges(text) == plain


@pytest.mark.parametrize(
    ("text", "question"),
    [
        ("what is this person having to eat, do you think?", "what is this person having to eat?"),
        ("who is that, would you say?", "who is that?"),
        ("I think he never did turn the head, can you check it", "does he turn the head?"),
        ("she had a hat on i think, can you check it for me", "does she have a hat on?"),
        (
            "the batter had a name on his back i think, garcia or something like that, can you check it for me",
            "does the batter have a name on his back?",
        ),
    ],
)
def test_an_opinion_asked_for_behind_a_question_or_a_claim(text: str, question: str) -> None:
    assert without_hedges(text) == question
