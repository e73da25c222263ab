"""Keras models stored at half the size: kernels as float16, read back by any Keras as float32."""

from __future__ import annotations

import tempfile
import zipfile
from pathlib import Path

import h5py
import keras
import numpy as np

WEIGHTS = "model.weights.h5"
"""The part of a .keras file (a zip) that holds the weights."""


def save_half(model: keras.Model, path: Path) -> None:
    """Write a float32 model as .keras with its kernels rounded to float16, whole or not at all.

    The model it describes stays float32, and Keras converts while it loads: `load_model` and all
    who call it read such a file as any other. Vectors (biases, means and variances of batch
    normalization) are few, and small values of theirs would lose digits: they stay float32.
    """
    part = path.with_name(f"part-{path.name}")
    with tempfile.TemporaryDirectory() as name:
        whole, weights = Path(name, "whole.keras"), Path(name, WEIGHTS)
        model.save(whole)
        with zipfile.ZipFile(whole) as source, zipfile.ZipFile(part, "w") as target:
            for entry in source.infolist():
                if entry.filename != WEIGHTS:
                    target.writestr(entry, source.read(entry))
            source.extract(WEIGHTS, name)
            _halve(weights, Path(name, "half.h5"))
            target.write(Path(name, "half.h5"), WEIGHTS)
    part.replace(path)


def _halve(whole: Path, half: Path) -> None:
    """Copy an HDF5 file with its tree and attributes; matrices and kernels become float16."""
    with h5py.File(whole) as source, h5py.File(half, "w") as target:
        target.attrs.update(source.attrs)

        def copy(name: str, item: h5py.Group | h5py.Dataset) -> None:
            if isinstance(item, h5py.Group):
                made = target.require_group(name)
            else:
                values = item[()]
                kernel = values.ndim > 1 and values.dtype == np.float32
                made = target.create_dataset(name, data=values.astype("f2") if kernel else values)
            made.attrs.update(item.attrs)

        source.visititems(copy)
