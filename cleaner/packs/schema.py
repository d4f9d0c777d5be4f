"""What a pack may say: the types, as they are kept in the cache and used at run time.

The closed vocabulary itself is the field names below; ``cleaner.packs.parse`` turns a TOML file into these and refuses
everything else. The format is explained in ``docs/packs.md``.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence

import msgspec

from cleaner.model import CleanerError

SCHEMA = 1
SCOPES = ("line", "span", "inline", "section", "head", "tail", "markup")
RULE_STATUSES = ("active", "trial", "deprecated")
#: The guards that are regexes.
GUARD_REGEXES = ("prev", "next", "unless", "stop", "item", "further")


class PackError(CleanerError):
    """A broken pack. The message names file, line, rule and how to mend it.

    Of several faults the first is told by the attributes, and ``more`` holds the others; the message tells all.
    """

    def __init__(
        self, path: str, line: int, rule: str, message: str, mend: str = "", more: tuple[PackError, ...] = ()
    ) -> None:
        self.path, self.line, self.rule, self.message, self.mend = path, line, rule, message, mend
        self.more = more
        where = f"{path}:{line}: " + (f"{rule}: " if rule else "")
        own = where + message + (f"; {mend}" if mend else "")
        super().__init__("\n".join([own, *map(str, more)]))

    def __reduce__(self) -> tuple[type[PackError], tuple[str, int, str, str, str, tuple[PackError, ...]]]:
        return PackError, (self.path, self.line, self.rule, self.message, self.mend, self.more)

    @classmethod
    def joined(cls, faults: Sequence[PackError]) -> PackError:
        """One error that tells all faults, in the order of their lines."""
        first, *more = sorted(faults, key=lambda fault: (fault.path, fault.line))
        return cls(first.path, first.line, first.rule, first.message, first.mend, tuple(more))

    def each(self) -> Iterator[PackError]:
        """Every fault by itself."""
        yield PackError(self.path, self.line, self.rule, self.message, self.mend)
        yield from self.more


class Guard(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Limits of a rule; ``None``: the scope's default."""

    max_chars: int | None = None
    min_chars: int | None = None
    first_lines: int | None = None
    last_lines: int | None = None
    prev: str | None = None
    next: str | None = None
    unless: str | None = None
    max_hits: int | None = None
    max_lines: int | None = None
    min_lines: int | None = None
    stop: str | None = None
    item: str | None = None
    further: str | None = None
    max_item: int | None = None
    to_end: bool = False
    block: bool = False
    max_fraction: float | None = None


class Rule(msgspec.Struct, frozen=True, omit_defaults=True):
    """A rule, keep rule or signature.

    ``id`` is the full id; ``anchor`` says whether a match begins at the line's start, ends at its end, or neither;
    ``closed`` that it ends there, wherever it begins; ``starts`` and ``ends`` are the dispatch keys; of the ``marks``
    every match holds one.
    """

    id: str
    category: str
    scope: str
    match: str
    keywords: tuple[str, ...] = ()
    guard: Guard = Guard()
    status: str = "active"
    kind: str = "rule"
    anchor: str = "any"
    starts: tuple[str, ...] = ()
    ends: tuple[str, ...] = ()
    closed: bool = False
    marks: str = ""


def regexes(rule: Rule) -> list[tuple[str, str]]:
    """All regexes of a rule with the key each stands under, such as ``match`` or ``guard unless``."""
    found = [("match" if rule.kind != "signature" else "signatures", rule.match)]
    for key in GUARD_REGEXES:
        value = getattr(rule.guard, key)
        if value is not None:
            found.append((f"guard {key}", value))
    return found


class Example(msgspec.Struct, frozen=True):
    """A text, exactly what is to remain of it if that is stated, and the host it is from if that matters."""

    text: str
    out: str | None = None
    host: str = ""


class RuleCases(msgspec.Struct, frozen=True):
    """The texts a rule is tested with, kept apart so that a run need not load them."""

    rule: str
    example: tuple[Example, ...] = ()
    counter: tuple[Example, ...] = ()
    known_miss: tuple[str, ...] = ()
    path: str = ""
    line: int = 0


class Drop(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Elements inside the body that are clutter."""

    select: str
    category: str


class Html(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """How a page is laid out."""

    body: tuple[str, ...] = ()
    drop: tuple[Drop, ...] = ()
    keep: tuple[str, ...] = ()
    title: tuple[str, ...] = ()
    author: tuple[str, ...] = ()
    published: tuple[str, ...] = ()
    detect: tuple[str, ...] = ()


class Site(msgspec.Struct, frozen=True, omit_defaults=True, forbid_unknown_fields=True):
    """Which hosts a pack is for, and how a text without a URL is known to be theirs."""

    domains: tuple[str, ...] = ()
    not_domains: tuple[str, ...] = ()
    names: tuple[str, ...] = ()
    network: str | None = None
    signatures: tuple[str, ...] = ()
    unverified: bool = False


class Pack(msgspec.Struct, frozen=True, omit_defaults=True):
    """A pack, without its examples.

    ``sha256`` is the hash of its file's bytes, followed by those of each template and word list that it names.
    """

    name: str
    title: str
    source: str
    layer: str
    sha256: str
    disable: tuple[str, ...] = ()
    site: Site | None = None
    html: Html | None = None
    rules: tuple[Rule, ...] = ()
