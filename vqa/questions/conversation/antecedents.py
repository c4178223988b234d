"""Antecedents of pronouns: which of the mentioned nouns "it", "he" or "they" refers to."""

from __future__ import annotations

import re
from collections.abc import Callable, Container, Sequence
from typing import Literal

from vqa.english import (
    BODY_PART,
    COLOURS,
    is_or_are,
    plural_of,
    singular_of,
    without_article,
)
from vqa.questions.conversation.answer_nouns import answer_noun
from vqa.questions.conversation.antecedents_of_it import (
    BABIES,
    CHILDREN,
    ITS_BODY,
    nouns_for_it,
)
from vqa.questions.conversation.antecedents_of_they import nouns_for_many, nouns_for_them
from vqa.questions.conversation.discourse import Discourse
from vqa.questions.conversation.earlier_questions import (
    asks_who,
    base_wording,
    finds_part,
    has_person_object,
    names_person,
)
from vqa.questions.nouns.mentions import nouns_of
from vqa.questions.nouns.pronouns import OF_PERSON, SUBJECT_FORMS, they_act
from vqa.questions.words.living_nouns import (
    ANIMALS,
    FEMALE,
    GROUPS,
    MALE,
    is_animal,
    is_living,
    is_person,
)
from vqa.text_words import is_denial

_NOT_HE, _NOT_SHE = FEMALE - MALE, MALE - FEMALE
# For each pronoun, the tests that a noun must pass, by priority; others accept any noun.
_ACCEPTED_NOUNS: dict[str, tuple[Callable[[str], bool], ...]] = {
    "he": (
        lambda noun: is_person(noun) and noun.split()[-1] not in _NOT_HE,
        lambda noun: noun.split()[-1] in ANIMALS,
    ),
    "she": (
        lambda noun: is_person(noun) and noun.split()[-1] not in _NOT_SHE,
        lambda noun: noun.split()[-1] in ANIMALS,
    ),
    # "It" is a person only if no thing was mentioned: "is there a person?", "what is it doing?".
    "it": (
        lambda noun: not is_person(noun),
        lambda noun: noun == "person" or noun.split()[-1] in BABIES | CHILDREN,
    ),
    # Properties such as the material are asked of things before persons.
    "thing": (lambda noun: not is_living(noun), bool),
}
AntecedentKind = Literal[
    "it", "he", "she", "them", "its", "his", "her", "their", "thing", "many", "living", "one", "any"
]


def antecedent(discourse: Discourse, kind: AntecedentKind, plain: str) -> str:
    """Return the mentioned noun that a pronoun refers to: "dog" for "it" after "is there a dog?".

    This is the most recently mentioned noun that fits the pronoun and is not in the question
    itself; empty if there is none. Special cases:

    - "He" and "she" refer to an animal only if no person was mentioned. If all persons mentioned
      are groups, such as a couple, the result is "man" or "woman".
    - "His hat" and "her hat" give "man" and "woman" where only an animal was mentioned; "their
      shoes" gives "people" where the latest noun is no person.
    - "It" in "is there a dog in it?" is a container, such as a box, else "video"; so is "it" in
      "when it ends".
    - `living` gives "people" if no person or animal was mentioned. So does `them` in a question
      about what people do, such as "what do they do?" (`they_act`).

    Args:
        discourse: state of the earlier turns.
        kind: class of the pronoun: `it`, `he` (also for "him"), `she`, `them` (also for "they"), or
            a possessive, `its`, `his`, `her` or `their`. Five other classes rank all nouns:
            `thing` prefers things to persons, `many` prefers plural nouns, `living` takes only
            persons and animals. `one`, "this one", takes parts last, and `any` the latest noun.
        plain: the normalized question that has the pronoun.
    """
    words = {singular_of(word) for word in re.findall(r"[a-z-]+", plain.lower())}
    candidates = _candidates(discourse, kind, words)
    if _PART_OF_ANIMAL.search(plain) or (kind == "its" and ITS_BODY.search(plain)):
        # "What color is his fur?" is asked of the dog.
        candidates = list(filter(is_animal, candidates)) or candidates
    pronoun = SUBJECT_FORMS.get(kind, kind)
    if pronoun == "it":
        candidates = nouns_for_it(candidates, discourse, plain)
    if pronoun in ("he", "she"):
        candidates = _for_person(candidates, pronoun, discourse)
    has_person = any(map(is_person, candidates))
    if pronoun in ("many", "thing"):
        candidates = (nouns_for_many if pronoun == "many" else _for_thing)(candidates, discourse)
    if pronoun == "one":
        candidates = _for_one(candidates, discourse, words)
    if kind == "them":
        candidates = nouns_for_them(candidates, discourse, plain)
    is_named = any(noun in discourse.plural for noun in candidates)
    if kind == "living" or (kind == "them" and they_act(plain, has_plural=is_named)):
        # "What do they do?" asks about people or animals.
        return next(filter(is_living, candidates), "people")
    for is_of_kind in _ACCEPTED_NOUNS.get(pronoun, (bool,)):
        noun = next(filter(is_of_kind, candidates), "")
        if noun and pronoun in ("he", "she") and has_person and not is_person(noun):
            # "She" is not the dog that a man plays with.
            return ""
        if noun and pronoun in _DEFAULT_PERSONS and not is_person(noun) and _WORN.search(plain):
            return _DEFAULT_PERSONS[pronoun]
        if noun:
            return noun
    return ""


