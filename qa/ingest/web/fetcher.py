"""An address -> the page that lies there, politely and within limits; or one clear NotFetched.

Every request waits for its host's turn, goes to a checked address only, and is made again where the failure may pass.
Nothing is remembered from one request to the next: no cookies, no passwords.
"""

from __future__ import annotations

import ssl
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import httpx

from qa.errors import UnreadableSource
from qa.ingest.web.addresses import Unreachable, web_url, without_password
from qa.ingest.web.answers import ACCEPTED, NotFetched, Page, page_of, refused
from qa.ingest.web.limits import USER_AGENT, Clock, Limits, Stopped
from qa.ingest.web.robots import Robots
from qa.ingest.web.transport import CheckedTransport, deadline
from qa.ingest.web.turns import LeftAlone, Turns
from qa.types import Validators

_HEADERS = {"User-Agent": USER_AGENT, "Accept": "text/html,*/*;q=0.8", "Accept-Encoding": ACCEPTED}
_NETWORK_HINT = "check the address and the network"


@dataclass(slots=True)
class _Errand:
    """One fetch under way.

    Attributes:
        origin: the address as it was given, for messages.
        led: it was reached by a link, and not named by a person.
        known: what the archive remembers of the page.
        left: seconds that its requests may still take.
        largest: bytes.
        robots: it fetches a robots.txt: what is beyond ``largest`` is left out.
    """

    origin: str
    led: bool
    known: Validators | None
    left: float
    largest: int
    robots: bool = False


