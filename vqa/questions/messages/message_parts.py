"""Split a chat message into its questions, and the topics and remarks before them.

"ok back to the dog. is it on a leash and what color is it?" -> topic "dog", questions "is it on a
leash" and "what color is it?". A remark such as "My sister loves dogs." is kept only before a
question, whose pronouns can refer to its nouns. Rules split short messages; in a longer one, the
message tagger finds the questions.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

from vqa.english import has_determiner
from vqa.question_parts import Scene
from vqa.questions.classifiers.intent_classifier import SentenceEncoder
from vqa.questions.classifiers.message_tagger import MessageSpan, shipped_message_tagger
from vqa.questions.conversation.introductions import introduced_things, topic_noun
from vqa.questions.messages.hedges import without_hedges
from vqa.questions.messages.message_spans import begins_question, whole_spans
from vqa.questions.messages.opinions import with_decision
from vqa.questions.messages.question_tags import join_tags
from vqa.questions.messages.remarks import unnamed_thing
from vqa.questions.messages.run_ons import with_topic, without_emoticons
from vqa.questions.messages.scope import is_too_long
from vqa.questions.messages.sentence_parts import (
    NO_NOUN,
    POINTS_AT_ONE,
    MessagePart,
    PartKind,
    join_names,
    split_sentence,
    topic_of,
    with_gaps_filled,
)
from vqa.questions.messages.statement_clauses import split_report, with_plain_tag, without_tag
from vqa.questions.normalization.normalize import SENTENCE_END
from vqa.questions.normalization.statements import YES_NO
from vqa.questions.sentences.further_questions import AUX, MARKERS, WH, split_questions
from vqa.questions.times.scene_context import named_scene
from vqa.questions.words.text_speak import with_apostrophes

_MAX_QUESTIONS = 4
# Messages with fewer words are split by rules.
_MIN_TAGGED_WORDS = 10
# A remark after a question that belongs to it: "What is it? Answer in one word."
_CLARIFIES = re.compile(
    r"^(?:i mean|i meant|like|such as|for example|e\.g|answer|reply|respond|in one|in a|be |only|just|use|write|choose|pick|options?|not |the |on |at |or )",
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
class MessageQuestion:
    """A question of a message with what stands before it.

    Args:
        text: the words of the question as typed.
        before: the topics and remarks of the message since the question before.
        is_remark: whether the message asks nothing; `text` is all of it.
        scene: part of the video that the message has named last, before or in the question.
    """

    text: str
    before: tuple[MessagePart, ...] = ()
    is_remark: bool = False
    scene: Scene | None = None

    @property
    def wording(self) -> str:
        """The question after its topics and remarks: "back to the dog. is it brown?".

        A remark without punctuation at its end gets a full stop.
        """
        words = ""
        for part in self.before:
            text = f"back to the {part.text}." if part.kind == "topic" else part.text
            words += f"{text}{'' if text.endswith(('.', '!', '?')) else '.'} "
        return f"{words}{self.text}"


def split_message(text: str, encode: SentenceEncoder | None = None) -> tuple[MessageQuestion, ...]:
    """Split a message into its questions, in order, with the topics and remarks before them.

    "My dog is old. Is this one old? Nice!" -> a question with a remark before it; what follows the
    last question is dropped. The whole message is returned as one question if it

    - has no question or request; ten words and more that ask nothing are a remark,
    - has fewer than ten words, and more than four questions,
    - is too long for a question (`is_too_long`),
    - has one question, followed by a topic or by a remark that belongs to it ("I mean the left
      one.", "Answer in one word.").

    Texts are as typed, except that missing apostrophes are restored, hedges are removed (`without_hedges`), "..." before a lower-case
    word becomes a comma, "Is it wool? Or silk?" becomes "Is it wool or silk?", and an indirect
    question becomes a request, "tell me what breed it is".

    Args:
        text: the message; runs of white space count as one space, an empty text is one empty
            question.
        encode: sentence encoder; None finds the questions of long messages with less accuracy.
    """
    text = _PAUSE.sub(r"\1, ", without_emoticons(with_apostrophes(text)))
    text = _OR_AGAIN.sub(_join_option, text)
    if is_too_long(text):
        return (MessageQuestion(text=text),)
    is_tagged = len(text.split()) >= _MIN_TAGGED_WORDS
    questions = _split_by_tags(text, encode) if is_tagged else ()
    return _with_scenes(questions or _split_by_rules(text))


def _with_scenes(questions: Sequence[MessageQuestion]) -> tuple[MessageQuestion, ...]:
    """Give each question the part of the video that it, or what stands before it, names."""
    scene: Scene | None = None
    scoped_questions: list[MessageQuestion] = []
    for question in questions:
        for text in (*(part.words for part in question.before), question.text):
            scene = named_scene(text) or scene
        scoped_questions.append(replace(question, scene=scene))
    return tuple(scoped_questions)


def _split_by_rules(text: str) -> tuple[MessageQuestion, ...]:
    """Split a message sentence by sentence; see `split_message`."""
    sentences = [with_plain_tag(without_hedges(one)) for one in SENTENCE_END.split(text) if one]
    text = with_decision(" ".join(sentences))
    sentences = [one for one in SENTENCE_END.split(text) if one]
    parts = [part for sentence in sentences for part in split_sentence(sentence)]
    parts = _with_asked_topics(join_names(join_tags(parts)))
    last = max((n for n, part in enumerate(parts) if part.kind == "question"), default=-1)
    if last < 0:
        return (MessageQuestion(text=text),)
    questions = [part for part in parts[: last + 1] if part.kind == "question"]
    is_followed = len(questions) == 1 and any(
        part.kind != "remark" or _CLARIFIES.match(part.text) for part in parts[last + 1 :]
    )
    if len(questions) > _MAX_QUESTIONS or is_followed:
        return (MessageQuestion(text=text),)
    return _grouped(with_gaps_filled(_with_confirmed_claims(parts[: last + 1])))


def _split_by_tags(text: str, encode: SentenceEncoder | None) -> tuple[MessageQuestion, ...]:
    """Split a message at the questions that the message tagger finds; see `split_message`.

    Empty if it finds none although a sentence begins like a question or ends with a question mark.
    """
    sentences = [
        with_topic(with_plain_tag(without_hedges(one))) for one in SENTENCE_END.split(text) if one
    ]
    text = with_decision(" ".join(sentences))
    spans = whole_spans(text, shipped_message_tagger().tag(text, encode))
    if not any(span.role in ("question", "indirect") for span in spans):
        may_ask = "?" in text or any(map(begins_question, sentences))
        return () if may_ask else (MessageQuestion(text=text, is_remark=True),)
    parts: list[MessagePart] = []
    position = 0
    for span in spans:
        parts += _remarks(text[position : span.start])
        parts += _span_parts(text, span)
        position = span.end
    parts = _with_asked_topics(_without_opinion(parts))
    last = max(n for n, part in enumerate(parts) if part.kind == "question")
    rest = text[position:].lstrip(" .?!,")
    if _CLARIFIES.match(rest) and sum(part.kind == "question" for part in parts) == 1:
        mark = "," if rest.startswith("or ") else "?"
        whole = f"{parts[last].text.rstrip(' ?')}{mark} {rest}"
        parts[last] = MessagePart(kind="question", text=whole)
    return _grouped(with_gaps_filled(_with_confirmed_claims(join_tags(parts[: last + 1]))))


def _without_opinion(parts: Sequence[MessagePart]) -> list[MessagePart]:
    """Leave out "what do you think?" behind another question."""
    first = next(n for n, part in enumerate(parts) if part.kind == "question")
    return [
        part
        for number, part in enumerate(parts)
        if number == first or part.kind != "question" or not _ASKS_OPINION.match(part.text)
    ]


_ASKS_OPINION = re.compile(
    r"^(?:so |and )?what (?:do|would|did) (?:you|u) (?:think|say|reckon|guess)(?: it is)?[?. ]*$",
    re.IGNORECASE,
)


def _remarks(text: str) -> list[MessagePart]:
    """Return the topics and remarks of the text between two tagged spans.

    A part of a sentence counts if it introduces a thing, "i see bananas, " before a question, or
    names a part of the video, "for the bus part, I'd like to know".
    """
    text = _ANNOUNCES.sub(", ", text)
    sentences = [one.lstrip(" ,;:-").rstrip(" ;:-") for one in SENTENCE_END.split(text) if one]
    sentences = [without_tag(_LINKS.sub(",", sentence)) for sentence in sentences]
    parts = [
        part
        for sentence in sentences
        if len(sentence.split()) > 1
        and (
            sentence.endswith((".", "!", "?"))
            or (sentence.endswith(",") and _is_needed(sentence))
            or named_scene(sentence) is not None
        )
        for part in split_sentence(sentence.rstrip(","))
    ]
    # "I couldn't tell if it is a skier" asks nothing before another question.
    return [
        MessagePart(kind="remark", text=part.text) if part.text.startswith("tell me ") else part
        for part in parts
        if part.kind != "question" or part.text.startswith("tell me ")
    ]


# "There are dogs, so" before "how many are there"
_LINKS = re.compile(r",? (?:so|and|but|now|then|or|anyway)$", re.IGNORECASE)


# "There are dogs, can you tell us" before "how many there are"
def _is_needed(clause: str) -> bool:
    """Whether a question may lean on the clause before it: it introduces a thing or a doubt."""
    return bool(introduced_things(clause) or unnamed_thing(clause) or split_report(clause))


_ANNOUNCES = re.compile(
    r"(?:,|,? (?:so|and|but))+ (?:please |now |also )?(?:(?:can|could|would|will|do) (?:you|u) (?:please |maybe |perhaps )?(?:tell|say|see|know|explain|show)|(?:please )?tell|i (?:wanted|want|would like) to (?:ask|know))(?: (?:us|me|him|her|them|you))? *$",
    re.IGNORECASE,
)


def _span_parts(text: str, span: MessageSpan) -> list[MessagePart]:
    """Return the parts of a tagged span: one or several questions, a topic or a remark."""
    words, rest = text[span.start : span.end], text[span.end :]
    if words.count('"') % 2 and rest.startswith('"'):
        words, rest = f'{words}"', rest[1:]
    if span.role == "statement":
        return [MessagePart(kind="remark", text=f"{words}.")]
    if span.role == "topic":
        noun = topic_noun(words)
        is_name = bool(noun) and not NO_NOUN.search(noun)
        kind: PartKind = "topic" if is_name else "remark"
        return [MessagePart(kind=kind, text=noun or words, phrase=words)]
    words += rest[: len(rest) - len(rest.lstrip(" ?"))].rstrip()
    if (
        span.role == "indirect"
        and not _REPORTED_QUESTION.match(words)
        and begins_question(rest.lstrip(" ,."))
    ):
        # "I was wondering about the pale thing, is it a tent?"
        return [MessagePart(kind="remark", text=f"{words}.")]
    if span.role == "indirect":
        request = f"tell me {words.removeprefix('me ')}"
        questions = split_questions(without_hedges(request))
        return [MessagePart(kind="question", text=question) for question in questions]
    parts = split_sentence(without_hedges(words))
    is_question = any(part.kind == "question" for part in parts)
    return parts if is_question else [MessagePart(kind="question", text=words)]


_REPORTED_QUESTION = re.compile(
    rf"^(?:me )?(?:{WH}|if|whether|in|on|at|to|from|for|with|the (?:colou?r|number|name|time))\b",
    re.IGNORECASE,
)


def _grouped(parts: Sequence[MessagePart]) -> tuple[MessageQuestion, ...]:
    """Return each question with the topics and remarks right before it."""
    questions: list[MessageQuestion] = []
    before: list[MessagePart] = []
    last = max((n for n, part in enumerate(parts) if part.kind == "question"), default=0)
    for number, part in enumerate(parts):
        is_topic = (
            part.kind == "question" and number < last and not _names_another(parts[number + 1])
        )
        topic = topic_of(part.text) if is_topic else ""
        if part.kind == "question" and number < last and POINTS_AT_ONE.match(part.text):
            # "What about this one, is it old?"
            continue
        if topic:
            # "What about her clothes, what colour is the top?"
            before.append(MessagePart(kind="topic", text=topic))
        elif part.kind == "question":
            questions.append(MessageQuestion(text=part.text, before=tuple(before)))
            before = []
        else:
            before.append(part)
    return tuple(questions)


def _with_asked_topics(parts: Sequence[MessagePart]) -> list[MessagePart]:
    """Turn a topic before another one into a question: "what about the man?", "and the woman?"."""
    edge = MessagePart(kind="remark", text="")
    befores, followers = [edge, *parts][:-1], [*parts, edge][1:]
    return [
        MessagePart(kind="question", text=f"what about {_with_the(part.text)}?")
        if part.kind == "topic" and any(map(_names_another, beside))
        else part
        for part, *beside in zip(parts, befores, followers, strict=True)
    ]


def _names_another(part: MessagePart) -> bool:
    """Whether a part only names another thing: "and the woman?", "what about her?"."""
    return part.kind == "topic" or _ANOTHER.match(part.text) is not None


def _with_the(noun: str) -> str:
    """Return the noun of a topic with "the", unless it has a possessive."""
    return noun if has_determiner(noun) else f"the {noun}"


# "And the woman?"
_ANOTHER = re.compile(
    r"^(?:(?:and|or)(?: also)? (?:what about |how about )?|(?:what|how) about )(?:the|his|her|its|their|that) [a-z-]+(?: [a-z-]+)?\?*$",
    re.IGNORECASE,
)


def _with_confirmed_claims(parts: Sequence[MessagePart]) -> list[MessagePart]:
    """Turn "he has a hat.", "can you confirm that?" into the remark and "does he have a hat?".

    The claim is the latest remark that can be one.
    """
    whole_parts: list[MessagePart] = []
    for part in parts:
        claims = [one.text for one in reversed(whole_parts) if one.kind == "remark"]
        if part.kind == "question" and len(part.text.split()) <= _MAX_CONFIRMATION_WORDS:
            request = f"{part.text.rstrip(' ?.')}?"
            texts = (without_hedges(f"{claim.rstrip(' .!')}, {request}") for claim in claims)
            text = next((one for one in texts if request not in one and YES_NO.match(one)), "")
            part = replace(part, text=text or part.text)
        whole_parts.append(part)
    return whole_parts


# "Can you please check that for me"
_MAX_CONFIRMATION_WORDS = 7


def _join_option(match: re.Match[str]) -> str:
    """Return "is it wool or silk?" for a match of "is it wool? Or silk?"."""
    return f"{match['question']} {match['option'][0].lower()}{match['option'][1:]}"
