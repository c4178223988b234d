"""Where others can reach the page, and what to say when a public link cannot be had."""

from __future__ import annotations

import html
import io
import ipaddress
import socket

import qrcode
from qrcode.image.svg import SvgPathImage

from vqa.ui.i18n import Language, say


def is_private(host: str) -> bool:
    """Whether a page served on this host is seen from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def lan_address(host: str, port: int) -> str | None:
    """The page's address on the local network, or None where it is served to this machine alone."""
    if is_private(host):
        return None
    if host not in ("0.0.0.0", "::"):
        return f"http://{host}:{port}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(("192.0.2.1", 9))  # sends nothing; only asks which address would be used
        except OSError:
            return None
        return f"http://{probe.getsockname()[0]}:{port}"


def no_public_words(address: str | None, language: Language) -> str:
    """What is said when no public link could be made, with what can be done instead."""
    instead = (
        say("on_network", language, address=address) if address else say("not_on_network", language)
    )
    return f"{say('no_public', language)} {instead}"


def no_public_notice(address: str | None, language: Language) -> str:
    """The same as HTML, with a QR code of the address."""
    words = html.escape(no_public_words(address, language))
    code = qr_svg(address, say("qr_alt", language)) if address else ""
    return f'<div class="vqa-notice" role="status"><span>{words}</span>{code}</div>'


def qr_svg(address: str, alt: str) -> str:
    """A QR code as an SVG picture."""
    packed = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=2).save(packed)
    picture = packed.getvalue().decode().split("?>", 1)[-1]
    return picture.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alt)}" ', 1)


def qr_text(address: str) -> str:
    """A QR code for a terminal."""
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    packed = io.StringIO()
    code.print_ascii(out=packed, invert=True)
    return packed.getvalue()
