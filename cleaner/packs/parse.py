"""From a TOML file to a pack: strict, and every complaint names file, line, rule and mend."""

from __future__ import annotations

import hashlib
import re
import tomllib
from collections.abc import Iterable, Mapping
from difflib import get_close_matches
from typing import Any, TypeVar

import msgspec

from cleaner.model import CATEGORIES
from cleaner.packs.schema import (
    RULE_STATUSES,
    SCHEMA,
    SCOPES,
    Example,
    Guard,
    Html,
    Pack,
    PackError,
    Rule,
    RuleCases,
    Site,
)
from cleaner.regex.prefixes import end_keys, start_keys
from cleaner.regex.tree import begins_with_text, ends_anchored, starts_anchored

#: Lines in which a signature is looked for that can start with any character.
SIGNATURE_LINES = 5
_T = TypeVar("_T")
_TOP = ("schema", "pack", "title", "source", "license", "note", "disable", "site", "html", "rule", "keep")
_RULE = ("id", "category", "scope", "match", "keywords", "guard", "example", "counter", "known_miss", "note", "status")
_KEEP = ("id", "match", "keywords", "guard", "example", "counter", "note")
_ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
_NAME = re.compile(r"[a-z]+(?:/[a-z0-9][a-z0-9._-]*)+")
_GROUP = re.compile(r"\(\?P<(\w+)>")
_CREDIT = re.compile(r"(?:author|editor|source|place)\d*|cut")
_RUNS = ("section", "head", "tail")
_UNANCHORED_EVERYWHERE = ("embed", "other", "ad")
#: How a match begins that tells behind what it may stand: the end of a sentence, say.
_BEHIND = ("(?<=[", "(?:(?<=[")
#: Guard → scopes it means something for; guards not named here fit all.
_FITS = {
    "min_chars": ("line", "section", "head", "tail"),
    "max_lines": _RUNS,
    "min_lines": ("section",),
    "stop": ("section",),
    "item": ("section",),
    "max_item": ("section",),
    "to_end": ("section",),
    "max_fraction": _RUNS,
}


class _File:
    """A pack file under inspection: finds lines, and makes errors that name them."""

    def __init__(self, path: str, text: str) -> None:
        self.path = path
        self.lines = text.splitlines()

    def line_of(self, table: str, number: int, key: str | None = None) -> int:
        """Line (from 1) of the ``number``-th ``[table]`` or ``[[table]]``, or of a key in it."""
        header = re.compile(rf"\s*\[\[?\s*{re.escape(table)}\s*\]\]?")
        at = -1 if table else 0
        seen = -1
        if table:
            for index, line in enumerate(self.lines):
                if header.match(line):
                    seen += 1
                    if seen == number:
                        at = index
                        break
            if at < 0:
                return 1
        if key is None:
            return at + 1
        wanted = re.compile(rf"""\s*["']?{re.escape(key)}["']?\s*=|.*[{{,]\s*{re.escape(key)}\s*=""")
        for index in range(at + (1 if table else 0), len(self.lines)):
            if re.match(r"\s*\[\[?\s*[a-z]", self.lines[index]):
                break
            if wanted.match(self.lines[index]):
                return index + 1
        return at + 1

    def error(
        self, message: str, mend: str, table: str = "", number: int = 0, key: str | None = None, rule: str = ""
    ) -> PackError:
        """An error at a table or key."""
        return PackError(self.path, self.line_of(table, number, key), rule, message, mend)


