"""Questions that select from things named before: "how many are red?", "which is bigger?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import (
    COLOURS,
    NUMBERS,
    PREPOSITIONS,
    STOP_WORDS,
    has_determiner,
    is_doing,
    is_plural_noun,
    plural_of,
    singular_of,
    with_article_if_countable,
)
from vqa.questions.conversation.answer_nouns import answer_noun
from vqa.questions.conversation.antecedents import antecedent, with_the
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.nouns.pronouns import acts_as_person, is_of_person, only_living_do
from vqa.questions.sentences.options import options_of
from vqa.questions.words.living_nouns import is_living, is_person, is_vehicle
from vqa.questions.words.spelling import is_property
from vqa.text_words import is_denial

_PARTITIVE = re.compile(
    r"^(?P<before>.*\b(?:(?<!front )(?<!top )of|besides|except|without)) (?P<pronoun>them|those|these)\b"
    rf"(?P<number> (?:{'|'.join(NUMBERS)})\b)?(?P<after>.*)$",
    re.IGNORECASE,
)
# "Which is gone?", unlike "which is bigger?", which compares what was named.
_WHICH_IS = re.compile(
    r"^which (?P<after>(?:is|are|was|were|has|have|does|do|gets?) (?!it\b|this\b|that\b|the\b|more\b|less\b|better\b|[a-z]+(?:er|est)\b).+)$",
    re.IGNORECASE,
)
_COUNT_ALONE = re.compile(
    r"^how many (?P<after>(?:are|were|is|was|do|did|have|has|can|will|wear|hold|carry|sit|stand|walk|run|play|dance|smile|laugh|"
    r"jump|swim|ride|drive|talk|sing|look) (?!there[?.! ]*$|there (?:in total|altogether)|you\b|we\b|i\b|the\b).+)$",
    re.IGNORECASE,
)
# "How many on a leash?", "how many wearing hats?"
_COUNT_OF_PART = re.compile(
    r"^how many (?P<first>(?!of\b|between\b|than\b|times\b)[a-z]+) .+$", re.IGNORECASE
)


def resolve_partitive(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "how many are red?" by the latest noun, in the plural: "how many cars are red?".

    "How many with hats?" -> "how many people are there with hats?". "Which of those two is red?" -> "which of the two cars is red?". A noun that was named in the
    plural takes precedence; "which of them is smiling?" takes one for persons or animals, and
    "which is red?" only a plural one, "which one of the cars is red?". None for other texts, and if
    no such noun was mentioned. For the arguments see `vqa.questions.follow_ups.ellipsis.resolve_ellipsis`.
    """
    whole = _with_rest_of_count(bare, discourse)
    if whole:
        return Resolution(text=whole, is_changed=True)
    count = _count_with_noun(bare, discourse)
    if count:
        return Resolution(text=count, is_changed=True)
    both = _with_noun_after_quantifier(bare, discourse)
    if both:
        return Resolution(text=both, is_changed=True)
    by_look = _which_by_look(bare, discourse)
    if by_look:
        return Resolution(text=by_look, is_changed=True)
    which = _WHICH_IS.match(bare)
    many = antecedent(discourse, "many", bare) if which is not None else ""
    if which is not None and many in discourse.plural:
        return Resolution(
            text=f"which one of the {plural_of(many)} {which['after']}", is_changed=True
        )
    match = _PARTITIVE.match(bare)
    if match is None or not match["after"].strip(" ?.!"):
        return None
    group = _GROUP.search(match["before"])
    if group is not None and is_plural_noun(group["noun"]):
        # "Are both dogs running or is one of them standing still?"
        return None
    noun = antecedent(discourse, "many", bare)
    after = match["after"].lower().split()
    if match["pronoun"].lower() != "them" and _begins_with_plural(after):
        # "How many of those jumps", "one of those nice blue days" name what they mean.
        return None
    if {"have", "has", "wear", "wearing"} & set(after):
        # "Do all of them have tails?", "does one of them have a collar?"
        noun = discourse.owners.get(noun, noun)
    has_person = any(is_person(singular_of(word)) for word in after)
    # "Is one of them a puppy?"
    has_person = has_person or (after[0] in ("a", "an") and is_living(after[-1].strip("?.!")))
    # "Are some of them outside?" is not about the shirt that somebody wears.
    acts = (any(map(is_doing, after)) or is_of_person(noun or "-")) and noun not in discourse.plural
    if (
        has_person
        or acts
        or acts_as_person(bare)
        or any(only_living_do(word.strip("?.!,")) for word in after)
    ):
        # "Is either of them smiling?" asks about people or animals.
        noun = antecedent(discourse, "living", bare)
    if not noun:
        return None
    return Resolution(
        text=f"{match['before']} the{match['number'] or ''} {plural_of(noun)}{match['after']}",
        is_changed=True,
    )