class Fetcher:
    """Fetches pages, many at a time if asked from many threads. Close it after use.

    Args:
        allow_private: fetch from private networks, and from this machine, too.
        verify: whose certificates are believed; by default those of certifi, or of ``SSL_CERT_FILE``.
    """

    def __init__(
        self,
        *,
        allow_private: bool = False,
        limits: Limits | None = None,
        clock: Clock | None = None,
        verify: ssl.SSLContext | None = None,
    ) -> None:
        self._limits = limits or Limits()
        self._clock = clock or Clock()
        self._turns = Turns(self._limits, self._clock)
        self._robots = Robots(self._robots_file, self._limits, self._clock)
        # More than are asked at a time: a connection that is kept for its host must not be in the way of another.
        connections = 2 * self._limits.threads
        self._transport = CheckedTransport(allow_private=allow_private, connections=connections, verify=verify)
        self._timeout = httpx.Timeout(self._limits.read, connect=self._limits.connect).as_dict()

    def fetch(self, url: str, *, led: bool = False, known: Validators | None = None) -> Page:
        """The page at an address.

        Args:
            url: http or https; what stands behind ``#`` is left out.
            led: a link led there, so the host's robots.txt is respected.
            known: asks for the page only if it is no longer as it was then.

        Raises:
            NotFetched: no such page, or none that may be had; the limits, the address or robots.txt forbid it.
            UnreadableSource: not an address that is fetched.
            Stopped: the run ended meanwhile.
        """
        limits, shown = self._limits, without_password(url)
        return self._run(_Errand(shown, led, known, limits.total, limits.largest), web_url(url, origin=shown))

    def close(self) -> None:
        """End what is under way."""
        self._clock.stop()
        self._transport.break_off()
        self._transport.close()

    def _run(self, errand: _Errand, target: httpx.URL) -> Page:
        for _ in range(self._limits.redirects + 1):
            if errand.led:
                self._require_leave(target, errand)
            answer = self._insist(target, errand)
            if isinstance(answer, Page):
                return answer
            target = answer
        # A status of 3xx: a robots.txt behind endless redirects counts as one that is not there (RFC 9309, 2.3.1.2).
        raise NotFetched(f"more than {self._limits.redirects} redirects", path=errand.origin, status=302)

    def _require_leave(self, target: httpx.URL, errand: _Errand) -> None:
        leave = self._robots.leave(target)
        self._turns.slow_down(target.host, leave.pause)
        if leave.refusal:
            hint = "name the page itself, if its publisher lets you: qa ingest URL"
            raise NotFetched(leave.refusal, path=errand.origin, hint=hint)

    def _insist(self, target: httpx.URL, errand: _Errand) -> Page | httpx.URL:
        """Make a request, and make it again where that may help."""
        wait = self._limits.first_wait
        for repetition in range(self._limits.repetitions + 1):
            try:
                answer = self._in_turn(target, errand)
            except NotFetched as error:
                self._make_room(target.host, error, wait)
                last = repetition == self._limits.repetitions or (error.after or 0) > self._limits.longest_wait
                if error.passing and not last and errand.left > 0:
                    wait *= 4
                    continue
                if error.passing or error.status is not None:
                    self._turns.note(target.host, answered=not error.passing)
                raise
            self._turns.note(target.host, answered=True)
            return answer
        raise AssertionError("the last repetition returns or raises")

    def _make_room(self, host: str, error: NotFetched, wait: float) -> None:
        if error.after is not None and error.status is not None:  # else it was left alone already
            self._turns.hold_off(host, error.after)
        elif error.passing:
            self._turns.hold_off(host, self._clock.scattered(wait))

    def _in_turn(self, target: httpx.URL, errand: _Errand) -> Page | httpx.URL:
        try:
            with self._turns.turn(target.host), _spending(errand):
                return self._ask(target, errand)
        except LeftAlone as error:
            raise NotFetched(error.message, path=errand.origin, after=error.seconds, hint="try again later") from error
        except Unreachable as error:
            raise NotFetched(error.message, path=errand.origin, hint=error.hint, passing=error.passing) from error
        except httpx.HTTPError as error:
            raise self._lost(error, errand.origin) from error

    def _lost(self, error: httpx.HTTPError, origin: str) -> NotFetched:
        if self._clock.stopped:
            raise Stopped from error
        if _is_untrusted(error):
            message = f"the server's certificate is not valid ({_said(error)})"
            return NotFetched(
                message, path=origin, hint="SSL_CERT_FILE names the certificates of a network of your own"
            )
        said = f"no answer in time ({_said(error)})" if isinstance(error, httpx.TimeoutException) else _said(error)
        return NotFetched(f"cannot be fetched: {said}", path=origin, hint=_NETWORK_HINT, passing=True)

    def _ask(self, target: httpx.URL, errand: _Errand) -> Page | httpx.URL:
        """The page, or where it redirects to."""
        conditions = _conditions(errand.known, target)
        extensions = {"timeout": self._timeout}
        request = httpx.Request("GET", target, headers=_HEADERS | conditions, extensions=extensions)
        answer = self._transport.handle_request(request)
        try:
            if answer.has_redirect_location:
                return _redirected(target, answer.headers["location"], errand.origin)
            if error := refused(answer, self._clock, origin=errand.origin):
                raise error
            if answer.status_code == 304 and not conditions:
                raise NotFetched("the server answered 304 to what was no such question", path=errand.origin, status=304)
            return page_of(answer, url=str(target), largest=errand.largest, cut=errand.robots, origin=errand.origin)
        finally:
            answer.close()

    def _robots_file(self, address: httpx.URL) -> bytes:
        limits = self._limits
        errand = _Errand(str(address), led=False, known=None, left=limits.total, largest=limits.robots, robots=True)
        page = self._run(errand, address)
        assert page.body is not None
        with page.body as body:
            return body.read(limits.robots)


@contextmanager
def _spending(errand: _Errand) -> Iterator[None]:
    """Charge what is done here to the time that the errand may take."""
    start = time.monotonic()
    with deadline(errand.left):
        try:
            yield
        finally:
            errand.left -= time.monotonic() - start


def _conditions(known: Validators | None, target: httpx.URL) -> dict[str, str]:
    """A state is asked about only where it was seen: a redirect may lead to another host now."""
    if known is None or known.found_at != str(target):
        return {}
    named = {"If-None-Match": known.etag, "If-Modified-Since": known.last_modified}
    return {name: value for name, value in named.items() if value}


def _redirected(target: httpx.URL, location: str, origin: str) -> httpx.URL:
    try:
        joined = str(target.join(location))
    except (httpx.InvalidURL, UnicodeError, ValueError) as error:
        raise NotFetched("it redirects to no address", path=origin) from error
    try:
        return web_url(joined, origin=origin)
    except UnreadableSource as error:
        raise NotFetched(f"it redirects: {error.message}", path=origin, hint=error.hint) from error


def _said(error: Exception) -> str:
    return (str(error) or type(error).__name__).splitlines()[0]


def _is_untrusted(error: BaseException | None) -> bool:
    while error is not None:
        if isinstance(error, ssl.SSLCertVerificationError):
            return True
        error = error.__cause__ or error.__context__
    return False
