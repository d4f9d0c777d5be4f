"""Trains the title-end model on any corpus, and tells how good it is on sites it has not seen.

Examples are invitations on lines of their own (:mod:`cleaner.maintain.title_examples`), as they stand and with their
titles put before other sentences of the same text and of other texts; and the headlines that pages link to. Sites are
dealt into folds; the figures told for a site come from weights and word counts that saw none of its fold.
"""

from __future__ import annotations

import random
import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from pathlib import Path
from typing import NamedTuple

import msgspec

from cleaner.batch.formats.base import Item
from cleaner.core import Cleaner
from cleaner.engine.title_end import guess
from cleaner.engine.title_features import see
from cleaner.engine.title_scene import Lexicon
from cleaner.engine.title_weights import Limits, TitleModel, decode_model, encode_model
from cleaner.maintain.reading import clean, site_of, told
from cleaner.maintain.title_examples import Example, examples_of, lines_of, placed, sentences_of
from cleaner.maintain.title_fit import Asked, fit, quantised
from cleaner.maintain.title_lexicon import WordCounts
from cleaner.model import CleanerError
from cleaner.packs.load import load_packs

Tell = Callable[[str], None]

#: Weights of an example: as it stood, before another sentence of its text, in another text, a page's link.
_OWN, _MOVED, _STRANGE, _LINKED = 1.0, 0.4, 0.3, 0.25
#: Sentences a text must have to lend its place to a title, and code points of it that are looked at.
_LEAST_SENTENCES = 6
_READ = 7_000
_SPACE = re.compile(r"\s+")
_TIME = re.compile(r"\b(?:WIB|lalu|jam|menit)\b")


class Options(msgspec.Struct, frozen=True, kw_only=True):
    """How to train.

    ``moved``: times a title is put elsewhere in its text. ``strange``: in other texts, which also holds for ``linked``
    titles. ``lent``: share of texts that lend their sentences. ``penalty``, ``rounds``: see ``title_fit.fit``.
    ``word_texts``, ``pair_texts``: in so many texts a word or pair must be to be counted. ``limits``: when the model's
    answers are taken.
    """

    seed: int = 1
    moved: int = 3
    strange: int = 2
    linked: int = 2
    lent: float = 0.35
    penalty: float = 0.3
    rounds: int = 70
    word_texts: int = 8
    pair_texts: int = 5
    limits: Limits = Limits()


class Material:
    """What training takes from a corpus, in the order of its documents."""

    def __init__(self, options: Options) -> None:
        self.options = options
        self.examples: list[Example] = []
        self.links: dict[str, str] = {}
        self.counts: dict[str, WordCounts] = {}
        self.lenders: list[tuple[str, list[str]]] = []
        self._chance = random.Random(options.seed)  # nosec B311: training is to be repeatable, not secret

    def add(self, cleaner: Cleaner, item: Item) -> None:
        """Take what one document has to give."""
        if item.html is not None:
            site = site_of(None, item.url)
            for title in linked_titles(item.html):
                self.links.setdefault(title, site)
            return
        cleaned = clean(cleaner, msgspec.structs.replace(item, text=lines_of(item.text or "")))
        site = site_of(cleaned.site, item.url)
        self.examples += examples_of(cleaned, site, item.where if item.id is None else str(item.id))
        self.counts.setdefault(site, WordCounts()).add(cleaned.text)
        if item.url:
            self.counts[site].add_address(item.url)
        if self._chance.random() < self.options.lent:
            sentences = sentences_of(" ".join(cleaned.text.split())[:_READ])
            if len(sentences) >= _LEAST_SENTENCES:
                self.lenders.append((site, sentences))


def cleaner_for_training(packs: Sequence[Path] = ()) -> Cleaner:
    """The cleaner with all packs, less the rules that ask the model: what is learned must not hang on what was.

    Raises:
        CleanerError: a pack is broken or a folder cannot be read.
    """
    asking = [rule.id for pack in load_packs(packs) for rule in pack.rules if rule.scope == "inline"]
    return Cleaner(packs=packs, disable=asking)


def collect(items: Iterable[Item], cleaner: Cleaner, options: Options, tell: Tell) -> Material:
    """The material of a corpus; documents that cannot be read are told.

    Raises:
        CleanerError: there is not one invitation on a line of its own.
    """
    material = Material(options)
    for item in items:
        try:
            if item.error is not None:
                raise CleanerError(told(item))
            material.add(cleaner, item)
        except CleanerError as error:
            tell(str(error))
    if not material.examples:
        raise CleanerError("no invitation stands on a line of its own in these documents: nothing to learn from")
    random.Random(options.seed).shuffle(material.lenders)  # nosec B311
    return material


def linked_titles(html: str | bytes) -> Iterator[str]:
    """Texts of a page's links that look like headlines."""
    from selectolax.lexbor import LexborHTMLParser

    for node in LexborHTMLParser(html).css("a"):
        title = _SPACE.sub(" ", node.text(separator=" ")).strip()
        words = title.split()
        capitals = sum(word[0].isupper() for word in words)
        fits = 5 <= len(words) <= 24 and 25 <= len(title) <= 170 and capitals >= 2
        if fits and title[-1] not in ".,:;…" and not _TIME.search(title):
            yield title


def multiplied(material: Material) -> Iterator[Example]:
    """All examples: the invitations as they stood, and every title in other places."""
    options = material.options
    chance = random.Random(options.seed)  # nosec B311
    lenders = _around(material.lenders)
    for example in material.examples:
        if example.after:
            yield msgspec.structs.replace(example, weight=_OWN)
        own = sentences_of(f"{example.before[-2500:]} {example.after[:2500]}")
        if len(own) >= 4:
            for _ in range(options.moved):
                yield _moved(example, own, "", _MOVED, chance)
        for _ in range(options.strange if material.lenders else 0):
            site, sentences = next(lenders)
            yield _moved(example, sentences, site, _STRANGE, chance)
    for title, home in material.links.items():
        for _ in range(options.linked if material.lenders else 0):
            site, sentences = next(lenders)
            yield _moved(Example(home, "", "", title, ""), sentences, site, _LINKED, chance)


