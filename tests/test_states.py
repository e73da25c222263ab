"""digitscan.running.states: what a ready file is and what its results make of it."""

from dataclasses import replace

import pytest

from digitscan.running.states import (
    MEMORY_TRIES,
    Claim,
    Document,
    Stamp,
    State,
    Verdict,
    decide,
    free_name,
    judge,
    wait_after,
)
from digitscan.types import FileFailure, PageReading

DONE = Document(1, "a.png", "a.png", Stamp(1, 1), "x", State.DONE, pages=1, place="done/a.png")
PAGE = PageReading("a.png", 1, 1, 1, (), {})


def failure(error: str) -> FileFailure:
    return FileFailure("a.png", None, error, "why")


@pytest.mark.parametrize(
    ("path", "known", "claim"),
    [
        ("a.png", DONE, Claim.DUPLICATE),
        ("b.png", DONE, Claim.DUPLICATE),
        ("a.png", replace(DONE, place=None), Claim.KNOWN),
        ("b.png", replace(DONE, place=None), Claim.DUPLICATE),
        ("a.png", replace(DONE, state=State.FAILED, pages=0), Claim.READ),
        ("b.png", replace(DONE, state=State.FAILED, pages=0), Claim.READ),
        ("b.png", replace(DONE, state=State.FAILED, pages=2), Claim.DUPLICATE),
        ("a.png", replace(DONE, state=State.FAILED, place=None), Claim.KNOWN),
        ("a.png", replace(DONE, state=State.WAITING, place=None), Claim.READ),
        ("b.png", replace(DONE, state=State.GONE, place=None), Claim.READ),
        ("a.png", replace(DONE, state=State.DUPLICATE), Claim.READ),
    ],
)
def test_a_file_whose_content_is_known(path: str, known: Document, claim: Claim) -> None:
    assert decide(path, [known], [], set()).claim is claim


def test_what_was_put_back_goes_on_as_it_was() -> None:
    waiting = replace(DONE, state=State.WAITING, place=None)
    assert decide("a.png", [waiting], [waiting], set()).document == waiting
    assert decide("a.png", [], [waiting], set()).document == waiting  # replaced meanwhile
    failed = replace(DONE, state=State.FAILED)
    assert decide("a.png", [failed], [], set()).document == failed
    assert decide("b.png", [failed], [], set()).document is None


def test_the_twin_of_what_is_in_hand_waits() -> None:
    reading = replace(DONE, state=State.READING, place=None)
    assert decide("b.png", [reading], [], {1}).claim is Claim.LATER


@pytest.mark.parametrize(
    ("error", "attempts", "verdict"),
    [
        ("truncated", 1, Verdict.FAILED),
        ("vanished", 1, Verdict.GONE),
        ("access", 99, Verdict.RETRY),
        ("memory", 1, Verdict.RETRY),
        ("memory", MEMORY_TRIES, Verdict.FAILED),
        ("crash", 2, Verdict.FAILED),
    ],
)
def test_results_are_judged(error: str, attempts: int, verdict: Verdict) -> None:
    assert judge([PAGE, failure(error)], attempts) == (verdict, failure(error))


def test_pages_alone_are_done() -> None:
    assert judge([PAGE], 1) == (Verdict.DONE, None)


def test_waits_grow_to_a_bound() -> None:
    assert [wait_after(failures) for failures in (1, 2, 3, 9, 5000)] == [1, 2, 4, 256, 300]


@pytest.mark.parametrize(
    ("name", "free"),
    [("a.png", "a-2.png"), ("d.1/a", "d.1/a-2"), (".a", ".a-2"), ("a.tar.gz", "a.tar-2.gz")],
)
def test_a_number_goes_before_the_ending(name: str, free: str) -> None:
    assert free_name(name, {name}.__contains__) == free
