"""Replies to an answer of another kind than the question asks for, such as a color to "who is it?".

The embedded model answers "what breed is it?" with "dog", the nearest word that it has learned. The
reply states it as what is seen, not as the breed.
"""

from __future__ import annotations

from collections.abc import Sequence

from vqa.answering.kind_values import VALUES, WORN
from vqa.answering.responses import respond
from vqa.english import (
    CARDINALS,
    COLOURS,
    KINDS,
    NUMBERS,
    PREPOSITIONS,
    base_form,
    has_determiner,
    ing_form,
    is_doing,
    is_or_are,
    names_noun,
    plural_of,
    singular_of,
    third_person,
    with_article_if_countable,
    without_article,
)
from vqa.noun_kinds import words_of_kind
from vqa.place_nouns import ROOMS, SCENES, SURFACES
from vqa.question_parts import ReplyForm
from vqa.questions.nouns.name_questions import PLACE_NAMES
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.questions.words.spelling import is_adjective
from vqa.text_words import as_sentence, is_first_person
from vqa.types import Question

# Kinds of things whose answers are verbs in -ing.
_ACTIONS = frozenset(
    "action activity exercise workout sport game dance job work stunt trick move hobby gesture thing".split()
)
# Kinds of things that no person is of.
_THING_KINDS = frozenset(KINDS) | frozenset(
    "transportation fruit vegetable dish meal drink snack tool equipment device clothing clothes garment outfit dress costume uniform "
    "shape material surface floor building tree plant toy ball color colour weather time hand foot arm leg".split()
)
# Kinds of things that the training questions of the embedded model ask for, by the words for them.
_TRAINING_KINDS = (
    _ACTIONS
    | _THING_KINDS
    | frozenset(
        "creature pet bird scene place room location environment surrounding setting area spot object item stuff person people man woman "
        "child kid gender sex part direction way side number ground expression emotion mood event".split()
    )
)
# Kinds that an adjective names.
_QUALITIES = frozenset(
    "color colour mood expression emotion gender sex style condition size texture shape material lighting light state time atmosphere age way".split()
)
# Names that are too general for a kind: "dog" is no breed, "golden retriever" is one.
_GENERAL: dict[str, frozenset[str]] = {
    **dict.fromkeys(
        ("breed", "species"),
        frozenset(KINDS["animal"]) | {"animal", "puppy", "kitten", "man", "woman", "person"},
    ),
    **dict.fromkeys(("make", "model", "brand"), frozenset(KINDS["vehicle"]) | {"vehicle", "van"}),
}
_SIDES = frozenset("left right middle center top bottom front back first last second".split())
DIRECTIONS = _SIDES | frozenset(
    "up down forward forwards backward backwards away toward towards straight sideways clockwise camera".split()
)
_ADJECTIVES = COLOURS | frozenset(
    "short long curly straight dark light blond blonde big small large tall thick thin wooden metal plastic old new young plain striped "
    "checkered round square flat clean dirty wet dry bald".split()
)


# Kinds of things that an adjective describes: "brown hair", "black bird".
_NOUNS_WITH_ADJECTIVE = (
    KINDS["animal"]
    + KINDS["vehicle"]
    + tuple(
        "hair fur beard eye skin shirt t-shirt hat cap shoe sock boot pants trousers jeans shorts jacket coat dress skirt glasses scarf glove "
        "sweater hoodie uniform clothes bag ball bird flower animal floor wall".split()
    )
)
# "What dog is it?" is answered by any other word than "dog".
_KIND_MEMBERS = frozenset(name for names in KINDS.values() for name in names)
# Kinds of actions that only a verb in -ing names.
_MOTIONS = frozenset("trick stunt move gesture hobby".split())
# Kinds of actions whose names are verbs in -ing or one of `_EXERCISE_NAMES`: not "a mat".
_EXERCISES = frozenset("exercise workout activity action".split())
_EXERCISE_NAMES = frozenset(
    "yoga gymnastics pilates aerobics squat push-up pushup pull-up pullup sit-up situp plank lunge burpee deadlift stretch crunch sport dance "
    "tennis football soccer basketball baseball golf volleyball hockey karate judo ballet surf yo-yo".split()
)
# Kinds of activities that no posture names.
_SPORTS = frozenset("exercise workout sport game dance".split())
# What is no exercise or sport by itself.
_POSTURES = frozenset("sleeping standing sitting lying kneeling posing looking watching".split())
_MAX_NAME_WORDS = 2


