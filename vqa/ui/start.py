"""The page's command line."""

from __future__ import annotations

import argparse
import os
from collections.abc import Sequence

from vqa.errors import SettingError


def main(argv: Sequence[str] | None = None) -> None:
    """Parse the arguments, build the page, serve it until it is interrupted."""
    chosen = _parser().parse_args(argv)
    auth = _auth(chosen.auth)
    # Threads that spin while they wait starve the page on small machines; read before torch is imported.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    os.environ.setdefault("GOMP_SPINCOUNT", "0")
    from vqa.ui.page import PageOptions, build_page, launch

    page = build_page(PageOptions(model=chosen.model, device=chosen.device))
    launch(
        page,
        server_name=chosen.host,
        server_port=chosen.port,
        share=chosen.share,
        auth=auth,
        inbrowser=chosen.browser,
        run_history=False,
    )


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="app.py", description="Ask a video, in your browser.")
    parser.add_argument("--host", default="127.0.0.1", help="the address to serve on; 0.0.0.0 for the network")
    parser.add_argument("--port", type=int, help="the port (default: the first free one from 7860)")
    parser.add_argument("--model", default="fused", help="the model chosen at first")
    parser.add_argument("--device", default="auto", help="auto, cpu, cuda, cuda:1, mps")
    parser.add_argument("--share", action="store_true", help="make a public link through Gradio")
    parser.add_argument("--auth", metavar="USER:PASSWORD", help="ask visitors for this")
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
        raise SettingError("--auth must be USER:PASSWORD.", cure="Say for example --auth anna:secret.")
    return user, password
