"""Split a chat message into its questions, and the topics and remarks before them.

"ok back to the dog. is it on a leash and what color is it?" -> topic "dog", questions "is it on a
leash" and "what color is it?". A remark such as "My sister loves dogs." is kept only before a
question, whose pronouns can refer to its nouns.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Literal

from vqa.questions.further_questions import (
    AUX,
    BEGINS_QUESTION,
    BEGINS_REQUEST,
    DISCOURSE_MARKERS,
    MARKERS,
    WH,
    split_questions,
)
from vqa.questions.hedges import without_hedges
from vqa.questions.normalize import SENTENCE_END
from vqa.questions.run_ons import split_remark, with_topic
from vqa.questions.statement_clauses import report_as_request, split_statements

PartKind = Literal["question", "topic", "remark"]

_MAX_QUESTIONS = 4
_MARKERS_ALONE = re.compile(
    rf"^(?:(?:{DISCOURSE_MARKERS}|yes|no|please|pls|thanks)[ ,]*)+$", re.IGNORECASE
)
# "How does the other one react, does he hit back or just stand there?"
_BEFORE_CHOICE = re.compile(
    rf"^(?P<remark>{MARKERS}(?:(?:how|what|why) (?:is|are|was|were|does|do|did)|(?:how|what|why)'s) [^,]+), (?P<question>(?:is|are|was|were|does|do|did) (?:it|he|she|they|this|that|these|those|the [a-z]+) [^,]+ or (?!not\b)[^,]+)$",
    re.IGNORECASE,
)
# "The dog or the cat, which is bigger?" begins with options, not with a remark.
_CONDITION = re.compile(r"\b(?:or|if|when|where|who|which|whether)\b|\bmean", re.IGNORECASE)
_TOPIC = re.compile(
    rf"^(?:(?:{DISCOURSE_MARKERS}|serious|seriously|actually|thanks|thank you)\b[ ,]*)*"
    r"(?:(?:(?:let us|let's|lets|can we|please) )?(?:go(?:ing)? |get(?:ting)? |com(?:e|ing) )?back (?:to|on)|(?:re)?turning to|speaking of|regarding|concerning|as for|(?:(?:what|how) )?about) "
    r"(?:the |that |this |his |her |its |their )?(?P<noun>[a-z][a-z'-]*(?: [a-z'-]+){0,2})[.?!, ]*$",
    re.IGNORECASE,
)
# "Her jacket, is it denim?": a noun phrase before the question about it.
_NOUN_FIRST = re.compile(
    rf"^{MARKERS}(?P<phrase>(?:(?:the|that|this|those|these|his|her|its|their) )?(?P<noun>[a-z][a-z'-]*(?: [a-z'-]+){{0,2}}?)"
    rf"(?: (?:in|on|with|at|of|next to|behind|near|from|along|under|over|above|below|beside|around|across|between|inside|outside|through|by|against) [a-z' -]+?| (?:behind|outside|inside|above|below))?), +(?P<question>(?:{WH}|{AUX}|tell me)\b.+)$",
    re.IGNORECASE,
)
_NO_NOUN = re.compile(
    rf"\b(?:{AUX}|{WH}|am|be|i|i'm|im|it|he|she|they|you|u|we|me|them|or|and|if|first|last|second|third|before|after|during|until|since|"
    r"so|too|very|such|looks?|seems?|theres|thats|its|bye|good|ok|okay|hi|hello|hey|yes|no|not|please|pls|sorry|thanks|excuse|dear|sir|bro|dude|mate|buddy|hm+|well|now|then|just|really|quick|question|"
    r"in|on|at|from|with|behind|one|ones|video|clip|film|picture|scene|kidding|joking|lol|wow|omg|oh|ah|here|there|again|today|mistake|bad|fault|pardon|opinion|guess)\b",
    re.IGNORECASE,
)
_TAG = re.compile(
    r"^(?:right|no|yes|yeah|correct|true|ok|eh|huh|or not|is (?:that|this|it) (?:right|true|correct|so)|am i right|isn't (?:it|that so))[?!. ]*$",
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
_EXCLAMATION = re.compile(r"^(?:what an?|how) [^?]*!$", re.IGNORECASE)
# "The one in red? What did he do?"
_NOUN_ALONE = re.compile(
    r"^(?:the|this|that) [a-z-]+(?: [a-z-]+)?(?: (?:in|on|at|with|behind) (?:the )?[a-z-]+(?: [a-z-]+)?)?\?$",
    re.IGNORECASE,
)
# A remark after a question that belongs to it: "What is it? Answer in one word."
_CLARIFIES = re.compile(
    r"^(?:i mean|i meant|like|such as|for example|e\.g|answer|reply|respond|in one|in a|be |only|just|use|write|choose|pick|options?|not |the |on |at |or )",
    re.IGNORECASE,
)
_INTERJECTION = re.compile(
    r"^(?:huh|what|oh|really|hm+|sorry|pardon|eh|hello|hi|only (?:that|this)|(?:is )?that(?:'s| is)? (?:it|all)|no way|seriously|see|"
    r"how (?!many\b|much\b|long\b|often\b|old\b|big\b|tall\b|far\b|fast\b|high\b|heavy\b|come\b|(?:is|are|was|were|do|does|did|can)\b)[a-z]+(?:, [^?]*)?)[?!. ]*$",
    re.IGNORECASE,
)


# "Is it wool ? Or silk?", "Is it a gym? Or is it a kitchen?"
_OR_AGAIN = re.compile(
    rf"(?P<question>(?:^|[.!?] +){MARKERS}{AUX} [^.!?]+?) ?\?+ *(?P<option>or (?!tell|describe|just|how|what|which|who|where|when|why)[^.!?]+(?:\?|$))",
    re.IGNORECASE,
)


# "A helmet over... under a hood"
_PAUSE = re.compile(
    r"(\b(?!(?:h+m+|oh|ok|okay|well|so|uh|um|ah|er|and|but)\b)[a-z']+) ?(?:\.{2,}|…) *(?=[a-z])",
    re.IGNORECASE,
)


@dataclass(frozen=True, kw_only=True)
class MessagePart:
    """A question, topic or remark in a message.

    Args:
        kind: `question` to answer, `topic` that the following questions are about, or `remark`.
        text: the words of a question or remark as typed; of a topic the noun in lower case, without
            article but with a possessive: "dog", "her jacket".
    """

    kind: PartKind
    text: str


def split_message(text: str) -> tuple[MessagePart, ...]:
    """Split a message into its questions and the topics and remarks before them, in order.

    "My dog is old. Is this one old? Nice!" -> a remark and a question: the last part is always a
    question, what follows it is dropped. The whole message is returned as one question if it

    - has no question or request, or more than four,
    - has one question, followed by a topic or by a remark that belongs to it ("I mean the left
      one.", "Answer in one word.").

    Texts are as typed, except that hedges are removed (`without_hedges`), "..." before a lower-case
    word becomes a comma, and "Is it wool? Or silk?" becomes "Is it wool or silk?".

    Args:
        text: the message; runs of white space count as one space, an empty text is one empty
            question.
    """
    text = _PAUSE.sub(r"\1, ", " ".join(text.split()))
    text = _OR_AGAIN.sub(_join_option, text)
    sentences = [without_hedges(one) for one in SENTENCE_END.split(text) if one]
    text = " ".join(sentences)
    parts = [part for sentence in sentences for part in _split_sentence(sentence)]
    parts = _join_names(_join_tags(parts))
    last = max((n for n, part in enumerate(parts) if part.kind == "question"), default=-1)
    if last < 0:
        return (MessagePart(kind="question", text=text),)
    questions = [part for part in parts[: last + 1] if part.kind == "question"]
    is_followed = len(questions) == 1 and any(
        part.kind != "remark" or _CLARIFIES.match(part.text) for part in parts[last + 1 :]
    )
    if len(questions) > _MAX_QUESTIONS or is_followed:
        return (MessagePart(kind="question", text=text),)
    return tuple(parts[: last + 1])


def _join_option(match: re.Match[str]) -> str:
    """Return "is it wool or silk?" for a match of "is it wool? Or silk?"."""
    return f"{match['question']} {match['option'][0].lower()}{match['option'][1:]}"


def questions_of(text: str) -> tuple[str, ...]:
    """Split a message into one text per question, with the topic and remarks right before it.

    "As for the dog, is it brown? And is it big?" -> "back to the dog. is it brown?", "And is it
    big?". A topic is worded as "back to the ..."; a remark without punctuation at its end gets a
    full stop. At least one text, in order; see `split_message`.

    Args:
        text: the message as typed.
    """
    texts: list[str] = []
    before = ""
    for part in split_message(text):
        words = f"back to the {part.text}." if part.kind == "topic" else part.text
        if part.kind == "question":
            texts.append(f"{before} {words}".strip())
            before = ""
        else:
            end = "" if words.endswith((".", "!", "?")) else "."
            before = f"{before} {words}{end}".strip()
    return tuple(texts)


def _join_tags(parts: list[MessagePart]) -> list[MessagePart]:
    """Join question tags such as "right?" with the part before; make "huh?" a remark.

    "He is old.", "right?" -> "He is old, right?". An interjection, "huh?", and a noun alone, "the
    one in red?", become remarks unless they are the last part. A tag that is the first part stays a
    question.
    """
    whole_parts: list[MessagePart] = []
    for part in parts:
        if part.kind == "question" and _TAG.match(part.text) and whole_parts:
            tag = part.text if len(part.text.split()) == 1 else "right?"
            whole_parts[-1] = MessagePart(
                kind="question", text=f"{whole_parts[-1].text.rstrip(' .')}, {tag}"
            )
        elif (
            part.kind == "question"
            and part is not parts[-1]
            and any(form.match(part.text) for form in (_INTERJECTION, _NOUN_ALONE, _ASSERTS))
        ):
            whole_parts.append(MessagePart(kind="remark", text=part.text))
        else:
            whole_parts.append(part)
    return whole_parts


# "I was told there is a horse??", unlike "I think it is a horse?"
_ASSERTS = re.compile(
    r"^(?:(?:ok|so|well|hi|hello|hey)[, ]+)*(?:i'm|im|my|we|i (?!think|thought|guess|believe|see|saw|bet|mean|meant|wonder|assume|suppose)[a-z]+) [^?]+\?+$",
    re.IGNORECASE,
)
_FIRST_PERSON = re.compile(r"^(?:i|we|my)\b", re.IGNORECASE)
# "School? Hospital?"
_NAME_ALONE = re.compile(
    r"^(?:or )?(?:(?:an?|the) )?(?P<name>[a-z-]+(?: [a-z-]+)?)\?$", re.IGNORECASE
)


def _join_names(parts: list[MessagePart]) -> list[MessagePart]:
    """Join adjacent questions of one or two words: "school?", "mall?" -> "school or mall?"."""
    whole_parts: list[MessagePart] = []
    names: list[str] = []
    for part in parts:
        match = _NAME_ALONE.match(part.text) if part.kind == "question" else None
        name = "" if match is None or _NO_NOUN.search(match["name"]) else match["name"]
        if not (name and names):
            names = [name] if name else []
            whole_parts.append(part)
            continue
        names.append(name)
        text = f"{', '.join(names[:-1])} or {names[-1]}?"
        whole_parts[-1] = MessagePart(kind="question", text=text)
    return whole_parts


def _split_sentence(sentence: str) -> list[MessagePart]:
    """Split a sentence into its topics, remarks and questions, at least one part."""
    sentence = report_as_request(with_topic(sentence))
    topic = _TOPIC.match(sentence)
    if topic is not None:
        return [MessagePart(kind="topic", text=topic["noun"].lower())]
    noun_first = _NOUN_FIRST.match(sentence)
    if noun_first is not None and _TOPIC.match(noun_first["phrase"]) is None:
        noun = noun_first["noun"]
        request = noun_first["question"]
        if not _NO_NOUN.search(noun) and (
            BEGINS_QUESTION.match(request) or BEGINS_REQUEST.match(request)
        ):
            determiner = re.match(r"^(?:his|her|its|their) ", noun_first["phrase"], re.IGNORECASE)
            topic_noun = f"{determiner[0] if determiner else ''}{noun}".lower()
            return [
                MessagePart(kind="topic", text=topic_noun),
                *_split_sentence(noun_first["question"]),
            ]
    preface = _PREFACE.match(sentence)
    if (
        preface is not None
        and BEGINS_QUESTION.match(preface["question"])
        and not _CONDITION.search(preface["remark"])
    ):
        return [
            MessagePart(kind="remark", text=f"{preface['remark']}."),
            *_split_sentence(preface["question"]),
        ]
    clauses = split_statements(sentence)
    if clauses is not None:
        question_parts = _split_sentence(clauses.question)
        return [*_remark(clauses.before), *question_parts, *_remark(clauses.after)]
    offer = _BEFORE_CHOICE.match(sentence)
    if offer is not None:
        return [*_remark(offer["remark"]), *_split_sentence(offer["question"])]
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
    ):
        return [MessagePart(kind="remark", text=sentence)]
    if not (BEGINS_QUESTION.match(sentence) or BEGINS_REQUEST.match(sentence)):
        return [MessagePart(kind="question", text=sentence)]
    return [
        MessagePart(kind="question", text=without_hedges(question))
        for question in split_questions(sentence)
        if not _MARKERS_ALONE.match(question)
    ]


def _remark(text: str) -> list[MessagePart]:
    """Return a remark of some words; none for an empty text."""
    return [MessagePart(kind="remark", text=f"{text}.")] if text else []


def _split_topic(sentence: str) -> list[MessagePart]:
    """Split "what about the dog, is it brown?" at its comma; empty for other sentences.

    "What about flowers, I think I see some." is a question and a remark.
    """
    head, comma, rest = sentence.partition(", ")
    topic = _TOPIC.match(head)
    if not comma or topic is None:
        return []
    if BEGINS_QUESTION.match(rest):
        return [MessagePart(kind="topic", text=topic["noun"].lower()), *_split_sentence(rest)]
    if _FIRST_PERSON.match(rest):
        # "What about flowers, I think I see some."
        return [
            MessagePart(kind="question", text=f"{head}?"),
            MessagePart(kind="remark", text=rest),
        ]
    return []


def _split_run_on(sentence: str) -> list[MessagePart]:
    """Split a question and a remark without punctuation between them; empty for others."""
    run_on = split_remark(sentence)
    if run_on is None:
        return []
    remark, question, is_first = run_on
    remark_part = MessagePart(kind="remark", text=f"{remark}.")
    parts = _split_sentence(question)
    return [remark_part, *parts] if is_first else [*parts, remark_part]
