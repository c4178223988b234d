"""Actors of a Ray cluster that encode videos for the library; this process writes the library."""

from __future__ import annotations

import logging
import re
import signal
import socket
from collections import Counter, deque
from collections.abc import Generator, Sequence
from dataclasses import dataclass, field
from importlib.util import find_spec
from multiprocessing import get_context
from multiprocessing.connection import Connection
from pathlib import Path
from typing import Any

from vqa import settings
from vqa.errors import ExtraMissing, SettingError, VQAError
from vqa.tasks.index_workers import (
    MAX_ATTEMPTS,
    EncodedVideo,
    EncoderFactory,
    VideoEncoder,
    encode_or_report,
    limit_worker_threads,
)

RAY_ADDRESS = re.compile(r"ray(://\S+)?")
"""`ray`: the cluster that RAY_ADDRESS names or that this machine is part of; or a cluster's address for clients."""

_CPUS_PER_ACTOR = 4
_MAX_FAILED_STARTS = 3  # actors in a row that are lost before they have loaded the model
_PATIENCE_S = 60.0
_CONNECT_S = 5.0
_STOP_S = 20.0
_MAX_REASON_CHARS = 200
_log = logging.getLogger(__name__)
_Resources = dict[str, float]


class _EncodingActor:
    """Ray actor that holds a model in a process of the cluster and encodes videos with it."""

    def __init__(self, factory: EncoderFactory, num_threads: int) -> None:
        self._factory, self._num_threads = factory, num_threads
        self._encoder: VideoEncoder | None = None

    def load(self) -> EncodedVideo | None:
        """Load the model; return None, or a result whose `fatal` is set if it cannot be loaded."""
        limit_worker_threads(self._num_threads)
        try:
            self._encoder = self._factory()
        except VQAError as error:
            return EncodedVideo(path=Path(), fatal=(error.message, error.cure))
        return None

    def encode(self, path: Path) -> EncodedVideo:
        """Return the result of a video, with its segments or an error; call `load` before."""
        assert self._encoder is not None
        return encode_or_report(self._encoder, path)


@dataclass
class RayWorkers:
    """Pool of actors of an existing Ray cluster that encode videos, each with a model of its own.

    There is one actor per GPU, and one per four CPUs, rounded up, of nodes without. An actor that
    is lost, alone or with its node, costs its own video's time only: it is replaced, and the video
    is encoded again; the second loss gives an error for that video.

    Args:
        factory: builds the encoder in each actor; this package must be installed on each node.
        address: `ray` or `ray://HOST:PORT`, see `RAY_ADDRESS`.
    """

    factory: EncoderFactory
    address: str = "ray"

    def encode(self, paths: Sequence[Path]) -> Generator[EncodedVideo, None, None]:
        """Encode videos and yield one result per path when it is ready, in any order.

        A process of its own connects to the cluster, because some libraries of this process make
        Ray abort. Closing the iterator ends that process and the actors.

        Raises:
            ExtraMissing: Ray is not installed.
            VQAError: there is no such cluster, or an error concerns every video, such as a missing
                package.
        """
        if find_spec("ray") is None:
            raise ExtraMissing("Workers of a cluster need Ray.", extra="ray")
        if not paths:
            return
        context = get_context("spawn")
        ours, theirs = context.Pipe(duplex=False)
        process = context.Process(
            target=_drive, args=(theirs, self.factory, self.address, paths), daemon=True
        )
        process.start()
        theirs.close()
        try:
            while (result := ours.recv()) is not None:
                assert isinstance(result, EncodedVideo)
                if result.fatal is not None:
                    raise VQAError(result.fatal[0], cure=result.fatal[1])
                yield result
            process.join(_STOP_S)
        except EOFError as error:
            raise VQAError(
                "The connection to the Ray cluster has ended.",
                cure="Run the command again: it continues.",
            ) from error
        finally:
            ours.close()
            process.terminate()
            process.join(_STOP_S)
            process.kill()
            process.join()


def _drive(
    connection: Connection, factory: EncoderFactory, address: str, paths: Sequence[Path]
) -> None:
    """Encode videos on a cluster and send each result through the connection, then None.

    It runs in a process of its own. An error that concerns every video is sent as a result whose
    `fatal` is set, and nothing follows it.
    """
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # Ctrl+C ends the parent, which ends this process
    try:
        ray = _connect(address)
        pool = _ActorPool(ray, factory, _actor_resources(ray)[: len(paths)])
        try:
            for result in pool.encode(paths):
                connection.send(result)
            connection.send(None)
        finally:
            pool.close()
            ray.shutdown()
    except VQAError as error:
        connection.send(EncodedVideo(path=Path(), fatal=(error.message, error.cure)))
    except BrokenPipeError:
        return  # the parent has ended


