"""PDF files, written by hand: drawn, scanned, turned, filled in, locked, damaged."""

import hashlib
import io
import struct
from collections.abc import Callable, Sequence
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from digitscan.errors import FileError, PasswordError, TooLargeError, TruncatedError
from digitscan.pages.load import count_pages, load_pages
from digitscan.settings import PageSettings
from digitscan.types import FileFailure, Page

Array = NDArray[np.uint8]
Load = Callable[..., list[Page | FileFailure]]

SQUARE = b"0 0 0 rg 18 36 18 18 re f"
"""A black square, a quarter of an inch wide, at 1/4 inch from the left and 1/2 from below."""


def pdf(objects: Sequence[bytes], trailer: bytes = b"") -> bytes:
    """Write objects, numbered from 1 with the catalog first, with their table and trailer."""
    written = bytearray(b"%PDF-1.4\n")
    places = []
    for number, content in enumerate(objects, 1):
        places.append(len(written))
        written += b"%d 0 obj\n%s\nendobj\n" % (number, content)
    table = len(written)
    written += b"xref\n0 %d\n0000000000 65535 f \n" % (len(objects) + 1)
    written += b"".join(b"%010d 00000 n \n" % place for place in places)
    written += b"trailer\n<</Size %d/Root 1 0 R%s>>\n" % (len(objects) + 1, trailer)
    return bytes(written + b"startxref\n%d\n%%%%EOF\n" % table)


def stream(content: bytes, entries: bytes = b"") -> bytes:
    return b"<</Length %d%s>>stream\n%s\nendstream" % (len(content), entries, content)


def document(*contents: bytes, page: bytes = b"", box: bytes = b"0 0 72 144") -> list[bytes]:
    """List the objects of a document whose pages of 1 x 2 inches draw the contents."""
    count = len(contents)
    kids = b" ".join(b"%d 0 R" % (3 + number) for number in range(count))
    pages = [
        b"<</Type/Page/Parent 2 0 R/MediaBox[%s]/Contents %d 0 R%s>>" % (box, 3 + count + i, page)
        for i in range(count)
    ]
    return [
        b"<</Type/Catalog/Pages 2 0 R>>",
        b"<</Type/Pages/Kids[%s]/Count %d>>" % (kids, count),
        *pages,
        *(stream(content) for content in contents),
    ]


@pytest.fixture
def load(tmp_path: Path) -> Load:
    """Load all pages of a file with such bytes; the count must be that of the items."""

    def load_bytes(data: bytes, **options: int) -> list[Page | FileFailure]:
        path = tmp_path / "scan.pdf"
        path.write_bytes(data)
        settings = PageSettings(**options)
        items = list(load_pages(path, "scan.pdf", settings))
        assert count_pages(path, settings) == len(items)
        return items

    return load_bytes


def only(items: list[Page | FileFailure]) -> Page:
    (page,) = items
    assert isinstance(page, Page)
    return page


@pytest.mark.parametrize("dpi", [72, 150, 300])
def test_a_drawn_page_is_rendered_at_the_resolution_asked_for(load: Load, dpi: int) -> None:
    page = only(load(pdf(document(SQUARE)), dpi=dpi))
    assert page.pixels.shape == (2 * dpi, dpi)
    assert page.dpi == dpi
    rows, columns = np.nonzero(page.pixels < 128)
    quarter = dpi / 4
    assert (columns.min(), columns.max() + 1) == pytest.approx((quarter, 2 * quarter), abs=1)
    assert (rows.min(), rows.max() + 1) == pytest.approx((5 * quarter, 6 * quarter), abs=1)


def test_three_hundred_dpi_is_the_default(load: Load) -> None:
    assert only(load(pdf(document(SQUARE)))).pixels.shape == (600, 300)


def test_colour_is_blue_green_red(load: Load) -> None:
    pixels = only(load(pdf(document(b"1 0 0 rg 0 0 72 144 re f")), dpi=72)).pixels
    np.testing.assert_array_equal(pixels[70, 30], [0, 0, 255])


