"""One digit a picture: found whatever its size, colours and paper, named with its probability."""

from __future__ import annotations

import errno
import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import cv2
import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray
from typer.testing import CliRunner

from digitscan.cli import app
from digitscan.errors import ModelError
from digitscan.predict import Prediction, open_classifier, predict
from digitscan.reading.single import is_light_on_dark, single_crop
from digitscan.types import FileFailure, Floats
from drawing.pen import DIGITS_FILE

Pixels = NDArray[np.uint8]


def mnist_digits() -> tuple[Pixels, Pixels]:
    """Load three digits of every class, (30, 28, 28) white on black, with their labels."""
    with np.load(DIGITS_FILE) as archive:
        pixels, labels = archive["pixels"], archive["labels"]
    chosen = np.concatenate([np.flatnonzero(labels == digit)[:3] for digit in range(10)])
    return pixels[chosen], labels[chosen]


IMAGES, LABELS = mnist_digits()


def enlarged(image: Pixels, factor: int = 10) -> Pixels:
    """Enlarge smoothly."""
    size = image.shape[1] * factor, image.shape[0] * factor
    return np.asarray(cv2.resize(image, size, interpolation=cv2.INTER_CUBIC), np.uint8)


def tight(image: Pixels) -> Pixels:
    """Cut to the ink."""
    x, y, width, height = cv2.boundingRect((image > 60).astype(np.uint8))
    return image[y : y + height, x : x + width]


def photographed(image: Pixels) -> Pixels:
    """Draw on paper that gets darker to one side, with grain."""
    ink = enlarged(image) / 255
    shade = np.linspace(230, 130, ink.shape[1])
    grain = np.random.default_rng(1).normal(0, 6, ink.shape)
    return np.clip(shade * (1 - 0.7 * ink) + grain, 0, 255).astype(np.uint8)


def in_a_box(image: Pixels) -> Pixels:
    """Draw dark on light with a printed box around."""
    paper = 255 - enlarged(np.pad(image, 4))
    side = paper.shape[0] - 12
    return np.asarray(cv2.rectangle(paper, (12, 12), (side, side), 60, 4), np.uint8)


def blue_pen(image: Pixels) -> Pixels:
    """Draw in blue on yellowish paper, blue-green-red."""
    ink = enlarged(image)[..., None] / 255
    mixed = np.array([215, 240, 250]) * (1 - ink) + np.array([150, 60, 30]) * ink
    return np.rint(mixed).astype(np.uint8)


DRESSINGS: dict[str, Callable[[Pixels], Pixels]] = {
    "as MNIST": lambda image: image,
    "dark on light": lambda image: 255 - image,
    "large": lambda image: 255 - enlarged(image, 40),
    "cut tight": tight,
    "cut tight, dark on light": lambda image: 255 - enlarged(tight(image)),
    "in a corner": lambda image: np.pad(255 - image, ((60, 0), (0, 60)), constant_values=255),
    "faint": lambda image: 200 - image // 4,
    "photographed": photographed,
    "in a box": in_a_box,
    "blue pen": blue_pen,
}


def likeness(one: Pixels, other: Pixels) -> float:
    """Correlate two crops: 1 for the same."""
    return float(np.corrcoef(one.ravel(), other.ravel())[0, 1])


@pytest.mark.parametrize("dressing", DRESSINGS)
def test_the_crop_is_the_digit_whatever_it_comes_in(dressing: str) -> None:
    for image in IMAGES:
        crop = single_crop(DRESSINGS[dressing](image))
        assert crop.shape == (28, 28)
        assert crop.dtype == np.uint8
        shifted = [np.roll(image, (y, x), (0, 1)) for y in (-1, 0, 1) for x in (-1, 0, 1)]
        assert max(likeness(crop, same) for same in shifted) > 0.9


@given(
    paper=st.integers(0, 255),
    contrast=st.integers(40, 255),
    where=st.tuples(st.integers(0, 60), st.integers(0, 60)),
)
def test_polarity_follows_the_paper(paper: int, contrast: int, where: tuple[int, int]) -> None:
    ink = paper + contrast if paper + contrast <= 255 else max(0, paper - contrast)
    picture = np.full((90, 90), paper, np.uint8)
    picture[where[0] : where[0] + 28, where[1] : where[1] + 6] = ink
    if abs(ink - paper) >= 40:
        assert is_light_on_dark(picture) == (ink > paper)


