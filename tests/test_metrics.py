"""digitscan.running.metrics: figures and health over HTTP on this machine."""

from __future__ import annotations

import importlib
import sys
import time
from http.client import HTTPConnection

import pytest
from prometheus_client.parser import text_string_to_metric_families

from digitscan.errors import UsageError
from digitscan.running.metrics import ALIVE, MetricsHooks


class Clock:
    """Seconds that stand still."""

    now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def hooks(clock: Clock) -> MetricsHooks:
    return MetricsHooks(0, clock)


def answer(hooks: MetricsHooks, path: str) -> tuple[int, str]:
    connection = HTTPConnection("127.0.0.1", hooks.port, timeout=10)
    connection.request("GET", path)
    response = connection.getresponse()
    text = response.read().decode()
    connection.close()
    return response.status, text


def figures(hooks: MetricsHooks) -> dict[str, float]:
    """Return each sample by its name, with its labels' values behind it."""
    status, text = answer(hooks, "/metrics")
    assert status == 200
    return {
        " ".join([sample.name, *sample.labels.values()]): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def test_figures_are_there_before_anything_happened(hooks: MetricsHooks) -> None:
    found = figures(hooks)
    for result in ("done", "failed", "duplicate"):
        assert found[f"digitscan_documents_total {result}"] == 0
    assert found["digitscan_last_success_timestamp_seconds"] == 0


def test_documents_pages_and_seconds(hooks: MetricsHooks) -> None:
    before = time.time()
    hooks.finished("done", 4, 2.0)
    hooks.finished("done", 0, 0.0)  # placed anew after a crash: nothing was timed
    hooks.finished("failed", 1, 9.0)
    hooks.finished("duplicate", 0, 0.0)
    hooks.retried("access")
    found = figures(hooks)
    assert found["digitscan_documents_total done"] == 2
    assert found["digitscan_documents_total failed"] == 1
    assert found["digitscan_documents_total duplicate"] == 1
    assert found["digitscan_pages_total"] == 4
    assert found["digitscan_page_seconds_sum"] == 0.5
    assert found["digitscan_page_seconds_count"] == 1
    assert found["digitscan_retries_total access"] == 1
    assert before <= found["digitscan_last_success_timestamp_seconds"] <= time.time()


def test_queue(hooks: MetricsHooks) -> None:
    hooks.queue(7, 2, 31.5)
    found = figures(hooks)
    assert found["digitscan_queue_length"] == 7
    assert found["digitscan_in_hand"] == 2
    assert found["digitscan_oldest_waiting_seconds"] == 31.5


def test_health_follows_the_beat(hooks: MetricsHooks, clock: Clock) -> None:
    assert answer(hooks, "/healthz")[0] == 503
    hooks.beat()
    clock.now = ALIVE
    assert answer(hooks, "/healthz") == (200, "alive\n")
    clock.now = ALIVE + 1
    assert answer(hooks, "/healthz?verbose")[0] == 503


def test_nothing_else_is_served(hooks: MetricsHooks) -> None:
    assert answer(hooks, "/")[0] == 404


def test_only_this_machine_is_served(hooks: MetricsHooks) -> None:
    assert hooks._server.server_address[0] == "127.0.0.1"


def test_a_port_in_use_is_explained(hooks: MetricsHooks) -> None:
    with pytest.raises(UsageError, match=f"port {hooks.port} cannot be opened.*choose another"):
        MetricsHooks(hooks.port)


def test_without_prometheus_client_the_cure_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delitem(sys.modules, "digitscan.running.metrics")
    monkeypatch.setitem(sys.modules, "prometheus_client", None)
    with pytest.raises(UsageError, match=r"pip install 'digitscan\[service\]'"):
        importlib.import_module("digitscan.running.metrics")
