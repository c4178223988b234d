"""Command lines `vqa serve` and `vqa mcp`, and the addition of the API to the page's server."""

from __future__ import annotations

import argparse
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from pathlib import Path
from types import FrameType
from typing import TYPE_CHECKING

from vqa import settings
from vqa.errors import ExtraMissing, SettingError
from vqa.models.hub.hub_options import add_hub_arguments

if TYPE_CHECKING:
    from fastapi import FastAPI
    from starlette.types import ASGIApp, Receive, Scope, Send

    from vqa.server.http_api import Keys
    from vqa.server.service import VideoService
    from vqa.ui.page import Page

_API_PATH = "/v1"
_SHUTDOWN_S = 5
_LOOPBACK_NAMES = ("localhost", "127.0.0.1", "::1")


def main(argv: Sequence[str]) -> None:
    """Run `vqa serve`: parse the arguments, load the model and serve until interrupted.

    `argv` has the arguments after `serve`.

    Raises:
        VQAError: the value of an option is invalid, or the model cannot be loaded.
        SystemExit: the options cannot be parsed (status 2), --help was given (0), or the server
            cannot listen on the address (uvicorn's status).
        KeyboardInterrupt: Ctrl+C stopped the server.
    """
    import uvicorn

    from vqa.ui.sharing import url_host
    from vqa.ui.visitors.connections import (
        ConnectionLimits,
        bound_connections,
        raise_file_limit,
    )
    from vqa.ui.visitors.model_threads import bound_arenas

    bound_arenas()
    arguments = _parser().parse_args(argv)
    settings.let_waiting_threads_sleep()
    service, keys = build_service(arguments), read_keys(arguments.api_keys)
    service.pool.get(arguments.model)  # a model that cannot be loaded fails here, not later
    config = uvicorn.Config(
        build_server(service, keys, host=arguments.host),
        host=arguments.host,
        port=arguments.port,
        log_level="warning",
        timeout_graceful_shutdown=_SHUTDOWN_S,
        http=bound_connections(ConnectionLimits()),
    )
    raise_file_limit()

    class Server(uvicorn.Server):
        """Server that ends its running answers with an error when it is stopped."""

        def handle_exit(self, sig: int, frame: FrameType | None) -> None:
            service.stop()
            super().handle_exit(sig, frame)

    server = Server(config)
    sys.stdout.write(
        f"The API is at http://{url_host(arguments.host)}:{arguments.port}/v1, its page at /v1/docs. "
        "Stop it with Ctrl+C.\n"
    )
    sys.stdout.flush()
    server.run()


def serve_mcp(argv: Sequence[str]) -> None:
    """Run `vqa mcp`: serve the MCP tools over stdio until the client closes it.

    `argv` has the arguments after `mcp`. Clients may name files of this machine and URLs. The model
    is loaded in the background.

    Raises:
        ExtraMissing: the MCP SDK is not installed.
        VQAError: the value of an option is invalid.
        SystemExit: the options cannot be parsed (status 2), or --help was given (0).
    """
    if find_spec("mcp") is None:
        raise ExtraMissing("The MCP server needs a package that is not installed.", extra="mcp")
    from vqa.server.mcp_server import build_mcp
    from vqa.server.service import Client

    parser = argparse.ArgumentParser(
        prog="vqa mcp", description="Serve the actions on videos to MCP clients, over stdio."
    )
    _add_model_arguments(parser)
    arguments = parser.parse_args(argv, argparse.Namespace(host="127.0.0.1", limits=False))
    arguments.allow_urls = True
    service = build_service(arguments, allows_files=True)
    service.pool.load_in_background(arguments.model)
    build_mcp(service, lambda _: Client(key="local")).run()