def test_a_scan_comes_out_pixel_by_pixel(load: Load) -> None:
    scan = np.full((440, 301), 240, np.uint8)
    cv2.putText(scan, "4711", (20, 200), cv2.FONT_HERSHEY_SIMPLEX, 3, 10, 5)
    image = stream(
        scan.tobytes(),
        b"/Type/XObject/Subtype/Image/Width 301/Height 440/ColorSpace/DeviceGray"
        b"/BitsPerComponent 8",
    )
    objects = document(
        b"72.24 0 0 105.6 0 0 cm /Scan Do",
        page=b"/Resources<</XObject<</Scan 5 0 R>>>>",
        box=b"0 0 72.24 105.6",
    )
    np.testing.assert_array_equal(only(load(pdf([*objects, image]))).pixels, scan)


def test_what_pillow_makes_of_scans(load: Load) -> None:
    scans = [Image.new("1", (300, 600), value) for value in (0, 255)]
    written = io.BytesIO()
    scans[0].save(written, "PDF", resolution=300, save_all=True, append_images=scans[1:])
    first, second = load(written.getvalue())
    assert isinstance(first, Page)
    assert isinstance(second, Page)
    assert first.pixels.shape == (600, 300)
    assert (first.pixels.max(), second.pixels.min()) == (0, 255)


def test_a_turned_page_is_upright(load: Load) -> None:
    page = only(load(pdf(document(SQUARE, page=b"/Rotate 90")), dpi=72))
    assert page.pixels.shape == (72, 144)
    rows, columns = np.nonzero(page.pixels < 128)
    assert (rows.min(), rows.max()) == pytest.approx((18, 35), abs=1)
    assert (columns.min(), columns.max()) == pytest.approx((36, 53), abs=1)


def test_ink_that_was_put_on_as_an_annotation_is_seen(load: Load) -> None:
    look = stream(SQUARE, b"/Type/XObject/Subtype/Form/BBox[0 0 72 144]")
    annotation = b"<</Type/Annot/Subtype/Stamp/Rect[0 0 72 144]/F 4/AP<</N 6 0 R>>>>"
    objects = [*document(b"", page=b"/Annots[5 0 R]"), annotation, look]
    assert (only(load(pdf(objects), dpi=72)).pixels < 128).sum() == 18 * 18


def test_form_fields_are_seen(load: Load) -> None:
    look = stream(SQUARE, b"/Type/XObject/Subtype/Form/BBox[0 0 72 144]")
    field = (
        b"<</Type/Annot/Subtype/Widget/FT/Tx/T(n)/V(1)/F 4/Rect[0 0 72 144]/P 3 0 R"
        b"/AP<</N 6 0 R>>>>"
    )
    objects = [*document(b"", page=b"/Annots[5 0 R]"), field, look]
    objects[0] = b"<</Type/Catalog/Pages 2 0 R/AcroForm<</Fields[5 0 R]>>>>"
    assert (only(load(pdf(objects), dpi=72)).pixels < 128).any()


def test_every_page_in_order(load: Load) -> None:
    items = load(pdf(document(*(b"%.1f g 0 0 72 144 re f" % (n / 10) for n in range(1, 6)))))
    pages = [item for item in items if isinstance(item, Page)]
    assert [page.number for page in pages] == [1, 2, 3, 4, 5]
    greys = [int(page.pixels[0, 0]) for page in pages]
    assert greys == sorted(greys)
    assert len(set(greys)) == 5


def test_a_missing_page_costs_only_itself(load: Load) -> None:
    objects = document(SQUARE, SQUARE, SQUARE)
    objects[3] = b"null"
    items = load(pdf(objects), dpi=72)
    assert [type(item) for item in items] == [Page, FileFailure, Page]
    assert (getattr(items[1], "page", 0), getattr(items[1], "error", "")) == (2, "truncated")