def _count_with_noun(bare: str, discourse: Discourse) -> str:
    """Complete "how many are red?" to "how many cars are red?", and "how many with hats?"; "" for other texts."""
    alone = _COUNT_ALONE.match(bare)
    part = _COUNT_OF_PART.match(bare) if alone is None else None
    first = part["first"].lower() if part is not None else ""
    asks_part = part is not None and (is_doing(first) or first in PREPOSITIONS)
    noun = antecedent(discourse, "living" if only_living_do(first) else "many", bare)
    if not noun or (alone is None and not asks_part):
        return ""
    rest = alone["after"] if alone is not None else f"are there {bare.split(' ', 2)[2]}"
    place = _FINAL_PRONOUN.search(rest)
    acts = any(map(is_doing, rest.lower().split()))
    if place is not None and (acts or is_vehicle(noun) or is_living(noun)):
        # "How many are sitting in it?" after "is there a bus?"
        return f"how many people {rest[: place.start()]}{with_the(noun, discourse)}"
    return f"how many {plural_of(noun)} {rest}"


_OF_SUBJECT = r"(?P<aux>do|does|did|is|are|was|were|has|have) (?P<subject>(?:the|his|her|its|their|this|that|these|those) [a-z]+(?: [a-z]+)?|he|she|they|it)"
_COUNT_OF = re.compile(rf"^how many {_OF_SUBJECT}[?.! ]*$", re.IGNORECASE)
_WHOLE_COUNT = re.compile(
    rf"^how many (?P<noun>[a-z]+) {_OF_SUBJECT} (?P<rest>[a-z]+.*)$", re.IGNORECASE
)


_FINAL_PRONOUN = re.compile(r"\b(?:it|them|him|her)\b[?.! ]*$", re.IGNORECASE)


def _with_rest_of_count(bare: str, discourse: Discourse) -> str:
    """Complete "how many do the dogs?" after "how many seconds does the cat get?"; "" for other texts.

    The result is "how many seconds do the dogs get?".
    """
    assert discourse.question is not None
    match = _COUNT_OF.match(bare)
    whole = _WHOLE_COUNT.match(base_wording(discourse.question)) if match is not None else None
    if match is None or whole is None:
        return ""
    return f"how many {whole['noun']} {match['aux']} {match['subject']} {whole['rest']}"


def _which_by_look(bare: str, discourse: Discourse) -> str:
    """Ask where the one of a color is: "which one is red?" -> "is the red car on the left or ...?".

    Its color would be no answer. "" for other texts and without an earlier noun.
    """
    words = bare.lower().strip(" ?.!").split()
    start = next((n for n in range(2, len(words)) if words[n - 1] in ("is", "wears", "has")), 0)
    look = words[start:]
    is_which = words[:1] in (["which"], ["who"]) and start and "or" not in words
    if not is_which or not look or look[-1] not in COLOURS or len(look) > _MAX_LOOK_WORDS:
        return ""
    if look[0] in ("in", "wearing") or words[start - 1] == "wears":
        noun = antecedent(discourse, "living", bare)
        return f"is the {'person' if noun in ('', 'people') else noun} in {look[-1]} {_SIDES}"
    noun = antecedent(discourse, "many", bare)
    is_alone = len(look) == 1 and bool(noun)
    return f"is the {look[0]} {singular_of(noun)} {_SIDES}" if is_alone else ""