def build_service(arguments: argparse.Namespace, *, allows_files: bool = False) -> VideoService:
    """Return the actions of a server as its arguments select them; a pool of models is started.

    The limits of a shared page apply with `--limits` or if `host` is not a loopback address; then
    transcripts are not stored and the library is not offered.

    Args:
        arguments: the parsed arguments of `vqa serve`, or of `vqa mcp` with `host` and `limits`.
        allows_files: whether clients may give paths of files of this machine.

    Raises:
        SettingError: an argument is invalid.
    """
    from vqa.server.service import VideoService
    from vqa.server.uploads import UploadStore
    from vqa.server.video_sources import VideoSources, parse_network
    from vqa.ui.library_panel import has_library
    from vqa.ui.limits import PRIVATE_LIMITS, SHARED_LIMITS
    from vqa.ui.model_choice import model_names
    from vqa.ui.model_pool import start_pool
    from vqa.ui.sharing import is_private

    is_public = arguments.limits or not is_private(arguments.host)
    limits = SHARED_LIMITS if is_public else PRIVATE_LIMITS
    pool = start_pool(arguments, is_public=is_public)
    sources = VideoSources(
        UploadStore(
            keep_s=limits.keep_s, max_bytes=limits.upload_bytes, total_bytes=limits.folder_bytes
        ),
        limits,
        allows_urls=arguments.allow_urls,
        allows_files=allows_files,
        networks=[parse_network(text) for text in arguments.allow_network],
    )
    return VideoService(
        pool,
        model_names(arguments.model, only_downloaded=True),
        sources,
        limits=limits,
        speech=arguments.speech,
        screen=arguments.screen_text,
        stores_text=not is_public,
        has_library=not is_public and has_library(),
    )


def build_server(service: VideoService, keys: Keys, *, host: str) -> FastAPI:
    """Return the application of `vqa serve`: `/health`, the API at /v1, and MCP at /mcp.

    MCP is left out if its SDK is not installed. A thread starts that deletes expired uploads.

    Args:
        service: performs the actions.
        keys: the API keys.
        host: address that the server listens on. A server for this machine alone accepts only
            requests to the names of the loopback interface and to `host`; others are status 403,
            see `SiteCheck`.
    """
    from fastapi import FastAPI

    from vqa.server.api_errors import add_error_handlers
    from vqa.server.request_checks import SiteCheck, StopResponse
    from vqa.ui.limits import PRIVATE_LIMITS
    from vqa.ui.sharing import is_private

    app = FastAPI(docs_url=None, redoc_url=None, openapi_url=None)
    is_local = is_private(host) and service.limits == PRIVATE_LIMITS
    app.add_middleware(SiteCheck, hosts=(*_LOOPBACK_NAMES, host) if is_local else None)
    app.add_middleware(StopResponse)
    add_error_handlers(app)

    @app.get("/health")
    async def health() -> dict[str, str]:
        return {"status": "ok", "model": service.models[0]}

    _mount(app, service, keys, has_mcp=find_spec("mcp") is not None)
    return app


