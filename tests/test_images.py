"""Image files of one picture, written on the fly in every format."""

import io
import struct
import zlib
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitscan.errors import FileError, TooLargeError, TruncatedError
from digitscan.pages.load import load_pages
from digitscan.pages.picture import turn_upright
from digitscan.settings import PageSettings
from digitscan.types import Page

Array = NDArray[np.uint8]


def drawn(colour: bool = False) -> Array:
    """Draw a page of 96 x 128 with something different in every corner, (H, W) or RGB."""
    page = np.full((128, 96), 230, np.uint8)
    cv2.putText(page, "47", (5, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 20, 3)
    cv2.putText(page, "1", (60, 120), cv2.FONT_HERSHEY_SIMPLEX, 1.0, 60, 2)
    page[:16, :16] = 0
    return np.dstack([page, page // 2, page]) if colour else page


def encode(image: Image.Image, image_format: str, **options: Any) -> bytes:
    written = io.BytesIO()
    image.save(written, image_format, **options)
    return written.getvalue()


@pytest.fixture
def read(tmp_path: Path) -> Callable[..., Page]:
    """Read the single page of a file with such bytes."""

    def read_bytes(data: bytes, **limits: int) -> Page:
        path = tmp_path / "scan"
        path.write_bytes(data)
        (page,) = load_pages(path, "scan", PageSettings(**limits))
        assert isinstance(page, Page)
        return page

    return read_bytes


Read = Callable[..., Page]

LOSSLESS: dict[str, dict[str, Any]] = {
    "PNG": {},
    "BMP": {},
    "GIF": {},
    "PPM": {},
    "WEBP": {"lossless": True},
    "JPEG2000": {},
}


@pytest.mark.parametrize("image_format", LOSSLESS)
def test_lossless_grey_comes_back_exactly(read: Read, image_format: str) -> None:
    data = encode(Image.fromarray(drawn()), image_format, **LOSSLESS[image_format])
    np.testing.assert_array_equal(read(data).pixels, drawn())


@pytest.mark.parametrize("image_format", LOSSLESS)
def test_lossless_colour_comes_back_as_blue_green_red(read: Read, image_format: str) -> None:
    page = drawn(colour=True)
    data = encode(Image.fromarray(page), image_format, **LOSSLESS[image_format])
    np.testing.assert_array_equal(read(data).pixels, page[..., ::-1])


@pytest.mark.parametrize("progressive", [False, True])
@pytest.mark.parametrize("colour", [False, True])
def test_jpeg_comes_back_nearly(read: Read, colour: bool, progressive: bool) -> None:
    page = drawn(colour)
    data = encode(Image.fromarray(page), "JPEG", quality=98, progressive=progressive)
    pixels = read(data).pixels
    assert pixels.shape == page.shape
    wanted = page[..., ::-1] if colour else page
    assert np.abs(pixels.astype(int) - wanted).mean() < 3


def test_jpeg_is_decoded_as_opencv_does(read: Read) -> None:
    data = encode(Image.fromarray(drawn()), "JPEG")
    decoded = cv2.imdecode(np.frombuffer(data, np.uint8), cv2.IMREAD_GRAYSCALE)
    np.testing.assert_array_equal(read(data).pixels, decoded)


def test_cmyk_jpeg_has_the_colours_a_viewer_shows(read: Read) -> None:
    flat = np.full((64, 64, 3), (200, 40, 90), np.uint8)
    data = encode(Image.fromarray(flat).convert("CMYK"), "JPEG", quality=98)
    pixels = read(data).pixels
    assert np.abs(pixels.astype(int) - (90, 40, 200)).max() < 6


@pytest.mark.parametrize("mode", ["1", "P", "LA", "RGBA", "I;16"])
def test_png_of_every_kind(read: Read, mode: str) -> None:
    page = np.where(drawn() > 128, 255, 0).astype(np.uint8)
    if mode == "I;16":
        image = Image.fromarray(page.astype(np.uint16) * 257)
    else:
        image = Image.fromarray(page).convert(mode)
    np.testing.assert_array_equal(read(encode(image, "PNG")).pixels, page)


def test_transparent_paper_is_white(read: Read) -> None:
    ink = Image.new("RGBA", (4, 4), (0, 0, 0, 0))
    ink.putpixel((1, 2), (0, 0, 0, 255))
    for image_format in ("PNG", "WEBP"):
        pixels = read(encode(ink, image_format, lossless=True)).pixels
        assert pixels.shape == (4, 4)
        assert pixels[2, 1] == 0
        assert (pixels == 255).sum() == 15


def test_sixteen_bit_colour_png_is_scaled(read: Read) -> None:
    deep = np.array([[(0, 32768, 65535)]], np.uint16)  # blue, green, red
    ok, data = cv2.imencode(".png", deep)
    assert ok
    np.testing.assert_array_equal(read(data.tobytes()).pixels, [[(0, 128, 255)]])


@pytest.mark.parametrize("image_format", ["GIF", "WEBP", "PNG"])
def test_of_an_animation_the_first_picture_is_read(read: Read, image_format: str) -> None:
    first, second = Image.fromarray(drawn()), Image.new("L", (96, 128), 255)
    options: dict[str, Any] = {
        "save_all": True,
        "append_images": [second],
        **LOSSLESS[image_format],
    }
    np.testing.assert_array_equal(read(encode(first, image_format, **options)).pixels, drawn())


def test_of_a_jpeg_with_two_pictures_the_first_is_read(read: Read) -> None:
    first, second = Image.fromarray(drawn(True)), Image.new("RGB", (96, 128), "white")
    data = encode(first, "MPO", save_all=True, append_images=[second], quality=98)
    assert np.abs(read(data).pixels.astype(int) - drawn(True)[..., ::-1]).mean() < 3


@pytest.mark.parametrize("image_format", ["PNG", "JPEG", "WEBP"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_exif_orientation_is_applied_exactly(
    read: Read, image_format: str, orientation: int
) -> None:
    image = Image.fromarray(drawn(colour=True))
    exif = Image.Exif()
    exif[274] = orientation
    options: dict[str, Any] = {"lossless": True} if image_format == "WEBP" else {}
    stored = read(encode(image, image_format, **options)).pixels
    turned = read(encode(image, image_format, exif=exif, **options)).pixels
    np.testing.assert_array_equal(turned, turn_upright(stored, orientation))


def test_damaged_exif_does_not_cost_the_page(read: Read) -> None:
    data = encode(Image.fromarray(drawn()), "PNG", exif=b"Exif\0\0II*\0\xff\xff\xff\xff")
    np.testing.assert_array_equal(read(data).pixels, drawn())


@pytest.mark.parametrize(("image_format", "told"), [("PNG", 300), ("JPEG", 300), ("BMP", 300)])
def test_the_resolution_is_read(read: Read, image_format: str, told: int) -> None:
    data = encode(Image.fromarray(drawn()), image_format, dpi=(told, told))
    assert read(data).dpi == pytest.approx(told, abs=0.1)


def test_no_resolution_is_none(read: Read) -> None:
    assert read(encode(Image.fromarray(drawn()), "PNG")).dpi is None


def test_an_oblong_resolution_makes_square_pixels(read: Read) -> None:
    page = read(encode(Image.fromarray(drawn()), "PNG", dpi=(200, 100)))
    np.testing.assert_array_equal(page.pixels, np.repeat(drawn(), 2, axis=0))
    assert page.dpi == pytest.approx(200, abs=0.1)


@pytest.mark.parametrize("image_format", [*LOSSLESS, "JPEG"])
@pytest.mark.parametrize("share", [0.02, 0.3, 0.6, 0.9, 0.97])
def test_a_cut_off_file_is_an_error_and_never_half_a_page(
    read: Read, image_format: str, share: float
) -> None:
    noise = np.random.default_rng(1).integers(0, 256, (128, 96), dtype=np.uint8)
    data = encode(Image.fromarray(noise), image_format, **LOSSLESS.get(image_format, {}))
    with pytest.raises(TruncatedError, match="copy the file again"):
        read(data[: max(20, int(len(data) * share))])


def test_a_jpeg_cut_anywhere_is_whole_or_an_error(read: Read) -> None:
    data = encode(Image.fromarray(drawn()), "JPEG")
    whole = read(data).pixels
    for end in range(len(data) - 20, len(data)):
        try:
            pixels = read(data[:end]).pixels
        except FileError:
            continue
        np.testing.assert_array_equal(pixels, whole)


@pytest.mark.parametrize("progressive", [False, True])
def test_a_jpeg_whose_second_half_was_never_written_is_an_error(
    read: Read, progressive: bool
) -> None:
    data = encode(Image.fromarray(drawn()), "JPEG", progressive=progressive)
    half = len(data) // 2
    for fill in (b"\0", b"\xff"):
        with pytest.raises(TruncatedError):
            read(data[:half] + fill * (len(data) - half))


def test_a_jpeg_with_an_end_mark_too_early_is_an_error(read: Read) -> None:
    data = encode(Image.fromarray(drawn()), "JPEG")
    with pytest.raises(TruncatedError):
        read(data[: len(data) * 2 // 3] + b"\xff\xd9")


def test_a_png_with_a_wrong_checksum_is_an_error(read: Read) -> None:
    data = bytearray(encode(Image.fromarray(drawn()), "PNG"))
    data[len(data) // 2] ^= 0xFF
    with pytest.raises(TruncatedError):
        read(bytes(data))


def chunk(kind: bytes, content: bytes) -> bytes:
    checksum = zlib.crc32(kind + content)
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checksum)


def test_a_huge_picture_is_refused_before_it_is_decoded(read: Read) -> None:
    header = struct.pack(">IIBBBBB", 60_000, 60_000, 8, 0, 0, 0, 0)
    bomb = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", header) + chunk(b"IDAT", b"") + chunk(b"IEND", b"")
    with pytest.raises(TooLargeError, match="60000 x 60000"):
        read(bomb)


def test_the_limit_counts_the_stretched_fax(read: Read) -> None:
    data = encode(Image.fromarray(drawn()), "PNG", dpi=(200, 100))
    with pytest.raises(TooLargeError, match="96 x 256"):
        read(data, max_pixels=96 * 128)


def test_pillows_own_limit_does_not_get_in_the_way(
    read: Read, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(Image, "MAX_IMAGE_PIXELS", 10)
    assert read(encode(Image.fromarray(drawn()), "GIF")).width == 96
    assert Image.MAX_IMAGE_PIXELS == 10


def test_codecs_print_nothing(read: Read, capfd: pytest.CaptureFixture[str]) -> None:
    data = encode(Image.fromarray(drawn()), "PNG")
    with pytest.raises(TruncatedError):
        read(data[: len(data) // 2])
    assert capfd.readouterr() == ("", "")
