"""Split a sentence by rules into its topics, remarks and questions.

"ok back to the dog" is a topic, "her jacket, is it denim?" a topic and a question, "I sell lamps, what
is behind her?" a remark and a question.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from vqa.english import COLOURS, PREPOSITIONS, has_determiner, ing_form
from vqa.questions.conversation.introductions import topic_noun
from vqa.questions.messages.hedges import without_hedges
from vqa.questions.messages.run_ons import split_remark, with_topic
from vqa.questions.messages.statement_clauses import report_as_request, split_statements
from vqa.questions.nouns.noun_phrases import QUESTION_WORDS
from vqa.questions.sentences.further_questions import (
    AUX,
    BEGINS_QUESTION,
    BEGINS_REQUEST,
    DISCOURSE_MARKERS,
    MARKERS,
    WH,
    asks_two_facts,
    split_questions,
)
from vqa.questions.words.rewriting import INTERJECTION, STRIKING

PartKind = Literal["question", "topic", "remark"]

_MARKERS_ALONE = re.compile(
    rf"^(?:(?:{DISCOURSE_MARKERS}|yes|no|please|pls|thanks)[ ,]*)+$|^is it (?:just|only) me\?*$",
    re.IGNORECASE,
)
# "How does the other one react, does he hit back or just stand there?"
_BEFORE_CHOICE = re.compile(
    rf"^(?P<first>{MARKERS}(?:(?P<bare>(?:how|what|why) (?:is|are|was|were|does|do|did)|(?:how|what|why)'s)|(?:what|which|who|where|how)(?: [a-z]+){{0,2}} (?:is|are|was|were|does|do|did)) [^,]+), (?P<question>(?:is|are|was|were|does|do|did) (?:it|he|she|they|this|that|these|those|the [a-z]+) .+ or (?!not\b)[^,]+)$",
    re.IGNORECASE,
)
# "The dog or the cat, which is bigger?" begins with options, not with a remark.
_CONDITION = re.compile(r"\b(?:or|if|when|where|who|which|whether)\b|\bmean", re.IGNORECASE)
_TOPIC = re.compile(
    rf"^(?:(?:{DISCOURSE_MARKERS}|serious|seriously|actually|thanks|thank you)\b[ ,]*)*"
    r"(?:(?:(?:let us|let's|lets|can we|please) )?(?:go(?:ing)? |get(?:ting)? |com(?:e|ing) )?back (?:to|on)|mov(?:e|ing) on to|(?:re)?turning to|speaking of|regarding|concerning|as for|(?:(?:what|how) )?about) "
    r"(?:the |that |this |his |her |its |their )?(?P<noun>[a-z][a-z'-]*(?: [a-z'-]+){0,2})[.?!, ]*$",
    re.IGNORECASE,
)
# "Her jacket, is it denim?": a noun phrase before the question about it.
_NOUN_FIRST = re.compile(
    rf"^{MARKERS}(?:(?:first|firstly|second|secondly|third|next),? (?=the |his |her |that ))?(?P<phrase>(?:(?:the|that|this|those|these|his|her|its|their) )?(?P<noun>[a-z][a-z'-]*(?: [a-z'-]+){{0,2}}?)"
    rf"(?: (?:in|on|with|at|of|next to|behind|near|from|along|under|over|above|below|beside|around|across|between|inside|outside|through|by|against) [a-z' -]+?| (?:behind|outside|inside|above|below))?)(?P<mark>,|:| -) +(?P<question>(?:{WH}|{AUX}|tell me)\b.+)$",
    re.IGNORECASE,
)
_ONES = re.compile(r"(?<=[a-z]) ones?$", re.IGNORECASE)
NO_NOUN = re.compile(
    rf"\b(?:{AUX}|{WH}|am|be|i|i'm|im|it|he|she|they|you|u|we|me|them|or|and|if|first|last|second|third|before|after|during|until|since|"
    r"so|too|very|such|looks?|seems?|theres|thats|its|bye|good|ok|okay|hi|hello|hey|yes|no|not|please|pls|sorry|thanks|excuse|dear|sir|bro|dude|mate|buddy|well|now|then|just|really|quick|question|"
    rf"in|on|at|from|with|behind|one|ones|video|clip|film|picture|scene|kidding|joking|{INTERJECTION}|here|there|again|today|mistake|bad|fault|pardon|opinion|guess)\b|^(?:{STRIKING})$",
    re.IGNORECASE,
)
_WANTS_TO_KNOW = r"i(?:'d like| would like| want| need|'d love| would love) to know"
# "Barista here, which hand has the kettle", "Hi, I sell furniture, what is behind her?"
_PREFACE = re.compile(
    rf"^(?P<remark>(?:(?:so|well|and|but|also|right|yeah),? )?(?:(?:hi|hello|hey|omg|wow|lol|ok|good (?:morning|evening|day))[,! ]+)?(?:(?:i|i'm|im|i am|we|my|the|there's|there is|it's|it is|omg|wow|lol|haha|nice|love|lovely|great) [^?.!;:]*?|[a-z ]{{2,25}} here|[a-z]{{4,}}(?= ?:)|sorry|why not|(?:somebody|someone|an? [a-z]+) (?:is|was) [^?.!;:,]+|"
    # "And then he does a trick, is that a flip?"
    rf"(?:and )?then (?:he|she|it|they) (?!(?:is|are|was|were|has|have|can|could|will|would)\b)[a-z]+ [^?.!;:,]+)) ?[,:;-]+ ?"
    rf"(?:(?:and |but |so )?{_WANTS_TO_KNOW} )?"
    # "There is no cat, is there?" is one question.
    rf"(?P<question>(?!(?:{AUX}) there[?.! ]*$)(?:but |so |and |then )?(?:{WH}|{AUX})\b ?.+)$",
    re.IGNORECASE,
)
# "What a lovely dog!"
_EXCLAMATION = re.compile(r"^(?:what an? [^?]*[.!]|how [^?]*!)$", re.IGNORECASE)


@dataclass(frozen=True, kw_only=True)
class MessagePart:
    """A question, topic or remark in a message.

    Args:
        kind: `question` to answer, `topic` that the following questions are about, or `remark`.
        text: the words of a question or remark as typed; of a topic the noun in lower case, without
            article but with a possessive: "dog", "her jacket".
        phrase: the words of a topic as typed: "the dog at the end"; or empty.
    """

    kind: PartKind
    text: str
    phrase: str = ""

    @property
    def words(self) -> str:
        """The words of the part as typed; of a topic without a phrase, its noun with "the"."""
        return self.phrase or (f"the {self.text}" if self.kind == "topic" else self.text)


_FIRST_PERSON = re.compile(r"^(?:i|we|my)\b", re.IGNORECASE)


def split_sentence(sentence: str) -> list[MessagePart]:
    """Split a sentence into its topics, remarks and questions, at least one part."""
    sentence = report_as_request(with_topic(sentence))
    topic = topic_of(sentence)
    if topic:
        return [MessagePart(kind="topic", text=topic)]
    noun_first = _NOUN_FIRST.match(sentence)
    if noun_first is not None and not topic_of(noun_first["phrase"]):
        request = noun_first["question"]
        if _is_topic(noun_first) and (
            BEGINS_QUESTION.match(request) or BEGINS_REQUEST.match(request)
        ):
            phrase = noun_first["phrase"]
            noun = topic_noun(phrase)
            topic_part = MessagePart(kind="topic", text=noun, phrase=phrase)
            # "Out of nowhere there is a dog, is it old?"
            first = [topic_part] if noun else _remark(phrase)
            # "The pink one, does anyone buy that?"
            return [*first, *split_sentence(_FINAL_THAT.sub("it", request))]
    preface = _PREFACE.match(sentence)
    if (
        preface is not None
        and BEGINS_QUESTION.match(preface["question"])
        and not _CONDITION.search(preface["remark"])
    ):
        return [
            MessagePart(kind="remark", text=f"{preface['remark']}."),
            *split_sentence(preface["question"]),
        ]
    clauses = split_statements(sentence)
    if clauses is not None:
        question_parts = split_sentence(clauses.question)
        return [*_remark(clauses.before), *question_parts, *_remark(clauses.after)]
    offer_parts = _split_offer(sentence)
    if offer_parts:
        return offer_parts
    if _EXCLAMATION.match(sentence):
        return [MessagePart(kind="remark", text=sentence)]
    run_on = _split_run_on(sentence)
    if run_on:
        return run_on
    topic_parts = _split_topic(sentence)
    if topic_parts:
        return topic_parts
    if not (
        sentence.rstrip().endswith("?")
        or BEGINS_QUESTION.match(sentence)
        or BEGINS_REQUEST.match(sentence)
        or asks_two_facts(sentence)
    ):
        return [MessagePart(kind="remark", text=sentence)]
    begins = BEGINS_QUESTION.match(sentence) or BEGINS_REQUEST.match(sentence)
    if not begins and " or " in sentence:
        # "After the push, do they wait or does one walk away?"
        return [MessagePart(kind="question", text=sentence)]
    return [
        MessagePart(kind="question", text=without_hedges(question))
        for question in split_questions(sentence)
        if not _MARKERS_ALONE.match(question)
    ]


_FINAL_THAT = re.compile(r"(?<! is )(?<! was )\bthat(?=[?.! ]*$)", re.IGNORECASE)


def _is_topic(match: re.Match[str]) -> bool:
    """Whether words can be a topic: "jacket", "grey ones", but not "one", "here" and "facilities:"."""
    is_phrase = match["mark"] == "," or has_determiner(match["phrase"])
    return is_phrase and not NO_NOUN.search(_ONES.sub("", match["noun"]))


def _split_offer(sentence: str) -> list[MessagePart]:
    """Split a question and one with options behind it; empty if these are its own options.

    "How does he react, does he hit back or wait?" is a remark and a question; "what is she wearing,
    is she sitting or standing?" asks twice.
    """
    offer = _BEFORE_CHOICE.match(sentence)
    if offer is None:
        return []
    first, question = offer["first"], split_sentence(offer["question"])
    if not may_answer(first, offer["question"]):
        return [MessagePart(kind="question", text=f"{without_hedges(first)}?"), *question]
    return [*_remark(first), *question] if offer["bare"] else []


def may_answer(question: str, offer: str) -> bool:
    """Whether the options of a second question may answer the first: "how does he react", "does he fall or run".

    False for two things that are asked: "what is she wearing", "is she sitting or standing". After
    a question for a color, one of the options must be a color.

    Args:
        question: the first question; of one without a question word, the second goes on.
        offer: the second question, for yes or no or with options.
    """
    words, offer_words = question.lower().rstrip(" ?").split(), offer.lower().split()
    if not (QUESTION_WORDS & set(words) and set(_BE) & set(words)):
        return True
    if "where" in words:
        return offer_words[1] in _NAMES_ANSWER or bool(PREPOSITIONS & set(offer_words))
    if {"color", "colour", "colors", "colours"} & set(words[:3]):
        return bool(COLOURS & set(offer_words))
    subject = offer_words[1]
    is_manner = any(
        f" {word} {be} " in f" {' '.join(words)} " for word in ("how", "why") for be in _BE
    )
    if is_manner or {"do", "doing"} & set(words[2:]) or words[-1] == subject:
        return True
    if subject in words:
        return any(ing_form(word) in words for word in offer_words[2:])
    return subject in _NAMES_ANSWER


_BE = ("is", "are", "was", "were", "does", "do", "did")
_NAMES_ANSWER = frozenset({"it", "that", "this", "those", "these", "they"})


def topic_of(sentence: str) -> str:
    """Return the noun that a sentence makes the topic, in lower case: "dog" of "back to the dog".

    Empty for other sentences.
    """
    topic = _TOPIC.match(sentence)
    return "" if topic is None else topic_noun(topic["noun"])


_TOPIC_FILLERS = frozenset(
    "i mean meant and but so ok okay oh ohh ah well now then also next no yes wait sorry hm hmm lol haha hey "
    "about as for regarding what how back to".split()
)
_DETERMINERS = frozenset("the that this those these his her its their".split())
_MAX_TOPIC_WORDS = 8


def topic_start(before: str, question: str) -> int | None:
    """Return where the topic of a question begins in the words before it; None without a topic.

    "ohh and the logo in the back, " before "is it red" -> 8. The topic is a noun phrase with a
    determiner, between fillers and the comma at its end.
    """
    words = before.split()
    first = next(
        (n for n, word in enumerate(words) if word.lower().strip(",.") not in _TOPIC_FILLERS), 0
    )
    phrase = " ".join(words[first:])
    is_phrase = phrase.endswith((",", ":")) and "," not in phrase[:-1]
    if (
        not is_phrase
        or words[first].lower() not in _DETERMINERS
        or len(words) - first > _MAX_TOPIC_WORDS
    ):
        return None
    whole = f"{phrase[:-1]}, {question}"
    has_topic = with_topic(whole) != whole or split_sentence(whole)[0].kind == "topic"
    return len(before.rstrip()) - len(phrase) if has_topic else None


def _remark(text: str) -> list[MessagePart]:
    """Return a remark of some words; none for an empty text."""
    return [MessagePart(kind="remark", text=f"{text}.")] if text else []


def _split_topic(sentence: str) -> list[MessagePart]:
    """Split "what about the dog, is it brown?" at its comma; empty for other sentences.

    "What about flowers, I think I see some." is a question and a remark.
    """
    head, comma, rest = sentence.partition(", ")
    topic = topic_of(head)
    if POINTS_AT_ONE.match(head) and BEGINS_QUESTION.match(rest):
        return split_sentence(rest)
    if not comma or not topic:
        return []
    if BEGINS_QUESTION.match(rest):
        return [MessagePart(kind="topic", text=topic), *split_sentence(rest)]
    if _FIRST_PERSON.match(rest):
        # "What about flowers, I think I see some."
        return [
            MessagePart(kind="question", text=f"{head}?"),
            MessagePart(kind="remark", text=rest),
        ]
    return []


# "What about this one, is it old?"
POINTS_AT_ONE = re.compile(
    r"^(?:(?:and|but|so|ok),? )?(?:what|how) about (?:th(?:is|at|ese|ose)(?: ones?| two)?|it|him|her|them)$",
    re.IGNORECASE,
)


def _split_run_on(sentence: str) -> list[MessagePart]:
    """Split a question and a remark without punctuation between them; empty for others."""
    run_on = split_remark(sentence)
    if run_on is None:
        return []
    remark, question, is_first = run_on
    remark_part = MessagePart(kind="remark", text=f"{remark}.")
    parts = split_sentence(question)
    return [remark_part, *parts] if is_first else [*parts, remark_part]


# "School? Hospital?"
_NAME_ALONE = re.compile(
    r"^(?:or )?(?:(?:an?|the) )?(?P<name>[a-z-]+(?: [a-z-]+)?)\?$", re.IGNORECASE
)


def join_names(parts: Sequence[MessagePart]) -> list[MessagePart]:
    """Join adjacent questions of one or two words: "school?", "mall?" -> "school or mall?"."""
    whole_parts: list[MessagePart] = []
    names: list[str] = []
    for part in parts:
        match = _NAME_ALONE.match(part.text) if part.kind == "question" else None
        name = "" if match is None or NO_NOUN.search(match["name"]) else match["name"]
        if not (name and names):
            names = [name] if name else []
            whole_parts.append(part)
            continue
        names.append(name)
        text = f"{', '.join(names[:-1])} or {names[-1]}?"
        whole_parts[-1] = MessagePart(kind="question", text=text)
    return whole_parts


def with_gaps_filled(parts: Sequence[MessagePart]) -> list[MessagePart]:
    """Complete questions without a verb by those before: "which has the red hat", "which the blue".

    The second becomes "which has the blue hat?". It must have the same question word.
    """
    whole_parts: list[MessagePart] = []
    for part in parts:
        before = whole_parts[-1].text.rstrip(" ?").split() if whole_parts else []
        words = part.text.rstrip(" ?").split()
        rest = words[1:]
        is_gap = part.kind == "question" and rest[:1] == ["the"] and len(rest) <= _MAX_GAP_WORDS
        if is_gap and before[:1] == words[:1] and "the" in before[1:]:
            end = len(before) - 1 - before[::-1].index("the")
            noun = before[-1:] if len(rest) == _MAX_GAP_WORDS - 1 and len(before) - end > 2 else []
            text = " ".join([*before[:end], *rest, *noun])
            part = MessagePart(kind="question", text=f"{text}?")
        verb = _VERB_OF_NUMBER.match(" ".join(before))
        gap = _NUMBER_GAP.match(part.text)
        if part.kind == "question" and verb is not None and gap is not None:
            # "How many seconds does the man get", "how many do the dogs?"
            text = f"{verb['number']} {gap['rest']} {verb['verb']}?"
            part = MessagePart(kind="question", text=text)
        whole_parts.append(part)
    return whole_parts


_VERB_OF_NUMBER = re.compile(
    r"^(?P<number>how (?:many|much|long)(?: (?!do|does|did|is|are)[a-z]+)?) (?:do|does|did) .+ (?P<verb>[a-z]+)$",
    re.IGNORECASE,
)
_NUMBER_GAP = re.compile(
    r"^(?:and )?how (?:many|much|long) (?P<rest>(?:do|does|did) (?:(?:the|his|her|their|this|that|these|those) [a-z]+|he|she|it|they))\??$",
    re.IGNORECASE,
)
# "The black", "the black shorts"
_MAX_GAP_WORDS = 3
