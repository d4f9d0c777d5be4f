"""``cleaner patterns train-body``: makes the model that chooses the body of a page without a pack."""

from __future__ import annotations

from pathlib import Path

import click

from cleaner.cli.help import command
from cleaner.cli.options import file_option, folds_option
from cleaner.terminal import say, tell

_FOLDER = click.Path(exists=True, file_okay=False, path_type=Path)


@command("train-body", short_help="Train the model that chooses the body of a page.")
@click.option("--wcxb", metavar="DIR", type=_FOLDER, help="Checkout of the web content extraction benchmark.")
@click.option(
    "--gold",
    "golds",
    metavar="DIR",
    multiple=True,
    type=_FOLDER,
    help="Folder of labelled pages (gold.jsonl, input.jsonl.gz). Repeatable.",
)
@click.option(
    "--pages",
    metavar="FILE",
    multiple=True,
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="JSONL of pages with their URL; those of sites with a pack are used, what their pack keeps is the body.",
)
@file_option("Write the model to this file (that of the cleaner is patterns/models/body.json).")
@folds_option
@click.option(
    "--report", metavar="FILE", type=click.Path(dir_okay=False, path_type=Path), help="Write that report to a file."
)
@click.option("--seed", default=14, show_default=True, metavar="N", type=click.IntRange(0), help="Chance in training.")
def train_body(
    wcxb: Path | None,
    golds: tuple[Path, ...],
    pages: tuple[Path, ...],
    out: Path | None,
    folds: int,
    report: Path | None,
    seed: int,
) -> int:
    """Train the model that chooses the body of a page that no pack knows.

    The same pages and the same seed give the same file. Needs the extra `train` (LightGBM).

    \b
    Examples:
      cleaner patterns train-body --wcxb wcxb --gold gold --pages news.jsonl.gz -o patterns/models/body.json
      cleaner patterns train-body --wcxb wcxb --gold gold --folds 5 --report body.txt
    """
    from cleaner.html.body_file import as_json
    from cleaner.maintain.body_data import collected
    from cleaner.maintain.body_judging import judged, table
    from cleaner.maintain.body_training import Settings, train

    if wcxb is None and not golds and not pages:
        raise click.UsageError("name pages to learn from: --wcxb, --gold or --pages")
    if out is None and not folds:
        raise click.UsageError("name a file with -o, or ask for a report with --folds")
    if folds == 1:
        raise click.BadParameter("one fold leaves nothing to train on", param_hint="--folds")
    settings = Settings(seed=seed)
    examples = collected(wcxb, golds, pages)
    tell(f"{len(examples):,} pages of {len({one.site for one in examples}):,} sites")
    if folds:
        lines = table(judged(examples, settings, folds, tell))
        for line in lines:
            say(line)
        if report is not None:
            report.write_text("\n".join(lines) + "\n", encoding="utf-8", newline="\n")
    if out is not None:
        data = as_json(train(examples, settings).weights)
        out.parent.mkdir(parents=True, exist_ok=True)
        out.write_bytes(data)
        tell(f"{out}: {len(data):,} bytes")
    return 0
