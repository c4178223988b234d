"""Intent of a resolved question: the templates that fit are hints to the classifier."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.questions.discourse import Resolution
from vqa.questions.intent_classifier import shipped_classifier
from vqa.questions.intents import IntentMatch, intents, match_intent
from vqa.questions.normalize import Normalized
from vqa.questions.options import list_options, options_of
from vqa.questions.scope import detect_language, is_arithmetic, is_gibberish
from vqa.questions.sentence_encoding import SentenceEncoding
from vqa.questions.spelling import is_word
from vqa.questions.templates import template_key
from vqa.questions.time_range import split_time

# What a template that fits adds to the classifier's logit of its intent: with and without the sentence embedding.
_TEMPLATE_LOG_ODDS = (1.5, 4.0)
_FALLBACK_LOG_ODDS = (0.4, 2.0)
# What the model is not asked about; such an intent needs a minimum of certainty, with and without the embedding.
_NEEDS_NO_MODEL = frozenset({"conversation", "none", "task", "facts"})
_MIN_PROBABILITY = (0.25, 0.45)
_MAX_NOUN_WORDS = 2


def decide_intent(
    text: str,
    wording: str,
    normalized: Normalized,
    query: str,
    resolution: Resolution,
    encoding: SentenceEncoding | None,
) -> tuple[IntentMatch | None, float]:
    """Return the intent of a question and its probability, 0 to 1; None if the text is no English sentence.

    Args:
        text: what the person wrote.
        wording: this text in correct spelling, or resolved from the conversation.
        normalized: the text in plain words.
        query: `wording` in plain words and without the time that it names.
        resolution: the text resolved from the conversation.
        encoding: the encoding of `wording`.
    """
    if is_arithmetic(normalized.text) and split_time(normalized.text)[1] is None:
        return IntentMatch(intent="math", slots={}), 1.0
    wordings = [query, resolution.text]
    if not resolution.changed:
        # A sentence without its time comes first: "describe the first ten seconds" is about no thing.
        wordings = (
            [wording, query] if query == normalized.text else [query, wording, normalized.text]
        )
    matches = [match_intent(wording) for wording in dict.fromkeys(wordings)]
    exact = next((match for match in matches if match is not None and not match.is_fallback), None)
    offers_options = bool(options_of(query) or list_options(query))
    fallback = next((match for match in matches if match is not None), None)
    if exact is None and not offers_options and fallback is None:
        if detect_language(text) != "en" or is_gibberish(text) or _has_no_words(query):
            return None, 0.0
        words = template_key(query).split()
        if 1 <= len(words) <= _MAX_NOUN_WORDS and all(map(is_word, words)):
            # "cat?", "red car": whether it is there.
            fallback = IntentMatch(intent="presence", slots={"target": " ".join(words)})
    elif exact is None and detect_language(text) != "en":
        return None, 0.0
    candidates = [match for match in (exact, fallback) if match is not None]
    if exact is None and offers_options:
        candidates.insert(0, IntentMatch(intent="choice", slots={}))
    return _classified(wording, candidates, exact, encoding)


def _classified(
    text: str,
    candidates: Sequence[IntentMatch],
    exact: IntentMatch | None,
    encoding: SentenceEncoding | None,
) -> tuple[IntentMatch, float]:
    """The classifier's intent, to which the templates that fit are hints, and its probability."""
    classifier = shipped_classifier()
    column = 1 if encoding is None else 0
    hints = {
        candidate.intent: _FALLBACK_LOG_ODDS[column]
        for candidate in candidates
        if candidate.intent in classifier.names
    }
    if candidates and candidates[0].intent not in hints:
        return candidates[0], 1.0
    if exact is not None or (candidates and candidates[0].intent == "choice"):
        hints[candidates[0].intent] = _TEMPLATE_LOG_ODDS[column]
    probabilities = classifier.classify(text, encoding, hints=hints)
    intent = next(iter(probabilities))
    if (
        intents()[intent].needs in _NEEDS_NO_MODEL
        and probabilities[intent] < _MIN_PROBABILITY[column]
    ):
        # In doubt a sentence is a question about what is seen.
        intent = next(
            name for name in probabilities if intents()[name].needs not in _NEEDS_NO_MODEL
        )
    match = next((one for one in candidates if one.intent == intent), None)
    return match or IntentMatch(intent=intent, slots={}), probabilities[intent]


def _has_no_words(query: str) -> bool:
    """Whether fewer than half of the words are English."""
    words = template_key(query).split()
    return 2 * sum(map(is_word, words)) < len(words)
