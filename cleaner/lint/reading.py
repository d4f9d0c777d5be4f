"""Read packs one by one, so that a broken one does not hide the others."""

from __future__ import annotations

from collections.abc import Sequence
from fnmatch import fnmatchcase
from pathlib import Path

from cleaner.lint.finding import Finding, Source, from_error
from cleaner.lint.regexes import compiles
from cleaner.model import CleanerError
from cleaner.nearest import meant
from cleaner.packs.load import all_files, read_files
from cleaner.packs.parse import parse_pack
from cleaner.packs.schema import PackError
from cleaner.packs.words import builtin_dir


def read_sources(user_dirs: Sequence[Path] = ()) -> tuple[list[Source], list[Finding]]:
    """All packs that can be read, in cascade order, and a finding for each that cannot.

    Raises:
        CleanerError: a folder of packs is missing or empty, or a file cannot be read.
    """
    sources: list[Source] = []
    broken: list[Finding] = []
    names: dict[str, str] = {}
    for path, layer, data in read_files(all_files(user_dirs)):
        try:
            pack, cases = parse_pack(data, str(path), layer)
            if pack.name in names:
                raise PackError(
                    str(path), 1, "", f"pack name {pack.name!r} is taken by {names[pack.name]}", "rename one of them"
                )
        except PackError as error:
            broken += map(from_error, error.each())
            continue
        names[pack.name] = str(path)
        sources.append(Source(pack, cases, str(path), data.decode("utf-8")))
    return sources, broken


def without_broken(sources: Sequence[Source]) -> tuple[list[Source], list[Finding]]:
    """The packs all of whose regexes compile, and what is wrong with the others."""
    sound: list[Source] = []
    broken: list[Finding] = []
    for source in sources:
        faults = [fault for rule in source.pack.rules for fault in compiles(source, rule)]
        broken += faults
        if not faults:
            sound.append(source)
    return sound, broken


def chosen(
    sources: Sequence[Source], broken: Sequence[Finding], names: Sequence[str], *, own_only: bool = False
) -> set[str]:
    """Paths of the packs that the given names mean: a pack's name, the part behind its layer, a path, or a pattern.

    Without names all are chosen, or with ``own_only`` those of the user.

    Raises:
        CleanerError: a name that means no pack.
    """
    paths: dict[str, tuple[str, ...]] = {finding.path: () for finding in broken}
    paths.update({source.path: (source.pack.name, source.pack.name.partition("/")[2]) for source in sources})
    if not names:
        builtin = str(builtin_dir())
        return {path for path in paths if not own_only or not path.startswith(builtin)}
    found: set[str] = set()
    for name in names:
        wanted = {
            path
            for path, known in paths.items()
            if any(fnmatchcase(each, name) for each in known) or _same_file(path, name)
        }
        if not wanted:
            known = [each for names_of in paths.values() for each in names_of if ("/" in each) == ("/" in name)]
            raise CleanerError(f"no pack {name!r}; {meant(name, known, 'see `cleaner patterns list`')}")
        found |= wanted
    return found


def _same_file(path: str, name: str) -> bool:
    return path == name or (name.endswith(".toml") and Path(path).resolve() == Path(name).resolve())
