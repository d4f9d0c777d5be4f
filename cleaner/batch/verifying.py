"""The check that a run is whole and as it was written: clean texts, records, manifest, and the raw texts if at hand."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterator, Sequence
from itertools import islice
from pathlib import Path

from cleaner.audit import Record, Summary
from cleaner.batch.digest import FileRecord
from cleaner.batch.folder import markers
from cleaner.batch.formats.registry import FORMATS, kind_of
from cleaner.batch.manifest import Manifest, check_names, read_done, read_manifest
from cleaner.batch.names import readable, real, stored, unreadable
from cleaner.batch.pairs import CheckedPair, before, is_document, pairs, raw_texts, unnumbered
from cleaner.batch.places import LocalPlace
from cleaner.batch.plan import MANIFEST_NAME, STATE_NAME
from cleaner.batch.restoring import Checked, check_pair
from cleaner.model import CleanerError

Report = Callable[[str], None]
_NO_MANIFEST = (
    "no manifest covers this audit: texts and cuts were checked, but not whether ids, URLs, categories, rules, "
    "flags and pack hashes are as the run wrote them"
)


def verify_all(clean: Path, audit_files: Sequence[Path], raw: Path | None, text_field: str, report: Report) -> Checked:
    """Check every document against its record, every file against the manifest, and the raw texts where at hand.

    Args:
        clean: a clean file or output folder.
        audit_files: the audit of that run.
        raw: the input of that run, a file or folder; pages in it are passed over.
        text_field: the field or column with the text.
        report: told every problem.

    Raises:
        CleanerError: something cannot be read.
    """
    checked = Checked()

    def problem(message: str) -> None:
        checked.problems += 1
        report(message)

    run = _Run(clean, audit_files)
    run.check(problem)
    texts = _RawTexts(raw, clean, audit_files, text_field) if raw is not None else None
    totals = Summary()
    for pair in pairs(clean, audit_files, text_field):
        check_pair(pair, checked, report, texts.of(pair) if texts is not None else None)
        if pair.record is not None:
            totals.add(pair.record)
            run.check_packs(pair.name, pair.record, problem)
    run.check_totals(totals, problem)
    if run.manifest is None and not run.is_stopped:
        checked.note = _NO_MANIFEST
    return checked


class _Run:
    """What a folder tells of the run that wrote it."""

    def __init__(self, clean: Path, audit_files: Sequence[Path]) -> None:
        self.folder = real(clean if clean.is_dir() else audit_files[0].parent)
        self.clean = real(clean)
        self.audits = [real(path) for path in audit_files]
        self.whole_folder = clean.is_dir()
        self.name = str(clean if clean.is_dir() else audit_files[0].parent)
        self.manifest: Manifest | None = None
        path = self.folder / MANIFEST_NAME
        if path.is_file():
            try:
                found = read_manifest(path.read_bytes(), str(path))
            except OSError as error:
                raise CleanerError(f"{path}: cannot read: {error.strerror}") from None
            if self.whole_folder or self._covers(found):
                self.manifest = found
        self.is_stopped = self.manifest is None and (self.folder / STATE_NAME / "plan").exists()

    def _covers(self, manifest: Manifest) -> bool:
        names = {self.folder / unreadable(file.name) for file in manifest.files()}
        return any(audit in names for audit in self.audits)

    def check(self, problem: Report) -> None:
        """The files of the folder against the manifest; of a run that was stopped, against its markers."""
        if self.manifest is not None:
            if not self.manifest.whole:
                problem(f"{self.name}/{MANIFEST_NAME}: has been changed: its own SHA-256 does not fit")
            self._check_files(list(self.manifest.files()), problem)
        elif self.is_stopped:
            done = list(self._marked())
            self._check_files(done, problem)
            problem(f"{self.name}: the run is not complete; the same command does what is missing")
        elif self.whole_folder:
            problem(f"{self.name}: there is no {MANIFEST_NAME}, which a run leaves at its end")

    def _marked(self) -> Iterator[FileRecord]:
        place = LocalPlace(self.folder)
        for state in ("done", "moving"):
            for name in markers(place, f"{STATE_NAME}/{state}"):
                where = f"{STATE_NAME}/{state}/{name}"
                done = read_done(place.read(where) or b"")
                if done is not None:
                    check_names(done.files, where)
                    yield from done.files

    def _check_files(self, files: list[FileRecord], problem: Report) -> None:
        place = LocalPlace(self.folder)
        for file in files:
            path = stored(self.folder, file.name)
            if not self.whole_folder and path != self.clean and path not in self.audits:
                continue
            if not place.has(unreadable(file.name)):
                problem(f"{self.name}/{file.name}: is missing")
            elif not place.holds(file):
                problem(f"{self.name}/{file.name}: is not as the run wrote it: the manifest has another SHA-256")
        if self.whole_folder:
            known = {unreadable(file.name) for file in files} | {MANIFEST_NAME}
            for name in _files_below(self.folder):
                if name not in known:
                    problem(f"{self.name}/{readable(name)}: the run did not write it: there is no record of it")

    def check_packs(self, name: str, record: Record, problem: Report) -> None:
        """The hashes of a record's packs against those of the run."""
        if self.manifest is None:
            return
        known = self.manifest.facts.packs
        for pack, digest in record.packs.items():
            if not digest or not known.get(pack, "").startswith(digest):
                problem(f"{name}: pack {pack} has another hash in the manifest")

    def check_totals(self, totals: Summary, problem: Report) -> None:
        """The sum of the records against the totals of the run."""
        if self.manifest is not None and self.whole_folder and totals != self.manifest.totals:
            problem(f"{self.name}: the records do not add up to the totals of the manifest")


