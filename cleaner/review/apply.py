"""Verdicts as cases of packs: a wrong cut is a counter-example, wrong bounds an example, missed clutter a known miss.

Only the lists of cases change; tomlkit keeps comments and layout. Each case is the shortest text that shows it.
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import msgspec

from cleaner.lint.examples import program_for, run
from cleaner.lint.finding import Source
from cleaner.lint.reading import read_sources
from cleaner.model import CleanerError
from cleaner.packs.layout import formatted
from cleaner.packs.parse import parse_pack
from cleaner.packs.schema import Rule
from cleaner.review.book import block_of
from cleaner.review.render import missing
from cleaner.review.spans import cut_of, visible
from cleaner.review.verdicts import Decision, Span

if TYPE_CHECKING:
    from tomlkit import TOMLDocument

#: A case has no more code points than this.
MOST = 1_500
#: Code points on both sides that are tried in a line that is too long, and lines on both sides.
_SIDES = (60, 160, 400)
_LINES = (0, 1, 2, 4, 8)
#: A shorter cut tells little without the lines beside it.
_SHORT = 40


class Case(msgspec.Struct, frozen=True):
    """A text for a rule: its list (``counter``, ``example``, ``known_miss``), and what is to remain of an example."""

    rule: str
    list: str
    text: str
    out: str | None = None


class Change(msgspec.Struct, frozen=True):
    """A pack file before and after."""

    path: Path
    before: str
    after: str

    @property
    def patch(self) -> str:
        """The change as a unified diff."""
        lines = difflib.unified_diff(
            self.before.splitlines(keepends=True), self.after.splitlines(keepends=True), str(self.path), str(self.path)
        )
        return "".join(lines)


class Applier:
    """Turns decisions into cases, and cases into changed pack files."""

    def __init__(self, user_dirs: Sequence[Path] = ()) -> None:
        """Read all packs.

        Raises:
            CleanerError: a folder or file cannot be read.
        """
        sources, _ = read_sources(user_dirs)
        self._sources = {source.pack.name: source for source in sources}
        self._rules = {rule.id: (source, rule) for source in sources for rule in source.pack.rules}
        self.notes: list[str] = []

    def cases(self, decisions: Iterable[Decision]) -> Iterator[Case]:
        """The cases of decisions, each once; what gives none is told in ``notes``."""
        seen: set[Case] = set()
        for decision in decisions:
            try:
                case = self._case(decision)
            except CleanerError as error:
                text = " ".join(decision.text.split())[:60]
                self.notes.append(f"{decision.rule or decision.site or 'no site'}: {text!r}: {error}")
                continue
            if case is not None and case not in seen:
                seen.add(case)
                yield case

    def _case(self, decision: Decision) -> Case | None:
        if decision.verdict == "clutter":
            return self._known_miss(decision)
        if decision.kind != "cut" or decision.verdict not in ("wrong", "bounds"):
            return None
        if decision.page or decision.rule not in self._rules:
            raise CleanerError("no rule of a pack cut it, so there is no case to write")
        source, rule = self._rules[decision.rule]
        _check_own(source, rule)
        window, at = _window(source, rule, decision)
        if decision.verdict == "wrong" or decision.bounds is None:
            return Case(rule.id, "counter", window)
        shift = _stripped(decision.context, decision.at)[0] - at[0]
        bounds = decision.bounds[0] - shift, decision.bounds[1] - shift
        if not 0 <= bounds[0] <= bounds[1] <= len(window):
            raise CleanerError("the right bounds lie too far from the cut for an example")
        return Case(rule.id, "example", window, _without(window, bounds))

    def _known_miss(self, decision: Decision) -> Case:
        rule = decision.rule or self._rule_for(decision.site, decision.category)
        if rule not in self._rules:
            raise CleanerError(f"no rule {rule!r} in the packs")
        source, found = self._rules[rule]
        _check_own(source, found)
        if run(program_for([(found, source.pack.layer)]), decision.text).removals:
            raise CleanerError(f"{rule} cuts it alone; something else keeps it standing (see `cleaner explain`)")
        return Case(rule, "known_miss", decision.text)

    def _rule_for(self, site: str, category: str) -> str:
        """The rule that missed clutter goes to: of its category, in the pack of the site, else in one for all texts."""
        own = [source for name, source in self._sources.items() if name.partition("/")[2] == site]
        common = [source for name, source in self._sources.items() if name.startswith("language/")]
        for source in [*own, *common]:
            for rule in source.pack.rules:
                if rule.kind == "rule" and rule.category == category and rule.status == "active":
                    return rule.id
        raise CleanerError(f"no rule of category {category!r} to put it to; name one when judging")

    def changes(self, cases: Iterable[Case]) -> list[Change]:
        """The pack files with these cases added; cases that are there already change nothing.

        Raises:
            CleanerError: tomlkit is missing, or a pack would not load any more.
        """
        by_pack: dict[str, list[Case]] = {}
        for case in cases:
            by_pack.setdefault(case.rule.partition("#")[0], []).append(case)
        found = []
        for pack, own in by_pack.items():
            source = self._sources[pack]
            after = _with_cases(source, own)
            if after != source.text:
                parse_pack(after.encode(), source.path, source.pack.layer)
                found.append(Change(Path(source.path), source.text, after))
        return found


def _check_own(source: Source, rule: Rule) -> None:
    """Refuse a rule that many packs share.

    Raises:
        CleanerError: the rule is written in a template.
    """
    block = block_of(source.text, rule.id.partition("#")[2])
    if block is None:
        raise CleanerError(
            "a template makes this rule, and a case of it counts for all sites of the template: write it there by hand "
            "(`cleaner gate` replays the verdict)"
        )


def _window(source: Source, rule: Rule, decision: Decision) -> tuple[str, Span]:
    """The shortest text around a cut from which its rule, alone, cuts it; and where the cut is in it.

    Where today's rule leaves it in all of them, the lines of the cut: the case keeps it that way.
    """
    program = program_for([(rule, source.pack.layer)])
    first: tuple[str, Span] | None = None
    seen = _stripped(decision.context, decision.at)
    for start, end in _windows(decision.context, seen):
        text = decision.context[start:end].rstrip("\r")
        at = seen[0] - start, seen[1] - start
        if len(text) > MOST:
            continue
        first = first or (text, at)
        if cut_of(run(program, text).removals, visible(text, at)):
            return text, at
    if first is None:
        raise CleanerError(f"longer than the {MOST:,} characters of a case; `cleaner gate` still replays it")
    if decision.context and len(decision.context) > MOST:
        whole = cut_of(run(program, decision.context).removals, visible(decision.context, decision.at))
        if whole:
            raise CleanerError(
                "cut only within its whole document, too long for a case; `cleaner gate` still replays it"
            )
    return first


def _stripped(text: str, span: Span) -> Span:
    """A span without the white space at its ends."""
    inner = text[slice(*span)]
    start = span[0] + len(inner) - len(inner.lstrip())
    return start, start + len(inner.strip())


def _windows(text: str, at: Span) -> Iterator[Span]:
    """Ever larger ranges around a span: its lines, lines on both sides; within a long line characters on both sides."""
    start = text.rfind("\n", 0, at[0]) + 1
    end = text.find("\n", at[1])
    end = len(text) if end < 0 else end
    if end - start > MOST:
        for side in _SIDES:
            yield _at_word(text, max(start, at[0] - side), start), _at_word(text, min(end, at[1] + side), end)
        return
    order = _LINES if at[1] - at[0] >= _SHORT else (1, 0, *_LINES[2:])
    for lines in order:
        low, high = start, end
        for _ in range(lines):
            low = text.rfind("\n", 0, max(0, low - 1)) + 1
            following = text.find("\n", high + 1)
            high = len(text) if following < 0 else following
        yield low, high


def _at_word(text: str, at: int, edge: int) -> int:
    """The nearest blank towards an edge's other side, so that no word is broken."""
    if at == edge:
        return at
    found = text.find(" ", at) if edge < at else text.rfind(" ", 0, at)
    return at if found < 0 else found + (1 if edge < at else 0)


