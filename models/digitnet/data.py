"""Where labelled digits come from: MNIST as Keras downloads it, or a path."""

from __future__ import annotations

import contextlib
import re
import sys
from dataclasses import dataclass
from pathlib import Path

from digitnet.digits import DataError, Digits, checked
from digitnet.formats import is_idx, read_class_folders, read_csv, read_idx, read_npz

FORMS = (
    "mnist.npz, an idx file or a folder of them, a CSV with a label column, "
    "or a folder with one folder of images for each of the digits 0 to 9"
)


@dataclass(frozen=True, slots=True)
class Source:
    """What a source holds: a part to train on, a part to test on, or one undivided set.

    `name` is what messages call it.
    """

    name: str
    train: Digits | None = None
    test: Digits | None = None
    undivided: Digits | None = None

    def for_training(self) -> Digits:
        """Return the training part or else the undivided set; `DataError` if there is neither."""
        part = self.train or self.undivided
        if part is None:
            raise DataError(f"{self.name} holds only a test part: there is nothing to train on")
        return part

    def for_testing(self) -> Digits:
        """Return the test part or else the undivided set; `DataError` if there is neither."""
        part = self.test or self.undivided
        if part is None:
            raise DataError(f"{self.name} holds only a training part: give the test part")
        return part


def load(path: Path | None = None) -> Source:
    """Load digits from a path, or MNIST as Keras downloads and keeps it.

    Parameters
    ----------
    path
        An .npz with `x_train, y_train, x_test, y_test`, with the last two alone, or with `x, y`;
        an idx images or labels file (also .gz) with its partner beside it, or a folder of them;
        a CSV of labels and pixels (Kaggle's layout), or a folder of such; a folder of class
        folders `0` to `9`, also below `train` and `test`. None downloads.

    Raises
    ------
    DataError
        When there is neither network nor file, or the content is not 28x28 digits with labels.
    """
    if path is None:
        return _download()
    try:
        return _load_folder(path) if path.is_dir() else _load_file(path)
    except FileNotFoundError as error:
        raise DataError(f"{path} does not exist; --data takes {FORMS}") from error
    except OSError as error:
        raise DataError(f"{path} cannot be read: {error.strerror}") from error


def _download() -> Source:
    """Let Keras fetch MNIST, or find it where an earlier fetch was kept."""
    import keras  # heavy, and a path needs no Keras

    try:
        with contextlib.redirect_stdout(sys.stderr):  # its progress bar is not our output
            (x_train, y_train), (x_test, y_test) = keras.datasets.mnist.load_data()
    except Exception as error:  # Keras raises Exception itself when it gets no connection
        raise DataError(
            f"MNIST cannot be downloaded ({error}). Without network, --data takes {FORMS}."
        ) from error
    return Source("MNIST", checked("MNIST", x_train, y_train), checked("MNIST", x_test, y_test))


def _load_file(path: Path) -> Source:
    name = path.name.lower()
    if not path.exists():
        raise FileNotFoundError(path)
    if name.endswith(".npz"):
        return Source(str(path), **read_npz(path))
    if name.endswith(".csv"):
        return _placed(path, read_csv(path))
    if is_idx(name):
        return _placed(path, read_idx(path))
    raise DataError(f"{path} is of no form that is known; --data takes {FORMS}")


def _load_folder(path: Path) -> Source:
    """Load the idx files of a folder, or else its CSVs, or else its class folders."""
    files = sorted(file for file in path.iterdir() if file.is_file())
    images = [file for file in files if is_idx(file.name) and "images" in file.name.lower()]
    tables = [file for file in files if file.suffix.lower() == ".csv"]
    if images or tables:
        return _joined(path, [_load_file(file) for file in images or tables])
    below = {name: path / name for name in ("train", "training", "test", "testing")}
    found = {name: folder for name, folder in below.items() if folder.is_dir()}
    if found:
        return _joined(path, [_placed(file, read_class_folders(file)) for file in found.values()])
    return Source(str(path), undivided=read_class_folders(path))


def _placed(path: Path, digits: Digits) -> Source:
    """Tell from the name whether these digits are for training or for testing."""
    words = set(re.split(r"[^a-z0-9]+", path.name.lower()))
    if words & {"train", "training"}:
        return Source(str(path), train=digits)
    if words & {"test", "testing", "t10k"}:
        return Source(str(path), test=digits)
    return Source(str(path), undivided=digits)


def _joined(path: Path, sources: list[Source]) -> Source:
    """Make one source of the files of a folder: at most one training and one test part."""
    if len(sources) == 1:
        return sources[0]
    trains = [source.train for source in sources if source.train]
    tests = [source.test for source in sources if source.test]
    if len(sources) != 2 or len(trains) != 1 or len(tests) != 1:
        raise DataError(f"{path} holds several sets: give the path of one of the files")
    return Source(str(path), trains[0], tests[0])
