"""Digits from every form they come in, and what is said where they cannot be had."""

from __future__ import annotations

import gzip
import struct
from pathlib import Path

import cv2
import numpy as np
import pytest
from numpy.typing import NDArray

from digitnet.data import load
from digitnet.digits import DataError, checked

LABELS = np.array([3, 0, 9, 3], np.uint8)


def images(count: int = 4) -> NDArray[np.uint8]:
    """Make (count, 28, 28) uint8 with a dark edge and every pixel inside its own."""
    inside = np.random.default_rng(5).integers(1, 256, (count, 26, 26), dtype=np.uint8)
    return np.pad(inside, ((0, 0), (1, 1), (1, 1)))


def write_idx(path: Path, values: NDArray[np.uint8]) -> None:
    """Write an idx file of bytes, packed if its name says so."""
    head = struct.pack(f">HBB{values.ndim}I", 0, 8, values.ndim, *values.shape)
    content = head + values.tobytes()
    path.write_bytes(gzip.compress(content) if path.suffix == ".gz" else content)


def write_csv(path: Path, header: list[str] | None, label_last: bool = False) -> None:
    """Write a row a digit: the label and 784 pixels."""
    rows = [
        [*row, label] if label_last else [label, *row]
        for row, label in zip(images().reshape(4, -1), LABELS, strict=True)
    ]
    lines = [",".join(str(cell) for cell in row) for row in ([header] if header else []) + rows]
    path.write_text("\n".join(lines) + "\n", "utf-8")


def write_class_folders(root: Path, light: bool = False) -> None:
    """Write every digit into the folder of its label."""
    for number, (image, label) in enumerate(zip(images(), LABELS, strict=True)):
        folder = root / str(label)
        folder.mkdir(parents=True, exist_ok=True)
        _, content = cv2.imencode(".png", 255 - image if light else image)
        (folder / f"{number}.png").write_bytes(content.tobytes())


def test_npz_has_a_training_and_a_test_part(tmp_path: Path) -> None:
    path = tmp_path / "mnist.npz"
    test = images(2)
    np.savez(path, x_train=images(), y_train=LABELS, x_test=test, y_test=LABELS[:2])
    source = load(path)
    np.testing.assert_array_equal(source.for_training().images, images())
    np.testing.assert_array_equal(source.for_training().labels, LABELS)
    np.testing.assert_array_equal(source.for_testing().images, test)


def test_npz_with_a_test_part_alone_is_enough_to_test_and_too_little_to_train(
    tmp_path: Path,
) -> None:
    path = tmp_path / "mine.npz"
    np.savez(path, x_test=images(), y_test=LABELS)
    assert len(load(path).for_testing()) == 4
    with pytest.raises(DataError, match=r"mine\.npz holds only a test part"):
        load(path).for_training()


def test_an_undivided_set_serves_for_both(tmp_path: Path) -> None:
    path = tmp_path / "set.npz"
    np.savez(path, x=images(), y=LABELS)
    assert load(path).for_training() is not None
    assert len(load(path).for_testing()) == 4


def test_npz_with_other_arrays_names_what_it_needs_and_has(tmp_path: Path) -> None:
    path = tmp_path / "other.npz"
    np.savez(path, pictures=images())
    with pytest.raises(DataError, match=r"x_test and y_test.*it has pictures"):
        load(path)


@pytest.mark.parametrize("ending", ["-ubyte", "-ubyte.gz"])
def test_a_folder_of_idx_files(tmp_path: Path, ending: str) -> None:
    write_idx(tmp_path / f"train-images-idx3{ending}", images())
    write_idx(tmp_path / f"train-labels-idx1{ending}", LABELS)
    write_idx(tmp_path / f"t10k-images-idx3{ending}", images(2))
    write_idx(tmp_path / f"t10k-labels-idx1{ending}", LABELS[:2])
    source = load(tmp_path)
    np.testing.assert_array_equal(source.for_training().images, images())
    np.testing.assert_array_equal(source.for_training().labels, LABELS)
    assert len(source.for_testing()) == 2


@pytest.mark.parametrize("named", ["t10k-images.idx3-ubyte", "t10k-labels.idx1-ubyte"])
def test_one_idx_file_finds_its_partner(tmp_path: Path, named: str) -> None:
    write_idx(tmp_path / "t10k-images.idx3-ubyte", images())
    write_idx(tmp_path / "t10k-labels.idx1-ubyte", LABELS)
    np.testing.assert_array_equal(load(tmp_path / named).for_testing().labels, LABELS)


