"""Page: Blocks with components and event bindings, and the server."""

from __future__ import annotations

from typing import Any

import gradio as gr

from vqa.ui import components as layout
from vqa.ui import events
from vqa.ui.api import Endpoints
from vqa.ui.app_context import AppContext, PageOptions
from vqa.ui.example_videos import FOLDER
from vqa.ui.i18n import translate
from vqa.ui.limits import RateLimiter
from vqa.ui.model_pool import ModelPool
from vqa.ui.panel_events import bind_panels
from vqa.ui.session_state import SessionStates
from vqa.ui.theme import CSS, HEAD, ICON, theme

_CONCURRENCY_LIMIT = 4


class Page:
    """Gradio Blocks served to all visitors; each browser tab has a `SessionState` of its own.

    Args:
        pool: the loaded models.
        options: options that the host sets.
    """

    def __init__(self, pool: ModelPool, options: PageOptions) -> None:
        self.options = options
        limits = options.limits
        self.app = AppContext(
            pool=pool,
            options=options,
            states=SessionStates(options.model, keep_s=limits.keep_s),
            rate_limiter=RateLimiter(limits.asks_per_minute),
            components=layout.Components(),
        )
        app, keep_s = self.app, limits.keep_s
        with gr.Blocks(title=translate("title"), delete_cache=(keep_s // 4, keep_s)) as self.blocks:
            Endpoints(pool, app.states, app.rate_limiter, limits).add()
            layout.build(
                app.components,
                options.models,
                options.model,
                has_library=options.has_library,
                allows_urls=options.allows_urls,
            )
            events.bind_player(app)
            events.bind_zoom(app)
            events.bind_settings(app)
            events.bind_remedies(app)
            events.bind_chat(app)
            events.bind_suggestions(app)
            events.bind_language(app, self.blocks)
            bind_panels(app)

    def launch(self, **kwargs: Any) -> Any:
        """Start the server.

        Args:
            **kwargs: further arguments of Gradio's `Blocks.launch`.

        Returns:
            (server app, local URL, public URL) as from `Blocks.launch`.
        """
        limits = self.options.limits
        gr.set_static_paths([FOLDER])
        queued = self.blocks.queue(
            default_concurrency_limit=_CONCURRENCY_LIMIT, max_size=limits.queue_length
        )
        return queued.launch(
            css=CSS, head=HEAD, theme=theme(), favicon_path=ICON, run_history=False, ssr_mode=False,
            max_file_size=limits.upload_bytes, footer_links=["api", "settings"], **kwargs,
        )  # fmt: skip
