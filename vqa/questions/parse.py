"""Parsing of a question: normalize, resolve coreference and ellipsis, classify, fill slots."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import replace
from functools import cache

from vqa.english import ORDINAL_OF, plural_of, with_article_if_countable
from vqa.question_parts import Scene
from vqa.questions.classifiers.intent_classifier import SentenceEncoder
from vqa.questions.conversation.antecedents import antecedent
from vqa.questions.conversation.discourse import read_history
from vqa.questions.conversation.doubts import doubted_claim, is_on_answer
from vqa.questions.conversation.introductions import alternatives_of, counted_thing
from vqa.questions.conversation.reactions import courtesy_intent, reaction_intent
from vqa.questions.follow_ups.coreference import LENGTH_OF_IT
from vqa.questions.intent_table.intents import is_about_frames, is_about_video
from vqa.questions.interpretation.rendering import DESCRIBE
from vqa.questions.messages.message_parts import MessageQuestion, split_message
from vqa.questions.messages.remarks import context_turns, things_before, unnamed_thing
from vqa.questions.messages.scope import foreign_script, is_english, is_too_long
from vqa.questions.messages.sentence_parts import MessagePart
from vqa.questions.messages.statement_clauses import split_report
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.sentences.phrase_suggestions import suggestion_of_phrase
from vqa.questions.sentences.wh_questions import suggestion_as_question, without_suggested_place
from vqa.questions.single_question import parse_single, unanswerable
from vqa.questions.times.look_questions import look_query, resolve_look_time
from vqa.questions.times.part_range import WITHOUT_COLOR
from vqa.questions.times.scene_context import named_scene, scene_of
from vqa.questions.times.scene_pronouns import is_about_scenes, name_scene_of_answer, name_scenes
from vqa.questions.times.scene_quantifiers import split_scene_quantifier
from vqa.questions.times.scene_requests import named_by_cut, scene_request
from vqa.questions.words.spelling import correct_spelling
from vqa.types import Question, Turn


def parse(
    text: str, history: Sequence[Turn] = (), *, encoder: SentenceEncoder | None = None
) -> Question:
    """Parse the question of a turn into its intent, slots, time range and self-contained wording.

    "and the dog?" after "What color is the cat?" -> intent `color`, subject "dog", resolved "What
    color is the dog?". Of several questions in a message, the last is parsed; it can refer to the
    others. A text that is no English question gets an intent such as `too_long`, `gibberish` or `other_language`; nothing
    is raised.

    Args:
        text: the question as typed.
        history: earlier turns, oldest first, from which pronouns and ellipsis are resolved.
        encoder: sentence encoder; None classifies by hashed features alone, which costs accuracy.
    """
    text = " ".join(text.split())
    encode = cache(encoder) if encoder is not None else None
    *earlier, last = split_message(text, encode)
    before = [
        part
        for question in earlier
        for part in (*question.before, MessagePart(kind="question", text=question.text))
    ]
    question = replace(last, before=(*before, *last.before))
    return replace(parse_part(question, history, encoder=encode), text=text)


def parse_part(
    question: MessageQuestion,
    history: Sequence[Turn] = (),
    *,
    encoder: SentenceEncoder | None = None,
) -> Question:
    """Parse one question of a message, which can refer to what stands before it; see `parse`."""
    text = question.wording
    if is_too_long(text):
        return unanswerable(text, "too_long")
    foreign = foreign_script(text)
    if foreign:
        return unanswerable(text, "other_language", language=foreign)
    parsed_turns = parsed_history(history, encoder=encoder)
    encode = cache(encoder) if encoder is not None else None
    if question.is_remark and is_english(text):
        intent = reaction_intent(question.text, encode, history, parsed_turns)
        return unanswerable(text, intent)
    answer = history[-1].answer.text if history else ""
    named_text = name_scene_of_answer(named_by_cut(question.text, parsed_turns), answer)
    question = replace(question, text=name_scenes(named_text, parsed_turns))
    comparison = _parse_scene_comparison(question.text, encode, history, parsed_turns)
    if comparison is not None:
        return replace(comparison, text=text)
    parts = [_with_named_ones(part, history, parsed_turns) for part in question.before]
    before = context_turns(
        parts,
        lambda remark: parse_single(remark, history, parsed_turns, encode),
    )
    own_question = _self_contained(question)
    typed_question = _with_doubted_claim(own_question, history, parsed_turns)
    typed_question = suggestion_of_phrase(typed_question) if parsed_turns else typed_question
    suggested_question = suggestion_as_question(without_suggested_place(typed_question))
    parsed_before = [turn.parsed for turn in before if turn.parsed is not None]
    turns, questions = [*history, *before], [*parsed_turns, *parsed_before]
    parsed_question = parse_single(suggested_question, turns, questions, encode)
    preface = " ".join(part.text for part in question.before)
    intent = parsed_question.intent
    return replace(
        parsed_question,
        text=text,
        # "My son would love this, thanks."
        intent=(courtesy_intent(text) or intent) if intent in _REMARKS else intent,
        new_things=things_before(parts),
        scene=scene_of(question.text, parsed_question, question.scene, preface, turns, questions),
        resolved=question.wording
        if parsed_question.resolved == own_question
        else parsed_question.resolved,
    )


def _with_named_ones(
    part: MessagePart, history: Sequence[Turn], parsed_turns: Sequence[Question]
) -> MessagePart:
    """Name what "one" stands for in a topic or a remark: "a white one" after a dog -> "a white dog"."""
    if not _ONES.search(part.words):
        return part
    discourse = read_history(history, parsed_turns)
    living = antecedent(discourse, "living", part.text)
    latest = living if living in discourse.nouns else antecedent(discourse, "one", part.text)
    # "The first dog, the tan one on the lawn"
    noun = next(iter(nouns_of(_ONES.split(part.text)[0])), latest)
    head = noun.split()[-1] if noun else ""

    def with_noun(text: str) -> str:
        """Return a text with the noun in place of "one"."""
        return _ONES.sub(
            lambda match: f"{match[1]} {plural_of(head) if match[2] == 'ones' else head}", text
        )

    return replace(part, text=with_noun(part.text), phrase=with_noun(part.phrase)) if head else part


# "A white one", unlike "the other one" and "a last one"
_ONES = re.compile(
    r"\b((?!same|other|others|first|second|third|last|next|final|quick|good|this|that|these|those|the|an?|no|any|some|which|each|every|only|easy|hard|silly)[a-z]{3,}) (ones?)\b(?! of\b)"
)


def _parse_scene_comparison(
    text: str,
    encode: SentenceEncoder | None,
    history: Sequence[Turn],
    parsed_turns: Sequence[Question],
) -> Question | None:
    """Parse a question on the look of the picture, or one that compares scenes; else None.

    The latter becomes the question for one scene, with a quantifier.
    """
    wordings = (correct_spelling(text), normalized_wording(text))
    has_thing = bool(parsed_turns) and bool(parsed_turns[-1].subject or parsed_turns[-1].target)
    is_after_scenes = is_about_scenes(parsed_turns)
    queries = (
        look_query(one, is_after_scenes=is_after_scenes, has_thing=has_thing) for one in wordings
    )
    latest_look = parsed_turns[-1].look if parsed_turns else None
    look = next(filter(None, queries), resolve_look_time(wordings[1], latest_look))
    if look is not None:
        # Lengths of scenes and the size of the picture are facts of the file.
        is_length = look.look in ("long", "short")
        intent = "shot_count" if is_length else _LOOK_INTENTS.get(look.form, "verify")
        number = look.shot_numbers[0] if len(look.shot_numbers) == 1 and not look.degree else 0
        return Question(
            text=text,
            resolved=text,
            rendered=text,
            intent=intent,
            shot_number=number,
            look=look,
        )
    request = next(filter(None, map(scene_request, wordings)), "")
    if request:
        return Question(
            text=text,
            resolved=text,
            rendered=DESCRIBE,
            intent=request,
            answer_kind="description",
            aspect="difference" if request == "describe" else "",
        )
    split = next(filter(None, map(split_scene_quantifier, wordings)), None)
    if split is None:
        return None
    quantifier, wording = split
    question = parse_single(wording, history, parsed_turns, encode)
    is_answered = question.answer_kind in ("yes_no", "choice") or question.intent == "count"
    if not (is_about_frames(question.intent) and is_answered):
        return None
    return replace(question, text=text, resolved=text, scene=Scene(quantifier=quantifier))


_LOOK_INTENTS: Mapping[str, str] = {"when": "when", "why": "reason", "quality": "resolution"}
# Intents of messages that ask nothing about the video.
_REMARKS = ("social", "acknowledge")


def _with_doubted_claim(
    text: str, history: Sequence[Turn], parsed_turns: Sequence[Question]
) -> str:
    """Return "was it a fight?" for "are you sure it wasn't a fight?", or "are you sure?".

    The latter where the latest answer says so. Any other text is returned unchanged.
    """
    claim = doubted_claim(text)
    if not claim:
        return text
    latest = [
        (question, turn.answer)
        for question, turn in zip(parsed_turns, history, strict=True)
        if is_about_video(question.intent)
    ]
    return "are you sure?" if latest and is_on_answer(claim, *latest[-1]) else claim


def _self_contained(question: MessageQuestion) -> str:
    """Return a question without a pronoun that means options or a part of the video named before it.

    "Is there a lamp in it?" after "Back to the first scene" -> "is there a lamp?"; "what is it?"
    after "The last picture puzzles me." -> "what is in the video?"; "which one is it?" after "a
    wolf or a dog" -> "is it a wolf or a dog?".
    """
    text = question.text.rstrip(" ?.!")
    words = text.lower().split()
    if question.scene is not None and question.scene.topics == (WITHOUT_COLOR,):
        return _about_part(question.text, WITHOUT_COLOR)
    if words in (["which", "one", "is", "it"], ["which", "is", "it"]):
        options = [alternatives_of(part.text) for part in question.before]
        return next((f"is it {one}?" for one in reversed(options) if one), question.text)
    if words[-2:] in (["that's", "one"], ["is", "one"]) or words == ["is", "that", "one"]:
        # "She never wore a tie. Tell me if that's one."
        nouns = [noun for part in question.before for noun in nouns_of(part.text)]
        return (
            f"{text.removesuffix('one')}{with_article_if_countable(nouns[-1])}?"
            if nouns
            else question.text
        )
    remarks = [part.text for part in question.before if part.kind == "remark"]
    if remarks and _ASKS_WHAT.fullmatch(text):
        report = split_report(remarks[-1].rstrip(" .,"))
        thing = unnamed_thing(remarks[-1])
        if thing:
            return f"what is {thing}?"
        if report is not None:
            return report[1]
    number = _ASKS_NUMBER.match(text)
    thing = counted_thing([part.text for part in question.before]) if number else ""
    if number is not None and thing:
        return f"how many {plural_of(thing)} {text[number.end() :]}?"
    is_before = any(named_scene(part.words) == question.scene for part in question.before)
    if question.scene is None or not question.scene.shot_number or not is_before:
        return question.text
    if LENGTH_OF_IT.match(_MARKERS.sub("", text)):
        number_of_scene = question.scene.shot_number
        return f"how long is the {ORDINAL_OF.get(number_of_scene, 'last')} scene?"
    if (
        "what" in words[:2]
        and words[-2:] in (["is", "it"], ["is", "that"])
        and _ADDS.issuperset(words)
    ):
        return "what is in the video?"
    return f"{text.removesuffix(' in it')}?" if text.endswith(" in it") else question.text


_MARKERS = re.compile(r"^(?:(?:so|and|but|roughly|about),? )+", re.IGNORECASE)
# "How many does he manage?"
_ASKS_NUMBER = re.compile(
    rf"(?:{_MARKERS.pattern})?how many (?:of (?:them|these|those) )?(?=(?:does|do|did|can|could) (?!you\b|we\b|i\b))",
    re.IGNORECASE,
)
# "Can you see what it is?", "so what was it"
_ASKS_WHAT = re.compile(
    r"(?:so |and |but )?(?:(?:can|could|do) you (?:see|tell|know) |tell me |any idea )?what(?:'s| is| was)? (?:it|that|this)(?: is| was| might be| could be)?",
    re.IGNORECASE,
)
# "What on earth is it?", unlike "what kind of bike is it?"
_ADDS = frozenset("so and but what is it that on earth in the world exactly hell heck".split())


def _about_part(text: str, look: str) -> str:
    """Return a question about the part of the video that a remark names by its look.

    "Which one is it?" after "there's a part without color" -> "when is the black and white part?".
    Other questions than these are returned unchanged.
    """
    words = text.lower().rstrip(" ?.!").split()
    if not {"it", "that", "this"} & set(words):
        return text
    if words[0] in ("which", "when", "where"):
        return f"when is the {look} part?"
    if words[:2] == ["how", "long"]:
        return f"how long is the {look} part?"
    is_of_contents = words[0] == "what" and words[-1] in ("it", "that", "show", "about", "shown")
    return f"what is in the {look} part?" if is_of_contents else text


def parsed_history(
    history: Sequence[Turn], *, encoder: SentenceEncoder | None = None
) -> list[Question]:
    """Return the parsed question of each turn, oldest first: `Turn.parsed`, or else parsed here.

    For the arguments see `parse`.
    """
    parsed_turns: list[Question] = []
    for number, turn in enumerate(history):
        if turn.parsed is not None:
            parsed_turns.append(turn.parsed)
            continue
        turns = [
            replace(earlier, parsed=question)
            for earlier, question in zip(history[:number], parsed_turns, strict=True)
        ]
        parsed_turns.append(parse(turn.question, turns, encoder=encoder))
    return parsed_turns
