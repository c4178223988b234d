"""A question in plain words: every rule that reads questions reads them so.

"Could you tell me what's on the table, please?" asks what is on the table; "Isn't there a cat?" asks whether there is.
"""

from __future__ import annotations

import re

_GREETING = re.compile(
    r"^(?:(?:and|so|but|ok|okay|hey|hi|hello|well|please)\b[,!]? )+", re.IGNORECASE
)
_PLEASE = re.compile(r",? please(?=[?.! ]*$)", re.IGNORECASE)
_WRITTEN_TOGETHER = re.compile(r"^(what|where|who|how|that|there)s\b", re.IGNORECASE)
_IS = re.compile(r"\b(what|where|who|when|how|which|there|that|it|he|she)'s\b", re.IGNORECASE)
_NOT_AT_FIRST = re.compile(
    r"^(is|are|was|were|does|do|did|has|have|had|can|could|would|will)(?:n't| not) ", re.IGNORECASE
)
_IRREGULAR_NOT = {"can't ": "can ", "cannot ": "can ", "won't ": "will "}
_OR_NOT = re.compile(r",? or (?:not|no)(?=[?.! ]*$)", re.IGNORECASE)
_WH = r"(?:what|which|who|whose|where|when|how|why|if|whether)"
_POLITE = re.compile(
    r"^(?:(?:can|could|would|will) you |do you |i (?:want|would like|'d like) to |i )?(?:please |kindly )?"
    rf"(?:tell me|tell|say|explain|show me|know|see|guess|wonder)(?: please)?,? (?={_WH}\b)",
    re.IGNORECASE,
)
_ASKED_TO = re.compile(
    r"^(?:can|could|would|will) you (?:please |kindly )?"
    r"(?=(?:describe|summari[sz]e|caption|count|name|list|read|identify|give)\b)",
    re.IGNORECASE,
)
_BE = r"(?:is|are|was|were)"
_IF_THERE = re.compile(rf"^(?:if|whether) there ({_BE}) ", re.IGNORECASE)
_NOUN = r"(?:an?|the|this|that|these|those|any|some|his|her|it|he|she|they)\b"
_IF = re.compile(
    rf"^(?:if|whether) ({_NOUN}.*?) ({_BE}|has|have|can|does|do) (?=\w)", re.IGNORECASE
)
_TOLD = re.compile(
    rf"^((?:what|which)(?: colou?r| kind of \w+| \w+)?|where|when|who) ({_NOUN}.*?) ({_BE})( \w+ing\b.*?)?([?.! ]*)$",
    re.IGNORECASE,
)
_TOLD_WHEN = re.compile(rf"^when ({_NOUN}.*?) (\w+[^s\W])s([?.! ]*)$", re.IGNORECASE)
_TOLD_NUMBER = re.compile(rf"^(how many .+?) there ({_BE})\b", re.IGNORECASE)
# "Any dogs?", "number of cars", "colour of the car": questions without their verb.
_ANY = re.compile(r"^any (?=\w)(?!(?:one|body|thing|where|idea|of)\b)", re.IGNORECASE)
_NUMBER_OF = re.compile(r"^(?:the )?number of (\w[\w ]*?)[?.! ]*$", re.IGNORECASE)
_COLOUR_OF = re.compile(r"^(?:the )?(colou?r) of (?=(?:the|this|that|his|her|its|their)\b)", re.IGNORECASE)  # fmt: skip
_TAG = re.compile(
    rf"^(there|it|this|that|he|she|they) ({_BE}) (?!not\b)(.+?),? "
    r"(?:right|correct|true|yes|no|(?:isn't|wasn't|aren't|weren't|is|was) (?:there|it|this|that|he|she|they))[?.! ]*$",
    re.IGNORECASE,
)
_YOU_SEE = re.compile(r"^what (you|we|i) (see|notice|find)\b", re.IGNORECASE)
_COUNT = re.compile(
    r"^count (?:up )?(?:all )?(?:of )?(?:the )?(\w[^?.!]*?)(?: (?:there|in the \w+))?[?.! ]*$",
    re.IGNORECASE,
)


def plainly(question: str) -> str:
    """The same question without greeting, politeness, contractions and "or not"; single spaces.

    "not" is undone at the beginning alone, where it asks no less for the thing itself.
    """
    plain = " ".join(question.replace("\u2019", "'").split())
    plain = _PLEASE.sub("", _GREETING.sub("", plain))
    plain = _IS.sub(r"\1 is", _WRITTEN_TOGETHER.sub(r"\1 is", plain))
    plain = _TAG.sub(r"\2 \1 \3?", plain)
    for short, whole in _IRREGULAR_NOT.items():
        if plain.lower().startswith(short):
            plain = whole + plain[len(short) :]
    plain = _OR_NOT.sub("", _NOT_AT_FIRST.sub(r"\1 ", plain))
    asked = _POLITE.sub("", plain)
    if asked != plain:
        asked = _IF.sub(r"\2 \1 ", _IF_THERE.sub(r"\1 there ", asked))
        asked = _TOLD_NUMBER.sub(r"\1 \2 there", _TOLD.sub(r"\1 \3 \2\4\5", asked))
        asked = _TOLD_WHEN.sub(r"when does \1 \2\3", asked)
    asked = _YOU_SEE.sub(r"what do \1 \2", asked)
    asked = _COLOUR_OF.sub(r"what is the \1 of ", _ANY.sub("are there any ", asked))
    asked = _NUMBER_OF.sub(r"how many \1 are there?", asked)
    return _COUNT.sub(r"how many \1 are there?", _ASKED_TO.sub("", asked))