def accepts(pronoun: str, noun: str) -> bool:
    """Whether a pronoun, "it", "he" or "she", can refer to a noun; see `antecedent`."""
    return any(is_of_kind(noun) for is_of_kind in _ACCEPTED_NOUNS[pronoun])


def _candidates(discourse: Discourse, kind: AntecedentKind, words: Container[str]) -> list[str]:
    """Return the mentioned nouns that are not in the question itself, the latest first.

    "How many of them?" after "what sport is it?" counts people.
    """
    # "How many cars are there?", "is the white one a van or a car?"
    is_counted = (
        kind == "one" and discourse.question is not None and discourse.question.intent == "count"
    )
    counted_noun = discourse.question.subject if is_counted and discourse.question else ""
    nouns = [
        noun
        for noun in reversed(discourse.nouns)
        if (noun not in words or noun == counted_noun) and without_article(noun)
    ]
    if kind == "its":
        # "Is its head down, and are its ears up?"
        nouns = [noun for noun in nouns if "'s " in noun or not _BODY_PART.fullmatch(noun)]
    if kind in ("it", "its", "them"):
        nouns.sort(key=lambda noun: _is_unasked_part(noun, discourse, is_owner=kind == "its"))
    if kind not in ("many", "them"):
        return nouns
    # "Is somebody running?", "how many of them?"
    has_people = bool(nouns) or (
        discourse.question is not None and names_person(discourse.question)
    )
    return [noun for noun in nouns if noun not in _NO_GROUPS] or ["people"] * has_people


def with_be(noun: str, discourse: Discourse) -> str:
    """Return "is the dog"; "are the dogs" for a noun that was mentioned in the plural.

    Args:
        noun: the noun, without article; singular unless it has no singular, such as "trousers".
        discourse: state of the earlier turns.
    """
    phrase = with_the(noun, discourse)
    return f"{is_or_are(phrase)} {phrase}"


def with_the(noun: str, discourse: Discourse) -> str:
    """Return "the dog"; "the dogs" for a noun that was mentioned in the plural; see `with_be`."""
    return f"the {plural_of(noun) if noun in discourse.plural else noun}"


def _is_unasked_part(noun: str, discourse: Discourse, *, is_owner: bool) -> bool:
    """Whether a noun is a part of the body that the latest question and answer are not about.

    "When does he raise it above his head?", "and where is it then?" is not about the head. Parts
    are no owners, and "in which hand?" asks about what the hand holds.
    """
    question = discourse.question
    if question is None or not _BODY_PART.fullmatch(noun.split()[-1]):
        return False
    is_about = noun in (question.subject, question.target, *nouns_of(discourse.answer))
    asks_which = "which" in base_wording(question).lower().split()[:2]
    return is_owner or asks_which or not is_about


def _for_one(candidates: Sequence[str], discourse: Discourse, words: Container[str]) -> list[str]:
    """Return the nouns that "one" in "the big one" can stand for, the most likely first.

    Absent ones are left out: "is one a baby?", "no". "Is this one plain grey?" asks about the
    elephant, not about the people's legs, and "the grey ones" after "the brown dog's collar" are dogs.
    """
    nouns = [noun for noun in candidates if noun not in discourse.absent] or list(candidates)
    nouns.sort(key=lambda noun: "'s " in noun or bool(_BODY_PART.fullmatch(noun)))
    if any(color in words for color in COLOURS):
        nouns.sort(key=lambda noun: noun.split()[0] not in COLOURS or "'s " in noun)
    if "it" in words:
        # "Is it a fancy one?"
        nouns.sort(key=is_person)
    question = discourse.question
    if question is not None and question.intent == "count":
        # "How many cars are there?", "is the white one a van?"
        nouns.sort(key=lambda noun: noun != question.subject)
    return nouns


