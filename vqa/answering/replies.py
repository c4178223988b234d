"""Composition of full sentences from bare answers: "yes" -> "Yes, there is a cat."."""

from __future__ import annotations

import re

from vqa.answering.alternatives import choice_reply, is_no_option, number_answer
from vqa.answering.answer_sentences import reply_as_statement
from vqa.answering.kind_mismatch import (
    doer_with_verb,
    refuse_question,
    refuse_with_action,
    reply_to_other_kind,
)
from vqa.answering.places import PREPOSITION, SURROUNDINGS, place_reply, side_reply
from vqa.answering.yes_no_replies import yes_no_reply
from vqa.english import (
    COLOURS,
    NUMBERS,
    ing_form,
    is_doing,
    is_plural,
    plural_of,
    singular_of,
    with_article_if_countable,
)
from vqa.questions.nouns.entities import NO_NAMES
from vqa.questions.nouns.name_questions import PLACE_NAMES
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.questions.words.spelling import is_adjective, is_verb, is_word
from vqa.text_words import as_sentence, attach_punctuation, is_first_person
from vqa.types import Question

_IN_FRONT = re.compile(
    r"^(?:in|on|at|with|by|of|into|onto|from) (?:the |an? )?(?P<thing>[a-z-]+(?: [a-z-]+)?)$",
    re.IGNORECASE,
)
# Intents that "yes" and "no" do not answer.
_OPEN = frozenset({"identify", "location", "action", "color", "count"})


def full_sentence(question: Question, text: str, *, answerable: bool | None = True) -> str:
    """Return the full sentence for a bare answer: "yes" -> "Yes, there is a cat.".

    An empty answer, and one that does not fit the question, such as "yes" to "where is he?", give a
    refusal: "I can't tell where he is.".

    Args:
        question: the parsed question.
        text: the bare answer.
        answerable: False if the answer states that something is absent; its words are then kept,
            as in any answer with "I", with "I don't" for "I do not". True and None do not differ.
    """
    text = attach_punctuation(text)
    if not text:
        return refuse_question(question.form)
    if text.startswith("I cannot tell when") and question.form.indirect:
        return refuse_question(question.form)
    if answerable is False or is_first_person(text):
        return as_sentence(text.replace("I do not ", "I don't ").replace("I cannot ", "I can't "))
    is_open = question.answer_kind == "open" and question.intent in _OPEN
    if text in ("yes", "no") and (is_open or question.form.offers_choice):
        return refuse_question(question.form)
    if text in ("yes", "no"):
        return yes_no_reply(question, is_yes=text == "yes")
    if question.intent == "compare" and question.answer_kind == "yes_no":
        # "Is he taller than the other one?" is not answered by a noun.
        return refuse_question(question.form)
    if is_no_option(question, text):
        return refuse_question(question.form)
    choice = choice_reply(question, text)
    reply = as_sentence(choice) if choice else _reply_to_other_kind(question, text)
    return reply_as_statement(question.form, reply or _open_answer(question, text), text)


def _reply_to_other_kind(question: Question, text: str) -> str:
    """Return the reply to an answer of another kind than the question asks for; else ""."""
    kind, form = question.asked_kind, question.form
    asks_name = question.intent == "identify" and kind not in PLACE_NAMES | _MATTER | {""}
    thing = _thing_of_place(question, text) if asks_name and not form.asks_way else ""
    if thing:
        # "What ball is it?" is not answered by "in the water".
        return reply_to_other_kind(question, thing) or refuse_question(form)
    return reply_to_other_kind(question, text)


def _thing_of_place(question: Question, text: str) -> str:
    """Return the thing of a place that answers a question for a name: "in the water" -> "water"; or ""."""
    if question.intent != "identify" or question.form.takes_place:
        return ""
    place = _IN_FRONT.match(text)
    return place["thing"] if place is not None else text if text in SURROUNDINGS else ""


# Kinds of things that "water" and "grass" are.
_MATTER = frozenset(
    "liquid drink beverage fluid surface material substance stuff plant ground floor element thing".split()
)


def _open_answer(question: Question, text: str) -> str:
    """Return the sentence for an answer, not empty, but yes and no: "red" -> "The dog is red"."""
    the_subject, be = _subject_and_verb(question)
    side = side_reply(question, text, f"{the_subject} {be}")
    if side:
        return side
    if text.isdigit() and question.intent in ("identify", "describe_part", "location", "action"):
        return refuse_question(question.form)
    is_letter = len(text) == 1 and not text.isdigit()
    if is_letter or (" " not in text and text.isalpha() and not is_word(text.lower())):
        return refuse_question(question.form)
    if question.intent == "identify" and text.lower() in NO_NAMES:
        return refuse_question(question.form)
    subject = question.subject
    noun = subject.split()[-1] if subject else ""
    # "What is he pouring?" is not answered by "in the water".
    text = _thing_of_place(question, text) or text
    first = text.split()[0].lower()
    text = f"{text} something" if text.lower() in _NEEDS_OBJECT else text
    match question.intent:
        case "count" if subject and (first in NUMBERS or first.isdigit() or first == "zero"):
            if first in ("zero", "0"):
                return f"I don't see any {plural_of(subject)}."
            noun = subject if first in ("one", "1") else plural_of(subject)
            reply = f"I count {text} {noun}." if len(text.split()) == 1 else as_sentence(text)
            return number_answer(question.form, first) + reply
        case "color":
            # A color of a person is that of the clothes.
            is_wearer = (
                (is_person(subject) or question.form.asks_worn)
                and bool(subject)
                and "'s " not in subject
                and noun not in _SHOES
            )
            wears = " wearing" if is_wearer else ""
            return f"{the_subject} {be}{wears} {text}."
        case "location":
            return place_reply(question, text, f"{the_subject} {be}" if subject else "")
        case "order" | "action" if reply := _action_reply(question, text, f"{the_subject} {be}"):
            return reply
        case "identify" | "choice" | "describe" | "order" if (
            question.answer_kind == "choice" and (question.options_are_things or is_living(text))
        ) or question.intent in ("identify", "describe", "order"):
            return as_sentence(_with_article(question, text))
    return as_sentence(text)


