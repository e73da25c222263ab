"""digitscan.running.shelf and moving: folders made to agree with the ledger, again if need be."""

import errno
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from digitscan.running.inbox import stamp_of
from digitscan.running.ledger import Ledger, Reader
from digitscan.running.moving import digest, move
from digitscan.running.shelf import Shelf, pictures_folder
from digitscan.running.states import Document, State
from digitscan.settings import PictureFormat
from digitscan.types import FileFailure, PageReading


class House:
    def __init__(self, root: Path, ledger: Ledger) -> None:
        self.inbox, self.out, self.ledger = root / "inbox", root / "out", ledger
        self.inbox.mkdir()
        self.shelf = Shelf(self.out, self.inbox, False, lambda: None)

    def read(self, path: str, content: str = "x", error: str | None = None) -> Document:
        """Let a file be read, and its picture be drawn."""
        file = self.inbox / path
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_text(content)
        stamp = stamp_of(file)
        assert stamp is not None
        sha256 = digest(file, lambda: None)
        document = self.ledger.enter(path, path, stamp, sha256, None, State.WAITING)
        drawn = pictures_folder(self.out) / f"{document.name}.jpg"
        drawn.parent.mkdir(parents=True, exist_ok=True)
        drawn.write_text("picture")
        failure = FileFailure(path, None, error, "why") if error else None
        result = failure or PageReading(document.name, 1, 1, 1, (), {})
        reader = Reader("", "")
        return self.ledger.finish(document, [result], failure, reader, 1, PictureFormat.JPEG)

    def files(self) -> list[str]:
        found = [path for path in self.out.rglob("*") if path.is_file()]
        names = [path.relative_to(self.out).as_posix() for path in found]
        return sorted(name for name in names if not name.startswith((".work", "digitscan.db")))


@pytest.fixture
def house(tmp_path: Path) -> Iterator[House]:
    (tmp_path / "out").mkdir()
    with closing(Ledger(tmp_path / "out/digitscan.db", durable=False)) as ledger:
        yield House(tmp_path, ledger)


WHOLE = ["annotated/a.png.jpg", "done/a.png", "results/a.png.csv"]


def test_all_of_a_document_is_placed(house: House) -> None:
    house.shelf.place(house.read("a.png"), house.ledger)
    assert house.files() == WHOLE
    assert house.ledger.unplaced() == []
    assert house.ledger.by_path("a.png")[0].place == "done/a.png"


@pytest.mark.parametrize("step", range(4))
def test_a_crash_at_any_step_is_made_good(
    house: House, step: int, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = house.read("a.png")
    steps = iter(range(99))
    replace, rename, placed = Path.replace, Path.rename, Ledger.placed

    def counted(what: object) -> object:
        def act(*given: object) -> object:
            if next(steps) == step:
                raise KeyboardInterrupt
            return what(*given)  # type: ignore[operator]  # one of the three

        return act

    with monkeypatch.context() as patch:
        patch.setattr(Path, "replace", counted(replace))
        patch.setattr(Path, "rename", counted(rename))
        patch.setattr(Ledger, "placed", counted(placed))
        with pytest.raises(KeyboardInterrupt):
            house.shelf.place(document, house.ledger)
    (again,) = house.ledger.unplaced()
    house.shelf.place(again, house.ledger)
    assert house.files() == WHOLE
    assert list(house.inbox.iterdir()) == []


def test_a_file_that_changed_stays(house: House) -> None:
    document = house.read("a.png")
    (house.inbox / "a.png").write_text("another")
    house.shelf.place(document, house.ledger)
    assert (house.inbox / "a.png").read_text() == "another"
    assert house.ledger.by_path("a.png")[0].place == ""


def test_what_lies_in_a_place_is_not_overwritten(house: House) -> None:
    (house.out / "done").mkdir()
    (house.out / "done/a.png").write_text("somebody's")
    house.shelf.place(house.read("a.png"), house.ledger)
    assert (house.out / "done/a.png").read_text() == "somebody's"
    assert (house.out / "done/a-2.png").read_text() == "x"


def test_a_folder_where_a_file_was(house: House) -> None:
    house.shelf.place(house.read("a"), house.ledger)
    house.inbox.joinpath("a").unlink(missing_ok=True)
    house.shelf.place(house.read("a/b.png", "y"), house.ledger)
    assert "done/a~/b.png" in house.files()
    assert "done/a" in house.files()


def test_a_failure_is_explained_and_forgotten_once_it_is_read(house: House) -> None:
    document = house.read("a.png", error="truncated")
    house.shelf.place(document, house.ledger)
    assert "failed/a.png.error.txt" in house.files()
    results = [PageReading("a.png", 1, 1, 1, (), {})]
    (house.inbox / "a.png").write_text("x")
    stamp = stamp_of(house.inbox / "a.png")
    assert stamp is not None
    (known,) = house.ledger.by_path("a.png")
    again = house.ledger.enter("a.png", "a.png", stamp, known.sha256, known, State.WAITING)
    house.shelf.place(
        house.ledger.finish(again, results, None, Reader("", ""), 1, PictureFormat.JPEG),
        house.ledger,
    )
    assert house.files() == WHOLE


def other_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(*_: Path) -> Path:
        raise OSError(errno.EXDEV, "another file system")

    monkeypatch.setattr(Path, "rename", refuse)


def test_from_disk_to_disk_a_file_is_copied_and_checked(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, target, part = tmp_path / "a", tmp_path / "to/b", tmp_path / "part"
    source.write_text("x")
    right = digest(source, lambda: None)
    other_disk(monkeypatch)
    assert not move(source, target, part, "0" * 64, lambda: None)
    assert source.exists()
    assert not target.exists()
    assert move(source, target, part, right, lambda: None)
    assert target.read_text() == "x"
    assert not source.exists()
    assert not part.exists()
