"""Login page: a form without scripts, in the language of the browser."""

from __future__ import annotations

import html

from vqa.ui.i18n import Language, translate

_STYLE = """
body { font-family: system-ui, sans-serif; background: #f6f8f8; color: #142326; display: grid; place-items: center; min-height: 90vh; }
form { display: grid; gap: 0.75rem; width: min(22rem, 90vw); }
input, button { font: inherit; padding: 0.6rem; border-radius: 8px; border: 1px solid #7d9093; }
button { background: #0f6a70; color: #fff; border: 0; cursor: pointer; }
p { color: #8a1c1c; margin: 0; }
@media (prefers-color-scheme: dark) {
  body { background: #0d1416; color: #e6eef0; } p { color: #ffb4ab; }
  input { background: #0f191b; color: inherit; } button { background: #2fa5ac; color: #06181a; }
}
"""


def login_html(language: Language, *, action: str, message: str = "") -> str:
    """Return the login page as a complete HTML document.

    Args:
        language: language of the texts.
        action: URL that the form is sent to, relative to the page.
        message: text displayed above the form; "" for none.
    """
    texts = {
        key: html.escape(translate(key, language))
        for key in ("title", "login", "account_name", "password")
    }
    alert = f'<p role="alert">{html.escape(message)}</p>' if message else ""
    return (
        f'<!doctype html><html lang="{language}"><head><meta charset="utf-8">'
        '<meta name="viewport" content="width=device-width, initial-scale=1">'
        f"<title>{texts['title']}</title><style>{_STYLE}</style></head><body>"
        f'<form method="post" action="{html.escape(action)}"><h1>{texts["title"]}</h1>{alert}'
        f'<label for="username">{texts["account_name"]}</label>'
        '<input id="username" name="username" autocomplete="username" required autofocus>'
        f'<label for="password">{texts["password"]}</label>'
        '<input id="password" name="password" type="password" autocomplete="current-password" required>'
        f'<input type="hidden" name="from_page" value="1"><button>{texts["login"]}</button></form>'
        "</body></html>"
    )
