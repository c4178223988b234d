"""Templates of question phrases that leave out their noun: "what color?", "how many?"."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from vqa.english import (
    BODY_PART,
    COLOURS,
    MASS_NOUNS,
    PREPOSITIONS,
    is_or_are,
    names_plural,
    plural_of,
    singular_of,
)
from vqa.questions.conversation.answer_nouns import things_of_answer
from vqa.questions.conversation.antecedents import AntecedentKind, antecedent, with_be
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.noun_phrases import read_noun_phrase
from vqa.questions.nouns.pronouns import SUBJECT_FORMS, is_of_person
from vqa.questions.sentences.clauses import is_complete, latest_clause, what_question, who_question
from vqa.questions.words.living_nouns import is_animal, is_living, is_person, is_vehicle
from vqa.text_words import is_denial
from vqa.types import Question

# Words of a phrase that do not change what it asks.
EMPTY_WORDS = frozenset(
    "exactly roughly approximately about precisely again then of them those these it in total altogether one ones please".split()
)


@dataclass(frozen=True, kw_only=True)
class NounQuestion:
    """Question with a gap for its noun, as one template for a singular and one for a plural.

    Args:
        kind: the kind of earlier noun that fills the gap, see
            `vqa.questions.conversation.antecedents.antecedent`.
        one: template with `{noun}`, a singular: "where is the {noun}?".
        many: template with `{noun}`, a plural; equal to `one` for a question about a number.
    """

    kind: AntecedentKind
    one: str
    many: str

    @property
    def counts(self) -> bool:
        """Whether the question asks for a number."""
        return self.one == self.many


def _with_be(kind: AntecedentKind, template: str) -> NounQuestion:
    """Build a question from a template with "is" or "are" at `{be}` and the noun at `{noun}`."""
    return NounQuestion(
        kind=kind, one=template.replace("{be}", "is"), many=template.replace("{be}", "are")
    )


_WHERE = _with_be("any", "where {be} the {noun}?")
_COLOR = _with_be("thing", "what color {be} the {noun}?")
_KIND = NounQuestion(
    kind="thing", one="what kind of {noun} is it?", many="what kind of {noun} are they?"
)
COLOR_WORDS = ("color", "colour", "colors", "colours")
_BY_LAST_WORD = {
    **dict.fromkeys(COLOR_WORDS, _COLOR),
    **dict.fromkeys(("kind", "type", "sort", "kinds", "types"), _KIND),
    **dict.fromkeys(("material", "made"), _with_be("thing", "what {be} the {noun} made of?")),
    "age": _with_be("thing", "how old {be} the {noun}?"),
    "size": _with_be("thing", "how big {be} the {noun}?"),
    "height": _with_be("thing", "how tall {be} the {noun}?"),
    "weight": _with_be("thing", "how heavy {be} the {noun}?"),
    "length": _with_be("thing", "how long {be} the {noun}?"),
    "side": _with_be("any", "on which side {be} the {noun}?"),
    "corner": _WHERE,
    "where": _WHERE,
    "whereabouts": _WHERE,
    "whose": _with_be("thing", "whose {noun} {be} that?"),
    "like": NounQuestion(
        kind="any", one="what does the {noun} look like?", many="what do the {noun} look like?"
    ),
    **{
        word: _with_be("thing", f"what {word} {{be}} the {{noun}}?")
        for word in "breed brand make model shape pattern style species".split()
    },
    **{
        word: NounQuestion(
            kind="living",
            one=f"what is the {{noun}}'s {word}?",
            many=f"what is the {word} of the {{noun}}?",
        )
        for word in "job occupation profession gender sex".split()
    },
}
WORDS_BESIDE = frozenset(
    "what which in a is are was were its their abouts there do does you can we see visible".split()
)


# Questions about properties of the whole picture, which have no color, place or action of their own.
_PROPERTY_QUESTIONS = {
    **{
        word: f"what is the {word} like?"
        for word in (
            "weather mood atmosphere lighting quality temperature climate vibe decor scenery".split()
        )
    },
    "picture quality": "what is the quality like?",
    "image quality": "what is the quality like?",
    "video quality": "what is the quality like?",
    "season": "what season is it?",
    "time of day": "what time of day is it?",
    "daytime": "what time of day is it?",
    "music": "is there music?",
    "sound": "is there sound?",
    "audio": "is there sound?",
    "camera": "does the camera move?",
    "camera work": "does the camera move?",
}
# Parts of the place, which do not act and are not held.
_SCENERY = frozenset(
    "floor wall walls ceiling ground sky background light lights room place view surroundings landscape furniture".split()
)


def resolve_property(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "and the weather?" to "what is the weather like?", "breed?" to "what breed is the dog?".

    "And the floor?" is completed so after a question that only a person or an animal can be asked,
    such as "what is the man doing?" or "is she asleep?", and after one about presence or a number.
    None for other nouns and for a message of another form, such as the complete "is the wall behind
    her grey?". For the arguments see `vqa.questions.follow_ups.ellipsis.resolve_ellipsis`.
    """
    question = discourse.question
    assert question is not None
    phrase = read_noun_phrase(bare)
    asks = noun_question([phrase.core]) if phrase is not None else None
    is_owned = phrase is not None and phrase.determiner in SUBJECT_FORMS
    # "Size?", "and the breed?", unlike "side?" and "the model?"
    word = bare.lower().strip(" ?.!")
    word = word if is_living(word.removeprefix("the ")) else word.removeprefix("the ")
    is_alone = asks is not None and asks is not _COLOR and asks.kind == "thing" and word.isalpha()
    if phrase is not None and asks is not None and (is_owned or is_alone) and not phrase.tail:
        kind = cast("AntecedentKind", phrase.determiner if is_owned else asks.kind)
        owner = antecedent(discourse, kind, bare)
        if not owner or phrase.core in ("side", "corner"):
            return None
        return Resolution(text=wording_about(asks, owner, discourse), is_changed=True)
    if phrase is None or is_complete(bare) or phrase.determiner not in ("", "the", "this", "that"):
        return None
    noun = f"{phrase.core} {phrase.tail}".strip()
    text = _PROPERTY_QUESTIONS.get(noun, "")
    if phrase.determiner and noun in ("colors", "colours"):
        thing = antecedent(discourse, "thing", bare)
        is_thing = bool(thing) and not is_living(thing)
        text = wording_about(_COLOR, thing, discourse) if is_thing else "what colors do you see?"
    if not text and _takes_no_scenery(question):
        text = _scenery_question(phrase.core, noun)
    return Resolution(text=text, is_changed=True) if text else None


