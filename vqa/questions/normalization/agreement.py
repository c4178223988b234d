"""Agreement of the verb with its subject: "is the shoes black?" -> "are the shoes black?"."""

from __future__ import annotations

import re
from collections.abc import Sequence

from vqa.english import (
    FORMS_OF_BE,
    MASS_NOUNS,
    PREPOSITIONS,
    is_plural,
    is_plural_noun,
    plural_of,
    singular_of,
)
from vqa.questions.normalization.articles import is_countable, is_plural_name, needs_article
from vqa.questions.nouns.mentions import ends_phrase, marked_words, phrase_spans
from vqa.questions.words.living_nouns import GROUPS, is_living
from vqa.questions.words.spelling import is_property, is_verb

# Forms of auxiliary verbs: of the plural by those of the singular, and the reverse.
PLURAL_VERBS = {"is": "are", "was": "were", "does": "do", "has": "have"}
SINGULAR_VERBS = {plural: singular for singular, plural in PLURAL_VERBS.items()}
_DETERMINERS = frozenset("the his her its their my your these those".split())
_QUANTITIES = frozenset("many several few two three four five six some both".split())
_SINGULAR_PRONOUNS = frozenset("he she it".split())
_MAX_QUESTION_WORDS = 4


def with_agreement(text: str) -> str:
    """Inflect the first auxiliary of a question or statement to agree with its subject.

    "Is the boys wet?" -> "are the boys wet?", "they has hats" -> "they have hats", "there is many
    people" -> "there are many people". The subject follows the auxiliary or begins the text;
    collective nouns and subjects joined with "and" stay with either form.

    Args:
        text: one question, with or without final punctuation.
    """
    text = _DEMONSTRATIVE.sub(_with_number, text)
    words = text.split()
    bare = [word.strip("?.!,;:").lower() for word in words]
    place = next((n for n, word in enumerate(bare) if word in _FORMS), -1)
    if place < 0 or words[place].lower() != bare[place]:
        return text
    is_many = _is_many(bare, place)
    if is_many is None:
        return text
    forms = PLURAL_VERBS if is_many else SINGULAR_VERBS
    verb = forms.get(bare[place], words[place])
    words[place] = verb.capitalize() if words[place][0].isupper() else verb
    return " ".join(words)


_DEMONSTRATIVE = re.compile(
    r"\b(?P<one>this|that|these|those) (?P<noun>[a-z]+)(?= (?P<next>[a-z]+)|[?.!,:]| *$)",
    re.IGNORECASE,
)


def _with_number(match: re.Match[str]) -> str:
    """Return "these dogs" for "this dogs", "these men" for "these man".

    Unchanged for a pronoun, "data this costs me", and where a noun follows, "these cat toys".
    """
    first, noun, follower = match["one"], match["noun"].lower(), (match["next"] or ".").lower()
    is_living_noun = is_living(singular_of(noun))
    many = _PLURAL_DEMONSTRATIVES.get(first.lower(), "")
    if not many:
        acts = is_living_noun and is_verb(follower)
        is_one = is_countable(noun) and (ends_phrase(follower) or acts)
        return f"{first} {plural_of(noun)}" if is_one else match[0]
    before = match.string[: match.start()].lower().split()[-1:]
    # "I see that people like it" has a conjunction.
    is_conjunction = many == "those" and bool(before)
    is_subject = not is_conjunction and (is_living_noun or follower in _FORMS)
    is_determiner = is_subject or not _BEFORE_PHRASE.isdisjoint(before)
    is_many = is_determiner and is_plural_name(noun) and not is_verb(singular_of(noun))
    return f"{many.capitalize() if first[0].isupper() else many} {noun}" if is_many else match[0]


_BEFORE_PHRASE = frozenset({*PLURAL_VERBS, *SINGULAR_VERBS, "did", "can", "of"}) | PREPOSITIONS
_PLURAL_DEMONSTRATIVES = {"this": "these", "that": "those"}
_FORMS = frozenset({*PLURAL_VERBS, *SINGULAR_VERBS})


def _is_many(bare: Sequence[str], place: int) -> bool | None:
    """Whether the subject of the auxiliary at `place` is plural; None where that is uncertain."""
    before, behind = bare[:place], bare[place + 1 :]
    if before[-1:] == ["there"] and place == 1:
        return _is_many_there(bare[place], behind)
    if behind[:1] == ["there"] and bare[place] in FORMS_OF_BE:
        if before[:2] == ["how", "many"]:
            return True
        return _is_many_there(bare[place], behind[1:])
    if place and before[0] in _BEGIN_QUESTION:
        if before[:2] == ["how", "many"] and bare[place] in ("is", "was", "has", "have"):
            # "How many of them have the ball?"
            is_pronoun = before[-1] in ("them", "those", "these")
            return True if before[2:3] and (is_pronoun or is_plural(before[-1])) else None
        return _is_many_first(behind) if place <= _MAX_QUESTION_WORDS else None
    return _is_many_first(behind) if not place else _is_many_subject(before)


