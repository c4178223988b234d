"""The intent table: name, sentence templates, examples and answer source of each intent.

`intents()` returns the table, `match_intent` matches a question with its templates. The entries are
in `intents_video` (which includes those of `intents_file`, `intents_events`, `intents_audio_text`
and `intents_tasks`), `intents_conversation` and `intents_out_of_scope`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from typing import Literal

from vqa.questions.intent_table.templates import (
    Template,
    first_word_of,
    literal_words,
    template_key,
)

# Source of an answer: facts of the file, speech, sound or on-screen text, a search for moments, the
# video model, a task such as a summary, the conversation; "none" is for a question that the video
# cannot answer.
Needs = Literal["facts", "transcript", "search", "model", "task", "conversation", "none"]

# Alternatives by macro name: "<it>" in a template stands for any of those of "it".
MACROS: Mapping[str, str] = {
    "video": "[the|this|that|your|my|our|a] [whole|entire|full|uploaded|short] "
    "(video|videos|clip|film|movie|footage|recording|vid|file|thing|animation)",
    "it": "it|this|that|<video>",
    "be": "is|are|was|were",
    "do": "do|does|did",
    "can": "can|could|do|did",
    "you": "you|we|i|one|u",
    "the": "the|this|that|these|those|his|her|its|their|any|some|all|a|an|my",
    "of_it": "of <it>|in <it>|to <it>|for <it>|on <it>",
    "here": "here|there|in it|in here|in <video>|on screen|on the screen|in the picture|in the scene|at all|right now|now",
    "someone": "anyone|anybody|someone|somebody|people|they|he|she",
    "person": "he|she|they|the person|the (man|woman|guy|lady|girl|boy|lecturer|speaker|narrator|teacher|people)",
    "happen": "happens|happen|happening|going on|goes on|occurs|takes place|shown|visible|seen|to see",
    "sure": "sure|certain|positive|serious|confident|right|correct",
    "text": "text|writing|letters|words|captions|signs|numbers|subtitles|lettering",
    "many": "many|much",
}


@dataclass(frozen=True, kw_only=True)
class Intent:
    """Entry of the intent table: an intent and the wordings that express it.

    Args:
        name: unique name, such as "count" or "thanks".
        needs: source of the answer.
        templates: sentence templates; see `vqa.questions.intent_table.templates` for the syntax.
        fallbacks: templates that count only if none of any intent's `templates` matches.
        examples: utterances with this intent; tests parse them, `vocabulary` has their words.
        counter_examples: similar utterances with another intent, for the tests.
    """

    name: str
    needs: Needs
    templates: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class IntentMatch:
    """Intent of a question with the slots of its template.

    Args:
        intent: name of the intent.
        slots: text of each slot of the matching template, by slot name; empty without a template.
        is_fallback: whether this template is one of the intent's `fallbacks`.
    """

    intent: str
    slots: Mapping[str, str]
    is_fallback: bool = False


@cache
def intents() -> Mapping[str, Intent]:
    """Return all intents by name, in the order of the table."""
    from vqa.questions.intent_table.intents_conversation import CONVERSATION
    from vqa.questions.intent_table.intents_out_of_scope import OUT_OF_SCOPE
    from vqa.questions.intent_table.intents_video import VIDEO_INTENTS

    return {intent.name: intent for intent in (*VIDEO_INTENTS, *CONVERSATION, *OUT_OF_SCOPE)}


def is_about_video(intent: str) -> bool:
    """Whether an intent is about the video: its frames, sound, text or file, or a task on it.

    False for intents about the conversation, such as `greeting`, and for those that no video
    answers, such as `general_knowledge`.

    Raises:
        KeyError: there is no intent of this name.
    """
    return intents()[intent].needs not in ("conversation", "none")


def is_search(intent: str) -> bool:
    """Whether an intent asks for a time or a moment of the video: `when` and `find_moment`.

    Raises:
        KeyError: there is no intent of this name.
    """
    return intents()[intent].needs == "search"


def is_about_frames(intent: str) -> bool:
    """Whether the frames decide an intent: it describes or searches them.

    Raises:
        KeyError: there is no intent of this name.
    """
    return intents()[intent].needs in ("model", "search")


def is_about_shots(intent: str) -> bool:
    """Whether an intent asks for the shots of the video, their number or what each shows."""
    return intent in ("shot_count", "cut_count", "captions", "chapters")


@cache
def _template_rows() -> tuple[tuple[str, Template, bool], ...]:
    """Return (intent name, template, whether it is a fallback) for each template of the table."""
    rows: list[tuple[str, Template, bool]] = []
    for intent in intents().values():
        rows += [(intent.name, Template(text, MACROS), False) for text in intent.templates]
        rows += [(intent.name, Template(text, MACROS), True) for text in intent.fallbacks]
    return tuple(rows)


@lru_cache(maxsize=4096)
def _rows_for(first_word: str) -> tuple[tuple[str, Template, bool], ...]:
    """Return those of `_template_rows` that can match a question with this first word."""
    return tuple(row for row in _template_rows() if row[1].may_begin_with(first_word))


@cache
def vocabulary(*, answerable: bool = False) -> frozenset[str]:
    """Return the words of all templates and examples in lower case, for spelling correction.

    Examples in other languages and of gibberish do not count.

    Args:
        answerable: whether to leave out intents with the answer source "none", such as
            `general_knowledge`. Unlike in `is_about_video`, those about the conversation stay.
    """
    words: set[str] = set()
    for text in MACROS.values():
        words.update(literal_words(text))
    for intent in intents().values():
        if answerable and intent.needs == "none":
            continue
        for text in (*intent.templates, *intent.fallbacks):
            words.update(literal_words(text))
        if intent.name in ("other_language", "gibberish"):
            continue
        for text in intent.examples:
            words.update(template_key(text).split())
    return frozenset(word.lower() for word in words)


@lru_cache(maxsize=256)
def match_intent(question: str) -> IntentMatch | None:
    """Return the intent whose template matches the whole question, with its slots; or None.

    "how many dogs are there?" -> intent `count`, slots {"subject": "dogs"}. Of several matching
    templates, a fallback comes last; of the others the one with the most characters outside its
    slots is taken, then the first in the table.

    Args:
        question: a normalized question, see `vqa.questions.normalization.normalize`.
    """
    key = template_key(question)
    best: IntentMatch | None = None
    best_rank = (-1, -1)
    for name, template, is_fallback in _rows_for(first_word_of(key)):
        match = template.match(key)
        if match is None:
            continue
        rank = (0 if is_fallback else 1, match.num_literal)
        if rank > best_rank:
            best_rank = rank
            best = IntentMatch(intent=name, slots=match.slots, is_fallback=is_fallback)
    return best
