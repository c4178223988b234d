"""Addresses under which others reach the page, and the notice for a public link that could not be made."""

from __future__ import annotations

import html
import io
import ipaddress
import socket

import qrcode
from qrcode.image.svg import SvgPathImage

from vqa.ui.i18n import Language, translate


def is_private(host: str) -> bool:
    """Return whether a page served on this host can be reached from this machine alone."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def lan_address(host: str, port: int) -> str | None:
    """Return the page's address on the local network, or None for a private host."""
    if is_private(host):
        return None
    if host not in ("0.0.0.0", "::"):
        return f"http://{host}:{port}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        try:
            udp.connect(("192.0.2.1", 9))  # sends nothing; it only selects the outgoing address
        except OSError:
            return None
        return f"http://{udp.getsockname()[0]}:{port}"


def no_public_link_text(address: str | None, language: Language) -> str:
    """Explain that no public link could be made, and what to do instead.

    Args:
        address: the page's address on the local network, or None.
        language: of the text.
    """
    alternative = (
        translate("on_network", language, address=address)
        if address
        else translate("not_on_network", language)
    )
    return f"{translate('no_public_link', language)} {alternative}"


def no_public_link_html(address: str | None, language: Language) -> str:
    """Return `no_public_link_text` as HTML, with a QR code of the address."""
    text = html.escape(no_public_link_text(address, language))
    code = qr_svg(address, translate("qr_alt", language)) if address else ""
    return f'<div class="vqa-notice" role="status"><span>{text}</span>{code}</div>'


def qr_svg(address: str, alt: str) -> str:
    """Return a QR code of an address as an SVG element.

    Args:
        address: what the code contains.
        alt: describes the picture to screen readers.
    """
    buffer = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=2).save(buffer)
    picture = buffer.getvalue().decode().split("?>", 1)[-1]
    return picture.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alt)}" ', 1)


def qr_text(address: str) -> str:
    """Return a QR code of an address as text for a terminal."""
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    buffer = io.StringIO()
    code.print_ascii(out=buffer, invert=True)
    return buffer.getvalue()
