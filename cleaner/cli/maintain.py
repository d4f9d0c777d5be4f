"""``cleaner patterns new``, ``mine`` and ``stats``: the tools of whoever maintains packs."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.help import command
from cleaner.cli.options import (
    build_cleaner,
    field_options,
    file_option,
    format_option,
    named_fields,
    packs_option,
    site_option,
    style_option,
)
from cleaner.cli.paging import lines, show
from cleaner.terminal import say, say_json, tell

if TYPE_CHECKING:
    from cleaner.maintain.statistics import Precision

_CORPUS = click.argument("corpus", metavar="CORPUS...", nargs=-1, required=True, type=click.Path(allow_dash=True))
_FORMAT = format_option("--input-format")
_STYLE = style_option("table", "json")


@command(short_help="Find what recurs in a corpus and no rule cuts.")
@_CORPUS
@click.option(
    "--min-docs",
    default=10,
    show_default=True,
    metavar="N",
    type=click.IntRange(2),
    help="Documents that have it uncut, at least.",
)
@click.option("--top", default=40, show_default=True, metavar="N", type=click.IntRange(1), help="So many are told.")
@click.option("--covered", is_flag=True, help="Also those that rules already cut.")
@site_option("Only documents of this site (by URL or signature).", "only")
@click.option("--samples", default=0, metavar="N", type=click.IntRange(0), help="Show so many lines with each.")
@click.option(
    "--memory", default="1GB", show_default=True, metavar="SIZE", help="What counting may hold; more goes to disk."
)
@file_option("Write candidate rules to this pack, for a person to accept.")
@_STYLE
@packs_option
@_FORMAT
@field_options
def mine(
    corpus: tuple[str, ...],
    min_docs: int,
    top: int,
    covered: bool,
    only: str | None,
    samples: int,
    memory: str,
    out: Path | None,
    style: str,
    packs: tuple[Path, ...],
    kind: str | None,
    **fields: str,
) -> int:
    """Find lines, line starts and line ends that recur in a corpus and that no rule cuts.

    Numbers, dates, names and addresses are put aside, so that variants count as one; text that has lost its line
    breaks is taken apart at sentence ends. Ranked by documents, by sites, and by how unlike prose they are. "uncut"
    counts the documents in which the rules at hand do not cut it. Needs the extra `mine` (DuckDB).

    \b
    Examples:
      cleaner patterns mine news.jsonl.gz
      cleaner patterns mine news.jsonl --site kontan.co.id --min-docs 5 --samples 2
      cleaner patterns mine news.jsonl -o candidates.toml
    """
    import json

    from cleaner.maintain import mining
    from cleaner.maintain.reading import read

    cleaner = build_cleaner(packs, (), None)
    found = mining.mine(
        read(corpus, kind, cleaner, named_fields(**fields), tell, only),
        min_docs=min_docs,
        top=top,
        covered=covered,
        memory=memory,
    )
    if style == "json":
        say_json(json.dumps(mining.as_json(found), ensure_ascii=False, indent=1).encode())
    else:
        show(lines(mining.table(found, samples)))
    if out is not None:
        made, without = mining.drafts(found.found)
        if not made:
            tell("no candidate rule holds on its own examples: nothing written")
            return 1
        mining.write_pack(out, made, found)
        tell(f"{len(made)} candidate rules written to {out}, on trial; {len(without)} keys got none")
    return 0


@command(short_help="Draft a pack from a few texts or pages.")
@click.argument("site")
@click.option(
    "--from",
    "given",
    metavar="FILE",
    multiple=True,
    required=True,
    type=click.Path(),
    help="A saved text or page of the site, or records with them. Repeatable; more may follow as FILE...",
)
@click.argument("more", metavar="[FILE]...", nargs=-1, type=click.Path())
@file_option("Where the pack goes. Default: standard output.")
@click.option(
    "--layer",
    type=click.Choice(["user", "site"]),
    default="user",
    show_default=True,
    help="user: for a folder given with --packs. site: for patterns/site of the cleaner itself.",
)
@click.option("--force", is_flag=True, help="Write over a file that is there.")
@packs_option
@_FORMAT
@field_options
def new(
    site: str,
    given: tuple[str, ...],
    more: tuple[str, ...],
    out: Path | None,
    layer: str,
    force: bool,
    packs: tuple[Path, ...],
    kind: str | None,
    **fields: str,
) -> int:
    """Draft a pack for SITE (its host, such as contohnews.id) from a few of its texts or pages.

    Selectors are what holds the body that the generic extractor chooses, on all pages given. Rules are for lines, line
    starts and line ends that recur in the texts and that no rule at hand cuts; they are on trial until you say
    otherwise. Edit the draft: docs/add-a-site.md walks through it.

    \b
    Examples:
      cleaner patterns new contohnews.id --from a.html b.html c.html -o my-packs/contohnews.id.toml
      cleaner patterns new contohnews.id --from records.jsonl --text-field body
    """
    from cleaner.maintain import skeleton
    from cleaner.model import CleanerError
    from cleaner.packs.write import checked, write_checked

    name = skeleton.check_site(site)
    if out is not None and out.exists() and not force:
        raise CleanerError(f"{out}: is there already; choose another file, or write over it with --force")
    documents = skeleton.read_given((*given, *more), kind, named_fields(**fields))
    cleaner = build_cleaner(packs, (), None)
    drafted = skeleton.draft_pack(name, layer, documents, cleaner)
    lines = list(skeleton.pack_lines(drafted))
    if out is None:
        say(checked(lines, "standard output", layer).decode().removesuffix("\n"))
        return 0
    write_checked(out, lines, layer)
    tell(f"{out}: {len(drafted.drafts)} rules from {len(documents)} documents; edit it, then try it:")
    tell(f"  cleaner patterns test --packs {out.parent}")
    return 0


@command(short_help="Tell what each rule does on a corpus.")
@click.argument("corpus", metavar="[CORPUS]...", nargs=-1, type=click.Path(allow_dash=True))
@click.option(
    "--audit",
    "audits",
    metavar="AUDIT",
    multiple=True,
    type=click.Path(exists=True, path_type=Path),
    help="Count this audit file, or output folder, of a run instead. Repeatable. Shadowed rules are not known then.",
)
@click.option(
    "--decisions",
    "decided",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="Verdicts of `cleaner review`: tells the precision of each rule. Repeatable.",
)
@click.option(
    "--top", default=40, show_default=True, metavar="N", type=click.IntRange(1), help="So many rules are told."
)
@_STYLE
@packs_option
@_FORMAT
@field_options
def stats(
    corpus: tuple[str, ...],
    audits: tuple[Path, ...],
    decided: tuple[Path, ...],
    top: int,
    style: str,
    packs: tuple[Path, ...],
    kind: str | None,
    **fields: str,
) -> int:
    """Tell what each rule does on a corpus: hits, documents, sites, characters, withheld cuts.

    "dead" rules found nothing in documents they applied to. "shadowed" rules wanted to cut something, but all of it was
    cut by another rule, which owns it in the audit. Packs of sites that the corpus lacks are not reached, not dead.

    \b
    Examples:
      cleaner patterns stats news.jsonl.gz
      cleaner patterns stats news.jsonl --packs my-packs --format json
      cleaner patterns stats --audit out --decisions decisions.jsonl
    """
    import json

    from cleaner.maintain import statistics
    from cleaner.packs.load import load_packs

    if bool(corpus) == bool(audits):
        raise click.UsageError("name a CORPUS, or audits of a run with --audit")
    counts = statistics.Stats(load_packs(packs))
    if audits:
        from cleaner.batch.pairs import audit_of, records_of

        for path in audits:
            statistics.over_records(counts, records_of(audit_of(path, None if path.is_dir() else path)))
    else:
        from cleaner.maintain.reading import read

        for doc in read(corpus, kind, build_cleaner(packs, (), None), named_fields(**fields), tell):
            counts.add_doc(doc)
    precision = _precision(decided)
    if style == "json":
        found = statistics.as_json(counts, claims=bool(corpus), precision=precision)
        say_json(json.dumps(found, ensure_ascii=False, indent=1).encode())
    else:
        show(lines(statistics.table(counts, top, claims=bool(corpus), precision=precision)))
    return 0


def _precision(files: Sequence[Path]) -> dict[str, Precision]:
    """The precision of each rule that the verdicts in these files tell of."""
    from cleaner.maintain.statistics import Precision
    from cleaner.review.verdicts import estimates, read_decisions

    decisions, problems = read_decisions(files)
    for problem in problems:
        tell(problem)
    return {rule: Precision(e.right, e.judged, *e.interval) for rule, e in estimates(decisions).items()}
