"""Messages without an earlier question about the video: "a dog?", "what about his shoes?"."""

from __future__ import annotations

import re

from vqa.english import (
    COLOURS,
    base_form,
    is_doing,
    is_plural_noun,
    singular_of,
    with_article,
)
from vqa.place_nouns import SCENES
from vqa.questions.normalization.articles import is_countable
from vqa.questions.normalization.auxiliary_order import WEATHER
from vqa.questions.nouns.noun_phrases import (
    identification_question,
    is_property_alone,
    presence_question,
)
from vqa.questions.words.living_nouns import is_living, is_vehicle
from vqa.questions.words.spelling import is_adjective, is_verb

_MAX_DOING_WORDS = 3


def complete_first_message(bare: str, plain: str) -> str:
    """Complete a noun phrase, a verb in -ing or an adjective alone; return `plain` for other texts.

    "a dog?" -> "is there a dog?"; "sunny?" -> "is it sunny?"; "his shoes?" -> "describe his shoes"; "dancing?" -> "is anyone
    dancing?"; "what about that red thing?" -> "what is that red thing?".

    Args:
        bare: the normalized text without discourse markers.
        plain: the normalized text.
    """
    first, *others = bare.lower().strip(" ?.!").split() or [""]
    if is_property_alone(bare):
        return f"is it {bare}"
    if bare.endswith("?") and is_doing(first) and len(others) < _MAX_DOING_WORDS:
        if others[-1:] and others[-1] in SCENES:
            # "Swimming pool?"
            return f"is there a {bare}"
        # "Dancing?", "raining?"
        return f"is {'it' if first in WEATHER else 'anyone'} {bare}"
    match = re.match(
        r"^(?:(?:what|how) about )?(?P<determiner>an?|any|some) (?P<noun>(?!one\b)[a-z-]+(?: (?!ones?\b)[a-z-]+)?)[?.! ]*$",
        bare,
        re.IGNORECASE,
    )
    if match is not None:
        *before, last = match["noun"].lower().split()
        if before and match["determiner"] not in ("any", "some") and is_plural_noun(last):
            # "A priest appears?"
            return f"does {with_article(' '.join(before))} {base_form(last)}?"
        return f"{presence_question(match['noun'].lower())}?"
    part = _WITH_PLACE.match(bare)
    if part is not None and _is_noun(part["noun"].lower(), is_new=bool(part["new"])):
        return f"{presence_question(part['noun'].lower())} {part['tail']}?"
    definite = re.match(
        r"^(?:(?:what|how) about )?(?P<phrase>(?:his|her|its|their) [a-z-]+(?: (?!ones?\b)[a-z-]+)?)[?.! ]*$",
        bare,
        re.IGNORECASE,
    )
    if definite is not None:
        return f"describe {definite['phrase'].lower()}"
    about = re.match(
        r"^(?:what|how) about (?P<phrase>(?:the|that|this|those|these) (?!video\b|other\b|ones?\b|rest\b).+?)[?.! ]*$",
        bare,
        re.IGNORECASE,
    )
    if about is None:
        return plain
    return identification_question(about["phrase"]) or f"describe {about['phrase'].lower()}"


# "Woman in blue?", "red car in the back"
_WITH_PLACE = re.compile(
    r"^(?!.*\b(?:is|are|was|were|does|do|did|has|have)\b)(?P<new>(?:an?|any|some) )?(?P<noun>(?!(?:any|some)(?:one|body|thing)\b)[a-z-]+(?: [a-z-]+)?) (?P<tail>(?:in|with|on|behind|next to|near|under|at) (?!it\b|there\b|here\b|that\b|the (?:video|clip|end|beginning|start|middle)\b)[a-z' -]+?)[?.! ]*$",
    re.IGNORECASE,
)


def _is_noun(phrase: str, *, is_new: bool) -> bool:
    """Whether a phrase is a noun, with an adjective or without: "posters", "red car", but not "look".

    Without "a" or "some" before it, it is a plural or a noun for a person, an animal or a vehicle.
    """
    *others, last = phrase.split()
    noun = singular_of(last)
    is_many = noun != last and not is_verb(noun) and is_countable(noun)
    names_thing = is_new or is_many or is_living(noun) or is_vehicle(noun)
    return names_thing and all(word in COLOURS or is_adjective(word) for word in others)


def lacks_antecedent(plain: str) -> bool:
    """Whether a question cannot open a conversation: "what color is it?", "which one?".

    Decided by the wording alone; whether there is an earlier turn is not checked. False for "where
    is it?", which asks for the place that the video shows.

    Args:
        plain: the normalized question without discourse markers.
    """
    return _NEEDS_EARLIER.match(plain) is not None


# Questions that need an earlier turn: "what color is it?", "the other one?", "which one?", "since when?".
_NEEDS_EARLIER = re.compile(
    r"^where (?:is|are|was|were) (?:it|they|that) (?:again|exactly)[?.! ]*$|"
    r"^(?:what colou?r|how (?:big|tall|heavy|old|fast|far)|how many|which|when) (?:is|are|was|were|do|does|did) (?:it|they|them|that one|this one|the other one|the others?)(?: (?:now|then|again|exactly|at|go|come|appear))?[?.! ]*$|"
    r"^(?:what about |how about )?(?:the (?:other|first|second|third|last|left|right) ones?|that one|this one|the ones? (?:on|in|at|with|behind|near) [a-z ]+)[?.! ]*$|"
    r"^(?:which ones?|since when|how many times|the (?:whole|entire) time|all of them|both of them|how many of them|the same|and then|then what)[?.! ]*$",
    re.IGNORECASE,
)
