"""A page from the web, fetched with care: limits on time, size and redirects, and no address inside the house."""

from __future__ import annotations

import ipaddress
import socket
import time
from dataclasses import dataclass

import httpx

from qa.errors import UnreadableSource

_SECONDS = 20.0
_LARGEST = 10_000_000  # bytes
_REDIRECTS = 5
_AGENT = "news-archive-qa (+https://example.org/news-archive-qa)"


@dataclass(frozen=True, slots=True)
class FetchedPage:
    url: str
    data: bytes
    charset: str | None


def fetch(url: str, *, allow_private: bool = False, transport: httpx.BaseTransport | None = None) -> FetchedPage:
    """Fetch one page, following at most 5 redirects; each address is checked before it is connected to.

    Raises:
        UnreadableSource: no such page, too slow, too large, or an address that is not on the public internet.
    """
    until = time.monotonic() + _SECONDS
    # trust_env=False: a proxy would connect to an address that was not checked here.
    with httpx.Client(transport=transport, timeout=_SECONDS, trust_env=False, headers={"User-Agent": _AGENT}) as client:
        try:
            target = httpx.URL(url)
            for _ in range(_REDIRECTS + 1):
                answer = _one_answer(client, target, allow_private=allow_private, until=until, origin=url)
                if isinstance(answer, FetchedPage):
                    return answer
                target = answer
        except (httpx.HTTPError, httpx.InvalidURL) as error:
            raise UnreadableSource(
                f"cannot be fetched: {_said(error)}", path=url, hint="check the address and the network"
            ) from error
    raise UnreadableSource(f"more than {_REDIRECTS} redirects", path=url)


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _one_answer(
    client: httpx.Client, target: httpx.URL, *, allow_private: bool, until: float, origin: str
) -> FetchedPage | httpx.URL:
    """The page, or where it redirects to."""
    request = _request(client, target, allow_private=allow_private, origin=origin)
    answer = client.send(request, stream=True)
    try:
        if answer.has_redirect_location:
            return target.join(answer.headers["location"])
        if answer.status_code != 200:
            raise UnreadableSource(f"the server answered {answer.status_code}", path=origin)
        return FetchedPage(str(target), _body(answer, until, origin), answer.charset_encoding)
    finally:
        answer.close()


def _request(client: httpx.Client, target: httpx.URL, *, allow_private: bool, origin: str) -> httpx.Request:
    """A request to the address that was checked, so that the name cannot come to mean another one in between."""
    if target.scheme not in ("http", "https") or not target.host:
        raise UnreadableSource(f"not a web address: {target}", path=origin)
    address = public_address(target.host, allow_private=allow_private, origin=origin)
    return client.build_request(
        "GET",
        target.copy_with(host=address),
        headers={"Host": target.netloc.decode("ascii")},
        extensions={"sni_hostname": target.host},
    )


def public_address(host: str, *, allow_private: bool, origin: str) -> str:
    """The address of a host, if all of its addresses are on the public internet.

    Raises:
        UnreadableSource: the host is unknown, or has a private, loopback or otherwise special address.
    """
    try:
        found = [str(entry[4][0]) for entry in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except (OSError, UnicodeError) as error:
        raise UnreadableSource(
            f"no such host: {host}", path=origin, hint="check the address and the network"
        ) from error
    if not allow_private and not all(ipaddress.ip_address(address.partition("%")[0]).is_global for address in found):
        raise UnreadableSource(
            f"{host} is not on the public internet", path=origin, hint="save the page and ingest the file"
        )
    return found[0]


def _body(answer: httpx.Response, until: float, origin: str) -> bytes:
    data = bytearray()
    for piece in answer.iter_bytes():
        data += piece
        if len(data) > _LARGEST:
            raise UnreadableSource(f"larger than {_LARGEST // 1_000_000} MB", path=origin)
        if time.monotonic() > until:
            raise UnreadableSource(f"slower than {_SECONDS:.0f} seconds", path=origin)
    return bytes(data)
