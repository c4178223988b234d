"""Wording of a question as in the embedded model's training data, and the form of its answer."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import VIDEO
from vqa.questions.follow_ups.coreference import refers_to_no_noun
from vqa.questions.intent_table.intents import intents, is_about_frames
from vqa.questions.interpretation.modality import asks_for_sound, asks_for_speech, asks_to_read
from vqa.questions.normalization.statements import YES_NO, as_question
from vqa.questions.sentences.clause_options import is_inclusive
from vqa.text_words import is_first_person
from vqa.types import AnswerKind, Modality, Question, Turn

# The one wording of description requests in the training data of the embedded model.
DESCRIBE = "Describe the video."

_DESCRIPTION = re.compile(
    r"\b(describe|description|caption|summari[sz]e|summary|what happens|what is happening|what's happening|"
    r"what is (?:the|this) (?:video|clip) about|what is going on)\b|"
    rf"^what (?:do|can|did) (?:you|we|i) see(?: here| in (?:the|this|that) {VIDEO})?[?.! ]*$|"
    r"^what (?:comes|follows|appears|is shown|is seen|(?:do|can) (?:you|we|i) see)(?: right| just)? (?:next|then|after|before|afterwards)\b|"
    rf"^what can be seen(?: here| in (?:the|this|that) {VIDEO})?[?.! ]*$|"
    rf"^tell (?:me|us) (?:something |more |all )?about (?:it|this|(?:the|this|that) {VIDEO})[?.! ]*$",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would)\b", re.IGNORECASE
)
# Words of questions about order or about the whole video; such a question needs all frames.
_WHOLE = re.compile(
    r"\b(first|last|before|after|then|next|begin(?:s|ning)?|start(?:s|ing)?|end(?:s|ing)?|finally|when|while|during|"
    r"how long|how often|order|shots?|scenes?|cuts?|times|change[sd]?|different|whole|entire|throughout|always|ever|"
    r"video about|videos?|clips?)\b",
    re.IGNORECASE,
)
_MODALITIES: dict[str, Modality] = {
    "read_text": "screen", "has_text": "screen", "speech_content": "speech", "has_speech": "speech", "sound": "sound",
    "when": "date", "find_moment": "date", "describe": "sight", "summarize": "sight",
}  # fmt: skip
_NOT_ABOUT_THE_VIDEO = frozenset({"social", "math", "command"})
_CONTEXT_PRONOUN = re.compile(
    r"\b(it|its|he|him|his|she|her|hers|they|them|their|theirs|that one|this one|those|these)\b",
    re.IGNORECASE,
)
_LONGEST_EARLIER_ANSWER_WORDS = 8
_WH = re.compile(
    r"^(?:(?:in|on|at|to|from|with|by|of|for|into|under|behind|about) )?(?:what|which|who|whom|whose|where|when|why|how)\b",
    re.IGNORECASE,
)
# Questions such as "what is in the video?", whose short answer names an object.
_OBJECTS = re.compile(
    rf"^what (?:is|are) (?:it|this|that|in (?:it|(?:the|this|that) {VIDEO}))[?.! ]*$", re.IGNORECASE
)
_CONTENTS = re.compile(rf"^what (?:is|are) in (?:the|this|that) {VIDEO}\b", re.IGNORECASE)


def is_yes_no(question: str) -> bool:
    """Whether a question begins with an auxiliary verb and offers no choice: "is it a dog?".

    False for "is it a dog or a cat?".

    Args:
        question: one question, normalized.
    """
    return _YES_NO.match(question) is not None and not offers_choice(question)


def offers_choice(query: str) -> bool:
    """Whether a normalized question offers a choice with "or": "is he up or on the floor".

    False for an "or" that offers none, as in "did anyone sit or lie down?".
    """
    return " or " in query.lower() and not is_inclusive(query)


def depends_on_all_shots(wording: str) -> bool:
    """Whether a wording asks about order, time or the whole video, and so needs every shot.

    Decided by words such as "first", "after", "how long" and "video".
    """
    return _WHOLE.search(wording) is not None


def modality_of(intent: str, query: str) -> Modality:
    """Return the source of the answer: frames, on-screen text, speech, sound, a date or nothing.

    The value is one of `vqa.question_parts.Modality`, by the intent or else by words of the
    question; "none" for questions about the conversation; "sight", the frames, if nothing decides.

    Args:
        intent: the question's intent.
        query: the self-contained, normalized question.
    """
    needs = intents()[intent].needs
    if needs == "conversation" or intent in _NOT_ABOUT_THE_VIDEO:
        return "none"
    if intent in _MODALITIES:
        return _MODALITIES[intent]
    if intent == "file_info" and re.match(r"^when\b", query, re.IGNORECASE):
        return "date"
    if needs in ("model", "none"):
        if asks_to_read(query):
            return "screen"
        if asks_for_speech(query):
            return "speech"
        if asks_for_sound(query):
            return "sound"
    return "sight"


def answer_kind_of(
    intent: str, modality: Modality, query: str, options: Sequence[str], *, is_of_part: bool
) -> AnswerKind:
    """Return the form of the answer: `yes_no`, `choice`, `description` or `open`.

    `choice` with options, `description` for a request to describe or summarize more than single
    objects, `yes_no` for a question without "or" that begins with an auxiliary verb or has the
    intent `presence` or `verify`; else `open`. Always `open` if the answer is not in the frames.

    Args:
        intent: the question's intent.
        modality: where the answer is found, see `modality_of`.
        query: the self-contained, normalized question.
        options: the options that the question offers; empty if it offers none.
        is_of_part: whether it is about a scene or a time, whose main object "what is in the
            video?" asks for; of the whole video, it asks for a description.
    """
    if modality != "sight":
        return "open"
    if options:
        return "choice"
    asks_object = _OBJECTS.match(query) and (is_of_part or not _CONTENTS.match(query))
    if (intent in ("describe", "summarize") and not asks_object) or (
        intent != "describe_part" and _DESCRIPTION.search(query) and intent != "action"
    ):
        return "description"
    is_claim = intent in ("verify", "presence") and not (_WH.match(query) or offers_choice(query))
    return "yes_no" if is_claim or is_yes_no(as_question(query)) else "open"


def with_context(question: str, history: Sequence[Turn], parsed_turns: Sequence[Question]) -> str:
    """Prefix a question that has a pronoun with the previous question and its answer.

    "What color is it?" -> "What animal is it? dog. What color is it?", as in the embedded model's
    training data. Only the first eight words of the answer are used. The question is returned
    unchanged without history, without a pronoun that means a thing, and if the previous turn is a
    description, is not about a thing in the video, has no answer, or was answered by a refusal.

    Args:
        question: the question.
        history: earlier turns, oldest first.
        parsed_turns: the parsed question of each of these turns, and no others.
    """
    # "Is it raining?"
    is_expletive = (
        YES_NO.match(question) is not None
        and refers_to_no_noun(question)
        and "one" not in question.lower().strip(" ?.!").split()
    )
    if not history or is_expletive or not _CONTEXT_PRONOUN.search(question):
        return question
    before, query = history[-1], parsed_turns[-1]
    # No training question follows a refusal.
    if not before.answer.text or is_first_person(before.answer.text):
        return question
    if not is_about_frames(query.intent) or query.rendered == DESCRIBE:
        # "Is it raining?" after a description is no question about it.
        return question
    answer = " ".join(before.answer.text.split()[:_LONGEST_EARLIER_ANSWER_WORDS]).strip(" .")
    return f"{query.rendered} {answer}. {question}"


def who_wording(intent: str, query: str) -> str:
    """Return "who is there?" for "who do we see after the dog?", of the frames there.

    "Who gets the first piece?" is asked itself; empty for questions without "who".
    """
    if intent != "order" or not query.lower().startswith("who "):
        return ""
    return "who is there?" if _WHO_APPEARS.match(query) else query


_WHO_APPEARS = re.compile(
    r"^who (?:(?:else )?(?:(?:do|did|can) (?:you|we|i) see|is (?:there|seen|shown|visible)|(?:appear|come|show|enter|arrive|follow)s?|came|is (?:first|last|next))\b)",
    re.IGNORECASE,
)
