"""Serves the page for a test, in a process of its own, until the test closes its input.

python -m tests.ui.serving '{"limits": {"video_s": 1}, "auth": ["anna", "secret"]}'
"""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Callable

from tests.ui.knowing import KnowingModel
from vqa.errors import ModelNotDownloaded
from vqa.models.echo import EchoModel
from vqa.models.protocol import VideoQAModel
from vqa.ui.limits import Limits
from vqa.ui.model_pool import Shelf
from vqa.ui.page import Page, PageOptions
from vqa.ui.sharing import no_public_notice

Progress = Callable[[float], None]


def _fetch(progress: Progress) -> None:
    """Take two seconds, as a download would, and fail at the end of it."""
    for step in range(20):
        progress(step / 20)
        time.sleep(0.1)
    raise ModelNotDownloaded("The hub went away.", cure="Connect to the network.")


def main() -> None:
    """Serve with a model that knows everything and one that knows nothing; print where."""
    chosen = json.loads(sys.argv[1])
    knowing = KnowingModel()

    def load(name: str, *, device: str, progress: Progress) -> VideoQAModel:
        if name == "far":
            _fetch(progress)
        return EchoModel() if name == "echo" else knowing

    options = PageOptions(
        model="knowing",
        models=("knowing", "echo", "far"),
        limits=Limits(**chosen.get("limits", {})),
        library=chosen.get("library", False),
        notice=lambda language: (
            no_public_notice(chosen["address"], language) if "address" in chosen else ""
        ),
    )
    page = Page(Shelf(loader=load), options)
    auth = tuple(chosen["auth"]) if "auth" in chosen else None
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, auth=auth)
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
