"""Replies to yes/no questions, which repeat the question: "Yes, there is a cat."."""

from __future__ import annotations

import re
from dataclasses import replace

from vqa.answering.places import PREPOSITION
from vqa.english import (
    STOP_WORDS,
    fix_articles,
    has_determiner,
    is_doing,
    is_plural,
    plural_of,
    singular_of,
    with_article_if_countable,
    without_article,
)
from vqa.question_parts import ReplyForm
from vqa.questions.sentences.clause_options import statement_of
from vqa.questions.sentences.clause_parsing import QUANTIFIERS
from vqa.questions.sentences.clauses import Clause
from vqa.types import Question


def yes_no_reply(question: Question, *, is_yes: bool) -> str:
    """Return the sentence for "yes" or "no", repeating the question: "No, he is not running.".

    "Yes" to "are there no cats?" -> "Right, I don't see any cats.".
    """
    # "Is anyone sleeping?" asks for more than a person.
    asks_more = question.target == "person" and not question.asks_presence
    has_owner = question.form.verb in _NOT and question.form.predicate.startswith("have ")
    is_name = has_owner or question.form.subject in ("it", "this", "that", "these", "those")
    if (
        question.intent == "presence"
        and question.target
        and not (asks_more or is_name or _is_compound_part(question))
    ):
        return _presence_reply(question, is_yes=is_yes)
    is_so = is_yes != question.expects_absence
    nobody = _ANYONE.sub("", question.form.predicate)
    if question.form.subject == "there" and not is_so and nobody != question.form.predicate:
        # "Is there nobody in the room?"
        return f"{'Right' if is_yes else 'No'}, nobody is {nobody or 'there'}."
    if question.form.subject == "there" and not (is_so or question.expects_absence):
        # "Are there people watching?"
        return f"No, I don't see {_with_any(question.form.predicate, has_many=question.form.verb == 'are')}."
    statement = _statement(question.form, is_so=is_so)
    opening = "Yes" if is_yes else "No"
    if statement:
        return fix_articles(f"{opening}, {statement}.")
    plain = "Yes, as far as I can see." if is_yes else "No, not as far as I can see."
    wording = question.text.strip(" ?.!,")
    if question.form.number_in_message > 1 and 0 < len(wording.split()) <= _LONGEST_QUOTE_WORDS:
        return f"As for “{wording}”: {plain[0].lower()}{plain[1:]}"
    return plain


def _presence_reply(question: Question, *, is_yes: bool) -> str:
    """Return the sentence for "yes" or "no" to a question for the presence of its target."""
    has_many = question.form.is_plural or is_plural(question.target)
    thing = (
        plural_of(singular_of(question.target))
        if has_many
        else with_article_if_countable(question.target)
    )
    if _OF_ANYONE.match(question.target):
        owner = re.sub(r"\b(?:any|some)", "some", question.target)
        return f"Yes, I see {owner}." if is_yes else f"No, I don't see {question.target}."
    phrase = question.form.subject_phrase
    is_owned = phrase.startswith(("his ", "her ", "their ")) and not question.expects_absence
    if is_owned and phrase.endswith((question.target, plural_of(question.target))):
        return f"Yes, I see {phrase}." if is_yes else f"No, I don't see {phrase}."
    if "'s " in question.target and is_yes != question.expects_absence:
        return f"{'No' if question.expects_absence else 'Yes'}, I see the {plural_of(question.target) if has_many else question.target}."
    be = "are" if has_many else "is"
    if question.form.place and not question.asks_presence:
        thing = f"{thing} {question.form.place}"
    is_present = is_yes != question.expects_absence
    if question.expects_absence:
        return (
            f"No, there {be} {thing}."
            if is_present
            else f"Right, I don't see {_with_any(thing, has_many=has_many)}."
        )
    return (
        f"Yes, there {be} {thing}."
        if is_present
        else f"No, I don't see {_with_any(thing, has_many=has_many)}."
    )


_LONGEST_QUOTE_WORDS = 16


_ANYONE = re.compile(r"^(?:any|some)(?:one|body)(?! ?else\b) ?", re.IGNORECASE)


def _is_compound_part(question: Question) -> bool:
    """Whether the target is only the first part of a compound: "eye" in "is there eye contact?"."""
    phrase = f" {question.form.predicate.lower()}"
    _, target, rest = phrase.partition(f" {question.target} ")
    if question.form.subject != "there" or not target:
        return False
    follows = rest.split()[0]
    opens = PREPOSITION.match(follows) or is_doing(follows) or follows in STOP_WORDS
    return not opens


_OF_ANYONE = re.compile(r"^(?:an? )?(?:any|some)(?:one|body|thing)\b", re.IGNORECASE)


def _with_any(thing: str, *, has_many: bool) -> str:
    """Return a noun after "I don't see": "dogs" -> "any dogs", "a cat's ear" -> "the cat's ear"."""
    thing = re.sub(r"\bsome(?=one\b|body\b|thing\b|where\b)|^some\b", "any", thing)
    before_place = re.split(r" (?:in|on|at|under|behind|near|next to|around|over) ", thing)[0]
    if "'s " in f"{before_place} " and not _OF_ANYONE.match(thing):
        return f"the {without_article(thing)}"
    takes_any = has_many and not has_determiner(thing) and thing.split()[0] != "many"
    return f"any {thing}" if takes_any else thing


