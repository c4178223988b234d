"""Ellipsis resolution: complete "and the toy?", "where?" or "at 0:20?" by the latest question.

The follow-up classifier gives the probability of each operation on the latest question, such as
another noun or another time; `_RESOLVERS` has the function of each operation.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from dataclasses import replace

from vqa.english import BODY_PART, COLOURS, NUMBERS, PREPOSITIONS, plural_of
from vqa.questions.conversation.antecedents import AntecedentKind, antecedent
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.follow_ups.additions import (
    between_options,
    is_place_of_several,
    is_quantified_noun,
    is_quantifier,
    phrase_or_clause,
    with_detail,
    with_other_verb,
    with_several_places,
)
from vqa.questions.follow_ups.contrasts import same_as, with_chosen_thing
from vqa.questions.follow_ups.next_events import (
    before_or_after,
    resolve_next,
    resolve_then_what,
    with_other_act,
)
from vqa.questions.follow_ups.noun_fragments import repeat_for_noun, resolve_noun_phrase
from vqa.questions.follow_ups.noun_questions import (
    resolve_material,
    resolve_property,
    resolve_what_is_it,
)
from vqa.questions.follow_ups.other_places import place_of_noun, with_other_place
from vqa.questions.follow_ups.other_subjects import with_other_subject
from vqa.questions.follow_ups.owners import (
    OWNER,
    resolve_part_of_subject,
    with_other_owner,
    with_part,
)
from vqa.questions.follow_ups.question_phrases import resolve_phrase
from vqa.questions.follow_ups.selections import (
    repeat_denied,
    resolve_others,
    resolve_partitive,
    resolve_recount,
    resolve_which,
    resolve_which_things,
)
from vqa.questions.follow_ups.time_fragments import (
    EMPTY_TIME_WORDS,
    asks_after_time,
    resolve_occurrence,
    resolve_shot,
    resolve_time,
)
from vqa.questions.follow_ups.verb_ellipsis import resolve_verb
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.noun_phrases import (
    identification_question,
    offered_properties,
)
from vqa.questions.nouns.number_questions import is_number_alone, states_number
from vqa.questions.sentences.clauses import (
    is_complete,
    latest_clause,
)
from vqa.questions.words.living_nouns import is_person
from vqa.text_words import is_first_person
from vqa.types import TimeRange

# Operations with a lower probability are not tried.
_MIN_PROBABILITY = 0.12
_MIN_CORRECTION_PROBABILITY = 0.5
_WITHOUT_QUESTION_WORD = frozenset({"detail", "verb", "options"})
_NOUN_PHRASE = re.compile(
    r"^(?:the|his|her|its|their) [a-z-]+(?: [a-z-]+)? (?:of|in|on|with|behind|next to|near|at) (?:the|his|her|its|their|an?) [a-z-]+(?: [a-z-]+)?(?: in [a-z-]+)?[?.! ]*$",
    re.IGNORECASE,
)
_ABOUT = re.compile(r"^(?:what|how) about \w+", re.IGNORECASE)  # "what about the cat?"
# Messages with a question word or in the first person, which complete no clause about the video.
_NO_FRAGMENT = re.compile(
    r"^(?:(?:what|which|who|whose|where|when|why|how)\b(?! about\b)|.*\bi (?!me?ant?\b))",
    re.IGNORECASE,
)


def resolve_ellipsis(
    bare: str, discourse: Discourse, operations: Mapping[str, float]
) -> Resolution | None:
    """Complete a fragment by the latest question, "and the toy?" -> "what color is the toy?".

    None if `bare` is a complete question, and if nothing completes it. Rules for shots, times,
    "of them", "which" and pronouns come first, then the operations in order of probability, down to
    0.12; `correct` needs 0.5.

    Args:
        bare: the normalized text, without a leading "and" or a trailing "then".
        discourse: state of the earlier turns, with at least one question about the video.
        operations: probability of each operation, in descending order; see
            `vqa.questions.classifiers.follow_up_classifier`.
    """
    for rule in (
        resolve_shot,
        resolve_occurrence,
        resolve_time,
        resolve_partitive,
        resolve_which,
        resolve_which_things,
        resolve_property,
        resolve_material,
        resolve_then_what,
        same_as,
        with_chosen_thing,
        resolve_recount,
        place_of_noun,
        with_part,
        with_other_subject,
        with_other_act,
        phrase_or_clause,
        resolve_others,
        repeat_denied,
        _resolve_pronoun,
        resolve_part_of_subject,
        _resolve_question_word,
    ):
        resolution = rule(bare, discourse)
        if resolution is not None:
            return resolution
    for operation, probability in operations.items():
        if operation == "self" and _NOUN_PHRASE.match(bare):
            # "The shoes of the man in red?" lacks a verb.
            continue
        if operation == "self" or probability < _MIN_PROBABILITY:
            return None
        if operation != "correct" and is_complete(bare):
            continue
        if operation in _WITHOUT_QUESTION_WORD and _NO_FRAGMENT.match(bare):
            continue
        if operation == "phrase" and (_ABOUT.match(bare) or asks_after_time(bare)):
            continue
        if operation == "correct" and probability < _MIN_CORRECTION_PROBABILITY:
            continue
        resolution = _RESOLVERS[operation](bare, discourse)
        if resolution is not None:
            return resolution
    return None


def _resolve_vague_time(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a fragment for a vague time: "earlier?", "later?", "before the jump?".

    - "Earlier?" repeats the latest question for the first half of the video, "later?" for the
      second. After a question about an order or a moment, or a request for a description, they ask
      for the previous or the next event; see `resolve_next`.
    - "before the jump?" -> "what happens before the jump?"

    None for a message with any other word.
    """
    question = discourse.question
    assert question is not None
    if set(bare.lower().strip(" ?.!,").split()) - EMPTY_TIME_WORDS - _VAGUE_TIME_WORDS:
        # "Which cup at the end?" and "the dark bit in the middle" ask for more than another time.
        return before_or_after(bare)
    if question.intent in ("describe", "order", "when", "find_moment"):
        return resolve_next(bare, discourse)
    is_early = bool(set(bare.lower().strip(" ?.!").split()) & _EARLY)
    return Resolution(
        text=base_wording(question),
        is_changed=True,
        time_range=_FIRST_HALF if is_early else _SECOND_HALF,
    )


