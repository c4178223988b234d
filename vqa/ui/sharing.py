"""LAN address and QR code of the page, and the notice that a public link failed."""

from __future__ import annotations

import html
import io
import ipaddress
import socket

import qrcode
from qrcode.image.svg import SvgPathImage

from vqa.ui.i18n import Language, translate


def is_private(host: str) -> bool:
    """Whether a host is `localhost` or a loopback address, reachable from this machine only.

    False for any other name, as it is not looked up.
    """
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def url_host(host: str) -> str:
    """Return a host as a URL has it: an IPv6 address in brackets, its zone percent-encoded.

    Source: RFC 3986 section 3.2.2, RFC 6874 section 2.
    """
    return f"[{host.replace('%', '%25')}]" if ":" in host else host


def lan_address(host: str, port: int) -> str | None:
    """Return the page's URL on the local network: `http://HOST:PORT`; None if there is none.

    None for a loopback host, and where this machine has no route to a network. For 0.0.0.0 and ::,
    the IPv4 address of the outgoing route is taken.
    """
    if is_private(host):
        return None
    if host not in ("0.0.0.0", "::"):
        return f"http://{url_host(host)}:{port}"
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as udp:
        try:
            udp.connect(("192.0.2.1", 9))  # sends nothing; it only selects the outgoing address
        except OSError:
            return None
        return f"http://{udp.getsockname()[0]}:{port}"


def no_public_link_text(address: str | None, language: Language) -> str:
    """Return a text, not escaped, that no public link could be created, with the LAN address.

    Args:
        address: the page's URL on the local network; None explains how to serve the page there.
        language: language of the text.
    """
    alternative = (
        translate("on_network", language, address=address)
        if address
        else translate("not_on_network", language)
    )
    return f"{translate('no_public_link', language)} {alternative}"


def no_public_link_html(address: str | None, language: Language) -> str:
    """Return `no_public_link_text` as HTML, with a QR code if there is an address."""
    text = html.escape(no_public_link_text(address, language))
    code = qr_svg(address, translate("qr_alt", language)) if address else ""
    return f'<div class="vqa-notice" role="status"><span>{text}</span>{code}</div>'


def qr_svg(address: str, alt: str) -> str:
    """Return a QR code of an address as an `<svg>` element.

    Args:
        address: the URL to encode.
        alt: text that describes the QR code to screen readers.
    """
    buffer = io.BytesIO()
    qrcode.make(address, image_factory=SvgPathImage, border=2).save(buffer)
    picture = buffer.getvalue().decode().split("?>", 1)[-1]
    return picture.replace("<svg ", f'<svg role="img" aria-label="{html.escape(alt)}" ', 1)


def qr_text(address: str) -> str:
    """Return a QR code of an address as lines of block characters, to print in a terminal."""
    code = qrcode.QRCode(border=2)
    code.add_data(address)
    buffer = io.StringIO()
    code.print_ascii(out=buffer, invert=True)
    return buffer.getvalue()
