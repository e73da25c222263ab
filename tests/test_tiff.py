"""TIFF files: compressions, depths, layouts, many pages, damage; some made by hand."""

import io
import struct
import weakref
import zlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image, TiffImagePlugin

from digitscan.errors import TooLargeError, TruncatedError
from digitscan.pages.load import count_pages, load_pages
from digitscan.pages.picture import turn_upright
from digitscan.settings import PageSettings
from digitscan.types import FileFailure, Page

Array = NDArray[np.uint8]
Load = Callable[..., list[Page | FileFailure]]


def drawn() -> Array:
    """Draw a page of 96 x 128, (H, W), only black and white."""
    page = np.full((128, 96), 255, np.uint8)
    cv2.putText(page, "47", (5, 60), cv2.FONT_HERSHEY_SIMPLEX, 1.5, 0, 3)
    page[:16, :16] = 0
    return np.where(page < 128, 0, 255).astype(np.uint8)


def tiff(*images: Image.Image, **options: Any) -> bytes:
    written = io.BytesIO()
    images[0].save(written, "TIFF", save_all=True, append_images=images[1:], **options)
    return written.getvalue()


@dataclass
class Directory:
    """What a hand-made page of a TIFF holds: size, strips or tiles, and any further tags."""

    width: int
    height: int
    blocks: Sequence[bytes]
    bits: Sequence[int] = (8,)
    photometric: int = 1
    compression: int = 1
    tile: tuple[int, int] | None = None
    more: dict[int, int] | None = None

    def tags(self, offsets: Sequence[int]) -> dict[int, Sequence[int]]:
        counts = [len(block) for block in self.blocks]
        place = (
            {322: [self.tile[0]], 323: [self.tile[1]], 324: offsets, 325: counts}
            if self.tile
            else {273: offsets, 278: [-(-self.height // len(counts))], 279: counts}
        )
        return {
            256: [self.width],
            257: [self.height],
            258: self.bits,
            259: [self.compression],
            262: [self.photometric],
            277: [len(self.bits)],
            **place,
            **{tag: [value] for tag, value in (self.more or {}).items()},
        }


def hand_made(*pages: Directory, order: str = "<") -> bytes:
    """Write the directories first and the data last, as no common writer does."""
    head = struct.pack(f"{order}2sHI", b"II" if order == "<" else b"MM", 42, 8)
    data = bytearray()
    directories = bytearray()
    start = 8 + sum(_directory_size(page) for page in pages)
    for number, page in enumerate(pages, 1):
        offsets = []
        for block in page.blocks:
            offsets.append(start + len(data))
            data += block
        last = number == len(pages)
        place = 8 + len(directories)
        directories += _directory(page.tags(offsets), place, order, last)
    return head + bytes(directories) + bytes(data)


def _directory_size(page: Directory) -> int:
    tags = page.tags([0] * len(page.blocks))
    return 2 + 12 * len(tags) + 4 + sum(4 * len(v) for v in tags.values() if len(v) > 1)


def _directory(tags: dict[int, Sequence[int]], place: int, order: str, last: bool) -> bytes:
    beyond = place + 2 + 12 * len(tags) + 4
    entries, values = bytearray(), bytearray()
    for tag, numbers in sorted(tags.items()):
        value = numbers[0] if len(numbers) == 1 else beyond + len(values)
        entries += struct.pack(f"{order}HHII", tag, 4, len(numbers), value)
        if len(numbers) > 1:
            values += struct.pack(f"{order}{len(numbers)}I", *numbers)
    following = 0 if last else beyond + len(values)
    return (
        struct.pack(f"{order}H", len(tags))
        + bytes(entries)
        + struct.pack(f"{order}I", following)
        + bytes(values)
    )


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load all pages of a file with such bytes; the count must be that of the items."""

    def load_bytes(data: bytes, **limits: int) -> list[Page | FileFailure]:
        path = tmp_path / "scan.tif"
        path.write_bytes(data)
        settings = PageSettings(**limits)
        items = list(load_pages(path, "scan.tif", settings))
        assert count_pages(path, settings) == len(items)
        return items

    return load_bytes


def only(items: list[Page | FileFailure]) -> Page:
    (page,) = items
    assert isinstance(page, Page)
    return page


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_lzw", "packbits", "raw"])
def test_bilevel(load: Load, compression: str) -> None:
    data = tiff(Image.fromarray(drawn()).convert("1"), compression=compression)
    np.testing.assert_array_equal(only(load(data)).pixels, drawn())


@pytest.mark.parametrize("compression", ["tiff_lzw", "tiff_adobe_deflate", "packbits", "raw"])
@pytest.mark.parametrize("mode", ["L", "RGB", "P", "LA", "RGBA", "CMYK", "I;16"])
def test_every_mode_in_every_lossless_compression(load: Load, mode: str, compression: str) -> None:
    if mode == "I;16":
        image = Image.fromarray(drawn().astype(np.uint16) * 257)
    else:
        image = Image.fromarray(drawn()).convert("RGB").convert(mode)
    np.testing.assert_array_equal(only(load(tiff(image, compression=compression))).pixels, drawn())


def test_colour_in_jpeg_compression(load: Load) -> None:
    flat = Image.new("RGB", (64, 64), (200, 40, 90))
    pixels = only(load(tiff(flat, compression="jpeg", quality=98))).pixels
    assert np.abs(pixels.astype(int) - (90, 40, 200)).max() < 6


@pytest.mark.parametrize("order", ["<", ">"])
def test_sixteen_bit_grey_is_scaled_in_either_byte_order(load: Load, order: str) -> None:
    data = struct.pack(f"{order}3H", 0, 32768, 65535)
    page = Directory(3, 1, [data], bits=[16])
    np.testing.assert_array_equal(only(load(hand_made(page, order=order))).pixels, [[0, 128, 255]])


def test_sixteen_bit_colour_is_scaled(load: Load) -> None:
    data = struct.pack("<6H", 0, 32768, 65535, 65535, 0, 0)
    page = Directory(2, 1, [data], bits=[16, 16, 16], photometric=2)
    pixels = only(load(hand_made(page))).pixels
    np.testing.assert_array_equal(pixels, [[[255, 128, 0], [0, 0, 255]]])


def test_where_zero_is_white(load: Load) -> None:
    page = Directory(8, 1, [b"\x0f"], bits=[1], photometric=0)
    np.testing.assert_array_equal(only(load(hand_made(page))).pixels, [[255] * 4 + [0] * 4])


@pytest.mark.parametrize("compression", [1, 8])
def test_tiles(load: Load, compression: int) -> None:
    page = np.arange(40 * 24, dtype=np.uint32).reshape(40, 24).astype(np.uint8)
    padded = np.zeros((48, 32), np.uint8)
    padded[:40, :24] = page
    tiles = [
        padded[top : top + 16, left : left + 16].tobytes()
        for top in (0, 16, 32)
        for left in (0, 16)
    ]
    blocks = tiles if compression == 1 else [zlib.compress(tile) for tile in tiles]
    made = hand_made(Directory(24, 40, blocks, compression=compression, tile=(16, 16)))
    np.testing.assert_array_equal(only(load(made)).pixels, page)


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
@pytest.mark.parametrize("orientation", range(1, 9))
def test_orientation(load: Load, orientation: int, compression: str) -> None:
    data = tiff(Image.fromarray(drawn()), compression=compression, tiffinfo={274: orientation})
    np.testing.assert_array_equal(only(load(data)).pixels, turn_upright(drawn(), orientation))


def test_resolution(load: Load) -> None:
    assert only(load(tiff(Image.fromarray(drawn()), dpi=(300, 300)))).dpi == 300
    assert only(load(tiff(Image.fromarray(drawn())))).dpi is None


@pytest.mark.parametrize("orientation", [1, 6])
def test_a_standard_fax_gets_square_pixels(load: Load, orientation: int) -> None:
    squashed = Image.fromarray(drawn()[::2]).convert("1")
    data = tiff(squashed, compression="group3", dpi=(204, 102), tiffinfo={274: orientation})
    page = only(load(data))
    stretched = np.repeat(drawn()[::2], 2, axis=0)
    np.testing.assert_array_equal(page.pixels, turn_upright(stretched, orientation))
    assert page.dpi == 204


def numbered_pages(count: int) -> list[Image.Image]:
    return [Image.new("L", (20, 10), 10 * number) for number in range(1, count + 1)]


@pytest.mark.parametrize("compression", ["raw", "tiff_lzw"])
def test_all_pages_come_in_order(load: Load, compression: str) -> None:
    items = load(tiff(*numbered_pages(5), compression=compression))
    pages = [item for item in items if isinstance(item, Page)]
    assert [page.number for page in pages] == [1, 2, 3, 4, 5]
    assert [int(page.pixels[0, 0]) for page in pages] == [10, 20, 30, 40, 50]


def test_a_page_is_freed_before_the_next_is_decoded(tmp_path: Path) -> None:
    path = tmp_path / "many.tif"
    path.write_bytes(tiff(*numbered_pages(3), compression="tiff_lzw"))
    pages = load_pages(path, "many.tif", PageSettings())
    page = next(pages)
    assert isinstance(page, Page)
    gone = weakref.ref(page.pixels)
    del page
    next(pages)
    assert gone() is None


def test_thumbnails_and_masks_are_not_pages(load: Load) -> None:
    small = Directory(2, 1, [b"\1\1"], more={254: 1})
    mask = Directory(8, 1, [b"\xff"], bits=[1], photometric=4, more={254: 4})
    page = Directory(3, 1, [b"\7\7\7"], more={254: 2})
    items = load(hand_made(page, small, mask, page))
    assert [item.number for item in items if isinstance(item, Page)] == [1, 2]
    assert all(isinstance(item, Page) and item.width == 3 for item in items)


def test_a_page_of_an_unknown_kind_costs_only_itself(load: Load) -> None:
    page = Directory(3, 1, [b"\7\7\7"])
    strange = Directory(3, 1, [b"\7\7\7"], photometric=77)
    assert [type(item) for item in load(hand_made(page, strange, page))] == [
        Page,
        FileFailure,
        Page,
    ]


def test_big_tiff(load: Load) -> None:
    _, second = load(tiff(*numbered_pages(2), big_tiff=True))
    assert isinstance(second, Page)
    assert (second.pixels == 20).all()


def test_a_damaged_page_costs_only_itself(load: Load) -> None:
    good = zlib.compress(b"\x50" * 100)
    broken = good[:5] + b"\xff\xff\xff" + good[8:]
    pages = [Directory(10, 10, [block], compression=8) for block in (good, broken, good)]
    first, second, third = load(hand_made(*pages))
    assert isinstance(first, Page)
    assert isinstance(third, Page)
    assert third.number == 3
    assert second == FileFailure("scan.tif", 2, "truncated", getattr(second, "message", ""))
    assert "TIFF data" in second.message


def test_a_page_past_the_limit_costs_only_itself(load: Load) -> None:
    big, small = Image.new("L", (100, 100)), Image.new("L", (10, 10))
    first, second = load(tiff(big, small), max_pixels=5000)
    assert isinstance(first, FileFailure)
    assert (first.page, first.error) == (1, "too-large")
    assert isinstance(second, Page)


def test_the_only_page_past_the_limit_is_the_file_past_the_limit(load: Load) -> None:
    with pytest.raises(TooLargeError):
        load(tiff(Image.new("L", (100, 100))), max_pixels=5000)


def test_too_many_pages(load: Load) -> None:
    data = tiff(*numbered_pages(4))
    assert len(load(data, max_pages=4)) == 4
    with pytest.raises(TooLargeError, match="--max-pages"):
        load(data, max_pages=3)


def test_a_file_cut_off_after_two_pages_gives_them_and_an_error(load: Load) -> None:
    data = tiff(*numbered_pages(3), compression="raw")
    lengths = [len(tiff(*numbered_pages(count), compression="raw")) for count in (2, 3)]
    assert lengths[1] == len(data)
    items = load(data[: lengths[0] + 4])
    assert [type(item) for item in items] == [Page, Page, FileFailure]
    lost = items[2]
    assert isinstance(lost, FileFailure)
    assert (lost.page, lost.error) == (3, "truncated")
    assert "after page 2" in lost.message


def test_directories_in_a_circle_end(load: Load) -> None:
    page = Directory(3, 1, [b"\7\7\7"])
    data = bytearray(hand_made(page, page))
    size = _directory_size(page)
    struct.pack_into("<I", data, 8 + 2 * size - 4, 8)  # the last points to the first
    items = load(bytes(data))
    assert all(isinstance(item, Page) for item in items[:2])
    assert len(items) <= 3


@pytest.mark.parametrize("compression", ["group3", "group4", "tiff_lzw", "packbits", "raw"])
@pytest.mark.parametrize("share", [0.3, 0.7, 0.95])
def test_a_cut_off_single_page_is_an_error(load: Load, compression: str, share: float) -> None:
    noise = np.random.default_rng(2).integers(0, 2, (128, 96), dtype=np.uint8) * 255
    data = tiff(Image.fromarray(noise).convert("1"), compression=compression)
    with pytest.raises(TruncatedError):
        load(data[: int(len(data) * share)])


@pytest.mark.parametrize("compression", [1, 8])
def test_cut_off_data_behind_a_whole_directory_is_an_error(load: Load, compression: int) -> None:
    noise = np.random.default_rng(3).integers(0, 256, 2000, dtype=np.uint8).tobytes()
    block = noise if compression == 1 else zlib.compress(noise)
    data = hand_made(Directory(40, 50, [block], compression=compression))
    assert only(load(data)).pixels.tobytes() == noise
    with pytest.raises(TruncatedError):
        load(data[:-500])


def noisy_fax(compression: str) -> tuple[bytes, int, int]:
    """Make a bilevel page; tell where its one strip of data starts and ends."""
    rng = np.random.default_rng(4)
    page = np.where(rng.random((200, 96)) < 0.9, 255, 0).astype(np.uint8)
    image = Image.fromarray(page).convert("1")
    data = tiff(image, compression=compression, strip_size=10**6)
    with Image.open(io.BytesIO(data)) as opened:
        tags = opened.tag_v2  # type: ignore[attr-defined] # a TIFF image has it
        return data, tags[273][0], tags[273][0] + tags[279][0]


@pytest.mark.parametrize("compression", ["group3", "group4"])
def test_a_fax_lost_from_the_middle_on_is_an_error(load: Load, compression: str) -> None:
    data, start, end = noisy_fax(compression)
    middle = (start + end) // 2
    for fill in (b"\0", b"\x5a"):
        with pytest.raises(TruncatedError):
            load(data[:middle] + fill * (end - middle) + data[end:])


def test_codecs_print_nothing(load: Load, capfd: pytest.CaptureFixture[str]) -> None:
    data, start, end = noisy_fax("group4")
    middle = (start + end) // 2
    with pytest.raises(TruncatedError):
        load(data[:middle] + b"\x5a" * (end - middle) + data[end:])
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("big", [False, True])
def test_late_pages_cost_no_more_to_find_than_early_ones(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, big: bool
) -> None:
    path = tmp_path / "long.tif"
    pages = [Image.new("L", (20, 10), level) for level in range(60)]
    path.write_bytes(tiff(*pages, big_tiff=big))
    loads = []
    load = TiffImagePlugin.ImageFileDirectory_v2.load

    def counted(directory: TiffImagePlugin.ImageFileDirectory_v2, file: Any) -> None:
        loads.append(file)
        load(directory, file)

    monkeypatch.setattr(TiffImagePlugin.ImageFileDirectory_v2, "load", counted)
    directories = []
    for number in (2, 60):
        loads.clear()
        page = only(list(load_pages(path, "long.tif", PageSettings(), number, number)))
        assert page.pixels.tolist() == [[number - 1] * 20] * 10
        directories.append(len(loads))
    assert directories[0] == directories[1]
