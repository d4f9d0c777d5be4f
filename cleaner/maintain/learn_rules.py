"""From what was learned on a site to the rules of a pack, proven on its own texts."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import msgspec

from cleaner.lint.admit import admit
from cleaner.maintain.drafts import category_of, longest_words, made_up, new_id, proven
from cleaner.maintain.keys import is_mark, pattern_of, shown
from cleaner.maintain.learn_judge import Judged
from cleaner.maintain.learn_site import Candidate
from cleaner.model import CleanerError
from cleaner.packs.layout import basic
from cleaner.packs.parse import parse_pack
from cleaner.packs.write import Draft, rule_lines, slug, write_checked

_HEADER = ("schema = 1",)
#: Blanks and numbers of any length in a key's pattern, and how much of them a rule takes: a number beside a number must
#: not make it slow.
_BOUNDS = ((r"\d[\d.,]*", r"\d[\d.,]{0,15}"), (r"\s*", r"\s{0,3}"), (r"\s+", r"\s{1,3}"))
#: A rule is bound to the first or last lines where its text stood never farther in than this.
_NEAR_EDGE = 6
#: Lines that it may stand farther in than seen.
_SLACK = 2
#: A cut longer than this needs its length told.
_TOLD_CHARS = 200
#: What a match may be longer than the longest sample, in code points: numbers and blanks differ.
_LONGER = 40
_PROSE_TRIED = 12
#: A keyword has at least so many code points.
_KEYWORD_CHARS = 5
#: Behind the end of a sentence, or at the start of a line, with blanks between.
_ENDS = r".!?…\"”'’)\]"
_BEFORE = rf"(?<![^{_ENDS}\s])(?<![^{_ENDS}\s]\s)(?<![^{_ENDS}\s]\s\s)"
_CLOSED = re.compile(r"[.!?…][)\]]?$")


class Learned(msgspec.Struct, frozen=True):
    """A rule with what it was learned from."""

    draft: Draft
    judged: Judged


def learned(judged: Sequence[Judged], prose: Iterable[str], accept: bool, everything: bool) -> Iterator[Learned]:
    """The rules of one site; what does not hold on its own examples is left out.

    Args:
        judged: what is to become a rule.
        prose: sentences of the same site that must stay; the likest become counter-examples.
        accept: write the rules that are beyond doubt as active.
        everything: with ``accept``, also those that a person should look at.
    """
    by_word: dict[str, list[str]] = {}
    first: list[str] = []
    for sentence in prose:
        found = by_word.setdefault(sentence.split()[0].lower(), [])
        if len(found) < _PROSE_TRIED:
            found.append(sentence)
        if len(first) < 2:
            first.append(sentence)
    ids: list[str] = []
    for one in judged:
        word = one.candidate.samples[0].split()[0].lower()
        active = accept and (everything or one.verdict == "accept")
        draft = proven(_draft(one, ids, [*by_word.get(word, [])[:2], *first], active))
        if draft is not None and _is_admitted(draft):
            ids.append(draft.id)
            yield Learned(draft, one)


def _draft(judged: Judged, ids: Sequence[str], prose: Sequence[str], active: bool) -> Draft:
    one = judged.candidate
    key = tuple(one.key.split())
    pattern = pattern_of(key)
    for loop, bound in _BOUNDS:
        pattern = pattern.replace(loop, bound)
    guard: list[tuple[str, int | str]] = []
    keywords: tuple[str, ...] = ()
    longest = max(len(text) for text in one.samples) + _LONGER
    if one.kind == "head":
        scope, match = "span", rf"^{pattern}\s*"
        guard.append(("first_lines", 1))
    elif one.kind == "line":
        scope, match = "line", f"^{pattern}$"
        guard.append(("max_chars", longest))
    elif one.kind == "label":
        scope, match = "line", f"^{pattern}" + ("" if is_mark(key[-1]) else r"(?!\w)")
        guard.append(("max_chars", longest))
    elif one.kind == "tail":
        scope, match = "span", f"(?<!\\w){pattern}$"
        guard.append(("last_lines", 1))
    else:
        scope = "span"
        closed = _CLOSED.search(one.samples[0]) is not None
        match = f"{_BEFORE}{pattern}" + (r"(?!\w)\s*" if closed else "$")
        keywords = () if not closed else _keywords(key)
        if longest > _TOLD_CHARS:
            guard.append(("max_chars", longest))
    if one.kind not in ("head", "tail"):
        guard += _place(one)
    return Draft(
        id=new_id(key, ids),
        category="dateline" if one.kind == "head" else category_of(shown(key)),
        scope=scope,
        match=match,
        keywords=keywords,
        guard=tuple(guard),
        example=one.samples,
        counter=(*prose, *made_up(key, "line")),
        status="active" if active else "trial",
        comment=f"in {one.docs} documents ({one.share:.0%}): {judged.why}",
    )


def _is_admitted(draft: Draft) -> bool:
    """Whether a pack with this rule would be let in: its regex is fast, its keywords and examples fit."""
    lines = [*_HEADER, f"pack = {basic('user/draft')}", *rule_lines(draft)]
    data = "\n".join(lines).encode()
    try:
        pack, cases = parse_pack(data, "draft", "user")
        admit([(pack, cases, data, "draft")])
    except CleanerError:
        return False
    return True


def _place(one: Candidate) -> Iterator[tuple[str, int | str]]:
    if one.behind >= 1 and one.from_end <= _NEAR_EDGE:
        yield "last_lines", one.from_end + _SLACK
    elif one.before >= 1 and one.from_start <= _NEAR_EDGE:
        yield "first_lines", one.from_start + _SLACK


def _keywords(key: tuple[str, ...]) -> tuple[str, ...]:
    """Words near the start of every match."""
    start: list[str] = []
    for token in key:
        if is_mark(token) or token.startswith("<"):
            if len(" ".join(start)) >= _KEYWORD_CHARS:
                break
            return ()
        start.append(token)
    words = longest_words(tuple(start))
    return (words,) if len(words) >= _KEYWORD_CHARS and "'" not in words else ()


def pack_lines(site: str, rules: Sequence[Learned], documents: int, network: str = "") -> Iterator[str]:
    """A pack of the user's layer for one site as lines of TOML."""
    yield "# Learned from texts of this site. Rules on trial cut nothing; the audit tells what they would cut."
    yield '# Read them, and take out status = "trial" where all that a rule cuts is clutter.'
    yield from _HEADER
    yield f"pack   = {basic(pack_name(site))}"
    yield f"source = {basic(f'what recurs in {documents} texts')}"
    yield ""
    yield "[site]"
    yield f"domains = [{basic(site)}, {basic('*.' + site)}]"
    if network:
        yield f"network = {basic(network)}"
    for rule in rules:
        yield ""
        yield from rule_lines(rule.draft)


def pack_name(site: str) -> str:
    """The name of a site's learned pack."""
    return f"user/{slug(site)}"


def write_packs(
    folder: Path, rules: Iterable[Learned], documents: Mapping[str, int], networks: Mapping[str, str]
) -> list[Path]:
    """Write one pack a site into a folder, and tell which files.

    Args:
        folder: is made when it is not there.
        rules: of all sites.
        documents: how many each site has.
        networks: of a site, the network whose pack applied to it: a site's pack has to name it.

    Raises:
        CleanerError: a file cannot be written.
    """
    by_site: dict[str, list[Learned]] = {}
    for rule in rules:
        by_site.setdefault(rule.judged.candidate.site, []).append(rule)
    written = []
    for site, its in sorted(by_site.items()):
        path = folder / f"{slug(site)}.toml"
        write_checked(path, pack_lines(site, its, documents[site], networks.get(site, "")), "user")
        written.append(path)
    return written
