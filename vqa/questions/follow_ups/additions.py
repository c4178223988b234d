"""Ellipsis resolution of fragments that change one part of the latest question.

"The whole time?", "running?" and "red or blue?" give no new question of their own: the latest
question is repeated with a modifier, another predicate or alternatives.
"""

from __future__ import annotations

import re

from vqa.english import (
    COLOURS,
    FORMS_OF_BE,
    ING_NOUNS,
    PREPOSITIONS,
    does_or_do,
    head_of,
    is_doing,
    is_or_are,
    plural_of,
    singular_of,
    with_article_if_countable,
    without_article,
)
from vqa.questions.conversation.antecedents import antecedent, with_be, with_the
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.follow_ups.noun_fragments import resolve_noun_phrase
from vqa.questions.follow_ups.noun_replacement import without_last_place
from vqa.questions.follow_ups.other_places import (
    NEW_THING,
    ON_BODY,
    with_other_place,
)
from vqa.questions.follow_ups.owners import named_thing
from vqa.questions.follow_ups.selections import name_with_detail, other_option
from vqa.questions.normalization.agreement import PLURAL_VERBS, SINGULAR_VERBS
from vqa.questions.nouns.mentions import is_adverb
from vqa.questions.nouns.noun_phrases import (
    POSSESSIVES,
    is_property_alone,
    is_state_of_living,
)
from vqa.questions.nouns.number_questions import is_number_alone
from vqa.questions.nouns.pronouns import INDEFINITE_PERSONS, only_living_do
from vqa.questions.sentences.clauses import (
    Clause,
    base_of_place,
    how_many_people,
    is_about_person,
    latest_clause,
    who_question,
)
from vqa.questions.words.living_nouns import is_person
from vqa.questions.words.rewriting import AUXILIARY, WH
from vqa.questions.words.spelling import is_adjective, is_verb
from vqa.text_words import is_denial


