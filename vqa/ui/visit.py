"""One visitor: their session, and the models all visitors share."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from vqa.chat.session import ChatSession
from vqa.models.registry import load
from vqa.ui.wording import Language

if TYPE_CHECKING:
    from vqa.models.base import VideoQAModel


class Shelf:
    """Loaded models, each loaded once; an error is told to whoever asks for the model.

    Args:
        device: where models are loaded to.
    """

    def __init__(self, device: str = "auto") -> None:
        self.device = device
        self._models: dict[str, VideoQAModel] = {}
        self._lock = threading.Lock()

    def get(self, name: str) -> VideoQAModel:
        """The model of that name, loaded now if it has not been.

        Raises:
            ModelError: it cannot be loaded.
        """
        with self._lock:
            if name not in self._models:
                self._models[name] = load(name, device=self.device)
            return self._models[name]

    def ready(self, name: str) -> bool:
        """Whether the model is loaded."""
        return name in self._models

    def load_in_background(self, name: str) -> None:
        """Begin to load a model that will be wanted; an error waits for who asks."""

        def run() -> None:
            from vqa.errors import VQAError

            try:
                self.get(name)
            except VQAError:
                return  # told to the first visitor who asks, by their own get()

        threading.Thread(target=run, daemon=True).start()


@dataclass
class Visit:
    """What the page remembers of one browser tab."""

    model: str = "fused"
    language: Language = "en"
    session: ChatSession | None = None
    stop: threading.Event = field(default_factory=threading.Event)