_MAX_LOOK_WORDS = 2
_SIDES = "on the left or on the right?"


def _with_noun_after_quantifier(bare: str, discourse: Discourse) -> str:
    """Complete "are both brown?" to "are both dogs brown?"; "" for other texts."""
    verb, quantifier, *rest = (*bare.split(), "", "")
    follows = " ".join(rest).strip(" ?.!,")
    first = follows.partition(" ")[0]
    is_alone = verb.lower() in ("are", "were", "do", "did") and quantifier.lower() in (
        "both",
        "all",
    )
    if not (is_alone and follows) or has_determiner(first) or first in ("the", "of", "you", "we"):
        return ""
    # "Do both have hats?" after "what is the other boy wearing?"
    living = next(filter(is_living, reversed(discourse.nouns)), "") if verb.lower() == "do" else ""
    noun = living or antecedent(discourse, "many", bare)
    if not noun or _begins_with_plural(follows.split()):
        return ""
    return f"{verb} {quantifier} {plural_of(noun)} {follows}?"


_GROUP = re.compile(
    r"\b(?:both|all|the|these|those|two|three|his|her|their) (?P<noun>[a-z]+)\b.* or ",
    re.IGNORECASE,
)


def _begins_with_plural(words: Sequence[str]) -> bool:
    """Whether up to two modifiers and a plural noun begin a phrase: "nice blue days"."""
    nouns = [word.strip("?.!,") for word in words[:_MAX_PHRASE_WORDS]]
    if nouns and nouns[0] in ("have", "wear", "hold", "carry", "look"):
        # "Do both have hats?"
        return False
    end = next((n for n, word in enumerate(nouns) if is_plural_noun(word)), None)
    return end is not None and not set(nouns[:end]) & (STOP_WORDS | set(NUMBERS))


_MAX_PHRASE_WORDS = 3


_WHICH_IS_MORE = re.compile(
    r"^(?:which|who)(?: one)? (?:is|was|are|were|leaves|comes|goes|has|appears|starts|moves|runs|looks|stays) [^?]*$|^which one(?: (?:first|last))?$",
    re.IGNORECASE,
)


