"""Additions to the latest question: "the whole time?", "running?", "behind it?", "red or blue?"."""

from __future__ import annotations

import re

from vqa.english import (
    BODY_PART,
    COLOURS,
    ING_NOUNS,
    NUMBERS,
    is_doing,
    is_plural,
    plural_of,
    singular_of,
    with_article_if_countable,
    without_article,
)
from vqa.questions.antecedents import antecedent
from vqa.questions.clauses import (
    Clause,
    how_many_people,
    is_about_person,
    latest_clause,
    question_of_somebody,
)
from vqa.questions.discourse import Discourse, Resolution, answer_noun, base_wording
from vqa.questions.living_nouns import is_living
from vqa.questions.noun_fragments import resolve_noun_phrase
from vqa.questions.noun_phrases import nouns_of
from vqa.questions.noun_replacement import without_last_place
from vqa.questions.spelling import is_verb


def with_detail(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the latest question as a yes/no question with an addition: "the whole time?".

    The addition, in lower case, is put after the latest clause: "is the man running the whole
    time?". A quantifier ("all of them?") is put before the subject; another noun ("even the kids?")
    replaces the noun; a number ("only one?") after a question about presence or number asks how
    many there are; a part of the body after a question about a color or a person's clothes and the
    like (`describe_part`) is a place; see `with_other_place`. None if the latest question gives no
    clause, or no noun that these need.

    Args:
        bare: the message, see `vqa.questions.ellipsis.resolve_ellipsis`.
        discourse: state of the earlier turns, with a latest question.
    """
    question = discourse.question
    assert question is not None
    if question.intent in ("color", "describe_part") and _ON_BODY.search(bare.strip(" ?.!")):
        return with_other_place(bare, discourse)
    if is_number_alone(bare) and question.intent in _NAMES_THINGS:
        noun = question.target or question.subject or antecedent(discourse, "many", bare)
        text = f"how many {plural_of(noun)} are there?"
        return Resolution(text=text, is_changed=True) if noun else None
    clause = latest_clause(discourse)
    if clause is None:
        return None
    somebody = question_of_somebody(clause) if is_number_alone(bare) else ""
    if somebody:
        # "Only one?" after "is someone walking?"
        return Resolution(text=f"{how_many_people(somebody)}?", is_changed=True)
    detail = bare.strip(" ?.!,").lower()
    detail = re.sub(
        r"^(?:not |even |just |only |for |(?:the )?same(?: thing)? (?=till |until |all |at |the |in ))+(?=\w)",
        "",
        detail,
    )
    if _NEW_THING.match(detail):
        return resolve_noun_phrase(detail, discourse)
    is_place = without_last_place(f"it {detail}") == "it"
    if is_place and without_last_place(str(clause)) != str(clause):
        # "And on the chair?" after "is the cup on the table?"
        return with_other_place(detail, discourse)
    group = re.match(
        r"^(?P<all>all|both|some|none|any|each|most)(?: of (?:them|those|these|it))?$", detail
    )
    if group is not None:
        return _of_group(group["all"], clause, discourse)
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


_NAMES_THINGS = frozenset({"presence", "count", "identify", "person_identity"})
# "Only one?", "always three?", "just the two?"
_NUMBER_ALONE = re.compile(
    rf"^(?:(?:just|only|always|exactly|really|more than|at least|the|all) )*(?:\d+|{'|'.join(NUMBERS)}|many|several|a few)"
    r"(?: of (?:them|those|these))?$"
)
_NUMBER_OF = re.compile(
    r"^(?:both|all|two|three|four) (?:(?:of )?(?:the|his|her|its|their) )?(?P<noun>[a-z]+s|feet|teeth|people|men|women|children)$"
)
# "Even the kids?", unlike "the whole time?".
_NEW_THING = re.compile(
    r"^(?:the|his|her|their|an?|any|some) (?!(?:whole|entire|full|same|time|lot|bit|little)\b)[a-z]+(?: [a-z]+)?(?: (?:in|on|at|next to|behind|near|with|under) (?:the |his |her |an? )?[a-z]+)?$",
    re.IGNORECASE,
)


def is_number_alone(text: str) -> bool:
    """Whether a message is a number with words such as "only": "always three?", "just the two?"."""
    return _NUMBER_ALONE.match(text.lower().strip(" ?.!,")) is not None


def is_group(text: str) -> bool:
    """Whether a message is "both", "all" or a number with a plural noun: "both hands?"."""
    return _NUMBER_OF.match(text.lower().strip(" ?.!,")) is not None


def _of_group(quantifier: str, clause: Clause, discourse: Discourse) -> Resolution | None:
    """Repeat a clause for all, both or some of its subject: "are all the vests orange?".

    None if the noun is unknown. After "is there a vest?", the predicate is "in the picture".
    """
    noun = antecedent(discourse, "many", "")
    if not clause.is_existential:
        words = clause.subject.split()
        noun = " ".join(words[1:]) if len(words) > 1 else noun
    if not noun:
        return None
    verb = {"is": "are", "was": "were", "does": "do", "has": "have"}.get(clause.verb, clause.verb)
    predicate = clause.predicate if not clause.is_existential else "in the picture"
    many = plural_of(singular_of(noun))
    return Resolution(text=f"{verb} {quantifier} the {many} {predicate}?", is_changed=True)


def with_other_verb(bare: str, discourse: Discourse) -> Resolution | None:
    """Repeat the latest question with another predicate: "run?" after "does the person walk?".

    The subject is that of the latest clause, else the most recently mentioned noun; "electric?" is
    asked of the thing that an answer names. A verb such as "run" follows "does" or "do" if the
    latest question has it, or if an object follows, "wave her hands?"; any other predicate, such as
    "running" or "tired", follows a form of "be". "A beard then?" is resolved as a noun phrase. None
    without a subject, or for a message without a predicate.
    """
    question = discourse.question
    assert question is not None
    predicate = re.sub(
        r"^(?:or |maybe |just |rather |also |not |even |is |are )+", "", bare.strip(" ?.!,").lower()
    )
    if not predicate:
        return None
    if _NEW_THING.match(predicate):
        # "A beard then?" after "does he wear glasses?"
        return resolve_noun_phrase(predicate, discourse)
    clause = latest_clause(discourse)
    subject = clause.subject if clause is not None and not clause.is_existential else ""
    name = answer_noun(discourse.answer, question.intent) if question.intent == "identify" else ""
    if name and not is_doing(predicate.split()[0]) and not is_living(name):
        # "Electric?" after "what is he playing?" and "a guitar".
        subject = f"the {name}"
    if not subject:
        noun = antecedent(discourse, "they", bare)
        if not noun:
            return None
        subject = f"the {plural_of(noun) if noun in discourse.plural else noun}"
    first, *others = predicate.split()
    is_action = bool(others) and others[0] in ("the", "a", "an", "his", "her", "their", "its")
    if is_action and is_verb(first) and not first.endswith("ing"):
        # "Wave her hands?"
        does = "do" if subject in ("they", "these", "those") else "does"
        return Resolution(text=f"{does} {subject} {predicate}?", is_changed=True)
    if (
        clause is not None
        and clause.verb in ("does", "do", "did")
        and is_verb(first)
        and not first.endswith("ing")
    ):
        return Resolution(text=f"{clause.verb} {subject} {predicate}?", is_changed=True)
    be = (
        clause.be
        if clause is not None and not clause.is_existential
        else "are"
        if is_plural(subject)
        else "is"
    )
    return Resolution(text=f"{be} {subject} {predicate}?", is_changed=True)


_PLACE_START = re.compile(
    r"^(?:(?:no,? )?i me?ant? |no,? |(?:what|how) about |the ones? |anything |anyone |somebody |look |not even |and |or |what )*",
    re.IGNORECASE,
)
_DEFINITE_NOUN = re.compile(
    r"^(?:the|his|her|their|those|these) [a-z-]+ (?:at|in|on|by|near|behind|under|with)\b",
    re.IGNORECASE,
)


def with_other_place(bare: str, discourse: Discourse) -> Resolution | None:
    """Return the latest question with its place replaced by the one that a message names.

    "Is the cup on the table?" with "and on the chair?" becomes "Is the cup on the chair?". The
    place is added if the question has none. After a question about an action, a place, a
    description, an event or a time, "on the chair?" asks "what is on the chair?", and so does a
    part of the body after a question about a color or presence; after "what is he wearing?" it is
    added. A final pronoun of the place is replaced by its noun. Whether the message names a place
    is not checked; None for words such as "what about" alone and for a noun phrase such as "his
    vest".
    """
    question = discourse.question
    assert question is not None
    if _DEFINITE_NOUN.match(bare) and question.intent == "count":
        # "And the chairs at the table?" counts chairs.
        return None
    place = _PLACE_START.sub("", bare.strip(" ?.!,")).lower()
    if not place or _NEW_THING.match(place):
        # "And his vest?" names no place.
        return None
    pronoun = re.search(r"\b(?:it|them|him|her|that)$", place)
    if pronoun is not None:
        places = nouns_of(base_wording(question)) if pronoun[0] in ("it", "that") else []
        noun = places[-1] if places else antecedent(discourse, _PLACE_KINDS[pronoun[0]], bare)
        place = f"{place[: pronoun.start()]}the {noun}" if noun else place
    if question.aspect == "clothes" and _ON_BODY.search(place):
        # "And on his head?" after "what is he wearing?"
        return Resolution(text=f"{base_wording(question).rstrip(' ?.!')} {place}?", is_changed=True)
    asks_thing = question.intent in ("color", "presence") and _ON_BODY.search(place) is not None
    if asks_thing or question.intent in (
        "describe",
        "describe_part",
        "location",
        "action",
        "order",
        "when",
    ):
        return Resolution(text=f"what is {place}?", is_changed=True)
    base = without_last_place(base_wording(question))
    return Resolution(text=f"{base} {place}?", is_changed=True)


# "And on his hands?" after a question about a color asks what he has there.
_ON_BODY = re.compile(rf"\b{BODY_PART}$")
_PLACE_KINDS = {"it": "it", "that": "it", "them": "they", "him": "he", "her": "she"}


_SINGLE_WORDS = len("red or blue".split())


def between_options(bare: str, discourse: Discourse) -> Resolution | None:
    """Ask which of the alternatives holds in the latest clause: "is the shirt red or blue?".

    A message without "or" inside, such as "or a hat?", is resolved as a noun phrase, else as an
    addition (`with_detail`), which may give None. If the latest question takes no alternatives, the
    message is returned with `is_changed` False: in lower case, without a leading "or", "and" or "is
    it" and without final punctuation.

    Args:
        bare: the message, see `vqa.questions.ellipsis.resolve_ellipsis`.
        discourse: state of the earlier turns, with a latest question.
    """
    question = discourse.question
    assert question is not None
    text = re.sub(r"^(?:or|and|is it|are they) ", "", bare.strip(" ?.!,").lower())
    clause = latest_clause(discourse)
    if " or " not in text:
        # "Or a hat?" offers one more thing, "or by card?" another way.
        return resolve_noun_phrase(text, discourse) or with_detail(text, discourse)
    heads = {option.split()[-1] for option in text.split(" or ")}
    is_pair = len(heads) == 1 and len(text.split()) > _SINGLE_WORDS
    if is_pair and clause is not None and not clause.is_existential:
        # "Long hair or short hair?"
        return Resolution(text=f"does {clause.subject} have {text}?", is_changed=True)
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
        words = set(text.split())
        noun = antecedent(discourse, "thing", bare)
        if words & COLOURS and noun:
            return Resolution(text=f"is the {noun} {text}?", is_changed=True)
        if (
            (is_about_person(clause) and len(text.split()) == _SINGLE_WORDS)
            or words & COLOURS
            or any(word.endswith("ing") and word not in ING_NOUNS for word in words)
        ):
            return Resolution(text=f"{clause.be} {clause.subject} {text}?", is_changed=True)
    return Resolution(text=text, is_changed=False)
