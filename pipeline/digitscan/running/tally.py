"""What a run did: counted as it goes, told at the end."""

from __future__ import annotations

import time
from dataclasses import dataclass, field

from digitscan.logs import NOTICE, logger
from digitscan.running.messages import Result
from digitscan.settings import MessageSettings
from digitscan.types import FileFailure


@dataclass(slots=True)
class Tally:
    """Counts of a run; seconds are those of the workers, summed by stage."""

    pages: int = 0
    digits: int = 0
    numbers: int = 0
    review: int = 0
    doubt: float = 0.0
    """Numbers expected wrong among those accepted."""
    unread: int = 0
    failures: list[FileFailure] = field(default_factory=list)
    stages: dict[str, float] = field(default_factory=dict)
    page_seconds: dict[tuple[str, int], float] | None = None
    """Seconds of each page read, by file and page, where they are to be kept."""
    start: float = field(default_factory=time.monotonic)

    @property
    def seconds(self) -> float:
        """Time since the start."""
        return max(time.monotonic() - self.start, 1e-9)

    def add(self, result: Result) -> None:
        """Count a result and tell of it."""
        if isinstance(result, FileFailure):
            self.failures.append(result)
            place = result.file if result.page is None else f"{result.file}, page {result.page}"
            data = {"file": result.file, "page": result.page, "error": result.error}
            logger.warning("%s: %s", place, result.message, extra={"data": data})
            return
        self.pages += 1
        self.digits += result.digits
        self.numbers += len(result.numbers)
        self.review += sum(number.review for number in result.numbers)
        self.doubt += sum(1 - number.confidence for number in result.numbers if not number.review)
        self.unread += len(result.unread)
        for stage, seconds in result.seconds.items():
            self.stages[stage] = self.stages.get(stage, 0.0) + seconds
        if self.page_seconds is not None and result.seconds:
            spent = round(sum(result.seconds.values()), 3)
            self.page_seconds[result.file, result.page] = spent
        data = {"file": result.file, "page": result.page, "digits": result.digits}
        logger.info(
            "%s, page %d: %d digits", result.file, result.page, result.digits, extra={"data": data}
        )

    def tell(self, settings: MessageSettings) -> None:
        """Log the closing line and, where asked for, each stage's share of the time."""
        share = self.review / self.numbers if self.numbers else 0.0
        accepted = self.numbers - self.review
        expected = self.doubt / accepted if accepted else 0.0
        rate = self.pages / self.seconds
        judged = f"{accepted:,} accepted, {expected:.1%} of them expected wrong; "
        judged += f"{share:.1%} for review"
        counts = [
            counted(self.pages, "page"),
            counted(self.digits, "digit"),
            f"{counted(self.numbers, 'number')} ({judged})",
            *([counted(self.unread, "cell") + " with ink not read"] if self.unread else []),
            counted(len(self.failures), "error"),
            f"{rate:.1f} pages/s",
        ]
        data = {
            "pages": self.pages,
            "digits": self.digits,
            "numbers": self.numbers,
            "accepted": accepted,
            "expected_error": round(expected, 4),
            "review": round(share, 4),
            "unread_cells": self.unread,
            "errors": len(self.failures),
            "pages_per_second": round(rate, 2),
        }
        logger.log(NOTICE, ", ".join(counts), extra={"data": data})
        if not settings.profile:
            return
        total = sum(self.stages.values()) or 1.0
        for stage, seconds in sorted(self.stages.items(), key=lambda item: -item[1]):
            a_page = 1000 * seconds / max(self.pages, 1)
            line = f"{stage:10} {seconds / total:6.1%} {a_page:9.1f} ms a page"
            logger.log(NOTICE, line, extra={"data": {"stage": stage, "seconds": round(seconds, 4)}})


def counted(count: int, what: str) -> str:
    """Say how many of something there are, the thing in the singular or plural."""
    return f"{count:,} {what}" if count == 1 else f"{count:,} {what}s"