def _subject_and_verb(question: Question) -> tuple[str, str]:
    """Return the subject of the reply, capitalized, and "is" or "are": ("Her shoes", "are").

    "It" and "is" for a question without a subject.
    """
    subject, form = question.subject, question.form
    has_many = is_plural(form.subject_phrase or subject) or (
        form.is_plural and not form.subject_phrase
    )
    name = f"the {plural_of(singular_of(subject)) if has_many else subject}" if subject else "it"
    name = form.subject_phrase or name
    heads = [part.split()[-1] for part in name.split(" and ") if part]
    has_many = has_many or (len(heads) > 1 and all(map(is_living, heads)))
    return f"{name[0].upper()}{name[1:]}", "are" if has_many else "is"


def _with_article(question: Question, text: str) -> str:
    """Return the answer to a question about a thing with its article: "dog" -> "a dog"."""
    words = text.lower().split()
    if _PART_OF_TIME.fullmatch(text):
        # "Is it there in the first half or in the second half?"
        return f"in the {text.lower()}"
    if text.lower() in _UNIQUE:
        return f"the {text.lower()}"
    is_noun = (
        not set(words) <= COLOURS
        and not is_adjective(words[-1])
        and len(words) <= _LONGEST_NOUN_WORDS
        and not is_doing(words[0])
    )
    takes_article = question.asked_kind not in _WITHOUT_ARTICLE and not PREPOSITION.match(text)
    return with_article_if_countable(text) if is_noun and takes_article else text


_PART_OF_TIME = re.compile(r"(?:first|second|last|other) (?:half|part|third)", re.IGNORECASE)
_LONGEST_NOUN_WORDS = 3


def _action_reply(question: Question, text: str, opening: str) -> str:
    """Return the sentence for an answer about an action: "running" -> "The dog is running.".

    Empty for a caption. A single noun or an invented verb is refused: "I can't tell what he is
    doing.".

    Args:
        question: the question, with the intent `action` or `order`.
        text: the bare answer, not empty.
        opening: the subject with its verb, "The dog is".
    """
    first, is_alone = text.split()[0].lower(), " " not in text
    names_act = is_alone and is_verb(first) and first not in _NO_ACTIONS
    if names_act and (is_living(question.subject) or question.form.doer):
        # "Dance" is what he is doing, too.
        text = first = ing_form(first)
    if is_doing(first):
        nouns = [singular_of(word) for word in text.lower().split()]
        if not is_word(first) or (not is_living(question.subject) and question.subject in nouns):
            return refuse_question(question.form)
        if question.intent == "order" and question.anchor == text.lower():
            # "Walking" is not what he does after walking.
            return refuse_question(question.form)
        if question.intent == "order":
            return as_sentence(f"{doer_with_verb(question.form)} {text}")
        part = question.form.moved_part
        if part and first in _WITH_WHOLE_BODY and part not in nouns:
            return refuse_with_action(question.form, refuse_question(question.form), text)
        if question.form.is_happening and not is_living(question.subject):
            return f"Someone is {text}."
        if part and question.form.doer.startswith("the "):
            opening = as_sentence(doer_with_verb(question.form)).rstrip(".")
        has_subject = question.subject or question.form.subject_phrase
        return f"{opening} {text}." if has_subject else as_sentence(text)
    asks_action = question.intent == "action" or question.form.asks_action
    is_short = len(text.split()) <= _SHORT and not any(map(is_doing, text.lower().split()))
    if asks_action and is_short and (first in _NO_ACTIONS or not is_verb(first)):
        return refuse_question(question.form)
    if is_alone and is_person(first):
        return as_sentence(with_article_if_countable(text))
    return ""


# What the whole body does, and no part of it alone.
_WITH_WHOLE_BODY = frozenset(
    "standing sitting lying walking running jumping sleeping swimming skating skiing surfing riding playing kneeling smiling talking speaking "
    "laughing looking watching posing performing exercising fighting practicing training falling climbing dancing".split()
)
_WITHOUT_ARTICLE = frozenset(
    "sport game exercise activity season day time material music language".split()
)
_SHORT = 2
# Things of which a picture has one.
_UNIQUE = frozenset("ground floor sky ceiling sun moon background horizon".split())
_SHOES = frozenset({"trainer", "runner"})
_NO_ACTIONS = frozenset("sport game exercise work trick ball wall".split())
# Verbs that say nothing without an object.
_NEEDS_OBJECT = frozenset(
    "holding wearing using carrying putting touching hitting throwing pushing pulling making doing having taking giving getting applying showing lifting grabbing".split()
)
