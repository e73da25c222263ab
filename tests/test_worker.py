"""digitscan.running.worker: the process and what it says on its pipe."""

import os
import pickle
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from digitscan.errors import ModelError
from digitscan.running.messages import Failed, Finished, Message, Ready, Span, Step, Task
from digitscan.settings import ReadingSettings, Settings

SCRIPT = """
import os, sys
from digitscan.errors import ModelError
from digitscan.running.tasks import Tools
from digitscan.running.worker import main
from digitscan.types import PageReading

class Reader:
    model_hash = "chatty"
    def read_pages(self, pages):
        return []

def count_pages(path, settings):
    print("a library that talks", flush=True)
    os.write(1, b"and one that talks past Python")
    return 1

def make(settings):
    if settings.reading.glyph_model:
        raise ModelError("it is not there")
    return Tools(Reader(), count_pages, lambda *_: iter(()))

main(make)
"""
Start = Callable[[Settings], subprocess.Popen[bytes]]


@pytest.fixture
def start() -> Iterator[Start]:
    processes = []

    def run(settings: Settings) -> subprocess.Popen[bytes]:
        environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
        process = subprocess.Popen(
            [sys.executable, "-P", "-c", SCRIPT],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environment,
        )
        processes.append(process)
        send(process, settings)
        return process

    yield run
    for process in processes:
        process.kill()
        process.wait()
        for pipe in (process.stdin, process.stdout, process.stderr):
            assert pipe is not None
            pipe.close()


def send(process: subprocess.Popen[bytes], message: object) -> None:
    assert process.stdin is not None
    pickle.dump(message, process.stdin)
    process.stdin.flush()


def receive(process: subprocess.Popen[bytes]) -> Message:
    assert process.stdout is not None
    message: Message = pickle.load(process.stdout)
    return message


def test_what_libraries_print_does_not_mix_with_the_messages(start: Start) -> None:
    process = start(Settings())
    assert receive(process) == Ready("chatty")
    send(process, Task((Span(0, Path("a.png"), "a.png"),)))
    while isinstance(message := receive(process), Step):
        pass
    while not isinstance(message, Finished):
        message = receive(process)
    _, told = process.communicate()
    assert b"a library that talks" in told
    assert b"and one that talks past Python" in told


def test_the_end_of_its_input_ends_it(start: Start) -> None:
    process = start(Settings())
    receive(process)
    process.communicate(timeout=60)  # closes its input
    assert process.returncode == 0


def test_a_model_that_is_not_there_is_told_to_the_parent(start: Start) -> None:
    process = start(Settings(reading=ReadingSettings(glyph_model=Path("no.tflite"))))
    message = receive(process)
    assert isinstance(message, Failed)
    assert isinstance(message.error, ModelError)
    assert str(message.error) == "it is not there"
    assert process.wait(60) == 1
