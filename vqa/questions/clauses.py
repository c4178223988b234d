"""Clauses of earlier questions: the latest question and its answer as a yes/no question.

"What is the man doing?" with the answer "running" becomes "is the man running". Follow-ups add to
such a clause: "the whole time?", "with whom?".
"""

from __future__ import annotations

import re
from dataclasses import dataclass

from vqa.english import COLOURS, plural_of, singular_of, with_article_if_countable
from vqa.questions.discourse import Discourse, answer_noun, base_wording
from vqa.questions.living_nouns import is_person

_AUXILIARY = r"is|are|was|were|does|do|did|has|have|had|can|could|will|would"
_YES_NO = re.compile(rf"^(?P<verb>{_AUXILIARY}) (?P<rest>\S.*)$", re.IGNORECASE)
_WH = re.compile(
    rf"^(?P<wh>(?:[a-z]+ )?(?:what|who|which|where|when|how)(?: [a-z'-]+){{0,4}}?) (?P<verb>{_AUXILIARY}) (?P<rest>\S.*)$",
    re.IGNORECASE,
)
_PRONOUNS = frozenset(
    "it he she they this that these those there someone somebody anyone anybody everyone everybody".split()
)
_DETERMINERS = frozenset(
    "the a an any some his her its their this that these those both all each every no".split()
)
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
# "What does he do", "what is he doing", and the ending of the verb in the answer "juggles".
_DOING = re.compile(r" (?:doing|do)(?= |$)")
_STEM = re.compile(r"(?<=[a-z]{2})(?:(?<=sh|ch|ss|zz)es|(?<!s)s)$")


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
        """Whether the clause states that something is there: "is there a dog"."""
        return self.subject.lower() == "there"

    @property
    def be(self) -> str:
        """The form of "be" for the subject: "are" for the verbs "do" and "have", "is" for others.

        A verb that is a form of "be" is returned itself.
        """
        if self.verb in ("is", "are", "was", "were"):
            return self.verb
        return "are" if self.verb in ("do", "have") else "is"

    def split_object(self) -> tuple[str, str] | None:
        """Split off a final indefinite object, as ("playing", "piano") from "playing a piano".

        None unless the predicate ends with "a", "an", "any" or "some" and one or two words.
        """
        match = _INDEFINITE_OBJECT.search(self.predicate)
        return None if match is None else (self.predicate[: match.start()].strip(), match[1])


def is_complete(text: str) -> bool:
    """Whether a text has a verb and a subject of its own, as "what is behind him".

    True for statements, too, such as "he was standing before". False for "is it?", "what is it?",
    "how many are there?", "what color is that?" and noun phrases such as "the man who is sitting".
    """
    bare = text.strip(" ?.!")
    if is_claim(bare):
        return True
    yes_no = _YES_NO.match(bare)
    if yes_no is not None:
        return len(yes_no["rest"].split()) > 1
    wh = _WH.match(bare)
    if wh is None:
        return False
    if wh["rest"].lower() in _DEMONSTRATIVES | {"there"}:
        # "What kind of flowers are these", unlike "what color is that" and "how many are there".
        return bool(set(wh["wh"].lower().split()) - _NO_NAMES)
    return not (set(wh["rest"].lower().split()) <= _EMPTY_SUBJECTS)


_RELATIVES = frozenset({"that", "who", "which"})
_DEMONSTRATIVES = frozenset({"this", "that", "these", "those"})
# Words of a question phrase that name no thing.
_NO_NAMES = frozenset(
    "what which who whose where when how many much long big old tall far often kind sort type of one ones color colour "
    "side hand way".split()
)

# "What is it?", "how many are there?", "who was that?" depend on the latest question.
_EMPTY_SUBJECTS = frozenset("it that this there they those these one in total visible".split())


