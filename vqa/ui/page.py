"""Page: Blocks with components and event bindings, and the server."""

from __future__ import annotations

import os
import tempfile
import threading
import time
from functools import partial
from typing import Any

import gradio as gr
from starlette.middleware import Middleware

from vqa.storage.run_folder import KEY_FILE, RunFolder
from vqa.ui import components as layout
from vqa.ui import events
from vqa.ui.api import Endpoints
from vqa.ui.app_context import AppContext, PageOptions
from vqa.ui.chat_scrolling import FOLLOW_ANSWER
from vqa.ui.conversation_store import ConversationStore
from vqa.ui.example_videos import FOLDER
from vqa.ui.feedback import bind_feedback, build_feedback
from vqa.ui.i18n import GRADIO_TEXTS, translate
from vqa.ui.language_events import bind_language
from vqa.ui.library_events import bind_library
from vqa.ui.library_films import bind_films
from vqa.ui.library_layout import build_library
from vqa.ui.limits import RateLimiter
from vqa.ui.model_pool import ModelPool
from vqa.ui.monitor_panel import bind_monitor, build_monitor
from vqa.ui.notes_panel import bind_notes, build_notes
from vqa.ui.page_requests import PageBlocks
from vqa.ui.panel_events import bind_panels
from vqa.ui.quiz_panel import bind_quiz, build_quiz
from vqa.ui.scripts import HEAD
from vqa.ui.session_state import SessionStates
from vqa.ui.settings_layout import build_settings
from vqa.ui.theme import CSS, ICON, theme
from vqa.ui.visitors.connections import (
    ConnectionLimits,
    bound_connections,
    raise_file_limit,
    use_protocol,
)
from vqa.ui.visitors.guard import Guard, GuardOptions
from vqa.ui.visitors.model_threads import bound_arenas
from vqa.ui.visitors.quotas import QueuePlaces, SlidingSum
from vqa.ui.visitors.telemetry import CountedStore, Telemetry
from vqa.ui.visitors.visitor import Identification, read_key
from vqa.ui.visitors.waiting_line import Services
from vqa.ui.workflow_style import WORKFLOW_CSS

_MAX_THREADS = 128  # a request that waits for its turn holds one
_CLOSE_S = 5.0


