"""digitscan.output.place: files appear whole, inside their folder and under names of their own."""

import os
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from digitscan.output import place
from digitscan.output.place import (
    picture_path,
    sweep,
    sweep_dead,
    temporary_prefix,
    written_beside,
)
from digitscan.settings import PictureFormat

OUT = Path("out")


def test_a_file_appears_at_the_end(tmp_path: Path) -> None:
    path = tmp_path / "results.csv"
    with written_beside(path) as file:
        file.write(b"whole")
        file.flush()
        assert not path.exists()
    assert path.read_bytes() == b"whole"
    assert list(tmp_path.iterdir()) == [path]


def test_a_failure_leaves_nothing(tmp_path: Path) -> None:
    with pytest.raises(KeyboardInterrupt), written_beside(tmp_path / "results.csv"):
        raise KeyboardInterrupt
    assert list(tmp_path.iterdir()) == []


def test_machines_that_share_a_folder_leave_each_others_files_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(place, "HOST", "elsewhere")
    theirs = tmp_path / f"{temporary_prefix(17)}0.tmp"
    theirs.touch()
    monkeypatch.undo()
    sweep(tmp_path, 17)
    sweep_dead(tmp_path.iterdir())
    assert theirs.exists()


def test_only_the_rests_of_one_process_are_swept(tmp_path: Path) -> None:
    mine, other = (tmp_path / f"{temporary_prefix(process)}0.tmp" for process in (17, 171))
    mine.touch()
    other.touch()
    sweep(tmp_path, 17)
    assert list(tmp_path.iterdir()) == [other]


@pytest.mark.parametrize(
    ("file", "page", "pages", "format", "picture"),
    [
        ("a.png", 1, 1, "jpeg", "out/a.png.jpg"),
        ("a.png", 1, 1, "png", "out/a.png.png"),
        ("day 1/a.tif", 3, 12, "jpeg", "out/day 1/a.tif-page-0003.jpg"),
        ("../scans/a.png", 1, 1, "jpeg", "out/scans/a.png.jpg"),
        ("/srv/scans/a.png", 1, 1, "jpeg", "out/srv/scans/a.png.jpg"),
        ("C:/scans/a.png", 1, 1, "jpeg", "out/scans/a.png.jpg"),
    ],
)
def test_a_picture_has_the_name_of_its_page(
    file: str, page: int, pages: int, format: str, picture: str
) -> None:
    assert picture_path(OUT, file, page, pages, PictureFormat(format)).as_posix() == picture


def test_long_names_are_cut_and_stay_apart() -> None:
    names = ["ä" * 125 + ending for ending in ("1.png", "2.png")]
    one, two = (picture_path(OUT, name, 1, 2, PictureFormat.JPEG) for name in names)
    assert one != two
    assert len(os.fsencode(one.name)) <= 255


@given(
    st.lists(st.text(st.characters(exclude_characters="/\0"), min_size=1, max_size=80), min_size=1)
)
def test_no_name_leads_outside_the_folder(parts: list[str]) -> None:
    path = picture_path(OUT, "/".join([*parts, "a.png"]), 1, 1, PictureFormat.JPEG)
    assert path.is_relative_to(OUT)
    assert ".." not in path.parts
