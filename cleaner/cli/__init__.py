"""The command line: ``cleaner``. Commands only parse and print; what they do lives in the rooms below."""

from __future__ import annotations

import io
import os
import signal
import sys
from pathlib import Path
from types import FrameType

import click

from cleaner import __version__
from cleaner.cli.audit import audit, restore
from cleaner.cli.clean import clean
from cleaner.cli.compare import compare
from cleaner.cli.config import config
from cleaner.cli.diff import diff
from cleaner.cli.export import export as _export  # noqa: F401  adds itself to ``audit``
from cleaner.cli.fixture import fixture
from cleaner.cli.help import group
from cleaner.cli.learn import learn
from cleaner.cli.maintain import mine, new, stats
from cleaner.cli.patterns import patterns
from cleaner.cli.report import report
from cleaner.cli.review import review
from cleaner.cli.show import explain
from cleaner.cli.train import train_title_end
from cleaner.cli.train_body import train_body
from cleaner.cli.verdicts import apply_verdicts, decisions, gate
from cleaner.terminal import say, tell

#: The names of the command; the second is for machines where another program is called ``cleaner``.
_NAMES = ("cleaner", "berita-cleaner")
_INTERRUPTED, _TERMINATED, _CLOSED_PIPE = 130, 143, 141  # what a shell reports for these signals


_SECTIONS = {
    "Clean": ("clean", "restore"),
    "Look": ("diff", "explain", "audit", "report", "compare"),
    "Judge": ("review", "decisions", "gate"),
    "Packs": ("patterns", "fixture"),
    "Setup": ("config",),
}


@group(context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100}, sections=_SECTIONS)
@click.version_option(__version__, prog_name="cleaner")
def cli() -> None:
    """Strip boilerplate from online news, Indonesian first, and record every cut.

    The clean text is the raw text with spans cut out, nothing rewritten; the audit holds every span, so that
    `cleaner restore` gives the raw text back exactly.

    \b
    Examples:
      cleaner clean articles/ -o out               a folder of texts and pages
      zcat a.jsonl.gz | cleaner clean - > b.jsonl  a pipe
      cleaner diff article.txt                     look first: what would go, and why
      cleaner explain article.txt                  line by line
      cleaner clean --help                         all options of a command

    \b
    Exit status:
      0  all well      1  some records failed, or a check found problems
      2  nothing could run (wrong options, no readable input, output not writable)
    """


for each in (clean, diff, explain, review, compare, report, gate, decisions, restore, audit, patterns, fixture, config):
    cli.add_command(each)
for each in (new, mine, learn, stats, train_title_end, apply_verdicts, train_body):
    patterns.add_command(each)


def main(args: list[str] | None = None) -> None:
    """Run the command line and exit with its status."""
    signal.signal(signal.SIGTERM, _terminate)
    try:
        try:
            status = _run(args)
        finally:
            sys.stdout.flush()
    except BrokenPipeError:
        # Who reads the output has seen enough: end as quietly as other filters do.
        status = _CLOSED_PIPE
        _close_output()
    except OSError as error:
        place = f"{os.fsdecode(error.filename)}: " if error.filename else ""
        tell(f"{place}cannot write the output: {error.strerror or error}")
        status = 2
        _close_output()
    sys.exit(status)


def _completion(name: str) -> int | None:
    """What a shell asks for that completes a command line; ``None`` when none asks."""
    variable = f"_{name.replace('-', '_').upper()}_COMPLETE"
    instruction = os.environ.get(variable)
    if not instruction:
        return None
    from click.shell_completion import shell_complete

    return shell_complete(cli, {}, name, variable, instruction)


def _program() -> str:
    """The name that the program was called by: ``cleaner``, or ``berita-cleaner``."""
    name = Path(sys.argv[0]).stem
    return name if name in _NAMES else _NAMES[0]


def _close_output() -> None:
    """Whatever is still in the buffer has nowhere to go."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _run(args: list[str] | None) -> int:
    from cleaner.model import CleanerError

    try:
        name = _program()
        completed = _completion(name) if args is None else None
        if completed is not None:
            return completed
        # Not ``cli.main``: that would take a closed pipe for an error of its own.
        with cli.make_context(name, list(sys.argv[1:] if args is None else args)) as context:
            status = cli.invoke(context)
        return status if isinstance(status, int) else 0
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        shown = io.StringIO()
        error.show(shown)
        say(shown.getvalue().removesuffix("\n"), err=True)
        return 2
    except (click.Abort, KeyboardInterrupt) as stopped:
        tell(str(stopped) or "interrupted")
        return _INTERRUPTED
    except CleanerError as error:
        tell(str(error))
        return 2
    except MemoryError:
        tell("out of memory")
        return 2


def _terminate(number: int, frame: FrameType | None) -> None:
    sys.exit(_TERMINATED)
