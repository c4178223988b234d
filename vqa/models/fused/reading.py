"""Questions about what is written: frames show the model that there is a sign, not what the sign says."""

from __future__ import annotations

import re

CANNOT_READ = "I cannot read what is written in this video."

_WRITER = (
    r"(?:airline|band|bank|batter|boat|brand|city|company|hotel|man|movie|person|player|product|restaurant|road|school|"
    r"ship|shop|show|song|station|store|street|team|town|woman)"
)
_TO_BE_READ = re.compile(
    r"^(?:and |so |but )?(?:"
    r"what(?: is|'s|s)? (?:the )?time (?:is it|does|is (?:on|shown|displayed)|on)\b(?! of)|"
    r"what is the time\b|"
    r"what (?:is|are|was|were) (?:written|printed|spelled)\b|"
    r"what (?:text|words?|letters?) (?:is|are|on|does)\b|"
    r"what (?:airline|brand|company|logo|sponsor) \w+|"
    r"what(?: is|'s)? (?:the )?numbers? (?:is|are|on|does)\b|"
    r"what (?:does|do|did) (?:it|the|this|that|his|her|their) ?.*\b(?:say|read|spell)\b|"
    rf"what (?:is|'s) the names? (?:on\b|of (?:the|this|that) {_WRITER}\b)|"
    r"what (?:is|'s) the (?:brand|license plate|licence plate|phone number|website|slogan|headline)\b"
    r")",
    re.IGNORECASE,
)


def asks_to_read(question: str) -> bool:
    """Whether only reading answers a question: what a sign says, what time a clock shows, which number a shirt bears."""
    return _TO_BE_READ.match(" ".join(question.split())) is not None
