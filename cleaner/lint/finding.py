"""What a check has to say, and the packs it looks at."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cached_property
from typing import Literal

from cleaner.packs.lines import Lines
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
        return self._cases_by_rule.get(rule.id) or RuleCases(
            rule.id, path=self.path, line=self._lines.holding(rule.match)
        )

    @cached_property
    def _lines(self) -> Lines:
        return Lines(self.path, self.text)

    def about(
        self, rule: Rule, code: str, message: str, mend: str = "", *, severity: Severity = "error", key: str = ""
    ) -> Finding:
        """A finding about one of its rules, at the rule's table or at a key of it."""
        line = self.cases_of(rule).line
        if key:
            line = self._lines.key(key.partition(" ")[0], line)
        return Finding(self.path, line, code, severity, rule.id, message, mend)

    def at(self, part: str, code: str, message: str, mend: str = "", *, severity: Severity = "error") -> Finding:
        """A finding about the pack, at the line that holds a text."""
        return Finding(self.path, self._lines.holding(part), code, severity, self.pack.name, message, mend)


def from_error(error: PackError, code: str = "P000") -> Finding:
    """A pack that cannot be loaded, as a finding."""
    return Finding(error.path, error.line, code, "error", error.rule, error.message, error.mend)


def in_order(findings: Iterable[Finding]) -> list[Finding]:
    """By file, line, code."""
    return sorted(findings, key=lambda f: (f.path, f.line, f.code, f.rule, f.message))
