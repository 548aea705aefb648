"""Which addresses are asked: http and https, on the public internet, or in a private network where that is allowed.

A name is looked up once for a connection, every address that it has is checked, and one of these very addresses is
connected to (``qa.ingest.web.transport``): the name cannot come to mean another one in between.
"""

from __future__ import annotations

import ipaddress
import re
import socket

import httpx

from qa.errors import UnreadableSource

_UNICAST = ipaddress.IPv6Network("2000::/3")  # all that was ever given out; the rest is special or yet to come
_NAT64 = ipaddress.IPv6Network("64:ff9b::/96")  # IPv4 behind a gateway (RFC 6052)
_HOST = re.compile(r"[^\s%\\\x00-\x1f\x7f/?#@]+")
_MOST_ADDRESSES = 64  # of one name
_LONGEST = 8_000  # characters of an address; servers refuse more
_FOR_NOW = (socket.EAI_AGAIN, socket.EAI_MEMORY, socket.EAI_SYSTEM)


class Unreachable(Exception):
    """A host that must not, or cannot, be connected to.

    Args:
        message: why.
        hint: what to do.
        passing: it may be different in a moment.
    """

    def __init__(self, message: str, *, hint: str, passing: bool = False) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.passing = passing


def web_url(text: str, *, origin: str) -> httpx.URL:
    """The address as it is asked for: without what stands behind ``#``.

    Args:
        text: what was given, or what a redirect says.
        origin: names what led there in messages.

    Raises:
        UnreadableSource: not http or https, no host, a name and password in it, or no address at all.
    """
    try:
        url = httpx.URL(text[: _LONGEST + 1])
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise UnreadableSource(f"not a web address ({error})", path=origin, hint="check its spelling") from error
    if url.scheme not in {"http", "https"} or not _HOST.fullmatch(url.host) or len(text) > _LONGEST:
        hint = "addresses that begin with http:// or https:// are fetched"
        raise UnreadableSource(f"not a web address: {without_password(text)}", path=origin, hint=hint)
    if url.userinfo:
        # Sent along, it would reach whoever the server redirects to; kept, it would stand in the archive.
        hint = "fetch the page yourself, and ingest the file"
        raise UnreadableSource("the address holds a name and a password, which are not sent", path=origin, hint=hint)
    return url.copy_with(fragment=None)


def without_password(text: str) -> str:
    """An address as it may be shown: without what stands before the host's ``@``."""
    start, slashes, rest = text.partition("//")
    host = rest.split("/", 1)[0].split("?", 1)[0].split("#", 1)[0]
    return start + slashes + rest[host.rfind("@") + 1 :] if "@" in host else text


def addresses_of(host: str, port: int, *, allow_private: bool) -> list[str]:
    """The addresses of a host, all of which may be connected to.

    Raises:
        Unreachable: no such host, or one with an address that is not on the public internet.
    """
    try:
        found = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as error:
        raise Unreachable(f"no such host: {host}", hint="check the address") from error
    except OSError as error:
        passing = error.errno in _FOR_NOW
        message = f"the name {host} cannot be looked up now" if passing else f"no such host: {host}"
        raise Unreachable(message, hint="check the address and the network", passing=passing) from error
    addresses = list(dict.fromkeys(str(entry[4][0]) for entry in found))[:_MOST_ADDRESSES]
    if not allow_private and not all(is_public(address) and not is_own(address) for address in addresses):
        raise Unreachable(
            f"{host} is not on the public internet", hint="--allow-private fetches from your own network, too"
        )
    return addresses


def is_public(address: str) -> bool:
    """Whether an IP address belongs to one machine on the public internet; an IPv4 one inside an IPv6 one counts."""
    found = ipaddress.ip_address(address.partition("%")[0])
    if isinstance(found, ipaddress.IPv4Address):
        return found.is_global and not found.is_multicast
    if inner := _inside(found):
        return is_public(str(inner))
    return found in _UNICAST and found.is_global


def _inside(address: ipaddress.IPv6Address) -> ipaddress.IPv4Address | None:
    if address in _NAT64:
        return ipaddress.IPv4Address(int(address) & 0xFFFFFFFF)
    return address.ipv4_mapped or address.sixtofour


def is_own(address: str) -> bool:
    """Whether it is an address of this machine, which may be a public one: to itself, it sends from that address.

    Nothing is sent for this: connecting a datagram socket only asks for the way.
    """
    family = socket.AF_INET6 if ":" in address else socket.AF_INET
    try:
        with socket.socket(family, socket.SOCK_DGRAM) as probe:
            probe.connect((address, 9))
            return bool(probe.getsockname()[0] == address.partition("%")[0])
    except OSError:  # no way there: connecting will say so
        return False
