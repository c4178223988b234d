"""Nouns in place of what the latest question suggests: "a guard then?" after "is he a policeman?"."""

from __future__ import annotations

import re

from vqa.english import COLOURS, is_or_are, singular_of, with_article_if_countable
from vqa.questions.conversation.answer_nouns import answer_noun
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import asks_who, base_wording
from vqa.questions.follow_ups.noun_replacement import belonging_question
from vqa.questions.normalization.agreement import agree_verb
from vqa.questions.sentences.clauses import event_of_somebody, latest_clause
from vqa.questions.sentences.wh_questions import suggestion_as_question
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.types import Question

INDEFINITE = frozenset({"a", "an", "any", "some", "another", "more", "no", ""})


def replace_suggestion(
    noun: str, determiner: str, question: Question, discourse: Discourse
) -> Resolution | None:
    """Put a noun in place of what the latest question suggests; None if no rule below applies.

    "A guard then?" after "is he a policeman?" -> "is he a guard?"; "a chair?" after "what is he
    holding?" -> "is he holding a chair?"; "and pants?" after "is his shirt red or blue?" -> "what
    color are the pants?".
    """
    singular = singular_of(noun)
    is_many, earlier = singular != noun, base_wording(question)
    if noun.split()[-1] in question.subject.split() and _ONE_OF.search(earlier):
        # "And the black one?" after "what is the brown one doing?"
        return Resolution(text=_ONE_OF.sub(f"the {noun}", earlier, count=1), is_changed=True)
    thing = noun if is_many else with_article_if_countable(singular)
    if determiner in ("a", "an") and _IS_A.search(earlier):
        text = _IS_A.sub(lambda match: f"{match[1]} {thing}", earlier)
        return Resolution(text=f"{text}?", is_changed=True)
    is_who = _IS_WHO.match(earlier) if is_living(singular) else None
    if determiner in ("the", "that", "this") and is_who is not None:
        # "What about the guy with the bag?" after "is she the cashier?"
        return Resolution(text=f"{is_who[1]} the {noun} {is_who[2]}?", is_changed=True)
    wearer = _WEARS.match(earlier) if question.aspect == "clothes" else None
    is_extra = determiner in ("a", "an", "any") or (
        not determiner and thing == noun and noun not in _WORN_BY_ALL
    )
    if wearer is not None and is_extra and not is_living(singular):
        # "A watch too?" and "what about gloves?" after "what is he wearing?"
        is_named = question.subject and wearer["who"].lower() in ("he", "she")
        who = f"the {question.subject}" if is_named else wearer["who"]
        return Resolution(text=f"{is_or_are(who)} {who} wearing {thing}?", is_changed=True)
    is_of_person = is_person(singular) and is_person(question.subject)
    if question.intent == "location" and determiner in ("a", "an") and is_of_person:
        # "A man?" after "where is the owner?"
        return Resolution(text=f"is the {question.subject} {thing}?", is_changed=True)
    is_relative = noun.rpartition("'s ")[2] in _KIN and asks_who(question)
    person = answer_noun(discourse.answer, "identify") if is_relative else ""
    if is_person(person):
        # "Her husband?" after "who is with the woman?", "a man"
        return Resolution(text=f"is the {person} the {noun}?", is_changed=True)
    if determiner not in INDEFINITE:
        who = _WHO_IS.match(earlier) if is_living(singular) else None
        # "You mean the girl at the back?" after "who is wearing a hat?", "the man?" after "is anyone dancing?"
        event = earlier if _OF_ANYONE.match(earlier) else event_of_somebody(earlier)
        of_anyone = _ANYONE.sub(f"the {noun}", event.rstrip(" ?.!"), count=1)
        text = f"{who['be']} the {noun} {who['rest']}" if who is not None else of_anyone
        is_asked = bool(text) and is_living(singular)
        return Resolution(text=f"{agree_verb(text, noun)}?", is_changed=True) if is_asked else None
    clause = latest_clause(discourse) if question.intent in ("verify", "action") else None
    belonging = belonging_question(noun, clause) if clause is not None else ""
    if belonging:
        return Resolution(text=f"{belonging}?", is_changed=True)
    has_colors = any(set(option.split()) & COLOURS for option in question.options)
    if has_colors and not is_living(singular):
        be = is_or_are(noun)
        return Resolution(text=f"what color {be} the {noun}?", is_changed=True)
    suggestion = f"{earlier.rstrip(' ?.!')}, {thing}?"
    asks = suggestion_as_question(suggestion)
    takes_answer = question.intent in ("identify", "location") and not is_many
    return Resolution(text=asks, is_changed=True) if takes_answer and asks != suggestion else None


_WEARS = re.compile(r"^what (?:is|are|does|do) (?P<who>.+?) wear(?:ing)?\b", re.IGNORECASE)
# "And pants?" asks what they look like.
_WORN_BY_ALL = frozenset("shoes pants trousers clothes".split())
_KIN = frozenset(
    "father dad daddy mother mom mum mama parent parents husband wife son daughter brother sister uncle aunt grandfather grandpa grandmother "
    "grandma cousin child kid baby boyfriend girlfriend partner friend boss owner teacher coach neighbour neighbor".split()
)


_IS_A = re.compile(
    r"^((?:is|was) (?:he|she|it|this|that|(?:the|this|that) [a-z]+)) an? [a-z]+(?: [a-z]+)?[?.! ]*$",
    re.IGNORECASE,
)
_IS_WHO = re.compile(
    r"^(is|was) (?:he|she|this|that) ((?:an?|the) [a-z]+(?: [a-z]+)?)[?.! ]*$", re.IGNORECASE
)
_WHO_IS = re.compile(
    r"^who (?P<be>is|was|are|were|can) (?P<rest>(?!there\b|that\b|it\b|this\b).+?)[?.! ]*$",
    re.IGNORECASE,
)
_ANYONE = re.compile(r"\b(?:any|some)(?:one|body)\b(?: else)?", re.IGNORECASE)
_OF_ANYONE = re.compile(rf"^(?:is|was|does|did|has|can) {_ANYONE.pattern}", re.IGNORECASE)
_ONE_OF = re.compile(r"\b(?:the|that|this) (?!other\b|same\b)[a-z]+ ones?\b", re.IGNORECASE)
