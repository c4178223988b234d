"""Sentences for the answers to questions that offer alternatives: "The man falls.", "A cup."."""

from __future__ import annotations

from vqa.english import is_doing, is_plural
from vqa.questions.statements import third_person
from vqa.types import Question


def is_no_option(question: Question, text: str) -> bool:
    """Whether an answer names none of the alternatives of a question, or is only an owner, "man's".

    "Yes" and "no" name none. For a yes/no question and one without alternatives, only an owner does.

    Args:
        question: the parsed question.
        text: the bare answer, not empty.
    """
    offer = question.form.offer if question.answer_kind != "yes_no" else ()
    return text.endswith("'s") or (bool(offer) and not set(text.lower().split()) & set(offer))


def choice_reply(question: Question, text: str) -> str:
    """Return the reply for a chosen alternative without "." and capital; empty for any other answer.

    An action gets its subject, "the man falls", "he is walking"; a word of one of two clauses is
    completed, "she holds a cup" for "cup"; and a noun gets its article and preposition of the
    question, "on the left" for "left", with "the one" before them, "the one in the red top". "Is X larger than
    Y?" gets "yes, as far as I can see" or "no, the Y".

    Args:
        question: the parsed question.
        text: the bare answer, not empty.
    """
    form, answer, options = question.form, text.lower(), question.options
    first, *others = answer.split()
    if question.answer_kind != "choice":
        return ""
    if form.offers_clauses:
        candidates = [one for one in options if {first, *others} <= set(one.split())]
        return candidates[0] if len(candidates) == 1 else ""
    if answer not in options:
        return ""
    is_action = form.offers_actions and form.subject != "there"
    if is_action and form.verb in ("does", "do", "did"):
        verb = first if form.verb == "do" or is_plural(form.subject) else third_person(first)
        return " ".join([form.subject, verb, *others])
    if is_action and form.verb in ("is", "are", "was", "were") and is_doing(first):
        return f"{form.subject} {form.verb} {answer}"
    phrase = form.option_phrases[options.index(answer)]
    if question.intent == "compare" and form.compares_two:
        # "Is the jacket darker than the jeans?"
        return "yes, as far as I can see" if answer == options[0] else f"no, {phrase or answer}"
    return phrase
