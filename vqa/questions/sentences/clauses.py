"""Clauses: a yes/no question, or a wh-question with its answer, in three parts.

"What is the man doing?", "running" -> "is", "the man", "running". A follow-up such as "the whole
time?" or "with whom?" is completed from the clause of the latest question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace

from vqa.english import (
    COLOURS,
    DETERMINERS,
    FORMS_OF_BE,
    PREPOSITIONS,
    base_form,
    is_doing,
    is_plural,
    names_plural,
    plural_of,
    singular_of,
    third_person,
    with_article_if_countable,
)
from vqa.questions.conversation.answer_nouns import answer_noun
from vqa.questions.conversation.discourse import Discourse
from vqa.questions.conversation.earlier_questions import base_wording
from vqa.questions.normalization.agreement import PLURAL_VERBS
from vqa.questions.normalization.statements import (
    YES_NO,
    as_question,
    is_claim,
    predicate_in_base_form,
    split_adverb,
)
from vqa.questions.normalization.subjects import DEMONSTRATIVES, PRONOUNS, split_subject
from vqa.questions.sentences.wh_questions import WH_QUESTION
from vqa.questions.words.living_nouns import is_person
from vqa.questions.words.spelling import is_past_participle, is_verb
from vqa.text_words import is_first_person
from vqa.types import Question

_AFTER_SUBJECT = frozenset(
    "in on at of with near behind under beside by from to for over next inside outside wearing holding not still also already".split()
)
_INDEFINITE = re.compile(
    r"\b(?:(?:any|some)(?:one|body)|a person|any people|people)\b", re.IGNORECASE
)
_INDEFINITE_OBJECT = re.compile(r"\b(?:an?|any|some) ([a-z]+(?: [a-z]+)?)$")
_SOMETHING = re.compile(r"\b(?:any|some)thing\b", re.IGNORECASE)


# The answer "a brown dog is running down the street".
_CAPTION = re.compile(
    r"^(?:an?|the|some) (?P<who>[a-z -]+?) (?P<verb>is|are) (?P<what>[a-z]+ing\b.*)$", re.IGNORECASE
)
# An answer that begins with a preposition or adverb of place.
_PLACE = re.compile(
    r"^(?:in|on|at|by|near|next to|behind|under|below|above|over|against|beside|between|around|along|across|inside|outside|outdoors|indoors|here|there|upstairs|downstairs|left|right)\b"
)
# "Do" in "what does he do".
_DO_VERB = re.compile(r" (?:doing|do)(?= |$)")


@dataclass(frozen=True, kw_only=True)
class Clause:
    """Yes/no question in three parts: "is", "the man", "running fast".

    Args:
        verb: the auxiliary verb in lower case, such as "is" or "does".
        subject: the subject, such as "the man", "it" or "there".
        predicate: what is stated of the subject; may be empty.
    """

    verb: str
    subject: str
    predicate: str

    def __str__(self) -> str:
        return " ".join(filter(None, (self.verb, self.subject, self.predicate)))

    @property
    def is_existential(self) -> bool:
        """Whether the subject is "there", as in "is there a dog"."""
        return self.subject.lower() == "there"

    @property
    def be(self) -> str:
        """The verb if it is a form of "be", else "are" for a plural and for "do" and "have", or "is"."""
        if self.verb in FORMS_OF_BE:
            return self.verb
        return "are" if self.verb in ("do", "have") or is_plural(self.subject) else "is"

    def split_object(self) -> tuple[str, str] | None:
        """Split the predicate "playing a piano" into ("playing", "piano").

        None unless it ends with "a", "an", "any" or "some" and one or two words.
        """
        match = _INDEFINITE_OBJECT.search(self.predicate)
        return None if match is None else (self.predicate[: match.start()].strip(), match[1])


def is_complete(text: str) -> bool:
    """Whether a text is a question or statement with a verb and a subject: "what is behind him".

    False for questions whose subject is only a pronoun, "is it?", "what color is that?" and "how
    many are there?", and for noun phrases, "the man who is sitting".
    """
    bare = text.strip(" ?.!")
    if is_claim(bare):
        return True
    yes_no = YES_NO.match(bare)
    if yes_no is not None:
        return len(yes_no["rest"].split()) > 1
    clause = bare.rpartition(", ")[2]
    who, verb, *_ = (*clause.lower().replace("which one ", "who ", 1).split(), "", "")
    is_past = verb.endswith("ed") and is_past_participle(verb)
    if who == "who" and (is_verb(singular_of(verb)) or is_past):
        # "Who comes after the cat?", "which one pushed him?"
        return True
    # "Next scene, who is that on the rocks?"
    wh = WH_QUESTION.match(bare) or WH_QUESTION.match(clause)
    if wh is None:
        return False
    if wh["rest"].lower() in DEMONSTRATIVES | {"there"}:
        # "What kind of flowers are these", unlike "what color is that" and "how many are there".
        return bool(set(wh["wh"].lower().split()) - _NO_NAMES)
    return not (set(wh["rest"].lower().split()) <= _EMPTY_SUBJECTS)


# Words of a question phrase that name no thing.
_NO_NAMES = frozenset(
    "what which who whose where when how many much long big old tall far often kind sort type of one ones color colour "
    "side hand way".split()
)

# "What is it?", "how many are there?", "who was that?" depend on the latest question.
_EMPTY_SUBJECTS = frozenset("it that this there they those these one in total visible".split())


def latest_clause(discourse: Discourse) -> Clause | None:
    """Return the latest question as a yes/no question, with the answer in place of a wh-word.

    - "How many dogs are there?", "two" -> "are there two dogs"
    - "is it red or blue?", "red" -> "is it red"; None if the answer is none of the options
    - "when does it bark?", "why does it bark?" -> "does it bark", whatever the answer
    - "what happens?", "a dog is barking" -> "is the dog barking", if the intent is `describe` or
      `order`
    - A yes/no question is returned itself, whatever the answer.

    None if any other wh-question was answered by a sentence ("... is barking"), a refusal
    ("I ..."), "yes", "no" or nothing, or has no rule for its answer.

    Args:
        discourse: state of the earlier turns, with at least one question about the video.
    """
    question = discourse.question
    assert question is not None
    base = base_wording(question).strip(" ?.!")
    answer = discourse.answer.strip(" .").lower()
    noun = question.subject or question.target
    options = question.options
    if options and answer in options:
        # The chosen option replaces all of them.
        base = re.sub(
            rf"\b{re.escape(options[0])}\b.*\b{re.escape(options[-1])}\b",
            answer,
            base,
            flags=re.IGNORECASE,
        )
    elif " or " in base:
        return None
    yes_no = YES_NO.match(base)
    if yes_no is not None:
        return _split(yes_no["verb"], yes_no["rest"], noun)
    event = _CAPTION.match(answer)
    if event is not None and question.intent in ("describe", "order"):
        return Clause(verb=event["verb"], subject=f"the {event['who']}", predicate=event["what"])
    match = WH_QUESTION.match(base)
    if match is None:
        # "What happens?", "the vase falls over"
        is_event = question.intent in ("describe", "order") and is_claim(answer)
        return _clause_of_statement(answer, "", "", noun) if is_event else None
    verb, rest = match["verb"], match["rest"]
    if question.intent in ("when", "event_duration") or match["wh"].lower() in ("why", "how come"):
        return _split(verb, rest, noun)
    if answer in ("", "yes", "no") or is_first_person(answer):
        return None
    if _IS_SENTENCE.search(answer):
        return _clause_of_statement(answer, verb, rest, noun)
    return _clause_of_wh(question.intent, match["wh"].lower(), verb, rest, answer, noun)


# The answer "the man is wearing a shirt" cannot replace a question word.
_IS_SENTENCE = re.compile(r"\b(?:is|are) [a-z]+ing\b|^(?:it|he|she|they) [a-z]+ [a-z]")


def _clause_of_statement(answer: str, verb: str, rest: str, noun: str) -> Clause | None:
    """Return an answer that is a statement as a clause: "it runs fast" -> "does", "the horse", "run fast".

    A pronoun gives way to the subject of the question: `verb` and `rest`; see `_clause_of_wh`.
    None for an answer of another form, "a man is running".
    """
    statement = YES_NO.match(as_question(answer).rstrip("?"))
    if statement is None:
        return None
    clause = _split(statement["verb"], statement["rest"], noun)
    has_subject = bool(rest) and rest.split()[0] not in _AFTER_SUBJECT
    is_pronoun = clause.subject in PRONOUNS and has_subject
    subject = split_subject(rest, noun, verb=verb)[0] if is_pronoun else clause.subject
    return replace(clause, subject=subject)


def _clause_of_wh(
    intent: str, wh: str, verb: str, rest: str, answer: str, noun: str
) -> Clause | None:
    """Return the clause of a wh-question with the answer in place of the question word.

    "What color is", "the hat", "red" -> "is the hat red". None if no rule fits the question.

    Args:
        intent: intent of the question.
        wh: the words before the auxiliary verb, in lower case.
        verb: the auxiliary verb.
        rest: the words after it, at least one.
        answer: text of the answer in lower case, not empty.
        noun: the singular noun of the question; empty if it is unknown.
    """
    match intent:
        case "color" if set(answer.split()) & COLOURS:
            return _split(verb, f"{rest} {answer}", noun)
        case "count" if noun:
            is_one = answer in ("one", "1")
            things = noun if is_one else plural_of(noun)
            return Clause(
                verb="is" if is_one else "are", subject="there", predicate=f"{answer} {things}"
            )
        case "action" | "order" if _DO_VERB.search(rest) is not None:
            words = answer.split()
            if words[0] in ("he", "she", "it", "they"):
                words = words[1:]
            if words[:1] and words[0] in FORMS_OF_BE:
                verb, words = words[0], words[1:]
            if not words:
                return None
            act = " ".join(words)
            if verb in ("does", "do", "did") and is_doing(words[0]):
                verb = {"does": "is", "do": "are", "did": "was"}[verb]
            elif verb in ("does", "do", "did"):
                act = predicate_in_base_form(act)
            # "What is she doing to her eye" with "painting" becomes "is she painting to her eye".
            return _split(verb, _DO_VERB.sub(f" {act}", rest, count=1), noun)
        case "location":
            is_place = _PLACE.match(answer) or is_doing(answer.split()[0])
            place = answer if is_place else f"at the {answer}"
            # "Where is the girl": the place is no part of her name.
            subject, predicate = split_subject(rest, noun, verb=verb)
            return Clause(
                verb=verb.lower(), subject=subject, predicate=f"{predicate} {place}".strip()
            )
        case "order":
            return _split(verb, rest, noun)
    return _clause_of_gap(wh, verb, rest, answer, noun)


def _clause_of_gap(wh: str, verb: str, rest: str, answer: str, noun: str) -> Clause | None:
    """Return the clause with the answer as its subject or object, or None; see `_clause_of_wh`."""
    if wh == "who":
        return _clause_about(answer, "person", verb.lower(), rest)
    subject, predicate = split_subject(rest, noun, verb=verb)
    if is_doing(answer.split()[0]) and is_doing(predicate.split()[0] if predicate else ""):
        # "What is she putting on?", "applying eye makeup"
        return Clause(verb=verb.lower(), subject=subject, predicate=answer)
    if rest.split()[-1].endswith("ing") or verb.lower() in ("does", "do", "did"):
        is_name = " " in answer or answer.endswith("ing")
        thing = answer if is_name else with_article_if_countable(answer)
        return _split(verb, f"{rest} {thing}", noun)
    if rest.split()[0].lower() in _AFTER_SUBJECT:
        return _clause_about(answer, answer, "is", rest)
    if wh.startswith("which ") and " " in predicate and is_doing(predicate.split()[0]):
        # "Which eye is she painting blue?"
        return Clause(verb=verb.lower(), subject=subject, predicate=predicate)
    return None


def _clause_about(answer: str, default: str, verb: str, predicate: str) -> Clause:
    """Return a clause about what an answer names: "two cows" -> "are", "the cows", `predicate`.

    Args:
        answer: text of the answer in lower case.
        default: the noun if the answer names none.
        verb: the auxiliary verb of a singular subject.
        predicate: the words after the subject.
    """
    noun = answer_noun(answer, "identify") or default
    is_many = names_plural(answer, noun)
    return Clause(
        verb=PLURAL_VERBS.get(verb, verb) if is_many else verb,
        subject=f"the {plural_of(noun) if is_many else noun}",
        predicate=predicate,
    )


def _split(verb: str, rest: str, noun: str) -> Clause:
    """Build a clause of an auxiliary verb and the words after it; see `split_subject`."""
    subject, predicate = split_subject(rest, noun, verb=verb)
    return Clause(verb=verb.lower(), subject=subject, predicate=predicate)


def who_question(clause: Clause) -> str:
    """Return the wh-question for an indefinite person: "is anyone here" -> "who is here".

    Without a question mark. Empty for "is there anyone", and unless the subject is "anyone",
    "anybody", "someone", "somebody", "a person", "people" or "any people".
    """
    text = f"{clause.subject} {clause.predicate}"
    if clause.is_existential or not _INDEFINITE.match(text):
        return ""
    rest = _INDEFINITE.sub("", text, count=1).strip()
    if clause.verb in ("does", "do", "did"):
        adverb, verb, rest = split_adverb(rest)
        return " ".join(filter(None, ("who", adverb, third_person(verb), rest)))
    return f"who {clause.verb} {rest}"


def base_of_place(clause: Clause, question: Question | None) -> str:
    """Return a clause without the place that answers "where": "is the cat" for "is the cat on the sofa"."""
    is_place = question is not None and question.intent == "location"
    is_place = is_place and not any(map(is_doing, clause.predicate.split()))
    # "Does he put the bag" for "does he put the bag on the table"
    words = clause.predicate.split() if clause.verb not in FORMS_OF_BE else []
    end = next((n for n, word in enumerate(words) if n and word in PREPOSITIONS), len(words))
    return " ".join([clause.verb, clause.subject, *words[:end]]) if is_place else str(clause)


def event_of_somebody(question: str) -> str:
    """Return the event of a question with "who": "does someone fall down" for "who falls down?".

    Empty for another question, and for one about a state: "who is in the car?".
    """
    wh, _, event = question.strip(" ?.!").lower().replace(" who", " whom").partition(" ")
    adverb, verb, rest = split_adverb(event)
    if wh != "who" or (not rest and not is_verb(base_form(verb))):
        return ""
    if verb in ("is", "are", "was", "were"):
        return f"is someone {rest}" if is_doing(rest.split()[0]) else ""
    words = ("does someone", adverb, base_form(verb), rest.replace("whom", "someone else"))
    return " ".join(filter(None, words)) if is_verb(base_form(verb)) else ""


def how_many_people(question: str) -> str:
    """Turn "who is on the swing" into "how many people are on the swing".

    The verb becomes plural: "who falls off" -> "how many people fall off". A question that does not
    begin with "who" is returned unchanged.
    """
    if not question.startswith("who "):
        return question
    adverb, verb, rest = split_adverb(question.removeprefix("who "))
    verb = "are" if verb in FORMS_OF_BE else base_form(verb)
    return " ".join(filter(None, ("how many people", adverb, verb, rest)))


def what_question(clause: Clause) -> str:
    """Return the wh-question for "something": "is he holding something" -> "what is he holding".

    Without a question mark. Empty if the clause has neither "something" nor "anything".
    """
    text = str(clause)
    if not _SOMETHING.search(text):
        return ""
    rest = " ".join(_SOMETHING.sub(" ", text, count=1).split())
    if clause.is_existential:
        rest = f"is {clause.predicate}" if not clause.predicate else rest
    return f"what {rest}"


def subject_noun(clause: Clause) -> str:
    """Return the subject in lower case and singular, without determiner: "tall man".

    Empty for a pronoun.
    """
    words = clause.subject.lower().split()
    if not words or words[0] in PRONOUNS:
        return ""
    return singular_of(" ".join(words[1:] if words[0] in DETERMINERS else words))


def is_about_person(clause: Clause) -> bool:
    """Whether the subject of a clause is a person: "is the man running", "is she tall".

    "he", "she" and "they" count as persons, "anyone" does not.
    """
    return clause.subject.lower() in ("he", "she", "they") or is_person(subject_noun(clause))
