"""Packs and rules as text for people."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from cleaner.packs.schema import Pack, Rule, RuleCases


def pack_lines(pack: Pack, cases: Sequence[RuleCases]) -> Iterator[str]:
    """What a pack says, its rules in short."""
    yield f"{pack.name}: {pack.title}"
    path = next((case.path for case in cases), "")
    for label, value in (("file", path), ("source", pack.source), ("disable", ", ".join(pack.disable))):
        if value:
            yield f"  {label}: {value}"
    if pack.site is not None:
        for label, values in (
            ("domains", pack.site.domains),
            ("not domains", pack.site.not_domains),
            ("signatures", pack.site.signatures),
        ):
            if values:
                yield f"  {label}: {', '.join(values)}"
        if pack.site.network:
            yield f"  network: {pack.site.network}"
    if pack.html is not None:
        for name, value in msgspec.structs.asdict(pack.html).items():
            for item in value:
                yield f"  html {name}: {item if isinstance(item, str) else f'{item.select} ({item.category})'}"
    for rule in pack.rules:
        if rule.kind != "signature":
            yield ""
            yield from rule_lines(rule, None)


def rule_lines(rule: Rule, cases: RuleCases | None) -> Iterator[str]:
    """What a rule says, with its examples if given."""
    kind = "keep" if rule.kind == "keep" else f"{rule.category}, {rule.scope}"
    yield f"{rule.id}  ({kind}{'' if rule.status == 'active' else ', ' + rule.status})"
    yield f"  match: {rule.match}"
    if rule.keywords:
        yield f"  keywords: {', '.join(rule.keywords)}"
    for name, value in msgspec.structs.asdict(rule.guard).items():
        if value not in (None, False):
            yield f"  guard {name}: {value}"
    if cases is None:
        return
    yield f"  at {cases.path}:{cases.line}"
    for label, examples in (("cuts", cases.example), ("leaves", cases.counter)):
        for example in examples:
            out = f"  ->  {example.out!r}" if example.out is not None else ""
            yield f"  {label}: {example.text!r}{out}"
    for text in cases.known_miss:
        yield f"  known miss: {text!r}"
