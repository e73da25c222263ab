"""digitscan.running.schedule: what is read next, and the order in which results leave."""

from collections.abc import Iterable, Iterator
from dataclasses import replace
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from digitscan.errors import CrashError, TimeLimitError
from digitscan.running.messages import PAGES_A_SPAN, Outcome, Result, Task
from digitscan.running.schedule import BYTES_A_TASK, FILES_A_TASK, WINDOW, Schedule
from digitscan.types import FileFailure, PageReading

CRASH = CrashError("it crashed")
OVERRUN = TimeLimitError("it took too long")


def names(count: int) -> list[tuple[Path, str]]:
    return [(Path(f"/nowhere/{index}"), str(index)) for index in range(count)]


def page(name: str, number: int) -> PageReading:
    return PageReading(name, number, 10, 10, (), {})


def take(schedule: Schedule) -> Task:
    """Take a task that must be there."""
    task = schedule.next_task()
    assert task is not None
    return task


def read(schedule: Schedule, task: Task, pages: dict[str, int]) -> None:
    """Do what a worker does: count where that is open, then read."""
    for position, span in enumerate(task.spans):
        if span.last is None:
            total = pages[span.name]
            known = type(span)(span.index, span.path, span.name, 1, min(total, PAGES_A_SPAN), total)
            task = schedule.counted(task, position, known)
    schedule.finished(
        Outcome(span, tuple(page(span.name, n) for n in range(span.first, (span.last or 0) + 1)))
        for span in task.spans
    )


def places(results: Iterable[Result]) -> list[tuple[str, int | None]]:
    return [(result.file, result.page) for result in results]


def test_small_files_share_a_task() -> None:
    task = take(Schedule(names(FILES_A_TASK + 1)))
    assert [span.name for span in task.spans] == [str(index) for index in range(FILES_A_TASK)]


def test_a_long_file_may_become_work_for_more_until_it_is_counted(tmp_path: Path) -> None:
    for name in ("large.tif", "large.png"):
        (tmp_path / name).write_bytes(bytes(BYTES_A_TASK))
    for name, may in (("large.tif", True), ("large.png", False), ("gone.tif", False)):
        schedule = Schedule([(tmp_path / name, name)])
        assert not schedule.may_grow
        task = take(schedule)
        assert schedule.may_grow is may
        schedule.counted(task, 0, replace(task.spans[0], last=4, total=9))
        assert not schedule.may_grow
    schedule = Schedule([(tmp_path / "large.tif", "large.tif")])
    schedule.died(take(schedule), CRASH)
    assert not schedule.may_grow
    schedule.finished([Outcome(take(schedule).spans[0], ())])
    assert not schedule.may_grow


def test_a_large_file_has_a_task_of_its_own(tmp_path: Path) -> None:
    (tmp_path / "large").write_bytes(bytes(BYTES_A_TASK))
    task = take(Schedule([(tmp_path / "large", "large"), *names(1)]))
    assert [span.name for span in task.spans] == ["large"]


def test_inputs_are_taken_as_needed() -> None:
    taken: list[tuple[Path, str]] = []

    def inputs() -> Iterator[tuple[Path, str]]:
        for item in names(10 * FILES_A_TASK):
            taken.append(item)
            yield item

    Schedule(inputs()).next_task()
    assert len(taken) == FILES_A_TASK


def test_results_leave_in_the_order_of_the_inputs() -> None:
    schedule = Schedule(names(2 * FILES_A_TASK))
    first, second = take(schedule), take(schedule)
    pages = {str(index): 1 for index in range(2 * FILES_A_TASK)}
    read(schedule, second, pages)
    assert places(schedule.results()) == []
    read(schedule, first, pages)
    assert places(schedule.results()) == [(str(i), 1) for i in range(2 * FILES_A_TASK)]
    assert schedule.next_task() is None
    assert schedule.outstanding == 0


def test_a_long_file_is_cut_into_spans_for_other_workers() -> None:
    schedule = Schedule(names(1))
    task = take(schedule)
    read(schedule, task, {"0": 2 * PAGES_A_SPAN + 3})
    second, third = take(schedule), take(schedule)
    assert [(t.spans[0].first, t.spans[0].last) for t in (second, third)] == [
        (PAGES_A_SPAN + 1, 2 * PAGES_A_SPAN),
        (2 * PAGES_A_SPAN + 1, 2 * PAGES_A_SPAN + 3),
    ]
    read(schedule, third, {})
    read(schedule, second, {})
    numbers = list(range(1, 2 * PAGES_A_SPAN + 4))
    assert places(schedule.results()) == [("0", number) for number in numbers]