def _statement(form: ReplyForm, *, is_so: bool) -> str:
    """Return a yes/no question as a statement: "he is not running", "he doesn't".

    The predicate behind "do" is repeated, "he doesn't run", unless it is long: "he doesn't".

    In lower case as in the question, without a full stop. Empty if subject and predicate are
    unknown.

    Args:
        form: the words of the question.
        is_so: whether the statement is true; if not, it is negated.
    """
    if not form.verb:
        return ""
    form, is_so = _with_quantity(form, is_so=is_so)
    if form.verb in _NOT:
        subject = form.subject
        is_short = len(form.predicate.split()) <= _MAX_REPEATED_WORDS
        somebody = _somebody(subject, is_so=is_so)
        if somebody:
            says_any = not _ANY.isdisjoint(form.predicate.split())
            is_repeated = is_short and form.verb in ("does", "do") and (is_so or not says_any)
            clause = Clause(verb="does", subject=somebody, predicate=form.predicate)
            return statement_of(clause) if is_repeated else f"{somebody} {form.verb}"
        verb = "do" if form.verb == "does" and is_plural(subject) else form.verb
        if (form.number_in_message or is_short) and verb != "can":
            return _whole_statement(form, verb, is_so=is_so)
        return f"{subject} {verb if is_so else _NOT[verb]}"
    predicate = _ALSO.sub("", form.predicate)
    if is_so:
        predicate = _AT_ALL.sub("", predicate)
        predicate = re.sub(r"\bany(?=thing|one|body|where|\b)", "some", predicate)
    else:
        predicate = re.sub(r"\bsome(?=thing|one|body|where)", "any", predicate)
    somebody = _somebody(form.subject, is_so=is_so)
    if somebody:
        return f"{somebody} {form.verb} {predicate}"
    return f"{form.subject} {form.verb}{'' if is_so else ' not'} {predicate}"


_MAX_REPEATED_WORDS = 7
# "Nobody carries any bag" would deny twice.
_ANY = frozenset("any anyone anybody anything anywhere".split())


def _with_quantity(form: ReplyForm, *, is_so: bool) -> tuple[ReplyForm, bool]:
    """Put the answer into a subject of several: "any of the dogs", no -> "none of the dogs", true.

    A denied "all of the dogs" is "not all of the dogs". Returns the words of the question and
    whether the statement with them is true; any other subject stays.
    """
    all_of_them, _, rest = form.predicate.partition(" ")
    if all_of_them in ("both", "all") and rest and is_plural(form.subject) and not is_so:
        # "Are the boys both smiling?"
        them = "them" if form.subject == "they" else form.subject
        form = replace(form, subject=f"{all_of_them} of {them}", predicate=rest)
    quantifier, _, noun = form.subject.partition(" ")
    if quantifier in _EVERYONE:
        return (form, True) if is_so else (replace(form, subject=f"not {form.subject}"), True)
    if not noun or not (
        quantifier in QUANTIFIERS | {"each", "neither"} or form.subject.startswith("one of ")
    ):
        return form, is_so
    if quantifier == "neither":
        # "No, one of them is smiling."
        verb = {"are": "is", "were": "was", "do": "does"}.get(form.verb, form.verb)
        return (form if is_so else replace(form, subject=f"one {noun}", verb=verb)), True
    is_any = quantifier in ("any", "some", "one")
    if is_so or quantifier in ("most", "half"):
        # "Is any dog sleeping?"
        some = "some" if is_plural(noun) or noun.startswith("of ") else "at least one"
        new = some if quantifier == "any" else quantifier
        is_true = is_so
    elif is_any:
        new, is_true = "none" if noun.startswith("of ") else "no", True
    else:
        new, is_true = f"not {quantifier}", True
    is_many = is_plural(noun) and quantifier not in ("one", "each")
    verb = "are" if is_many and form.verb == "is" else form.verb
    return replace(form, subject=f"{new} {noun}", verb=verb), is_true


_EVERYONE = frozenset({"everyone", "everybody"})


def _whole_statement(form: ReplyForm, verb: str, *, is_so: bool) -> str:
    """Return a question with "do" with its predicate: "he bends his knees", "he doesn't bend them"."""
    predicate = _ALSO.sub("", form.predicate)
    has_no, no, rest = predicate.partition("have no ")
    if no and not (has_no or is_so):
        # "No, the man has a shirt."
        is_many = is_plural(rest.split()[0])
        predicate = f"have {rest if is_many else with_article_if_countable(rest)}"
        is_so = True
    if is_so:
        return statement_of(Clause(verb=verb, subject=form.subject, predicate=predicate))
    predicate = re.sub(r"\bsome(?=thing|one|body|where)", "any", predicate)
    return f"{form.subject} {_NOT[verb]} {predicate}"


_ALSO = re.compile(r"^also |,? (?:too|as well|also|either|then)$", re.IGNORECASE)
_AT_ALL = re.compile(r"(?<=\w) at all\b|^ever ", re.IGNORECASE)
_INDEFINITE = {
    "anyone": "someone",
    "anybody": "somebody",
    "someone": "someone",
    "somebody": "somebody",
}


def _somebody(subject: str, *, is_so: bool) -> str:
    """Return "someone else" or "nobody else" for "anyone else", with its place; "" for others."""
    first, *rest = subject.split()
    if first not in _INDEFINITE:
        return ""
    return " ".join((_INDEFINITE[first] if is_so else "nobody", *rest))


_NOT = {"does": "doesn't", "do": "don't", "did": "didn't", "can": "can't"}
