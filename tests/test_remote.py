"""digitscan.remote and what is made of URLs elsewhere, on fsspec's memory:// and on none at all."""

import sys
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path
from typing import Any

import pytest

from digitscan import remote
from digitscan.config import gather
from digitscan.errors import (
    AccessError,
    EmptyFileError,
    MissingError,
    NetworkError,
    OutputError,
    TooLargeError,
    TransientError,
    UnsafeError,
    UsageError,
    VanishedError,
)
from digitscan.output.place import exists, picture_path, put_whole, remove, write_picture
from digitscan.pages.files import open_input
from digitscan.pages.inputs import InputFile, find_inputs, parse_path_list
from digitscan.places import Url, place, resolve
from digitscan.running.checks import check_outputs, errors_path
from digitscan.running.journal import Journal
from digitscan.running.ledger import Ledger
from digitscan.settings import OutputSettings, PictureFormat
from digitscan.types import FileFailure

fsspec = pytest.importorskip("fsspec")
SCANS = Url("memory://scans")


@pytest.fixture(autouse=True)
def memory(monkeypatch: pytest.MonkeyPatch) -> Iterator[Any]:
    monkeypatch.setattr(remote, "WAITS", (0.0, 0.0))
    files = fsspec.filesystem("memory")
    yield files
    files.store.clear()
    remote._fetched.clear()


def content(url: Url, most: int = 100) -> bytes:
    with open_input(url, most) as file:
        return file.read()


# What is a URL, and where it is.


@pytest.mark.parametrize("text", ["s3://bucket/a.png", "memory://a", "file:///a", "abfs://c@x/y"])
def test_a_scheme_makes_a_url(text: str) -> None:
    assert place(text) == Url(text)


@pytest.mark.parametrize("text", ["a.png", "/a/b", "C:/scans", "c://scans", "s3:/bucket", "-"])
def test_anything_else_is_a_path(text: str) -> None:
    assert place(text) == Path(text)


def test_urls_have_parts_as_paths_have() -> None:
    url = Url("s3://bucket/in/a.PNG")
    assert (url.scheme, url.name, url.suffix) == ("s3", "a.PNG", ".PNG")
    assert url.parent == Url("s3://bucket/in")
    assert url.with_name("b.csv") == Url("s3://bucket/in/b.csv")
    assert Url("s3://bucket/").joinpath("a", "b") == Url("s3://bucket/a/b")


def test_a_file_url_is_a_path_of_whoever_opens_it() -> None:
    assert resolve(Url("file:///mnt/my%20scans/a.png")) == Path("/mnt/my scans/a.png")
    assert resolve(Url("s3://bucket/a")) == Url("s3://bucket/a")


def test_options_and_settings_file_may_name_urls(tmp_path: Path) -> None:
    config = tmp_path / "digitscan.toml"
    config.write_text('out = "s3://b/r.csv"\nnumbers = "n.csv"')
    output = gather({"annotated": "gs://b/drawn"}, config).output
    assert (output.out, output.annotated) == (Url("s3://b/r.csv"), Url("gs://b/drawn"))
    assert output.numbers == tmp_path / "n.csv"


def test_lists_of_paths_may_hold_urls() -> None:
    assert parse_path_list(b"a.png\ns3://b/c.png\n") == [Path("a.png"), Url("s3://b/c.png")]


# What is found.


def test_all_below_a_url_is_found_but_hidden_files_and_other_endings(memory: Any) -> None:
    for name in ("p10.png", "p9.png", "sub/a.TIF", ".hidden/b.png", "notes.txt"):
        memory.pipe_file(f"/scans/{name}", b"1234")
    found = find_inputs([SCANS])
    assert [file.name for file in found.files] == ["p9.png", "p10.png", "sub/a.TIF"]
    first = found.files[0].path
    assert first == SCANS.joinpath("p9.png")
    assert isinstance(first, Url)
    assert first.size == 4
    only = find_inputs([SCANS], ["*.txt"]).files
    assert [file.name for file in only] == ["notes.txt"]


