"""Parsing of questions about the sounds of a video: "when does somebody sing?"."""

from __future__ import annotations

import re

from vqa.question_parts import SoundForm, SoundKind, SoundQuery

_SINGING = r"(?:sing|sings|singing|sung|sang)"
_TALKING = r"(?:talk|talks|talking|speak|speaks|speaking)"
_MUSIC = r"(?:music|melody|melodies|songs?|tunes?|soundtrack)"
_BANG = r"(?:bangs?|gun ?shots?|thuds?|(?:loud|sudden) (?:noises?|sounds?|bangs?))"
_KINDS: tuple[tuple[SoundKind, re.Pattern[str]], ...] = (
    ("singing", re.compile(rf"\b{_SINGING}\b")),
    ("speech", re.compile(rf"\b(?:{_TALKING}|speech|voices?|dialog(?:ue)?s?|conversations?|narrat\w+)\b")),
    ("music", re.compile(rf"\b{_MUSIC}\b")),
    ("silence", re.compile(r"\b(?:silent|silence|quiet)\b")),
    ("bang", re.compile(rf"\b(?:{_BANG}|explosions?|crash|crashes|knocks?|knocking|claps?)\b")),
)  # fmt: skip
_WHO = (
    r"(?:some(?:one|body)|any(?:one|body)|he|she|they|it|people|(?:the|a|this|that) \w+(?: \w+)?)"
)
_END = r"(?: (?:here|at all|in (?:it|(?:the|this|that) (?:video|film|clip|movie))))?[?.! ]*$"
# Questions of other intents that ask for a sound: their whole wording is about it.
_ASKS_SOUND = re.compile(
    rf"^(?:at what time |when |how long |for how long |until when )?(?:"
    rf"(?:does|do|did|is|are|was|were|can you hear|do you hear) {_WHO} (?:{_SINGING}|{_TALKING})|"
    rf"(?:is|are|was|were) (?:there )?(?:any |a |the |some )?(?:{_MUSIC}|singing|silence|{_BANG}|speech|talking)(?: heard| to hear| playing)?|"
    rf"(?:does|do|did|is|has) (?:the |any )?(?:{_MUSIC}|singing|talking|speech|silence)(?: (?:start|begin|stop|end|play|playing|last|over))?|"
    rf"(?:is|was) (?:it|(?:the|this) (?:video|film|clip)) (?:silent|quiet)"
    rf"){_END}",
    re.IGNORECASE,
)
_WHEN = re.compile(r"^(?:at what time|when|until when)\b")
_LENGTH = re.compile(r"^(?:for )?how long\b")
_WHICH = re.compile(r"^(?:what|which)\b")
_STOPS = re.compile(r"\b(?:stop|end|until|over)\b")
_ANY_SOUND = re.compile(
    r"\bwhat (?:sounds?|noises?) |\bwhat (?:can|could|do|did) (?:you|we|i|one) (?:all )?hear|\bwhat is there to hear|\b(?:any|there) (?:sounds?|noises?)\b"
)


def sound_query(intent: str, wording: str, topic: str) -> SoundQuery | None:
    """Return what a question asks about sounds: "when does somebody sing?" -> singing, when.

    Questions of `sound` and `has_speech` always ask about sounds, others by their wording. None for
    other questions.

    Args:
        intent: the question's intent.
        wording: the self-contained question, without a time range that it names, in upper or lower
            case.
        topic: topic of the speech that is asked for; or empty. Of other intents than `sound` and
            `has_speech`, a question with a topic asks for words and gives None.
    """
    wording = wording.lower()
    kind: SoundKind = next((name for name, pattern in _KINDS if pattern.search(wording)), "")
    is_sound = intent in ("sound", "has_speech") or (intent == "has_audio" and kind == "silence")
    if not is_sound and not (kind and not topic and _ASKS_SOUND.match(wording)):
        return None
    form: SoundForm = "whether"
    if _WHEN.match(wording):
        form = "when"
    elif _LENGTH.match(wording):
        form = "length"
    elif not kind and _ANY_SOUND.search(wording):
        form = "list"
    elif _WHICH.match(wording):
        form = "which"
    return SoundQuery(kind=kind, form=form, asks_end=_STOPS.search(wording) is not None)
