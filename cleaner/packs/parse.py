"""From a TOML file to a pack: strict, and every complaint names file, line, rule and mend."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

import msgspec

from cleaner.model import CATEGORIES
from cleaner.nearest import meant
from cleaner.packs.anchors import anchor_of, check_anchors, not_a_regex
from cleaner.packs.lines import Lines
from cleaner.packs.schema import (
    GUARD_REGEXES,
    RULE_STATUSES,
    SCHEMA,
    SCOPES,
    Drop,
    Guard,
    Html,
    Pack,
    PackError,
    Rule,
    RuleCases,
    Site,
    regexes,
)
from cleaner.packs.table import Table, shown
from cleaner.packs.template import Library, filled, library
from cleaner.packs.toml import read_toml
from cleaner.regex.needed import needed_marks, needed_word
from cleaner.regex.tree import ends_anchored

#: Lines in which a signature is looked for that can start with any character.
SIGNATURE_LINES = 5
#: The keys of a pack, of a rule, of a keep rule; what ids and names of packs look like.
TOP_KEYS = ("schema", "pack", "title", "source", "license", "note", "disable", "site", "html", "rule", "keep")
RULE_KEYS = (
    "id",
    "category",
    "scope",
    "match",
    "keywords",
    "guard",
    "example",
    "counter",
    "known_miss",
    "note",
    "status",
)
KEEP_KEYS = ("id", "match", "keywords", "guard", "example", "counter", "note")
ID = re.compile(r"[a-z0-9]+(?:-[a-z0-9]+)*")
NAME = re.compile(r"[a-z]+(?:/[a-z0-9][a-z0-9._-]*)+")
_GROUP = re.compile(r"\(\?P<(\w+)>")
_CREDIT = re.compile(r"(?:author|editor|source|place)\d*|cut|host")
_RUNS = ("section", "head", "tail")
#: Guard → scopes it means something for; guards not named here fit all.
_FITS = {
    "min_chars": ("line", "span", "section", "head", "tail"),
    "max_lines": _RUNS,
    "min_lines": ("section",),
    "stop": ("section",),
    "item": ("section",),
    "further": ("section",),
    "max_item": ("section",),
    "to_end": ("section",),
    "block": ("section",),
    "max_fraction": ("span", *_RUNS),
}


@dataclass
class _Context:
    """What is known while one file is read."""

    name: str
    layer: str
    top: Table
    shared: Library
    used: set[str] = field(default_factory=set)
    signatures: list[tuple[str, Table]] = field(default_factory=list)
    rules: list[Rule] = field(default_factory=list)
    cases: list[RuleCases] = field(default_factory=list)


def parse_pack(data: bytes, path: str, layer: str, shared: Library | None = None) -> tuple[Pack, tuple[RuleCases, ...]]:
    """Parse and check one pack file. Regexes are compiled only by ``check_patterns``.

    Args:
        data: the file's bytes.
        path: its path, for messages.
        layer: ``generic``, ``language``, ``network``, ``site`` or ``user``.
        shared: the word lists, patterns and templates it may name; those of the cleaner by default.

    Raises:
        PackError: what is not as ``docs/packs.md`` says, all of it.
    """
    pack, cases, faults = read_pack(data, path, layer, shared)
    if faults:
        raise PackError.joined(faults)
    return pack, cases


def read_pack(
    data: bytes, path: str, layer: str, shared: Library | None = None
) -> tuple[Pack, tuple[RuleCases, ...], list[PackError]]:
    """What can be read of a pack file, and all that is wrong with it; see ``parse_pack``.

    Raises:
        PackError: it is no TOML, or of another schema, so that nothing can be read.
    """
    text, raw = read_toml(data, path)
    faults: list[PackError] = []
    top = Table(Lines(path, text), faults, raw)
    if raw.get("schema") != SCHEMA:
        top.wrong(f"schema is {shown(raw.get('schema'))}", f"write schema = {SCHEMA}", "schema")
        raise faults[0]  # what else it says may mean something else
    top.only(TOP_KEYS)
    context = _Context(_name(top, layer), layer, top, shared or library())
    for key in ("title", "source", "license", "note"):
        if key in raw and not isinstance(raw[key], str):
            top.text(key)
    disable = top.texts("disable")
    site, html = _site(context), _html(top)
    for kind in ("rule", "keep"):
        for table in top.tables(kind):
            _add(context, table)
    context.rules += _signatures(context)
    pack = Pack(
        name=context.name,
        title=str(raw.get("title", context.name)),
        source=str(raw.get("source", "")),
        layer=layer,
        sha256="" if faults else _hash(data, context),
        disable=disable,
        site=site,
        html=html,
        rules=tuple(context.rules),
    )
    return pack, tuple(context.cases), faults


def check_patterns(pack: Pack, cases: tuple[RuleCases, ...], data: bytes, path: str) -> None:
    """Compile every regex of a pack (half a millisecond each, so not done when packs are loaded for a run).

    Raises:
        PackError: a regex does not compile, or one that finds what to cut matches an empty line.
    """
    lines = Lines(path, data.decode("utf-8", "replace"))
    starts = {case.rule: case.line for case in cases}
    faults = []
    for rule in pack.rules:
        start = starts.get(rule.id, lines.table("site"))
        for key, pattern in regexes(rule):
            broken = not_a_regex(pattern)
            message, mend = f"{key} is no regular expression: {broken}", "mend the pattern"
            if not broken and key in ("match", "signatures") and re.match(pattern, "", re.IGNORECASE):
                broken = "empty"
                message, mend = f"{key} matches an empty line", "ask for at least one character"
            if broken:
                line = lines.key(key.removeprefix("guard "), start)
                faults.append(PackError(path, line, rule.id, message, mend))
    if faults:
        raise PackError.joined(faults)


def _name(top: Table, layer: str) -> str:
    name = top.text("pack")
    if name and not NAME.fullmatch(name):
        top.wrong(f"pack name {name!r} is not of the form layer/name", 'such as pack = "site/kompas.com"', "pack")
    elif name and not name.startswith(layer + "/"):
        mend = f'its folder makes it "{layer}/…"'
        top.wrong(f"pack name {name!r} does not begin with {layer + '/'!r}", mend, "pack")
    return name


def _html(top: Table) -> Html | None:
    table = top.table("html")
    if table is None:
        return None
    drops = [drop for inner in table.tables("drop") if (drop := _drop(inner)) is not None]
    html = table.struct(Html, beside=("drop",))
    return None if html is None else msgspec.structs.replace(html, drop=tuple(drops))


def _drop(table: Table) -> Drop | None:
    if table.choice("category", CATEGORIES) and table.text("select"):
        return table.struct(Drop)
    return None


def _site(context: _Context) -> Site | None:
    """The site of a pack; the rules that its templates make are added."""
    table = context.top.table("site")
    if table is None:
        return None
    site = table.struct(Site, beside=("templates",))
    at = table.lines.key("templates", table.line)
    uses = table.raw.get("templates", [])
    if not isinstance(uses, list):
        table.wrong(
            f"templates is {shown(uses)}", 'write a list of names: templates = ["id/outlet-first"]', "templates"
        )
        uses = []
    for use in uses:
        _from_template(context, table, use, site.names if site else (), at)
    context.signatures += [(pattern, table) for pattern in (site.signatures if site else ())]
    return site


def _from_template(context: _Context, site: Table, use: Any, names: tuple[str, ...], line: int) -> None:
    """Add the rule or signature that one entry of ``templates`` makes."""
    entry = Table(
        site.lines,
        site.faults,
        {"template": use} if isinstance(use, str) else use,
        line,
        name="templates",
        written=False,
    )
    before = len(entry.faults)
    entry.only(("template", "id", "names"))
    name, names = entry.text("template"), entry.texts("names") or names
    template = context.shared.templates.get(name)
    if name and template is None:
        entry.wrong(f"no template {name!r}", meant(name, context.shared.templates))
    if not names:
        entry.wrong(f"template {name!r} has no names to fill in", 'write names = ["…"]')
    if template is None or len(entry.faults) > before:
        return
    context.used.add(name)
    made = filled(template, names, entry.text("id") if "id" in entry.raw else "")
    table = Table(site.lines, site.faults, made, line, name="rule", written=False)
    if "signature" in made:
        context.signatures.append((table.text("signature"), table))
    else:
        _add(context, table)


def _add(context: _Context, table: Table) -> None:
    """Read a rule or keep rule."""
    before = len(table.faults)
    local = table.raw.get("id")
    if not isinstance(local, str) or not ID.fullmatch(local):
        table.wrong(f"id {shown(local)} is not lower-case words with dashes", 'such as id = "baca-juga"', "id")
        return
    table.rule = f"{context.name}#{local}"
    if any(rule.id == table.rule for rule in context.rules):
        table.wrong("id is used twice", "give each rule an id of its own", "id")
    keep = table.name == "keep"
    table.only(KEEP_KEYS if keep else RULE_KEYS)
    match = _resolved(context, table, table.text("match"), "match")
    category = "other" if keep else table.choice("category", CATEGORIES)
    scope = "line" if keep else table.choice("scope", SCOPES)
    status = table.choice("status", RULE_STATUSES, "active")
    keywords = _keywords(context, table)
    guard = _guard(context, table, scope)
    if match and scope:
        check_anchors(table, context.layer, category, scope, match, keywords)
    for group in _GROUP.findall(match):
        if not _CREDIT.fullmatch(group):
            table.wrong(f"group {group!r} is no credit", "known: author, editor, source, place, cut, host", "match")
    for key, must in (("example", ""), ("counter", "not ")):
        if key not in table.raw or table.raw[key] == []:
            table.wrong(f"no {key}", f'add {key} = ["…"] with a text the rule must {must}cut')
    examples, counters = table.examples("example"), table.examples("counter")
    misses = table.texts("known_miss")
    if len(table.faults) > before:
        return
    anchor, starts, ends = anchor_of(match)
    closed = ends_anchored(match)
    if not keywords and anchor == "end" and not ends and (word := needed_word(match)):
        keywords = (word,)  # else it would be tried on every line
    marks = needed_marks(match) if anchor == "start" else ""
    rule = Rule(
        table.rule, category, scope, match, keywords, guard, status, table.name, anchor, starts, ends, closed, marks
    )
    context.rules.append(rule)
    context.cases.append(RuleCases(table.rule, examples, counters, misses, table.lines.path, table.line))


def _guard(context: _Context, table: Table, scope: str) -> Guard:
    inner = table.table("guard")
    if inner is None:
        return Guard()
    inner.raw = dict(inner.raw)
    for name in GUARD_REGEXES:
        if isinstance(inner.raw.get(name), str):
            inner.raw[name] = _resolved(context, inner, inner.raw[name], name)
    guard = inner.struct(Guard)
    for name, scopes in _FITS.items() if guard is not None and scope else ():
        if getattr(guard, name) not in (None, False) and scope not in scopes:
            table.wrong(f"guard {name} means nothing for scope {scope!r}", f"it is for {', '.join(scopes)}", "guard")
    return guard or Guard()


def _keywords(context: _Context, table: Table) -> tuple[str, ...]:
    found: list[str] = []
    for keyword in table.texts("keywords"):
        try:
            found += context.shared.keywords(keyword, context.used)
        except KeyError as error:
            table.wrong(f"no word list {error.args[0]!r}", meant(error.args[0], context.shared.lists), "keywords")
    return tuple(found)


def _resolved(context: _Context, table: Table, pattern: str, key: str) -> str:
    """A regex with the word lists and patterns it names."""
    try:
        return context.shared.resolve(pattern, context.used)
    except KeyError as error:
        name = error.args[0]
        table.wrong(f"no word list or pattern {name!r}", meant(name, context.shared.patterns), key)
        return ""


def _signatures(context: _Context) -> Iterator[Rule]:
    for number, (written, table) in enumerate(context.signatures, 1):
        pattern = _resolved(context, table, written, "signatures")
        anchor, starts, ends = anchor_of(pattern)
        if pattern and anchor == "any":
            broken = not_a_regex(pattern)
            if broken:
                table.wrong(
                    f"signature {pattern!r} is no regular expression: {broken}", "mend the pattern", "signatures"
                )
            else:
                table.wrong(f"signature {pattern!r} is not anchored", "start it with ^ or end it with $", "signatures")
        if not pattern or anchor == "any":
            continue
        # One that nothing narrows down is looked for in the first lines only.
        guard = Guard() if starts or ends else Guard(first_lines=SIGNATURE_LINES)
        yield Rule(
            f"{context.name}#signature-{number}",
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


def _hash(data: bytes, context: _Context) -> str:
    """The hash of the file, and of what it uses of other files."""
    digest = hashlib.sha256(data)
    for name in sorted(context.used):
        digest.update(b"\0" + name.encode() + b"\0" + context.shared.sources[name])
    return digest.hexdigest()
