"""Spans of the message tagger as whole questions: joined, and extended to what belongs to them.

"How does he react" and "does he fall or run" are one question; "is it red" is extended to the topic
before it, "the car, is it red", and to what follows, "and if so, where?".
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from vqa.questions.classifiers.message_tagger import MessageSpan
from vqa.questions.conversation.introductions import introduced_things
from vqa.questions.messages.sentence_parts import NO_NOUN, may_answer, split_sentence, topic_start
from vqa.questions.messages.statement_clauses import (
    asks,
    is_statement,
    report_as_request,
)
from vqa.questions.normalization.normalize import SENTENCE_END, normalized_wording
from vqa.questions.sentences.further_questions import (
    AUX,
    BEGINS_QUESTION,
    BEGINS_REQUEST,
    split_halves,
    split_questions,
)
from vqa.questions.sentences.options import options_of
from vqa.questions.times.scene_context import named_scene
from vqa.questions.times.time_range import split_shot, split_time
from vqa.questions.words.rewriting import BE


def whole_spans(text: str, spans: Sequence[MessageSpan]) -> list[MessageSpan]:
    """Return the spans of a message, in order, each with all that belongs to its question.

    Questions are joined (`_joined`) and extended to their options, times, topics and to a question
    word behind them; a sentence that asks and has no span gets one; what states something becomes
    a statement.

    Args:
        text: the message.
        spans: the spans that the tagger found, in order.
    """
    spans = _without_corrected(text, _joined(text, spans))
    spans = [_without_comment(text, span) for span in spans]
    spans = _with_further_questions(text, _with_times(text, spans))
    ends = [*(span.start for span in spans[1:]), len(text)]
    spans = [_with_options(text, span, end) for span, end in zip(spans, ends, strict=False)]
    starts = [0, *(span.end for span in spans)]
    spans = [
        _with_first_option(text, span, start) for span, start in zip(spans, starts, strict=False)
    ]
    return _with_topics(text, _with_statements(text, spans))


def _without_comment(text: str, span: MessageSpan) -> MessageSpan:
    """Begin a span behind a comment on what stands before it: ", which I like more, is it old"."""
    comment, comma, rest = text[span.start : span.end].partition(", ")
    is_comment = text[: span.start].endswith(", ") and _COMMENTS.match(comment)
    return replace(span, start=span.end - len(rest)) if comma and is_comment else span


def _without_corrected(text: str, spans: Sequence[MessageSpan]) -> list[MessageSpan]:
    """Leave out a question that the next one corrects, "who is it, I mean what is it", and examples.

    An example is a noun that the question before asks for: "read the signs, especially the red one",
    "how many dogs are there, including the puppies".
    """
    examples = {
        span.start
        for before, span in pairwise(spans)
        if (
            text[before.end : span.start].strip(" ,").lower() in _NAMES_EXAMPLE
            and not begins_question(text[span.start : span.end])
        )
        or text[span.start :].lower().startswith(_INCLUDES)
    }
    starts = examples | {
        span.start
        for span, after in pairwise(spans)
        if text[span.end : after.start].lower() == ", i mean "
        and begins_question(text[after.start : after.end])
    }
    return [span for span in spans if span.start not in starts]


_INCLUDES = (
    "including ",
    "not including ",
    "counting ",
    "not counting ",
    "excluding ",
    "apart from ",
)
_NAMES_EXAMPLE = frozenset("especially particularly specifically mainly mostly".split()) | {
    "in particular",
    "above all",
}


def _joined(text: str, spans: Sequence[MessageSpan]) -> list[MessageSpan]:
    """Join adjacent question spans that ask one question: "does he sit", "or does he stand"."""
    merged_spans: list[MessageSpan] = []
    for span in reversed(spans):
        follows = merged_spans[0] if merged_spans else None
        if follows is not None and _is_one_question(text, span, follows):
            merged_spans[0] = replace(span, end=follows.end)
        else:
            merged_spans.insert(0, span)
    return merged_spans


def _is_one_question(text: str, first: MessageSpan, second: MessageSpan) -> bool:
    """Whether two spans are one question: "is he talking to me", "my friend or the dog".

    The second has no question of its own, or offers what the first asks for: "how does he react",
    "does he fall or run".
    """
    between = text[first.end : second.start]
    if first.role != "question" or second.role != "question" or between not in _JOINS:
        return False
    whole, last = text[first.start : second.end], text[second.start : second.end]
    offers = " or " in last
    if all(begins_question(text[span.start : span.end]) for span in (first, second)):
        offers = offers and may_answer(text[first.start : first.end], last)
        return between == ", " and offers and _num_questions(whole) == 1
    if options_of(normalized_wording(whole)) is not None and (offers or " or " in between):
        return True
    return between == ", " and _num_questions(whole) == 1


_JOINS = frozenset({", ", " or ", ", or "})


def _num_questions(text: str) -> int:
    """Return the number of questions that the rules find in a text."""
    return sum(part.kind == "question" for part in split_sentence(text))


def _with_further_questions(text: str, spans: Sequence[MessageSpan]) -> list[MessageSpan]:
    """Add the questions between and after the spans: "is it wet, and if so, where?".

    A rest of a sentence with a further question belongs to the question span before it. Another
    sentence must begin like a question, and have a question mark or end the message.
    """
    all_spans: list[MessageSpan] = []
    starts = [span.start for span in spans] + [len(text)]
    for number, start in enumerate(starts):
        position = all_spans[-1].end if all_spans else 0
        for first, end in _sentences(text, position, start):
            is_whole = end < start or end == len(text)
            if all_spans and first == all_spans[-1].end:
                all_spans[-1] = _with_rest(text, all_spans[-1], end) if is_whole else all_spans[-1]
                continue
            words = text[first:end].strip(" ,;:.?!")
            clause = words.rpartition(", ")[2]
            if clause.startswith("so ") and asks(clause):
                # "She never wore a tie, so tell me if that's one."
                words = clause
            if is_whole and asks(words) and (text[end - 1] == "?" or end == len(text)):
                first = text.index(words, first)
                all_spans.append(MessageSpan(role="question", start=first, end=first + len(words)))
        all_spans += spans[number : number + 1]
    return all_spans


def _with_rest(text: str, span: MessageSpan, end: int) -> MessageSpan:
    """Extend a question to the end of its sentence if the rest asks more: ", and if so, where"."""
    num_questions = len(split_questions(text[span.start : span.end]))
    asks_more = len(split_questions(text[span.start : end])) > num_questions
    return replace(span, end=end) if span.role == "question" and asks_more else span


def _sentences(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Return the sentences (start, end) of a part of a text; the first may be a rest of one."""
    ends = [match.start() for match in SENTENCE_END.finditer(text, start, end)] + [end]
    return list(zip([start, *ends], ends, strict=False))