def _takes_no_scenery(question: Question) -> bool:
    """Whether a question cannot be repeated for a floor: it counts, or asks what somebody does."""
    if question.intent in ("presence", "count", "has_speech"):
        return True
    things = [
        noun
        for noun in nouns_of(base_wording(question))
        if not any(map(is_living, noun.split())) and not re.fullmatch(BODY_PART, noun.split()[-1])
    ]
    return question.intent not in ("color", "location", "compare") and not things


def _scenery_question(core: str, noun: str) -> str:
    """Ask what a part of the place is like: "floor" -> "what is the floor like?"; "" for others.

    Args:
        core: the noun in lower case; its last word decides.
        noun: the noun with the words after it, "floor behind him".
    """
    if core.split()[-1] not in _SCENERY:
        return ""
    return f"what {is_or_are(core)} the {noun} like?"


def resolve_material(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "wood or plastic?" after "is there a sled?" to "is the sled made of wood or plastic?"; or None."""
    text = bare.lower().strip(" ?.!")
    thing = antecedent(discourse, "thing", bare) if _MATERIALS.fullmatch(text) else ""
    if not thing or is_living(thing):
        return None
    return Resolution(text=f"{with_be(thing, discourse)} made of {text}?", is_changed=True)


_MATERIAL = r"(?:real |solid )?(?:wood|plastic|metal|glass|leather|fabric|cotton|wool|silk|stone|paper|cardboard|steel|iron|concrete|brick|rubber|marble|clay)"
_MATERIALS = re.compile(rf"{_MATERIAL}(?:,? or {_MATERIAL})+")


def wording_about(question: NounQuestion, noun: str, discourse: Discourse) -> str:
    """Fill the noun into a question, in the plural where needed: "dog" -> "where are the dogs?".

    The noun is in the plural if it was mentioned in the plural, or if the question counts.

    Args:
        question: the question with a gap for the noun.
        noun: the noun in the singular, without article.
        discourse: state of the earlier turns.
    """
    if question is _COLOR:
        # "A white hat.", "color?"
        noun = " ".join(word for word in noun.split() if word not in COLOURS) or noun
    if noun in discourse.plural or question.counts:
        return question.many.format(noun=plural_of(singular_of(noun)))
    return question.one.format(noun=noun)


def noun_question(words: Sequence[str]) -> NounQuestion | None:
    """Return the template of a phrase without a noun: "what color" -> "what color is the {noun}?".

    None for a phrase that asks nothing about a noun, such as "why" or "with whom".

    Args:
        words: the words of the phrase in lower case, at least one.
    """
    key = [word for word in words if word not in EMPTY_WORDS | WORDS_BESIDE]
    if not key:
        is_which = words[0] in ("which", "what") and len(words) > 1
        which = NounQuestion(kind="many", one="which {noun}?", many="what {noun} are there?")
        return which if is_which else None
    if words[:2] in (["how", "many"], ["how", "much"]) and not key[2:]:
        count = "how many {noun} are there?"
        return NounQuestion(kind="many", one=count, many=count)
    if words[0] == "where" and words[1:2] and words[1] in PREPOSITIONS:
        return _with_be("any", f"{' '.join(words)} {{be}} the {{noun}}?")
    if words[0] == "how" and len(key) == 2:
        return _with_be("thing", f"how {key[-1]} {{be}} the {{noun}}?")
    return _BY_LAST_WORD.get(key[-1])


def kind_question(words: Sequence[str], discourse: Discourse) -> str:
    """Return a question for a kind of thing: "what trousers is the man wearing" for "what trousers?".

    "What kind of bag?" after "what is she holding?", "a bag", is "what kind of bag is she holding".
    Empty for other phrases, and where no person was mentioned or the latest question names the
    thing.

    Args:
        words: the words of the phrase in lower case, at least one.
        discourse: state of the earlier turns, with a latest question.
    """
    assert discourse.question is not None
    *before, noun = words
    names = things_of_answer(discourse.answer, "identify", has_noun=False)
    name = names[-1] if names and [*before, noun] == ["which", "ones"] else ""
    if name in MASS_NOUNS or names_plural(discourse.answer, name):
        # "Which ones?" after "what is she selling?", "flowers"
        noun = name if name in MASS_NOUNS else plural_of(name)
        words = [*before, noun]
    is_garment = is_of_person(noun) and not re.fullmatch(BODY_PART, singular_of(noun))
    is_new = singular_of(noun) not in base_wording(discourse.question).lower()
    person = next(filter(is_person, reversed(discourse.nouns)), "")
    asks_which = before[:1] in (["what"], ["which"]) and set(before[1:]) <= _KIND_OF
    open_question = base_wording(discourse.question)
    is_answer = singular_of(noun) in names
    if asks_which and is_answer and open_question.lower().startswith("what is "):
        be, rest = open_question.rstrip("?").split(" ", 2)[1:]
        # "Which vegetables are on the plate", "which tools is he holding"
        be = is_or_are(noun) if rest.split()[0] in PREPOSITIONS else be
        return f"{' '.join(words)} {be} {rest}"
    if not (is_garment and is_new and asks_which and person):
        return ""
    if noun in ("hair", "beard"):
        return f"what kind of {noun} does the {person} have"
    return f"{' '.join(words)} {with_be(person, discourse)} wearing"


_KIND_OF = frozenset({"kind", "type", "sort", "of"})


def resolve_what_is_it(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "what is it?" by the latest question; None if it names nothing that "it" can mean.

    - after "the red thing behind him?" -> "what is the red thing?"
    - after "is that a dog?", "no" -> "what animal is it?"
    - after "is he holding something?" -> "what is he holding?"
    """
    question = discourse.question
    assert question is not None
    if question.intent == "describe_part" and question.subject:
        be = bare.split()[1].lower()
        noun = plural_of(question.subject) if be in ("are", "were") else question.subject
        return Resolution(text=f"what {be} the {noun}?", is_changed=True)
    clause = latest_clause(discourse)
    if clause is None:
        return None
    if question.intent == "presence" and is_denial(discourse.answer):
        return Resolution(text=_other_name(bare, question.target), is_changed=True)
    text = what_question(clause) or who_question(clause)
    return Resolution(text=f"{text}?", is_changed=True) if text else None


def _other_name(bare: str, noun: str) -> str:
    """Ask for the name of what is no `noun`: "dog" -> "what animal is it?"."""
    if is_person(noun) or bare.lower().startswith("who"):
        return "who is there?"
    kind = "animal" if is_animal(noun) else "vehicle" if is_vehicle(noun) else ""
    return f"what {kind} is it?" if kind else "what is it?"
