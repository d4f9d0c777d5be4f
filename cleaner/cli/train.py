"""``cleaner patterns train-title-end``: makes the model that ends inline titles."""

from __future__ import annotations

from pathlib import Path

import click

from cleaner.cli.help import command
from cleaner.cli.maintain import _CORPUS, _FORMAT
from cleaner.cli.options import field_options, file_option, folds_option, named_fields, packs_option
from cleaner.terminal import tell


@command("train-title-end", short_help="Train the model that ends inline titles.")
@_CORPUS
@file_option("Write the model to this file (that of the cleaner is patterns/models/title-end.v1.bin).")
@folds_option
@click.option("--seed", default=1, show_default=True, metavar="N", help="Chance with which titles are put elsewhere.")
@packs_option
@_FORMAT
@field_options
def train_title_end(
    corpus: tuple[str, ...],
    out: Path | None,
    folds: int,
    seed: int,
    packs: tuple[Path, ...],
    kind: str | None,
    **fields: str,
) -> int:
    """Train the model that tells where the title behind an inline invitation ends.

    Any corpus will do in which invitations ("Baca juga: …") stand on lines of their own, also as items of a printed
    list: there the end is known. The same corpus and seed give the same file. Needs the extra `train` (NumPy, SciPy).

    \b
    Examples:
      cleaner patterns train-title-end news.jsonl.gz -o patterns/models/title-end.v1.bin
      cleaner patterns train-title-end news.jsonl.gz pages.jsonl.gz --folds 5
    """
    from cleaner.maintain import title_training as training
    from cleaner.maintain.reading import items
    from cleaner.packs.words import words_of_all

    if out is None and not folds:
        raise click.UsageError("name a file with -o, or ask for a report with --folds")
    if folds == 1:
        raise click.BadParameter("one fold leaves nothing to train on", param_hint="--folds")
    options = training.Options(seed=seed)
    small = frozenset(words_of_all("headline-small"))
    material = training.collect(
        items(corpus, kind, named_fields(**fields)), training.cleaner_for_training(packs), options, tell
    )
    tell(
        f"{len(material.examples):,} invitations of {len({one.site for one in material.examples})} sites, "
        f"{len(material.links):,} linked titles, {len(material.lenders):,} texts that lend sentences"
    )
    if folds:
        for line in training.report(training.judged(material, small, folds, tell)):
            click.echo(line)
    if out is not None:
        data = training.train(material, small)
        out.write_bytes(data)
        tell(f"{out}: {len(data):,} bytes")
    return 0
