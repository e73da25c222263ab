"""digitscan.running.systemd: what is told to a socket like systemd's."""

from __future__ import annotations

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest

from digitscan.running.systemd import SystemdHooks

pytestmark = pytest.mark.skipif(
    not hasattr(socket, "AF_UNIX"), reason="systemd talks over sockets of Unix"
)


class Systemd:
    """The end that listens."""

    def __init__(self, address: str) -> None:
        self.channel = socket.socket(socket.AF_UNIX, socket.SOCK_DGRAM)
        self.channel.bind(address)
        self.channel.setblocking(False)

    def heard(self) -> list[str]:
        messages = []
        while True:
            try:
                messages.append(self.channel.recv(4096).decode())
            except BlockingIOError:
                return messages


@pytest.fixture
def path(tmp_path: Path) -> str:
    return str(tmp_path / "notify")


@pytest.fixture
def systemd(path: str) -> Iterator[Systemd]:
    listener = Systemd(path)
    yield listener
    listener.channel.close()


def test_states_of_a_service(systemd: Systemd, path: str) -> None:
    hooks = SystemdHooks({"NOTIFY_SOCKET": path}, clock=lambda: 12.5)
    hooks.started()
    hooks.reloading()
    hooks.started()
    hooks.stopping()
    assert systemd.heard() == [
        "READY=1",
        "RELOADING=1\nMONOTONIC_USEC=12500000",
        "READY=1",
        "STOPPING=1",
    ]


def test_watchdog_is_fed_as_seldom_as_it_allows(systemd: Systemd, path: str) -> None:
    now = 0.0
    environ = {"NOTIFY_SOCKET": path, "WATCHDOG_USEC": "3000000", "WATCHDOG_PID": str(os.getpid())}
    hooks = SystemdHooks(environ, clock=lambda: now)
    hooks.beat()
    now = 0.9
    hooks.beat()
    assert systemd.heard() == ["WATCHDOG=1"]
    now = 1.0
    hooks.beat()
    assert systemd.heard() == ["WATCHDOG=1"]


@pytest.mark.parametrize(
    "watchdog",
    [{}, {"WATCHDOG_USEC": "never"}, {"WATCHDOG_USEC": "3000000", "WATCHDOG_PID": "1"}],
)
def test_no_watchdog_for_this_process(
    systemd: Systemd, path: str, watchdog: dict[str, str]
) -> None:
    SystemdHooks({"NOTIFY_SOCKET": path} | watchdog).beat()
    assert systemd.heard() == []


def test_status_is_told_when_it_changes(systemd: Systemd, path: str) -> None:
    hooks = SystemdHooks({"NOTIFY_SOCKET": path})
    for oldest in (1.0, 2.0, 180.0):
        hooks.queue(3, 2, oldest)
    assert systemd.heard() == [
        "STATUS=2 documents in hand, 3 waiting",
        "STATUS=2 documents in hand, 3 waiting, the oldest for 3 min",
    ]


@pytest.mark.skipif(not Path("/proc").exists(), reason="only Linux has such addresses")
def test_address_without_a_file() -> None:
    name = f"digitscan-test-{os.getpid()}"
    listener = Systemd(f"\0{name}")
    SystemdHooks({"NOTIFY_SOCKET": f"@{name}"}).started()
    assert listener.heard() == ["READY=1"]
    listener.channel.close()


@pytest.mark.parametrize("environ", [{}, {"NOTIFY_SOCKET": "vsock:2:1"}])
def test_nobody_asked(environ: dict[str, str]) -> None:
    SystemdHooks(environ).started()


def test_a_listener_that_is_gone_ends_nothing(path: str) -> None:
    SystemdHooks({"NOTIFY_SOCKET": path}).started()
