"""Parse a question once a turn: normalize, resolve the context, find the intent, fill the slots."""

from __future__ import annotations

import re
from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from vqa.english import VIDEO, singular_of
from vqa.questions.coreference import resolve
from vqa.questions.discourse import Resolution
from vqa.questions.entities import head_noun, subject_of, subject_of_clause, thing_asked_for
from vqa.questions.intent_decision import decide_intent
from vqa.questions.intents import IntentMatch, intents, match_intent
from vqa.questions.modality import asks_for_sound, asks_for_speech, asks_to_read
from vqa.questions.normalize import Normalized, normalize, plainly
from vqa.questions.options import list_options, offers_things, options_of
from vqa.questions.scope import detect_language, is_too_long
from vqa.questions.search_phrase import line_position, search_phrase, spoken_phrase, topic
from vqa.questions.time_range import split_anchor, split_time
from vqa.types import AnswerKind, Modality, Question, TimeRange, Turn

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Embedder = Callable[[Sequence[str]], NDArray[np.float32]]

# The wording of every request for a description that the embedded model was trained on.
DESCRIBE = "Describe the video."

_DESCRIPTION = re.compile(
    r"\b(describe|description|caption|summari[sz]e|summary|what happens|what is happening|what's happening|"
    r"what is (?:the|this) (?:video|clip) about|what is going on)\b|"
    rf"^what (?:do|can|did) (?:you|we|i) see(?: here| in (?:the|this|that) {VIDEO})?[?.! ]*$|"
    rf"^what can be seen(?: here| in (?:the|this|that) {VIDEO})?[?.! ]*$|"
    rf"^tell (?:me|us) (?:something |more |all )?about (?:it|this|(?:the|this|that) {VIDEO})[?.! ]*$",
    re.IGNORECASE,
)
_YES_NO = re.compile(
    r"^(?:is|are|was|were|am|do|does|did|has|have|had|can|could|will|would)\b", re.IGNORECASE
)
# Words that ask about order or about the whole video.
_WHOLE = re.compile(
    r"\b(first|last|before|after|then|next|begin(?:s|ning)?|start(?:s|ing)?|end(?:s|ing)?|finally|when|while|during|"
    r"how long|how often|order|shots?|scenes?|cuts?|times|change[sd]?|different|whole|entire|throughout|always|ever|"
    r"video about|videos?|clips?)\b",
    re.IGNORECASE,
)
_MODALITIES: dict[str, Modality] = {
    "read_text": "screen", "has_text": "screen", "speech_content": "speech", "has_speech": "speech", "sound": "sound",
    "when": "date", "find_moment": "date",
}  # fmt: skip
# What the video itself answers although its wording offers two answers.
_KEEPS_INTENT_WITH_OPTIONS = frozenset(
    "order compare location count duration resolution file_info certainty opinion safety reason general_knowledge has_audio "
    "when person_identity identity social outside_world command math capabilities translate captions".split()
)
_ABOUT_WORDS = frozenset({"speech_content", "read_text"})
_NOT_ABOUT_THE_VIDEO = frozenset({"social", "math", "command"})
_CONTEXT_PRONOUN = re.compile(
    r"\b(it|its|he|him|his|she|her|hers|they|them|their|theirs|that one|this one|those|these)\b",
    re.IGNORECASE,
)
_LONGEST_EARLIER_ANSWER_WORDS = 8
_MAX_NOUN_WORDS = 2


def parse(text: str, history: Sequence[Turn] = (), *, embedder: Embedder | None = None) -> Question:
    """Parse a question, once a turn.

    Args:
        text: what the person wrote.
        history: earlier turns, which pronouns and ellipsis refer to.
        embedder: embeds texts as (N, D) unit vectors; compares what no template fits with the table's examples.
    """
    text = " ".join(text.split())
    if is_too_long(text):
        return _unanswerable(text, "too_long")
    foreign = _foreign_script(text)
    if foreign:
        return _unanswerable(text, "other_language", language=foreign)
    parsed = parsed_history(history)
    normalized = normalize(text)
    resolution = _resolve(text, normalized, history, parsed)
    asked, time_range = split_time(resolution.text)
    if time_range is not None and not asked.strip(" ?.!,"):
        asked = "what happens?"
    time_range = resolution.time_range or time_range
    match, score = decide_intent(text, normalized, asked, resolution, embedder)
    if match is None:
        language = detect_language(text)
        intent = "other_language" if language != "en" else "gibberish"
        return _unanswerable(text, intent, language=language)
    return _question(text, normalized, resolution, asked, time_range, match, score, history)


def parsed_history(history: Sequence[Turn]) -> list[Question]:
    """The parsed question of each turn; turns that were recorded without one are parsed here."""
    parsed: list[Question] = []
    for number, turn in enumerate(history):
        if turn.parsed is not None:
            parsed.append(turn.parsed)
            continue
        done = [
            replace(earlier, parsed=question)
            for earlier, question in zip(history[:number], parsed, strict=True)
        ]
        parsed.append(parse(turn.question, done))
    return parsed


