"""Short HTML notices: errors with their cure, warnings, hints and progress bars."""

from __future__ import annotations

import html

from vqa.errors import VQAError
from vqa.ui.i18n import Language, translate


def error_html(error: VQAError) -> str:
    """Return an error and its cure as HTML that screen readers announce."""
    return (
        f'<span class="vqa-alert" role="alert"><b>{html.escape(error.message)}</b> '
        f"{html.escape(error.cure)}</span>"
    )


def alert_html(text: str) -> str:
    """Return a warning as HTML that screen readers announce."""
    return f'<span class="vqa-alert" role="alert">{html.escape(text)}</span>'


def hint_html(key: str, language: Language, **values: object) -> str:
    """Return the sentence of a translation key as HTML in subdued colour."""
    return f'<p class="vqa-hint">{html.escape(translate(key, language, **values))}</p>'


def progress_html(text: str, share: float | None = None) -> str:
    """Return a labelled progress bar as HTML.

    Args:
        text: what is happening.
        share: completed share, 0 to 1; None draws a bar without an end.
    """
    value = "" if share is None else f' value="{share:.2f}"'
    label = html.escape(text)
    return f'<span role="status"><progress max="1"{value} aria-label="{label}"></progress> {label}</span>'