def reply_to_other_kind(question: Question, text: str) -> str:
    """Return the reply to an answer of another kind than the question asks for; else "".

    "Dog" to "what breed is it?" -> "I can't tell the breed, only that I see a dog.". Kinds that the
    training questions ask for are taken to be named, except by a verb. An adjective is completed by
    the kind: "brown" -> "Brown hair.", or in a question with "which one" by "one": "The red one.".
    An answer that only repeats a noun of the question is refused. Apart from "which", places, and
    numbers and words such as "color" for things, only open questions that ask to identify something
    get a reply.

    Args:
        question: the parsed question.
        text: the bare answer, not empty.
    """
    words, form = text.lower().split(), question.form
    reply = _reply_to_which(question, text)
    if reply:
        return reply
    if question.asked_kind in PLACE_NAMES:
        is_named = names_noun(text, question.asked_kind)
        kind = f"kind of {question.asked_kind}" if is_named else question.asked_kind
        unknown_kind = respond("unknown_kind", kind=kind)
        if is_named:
            # "What kind of street is it?" is not answered by "street".
            return unknown_kind
        is_visible = words[-1] in SCENES | SURFACES or is_living(words[-1])
        return _refuse_with_thing(unknown_kind, text) if is_visible else unknown_kind
    if text.isdigit() and question.intent == "describe_part":
        # "What is he wearing?" is not answered by "50".
        return refuse_question(form)
    if question.intent in _ASKS_THING and set(words) <= _PROPERTIES:
        # "What is behind her?" is not answered by "color".
        return refuse_question(form)
    if question.intent != "identify" or question.answer_kind != "open" or is_first_person(text):
        return ""
    is_named_person = any(is_person(singular_of(word)) for word in words)
    takes_person = question.name_kind == "person" and not is_named_person
    is_of_other_kind = _is_of_other_kind(question.asked_kind, words, form)
    takes_thing = form.asks_tool or (form.asks_place and "hand" in form.nouns)
    if is_of_other_kind or takes_person or (takes_thing and is_named_person):
        # "Who hits who?" is not answered by "a rope", nor "what is he playing with?" by "a man".
        return refuse_question(form)
    if question.asked_kind:
        return _reply_about_kind(question, text)
    return _reply_about_thing(form, text)


_ASKS_THING = frozenset("describe describe_part location identify".split())
_OF_KINDS = frozenset({"breed", "kind", "type", "sort", "brand", "model", "species"})


def _reply_to_which(question: Question, text: str) -> str:
    """Return the reply to an answer that does not select one of several things; "" if it does.

    "Man" to "which man is taller?" -> a refusal; a color, "red" -> "The one in red.". For the
    arguments see `reply_to_other_kind`.
    """
    words, form = text.lower().split(), question.form
    if form.tells_apart and set(words) <= COLOURS and not form.asks_person:
        # The color of a person is that of the clothes.
        is_repeated = set(words) <= set(form.words)
        return refuse_question(form) if is_repeated else f"The one in {text.lower()}."
    is_open = question.answer_kind == "open" and question.intent in ("identify", "compare")
    if is_open and _names_nobody(question, words):
        refusal = refuse_question(form)
        return refusal if form.asks_whom else _refuse_with_thing(refusal, text)
    if not form.asks_which:
        return ""
    if set(words) <= _ADJECTIVES:
        return f"The {text.lower()} one."
    is_bare = len(words) == 1 and not set(words) <= _SIDES
    is_other = is_bare or (bool(question.subject) and not names_noun(text, question.subject))
    repeats_question = set(words) <= set(form.words)
    if (
        is_doing(words[0])
        or _is_repeated(form, words)
        or repeats_question
        or (is_other and not set(words) & _SIDES)
    ):
        return refuse_question(form) if form.indirect else respond("which_unknown")
    return ""


def _is_repeated(form: ReplyForm, words: Sequence[str]) -> bool:
    """Whether the answer is a noun of the question: "shirt" in "what is on the man's shirt?"."""
    name = singular_of(" ".join(words))
    return name in form.nouns or name in [noun.split()[-1] for noun in form.nouns]


