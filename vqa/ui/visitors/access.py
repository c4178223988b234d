"""Who may use a page, and from where."""

from __future__ import annotations

from dataclasses import dataclass

from vqa.ui.visitors.accounts import Accounts


@dataclass(frozen=True, kw_only=True)
class Access:
    """Who may use a page, and from where.

    Args:
        accounts: accounts that may use the page; None admits everybody.
        is_local: whether only this machine may use the page.
        is_tunnelled: whether visitors arrive through a tunnel that ends on this machine.
        is_embedded: whether other sites embed the page in a frame (a Hugging Face Space).
        proxies: addresses or networks of reverse proxies whose `X-Forwarded-For` and
            `X-Forwarded-Proto` headers are believed.
        metrics_token: bearer token of `/metrics`; None refuses it unless the page is local.
    """

    accounts: Accounts | None = None
    is_local: bool = True
    is_tunnelled: bool = False
    is_embedded: bool = False
    proxies: tuple[str, ...] = ()
    metrics_token: str | None = None
