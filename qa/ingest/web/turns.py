"""Whose turn it is: how many requests a host has at a time, how far apart they begin, and when it is left alone."""

from __future__ import annotations

import threading
from collections import OrderedDict
from collections.abc import Iterator
from contextlib import contextmanager

from qa.ingest.web.limits import Clock, Limits

_MOST_HOSTS = 1_000  # remembered; those that nobody waits for are forgotten, the longest unused first
_LONGEST_HOLD = 86_400.0  # seconds: a server that says 30 years has made a mistake


class LeftAlone(Exception):
    """The host is not asked for the moment.

    Args:
        message: why.
        seconds: until it may be asked again.
    """

    def __init__(self, message: str, seconds: float) -> None:
        super().__init__(message)
        self.message = message
        self.seconds = seconds


class _Host:
    def __init__(self, limits: Limits) -> None:
        self.slots = threading.BoundedSemaphore(limits.per_host)
        self.pause = limits.pause
        self.free_at = 0.0  # when the next request may begin
        self.failures = 0  # in a row
        self.users = 0
        self.asked_to_wait = ""


class Turns:
    """The hosts of a run. Thread-safe."""

    def __init__(self, limits: Limits, clock: Clock) -> None:
        self._limits = limits
        self._clock = clock
        self._guard = threading.Lock()
        self._hosts: OrderedDict[str, _Host] = OrderedDict()

    @contextmanager
    def turn(self, name: str) -> Iterator[None]:
        """Wait until this host may be asked, and keep the place until the request is done.

        Raises:
            LeftAlone: that would take longer than the limits allow.
            Stopped: the run ended meanwhile.
        """
        host = self._join(name)
        try:
            with host.slots:
                self._clock.wait(self._wait_for(name, host))
                yield
        finally:
            with self._guard:
                host.users -= 1

    def slow_down(self, name: str, seconds: float | None) -> None:
        """Begin requests to this host at least so far apart, within the limits; None: as far as usual."""
        asked = self._limits.pause if seconds is None else seconds
        with self._guard:
            self._host(name).pause = max(self._limits.pause, min(asked, self._limits.longest_pause))

    def hold_off(self, name: str, seconds: float) -> None:
        """Begin no request to this host for a while, as it asked for."""
        with self._guard:
            host = self._host(name)
            host.free_at = max(host.free_at, self._clock.now() + min(seconds, _LONGEST_HOLD))
            host.asked_to_wait = f"{name} asked to be left alone for {seconds:,.0f} seconds"

    def note(self, name: str, *, answered: bool) -> None:
        """Say how a fetch ended; a host that fails again and again is left alone for a while."""
        with self._guard:
            host = self._host(name)
            host.failures = 0 if answered else host.failures + 1
            if host.failures >= self._limits.patience:
                host.free_at = max(host.free_at, self._clock.now() + self._limits.rest)
                host.asked_to_wait = f"{name} failed {host.failures} times in a row, and is left alone for now"

    def _join(self, name: str) -> _Host:
        with self._guard:
            host = self._host(name)
            host.users += 1
            return host

    def _host(self, name: str) -> _Host:
        if name not in self._hosts:
            self._forget_some()
            self._hosts[name] = _Host(self._limits)
        self._hosts.move_to_end(name)
        return self._hosts[name]

    def _forget_some(self) -> None:
        now = self._clock.now()
        idle = (name for name, host in self._hosts.items() if not host.users and host.free_at <= now)
        for name in list(idle)[: max(len(self._hosts) - _MOST_HOSTS + 1, 0)]:
            del self._hosts[name]

    def _wait_for(self, name: str, host: _Host) -> float:
        """Take the next beginning that is free, and say how far away it is."""
        with self._guard:
            now = self._clock.now()
            wait = max(host.free_at - now, 0.0)
            if wait > self._limits.longest_wait + host.pause * self._limits.per_host:
                raise LeftAlone(host.asked_to_wait or f"{name} asks for long pauses", wait)
            host.free_at = now + wait + host.pause
            return wait