def test_an_idx_file_without_its_partner_names_it(tmp_path: Path) -> None:
    write_idx(tmp_path / "train-images-idx3-ubyte", images())
    with pytest.raises(DataError, match="needs train-labels-idx1-ubyte beside it"):
        load(tmp_path)


def test_an_idx_file_cut_short_says_so(tmp_path: Path) -> None:
    path = tmp_path / "train-images-idx3-ubyte"
    write_idx(path, images())
    write_idx(tmp_path / "train-labels-idx1-ubyte", LABELS)
    path.write_bytes(path.read_bytes()[:-1])
    with pytest.raises(DataError, match="it is cut"):
        load(path)


@pytest.mark.parametrize(
    ("header", "label_last"),
    [
        (["label", *(f"pixel{place}" for place in range(784))], False),
        (["label", *(f"{row}x{column}" for row in range(28) for column in range(28))], False),
        ([*(f"pixel{place}" for place in range(784)), "class"], True),
        (None, False),
    ],
    ids=["kaggle", "header-first", "label-last", "headerless"],
)
def test_csv(tmp_path: Path, header: list[str] | None, label_last: bool) -> None:
    path = tmp_path / "train.csv"
    write_csv(path, header, label_last)
    digits = load(path).for_training()
    np.testing.assert_array_equal(digits.images, images())
    np.testing.assert_array_equal(digits.labels, LABELS)


def test_a_folder_of_csvs_has_a_training_and_a_test_part(tmp_path: Path) -> None:
    write_csv(tmp_path / "mnist_train.csv", None)
    write_csv(tmp_path / "mnist_test.csv", None)
    source = load(tmp_path)
    assert source.train is not None
    assert source.test is not None


def test_csv_without_labels_says_so(tmp_path: Path) -> None:
    path = tmp_path / "test.csv"
    path.write_text(",".join(f"pixel{place}" for place in range(784)) + "\n" + ",".join("0" * 784))
    with pytest.raises(DataError, match="no labels"):
        load(path)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("label,a,b\n1,2,3\n", "a label and 784 pixels, got 3 columns"),
        ("", "no CSV"),
        ("label," + ",".join("a" * 784) + "\n1," + ",".join("x" * 784), "must be numbers"),
    ],
)
def test_csv_of_something_else(tmp_path: Path, content: str, message: str) -> None:
    path = tmp_path / "table.csv"
    path.write_text(content, "utf-8")
    with pytest.raises(DataError, match=message):
        load(path)


@pytest.mark.parametrize("light", [False, True], ids=["light on dark", "dark on light"])
def test_class_folders(tmp_path: Path, light: bool) -> None:
    write_class_folders(tmp_path, light)
    digits = load(tmp_path).for_training()
    np.testing.assert_array_equal(digits.labels, [0, 3, 3, 9])
    np.testing.assert_array_equal(digits.images, images()[[1, 0, 3, 2]])


def test_class_folders_below_train_and_test(tmp_path: Path) -> None:
    write_class_folders(tmp_path / "training")
    write_class_folders(tmp_path / "testing")
    source = load(tmp_path)
    assert source.train is not None
    assert source.test is not None
    assert source.undivided is None


def test_images_of_another_size_are_scaled_with_their_aspect(tmp_path: Path) -> None:
    stroke = np.zeros((112, 56), np.uint8)
    stroke[8:104, 16:40] = 255
    (tmp_path / "1").mkdir()
    (tmp_path / "1" / "one.png").write_bytes(cv2.imencode(".png", stroke)[1].tobytes())
    image = load(tmp_path).for_testing().images[0]
    rows, columns = np.nonzero(image > 127)
    assert (rows.min(), rows.max()) == (2, 25)
    assert (columns.min(), columns.max()) == (11, 16)


def test_an_image_that_is_none_is_named(tmp_path: Path) -> None:
    write_class_folders(tmp_path)
    (tmp_path / "3" / "broken.png").write_bytes(b"no image")
    with pytest.raises(DataError, match=r"broken\.png cannot be read as an image"):
        load(tmp_path)


@pytest.mark.parametrize("name", ["missing.npz", "missing"])
def test_a_path_that_is_not_there_says_what_may_be_given(tmp_path: Path, name: str) -> None:
    with pytest.raises(DataError, match=rf"{name} does not exist; --data takes mnist\.npz"):
        load(tmp_path / name)


