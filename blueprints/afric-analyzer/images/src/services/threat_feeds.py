"""Threat intelligence: lists of addresses, fetched over HTTPS."""

import ipaddress
import urllib.parse
import urllib.request
from collections.abc import Callable

Open = Callable[..., object]
MOST = 4_000_000  #: bytes of a list that are read


class PlainFeedError(ValueError):
    """A feed whose address is not HTTPS: somebody between could change it."""


def _download(url: str) -> str:
    with urllib.request.urlopen(url, timeout=10) as found:  # noqa: S310, RUF100 the scheme was checked
        return found.read(MOST).decode(errors="replace")


def fetch(url: str, download: Callable[[str], str] = _download) -> frozenset[str]:
    """The addresses of a list, one a line; comments and what is no address are left out. Raises PlainFeedError."""
    if urllib.parse.urlsplit(url).scheme != "https":
        raise PlainFeedError(f"{url} is not HTTPS")
    return frozenset(word for line in download(url).splitlines() if (word := _address(line)))


def _address(line: str) -> str:
    word = line.partition("#")[0].strip()
    try:
        return str(ipaddress.ip_address(word))
    except ValueError:
        return ""
