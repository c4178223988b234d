"""Short HTML notices: errors with their cure, alerts, hints and progress bars."""

from __future__ import annotations

import html
import math

from vqa.errors import VQAError
from vqa.ui.i18n import Language, translate
from vqa.ui.progress import Progress

_STEP_S, _MAX_SECONDS = 5, 90


def error_html(error: VQAError) -> str:
    """Return an error's message, in bold, and its cure as HTML that screen readers announce."""
    return (
        f'<span class="vqa-alert" role="alert"><b>{html.escape(error.message)}</b> '
        f"{html.escape(error.cure)}</span>"
    )


def unexpected_html(error: Exception, language: Language) -> str:
    """Return a warning that names an error which the program did not foresee, as HTML."""
    return alert_html(translate("unexpected", language, error=repr(error)))


def alert_html(text: str) -> str:
    """Return a warning as HTML that screen readers announce; the text is escaped."""
    return f'<span class="vqa-alert" role="alert">{html.escape(text)}</span>'


def hint_html(key: str, language: Language, **values: object) -> str:
    """Return the text of a translation key, escaped, as an HTML paragraph in a subdued color.

    `values` replace the placeholders of the text; see `translate` for the errors.
    """
    return f'<p class="vqa-hint">{html.escape(translate(key, language, **values))}</p>'


def note_html(key: str, language: Language, **values: object) -> str:
    """Return a translation key's text, escaped, as HTML that screen readers announce when idle.

    `values` replace the placeholders of the text; see `translate` for the errors.
    """
    return f'<span role="status">{html.escape(translate(key, language, **values))}</span>'


def with_time_left(text: str, seconds: float | None, language: Language) -> str:
    """Return a label with the time that the work still takes; the label alone for None.

    Below 90 s, the time is rounded up to 5 s, else to minutes.
    """
    if seconds is None:
        return text
    if seconds < _MAX_SECONDS:
        rounded_s = _STEP_S * max(1, math.ceil(seconds / _STEP_S))
        return translate("seconds_left", language, text=text, seconds=rounded_s)
    return translate("minutes_left", language, text=text, minutes=math.ceil(seconds / 60))


def timed_progress_html(
    text: str, progress: Progress, language: Language, *, is_announced: bool = True
) -> str:
    """Return a progress bar, labelled with a text and the time left, as HTML.

    See `progress_html`; before the first progress, the bar is indeterminate.
    """
    label = with_time_left(text, progress.remaining_s, language)
    return progress_html(label, progress.share or None, is_announced=is_announced)


def progress_html(text: str, share: float | None = None, *, is_announced: bool = True) -> str:
    """Return a labelled progress bar as HTML.

    Args:
        text: the label.
        share: completed fraction, 0 to 1; None for an indeterminate progress bar.
        is_announced: whether screen readers announce each change.
    """
    value = "" if share is None else f' value="{share:.2f}"'
    label = html.escape(text)
    role = ' role="status"' if is_announced else ""
    return f'<span{role}><progress max="1"{value} aria-label="{label}"></progress> {label}</span>'
