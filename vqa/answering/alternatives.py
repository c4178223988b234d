"""Replies to questions that offer options: "does he fall or jump?", "fall" -> "the man falls"."""

from __future__ import annotations

from vqa.english import COLOURS, FORMS_OF_BE, NUMBERS, is_doing, is_plural
from vqa.question_parts import ReplyForm
from vqa.questions.normalization.statements import YES_NO
from vqa.questions.sentences.clause_options import statement_of
from vqa.questions.sentences.clause_parsing import certain_clause
from vqa.questions.sentences.clauses import Clause
from vqa.questions.words.spelling import is_adjective, is_past_participle
from vqa.types import Question


def is_no_option(question: Question, text: str) -> bool:
    """Whether an answer is none of the options of a question: "blue" to "is it red or black?".

    "Yes" and "no" are none, too. For a yes/no question and one without options, True only for a
    bare possessive, "man's".

    Args:
        question: the parsed question.
        text: the bare answer, not empty.
    """
    offer = question.form.offer if question.answer_kind != "yes_no" else ()
    return text.endswith("'s") or (bool(offer) and not set(text.lower().split()) & set(offer))


def choice_reply(question: Question, text: str) -> str:
    """Return the reply for a chosen option: "fall" to "does he fall or jump?" -> "he falls".

    Without capital letter and full stop. An action gets its subject; an answer that is a word of
    one option that is a clause or an action gets it ("cup" -> "she holds a cup"); a noun gets the
    article, preposition and "the one" of the question ("red top" -> "the one in the red top"). To
    "is X larger than Y?", X gives "yes, as far as I can see", and Y "no, the Y". Empty for a
    question without options, and for an answer that is none of them.

    Args:
        question: the parsed question.
        text: the bare answer, not empty.
    """
    form, answer, options = question.form, text.lower(), question.options
    if question.answer_kind != "choice":
        return ""
    if answer not in options and (form.offers_clauses or form.offers_actions):
        candidates = [one for one in options if set(answer.split()) <= set(one.split())]
        answer = candidates[0] if len(candidates) == 1 else ""
    if answer not in options:
        return ""
    if form.offers_clauses:
        return answer
    first, *others = answer.split()
    is_action = form.offers_actions and form.subject != "there"
    if is_action and form.verb in ("does", "do", "did"):
        is_many = form.verb == "do" or is_plural(form.subject)
        verb = "do" if is_many else "does"
        return statement_of(Clause(verb=verb, subject=form.subject, predicate=answer))
    is_participle = is_doing(first) or (bool(others) and is_past_participle(first))
    if is_action and form.verb in FORMS_OF_BE and is_participle:
        return f"{form.subject} {form.verb} {answer}"
    if YES_NO.match(answer):
        clause = certain_clause(answer, question.subject)
        return statement_of(clause) if clause is not None else ""
    phrase = _side(answer, form) or form.option_phrases[options.index(answer)]
    last = phrase.split()[-1] if phrase else ""
    if is_adjective(last) or last in COLOURS - {"orange"}:
        # "An old one", to "is it an old one or a modern one?"
        phrase = f"{phrase} one"
    if question.intent == "compare" and form.compares_two:
        # "Is the jacket darker than the jeans?"
        return (
            "yes, as far as I can see"
            if answer == options[0]
            else f"no, {phrase or f'the {answer}'}"
        )
    return phrase


def _side(option: str, form: ReplyForm) -> str:
    """Return "the left side" for such an option, also if the words of the question split it; or ""."""
    side, *noun = option.split()
    is_side = side in _PAIRS and (noun in ([], ["side"])) and "side" in form.offer
    return f"the {side} side" if is_side else ""


_PAIRS = frozenset("left right front back top bottom upper lower".split())


def fits_suggestion(form: ReplyForm, number: str) -> bool | None:
    """Whether a number is one that the question suggests: "two" for "at least two?".

    None for a question that suggests none, and for a text that is no number.
    """
    value = int(number) if number.isdigit() else NUMBERS.get(number)
    if form.number_range is None or value is None:
        return None
    low, high = form.number_range
    return low <= value <= high


def number_answer(form: ReplyForm, number: str) -> str:
    """Return "Yes, " or "No, " before a number, if the question suggests one; else ""."""
    return {True: "Yes, ", False: "No, ", None: ""}[fits_suggestion(form, number)]