def test_a_failed_input_keeps_its_place() -> None:
    failure = FileFailure("1", None, "vanished", "gone")
    schedule = Schedule([names(1)[0], failure, (Path("/nowhere/2"), "2")])
    read(schedule, take(schedule), {"0": 1, "2": 1})
    assert places(schedule.results()) == [("0", 1), ("1", None), ("2", 1)]


def test_files_of_a_task_that_died_are_tried_alone() -> None:
    schedule = Schedule(names(3))
    schedule.died(take(schedule), CRASH)
    tasks = [take(schedule) for _ in range(3)]
    assert [[span.name for span in task.spans] for task in tasks] == [["0"], ["1"], ["2"]]


def test_a_file_that_kills_its_worker_alone_twice_is_given_up() -> None:
    schedule = Schedule(names(1))
    schedule.died(take(schedule), CRASH)
    schedule.died(take(schedule), CRASH)
    assert list(schedule.results()) == [FileFailure("0", None, "crash", "it crashed")]
    assert schedule.next_task() is None


def test_a_file_that_overruns_alone_is_given_up_at_once() -> None:
    schedule = Schedule(names(1))
    schedule.died(take(schedule), OVERRUN)
    assert list(schedule.results()) == [FileFailure("0", None, "time-limit", "it took too long")]


def test_the_page_at_fault_is_named_and_the_others_are_read() -> None:
    schedule = Schedule(names(1))
    task = take(schedule)
    task = schedule.counted(task, 0, replace(task.spans[0], last=3, total=3))
    schedule.died(task, OVERRUN)
    one, two, three = (take(schedule) for _ in range(3))
    schedule.died(two, OVERRUN)
    read(schedule, one, {})
    read(schedule, three, {})
    one_result, two_result, three_result = schedule.results()
    assert (one_result.page, two_result.page, three_result.page) == (1, 2, 3)
    assert two_result == FileFailure("0", 2, "time-limit", "it took too long")


def test_a_long_file_that_is_gone_says_so_once() -> None:
    schedule = Schedule(names(1))
    task = take(schedule)
    span = replace(task.spans[0], last=PAGES_A_SPAN, total=2 * PAGES_A_SPAN)
    gone = FileFailure("0", None, "vanished", "gone")
    task = schedule.counted(task, 0, span)
    schedule.finished([Outcome(span, (gone,))])
    schedule.finished([Outcome(take(schedule).spans[0], (gone,))])
    assert list(schedule.results()) == [gone]


def test_work_is_held_back_while_too_much_waits_for_an_earlier_file() -> None:
    schedule = Schedule(names(2 * WINDOW))
    slow = take(schedule)
    pages = {str(index): 1 for index in range(2 * WINDOW)}
    handed_out = 1
    while (task := schedule.next_task()) is not None:
        read(schedule, task, pages)
        handed_out += 1
    assert handed_out <= WINDOW // FILES_A_TASK + 2
    read(schedule, slow, pages)
    assert len(list(schedule.results())) > WINDOW
    assert schedule.next_task() is not None


def test_a_stopped_run_gives_what_came_back_in_order() -> None:
    schedule = Schedule(names(3 * FILES_A_TASK))
    tasks = [take(schedule) for _ in range(3)]
    pages = {str(index): 1 for index in range(3 * FILES_A_TASK)}
    read(schedule, tasks[2], pages)
    read(schedule, tasks[1], pages)
    assert places(schedule.results()) == []
    assert places(schedule.leftovers()) == [
        (str(index), 1) for index in range(FILES_A_TASK, 3 * FILES_A_TASK)
    ]


@settings(deadline=None)  # how busy the machine is decides nothing
@given(st.lists(st.integers(1, 4 * PAGES_A_SPAN), max_size=40), st.data())
def test_whatever_dies_and_in_whatever_order_every_page_leaves_once_and_in_order(
    counts: list[int], data: st.DataObject
) -> None:
    pages = {str(index): count for index, count in enumerate(counts)}
    schedule = Schedule(names(len(counts)))
    out: list[Task] = []
    left: list[tuple[str, int | None]] = []
    while True:
        while len(out) < 3 and (task := schedule.next_task()) is not None:
            out.append(task)
        if not out:
            break
        task = out.pop(data.draw(st.integers(0, len(out) - 1)))
        if data.draw(st.booleans()) and not task.again:
            schedule.died(task, CRASH)
        else:
            read(schedule, task, pages)
        left.extend(places(schedule.results()))
    assert left == [
        (name, number) for name, count in pages.items() for number in range(1, count + 1)
    ]