def _reply_about_thing(form: ReplyForm, text: str) -> str:
    """Return the reply to an answer that is no thing, or not the one asked for; "" if it fits.

    Args:
        form: the words of a question about a thing.
        text: the bare answer, not empty.
    """
    words = text.lower().split()
    if is_doing(words[0]) and (form.asks_place or set(words) <= set(form.words)):
        # "Painting" is neither behind her nor what she is painting with.
        return refuse_question(form)
    if is_doing(words[0]) and not (form.asks_action or form.takes_place):
        return _object_as_answer(form, words)
    if set(words) <= COLOURS | {"and"}:
        return respond("only_color", color=text.lower())
    if _is_impossible(form, words):
        return refuse_question(form)
    if _is_repeated(form, words) and form.asks_person:
        # "Who is behind the man?"
        return f"Another {singular_of(without_article(text.lower()))}."
    if _is_repeated(form, words):
        return respond("nothing_else", thing=f"the {singular_of(text.lower())}")
    worn = WORN.get(form.worn_on)
    is_worn = worn is None or singular_of(words[-1]) in worn
    return "" if is_worn else refuse_question(form)


def _is_impossible(form: ReplyForm, words: Sequence[str]) -> bool:
    """Whether an answer is a word for a property, or a room where a thing is asked.

    Args:
        form: the words of a question about a thing.
        words: the answer in lower case, not empty.
    """
    name = singular_of(words[-1])
    if all(map(is_adjective, words)) or name in _PROPERTIES or (name in ROOMS and form.asks_thing):
        return True
    if set(form.words) >= _BODY_PART:
        # "Which part of the body does it train?"
        return name not in words_of_kind("body part") and not is_person(name)
    is_handled = not _HANDLING.isdisjoint(form.words[-_NUM_LAST_WORDS:])
    takes_matter = form.asks_place or form.asks_tool or is_handled
    return (takes_matter and is_adjective(name)) or (
        is_handled and name in words_of_kind("immaterial")
    )


_BODY_PART = frozenset({"part", "body"})
# Verbs whose objects can be touched.
_HANDLING = frozenset(
    form(verb)
    for verb in "bite break carry catch cut drag drop grab have hit hold kick lift move pet pick pull push put shake swing throw touch use "
    "wash wear".split()
    for form in (base_form, ing_form, third_person)
)
_NUM_LAST_WORDS = 4


_PROPERTIES = frozenset("color colour size shape material kind type number name end way".split())


def _object_as_answer(form: ReplyForm, words: Sequence[str]) -> str:
    """Return the object of an action that answers a question about a thing: "Makeup.".

    "Applying makeup" is the answer to "what is she using?". An action without object, "sitting", is
    refused: "I can't tell what she is using.".

    Args:
        form: the words of the question.
        words: the answer in lower case, a verb in -ing first.
    """
    rest = list(words[1:])
    if not rest or rest[0] in PREPOSITIONS or is_doing(rest[0]):
        return refuse_question(form)
    if has_determiner(rest[0]) and rest[0] not in CARDINALS:
        # "Two bags" keep their number.
        rest = rest[1:]
    thing = " ".join(rest)
    reply = with_article_if_countable(thing) if len(rest) <= _MAX_NAME_WORDS else thing
    return as_sentence(reply) if reply else refuse_question(form)


_GENERAL_PERSONS = frozenset("person people human somebody someone anybody anyone".split())


def _names_nobody(question: Question, words: Sequence[str]) -> bool:
    """Whether an answer such as "a man" or "people" leaves open which person it is.

    "People" leaves it open for any question about a person, unless it asks who is at a place.

    Args:
        question: the parsed question, with the intent `identify` or `compare`.
        words: the answer in lower case, not empty.
    """
    form = question.form
    names = [singular_of(word) for word in without_article(" ".join(words)).split()]
    if not all(is_person(name) or name in NUMBERS for name in names):
        return False
    if form.tells_apart or question.intent == "compare":
        return True
    is_general = set(names) <= _GENERAL_PERSONS | set(form.nouns)
    return form.asks_person and is_general and not form.asks_present