def with_detail(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a fragment that is a modifier, a quantifier or a number: "the whole time?".

    A modifier is appended to the latest question in the form of a yes/no question
    (`latest_clause`); other fragments change a part of it:

    - modifier: "the whole time?" after "what is the man doing?", "running" ->
      "is the man running the whole time?"
    - quantifier: "all of them?" after "is the vest orange?" -> "are all the vests orange?"
    - number: "only one?" after "is there a dog?" -> "how many dogs are there?"
    - number with a noun: "both hands?" after "is the bag in his hand?" ->
      "is the bag in both hands?"
    - noun phrase, "even the kids?": see `resolve_noun_phrase`; verb phrase, "even wave her hands?":
      see `with_other_verb`; place, "on the chair?" or "on his arm?": see `with_other_place`

    None if the latest question has no form as a yes/no question, or has no noun for the quantifier
    or the number.

    Args:
        bare: the normalized fragment, without a leading "and" or a trailing "then".
        discourse: state of the earlier turns, with a latest question.
    """
    question = discourse.question
    assert question is not None
    if question.intent in ("color", "describe_part") and ON_BODY.search(bare.strip(" ?.!")):
        return with_other_place(bare, discourse)
    resolution = _count_or_other_option(bare, discourse)
    if resolution is not None:
        return resolution
    clause = latest_clause(discourse)
    if clause is None:
        return name_with_detail(bare, discourse)
    somebody = who_question(clause) if is_number_alone(bare) else ""
    if somebody:
        # "Only one?" after "is someone walking?"
        return Resolution(text=f"{how_many_people(somebody)}?", is_changed=True)
    detail = _BEFORE_DETAIL.sub("", bare.strip(" ?.!,").lower())
    group = _QUANTIFIER.match(detail)
    if group is not None:
        return _with_quantifier(group["quantifier"] or "whole", clause, discourse)
    if NEW_THING.match(detail):
        return resolve_noun_phrase(detail, discourse)
    is_place = without_last_place(f"it {detail}") == "it"
    if is_place and without_last_place(str(clause)) != str(clause):
        # "And on the chair?" after "is the cup on the table?"
        return with_other_place(detail, discourse)
    if _is_verb_phrase(detail):
        return with_other_verb(detail, discourse)
    number = _NUMBER_OF.match(detail)
    if number is not None:
        # "Both hands?" after "is the bag in his hand?"
        noun = singular_of(number["noun"])
        text = re.sub(
            rf"\b(?:the|his|her|its|their|an?) (?:left |right |other )?(?:{noun}|{plural_of(noun)})\b",
            detail,
            str(clause),
        )
        return Resolution(text=f"{text}?", is_changed=True) if text != str(clause) else None
    return Resolution(text=f"{clause} {detail}?", is_changed=True)


def _count_or_other_option(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "at least three?" after a number or a thing, and "both?" after options; else None.

    The number of the latest question is asked again, for its time.
    """
    question = discourse.question
    assert question is not None
    other = other_option(bare, discourse)
    if other:
        return Resolution(text=other, is_changed=True)
    if not is_number_alone(bare) or question.intent not in _NAMES_THINGS:
        return None
    if question.intent == "count":
        text = base_wording(question)
        return Resolution(text=text, is_changed=True, time_range=question.time_range)
    noun = question.target or question.subject or antecedent(discourse, "many", bare)
    text = f"how many {plural_of(noun)} are there?"
    time_range = question.time_range if question.intent == "presence" else None
    return Resolution(text=text, is_changed=True, time_range=time_range) if noun else None


_QUANTIFIER = re.compile(
    r"^(?:the (?:whole|entire) (?:thing|of it)|all of it)$|^(?P<quantifier>all|both|half|most|some|any|many|few|several|none|each|every one|either|neither)"
    r"(?P<of> of (?:them|those|these|it))?$"
)
_STANDS_ALONE = frozenset("all both each most neither none".split())
_NAMES_THINGS = frozenset(
    "presence count identify person_identity color location describe describe_part summarize".split()
)
# "Even all of them?", "the same thing at the end?"
_BEFORE_DETAIL = re.compile(
    r"^(?:not |even |just |only |for (?=the |all |both |each )|(?:the )?same(?: thing)? (?=till |until |all |at |the |in ))+(?=\w)"
)
_NUMBER_OF = re.compile(
    r"^(?:both|all|two|three|four) (?:(?:of )?(?:the|his|her|its|their) )?(?P<noun>[a-z]+s|feet|teeth|people|men|women|children)$"
)


def is_quantified_noun(text: str) -> bool:
    """Whether a message is a plural noun after "both", "all" or two to four: "both hands?"."""
    return _NUMBER_OF.match(text.lower().strip(" ?.!,")) is not None


def is_place_of_several(text: str) -> bool:
    """Whether a message is a preposition before "both" or "all" and a noun: "on both legs?"."""
    first, _, rest = text.lower().partition(" ")
    return first in PREPOSITIONS and rest.split()[:1] != ["the"] and is_quantified_noun(rest)


def with_several_places(bare: str, discourse: Discourse) -> Resolution | None:
    """Ask whether a thing is in each of several places: "on both legs?".

    After "what are the blue things on him?" -> "are the blue things on both legs?". None after a
    question for anything but the name of a known thing.
    """
    assert discourse.question is not None
    wording = without_last_place(base_wording(discourse.question)).lower()
    first, be, *thing = (*wording.strip(" ?.!").split(), "", "")
    is_known = thing[0] in _DEFINITE and thing[1] and discourse.question.intent == "identify"
    is_named = be in FORMS_OF_BE and not any(map(is_doing, thing))
    if first != "what" or not (is_named and is_known):
        return None
    text = " ".join((be, *thing, bare.lower().strip(" ?.!,"))).split()
    return Resolution(text=f"{' '.join(text)}?", is_changed=True)


_DEFINITE = POSSESSIVES | {"the", "this", "that", "these", "those"}


def is_quantifier(text: str) -> bool:
    """Whether a message is a quantifier, such as "none of them?" or "each?", but not "some?"."""
    match = _QUANTIFIER.match(_BEFORE_DETAIL.sub("", text.lower().strip(" ?.!,")))
    is_alone = match is not None and match["quantifier"] in _STANDS_ALONE
    return match is not None and bool(match["of"] or is_alone or not match["quantifier"])


def _with_quantifier(quantifier: str, clause: Clause, discourse: Discourse) -> Resolution | None:
    """Repeat a clause with a quantifier before its subject: "are most of the vests orange?".

    The noun is plural, and so is the verb, but for "each" and the like: "is each of the vests
    orange?". "Is there a vest" gives "are all the vests in the picture?". None if the clause names
    no noun and none was mentioned before.
    """
    if quantifier == "whole" and not clause.is_existential:
        # "All of it?"
        subject = f"the whole {without_article(clause.subject)}"
        return Resolution(text=f"{clause.verb} {subject} {clause.predicate}?", is_changed=True)
    noun, owner, tail = antecedent(discourse, "many", ""), "the", ""
    head = head_of(clause.subject).split()
    if not clause.is_existential and len(head) > 1:
        noun = " ".join(head[1:])
        owner = head[0] if head[0] in POSSESSIVES else "the"
        tail = clause.subject.removeprefix(" ".join(head)).strip()
    if not noun:
        return None
    forms = SINGULAR_VERBS if quantifier in _SINGULAR_QUANTIFIERS else PLURAL_VERBS
    of = "" if quantifier in ("all", "both") else "of"
    group = f"{quantifier} {of} {owner} {plural_of(singular_of(noun))} {tail}"
    predicate = clause.predicate if not clause.is_existential else "in the picture"
    text = f"{forms.get(clause.verb, clause.verb)} {group} {predicate}"
    return Resolution(text=f"{' '.join(text.split())}?", is_changed=True)


_SINGULAR_QUANTIFIERS = frozenset({"each", "every one", "either", "neither"})


def with_other_verb(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a fragment that is another predicate for the latest subject: "running?", "tired?".

    - "tired?" after "is the man running?" -> "is the man tired?"
    - "run?" after "does the person walk?" -> "does the person run?"
    - "wave her hands?" after "is the girl smiling?" -> "does the girl wave her hands?"
    - "electric?" after "what is he playing?", "a guitar" -> "is the guitar electric?"

    The subject is that of the latest question, else the latest noun. A noun phrase with an article,
    "a beard?", is resolved by `resolve_noun_phrase`. None without a subject or a predicate.

    Args:
        bare: the normalized fragment, without a leading "and" or a trailing "then".
        discourse: state of the earlier turns, with a latest question.
    """
    assert discourse.question is not None
    earlier = base_wording(discourse.question)
    predicate = _BEFORE_PREDICATE.sub("", bare.strip(" ?.!,").lower())
    if not predicate:
        return None
    if NEW_THING.match(predicate):
        # "A beard then?" after "does he wear glasses?"
        return resolve_noun_phrase(predicate, discourse)
    count = _COUNT_OF_STATE.sub(rf"\1 {predicate}?", earlier)
    if count != earlier and is_doing(predicate.split()[0]):
        # "And driving?" after "how many cars are parked?"
        return Resolution(text=count, is_changed=True)
    clause = latest_clause(discourse)
    if clause is not None and (_has_adverb(predicate) or predicate.startswith("for ")):
        return Resolution(text=f"{clause} {predicate}?", is_changed=True)  # "Slowly?", "for long?"
    subject = clause.subject if clause is not None and not clause.is_existential else ""
    if {subject.lower()} & (INDEFINITE_PERSONS | {"a person"}) and not is_denial(discourse.answer):
        subject = "the person"
    name = named_thing(discourse)
    is_of_thing = not (is_doing(predicate.split()[0]) or is_state_of_living(predicate))
    if name and is_of_thing:
        # "Electric?" after "what is he playing?" and "a guitar".
        subject = with_the(name, discourse)
    first, last = predicate.split()[0], predicate.split()[-1]
    if not subject:
        is_of_living = is_state_of_living(predicate) or is_person(last) or only_living_do(first)
        noun = antecedent(discourse, "living" if is_of_living else "any", bare)
        if not noun:
            return None
        subject = with_the(noun, discourse)
    if _is_verb_phrase(predicate):
        # "Wave her hands?"
        return Resolution(text=f"{does_or_do(subject)} {subject} {predicate}?", is_changed=True)
    is_base = is_verb(first) and not first.endswith("ing")
    if clause is not None and clause.verb in ("does", "do", "did") and is_base:
        return Resolution(text=f"{clause.verb} {subject} {predicate}?", is_changed=True)
    ownership = _OWNS.match(clause.predicate) if clause is not None else None
    if ownership is not None and is_property_alone(predicate):
        # "Pointed?" after "does it have floppy ears?"
        subject = f"the {ownership['noun']}"
    is_same = clause is not None and clause.subject == subject
    be = clause.be if clause is not None and is_same else is_or_are(subject)
    return Resolution(text=f"{be} {subject} {predicate}?", is_changed=True)


_BEFORE_PREDICATE = re.compile(
    r"^(?:or |maybe |just |rather |also |not |even |is |are |(?:what|how) about )+"
)
_COUNT_OF_STATE = re.compile(
    r"^(how many [a-z -]+? (?:are|were)) (?!there\b)[a-z]+.*$", re.IGNORECASE
)


def _is_verb_phrase(predicate: str) -> bool:
    """Whether a text is a verb in the base form with an object: "wave her hands"."""
    first, *others = predicate.split()
    has_object = bool(others) and others[0] in ("the", "a", "an", "his", "her", "their", "its")
    return has_object and is_verb(first) and not first.endswith("ing")


_OWNS = re.compile(
    r"^(?:have|wear|wearing) (?:an? |any )?(?:[a-z-]+ )?(?P<noun>[a-z-]+)$", re.IGNORECASE
)


# "Red or blue"
_SINGLE_WORDS = 3


def _without_one(phrase: str) -> str:
    """Return "brown" for "the brown one"."""
    return phrase.removeprefix("the ").removesuffix(" ones").removesuffix(" one")


def _has_adverb(text: str) -> bool:
    """Whether a message, or one of its options, is an adverb: "slowly", "forwards or backwards"."""
    return any(is_adverb(one) and not is_adjective(one) for one in text.split(" or "))


def between_options(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a fragment that lists alternatives: "red or blue?", "or a hat?".

    - "red or blue?" after "is the shirt new?" -> "is the shirt red or blue?"
    - "long hair or short hair?" after "is the man tall?" ->
      "does the man have long hair or short hair?"
    - "a piano or a guitar?" after "is he playing a drum?" -> "is he playing a piano or a guitar?"

    A fragment with a single alternative, "or a hat?", is resolved by `resolve_noun_phrase`, else by
    `with_detail`, and is None if neither resolves it. Two alternatives that do not fit the latest
    question are returned with `is_changed` False, in lower case, without "or" before them.

    Args:
        bare: the normalized fragment, without a leading "and" or a trailing "then".
        discourse: state of the earlier turns, with a latest question.
    """
    question = discourse.question
    assert question is not None
    text = re.sub(r"^(?:or|and|is it|are they) ", "", bare.strip(" ?.!,").lower())
    clause = latest_clause(discourse)
    if " or " not in text:
        # "Or a hat?" offers one more thing, "or by card?" another way.
        return resolve_noun_phrase(text, discourse) or with_detail(text, discourse)
    offers = [_without_one(option) for option in text.split(" or ")]
    noun = antecedent(discourse, "one", bare) if text.endswith((" one", " ones")) else ""
    if noun and all(len(offer.split()) == 1 for offer in offers):
        # "The brown or the black one?"
        sides = [f"on the {one}" if one in ("left", "right") else one for one in offers]
        text = f"{with_be(noun, discourse)} {' or '.join(sides)}?"
        return Resolution(text=text, is_changed=True)
    if clause is not None and not clause.is_existential and _has_adverb(text):
        return Resolution(text=f"{clause} {text}?", is_changed=True)  # "Forwards or backwards?"
    heads = {option.split()[-1] for option in text.split(" or ")}
    is_pair = len(heads) == 1 and len(text.split()) > _SINGLE_WORDS
    if is_pair and clause is not None and not clause.is_existential:
        # "Long hair or short hair?"
        text = f"{does_or_do(clause.subject)} {clause.subject} have {text}?"
        return Resolution(text=text, is_changed=True)
    split = clause.split_object() if clause is not None else None
    is_of_thing = split is not None and (split[0] or not set(text.split()) & COLOURS)
    if clause is not None and split is not None and is_of_thing and not is_doing(text.split()[0]):
        options = " or ".join(
            map(with_article_if_countable, map(without_article, text.split(" or ")))
        )
        return Resolution(
            text=" ".join(f"{clause.verb} {clause.subject} {split[0]} {options}?".split()),
            is_changed=True,
        )
    if clause is not None and not clause.is_existential and question.answer_kind != "choice":
        words, noun = set(text.split()), antecedent(discourse, "thing", bare)
        if words & COLOURS and noun:
            return Resolution(text=f"{with_be(noun, discourse)} {text}?", is_changed=True)
        if (
            (is_about_person(clause) and len(text.split()) == _SINGLE_WORDS)
            or words & COLOURS
            or any(word.endswith("ing") and word not in ING_NOUNS for word in words)
        ):
            return Resolution(text=f"{clause.be} {clause.subject} {text}?", is_changed=True)
    return Resolution(text=text, is_changed=False)


def phrase_or_clause(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a phrase before a clause, "flying or does it sit?" to "is the bird flying or does it sit?"; or None."""
    match, clause = _OR_CLAUSE.match(bare.strip(" ?.!")), latest_clause(discourse)
    if match is None or clause is None:
        return None
    first, *_ = phrase = match["first"].lower().split()
    text = f"{base_of_place(clause, discourse.question)} {match['first']}"
    if is_doing(first) or is_property_alone(" ".join(phrase)):
        whole = with_other_verb(match["first"], discourse)
        text = whole.text.rstrip("?") if whole is not None else ""
    elif first not in PREPOSITIONS or clause.is_existential:
        return None
    return Resolution(text=f"{text} or {match['second']}?", is_changed=True) if text else None


_OR_CLAUSE = re.compile(
    rf"^(?P<first>(?!(?:{AUXILIARY}|{WH})\b)[^,?]+?),? or (?P<second>(?:is|are|was|were|does|do|did|has|have) [^,?]+)$",
    re.IGNORECASE,
)
