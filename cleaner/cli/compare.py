"""``cleaner compare``: what two runs, or two sets of packs, cut differently."""

from __future__ import annotations

import sys
from collections import deque
from collections.abc import Iterator
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from cleaner.cli.help import command
from cleaner.cli.options import field_of_run, format_option, reading_options, style_option
from cleaner.terminal import say, say_json, tell

if TYPE_CHECKING:
    from cleaner.batch.document import Options
    from cleaner.review.compare import Comparison, Difference

_KINDS = ("new", "lost", "moved", "owner", "status", "only-a", "only-b")
_PACKS = click.Path(file_okay=False, path_type=Path)


@command(short_help="Tell what two runs, or two sets of packs, cut differently.")
@click.argument("inputs", metavar="RUN_A RUN_B | INPUT...", nargs=-1, required=True)
@click.option("--packs-a", metavar="DIR", type=_PACKS, help="Compare packs over INPUT: those of the first run.")
@click.option("--packs-b", metavar="DIR", type=_PACKS, help="Those of the second. Default of both: the built-in packs.")
@click.option(
    "--fail-on",
    metavar="KINDS",
    default=",".join(_KINDS),
    show_default=True,
    help="Exit status 1 for these kinds of difference only.",
)
@style_option("table", "json", "html")
@click.option(
    "--examples",
    metavar="N",
    default=3,
    show_default=True,
    type=click.IntRange(0),
    help="Of each kind and rule, in the table.",
)
@click.option(
    "--most",
    metavar="N",
    default=5000,
    show_default=True,
    type=click.IntRange(0),
    help="Differences told at most; all are counted.",
)
@reading_options
@format_option("--input-format")
def compare(
    inputs: tuple[str, ...],
    packs_a: Path | None,
    packs_b: Path | None,
    fail_on: str,
    style: str,
    examples: int,
    most: int,
    options: Options,
    kind: str | None,
) -> int:
    """Compare two finished runs over the same documents, or two folders of packs over the same inputs.

    Documents are matched by id and raw text, whatever their order. new: cut in the second run only; lost: in the first
    only; moved: with other bounds; owner: same bounds, another rule or category; status: another status or other flags;
    only-a, only-b: a document of one run. A folder of packs is one of your own packs, or a whole set in folders named
    generic, language, network and site.

    \b
    Examples:
      cleaner compare out-before out
      cleaner compare out-before out --fail-on lost,moved
      cleaner compare --packs-b my-packs articles/ --format html > changes.html
      cleaner compare --packs-a before/patterns --packs-b patterns news.jsonl.gz

    Exit status: 0 no difference, 1 differences, 2 something cannot be read.
    """
    from cleaner.review.compare import Comparison

    wanted = _kinds(fail_on)
    comparison = Comparison()
    failed: list[str] = []
    if packs_a is not None or packs_b is not None:
        from cleaner.review.two_packs import of_packs

        def problem(message: str) -> None:
            failed.append(message)
            tell(message)

        found = of_packs(inputs, kind, options, (packs_a, packs_b), comparison, problem)
        title = f"Packs {packs_a or 'built in'} and {packs_b or 'built in'}"
    else:
        found = _of_runs(inputs, options.fields.text, comparison)
        title = f"Runs {inputs[0]} and {inputs[-1]}"
    told = list(islice(found, most))
    deque(found, maxlen=0)  # the rest is counted
    _write(style, title, comparison, told, examples)
    if failed and not comparison.documents:
        return 2
    return int(comparison.fails(wanted) or bool(failed))


def _kinds(names: str) -> list[str]:
    wanted = [name.strip() for name in names.split(",") if name.strip()]
    unknown = set(wanted) - set(_KINDS)
    if unknown:
        raise click.BadParameter(f"{sorted(unknown)[0]!r}; there are {', '.join(_KINDS)}", param_hint="--fail-on")
    return wanted


def _of_runs(inputs: tuple[str, ...], text_field: str, comparison: Comparison) -> Iterator[Difference]:
    from cleaner.review.compare import of_runs
    from cleaner.review.index import open_index
    from cleaner.review.runs import open_run

    if len(inputs) != 2:
        raise click.UsageError("name two runs, or folders of packs with --packs-a and --packs-b")
    a, b = (open_index(open_run(place, text_field=field_of_run(place, text_field)), told=tell) for place in inputs)
    for index in (a, b):
        for warning in index.warnings:
            tell(warning)
    return of_runs(a, b, comparison)


def _write(style: str, title: str, comparison: Comparison, told: list[Difference], examples: int) -> None:
    import msgspec

    from cleaner.review import compare as room

    if style == "json":
        say_json(msgspec.json.format(msgspec.json.encode(room.as_json(comparison, told)), indent=1))
    elif style == "html":
        from cleaner.review.render import alone, environment

        template = environment().get_template("compare.html")
        more = comparison.kinds.total() - len(told)
        values = {"comparison": comparison, "found": told, "title": title, "more": more}
        names = {"kinds": room.KINDS, "cut_kinds": room.CUT_KINDS}
        for piece in template.generate(**values, **names, **alone("")):
            sys.stdout.buffer.write(piece.encode())
        sys.stdout.buffer.flush()
    else:
        for line in room.lines(comparison, told, examples):
            say(line)
