"""Earlier turns again: shorter answers, "say it in one word", "what did you say about it?"."""

from __future__ import annotations

from collections.abc import Sequence

from vqa.answering.lookup import LookupResult
from vqa.answering.responses import respond
from vqa.english import NUMBERS, PREPOSITIONS, is_doing
from vqa.questions.intent_table.intents import is_about_video
from vqa.questions.normalization.normalize import normalized_wording
from vqa.questions.nouns.mentions import nouns_of
from vqa.text_words import as_sentence, is_first_person, word_stems
from vqa.types import Question, Turn

# A summary is the shorter form of these outputs.
_OUTPUTS = frozenset({"captions", "chapters", "transcribe", "elaborate"})
_MIN_WORDS = 2
# Words of a topic that name the intent of an earlier question.
_INTENT_OF_WORD = {
    **dict.fromkeys(("number", "amount", "count"), "count"),
    **dict.fromkeys(("color", "colour"), "color"),
    **dict.fromkeys(("place", "location", "side"), "location"),
    **dict.fromkeys(("time", "moment"), "when"),
    **dict.fromkeys(("length", "duration"), "duration"),
}


def answer_shorter(question: Question, history: Sequence[Turn]) -> LookupResult | None:
    """Answer with fewer words of the last answer; None if a summary of the video is shorter.

    A shortened answer is shortened again. If there is nothing to leave out, the reply says so; so
    it does without an earlier answer, as unanswerable.

    Args:
        question: the parsed question, with the intent `shorten`.
        history: earlier turns, oldest first.
    """
    turn = next((one for one in reversed(history) if _has_answer(one)), None)
    if turn is None:
        return LookupResult(text=respond("nothing_before"), answerable=False)
    answer = turn.answer
    reply = answer.reply or answer.text
    if turn.parsed is not None and turn.parsed.intent in _OUTPUTS:
        return None
    in_one_word = question.fact == "one_word"
    text = _word_of(answer.text) if in_one_word else _shorter(answer.text, reply)
    is_same = as_sentence(text).lower() == as_sentence(reply).lower()
    return LookupResult(
        text=text,
        reply=respond("no_shorter", answer=reply) if is_same else as_sentence(text),
        answerable=answer.answerable is not False,
    )


def answer_recall(question: Question, history: Sequence[Turn]) -> LookupResult:
    """Answer "what did I ask first?" with the first or the last message; unanswerable without one."""
    if not history:
        return LookupResult(text=respond("nothing_before"), answerable=False)
    turn = history[0 if question.fact == "first_question" else -1]
    return LookupResult(text=respond("recall", question=turn.question), answerable=True)


def repeat_answer(question: Question, turns: Sequence[Turn]) -> LookupResult:
    """Repeat the last answer about the things that a question names: "what did you say of the ship?".

    Without such things, the last answer, or the first for "what did you say first?"; unanswerable if no answer was about them.

    Args:
        question: the parsed request.
        turns: the turns about the video, at least one, latest first.
    """
    turn = turn_about(question.topic, turns)
    if turn is None and question.topic:
        return LookupResult(text=respond("nothing_about"), answerable=False)
    turn = turn or turns[-1 if question.fact == "first_answer" else 0]
    return LookupResult(
        text=turn.answer.text,
        reply=turn.answer.reply or turn.answer.text,
        answerable=turn.answer.answerable is not False,
    )


def turn_about(topic: str, turns: Sequence[Turn]) -> Turn | None:
    """Return the turn that a topic names: the count for "the number of men"; None without any.

    That is the turn whose question and answer have most words of the topic. A word such as "number"
    or "color" stands for questions that ask for it.

    Args:
        topic: a noun phrase; or empty.
        turns: the turns about the video, the latest first, which counts before others.
    """
    words = word_stems(topic)

    def num_words(turn: Turn) -> int:
        """Return how many words of the topic a turn is about."""
        wording = turn.question if turn.parsed is None else turn.parsed.resolved
        intent = "" if turn.parsed is None else turn.parsed.intent
        reply = turn.answer.reply or turn.answer.text
        own_words = word_stems(f"{normalized_wording(wording)} {reply}")
        return sum(word in own_words or _INTENT_OF_WORD.get(word) == intent for word in words)

    turn = max(turns, key=num_words)
    return turn if num_words(turn) else None


def _has_answer(turn: Turn) -> bool:
    """Whether a turn has an answer about the video, or a shortened one."""
    intent = "" if turn.parsed is None else turn.parsed.intent
    return not intent or intent == "shorten" or is_about_video(intent)


def _word_of(text: str) -> str:
    """Return the word of an answer that says most: "a brown dog is jumping" -> "dog"."""
    words = text.lower().strip(" .").split()
    if not words or words[0] in ("yes", "no") or is_first_person(text):
        return words[0] if words and words[0] in ("yes", "no") else text
    if words[0] in NUMBERS or words[0].isdigit() or is_doing(words[0]):
        return words[0]
    noun = next(iter(nouns_of(text)), words[-1])
    return noun.split()[-1]


def _shorter(text: str, reply: str) -> str:
    """Return an answer without its last phrase: "a dog jumps into a pool" -> "a dog jumps".

    A bare answer that its reply makes a sentence of is returned unchanged: "red".
    """
    sentence = text.split(". ")[0].strip(" .")
    words = sentence.split()
    if len(words) < len(reply.split()) or is_first_person(text):
        return sentence
    places = [n for n, word in enumerate(words) if word.lower() in PREPOSITIONS and n >= _MIN_WORDS]
    return " ".join(words[: places[-1]]) if places else sentence
