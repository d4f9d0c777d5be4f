"""What a check has to say, and the packs it looks at."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from cleaner.packs.schema import Pack, PackError, Rule, RuleCases

Severity = Literal["error", "warning"]


@dataclass(frozen=True, slots=True)
class Finding:
    """One complaint: where, what, how to mend it. ``line`` counts from 1; ``rule`` is empty when it is about a pack."""

    path: str
    line: int
    code: str
    severity: Severity
    rule: str
    message: str
    mend: str = ""

    def __str__(self) -> str:
        """As a line for people: ``file:line: CODE rule: message; mend``."""
        note = " (warning)" if self.severity == "warning" else ""
        who = f" {self.rule}:" if self.rule else ":"
        return f"{self.path}:{self.line}: {self.code}{note}{who} {self.message}" + (
            f"; {self.mend}" if self.mend else ""
        )

    def error(self) -> PackError:
        """The same as the error that refuses the pack."""
        return PackError(self.path, self.line, self.rule, self.message, self.mend)


@dataclass(frozen=True)
class Source:
    """A pack with its examples and the text of its file."""

    pack: Pack
    cases: tuple[RuleCases, ...]
    path: str
    text: str

    @property
    def everywhere(self) -> bool:
        """Whether its rules apply to every document, so that they must be careful."""
        return self.pack.layer in ("generic", "language")

    @cached_property
    def _cases_by_rule(self) -> dict[str, RuleCases]:
        return {case.rule: case for case in self.cases}

    def cases_of(self, rule: Rule) -> RuleCases:
        """Examples and counter-examples; none for a signature."""
        return self._cases_by_rule.get(rule.id) or RuleCases(rule.id, path=self.path, line=self.line_with(rule.match))

    def line_with(self, part: str, default: int = 1) -> int:
        """The first line of the file that holds this text; of a text of several lines, its first."""
        wanted = next((line for line in part.splitlines() if line.strip()), part)
        escaped = wanted.replace("\\", "\\\\").replace('"', '\\"')
        for number, line in enumerate(self.text.splitlines(), 1):
            if wanted in line or escaped in line:
                return number
        return default

    def about(
        self, rule: Rule, code: str, message: str, mend: str = "", *, severity: Severity = "error", key: str = ""
    ) -> Finding:
        """A finding about one of its rules, at the rule's table or at a key of it."""
        line = self.cases_of(rule).line
        return Finding(self.path, self._line_of(key, line) if key else line, code, severity, rule.id, message, mend)

    def _line_of(self, key: str, start: int) -> int:
        """The line of a key (``match``, ``guard unless``) of the table that starts at a line."""
        wanted = re.compile(rf"""\s*["']?{key.split(maxsplit=1)[0]}["']?\s*=""")
        for number, line in enumerate(self.text.splitlines()[start:], start + 1):
            if line.lstrip().startswith("[["):
                break
            if wanted.match(line):
                return number
        return start

    def at(self, part: str, code: str, message: str, mend: str = "", *, severity: Severity = "error") -> Finding:
        """A finding about the pack, at the line that holds a text."""
        return Finding(self.path, self.line_with(part), code, severity, self.pack.name, message, mend)


def from_error(error: PackError, code: str = "P000") -> Finding:
    """A pack that cannot be loaded, as a finding."""
    return Finding(error.path, error.line, code, "error", error.rule, error.message, error.mend)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By file, line, code."""
    return sorted(findings, key=lambda f: (f.path, f.line, f.code, f.rule, f.message))


def regexes(rule: Rule) -> Sequence[tuple[str, str]]:
    """All regexes of a rule with the key each stands under."""
    found = [("match" if rule.kind != "signature" else "signatures", rule.match)]
    for key in ("prev", "next", "unless", "stop", "item"):
        value = getattr(rule.guard, key)
        if value is not None:
            found.append((f"guard {key}", value))
    return found
