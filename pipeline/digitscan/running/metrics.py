"""Figures of the service for Prometheus, and whether it is alive, on this machine alone."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable
from http.server import ThreadingHTTPServer

from digitscan.errors import UsageError
from digitscan.running.hooks import Hooks

try:
    from prometheus_client import CollectorRegistry, Counter, Gauge, Histogram, ProcessCollector
    from prometheus_client.exposition import MetricsHandler
except ImportError as error:
    raise UsageError(
        "--metrics needs prometheus-client: pip install 'digitscan[service]'"
    ) from error

ALIVE = 60.0
"""Seconds without a beat of the loop after which the service counts as hanging."""
STATES = ("done", "failed", "duplicate")
SECONDS = (0.1, 0.2, 0.5, 1, 2, 5, 10, 20, 60)
"""Upper ends of the histogram of seconds a page."""


class MetricsHooks(Hooks):
    """Keeps the figures and serves them: `/metrics`, and `/healthz` for those who restart.

    That ends with the process.

    Parameters
    ----------
    port
        Port of 127.0.0.1; 0 takes one that is free.
    clock
        Seconds that never run backwards.

    Raises
    ------
    UsageError
        The port is in use or not allowed.
    """

    def __init__(self, port: int, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._beaten: float | None = None
        self._define(registry := CollectorRegistry())
        try:
            self._server = ThreadingHTTPServer(("127.0.0.1", port), _handler(registry, self))
        except OSError as error:
            raise UsageError(
                f"--metrics: port {port} cannot be opened: {error.strerror}; choose another"
            ) from error
        threading.Thread(target=self._server.serve_forever, name="metrics", daemon=True).start()

    def _define(self, registry: CollectorRegistry) -> None:
        ProcessCollector(registry=registry)  # memory, open files, CPU time of the main process
        self._documents = Counter(
            "digitscan_documents", "Documents in their place.", ["result"], registry=registry
        )
        for state in STATES:  # a counter that starts at 0 shows its first step
            self._documents.labels(state)
        self._pages = Counter("digitscan_pages", "Pages of documents done.", registry=registry)
        self._seconds = Histogram(
            "digitscan_page_seconds",
            "Seconds a page, from a document taken in hand to its results in place.",
            buckets=SECONDS,
            registry=registry,
        )
        self._retries = Counter(
            "digitscan_retries", "Attempts to be made again.", ["error"], registry=registry
        )
        self._waiting = Gauge("digitscan_queue_length", "Files that wait.", registry=registry)
        self._in_hand = Gauge("digitscan_in_hand", "Documents in hand.", registry=registry)
        self._oldest = Gauge(
            "digitscan_oldest_waiting_seconds",
            "How long the file that waits longest has.",
            registry=registry,
        )
        self._success = Gauge(
            "digitscan_last_success_timestamp_seconds",
            "When a document was done last, in Unix time; 0 for not yet.",
            registry=registry,
        )

    @property
    def port(self) -> int:
        """The port that is served."""
        return self._server.server_port

    @property
    def alive(self) -> bool:
        """Whether the loop was heard of lately."""
        return self._beaten is not None and self._clock() - self._beaten <= ALIVE

    def beat(self) -> None:
        """Note that the loop goes round."""
        self._beaten = self._clock()

    def queue(self, waiting: int, in_hand: int, oldest: float) -> None:
        """Note what is to be done."""
        self._waiting.set(waiting)
        self._in_hand.set(in_hand)
        self._oldest.set(oldest)

    def finished(self, state: str, pages: int, seconds: float) -> None:
        """Count a document, and its pages where it was read well."""
        self._documents.labels(state).inc()
        if state == "done":
            self._success.set_to_current_time()
            self._pages.inc(pages)
            if pages:
                self._seconds.observe(seconds / pages)

    def retried(self, error: str) -> None:
        """Count what is tried again."""
        self._retries.labels(error).inc()


def _handler(figures: CollectorRegistry, service: MetricsHooks) -> type[MetricsHandler]:
    class Handler(MetricsHandler):
        """Answers one request."""

        registry = figures
        timeout = 10  # a client that says nothing holds no thread for long

        def do_GET(self) -> None:  # noqa: N802 - the name that http.server calls
            path = self.path.partition("?")[0]
            if path == "/metrics":
                super().do_GET()
            elif path == "/healthz":
                self._answer(*((200, "alive") if service.alive else (503, "hanging")))
            else:
                self._answer(404, "there are /metrics and /healthz")

        def _answer(self, status: int, text: str) -> None:
            body = f"{text}\n".encode()
            self.send_response(status)
            self.send_header("Content-Type", "text/plain; charset=utf-8")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

    return Handler