def _refuse_with_thing(refusal: str, text: str) -> str:
    """Append what is seen to a refusal: "I can't tell the breed, only that I see a dog."."""
    return refusal.removesuffix(".") + respond(
        "only_seen", thing=with_article_if_countable(text.lower())
    )


def refuse_with_action(form: ReplyForm, refusal: str, action: str) -> str:
    """Append a seen action to a refusal: "I can't tell the sport, only that he is lying.".

    Args:
        form: the words of the question.
        refusal: the refusal, with a full stop.
        action: the action that is seen, a verb in -ing first.
    """
    who = doer_with_verb(form)
    return refusal.removesuffix(".") + respond("only_doing", doer=who, action=action)


def doer_with_verb(form: ReplyForm) -> str:
    """Return the actor of a question with "is" or "are": "she is", "the men are".

    "someone is" if the question names no actor.
    """
    who = form.doer or "someone"
    return f"{who} {is_or_are(who)}"


def refuse_question(form: ReplyForm) -> str:
    """Return the refusal of a question, with its indirect form: "I can't tell what he is doing.".

    "I can't tell." if the question has no indirect form, as for options without a clause.
    """
    return (
        respond("cannot_tell_what", what=form.indirect) if form.indirect else respond("cannot_tell")
    )


def _is_of_other_kind(kind: str, words: Sequence[str], form: ReplyForm) -> bool:
    """Whether an answer is of another kind than `kind`: "a truck" is no animal, "a man" no toy.

    An animal is no toy if it is the one that the question is about: "which toy does the dog have?".
    """
    name = singular_of(words[-1])
    others = {one for other, names in KINDS.items() if other != kind for one in names}
    is_other = kind in KINDS and name in others - set(KINDS[kind])
    is_owner = is_living(name) and _is_repeated(form, words)
    return is_other or ((is_person(name) or is_owner) and kind in _THING_KINDS)


def _reply_about_kind(question: Question, text: str) -> str:
    """Return the reply to an answer that is not of the kind asked for; "" if it is of the kind.

    Args:
        question: the parsed question, with an `asked_kind`.
        text: the bare answer, not empty.
    """
    kind, words = question.asked_kind, text.lower().split()
    values = VALUES.get(kind)
    if values is not None:
        return "" if values & set(words) else refuse_question(question.form)
    is_verb, name = is_doing(words[0]), singular_of(text.lower())
    if question.form.asks_way and not set(words) & DIRECTIONS:
        return refuse_question(question.form)
    if set(words) <= _ADJECTIVES | {"and"} and kind in _NOUNS_WITH_ADJECTIVE:
        thing = plural_of(kind) if question.form.is_plural else kind
        phrase = with_article_if_countable(f"{text.lower()} {thing}")
        return as_sentence(phrase)
    if set(words) <= _SIDES and kind not in _TRAINING_KINDS:
        # "Which cup is it under?"
        return f"The {text.lower()} one."
    if name == kind and question.form.selects:
        return refuse_question(question.form)
    unknown_kind = (
        refuse_question(question.form)
        if question.form.selects and question.form.indirect
        else respond(
            "unknown_kind",
            kind=f"kind of {kind}"
            if kind in (name, question.subject) and kind not in _OF_KINDS
            else kind,
        )
    )
    if kind in _SPORTS and words[0] in _POSTURES:
        return refuse_with_action(question.form, unknown_kind, text.lower())
    is_look = set(words) <= COLOURS | {"and"} or all(map(is_adjective, words))
    is_color = is_look and kind not in _QUALITIES
    if name == kind or is_color or (kind == "breed" and name != text.lower()):
        return unknown_kind
    is_motion = (kind in _MOTIONS and not is_verb) or (
        kind in _EXERCISES and not is_verb and name not in _EXERCISE_NAMES
    )
    if kind in _TRAINING_KINDS and not is_motion and not (is_verb and kind not in _ACTIONS):
        return ""
    is_named = singular_of(words[-1]) == kind or is_person(kind)
    is_specific = kind in _KIND_MEMBERS or (kind in _GENERAL and name not in _GENERAL[kind])
    if (is_named and len(words) > 1) or (is_specific and not is_verb):
        return ""
    if is_named or is_verb or set(words) <= _ADJECTIVES or kind not in _GENERAL:
        return unknown_kind
    return _refuse_with_thing(unknown_kind, text)
