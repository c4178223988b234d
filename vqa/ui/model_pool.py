"""Pool of loaded models, shared by all visitors of a page.

Small models, such as the embedded one, stay loaded. Only one large model is loaded at a time,
because several would exhaust the memory. A conversation may continue with an unloaded model: the
next call loads the model again.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from vqa.chat.session import ChatSession
from vqa.errors import VQAError
from vqa.models.devices import release_memory
from vqa.models.hub.hub_options import hub_options
from vqa.models.registry import fetch, is_hub_model, load, make_fetcher, make_loader
from vqa.storage.contexts import ContextStore
from vqa.storage.transcripts import TranscriptStore
from vqa.tasks.dense_encoding import Store
from vqa.types import AnswerOptions, Clip, ProgressCallback, Question, TimedText, Turn
from vqa.ui.session_state import SessionState
from vqa.video.worker_pool import public_limits, set_limits, start_worker

if TYPE_CHECKING:
    from argparse import Namespace

    from numpy.typing import NDArray

    from vqa.models.hub.hub_model import HubModel
    from vqa.models.protocol import Stores, VideoContext, VideoQAModel


class ModelPool:
    """Pool that loads each model once and lends it to callers.

    An error while loading is raised to every caller that needs the model.

    Args:
        device: the device to load models on, such as `auto`, `cpu` or `cuda:0`.
        loader: loads a model by name, as `vqa.models.registry.load` does.
        fetcher: downloads a model's files by name; runs before other large models are unloaded.
        large: returns whether the model of a name is large; only one large model is loaded at a
            time.
        store: storage of encoded videos on disk; None keeps them only in the session state.
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
        self._return = threading.Condition()

    def get(self, name: str, *, progress: ProgressCallback | None = None) -> VideoQAModel:
        """Return the model of a name; load it first if necessary.

        A large model is returned as a `PooledModel`, which may be unloaded between calls.

        Args:
            name: a name that `vqa.models.registry.load` accepts.
            progress: called with the completed fraction of a download, 0 to 1.

        Raises:
            VQAError: the model cannot be loaded; see `vqa.models.registry.load`.
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
        """Return the model of a name if it is loaded, else None; never wait for a download."""
        model = self._models.get(name)
        if model is None or not self._large(name):
            return model
        return PooledModel(self, name, cast("HubModel", model))

    @contextmanager
    def lend(self, name: str) -> Iterator[VideoQAModel]:
        """Context manager that yields a large model and keeps it loaded in the block.

        If another large model is loaded, wait until no call uses it, and unload it.

        Raises:
            ModelError: the model cannot be loaded.
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
            with self._return:
                self._num_users[name] -= 1
                self._return.notify_all()

    def session(self, state: SessionState) -> ChatSession:
        """Return the tab's chat session, with the model that is selected in the tab.

        The session is created if the tab has none. The model is loaded if necessary.

        Raises:
            VQAError: the model cannot be loaded.
        """
        model = self.get(state.model)
        state.session = state.session or ChatSession(
            model, store=self.store, text_store=TranscriptStore() if self.store else None
        )
        state.session.model = model
        return state.session

    def load_in_background(self, name: str) -> None:
        """Load a model in a thread and return at once.

        An error is ignored here and raised by the next `get`.
        """

        def run() -> None:
            try:
                self.get(name)
            except VQAError:
                return  # raised again by the get() of the first visitor who needs the model

        threading.Thread(target=run, daemon=True).start()

    def _unload_large_models(self) -> None:
        """Wait until no call uses a large model, then unload all large models."""
        others = [name for name in tuple(self._models) if self._large(name)]
        with self._return:
            self._return.wait_for(lambda: not any(self._num_users[name] for name in others))
        for name in others:
            del self._models[name]
        if others:
            release_memory()


class PooledModel:
    """Proxy of a large model that borrows the model from the pool for each call.

    The pool can unload the model between two calls.

    Args:
        pool: the pool that lends the model.
        name: the model's name in the pool.
        model: the loaded model, whose name, device, sampling plan and state version are copied; no
            reference is kept.
    """

    def __init__(self, pool: ModelPool, name: str, model: HubModel) -> None:
        self.name = model.name
        self.sampling = model.sampling
        self.device = model.device
        self.state_version = model.state_version
        self._pool = pool
        self._key = name

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Encode a clip once for all later questions; the model is loaded first if necessary.

        See `VideoQAModel.encode`. All methods raise ModelError if the model cannot be loaded.
        """
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
        """Stream an answer as text fragments; the model stays loaded until the stream ends.

        The fragments are incremental; see `VideoQAModel.stream`.
        """
        with self._pool.lend(self._key) as model:
            yield from model.stream(context, question, history=history, options=options)

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """Return the encoding of a video as named arrays to store; see `Stores.export_state`."""
        with self._pool.lend(self._key) as model:
            return cast("Stores", model).export_state(context)

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """Rebuild the encoding of a clip from stored arrays; see `Stores.import_state`."""
        with self._pool.lend(self._key) as model:
            return cast("Stores", model).import_state(clip, arrays, text=text)


def start_pool(arguments: Namespace, *, is_public: bool) -> ModelPool:
    """Start the worker process that decodes videos, and return the model pool of a server.

    No model is loaded yet, and the worker is not waited for. With the sandbox off, none starts.

    Args:
        arguments: parsed arguments with `device` and those of `hub_options`.
        is_public: whether other people use the server: later decoding in this process, except of
            cameras, gets the limits of `public_limits`, and encoded videos, which hold their
            frames, are not stored on disk.

    Raises:
        SettingError: a setting of the decoding limits or of the folder of encoded videos is wrong.
        ValueError: see `hub_options`.
    """
    if is_public:
        set_limits(public_limits())
    start_worker()
    options = hub_options(arguments)
    return ModelPool(
        arguments.device,
        loader=make_loader(options),
        fetcher=make_fetcher(options),
        store=None if is_public else ContextStore(),
    )