class Page:
    """Gradio Blocks served to all visitors; each browser tab has a `SessionState` of its own.

    The temporary files of the process go to the page's folder until `close`; a process has one
    page.

    Args:
        pool: the loaded models; lookups in its store are counted from now on.
        options: options that the host sets.

    Raises:
        SettingError: the data folder or its key cannot be used.
    """

    def __init__(self, pool: ModelPool, options: PageOptions) -> None:
        self.options = options
        limits = options.limits
        self.folder = RunFolder(
            data=options.data, limit_bytes=limits.folder_bytes, keep_s=limits.keep_s
        )
        self._key = read_key(self.folder.path / KEY_FILE) if options.data is not None else None
        # Gradio's uploads and all temporary files go where they are bounded and deleted.
        tempfile.tempdir = str(self.folder.temporary)
        os.environ["GRADIO_TEMP_DIR"] = str(self.folder.uploads)
        services = Services(telemetry=Telemetry(log_content=options.log_content))
        if pool.store is not None:
            pool.store = CountedStore(pool.store, services.telemetry)
        self.app = AppContext(
            pool=pool,
            options=options,
            states=self._states(services),
            rate_limiter=RateLimiter(limits.asks_per_minute),
            upload_bytes=SlidingSum(limits.hourly_bytes, 3600.0),
            components=layout.Components(
                introduction="chat_empty" if options.access.is_local else "chat_empty_public"
            ),
        )
        self._add_gauges(services)
        self._is_closing = threading.Event()
        app = self.app
        with PageBlocks(title=translate("title")) as self.blocks:
            Endpoints(pool, app.states, app.rate_limiter, limits).add()
            layout.build(app.components, allows_urls=options.allows_urls)
            if options.keeps_corrections:
                with app.components.tab_chat:
                    build_feedback(app.components, is_public=not options.access.is_local)
            with app.components.tab_summary:
                build_notes(app.components)
            with app.components.side:
                build_settings(app.components, options.models, options.model)
                build_quiz(app.components)
            build_library(app.components, options.library)
            if options.monitor is not None:
                build_monitor(app.components, options.monitor)
            events.bind_player(app)
            events.bind_url(app)
            events.bind_refining(app)
            events.bind_second_looks(app)
            events.bind_region(app)
            events.bind_settings(app)
            events.bind_remedies(app)
            events.bind_chat(app)
            events.bind_suggestions(app)
            bind_language(app, self.blocks)
            bind_panels(app)
            bind_library(app)
            bind_films(app)
            bind_quiz(app)
            bind_notes(app)
            if options.monitor is not None:
                bind_monitor(app, options.monitor)
            if options.keeps_corrections:
                bind_feedback(app)

    def launch(self, **kwargs: Any) -> Any:
        """Start the server, with the guard in front of it, and the monitoring if there is one.

        It changes settings of the process: the limit of open files, the allocator, and uvicorn's
        protocol.

        Args:
            **kwargs: further arguments of Gradio's `Blocks.launch`.

        Returns:
            (server app, local URL, public URL) as from `Blocks.launch`.

        Raises:
            OSError: the port, or each one that Gradio tries, is in use.
        """
        limits = self.options.limits
        gr.set_static_paths([FOLDER])
        # Events wait in our own lines, where visitors are served in turn; Gradio starts each at once.
        queue = self.blocks.queue(
            default_concurrency_limit=None, max_size=limits.queue_length, api_open=False
        )
        # Read by uvicorn, which believes the X-Forwarded headers of these addresses alone.
        os.environ["FORWARDED_ALLOW_IPS"] = ",".join(self.options.access.proxies)
        raise_file_limit()
        bound_arenas()
        limits_of_peers = ConnectionLimits(is_exempt=self.options.access.is_proxy)
        use_protocol(bound_connections(limits_of_peers))
        threading.Thread(target=self._sweep, daemon=True).start()
        if self.options.monitor is not None:
            self.options.monitor.start()
        return queue.launch(
            css=CSS + WORKFLOW_CSS, head=HEAD + FOLLOW_ANSWER, theme=theme(), favicon_path=ICON, run_history=False, ssr_mode=False,
            i18n=gr.I18n(en=GRADIO_TEXTS), max_file_size=limits.upload_bytes, footer_links=[], max_threads=_MAX_THREADS,
            app_kwargs={"middleware": [Middleware(Guard, self._guard_options())]}, **kwargs,
        )  # fmt: skip

    def close(self) -> None:
        """Stop all work, wait for it up to 5 s, stop the server and delete the visitors' files.

        Of a data folder, only the temporary files are deleted.
        """
        self._is_closing.set()
        if self.options.monitor is not None:
            self.options.monitor.stop()
        self.app.states.stop()
        deadline_s = time.monotonic() + _CLOSE_S
        states = self.app.states
        while time.monotonic() < deadline_s and (
            states.services.is_busy or any(state.is_busy for state in states.states())
        ):
            time.sleep(0.05)
        time.sleep(0.2)  # the last words are on their way
        self.blocks.close(verbose=False)
        tempfile.tempdir = None
        self.folder.close()

    def _guard_options(self) -> GuardOptions:
        """Return what the guard checks, from the options of the page."""
        limits, access = self.options.limits, self.options.access
        return GuardOptions(
            identification=Identification(
                self._key,
                is_tunnelled=access.is_tunnelled,
                is_embedded=access.is_embedded,
            ),
            folder=self.folder,
            services=self.app.states.services,
            places=QueuePlaces(limits.queue_length),
            upload_bytes=self.app.upload_bytes,
            requests=SlidingSum(limits.http_per_minute, 60.0),
            access=access,
        )

    def _states(self, services: Services) -> SessionStates:
        """Return the session states; with a data folder, their conversations are stored in it.

        A visitor without access to the library of the host opens uploads and examples alone again.
        """
        options, limits = self.options, self.options.limits
        create = partial(
            SessionStates,
            options.model,
            keep_s=limits.keep_s,
            limit_bytes=limits.memory_bytes,
            services=services,
        )
        if options.data is None:
            return create()
        store = ConversationStore(
            self.folder.path / "conversations",
            self.folder.uploads,
            keep_s=limits.keep_s,
            video_folders=(FOLDER,) if options.library == "visitor" else None,
        )
        return create(on_change=store.write, resume=store.resume)

    def _sweep(self) -> None:
        """Delete old files of visitors again and again, until the page is closed."""
        while not self._is_closing.wait(max(1.0, min(60.0, self.options.limits.keep_s / 4))):
            self.folder.sweep()

    def _add_gauges(self, services: Services) -> None:
        """Add the metrics of waiting lines, session states and files to the telemetry."""
        add, states = services.telemetry.gauge, self.app.states
        reading, answering = services.reading, services.answering
        add("vqa_reading_waiting", "Videos that wait", lambda: reading.num_waiting)
        add("vqa_reading_running", "Videos that are read", lambda: reading.num_running)
        add("vqa_answering_waiting", "Questions that wait", lambda: answering.num_waiting)
        add("vqa_answering_running", "Questions that are answered", lambda: answering.num_running)
        add("vqa_sessions", "Session states of browser tabs", lambda: len(states.states()))
        add("vqa_session_bytes", "Memory of the encoded videos of all tabs", states.num_bytes)
        add("vqa_folder_bytes", "Size of the files of all visitors", self.folder.num_bytes)
