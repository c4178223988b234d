"""Types of the fields of a parsed question, `vqa.types.Question`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

AnswerKind = Literal["yes_no", "choice", "description", "open"]
# What it takes to answer: looking, the file's facts, the transcript, a search for a moment, nothing of the video.
Modality = Literal["sight", "screen", "speech", "sound", "date", "none"]
SoundKind = Literal["speech", "singing", "music", "silence", "bang", ""]
SoundForm = Literal["whether", "when", "length", "which", "list"]


@dataclass(frozen=True, kw_only=True)
class SoundQuery:
    """What a question asks about the sounds of a video.

    Args:
        kind: the kind of sound; '' for a sound that the detector does not name.
        form: whether or when there is such a sound, for how long, which one, or all sounds.
        asks_end: whether a question of time asks until when the sound is heard.
    """

    kind: SoundKind
    form: SoundForm
    asks_end: bool = False


@dataclass(frozen=True, kw_only=True)
class ReplyForm:
    """Words of a question that the sentence of its reply takes over; empty where it has none.

    Args:
        verb: first auxiliary verb of a yes/no question in lower case, such as "is" or "does".
        subject: the subject of a yes/no question, such as "the man", "it" or "anyone".
        predicate: what a yes/no question states of the subject, such as "wearing a hat".
        doer: who does what an open question asks for, such as "she".
        nouns: the nouns that the question names, singular and without article.
        is_plural: whether its target or subject is named in the plural.
        direction: preposition of the direction that "where is he looking?" asks for.
        worn_on: part of the body on which something is worn, such as "head".
        asks_which: whether the question begins with "which one".
    """

    verb: str = ""
    subject: str = ""
    predicate: str = ""
    doer: str = ""
    nouns: tuple[str, ...] = ()
    is_plural: bool = False
    direction: Literal["", "at", "toward"] = ""
    worn_on: str = ""
    asks_which: bool = False
