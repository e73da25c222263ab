"""Digits that people judged become digits to train on: the right ones, cut as the reader cuts."""

from __future__ import annotations

from pathlib import Path

import cv2
import numpy as np
import pytest
from typer.testing import CliRunner, Result

from digitnet.digits import Digits, joined
from digitscan.cli import app
from digitscan.correcting.corrections import read_corrections
from digitscan.correcting.crops import crop_known, known_digits
from digitscan.errors import ExitCode
from digitscan.logs import logger
from digitscan.output.read_table import read_numbers
from digitscan.pages.inputs import find_inputs
from digitscan.reading.crop_at import crops_at
from digitscan.reading.engine import load_glyph_engine
from digitscan.reading.prepare import prepare
from digitscan.reading.read import Reader
from digitscan.settings import PageSettings
from digitscan.types import Box, Page
from drawing.pen import DIGITS_FILE

HEADER = "file,page,number,position,digit,confidence,kind,x,y,width,height,review\n"
CORRECTIONS = "file,page,number,position,old,new,who,when\n"


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Write five numbers on lines, and say that the first, 12, was read as 17."""
    monkeypatch.chdir(tmp_path)
    with np.load(DIGITS_FILE) as archive:
        pixels, labels = archive["pixels"], archive["labels"]
    page = np.full((500, 700), 250, np.uint8)
    rows = []
    for index, (text, read) in enumerate(
        [("12", "17"), ("345", "345"), ("6", "6"), ("78", "78"), ("90", "90")], 1
    ):
        for position, (digit, said) in enumerate(zip(text, read, strict=True), 1):
            image = pixels[np.flatnonzero(labels == int(digit))[index]]
            x, y, width, height = cv2.boundingRect((image > 60).astype(np.uint8))
            ink = cv2.resize(
                image[y : y + height, x : x + width],
                (2 * width, 2 * height),
                interpolation=cv2.INTER_CUBIC,
            )
            left, bottom = 100 * position, 90 * index
            spot = page[bottom - 2 * height : bottom, left : left + 2 * width]
            spot[:] = np.minimum(spot, 250 - (ink * (220 / 255)).astype(np.uint8))
            place = f"{left},{bottom - 2 * height},{2 * width},{2 * height}"
            rows.append(f"a.png,1,{index},{position},{said},0.9000,handwritten,{place},true\n")
        page[90 * index + 8 : 90 * index + 10, 40:660] = 120  # the line to write on
    Path("scans").mkdir()
    cv2.imwrite("scans/a.png", page)
    Path("results.csv").write_text(HEADER + "".join(rows))
    Path("c.csv").write_text(
        CORRECTIONS
        + "a.png,1,1,2,7,2,,\n"  # one digit
        + "a.png,1,2,,345,345,,\n"  # all of a number
        + "a.png,1,3,,6,66,,\n"  # nobody knows where these stand
        + "a.png,1,4,1,7,,,\n"  # not a digit
    )
    return tmp_path


def test_digits_that_somebody_vouches_for_and_whose_place_is_known(folder: Path) -> None:
    assert folder.exists()
    known = known_digits(read_numbers(Path("results.csv")), read_corrections(Path("c.csv")))
    assert [digit for digit, _ in known["a.png"][1]] == [2, 3, 4, 5]


def test_the_network_knows_the_crops(folder: Path) -> None:
    known = known_digits(read_numbers(Path("results.csv")), read_corrections(Path("c.csv")))
    scans = {file.name: file.path for file in find_inputs([folder / "scans"]).files}
    pairs = list(crop_known(known, scans, PageSettings(), Reader()))
    crops = np.stack([crop for crop, _ in pairs])
    assert crops.shape == (4, 28, 28)
    assert crops.max(axis=(1, 2)).min() == 255
    found = load_glyph_engine().classify(crops).digit.argmax(1)
    assert found.tolist() == [digit for _, digit in pairs] == [2, 3, 4, 5]


def test_rulings_are_no_part_of_a_crop() -> None:
    page = np.full((300, 900), 250, np.uint8)
    for left in range(60, 800, 80):
        page[100:160, left : left + 10] = 30
    page[128:131] = 100  # a ruling through all of them
    (crop,) = crops_at(prepare(Page("", 1, page)), [Box(140, 100, 60, 60)])
    bar = np.flatnonzero((crop > 128).sum(axis=0) > 15)
    assert ((crop > 128).sum(axis=1) <= len(bar) + 1).all(), "no row is wider than the bar"


def test_a_place_without_a_word_is_cut_out_of_the_scan() -> None:
    page = np.full((120, 100), 250, np.uint8)
    page[50:53, 40:43] = 30  # a speck is no word
    crop, nothing = crops_at(prepare(Page("", 1, page)), [Box(40, 50, 3, 3), Box(5, 5, 9, 9)])
    assert crop.any()
    assert not nothing.any()


def test_a_scan_that_is_missing_costs_its_digits(
    folder: Path, caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert folder.exists()
    blank = [(1, Box(0, 0, 9, 9))]
    known = {"a.png": {1: blank, 2: blank}, "b.png": {1: blank}}
    monkeypatch.setattr(logger, "propagate", True)
    scans = {"a.png": Path("scans/a.png")}
    assert list(crop_known(known, scans, PageSettings(), Reader())) == []
    assert "a.png, page 2: its digits are left out: its file has fewer pages" in caplog.text
    assert "b.png, page 1: its digits are left out: it is not among --images" in caplog.text


def train(*options: str) -> Result:
    return CliRunner().invoke(app, ["train", "--arch", "mlp", "--data", "mnist.npz", *options])


TABLE = ["--corrections", "c.csv", "--results", "results.csv", "--images", "scans"]


def test_training_takes_them(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    pytest.importorskip("tensorflow", reason="training needs the extra train")
    from digitnet import train as training

    with np.load(DIGITS_FILE) as archive:
        pixels, labels = archive["pixels"][::10], archive["labels"][::10]
    np.savez(folder / "mnist.npz", x=pixels, y=labels)
    given: list[Digits] = []

    def taken(_: str, digits: Digits, *__: object) -> list[dict[str, float]]:
        given.append(digits)
        return [{"epoch": 1, "val_loss": 1.0, "val_accuracy": 1.0}]

    monkeypatch.setattr(training, "train", taken)
    done = train(*TABLE, "--out", "m.keras")
    assert done.exit_code == ExitCode.OK, done.output
    assert "4 corrected digits are added" in done.stderr
    (digits,) = given
    assert len(digits) == len(labels) + 4
    assert digits.labels[-4:].tolist() == [2, 3, 4, 5]


@pytest.mark.parametrize(
    ("options", "code", "says"),
    [
        (["--corrections", "c.csv"], ExitCode.USAGE, "--results and --images"),
        ([*TABLE[:2], "--results", "results.csv"], ExitCode.USAGE, "--results and --images"),
        ([*TABLE[:5], "none"], ExitCode.NOTHING_TO_READ, "names no digit whose place and scan"),
        ([*TABLE, "--arch", "strip"], ExitCode.USAGE, "strip learns from whole lines"),
    ],
)
def test_what_cannot_be_trained_on_is_told(
    folder: Path, options: list[str], code: ExitCode, says: str
) -> None:
    assert folder.exists()
    done = train(*options)
    assert done.exit_code == code, done.output
    assert says in done.stderr


def test_corrections_of_another_table_are_refused(folder: Path) -> None:
    (folder / "c.csv").write_text(CORRECTIONS + "a.png,1,1,,18,12,,\n")
    assert train(*TABLE).exit_code == ExitCode.UNSAFE


def test_both_sets_are_joined() -> None:
    first = Digits(np.zeros((2, 28, 28), np.uint8), np.array([1, 2], np.uint8))
    second = Digits(np.ones((1, 28, 28), np.uint8), np.array([3], np.uint8))
    both = joined(first, second)
    assert (len(both), both.labels.tolist(), both.images[2].min()) == (3, [1, 2, 3], 1)
