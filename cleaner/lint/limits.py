"""How each regex of a rule is used: on texts of what length, and whether it may match anywhere."""

from __future__ import annotations

from dataclasses import dataclass

from cleaner.engine.matcher import END_CONTEXT, KEYWORD_REACH, Matcher
from cleaner.packs.schema import Rule
from cleaner.regex.tree import starts_anchored

#: Stands for a line without limit: some texts come as one line.
LONG_LINE = 1_000_000


@dataclass(frozen=True, slots=True)
class Use:
    """One regex of a rule. ``key`` is where it stands in the pack."""

    key: str
    pattern: str
    limit: int
    searched: bool


def uses(rule: Rule, layer: str) -> list[Use]:
    """All regexes of a rule that run, with the most code points they are tried on."""
    matcher = Matcher(rule, layer)
    own = _limit(matcher, rule)
    found = [
        Use(
            "match" if rule.kind != "signature" else "signatures",
            rule.match,
            own,
            rule.anchor != "start",
        )
    ]
    line = LONG_LINE if matcher.scope in ("span", "inline") else matcher.max_chars
    for key, limit in (
        ("unless", line),
        ("prev", LONG_LINE),
        ("next", LONG_LINE),
        ("stop", LONG_LINE),
        ("item", matcher.max_item),
    ):
        pattern = getattr(rule.guard, key)
        if pattern is not None:
            found.append(Use(f"guard {key}", pattern, limit, not starts_anchored(pattern)))
    return found


def _limit(matcher: Matcher, rule: Rule) -> int:
    if rule.kind == "signature":
        return LONG_LINE
    if matcher.scope not in ("span", "inline"):
        return matcher.max_chars
    if matcher.anchored == "start":
        return min(matcher.window, LONG_LINE)
    if matcher.anchored == "end":
        return matcher.max_chars + END_CONTEXT
    return KEYWORD_REACH + (matcher.search_reach if matcher.scope == "span" else KEYWORD_REACH)
