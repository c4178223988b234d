"""Clauses: a yes/no question, or a wh-question with its answer, in three parts.

"What is the man doing?", "running" -> "is", "the man", "running". A follow-up such as "the whole
time?" or "with whom?" is completed from the clause of the latest question.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqa.english import (
    COLOURS,
    DETERMINERS,
    is_doing,
    is_plural,
    plural_of,
    singular_of,
    with_article_if_countable,
)
from vqa.questions.discourse import Discourse, answer_noun, base_wording
from vqa.questions.living_nouns import is_person
from vqa.questions.spelling import is_verb
from vqa.questions.statements import (
    PRONOUNS,
    YES_NO,
    is_claim,
    modifier_length,
    split_subject,
    third_person,
)
from vqa.questions.wh_questions import WH_QUESTION

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
    r"^(?:in|on|at|by|near|next to|behind|under|above|inside|outside|outdoors|indoors|here|there|upstairs|downstairs|left|right)\b"
)
# "Do" in "what does he do", and the ending of the verb in the answer "juggles".
_DO_VERB = re.compile(r" (?:doing|do)(?= |$)")
_S_ENDING = re.compile(r"(?<=[a-z]{2})(?:(?<=sh|ch|ss|zz)es|(?<!s)s)$")


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
        """The verb if it is a form of "be", else "are" for "do" and "have", "is" for any other."""
        if self.verb in ("is", "are", "was", "were"):
            return self.verb
        return "are" if self.verb in ("do", "have") else "is"

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
    wh = WH_QUESTION.match(bare)
    if wh is None:
        return False
    if wh["rest"].lower() in _DEMONSTRATIVES | {"there"}:
        # "What kind of flowers are these", unlike "what color is that" and "how many are there".
        return bool(set(wh["wh"].lower().split()) - _NO_NAMES)
    return not (set(wh["rest"].lower().split()) <= _EMPTY_SUBJECTS)


_DEMONSTRATIVES = frozenset({"this", "that", "these", "those"})
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
    - "when does it bark?" -> "does it bark", whatever the answer
    - A yes/no question is returned itself, whatever the answer.

    None if a wh-question was answered by a sentence, a refusal ("I ..."), "yes", "no" or nothing,
    or has no rule for its answer.

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
        return None
    verb, rest = match["verb"], match["rest"]
    if question.intent in ("when", "event_duration"):
        return _split(verb, rest, noun)
    if answer in ("", "yes", "no") or answer.startswith("i ") or _IS_SENTENCE.search(answer):
        return None
    return _clause_of_wh(question.intent, match["wh"].lower(), verb, rest, answer, noun)


# The answer "the man is wearing a shirt" cannot replace a question word.
_IS_SENTENCE = re.compile(r"\b(?:is|are) [a-z]+ing\b")


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
            if not words:
                return None
            if verb in ("does", "do", "did") and is_doing(words[0]):
                verb = {"does": "is", "do": "are", "did": "was"}[verb]
            elif verb in ("does", "do", "did"):
                words[0] = _S_ENDING.sub("", words[0])
            # "What is she doing to her eye" with "painting" becomes "is she painting to her eye".
            return _split(verb, _DO_VERB.sub(f" {' '.join(words)}", rest, count=1), noun)
        case "location":
            place = answer if _PLACE.match(answer) else f"at the {answer}"
            return _split(verb, f"{rest} {place}", noun)
        case "order":
            return _split(verb, rest, noun)
    return _clause_of_gap(wh, verb, rest, answer, noun)


def _clause_of_gap(wh: str, verb: str, rest: str, answer: str, noun: str) -> Clause | None:
    """Return the clause with the answer as its subject or object, or None; see `_clause_of_wh`."""
    if wh == "who":
        person = answer_noun(answer, "identify") or "person"
        return Clause(verb=verb.lower(), subject=f"the {person}", predicate=rest)
    subject, predicate = split_subject(rest, noun, verb=verb)
    if is_doing(answer.split()[0]) and is_doing(predicate.split()[0] if predicate else ""):
        # "What is she putting on?", "applying eye makeup"
        return Clause(verb=verb.lower(), subject=subject, predicate=answer)
    if rest.split()[-1].endswith("ing") or verb.lower() in ("does", "do", "did"):
        is_name = " " in answer or answer.endswith("ing")
        thing = answer if is_name else with_article_if_countable(answer)
        return _split(verb, f"{rest} {thing}", noun)
    if rest.split()[0].lower() in _AFTER_SUBJECT:
        return Clause(
            verb="is", subject=f"the {answer_noun(answer, 'identify') or answer}", predicate=rest
        )
    if wh.startswith("which ") and " " in predicate and is_doing(predicate.split()[0]):
        # "Which eye is she painting blue?"
        return Clause(verb=verb.lower(), subject=subject, predicate=predicate)
    return None


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
        verb, _, rest = rest.partition(" ")
        return f"who {third_person(verb)} {rest}".strip()
    return f"who {clause.verb} {rest}"


def how_many_people(question: str) -> str:
    """Turn "who is on the swing" into "how many people are on the swing".

    A question that does not begin with "who" is returned unchanged.
    """
    text = re.sub(r"^who (?:is|was) ", "how many people are ", question)
    return re.sub(r"^who ", "how many people ", text)


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


_BE = re.compile(
    r"^(?P<verb>is|are|was|were) (?P<rest>(?:the|this|that|his|her|their|it|he|she|they|there|(?:any|some)(?:one|body))\b.*)$",
    re.IGNORECASE,
)
_DO = re.compile(
    r"^(?P<verb>does|do|did|can) (?P<subject>he|she|it|they|(?:the|this|that|these|those|his|her|their)(?: [a-z'-]+)+?|"
    r"any(?:one|body)|some(?:one|body)) (?P<rest>[a-z'-]+(?: .*)?)$",
    re.IGNORECASE,
)
_PRONOUN_SUBJECTS = frozenset(
    "it he she they there this that anyone anybody someone somebody".split()
)
# Words that follow "this" or "that" where it stands alone: "is this a dog?", "is that on the table?".
_AFTER_PRONOUN = frozenset(
    "a an the in on at from under not real fake true his her your my one".split()
)


_INDEFINITES = frozenset("anyone anybody someone somebody everyone everybody".split())
# "The same guy" is no thing named "same".
_SELECTS = frozenset("same other first second last only".split())


def _is_phrase_head(word: str) -> bool:
    """Whether a word after a noun is the head of the phrase: "guy" in "the red hat guy"."""
    return is_person(word) or word in ("thing", "things", "one", "ones")


def certain_clause(wording: str, noun: str) -> Clause | None:
    """Parse a yes/no question into a clause if the end of its subject is unambiguous; else None.

    The subject is then a pronoun, or a determiner with `noun` and its modifiers; in lower case.

    Args:
        wording: a question without final punctuation.
        noun: its singular noun; empty if it is unknown.
    """
    do = _DO.match(wording)
    if do is not None:
        words = f"{do['subject']} {do['rest']}".split()
        length = 1 + len(noun.split()) if " " in do["subject"] else 1
        name = " ".join(words[1:length]).lower()
        is_unknown = (
            not noun or singular_of(name) != noun or name in _SELECTS or len(words) <= length
        )
        if " " in do["subject"] and is_unknown:
            return None
        modifiers = modifier_length(words[length:], do["verb"]) if " " in do["subject"] else 0
        if modifiers and is_verb(words[length + modifiers]):
            # "Does the woman in red dance?"
            length += modifiers
        return Clause(
            verb=do["verb"].lower(),
            subject=" ".join(words[:length]).lower(),
            predicate=" ".join(words[length:]),
        )
    be = _BE.match(wording)
    if be is None:
        return None
    words = be["rest"].split()
    first = words[0].lower()
    length = 1 + len(noun.split())
    name = words[1].lower() if len(words) > 1 else ""
    if first in DETERMINERS and not noun and is_person(singular_of(name)) and is_plural(name):
        length = 2  # A plural ends its noun phrase: "are the men angry?"
    elif not (noun and singular_of(" ".join(words[1:length]).lower()) == noun):
        follows = words[1].lower() if len(words) > 1 else ""
        is_alone = len(words) == 2 or follows in _AFTER_PRONOUN
        if first not in _PRONOUN_SUBJECTS or (first in ("this", "that") and not is_alone):
            return None
        length = 2 if follows == "else" else 1
    if first == "there":
        # "Are there people watching?"
        length = 1
    while len(words) > length + 1 and length > 1 and _is_phrase_head(words[length].lower()):
        # "Is the red hat guy leaving?", with the noun "hat"
        length += 1
    if first not in PRONOUNS - _INDEFINITES:
        length += modifier_length(words[length:], be["verb"])
    if len(words) <= length:
        return None
    subject = " ".join([first, *words[1:length]])
    return Clause(verb=be["verb"].lower(), subject=subject, predicate=" ".join(words[length:]))
