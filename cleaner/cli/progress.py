"""What ``cleaner clean`` tells while it runs, and at the end."""

from __future__ import annotations

import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.terminal import say, tell

if TYPE_CHECKING:
    from cleaner.batch.pool import Progress
    from cleaner.batch.run import RunTotals

#: How much is told, from failures alone to everything.
LEVELS = ("error", "warning", "info", "debug")


class ProgressLine:
    """A line on the terminal that is renewed twice a second; elsewhere one line a minute."""

    def __init__(self, level: str) -> None:
        self._quiet = level == "error"
        self._verbose = level in ("info", "debug")
        self._terminal = sys.stderr.isatty()
        self._every = 0.5 if self._terminal else 60.0
        self._started = self._last = time.monotonic()
        self._shown = False

    def __call__(self, totals: RunTotals, working: Progress) -> None:
        """Renew the line, when it is time."""
        now = time.monotonic()
        if self._quiet or now - self._last < self._every:
            return
        self._last = now
        documents = totals.documents + working.documents
        seconds = now - self._started
        rate = (documents - totals.before) / seconds
        parts = [f"{documents:,} documents", f"{rate:,.0f}/s"]
        done = totals.bytes + working.bytes
        if totals.size:
            parts.insert(0, f"{min(1.0, done / totals.size):.0%}")
            if 0 < done < totals.size and seconds > 2:
                parts.append(f"{_duration(seconds * (totals.size - done) / done)} left")
        flagged = totals.summary.statuses.get("flagged", 0) + working.flagged
        parts += [f"{flagged:,} flagged", f"{totals.failed + working.failed:,} failed"]
        text = ", ".join(parts)
        click.echo(f"\r\x1b[2K{text}" if self._terminal else text, err=True, nl=not self._terminal)
        self._shown = self._terminal

    def log(self, message: str) -> None:
        """What goes on, where that is wanted."""
        if self._verbose:
            self.clear()
            tell(message)

    def clear(self) -> None:
        """Take the line away."""
        if self._shown:
            click.echo("\r\x1b[2K", err=True, nl=False)
            self._shown = False

    def failure(self, message: str) -> None:
        """A document that failed."""
        self.clear()
        tell(message)


def _duration(seconds: float) -> str:
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def summary(totals: RunTotals, out: str | None, file: Path | None, audit_file: Path | None) -> None:
    """Sum up a run on standard error; its lines reconcile."""
    from cleaner.view import summary_lines

    lines = list(summary_lines(totals.summary))
    lines.append(
        f"records: {totals.documents:,} read, {totals.outputs:,} written, {totals.without_output:,} without output, "
        f"{totals.audited:,} audited, {totals.failed:,} failed; {totals.seconds:.1f} s"
    )
    if totals.before:
        lines.append(f"{totals.before:,} of them were done by an earlier run")
    if totals.passed_over:
        lines.append(f"{totals.passed_over:,} files of other kinds passed over")
    if totals.records_passed_over:
        lines.append(f"{totals.records_passed_over:,} records that hold no page passed over")
    if out is not None or (file is not None and totals.outputs):
        lines.append(f"results: {out or file}")
    if audit_file is not None or out is not None:
        lines.append(f"audit:   {audit_file or _below(str(out))}")
    say("\n".join(lines), err=True)


def _below(folder: str) -> str:
    return f"{folder.rstrip('/')}/audit*.jsonl"
