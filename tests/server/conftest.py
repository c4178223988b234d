"""The server with a small model, on a port of its own, and the official client."""

from __future__ import annotations

import argparse
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

import pytest
import uvicorn
from openai import OpenAI

from tests.fakes import ColourModel
from vqa.server.http_api import Keys
from vqa.server.serve import build_server
from vqa.server.service import VideoService
from vqa.server.uploads import UploadStore
from vqa.server.video_sources import VideoSources
from vqa.ui.limits import PRIVATE_LIMITS, Limits
from vqa.ui.model_pool import ModelPool


def make_service(
    model: Any = None,
    *,
    limits: Limits = PRIVATE_LIMITS,
    models: Sequence[str] = ("colours",),
    **sources: Any,
) -> VideoService:
    uploads = UploadStore(keep_s=limits.keep_s, max_bytes=limits.upload_bytes)
    served = model or ColourModel()
    pool = ModelPool(loader=lambda name, **_: served)
    return VideoService(pool, models, VideoSources(uploads, limits, **sources), limits=limits)


@contextmanager
def serving(service: VideoService, keys: Sequence[str] = ()) -> Iterator[str]:
    """The address of a running server; it is closed afterwards."""
    app = build_server(service, Keys(keys), host="127.0.0.1")
    config = uvicorn.Config(app, port=0, log_level="error", timeout_graceful_shutdown=2)
    server = uvicorn.Server(config)
    thread = threading.Thread(target=server.run, daemon=True)
    thread.start()
    ends = time.monotonic() + 20
    while not server.started and time.monotonic() < ends:
        time.sleep(0.01)
    port = server.servers[0].sockets[0].getsockname()[1]
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        server.should_exit = True
        thread.join(20)
        assert not thread.is_alive()


@contextmanager
def client_of(service: VideoService, keys: Sequence[str] = ()) -> Iterator[OpenAI]:
    """The official client of a running server."""
    with serving(service, keys) as address:
        key = keys[0] if keys else "unused"
        with OpenAI(base_url=f"{address}/v1", api_key=key, max_retries=0) as client:
            yield client


@pytest.fixture
def client() -> Iterator[OpenAI]:
    with client_of(make_service()) as opened:
        yield opened


def parse_arguments(*argv: str) -> argparse.Namespace:
    from vqa.server import serve

    return serve._parser().parse_args(argv)