def begins_question(sentence: str) -> bool:
    """Whether a sentence begins like a question, a request or "I want to know what ..."."""
    sentence = report_as_request(sentence)
    return bool(BEGINS_QUESTION.match(sentence) or BEGINS_REQUEST.match(sentence))


def _with_times(text: str, spans: Sequence[MessageSpan]) -> list[MessageSpan]:
    """Extend each question to a time that stands before it in its sentence: "at 0:05, is he".

    The time may be in a statement of the same sentence, which then becomes a part of the question:
    "there is a man at 0:10, what is he doing?".
    """
    longer_spans: list[MessageSpan] = []
    position = 0
    for span in spans:
        start = span.start
        is_question = span.role in ("question", "indirect")
        if is_question and longer_spans:
            before = text[longer_spans[-1].start : longer_spans[-1].end]
            is_same_sentence = len(SENTENCE_END.split(text[longer_spans[-1].end : start])) == 1
            is_question_before = any(map(begins_question, before.split(", ")))
            if is_same_sentence and not is_question_before and _takes_time(before):
                start = longer_spans.pop().start
        between = text[position : span.start]
        sentence = SENTENCE_END.split(between)[-1]
        if is_question and start == span.start and sentence and _takes_time(sentence):
            start = span.start - len(sentence)
        role = "question" if start < span.start else span.role
        longer_spans.append(replace(span, role=role, start=start))
        position = span.end
    return longer_spans


def _with_statements(text: str, spans: Sequence[MessageSpan]) -> list[MessageSpan]:
    """Mark as statements those questions before another one that state something.

    "He's holding something up, so what is that?"; a sentence with a question mark stays a question.
    """
    roles = ("question", "indirect")
    last = max((n for n, span in enumerate(spans) if span.role in roles), default=-1)
    spans = [_as_topic(text, span) if number < last else span for number, span in enumerate(spans)]
    return [
        replace(span, role="statement")
        if span.role == "question"
        and number < last
        and not text[span.end :].lstrip().startswith("?")
        and _asks_nothing(text, span)
        else span
        for number, span in enumerate(spans)
    ]


def _as_topic(text: str, span: MessageSpan) -> MessageSpan:
    """Return a relative clause with its noun as a topic: "the man who was there", "what did he say"."""
    noun = _NOUN_BEFORE.search(text[: span.start])
    is_clause = _RELATIVE.match(text[span.start : span.end]) is not None
    is_ended = text[span.end :].lstrip().startswith(",")
    if span.role != "question" or noun is None or not (is_clause and is_ended):
        return span
    return replace(span, role="topic", start=noun.start())


