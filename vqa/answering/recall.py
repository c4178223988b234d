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
# Words of "what was the last thing you told me again, please?" that name no topic.
_ASKS_TO_REPEAT = frozenset(
    "i you u me my your ur we again please pls sorry pardon beg repeat restate say said saying tell told telling answer answered call called "
    "mention mentioned ask asked remind remember forgot forget read back go come rpt kindly can could would will do did doe have had just last first "
    "previou earlier before once one more time second thing something question what which how where when that wait huh ok hm not hear catch get got "
    "understand miss missed listen listening hard slowly only then now about same rest whole wa here".split()
)


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
    topic = _topic_of_repetition(question.text)
    turn = max(turns, key=lambda one: len(topic & _words_of(one)))
    if not topic and "first" in question.text.lower().strip(" ?.!").split():
        turn = turns[-1]
    if topic and not topic & _words_of(turn):
        return LookupResult(text=respond("nothing_about"), answerable=False)
    return LookupResult(
        text=turn.answer.text,
        reply=turn.answer.reply or turn.answer.text,
        answerable=turn.answer.answerable is not False,
    )


def _topic_of_repetition(text: str) -> frozenset[str]:
    """Return the words that say which answer to repeat: "ship" of "what did you say of the ship?"."""
    return frozenset(word_stems(normalized_wording(text)) - _ASKS_TO_REPEAT)


def _words_of(turn: Turn) -> set[str]:
    """Return the content words of a question and its answer, without the plural s."""
    wording = turn.question if turn.parsed is None else turn.parsed.resolved
    return word_stems(f"{normalized_wording(wording)} {turn.answer.reply or turn.answer.text}")


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
