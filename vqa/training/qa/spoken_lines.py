"""Templates of sentences (speech, on-screen text) with questions that only the sentence answers."""

from __future__ import annotations

import random

from vqa.english import COLOURS, NUMBERS

_FILLERS = {
    "number": [
        *NUMBERS,
        "twelve",
        "fifteen",
        "twenty",
        "thirty",
        "forty",
        "fifty",
        "one hundred",
    ],
    "name": "anna ben carla david emma frank grace henry iris jack kate leo maria nick olivia paul rosa sam tina tom".split(),
    "place": "london paris berlin rome tokyo boston chicago madrid vienna oslo the beach the park the museum".replace(
        "the ", "the_"
    ).split(),
    "thing": "bread cheese apples shoes books flowers phones bikes guitars coffee tea pizza tickets chairs cameras".split(),
    "day": "monday tuesday wednesday thursday friday saturday sunday tomorrow today".split(),
    "color": sorted(COLOURS - {"grey", "tan"}),
}
_LINES = (
    ("the price is {number} dollars", ("What is the price?", "How much does it cost?", "what does she say about the price?"), "{number} dollars"),
    ("my name is {name}", ("What is her name?", "What is the speaker's name?", "What is his name?"), "{name}"),
    ("welcome to {place}", ("Where are they?", "What place is named?"), "{place}"),
    ("we sell {thing} here", ("What do they sell?", "What is sold here?"), "{thing}"),
    ("we are open on {day}", ("When are they open?", "Which day is it open?"), "{day}"),
    ("fresh {thing}", ("What does the sign say?", "What does the text say?"), "fresh {thing}"),
    ("the {color} one is the best", ("Which one is the best?", "Which color is the best?"), "{color}"),
    ("see you on {day}", ("When will they meet?", "what does he say?"), "{day}"),
    ("today i will show you {thing}", ("What will be shown?", "What is the talk about?"), "{thing}"),
    ("exit {number}", ("What does the sign say?", "Which text appears?"), "exit {number}"),
    ("there are {number} {thing} left", ("How many are left?", "What is left?"), "{number} {thing}"),
)  # fmt: skip


def sample_spoken_line(rng: random.Random) -> tuple[str, str, str]:
    """Sample a template and its fillers; return (sentence, question, answer).

    Sentence and answer are in lower case, without punctuation.
    """
    sentence, questions, answer = _LINES[rng.randrange(len(_LINES))]
    slot_values = {
        name: choices[rng.randrange(len(choices))].replace("_", " ")
        for name, choices in _FILLERS.items()
    }
    question = questions[rng.randrange(len(questions))]
    if question.endswith("say?"):
        answer = sentence
    return sentence.format(**slot_values), question, answer.format(**slot_values)


def spoken_line_texts() -> list[str]:
    """List the sentences of the templates and their fillers, for vocabulary training.

    A sentence has the names of its slots in place of fillers: "the price is number dollars".
    """
    fillers = [word.replace("_", " ") for choices in _FILLERS.values() for word in choices]
    return [sentence.replace("{", "").replace("}", "") for sentence, *_ in _LINES] + fillers
