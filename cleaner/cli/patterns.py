"""``cleaner patterns``: look at the packs, run their examples, check them."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.findings import report
from cleaner.cli.help import group
from cleaner.cli.options import Command, packs_option, style_option
from cleaner.cli.paging import lines
from cleaner.cli.paging import show as show_pieces
from cleaner.cli.types import Pack, Rule
from cleaner.nearest import meant
from cleaner.terminal import say, say_json

if TYPE_CHECKING:
    from cleaner.packs.schema import Pack as PackOfRules


@group(short_help="List, show, test, check and draft packs.")
def patterns() -> None:
    """List, show, test and check pattern packs.

    \b
    Examples:
      cleaner patterns list
      cleaner patterns show site/kontan.co.id
      cleaner patterns test --packs my-packs
      cleaner patterns lint --packs my-packs
      cleaner patterns fmt --packs my-packs
      cleaner patterns rule P005
      cleaner patterns schema > pack.schema.json
    """


@patterns.command("list", short_help="List all packs in the order they apply.")
@packs_option
@click.option("--rules", is_flag=True, help="Also every rule, with category and scope.")
def list_packs(packs: tuple[Path, ...], rules: bool) -> None:
    """List all packs in the order they apply: number of rules, name, domains.

    \b
    Examples:
      cleaner patterns list
      cleaner patterns list --rules | grep caption
    """
    from cleaner.packs.load import load_packs

    show_pieces(lines(_listed(load_packs(packs), rules)))


def _listed(found: Sequence[PackOfRules], rules: bool) -> Iterator[str]:
    for pack in found:
        own = [rule for rule in pack.rules if rule.kind != "signature"]
        domains = pack.site.domains if pack.site else ()
        shown = ", ".join(domains[:4]) + (f" and {len(domains) - 4} more" if len(domains) > 4 else "")
        yield f"{len(own):>4}  {pack.name:<44} {shown}".rstrip()
        if rules:
            for rule in own:
                kind = "keep" if rule.kind == "keep" else f"{rule.category} {rule.scope}"
                status = "" if rule.status == "active" else f" ({rule.status})"
                yield f"        {rule.id}  {kind}{status}"
    total = sum(rule.kind != "signature" for pack in found for rule in pack.rules)
    yield f"{total:>4}  rules in {len(found)} packs"


@patterns.command(short_help="Show a pack or a rule with its examples.")
@click.argument("name", type=Rule())
@packs_option
def show(name: str, packs: tuple[Path, ...]) -> None:
    """Show a pack (site/kontan.co.id) or a rule (site/kontan.co.id#dateline) with its examples.

    \b
    Examples:
      cleaner patterns show site/kontan.co.id
      cleaner patterns show language/id/related#invitation-line
    """
    from cleaner.model import CleanerError
    from cleaner.packs.load import load_with_cases
    from cleaner.packs.show import pack_lines, rule_lines

    wanted, _, rule_id = name.partition("#")
    known: list[str] = []
    for pack, cases in load_with_cases(packs):
        known.append(pack.name if "/" in wanted else pack.name.partition("/")[2])
        if wanted not in (pack.name, pack.name.partition("/")[2]):
            continue
        if not rule_id:
            show_pieces(lines(pack_lines(pack, cases)))
            return
        for rule in pack.rules:
            if rule.id.partition("#")[2] == rule_id:
                show_pieces(lines(rule_lines(rule, next((c for c in cases if c.rule == rule.id), None))))
                return
        near = meant(
            rule_id,
            [rule.id.partition("#")[2] for rule in pack.rules],
            f"see `cleaner patterns show {pack.name}`",
        )
        raise CleanerError(f"pack {pack.name} has no rule {rule_id!r}; {near}")
    raise CleanerError(f"no pack {wanted!r}; {meant(wanted, known, 'see `cleaner patterns list`')}")


def _names_and_format(command: Command) -> Command:
    for option in reversed(
        [
            click.argument("names", nargs=-1, metavar="[NAME]...", type=Pack()),
            packs_option,
            click.option("--strict", is_flag=True, help="Warnings, too, make the exit status 1."),
            click.option(
                "--warnings/--no-warnings",
                default=None,
                help="Print warnings. Default: only when packs are named or your own; else they are counted.",
            ),
            style_option("text", "json", "github"),
        ]
    ):
        command = option(command)
    return command


@patterns.command(short_help="Run the examples and counter-examples of rules.")
@_names_and_format
def test(names: tuple[str, ...], packs: tuple[Path, ...], strict: bool, warnings: bool | None, style: str) -> int:
    """Run the examples and counter-examples of every rule, or of the packs named.

    With --packs and no NAME only your own packs are tested. Each text is run with its rule alone, then together with
    all rules that would apply.

    \b
    What can be wrong:
      noisy    a counter-example is cut
      missing  an example is not cut, or something else than "out" remains
      blocked  an example is cut by its rule alone, but not when all packs apply
      promote  a known_miss is cut by now: make it an example
      crossed  (warning) a counter-example is cut by a rule of a pack for all documents

    \b
    Examples:
      cleaner patterns test
      cleaner patterns test site/kontan.co.id 'network/*'
      cleaner patterns test --packs my-packs --format json

    Exit status: 0 all as stated, 1 findings, 2 a pack cannot be loaded.
    """
    from cleaner.lint.examples import run_all
    from cleaner.lint.reading import chosen, read_sources, without_broken

    readable, broken = read_sources(packs)
    sources, refused = without_broken(readable)
    broken += refused
    paths = chosen(readable, broken, names, own_only=bool(packs))
    shown = strict or bool(names or packs) if warnings is None else warnings
    findings, totals = run_all(sources, paths)
    closing = (
        f"{totals.packs} packs, {totals.rules} rules, {totals.examples} examples, {totals.counters} counter-examples: "
        + ", ".join(f"{count} {outcome}" for outcome, count in totals.outcomes.items())
    )
    counts = {
        "packs": totals.packs,
        "rules": totals.rules,
        "examples": totals.examples,
        "counters": totals.counters,
        **totals.outcomes,
    }
    broken = [f for f in broken if f.path in paths]
    return report(findings, broken, counts, closing, strict=strict, warnings=shown, style=style)


@patterns.command(short_help="Check packs for unsafe, slow or unclear rules.")
@_names_and_format
@click.option("--fuzz/--no-fuzz", default=True, show_default=True, help="Time every regex on texts made to be slow.")
def lint(
    names: tuple[str, ...], packs: tuple[Path, ...], strict: bool, warnings: bool | None, style: str, fuzz: bool
) -> int:
    """Check packs for rules that are unsafe, slow, unclear or in each other's way; or only the packs named.

    With --packs and no NAME only your own packs are checked. `cleaner patterns rule P005` explains a code.

    \b
    Examples:
      cleaner patterns lint
      cleaner patterns lint --warnings --no-fuzz
      cleaner patterns lint --packs my-packs --strict
      cleaner patterns lint --packs my-packs --format github

    Exit status: 0 no errors, 1 errors (with --strict also warnings), 2 a pack cannot be loaded.
    """
    from cleaner.lint.checks import lint as check
    from cleaner.lint.reading import chosen, read_sources

    sources, broken = read_sources(packs)
    paths = chosen(sources, broken, names, own_only=bool(packs))
    shown = strict or bool(names or packs) if warnings is None else warnings
    findings = check(sources, paths, timed=fuzz)
    broken = [f for f in broken if f.path in paths]
    rules = sum(rule.kind != "signature" for s in sources if s.path in paths for rule in s.pack.rules)
    errors = sum(finding.severity == "error" for finding in findings) + len(broken)
    counts = {"packs": len(paths), "rules": rules, "errors": errors, "warnings": len(findings) + len(broken) - errors}
    closing = ", ".join(f"{count} {what}" for what, count in counts.items())
    return report(findings, broken, counts, closing, strict=strict, warnings=shown, style=style)


@patterns.command("fmt", short_help="Give packs one layout.")
@click.argument("names", nargs=-1, metavar="[NAME]...", type=Pack())
@packs_option
@click.option("--check", is_flag=True, help="Change nothing; say which packs would be changed.")
def format_packs(names: tuple[str, ...], packs: tuple[Path, ...], check: bool) -> int:
    """Give packs one layout: keys in one order and aligned, regexes in single quotes. Comments are kept.

    With --packs and no NAME only your own packs are laid out. What packs say is never changed.

    \b
    Examples:
      cleaner patterns fmt --packs my-packs
      cleaner patterns fmt --check
      cleaner patterns fmt site/kontan.co.id

    Exit status: 0 done, 1 packs would be changed (--check), 2 a pack is no TOML.
    """
    from cleaner.lint.reading import chosen, read_sources
    from cleaner.packs.layout import formatted
    from cleaner.packs.template import template_files

    sources, broken = read_sources(packs)
    paths = sorted(chosen(sources, broken, names, own_only=bool(packs)))
    if not names and not packs:
        paths += map(str, template_files())
    changed = 0
    for path in map(Path, paths):
        text = path.read_text("utf-8")
        made = formatted(text, str(path))
        if made != text:
            changed += 1
            say(str(path))
            if not check:
                path.write_text(made, "utf-8", newline="\n")
    say(f"{changed} of {len(paths)} packs {'would be changed' if check else 'changed'}")
    return int(check and changed > 0)


@patterns.command("rule", short_help="Explain a code of lint or test.")
@click.argument("code", required=False)
@style_option("text", "json")
def explain_code(code: str | None, style: str) -> None:
    """Explain a CODE of `patterns lint` or `test`: what, why, wrong and right, how to mend it. Without CODE: list all.

    \b
    Examples:
      cleaner patterns rule
      cleaner patterns rule P005
      cleaner patterns rule noisy
    """
    from cleaner.lint.codes import code_named, codes, explained

    chosen = codes() if code is None else dict([code_named(code)])
    if style == "json":
        import msgspec

        say_json(msgspec.json.format(msgspec.json.encode(chosen)))
    elif code is None:
        width = max(map(len, chosen))
        for name, one in chosen.items():
            say(f"{name:<{width}}  {one.title}")
    else:
        for name, one in chosen.items():
            say("\n".join(explained(name, one)))


@patterns.command("schema", short_help="Print the JSON Schema of a pack.")
def print_schema() -> None:
    """Print the JSON Schema of a pack, with which an editor completes keys and marks faults while you type.

    \b
    Examples:
      cleaner patterns schema > my-packs/pack.schema.json
    then, as the first line of a pack (Even Better TOML, taplo):
      #:schema ./pack.schema.json
    """
    import json

    from cleaner.packs.json_schema import pack_schema

    say_json(json.dumps(pack_schema(), ensure_ascii=False, indent=2).encode())
