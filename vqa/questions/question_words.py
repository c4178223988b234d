"""Question words without a verb: "where?", "doing what?", "and the astronaut, when?", as questions about a noun."""

from __future__ import annotations

import re

from vqa.english import plural_of, singular_of
from vqa.questions.discourse import Resolution

# Patterns of fragments, and the questions that they become about one thing and about many.
WH_FRAGMENTS: tuple[tuple[re.Pattern[str], str, str], ...] = tuple(
    (re.compile(rf"^{pattern}[?.! ]*$", re.IGNORECASE), singular, plural)
    for pattern, singular, plural in (
        (
            r"(?:where|where exactly|whereabouts|where (?:is|are) (?:it|that|they|he|she)|in which corner|where does it lie)",
            "where is the {one}?",
            "where are the {many}?",
        ),
        (
            r"(?:what |which |in what |in which )?colou?rs?(?: (?:is|are|does|do) (?:it|they|that|he|she)(?: have)?)?",
            "what color is the {one}?",
            "what color are the {many}?",
        ),
        (
            r"(?:whats|what is|what are) (?:its|their) colou?rs?",
            "what color is the {one}?",
            "what color are the {many}?",
        ),
        (
            r"how many(?: (?:are|is) there| of (?:them|those|it)| do you see| (?:do|can) you see| in total)?",
            "how many {many} are there?",
            "how many {many} are there?",
        ),
        (
            r"(?:doing what|what (?:is|are) (?:it|he|she|they) (?:doing|busy with|up to)(?: right now)?)",
            "what is the {one} doing?",
            "what are the {many} doing?",
        ),
        (r"(?:on|in|under) what", "what is the {one} on?", "what are the {many} on?"),
        (
            r"what (?:does|do) (?:it|he|she|they) look like",
            "what does the {one} look like?",
            "what do the {many} look like?",
        ),
        (
            r"(?:when|when exactly|at what time|at which second|around which second|what time|when is that|when was that|when does (?:it|that|this) happen|which second)",
            "when does the {one} appear?",
            "when do the {many} appear?",
        ),
        (
            r"(?:isn't there one|is there one|is there really none|(?:do not|don't|can't) you see (?:one|any)|can you see one|none|sure there (?:is|are) (?:none|no))",
            "is there a {one}?",
            "are there any {many}?",
        ),
        (
            r"(?:show (?:me )?(?:that|it|this)(?: to me)?|take me there|(?:jump|go|skip) (?:there|to it|to that)|play (?:that|it)|show me)(?: please)?",
            "show me the {one}",
            "show me the {many}",
        ),
        (
            r"(?:is it|are there|is there) (?:just|only) one",
            "how many {many} are there?",
            "how many {many} are there?",
        ),
        (
            r"(?:how long|for how long)",
            "how long is the {one} visible?",
            "how long are the {many} visible?",
        ),
        (
            r"what (?:noise|sound) does (?:it|he|she) make",
            "what noise does the {one} make?",
            "what noise do the {many} make?",
        ),
        (
            r"what (?:kind|type|breed|sort|kind of (?:one|thing))(?: (?:is|are) (?:it|they|that))?",
            "what kind of {one} is it?",
            "what kind of {many} are they?",
        ),
    )
)


# "And the astronaut, when?", "hair color?"
NOUN_FIRST = re.compile(
    r"^(?:the |his |her |its )?(?P<noun>(?!what\b|which\b)[a-z-]+(?: [a-z-]+)?),? (?P<wh>when|where|colou?r|what colou?r|how many)[?.! ]*$",
    re.IGNORECASE,
)
_WH_TEMPLATES = {
    "when": "when does the {noun} appear?",
    "where": "where is the {noun}?",
    "color": "what color is the {noun}?",
    "how many": "how many {many} are there?",
}


def ask_about(noun: str, wh: str) -> Resolution:
    """Resolve a noun with a question word behind it."""
    template = _WH_TEMPLATES[wh.removeprefix("what ").replace("colour", "color")]
    return Resolution(
        text=template.format(noun=noun, many=plural_of(singular_of(noun))), changed=True
    )
