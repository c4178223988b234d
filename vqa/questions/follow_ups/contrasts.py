"""Ellipsis resolution of fragments that select one of several things: "the right one?"."""

from __future__ import annotations

import re
from dataclasses import replace

from vqa.english import COLOURS, NUMBERS, ORDINALS, is_plural, plural_of, singular_of
from vqa.questions.conversation.answer_nouns import answer_noun
from vqa.questions.conversation.antecedents import antecedent, with_be
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.follow_ups.noun_replacement import replace_noun
from vqa.questions.normalization.agreement import agree_verb
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.nouns.name_questions import kind_of_thing
from vqa.questions.sentences.clauses import latest_clause
from vqa.questions.sentences.option_rules import CONTRAST_WORDS, CONTRASTS
from vqa.questions.words.spelling import is_property
from vqa.types import Question

# Color words that select one of several things: "the brown one".
SELECTING_COLORS = COLOURS | frozenset("blond blonde ginger dark light and".split())


def next_in_order(word: str, question: Question) -> Resolution | None:
    """Return a question about an order with another ordinal at its end.

    "next" after "which fruit comes first?" -> "which fruit comes next?"; the intent is `order`.
    None unless the question ends with "first", "next" or "last", and `word` is a different one of
    "first", "second", "third", "next" and "last".

    Args:
        word: the ordinal, in lower case.
        question: the latest question about the video.
    """
    # `base_wording` takes "first" for a time.
    earlier = normalized_wording(question.resolved)
    text = _ORDER_ADVERB.sub(word, earlier)
    if word not in _ORDER_WORDS or text == earlier:
        return None
    return Resolution(text=text, is_changed=True, intent="order")


_ORDER_WORDS = frozenset("first second third next last".split())
_ORDER_ADVERB = re.compile(r"\b(?:first|next|last)(?=[?.! ]*$)", re.IGNORECASE)


def other_of_two(core: str, question: Question, discourse: Discourse) -> Resolution | None:
    """Complete "the other one?" by the opposite of left, front, top or first, or the other option.

    - after "who is on the left?" -> "who is on the right?"
    - after "which dog is bigger, the black or the brown one?", "black" -> "what is the brown dog
      doing?"
    - after "which of the dogs is bigger?" -> "describe the other dog"

    None if the latest question has neither one such word nor two options with a common noun.

    Args:
        core: the noun phrase without determiner, in lower case; any but "other one" and, for the
            opposites, "other" gives None.
        question: the latest question about the video.
        discourse: state of the earlier turns.
    """
    words = set(base_wording(question).lower().strip(" ?.!").split())
    for pair in _PAIRS:
        if core in ("other one", "other") and len(words & set(pair)) == 1:
            # "Who is on the left?", "and the other one?"
            return with_other_contrast(pair[pair[0] in words], discourse)
    answer = discourse.answer.lower().strip(" .")
    others = [option for option in question.options if option != answer]
    is_which = base_wording(question).lower().startswith(("which ", "what "))
    noun = question.subject or (question.options_are_things and answer)
    if core != "other one" or not is_which or not noun:
        return None
    if not others and question.intent in ("identify", "compare"):
        # "Which of the men has a hat?", "and the other one?"
        return Resolution(text=f"describe the other {noun}", is_changed=True)
    if len(others) != 1:
        return None
    is_named = not question.subject or others[0].split()[-1] == noun.split()[-1]
    other = others[0] if is_named else f"{others[0]} {noun}"
    return Resolution(text=f"what is the {other} doing?", is_changed=True)