def latest_clause(discourse: Discourse) -> Clause | None:
    """Return the latest question with its answer filled in, as a yes/no question; or None.

    "How many dogs are there?" with "two" becomes "are there two dogs". A yes/no question is its own
    clause, whatever its answer was. None for a choice question that was not answered by an option,
    for a question of another form, and for a wh-question, except one for a time, whose answer is
    empty or begins with "I". Questions before the latest one are not tried.

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
        # The option that was chosen stands in for all of them.
        base = re.sub(
            rf"\b{re.escape(options[0])}\b.*\b{re.escape(options[-1])}\b",
            answer,
            base,
            flags=re.IGNORECASE,
        )
    elif " or " in base:
        return None
    yes_no = _YES_NO.match(base)
    if yes_no is not None:
        return _split(yes_no["verb"], yes_no["rest"], noun)
    event = _CAPTION.match(answer)
    if event is not None and question.intent in ("describe", "order"):
        return Clause(verb=event["verb"], subject=f"the {event['who']}", predicate=event["what"])
    match = _WH.match(base)
    if match is None:
        return None
    verb, rest = match["verb"], match["rest"]
    if question.intent in ("when", "event_duration"):
        return _split(verb, rest, noun)
    if not answer or answer.startswith("i ") or _IS_SENTENCE.search(answer):
        return None
    return _clause_of_wh(question.intent, match["wh"].lower(), verb, rest, answer, noun)


# The answer "the man is wearing a shirt" cannot stand in for a question word.
_IS_SENTENCE = re.compile(r"\b(?:is|are) [a-z]+ing\b")


def _clause_of_wh(
    intent: str, wh: str, verb: str, rest: str, answer: str, noun: str
) -> Clause | None:
    """Return the clause of a wh-question in which the answer stands in for the question word.

    None if no rule says where the answer belongs.

    Args:
        intent: intent of the question.
        wh: the words before the auxiliary verb, in lower case.
        verb: the auxiliary verb.
        rest: the words behind it, at least one.
        answer: the bare answer in lower case, not empty.
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
        case "action" | "order" if _DOING.search(rest) is not None:
            words = answer.split()
            if words[0] in ("he", "she", "it", "they"):
                words = words[1:]
            if not words:
                return None
            if verb in ("does", "do", "did"):
                words[0] = _STEM.sub("", words[0])
            # "What is she doing to her eye" with "painting" becomes "is she painting to her eye".
            return _split(verb, _DOING.sub(f" {' '.join(words)}", rest, count=1), noun)
        case "location":
            return _split(verb, f"{rest} {answer}", noun)
        case "order":
            return _split(verb, rest, noun)
    if wh == "who":
        person = answer_noun(answer, intent) or "person"
        return Clause(verb=verb.lower(), subject=f"the {person}", predicate=rest)
    if rest.split()[-1].endswith("ing") or verb.lower() in ("does", "do", "did"):
        is_name = " " in answer or answer.endswith("ing")
        thing = answer if is_name else with_article_if_countable(answer)
        return _split(verb, f"{rest} {thing}", noun)
    if rest.split()[0].lower() in _AFTER_SUBJECT:
        return Clause(
            verb="is", subject=f"the {answer_noun(answer, 'identify') or answer}", predicate=rest
        )
    return None


def _split(verb: str, rest: str, noun: str) -> Clause:
    """Split the words behind the auxiliary verb into subject and predicate.

    The subject ends with a pronoun, else with `noun`, else with the first word behind a determiner
    and possessives ("the man's hat").

    Args:
        verb: the auxiliary verb.
        rest: the words behind it, at least one.
        noun: the singular noun of the question; empty if it is unknown.
    """
    words = rest.split()
    if words[0].lower() in _PRONOUNS:
        length = 1
    else:
        length = 1 + (words[0].lower() in _DETERMINERS)
        for end in range(len(words), 0, -1):
            if noun and singular_of(" ".join(words[:end]).lower().split(" ", 1)[-1]) == noun:
                length = end
                break
        else:
            while length < len(words) and words[length].lower().endswith("'s"):
                length += 1
    return Clause(
        verb=verb.lower(), subject=" ".join(words[:length]), predicate=" ".join(words[length:])
    )


def question_of_somebody(clause: Clause) -> str:
    """Turn the clause "is anyone on the swing" into "who is on the swing", without question mark.

    Empty for "is there anyone", and if the subject is not "anyone", "somebody", "a person" or
    "people".
    """
    text = f"{clause.subject} {clause.predicate}"
    if clause.is_existential or not _INDEFINITE.match(text):
        return ""
    rest = _INDEFINITE.sub("", text, count=1).strip()
    if clause.verb in ("does", "do", "did"):
        verb, _, rest = rest.partition(" ")
        return f"who {_third_person(verb)} {rest}".strip()
    return f"who {clause.verb} {rest}"


def _third_person(verb: str) -> str:
    """Return the form of a regular verb for "he", by its last letters: "touches" for "touch"."""
    if verb == "have":
        return "has"
    return f"{verb}{'es' if verb.endswith(('s', 'x', 'z', 'ch', 'sh', 'o')) else 's'}"


def question_of_something(clause: Clause) -> str:
    """Turn the clause "is he holding something" into "what is he holding", without question mark.

    Empty if the clause has neither "something" nor "anything".
    """
    text = str(clause)
    if not _SOMETHING.search(text):
        return ""
    rest = " ".join(_SOMETHING.sub(" ", text, count=1).split())
    if clause.is_existential:
        rest = f"is {clause.predicate}" if not clause.predicate else rest
    return f"what {rest}"


