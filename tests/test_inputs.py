"""Finding the files to read: folders, patterns, names, order, links, what cannot be looked into."""

import os
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from digitscan.pages.inputs import (
    Inputs,
    find_inputs,
    matches,
    natural_key,
    parse_path_list,
)


def plant(root: Path, *names: str) -> None:
    """Create empty files, folders on the way included."""
    for name in names:
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()


def names(inputs: Inputs) -> list[str]:
    return [file.name for file in inputs.files]


def failures(inputs: Inputs) -> list[tuple[str, str]]:
    return [(failure.file, failure.error) for failure in inputs.failures]


def test_a_folder_is_searched_to_the_bottom_in_natural_order(tmp_path: Path) -> None:
    plant(tmp_path, "b/c/9.jpg", "page10.png", "page2.png", "Page1.PNG", "b/1.tif", "a.pdf")
    found = find_inputs([tmp_path])
    assert names(found) == ["a.pdf", "b/1.tif", "b/c/9.jpg", "Page1.PNG", "page2.png", "page10.png"]
    assert all(file.path == tmp_path / file.name for file in found.files)
    assert found.failures == ()


def test_in_folders_only_known_suffixes_count(tmp_path: Path) -> None:
    plant(tmp_path, "scan.jpeg", "notes.txt", "scan", "Thumbs.db", "scan.tiff.part")
    assert names(find_inputs([tmp_path])) == ["scan.jpeg"]


def test_hidden_files_and_folders_are_left_out(tmp_path: Path) -> None:
    plant(tmp_path, "scan.png", "._scan.png", ".Trash/old.png")
    assert names(find_inputs([tmp_path])) == ["scan.png"]


def test_a_file_named_explicitly_counts_whatever_its_name(tmp_path: Path) -> None:
    plant(tmp_path, "notes.txt", ".hidden")
    paths = [tmp_path / "notes.txt", tmp_path / ".hidden"]
    assert {file.path for file in find_inputs(paths).files} == set(paths)


def test_a_pattern_takes_the_place_of_the_suffixes(tmp_path: Path) -> None:
    plant(tmp_path, "a.scan", "b.png", "sub/c.SCAN")
    assert names(find_inputs([tmp_path], ["*.scan"])) == ["a.scan", "sub/c.SCAN"]
    assert names(find_inputs([tmp_path], ["*.png", "sub/*"])) == ["b.png", "sub/c.SCAN"]


@pytest.mark.parametrize(
    ("name", "pattern", "expected"),
    [
        ("a.tif", "*.tif", True),
        ("A.TIF", "*.tif", True),
        ("x/a.tif", "*.tif", True),
        ("x/a.tif", "x/*", True),
        ("x/y/a.tif", "x/*", True),
        ("y/a.tif", "x/*", False),
        ("a.tif", "**/*.tif", True),
        ("x/a.tif", "**/*.tif", True),
        ("a1.tif", "a[0-9].tif", True),
        ("a1.tif", "a?", False),
    ],
)
def test_patterns(name: str, pattern: str, expected: bool) -> None:
    assert matches(name, [pattern]) is expected


def test_a_file_is_called_as_it_was_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, "in/deep/a.png")
    monkeypatch.chdir(tmp_path)
    assert names(find_inputs([Path("in/deep/a.png")])) == ["in/deep/a.png"]
    assert names(find_inputs([Path("./in")])) == ["deep/a.png"]
    assert names(find_inputs([Path()])) == ["in/deep/a.png"]


def test_two_folders_with_the_same_names_stay_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, "a/1.png", "b/1.png", "b/2.png")
    monkeypatch.chdir(tmp_path)
    found = find_inputs([Path("b"), Path("a")])
    assert names(found) == ["a/1.png", "b/1.png", "b/2.png"]
    assert all(file.path == Path(file.name) for file in found.files)


def test_two_folders_without_a_clash_keep_short_names(tmp_path: Path) -> None:
    plant(tmp_path, "a/1.png", "b/2.png")
    assert names(find_inputs([tmp_path / "a", tmp_path / "b"])) == ["1.png", "2.png"]


def test_a_file_and_a_folder_with_the_same_name_inside_stay_apart(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, "1.png", "a/1.png")
    monkeypatch.chdir(tmp_path)
    assert names(find_inputs([Path("1.png"), Path("a")])) == ["1.png", "a/1.png"]


