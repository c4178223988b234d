"""A pool of loaded models, shared by all visitors of a page.

Small models, such as the embedded one, stay loaded. Of the large models only one is loaded at a time, because several
would exhaust the memory. A conversation with an unloaded model goes on: the next call loads the model again.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from vqa.chat.session import ChatSession, Store
from vqa.errors import VQAError
from vqa.models.devices import release_memory
from vqa.models.registry import fetch, is_hub_model, load
from vqa.types import AnswerOptions, Clip, ProgressCallback, Question, TimedText, Turn
from vqa.ui.session_state import SessionState

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.models.hub.hub_model import HubModel
    from vqa.models.protocol import Stores, VideoContext, VideoQAModel


class ModelPool:
    """Loads each model once and lends it; a loading error is raised to every caller that needs the model.

    Args:
        device: the device that models are loaded to.
        loader: loads a model by name, as `vqa.models.registry.load` does.
        fetcher: downloads a model's files by name, before other models are unloaded for it.
        large: returns whether a model is so large that only one of its kind stays loaded.
        store: keeps encoded videos on disk; None keeps them only in a session state.
    """

    def __init__(
        self,
        device: str = "auto",
        *,
        loader: Callable[..., VideoQAModel] = load,
        fetcher: Callable[..., None] = fetch,
        large: Callable[[str], bool] = is_hub_model,
        store: Store | None = None,
    ) -> None:
        self.device = device
        self.store = store
        self._loader = loader
        self._fetcher = fetcher
        self._large = large
        self._models: dict[str, VideoQAModel] = {}
        # One lock per model, so that waiting for a download blocks nobody who uses a loaded model.
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        # Held while the loaded large model changes; whoever waits for it is served first.
        self._changing = threading.Lock()
        self._num_users: Counter[str] = Counter()
        self._returned = threading.Condition()

    def get(self, name: str, *, progress: ProgressCallback | None = None) -> VideoQAModel:
        """Return a model by name; load it first if necessary.

        Args:
            name: a name that `vqa.models.registry.load` accepts.
            progress: called with the completed share of a download, 0 to 1.

        Raises:
            ModelError: it cannot be loaded.
        """
        with self._locks[name]:
            if not self._large(name):
                if name not in self._models:
                    self._models[name] = self._loader(name, device=self.device, progress=progress)
                return self._models[name]
            if name not in self._models:
                self._fetcher(name, on_progress=progress)
        with self.lend(name) as model:
            return PooledModel(self, name, cast("HubModel", model))

    def peek(self, name: str) -> VideoQAModel | None:
        """Return a model by name if it is loaded, else None."""
        model = self._models.get(name)
        if model is None or not self._large(name):
            return model
        return PooledModel(self, name, cast("HubModel", model))

    @contextmanager
    def lend(self, name: str) -> Iterator[VideoQAModel]:
        """Lend a large model that stays loaded until the block ends.

        If another large model is loaded, this waits until no call uses it, and unloads it.

        Raises:
            ModelError: it cannot be loaded.
        """
        with self._changing:
            if name not in self._models:
                self._unload_large_models()
                self._models[name] = self._loader(name, device=self.device, progress=None)
            self._num_users[name] += 1
            model = self._models[name]
        try:
            yield model
        finally:
            del model
            with self._returned:
                self._num_users[name] -= 1
                self._returned.notify_all()

    def session(self, state: SessionState) -> ChatSession:
        """Return the tab's chat session with the model that the tab has chosen; create it if necessary.

        Raises:
            ModelError: the model cannot be loaded.
        """
        model = self.get(state.model)
        state.session = state.session or ChatSession(model, store=self.store)
        state.session.model = model
        return state.session

    def load_in_background(self, name: str) -> None:
        """Start to load a model in a thread; an error is raised later, to whoever gets the model."""

        def run() -> None:
            try:
                self.get(name)
            except VQAError:
                return  # raised again by the get() of the first visitor who needs the model

        threading.Thread(target=run, daemon=True).start()

    def _unload_large_models(self) -> None:
        """Unload every large model as soon as no call uses it."""
        others = [name for name in tuple(self._models) if self._large(name)]
        with self._returned:
            self._returned.wait_for(lambda: not any(self._num_users[name] for name in others))
        for name in others:
            del self._models[name]
        if others:
            release_memory()


class PooledModel:
    """A large model that takes the real model from the pool for each call, so that it can be unloaded in between.

    Args:
        pool: the pool that lends the model.
        name: the model's name in the pool.
        model: the loaded model, to copy its facts from; no reference is kept.
    """

    def __init__(self, pool: ModelPool, name: str, model: HubModel) -> None:
        self.name = model.name
        self.sampling = model.sampling
        self.device = model.device
        self.state_version = model.state_version
        self._pool = pool
        self._key = name

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Encode a clip."""
        with self._pool.lend(self._key) as model:
            return model.encode(clip, text=text)

    def stream(
        self,
        context: VideoContext,
        question: Question,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """Stream an answer; the model stays loaded until the stream ends."""
        with self._pool.lend(self._key) as model:
            yield from model.stream(context, question, history=history, options=options)

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """Return the encoded video as arrays to store."""
        with self._pool.lend(self._key) as model:
            return cast("Stores", model).export_state(context)

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """Return the encoded video from stored arrays."""
        with self._pool.lend(self._key) as model:
            return cast("Stores", model).import_state(clip, arrays, text=text)
