"""Any file to pages: content before name, limits before decoding, every refusal named."""

import io
import os
import socket
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest
from PIL import Image, TiffImagePlugin

from digitscan.errors import (
    AccessError,
    EmptyFileError,
    FileError,
    FormatError,
    MissingError,
    TooLargeError,
    VanishedError,
)
from digitscan.pages.load import count_pages, load_pages, sniff
from digitscan.settings import PageSettings
from digitscan.types import FileFailure, Page

SETTINGS = PageSettings()


def encoded(image_format: str) -> bytes:
    written = io.BytesIO()
    Image.new("L", (8, 6), 77).save(written, image_format)
    return written.getvalue()


def load(path: Path, settings: PageSettings = SETTINGS) -> list[Page | FileFailure]:
    return list(load_pages(path, "name", settings))


def refused(path: Path, settings: PageSettings = SETTINGS) -> FileError:
    """Return the error of loading; counting must refuse for the same reason."""
    with pytest.raises(FileError) as loading:
        load(path, settings)
    with pytest.raises(type(loading.value)):
        count_pages(path, settings)
    return loading.value


FORMATS = ["PNG", "JPEG", "BMP", "WEBP", "GIF", "JPEG2000", "PPM", "TIFF", "PDF"]


@pytest.mark.parametrize("image_format", FORMATS)
@pytest.mark.parametrize("name", ["scan.png", "scan.pdf", "scan.txt", "scan", "scan.TIF"])
def test_the_content_decides_not_the_name(tmp_path: Path, image_format: str, name: str) -> None:
    path = tmp_path / name
    path.write_bytes(encoded(image_format))
    assert count_pages(path, SETTINGS) == 1
    (page,) = load(path)
    assert isinstance(page, Page)
    assert (page.file, page.number) == ("name", 1)
    assert abs(int(page.pixels[0, 0]) - 77) < 5


@pytest.mark.parametrize(
    ("head", "what"),
    [
        (b"\0\0\0\x18ftypheic", "HEIC"),
        (b"\0\0\0\x18ftypavif", "AVIF"),
        (b"\0\0\0\x18ftypmp42", "video"),
        (b"PK\x03\x04word", "ZIP"),
        (b"%!PS-Adobe-3.0", "PostScript"),
        (b"  <!DOCTYPE html>", "web page"),
        (b"plain words", "no image or PDF"),
        (b"\x89PN", "no image or PDF"),
    ],
)
def test_what_is_not_read_is_named_with_its_cure(tmp_path: Path, head: bytes, what: str) -> None:
    path = tmp_path / "scan.jpg"
    path.write_bytes(head)
    error = refused(path)
    assert isinstance(error, FormatError)
    assert what in str(error)
    assert ";" in str(error)


def test_an_empty_file(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.touch()
    assert isinstance(refused(path), EmptyFileError)


def test_a_file_of_too_many_bytes(tmp_path: Path) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(encoded("PNG"))
    size = path.stat().st_size
    assert len(load(path, PageSettings(max_bytes=size))) == 1
    error = refused(path, PageSettings(max_bytes=size - 1))
    assert isinstance(error, TooLargeError)
    assert "--max-bytes" in str(error)


@pytest.mark.parametrize("image_format", FORMATS)
def test_a_page_of_too_many_pixels(tmp_path: Path, image_format: str) -> None:
    path = tmp_path / "scan"
    path.write_bytes(encoded(image_format))
    settings = PageSettings(max_pixels=47, dpi=72)
    with pytest.raises(TooLargeError, match=r"8 x 6 pixels.*47"):
        load(path, settings)


def test_a_file_that_vanished(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path / "gone.png"), VanishedError)


def test_a_link_to_nowhere(tmp_path: Path) -> None:
    link = tmp_path / "scan.png"
    link.symlink_to(tmp_path / "gone.png")
    assert isinstance(refused(link), MissingError)


def test_a_link_to_itself(tmp_path: Path) -> None:
    link = tmp_path / "scan.png"
    link.symlink_to(link)
    error = refused(link)
    assert isinstance(error, AccessError)
    assert "circle" in str(error)


def test_a_folder(tmp_path: Path) -> None:
    error = refused(tmp_path)
    assert isinstance(error, FormatError)
    assert "a folder" in str(error)


def test_a_named_pipe_does_not_block(tmp_path: Path) -> None:
    pipe = tmp_path / "scan.png"
    os.mkfifo(pipe)
    assert "named pipe" in str(refused(pipe))


