"""Command line of the page: `python app.py --share --port 7860`."""

from __future__ import annotations

import argparse
import logging
import signal
import sys
import threading
from collections.abc import Callable, Sequence
from dataclasses import replace
from importlib.util import find_spec
from pathlib import Path
from typing import TYPE_CHECKING, Any

from vqa.errors import ExtraMissing, SettingError, VQAError
from vqa.models.devices import paused_collection
from vqa.models.hub.hub_options import add_hub_arguments
from vqa.settings import let_waiting_threads_sleep
from vqa.ui.i18n import Language

if TYPE_CHECKING:
    from vqa.ui.model_pool import ModelPool
    from vqa.ui.page import Page
    from vqa.ui.visitors.accounts import Accounts
    from vqa.workflows.monitor_service import MonitorService

_MAX_RETENTION_HOURS = 366 * 24

Extension = Callable[[Any, "Page", argparse.Namespace], None]


def main(argv: Sequence[str] | None = None, *, extend: Extension | None = None) -> None:
    """Parse the arguments and serve the page until it is interrupted.

    A `VQAError` while starting ends the process with its message and status 1.

    Args:
        argv: the arguments; None takes those of `sys.argv`. Wrong ones end the process with status
            2, --help with 0.
        extend: adds routes to the server of the page.

    Raises:
        KeyboardInterrupt: a second signal came before the page was closed.
    """
    arguments = _parser().parse_args(argv)
    let_waiting_threads_sleep()
    is_ending = threading.Event()

    def end(*_: object) -> None:
        if is_ending.is_set():
            raise KeyboardInterrupt  # the second Ctrl+C does not wait
        is_ending.set()

    for signal_number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(signal_number, end)
    try:
        with paused_collection():
            page = start(arguments, extend=extend)
    except VQAError as error:
        sys.exit(str(error))
    while not is_ending.wait(1.0):
        pass  # a wait without a limit would keep signals from being handled on Windows
    page.close()


def start(arguments: argparse.Namespace, *, extend: Extension | None = None) -> Page:
    """Start the server, print its URLs and return the page; the model is loaded in the background.

    The page is public, with limits, if `--limits` or `--share` is given or `--host` is not a
    loopback address.

    Args:
        arguments: the parsed arguments.
        extend: adds routes to the server of the page.

    Raises:
        SettingError: an argument has an invalid value, or the port is in use.
        ExtraMissing: the package for `--mcp` is not installed.
    """
    from vqa import settings
    from vqa.ui.app_context import PageOptions
    from vqa.ui.i18n import translate
    from vqa.ui.library_panel import library_access
    from vqa.ui.limits import PRIVATE_LIMITS, SHARED_LIMITS
    from vqa.ui.model_choice import model_names
    from vqa.ui.model_pool import start_pool
    from vqa.ui.page import Page
    from vqa.ui.sharing import (
        is_private,
        lan_address,
        no_public_link_html,
    )
    from vqa.ui.visitors.accounts import Access
    from vqa.ui.visitors.telemetry import write_requests_to

    accounts = _read_accounts(arguments)
    if arguments.mcp and find_spec("mcp") is None:
        raise ExtraMissing(
            "The MCP server needs a package that is not installed.",
            extra="mcp",
        )
    failed_share: dict[str, str | None] = {}  # holds the address once a public link has failed

    def notice(language: Language) -> str:
        return no_public_link_html(failed_share["address"], language) if failed_share else ""

    is_public = arguments.limits or arguments.share or not is_private(arguments.host)
    if is_public or arguments.log_requests or arguments.log_content:
        write_requests_to(logging.StreamHandler(sys.stderr))
    pool = start_pool(arguments, is_public=is_public)
    limits = SHARED_LIMITS if is_public else PRIVATE_LIMITS
    options = PageOptions(
        model=arguments.model,
        models=model_names(arguments.model, only_downloaded=is_public),
        limits=replace(limits, keep_s=_retention_s(arguments.retention, limits.keep_s)),
        data=arguments.data,
        keeps_corrections=not is_public or arguments.keep_corrections,
        library=library_access(is_public=is_public, is_allowed=arguments.library),
        allows_urls=arguments.allow_urls,
        access=Access(
            accounts=accounts,
            is_local=not is_public,
            is_tunnelled=arguments.share,
            proxies=tuple(arguments.proxy),
            is_embedded=settings.is_space(),
            metrics_token=settings.metrics_token(),
        ),
        log_content=arguments.log_content,
        notice=notice,
        monitor=_monitor_service(arguments, pool),
    )
    page = Page(pool, options)
    app, local, public = _launch(page, arguments)
    if extend is not None:
        extend(app, page, arguments)
    pool.load_in_background(arguments.model)
    address = lan_address(arguments.host, int(local.rstrip("/").rsplit(":", 1)[-1]))
    if arguments.share and not public:
        failed_share["address"] = address
    if is_public and accounts is None and not settings.is_space():
        sys.stderr.write(f"{translate('no_accounts')}\n")
    _print_addresses(local, public, address, is_share_failed=bool(failed_share))
    return page