@dataclass
class _ActorPool:
    """Actors of a cluster and the videos that they encode; holds the state of one `encode` call.

    Args:
        ray: the module, connected to a cluster.
        factory: builds the encoder in each actor.
        missing: resources of each actor that is to be started.
    """

    ray: Any
    factory: EncoderFactory
    missing: list[_Resources]
    _actors: list[tuple[Any, _Resources]] = field(default_factory=list)
    _idle: list[Any] = field(default_factory=list)
    # By reference to the result: the actor, and its video; None while it loads the model.
    _running: dict[Any, tuple[Any, Path | None]] = field(default_factory=dict)

    def encode(self, paths: Sequence[Path]) -> Generator[EncodedVideo, None, None]:
        """Encode videos and yield each result when it is ready; see `RayWorkers.encode`.

        Raises:
            SettingError: three actors in a row were lost before they had loaded the model, or this
                package fails on a node.
        """
        waiting_paths, attempts = deque(paths), Counter[Path]()
        num_failed_starts = 0
        while waiting_paths or any(path is not None for _, path in self._running.values()):
            self._assign(waiting_paths)
            reference = self._wait()
            actor, path = self._running.pop(reference)
            result, loss = self._receive(reference)
            num_failed_starts = num_failed_starts + 1 if loss and path is None else 0
            if num_failed_starts == _MAX_FAILED_STARTS:
                raise _node_error(loss)
            if not loss:
                self._idle.append(actor)
            else:
                self._remove(actor)
                if path is None:
                    continue
                attempts[path] += 1
                if attempts[path] < MAX_ATTEMPTS:
                    waiting_paths.appendleft(path)
                    continue
                message = f"The worker that encoded it was lost {MAX_ATTEMPTS} times."
                result = EncodedVideo(path=path, error=message)
            if result is not None:
                yield result

    def close(self) -> None:
        """Kill the actors; videos that they encode are lost."""
        for actor, _ in self._actors:
            self.ray.kill(actor)
        self._actors.clear()

    def _assign(self, waiting_paths: deque[Path]) -> None:
        """Give each idle actor a video; start actors that are missing while videos are waiting."""
        while waiting_paths and self._idle:
            actor, path = self._idle.pop(), waiting_paths.popleft()
            self._running[actor.encode.remote(path)] = (actor, path)
        while waiting_paths and self.missing:
            resources = self.missing.pop()
            remote = self.ray.remote(_EncodingActor).options(
                scheduling_strategy="SPREAD", **resources
            )
            actor = remote.remote(self.factory, max(1, int(resources["num_cpus"])))
            self._actors.append((actor, resources))
            self._running[actor.load.remote()] = (actor, None)

    def _wait(self) -> Any:
        """Wait until a call of an actor has ended and return the reference to its result.

        A warning is logged each minute in which no actor has loaded the model.
        """
        while True:
            ready, _ = self.ray.wait(list(self._running), num_returns=1, timeout=_PATIENCE_S)
            if ready:
                return ready[0]
            if all(path is None for _, path in self._running.values()):
                _log.warning("The Ray cluster has no free processors yet, or loads the model.")

    def _receive(self, reference: Any) -> tuple[EncodedVideo | None, str]:
        """Return (result of a call, "") or, if its actor was lost, (None, the reason).

        The result of `load` is None if the model was loaded.

        Raises:
            SettingError: the call raised an exception in the actor, as of an old version of this
                package.
        """
        try:
            return self.ray.get(reference), ""
        except self.ray.exceptions.RayTaskError as error:
            raise _node_error(str(error)) from error
        except self.ray.exceptions.RayError as error:
            return None, str(error)

    def _remove(self, actor: Any) -> None:
        """Remove an actor that was lost; `_assign` starts another one with its resources."""
        index = next(n for n, (other, _) in enumerate(self._actors) if other is actor)
        self.missing.append(self._actors.pop(index)[1])


def _connect(address: str) -> Any:
    """Connect to a cluster and return Ray's module.

    Raises:
        SettingError: there is no cluster at the address.
    """
    import ray

    try:
        _check_port(settings.ray_address() if address == "ray" else address)
        if address == "ray":
            ray.init(address="auto", log_to_driver=False, logging_level=logging.ERROR)
        else:  # a client's options go to the server, which does not take a level
            logging.getLogger("ray").setLevel(logging.ERROR)
            ray.init(address=address, log_to_driver=False)
    except (ConnectionError, RuntimeError, ValueError, OSError) as error:
        reason = " ".join(settings.without_password(str(error)).split())[:_MAX_REASON_CHARS]
        raise SettingError(
            f"There is no Ray cluster at {settings.without_password(address)}: {reason}",
            cure="Start one with `ray start --head`, or name it: --workers ray://HOST:10001.",
        ) from error
    return ray


def _check_port(address: str) -> None:
    """Raise OSError if nothing listens at `HOST:PORT`, because Ray would retry for minutes.

    Text in any other form is not checked.
    """
    if place := re.fullmatch(r"(?:ray://)?\[?([^/]+?)\]?:(\d+)", address):
        socket.create_connection((place[1], int(place[2])), timeout=_CONNECT_S).close()


def _actor_resources(ray: Any) -> list[_Resources]:
    """Return the resources of each actor that the cluster has room for when it is otherwise idle.

    They are Ray's options: `num_cpus`, on a node with GPUs maybe 0, and there also `num_gpus`, 1.

    Raises:
        SettingError: the cluster has neither CPUs nor GPUs.
    """
    actors: list[_Resources] = []
    for node in ray.nodes():
        resources = node["Resources"] if node["Alive"] else {}
        num_gpus, num_cpus = int(resources.get("GPU", 0)), int(resources.get("CPU", 0))
        if num_gpus:
            shares = {"num_gpus": 1, "num_cpus": min(_CPUS_PER_ACTOR, num_cpus // num_gpus)}
            actors += [dict(shares) for _ in range(num_gpus)]
        else:
            num_actors = -(-num_cpus // _CPUS_PER_ACTOR)
            actors += [{"num_cpus": num_cpus // num_actors} for _ in range(num_actors)]
    if not actors:
        raise SettingError(
            "The Ray cluster has no CPU to use.",
            cure="Start a node: ray start --address=HEAD:6379.",
        )
    return actors


def _node_error(cause: str) -> SettingError:
    """Return the error of a worker that failed; its reason is the last line of `cause`."""
    reason = next((line for line in reversed(cause.splitlines()) if line.strip()), "it was lost")
    return SettingError(
        f"A worker of the Ray cluster failed: {reason.strip()}",
        cure="Install this program, in this version, with Ray on each machine of the cluster.",
    )
