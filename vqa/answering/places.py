"""Replies to answers that name a place or a side: "left" -> "The dog is on the left."."""

from __future__ import annotations

import re

from vqa.answering.kind_mismatch import DIRECTIONS, refuse_question
from vqa.answering.responses import respond
from vqa.english import (
    COLOURS,
    NUMBERS,
    PAIRED_PARTS,
    has_determiner,
    is_doing,
    names_noun,
    with_article_if_countable,
)
from vqa.place_nouns import FURNISHINGS, SCENES, SURFACES, place_preposition
from vqa.questions.words.living_nouns import is_living
from vqa.text_words import as_sentence
from vqa.types import Question

PREPOSITION = re.compile(
    r"^(?:in|on|at|under|behind|near|next|beside|inside|outside|above|below|over|by|between|before|after|to the|toward|towards|from)\b",
    re.IGNORECASE,
)
_NO_PLACES = frozenset({*NUMBERS, "it", "this", "that", "here", "there", "dark", "yes", "no"})
_LONGEST_PLACE_WORDS = 2
# "On street" lacks "the"; "in bed" and "on stage" do not.
_BARE_PLACE = re.compile(
    rf"^(in|on|at|by|near|under|behind) ((?!bed\b|home\b|school\b|town\b|church\b|hospital\b|stage\b|deck\b|water\b|air\b)"
    rf"(?:{'|'.join(sorted(SURFACES | SCENES))}))$",
    re.IGNORECASE,
)
_ADVERB_PLACES = frozenset("outside outdoors inside indoors nowhere upstairs downstairs".split())


SURROUNDINGS = ("air", "water", "sky", "snow", "grass", "background", "foreground")
# "On the left", as the answer to "which side?".
_SIDES = {
    **dict.fromkeys(("left", "right", "left side", "right side"), "on the {}"),
    **dict.fromkeys(("middle", "center", "front", "back", "corner", "top", "bottom"), "in the {}"),
    "top": "at the {}",
    "bottom": "at the {}",
    **dict.fromkeys(SURROUNDINGS, "in the {}"),
    **dict.fromkeys(("up", "down", "forward", "backward", "away", "straight"), "{}"),
}


_DIRECTION_SIDES = frozenset("left right up down forward backward away straight".split())


def side_reply(question: Question, text: str, opening: str) -> str:
    """Return the reply to an answer that is a side: "left" -> "The dog is on the left.".

    "On the left." without a subject, "The left one." for parts of the body that are two, "To the
    left." for a question about a direction. Empty if the answer is no word for a side or place such
    as "top" or "background", and for intents other than `location`, `identify` and `choice`.

    Args:
        question: the parsed question.
        text: the bare answer, not empty.
        opening: the subject with its verb, "The dogs are".
    """
    side = _SIDES.get(text.lower())
    if question.form.direction == "at" and text.lower() not in _DIRECTION_SIDES:
        # "Where is it looking?" is answered by what it looks at.
        return ""
    if side is None or question.intent not in ("location", "identify", "choice"):
        return ""
    if question.form.direction and text.lower() in ("left", "right"):
        return f"To the {text.lower()}."
    if text in ("left", "right") and question.subject in PAIRED_PARTS | {"side"}:
        is_part = question.subject in PAIRED_PARTS
        return f"The {text} one." if is_part else f"{side.format(text).capitalize()}."
    if (
        question.intent == "location"
        and question.subject
        and question.subject not in ("way", "direction")
    ):
        return f"{opening} {side.format(text.lower())}."
    if question.intent == "choice":
        return ""
    return as_sentence(side.format(text.lower()))


def place_reply(question: Question, text: str, opening: str) -> str:
    """Return the reply to an answer that is a place: "sofa" -> "The dog is on the sofa.".

    A place without a preposition gets "the", and "on" or "in" if a word list has its last word,
    else "by". Without an opening, a noun gives "It looks like a kitchen." if a word list has it as
    a place, else "I can't tell the place, only that I see a dog."; more than two words, or a noun
    with a determiner, are the sentence. A question for a direction gets "Toward", "At" or "From"
    before a place without a preposition, and "At" in place of "in" or "on".

    What is no place, such as "yes", "two", "under" or the noun of the question, gets a refusal, "I
    can't tell where the dog is.", and so does what is no direction after "which way?". "Standing"
    gets one, too, but "running on grass" is a place of a living thing. A color gives "The red
    one.", but a refusal for a living thing unless the question begins with "which one" or
    "which of".

    Args:
        question: the question about a place.
        text: the bare answer, not empty.
        opening: the subject with its verb, "The dog is"; empty if the place itself is asked.
    """
    first = text.split()[0].lower()
    is_same = names_noun(text, question.subject)
    if PREPOSITION.fullmatch(text) or text.lower() in _NO_PLACES or is_same:
        return refuse_question(question.form)
    if (
        set(text.lower().split()) <= COLOURS
        and not question.form.asks_which
        and is_living(question.subject)
    ):
        return refuse_question(question.form)
    if set(text.lower().split()) <= COLOURS:
        return f"The {text.lower()} one."
    if question.form.direction == "at" and first in ("in", "on"):
        # "Where is it looking?" is answered by what it looks at.
        return f"At {text.partition(' ')[2]}."
    if PREPOSITION.match(text) or first in _ADVERB_PLACES:
        text = _BARE_PLACE.sub(r"\1 the \2", text)
        return f"{opening} {text}." if opening else as_sentence(text)
    if question.form.asks_way and not set(text.lower().split()) & DIRECTIONS:
        return refuse_question(question.form)
    if question.form.direction:
        return f"{question.form.direction.capitalize()} the {text}."
    if opening and is_doing(first):
        # "Where are his hands?" is not answered by "standing".
        has_place = any(map(PREPOSITION.match, text.split()[1:]))
        is_place = is_living(question.subject) and has_place
        return f"{opening} {text}." if is_place else refuse_question(question.form)
    if opening:
        noun = text if has_determiner(text) else f"the {text}"
        return f"{opening} {place_preposition(text)} {noun}."
    if len(text.split()) > _LONGEST_PLACE_WORDS or has_determiner(text):
        return as_sentence(text)
    if is_doing(first):
        # "I see a running" is no place.
        return refuse_question(question.form)
    thing = with_article_if_countable(text)
    is_place = text.lower().split()[-1] in SCENES | SURFACES - FURNISHINGS
    return f"It looks like {thing}." if is_place else respond("place_unknown", thing=thing)
