"""The models that all visitors of a page share.

Small ones, the embedded one among them, stay. Of those that take gigabytes one alone is loaded: tried one after the
other they would add up until memory ends. Who still talks with one that was set aside gets it loaded again.
"""

from __future__ import annotations

import threading
from collections import Counter, defaultdict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, cast

from vqa.chat.session import ChatSession, Progress, Store
from vqa.errors import VQAError
from vqa.models.devices import release_memory
from vqa.models.registry import fetch, load, takes_options
from vqa.types import AnswerOptions, Clip, TimedText, Turn
from vqa.ui.session_state import Visit

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from vqa.models.hub.hub_model import HubModel
    from vqa.models.protocol import Stores, VideoContext, VideoQAModel


class Shelf:
    """Loaded models, each loaded once; an error is told to whoever asks for the model.

    Args:
        device: where models are loaded to.
        loader: how a model of a name is loaded to a device.
        fetcher: how the files of a model of a name get onto this disk, before others are set aside for it.
        large: whether a model of a name takes so much memory that one alone of its kind is kept.
        store: where encoded videos are kept; None keeps nothing beyond a visit.
    """

    def __init__(
        self,
        device: str = "auto",
        *,
        loader: Callable[..., VideoQAModel] = load,
        fetcher: Callable[..., None] = fetch,
        large: Callable[[str], bool] = takes_options,
        store: Store | None = None,
    ) -> None:
        self.device = device
        self.store = store
        self._loader = loader
        self._fetcher = fetcher
        self._large = large
        self._models: dict[str, VideoQAModel] = {}
        # One a model: who waits for a download keeps nobody from a model that is there.
        self._locks: defaultdict[str, threading.Lock] = defaultdict(threading.Lock)
        # Held while it is settled which large model is loaded; who waits for it comes before who asks after them.
        self._changing = threading.Lock()
        self._lent: Counter[str] = Counter()
        self._returned = threading.Condition()

    def get(self, name: str, *, progress: Progress | None = None) -> VideoQAModel:
        """The model of that name, loaded now if it has not been.

        Args:
            name: as `vqa.models.registry.load` takes it.
            progress: told how far a download is, 0 to 1.

        Raises:
            ModelError: it cannot be loaded.
        """
        with self._locks[name]:
            if not self._large(name):
                if name not in self._models:
                    self._models[name] = self._loader(name, device=self.device, progress=progress)
                return self._models[name]
            if name not in self._models:
                self._fetcher(name, progress=progress)
        with self.lend(name) as model:
            return Borrowed(self, name, cast("HubModel", model))

    def peek(self, name: str) -> VideoQAModel | None:
        """The model of that name if it is loaded."""
        model = self._models.get(name)
        if model is None or not self._large(name):
            return model
        return Borrowed(self, name, cast("HubModel", model))

    @contextmanager
    def lend(self, name: str) -> Iterator[VideoQAModel]:
        """A large model that stays loaded until the block ends.

        Where another is loaded, this waits until nobody's answer is running with it, and sets it aside.

        Raises:
            ModelError: it cannot be loaded.
        """
        with self._changing:
            if name not in self._models:
                self._set_others_aside()
                self._models[name] = self._loader(name, device=self.device, progress=None)
            self._lent[name] += 1
            model = self._models[name]
        try:
            yield model
        finally:
            del model
            with self._returned:
                self._lent[name] -= 1
                self._returned.notify_all()

    def session(self, visit: Visit) -> ChatSession:
        """The visit's session, begun now if there is none, with the model the visit wants.

        Raises:
            ModelError: the model cannot be loaded.
        """
        model = self.get(visit.model)
        visit.session = visit.session or ChatSession(model, store=self.store)
        visit.session.model = model
        return visit.session

    def load_in_background(self, name: str) -> None:
        """Begin to load a model that will be wanted; an error waits for who asks."""

        def run() -> None:
            try:
                self.get(name)
            except VQAError:
                return  # told to the first visitor who asks, by their own get()

        threading.Thread(target=run, daemon=True).start()

    def _set_others_aside(self) -> None:
        """Let go of every large model, once nobody uses it."""
        others = [name for name in tuple(self._models) if self._large(name)]
        with self._returned:
            self._returned.wait_for(lambda: not any(self._lent[name] for name in others))
        for name in others:
            del self._models[name]
        if others:
            release_memory()


class Borrowed:
    """A large model as a session holds it: taken from the shelf for each call, so that it can be set aside between.

    Args:
        shelf: where it is.
        name: by which the shelf knows it.
        model: the model while it is loaded; not kept.
    """

    def __init__(self, shelf: Shelf, name: str, model: HubModel) -> None:
        self.name = model.name
        self.sampling = model.sampling
        self.device = model.device
        self.state_version = model.state_version
        self._shelf = shelf
        self._key = name

    def encode(self, clip: Clip, *, text: Sequence[TimedText] = ()) -> VideoContext:
        """Look at the clip."""
        with self._shelf.lend(self._key) as model:
            return model.encode(clip, text=text)

    def stream(
        self,
        context: VideoContext,
        question: str,
        *,
        history: Sequence[Turn] = (),
        options: AnswerOptions | None = None,
    ) -> Iterator[str]:
        """Answer in pieces; until they end the model stays loaded."""
        with self._shelf.lend(self._key) as model:
            yield from model.stream(context, question, history=history, options=options)

    def export_state(self, context: VideoContext) -> Mapping[str, NDArray[Any]]:
        """What it keeps of a video, as arrays."""
        with self._shelf.lend(self._key) as model:
            return cast("Stores", model).export_state(context)

    def import_state(
        self, clip: Clip, arrays: Mapping[str, NDArray[Any]], *, text: Sequence[TimedText] = ()
    ) -> VideoContext:
        """The context these arrays were taken from."""
        with self._shelf.lend(self._key) as model:
            return cast("Stores", model).import_state(clip, arrays, text=text)