def _files_below(folder: Path) -> Iterator[str]:
    for parent, folders, files in os.walk(folder):
        here = Path(parent).relative_to(folder)
        if here == Path():
            folders[:] = [name for name in folders if name != STATE_NAME]
        for name in sorted(files):
            yield (here / name).as_posix()


class _RawTexts:
    """The raw texts of an input, in step with the outputs: those of one input may lie in many files."""

    def __init__(self, raw: Path, clean: Path, audit_files: Sequence[Path], text_field: str) -> None:
        self._raw, self._clean, self._text_field = raw, clean, text_field
        self._skip = 0 if clean.is_dir() or is_document(clean) else before(clean, audit_files)
        self._output: str | None = None
        self._found: Path | None = None  # the input that this output comes from
        self._path: Path | None = None
        self._texts: Iterator[str | None] = iter(())

    def of(self, pair: CheckedPair) -> str | None:
        """The raw text of a document, ``None`` where it is not at hand."""
        if pair.record is None or (pair.output is None and self._clean.is_dir()):
            return None
        path = self._source(pair.output or self._clean.name, str(pair.record.id))
        if path is None:
            return None
        if path != self._path:
            self._path = path
            self._texts = islice(raw_texts(path, self._text_field), self._skip, None)
        return next(self._texts, None)

    def _source(self, output: str, id: str) -> Path | None:
        if self._raw.is_file():
            return self._raw
        if output != self._output:
            self._output = output
            self._found = None if is_document(Path(output)) else self._like(output)
            if self._found is None and not stored(self._raw, id).is_file():
                self._found = self._like(output)
        if self._found is not None:
            return self._found
        path = stored(self._raw, id)
        return path if path.is_file() else None

    def _like(self, output: str) -> Path | None:
        """The input that has the name of an output, but for the shard's number and the format."""
        for name in dict.fromkeys((output, unnumbered(output))):
            if (self._raw / name).is_file():
                return self._raw / name
            kind = kind_of(name)
            if kind is None:
                continue
            bare = name.removesuffix(f".{kind.compression}")
            base = bare[: -len(Path(bare).suffix)]
            for suffix in (suffix for each in FORMATS.values() for suffix in each.suffixes):
                for codec in ("", ".gz", ".bz2", ".zst", ".xz"):
                    if (self._raw / f"{base}{suffix}{codec}").is_file():
                        return self._raw / f"{base}{suffix}{codec}"
        return None