def test_a_file_reached_twice_is_read_once(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    plant(tmp_path, "a/sub/1.png")
    monkeypatch.chdir(tmp_path)
    given = ["a", "a/sub", "./a/", str(tmp_path / "a"), "a/sub/1.png", "a/../a/sub/1.png"]
    assert names(find_inputs(map(Path, given))) == ["sub/1.png"]


def test_what_is_not_there_is_a_failure_and_the_rest_goes_on(tmp_path: Path) -> None:
    plant(tmp_path, "1.png")
    gone, senseless = tmp_path / "gone", Path("\0")
    found = find_inputs([gone, tmp_path, senseless])
    assert names(found) == ["1.png"]
    assert set(failures(found)) == {("\0", "missing"), (str(gone), "missing")}


def test_a_folder_that_may_not_be_read_is_a_failure(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    plant(tmp_path, "1.png", "locked/2.png", "open/3.png")
    scandir = os.scandir

    def guarded(path: Path) -> object:  # chmod does not stop the superuser
        if Path(path).name == "locked":
            raise PermissionError(13, "Permission denied")
        return scandir(path)

    monkeypatch.setattr(os, "scandir", guarded)
    found = find_inputs([tmp_path])
    assert names(found) == ["1.png", "open/3.png"]
    assert failures(found) == [("locked", "access")]
    assert "permission denied" in found.failures[0].message
    locked = find_inputs([tmp_path / "locked"])
    assert failures(locked) == [(str(tmp_path / "locked"), "access")]


@pytest.mark.skipif(os.geteuid() == 0, reason="nothing is locked for the superuser")
def test_a_folder_without_permission(tmp_path: Path) -> None:
    plant(tmp_path, "locked/2.png")
    (tmp_path / "locked").chmod(0)
    try:
        assert failures(find_inputs([tmp_path])) == [("locked", "access")]
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_links_in_a_circle_are_a_failure_and_end(tmp_path: Path) -> None:
    plant(tmp_path, "a/1.png")
    (tmp_path / "a" / "up").symlink_to(tmp_path)
    (tmp_path / "self.png").symlink_to(tmp_path / "self.png")
    found = find_inputs([tmp_path])
    assert names(found) == ["a/1.png"]
    assert failures(found) == [("a/up", "access"), ("self.png", "access")]
    assert "circle" in found.failures[0].message


def test_a_linked_folder_is_read_once_under_its_real_name(tmp_path: Path) -> None:
    plant(tmp_path, "in/z/1.png", "elsewhere/2.png")
    (tmp_path / "in" / "a").symlink_to(tmp_path / "in" / "z")
    (tmp_path / "in" / "b").symlink_to(tmp_path / "elsewhere")
    found = find_inputs([tmp_path / "in"])
    assert names(found) == ["b/2.png", "z/1.png"]
    assert found.failures == ()


def test_a_link_to_a_file_counts_under_its_own_name(tmp_path: Path) -> None:
    plant(tmp_path, "elsewhere/2.png", "in/1.png")
    (tmp_path / "in" / "link.png").symlink_to(tmp_path / "elsewhere" / "2.png")
    (tmp_path / "in" / "broken.png").symlink_to(tmp_path / "gone.png")
    assert names(find_inputs([tmp_path / "in"])) == ["1.png", "broken.png", "link.png"]


def test_strange_names(tmp_path: Path) -> None:
    long = "x" * 251 + ".png"
    plant(tmp_path, "zeile\nzwei.png", "線描.png", long, os.fsdecode(b"\xff.png"))
    found = find_inputs([tmp_path])
    assert names(found) == ["\\xff.png", long, "zeile\nzwei.png", "線描.png"]
    assert all(Path(str(file.path)).exists() for file in found.files)
    assert all(file.name.encode() for file in found.files)


@settings(max_examples=50)
@given(st.lists(st.text("aB1\u00b2/", max_size=4), max_size=5).flatmap(st.permutations))
def test_natural_order_is_an_order_of_all_names(some: list[str]) -> None:
    assert sorted(some, key=natural_key) == sorted(sorted(some), key=natural_key)


@settings(max_examples=50)
@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_numbers_in_names_count_by_value(first: int, second: int) -> None:
    padded = natural_key(f"page{second:040}.png")
    assert (natural_key(f"page{first}.png")[0] < padded[0]) == (first < second)


def test_composed_and_decomposed_letters_sort_together() -> None:
    assert natural_key("u\u0308.png")[0] == natural_key("\u00fc.png")[0]


def test_a_number_of_five_thousand_digits_sorts() -> None:
    assert natural_key("9" * 5000) > natural_key("1")


@pytest.mark.parametrize(
    ("data", "expected"),
    [
        (b"", []),
        (b"a.png\nb c.png\n", ["a.png", "b c.png"]),
        (b"a.png\r\n\r\n \nb.png", ["a.png", "b.png"]),
        (b"a\nb.png\0c.png\0", ["a\nb.png", "c.png"]),
        ("ü.png\n".encode(), ["ü.png"]),
        (b"\xff.png\n", [os.fsdecode(b"\xff.png")]),
    ],
)
def test_lists_of_paths(data: bytes, expected: list[str]) -> None:
    assert parse_path_list(data) == [Path(path) for path in expected]