def test_a_file_at_a_url_is_called_by_it_and_folders_too_where_names_clash(
    memory: Any, tmp_path: Path
) -> None:
    memory.pipe_file("/scans/a.png", b"1")
    (tmp_path / "a.png").touch()
    assert [file.name for file in find_inputs([SCANS.joinpath("a.png")]).files] == [
        "memory://scans/a.png"
    ]
    both = find_inputs([SCANS, tmp_path]).files
    assert {file.name for file in both} == {"memory://scans/a.png", f"{tmp_path}/a.png"}


def test_a_shared_folder_is_searched_here_and_named_by_url(tmp_path: Path) -> None:
    (tmp_path / "sub").mkdir()
    (tmp_path / "sub/a.png").touch()
    (file,) = find_inputs([Url(f"file://{tmp_path}")]).files
    assert file == InputFile(Url(f"file://{tmp_path}/sub/a.png"), "sub/a.png")


def test_nothing_at_a_url_is_a_named_failure() -> None:
    (failure,) = find_inputs([Url("memory://nowhere")]).failures
    assert (failure.file, failure.error) == ("memory://nowhere", "missing")


# What is read.


def test_a_file_is_fetched_once_for_all_its_pages(memory: Any) -> None:
    memory.pipe_file("/scans/a", b"1234")
    assert content(SCANS.joinpath("a")) == b"1234"
    memory.rm_file("/scans/a")
    assert content(SCANS.joinpath("a")) == b"1234"


def test_large_files_go_through_the_disk(memory: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "HELD", 3)
    memory.pipe_file("/scans/a", b"1234567")
    assert content(SCANS.joinpath("a")) == b"1234567"