def subject_noun(clause: Clause) -> str:
    """Return the singular noun of a clause's subject in lower case; empty for a pronoun.

    The determiner is removed, modifiers are kept: "tall man".
    """
    words = clause.subject.lower().split()
    if not words or words[0] in _PRONOUNS:
        return ""
    return singular_of(" ".join(words[1:] if words[0] in _DETERMINERS else words))


def is_about_person(clause: Clause) -> bool:
    """Whether the subject of a clause is a person: "is the man running", "is she tall".

    "he", "she" and "they" count as persons, "anyone" does not.
    """
    return clause.subject.lower() in ("he", "she", "they") or is_person(subject_noun(clause))


# What precedes a statement that asks for confirmation: "i think the dog is asleep".
_OPINION = re.compile(
    r"^(?:(?:so|and|but|well|hm+|ok|okay|lol|oh)\b[ ,]*)*(?:(?:i (?:think|guess|believe|bet|suppose|assume|would say|am sure|see)|(?:it )?(?:looks|seems|appears)(?: like)?|apparently|maybe|perhaps|probably|you (?:said|say)|my [a-z ]{2,20} (?:thinks|says))(?: that)? )?",
    re.IGNORECASE,
)
_AFTER_CLAIM = re.compile(
    r",? (?:i (?:think|guess|suppose|believe)|right|correct|lol|though|tho|then|anyway|yes|no)[?.! ]*$",
    re.IGNORECASE,
)
_NP = r"(?:(?:the|this|that|these|those|his|her|its|their|a|an|my|your|both|all|two|three|some) )?(?:[a-z'-]+ ){0,3}?[a-z'-]+"
_STATES_BE = re.compile(
    rf"^(?P<np>{_NP}) (?P<be>is|are|was|were|has|have|can|will) (?P<rest>.+)$", re.IGNORECASE
)
_STATES_VERB = re.compile(
    r"^(?P<np>he|she|it|(?:the|this|that|his|her|its) (?!two|three|four|five|both|other|first|second)[a-z'-]+|(?:some|any|every)(?:one|body)) (?P<verb>[a-z]{2,}?)(?P<s>e?s)(?P<rest> .+|)$",
    re.IGNORECASE,
)
# "She changed her clothes."
_STATES_PAST = re.compile(
    r"^(?P<np>he|she|it|they|(?:the|this|that|his|her) [a-z]+) [a-z]{2,}ed(?: .+|)$", re.IGNORECASE
)
_BEGINS_WH = re.compile(
    r"^(?:(?:in|on|at|to|from|with|by|of|for|into|under|behind|about) )?(?:what|which|who|whom|whose|where|when|why|how)\b",
    re.IGNORECASE,
)
_ES_STEM = re.compile(r"(?:sh|ch|ss|x|zz|o)$")


def is_claim(text: str) -> bool:
    """Whether a text is a statement whose subject is a pronoun or has a determiner.

    Its verb is "be", "have", "can" or "will", or ends with "s": "he was standing", "the dog runs".
    False for a noun phrase with a relative clause, such as "the man who is sitting".
    """
    bare = text.strip(" ?.!")
    claim = _STATES_BE.match(bare)
    if claim is None:
        return _STATES_VERB.match(bare) is not None or _STATES_PAST.match(bare) is not None
    first, *others = claim["np"].lower().split()
    return first in _PRONOUNS | _DETERMINERS and not _RELATIVES & set(others)


def as_question(wording: str) -> str:
    """Turn a statement into a yes/no question.

    "I think the dog is asleep" becomes "is the dog asleep?", "he looks angry, right?" becomes "does
    he look angry?". Questions, and statements of another form, are returned unchanged.
    """
    if _YES_NO.match(wording) or _BEGINS_WH.match(wording):
        return wording
    claim = _AFTER_CLAIM.sub("", _OPINION.sub("", wording)).strip(" ?.!")
    be = _STATES_BE.match(claim)
    if be is not None and be["be"].lower() in ("has", "have"):
        return f"{'does' if be['be'].lower() == 'has' else 'do'} {be['np']} have {be['rest']}?"
    if be is not None:
        return f"{be['be'].lower()} {be['np']} {be['rest']}?"
    past = _STATES_PAST.match(claim)
    if past is not None:
        return f"{'have' if past['np'].lower() == 'they' else 'has'} {claim}?"
    states = _STATES_VERB.match(claim)
    if states is not None:
        verb = states["verb"]
        if states["s"] == "es" and not _ES_STEM.search(verb):
            verb += "e"
        return f"does {states['np']} {verb}{states['rest']}?"
    return wording
