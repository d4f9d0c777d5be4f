"""``cleaner patterns learn``: a corpus teaches its own packs."""

from __future__ import annotations

from pathlib import Path

import click

from cleaner.cli.help import command
from cleaner.cli.maintain import _CORPUS, _FORMAT, _STYLE
from cleaner.cli.options import build_cleaner, field_options, named_fields, packs_option, site_option
from cleaner.terminal import say, say_json, tell


@command(short_help="Make packs of what recurs on each site of a corpus.")
@_CORPUS
@click.option(
    "-o",
    "--output",
    "out",
    metavar="FOLDER",
    type=click.Path(file_okay=False, path_type=Path),
    help="Write a pack for each site into this folder. Default: only tell.",
)
@click.option("--accept", is_flag=True, help="Rules that are beyond doubt are active; the others stay on trial.")
@click.option("--all", "everything", is_flag=True, help="With --accept: those that a person should look at, too.")
@click.option("--force", is_flag=True, help="Write into a folder that holds packs.")
@site_option("Only documents of this site (by URL or signature).", "only")
@_STYLE
@packs_option
@_FORMAT
@field_options
def learn(
    corpus: tuple[str, ...],
    out: Path | None,
    accept: bool,
    everything: bool,
    force: bool,
    only: str | None,
    style: str,
    packs: tuple[Path, ...],
    kind: str | None,
    **fields: str,
) -> int:
    """Learn packs from a corpus: what recurs on a site, uncut, and is no prose, becomes rules of that site.

    Rules are on trial, cut nothing, and the audit tells what they would cut. With --accept those beyond doubt are
    active. Documents need a URL, or a signature that tells their site.

    \b
    Examples:
      cleaner patterns learn news.jsonl.gz
      cleaner patterns learn news.jsonl.gz -o my-packs --accept
      cleaner clean news.jsonl.gz --packs my-packs -o out
    """
    import json

    from cleaner.maintain import learn as learning
    from cleaner.maintain.learn_rules import write_packs
    from cleaner.maintain.reading import read
    from cleaner.model import CleanerError

    if everything and not accept:
        raise click.UsageError("--all says what --accept takes: give both")
    if out is not None and not force and any(out.glob("*.toml")):
        raise CleanerError(f"{out}: holds packs already; choose another folder, or write into it with --force")
    cleaner = build_cleaner(packs, (), None)
    found = learning.learn(
        read(corpus, kind, cleaner, named_fields(**fields), tell, only), accept=accept, everything=everything
    )
    if style == "json":
        say_json(json.dumps(learning.as_json(found), ensure_ascii=False, indent=1).encode())
    else:
        for line in learning.table(found):
            say(line)
    if out is not None:
        active = sum(rule.draft.status == "active" for rule in found.rules)
        written = write_packs(out, found.rules, found.documents, found.networks)
        tell(f"{out}: {len(written)} packs, {active} rules active, {len(found.rules) - active} on trial")
    return 0