def test_limits_hold_before_anything_is_fetched(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    memory.pipe_file("/scans/empty", b"")
    memory.pipe_file("/scans/large", b"12345")
    monkeypatch.setattr(remote, "_fetch", None)
    with pytest.raises(EmptyFileError):
        content(SCANS.joinpath("empty"))
    with pytest.raises(TooLargeError, match="5 bytes"):
        content(SCANS.joinpath("large"), 4)


class Flaky:
    """A file system that raises so many errors before it works."""

    def __init__(self, error: Exception, times: int) -> None:
        self.error, self.times = error, times

    def size(self, path: str) -> int:
        return len(path)

    def cat_file(self, path: str) -> bytes:
        self.times -= 1
        if self.times >= 0:
            raise self.error
        return path.encode()


class NoCredentialsError(Exception):
    """As botocore has one."""


def flaky(monkeypatch: pytest.MonkeyPatch, error: Exception, times: int = 100) -> Flaky:
    files = Flaky(error, times)
    monkeypatch.setattr(remote, "filesystem", lambda url: (files, url.text))
    return files


def test_a_lost_network_is_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    flaky(monkeypatch, ConnectionResetError("gone"), 2)
    assert content(SCANS) == b"memory://scans"


def test_a_network_that_stays_away_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    flaky(monkeypatch, TimeoutError("no answer"))
    with pytest.raises(NetworkError, match=r"TimeoutError: no answer\); check the network"):
        content(SCANS)


@pytest.mark.parametrize("error", [PermissionError("403"), NoCredentialsError("none found")])
def test_closed_doors_are_not_run_against(
    monkeypatch: pytest.MonkeyPatch, error: Exception
) -> None:
    files = flaky(monkeypatch, error)
    with pytest.raises(AccessError, match="set those for memory:// on every machine"):
        content(SCANS)
    assert files.times == 99


def test_what_is_not_there_is_named_and_so_is_what_is_gone() -> None:
    with pytest.raises(MissingError, match="typing error"):
        content(SCANS.joinpath("a.png"))
    with pytest.raises(VanishedError, match="no longer there"):
        content(Url("memory://scans/a.png", 10, 7))


def test_what_takes_long_to_fail_is_not_tried_again(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(remote, "PATIENCE", -1.0)
    files = flaky(monkeypatch, TimeoutError("no answer"))
    with pytest.raises(NetworkError):
        content(SCANS)
    assert files.times == 99


# What is missing here.


@pytest.mark.parametrize(
    ("url", "package", "cure"),
    [
        ("memory://a", "fsspec", r"pip install 'digitscan\[cluster\]'"),
        ("az://a/b", "adlfs", "Install adlfs"),
        ("quark://a", "nothing", "Protocol not known"),
    ],
)
def test_a_missing_package_is_named_with_its_cure(
    monkeypatch: pytest.MonkeyPatch, url: str, package: str, cure: str
) -> None:
    monkeypatch.setitem(sys.modules, package, None)  # what Python takes for not installed
    with pytest.raises(UsageError, match=cure):
        find_inputs([Url(url)])


# What is written.


def test_a_table_is_there_when_it_is_whole(memory: Any) -> None:
    url = SCANS.joinpath("r.csv")
    with put_whole(url) as file:
        file.write(b"a,b\n")
        assert not exists(url)
    assert memory.cat_file("/scans/r.csv") == b"a,b\n"
    remove(url)
    remove(url)
    assert not exists(url)


def test_a_table_that_failed_is_not_there(memory: Any) -> None:
    with pytest.raises(KeyboardInterrupt), put_whole(SCANS.joinpath("r.csv")):
        raise KeyboardInterrupt
    assert memory.find("/") == []


def test_where_files_can_be_seen_being_written_they_are_renamed(
    memory: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(remote, "RENAMING", {"memory"})
    with put_whole(SCANS.joinpath("new/r.csv")) as file:
        file.write(b"1")
    assert memory.find("/") == ["/scans/new/r.csv"]


def test_pictures_go_below_a_url(memory: Any) -> None:
    for name in ("sub/a.png", "memory://b/c.png"):
        write_picture(picture_path(SCANS, name, 1, 1, PictureFormat.JPEG), b"1")
    assert memory.find("/") == ["/scans/b/c.png.jpg", "/scans/sub/a.png.jpg"]


def test_what_cannot_be_written_is_named(monkeypatch: pytest.MonkeyPatch, memory: Any) -> None:
    def put(*_: object) -> None:
        raise error

    monkeypatch.setattr(type(memory), "put_file", put)
    monkeypatch.setattr(type(memory), "pipe_file", put)
    error: Exception = PermissionError("403")
    with pytest.raises(OutputError, match=r"memory://x: nothing can be written there: access"):
        check_outputs([], [], OutputSettings(out=Url("memory://x/r.csv")))
    error = ConnectionError("reset")
    with pytest.raises(TransientError, match="check the network"):
        write_picture(SCANS, b"1")


def test_outputs_at_urls_are_checked_before_the_work(memory: Any) -> None:
    assert errors_path(Url("s3://b/r.csv")) == Url("s3://b/r.csv.errors.csv")
    scan = InputFile(SCANS.joinpath("a.png"), "a.png")
    with pytest.raises(UnsafeError, match="is an input"):
        check_outputs([SCANS], [scan], OutputSettings(out=SCANS.joinpath("a.png")))
    drawn = OutputSettings(out=Path("r.csv"), annotated=SCANS.joinpath("drawn"))
    with pytest.raises(UnsafeError, match="read as scans by the next run"):
        check_outputs([SCANS], [scan], drawn)
    output = OutputSettings(out=Url("memory://o/r.csv"), annotated=Url("memory://scans2"))
    check_outputs([SCANS], [scan], output)
    assert memory.find("/") == []


def test_a_run_goes_on_with_files_at_urls_that_did_not_change(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "ledger", durable=False)) as ledger:
        journal = Journal(ledger)
        files = [InputFile(Url(f"s3://b/{n}.png", 300_000, n), f"{n}.png") for n in (1, 2)]
        assert journal.finished(files) == 0
        for file in files:
            journal.add(FileFailure(file.name, None, "truncated", "cut off"))
        journal.flush()
        assert journal.finished(files) == 2
        assert [result.file for result in journal.results(files)] == ["1.png", "2.png"]
        changed = [files[0], InputFile(Url("s3://b/2.png", 300_000, 7), "2.png")]
        assert journal.finished(changed) == 1


def test_a_run_that_goes_on_tries_again_what_the_network_lost(tmp_path: Path) -> None:
    with closing(Ledger(tmp_path / "ledger", durable=False)) as ledger:
        journal = Journal(ledger)
        files = [InputFile(Url("s3://b/1.png", 300_000, 1), "1.png")]
        journal.finished(files)
        journal.add(FileFailure("1.png", None, "network", "no answer"))
        journal.flush()
        assert journal.finished(files) == 0
