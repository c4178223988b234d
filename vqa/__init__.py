"""Video question answering: load a model, open a video, ask questions about it.

    model = vqa.load("fused")
    session = vqa.ChatSession(model)
    session.watch("clip.mp4")
    print("".join(session.ask("What is the dog doing?")))

Importing this package is cheap: torch, transformers, gradio and cv2 are imported on first use.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from vqa.chat.session import ChatSession as ChatSession
    from vqa.errors import VQAError as VQAError
    from vqa.models.registry import load as load
    from vqa.types import AnswerOptions as AnswerOptions
    from vqa.types import Region as Region
    from vqa.types import SamplingPlan as SamplingPlan
    from vqa.video.reader import probe as probe
    from vqa.video.reader import read_clip as read_clip

_MODULES = {
    "AnswerOptions": "vqa.types",
    "ChatSession": "vqa.chat.session",
    "Region": "vqa.types",
    "SamplingPlan": "vqa.types",
    "VQAError": "vqa.errors",
    "load": "vqa.models.registry",
    "probe": "vqa.video.reader",
    "read_clip": "vqa.video.reader",
}

__all__ = [
    "AnswerOptions",
    "ChatSession",
    "Region",
    "SamplingPlan",
    "VQAError",
    "load",
    "probe",
    "read_clip",
]


def __getattr__(name: str) -> Any:
    """Return a public name; the module that defines it is imported when the name is first used.

    `__version__` is the version of the installed package, or "unknown" in a clone that is not
    installed.

    Raises:
        AttributeError: the name is not public.
    """
    if name == "__version__":
        from importlib.metadata import PackageNotFoundError, version

        try:
            return version("vqa")
        except PackageNotFoundError:
            return "unknown"
    if name not in _MODULES:
        raise AttributeError(f"module 'vqa' has no attribute {name!r}")
    return getattr(import_module(_MODULES[name]), name)


def __dir__() -> list[str]:
    """Return the public names, sorted."""
    return sorted([*__all__, "__version__"])