def test_a_poster_past_the_limit_costs_only_itself(load: Load) -> None:
    objects = document(SQUARE, SQUARE)
    objects[2] = objects[2].replace(b"0 0 72 144", b"0 0 14400 14400")
    first, second = load(pdf(objects))
    assert isinstance(first, FileFailure)
    assert first.error == "too-large"
    assert "60000 x 60000" in first.message
    assert "--dpi" in first.message
    assert isinstance(second, Page)


def test_too_many_pages(load: Load) -> None:
    with pytest.raises(TooLargeError, match=r"3 pages.*--max-pages"):
        load(pdf(document(SQUARE, SQUARE, SQUARE)), max_pages=2)


@pytest.mark.parametrize("share", [0.1, 0.5, 0.9])
def test_a_cut_off_file_is_an_error(load: Load, share: float) -> None:
    data = pdf(document(SQUARE, SQUARE))
    with pytest.raises(TruncatedError, match="copy it again"):
        load(data[: int(len(data) * share)])


def test_a_file_of_nonsense_between_head_and_end_is_an_error(load: Load) -> None:
    with pytest.raises(TruncatedError):
        load(b"%PDF-1.4\n" + b"nonsense" * 100 + b"\nstartxref\n9\n%%EOF\n")


def test_no_pages_is_an_error(load: Load) -> None:
    with pytest.raises(FileError):  # which one: pdfium shows the reason of an earlier failure
        load(pdf(document()))


def test_words_before_the_head_are_allowed(load: Load) -> None:
    data = b"From the scanner\n" + pdf(document(SQUARE))
    assert (only(load(data, dpi=72)).pixels < 128).any()


PADDING = bytes.fromhex("28BF4E5E4E758A4164004E56FFFA01082E2E00B6D0683E802F0CA9FE6453697A")


def rc4(key: bytes, data: bytes) -> bytes:
    state = list(range(256))
    j = 0
    for i in range(256):
        j = (j + state[i] + key[i % len(key)]) % 256
        state[i], state[j] = state[j], state[i]
    out = bytearray()
    i = j = 0
    for byte in data:
        i = (i + 1) % 256
        j = (j + state[i]) % 256
        state[i], state[j] = state[j], state[i]
        out.append(byte ^ state[(state[i] + state[j]) % 256])
    return bytes(out)


def locked(user: bytes, owner: bytes) -> bytes:
    """Write a one-page document locked by the standard handler, revision 2 (PDF 1.4, 3.5.2)."""
    identity = b"0123456789abcdef"
    owner_key = hashlib.md5((owner + PADDING)[:32]).digest()[:5]
    owner_entry = rc4(owner_key, (user + PADDING)[:32])
    permissions = struct.pack("<i", -4)
    key = hashlib.md5((user + PADDING)[:32] + owner_entry + permissions + identity).digest()[:5]
    objects = document(b"")
    object_key = hashlib.md5(key + struct.pack("<I", 4)[:3] + b"\0\0").digest()[:10]
    objects[3] = stream(rc4(object_key, SQUARE))
    encryption = b"<</Filter/Standard/V 1/R 2/O<%s>/U<%s>/P -4>>" % (
        owner_entry.hex().encode(),
        rc4(key, PADDING).hex().encode(),
    )
    name = identity.hex().encode()
    return pdf([*objects, encryption], b"/Encrypt 5 0 R/ID[<%s><%s>]" % (name, name))


def test_a_password_is_asked_for_by_name(load: Load) -> None:
    with pytest.raises(PasswordError, match="password"):
        load(locked(user=b"secret", owner=b"boss"))


def test_a_file_that_only_forbids_changes_is_read(load: Load) -> None:
    page = only(load(locked(user=b"", owner=b"boss"), dpi=72))
    assert (page.pixels < 128).sum() == 18 * 18