def test_a_socket(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(tmp_path)  # the names of sockets are short
    with socket.socket(socket.AF_UNIX) as listener:
        listener.bind("scan.png")
        assert "socket" in str(refused(tmp_path / "scan.png"))


def test_a_device() -> None:
    assert "a device" in str(refused(Path("/dev/zero")))


def test_a_file_that_may_not_be_read(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "scan.png"
    path.write_bytes(encoded("PNG"))

    def forbidden(*_: object) -> None:  # chmod does not stop the superuser
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(Path, "open", forbidden)
    error = refused(path)
    assert isinstance(error, AccessError)
    assert "permission" in str(error)


def test_names_that_no_system_has(tmp_path: Path) -> None:
    assert isinstance(refused(tmp_path / ("x" * 300)), AccessError)
    assert isinstance(refused(Path("a\0b.png")), MissingError)


@pytest.mark.parametrize(
    "name", ["zwei Worte.png", "線描\N{GRINNING FACE}.png", "zeile\nzwei.png", "x" * 251 + ".png"]
)
@pytest.mark.parametrize("image_format", ["PNG", "TIFF", "PDF"])
def test_strange_names(tmp_path: Path, name: str, image_format: str) -> None:
    path = tmp_path / name
    path.write_bytes(encoded(image_format))
    assert isinstance(load(path)[0], Page)


def test_a_name_that_is_no_unicode(tmp_path: Path) -> None:
    for image_format in ("PNG", "TIFF", "PDF"):
        path = tmp_path / os.fsdecode(b"scan\xff")
        path.write_bytes(encoded(image_format))
        assert isinstance(load(path)[0], Page)


@pytest.fixture
def five_pages(tmp_path: Path) -> Path:
    path = tmp_path / "five.tif"
    images = [Image.new("L", (4, 4), number) for number in range(1, 6)]
    images[0].save(path, "TIFF", save_all=True, append_images=images[1:])
    return path


@pytest.mark.parametrize(
    ("first", "last", "expected"),
    [
        (1, None, [1, 2, 3, 4, 5]),
        (3, None, [3, 4, 5]),
        (2, 3, [2, 3]),
        (5, 9, [5]),
        (6, None, []),
        (4, 3, []),
    ],
)
def test_a_part_of_the_pages(
    five_pages: Path, first: int, last: int | None, expected: list[int]
) -> None:
    pages = load_pages(five_pages, "five.tif", SETTINGS, first, last)
    assert [page.number for page in pages if isinstance(page, Page)] == expected


def test_pages_are_decoded_when_they_are_asked_for(
    five_pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    decoded: list[int] = []

    def count(self: TiffImagePlugin.TiffImageFile) -> object:
        decoded.append(1)
        return original(self)

    original = TiffImagePlugin.TiffImageFile.load
    monkeypatch.setattr(TiffImagePlugin.TiffImageFile, "load", count)
    assert count_pages(five_pages, SETTINGS) == 5
    assert decoded == []
    pages = load_pages(five_pages, "five.tif", SETTINGS)
    next(pages)
    before = len(decoded)
    next(pages)
    assert 0 < before < len(decoded)


def test_the_file_is_closed_when_the_reader_stops(five_pages: Path) -> None:
    def open_files() -> set[str]:
        links = Path("/proc/self/fd").iterdir()
        return {str(link.readlink()) for link in links if link.is_symlink()}

    pages: Iterator[Page | FileFailure] = load_pages(five_pages, "five.tif", SETTINGS)
    next(pages)
    assert str(five_pages) in open_files()
    pages.close()  # type: ignore[attr-defined] # it is a generator
    assert str(five_pages) not in open_files()


def test_no_memory_for_a_page_is_an_error_of_that_page(
    five_pages: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def none_left(*_: object) -> None:
        raise MemoryError

    monkeypatch.setattr("digitscan.pages.tiff.from_pillow", none_left)
    failures = load(five_pages)
    assert [getattr(failure, "error", "") for failure in failures] == ["too-large"] * 5


def test_a_pdf_mark_deep_in_the_file_is_no_pdf() -> None:
    assert sniff(b"x" * 500 + b"%PDF-1.4") == "PDF"
    with pytest.raises(FormatError):
        sniff(b"x" * 500)


def test_pixels_belong_to_the_page(tmp_path: Path) -> None:
    path = tmp_path / "scan"
    for image_format in FORMATS:
        path.write_bytes(encoded(image_format))
        (page,) = load(path)
        assert isinstance(page, Page)
        assert page.pixels.flags.c_contiguous
        assert page.pixels.dtype == np.uint8