def same_as(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "same as the shorts?" to a comparison with the thing of the latest question.

    After "what color is his shirt?" -> "is his shirt the same color as the shorts?"; the intent is
    `verify`. "All the same size?" after "are there boats?" asks whether the boats are. None for messages of another form, and if the latest question names no thing.

    Args:
        bare: the normalized fragment, without a leading "and" or a trailing "then".
        discourse: state of the earlier turns, with a latest question.
    """
    question = discourse.question
    assert question is not None
    of_all = _OF_ALL.match(bare)
    many = antecedent(discourse, "many", bare) if of_all is not None else ""
    if of_all is not None and many in discourse.plural:
        state = of_all["state"] or f"the {of_all['same']}"
        return Resolution(text=f"are the {plural_of(many)} all {state}?", is_changed=True)
    match = _SAME_AS.match(bare)
    thing = question.form.subject_phrase or question.subject
    if match is None or not thing:
        return None
    be = "are" if question.form.is_plural or is_plural(thing) else "is"
    kind = match["kind"] or ("color" if question.intent == "color" else "")
    same = f"same {kind}".strip()
    text = f"{be} {thing} the {same} as {match['other']}?"
    return Resolution(text=text, is_changed=True, intent="verify")


_SAME_AS = re.compile(
    r"^(?:(?:is|are) (?:it|that|they) )?(?:the )?same(?: one| (?P<kind>colou?r|kind))? (?:as|like) (?P<other>(?!before\b|it\b|that\b).+?)[?.! ]*$",
    re.IGNORECASE,
)
# "Same size?", "all in uniform?"
_OF_ALL = re.compile(
    r"^(?:are (?:they )?)?(?:all (?P<state>(?:in|on|with) .+?)|(?:all )?(?:of )?(?:the )?(?P<same>same (?:colou?r|size|kind|type|sort|shape|height|length|age|breed|model|brand|style)))[?.! ]*$",
    re.IGNORECASE,
)
_PAIRS = (("left", "right"), ("front", "back"), ("top", "bottom"), ("first", "second"))


def with_other_contrast(word: str, discourse: Discourse) -> Resolution | None:
    """Complete a fragment of one selecting word: "the right?", "blonde?", "the brown one?".

    - "right" after "what is in her left hand?" -> "what is in her right hand?"
    - "blonde" after "what color is her hair?" -> "is the hair blonde?"
    - "brown" after "what animal is it?", "a dog" -> "is the dog brown?"
    - "brown" after "where is the dog?" -> "where is the brown dog?"

    None if the latest question has neither a contrasting word nor a noun.

    Args:
        word: the word that selects, in lower case, such as "right" or "brown".
        discourse: state of the earlier turns, with a latest question.
    """
    question = discourse.question
    assert question is not None
    earlier = base_wording(question)
    if question.intent == "color" and question.subject and word in SELECTING_COLORS:
        # "Blonde?" after "what color is her hair?"
        return Resolution(text=f"{with_be(question.subject, discourse)} {word}?", is_changed=True)
    for group in CONTRASTS:
        if word in group:
            if word in ORDINALS or word == "last":
                # `base_wording` takes "first" for a time.
                earlier = normalized_wording(question.resolved)
            pattern = re.compile(rf"\b(?:{'|'.join(group - {word})})\b", re.IGNORECASE)
            text = pattern.sub(word, earlier, count=1)
            if text != earlier:
                return Resolution(text=text, is_changed=True)
    # "What is she wearing?", "a dress": "what color, blue?"
    is_named = question.intent in ("identify", "describe_part")
    name = answer_noun(discourse.answer, question.intent) if is_named else ""
    if name and word not in ORDINALS:
        return Resolution(text=f"{with_be(name, discourse)} {word}?", is_changed=True)
    noun = question.subject or question.target
    text = replace_noun(earlier, noun, f"{word} {noun}") if noun else earlier
    return Resolution(text=text, is_changed=True) if text != earlier else None


def chosen_of_which(core: str, question: Question) -> str:
    """Return "is it the left leg?" for "left one" after "which leg is up?"; "" after other questions.

    Args:
        core: the noun phrase without determiner, in lower case.
        question: the latest question about the video.
    """
    earlier = base_wording(question)
    kind = kind_of_thing(earlier) if earlier.lower().startswith("which ") else ""
    modifier = core.removesuffix(" one").removesuffix(" side").removesuffix(f" {kind}")
    selects = modifier in CONTRAST_WORDS | SELECTING_COLORS or is_property(modifier)
    is_chosen = bool(kind) and selects and modifier not in {"other", "last", "next", *ORDINALS}
    return f"is it the {modifier} {kind}?" if is_chosen else ""


def with_chosen_thing(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "which chair, the blue one?" after "where is the cat?", "on a chair": "is the cat on the blue chair?".

    None for other messages, and if the latest clause does not name the thing.
    """
    match, clause = _WHICH_THING.match(bare), latest_clause(discourse)
    if match is None or clause is None:
        return None
    thing = re.compile(rf"\b(?:an?|some|the) (?={match['noun']}\b)", re.IGNORECASE)
    text = thing.sub(f"the {match['look']} ", str(clause), count=1)
    return Resolution(text=f"{text}?", is_changed=True) if text != str(clause) else None


_WHICH_THING = re.compile(
    r"^which (?P<noun>[a-z]+), (?:is it )?(?:the|that) (?P<look>[a-z]+)(?: one)?[?.! ]*$",
    re.IGNORECASE,
)


def about_member(question: Question, *, is_many: bool) -> Question:
    """Return "is the dog barking?" for "is one of the dogs barking?", in the plural if `is_many`."""
    group = _OF_GROUP.search(question.resolved)
    if group is None:
        return question
    noun = group["noun"] if is_many else singular_of(group["noun"])
    text = f"{question.resolved[: group.start()]}the {noun}{question.resolved[group.end() :]}"
    return replace(question, resolved=agree_verb(text, noun))


_OF_GROUP = re.compile(
    rf"\b(?:at least )?(?:any|some|both|all|each|either|neither|most|none|{'|'.join(NUMBERS)}) of (?:the|these|those) (?P<noun>[a-z]+)",
    re.IGNORECASE,
)


def with_other_of_pair(core: str, discourse: Discourse) -> Resolution | None:
    """Ask of "the other hand" or "the left hand" what was asked of a hand: the latest such question.

    After "what is that white thing in his hand?" -> "what is in the other hand?", also where other
    questions came between. None for another phrase, and without such a question.

    Args:
        core: the noun phrase without determiner, in lower case.
        discourse: state of the earlier turns.
    """
    which, _, thing = core.partition(" ")
    is_side = which in CONTRAST_WORDS and discourse.question is not None
    if not thing or thing in ("one", "ones", "side") or not (which == "other" or is_side):
        return None
    pattern = re.compile(
        rf"\b(?:the|his|her|its|their|an?) (?:(?:{'|'.join(sorted(CONTRAST_WORDS))}) )?(?=(?:[a-z]+ )?{re.escape(thing)}\b)",
        re.IGNORECASE,
    )
    for question in reversed(discourse.questions):
        earlier = base_wording(question)
        place = _THING_AT.match(earlier)
        if pattern.search(earlier) is None or question.options:
            continue
        if place is not None and place["noun"].endswith(thing):
            return Resolution(text=f"what is {place['at']} the {core}?", is_changed=True)
        if which != "other" and question is discourse.question:
            return None
        text = pattern.sub(f"the {which} ", earlier, count=1)
        return Resolution(text=text, is_changed=True)
    return None


# "What is that white thing in his hand?"
_THING_AT = re.compile(
    r"^what (?:is|are) (?:(?:that|this|those|these) .+?|the (?:[a-z]+ )?(?:things?|stuff|objects?)) (?P<at>in|on|at|under|behind) (?:the|his|her|its|their) (?P<noun>[a-z ]+?)[?.! ]*$",
    re.IGNORECASE,
)
