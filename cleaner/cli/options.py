"""Options that several commands share."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from functools import wraps
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

import click
from click.core import ParameterSource

from cleaner.cli.types import Categories, Site, flat
from cleaner.model import CATEGORIES, EXTRACTORS, Extractor

if TYPE_CHECKING:
    from cleaner.batch.document import Options
    from cleaner.batch.sources import Found
    from cleaner.core import Cleaner
    from cleaner.fields import Fields

Command = TypeVar("Command", bound=Callable[..., Any])

INPUT_FORMATS = ("text", "html", "jsonl", "json", "csv", "tsv", "parquet", "warc")
OUTPUT_FORMATS = ("text", "jsonl", "json", "csv", "tsv", "parquet")


def site_option(help: str, name: str = "site") -> Callable[[Command], Command]:
    """The name of a site, under ``--site``."""
    return click.option("--site", name, metavar="NAME", type=Site(), help=help)


packs_option = click.option(
    "--packs",
    metavar="DIR",
    multiple=True,
    type=click.Path(exists=True, file_okay=False, path_type=Path),
    help="Folder of your own packs; they come last and win. Repeatable.",
)
colour_option = click.option(
    "--color/--no-color", "colour", default=None, help="Colour or plain; by default colour on a terminal."
)
audit_option = click.option(
    "--audit",
    "audit_file",
    metavar="FILE",
    type=click.Path(exists=True, dir_okay=False, path_type=Path),
    help="The audit of the run. Default: the audit.jsonl of the output folder.",
)
limit_option = click.option("--limit", metavar="N", type=click.IntRange(1), help="Only the first so many documents.")
url_option = click.option("--url", metavar="URL", help="The URL of the one text or page, which picks the site's pack.")
sample_option = click.option(
    "--sample", metavar="N", type=click.IntRange(1), help="Only so many documents, drawn at random."
)
seed_option = click.option(
    "--seed", metavar="N", type=int, default=0, show_default=True, help="Another number draws another sample."
)
_STYLES = {
    "table": "a table for people",
    "text": "lines for people",
    "html": "a page of its own",
    "json": "JSON for programs",
    "github": "annotations that GitHub shows beside the lines of a change",
}


def file_option(help: str, *, required: bool = False) -> Callable[[Command], Command]:
    """The one file that a command writes, ``-o``."""
    return click.option(
        "-o",
        "--output",
        "out",
        metavar="FILE",
        required=required,
        type=click.Path(dir_okay=False, path_type=Path),
        help=help,
    )


folds_option = click.option(
    "--folds",
    default=0,
    metavar="N",
    type=click.IntRange(0),
    help="Tell how good it is on sites it has not seen: train N times, each time without the sites of one fold.",
)


def verdicts_option(help: str, name: str = "decisions") -> Callable[[Command], Command]:
    """The file that verdicts are appended to, under ``--decisions``."""
    return click.option(
        "--decisions",
        name,
        metavar="FILE",
        default="decisions.jsonl",
        show_default=True,
        type=click.Path(dir_okay=False, path_type=Path),
        help=help,
    )


def style_option(*styles: str) -> Callable[[Command], Command]:
    """The form in which a command tells its findings, ``--format``; the first one is the default."""
    return click.option(
        "--format",
        "style",
        metavar="FORM",
        type=click.Choice(styles),
        default=styles[0],
        show_default=True,
        help="; ".join(f"{style}: {_STYLES[style]}" for style in styles) + ".",
    )


text_field_option = click.option("--text-field", default="text", show_default=True, help="JSONL field with the text.")


def cleaning_options(command: Command) -> Command:
    """What decides the result: packs, categories to keep, the site."""
    for option in reversed(
        [
            click.option(
                "--keep",
                metavar="CATEGORY",
                multiple=True,
                type=Categories(),
                callback=flat,
                help=f"Leave these kinds of clutter in the text: {', '.join(CATEGORIES)}. Repeatable, or with commas.",
            ),
            packs_option,
            site_option("The site of all documents, such as kompas.com."),
            click.option(
                "--extractor",
                type=click.Choice(EXTRACTORS),
                default="model",
                show_default=True,
                help="Who chooses the body of a page that no pack knows.",
            ),
        ]
    ):
        command = option(command)
    return command


def check_url(found: Found, url: str | None) -> None:
    """Refuse one URL for more than one document.

    Raises:
        UsageError: the inputs are not one text or page.
    """
    if url and not (len(found.sources) == 1 and found.sources[0].kind.format.document):
        raise click.UsageError("--url is for one text or page; records have a field for it: --url-field")


def reading_options(command: Command) -> Command:
    """How documents are read; they reach the command as one ``options`` value."""

    @wraps(command)
    def with_options(*args: Any, **kwargs: Any) -> Any:
        from cleaner.batch.document import Options as Read
        from cleaner.fields import Fields

        fields = Fields(**{role: kwargs.pop(f"{role}_field") for role in Fields.__struct_fields__})
        if not fields.text:
            raise click.BadParameter("needs a name", param_hint="--text-field")
        options = Read(
            fields,
            kwargs.get("site"),
            kwargs.pop("keep_html", False),
            kwargs.pop("detail", "blocks"),
            kwargs.pop("url", None),
        )
        return command(*args, options=options, **kwargs)

    described = {
        "id": "Field or column with the document's id, of any type.",
        "url": "Field or column with its URL, which picks the site's pack.",
        "text": "Field or column with its text.",
        "html": "Field or column with its page, which is cleaned instead of a text; '' turns this off.",
        "title": "Field or column for the title of a page, where the record has none.",
        "date": "Field or column with its publication date, kept in the audit.",
    }
    decorated: Any = with_options
    for role, what in reversed(described.items()):
        option = click.option(f"--{role}-field", metavar="NAME", default=role, show_default=True, help=what)
        decorated = option(decorated)
    result: Command = decorated
    return result


def field_options(command: Command) -> Command:
    """The fields of a document that packs are drafted from; they reach the command under their own names."""
    for role, what in (("html", "page"), ("text", "text"), ("url", "URL"), ("id", "id")):
        option = click.option(
            f"--{role}-field", metavar="NAME", default=role, show_default=True, help=f"Field or column with its {what}."
        )
        command = option(command)
    return command


def named_fields(id_field: str, url_field: str, text_field: str, html_field: str) -> Fields:
    """What ``field_options`` gave, checked.

    Raises:
        BadParameter: the text has no field.
    """
    from cleaner.fields import Fields

    if not text_field:
        raise click.BadParameter("needs a name", param_hint="--text-field")
    return Fields(id=id_field, url=url_field, text=text_field, html=html_field)


def format_option(*names: str) -> Callable[[Command], Command]:
    """What the inputs are, under these names of the option."""
    return click.option(
        *names,
        "kind",
        metavar="FORMAT",
        type=click.Choice(INPUT_FORMATS),
        help=f"What the inputs are: {', '.join(INPUT_FORMATS)}. Default: by file name; standard input is JSONL.",
    )


def given(name: str) -> bool:
    """Whether an option of the command that runs stands on the command line, and is no default of any kind."""
    return click.get_current_context().get_parameter_source(name) is ParameterSource.COMMANDLINE


def field_of_run(place: str | Path, text_field: str) -> str:
    """The field with the text of a finished run: the one on the command line, or that of the run, or the default.

    A default may have changed since the run; what the run was done with is in its manifest.

    Args:
        place: the output folder of the run, or something else that holds its texts.
        text_field: the value of ``--text-field``.
    """
    if given("text_field"):
        return text_field
    recorded = options_of_run(place)
    return recorded.fields.text if recorded is not None else text_field


def options_of_run(place: str | Path) -> Options | None:
    """The options of a finished run in a folder of this machine, if they can be told."""
    from cleaner.batch.manifest import recorded_options
    from cleaner.batch.store import local_path

    folder = local_path(str(place))
    return recorded_options(folder) if folder is not None else None


def build_cleaner(
    packs: Sequence[Path],
    keep: Sequence[str],
    site: str | None,
    extractor: Extractor = "model",
    *,
    articles_only: bool = False,
) -> Cleaner:
    """The cleaner for these options, with the site's name checked.

    Raises:
        CleanerError: a broken pack, an unknown site.
    """
    from cleaner.core import Cleaner

    cleaner = Cleaner(packs=packs, keep=keep, articles_only=articles_only, extractor=extractor)
    if site:
        cleaner.clean_text("", site=site)
    return cleaner