_BEGIN_QUESTION = frozenset("what which where when who whose why how in on at with from to".split())


def _is_many_there(verb: str, behind: Sequence[str]) -> bool | None:
    """Whether "there are" is right before these words; None where that is uncertain."""
    if not behind:
        return None
    first = behind[0]
    if first in ("a", "an", "one", "another"):
        return False if verb in SINGULAR_VERBS else None
    if first in _QUANTITIES - {"some"}:
        return True
    spans = phrase_spans([first, *behind[1:]]) if first in ("some", "any", "the") else [(0, 1)]
    is_noun = bool(spans) and spans[0][0] <= 1
    return True if is_noun and is_plural(" ".join(behind[: spans[0][1]])) else None


def _is_many_first(behind: Sequence[str]) -> bool | None:
    """Whether the subject that begins these words is plural; None without a certain noun phrase."""
    if behind and behind[0] in ("they", "he", "she"):
        return behind[0] == "they"
    if not behind or behind[0] not in _DETERMINERS:
        return None
    words = marked_words(" ".join(behind))
    spans = phrase_spans(words)
    if not spans:
        return None
    end = spans[0][1]
    # "Does the guy wear gloves?", "are the people outdoors?"
    ends = (
        n
        for n in range(2, end)
        if is_living(singular_of(words[n - 1]))
        and (is_verb(words[n]) or is_plural_noun(words[n - 1]) or words[n] in _PLACES)
    )
    end = next(ends, end)
    while end > len(("the", "man")) and (is_property(words[end - 1]) or is_verb(words[end - 1])):
        # "Is the shoes black?", "do the dog run?"
        end -= 1
    return _is_many_subject(behind[:end], behind)


def _is_many_subject(subject: Sequence[str], words: Sequence[str] = ()) -> bool | None:
    """Whether a subject is plural: the boys, "they"; None for groups and for joined nouns.

    Args:
        subject: the words of the subject.
        words: the words that the subject begins; empty if nothing follows.
    """
    if len(subject) == 1:
        word = subject[0]
        return True if word == "they" else False if word in _SINGULAR_PRONOUNS else None
    if subject[0] not in _DETERMINERS or len(subject) > _MAX_SUBJECT_WORDS:
        return None
    if subject[1] in _QUANTITIES or subject[0] in _PLURAL_DEMONSTRATIVES.values():
        # "The two cars differ"
        return True
    follower = words[len(subject) : len(subject) + 1]
    is_joined = {*follower} & {"and", "or", "of"} or {"and", "or", "that", "who"} & set(subject)
    noun = singular_of(subject[-1])
    if (
        is_joined
        or noun in GROUPS - {"people", "kids"}
        or any(word.endswith("'") for word in subject)
    ):
        return None
    phrase = " ".join(subject)
    if is_plural(phrase):
        return True
    is_one = needs_article(subject[-1]) or subject[-1] in MASS_NOUNS
    return False if is_one and plural_of(noun) != noun else None


_PLACES = frozenset("outdoors indoors outside inside here there".split())
_MAX_SUBJECT_WORDS = 6


def agree_verb(question: str, noun: str) -> str:
    """Inflect the verb before a noun to agree with it: "where are the hat" -> "where is the hat".

    Only "is/are", "was/were", "does/do" and "has/have" change, to lower case, at the first place
    where they stand right before the noun or before "the", "his", "her", "its", "their", "a" or
    "an" and the noun; not before its genitive ("the hat's"). Otherwise the question is returned
    unchanged.

    Args:
        question: the question.
        noun: the noun as in the question, without article; its form decides the number.
    """
    forms = dict(PLURAL_VERBS if is_plural(noun) else SINGULAR_VERBS)
    if _DO.search(question):
        # "Does he have a hat" keeps its infinitive.
        forms = {form: other for form, other in forms.items() if form not in ("has", "have")}
    pattern = re.compile(
        rf"\b({'|'.join(forms)}) (?=(?:(?:the|his|her|its|their|a|an) )?{re.escape(noun)}\b(?!'))",
        re.IGNORECASE,
    )
    return pattern.sub(lambda match: f"{forms[match[1].lower()]} ", question, count=1)


_DO = re.compile(r"\b(?:does|do|did)\b.* have\b", re.IGNORECASE)