def resolve_which(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "which is bigger?" by the latest options: "which is bigger, the car or the bike?".

    None for other texts, and if the latest question offered fewer than two options. For the
    arguments see `vqa.questions.follow_ups.ellipsis.resolve_ellipsis`.
    """
    question = discourse.question
    assert question is not None
    text = bare.strip(" ?.!")
    options_before = question.options or options_of(question.resolved) or ()
    if len(options_before) < _MIN_OPTIONS or not _COMPARATIVE.search(text):
        return None
    names_other = re.search(r"\b(?:or|of|after|before|in|at)\b", text, re.IGNORECASE)
    if _WHICH_IS_MORE.match(text) is None or names_other:
        return None
    # "Which comes first?" after "does he stand straight or bend?" compares no things.
    article = "the " if question.options_are_things or not question.options else ""
    options = " or ".join(f"{article}{option}" for option in options_before)
    return Resolution(text=f"{text}, {options}?", is_changed=True)


def resolve_which_things(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "which vegetables?" after "what happens next?" to "which vegetables are there?".

    None for other texts and after a question that asks for no description or event.
    """
    assert discourse.question is not None
    is_after_event = discourse.question.intent in ("describe", "order")
    if not is_after_event or _WHICH_THINGS.match(bare) is None:
        return None
    return Resolution(text=f"{bare.strip(' ?.!')} are there?", is_changed=True)


_WHICH_THINGS = re.compile(
    r"^(?:which|what) (?!is\b|was\b|does\b)[a-z-]+(?<!s)s[?.! ]*$", re.IGNORECASE
)
_COMPARATIVE = re.compile(
    r"\b(?:[a-z]{2,}(?:er|est)|more|most|less|least|first|last)\b", re.IGNORECASE
)
_MIN_OPTIONS = 2


def resolve_recount(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "count them again" by the latest question for a number; None for other messages.

    Without such a question, the latest plural noun, else the latest noun, is counted.
    """
    if not _COUNT_AGAIN.match(bare):
        return None
    count, noun = discourse.count, antecedent(discourse, "many", bare)
    if count is not None:
        return Resolution(text=base_wording(count), is_changed=True, intent=count.intent)
    text = f"how many {plural_of(noun)} are there?"
    return Resolution(text=text, is_changed=True) if noun else None


def resolve_others(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "any others?" and "are there more?" to "are there any other dogs?"; or None."""
    question = discourse.question
    assert question is not None
    match = _ANY_OTHERS.match(bare)
    noun = question.target or question.subject or antecedent(discourse, "many", bare)
    if match is None or not noun or question.intent not in _OF_THINGS:
        return None
    text = f"are there any other {plural_of(singular_of(noun))}?"
    return Resolution(text=text, is_changed=True)


_OF_THINGS = frozenset("presence count color location identify verify describe_part".split())
_ANY_OTHERS = re.compile(
    r"^(?:(?:are there|do you see|can you see) (?:any )?|any )(?:others?|more)(?: ones?)?[?.! ]*$",
    re.IGNORECASE,
)


def repeat_denied(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the latest question for "none at all?" and "not any?" after the answer "no"; or None."""
    question = discourse.question
    assert question is not None
    is_denied = question.intent in ("presence", "count") and is_denial(discourse.answer)
    if not is_denied or _NONE.match(bare) is None:
        return None
    return Resolution(text=base_wording(question), is_changed=True)


_NONE = re.compile(
    r"^(?:(?:really |absolutely |so )?(?:none|not any|no one|nobody|nothing)|not (?:even )?(?:a single )?(?:one|any)|(?:are|is) there any single .+|is there any)(?: at all| whatsoever)?[?.! ]*$",
    re.IGNORECASE,
)


_COUNT_AGAIN = re.compile(
    r"^(?:.*[,.;!] )?(?:(?:can|could|will|would) you )?(?:re-?count|count)(?: (?:it|them|those|these|that))?(?: (?:again|once more|for me|properly|correctly))*[?.! ]*$",
    re.IGNORECASE,
)


def other_option(bare: str, discourse: Discourse) -> str:
    """Return "is this outside?" for "both?" after "is this inside or outside?", "inside"; or ""."""
    question = discourse.question
    assert question is not None
    options = question.options if question.answer_kind == "choice" else ()
    others = [option for option in options if option != discourse.answer.lower().strip(" .")]
    if bare.lower().strip(" ?.!,") not in ("both", "neither", "not both") or len(others) != 1:
        return ""
    first, second = map(re.escape, options)
    pair = rf"\b{first}\b.*?\bor (.*?{second})"
    match = re.search(pair, base_wording(question), re.IGNORECASE)
    if match is None:
        return ""
    other = match[1] if others[0] == options[1] else options[0]
    return f"{match.string[: match.start()]}{other}?"


def name_with_detail(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "the whole time?" after "what room is this?", "kitchen": "is it a kitchen ...?".

    None for another fragment, and after an answer that names nothing.
    """
    question = discourse.question
    assert question is not None
    name = answer_noun(discourse.answer, question.intent) if question.intent == "identify" else ""
    detail = bare.strip(" ?.!,").lower()
    is_weather = "weather" in base_wording(question) and is_property(discourse.answer.lower())
    if not (name or is_weather) or not (detail in _ALL_TIME or _WHOLE & set(detail.split())):
        return None
    state = discourse.answer.lower() if is_weather else with_article_if_countable(name)
    return Resolution(text=f"is it {state} {detail}?", is_changed=True)


_WHOLE = frozenset({"whole", "entire", "full", "all"})
_ALL_TIME = frozenset(
    {"always", "throughout", "all along", "from start to end", "from beginning to end"}
)
