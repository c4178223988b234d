"""Things that a remark introduces, as antecedents of the question after it.

"And then there's a black dog, he seems happy." introduces the black dog, "Oh a kite, I used to make
those." the kite that the person corrects or confirms.
"""

from __future__ import annotations

import re

from vqa.english import names_plural, plural_of
from vqa.questions.further_questions import DISCOURSE_MARKERS
from vqa.questions.living_nouns import is_living
from vqa.questions.noun_phrases import nouns_of, without_determiner
from vqa.questions.sentence_parts import MessagePart

_WHEN = r"(?:then|later|next|afterwards?|(?:right |shortly )?after (?:that|this|it)|before (?:that|this|it)|at the (?:end|start|beginning)|in the (?:end|middle|background|foreground)|suddenly)"
_MARKERS = rf"(?:(?:{DISCOURSE_MARKERS}|yes|no|nope|beautiful|great|cool|nice|good|thanks|thank you|{_WHEN})\b[ ,.!]*)*"
_ARTICLE = r"(?:an?|the|this|that|these|those|some|two|three|four)"
# "And then there's also a black dog", "I think it's a burger", "later we see this little boy"
_EXISTS = re.compile(
    rf"^{_MARKERS}(?:(?:i (?:think|guess|believe|mean|meant)|so|maybe)[ ,]+)*"
    r"(?:there (?:is|are|was|were|comes)|there's|theres|(?:it|that)(?:'s| is| was)|(?:we|you|i) (?:can |could )?(?:see|saw|get)) "
    rf"(?:also |even |clearly |actually |suddenly |just )*(?P<phrase>{_ARTICLE} [^.?!]+)",
    re.IGNORECASE,
)
# "A piano, that's funny", "Oh a kite!"
_NAME = re.compile(
    rf"^{_MARKERS}(?P<phrase>an? [a-z-]+(?: [a-z-]+){{0,2}})(?=[,.!])", re.IGNORECASE
)
# "My cat does the exact same thing!"
_ALIKE = re.compile(
    rf"^{_MARKERS}(?:(?:omg|wow|haha|lol|aww?)[ ,!]*)*(?:my|our) (?P<noun>[a-z-]+) (?:always |also |often )?(?:does|do|did|has|had|looks?|acts?|sits?|is) (?:exactly |just |always )?(?:the (?:very |exact )?same|like (?:this|that|him|her)|that too)\b",
    re.IGNORECASE,
)
# "Young man on the board": a topic of which the article was removed
_BARE = re.compile(
    r"^(?:(?:the|this|that|an?) )?(?P<noun>[a-z-]+(?: [a-z-]+){0,2}) (?:in|on|at|with|behind|next to|near) (?:the|an?|his|her) [a-z -]+$",
    re.IGNORECASE,
)
_MINE = frozenset({"my", "mine", "our", "ours", "your"})


def with_introduction(part: MessagePart) -> MessagePart:
    """Turn a remark that introduces a thing into a topic: "then there's a dog." -> topic "dog".

    A topic loses its article; any other part is returned unchanged. A plural stays: "horses".
    """
    if part.kind == "topic":
        return MessagePart(kind="topic", text=without_determiner(part.text))
    noun = introduced_noun(part.text)
    return MessagePart(kind="topic", text=noun) if noun else part


def introduced_noun(text: str) -> str:
    """Return the noun that a remark introduces, in lower case; "" if it introduces none.

    "Later there are two horses on a hill." -> "horses". A thing of the writer, "it's my dog", is
    not introduced, unless it is compared with one of the video: "my cat does the same".

    Args:
        text: one remark of a message, as typed.
    """
    if "?" in text:
        return ""
    bare = _BARE.match(text.strip(" .!"))
    if bare is not None:
        noun = next(iter(nouns_of(f"the {bare['noun']}")), "")
        return noun if noun == bare["noun"].lower() else ""
    alike = _ALIKE.match(text)
    if alike is not None:
        return alike["noun"].lower() if is_living(alike["noun"].lower()) else ""
    match = _EXISTS.match(text) or _NAME.match(text)
    if match is None or _MINE & set(match["phrase"].partition(",")[0].lower().split()):
        return ""
    phrase = re.split(r",| who | which | that (?=[a-z]+s\b)", match["phrase"])[0].strip()
    noun = next(iter(nouns_of(phrase)), "")
    return plural_of(noun) if names_plural(phrase, noun) else noun
