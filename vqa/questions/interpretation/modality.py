"""Modality of a question by its wording: on-screen text, speech or other sounds of the video.

The argument `question` is one self-contained question, normalized, in any case.
"""

from __future__ import annotations

import re

from vqa.questions.words.living_nouns import is_person

_BEARERS = (
    r"(?:banner|billboard|board|book|bottle|box|building|bus|button|cake|cap|caption|card|clock|door|flag|hat|it|jersey|"
    r"label|letter|menu|note|page|paper|plate|poster|screen|shirt|sign|sticker|text|title|train|truck|van|wall|watch)s?"
)
_NAME_OWNERS = (
    r"(?:airline|band|bank|batter|boat|book|brand|city|company|hotel|man|movie|person|player|product|restaurant|road|"
    r"school|ship|shop|show|song|station|store|street|team|town|woman)"
)
_TEXT = re.compile(
    rf"\b(?:what (?:does|do|did) (?:.* )?{_BEARERS} (?:say|read|show|spell)|"
    r"(?:what|which) (?:text|words?|letters?|writing|title)(?: (?:is|are|on|does|can|appears?)\b|[?.! ]*$)|"
    r"what (?:is|are|was|were) (?:written|printed|spelled)|what (?:can|could) (?:be|you|one) read|"
    r"what (?:is|are) on (?:the|this|that) (?:sign|label|billboard)s?[?.! ]*$|"
    r"^read (?:it|me|out|what|the|this|that)\b)",
    re.IGNORECASE,
)
_MUST_BE_READ = re.compile(
    r"^(?:what time (?:is it|does|is (?:on|shown|displayed)|on)\b(?! of)|"
    r"what is the (?:time\b(?! of)|brand|licen[cs]e plate|phone number|website|slogan|headline)|"
    r"(?:what|which) numbers? (?:is|are|on|does)\b|what is the number (?:on|of the (?:bus|train|player|shirt))\b|"
    rf"what is the names? (?:on\b|of (?:the|this|that) {_NAME_OWNERS}\b)|what is (?:the|his|her|its|their) (?:\w+'s )?names?[?.! ]*$|"
    r"(?:what|which) (?:airline|brand|company|logo|sponsor) \w)",
    re.IGNORECASE,
)
_SPEECH = re.compile(
    r"\b(?:what (?:does|do|did) (?:he|she|they|the \w+|someone|anyone|people) (?:say|tell|talk)|"
    r"what (?:is|are|was|were) (?:(?:he|she|they|the \w+|people) )?(?:being )?(?:said|saying|told|telling|spoken))\b",
    re.IGNORECASE,
)
_VOICES = r"(?:talking|speech|speaking|voices?|dialogu?es?|narration|conversations?)"
_SOUND = re.compile(
    r"\b(?:can|could|do|did) (?:you|we|i|one) hear\b|^what (?:can|do|did) (?:you|we|i) hear\b|"
    rf"^(?:is|are|was|were) there (?:any |a |some )?(?:music|sounds?|noises?|audio|barking|songs?|{_VOICES})\b|"
    r"^(?:what|which) (?:sounds?|noises?|music|songs?|languages?) \w|"
    r"^what (?:is|are) the (?:music|songs?|sounds?|noises?|audio)\b|\b(?:be heard|sounds? like)\b",
    re.IGNORECASE,
)


def _asks_for_text(question: str) -> bool:
    """Whether a question asks for the wording of on-screen text: "What does the sign say?"."""
    return _TEXT.search(question) is not None


def asks_to_read(question: str) -> bool:
    """Whether the answer is text or a number in the frame: on a sign, a clock or a number plate.

    "What does the sign say?", "what time is it?", "which brand is it?".
    """
    return _asks_for_text(question) or _MUST_BE_READ.match(question) is not None


def asks_for_speech(question: str) -> bool:
    """Whether a question asks what a person says: "what does he say?".

    False for on-screen text: "what does the sign say?".
    """
    return not _asks_for_text(question) and _SPEECH.search(question) is not None


def asks_for_sound(question: str) -> bool:
    """Whether a question asks what can be heard: "is there any music?", "can you hear a voice?".

    False for what a person says, see `asks_for_speech`; and for "is anyone talking?", "is it loud?"
    and other wordings without a word such as "hear", "music", "noise" or "sound".
    """
    return _SOUND.search(question) is not None


_TEXT_INTENTS = frozenset({"speech_content", "identify", "when"})
# Parts of a text; after a question about on-screen text, they are parts of that text.
_TEXT_PARTS = re.compile(
    r"\b(?:words?|letters?|lines?|sentence|language|time|date|year|numbers?|title|score)\b",
    re.IGNORECASE,
)
_CLOCK = re.compile(
    r"^what time (?:does|do|did|is) .*\b(?:show|say|clock|watch|screen)\b", re.IGNORECASE
)
_SAYS = re.compile(
    r"^what (?:does|do|did) (?:it|this|that|(?:the|his|her|its|their) (?P<noun>[a-z '-]+?)) (?:say|read)\b",
    re.IGNORECASE,
)

# "Does it say where this was filmed?"
_WHETHER_IT_SAYS = re.compile(
    rf"^(?:does|did) (?:it|this|that|the (?:caption|subtitle|{_BEARERS})s?(?: (?:in|on|at|behind|next to|near|beside) (?:the |his |her )?[a-z]+)?) say\b",
    re.IGNORECASE,
)


def asks_on_screen_text(intent: str, query: str, intent_before: str) -> bool:
    """Whether an intent such as `speech_content` is to be corrected to on-screen text.

    True for

    - `speech_content`: "what does the sign say?", but not "what does the man say?"
    - `when`: "what time does the clock show?"
    - `speech_content`, `when` and `identify` after a question about text: "what is the first word?"
    - any intent: "does it say where this is?"

    Args:
        intent: the question's intent.
        query: the self-contained, normalized question.
        intent_before: intent of the latest question; empty without one.
    """
    follows_text = intent_before in ("read_text", "has_text")
    if follows_text and intent in _TEXT_INTENTS and _TEXT_PARTS.search(query):
        return True
    if intent == "when" and _CLOCK.match(query):
        return True
    if _WHETHER_IT_SAYS.match(query):
        return True
    match = _SAYS.match(query) if intent == "speech_content" else None
    noun = (match["noun"] or "") if match else ""
    return match is not None and not (
        is_person(noun) or noun in ("video", "audio", "voice", "narration")
    )