def is_yes_no(question: str) -> bool:
    """Whether yes or no answers a question; "is it a dog or a cat?" is not such a question."""
    asked = plainly(question)
    return _YES_NO.match(asked) is not None and " or " not in asked.lower()


def _resolve(
    text: str, normalized: Normalized, history: Sequence[Turn], parsed: Sequence[Question]
) -> Resolution:
    """The self-contained question; what is said about the conversation itself is left as it is."""
    for wording in (text, normalized.text):
        match = match_intent(wording)
        if match is None or match.is_fallback:
            continue
        needs = intents()[match.intent].needs
        asks_back = match.intent in ("explain", "certainty") and not history
        is_about_video = needs == "task" or (needs == "facts" and match.intent != "duration")
        if (needs == "conversation" and not asks_back) or is_about_video:
            return Resolution(text=wording)
    if list_options(normalized.text):
        return Resolution(text=normalized.text)
    return resolve(normalized.text, history, parsed)


def _singular_options(options: Sequence[str]) -> tuple[str, ...]:
    """Options in the singular where all of them are plural nouns: "apples or oranges"."""
    singular = tuple(map(singular_of, options))
    is_plural = all(one != option for one, option in zip(singular, options, strict=True))
    return singular if is_plural else tuple(options)


def _question(
    text: str,
    normalized: Normalized,
    resolution: Resolution,
    asked: str,
    time_range: TimeRange | None,
    match: IntentMatch,
    score: float,
    history: Sequence[Turn],
) -> Question:
    intent = match.intent
    options = options_of(asked) or list_options(asked)
    if options and intent not in _KEEPS_INTENT_WITH_OPTIONS and intents()[intent].needs == "model":
        intent = "choice"
    asked_for, presupposed = thing_asked_for(asked) or "", subject_of(asked) or ""
    if asked_for and intent in ("verify", "identify"):
        intent = "presence"
    modality = _modality(intent, asked)
    kind = _answer_kind(intent, modality, asked, options)
    # "At the end" was part of the training questions, "at 0:05" was not.
    keeps_time = time_range is not None and time_range.is_fraction and resolution.time_range is None
    wording = resolution.text if keeps_time else asked
    rendered = DESCRIBE if kind == "description" else wording
    if not resolution.changed and kind != "description":
        rendered = _with_context(wording, history)
    subject, target = _slots(match, intent, asked, asked_for, presupposed)
    _, anchor, side = (
        split_anchor(asked) if intent in ("order", "describe", "action") else ("", "", None)
    )
    is_choice = kind == "choice"
    spoken = spoken_phrase(asked) if intent == "when" else ""
    is_search = intent in ("when", "find_moment")
    return Question(
        text=text,
        resolved=resolution.text if resolution.changed else text,
        rendered=rendered,
        intent=intent,
        answer_kind=kind,
        modality=modality,
        subject=subject,
        target=target,
        scored_noun=asked_for or presupposed,
        asks_presence=bool(asked_for),
        options=_singular_options(options) if options and is_choice else (),
        options_are_things=is_choice
        and not (asked_for or presupposed)
        and (offers_things(asked) or bool(list_options(asked))),
        needs_all_frames=kind == "description" or _WHOLE.search(asked_for or rendered) is not None,
        time_range=time_range,
        anchor=anchor,
        anchor_side=side or "",
        aspect=_aspect(match, intent, asked),
        search_text=spoken
        or (search_phrase(asked, match.slots.get("target", "")) if is_search else ""),
        asks_spoken_time=bool(spoken),
        topic=topic(asked) if intent in _ABOUT_WORDS else "",
        line_position=line_position(asked),
        negated=normalized.negated,
        expects_absence=normalized.expects_absence,
        absent=resolution.absent,
        score=score,
    )


def _modality(intent: str, asked: str) -> Modality:
    needs = intents()[intent].needs
    if needs == "conversation" or intent in _NOT_ABOUT_THE_VIDEO:
        return "none"
    if intent in _MODALITIES:
        return _MODALITIES[intent]
    if intent == "file_info" and re.match(r"^when\b", asked, re.IGNORECASE):
        return "date"
    if needs in ("model", "none"):
        if asks_to_read(asked):
            return "screen"
        if asks_for_speech(asked):
            return "speech"
        if asks_for_sound(asked):
            return "sound"
    return "sight"


def _answer_kind(
    intent: str, modality: Modality, asked: str, options: Sequence[str] | None
) -> AnswerKind:
    if modality != "sight":
        return "open"
    if options:
        return "choice"
    if (intent in ("describe", "summarize") and not _OBJECTS.match(asked)) or (
        intent != "describe_part" and _DESCRIPTION.search(asked) and intent != "action"
    ):
        return "description"
    return "yes_no" if is_yes_no(asked) else "open"


# The short answer to these names an object.
_OBJECTS = re.compile(
    rf"^what (?:is|are) (?:it|in (?:it|(?:the|this|that) {VIDEO}))[?.! ]*$", re.IGNORECASE
)


