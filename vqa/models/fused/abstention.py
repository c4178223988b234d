"""Abstention: sentences for questions that frames cannot answer, and for absent subjects."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import singular_of, with_article_if_countable
from vqa.models.fused.decoding import DecodingOptions, decode_tokens
from vqa.models.fused.network import FusedNetwork, FusedStates
from vqa.models.fused.processing import InputProcessor
from vqa.models.fused.query import JointQuery
from vqa.types import Question, TimedText

CANNOT_READ = "I cannot read what is written in this video."
CANNOT_HEAR = "I cannot hear what is said in this video."
CANNOT_DATE = "I cannot tell when that is."
CANNOT_LISTEN = "I see this video, but I cannot hear it."
NOT_ABOUT_THE_VIDEO = "Ask me about what is to be seen in this video."
_MAX_NOUN_TOKENS = 8


def refusal(question: Question, text: Sequence[TimedText]) -> str | None:
    """Return a sentence that declines a question which the model cannot answer; None otherwise.

    By `question.modality`: `none` (not about the video) and `sound` are always declined, `screen`
    and `speech` without text of that source, `date` without any text, `sight` never.

    Args:
        question: the parsed question.
        text: timed text that the model has as input besides the frames; may be empty.
    """
    sources = {line.source for line in text}
    match question.modality:
        case "none":
            return NOT_ABOUT_THE_VIDEO
        case "sound":
            return CANNOT_LISTEN
        case "screen" if "screen" not in sources:
            return CANNOT_READ
        case "speech" if "speech" not in sources:
            return CANNOT_HEAR
        case "date" if not sources:
            return CANNOT_DATE
    return None


def absence_answer(model: FusedNetwork, processor: InputProcessor, query: JointQuery) -> str:
    """Return a sentence which states that the subject of a question is not visible in the video.

    See `absent_sentence`; if the question is a choice between things, see `neither_sentence`.

    Args:
        model: the network; it generates the noun if the parsed question has no `scored_noun`.
        processor: tokenizers of the network.
        query: the question fused with the clip.
    """
    question = query.encoded_question.question
    if question.options_are_things:
        return neither_sentence(question.options)
    noun = question.scored_noun or missing_noun(
        model, processor, query.fused_states, question.rendered
    )
    return absent_sentence(noun)


def absent_sentence(noun: str) -> str:
    """Return "I do not see a NOUN in this video."; an empty noun becomes "that".

    The article is left out if the noun cannot be counted.
    """
    return f"I do not see {with_article_if_countable(noun) if noun else 'that'} in this video."


def neither_sentence(nouns: Sequence[str]) -> str:
    """Return "I see neither a NOUN nor a NOUN in this video." for two or more nouns.

    Further nouns follow after another "nor". The article is left out if a noun cannot be counted.
    """
    return f"I see neither {' nor '.join(map(with_article_if_countable, nouns))} in this video."


def is_named(noun: str, question: str) -> bool:
    """Whether a question contains the last word of a noun phrase, in singular or plural.

    The phrase is in lower case, the question in any case; a blank phrase gives False.
    """
    words = re.findall(r"[\w-]+", question.lower())
    return bool(noun.strip()) and singular_of(noun.split()[-1]) in map(singular_of, words)


def missing_noun(
    model: FusedNetwork, processor: InputProcessor, fused_states: FusedStates, question: str
) -> str:
    """Generate the noun that follows "there is no" as the answer, at most 8 tokens long.

    Return '' if the question does not contain it; see `is_named`.

    Args:
        model: the network.
        processor: tokenizers of the network.
        fused_states: one clip fused with the question.
        question: the question's `rendered` wording.
    """
    prefix_ids = processor.tokenize_answer("there is no")[:-1]
    options = DecodingOptions(max_new_tokens=_MAX_NOUN_TOKENS)
    noun_ids = decode_tokens(model, fused_states, options, prefix_ids=prefix_ids)
    noun = processor.decode_answer(noun_ids).strip()
    return noun if is_named(noun, question) else ""
