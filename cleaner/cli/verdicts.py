"""What verdicts are good for: cases of packs, a gate, and other people's labelling tools."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from cleaner.cli.diff import filter_options
from cleaner.cli.help import command, group
from cleaner.cli.options import (
    build_cleaner,
    field_of_run,
    file_option,
    packs_option,
    site_option,
    style_option,
    verdicts_option,
)
from cleaner.cli.paging import write as write_out
from cleaner.cli.review import audit_of_run, text_of_run
from cleaner.model import CleanerError
from cleaner.terminal import say, say_json, tell

if TYPE_CHECKING:
    from cleaner.review.filters import Shown
    from cleaner.review.verdicts import Decision

_FILE = click.Path(exists=True, dir_okay=False, path_type=Path)
_FILES = click.argument("files", metavar="DECISIONS...", nargs=-1, required=True, type=_FILE)
_TOOLS = click.Choice(["label-studio", "doccano"])


@command(short_help="Replay the verdicts of reviewers against the packs.")
@_FILES
@packs_option
@click.option("--all", "every", is_flag=True, help="Tell every verdict, not only those that do not hold.")
@click.option("--strict", is_flag=True, help="Missed clutter that still stands fails, too.")
@style_option("text", "json")
def gate(files: tuple[Path, ...], packs: tuple[Path, ...], every: bool, strict: bool, style: str) -> int:
    """Replay the verdicts of reviewers against the packs of today.

    held: the packs do what the verdict says. broken: they do not: a cut judged right is not made any more, or one
    judged wrong still is. open: missed clutter still stands. apart: the verdict cannot be replayed.

    \b
    Examples:
      cleaner gate decisions.jsonl
      cleaner gate decisions.jsonl --packs my-packs --format json

    Exit status: 0 all hold, 1 some are broken, 2 something cannot be read.
    """
    from cleaner.review import gate as room
    from cleaner.review.verdicts import read_decisions

    decisions, problems = read_decisions(files)
    for problem in problems:
        tell(problem)
    outcomes = list(room.replay(decisions, build_cleaner(packs, (), None)))
    if style == "json":
        import msgspec

        say_json(msgspec.json.format(msgspec.json.encode(room.as_json(outcomes)), indent=1))
    else:
        for line in room.lines(outcomes, every):
            say(line)
    failing = {"broken", "open"} if strict else {"broken"}
    return int(bool(problems) or any(outcome.state in failing for outcome in outcomes))


@command("apply", short_help="Write the verdicts of reviewers into packs.")
@_FILES
@packs_option
@click.option("--write", is_flag=True, help="Change the pack files. Default: print the patch.")
def apply_verdicts(files: tuple[Path, ...], packs: tuple[Path, ...], write: bool) -> int:
    """Write the verdicts of reviewers into packs as cases.

    Wrong cuts become counter-examples, wrong bounds examples, missed clutter known misses. Comments and layout stay. A
    case is the shortest text around the cut that shows it. `cleaner patterns test` then tells which rules to mend.

    \b
    Examples:
      cleaner patterns apply decisions.jsonl
      cleaner patterns apply decisions.jsonl --write && cleaner patterns test

    Exit status: 0 all was turned into cases, 1 some verdicts gave none and are told, 2 something cannot be read.
    """
    from cleaner.review.apply import Applier
    from cleaner.review.verdicts import read_decisions

    decisions, problems = read_decisions(files)
    applier = Applier(packs)
    cases = list(applier.cases(decisions))
    changes = applier.changes(cases)
    for problem in [*problems, *applier.notes]:
        tell(problem)
    for change in changes:
        if write:
            try:
                change.path.write_text(change.after, "utf-8", newline="")
            except OSError as error:
                raise CleanerError(f"{change.path}: cannot write: {error.strerror}") from None
            tell(f"{change.path}: written")
        else:
            write_out(change.patch)
    tell(f"{len(cases)} cases for {len({case.rule for case in cases})} rules in {len(changes)} changed packs")
    return int(bool(problems or applier.notes))


@group(short_help="Exchange verdicts with labelling tools.")
def decisions() -> None:
    """Exchange the verdicts of reviewers with labelling tools.

    \b
    Examples:
      cleaner decisions export out --to doccano --sample 200 -o tasks.jsonl
      cleaner decisions import labelled.jsonl --from doccano --decisions decisions.jsonl
    """


@decisions.command("export", short_help="Write documents with their cuts labelled.")
@click.argument("source", metavar="RUN|DECISIONS")
@click.option("--to", "tool", type=_TOOLS, required=True, help="The tool that is to read them.")
@file_option("The file to write.", required=True)
@filter_options
@site_option("Of this site.")
@audit_of_run
@text_of_run
def export_labels(
    source: str,
    tool: str,
    out: Path,
    sample: int | None,
    seed: int,
    site: str | None,
    audit_file: Path | None,
    text_field: str,
    **others: Any,
) -> None:
    """Write documents of a run with their cuts labelled, or the texts of a file of verdicts, for a labelling tool.

    Each cut is a span labelled with its category. Leave what is right, delete what is wrong, move bounds, mark what was
    missed, and bring the export back with `cleaner decisions import`.

    \b
    Examples:
      cleaner decisions export out --to label-studio --rule 'language/id/tags#*' --sample 100 -o tasks.jsonl
      cleaner decisions export decisions.jsonl --to doccano -o decided.jsonl
    """
    from cleaner.batch.sinks import FileSink
    from cleaner.review import labels
    from cleaner.review.runs import is_run

    if audit_file is not None or is_run(source) or not Path(source).is_file():
        texts = labels.of_documents(_documents(source, audit_file, text_field, (sample, seed, site), others))
    else:
        texts = labels.of_decisions(_read([Path(source)]))
    sink = FileSink(out)
    stream = sink.open()
    count = 0
    for count, one in enumerate(texts, 1):
        stream.write(labels.line(one, tool, count))
    sink.commit()
    tell(f"{out}: {count:,} texts")
    if tool == "label-studio":
        tell(f"labelling configuration: {labels.CONFIG}")


def _documents(
    place: str,
    audit_file: Path | None,
    text_field: str,
    chosen: tuple[int | None, int, str | None],
    others: dict[str, Any],
) -> Iterable[Shown]:
    from cleaner.cli.diff import filter_of
    from cleaner.review.filters import sampled
    from cleaner.review.runs import open_run
    from cleaner.review.showing import of_run

    sample, seed, site = chosen
    problems: list[str] = []
    found = of_run(open_run(place, audit_file, field_of_run(place, text_field)), filter_of(site, others), problems)
    yield from sampled(found, sample, seed) if sample is not None else found
    for problem in problems[:5]:
        tell(problem)


def _read(files: Sequence[Path]) -> list[Decision]:
    from cleaner.review.verdicts import read_decisions

    found, problems = read_decisions(files)
    for problem in problems:
        tell(problem)
    return found


@decisions.command("import", short_help="Append the verdicts of a labelling tool.")
@click.argument("labelled", metavar="FILE", type=_FILE)
@click.option("--from", "tool", type=_TOOLS, required=True, help="The tool that wrote FILE.")
@verdicts_option("File that the verdicts are appended to.", "file")
@click.option("--reviewer", metavar="NAME", default="", help="Who labelled. Default: what the tool tells.")
def import_labels(labelled: Path, tool: str, file: Path, reviewer: str) -> None:
    """Append the verdicts that a labelling tool's export holds to a file of decisions.

    FILE is JSONL or a JSON list, of texts that `cleaner decisions export` has written.

    \b
    Examples:
      cleaner decisions import project-1.json --from label-studio --decisions decisions.jsonl
    """
    from collections import Counter

    from cleaner.review import labels
    from cleaner.review.verdicts import DecisionFile

    texts = list(labels.read(labelled.read_bytes(), tool, str(labelled)))  # all are sound before the first is written
    target = DecisionFile(file)
    totals: Counter[str] = Counter()
    for one in texts:
        for decision in labels.decisions_of(one, reviewer):
            target.append(decision)
            totals[decision.verdict] += 1
    told = ", ".join(f"{count:,} {verdict}" for verdict, count in sorted(totals.items()))
    tell(f"{file}: {totals.total():,} verdicts of {len(texts):,} texts" + (f": {told}" if told else ""))
