"""Question tags and interjections that are sentences of their own: "He is old. Right?", "Huh?"."""

from __future__ import annotations

import re

from vqa.questions.messages.sentence_parts import MessagePart
from vqa.questions.messages.statement_clauses import with_plain_tag

_TAG = re.compile(
    r"^(?:right|no|yes|yeah|correct|true|ok|eh|huh|or not|is (?:that|this|it) (?:right|true|correct|so)|am i (?:right|correct|wrong|mistaken)|isn't (?:it|that so))[?!. ]*$",
    re.IGNORECASE,
)
# "The one in red? What did he do?"
_NOUN_ALONE = re.compile(
    r"^(?:the|this|that) [a-z-]+(?: [a-z-]+)?(?: (?:in|on|at|with|behind) (?:the )?[a-z-]+(?: [a-z-]+)?)?\?$",
    re.IGNORECASE,
)
_INTERJECTION = re.compile(
    r"^(?:huh|what|oh|really|hm+|sorry|pardon|eh|hello|hi|only (?:that|this)|(?:is )?that(?:'s| is)? (?:it|all)|no way|seriously|see|"
    r"how (?!many\b|much\b|long\b|often\b|old\b|big\b|tall\b|far\b|fast\b|high\b|heavy\b|come\b|(?:is|are|was|were|do|does|did|can)\b)[a-z]+(?:, [^?]*)?)[?!. ]*$",
    re.IGNORECASE,
)


def join_tags(parts: list[MessagePart]) -> list[MessagePart]:
    """Join question tags such as "right?" with the part before; make "huh?" a remark.

    "He is old.", "right?" -> "He is old, right?". An interjection, "huh?", and a noun alone, "the
    one in red?", become remarks unless they are the last part, and so does a tag that is the first.
    """
    whole_parts: list[MessagePart] = []
    for part in parts:
        before = whole_parts[-1] if whole_parts else None
        if before is not None and part.kind == "question" and before.kind == "remark":
            # "I thought there was a dog.", "was there?"
            claim = with_plain_tag(
                f"{before.text.rstrip(' .')}, {part.text[0].lower()}{part.text[1:]}"
            )
            if claim.endswith(", right?") and len(part.text.split()) <= _MAX_TAG_WORDS:
                whole_parts[-1] = MessagePart(kind="question", text=claim)
                continue
        if part.kind == "question" and _TAG.match(part.text) and whole_parts:
            tag = part.text if len(part.text.split()) == 1 else "right?"
            whole_parts[-1] = MessagePart(
                kind="question", text=f"{whole_parts[-1].text.rstrip(' .')}, {tag}"
            )
        elif (
            part.kind == "question"
            and part is not parts[-1]
            and any(form.match(part.text) for form in (_TAG, _INTERJECTION, _NOUN_ALONE, _ASSERTS))
        ) or (len(parts) > 1 and _commands_to_look(part)):
            whole_parts.append(MessagePart(kind="remark", text=part.text))
        else:
            whole_parts.append(part)
    return whole_parts


# "Isn't it not?"
_MAX_TAG_WORDS = 3


def _commands_to_look(part: MessagePart) -> bool:
    """Whether a part only tells where to look: "look at the top", beside "are you sure?"."""
    return part.kind == "question" and part.text.lower().startswith(_LOOK)


_LOOK = ("look at ", "look again", "just look ", "have a look", "take a look")


# "I was told there is a horse??", unlike "I think it is a horse?"
_ASSERTS = re.compile(
    r"^(?:(?:ok|so|well|hi|hello|hey)[, ]+)*(?:i'm|im|my|we|i (?!think|thought|guess|believe|see|saw|bet|mean|meant|wonder|assume|suppose)[a-z]+) [^?]+\?+$",
    re.IGNORECASE,
)