def parse_pack(data: bytes, path: str, layer: str) -> tuple[Pack, tuple[RuleCases, ...]]:
    """Parse and check one pack file. Regexes are compiled only by ``check_patterns``.

    Args:
        data: the file's bytes.
        path: its path, for messages.
        layer: ``generic``, ``language``, ``network``, ``site`` or ``user``.

    Raises:
        PackError: anything that is not as ``docs/packs.md`` says.
    """
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        raise PackError(path, data[: error.start].count(b"\n") + 1, "", "not UTF-8", "save the file as UTF-8") from None
    file = _File(path, text)
    try:
        table = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        found = re.search(r"at line (\d+)", str(error))
        raise PackError(path, int(found[1]) if found else len(file.lines), "", f"not TOML: {error}") from None
    _known_keys(file, table, _TOP, "")
    if table.get("schema") != SCHEMA:
        raise file.error(f"schema is {table.get('schema')!r}", f"write schema = {SCHEMA}", key="schema")
    name = _string(file, table, "pack")
    _check_name(file, name, layer)
    site = _struct(file, table, "site", Site)
    html = _struct(file, table, "html", Html)
    for drop in html.drop if html else ():
        if drop.category not in CATEGORIES:
            raise file.error(
                f"unknown category {drop.category!r}", _suggest(drop.category, CATEGORIES), "html", 0, "drop"
            )
    rules: list[Rule] = []
    cases: list[RuleCases] = []
    seen: set[str] = set()
    for kind, allowed in (("rule", _RULE), ("keep", _KEEP)):
        for number, raw in enumerate(table.get(kind, ())):
            rule, its_cases = _rule(file, name, layer, kind, allowed, number, raw)
            if rule.id in seen:
                raise file.error("id is used twice", "give each rule an id of its own", kind, number, "id", rule.id)
            seen.add(rule.id)
            rules.append(rule)
            cases.append(its_cases)
    if site is not None:
        rules += _signatures(file, name, site)
    pack = Pack(
        name=name,
        title=str(table.get("title", name)),
        source=str(table.get("source", "")),
        layer=layer,
        sha256=hashlib.sha256(data).hexdigest(),
        disable=tuple(table.get("disable", ())),
        site=site,
        html=html,
        rules=tuple(rules),
    )
    return pack, tuple(cases)


def check_patterns(pack: Pack, data: bytes, path: str) -> None:
    """Compile every regex of a pack (half a millisecond each, so not done when packs are loaded for a run).

    Raises:
        PackError: a regex does not compile, or names a group that is no credit.
    """
    file = _File(path, data.decode("utf-8", "replace"))
    counts = {"rule": 0, "keep": 0}
    for rule in pack.rules:
        number = counts.get(rule.kind, 0)
        counts[rule.kind] = number + 1
        table = rule.kind if rule.kind in counts else "site"
        patterns = {"match" if table != "site" else "signatures": rule.match}
        patterns.update(
            {name: value for name in ("prev", "next", "unless", "stop", "item") if (value := getattr(rule.guard, name))}
        )
        for key, pattern in patterns.items():
            broken = _not_a_regex(pattern)
            if broken:
                message = f"{key} is no regular expression: {broken}"
                raise file.error(message, "mend the pattern", table, number, key, rule.id)
            if key in ("match", "signatures") and re.match(pattern, "", re.IGNORECASE):
                raise file.error(
                    f"{key} matches an empty line", "ask for at least one character", table, number, key, rule.id
                )