@pytest.mark.parametrize("level", [0, 128, 255])
def test_paper_alone_has_no_ink(level: int) -> None:
    grain = np.random.default_rng(0).normal(0, 3, (120, 90))
    paper = np.clip(level + grain, 0, 255).astype(np.uint8)
    assert not single_crop(np.full((120, 90), level, np.uint8)).any()
    assert not single_crop(paper).any()


@pytest.mark.parametrize("shape", [(1, 1), (1, 50), (3, 2), (2, 2, 3)])
def test_the_smallest_pictures(shape: tuple[int, ...]) -> None:
    assert not single_crop(np.full(shape, 200, np.uint8)).any()


def test_dirt_and_what_the_edge_cuts_are_left_out() -> None:
    picture = np.full((100, 100), 255, np.uint8)
    picture[20:80, 45:55] = 0  # the digit
    picture[5:7, 5:7] = 0  # a speck
    picture[:, 96:] = 0  # the neighbouring cell's wall
    clean = np.full((100, 100), 255, np.uint8)
    clean[20:80, 45:55] = 0
    np.testing.assert_array_equal(single_crop(picture), single_crop(clean))


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """Write a digit of each class as a picture: `0.png` dark on light, `1.png` the reverse, ..."""
    for digit in range(10):
        image = enlarged(IMAGES[3 * digit])
        (tmp_path / f"{digit}.png").write_bytes(
            cv2.imencode(".png", image if digit % 2 else 255 - image)[1].tobytes()
        )
    return tmp_path


def as_if_seven(crops: Pixels) -> Floats:
    """Answer 7 (0.6), 1 (0.2), 9 (0.1), 4 (0.05) to everything, 0.05 for no digit."""
    row = np.zeros((len(crops), 11), np.float32)
    row[:, [7, 1, 9, 4, 10]] = 0.6, 0.2, 0.1, 0.05, 0.05
    return row


def test_probability_and_runners_up(folder: Path) -> None:
    (found,) = predict([folder / "7.png"], as_if_seven)
    assert isinstance(found, Prediction)
    shown = found.as_json()
    assert (shown["digit"], shown["probability"]) == (7, pytest.approx(0.6, abs=1e-6))
    assert [runner["digit"] for runner in shown["runners_up"]] == [1, 9]
    assert shown["no_digit"] == pytest.approx(0.05, abs=1e-6)
    assert found.as_text() == f"{folder / '7.png'}: 7 (60.0%), then 1 (20.0%), 9 (10.0%)"


def test_what_is_no_digit_is_called_so() -> None:
    ranking = tuple((digit, 0.02) for digit in range(10))
    text = Prediction("blot.png", 1, ranking, 0.8).as_text()
    assert text.startswith("blot.png: not a digit (80.0%), nearest 0 (2.0%)")


def test_files_that_cannot_be_read_are_named_and_the_others_read(folder: Path) -> None:
    (folder / "broken.png").write_bytes(b"no picture")
    paths = [folder / name for name in ("broken.png", "3.png", "none.png")]
    broken, three, none = predict(paths, as_if_seven)
    assert isinstance(broken, FileFailure)
    assert broken.error == "format"
    assert isinstance(three, Prediction)
    assert isinstance(none, FileFailure)
    assert (none.error, none.message) == ("missing", "there is no such file")


def test_the_command_names_the_digits(folder: Path) -> None:
    paths = [str(folder / f"{digit}.png") for digit in range(10)]
    result = CliRunner().invoke(app, ["predict", "--json", *paths])
    assert result.exit_code == 0, result.output
    entries = json.loads(result.stdout)
    assert [entry["file"] for entry in entries] == paths
    assert [entry["digit"] for entry in entries] == list(range(10))
    assert all(entry["probability"] > 0.5 for entry in entries)


@pytest.mark.parametrize("dressing", DRESSINGS)
def test_the_shipped_network_reads_every_dressing(dressing: str) -> None:
    crops = np.stack([single_crop(DRESSINGS[dressing](image)) for image in IMAGES])
    answers = open_classifier()(crops)[:, :10].argmax(1)
    assert (answers == LABELS).mean() >= 0.9


