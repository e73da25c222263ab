"""Where the pictures of a report go: a folder beside it, or into the page itself."""

from __future__ import annotations

import base64
from pathlib import Path
from urllib.parse import quote

from digitscan.output.place import written_beside


class ReportFiles:
    """The pictures of one report.

    Their names begin with the run's id, so that the report of an earlier table, should this one
    not be finished, keeps its own.

    Parameters
    ----------
    out
        The report, an HTML file.
    run
        The id of the run.
    single
        Put pictures into the page.
    """

    def __init__(self, out: Path, run: str, single: bool) -> None:
        self.folder = pictures_folder(out)
        self._run = run
        self._single = single
        self._written: set[str] = set()

    def put(self, name: str, picture: bytes) -> str:
        """Keep a JPEG under a name; returns its address, relative to the report.

        Raises
        ------
        OSError
            The folder cannot be made or written to.
        """
        if self._single:
            return "data:image/jpeg;base64," + base64.b64encode(picture).decode()
        name = f"{self._run}-{name}.jpg"
        self.folder.mkdir(exist_ok=True)
        with written_beside(self.folder / name) as file:
            file.write(picture)
        self._written.add(name)
        return quote(f"{self.folder.name}/{name}")

    def sweep(self) -> None:
        """Remove the pictures of earlier reports of this name; to be called once this one stands.

        Files of other names stay.
        """
        if not self.folder.is_dir():
            return
        for path in self.folder.glob("*-*.jpg"):
            run, _, kind = path.stem.partition("-")
            ours = len(run) == 16 and set(run) <= set("0123456789abcdef")
            if ours and kind.startswith(("page-", "sheet-")) and path.name not in self._written:
                path.unlink(missing_ok=True)
        if not any(self.folder.iterdir()):
            self.folder.rmdir()


def pictures_folder(out: Path) -> Path:
    """Return the folder of a report's pictures."""
    return out.with_name(f"{out.stem}_files")
