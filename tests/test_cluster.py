"""digitscan.running.cluster with a real scheduler and real workers, which are killed at the end."""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import Future
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from digitscan import __version__
from digitscan.errors import ClusterError, ExitCode, ModelError, UsageError
from digitscan.places import Place, Url
from digitscan.reading.engine import model_hash
from digitscan.running import batch, cluster, dask_client, host
from digitscan.running.backend import open_backend
from digitscan.running.messages import Counted, Failed, Finished, Gone, Overran, Span, Task
from digitscan.running.run import run
from digitscan.running.tally import Tally
from digitscan.settings import OutputSettings, RunSettings, Settings
from faults import harness
from machines import Machines, kill

pytest.importorskip("distributed")
SAMPLES = Path(__file__).parent.parent / "samples"
FAKE = (sys.executable, "-P", str(Path(__file__).with_name("fake_worker.py")))
TABLES = 3
FIELDS, PAGES = 34, 9
"""Tasks of 16 files, spans of 4 pages: more than two of each."""


@pytest.fixture(scope="module")
def machines(tmp_path_factory: pytest.TempPathFactory, s3: str) -> Iterator[Machines]:  # noqa: ARG001 - the workers know the server by the environment
    found = Machines(tmp_path_factory.mktemp("cluster"), 2)
    yield found
    found.close()


@pytest.fixture(scope="module")
def s3() -> Iterator[str]:
    """Start a server that speaks S3, and make a bucket; gives its URL."""
    moto = pytest.importorskip("moto.server")
    s3fs = pytest.importorskip("s3fs")
    server = moto.ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    address, port = server.get_host_and_port()
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("AWS_ENDPOINT_URL", f"http://{address}:{port}")
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
            patch.setenv(name, "test")
        s3fs.S3FileSystem(use_listings_cache=False).mkdir("bucket")
        yield "s3://bucket"
    server.stop()