_VAGUE_TIME_WORDS = frozenset(
    "before earlier later previously after afterwards next still again at in on the a of very end ends ending beginning start middle half right just shortly "
    "first second last part bit little while that this it video clip ever by from until till towards toward is was it's finally eventually soon".split()
)
_EARLY = frozenset("before earlier previously first beginning start".split())


_FIRST_HALF = TimeRange(start=0.0, end=0.5, is_fraction=True)
_SECOND_HALF = TimeRange(start=0.5, end=1.0, is_fraction=True)


def _resolve_correction(bare: str, discourse: Discourse) -> Resolution | None:
    """Return the text unchanged, with the intent `correction`, as it contradicts the answer."""
    return Resolution(text=bare, intent="correction")


_PERSON_OF = {
    "him": "man",
    "he": "man",
    "her": "woman",
    "she": "woman",
    "them": "people",
    "they": "people",
}


_KIND_OF: dict[str, AntecedentKind] = {"man": "he", "woman": "she", "people": "them"}


def _resolve_pronoun(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the latest question for the antecedent of a pronoun: "and her?", "what about them?".

    After "what is the man wearing?", "her?" -> "what is the woman wearing?". The antecedent is an
    earlier noun other than the question's own, else "man", "woman" or "people". With a place,
    "them in the back", it may be the question's own. None for a text of other words.
    """
    question = discourse.question
    text = bare.lower().strip(" ?.!").removeprefix("what about ").removeprefix("how about ")
    pronoun, _, place = text.partition(" ")
    is_at_place = place.partition(" ")[0] in PREPOSITIONS and not is_complete(bare)
    if pronoun not in _PERSON_OF or question is None or (place and not is_at_place):
        return None
    person = _PERSON_OF[pronoun]
    kind = _KIND_OF[person]
    if place:
        noun = antecedent(discourse, kind, pronoun) or person
        name = plural_of(noun) if kind == "them" else noun
        return resolve_noun_phrase(f"the {name} {place}", discourse)
    current = question.subject or question.target
    others = [noun for noun in discourse.nouns if noun != current]
    noun = antecedent(replace(discourse, nouns=others), kind, bare)
    if not noun or (kind != "them" and (noun == "person" or not is_person(noun))):
        noun = person
    owner = OWNER.search(base_wording(question))
    if owner is not None and not nouns_of(base_wording(question)[: owner.start()]):
        # "Is her dress red?", "and him?"
        ending = "'" if kind == "them" and plural_of(noun).endswith("s") else "'s"
        owners = plural_of(noun) if kind == "them" else noun
        return with_other_owner(f"the {owners}{ending}", question)
    subject = _PERSONS.search(base_wording(question))
    if subject is not None and kind != "them":
        # "Is she wearing a hat?", "what about him?"
        text = _PERSONS.sub(f"the {noun}", base_wording(question), count=1)
        return Resolution(text=text, is_changed=True)
    return repeat_for_noun(noun, "the", question, discourse)


_PERSONS = re.compile(r"\b(?:he|she)\b", re.IGNORECASE)
_WORDS_ALONE = frozenset({"where", "when", "who", "how many", "color", "what color", "what colour"})
# "Where in the picture?", "cooking what exactly?"
_WHERE_OR_WHAT = re.compile(
    r"^(?:where(?: exactly)? (?:in|on|at) (?:the )?[a-z]+|[a-z]+ing (?:[a-z]+ )?(?:what|who|whom|where)(?: exactly)?)$"
)
# "A man comes in.", "carrying?"
_LACKS_OBJECT = frozenset("doing wearing carrying holding saying".split())
_WHY = frozenset({"why", "why not", "but why", "how come", "what for"})
_SHADE_OPTIONS = re.compile(r"(?:light|dark|bright|pale) or (?:light|dark|bright|pale)")
# "Not because of the car?", "is it because he is tired?"
_BECAUSE = re.compile(
    r"^(?:(?:not|just|only|maybe|is it|is that|was it) )*(?:because|cause|cuz|cos|due to) (?P<reason>.+)$",
    re.IGNORECASE,
)
# After these, "why?" asks for the reason of an event, not of the answer.
_EVENTS = frozenset({"action", "verify", "choice", "order"})
# "In which second does it happen?"
_HAPPENS_WHEN = re.compile(
    r"^(?:when|(?:at|in) (?:what|which) (?:second|time|moment|minute|point)|which second),? (?:(?:does|did|do) )?(?:it|this|that) happens?\b",
    re.IGNORECASE,
)
_GUESS = re.compile(
    r"^(?:(?:just|only|at least|please|maybe|even|then)[ ,]+)*(?:(?:can you |could you )?(?:make|take|have|give me) )?(?:(?:a|your|an?) )?(?:(?:best|rough|wild|quick) )*(?:guess|estimate)(?: it)?[?.! ]*$",
    re.IGNORECASE,
)
# "Twice, no?"
_TIMES = re.compile(
    rf"^(?:only |just )?(?:once|twice|thrice|(?:\d+|{'|'.join(NUMBERS)}|several|many) times)\b[^a-z]*(?:no|right|or more)?[?.! ]*$",
    re.IGNORECASE,
)
_WEATHER = re.compile(r"(?:sunny|cloudy|foggy|windy|rainy|snowy|overcast|indoor|outdoor)\b")
_WHAT_IS_IT = re.compile(
    r"^(?:what|who) (?:is|are|was|were) (?:it|that|this|they)[?.! ]*$", re.IGNORECASE
)
# Fragments that ask for more about the answer, or for its reason.
_OF_ANSWER = dict.fromkeys(
    ("so", "what about it", "what about that", "how about it"), "elaborate"
) | {"how so": "explain"}
_THE_OTHER = frozenset({"the other", "the other one", "the other ones"})
# "And on his arm?"
_ON_BODY = re.compile(
    rf"^(?:on|in|around) (?:his|her|their|its) {BODY_PART}[?.! ]*$", re.IGNORECASE
)
_ASKS_LAST = re.compile(r", (?:what|who|which|where|when|why|how)[?.! ]*$", re.IGNORECASE)


def _resolve_question_word(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete fragments that their words identify, such as "when?", "twice?", "on his arm?".

    Also "why?", "both hands?", "none of them?", "the dog, when?", and "what is it?" after "is
    there something?". "Why?" and "twice?" are returned unchanged with an intent: `reason` after a
    question about an event, else `explain`; `frequency`. None for other messages.
    """
    question = discourse.question
    assert question is not None
    text = bare.lower().strip(" ?.!")
    if text in _WORDS_ALONE or _WHERE_OR_WHAT.match(text):
        return resolve_phrase(bare, discourse)
    act = resolve_verb(bare, discourse)
    if act is not None:
        return act
    if text in _LACKS_OBJECT:
        return resolve_phrase(f"{text} what", discourse)
    if _GUESS.match(bare) and is_first_person(discourse.answer):
        # "Just a guess then", after a refusal
        return Resolution(text=base_wording(question), is_changed=True, intent=question.intent)
    if _HAPPENS_WHEN.match(bare):
        return resolve_phrase("when", discourse)
    is_frequency = question.intent == "frequency" and is_number_alone(bare)
    if _TIMES.match(bare) or is_frequency:
        return Resolution(text=bare, intent="frequency")
    if text in _OF_ANSWER:
        return Resolution(text=bare, intent=_OF_ANSWER[text])
    color = discourse.answer.lower().strip(" .")
    shades = _SHADE_OPTIONS.fullmatch(text) if color in COLOURS else None
    # "Light or dark?" after "red"
    properties = offered_properties(f"{text} {color}" if shades is not None else bare)
    if properties:
        # "Windy?" after "sunny or cloudy?" has no noun.
        of_weather = Resolution(text=f"is it {properties}?", is_changed=True)
        is_of_weather = _WEATHER.match(properties) is not None
        of_thing = None if is_of_weather else with_other_verb(properties, discourse)
        return of_thing or of_weather
    if is_number_alone(bare) or is_quantified_noun(bare) or is_quantifier(bare):
        # "I think it's two", as was answered
        repeats = states_number(bare, discourse.answer)
        return None if repeats else with_detail(bare, discourse)
    if _ON_BODY.match(bare):
        return with_other_place(bare, discourse)
    if is_place_of_several(bare):
        return with_several_places(bare, discourse)
    return _resolve_name_or_reason(bare, discourse)


def _resolve_name_or_reason(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "that thing on the wall?", "the other one?", "why?" and "what is it?"; or None."""
    question, text = discourse.question, bare.lower().strip(" ?.!")
    assert question is not None
    lacks_name = bool(identification_question(bare)) and not is_complete(bare)
    if lacks_name or _ABOUT.match(bare) or text in _THE_OTHER:
        return resolve_noun_phrase(bare, discourse)
    if text in _WHY or text == f"why {discourse.answer.lower().strip(' .')}":
        is_of_event = question.intent in _EVENTS or text in ("why not", "what for")
        return Resolution(text=bare, intent="reason" if is_of_event else "explain")
    because = _BECAUSE.match(bare)
    clause = latest_clause(discourse) if because is not None else None
    if because is not None and clause is not None:
        text = f"{clause} because {because['reason'].strip(' ?.!')}?"
        return Resolution(text=text, is_changed=True, intent="verify")
    if _ASKS_LAST.search(bare):
        return resolve_noun_phrase(bare, discourse)
    return resolve_what_is_it(bare, discourse) if _WHAT_IS_IT.match(bare) else None


_RESOLVERS: dict[str, Callable[[str, Discourse], Resolution | None]] = {
    "noun": resolve_noun_phrase,
    "phrase": resolve_phrase,
    "detail": with_detail,
    "verb": with_other_verb,
    "time": _resolve_vague_time,
    "place": with_other_place,
    "options": between_options,
    "next": resolve_next,
    "correct": _resolve_correction,
}
