"""Ellipsis resolution of fragments that name another place: "and on the chair?", "behind it?"."""

from __future__ import annotations

import re

from vqa.english import BODY_PART, FORMS_OF_BE, PREPOSITIONS, is_doing
from vqa.questions.conversation.antecedents import AntecedentKind, antecedent, with_be, with_the
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.follow_ups.contrasts import with_other_of_pair
from vqa.questions.follow_ups.noun_replacement import with_other_side, without_last_place
from vqa.questions.follow_ups.owners import named_thing
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.noun_phrases import QUESTION_WORDS, final_noun
from vqa.questions.sentences.clauses import base_of_place, latest_clause
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.questions.words.spelling import is_past_participle
from vqa.text_words import is_denial
from vqa.types import Question

_PLACE_START = re.compile(
    r"^(?:(?:no,? )?i me?ant? |no,? |(?:what|how) about |the ones? |anything |anyone |somebody |look |not even |and |or |what )*",
    re.IGNORECASE,
)


_DEFINITE_NOUN = re.compile(
    r"^(?:the|his|her|their|those|these) [a-z-]+ (?:at|in|on|by|near|behind|under|with)\b",
    re.IGNORECASE,
)


# "Even the kids?", unlike "the whole time?".
NEW_THING = re.compile(
    r"^(?:the|his|her|their|an?|any|some) (?!(?:whole|entire|full|same|time|lot|bit|little(?! one))\b)[a-z]+(?: [a-z]+)?(?: (?:in|on|at|next to|behind|near|with|under) (?:the |his |her |an? )?[a-z]+)?$",
    re.IGNORECASE,
)