def _slots(
    match: IntentMatch, intent: str, asked: str, asked_for: str, presupposed: str
) -> tuple[str, str]:
    """Subject and target, bare and singular."""
    slots = match.slots
    target = asked_for or head_noun(slots.get("target", ""))
    if intent in ("when", "find_moment") and not target:
        target = head_noun(slots.get("subject", "")) or presupposed
    if intent == "order" and not target:
        target = head_noun(slots.get("anchor", ""))
    subject = head_noun(slots.get("subject", ""))
    if intent == "color" and "thing" in slots and subject:
        subject = f"{subject}'s {singular_of(slots['thing'])}"
    if intent == "describe_part" and "'s " in subject:
        subject = subject.partition("'s ")[0]
    if not subject and intent in _SUBJECT_PATTERNS:
        named = _SUBJECT_PATTERNS[intent].search(asked.lower())
        subject = head_noun(next((group for group in named.groups() if group), "")) if named else ""
    if intent == "presence" and not target and _SOMEBODY.search(asked):
        target = "person"
    if not subject and intent not in ("presence", "when", "find_moment"):
        subject = presupposed or subject_of_clause(slots.get("rest", ""))
        if not subject and intent == "choice":
            subject = subject_of_clause(re.sub(r"^\w+ ", "", asked))
    if intent in ("presence", "when", "find_moment"):
        return "", target
    if intent == "order":
        return ("", target) if target else (subject, "")
    return subject, ""


# Subjects that no slot of a template holds.
_SUBJECT_PATTERNS = {
    "identify": re.compile(
        r"^(?:what|which)(?: (?:kind|type|sort|breed)s? of)? (?!(?:is|are|was|were|does|do|did|else|can|has|have|if|about|happens|comes|kind|type)\b)([a-z-]+(?: of day)?)\b"
    ),
    "read_text": re.compile(
        r"\b(?:the|this|that|his|her) ((?:[a-z'-]+ )?[a-z'-]+) (?:say|says|read|spell|on)\b|\b(?:on|of) (?:the|his|her|this|that) ([a-z' -]+?)[?.! ]*$|\bthe (licen[cs]e plate)\b"
    ),
    "speech_content": re.compile(r"^what is the ([a-z]+) about\b"),
    "transcribe": re.compile(r"\bthe ([a-z]+) says?\b"),
    "reason": re.compile(r"\b(?:the|this|that) ([a-z]+)\b"),
    "person_identity": re.compile(r"\b(?:the|this|that) ([a-z]+(?: (?:girl|boy|man|woman))?)\b"),
    "frequency": re.compile(r"\bthe ([a-z]+)\b"),
    "order": re.compile(r"\bthe ([a-z]+) (?:do|shown)\b"),
}
_SOMEBODY = re.compile(
    r"\b(?:someone|somebody|anyone|anybody|nobody|no one|people)\b", re.IGNORECASE
)
_ASPECTS = (
    (
        re.compile(r"\b(?:wear|wears|wearing|dressed|have on|has on|clothes|clothing|outfit)\b"),
        "clothes",
    ),
    (re.compile(r"\b(?:background|behind)\b"), "background"),
    (re.compile(r"\bforeground\b"), "foreground"),
    (re.compile(r"\bweather\b"), "weather"),
    (re.compile(r"\b(?:mood|atmosphere)\b"), "mood"),
    (re.compile(r"\b(left|right) side\b"), ""),
    (re.compile(r"\bhow (?:he|she|they) looks?\b"), "appearance"),
)


def _aspect(match: IntentMatch, intent: str, asked: str) -> str:
    if intent != "describe_part":
        return ""
    if "aspect" in match.slots:
        return match.slots["aspect"]
    for pattern, name in _ASPECTS:
        found = pattern.search(asked.lower())
        if found:
            return name or found[0]
    owner, _, part = match.slots.get("subject", "").rpartition("'s ")
    return part if owner else ""


def _with_context(question: str, history: Sequence[Turn]) -> str:
    """The wording that the embedded model was trained on for follow-ups: "What animal is it? dog. What color is it?"."""
    if not history or not _CONTEXT_PRONOUN.search(question):
        return question
    *earlier, before = history
    asked = before.parsed or parse(before.question, earlier)
    answer = " ".join(before.answer.text.split()[:_LONGEST_EARLIER_ANSWER_WORDS]).strip(" .")
    return f"{asked.rendered} {answer}. {question}"


def _foreign_script(text: str) -> str:
    """Language of a text that is mostly not in Latin letters; empty for any other text."""
    letters = [character for character in text if character.isalpha()]
    foreign = sum(ord(character) > _LAST_LATIN for character in letters)
    return detect_language(text) if letters and 2 * foreign > len(letters) else ""


_LAST_LATIN = 0x24F


def _unanswerable(text: str, intent: str, *, language: str = "en") -> Question:
    return Question(
        text=text,
        resolved=text,
        rendered=text,
        intent=intent,
        modality="none",
        language=language,
        score=1.0 if intent == "too_long" else 0.0,
    )