def _launch(page: Page, arguments: argparse.Namespace) -> Any:
    """Start the server of a page; return what `Page.launch` returns.

    Raises:
        SettingError: the host and the port of the arguments cannot be used.
    """
    try:
        return page.launch(
            server_name=arguments.host,
            server_port=arguments.port,
            share=arguments.share,
            inbrowser=arguments.browser,
            mcp_server=False,
            prevent_thread_lock=True,
            quiet=True,
        )
    except (OSError, OverflowError) as error:
        port = "any port from 7860 on" if arguments.port is None else f"port {arguments.port}"
        raise SettingError(
            f"The page cannot use {port} of {arguments.host}.",
            cure="Stop the program that uses the port, or choose another with --port or --host.",
        ) from error


def _print_addresses(
    local: str, public: str | None, network: str | None, *, is_share_failed: bool
) -> None:
    """Print the URLs of the page and how to stop the server.

    Args:
        local: URL on this machine.
        public: public URL; None without one.
        network: URL on the local network; None without one.
        is_share_failed: whether a public link was requested and could not be created.
    """
    from vqa.ui.i18n import translate
    from vqa.ui.sharing import no_public_link_text, qr_text

    lines = [translate("local_address", address=local)]
    if public:
        lines.append(translate("public_address", address=public))
    elif is_share_failed:
        lines.append(no_public_link_text(network, "en"))
    if network:
        lines += [translate("on_network", address=network), qr_text(network)]
    sys.stdout.write("\n".join([*lines, translate("how_to_stop"), ""]))
    sys.stdout.flush()


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="app.py", description="Ask questions about a video, in your browser."
    )
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to serve on; 0.0.0.0 for the network"
    )
    parser.add_argument("--port", type=int, help="the port (default: the first free one from 7860)")
    parser.add_argument("--model", default="fused", help="the model chosen at first")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    add_hub_arguments(parser)
    parser.add_argument("--share", action="store_true", help="make a public link through Gradio")
    parser.add_argument(
        "--auth", metavar="USER:PASSWORD", help="ask visitors for a user name and a password"
    )
    parser.add_argument(
        "--api-keys",
        type=Path,
        metavar="FILE",
        help="accept only these keys at the API below /v1, one per line",
    )
    parser.add_argument(
        "--auth-file", type=Path, metavar="FILE",
        help="ask visitors for an account of this file (see: vqa account --help)",
    )  # fmt: skip
    parser.add_argument(
        "--proxy", action="append", default=[], metavar="ADDRESS",
        help="believe the X-Forwarded headers of a reverse proxy at this address or network",
    )  # fmt: skip
    parser.add_argument(
        "--log-requests", action="store_true",
        help="write one line of JSON for each request, as pages that others can reach do",
    )  # fmt: skip
    parser.add_argument(
        "--log-content", action="store_true", help="also write questions and answers to the log"
    )
    parser.add_argument(
        "--limits", action="store_true", help="limit what visitors use, as on a shared page"
    )
    parser.add_argument(
        "--mcp", action="store_true", help="also serve the endpoints to MCP clients"
    )
    parser.add_argument(
        "--allow-urls",
        action="store_true",
        help="let visitors give the address of a video to download",
    )
    parser.add_argument(
        "--library",
        action="store_true",
        help="let visitors of a shared page search, open and save the videos of this machine's library",
    )
    _add_data_arguments(parser)
    _add_monitor_arguments(parser)
    parser.add_argument("--browser", action="store_true", help="open the page in a browser")
    return parser