def with_other_place(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a fragment that names another place: "and on the chair?", "behind it?".

    The place replaces the last one of the latest question, or is added if there is none. The
    result depends on the latest question:

    - "on the chair?" after "is the cup on the table?" -> "is the cup on the chair?"
    - "on the chair?" after a question about an action, a place, a description, an event or a time,
      such as "what is the man doing?" -> "what is on the chair?"
    - "on his arm?" after a question about a color or presence -> "what is on his arm?"
    - "on his head?" after "what is he wearing?" -> "what is he wearing on his head?"

    A pronoun at the end of the place, "behind it?", is replaced by its noun. None for a noun phrase
    without a place, "his vest?", for one with a place after a question for a number, "the chairs at
    the table?", and if only words such as "what about" are given. Any other text is taken for a
    place; the caller decides that it is one.

    Args:
        bare: the normalized fragment, without a leading "and" or a trailing "then".
        discourse: state of the earlier turns, with a latest question.
    """
    question = discourse.question
    assert question is not None
    if _DEFINITE_NOUN.match(bare) and question.intent == "count":
        # "And the chairs at the table?" counts chairs.
        return None
    place = _PLACE_START.sub("", bare.strip(" ?.!,")).lower()
    if not place or NEW_THING.match(place):
        # "And his vest?" names no place.
        return None
    place = _with_noun(place, question, discourse)
    if place.endswith((" the other", " the other one")):
        # "What does he have in his hand?", "and in the other one?"
        last = final_noun(base_wording(question))
        if not last:
            return _other_of_earlier(discourse)
        place = f"{place.removesuffix(' one')} {last}"
    other_side = with_other_side(place, base_wording(question))
    if other_side:
        return Resolution(text=other_side, is_changed=True)
    things = filter(None, (question.subject, question.target, named_thing(discourse)))
    if any(place.endswith(f" the {thing}") for thing in things) and not place.startswith("with "):
        # "What color is his shirt?", "and on it?"; "what is he painting?", "a wall", "and next to it?"
        return Resolution(text=f"what is {place}?", is_changed=True)
    clothes = _with_worn_place(place, question) if question.aspect == "clothes" else None
    if clothes is not None:
        return clothes
    asks_thing = question.intent in ("color", "presence") and ON_BODY.search(place) is not None
    if asks_thing or question.intent in _ASK_CONTENTS:
        return Resolution(text=f"what is {place}?", is_changed=True)
    base = without_last_place(base_wording(question))
    # "Is it on?", "on the table, I mean"
    base = base.removesuffix(f" {place.split()[0]}")
    return Resolution(text=f"{base} {place}?", is_changed=True)


_ASK_CONTENTS = frozenset({"describe", "describe_part", "location", "action", "order", "when"})


def place_of_noun(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "what is behind?" and "who is next to?" by the latest noun: "what is behind the car?".

    "Who is in there?" -> "who is in the car?". None for other messages, and without a noun. For the arguments see
    `vqa.questions.follow_ups.ellipsis.resolve_ellipsis`.
    """
    with_it = _PLACE_PRONOUN.sub("it", bare)
    container = antecedent(discourse, "it", with_it) if with_it != bare else ""
    if container and container != "video":
        text = _PLACE_PRONOUN.sub(with_the(container, discourse), bare)
        return Resolution(text=text, is_changed=True)
    match = _WHAT_IS_BEHIND.match(bare)
    question = discourse.question
    assert question is not None
    noun = question.target or question.subject or antecedent(discourse, "any", bare)
    if match is None or not noun or (match["place"] == "inside" and is_living(noun)):
        return None
    place = f"{match['place']} {_AFTER_PLACE.get(match['place'].lower(), '')}".strip()
    return Resolution(text=f"{match['asks']} {place} {with_the(noun, discourse)}?", is_changed=True)


_PLACE_PRONOUN = re.compile(
    r"(?<=\b(?:in|on) )there(?=[?.! ]*$)|(?<=\binside )there(?=[?.! ]*$)", re.IGNORECASE
)
_AFTER_PLACE = {"in front": "of", "next": "to", "close": "to", "on top": "of"}
_WHAT_IS_BEHIND = re.compile(
    r"^(?P<asks>(?:what|who)(?: else)? (?:is|are|was|were)) (?P<place>behind|beside|near|under|below|above|around|inside|in front|on top|next|close)(?: (?:of|to))?[?.! ]*$",
    re.IGNORECASE,
)


def _with_noun(place: str, question: Question, discourse: Discourse) -> str:
    """Return "behind the car" for "behind it"; other places and those without antecedent unchanged."""
    pronoun = re.search(r"\b(?:it|them|him|her|that)$", place)
    if pronoun is None:
        return place
    nouns = nouns_of(base_wording(question)) if pronoun[0] in ("it", "that") else ()
    places = [noun for noun in nouns if not is_person(noun)]
    noun = places[-1] if places else antecedent(discourse, _PLACE_KINDS[pronoun[0]], place)
    return f"{place[: pronoun.start()]}{with_the(noun, discourse)}" if noun else place


def _other_of_earlier(discourse: Discourse) -> Resolution | None:
    """Ask of "the other one" what an earlier question asked of "his left hand"; None without one."""
    nouns = (final_noun(base_wording(question)) for question in reversed(discourse.questions))
    return with_other_of_pair(f"other {next(filter(None, nouns), '')}", discourse)


def place_question(message: str, discourse: Discourse) -> Resolution | None:
    """Complete a place alone to a yes/no question: "above the sink?" -> "is the mirror above the sink?".

    - That is after "where's the mirror?".
    - "at the phone?" after "is he looking at something?" -> "is he looking at the phone?"
    - "towards the camera?" after "is the dog walking?" -> "is the dog walking towards the camera?"
    - "on a chair or a bench?" after "is the man sitting?" -> "is the man sitting on a chair or a bench?"

    None for a message that begins with "and" or the like, which asks what is there, for a side, a
    part of the body or of the picture, without a noun, and after questions of other intents.

    Args:
        message: the message as typed, with its first words.
        discourse: state of the earlier turns, with a latest question.
    """
    question = discourse.question
    assert question is not None
    replacement = _in_place_of_something(message, question) or _with_place_options(
        message, discourse
    )
    if replacement is not None:
        return replacement
    place = message.strip(" ?.!,").lower().removeprefix("not ")
    clause = latest_clause(discourse) if question.intent in _TAKE_PLACES else None
    if clause is None or clause.is_existential or not _AT_A_THING.match(place):
        return None
    if ON_BODY.search(place) or place.split()[-1] in _PARTS_OF_PICTURE:
        return None
    return Resolution(text=f"{base_of_place(clause, question)} {place}?", is_changed=True)


def _with_place_options(message: str, discourse: Discourse) -> Resolution | None:
    """Ask at which of several places or times a thing is, or does what it does; None for other messages.

    "High up or near the ground?" after "is the nest big?" -> "is the nest high up or near the
    ground?".
    """
    question = discourse.question
    assert question is not None
    places = re.sub(r"^(?:(?:and|so|ok|but),? )+", "", message.strip(" ?.!,").lower())
    first, *others = re.split(r",? or ", places)
    begins = {option.split()[0] for option in (first, *others) if option}
    if not others or first.split()[0] not in _BEGIN_OPTIONS or begins & _BEGIN_CLAUSES:
        return None
    are_sides = {first, *others} <= _SIDES.keys()
    if (are_sides and _OF_PAIR.search(base_wording(question))) or {first, *others} == _ORDER:
        return None
    side = _SIDE_OF.match(places)
    if side is not None:
        places = f"{'in' if side['of'] == 'hand' else 'on'} the {places}"
    elif are_sides:
        places = " or ".join(f"{_SIDES[side]} {side}" for side in (first, *others))
    clause = latest_clause(discourse)
    has_thing = clause is not None and clause.predicate.startswith("have ")
    if clause is None or clause.is_existential or has_thing:
        # "Is there a lamp?", "does the bike have a basket?"
        objects = nouns_of(clause.predicate)[-1:] if clause is not None and has_thing else ()
        thing = "".join(objects) or named_thing(discourse) or question.target or question.subject
        if is_denial(discourse.answer):
            return None
        subject = with_be(thing, discourse) if thing else "is it"
        return Resolution(text=f"{subject} {places}?", is_changed=True)
    verb, *_ = clause.predicate.split() or [""]
    acts = clause.verb not in FORMS_OF_BE or is_doing(verb) or is_past_participle(verb)
    base = base_of_place(clause, question) if acts else f"{clause.verb} {clause.subject}"
    return Resolution(text=f"{base} {places}?", is_changed=True)


_SIDES = dict.fromkeys(("left", "right"), "on the") | dict.fromkeys(
    ("front", "back", "top", "bottom"), "at the"
)
# "Which hand is he using?", "left or right?"
_OF_PAIR = re.compile(r"\b(?:hand|foot|leg|arm|eye|ear|side|shoulder|knee)s?\b", re.IGNORECASE)
_ORDER = {"before", "after"}
_SIDE_OF = re.compile(
    r"(?:left|right|front|back|top|bottom|upper|lower) or (?:left|right|front|back|top|bottom|upper|lower) (?P<of>[a-z]+)$"
)
_BEGIN_OPTIONS = (
    PREPOSITIONS
    | _SIDES.keys()
    | frozenset(
        "high low up down indoors outdoors upstairs downstairs upper lower before after".split()
    )
)
_BEGIN_CLAUSES = (
    QUESTION_WORDS | FORMS_OF_BE | frozenset("does do did has have can about like".split())
)
_TAKE_PLACES = frozenset({"location", "action", "verify", "choice"})
_PLACE = (
    r"(?:in|on|at|above|below|under|behind|near|next to|beside|by|inside|outside|over|around|between|in front of|against|through|across|along|"
    r"towards?|into|onto|from|off|past|away from|out of|for) (?:(?:the|an?|his|her|its|their|this|that|these|those|some) [a-z]+(?: (?!or\b)[a-z]+)?|us|me)"
)
_AT_A_THING = re.compile(rf"^{_PLACE}(?:,? or {_PLACE})?$")
_PARTS_OF_PICTURE = frozenset(
    "background foreground picture frame video left right middle center centre corner top bottom front back side front end beginning start "
    "scene clip shot part second moment distance".split()
)


def _with_worn_place(place: str, question: Question) -> Resolution | None:
    """Complete "on his head?" and "on the bottom?" after "what is he wearing?"; None for others."""
    garment = _GARMENTS.get(place.split()[-1], "")
    if garment and question.subject:
        return Resolution(text=f"describe the {question.subject}'s {garment}", is_changed=True)
    if ON_BODY.search(place) is None:
        return None
    wears = base_wording(question).rstrip(" ?.!")
    # "What does he have on?", "and on his feet?"
    wears = wears.removesuffix(" on") if place.startswith("on ") else wears
    return Resolution(text=f"{wears} {place}?", is_changed=True)


_GARMENTS = {
    **dict.fromkeys(("bottom", "below", "underneath", "down"), "trousers"),
    **dict.fromkeys(("top", "up", "above"), "shirt"),
}


# "And on his hands?" after a question about a color asks what he has there.
ON_BODY = re.compile(rf"\b{BODY_PART}$")


_PLACE_KINDS: dict[str, AntecedentKind] = {
    "it": "it",
    "that": "it",
    "them": "them",
    "him": "he",
    "her": "she",
}


def _in_place_of_something(bare: str, question: Question) -> Resolution | None:
    """Put a phrase in place of "at something": "at the phone?" after "is he looking at something?".

    None unless the latest question has the preposition of the phrase before such a pronoun.
    """
    phrase, earlier = bare.strip(" ?.!").lower(), base_wording(question).strip(" ?.!")
    preposition = phrase.partition(" ")[0]
    pattern = re.compile(rf"\b{re.escape(preposition)} (?:some|any)(?:thing|one|body)\b", re.I)
    is_place = preposition in PREPOSITIONS | {"of", "for"} and QUESTION_WORDS.isdisjoint(
        phrase.split()
    )
    if not is_place or pattern.search(earlier) is None:
        return None
    return Resolution(text=f"{pattern.sub(phrase, earlier)}?", is_changed=True)