_NOUN_BEFORE = re.compile(
    rf"\b(?:the|that|this|those|these|an?|his|her|their) (?:(?!{BE}\b)[a-z-]+ ){{1,3}}$",
    re.IGNORECASE,
)
_RELATIVE = re.compile(
    rf"(?:who|which|that|where) (?:(?:he|she|it|they|the [a-z]+) )?(?:{AUX}|[a-z]+s)\b",
    re.IGNORECASE,
)


def _asks_nothing(text: str, span: MessageSpan) -> bool:
    """Whether a span states something, ends a statement or comments on it: ", which I like more"."""
    clause, before = text[span.start : span.end], text[: span.start].rstrip(" ")
    if before.endswith(",") and _COMMENTS.match(clause):
        return True
    # "Somewhere near the path" behind "she says there is a house"
    asks_something = any(map(begins_question, clause.split(", ")))
    return not asks_something and (before[-1:].isalnum() or _states(clause))


_COMMENTS = re.compile(
    r"^which (?:(?:i|we|he|she|they)|(?:my|our|the|his|her|their) [a-z]+(?: [a-z]+)?) (?:will|would|can|could|may|might|did|do|does|had|have|has|[a-z]+(?:s|ed)|like|love|hate)\b",
    re.IGNORECASE,
)


def _states(clause: str) -> bool:
    """Whether a clause states something, or introduces a thing: "comes the group that jumps"."""
    is_question = any(begins_question(part) for part in clause.split(", "))
    return not is_question and (is_statement(clause) or bool(introduced_things(clause)))


def _with_topics(text: str, spans: Sequence[MessageSpan]) -> list[MessageSpan]:
    """Extend each question to a topic right before it, tagged or not: "so the car, is it parked".

    A tagged noun alone, "the dog", stays a topic of its own.
    """
    longer_spans: list[MessageSpan] = []
    for span in spans:
        last = longer_spans[-1] if longer_spans else None
        topic = last if last is not None and last.role == "topic" else None
        position = topic.start if topic is not None else last.end if last is not None else 0
        between = SENTENCE_END.split(text[position : span.start])[-1]
        start = topic_start(between, text[span.start : span.end])
        is_noun = topic is not None and not NO_NOUN.search(text[topic.start : topic.end].lower())
        if span.role == "question" and start is not None and not is_noun:
            longer_spans = longer_spans[: -1 if topic is not None else None]
            span = replace(span, start=span.start - len(between) + start)
        longer_spans.append(span)
    return longer_spans


def _with_options(text: str, span: MessageSpan, end: int) -> MessageSpan:
    """Extend a question to the options behind a comma: "which one began, the man or the boy".

    Args:
        text: the message.
        span: the question.
        end: where the next span begins.
    """
    if span.role == "question" and text.startswith(", ", span.end):
        # "What is she wearing, top and bottom"
        rests = text[span.end + 2 : end].split(",")
        half_end = span.end + 2 + len(rests[0].rstrip(" ?.!"))
        if len(split_halves(text[span.start : half_end])) > 1:
            return replace(span, end=half_end)
    rest = _OPTIONS.match(text, span.end, end) if span.role == "question" else None
    ends = [span.end] if rest is None else [span.end, rest.end()]
    offers = [bool(options_of(normalized_wording(text[span.start : end]))) for end in ends]
    return replace(span, end=ends[-1]) if offers == [False, True] else span


def _with_first_option(text: str, span: MessageSpan, start: int) -> MessageSpan:
    """Extend a question behind "or" to the one before it: "is that a bell he has there or", "is it a jar".

    Args:
        text: the message.
        span: the question.
        start: where the span before it ends.
    """
    sentence = SENTENCE_END.split(text[start : span.start])[-1]
    if span.role != "question" or not sentence.endswith(" or "):
        return span
    clauses = sentence.split(", ")
    rests = [", ".join(clauses[number:]) for number in reversed(range(len(clauses)))]
    first = next(filter(begins_question, rests), "")
    return replace(span, start=span.start - len(first))


_OPTIONS = re.compile(r", [^.?!;]+ or [^.?!,;]+")


def _takes_time(text: str) -> bool:
    """Whether a question takes its time from the text before it in its sentence: "at 0:05, is he".

    A statement on a part of the video stays a remark, which names the part: "in the last part there
    are dogs, do they play".
    """
    is_remark = named_scene(text) is not None and bool(introduced_things(text.strip(" ,")))
    return _names_time(text) and not is_remark


def _names_time(text: str) -> bool:
    """Whether a text names a time or a part of the video: "at 0:05", "in the first half"."""
    return split_time(text)[1] is not None or split_shot(text)[1] != 0
