"""Serves the page for a test, in a process of its own, until the test closes its input.

python -m tests.ui.page_server '{"limits": {"video_s": 1}, "auth": ["anna", "secret"]}'
"""

from __future__ import annotations

import json
import sys
import time
from dataclasses import replace
from pathlib import Path

from tests.ui.scripted_model import ScriptedModel
from vqa import settings
from vqa.errors import ModelNotDownloaded
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoQAModel
from vqa.types import ProgressCallback
from vqa.ui.app_context import PageOptions
from vqa.ui.limits import Limits
from vqa.ui.model_pool import ModelPool
from vqa.ui.page import Page
from vqa.ui.sharing import no_public_link_html
from vqa.ui.visitors.accounts import Access, Accounts
from vqa.workflows.monitor_service import MonitorService, parse_camera


def _fetch(progress: ProgressCallback) -> None:
    """Take two seconds, as a download would, and fail at the end of it."""
    for step in range(20):
        progress(step / 20)
        time.sleep(0.1)
    raise ModelNotDownloaded("The hub went away.", cure="Connect to the network.")


def main() -> None:
    """Serve with a model that knows everything and one that knows nothing; print where."""
    chosen = json.loads(sys.argv[1])
    model = ScriptedModel(
        frame_s=chosen.get("frame_s", 0.0),
        strategy=chosen.get("strategy", "uniform"),
        sees_cats=chosen.get("sees_cats", False),
        hold=Path(chosen["hold"]) if "hold" in chosen else None,
    )

    def load(name: str, *, device: str, progress: ProgressCallback) -> VideoQAModel:
        if name == "far":
            _fetch(progress)
        return EchoModel() if name == "echo" else model

    options = PageOptions(
        model="scripted",
        models=("scripted", "echo", "far", *chosen.get("models", ())),
        limits=Limits(**chosen.get("limits", {})),
        access=Access(
            accounts=Accounts.from_password(*chosen["auth"]) if "auth" in chosen else None,
            **chosen.get("access", {}),
        ),
        library=chosen.get("library", "owner"),
        data=Path(chosen["data"]) if "data" in chosen else None,
        keeps_corrections=chosen.get("corrections", True),
        notice=lambda language: (
            no_public_link_html(chosen["address"], language) if "address" in chosen else ""
        ),
    )
    if "cameras" in chosen:
        service = MonitorService(
            [parse_camera(text) for text in chosen["cameras"]], chosen["when"], lambda: model,
            settings.home() / "monitor", interval_s=0.1, window_s=0.3, cooldown_s=0.5,
        )  # fmt: skip
        options = replace(options, monitor=service)
    page = Page(ModelPool(loader=load), options)
    _, url, _ = page.launch(server_port=chosen.get("port"), prevent_thread_lock=True, quiet=True)
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
