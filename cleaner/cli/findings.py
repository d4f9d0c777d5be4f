"""Findings about packs as they are printed: lines for people, JSON, or annotations of a change on GitHub."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from cleaner import view
from cleaner.cli.paging import lines, show
from cleaner.terminal import say, say_json, visible, wants_colour

if TYPE_CHECKING:
    from cleaner.lint.finding import Finding


def report(
    findings: Sequence[Finding],
    broken: Sequence[Finding],
    counts: Mapping[str, int],
    closing: str,
    *,
    strict: bool,
    warnings: bool,
    style: str,
) -> int:
    """Print findings and totals, and say with what status to exit.

    Args:
        findings: what was found in packs that can be loaded.
        broken: why others cannot be.
        counts: the totals, for JSON.
        closing: the totals, for people.
        strict: warnings, too, make the status 1.
        warnings: print warnings.
        style: ``text``, ``json`` or ``github``.
    """
    from cleaner.lint.finding import in_order

    shown = [f for f in in_order([*broken, *findings]) if f.severity == "error" or warnings]
    if style == "json":
        import msgspec

        say_json(msgspec.json.format(msgspec.json.encode({**counts, "findings": shown})))
    elif style == "github":
        for finding in shown:
            say(annotation(finding))
        say(closing)
    else:
        tint = wants_colour()
        bad = bool(broken) or any(finding.severity == "error" for finding in findings)
        said = [_line(finding, tint) for finding in shown]
        said.append(_tinted(closing, view.FAULT if bad else view.GOOD) if tint else closing)
        show((each + "\n" for each in said) if tint else lines(said), tint=tint)
    if broken:
        return 2
    return int(any(finding.severity == "error" or strict for finding in findings))


def _line(finding: Finding, tint: bool) -> str:
    """A finding for people; in colour its place stands out, and its code says how bad it is."""
    text = str(finding)
    place = f"{finding.path}:{finding.line}:"
    head = f"{place} {finding.code}"
    if not tint or not text.startswith(head):
        return text
    code = _tinted(finding.code, view.FAULT if finding.severity == "error" else view.WARN)
    return f"{_tinted(place, view.HEAD)} {code}{visible(text[len(head) :])}"


def _tinted(text: str, tint: str) -> str:
    return f"{tint}{visible(text)}{view.RESET}"


def annotation(finding: Finding) -> str:
    """A finding as a workflow command of GitHub: ``::error file=…,line=…,title=…::message``.

    The path is told from the current folder on, where a workflow has its checkout, if the file is below it.
    """
    path = Path(finding.path).absolute()
    here = Path.cwd()
    file = path.relative_to(here).as_posix() if path.is_relative_to(here) else path.as_posix()
    message = f"{finding.rule}: {finding.message}" if finding.rule else finding.message
    message += f"; {finding.mend}" if finding.mend else ""
    title = _escaped(finding.code, of_property=True)
    return (
        f"::{finding.severity} file={_escaped(file, of_property=True)},line={finding.line},title={title}::"
        + _escaped(message)
    )


def _escaped(text: str, *, of_property: bool = False) -> str:
    text = text.replace("%", "%25").replace("\r", "%0D").replace("\n", "%0A")
    return text.replace(":", "%3A").replace(",", "%2C") if of_property else text