def _without(text: str, span: Span) -> str:
    """A text without a span, and without the blank that belongs to it, as the cleaner leaves it."""
    left, right = text[: span[0]], text[span[1] :]
    if not left or left.endswith("\n"):
        right = right.lstrip(" \t")
        if right.startswith("\n"):
            right = right[1:]
        elif not right:
            left = left.removesuffix("\n")
    elif left[-1:].isspace() and (right[:1].isspace() or not right):
        left = left.rstrip(" \t") if not right or right.startswith("\n") else left[:-1]
    return left + right


def _with_cases(source: Source, cases: Sequence[Case]) -> str:
    try:
        import tomlkit
    except ImportError:
        raise missing("writing into packs") from None
    document = tomlkit.parse(source.text)
    for case in cases:
        table = _table(document, case.rule.partition("#")[2])
        if table is not None:
            _add(table, case)
    text = tomlkit.dumps(document)
    return text if source.pack.layer == "user" else formatted(text, source.path)


def _table(document: TOMLDocument, id: str) -> Any:
    for kind in ("rule", "keep"):
        for table in document.get(kind, ()):
            if table.get("id") == id:
                return table
    return None


def _add(table: Any, case: Case) -> None:
    import tomlkit

    if case.list not in table:
        table.add(case.list, tomlkit.array())
    array = table[case.list]
    known = {(str(one["in"]), one.get("out")) if isinstance(one, dict) else (str(one), None) for one in array}
    if (case.text, case.out) in known:
        return
    item: Any = case.text
    if case.out is not None:
        item = tomlkit.inline_table()
        item.update({"in": case.text, "out": case.out})
    if "\n" in array.as_string():
        array.add_line(item, indent="  ")
    else:
        array.append(item)