class RootPathMiddleware:
    """ASGI middleware of a mounted app: adds the server's root path to the path of each request.

    A proxy that serves the page below `/video` removes that prefix from requests, but the router of
    a mounted app expects it before its own part of a path.

    Args:
        app: the mounted app.
        mount_path: path at which the app is mounted, such as `/v1`.
    """

    def __init__(self, app: ASGIApp, mount_path: str) -> None:
        self._app, self._mount_path = app, mount_path

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Put the root path before the path of `scope`, unless it is there, and call the app.

        `scope` is changed in place.
        """
        root = str(scope.get("root_path", "")).removesuffix(self._mount_path)
        if root and not str(scope["path"]).startswith(f"{root}/"):
            scope["path"] = root + scope["path"]
        await self._app(scope, receive, send)


def _mount(app: FastAPI, service: VideoService, keys: Keys, *, has_mcp: bool) -> None:
    """Add the routes of the API and, with `has_mcp`, of MCP; start the thread that cleans uploads."""
    from starlette.routing import Route

    from vqa.server.http_api import build_api
    from vqa.server.request_checks import BodyLimit, KeyCheck, body_bytes

    app.mount(_API_PATH, RootPathMiddleware(build_api(service, keys), _API_PATH))
    if has_mcp:
        from vqa.server.mcp_server import PATH, McpRoute, build_mcp

        server = build_mcp(service, keys.sender)
        num_bytes = service.limits.upload_bytes
        route = McpRoute(server, max_body_bytes=body_bytes(num_bytes))
        app.router.routes.insert(0, Route(PATH, KeyCheck(BodyLimit(route, num_bytes), keys.sender)))
    service.sources.uploads.start_cleaning()


def add_to_page(app: FastAPI, page: Page, arguments: argparse.Namespace) -> None:
    """Add the API, and MCP with `--mcp`, to the server of a page.

    The API shares the page's models, limits and request counts. On a page with accounts, the API
    refuses all clients unless there are API keys. A thread starts that deletes expired uploads.

    Args:
        app: the server of the page.
        page: the page.
        arguments: the arguments that the page was started with: `api_keys` and `mcp`.

    Raises:
        SettingError: the API keys cannot be read.
    """
    from vqa.server.service import VideoService
    from vqa.server.uploads import UploadStore
    from vqa.server.video_sources import VideoSources
    from vqa.ui.library_panel import has_library
    from vqa.ui.model_choice import model_names

    options = page.options
    limits = options.limits
    downloaded_names = model_names(options.model, only_downloaded=True)
    uploads = UploadStore(
        keep_s=limits.keep_s, max_bytes=limits.upload_bytes, total_bytes=limits.folder_bytes
    )
    service = VideoService(
        page.app.pool,
        [name for name in options.models if name in downloaded_names],
        VideoSources(uploads, limits, allows_urls=options.allows_urls),
        limits=limits,
        rate_limiter=page.app.rate_limiter,
        has_library=options.library == "owner" and has_library(),
    )
    keys = read_keys(arguments.api_keys, is_closed=options.access.accounts is not None)
    _mount(app, service, keys, has_mcp=arguments.mcp)


def read_keys(file: Path | None, *, is_closed: bool = False) -> Keys:
    """Return the API keys of VQA_SERVER_KEY and of a file, one per line.

    Args:
        file: text file in UTF-8; blank lines and lines that start with # are skipped, white space
            around a key is removed. None for no file.
        is_closed: whether all clients are refused if there is no key; else all are accepted then.

    Raises:
        SettingError: the file cannot be read, VQA_SERVER_KEY is invalid, or with a file, neither
            has a key.
    """
    from vqa.server.http_api import Keys

    keys = [key] if (key := settings.server_key()) else []
    if file is not None:
        try:
            lines = [line.strip() for line in file.read_text(encoding="utf-8").splitlines()]
        except (OSError, UnicodeDecodeError) as error:
            raise SettingError(
                f"The API keys in {file} cannot be read: {error}.", cure="Name a text file."
            ) from error
        keys += [line for line in lines if line and not line.startswith("#")]
        if not keys:
            raise SettingError(f"{file} has no API key.", cure="Write one key per line.")
    return Keys(keys, is_closed=is_closed and not keys)


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="vqa serve", description="Serve the HTTP API in the OpenAI protocol."
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to serve on; 0.0.0.0 for the network"
    )
    parser.add_argument("--port", type=int, default=8000, help="the port (default: 8000)")
    parser.add_argument(
        "--api-keys", type=Path, metavar="FILE", help="accept only these keys, one per line"
    )
    parser.add_argument(
        "--limits", action="store_true", help="limit what clients use, as on a shared page"
    )
    parser.add_argument(
        "--allow-urls", action="store_true", help="download videos of http(s) addresses"
    )
    _add_model_arguments(parser)
    return parser


def _add_model_arguments(parser: argparse.ArgumentParser) -> None:
    """Add the arguments that `vqa serve` and `vqa mcp` share."""
    parser.add_argument("--model", default="fused", help="the default model of requests")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    add_hub_arguments(parser)
    parser.add_argument(
        "--allow-network",
        action="append",
        default=[],
        metavar="NETWORK",
        help="also download videos from this private network, such as 10.1.0.0/16",
    )
    parser.add_argument("--speech", action="store_true", help="also transcribe speech (an extra)")
    parser.add_argument(
        "--screen-text", action="store_true", help="also read text on the screen (an extra)"
    )