@pytest.mark.parametrize("name", ["mnist.npz", "notes.txt", "train-images-idx3-ubyte.gz"])
def test_a_file_that_is_something_else_is_named(tmp_path: Path, name: str) -> None:
    (tmp_path / name).write_bytes(b"something else")
    with pytest.raises(DataError, match=name.replace(".", r"\.")) as caught:
        load(tmp_path / name)
    assert "pickle" not in str(caught.value)


def test_neither_network_nor_file(monkeypatch: pytest.MonkeyPatch) -> None:
    keras = pytest.importorskip("keras", reason="Keras comes with the extra train")
    pytest.importorskip("tensorflow", reason="TensorFlow comes with the extra train")

    def fail() -> None:
        raise Exception("URL fetch failure on mnist.npz: None -- no route")  # as Keras does

    monkeypatch.setattr(keras.datasets.mnist, "load_data", fail)
    with pytest.raises(DataError, match=r"cannot be downloaded \(URL fetch.*--data takes"):
        load()


def test_what_keras_downloads(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    keras = pytest.importorskip("keras", reason="Keras comes with the extra train")
    pytest.importorskip("tensorflow", reason="TensorFlow comes with the extra train")

    def fetch() -> tuple[tuple[NDArray[np.uint8], ...], ...]:
        print("Downloading data from ...")
        return (images(), LABELS), (images(2), LABELS[:2])

    monkeypatch.setattr(keras.datasets.mnist, "load_data", fetch)
    source = load()
    assert len(source.for_training()) == 4
    assert len(source.for_testing()) == 2
    shown = capsys.readouterr()
    assert (shown.out, shown.err) == ("", "Downloading data from ...\n")


@pytest.mark.parametrize(
    ("pixels", "labels", "message"),
    [
        (np.zeros((2, 20, 20)), [1, 2], r"must be \(N, 28, 28\), got \(2, 20, 20\)"),
        (np.zeros((0, 28, 28)), [], "there are no images"),
        (np.zeros((2, 784)), [1], "2 images but 1 labels"),
        (np.full((1, 784), 256), [1], "0 to 255, or 0 to 1, got 256 to 256"),
        (np.full((1, 784), np.nan), [1], "got nan to nan"),
        (np.zeros((2, 784)), [1, 10], "labels must be 0 to 9, found 10"),
        (np.zeros((1, 784)), [0.5], "labels must be 0 to 9, found 0.5"),
        (np.full((1, 784), "x"), [1], "must be numbers"),
        (np.zeros((1, 784)), ["x"], "must be numbers"),
        (np.zeros((2, 784)), np.full((2, 10), 0.1), "2 images but 20 labels"),
        (np.zeros((2, 784)), np.zeros((2, 10)), "2 images but 20 labels"),
        (np.zeros((2, 784)), np.full((2, 10), "x"), "2 images but 20 labels"),
    ],
)
def test_arrays_are_checked(pixels: NDArray[np.generic], labels: list[float], message: str) -> None:
    with pytest.raises(DataError, match=f"set: .*{message}"):
        checked("set", pixels, np.array(labels))


def test_fractions_and_channels_are_understood() -> None:
    whole = images()
    for same in (whole, whole / 255, whole[..., None], whole.reshape(4, 784).astype(np.int64)):
        np.testing.assert_array_equal(checked("set", same, LABELS[:, None]).images, whole)


@pytest.mark.parametrize("kind", [bool, np.int64, np.float64])
def test_labels_may_be_one_hot(kind: type) -> None:
    labels = checked("set", images(), np.eye(10, dtype=kind)[LABELS]).labels
    np.testing.assert_array_equal(labels, LABELS)


def test_dark_ink_is_turned_around_image_by_image() -> None:
    mixed = images()
    mixed[1:3] = 255 - mixed[1:3]
    np.testing.assert_array_equal(checked("set", mixed, LABELS).images, images())
    np.testing.assert_array_equal(checked("set", mixed / 255, LABELS).images, images())


def test_networks_get_fractions_with_a_channel() -> None:
    inputs = checked("set", images(), LABELS).inputs
    assert inputs.shape == (4, 28, 28, 1)
    assert inputs.dtype == np.float32
    assert inputs.min() == 0
    np.testing.assert_allclose(inputs[..., 0] * 255, images(), atol=1e-4)
