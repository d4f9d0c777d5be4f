"""``cleaner patterns``: look at the packs, run their examples, check them."""

from __future__ import annotations

from pathlib import Path

import click

from cleaner.cli.options import packs_option


@click.group()
def patterns() -> None:
    """List, show, test and check pattern packs.

    \b
    Examples:
      cleaner patterns list
      cleaner patterns show site/kontan.co.id
      cleaner patterns test --packs my-packs
      cleaner patterns lint --packs my-packs
    """


@patterns.command("list")
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

    found = load_packs(packs)
    for pack in found:
        own = [rule for rule in pack.rules if rule.kind != "signature"]
        domains = pack.site.domains if pack.site else ()
        shown = ", ".join(domains[:4]) + (f" and {len(domains) - 4} more" if len(domains) > 4 else "")
        click.echo(f"{len(own):>4}  {pack.name:<44} {shown}".rstrip())
        if rules:
            for rule in own:
                kind = "keep" if rule.kind == "keep" else f"{rule.category} {rule.scope}"
                status = "" if rule.status == "active" else f" ({rule.status})"
                click.echo(f"        {rule.id}  {kind}{status}")
    total = sum(rule.kind != "signature" for pack in found for rule in pack.rules)
    click.echo(f"{total:>4}  rules in {len(found)} packs")


@patterns.command()
@click.argument("name")
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
    for pack, cases in load_with_cases(packs):
        if wanted not in (pack.name, pack.name.partition("/")[2]):
            continue
        if not rule_id:
            click.echo("\n".join(pack_lines(pack, cases)))
            return
        for rule in pack.rules:
            if rule.id.partition("#")[2] == rule_id:
                click.echo("\n".join(rule_lines(rule, next((c for c in cases if c.rule == rule.id), None))))
                return
        raise CleanerError(f"pack {pack.name} has no rule {rule_id!r}; see `cleaner patterns show {pack.name}`")
    raise CleanerError(f"no pack {wanted!r}; see `cleaner patterns list`")
