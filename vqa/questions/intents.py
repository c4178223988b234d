"""The table of intents: what people ask for, in which words, and what it takes to answer.

Parsing, dispatch, documentation and tests run from `INTENTS`. The entries stand in `intents_video` (which joins
file, contents, events, audio and text, tasks), `intents_conversation` (about the conversation) and `intents_out_of_scope`.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from typing import Literal

from vqa.english import VIDEO
from vqa.questions.templates import Template, literal_words, template_key

# What answers a question: facts of the file, the transcript, a search for moments, the model, or nothing in the video.
Needs = Literal["facts", "transcript", "search", "model", "task", "conversation", "none"]

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
    """One kind of request.

    Args:
        name: unique name.
        needs: what it takes to answer.
        templates: sentence templates; see `vqa.questions.templates` for the syntax.
        fallbacks: templates that fit only where no other template of the table does.
        examples: requests of this kind; the nearest one decides where no template fits.
        counter_examples: requests that look alike and are of another kind.
    """

    name: str
    needs: Needs
    templates: tuple[str, ...] = ()
    fallbacks: tuple[str, ...] = ()
    examples: tuple[str, ...] = ()
    counter_examples: tuple[str, ...] = ()


@dataclass(frozen=True, kw_only=True)
class IntentMatch:
    """The intent whose template fits a question best, with its slots; `is_fallback` where only a fallback fits."""

    intent: str
    slots: Mapping[str, str]
    is_fallback: bool = False


@cache
def intents() -> Mapping[str, Intent]:
    """The table, by name."""
    from vqa.questions.intents_conversation import CONVERSATION
    from vqa.questions.intents_out_of_scope import OUT_OF_SCOPE
    from vqa.questions.intents_video import VIDEO_INTENTS

    return {intent.name: intent for intent in (*VIDEO_INTENTS, *CONVERSATION, *OUT_OF_SCOPE)}


@cache
def _compiled() -> tuple[tuple[str, Template, bool], ...]:
    rows: list[tuple[str, Template, bool]] = []
    for intent in intents().values():
        rows += [(intent.name, Template(text, MACROS), False) for text in intent.templates]
        rows += [(intent.name, Template(text, MACROS), True) for text in intent.fallbacks]
    return tuple(rows)


@cache
def vocabulary() -> frozenset[str]:
    """Words of the table's templates and examples, in lower case; typing errors are corrected towards them."""
    words: set[str] = set()
    for text in MACROS.values():
        words.update(literal_words(text))
    for intent in intents().values():
        for text in (*intent.templates, *intent.fallbacks):
            words.update(literal_words(text))
        for text in intent.examples:
            words.update(template_key(text).split())
    return frozenset(word.lower() for word in words)


def match_intent(question: str) -> IntentMatch | None:
    """The most specific template that fits a whole question; None where none does.

    Args:
        question: in plain words, see `vqa.questions.normalize`.
    """
    key = template_key(question)
    best: IntentMatch | None = None
    best_rank = (-1, -1)
    for name, template, is_fallback in _compiled():
        match = template.match(key)
        if match is None:
            continue
        rank = (0 if is_fallback else 1, match.num_literal)
        if rank > best_rank:
            best_rank = rank
            best = IntentMatch(intent=name, slots=match.slots, is_fallback=is_fallback)
    return best


__all__ = ["MACROS", "VIDEO", "Intent", "IntentMatch", "intents", "match_intent", "vocabulary"]
