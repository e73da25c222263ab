"""What systemd wants to hear of a service: sd_notify(3), a datagram of lines to its socket."""

from __future__ import annotations

import contextlib
import os
import socket
import time
from collections.abc import Callable, Mapping

from digitscan.running.hooks import Hooks

PATIENCE = 1.0
"""Longest time that a message waits for systemd to have room for it, in seconds."""


class SystemdHooks(Hooks):
    """Tells systemd; where it did not start this process, nothing is told.

    Parameters
    ----------
    environ
        Where systemd says what it wants: NOTIFY_SOCKET, WATCHDOG_USEC and WATCHDOG_PID.
    clock
        Seconds that never run backwards; systemd's own for reloads is CLOCK_MONOTONIC.
    """

    def __init__(
        self,
        environ: Mapping[str, str] = os.environ,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self._address = _address(environ.get("NOTIFY_SOCKET", ""))
        self._interval = _interval(environ)
        self._clock = clock
        self._beaten = float("-inf")
        self._status = ""

    def started(self) -> None:
        """Tell that the service is at work."""
        self._send("READY=1")

    def beat(self) -> None:
        """Feed the watchdog, as seldom as it allows."""
        now = self._clock()
        if self._interval is not None and now - self._beaten >= self._interval:
            self._beaten = now
            self._send("WATCHDOG=1")

    def queue(self, waiting: int, in_hand: int, oldest: float) -> None:
        """Tell what `systemctl status` is to show."""
        status = f"{in_hand} documents in hand, {waiting} waiting"
        if oldest >= 60:
            status += f", the oldest for {oldest / 60:.0f} min"
        if status != self._status:
            self._status = status
            self._send(f"STATUS={status}")

    def reloading(self) -> None:
        """Tell that the settings are loaded anew; `started` ends that."""
        self._send(f"RELOADING=1\nMONOTONIC_USEC={self._clock() * 1e6:.0f}")

    def stopping(self) -> None:
        """Tell that the service ends."""
        self._send("STOPPING=1")

    def _send(self, message: str) -> None:
        if self._address is None:
            return
        # A supervisor that cannot be told is no reason to stop working.
        with (
            contextlib.suppress(OSError),
            socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM) as channel,
        ):
            channel.settimeout(PATIENCE)
            channel.connect(self._address)
            channel.sendall(message.encode())


def _address(name: str) -> str | None:
    """Return the address of the socket: a path, or `@` and a name that is in no folder."""
    if name.startswith("/"):
        return name
    return "\0" + name[1:] if name.startswith("@") else None


def _interval(environ: Mapping[str, str]) -> float | None:
    """Return seconds between two beats, a third of what the watchdog allows; None without one."""
    period = environ.get("WATCHDOG_USEC", "")
    if environ.get("WATCHDOG_PID", str(os.getpid())) != str(os.getpid()) or not period.isdecimal():
        return None
    return int(period) / 3e6
