"""Desktop notifications of monitoring events, by the notification command of the system."""

from __future__ import annotations

import html
import shutil
import subprocess
import sys
from collections.abc import Callable
from typing import Any

from vqa.errors import SettingError

_TIMEOUT_S = 5.0
_APPLE_SCRIPT = (
    "on run argv",
    "display notification (item 2 of argv) with title (item 1 of argv)",
    "end run",
)


class DesktopNotifier:
    """Sender of events to the notifications of this computer's desktop.

    Args:
        warn: called with a sentence if a notification cannot be displayed.

    Raises:
        SettingError: this computer has no command for notifications: `notify-send` on Linux,
            `osascript` on macOS.
    """

    def __init__(self, *, warn: Callable[[str], None]) -> None:
        self._warn = warn
        name = "osascript" if sys.platform == "darwin" else "notify-send"
        command = shutil.which(name)
        if command is None:
            raise SettingError(
                f"Desktop notifications need the command {name}, which is not installed.",
                cure="Install it (Linux: the package libnotify-bin), or use --webhook.",
            )
        self._command = command

    def send(self, row: dict[str, Any]) -> None:
        """Display an event of `event_json` with its picture; report a failure by `warn`."""
        title = str(row["condition"])
        body = f"{row['source']}, {row['confidence']:.0%}"
        try:
            subprocess.run(
                [self._command, *_arguments(title, body, row["thumbnail"])],
                check=True,
                capture_output=True,
                timeout=_TIMEOUT_S,
            )
        except (OSError, subprocess.SubprocessError) as error:
            text = getattr(error, "stderr", None) or b""
            lines = text.decode(errors="replace").split("\n")
            self._warn(f"The desktop has not displayed an event ({lines[0].strip() or error}).")


def _arguments(title: str, body: str, picture: str | None) -> list[str]:
    """Return the arguments of the notification command; `picture` is the path of an image."""
    if sys.platform == "darwin":
        script = [part for line in _APPLE_SCRIPT for part in ("-e", line)]
        return [*script, "--", title, body]
    icon = [f"--icon={picture}"] if picture else []
    # The body is markup; what is no tag must be escaped.
    return ["--app-name=vqa", *icon, "--", title, html.escape(body)]
