"""Game of a quiz about a video: the replies so far, the score, and their HTML."""

from __future__ import annotations

import html
from dataclasses import dataclass, field, replace
from pathlib import Path

from vqa.timecode import format_time
from vqa.ui.frames import time_link
from vqa.ui.i18n import Language, translate
from vqa.ui.status import hint_html
from vqa.workflows.quiz import QuizItem, is_right

MAX_REPLY_CHARS = 200


@dataclass(frozen=True, kw_only=True)
class QuizGame:
    """Quiz that is being played; immutable.

    Args:
        items: the questions, at least one.
        files: the quiz as files to download.
        replies: the replies so far, one for each question from the first.
        is_reviewing: whether the last reply is displayed with its correction.
    """

    items: tuple[QuizItem, ...]
    files: tuple[Path, ...] = ()
    replies: tuple[str, ...] = ()
    is_reviewing: bool = False

    @property
    def results(self) -> tuple[bool, ...]:
        """Whether each reply so far is right, in order, that under review included."""
        return tuple(is_right(i, r) for i, r in zip(self.items, self.replies, strict=False))

    @property
    def is_over(self) -> bool:
        """Whether every question has a reply, and the last one was reviewed."""
        return len(self.replies) == len(self.items) and not self.is_reviewing

    def reply(self, text: str) -> QuizGame:
        """Return the game after a reply to the displayed question, cut to 200 characters.

        It is the same game if the text is blank, the question has a reply, or the game is over.
        """
        text = " ".join(text.split())[:MAX_REPLY_CHARS]
        if self.is_reviewing or self.is_over or not text:
            return self
        return replace(self, replies=(*self.replies, text), is_reviewing=True)

    def choose(self, number: int) -> QuizGame:
        """Return the game after the choice of an option of the displayed question, counted from 0.

        It is the same game if there is no such option, the question has a reply, or the game is
        over.
        """
        options = () if self.is_over else self.items[len(self.replies) - self.is_reviewing].options
        return self.reply(options[number]) if 0 <= number < len(options) else self

    def advance(self) -> QuizGame:
        """Return the game at the next question, or over after the last one.

        It is an equal game if the displayed question has no reply.
        """
        return replace(self, is_reviewing=False)

    def restart(self) -> QuizGame:
        """Return the game without replies, at its first question."""
        return replace(self, replies=(), is_reviewing=False)


@dataclass
class QuizState:
    """Quizzes of one tab.

    Args:
        games: the newest game of each video, by its path.
        count: number of quizzes that were started, failed ones included; the seed of the next one.
        num_attempts: number of questions that the model was asked for the newest quiz.
    """

    games: dict[Path, QuizGame] = field(default_factory=dict)
    count: int = 0
    num_attempts: int = 0


def quiz_html(game: QuizGame | None, language: Language) -> str:
    """Return the displayed question, its correction or the score as HTML; a hint without a quiz."""
    if game is None:
        return hint_html("quiz_empty", language)
    if game.is_over:
        return _score_html(game, language)
    number = len(game.replies) - game.is_reviewing
    item = game.items[number]
    position = {"number": number + 1, "count": len(game.items), "right": sum(game.results)}
    rows = [
        hint_html("quiz_position", language, **position),
        f'<p class="vqa-quiz-question">{html.escape(item.question)}</p>',
        _choices_html(game, item) if item.options else _form_html(game, language),
    ]
    if game.is_reviewing:
        is_last = number + 1 == len(game.items)
        rows += [
            f"<p>{_verdict_html(item, is_correct=game.results[number], language=language)}</p>",
            _button_html("advance", "quiz_finish" if is_last else "quiz_next", language),
        ]
    return f'<div class="vqa-quiz">{"".join(rows)}</div>'


def _choices_html(game: QuizGame, item: QuizItem) -> str:
    """Return the options as buttons; after the reply, disabled and with the right one marked."""
    buttons = []
    for number, option in enumerate(item.options):
        mark, state = "", " disabled" if game.is_reviewing else ""
        if game.is_reviewing and option == item.answer:
            mark = " vqa-is-right"
        elif game.is_reviewing and option == game.replies[-1]:
            mark = " vqa-is-wrong"
        focus = " data-focus" if not game.is_reviewing and not number else ""
        buttons.append(
            f'<button type="button" class="vqa-choice{mark}" data-action="choose" data-item="{number}"'
            f"{focus}{state}>{html.escape(option)}</button>"
        )
    return f'<div class="vqa-choices">{"".join(buttons)}</div>'


def _form_html(game: QuizGame, language: Language) -> str:
    """Return the form for the reply to an open question as HTML; after the reply, the reply."""
    label = html.escape(translate("quiz_reply", language))
    if game.is_reviewing:
        return f"<p>{label}: <q>{html.escape(game.replies[-1])}</q></p>"
    check = html.escape(translate("quiz_check", language))
    return (
        f'<form class="vqa-reply"><input type="text" aria-label="{label}" placeholder="{label}" '
        f'maxlength="{MAX_REPLY_CHARS}" autocomplete="off" data-focus>'
        f'<button class="vqa-action">{check}</button></form>'
    )


def _verdict_html(item: QuizItem, *, is_correct: bool, language: Language) -> str:
    """Return as HTML whether a reply is right, the answer if it is not, and a link to its time."""
    key, name = ("quiz_right", "right") if is_correct else ("quiz_wrong", "wrong")
    text = html.escape(translate(key, language, answer=item.answer))
    link = ""
    if item.time_s is not None:
        time = format_time(item.time_s)
        link = time_link(item.time_s, translate("quiz_see", language, time=time))
    return f'<span role="status" class="vqa-{name}">{text}</span> {link}'


def _score_html(game: QuizGame, language: Language) -> str:
    """Return the number of right replies and the list of all questions with answers as HTML."""
    score = translate("quiz_score", language, right=sum(game.results), count=len(game.items))
    rows = "".join(
        f"<li>{html.escape(item.question)} "
        f"{_verdict_html(item, is_correct=result, language=language)}</li>"
        for item, result in zip(game.items, game.results, strict=True)
    )
    return (
        f'<div class="vqa-quiz"><p class="vqa-quiz-question" role="status">{html.escape(score)}</p>'
        f"<ol>{rows}</ol>{_button_html('restart', 'quiz_again', language)}</div>"
    )


def _button_html(action: str, key: str, language: Language) -> str:
    """Return an HTML button that sends an action of the game; `key` is that of its text."""
    text = html.escape(translate(key, language))
    return f'<button type="button" class="vqa-action" data-action="{action}" data-focus>{text}</button>'
