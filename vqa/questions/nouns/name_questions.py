"""Detection of the kind of name that a question asks for: "What animal is it?" -> "animal"."""

from __future__ import annotations

import re

from vqa.english import base_form, singular_of
from vqa.questions.nouns.mentions import PHRASE_ENDS
from vqa.questions.words.rewriting import AUXILIARY
from vqa.questions.words.spelling import is_verb

# Kinds by the words that a question uses for them; the names are in vqa/models/fused/kind_names.tsv.
KIND_WORDS = {
    "animal": "animal", "creature": "animal", "vehicle": "vehicle", "instrument": "instrument", "sport": "sport",
    "food": "food", "fruit": "fruit", "vegetable": "vegetable", "tool": "tool", "furniture": "furniture",
    "clothing": "clothing", "clothes": "clothing", "garment": "clothing",
}  # fmt: skip
# Kinds of places that have proper names, which the frames do not show.
PLACE_NAMES = frozenset(
    "country city town village state county province region continent street avenue district neighborhood neighbourhood suburb island address".split()
)
_KIND = rf"(?:musical )?(?P<kind>{'|'.join(KIND_WORDS)})"
_OF = r"(?:(?:kinds?|types?|sorts?|pieces?|items?|articles?) of )?(?:an? )?"
# Words that may follow the kind in a question for its name, unlike another noun: "what animal shelter is it?".
_NEXT = (
    r"(?= (?:is|are|was|were|do|does|did|can|could|has|have|appears?|you|on|in|at|to the|next to|near|beside|behind|"
    r"under|with|called|named|this|that|it)\b|[?.! ]*$)"
)
_NAME_QUESTION = re.compile(
    rf"^(?:(?:what|which) {_OF}{_KIND}{_NEXT}|what (?:is|was) (?:the|this|that) {_KIND.replace('kind', 'whole')}"
    r"(?: (?:called|(?:on|in|at|near|beside|behind|under|next to) .+))?[?.! ]*$|"
    rf"(?:name|identify) (?:the|this|that) {_KIND.replace('kind', 'named')}{_NEXT})",
    re.IGNORECASE,
)
_WHO = re.compile(r"^whom? ", re.IGNORECASE)
# Order within the video, and properties of the thing instead of its name.
_MORE_THAN_A_NAME = re.compile(
    r"\b(?:first|last|then|before|after|other|else|colou?r|size|part|breed)\b", re.IGNORECASE
)


def kind_of_name(question: str) -> str:
    """Return the category of names that answers a question: "What animal is it?" -> "animal".

    The category is a value of `KIND_WORDS`, or "person" for "Who is near the door?";
    `vqa/models/fused/kind_names.tsv` lists the names of each. Empty for any other question, and for
    one that asks for more than a name, such as an order or a color: "What animal is first?".

    Args:
        question: one self-contained question, normalized.
    """
    if _WHO.match(question):
        return "person"
    match = _NAME_QUESTION.match(question)
    if match is None or _MORE_THAN_A_NAME.search(question):
        return ""
    word = match["kind"] or match["whole"] or match["named"]
    return KIND_WORDS[word.lower()]


# "What is he doing with it?" asks for more than the name of an action.
_WITH = frozenset({"with", "about"})


def name_kind_of(question: str, intent: str) -> str:
    """Return the kind of name that answers a question: "action" for "What is the man doing?".

    Of a question with the intent `identify` it is that of `kind_of_name`; empty if no name answers.

    Args:
        question: one self-contained question, normalized.
        intent: its intent.
    """
    if intent == "identify":
        return kind_of_name(question)
    words = question.lower().strip(" ?.!").split()
    asks_action = not {"doing", "do", "action", "activity"}.isdisjoint(words[1:])
    is_name = intent in ("action", "order") and asks_action and _WITH.isdisjoint(words)
    return "action" if is_name else ""


_NO_KIND = rf"(?!(?:hers|{'|'.join(sorted(map(re.escape, PHRASE_ENDS)))})\b)"
_KIND_OF_THING = re.compile(
    rf"^(?:in (?=(?:what|which) (?:{'|'.join(sorted(PLACE_NAMES))})\b))?(?:what|which) (?:(?:kinds?|types?|sorts?) of )?(?P<noun>time of day|{_NO_KIND}[a-z'-]+(?: {_NO_KIND}[a-z'-]+)?)(?: and {_NO_KIND}[a-z'-]+)?"
    # "Which leg goes back?" has no auxiliary verb.
    rf"(?= (?:{AUXILIARY}|(?!(?:this|his|its|hers)\b)[a-z]+(?<!s)s)\b|[?.! ]*$)",
    re.IGNORECASE,
)


# "What is this trick called?"
_NAME_OF = re.compile(
    r"^what (?:is|are) (?:the|this|that|these|those) (?P<noun>[a-z'-]+) (?:called|named)\b",
    re.IGNORECASE,
)


_ENDS_WITH_VERB = re.compile(r"^which [a-z]+[^s\W] [a-z]+s[?.! ]*$", re.IGNORECASE)


def kind_of_thing(question: str) -> str:
    """Return the noun that "what" or "which" asks to specify: "What breed is the dog?" -> "breed".

    Any noun counts, also one that is no category of `kind_of_name`. It is singular, in lower case
    and without modifiers: "What kind of red flowers are these?" -> "flower", "What is this trick
    called?" -> "trick". Empty for a question without such a noun.

    Args:
        question: one self-contained question, normalized.
    """
    match = _KIND_OF_THING.match(question) or _NAME_OF.match(question)
    words = match["noun"].lower().split() if match is not None else [""]
    if len(words) > 1 and _ENDS_WITH_VERB.match(question) and is_verb(base_form(words[-1])):
        # "Which car wins?"
        words.pop()
    noun = singular_of(words[-1])
    return "" if noun in ("one", "else") else noun


# "What is this?", "whats that here"
_WHAT_IS_THIS = re.compile(
    r"^(?:(?:and|so|ok|hey|but),? )?what(?:'s|s| is) (?:this|that|it|here|in (?:this|the) box)(?: (?:here|there|thing|one|now|in (?:this|the) box))?[?.! ]*$",
    re.IGNORECASE,
)


def as_question_about_box(text: str) -> str:
    """Return a question about a box in a picture so that it asks for a name.

    "What is this?" asks what the whole video shows, but of a box, "What thing is this?". Other
    questions are returned unchanged.
    """
    return "What thing is this?" if _WHAT_IS_THIS.match(" ".join(text.split())) else text
