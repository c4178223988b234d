"""Question phrases without a verb that suggest their answer: "on what, grass?" asks "on grass?"."""

from __future__ import annotations

import re

from vqa.english import PREPOSITIONS
from vqa.place_nouns import place_preposition
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.nouns.noun_phrases import QUESTION_WORDS
from vqa.questions.words.rewriting import AUXILIARY

_PREPOSITION = "|".join(sorted(PREPOSITIONS))
_PHRASE = re.compile(
    rf"^(?:(?:and|but|so|or|ok|okay|then)[, ]+)*(?:(?P<before>{_PREPOSITION}) (?:what|who|whom|which|where)(?: one)?|"
    rf"(?:what|who) (?P<after>{_PREPOSITION})|(?P<where>where)|who|when|which(?: ones?)?|[a-z]+ing what|(?:what|which) colou?r|how many)"
    r"(?: exactly| then)?, (?:like |maybe |perhaps |probably )?(?P<answer>[^,]+?)[?.! ]*$",
    re.IGNORECASE,
)
_AUXILIARY = re.compile(AUXILIARY, re.IGNORECASE)


def suggestion_of_phrase(text: str) -> str:
    """Return what a question phrase without a verb suggests: "with who, a dog?" -> "with a dog?".

    "Where, the park?" -> "in the park?". Other texts are returned unchanged.

    Args:
        text: one question, as typed.
    """
    phrase = _PHRASE.match(normalized_wording(text))
    if phrase is None:
        return text
    answer = phrase["answer"]
    first = answer.lower().split()[0]
    if first in QUESTION_WORDS or _AUXILIARY.fullmatch(first):
        return text
    preposition = phrase["before"] or phrase["after"] or ""
    if phrase["where"]:
        preposition = place_preposition(answer)
    return f"{answer if first in PREPOSITIONS else f'{preposition} {answer}'.strip()}?"