def _rule(
    file: _File, pack: str, layer: str, kind: str, allowed: tuple[str, ...], number: int, raw: Mapping[str, Any]
) -> tuple[Rule, RuleCases]:
    local = raw.get("id")
    if not isinstance(local, str) or not _ID.fullmatch(local):
        raise file.error(
            f"id {local!r} is not lower-case words with dashes", 'such as id = "baca-juga"', kind, number, "id"
        )
    full = f"{pack}#{local}"
    _known_keys(file, raw, allowed, kind, number, full)
    match = _string(file, raw, "match", kind, number, full)
    category = "other" if kind == "keep" else _string(file, raw, "category", kind, number, full)
    scope = "line" if kind == "keep" else _string(file, raw, "scope", kind, number, full)
    status = raw.get("status", "active")
    for value, known, key in (
        (category, CATEGORIES, "category"),
        (scope, SCOPES, "scope"),
        (status, RULE_STATUSES, "status"),
    ):
        if value not in known:
            raise file.error(f"unknown {key} {value!r}", _suggest(str(value), known), kind, number, key, full)
    guard = _struct(file, raw, "guard", Guard, kind, number, full) or Guard()
    for name, scopes in _FITS.items():
        if getattr(guard, name) not in (None, False) and scope not in scopes:
            raise file.error(
                f"guard {name} means nothing for scope {scope!r}",
                f"it is for {', '.join(scopes)}",
                kind,
                number,
                "guard",
                full,
            )
    keywords = _strings(file, raw, "keywords", kind, number, full)
    _check_anchors(file, kind, number, full, layer, category, scope, match, keywords)
    for group in _GROUP.findall(match):
        if not _CREDIT.fullmatch(group):
            raise file.error(
                f"group {group!r} is no credit",
                "known: author, editor, source, place, cut",
                kind,
                number,
                "match",
                full,
            )
    examples = _examples(file, raw, "example", kind, number, full)
    counters = _examples(file, raw, "counter", kind, number, full)
    for key, found in (("example", examples), ("counter", counters)):
        if not found:
            raise file.error(
                f"no {key}",
                f'add {key} = ["…"] with a text the rule must {"" if key == "example" else "not "}cut',
                kind,
                number,
                None,
                full,
            )
    anchor, starts, ends = _anchor(match)
    rule = Rule(full, category, scope, match, keywords, guard, status, kind, anchor, starts, ends, ends_anchored(match))
    cases = RuleCases(
        full,
        examples,
        counters,
        _strings(file, raw, "known_miss", kind, number, full),
        file.path,
        file.line_of(kind, number),
    )
    return rule, cases


def _check_anchors(
    file: _File,
    kind: str,
    number: int,
    full: str,
    layer: str,
    category: str,
    scope: str,
    match: str,
    keywords: tuple[str, ...],
) -> None:
    start, end = starts_anchored(match), ends_anchored(match)

    def error(message: str, mend: str) -> PackError:
        broken = _not_a_regex(match)  # then nothing is known of its anchors
        if broken:
            message, mend = f"match is no regular expression: {broken}", "mend the pattern"
        return file.error(message, mend, kind, number, "match", full)

    if kind == "keep":
        if not start and not keywords:
            raise error("neither anchored nor with keywords", "start match with ^, or add keywords")
        return
    if scope in ("line", "markup", *_RUNS) and not start:
        raise error(f"scope {scope!r} needs a match that starts with ^", "anchor it")
    if scope in ("head", "tail") and layer in ("generic", "language"):
        raise error(f"scope {scope!r} in a {layer} pack", "head and tail rules name a site or network")
    if scope == "inline" and not keywords:
        raise error("an inline rule needs keywords", "add the literal words of the invitation")
    if scope == "span" and not start and not end:
        if not keywords and layer not in ("site", "user"):
            raise error(
                "an unanchored span needs keywords", "anchor it with ^ or $, add keywords, or move it to a site pack"
            )
        free = category in _UNANCHORED_EVERYWHERE or match.startswith(_BEHIND)
        if layer in ("generic", "language") and not free:
            raise error(
                f"an unanchored span of category {category!r} in a {layer} pack",
                "anchor it, let it start with (?<=[…]) for what must stand before it, or move it to a site pack",
            )


def _signatures(file: _File, pack: str, site: Site) -> list[Rule]:
    found = []
    for number, pattern in enumerate(site.signatures, 1):
        full = f"{pack}#signature-{number}"
        if _anchor(pattern)[0] == "any":
            broken = _not_a_regex(pattern)
            raise file.error(
                f"signature {pattern!r} is no regular expression: {broken}"
                if broken
                else f"signature {pattern!r} is not anchored",
                "mend the pattern" if broken else "start it with ^ or end it with $",
                "site",
                0,
                "signatures",
            )
        anchor, starts, ends = _anchor(pattern)
        # One that nothing narrows down is looked for in the first lines only.
        guard = Guard() if starts or ends else Guard(first_lines=SIGNATURE_LINES)
        found.append(
            Rule(
                full,
                "other",
                "line",
                pattern,
                guard=guard,
                kind="signature",
                anchor=anchor,
                starts=starts,
                ends=ends,
                closed=ends_anchored(pattern),
            )
        )
    return found