def _for_thing(candidates: Sequence[str], discourse: Discourse) -> list[str]:
    """Return the nouns whose property can be asked; only the dog after "is there a dog on the beach?".

    So are the fish after "what is in the tank?", "fish".
    """
    question = discourse.question
    animal = question.target if question is not None and question.intent == "presence" else ""
    if question is not None and question.intent == "identify":
        animal = answer_noun(discourse.answer, question.intent)
    is_named = is_animal(animal) and animal in candidates
    return [animal] if is_named else list(candidates)


def _for_person(candidates: Sequence[str], pronoun: str, discourse: Discourse) -> list[str]:
    """Return the nouns that "he" or "she" can refer to, the most likely first.

    Only "man" or "woman" if all persons mentioned are groups, such as "couple". Several animals,
    "are they eating?", are no "she".
    """
    question = discourse.question
    if question is not None and question.form.is_plural:
        candidates = [noun for noun in candidates if not is_animal(noun)]
    if "person" in discourse.absent:
        candidates = [noun for noun in candidates if noun != "person"] or list(candidates)
    persons = [noun for noun in candidates if is_person(noun) and accepts(pronoun, noun)]
    if question is not None and finds_part(question):
        # "Find the baseball part", "is he batting?" is not about the bird before it.
        return persons or [_DEFAULT_PERSONS[pronoun]]
    known_persons = [noun for noun in persons if noun != "person"]
    is_group = bool(known_persons) and all(noun.split()[-1] in GROUPS for noun in known_persons)
    if question is not None and has_person_object(question):
        # "Who gives it to her?", "a woman": "what color is her dress?" is about the girl.
        latest_nouns = nouns_of(question.resolved)
        center = [noun for noun in persons if noun in latest_nouns and noun not in _SELDOM_HE]
        if center:
            return center
    if question is not None and asks_who(question) and not is_denial(discourse.answer):
        # "Who comes after the dog?", "does he have a beard?"
        answer_nouns = {*nouns_of(discourse.answer), discourse.answer.lower().strip(" .")}
        latest = {*nouns_of(question.resolved), *answer_nouns} - GROUPS
        return [noun for noun in known_persons if noun in latest] or [_DEFAULT_PERSONS[pronoun]]
    if is_group:
        return [_DEFAULT_PERSONS[pronoun]]
    subject = question.subject if question is not None else ""
    if subject in candidates and subject.split()[-1] in ANIMALS:
        # "What is the dog doing?", "is he wet?" is about the dog, though somebody was seen.
        candidates = [
            noun for noun in candidates if noun == subject or noun.split()[-1] in MALE | FEMALE
        ]
        candidates.sort(key=lambda noun: not is_person(noun))
        return candidates
    # "What is the woman carrying?", "a baby": "does she drop it?" is about the woman.
    return sorted(
        candidates,
        key=lambda noun: (
            noun.split()[-1] in _SELDOM_HE | GROUPS and not noun == subject == "person",
            noun in discourse.absent,
            noun in discourse.plural,
        ),
    )


_BODY_PART = re.compile(BODY_PART)
_PART_OF_ANIMAL = re.compile(
    r"\b(?:its|his|her|their) (?:[a-z]+ )?(?:fur|tails?|paws?|manes?|snouts?|whiskers|muzzles?|beaks?|feathers|wings?|hooves|hoof|claws?|trunks?|horns?|tusks?|collars?|leash|owners?)\b",
    re.IGNORECASE,
)
# Names of what is asked for, which "they" are not.
_NO_GROUPS = frozenset(
    "sport game activity season weather place country city dance music kind".split()
)
# Nouns that "he" and "she" refer to only if no other person was mentioned.
_SELDOM_HE = BABIES | {"person"}
# The antecedent of a pronoun before a garment if no person was mentioned: "his hat".
_DEFAULT_PERSONS = {"he": "man", "she": "woman", "they": "people"}
_PARTS_OF_ANIMALS = "face eye eyes head leg legs foot feet mouth".split()
_WORN = re.compile(
    rf"\b(?:his|her|their) (?:[a-z]+ )?(?!(?:{'|'.join(_PARTS_OF_ANIMALS)})\b){OF_PERSON}\b",
    re.IGNORECASE,
)
