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
            r"(?:(?:show me |tell me |and )?when|when exactly|at what time|at (?:which|what|wich) (?:second|time|point|moment)|around which second|what time|when is that|when was that|when does (?:it|that|this) happen|which second)",
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
            r"(?:which|what)(?: ones?| kinds?)?(?: of them)?",
            "which {one}?",
            "what {many} are there?",
        ),
        (
            r"(?:since when|from when|from what time)",
            "since when is the {one} visible?",
            "since when are the {many} visible?",
        ),
        (
            r"how (?:heavy|much does (?:it|he|she|that) weigh)",
            "how heavy is the {one}?",
            "how heavy are the {many}?",
        ),
        (
            r"how (?:big|large)(?: (?:is|are) (?:it|that|they|he|she))?",
            "how big is the {one}?",
            "how big are the {many}?",
        ),
        (
            r"how (?:tall|high)(?: (?:is|are) (?:it|that|they|he|she))?",
            "how tall is the {one}?",
            "how tall are the {many}?",
        ),
        (
            r"how (?:old)(?: (?:is|are) (?:it|that|they|he|she))?",
            "how old is the {one}?",
            "how old are the {many}?",
        ),
        (
            r"how (?:fast)(?: (?:is|are) (?:it|that|they|he|she)(?: going)?)?",
            "how fast is the {one}?",
            "how fast are the {many}?",
        ),
        (
            r"how far(?: away)?(?: (?:is|are) (?:it|that|they|he|she))?",
            "how far away is the {one}?",
            "how far away are the {many}?",
        ),
        (
            r"(?:what|which) (?:brand|make|model)(?: (?:is|are) (?:it|they|that))?|brand",
            "what brand is the {one}?",
            "what brand are the {many}?",
        ),
        (
            r"(?:(?:what|which) )?(?:material|made of what|what (?:is|are) (?:it|they|that) made of)",
            "what is the {one} made of?",
            "what are the {many} made of?",
        ),
        (
            r"(?:which|what|on which|on what) side(?: (?:is|are) (?:it|they|that|he|she)(?: on)?)?",
            "on which side is the {one}?",
            "on which side are the {many}?",
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
    """Return the question that a noun with a question word asks: "the cat, when?" asks when it appears.

    Args:
        noun: the noun.
        wh: the question word or phrase, such as "when" or "what color".
    """
    template = _WH_TEMPLATES[wh.removeprefix("what ").replace("colour", "color")]
    return Resolution(
        text=template.format(noun=noun, many=plural_of(singular_of(noun))), changed=True
    )