def _add_data_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument(
        "--data", type=Path, metavar="FOLDER",
        help="keep uploads and conversations of visitors in this folder, also across restarts",
    )  # fmt: skip
    parser.add_argument(
        "--retention", type=float, metavar="HOURS",
        help="delete uploads and conversations of visitors after so many hours (default: 1 on a page that others can reach, else 24)",
    )  # fmt: skip
    parser.add_argument(
        "--keep-corrections",
        action="store_true",
        help="let visitors of a shared page judge answers, and keep question, answer and a picture here",
    )


def _add_monitor_arguments(parser: argparse.ArgumentParser) -> None:
    """Add `--camera`, `--when` and `--every` to a parser."""
    parser.add_argument(
        "--camera", action="append", default=[], metavar="NAME=SOURCE",
        help="watch a camera (http, https, rtsp, /dev/video0) or a folder of videos; repeat it for several",
    )  # fmt: skip
    parser.add_argument(
        "--when", action="append", default=[], metavar="CONDITION",
        help="what to look for in the cameras; repeat it for several",
    )  # fmt: skip
    parser.add_argument(
        "--every", type=float, default=1.0, metavar="SECONDS", help="time between two pictures of a camera"
    )  # fmt: skip


def _monitor_service(arguments: argparse.Namespace, pool: ModelPool) -> MonitorService | None:
    """Create the monitoring that `--camera` and `--when` ask for; None if neither is given.

    It is not started, and the model is loaded only after its `start`.

    Raises:
        SettingError: one was given without the other, or a value cannot be used; see
            `MonitorService`.
    """
    from vqa import settings
    from vqa.workflows.monitor_service import MonitorService, parse_camera

    if not arguments.camera and not arguments.when:
        return None
    return MonitorService(
        [parse_camera(text) for text in arguments.camera],
        arguments.when,
        lambda: pool.get(arguments.model),
        settings.monitor_folder(),
        interval_s=arguments.every,
    )


def _retention_s(hours: float | None, default_s: int) -> int:
    """Return the seconds that files and conversations of visitors are kept; None is the default.

    Raises:
        SettingError: the number of hours is not above 0, or above a year.
    """
    if hours is None:
        return default_s
    if not 0 < hours <= _MAX_RETENTION_HOURS:
        raise SettingError(
            f"--retention is {hours}.",
            cure=f"Set it to a number of hours above 0, at most {_MAX_RETENTION_HOURS}.",
        )
    return max(1, round(hours * 3600))


def _read_accounts(arguments: argparse.Namespace) -> Accounts | None:
    """Return the accounts of `--auth` or `--auth-file`; None without either.

    Raises:
        SettingError: both were given, or one cannot be used.
    """
    from vqa.ui.visitors.accounts import Accounts

    auth = _parse_auth(arguments.auth)
    if auth and arguments.auth_file:
        raise SettingError(
            "--auth and --auth-file were both given.",
            cure="Add the account to the file with: python -m vqa account FILE NAME",
        )
    if auth:
        return Accounts.from_password(*auth)
    return Accounts.read(arguments.auth_file) if arguments.auth_file else None


def _parse_auth(text: str | None) -> tuple[str, str] | None:
    """Parse USER:PASSWORD into (user name, password); None for None.

    Raises:
        SettingError: the text is not of the form USER:PASSWORD.
    """
    if text is None:
        return None
    user, colon, password = text.partition(":")
    if not (user and colon and password):
        raise SettingError(
            "--auth must be USER:PASSWORD.", cure="Write for example: --auth anna:secret"
        )
    return user, password
