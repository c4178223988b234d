"""Types of the fields of a parsed question, `vqa.types.Question`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from vqa.look_words import Degree, Look
from vqa.timecode import TimeRange

AnswerKind = Literal["yes_no", "choice", "description", "open"]
# Source of an answer: frames or metadata (`sight`), on-screen text (`screen`), transcript (`speech`), sounds,
# a time or date (`date`), nothing of the video (`none`).
Modality = Literal["sight", "screen", "speech", "sound", "date", "none"]
SoundKind = Literal["speech", "singing", "music", "silence", "bang", ""]
SoundForm = Literal["whether", "when", "length", "which", "list"]


@dataclass(frozen=True, kw_only=True)
class SoundQuery:
    """What a question asks about the sounds of a video.

    Args:
        kind: the kind of sound; '' if the question names none, or a sound that is not detected by
            name.
        form: `whether` there is such a sound, `when`, for how long (`length`), `which` one it is,
            or all sounds (`list`).
        asks_end: whether the question has a word such as "stop" or "until"; with the form `when`,
            it then asks until when the sound is heard.
    """

    kind: SoundKind
    form: SoundForm
    asks_end: bool = False


SceneQuantifier = Literal["which", "without", "number", "every", "each", "most", "fewest"]


@dataclass(frozen=True, kw_only=True)
class Scene:
    """Part of the video that a question is about although it does not name the part itself.

    The part of the first topic that a single part shows decides, else the shot, the time range or
    the evidence.

    Args:
        is_named: whether the message names the part: by a number, a time, or a thing, whose best
            part then counts.
        topics: nouns of the message, most recent first, that only a part of the video may show.
        shot_number: number of a shot, from 1; -1 is the last, 0 none.
        time_range: time range; None without one.
        times_s: times of the evidence frames of the latest answer, which count if one shot has all.
        things: nouns that the question names itself; a part that lacks one does not count.
        quantifier: how a question compares all scenes: `which` of them, those `without` a thing,
            their `number`, `every` one, `each` with its own answer, or the one with the `most` or
            `fewest` things; empty if it does not.
    """

    is_named: bool = False
    topics: tuple[str, ...] = ()
    shot_number: int = 0
    time_range: TimeRange | None = None
    times_s: tuple[float, ...] = ()
    things: tuple[str, ...] = ()
    quantifier: SceneQuantifier | Literal[""] = ""


PresenceForm = Literal["whole", "start", "end", "later", "leaves", "returns"]


@dataclass(frozen=True, kw_only=True)
class PresenceTime:
    """What a question asks about the time that a thing is in the picture.

    Args:
        thing: the thing, without determiner.
        form: whether it is there the `whole` time, from the `start`, until the `end`, comes only
            `later`, `leaves`, or `returns`.
        offers_other: whether the question offers another possibility, "or does it come later?".
    """

    thing: str
    form: PresenceForm
    offers_other: bool = False


LookForm = Literal["whether", "which", "every", "choice", "when", "why", "quality"]


@dataclass(frozen=True, kw_only=True)
class LookQuery:
    """What a question asks about the look of the picture, or the lengths of the scenes.

    Args:
        look: the look.
        degree: whether the scene is asked for that has `more` or `most` of it; empty if not.
        form: `whether` the picture has the look, `which` scenes have it, whether `every` scene has,
            which of two opposite looks it has (`choice`), `when` or `why` it has it, or of which
            `quality` the picture is.
        shot_numbers: numbers of the scenes that the question names, from 1; -1 is the last.
    """

    look: Look
    degree: Degree = ""
    form: LookForm = "whether"
    shot_numbers: tuple[int, ...] = ()


@dataclass(frozen=True, kw_only=True)
class ReplyForm:
    """Words of a question that the sentence of its reply takes over; empty where it has none.

    Args:
        verb: first auxiliary verb of a yes/no question in lower case, such as "is" or "does"; verb,
            subject and predicate are all known or all empty.
        subject: the subject of a yes/no question, such as "the man", "it" or "anyone".
        predicate: what a yes/no question states of the subject, such as "wearing a hat", with "you"
            for "me".
        doer: subject of "do" or "doing" in lower case: "she" in "what does she do next?".
        subject_phrase: the subject of a wh-question as it is worded, with its determiner and the
            words that select it: "the other man", "her shirt", "the car on the left".
        nouns: the nouns of the question that have a determiner, singular and without it.
        is_plural: whether the question contains the plural of its target or subject, or one that
            has no singular, such as "trousers".
        place: where the target of a presence question is asked for, with its preposition: "in the
            distance" in "are there lights in the distance?".
        offer: the words of the alternatives that a choice question offers, in lower case; in the
            singular, too.
        offers_choice: whether the question offers a choice with "or", also if its options are
            unknown.
        offers_clauses: whether the options are clauses: "is the camera fixed or does it move?".
        offers_actions: whether the options are verbs with their objects, "does he jump or throw a
            ball?", or a place and a verb in -ing: "is he inside or leaving?".
        option_phrases: for each option, its words in the question with article, preposition and
            "the one" before them: "the one in the red top" for "red top"; empty if it has no
            article.
        direction: preposition for the answer to "where is he looking?" (`at`), "where does he go?"
            (`toward`) or "where does it come from?" (`from`).
        worn_on: part of the body on which something is worn, in the singular: "head", "knee".
        moved_part: part of the body that an action is asked of, in the singular: "arm" in "what is
            he doing with his arms?" and "what is the other arm doing?".
        asks_else: whether the question asks for more than was said: "what else is he wearing?".
        asks_person: whether the question begins with "who" or "whose".
        tells_apart: whether the question asks which one of several persons it is: "who pushes
            who?", "who hits first?", "which fighter is winning?".
        asks_worn: whether the question asks for the color of what somebody is wearing.
        asks_which: whether the question begins with "which one" or "which of".
        asks_place: whether the question asks what is at a place, such as "what is behind her?".
        asks_way: whether the question asks for a way or a direction: "which way does he go?".
        asks_guess: whether it asks if an answer was a guess or a joke.
        asks_degree: whether the question begins with "how": "how sure are you?".
        compares_two: whether it is a yes/no question with "than": "is the cup larger than the
            plate?".
        asks_skill: whether the question has a word for how well somebody does something: "is he
            good at it?".
        selects: whether the question begins with "which" and a noun: "which bottle does he take?".
        takes_place: whether the answer may be a place: the question asks what is at a place, or
            ends with a preposition.
        asks_action: whether the question asks what somebody does or is up to, or what happens.
        is_happening: whether the question asks what happens at a place, such as "what is going on
            at the door?".
        indirect: the question as it follows "I can't tell": "what the man is doing", "whether he is
            standing".
        words: the words of `indirect` in lower case.
        asks_tool: whether `indirect` ends with "with": "what is he playing with?".
        asks_whom: whether the question asks for two persons: "who hits who?".
        asks_present: whether the third word of `indirect` begins a place or is a pronoun, as in
            "who is in the car" and "who has it", or is missing, as in "who wins"; True without
            `indirect`.
        number_range: smallest and largest number that "yes" means in a question for a number, "at
            least three?"; None for any other question.
        asks_thing: whether the question asks for a thing that can't be a room: it has a determiner
            behind the question word, "what is the toy?", or a place such as "on" or "under", and no
            word for a place: "what is on her head?".
        number_in_message: number of the question in a message of several, from 1, so that the reply
            tells which one it answers; 0 for a single question.
        order_end: whether a question about an order asks for what comes `first` or `last`; or empty.
        joins_nouns: whether the question joins nouns: "how long are the bus and the bike shown?".
        asks_visibility: whether the question has a word for what is seen or shown.
        appears: whether the question has a verb of appearance, "come", "see", "enter".
        answer_statement: statement with "{}" for the answer: "the man is holding {}"; or empty.
    """

    verb: str = ""
    subject: str = ""
    predicate: str = ""
    doer: str = ""
    subject_phrase: str = ""
    nouns: tuple[str, ...] = ()
    is_plural: bool = False
    place: str = ""
    offer: tuple[str, ...] = ()
    offers_choice: bool = False
    offers_clauses: bool = False
    offers_actions: bool = False
    option_phrases: tuple[str, ...] = ()
    direction: Literal["", "at", "toward", "from"] = ""
    worn_on: str = ""
    moved_part: str = ""
    asks_else: bool = False
    asks_person: bool = False
    tells_apart: bool = False
    asks_worn: bool = False
    asks_which: bool = False
    asks_place: bool = False
    asks_way: bool = False
    asks_guess: bool = False
    asks_degree: bool = False
    compares_two: bool = False
    asks_skill: bool = False
    selects: bool = False
    takes_place: bool = False
    asks_action: bool = False
    is_happening: bool = False
    indirect: str = ""
    words: tuple[str, ...] = ()
    asks_tool: bool = False
    asks_whom: bool = False
    asks_present: bool = False
    number_range: tuple[int, int] | None = None
    asks_thing: bool = False
    number_in_message: int = 0
    order_end: Literal["", "first", "last"] = ""
    joins_nouns: bool = False
    asks_visibility: bool = False
    appears: bool = False
    answer_statement: str = ""
