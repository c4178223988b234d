"""Verbs alone, whose subject or object is that of the turns before: "and land?", "who drives?"."""

from __future__ import annotations

import re

from vqa.english import DETERMINERS, PREPOSITIONS, is_doing, is_plural_noun
from vqa.questions.conversation.antecedents import antecedent
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.follow_ups.additions import with_other_verb
from vqa.questions.intent_table.intents import match_intent
from vqa.questions.words.living_nouns import is_living, is_vehicle
from vqa.questions.words.spelling import is_verb


def resolve_verb(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a message that is a verb: "and land?", "who drives?", "riding a bike?"; None for others.

    For the arguments see `vqa.questions.follow_ups.ellipsis.resolve_ellipsis`.
    """
    text = bare.lower().strip(" ?.!")
    asks = _with_second_act(text, discourse) or _with_thing_of_act(text, discourse)
    if asks:
        return Resolution(text=asks, is_changed=True)
    return with_other_verb(bare, discourse) if _is_act(bare) else None


def _with_second_act(text: str, discourse: Discourse) -> str:
    """Return "when does the dog land?" for "and land?" after "when does the dog jump?"; or ""."""
    assert discourse.question is not None
    earlier = _WHEN_ACTS.match(base_wording(discourse.question))
    verb = text.removeprefix("and ").split()[0] if text else ""
    match = match_intent(text)
    is_request = (match is not None and not match.is_fallback) or verb in ("wait", "hold")
    is_named = is_living(verb) or is_vehicle(verb)
    is_act = (
        is_verb(verb)
        and not (is_request or is_named)
        and _ONE_ACT.fullmatch(text.removeprefix("and ")) is not None
    )
    return f"{earlier['start']} {text.removeprefix('and ')}?" if earlier and is_act else ""


def _with_thing_of_act(text: str, discourse: Discourse) -> str:
    """Return "who drives the car?" for "who drives?" after "what color is the car?"; or ""."""
    match = _WHO_ACTS.fullmatch(text)
    thing = antecedent(discourse, "it", "who has it") if match is not None else ""
    is_thing = bool(thing) and thing != "video" and (not is_living(thing) or text == "who rides")
    return f"{text} the {thing}?" if is_thing else ""


_WHEN_ACTS = re.compile(
    r"^(?P<start>when (?:does|do|did) (?:it|he|she|they|(?:the|a|an|his|her) [a-z]+(?: [a-z]+)??)) [a-z]+(?: [a-z]+)?[?.! ]*$",
    re.IGNORECASE,
)
_ONE_ACT = re.compile(r"[a-z]+(?: (?:up|down|in|out|off|on|away|back|again))?")
_WHO_ACTS = re.compile(
    r"who (?:drives|rides|plays|steers|owns|holds|carries|pushes|pulls|throws|opens|closes|wears|uses|cleans|fixes|paints|builds|eats|drinks|makes|cuts|cooks)"
)


def _is_act(bare: str) -> bool:
    """Whether a message is a verb in -ing with an object or place: "wearing gloves?", "riding a bike?"; not "riding boots?"."""
    first, *rest = bare.lower().strip(" ?.!,").split() or [""]
    is_alone = len(rest) == 1 and is_plural_noun(rest[0]) and first in _TAKE_OBJECTS
    return is_doing(first) and (is_alone or _DOES_SOMETHING.match(bare) is not None)


_DOES_SOMETHING = re.compile(
    rf"^[a-z]+ing (?:(?:some|any)(?:thing|one|body)\b|(?:{'|'.join(sorted(PREPOSITIONS | DETERMINERS))}) (?!.*\b(?:or|is|are|was|were|does|do|did|what|which|who|where|when|how)\b)[a-z])",
    re.IGNORECASE,
)
# Verbs that begin no name of a thing, unlike "running shoes".
_TAKE_OBJECTS = frozenset(
    "wearing holding carrying chasing throwing pulling pushing kicking catching using watching feeding petting picking selling buying smoking eating".split()
)