def _not_a_regex(pattern: str) -> str:
    """Why a pattern does not compile; empty when it does."""
    try:
        re.compile(pattern, re.IGNORECASE)
    except re.error as error:
        return error.msg + (f" at offset {error.pos}" if error.pos is not None else "")
    return ""


def _anchor(pattern: str) -> tuple[str, tuple[str, ...], tuple[str, ...]]:
    """Where a pattern is anchored, and its dispatch keys."""
    if starts_anchored(pattern):
        return "start", start_keys(pattern) or (), (end_keys(pattern) or ()) if ends_anchored(pattern) else ()
    # Keys of a start that is not at the line's start tell where to match only if nothing comes before them.
    starts = (start_keys(pattern) or ()) if begins_with_text(pattern) else ()
    return ("end", starts, end_keys(pattern) or ()) if ends_anchored(pattern) else ("any", starts, ())


def _check_name(file: _File, name: str, layer: str) -> None:
    if not _NAME.fullmatch(name):
        raise file.error(
            f"pack name {name!r} is not of the form layer/name", 'such as pack = "site/kompas.com"', key="pack"
        )
    if not name.startswith(layer + "/"):
        raise file.error(
            f"pack name {name!r} does not begin with {layer + '/'!r}", f'its folder makes it "{layer}/…"', key="pack"
        )


def _known_keys(
    file: _File, table: Mapping[str, Any], allowed: tuple[str, ...], name: str, number: int = 0, rule: str = ""
) -> None:
    for key in table:
        if key not in allowed:
            raise file.error(f"unknown key {key!r}", _suggest(key, allowed), name, number, key, rule)


def _suggest(word: str, known: Iterable[str]) -> str:
    known = tuple(known)
    close = get_close_matches(word, known, 1)
    return f"did you mean {close[0]!r}?" if close else f"known: {', '.join(known)}"


def _string(file: _File, table: Mapping[str, Any], key: str, name: str = "", number: int = 0, rule: str = "") -> str:
    value = table.get(key)
    if not isinstance(value, str) or not value:
        what = "missing" if key not in table else "not a text, or empty"
        raise file.error(f"{key} is {what}", f'write {key} = "…"', name, number, key if key in table else None, rule)
    return value


def _strings(file: _File, table: Mapping[str, Any], key: str, name: str, number: int, rule: str) -> tuple[str, ...]:
    value = table.get(key, [])
    if not isinstance(value, list) or not all(isinstance(item, str) and item for item in value):
        raise file.error(f"{key} is not a list of texts", f'write {key} = ["…"]', name, number, key, rule)
    return tuple(value)


def _examples(
    file: _File, table: Mapping[str, Any], key: str, name: str, number: int, rule: str
) -> tuple[Example, ...]:
    value = table.get(key, [])
    found = []
    for item in value if isinstance(value, list) else [None]:
        if isinstance(item, str):
            found.append(Example(item))
        elif isinstance(item, dict) and {"in"} <= set(item) <= {"in", "out"} and _all_texts(item.values()):
            found.append(Example(item["in"], item.get("out")))
        else:
            raise file.error(
                f"{key} holds {item!r}", 'write a text, or { in = "…", out = "…" }', name, number, key, rule
            )
    return tuple(found)


def _all_texts(values: Iterable[Any]) -> bool:
    return all(isinstance(value, str) for value in values)


def _struct(
    file: _File, table: Mapping[str, Any], key: str, kind: type[_T], name: str = "", number: int = 0, rule: str = ""
) -> _T | None:
    if key not in table:
        return None
    try:
        return msgspec.convert(table[key], kind)
    except msgspec.ValidationError as error:
        unknown = re.search(r"unknown field `(\w+)`", str(error))
        fields = [field.name for field in msgspec.structs.fields(kind)]  # type: ignore[arg-type]
        if unknown:
            raise file.error(
                f"unknown key {unknown[1]!r} in {key}",
                _suggest(unknown[1], fields),
                name or key,
                number,
                unknown[1],
                rule,
            ) from None
        raise file.error(
            f"{key}: {error}", f"known keys: {', '.join(fields)}", name or key, number, key, rule
        ) from None
