"""Ellipsis resolution of messages about the next or the earlier event: "and then?", "before that?"."""

from __future__ import annotations

import re

from vqa.english import (
    COLOURS,
    base_form,
    does_or_do,
    has_determiner,
    is_doing,
    plural_of,
    singular_of,
    without_article,
)
from vqa.questions.conversation.antecedents import antecedent, with_the
from vqa.questions.conversation.discourse import Discourse, Resolution
from vqa.questions.follow_ups.contrasts import next_in_order
from vqa.questions.normalization.statements import predicate_in_base_form
from vqa.questions.normalization.telegraphic_questions import names_belonging
from vqa.questions.nouns.name_questions import kind_of_name
from vqa.questions.sentences.clauses import latest_clause
from vqa.questions.words.living_nouns import is_living, is_vehicle
from vqa.questions.words.spelling import is_verb
from vqa.text_words import is_denial
from vqa.types import Question

_MAX_EVENT_WORDS = 7


def resolve_next(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "and then?", "before that?" or "and the last?" to a question about another event.

    - after "what does the man do?", "standing" -> "what does the man do after standing?"
    - after "what happens after that?", "the boy falls" -> "what happens after the boy falls?"
    - after "which fruit comes first?" -> "which fruit comes next?"
    - "then what?" after "is the man running?", "no" -> "what is the man doing?"
    - "and then?" after "what color is the carrot?" -> "what happens after the carrot?"
    - otherwise "what happens next?", "what happens before that?" or "what happens at the end?"

    None if the fragment asks for a number, a color or a name, "what animal is it?", or names the
    event or thing itself, "what comes after the cup?".
    """
    if _NAMES_EVENT.search(bare):
        return before_or_after(bare)
    words = set(bare.lower().strip(" ?.!").split())
    assert discourse.question is not None
    if words & {"many", "much", "color", "colour"} or kind_of_name(bare) or _names_kind(bare):
        return None
    ordinal = next((word for word in ("last", "first", "second", "third") if word in words), "next")
    in_order = next_in_order(ordinal, discourse.question)
    if in_order is not None and not words & {"before", "previously", "earlier"}:
        return in_order
    clause = latest_clause(discourse)
    is_claim = discourse.question is not None and discourse.question.intent in ("verify", "choice")
    is_then_what = "what" in words and words <= {"then", "what", "so"}
    acts = clause is not None and clause.predicate.partition(" ")[0].endswith("ing")
    is_denied = is_claim and acts and is_denial(discourse.answer)
    if clause is not None and is_denied and is_then_what:
        return Resolution(text=f"what {clause.be} {clause.subject} doing?", is_changed=True)
    if clause is not None and is_denial(discourse.answer) and is_then_what:
        # "Is she a nurse?", "is the car red?"
        is_name = clause.predicate.startswith(("a ", "an "))
        asks = "what" if is_name else "what color" if clause.predicate in COLOURS else ""
        if asks and not clause.is_existential:
            return Resolution(text=f"{asks} {clause.be} {clause.subject}?", is_changed=True)
    if words & {"last", "finally", "lastly"}:
        return Resolution(text="what happens at the end?", is_changed=True)
    side = "before" if words & {"before", "previously", "earlier"} else "after"
    other = "after" if side == "before" else "before"
    act = _act_after(discourse, side)
    if f" {other} " in discourse.question.resolved and words <= _SIDES:
        # "And before?" after "what does he do after cutting?"
        act = discourse.question.resolved.replace(f" {other} ", f" {side} ")
    if act:
        return Resolution(text=act, is_changed=True, intent="order")
    event = _event_of(discourse) or _thing_of(discourse.question)
    if event:
        return Resolution(text=f"what happens {side} {event}?", is_changed=True, intent="order")
    return Resolution(
        text="what happens before that?" if side == "before" else "what happens next?",
        is_changed=True,
    )


_SIDES = frozenset("and what happens right before after".split())


def _names_kind(bare: str) -> bool:
    """Whether a question asks which thing of a kind it is: "which animal comes last?"."""
    first, second, *_ = [*bare.lower().split(), "", ""]
    return first == "which" and second not in {"is", "one", "comes", "happens", "part", "scene"}


_NAMES_EVENT = re.compile(r"\b(?:before|after) (?!(?:that|this|it|these|those|which|what|all)\b|the (?:one|first|second|third|last|next|previous)\b)[a-z]", re.IGNORECASE)  # fmt: skip


def before_or_after(bare: str) -> Resolution | None:
    """Return "what happens before the jump?" for "right before the jump?", else None."""
    side = _BEFORE_AFTER.match(bare)
    if side is None:
        return None
    return Resolution(text=f"what happens {side[1].lower()} {side[2]}?", is_changed=True)


_BEFORE_AFTER = re.compile(
    r"^(?:right |just |shortly )?(before|after) (?!(?:that|this|it)\b)(.+?)[?.! ]*$", re.IGNORECASE
)


def resolve_then_what(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete "what then?", "ok and then?" and "what comes after?" by `resolve_next`; or None.

    "Ok then" is no question.
    """
    words = set(bare.lower().strip(" ?.!,").split())
    asks = words == {"then"} or bool(words & {"what", "and"})
    is_then_what = asks and bool(_NEXT & words) and words <= _WITH_THEN_WHAT
    return resolve_next(bare, discourse) if is_then_what else None


_NEXT = frozenset({"then", "after", "afterwards"})
_WITH_THEN_WHAT = frozenset(
    {"what", "comes", "happens", "happened", "so", "and", "ok", "okay", *_NEXT}
)


def _act_after(discourse: Discourse, side: str) -> str:
    """Return "what does the man do after standing?" if the latest answer is "standing"; or empty.

    The whole subject is kept, such as "the other man". Empty if the answer is no verb in -ing.

    Args:
        discourse: state of the earlier turns, with a latest question.
        side: `before` or `after`.
    """
    question = discourse.question
    assert question is not None
    act = discourse.answer.strip(" .").lower()
    is_act = bool(act) and is_doing(act.split()[0]) and len(act.split()) <= _MAX_EVENT_WORDS
    if question.intent not in ("order", "action") or not (is_act and is_living(question.subject)):
        return ""
    doer, name = question.form.doer, question.subject
    if not has_determiner(doer):
        # The new question has a noun in place of "she".
        doer = f"the {plural_of(name) if question.form.is_plural else name}"
    return f"what {does_or_do(doer)} {doer} do {side} {act}?"


def _event_of(discourse: Discourse) -> str:
    """Return the event that the latest answer states: "the boy slides on his knees"; or empty.

    Empty unless the question is about an action or an event, and for a refusal, "yes", "no" and an
    answer of more than seven words.
    """
    question = discourse.question
    assert question is not None
    answer = discourse.answer.strip(" .").lower()
    is_of_part = question.intent == "describe" and question.time_range is not None
    if (
        not (is_of_part or question.intent in ("order", "action"))
        or not answer
        or answer.startswith(("i ", "yes", "no"))
        or len(answer.split()) > _MAX_EVENT_WORDS
    ):
        return ""
    who = f"{question.subject} is" if is_doing(answer.split()[0]) else question.subject
    return (
        f"the {who} {answer}"
        if question.subject and not answer.startswith(("a ", "an ", "the ", "he ", "she "))
        else answer
    )


def _thing_of(question: Question) -> str:
    """Return "the carrot" if the latest question is about a thing that was seen, else ""."""
    thing = question.subject or question.target
    is_of_thing = question.intent in ("identify", "color", "describe_part", "presence", "count")
    return f"the {thing}" if thing and is_of_thing and not is_living(thing) else ""


def with_other_act(bare: str, discourse: Discourse) -> Resolution | None:
    """Complete a verb in the third person: "and closes it?" -> "does the man close the box?".

    "Leaves?" after "when does the bus arrive?" asks when, too. None for other messages, and without
    somebody or a vehicle that acts.
    """
    assert discourse.question is not None
    match, clause = _ACT.match(bare.strip(" ?.!").lower()), latest_clause(discourse)
    if match is None or not is_verb(base_form(match["verb"])):
        return None
    is_of_things = discourse.question.intent in ("identify", "describe_part", "presence", "count")
    if not match["rest"] and (is_of_things or names_belonging(match["verb"])):
        return None  # "Toys?", "plants?" after "what is he carrying?"
    subject = "" if clause is None or clause.is_existential else clause.subject
    if not subject and match["rest"]:
        noun = antecedent(discourse, "living", bare)
        subject = with_the(noun, discourse) if noun != "people" else ""
    doer = singular_of(without_article(subject).split()[-1]) if subject else ""
    if not (doer in ("he", "she", "it") or is_living(doer) or is_vehicle(doer)):
        return None
    text = f"{does_or_do(subject)} {subject} {predicate_in_base_form(match[0])}"
    thing = antecedent(discourse, "it", text)
    if thing and doer != "it":
        text = re.sub(r"\bit\b", with_the(thing, discourse), text)
    when = "when " if discourse.question.intent == "when" else ""
    return Resolution(text=f"{when}{text}?", is_changed=True)


_ACT = re.compile(
    r"^(?P<verb>(?!(?:does|is|was|has|this|yes)\b)[a-z]{2,}s)(?P<rest>(?: (?:it|him|her|them|something|somebody|someone|the|an?|his|its|their) ?.*| (?:up|down|away|back|off|out|over)(?: again)?| again)?)$"
)