def test_the_command_reports_blank_paper_and_unreadable_files(folder: Path) -> None:
    blank, broken = folder / "blank.png", folder / "broken.png"
    blank.write_bytes(cv2.imencode(".png", np.full((50, 50), 255, np.uint8))[1].tobytes())
    broken.write_bytes(b"no picture")
    result = CliRunner().invoke(app, ["predict", str(blank), str(broken)])
    assert result.exit_code == 3
    assert result.stdout == f"{blank}: no ink\n"
    assert f"error: {broken}: the content is no image" in result.stderr
    entries = json.loads(
        CliRunner().invoke(app, ["predict", "--json", str(blank), str(broken)]).stdout
    )
    assert (entries[0]["digit"], entries[0]["probability"]) == (None, 0.0)
    assert entries[1]["error"] == "format"


def test_a_model_that_is_missing_ends_with_its_code(folder: Path) -> None:
    arguments = ["predict", "--model", str(folder / "none.tflite"), str(folder / "1.png")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 6
    assert (
        "none.tflite: cannot be read: No such file or directory; 'digitscan train'" in result.stderr
    )


def test_one_that_is_missing_or_closed_costs_the_others_nothing(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    good, closed, missing = folder / "1.png", folder / "closed.png", folder / "none.png"
    closed.write_bytes(good.read_bytes())
    monkeypatch.setattr("os.access", lambda path, _: Path(path) != closed)  # as Typer asks
    opened = Path.open

    def guarded(path: Path, *arguments: Any, **more: Any) -> Any:
        if path == closed:
            raise PermissionError(errno.EACCES, "Permission denied", str(path))
        return opened(path, *arguments, **more)

    monkeypatch.setattr(Path, "open", guarded)
    result = CliRunner().invoke(app, ["predict", *map(str, (closed, missing, good))])
    assert result.exit_code == 3
    first, second = result.stderr.splitlines()
    assert "closed.png: permission denied" in first
    assert second.endswith("none.png: there is no such file")
    assert result.stdout.startswith(f"{good}: 1 (")


def test_a_name_with_a_line_in_it_stays_on_one(folder: Path) -> None:
    path = folder / "two\nlines.png"
    path.write_bytes((folder / "1.png").read_bytes())
    (line,) = CliRunner().invoke(app, ["predict", str(path)]).stdout.splitlines()
    assert f"{folder}/two\\nlines.png: " in line


def test_a_saved_keras_model_predicts_without_training(folder: Path) -> None:
    tensorflow = pytest.importorskip("tensorflow", reason="saved models need the extra train")
    layers = tensorflow.keras.layers
    model = tensorflow.keras.Sequential(
        [tensorflow.keras.Input((28, 28, 1)), layers.Flatten(), layers.Dense(10, "softmax")]
    )
    model.layers[-1].bias.assign(np.eye(10)[4] * 100)
    model.save(folder / "fours.keras")
    arguments = ["predict", "--model", str(folder / "fours.keras"), str(folder / "1.png")]
    result = CliRunner().invoke(app, arguments)
    assert result.exit_code == 0, result.output
    assert result.stdout.startswith(f"{folder / '1.png'}: 4 (")


def test_without_tensorflow_a_keras_model_names_the_cure(
    folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for module in [name for name in sys.modules if name.partition(".")[0] == "digitnet"]:
        monkeypatch.delitem(sys.modules, module)
    monkeypatch.setitem(sys.modules, "keras", None)
    (folder / "any.keras").write_bytes(b"a network")
    with pytest.raises(ModelError, match=r"pip install 'digitscan\[train\]'"):
        open_classifier(folder / "any.keras")


def test_predicting_with_the_shipped_model_needs_no_tensorflow(folder: Path) -> None:
    code = (
        "import sys; from digitscan.cli import app; "
        f"app(['predict', {str(folder / '5.png')!r}], standalone_mode=False); "
        "assert not {'tensorflow', 'keras', 'pandas', 'matplotlib'} & set(sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    assert ": 5 (" in done.stdout
    assert not done.stderr
