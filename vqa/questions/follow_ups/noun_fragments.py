"""Follow-ups that are only a noun phrase: "and the toy?" repeats the latest question."""

from __future__ import annotations

import re
from dataclasses import replace

from vqa.english import (
    BODY_PART,
    COLOURS,
    ORDINALS,
    is_doing,
    is_or_are,
    plural_of,
    singular_of,
    with_article_if_countable,
    without_article,
)
from vqa.questions.conversation.antecedents import antecedent
from vqa.questions.conversation.discourse import Discourse, Resolution, resolution_of
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.follow_ups.contrasts import (
    SELECTING_COLORS,
    about_member,
    chosen_of_which,
    next_in_order,
    other_of_two,
    with_other_contrast,
    with_other_of_pair,
)
from vqa.questions.follow_ups.noun_replacement import (
    replace_noun,
    with_new_owner,
    without_last_place,
)
from vqa.questions.follow_ups.noun_suggestions import INDEFINITE, replace_suggestion
from vqa.questions.follow_ups.owners import OWNER, resolve_owner, with_owner
from vqa.questions.follow_ups.question_phrases import DATES, resolve_phrase
from vqa.questions.intent_table.intents import match_intent
from vqa.questions.normalization.agreement import agree_verb
from vqa.questions.nouns.entities import head_noun
from vqa.questions.nouns.mentions import is_adverb, nouns_of
from vqa.questions.nouns.noun_phrases import (
    POSSESSIVES,
    QUESTION_WORDS,
    NounPhrase,
    identification_question,
    presence_question,
    read_noun_phrase,
)
from vqa.questions.nouns.pronouns import is_of_person
from vqa.questions.sentences.option_rules import CONTRAST_WORDS
from vqa.questions.words.living_nouns import is_living, is_person
from vqa.types import Question

_NEW = frozenset({"a", "an", "any", "some"})
_WHEREABOUTS = frozenset("indoors outdoors inside outside".split())


