"""Documents that failed, put back into the inbox."""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from digitscan.errors import NothingToReadError, OutputError
from digitscan.logs import logger
from digitscan.output.place import path_inside
from digitscan.running.export import open_watched
from digitscan.running.ledger import Ledger
from digitscan.running.moving import move
from digitscan.running.service import INBOX
from digitscan.running.shelf import ERROR, FAILED
from digitscan.running.states import Document, free_name


def retry(out: Path, paths: Sequence[Path]) -> int:
    """Put back what failed, all or what is named; the watcher may be at work meanwhile.

    A document is named as tables do, or by the path of its file in `out`. Returns how many were
    put back.

    Raises
    ------
    NothingToReadError
        Nothing failed, or not what was named, or nothing of it could be put back.
    OutputError
        The inbox cannot be written to.
    """
    with open_watched(out) as ledger:
        inbox = Path(ledger.meta(INBOX) or "")
        wanted = _chosen(ledger.failed(), out, paths)
        try:
            count = sum(_put_back(document, out, inbox, ledger) for document in wanted)
        except OSError as error:
            raise OutputError(f"{error.filename}: cannot be put back: {error.strerror}") from error
    if not count:
        raise NothingToReadError("nothing was put back, for the reasons above")
    return count


def _chosen(failed: Sequence[Document], out: Path, paths: Sequence[Path]) -> list[Document]:
    if not failed:
        raise NothingToReadError("nothing has failed")
    if not paths:
        return list(failed)
    known = {Path(document.name): document for document in failed}
    known |= {(out / document.place).absolute(): document for document in failed if document.place}
    for path in paths:
        if path not in known and path.absolute() not in known:
            raise NothingToReadError(f"{path} is not among what failed; see {out / FAILED}")
    return [known.get(path) or known[path.absolute()] for path in paths]


def _put_back(document: Document, out: Path, inbox: Path, ledger: Ledger) -> bool:
    """Put one back; every step may be repeated after a crash."""
    reason = path_inside(out / FAILED, document.name, ERROR)
    if document.place is None:  # it never left the inbox
        ledger.retry(document.id, document.path)
        reason.unlink(missing_ok=True)
        return True
    source = out / document.place
    if not document.place or not source.is_file():
        if (inbox / document.path).is_file():
            logger.warning("%s: is in the inbox already; a watcher will read it", document.name)
        else:
            logger.warning("%s: its file is no longer there; it stays failed", document.name)
        return False
    path = free_name(document.path, lambda name: os.path.lexists(inbox / name))
    ledger.retry(document.id, path)
    target = inbox / path
    part = target.with_name(f".{document.id}.part")
    if not move(source, target, part, document.sha256, lambda: None):
        logger.warning("%s: its file was changed; put it into the inbox by hand", document.name)
        return False
    reason.unlink(missing_ok=True)
    return True
