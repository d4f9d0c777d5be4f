"""Which format a file has, by its name, and the parts of the program that read and write it."""

from __future__ import annotations

from pathlib import PurePosixPath
from typing import BinaryIO

import msgspec

from cleaner.batch.compress import SUFFIXES
from cleaner.batch.formats import delimited, files, json_file, jsonl, parquet, warc
from cleaner.batch.formats.base import OpenReader, OpenWriter, Part, Reader, Split, Writer
from cleaner.fields import Fields
from cleaner.model import CleanerError


class Format(msgspec.Struct, frozen=True):
    """A file format.

    Attributes:
        name: its name for ``--input-format`` and ``--to``.
        suffixes: ends of names that tell it; the first one is for outputs.
        open_reader: opens a reader.
        open_writer: opens a writer; ``None``: results cannot be written in this format.
        find_parts: finds the parts of an uncompressed file; ``None``: it is read whole.
        output: the format that results go to unless ``--to`` says otherwise.
        as_stored: its reader takes the file's bytes as they are stored, because it decompresses on its own.
        packed: it brings compression of its own, so ``.gz`` and the like have no place after its suffix.
        document: a file is one document, not many.
        pages: its documents are pages.
        piped: records can be handed on one by one through a pipe, and what cannot be read is a record too.
    """

    name: str
    suffixes: tuple[str, ...]
    open_reader: OpenReader
    open_writer: OpenWriter | None = None
    find_parts: Split | None = None
    output: str = ""
    as_stored: bool = False
    packed: bool = False
    document: bool = False
    pages: bool = False
    piped: bool = False

    def reader(self, stream: BinaryIO, name: str, fields: Fields, part: Part | None = None) -> Reader:
        """Open a reader.

        Raises:
            ReadError: the file cannot be read at all.
            CleanerError: a package is missing.
        """
        return self.open_reader(stream, name, fields, part)

    def writer(self, stream: BinaryIO, fields: Fields, layout: object | None, keep_pages: bool = False) -> Writer:
        """Open a writer.

        Raises:
            CleanerError: results cannot be written in this format, or a package is missing.
        """
        if self.open_writer is None:
            raise CleanerError(f"results cannot be written as {self.name}")
        return self.open_writer(stream, fields, layout, keep_pages)

    def split(self, place: str, size: int) -> list[Part] | None:
        """The parts of an uncompressed file of about ``size`` bytes each; ``None``: only whole.

        Raises:
            ReadError: the file cannot be read.
            CleanerError: a package is missing.
        """
        return self.find_parts(place, size) if self.find_parts is not None else None


#: All formats by name. What a format needs besides (pyarrow, FastWARC) is imported when a file of it is opened.
FORMATS = {
    each.name: each
    for each in (
        Format(
            "text", (".txt", ".text", ".md", ".markdown"), files.open_text_reader, files.open_text_writer, document=True
        ),
        Format("html", (".html", ".htm", ".xhtml"), files.open_html_reader, output="text", document=True, pages=True),
        Format(
            "jsonl",
            (".jsonl", ".ndjson"),
            jsonl.open_jsonl_reader,
            jsonl.open_jsonl_writer,
            jsonl.split_jsonl,
            piped=True,
        ),
        Format("json", (".json",), json_file.open_json_reader, json_file.open_json_writer),
        Format("csv", (".csv",), delimited.open_csv_reader, delimited.open_csv_writer),
        Format("tsv", (".tsv", ".tab"), delimited.open_csv_reader, delimited.open_tsv_writer),
        Format(
            "parquet",
            (".parquet", ".pq"),
            parquet.open_parquet_reader,
            parquet.open_parquet_writer,
            parquet.split_parquet,
            as_stored=True,
            packed=True,
        ),
        Format("warc", (".warc", ".wet"), warc.open_warc_reader, output="jsonl", as_stored=True, pages=True),
    )
}
_BY_SUFFIX = {suffix: each for each in FORMATS.values() for suffix in each.suffixes}


class Kind(msgspec.Struct, frozen=True):
    """What a file is: its format and how it is compressed."""

    format: Format
    compression: str | None = None


def kind_of(name: str, override: str | None = None) -> Kind | None:
    """What a file is by the end of its name (``news.jsonl.gz``), ``None`` if that says nothing.

    Args:
        name: the file's name, path or URL.
        override: the name of a format that it has whatever its name says; the compression still goes by the name.

    Raises:
        CleanerError: no such format; or a compressed file of a format that is compressed in itself.
    """
    base, compression = name.lower(), None
    for suffix, codec in SUFFIXES.items():
        if base.endswith(suffix):
            base, compression = base.removesuffix(suffix), codec
            break
    found = named(override) if override else _BY_SUFFIX.get(PurePosixPath(base).suffix)
    if found is None:
        return None
    if compression and found.packed:
        raise CleanerError(f"{found.name} files are compressed inside: unpack the .{compression} around it first")
    return Kind(found, compression)


def named(name: str) -> Format:
    """The format of that name.

    Raises:
        CleanerError: there is none.
    """
    try:
        return FORMATS[name]
    except KeyError:
        raise CleanerError(f"no format {name!r}; there are {', '.join(FORMATS)}") from None


def output_kind(kind: Kind, to: str | None = None) -> Kind:
    """What the results of a file are written as: like the input, or in the format ``to``, with its compression."""
    target = named(to or kind.format.output or kind.format.name)
    return Kind(target, None if target.packed else kind.compression)


def output_name(name: str, kind: Kind, target: Kind) -> str:
    """The name of the output for an input: as it is, or with the suffix of another format.

    ``a.jsonl.gz`` to Parquet is ``a.parquet``. A page keeps its whole name, ``a.html.txt``: ``a.txt`` may be there too.
    """
    if kind == target and PurePosixPath(name).suffix:
        return name
    base = name
    if kind.compression and base.lower().endswith(f".{kind.compression}"):
        base = base[: -len(kind.compression) - 1]
    own = PurePosixPath(base).suffix.lower()
    if own in kind.format.suffixes and not kind.format.document and target.format != kind.format:
        base = base[: -len(own)]
    if own not in target.format.suffixes:
        base += target.format.suffixes[0]
    return base + (f".{target.compression}" if target.compression else "")
