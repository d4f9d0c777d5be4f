"""How good the model of the body is on sites that it has not seen."""

from __future__ import annotations

import hashlib
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from cleaner.maintain.body_data import Example
from cleaner.maintain.body_labels import words_of
from cleaner.maintain.body_training import Settings, train

#: The shares of doubt that a report tells of.
_LEVELS = (500, 600, 700, 800, 850, 900)


@dataclass(frozen=True)
class Judged:
    """A page and its word F1 with the choice of a model that had not seen its site."""

    example: Example
    f1: float
    precision: float
    recall: float
    confidence: int


def fold_of(site: str, folds: int) -> int:
    """The fold that a site is in, the same on every machine."""
    return int.from_bytes(hashlib.sha256(site.encode()).digest()[:8], "big") % folds


def judged(
    examples: Sequence[Example], settings: Settings, folds: int, tell: Callable[[str], None] = lambda _: None
) -> list[Judged]:
    """Train once a fold without its sites, and judge its pages."""
    found = []
    for fold in range(folds):
        model = train([one for one in examples if fold_of(one.site, folds) != fold], settings)
        for one in examples:
            if fold_of(one.site, folds) == fold:
                choice = model.choose(one.page, one.stated)
                text = "\n".join(line for line, kept in zip(one.page.lines, choice.kept, strict=True) if kept)
                found.append(Judged(one, *word_f1(text, one.truth), choice.confidence))
        tell(f"fold {fold + 1} of {folds}")
    return found


def word_f1(text: str, truth: str) -> tuple[float, float, float]:
    """F1, precision and recall of a text's words, whatever their order, as WCXB counts them."""
    have, want = Counter(words_of(text)), Counter(words_of(truth))
    hit = (have & want).total()
    if not hit:
        return (0.0, 0.0, 0.0) if have or want else (1.0, 1.0, 1.0)
    precision, recall = hit / have.total(), hit / want.total()
    return 2 * precision * recall / (precision + recall), precision, recall


def table(pages: Sequence[Judged]) -> list[str]:
    """The report: by source and kind of page, and what confidence is worth."""
    groups: dict[str, list[Judged]] = defaultdict(list)
    for page in pages:
        groups[f"{page.example.source} {page.example.kind}"].append(page)
        groups[f"{page.example.source} (all)"].append(page)
    lines = [f"{'pages':40} {'number':>6} {'F1':>7} {'prec.':>7} {'recall':>7}"]
    for name, group in sorted(groups.items()):
        means = [sum(getattr(page, key) for page in group) / len(group) for key in ("f1", "precision", "recall")]
        lines.append(f"{name:40} {len(group):6} " + " ".join(f"{mean:7.4f}" for mean in means))
    lines.append("")
    lines.append(f"{'confidence':40} {'number':>6} {'F1':>7} {'F1<.8':>7}")
    for low, high in zip((0, *_LEVELS), (*_LEVELS, 1001), strict=True):
        group = [page for page in pages if low <= page.confidence < high]
        if group:
            mean = sum(page.f1 for page in group) / len(group)
            bad = sum(page.f1 < 0.8 for page in group) / len(group)
            lines.append(f"{f'{low / 1000:.2f} to {high / 1000:.2f}':40} {len(group):6} {mean:7.4f} {bad:7.1%}")
    return lines
