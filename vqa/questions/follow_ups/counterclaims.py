"""Claims of another answer, which are asked: "i think it's blue" after "what color is the car?", "red"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import COLOURS, MASS_NOUNS, PREPOSITIONS, is_doing, singular_of
from vqa.questions.conversation.answer_nouns import is_name
from vqa.questions.conversation.antecedents import with_be
from vqa.questions.conversation.discourse import Discourse, read_history
from vqa.questions.conversation.reactions import is_exclamation
from vqa.questions.follow_ups.contrasts import chosen_of_which
from vqa.questions.nouns.noun_phrases import NO_THING, presence_question
from vqa.questions.words.living_nouns import is_living
from vqa.text_words import word_stems
from vqa.types import Answer, Question, Turn


def claimed_answer(text: str, history: Sequence[Turn], parsed_turns: Sequence[Question]) -> str:
    """Return the question whether another answer is right: "is the car blue?" for "i think it's blue".

    - "looks like jumping" after "what is the man doing?", "running" -> "is the man jumping?"
    - "looks more like a lab" after "where are they?", "in a kitchen" -> "is it a lab?"
    - "it's a horse" after "what animal is it?", "a cow" -> "is it a horse?"; "no, it's a horse"
      corrects the answer
    - "I think it is the front one" after "which leg is up?" -> "is it the front leg?"
    - "only apples?" after "what is in the bag?", "apples" -> "anything else?"

    Empty for a claim that repeats the answer, or that answers another question, and for other texts.
    """
    only = _ONLY.match(text)
    if only is not None and history:
        return _rest_of_answer(
            only["thing"] or only["things"], parsed_turns[-1], history[-1].answer
        )
    match = _CLAIM.match(text.replace("’", "'"))
    if match is None or not history or is_exclamation(text):
        return ""
    discourse = read_history(history, parsed_turns)
    question, claim = discourse.question, match["claim"].lower()
    if question is None or question is not parsed_turns[-1]:
        return ""
    if claim.split()[-1] in word_stems(discourse.answer) | set(discourse.answer.lower().split()):
        return ""
    noun = claim.split()[-1]
    is_many = noun in MASS_NOUNS or (singular_of(noun) != noun and len(claim.split()) == 1)
    if claim.startswith(("a ", "an ")) or is_many:
        is_other = (is_name(claim) or is_many) and noun not in NO_THING | {question.asked_kind}
        is_asked = question.intent in ("identify", "choice", "location") and is_other
        # "Looks like carrots" after "what is on the plate?"
        asks = f"is it {claim}?" if singular_of(noun) == noun else f"{presence_question(claim)}?"
        return asks if is_asked and not match["no"] else ""
    choice = chosen_of_which(claim.removeprefix("the "), question) if claim[:4] == "the " else ""
    return choice or _question_of_subject(claim, discourse)


def _rest_of_answer(things: str, question: Question, answer: Answer) -> str:
    """Return "anything else?" for "only apples?" after the answer "apples"; "" for other things."""
    words = word_stems(things)
    is_answer = things.lower() in _PRONOUNS_OF_ANSWER or bool(
        words and words <= word_stems(answer.text)
    )
    if not is_answer or question.intent not in ("identify", "person_identity", "describe_part"):
        return ""
    return (
        "anyone else?"
        if is_living(singular_of(answer.text.lower().split()[-1]))
        else "anything else?"
    )


_PRONOUNS_OF_ANSWER = frozenset("him her them it that this he she".split())
_ONLY = re.compile(
    r"^(?:(?:so|and|oh|ok|hm+)[, ]+)*(?:(?:only|just|nothing but|nobody but) (?P<thing>[a-z ]+?)|(?P<things>[a-z]+s) only)(?: or .*)?[?.! ]*$",
    re.IGNORECASE,
)


def _question_of_subject(claim: str, discourse: Discourse) -> str:
    """Ask whether a color, an act or a place is that of the subject of the latest question; or ""."""
    question = discourse.question
    assert question is not None
    first = claim.split()[0]
    fits = {
        "color": claim.split()[-1] in COLOURS,
        "action": is_doing(first),
        "location": first in PREPOSITIONS,
    }
    is_asked = fits.get(question.intent, False) and bool(question.subject)
    return f"{with_be(question.subject, discourse)} {claim}?" if is_asked else ""


_IS = r"(?:it|that|this|they|those|these|he|she)(?:'?s|'?re| is| are| was| were| must be| might be| could be)"
_LOOKS = r"(?:(?:it|that|this|they|those|these|he|she) )?(?:looks?|seems?|looked|seemed)(?: to be| more)?(?: like)?"
_CLAIM = re.compile(
    r"^(?:(?P<no>no|nope|nah|wrong)[,. ]+|(?:but|hm+|well|oh|so|actually)[,. ]+)*(?:i (?:think|thought|guess|believe|believed|bet|assumed|would say|see)(?: that)? )?"
    rf"(?:{_IS}|{_LOOKS}) (?:(?:really|actually|clearly|rather|more|maybe|probably|just) )*(?P<claim>[a-z-]+(?: [a-z-]+){{0,3}}?)"
    r"(?:,? (?:to me|if you ask me|i think|i guess|right|no|though|tho|instead))*[?.! ]*$",
    re.IGNORECASE,
)
