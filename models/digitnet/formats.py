"""The forms labelled digits come in: .npz, idx, CSV, folders of images; each file -> `Digits`."""

from __future__ import annotations

import gzip
import struct
import zipfile
import zlib
from pathlib import Path

import cv2
import numpy as np
from numpy.typing import NDArray

from digitnet.digits import SIDE, DataError, Digits, bright_ink, checked

IMAGE_SUFFIXES = {".png", ".jpg", ".jpeg", ".bmp", ".tif", ".tiff", ".webp", ".pgm"}


def read_npz(path: Path) -> dict[str, Digits]:
    """Read the parts of an .npz: `train`, `test`, and `undivided` from the arrays `x` and `y`."""
    try:
        # Of what is no zip, NumPy says that it could be unpickled: no advice to give.
        with zipfile.ZipFile(path), np.load(path, allow_pickle=False) as archive:
            arrays = {key: archive[key] for key in archive.files}
    except (OSError, EOFError, ValueError, AttributeError, zipfile.BadZipFile) as error:
        raise DataError(f"{path} is damaged or no .npz: {error}") from error
    pairs = {
        "train": ("x_train", "y_train"),
        "test": ("x_test", "y_test"),
        "undivided": ("x", "y"),
    }
    parts = {
        part: checked(f"{path} ({x})", arrays[x], arrays[y])
        for part, (x, y) in pairs.items()
        if x in arrays and y in arrays
    }
    if not parts:
        raise DataError(
            f"{path} needs the arrays x_train and y_train, x_test and y_test, or x and y; "
            f"it has {', '.join(arrays) or 'none'}"
        )
    return parts


def is_idx(name: str) -> bool:
    """Tell an idx file by its name: `train-images-idx3-ubyte`, `t10k-labels.idx1-ubyte.gz`."""
    name = name.lower().removesuffix(".gz")
    return "idx1" in name or "idx3" in name or name.endswith("ubyte")


def read_idx(path: Path) -> Digits:
    """Read an images file and the labels file beside it, whichever of the two is named."""
    images_name = path.name.replace("labels", "images").replace("idx1", "idx3")
    labels_name = path.name.replace("images", "labels").replace("idx3", "idx1")
    images, labels = _beside(path, images_name), _beside(path, labels_name)
    return checked(str(images), _idx_array(images), _idx_array(labels))


def _beside(path: Path, name: str) -> Path:
    """Find the file of that name in the same folder, packed or not."""
    plain = name.removesuffix(".gz")
    for candidate in (name, plain, f"{plain}.gz"):
        if path.with_name(candidate).exists():
            return path.with_name(candidate)
    raise DataError(f"{path} needs {plain} beside it")


def _idx_array(path: Path) -> NDArray[np.uint8]:
    """Read one idx file: two zero bytes, the type (8 is uint8), the rank, sizes, values.

    Source: LeCun, Cortes and Burges, "The MNIST database", section "file formats".
    """
    try:
        content = path.read_bytes()
        if path.suffix.lower() == ".gz":
            content = gzip.decompress(content)
        zero, kind, rank = struct.unpack_from(">HBB", content)
        shape = struct.unpack_from(f">{rank}I", content, 4)
    except (OSError, EOFError, struct.error, zlib.error) as error:
        raise DataError(f"{path} is damaged or no idx file: {error}") from error
    if zero != 0 or kind != 8 or rank == 0:
        raise DataError(f"{path} is no idx file of bytes")
    values = np.frombuffer(content, np.uint8, offset=4 + 4 * rank)
    if values.size != np.prod(shape, dtype=np.int64):
        raise DataError(f"{path} should hold {shape} values and holds {values.size}: it is cut")
    return values.reshape(shape)


def read_csv(path: Path) -> Digits:
    """Read rows of a label and 784 pixels.

    The label stands first, or in the column called `label` or `class`; a header row may be absent.
    """
    import pandas as pd  # 0.4 s at start, for CSV files alone

    try:
        with path.open(encoding="utf-8-sig") as file:
            head = [cell.strip().strip('"').lower() for cell in file.readline().split(",")]
        headed = not _is_number(head[0])
        table = pd.read_csv(path, header=0 if headed else None, encoding="utf-8-sig")
    except (OSError, ValueError) as error:  # ValueError: text that is not UTF-8, ragged rows
        raise DataError(f"{path} is no CSV of digits: {error}") from error
    named = [place for place, name in enumerate(head) if name in ("label", "class")]
    if len(head) == SIDE * SIDE and not named:
        raise DataError(f"{path} has pixels but no labels (Kaggle's test.csv has none)")
    if len(head) != SIDE * SIDE + 1:
        raise DataError(f"{path}: a row is a label and 784 pixels, got {len(head)} columns")
    values = table.to_numpy()
    place = named[0] if named else 0
    return checked(str(path), np.delete(values, place, axis=1), values[:, place])


def _is_number(text: str) -> bool:
    try:
        float(text)
    except ValueError:
        return False
    return True


def read_class_folders(path: Path) -> Digits:
    """Read every image below the folders `0` to `9` of a folder, in the order of their names.

    Images of 28x28 are taken as they are, others scaled into it with their aspect kept. An image
    whose edge is light is taken as dark on light and turned around.
    """
    files = [
        (file, digit)
        for digit in range(10)
        for file in sorted((path / str(digit)).rglob("*"))
        if file.suffix.lower() in IMAGE_SUFFIXES
    ]
    if not files:
        raise DataError(f"{path} has no folders named 0 to 9 with images in them")
    images = np.stack([_read_image(file) for file, _ in files])
    return Digits(images, np.array([digit for _, digit in files], np.uint8))


def _read_image(file: Path) -> NDArray[np.uint8]:
    """Read one image as (28, 28) uint8, ink bright on 0."""
    content = np.frombuffer(file.read_bytes(), np.uint8)  # imread fails on some paths
    image = cv2.imdecode(content, cv2.IMREAD_GRAYSCALE) if content.size else None
    if image is None:
        raise DataError(f"{file} cannot be read as an image: repair or remove it")
    return _fit(bright_ink(np.asarray(image, np.uint8)[None])[0])


def _fit(ink: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Scale into 28x28, aspect kept, in the middle of 0."""
    height, width = ink.shape
    if (height, width) == (SIDE, SIDE):
        return ink
    scale = SIDE / max(height, width)
    size = max(1, round(width * scale)), max(1, round(height * scale))
    method = cv2.INTER_AREA if scale < 1 else cv2.INTER_LINEAR
    left, top = (SIDE - size[0]) // 2, (SIDE - size[1]) // 2
    fitted = np.zeros((SIDE, SIDE), np.uint8)
    fitted[top : top + size[1], left : left + size[0]] = cv2.resize(ink, size, interpolation=method)
    return fitted
