"""Digits and strips per second of each network in each engine, with start-up time and memory.

`make bench` runs it. The networks: the two that ship, and the convolutional network that digitscan
began as (`lenet`), with random weights. The engines: LiteRT with float32 and with int8 weights, and
TensorFlow's compiled graph (`tf.function`), each in a process of its own and on one thread. Times
are CPU times, so that other work on the machine counts little. Needs the extra `train`.
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import tempfile
import time
from dataclasses import asdict, dataclass
from pathlib import Path

SHAPES = {"lenet": (28, 28, 1), "glyph": (28, 28, 1), "strip": (48, 160, 1)}
"""What each network is given."""
BATCHES = {"lenet": 128, "glyph": 128, "strip": 1}
"""How digitscan feeds them: glyphs of a page together, strips one by one."""
ENGINES = ("litert float32", "litert int8", "tensorflow")
ROUNDS, SECONDS = 5, 0.4
"""The best of so many rounds of at least so many seconds counts."""
ONE_THREAD = {
    "OMP_NUM_THREADS": "1",
    "TF_NUM_INTRAOP_THREADS": "1",
    "TF_NUM_INTEROP_THREADS": "1",
    "TF_CPP_MIN_LOG_LEVEL": "3",
}


@dataclass(frozen=True, slots=True)
class Result:
    """One network in one engine.

    `start` is CPU seconds from the start of Python to the first answer, `memory` the process's peak
    in MB, `rate` images a CPU second after that.
    """

    network: str
    engine: str
    start: float
    memory: float
    rate: float


def prepare(folder: Path) -> None:
    """Write every network as .keras and as .tflite with float32 and int8 weights."""
    import keras

    from digitnet.export import to_litert
    from digitnet.networks import lenet
    from digitscan.reading.engine import shipped_weights

    seed = lenet()
    models = {"lenet": keras.Model(seed.inputs, {"digit": seed.outputs[0]})}
    for name in ("glyph", "strip"):
        models[name] = keras.models.load_model(shipped_weights() / f"{name}.keras", compile=False)
    for name, model in models.items():
        model.save(folder / f"{name} tensorflow.keras")
        to_litert(model, folder / f"{name} litert float32.tflite", "float32")
        to_litert(model, folder / f"{name} litert int8.tflite", "int8")


def measure(network: str, engine: str, folder: Path) -> Result:
    """Load one network in this process, which does nothing else, and run it."""
    import numpy as np

    from digitscan.reading.engine import Engine, LiteRTEngine, TensorFlowEngine

    runner: Engine
    if engine == "tensorflow":
        runner = TensorFlowEngine(folder / f"{network} {engine}.keras")
    else:
        path = folder / f"{network} {engine}.tflite"
        runner = LiteRTEngine(path.read_bytes(), path.name)
    shape = BATCHES[network], *SHAPES[network]
    images = np.random.default_rng(0).random(shape).astype(np.float32)
    runner.run(images)
    start = time.process_time()
    rate = 0.0
    for _ in range(ROUNDS):
        done, clock = 0, time.process_time()
        while (spent := time.process_time() - clock) < SECONDS:
            runner.run(images)
            done += len(images)
        rate = max(rate, done / spent)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    megabytes = peak / (1e6 if sys.platform == "darwin" else 1e3)  # bytes there, kB elsewhere
    return Result(network, engine, round(start, 3), round(megabytes, 1), round(rate, 1))


def child(*arguments: str) -> str:
    """Run this script in a process of its own, on one thread; return what it prints."""
    command = [sys.executable, __file__, *arguments]
    environment = {**os.environ, **ONE_THREAD}
    done = subprocess.run(command, env=environment, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout


def table(results: list[Result]) -> str:
    """Lay the results out; the ratio is to the seed's network in TensorFlow."""
    base = next(r.rate for r in results if (r.network, r.engine) == ("lenet", "tensorflow"))
    lines = [f"{'network':8}{'engine':16}{'images/s':>10}{'ratio':>8}{'start s':>9}{'peak MB':>9}"]
    lines += [
        f"{r.network:8}{r.engine:16}{r.rate:10.0f}{r.rate / base:8.2f}{r.start:9.2f}{r.memory:9.0f}"
        for r in results
    ]
    return "\n".join(lines)


def main() -> None:
    """Measure everything in one run; print a table and write the figures as JSON."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--json", type=Path, default=Path("runs/networks.json"))
    out = parser.parse_args().json
    with tempfile.TemporaryDirectory() as folder:
        child("prepare", folder)
        results = [
            Result(**json.loads(child("measure", network, engine, folder)))
            for network in SHAPES
            for engine in ENGINES
        ]
    print(table(results))
    out.parent.mkdir(parents=True, exist_ok=True)
    out.write_text(json.dumps([asdict(result) for result in results], indent=2) + "\n", "utf-8")


if __name__ == "__main__":
    match sys.argv[1:]:
        case ["prepare", folder]:
            prepare(Path(folder))
        case ["measure", network, engine, folder]:
            print(json.dumps(asdict(measure(network, engine, Path(folder)))))
        case _:
            main()
