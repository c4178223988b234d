"""Serves the page for a test, in a process of its own, until the test closes its input.

python -m tests.ui.serving '{"limits": {"video_s": 1}, "auth": ["anna", "secret"]}'
"""

from __future__ import annotations

import json
import sys

from tests.ui.knowing import KnowingModel
from vqa.models.base import VideoQAModel
from vqa.models.echo import EchoModel
from vqa.ui.limits import Limits
from vqa.ui.page import Page, PageOptions
from vqa.ui.visit import Shelf


def main() -> None:
    """Serve with a model that knows everything and one that knows nothing; print where."""
    chosen = json.loads(sys.argv[1])
    knowing = KnowingModel()

    def load(name: str, *, device: str) -> VideoQAModel:
        return EchoModel() if name == "echo" else knowing

    options = PageOptions(
        model="knowing", models=("knowing", "echo"), limits=Limits(**chosen.get("limits", {}))
    )
    page = Page(Shelf(loader=load), options)
    auth = tuple(chosen["auth"]) if "auth" in chosen else None
    _, url, _ = page.launch(prevent_thread_lock=True, quiet=True, auth=auth)
    sys.stdout.write(f"{url}\n")
    sys.stdout.flush()
    sys.stdin.read()


if __name__ == "__main__":
    main()
