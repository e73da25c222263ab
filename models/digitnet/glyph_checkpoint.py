"""What a training of the glyph network leaves to be gone on with; needs the extra `train`."""

from __future__ import annotations

import csv
import time
from pathlib import Path

import keras


class Checkpoint(keras.callbacks.Callback):  # type: ignore[misc]  # Keras ships no types
    """Saves the model and a line of history after every shard."""

    def __init__(self, folder: Path) -> None:
        super().__init__()
        self.path, self.log = folder / "checkpoint.keras", folder / "history.csv"
        self._start = time.perf_counter()

    def done(self) -> int:
        """Count the shards trained so far."""
        return len(self.log.read_text("utf-8").splitlines()) if self.path.exists() else 0

    def minutes(self) -> float:
        """Add up the time of all training steps, stops left out."""
        with self.log.open(encoding="utf-8", newline="") as file:
            return sum(float(row[2]) for row in csv.reader(file)) / 60

    def on_epoch_begin(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Start the clock."""
        del epoch, logs
        self._start = time.perf_counter()

    def on_epoch_end(self, epoch: int, logs: dict[str, float] | None = None) -> None:
        """Write the checkpoint, whole or not at all, then the history."""
        part = self.path.with_name("part.keras")
        self.model.save(part)
        part.replace(self.path)
        row = [epoch, f"{(logs or {})['loss']:.5f}", f"{time.perf_counter() - self._start:.1f}"]
        with self.log.open("a", encoding="utf-8", newline="") as file:
            csv.writer(file).writerow(row)
