"""What was cut, for people: the marked original, a unified diff, line-by-line reasons, tables of a run.

All views are drawn from the list of removals; nothing is compared afresh.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from cleaner.audit import Record, Summary
from cleaner.engine.explain import LineReport
from cleaner.model import CATEGORIES, Cleaned, Removal
from cleaner.terminal import counted, visible

RESET = "\x1b[0m"
CUT, RULE, GOOD, WARN, HEAD = "\x1b[9;31m", "\x1b[2;36m", "\x1b[32m", "\x1b[33m", "\x1b[1m"
FAULT = "\x1b[31m"
_VISIBLE = re.compile(r"\S(?:[\s\S]*\S)?")
_CONTEXT = 3


def marked(cleaned: Cleaned, colour: bool = False) -> str:
    """The raw text with every removal marked.

    Plain: ``[-…-]{category}`` around the visible part of each cut; without the marks it is the raw text exactly. In
    colour: struck through, followed by the rule, with control characters made visible.
    """
    show = visible if colour else str
    parts: list[str] = []
    at = 0
    for removal in cleaned.removals:
        parts.append(show(cleaned.raw[at : removal.start]))
        found = _VISIBLE.search(removal.text)
        if found is None:  # a cut of blank lines alone: nothing to strike through
            parts.append(show(removal.text))
        else:
            parts.append(show(removal.text[: found.start()]))
            parts.append(_mark(show(found[0]), removal, colour))
            parts.append(show(removal.text[found.end() :]))
        at = removal.end
    parts.append(show(cleaned.raw[at:]))
    return "".join(parts)


def _mark(text: str, removal: Removal, colour: bool) -> str:
    if not colour:
        return f"[-{text}-]{{{removal.category}}}"
    struck = "\n".join(f"{CUT}{line}{RESET}" if line else "" for line in text.split("\n"))
    return f"{struck} {RULE}{removal.category} {removal.rule}{RESET}"


def segments(cleaned: Cleaned) -> list[dict[str, Any]]:
    """The raw text in pieces, kept and cut, in order; joined they are the raw text."""
    found: list[dict[str, Any]] = []
    at = 0
    for removal in cleaned.removals:
        if removal.start > at:
            found.append({"kept": True, "text": cleaned.raw[at : removal.start]})
        found.append(
            {
                "kept": False,
                "text": removal.text,
                "category": removal.category,
                "rule": removal.rule,
                "scope": removal.scope,
            }
        )
        at = removal.end
    if at < len(cleaned.raw):
        found.append({"kept": True, "text": cleaned.raw[at:]})
    return found


def as_json(cleaned: Cleaned, id: str, url: str | None) -> str:
    """One JSON line: what ``segments`` gives, with what else is known of the document."""
    return msgspec.json.encode(
        {
            "id": id,
            "url": url,
            "status": cleaned.status,
            "flags": cleaned.flags,
            "site": cleaned.site,
            "credits": cleaned.credits,
            "segments": segments(cleaned),
            "withheld": cleaned.withheld,
        }
    ).decode()


def unified(cleaned: Cleaned, name: str, colour: bool = False, context: int | None = None) -> str:
    """A unified diff from the raw to the clean text, as ``patch`` reads it; empty when nothing was cut.

    Args:
        cleaned: the result.
        name: of the document.
        colour: for a terminal; within a line that stays in part only what went is struck through.
        context: lines around each change, 3 if not given.
    """
    if not cleaned.removals:
        return ""
    rows = [row for group in _groups(cleaned) for row in group]
    show = visible if colour else str
    lines = [f"--- {visible(name)}\n", f"+++ {visible(name)} (clean)\n"]
    for first, last in _hunks(rows, _CONTEXT if context is None else context):
        before = [row for row in rows[:first] if row[0] != "+"], [row for row in rows[:first] if row[0] != "-"]
        inside = [row for row in rows[first:last] if row[0] != "+"], [row for row in rows[first:last] if row[0] != "-"]
        old, new = (_range(len(b), len(i)) for b, i in zip(before, inside, strict=True))
        lines.append(f"@@ -{old} +{new} @@\n")
        for sign, text in rows[first:last]:
            end = "" if text.endswith("\n") else "\n\\ No newline at end of file\n"
            line = f"{sign}{show(text)}{end}"
            tint = {"-": CUT, "+": GOOD}.get(sign, "") if colour else ""
            lines.append(f"{tint}{line[:-1]}{RESET}\n" if tint else line)
    return "".join(lines)


def _range(before: int, count: int) -> str:
    return f"{before + 1 if count else before},{count}"


def _groups(cleaned: Cleaned) -> Iterator[list[tuple[str, str]]]:
    """Rows of a diff: kept lines, and each run of cut lines with what is left of them."""
    cuts = iter(cleaned.removals)
    cut = next(cuts, None)
    old: list[str] = []
    left = ""
    start = 0
    for line in _lines(cleaned.raw):
        end = start + len(line)
        old.append(line)
        at = start
        while cut is not None and cut.start < end:
            left += cleaned.raw[at : max(at, cut.start)]
            at = min(cut.end, end)
            if cut.end > end:
                break
            cut = next(cuts, None)
        left += cleaned.raw[at:end]
        start = end
        if not left or left.endswith("\n"):
            yield _rows(old, left)
            old, left = [], ""
    if old:
        yield _rows(old, left)


def _lines(text: str) -> list[str]:
    parts = text.split("\n")
    lines = [part + "\n" for part in parts[:-1]]
    return [*lines, parts[-1]] if parts[-1] else lines


def _rows(old: list[str], left: str) -> list[tuple[str, str]]:
    if old == [left]:
        return [(" ", left)]
    return [("-", line) for line in old] + ([("+", left)] if left else [])


def _hunks(rows: Sequence[tuple[str, str]], context: int) -> list[tuple[int, int]]:
    """Ranges of rows around the changes, with context, those that touch taken together."""
    found: list[tuple[int, int]] = []
    for number, (sign, _) in enumerate(rows):
        if sign == " ":
            continue
        low, high = max(0, number - context), min(len(rows), number + context + 1)
        if found and low <= found[-1][1]:
            found[-1] = (found[-1][0], high)
        else:
            found.append((low, high))
    return found


def explained(
    reports: Iterable[LineReport], colour: bool = False, every: bool = True, all_tried: bool = False
) -> Iterator[str]:
    """Line by line: kept or cut, by which rule, which rules came close, what was withheld and why.

    Args:
        reports: what ``Cleaner.explain`` gave.
        colour: for a terminal.
        every: also lines about which there is nothing to say.
        all_tried: also rules whose pattern did not match, not only those that a guard stopped.
    """
    tints = {"kept": "", "cut": CUT, "part": WARN}
    note = _dim if colour else str
    for number, report in enumerate(reports, 1):
        close = [(rule, why) for rule, why in report.close if all_tried or why != "match"]
        silent = report.verdict == "kept" and not close and not report.withheld
        if (report.verdict == "blank" and not report.withheld) or (silent and not every):
            continue
        tint, reset = (tints[report.verdict], RESET) if colour and tints.get(report.verdict) else ("", "")
        yield f"{report.verdict:<5} {number:>4}  {tint}{visible(report.text)}{reset}"
        for removal in report.removals:
            yield note(f"{'':12}cut by {removal.rule} ({removal.category}, {removal.scope})")
        for withheld in report.withheld:
            yield note(f"{'':12}withheld: {withheld.rule} ({withheld.category}): {withheld.why}")
        for rule, why in close:
            yield note(f"{'':12}close: {rule}: {'the pattern does not match' if why == 'match' else why}")


def _dim(text: str) -> str:
    return f"{RULE}{text}{RESET}"


def summary_lines(summary: Summary, rules: int = 0) -> Iterator[str]:
    """The tables of a run: documents by status, cuts by category, and on demand the busiest rules, sites, flags.

    Args:
        summary: the counts.
        rules: how many rules, sites and withheld rules to show; 0 for the short form.
    """
    statuses = ", ".join(f"{count:,} {status}" for status, count in sorted(summary.statuses.items()))
    yield counted(summary.documents, "document") + (f": {statuses}" if statuses else "")
    if summary.raw_chars:
        share = 1 - summary.clean_chars / summary.raw_chars
        yield f"{summary.raw_chars:,} characters in, {summary.clean_chars:,} out ({share:.1%} cut)"
    if summary.category_cuts:
        yield f"  {'category':<12}{'cuts':>10}{'characters':>14}"
        for category in sorted(summary.category_chars, key=lambda c: (-summary.category_chars[c], c)):
            yield f"  {category:<12}{summary.category_cuts[category]:>10,}{summary.category_chars[category]:>14,}"
    for flag, count in sorted(summary.flags.items()):
        yield f"  flag {flag}: {count:,}"
    if rules:
        yield from _table("rule", summary.rule_cuts, summary.rule_chars.__getitem__, rules)
        yield from _table("withheld", summary.withheld, None, rules)
        yield from _table("site", summary.sites, None, rules)


def _table(title: str, counts: dict[str, int], chars: Callable[[str], int] | None, most: int) -> Iterator[str]:
    if not counts:
        return
    width = max(len(title), *map(len, counts)) + 2
    yield f"  {title:<{width}}{'count':>10}" + (f"{'characters':>14}" if chars else "")
    for name in sorted(counts, key=lambda n: (-counts[n], n))[:most]:
        yield f"  {name:<{width}}{counts[name]:>10,}" + (f"{chars(name):>14,}" if chars else "")
    if len(counts) > most:
        yield f"  … and {len(counts) - most:,} more"


def document_line(record: Record) -> str:
    """One document in one line: how much was cut, of which category."""
    name = record.meta.get("output") or str(record.id)
    if record.raw is None or record.clean is None:
        return f"{name}: {record.status}: {record.error}"
    chars: dict[str, int] = {}
    for removal in record.removals:
        chars[removal.category] = chars.get(removal.category, 0) + removal.end - removal.start
    parts = ", ".join(f"{category} {chars[category]:,}" for category in CATEGORIES if category in chars)
    share = 1 - record.clean.chars / record.raw.chars if record.raw.chars else 0.0
    flags = f" [{', '.join(record.flags)}]" if record.flags else ""
    return f"{name}: {record.status}, {share:.1%} of {record.raw.chars:,} characters cut: {parts or 'nothing'}{flags}"
