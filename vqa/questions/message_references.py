"""References inside a message: what "it", "one" and "that" of a question mean in the remarks before it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from vqa.english import PREPOSITIONS, plural_of, with_article_if_countable
from vqa.questions.conversation.antecedents import antecedent
from vqa.questions.conversation.discourse import read_history
from vqa.questions.conversation.introductions import alternatives_of, noun_after_number
from vqa.questions.messages.message_parts import MessageQuestion
from vqa.questions.messages.remarks import unnamed_thing
from vqa.questions.messages.sentence_parts import MessagePart
from vqa.questions.messages.statement_clauses import split_report
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.normalization.statements import YES_NO, as_question
from vqa.questions.normalization.subjects import split_subject
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.sentences.clauses import Clause, what_question, who_question
from vqa.questions.times.part_range import WITHOUT_COLOR
from vqa.questions.times.scene_context import named_scene
from vqa.questions.times.shot_words import length_question, ordinal_name
from vqa.types import Question, Turn


def with_noun_for_one(
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


def resolve_in_message(question: MessageQuestion) -> str:
    """Return a question without a pronoun that means options or a part of the video named before it.

    "Is there a lamp in it?" after "Back to the first scene" -> "is there a lamp?"; "what is it?"
    after "The last picture puzzles me." -> "what is in the last scene?"; "which one is it?" after "a
    wolf or a dog" -> "is it a wolf or a dog?".
    """
    text = re.sub(r",? please$", "", question.text.rstrip(" ?.!"), flags=re.IGNORECASE)
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
    remarks = [part.words for part in question.before if part.kind != "question"]
    if remarks and _ASKS_WHAT.fullmatch(text):
        report = split_report(remarks[-1].rstrip(" .,"))
        asks = _question_of_something(remarks[-1])
        if asks:
            return f"{asks}?"
        if report is not None:
            return report[1]
    number = _ASKS_NUMBER.match(text)
    thing = noun_after_number([part.text for part in question.before]) if number else ""
    if number is not None and thing:
        return f"how many {plural_of(thing)} {text[number.end() :]}?"
    is_before = any(named_scene(part.words) == question.scene for part in question.before)
    if question.scene is None or not question.scene.shot_number or not is_before:
        return question.text
    if length_question(text) in ("it", "part"):
        return f"how long is the {ordinal_name(question.scene.shot_number)} scene?"
    if (
        "what" in words[:2]
        and words[-2:] in (["is", "it"], ["is", "that"])
        and _ADDS.issuperset(words)
    ):
        return f"what is in the {ordinal_name(question.scene.shot_number)} scene?"
    if words[0] == "who" and words[-2:] == ["in", "it"]:
        # "The last scene, who is in it?"
        return f"{text.removesuffix(' in it')} there?"
    return f"{text.removesuffix(' in it')}?" if text.endswith(" in it") else question.text


def _question_of_something(remark: str) -> str:
    """Return "what is it carrying" for "it's carrying something.", "who is there" for "someone is there.".

    "He has something tied to his belt" asks "what is the thing tied to his belt"; see
    `unnamed_thing`. Empty for a remark without such a word.
    """
    thing = unnamed_thing(remark)
    text = as_question(normalized_wording(f"{remark[:1].lower()}{remark[1:]}")).rstrip(" ?.!")
    question = YES_NO.match(text)
    follows = text.partition("something ")[2].split()[:1]
    is_described = not PREPOSITIONS.issuperset(follows)
    if question is None or question["rest"].startswith("there ") or is_described:
        return f"what is {thing}" if thing else ""
    subject, predicate = split_subject(question["rest"], verb=question["verb"])
    clause = Clause(verb=question["verb"].lower(), subject=subject, predicate=predicate)
    whom = f"who {clause}".replace(" someone", "").replace(" somebody", "")
    return what_question(clause) or who_question(clause) or whom * (whom != f"who {clause}")


# "How many does he manage?"
_ASKS_NUMBER = re.compile(
    r"(?:(?:so|and|but|roughly|about),? )*how many (?:of (?:them|these|those) )?(?=(?:does|do|did|can|could) (?!you\b|we\b|i\b))",
    re.IGNORECASE,
)
# "Can you see what it is?", "so what was it"
_ASKS_WHAT = re.compile(
    r"(?:so |and |but )?(?:(?:can|could|do) you (?:see|tell|know) |tell me |any idea )?(?:what|who)(?:'s| is| was)? (?:it|that|this)(?: thing)?(?: is| was| might be| could be)?",
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