def resolve_noun_phrase(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a follow-up that is only a noun phrase: "and the toy?", "no, the cat", "hers?".

    "And the toy?" after "what color is the ball?" -> "what color is the toy". "Outdoors?", "the
    year?", "the dog, what is it?" and a request such as "summary" become a question of their own,
    whatever the latest one: "is it outdoors?". "Hers?" after a question without an owner gets the
    intent `unclear`. None if `bare` is no noun phrase, or no word of the latest question can be
    replaced by its noun. For the arguments see `vqa.questions.follow_ups.ellipsis.resolve_ellipsis`.
    """
    question = discourse.question
    assert question is not None
    bare = _SAME.sub("", bare)
    special = _resolve_named_thing(bare, discourse)
    if special is not None:
        return special
    phrase = read_noun_phrase(bare)
    if phrase is None or is_adverb(phrase.core):
        return None
    core = {"other": "other one", "others": "other ones"}.get(phrase.core, phrase.core)
    if core in _WHEREABOUTS or core in DATES:
        text = f"is it {core}?" if core in _WHEREABOUTS else f"which {core} was this filmed?"
        return Resolution(text=text, is_changed=True)
    # "A blue car?" is a new one.
    is_of_pair = not (phrase.tail or phrase.determiner in _NEW)
    other = with_other_of_pair(core, discourse) if is_of_pair else None
    if other is not None:
        return other
    of_owner = resolve_owner(bare, phrase, question)
    if of_owner is not None or core.endswith(("'s", "s'")):
        return of_owner
    choice = chosen_of_which(core, question) if phrase.determiner == "the" else ""
    if choice and not phrase.tail:
        return Resolution(text=choice, is_changed=True)
    # "And top?" after "what color are the man's trousers?" is what he wears.
    wearer = question.subject.partition("'s ")[0]
    is_garment = core in ("top", "bottom") and (is_living(wearer) or is_of_person(wearer))
    selects = core.removesuffix(" side") in CONTRAST_WORDS | SELECTING_COLORS and not is_garment
    if selects and phrase.determiner not in _NEW | POSSESSIVES:
        return with_other_contrast(core.removesuffix(" side"), discourse)
    if core.split()[-1] in ("one", "ones"):
        # "The one on the right?" after "is one of the dogs barking?"
        question = about_member(question, is_many=core.endswith("ones"))
        resolution = next_in_order(core.split()[0], question) or other_of_two(
            core, question, discourse
        )
        if resolution is not None:
            return resolution
        core = _with_noun(core, bare, question, discourse)
        if not core:
            return None
    request = match_intent(core)
    if request is not None and not request.is_fallback and not phrase.determiner:
        return Resolution(text=core, is_changed=True)
    return _repeat_for_phrase(phrase, core, question, discourse)


def _repeat_for_phrase(
    phrase: NounPhrase, core: str, question: Question, discourse: Discourse
) -> Resolution | None:
    """Repeat a question for a phrase with its owner and the words after it: "his shoes on the left?"."""
    if phrase.determiner in POSSESSIVES:
        core = with_owner(core, phrase.determiner, question, discourse)
    is_same = phrase.tail and core in (question.subject, question.target)
    if is_same and question.intent == "count":
        # "The one in the middle?" after "how many people are there?"
        return Resolution(text=f"describe the {core} {phrase.tail}", is_changed=True)
    resolution = (
        Resolution(text=base_wording(question), is_changed=True)
        if is_same
        else repeat_for_noun(core, phrase.determiner, question, discourse)
    )
    return _with_tail(resolution, core, phrase.tail)


def _resolve_named_thing(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "the astronaut, when?" and "that thing on the wall?"; None for other messages."""
    noun, comma, asks = bare.lower().strip(" ?.!").rpartition(", ")
    if comma and asks.split()[0] in QUESTION_WORDS:
        return _resolve_phrase_after_noun(_ABOUT.sub("", noun), asks, discourse)
    asks_what = identification_question(_ABOUT.sub("", bare.lower()))
    return Resolution(text=asks_what, is_changed=True) if asks_what else None


_ABOUT = re.compile(r"^(?:what|how) about ")
# "And her dress the same?"
_SAME = re.compile(r"(?<=[a-z]),? (?:the )?same(?: colou?r)?(?=[?.! ]*$)", re.IGNORECASE)
_WHAT_IS_IT = re.compile(r"^what (?:is|are|was|were) (?:it|that|this|they|those|these)$")


def _resolve_phrase_after_noun(noun: str, asks: str, discourse: Discourse) -> Resolution | None:
    """Complete a question phrase by the noun before it: "the astronaut, when?"; None if impossible.

    Args:
        noun: the noun phrase before the comma, in lower case: "the astronaut".
        asks: the words after the comma, in lower case: "when".
        discourse: state of the earlier turns, with a latest question.
    """
    assert discourse.question is not None
    if _WHAT_IS_IT.match(asks):
        # "The red thing behind him, what is it?"
        be = "are" if asks.split()[1] in ("are", "were") else is_or_are(noun)
        return Resolution(text=f"what {be} {noun}?", is_changed=True)
    if noun.startswith("if "):
        # "If it does, when?"
        return resolve_phrase(asks, discourse)
    discourse = replace(
        discourse,
        nouns=[without_article(noun)],
        question=replace(discourse.question, intent="presence", resolved=f"is there {noun}"),
    )
    resolution = resolve_phrase(asks, discourse)
    owner, _, thing = noun.partition(" ")
    if resolution is None or owner not in POSSESSIVES:
        return resolution
    # "His shirt, what color?"
    text = resolution.text.replace(f"the {noun}", noun).replace(f"the {thing}", noun)
    return Resolution(text=text, is_changed=True)


def _with_tail(resolution: Resolution | None, core: str, tail: str) -> Resolution | None:
    """Insert `tail`, such as "on the right", after the noun `core`; unchanged for an empty tail."""
    if resolution is None or not tail:
        return resolution
    # "The one on the right" replaces "on the left", too, which follows the noun.
    pattern = re.compile(
        rf"\b{re.escape(core)}\b(?: (?:on|in|at|with|of) (?:(?:the|a|his|her) )?[a-z]+(?= \S|\W*$))?",
        re.IGNORECASE,
    )
    text = pattern.sub(f"{core} {tail}", resolution.text, count=1)
    return Resolution(text=text, is_changed=True, absent=resolution.absent)


def _with_noun(core: str, bare: str, question: Question, discourse: Discourse) -> str:
    """Replace a final "one" by an earlier noun: "red one" -> "red car", "red ones" -> "red cars".

    "" without a noun.
    """
    subject = question.subject or question.target
    has_modifier = len(subject.split()) > 1 or re.search(
        rf"\b(?:{'|'.join(CONTRAST_WORDS | set(ORDINALS))}) {re.escape(subject or '-')}\b",
        base_wording(question),
        re.IGNORECASE,
    )
    has_tail = bool(subject) and re.search(
        rf"\b{re.escape(subject)} (?:with|in|on|at|behind) ", base_wording(question), re.IGNORECASE
    )
    noun = subject if has_modifier or has_tail else antecedent(discourse, "one", bare)
    if not noun:
        return ""
    if question.aspect == "clothes" and subject:
        noun = subject
    owner = noun.partition("'s ")[0]
    if owner != noun and {core.split()[0], owner.split()[0]} <= COLOURS:
        # "And the grey ones?" after "what color is the brown dog's collar?"
        noun = owner
    if not is_living(noun) and any(map(is_doing, bare.strip(" ?.!").split())):
        # "The one sitting down?" is somebody.
        noun = antecedent(discourse, "living", bare)
        noun = "person" if noun == "people" else noun
    modifiers = " ".join(core.split()[:-1])
    if modifiers in ("", "that", "this", "the"):
        return noun
    head = noun.split()[-1]
    return f"{modifiers} {plural_of(singular_of(head)) if core.endswith('ones') else head}"


def repeat_for_noun(
    noun: str, determiner: str, question: Question, discourse: Discourse
) -> Resolution | None:
    """Repeat the latest question for another noun: "toy" -> "what color is the toy".

    By intent and determiner, the result may ask for the noun's presence ("is there a toy?"), number
    or description ("describe the toy"). None if the noun can replace no word of the question.

    Args:
        noun: the noun without determiner, in the singular or plural.
        determiner: its determiner in lower case; empty for none.
        question: the latest question about the video.
        discourse: state of the earlier turns.
    """
    singular = singular_of(noun)
    intent = question.intent
    indefinite = determiner in INDEFINITE
    if (
        intent == "presence"
        and base_wording(question).lower().startswith(_HAS)
        and not is_person(singular)
    ):
        return _with_other_noun(noun, question, discourse)
    instead = replace_suggestion(noun, determiner, question, discourse)
    if instead is not None:
        return instead
    wearer = antecedent(discourse, "living", noun) if intent == "identify" else ""
    if indefinite and is_of_person(noun) and is_person(wearer) and question.aspect != "clothes":
        # "Glasses?" after "who is on the left?", "a man"
        thing = noun if singular != noun else with_article_if_countable(noun)
        is_body = re.fullmatch(BODY_PART, noun) is not None
        asks = f"does the {wearer} have" if is_body else f"is the {wearer} wearing"
        return Resolution(text=f"{asks} {thing}?", is_changed=True)
    if (
        intent == "presence"
        or (intent == "count" and indefinite and " and " in noun)
        or (intent == "identify" and indefinite)
        or (indefinite and intent not in _REPEATS)
    ):
        return Resolution(text=f"{presence_question(noun)}?", is_changed=True)
    is_ordinal = _adds_ordinal(noun, determiner, question)
    if is_ordinal or (intent == "compare" and determiner in POSSESSIVES):
        # "The third one?" after "how many people?", "her shoes?" after "is the coat darker than …?"
        return Resolution(text=f"describe the {noun}", is_changed=True)
    if intent == "count":
        return Resolution(text=_count_of(noun, question), is_changed=True)
    asks_other = (
        determiner in POSSESSIVES
        and intent in ("verify", "action", "identify")
        and OWNER.search(base_wording(question)) is None
        and not is_living(singular.split("'s ")[-1])
    )
    if (intent == "describe_part" and not is_living(singular)) or asks_other:
        # "What about his clothes?" after "is he wearing a helmet?" asks about something else.
        is_of_wearer = question.aspect == "clothes" and is_of_person(noun) and "'s " not in noun
        owner = question.form.subject_phrase * is_of_wearer
        thing = " of ".join(filter(None, (noun, owner)))
        return Resolution(text=f"describe the {thing}", is_changed=True)
    return _with_other_noun(noun, question, discourse)


def _count_of(noun: str, question: Question) -> str:
    """Return "how many men wear glasses?" for "glasses" after "how many men wear hats?".

    Without what they wear or hold, the noun replaces the counted one: "how many women are there?".
    """
    earlier, singular = base_wording(question), singular_of(noun)
    owners = _COUNTS_OWNERS.match(earlier)
    if owners is not None and not is_living(singular):
        return f"{owners['question']} {noun}?"
    before = question.subject or question.target
    query = replace_noun(earlier, before, singular) if before else earlier
    return query if query != earlier else f"how many {plural_of(singular)} are there?"


_COUNTS_OWNERS = re.compile(
    r"^(?P<question>how many .+ (?:wear|have|hold|carry|wearing|holding|carrying)) (?:an? )?[a-z]+[?.! ]*$",
    re.IGNORECASE,
)


def _adds_ordinal(noun: str, determiner: str, question: Question) -> bool:
    """Whether "the second animal?" asks for a description, as the latest question has no animal."""
    if noun.split()[0] not in ORDINALS:
        return False
    is_named = noun.split()[-1] in base_wording(question).lower().split()
    is_new = not is_named and not (is_person(singular_of(noun)) and is_person(question.subject))
    is_yes_no = question.intent in ("presence", "verify")
    return question.intent == "count" or (is_yes_no and is_new and determiner == "the")


# Intents whose questions are repeated for a noun without a determiner; others ask for its presence.
_REPEATS = frozenset(
    "count color action location when compare find_moment identify describe_part verify frequency event_duration measurement".split()
)
_HAS = ("does ", "do ", "did ", "has ", "have ")


def _with_other_noun(noun: str, question: Question, discourse: Discourse) -> Resolution | None:
    """Replace a noun or pronoun of the latest question by `noun`; None if neither can be replaced.

    A person first replaces a person or animal, a thing a thing: after "does the worker wear a
    vest?", "mask?" replaces the vest. A question without a noun and a pronoun becomes "describe the
    mask".
    """
    earlier = base_wording(question)
    if re.search(rf"\b{re.escape(noun)}\b", earlier, re.IGNORECASE):
        # "Jeans too?" after "is he wearing jeans?"
        return Resolution(text=earlier, is_changed=True)
    singular = singular_of(noun)
    is_many = singular != noun
    subject = question.subject or question.target or question.scored_noun
    pronoun = _PRONOUN.search(earlier)
    description = Resolution(text=f"describe the {noun}", is_changed=True)
    is_of_person = pronoun is not None and pronoun[0].lower() != "it" and not is_living(singular)
    if not nouns_of(earlier) and (is_of_person or not (subject or pronoun)):
        return description  # "And the shorts?" after "is he alone?"
    places = [one for one in nouns_of(earlier) if question.asked_kind == subject]
    candidates = list(dict.fromkeys(filter(None, [*places, subject, *reversed(nouns_of(earlier))])))
    same_kind = [one for one in candidates if is_living(one) == is_living(singular)]
    if question.options and candidates and not same_kind and is_living(candidates[0]):
        # "What about the shirt?" after "is it a man or a woman?" asks about something else.
        return description
    new = noun if is_many else singular
    if question.intent in _OF_NOUN and not is_living(singular) and " of " not in earlier:
        # "And the floor?" after "what color is the wall behind him?"
        earlier = without_last_place(earlier)
    query = with_new_owner(singular, subject, earlier) if is_living(singular) else earlier
    if query != earlier:
        return Resolution(text=query, is_changed=True)
    is_of_him = pronoun is not None and pronoun[0].lower() in ("he", "she", "they")
    for before in [] if is_of_him and is_living(singular) else [*same_kind, *candidates]:
        for form in dict.fromkeys((before, head_noun(before))):
            query = replace_noun(earlier, form, new) if form else earlier
            if query != earlier:
                return resolution_of(agree_verb(query, new), discourse, singular)
    if is_of_person:
        # "Or a hat?" after "does he wear glasses?".
        before, _, _ = earlier.rstrip(" ?.!").rpartition(" ")
        thing = noun if is_many else with_article_if_countable(singular)
        return Resolution(text=f"{before} {thing}?", is_changed=True)
    if pronoun is not None:
        query = f"{earlier[: pronoun.start()]}the {new}{earlier[pronoun.end() :]}"
        return Resolution(text=agree_verb(query, new), is_changed=True)
    query = _FIRST_NOUN.sub(lambda match: f"{match[1]}{noun}", earlier, count=1)
    if query == earlier:
        return None
    return resolution_of(agree_verb(query, noun), discourse, singular)


# Intents whose questions end with the noun and its place.
_OF_NOUN = frozenset({"color", "describe_part", "measurement"})
_PRONOUN = re.compile(r"\b(?:it|he|she|they)\b", re.IGNORECASE)
_FIRST_NOUN = re.compile(
    r"^((?:is|are|was|were|does|do|did|has|have) (?:the|his|her|its|their) )[a-z'-]+", re.IGNORECASE
)
