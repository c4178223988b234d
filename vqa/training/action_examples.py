"""Actions of training images and clips, from their labels, or from their captions if they have none."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from vqa.english import plural_of
from vqa.models.fused.actions import action_of
from vqa.questions.nouns.name_questions import name_kind_of
from vqa.questions.parse import parse
from vqa.training.data.records import Record
from vqa.training.qa.caption_parser import CaptionFacts, Event, parse_captions

_CAPTIONS_PER_IMAGE = 3
# Captions that must name an action of the same subject for a question about it.
_MIN_EVENTS = 2


@dataclass(frozen=True, kw_only=True)
class ActionExample:
    """An image or clip with its actions.

    Args:
        record: the image or clip.
        counts: number of labels or captions by action, at least one.
        question: a question for the action; empty if there is none for this example.
        answers: actions that answer the question.
        is_labeled: whether the actions come from labels instead of captions.
    """

    record: Record
    counts: Mapping[str, int]
    question: str
    answers: frozenset[str]
    is_labeled: bool


def action_examples(records: Sequence[Record]) -> Iterator[ActionExample]:
    """Yield an example for each record with an action of `read_actions`, in the order of records.

    Raises:
        ExtraMissing: there are captions to parse, and the spaCy pipeline is not installed.
    """
    with_captions = [record for record in records if record.captions and not _labels(record)]
    facts = parse_captions(
        caption for record in with_captions for caption in record.captions[:_CAPTIONS_PER_IMAGE]
    )
    for record in records:
        labels = _labels(record)
        if labels:
            yield ActionExample(
                record=record,
                counts=Counter(labels.values()),
                question=_first_parsed_as_action(labels),
                answers=frozenset(labels.values()),
                is_labeled=True,
            )
        elif record.captions:
            rows = [next(facts) for _ in record.captions[:_CAPTIONS_PER_IMAGE]]
            yield from _captioned_example(record, rows)


def _labels(record: Record) -> dict[str, str]:
    """Return the actions that answer the record's questions of type `action`, by question."""
    pairs = {
        question.text: action_of(question.answer) or action_of(f"doing {question.answer}")
        for question in record.questions
        if question.type == "action"
    }
    return {question: action for question, action in pairs.items() if action}


def _first_parsed_as_action(questions: Iterable[str]) -> str:
    """Return the first question that is answered by the name of an action; empty without one."""
    kinds = ((text, name_kind_of(text, parse(text).intent)) for text in questions)
    return next((text for text, kind in kinds if kind == "action"), "")


def _captioned_example(record: Record, facts: Sequence[CaptionFacts]) -> Iterator[ActionExample]:
    """Yield the example of an image with parsed captions, unless they name no action."""
    events = [event for fact in facts for event in fact.events]
    counts = Counter(filter(None, map(_action_of_event, events)))
    if not counts:
        return
    (subject, is_plural), number = Counter((e.subject, e.plural) for e in events).most_common(1)[0]
    question, answers = "", frozenset[str]()
    if number >= _MIN_EVENTS:
        noun = f"are the {plural_of(subject)}" if is_plural else f"is the {subject}"
        actions = (_action_of_event(e) for e in events if e.subject == subject)
        question, answers = f"What {noun} doing?", frozenset(filter(None, actions))
    yield ActionExample(
        record=record, counts=counts, question=question, answers=answers, is_labeled=False
    )


def _action_of_event(event: Event) -> str:
    """Return the action of an event of a caption; empty if it is none of `read_actions`."""
    return action_of(f"{event.doing} {event.object}" if event.object else event.doing)
