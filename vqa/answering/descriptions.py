"""Descriptions of an object or an aspect, composed of the answers to single questions."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

from vqa.answering.lookup import LookupResult
from vqa.answering.replies import full_sentence
from vqa.answering.responses import respond
from vqa.english import (
    COLOURS,
    fix_articles,
    is_doing,
    is_or_are,
    plural_of,
    with_article_if_countable,
)
from vqa.models.protocol import Embeds, Prepares, VideoContext, VideoQAModel
from vqa.questions.parse import parse
from vqa.questions.words.living_nouns import is_living, is_person, is_vehicle
from vqa.types import Evidence, Question

_WHOLE_WORDS = frozenset(
    "background foreground scene setting room place surroundings environment surrounding location".split()
)
_ACTIVITIES = frozenset(
    "exercise workout action activity movement motion move technique sport game event".split()
)
_MAX_EVIDENCE = 3
_TOP = "The top is {text}."
_LONGEST_NOUN_WORDS = 3
_MIN_CONFIDENCE = 0.25


def answer_description(
    model: VideoQAModel, context: VideoContext, question: Question
) -> LookupResult | None:
    """Describe an object or an aspect: "The man is wearing a red shirt. He is running.".

    The confidence is the mean of the single answers, the evidence that of the first one. If the
    object is not seen, the answer says so and is unanswerable; without any sentence, the whole
    video is described. None for intents other than `describe_part` and `elaborate`, and if the
    model does not both embed frames and prepare questions.

    Args:
        model: answers the single questions that the description is composed of.
        context: the video, encoded by that model.
        question: the parsed question.
    """
    if not isinstance(model, Embeds) or not isinstance(model, Prepares):
        return None
    if question.intent not in ("describe_part", "elaborate"):
        return None
    return _describe_part(model, context, question)


def _describe_part(model: Prepares, context: VideoContext, question: Question) -> LookupResult:
    """Describe an object or an aspect of the video by combining answers to single questions.

    Answers that are unanswerable, of a confidence below 0.25 after others, or without content are
    left out. If the object is not seen, the answer says so; without any sentence, the whole video
    is described.
    """
    noun = question.subject
    sentences: list[str] = []
    answers: set[str] = set()
    evidence: list[Evidence] = []
    confidences: list[float] = []
    for query, template in _sub_questions(question):
        sub_question = _about_same_part(parse(query), question)
        prepared_question = model.prepare(context, sub_question)
        text = "".join(prepared_question.stream()).strip()
        judgement = prepared_question.judge(text)
        if judgement.answerable is False:
            if noun and sub_question.scored_noun:
                return LookupResult(
                    text=text,
                    reply=f"I don't see {f'any {plural_of(noun)}' if question.form.is_plural else with_article_if_countable(noun)} in this video.",
                    answerable=False,
                    confidence=judgement.confidence,
                )
            continue
        if (judgement.confidence or 0.0) < _MIN_CONFIDENCE and sentences:
            continue
        is_verb = bool(text) and is_doing(text.split()[0])
        names_thing = (
            template.startswith("I see ")
            or " wearing " in template
            or not (is_living(noun) or noun in _ACTIVITIES)
        )
        if " wearing " in template and is_no_garment(text):
            continue
        is_empty = text.lower() in (noun, "yes", "no", "nothing", "none", *answers)
        if is_empty or (is_verb and names_thing):
            continue
        sentence = _fill_template(template, text) if template else full_sentence(sub_question, text)
        names_color = bool(COLOURS & set(" ".join(answers).split()))
        if sentences and (sentence.startswith("I can't ") or (template == _TOP and names_color)):
            continue
        answers.add(text.lower())
        sentences.append(sentence)
        confidences.append(judgement.confidence or 0.0)
        if not evidence:
            evidence = list(prepared_question.explain(text))[:_MAX_EVIDENCE]
    if not sentences:
        description = "".join(model.prepare(context, parse("Describe the video.")).stream())
        key = "no_more" if question.intent == "elaborate" else "whole_only"
        return LookupResult(
            text=respond(key, description=fix_articles(f"{description}.")), answerable=True
        )
    return LookupResult(
        text=" ".join(sentences),
        answerable=True,
        confidence=sum(confidences) / len(confidences),
        evidence=tuple(evidence),
    )


def _about_same_part(sub_question: Question, question: Question) -> Question:
    """Give a single question the time range of the whole one, and what is seen there already."""
    return replace(
        sub_question, time_range=question.time_range, known_present=question.known_present
    )


def is_no_garment(answer: str) -> bool:
    """Whether an answer to "what is he wearing?" names what nobody wears: "boat", "a dog"."""
    noun = answer.lower().strip(" .")
    return is_living(noun) or is_vehicle(noun)


def _sub_questions(question: Question) -> Sequence[tuple[str, str]]:
    """Return pairs (question for the model, sentence template with `{text}` for its answer).

    With an empty template, the answer becomes the sentence that the chat would reply. Empty if the
    question names neither an object nor a known aspect.
    """
    noun, aspect = question.subject, question.aspect
    if aspect == "background" or noun in _WHOLE_WORDS:
        behind = f"behind the {noun}" if noun and noun not in _WHOLE_WORDS else "in the background"
        query = (
            "What is in the background?" if behind == "in the background" else f"What is {behind}?"
        )
        return (
            (query, f"I see {{text}} {behind}."),
            ("Where is it?", "The place looks like this: {text}."),
        )
    if aspect == "clothes" and (not noun or is_living(noun)):
        if question.form.is_plural:
            many = plural_of(noun)
            return ((f"What are the {many} wearing?", f"The {many} are wearing {{text}}."),)
        who = question.form.subject_phrase or (f"the {noun}" if noun else "the person")
        return (
            (f"What is {who} wearing?", f"{who[0].upper()}{who[1:]} is wearing {{text}}."),
            (f"What color is {who}'s shirt?", _TOP),
        )
    if aspect == "weather":
        return (("What is the weather like?", "The weather looks {text}."),)
    if aspect == "mood":
        return (
            ("Is it day or night?", "It is {text}."),
            ("Where is it?", "The place looks like this: {text}."),
        )
    if aspect and noun and aspect not in ("clothes", "foreground", "appearance", "left", "right"):
        # The part of a thing: "the guy's shoes".
        be = is_or_are(aspect)
        part = f"{question.form.subject_phrase or f'the {noun}'}'s {aspect}"
        return ((f"What color {be} {part}?", f"{part[0].upper()}{part[1:]} {be} {{text}}."),)
    if noun in _ACTIVITIES:
        return (("What is the person doing?", ""),)
    if not noun:
        return ()
    name = plural_of(noun) if question.form.is_plural else noun
    be = is_or_are(name)
    if is_person(noun):
        return (
            (f"What {be} the {name} wearing?", f"The {name} {be} wearing {{text}}."),
            (f"What {be} the {name} doing?", ""),
            (f"Where {be} the {name}?", ""),
        )
    color = (f"What color {be} the {name}?", f"The {name} {be} {{text}}.")
    action = (f"What {be} the {name} doing?", "")
    place = (f"Where {be} the {name}?", "")
    return (color, action, place) if is_living(noun) else (color, place)


def _fill_template(template: str, text: str) -> str:
    """Insert an answer at `{text}` in a template; a noun phrase gets its article: "a black hat".

    An answer counts as a noun phrase if it is a single word in a template that begins with "I see",
    or has up to three words in one with "wearing", but not if it names colors alone.
    """
    is_noun = (template.startswith("I see ") and " " not in text) or (
        " wearing " in template and len(text.split()) <= _LONGEST_NOUN_WORDS
    )
    is_noun = is_noun and not set(text.lower().split()) <= COLOURS | {"and"}
    return template.format(text=with_article_if_countable(text) if is_noun else text)