@pytest.fixture(scope="module")
def scans(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Draw fields, a document of many pages, and files that cannot be read."""
    folder = tmp_path_factory.mktemp("scans")
    for index in range(FIELDS):
        (folder / f"{index:02d}.png").write_bytes(harness.field(index))
    first, *rest = (Image.open(folder / f"{index:02d}.png") for index in range(PAGES))
    first.save(folder / "long.tif", save_all=True, append_images=rest)
    (folder / "broken.png").write_bytes(harness.field(1)[:200])
    (folder / "empty.png").touch()
    return folder


def settings(out: Place, scheduler: str | None = None) -> Settings:
    output = OutputSettings(
        out.joinpath("r.csv"), out.joinpath("n.csv"), annotated=out.joinpath("drawn")
    )
    return Settings(output=output, running=RunSettings(workers=2, scheduler=scheduler))


def read(scans: Place, out: Place, scheduler: str | None = None, resume: bool = False) -> ExitCode:
    wanted = settings(out, scheduler)
    with open_backend(wanted) as backend:
        return run([scans], wanted, backend, resume)


def content(folder: Path) -> dict[str, bytes]:
    files = [path for path in folder.rglob("*") if path.is_file()]
    return {path.relative_to(folder).as_posix(): path.read_bytes() for path in files}


@pytest.fixture(scope="module")
def local(scans: Path, tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Give what a run on one machine writes."""
    out = tmp_path_factory.mktemp("local")
    read(scans, out)
    found = content(out)
    assert len(found) == TABLES + FIELDS + PAGES
    return found


# One machine of a cluster, its worker the one of fake_worker.py.


@pytest.fixture
def process(monkeypatch: pytest.MonkeyPatch) -> Iterator[host.Process]:
    monkeypatch.setattr("digitscan.running.pool.COMMAND", FAKE)
    found = host.Process(Settings(running=RunSettings(time_limit=1.0)))
    yield found
    found.close()


def task(path: Path) -> Task:
    path.write_text("1")
    return Task((Span(0, path, path.name),))


def test_a_crash_and_a_hang_end_the_worker_process_only(
    process: host.Process, tmp_path: Path
) -> None:
    counted, gone = process.read(task(tmp_path / "crash1.png"), model_hash())
    assert isinstance(counted, Counted)
    assert gone == Gone(-signal.SIGSEGV)
    *_, late = process.read(task(tmp_path / "hang.png"), model_hash())
    assert late == Overran()
    *_, done = process.read(task(tmp_path / "a.png"), model_hash())
    assert isinstance(done, Finished)
    told = f"has model {model_hash()} of digitscan, this machine has other"
    with pytest.raises(ModelError, match=told):
        process.read(task(tmp_path / "a.png"), "other")


def test_a_worker_process_without_work_is_ended(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("digitscan.running.pool.COMMAND", FAKE)
    order = host.order(Settings(), model_hash(), task(tmp_path / "a.png"))
    assert isinstance(host.read(__version__, order)[-1], Finished)
    (process,) = host._idle
    monkeypatch.setattr(host, "IDLE", 0.0)
    host._end_idle()
    assert host._idle == []
    assert process._pool.workers == []


def test_an_order_of_another_version_is_not_even_looked_at() -> None:
    (failed,) = host.read("9.9", b"")
    assert isinstance(failed, Failed)
    assert isinstance(failed.error, ModelError)


# What is in flight.


@dataclass
class Nobody:
    """A client of a cluster that takes tasks and never answers."""

    threads: int
    submitted: list[bytes] = field(default_factory=list)

    def nthreads(self) -> dict[str, int]:
        return {"tcp://somewhere": self.threads} if self.threads else {}

    def submit(self, _: object, __: str, ordered: bytes, **___: object) -> "Future[None]":
        self.submitted.append(ordered)
        return Future()


def filled(client: Nobody, files: list[Path], monkeypatch: pytest.MonkeyPatch) -> cluster.Cluster:
    """Send files off, each as a task, while the cluster takes more."""
    monkeypatch.setattr(cluster, "connect", lambda _: client)
    backend = cluster.Cluster(settings(Path("out"), "tcp://host:8786"))
    backend.__enter__()
    for file in files:
        if backend.free:
            backend.take().send(Task((Span(0, file, file.name),)))
    return backend


def test_as_many_tasks_are_in_flight_as_keep_the_workers_busy(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    backend = filled(Nobody(3), [tmp_path] * 100, monkeypatch)
    assert len(backend.workers) == 3 * cluster.AHEAD
    backend.end(backend.workers[0])
    assert backend.free


class Lost(Future):  # type: ignore[type-arg]  # of what is never given
    """A task that was over when its worker died, and is read again."""

    status = "pending"
    asked = 0

    def add_done_callback(self, fn: Callable[..., object]) -> None:
        self.asked += 1
        if self.asked == 1:
            fn(self)


def test_a_result_that_was_lost_is_waited_for_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    future = Lost()
    client = Nobody(1)
    monkeypatch.setattr(client, "submit", lambda *_, **__: future)
    backend = filled(client, [tmp_path], monkeypatch)
    assert backend.receive(0) is None
    assert future.asked == 2
    assert len(backend.workers) == 1


def test_files_in_flight_are_bounded_by_their_bytes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "MOST_HELD", 2500)
    file = tmp_path / "a.png"
    file.write_bytes(bytes(1000))
    client = Nobody(100)
    backend = filled(client, [file] * 100, monkeypatch)
    assert len(backend.workers) == 3
    assert all(1000 < len(ordered) < 2500 for ordered in client.submitted)


def test_a_cluster_without_workers_is_told_of_and_waited_for(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    backend = filled(Nobody(0), [tmp_path] * 9, monkeypatch)
    assert len(backend.workers) == 1
    assert "has no workers; waiting for some" in caplog.text


# All of it.


def test_a_cluster_writes_the_bytes_of_one_machine(
    machines: Machines, scans: Path, local: dict[str, bytes], tmp_path: Path
) -> None:
    read(scans, tmp_path, machines.address)
    assert content(tmp_path) == local


@pytest.mark.parametrize("clustered", [False, True])
def test_from_s3_to_s3_they_are_the_same_bytes(
    machines: Machines,
    scans: Path,
    local: dict[str, bytes],
    s3: str,
    clustered: bool,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    import s3fs

    monkeypatch.chdir(tmp_path)  # where the ledger is meanwhile
    files = s3fs.S3FileSystem(use_listings_cache=False)
    source, target = f"{s3}/scans", f"{s3}/out{clustered}"
    for path in scans.iterdir():
        files.put_file(str(path), f"{source}/{path.name}")
    read(Url(source), Url(target), machines.address if clustered else None)
    found = files.find(target)
    assert {path.split("/", 2)[2]: files.cat_file(path) for path in found} == local
    assert list(tmp_path.iterdir()) == []


def test_workers_open_and_write_what_is_shared(
    machines: Machines, scans: Path, local: dict[str, bytes], tmp_path: Path
) -> None:
    read(Url(f"file://{scans}/01.png"), Url(f"file://{tmp_path}"), machines.address)
    (picture,) = (tmp_path / "drawn").rglob("01.png.jpg")
    assert picture.read_bytes() == local["drawn/01.png.jpg"]


def test_a_file_too_large_to_be_sent_is_named_with_the_cure(
    machines: Machines, scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cluster, "MOST_SENT", 10)
    read(scans / "01.png", tmp_path, machines.address)
    (line,) = (tmp_path / "r.csv.errors.csv").read_text().splitlines()[1:]
    assert "too-large" in line
    assert "file:// for a shared folder" in line


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        ("digitscan.running.cluster.__version__", "9.9", f"version {__version__} of digitscan"),
        ("digitscan.reading.engine.model_hash", lambda *_, **__: "other", "has model "),
    ],
)
def test_another_version_or_model_is_refused(
    machines: Machines,
    scans: Path,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: object,
    told: str,
) -> None:
    monkeypatch.setattr(name, value)
    with pytest.raises(ModelError, match=told) as raised:
        read(scans, tmp_path, machines.address)
    assert raised.value.exit_code is ExitCode.MODEL
    assert not (tmp_path / "r.csv").exists()


def test_a_run_whose_client_was_killed_goes_on(
    machines: Machines,
    scans: Path,
    local: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    command: list[str | Path] = [sys.executable, "-c", SUICIDAL, "run", scans]
    command += ["--scheduler", machines.address]
    command += ["--out", tmp_path / "r.csv", "--annotated", tmp_path / "drawn"]
    client = subprocess.run([*command, "--numbers", tmp_path / "n.csv"], env=environment)
    assert client.returncode == -signal.SIGKILL
    assert (tmp_path / "r.csv.resume.db").exists()
    given: list[str] = []
    read_files = batch.read_files

    def noting(files: Iterable[tuple[Place, str]], *others: Any) -> Iterator[Any]:
        rest = list(files)
        given.extend(name for _, name in rest)
        return read_files(rest, *others)

    monkeypatch.setattr("digitscan.running.run.read_files", noting)
    read(scans, tmp_path, machines.address, resume=True)
    assert given[0] == "16.png"
    assert content(tmp_path) == local


SUICIDAL = """
import os, signal
from digitscan.cli import app
from digitscan.running.tally import Tally

add = Tally.add

def added(tally, result):
    add(tally, result)
    if tally.pages == 20:
        os.kill(os.getpid(), signal.SIGKILL)

Tally.add = added
app()
"""
"""The command line, dying over the result of the twentieth page."""


def at_first_result(monkeypatch: pytest.MonkeyPatch, happens: Callable[[], None]) -> None:
    add = Tally.add

    def added(tally: Tally, result: object) -> None:
        if not tally.pages:
            happens()
        add(tally, result)  # type: ignore[arg-type]  # handed through

    monkeypatch.setattr(Tally, "add", added)


def test_a_worker_that_is_killed_costs_time_only(
    machines: Machines,
    scans: Path,
    local: dict[str, bytes],
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    victim = machines.workers.pop()
    at_first_result(monkeypatch, lambda: kill(victim) if victim.poll() is None else None)
    read(scans, tmp_path, machines.address)
    assert victim.poll() == -signal.SIGKILL
    assert content(tmp_path) == local


def test_without_its_scheduler_a_run_keeps_what_is_finished(
    machines: Machines, scans: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    at_first_result(monkeypatch, lambda: kill(machines.scheduler))
    with pytest.raises(ClusterError, match="whether the scheduler still runs") as raised:
        read(scans, tmp_path, machines.address)
    assert raised.value.exit_code is ExitCode.CLUSTER
    assert (tmp_path / "r.csv").exists()
    assert (tmp_path / "r.csv.resume.db").exists()


def test_a_scheduler_that_is_not_there_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(dask_client, "CONNECT", 0.3)
    with pytest.raises(ClusterError, match="start one with 'dask scheduler'"):
        read(SAMPLES, tmp_path, "tcp://127.0.0.1:9")
    with pytest.raises(UsageError, match="unknown address scheme 'quark'"):
        read(SAMPLES, tmp_path, "quark://127.0.0.1:9")
    with pytest.raises(UsageError, match="an address such as tcp://host:8786"):
        settings(tmp_path, "localhost")


def test_without_the_extra_the_cure_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setitem(sys.modules, "distributed", None)  # what Python takes for not installed
    with pytest.raises(UsageError, match=r"pip install 'digitscan\[cluster\]'"):
        read(SAMPLES, tmp_path, "tcp://127.0.0.1:9")
