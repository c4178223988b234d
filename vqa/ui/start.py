"""The page's command line."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING

from vqa.errors import ExtraMissing, SettingError, VQAError
from vqa.models.hub.hub_options import add_hub_arguments, hub_options
from vqa.ui.i18n import Language

if TYPE_CHECKING:
    from vqa.ui.page import Page


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the arguments and serve the page until it is interrupted."""
    chosen = _parser().parse_args(argv)
    # Threads that spin while they wait starve the page on small machines; read before torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    try:
        page = start(chosen)
    except VQAError as error:
        sys.exit(str(error))
    page.blocks.block_thread()


def start(chosen: argparse.Namespace) -> Page:
    """Serve the page and return; the model loads in the background.

    Raises:
        SettingError: an argument has a value that cannot be used.
        ExtraMissing: what `--mcp` needs is not installed.
    """
    from vqa.models.registry import fetcher, loader
    from vqa.storage.contexts import VideoStore
    from vqa.ui import library_panel as library
    from vqa.ui import model_picker as picker
    from vqa.ui.i18n import say
    from vqa.ui.limits import PRIVATE, SHARED
    from vqa.ui.model_pool import Shelf
    from vqa.ui.page import Page, PageOptions
    from vqa.ui.sharing import is_private, lan_address, no_public_notice, no_public_words, qr_text

    auth = _auth(chosen.auth)
    if chosen.mcp and find_spec("mcp") is None:
        raise ExtraMissing(
            "The MCP server needs a package that is not installed.",
            extra="mcp",
        )
    told: dict[str, str | None] = {}

    def notice(language: Language) -> str:
        return no_public_notice(told["address"], language) if told else ""

    open_to_others = chosen.limits or chosen.share or not is_private(chosen.host)
    # Encoded videos hold their frames: those of visitors are not kept.
    shelf = Shelf(
        chosen.device,
        loader=loader(hub_options(chosen)),
        fetcher=fetcher(hub_options(chosen)),
        store=None if open_to_others else VideoStore(),
    )
    options = PageOptions(
        model=chosen.model,
        models=picker.names(chosen.model, only_here=open_to_others),
        limits=SHARED if open_to_others else PRIVATE,
        library=not open_to_others and library.there(),
        notice=notice,
    )
    page = Page(shelf, options)
    _, local, public = page.launch(
        server_name=chosen.host,
        server_port=chosen.port,
        share=chosen.share,
        auth=auth,
        inbrowser=chosen.browser,
        mcp_server=chosen.mcp,
        prevent_thread_lock=True,
        quiet=True,
    )
    shelf.load_in_background(chosen.model)
    address = lan_address(chosen.host, int(local.rstrip("/").rsplit(":", 1)[-1]))
    lines = [say("at", address=local)]
    if public:
        lines.append(say("at_public", address=public))
    elif chosen.share:
        told["address"] = address
        lines.append(no_public_words(address, "en"))
    if address:
        lines += [say("on_network", address=address), qr_text(address)]
    sys.stdout.write("\n".join([*lines, say("to_stop"), ""]))
    sys.stdout.flush()
    return page


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Ask a video, in your browser.")
    parser.add_argument(
        "--host", default="127.0.0.1", help="the address to serve on; 0.0.0.0 for the network"
    )
    parser.add_argument("--port", type=int, help="the port (default: the first free one from 7860)")
    parser.add_argument("--model", default="fused", help="the model chosen at first")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    add_hub_arguments(parser)
    parser.add_argument("--share", action="store_true", help="make a public link through Gradio")
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="ask visitors for this")
    parser.add_argument(
        "--limits", action="store_true", help="bound what visitors take, as when the page is shared"
    )
    parser.add_argument("--mcp", action="store_true", help="serve the endpoints to MCP clients too")
    parser.add_argument("--browser", action="store_true", help="open the page in a browser")
    return parser


def _auth(stated: str | None) -> tuple[str, str] | None:
    """User and password.

    Raises:
        SettingError: not in the form USER:PASSWORD.
    """
    if stated is None:
        return None
    user, colon, password = stated.partition(":")
    if not (user and colon and password):
        raise SettingError(
            "--auth must be USER:PASSWORD.", cure="Say for example --auth anna:secret."
        )
    return user, password