def _around(lenders: Sequence[tuple[str, list[str]]]) -> Iterator[tuple[str, list[str]]]:
    while lenders:
        yield from lenders


def _moved(example: Example, sentences: Sequence[str], site: str, weight: float, chance: random.Random) -> Example:
    before, title, gap, after = placed(example.title, sentences, chance)
    return Example(example.site, example.id, before, title, after, site, weight, gap)


def asked(examples: Iterable[Example], lexicon: Lexicon) -> Iterator[Asked]:
    """Questions with answers; an example is left out whose end is none of those that can be answered."""
    for example in examples:
        line, start, end = example.line()
        seen = see(line.rstrip(), start, lexicon)
        if end in seen.ends:
            yield Asked(seen, seen.ends.index(end), example.weight)


def train(material: Material, small: frozenset[str], left_out: frozenset[str] = frozenset()) -> bytes:
    """The bytes of a model's file.

    Args:
        material: what the corpus gave.
        small: the words that stay small in headlines.
        left_out: sites of which nothing may be used.

    Raises:
        CleanerError: NumPy or SciPy is missing, or nothing is left to learn from.
    """
    options = material.options
    counts = WordCounts()
    for site in sorted(material.counts):
        if site not in left_out:
            counts.merge(material.counts[site])
    lexicon = counts.lexicon(small, options.word_texts, options.pair_texts)
    chosen = (one for one in multiplied(material) if not left_out & {one.site, one.other or one.site})
    questions = list(asked(chosen, lexicon))
    if not questions:
        raise CleanerError("no example is left to learn from")
    weights, decay = quantised(fit(questions, penalty=options.penalty, rounds=options.rounds))
    return encode_model(weights, lexicon, decay, options.limits)


class Answer(NamedTuple):
    """What a model that has not seen the site said to an example.

    ``taken``: it is certain enough to be cut. ``off``: code points behind the right end.
    """

    site: str
    certainty: int
    taken: bool
    off: int


def judged(material: Material, small: frozenset[str], folds: int, tell: Tell) -> list[Answer]:
    """Every invitation as it stood, answered by a model that has seen nothing of its site's fold."""
    found = []
    for number, sites in enumerate(dealt(material, folds), 1):
        asked_of = [one for one in material.examples if one.after and one.site in sites]
        if not asked_of:
            continue
        tell(f"fold {number} of {folds}: {len(asked_of)} invitations of {', '.join(sorted(sites)[:4])}, …")
        model = decode_model(train(material, small, sites))
        found += [answer for one in asked_of if (answer := answered(model, one)) is not None]
    return found


def dealt(material: Material, folds: int) -> list[frozenset[str]]:
    """The sites in folds: the largest first, each into the smallest fold; hosts of one domain stay together."""
    sizes: Counter[str] = Counter(one.site for one in material.examples)
    members: dict[str, set[str]] = {}
    for site in {*sizes, *material.counts, *material.links.values()}:
        members.setdefault(_domain(site), set()).add(site)
    total = {domain: sum(sizes[site] for site in sites) for domain, sites in members.items()}
    found: list[set[str]] = [set() for _ in range(folds)]
    load = [0] * folds
    for domain in sorted(total, key=lambda name: (-total[name], name)):
        at = load.index(min(load))
        found[at] |= members[domain]
        load[at] += total[domain]
    return [frozenset(sites) for sites in found]


def _domain(site: str) -> str:
    """The part of a host that is its owner's: ``jabar.tribunnews.com`` and ``tribun`` are one house."""
    labels = site.split(".")
    if len(labels) > 1 and len(labels[-1]) == 2 and len(labels[-2]) <= 3:
        labels.pop()
    name = labels[-2] if len(labels) > 1 else labels[0]
    return name.removesuffix("news")


def answered(model: TitleModel, example: Example) -> Answer | None:
    """What a model says to an example; ``None`` when there is nothing to choose from."""
    line, start, end = example.line()
    said = guess(model, see(line.rstrip(), start, model.lexicon))
    return None if said is None else Answer(example.site, said.certainty, said.sure, said.end - end)


def report(answers: Sequence[Answer], least: Sequence[int] = (800, 900, 950, 980)) -> list[str]:
    """A table by site: how many answers are taken, how many of them right, early and late; then by certainty alone."""
    heads = ["taken", *(f"from .{one}" for one in least)]
    lines = [f"{'site':<28}{'asked':>7}" + "".join(f"{head:>27}" for head in heads)]
    lines.append(" " * 35 + f"{'share exact early late':>27}" * len(heads))
    sites = Counter(answer.site for answer in answers)
    groups = [("all", list(answers))]
    groups += [(site, [one for one in answers if one.site == site]) for site, _ in sites.most_common(12)]
    for name, group in groups:
        chosen = [[one for one in group if one.taken]]
        chosen += [[one for one in group if one.certainty >= bound] for bound in least]
        cells = [_cell(taken, len(group)) for taken in chosen]
        lines.append(f"{name or '(no site)':<28}{len(group):>7}" + "".join(cells))
    return lines


def _cell(taken: Sequence[Answer], asked_for: int) -> str:
    exact = sum(one.off == 0 for one in taken)
    late = sum(one.off > 0 for one in taken)
    share = f"{100 * len(taken) / max(1, asked_for):.1f} %"
    return f"{share:>11}{exact:>6}{len(taken) - exact - late:>5}{late:>5}"
