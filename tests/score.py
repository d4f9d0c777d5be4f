"""Scores of the fixtures by words, and the floors that they may not fall below: what tests and benchmarks share.

Every fixture is scored by lower-cased word tokens, so that white space and punctuation never count: body kept (share of
the expected text's words that came out), clutter left (share of the words to be cut that are still there), perfect
(documents with all of the body and none of the clutter). Strata, for texts and pages apart: sites that have a pack,
sites that have none, and the former with their own pack and its network left out, which is what a new site gets.
"""

from __future__ import annotations

import math
import re
import tomllib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from difflib import SequenceMatcher
from pathlib import Path

from cleaner import Cleaned, Cleaner
from cleaner.maintain.cases import TITLE, Case, CaseError

ROOT = Path(__file__).resolve().parent.parent
FIXTURES = ROOT / "fixtures"
FLOORS = ROOT / "tests" / "floors.toml"
_WORD = re.compile(r"\w+")
#: Figures of a stratum; for all but the second one more is better.
FIGURES = ("documents", "clutter_left", "body_kept", "perfect")
_HEAD = """\
# What the cleaner reaches on the fixtures, by stratum: shares, and the number of documents they are of. A build that
# falls below is broken. Raise with `python -m benchmarks.fixtures --pin`; lowering needs --allow-lower and a reason.
"""


@dataclass(frozen=True, slots=True)
class Score:
    """Word counts of one document."""

    name: str
    body: int
    body_kept: int
    clutter: int
    clutter_left: int

    @property
    def is_perfect(self) -> bool:
        """All of the body, none of the clutter."""
        return self.body_kept == self.body and self.clutter_left == 0


Figures = Mapping[str, float]


def words(text: str) -> list[str]:
    """Lower-cased words."""
    return _WORD.findall(text.lower())


def score(case: Case, text: str) -> Score:
    """Compare what came out with what a case expects.

    The output's words are given to the body first, then to the headline, which is neutral, then to the clutter: a
    phrase that stands in both counts as body.
    """
    body = words(case.clean)
    title = [word for piece in case.pieces if piece.category == TITLE for word in words(piece.text)]
    clutter = [word for piece in case.pieces if piece.category != TITLE for word in words(piece.text)]
    kept, rest = _share(body, words(text))
    _, rest = _share(title, rest)
    left, _ = _share(clutter, rest)
    return Score(case.name, len(body), kept, len(clutter), left)


def _share(wanted: list[str], found: list[str]) -> tuple[int, list[str]]:
    """How many wanted words are found in their order, and the found ones that are left over."""
    used: set[int] = set()
    for _, start, size in SequenceMatcher(None, wanted, found, autojunk=False).get_matching_blocks():
        used.update(range(start, start + size))
    return len(used), [word for number, word in enumerate(found) if number not in used]


def figures(scores: Iterable[Score]) -> Figures:
    """The figures of one stratum."""
    rows = list(scores)
    body, clutter = sum(row.body for row in rows), sum(row.clutter for row in rows)
    return {
        "documents": len(rows),
        "body_kept": sum(row.body_kept for row in rows) / body if body else 1.0,
        "clutter_left": sum(row.clutter_left for row in rows) / clutter if clutter else 0.0,
        "perfect": sum(row.is_perfect for row in rows) / len(rows) if rows else 1.0,
    }


class Runner:
    """Cleans cases with all packs, and without those of their own site."""

    def __init__(self) -> None:
        self._all = Cleaner()
        self._without: dict[tuple[str, ...], Cleaner] = {}

    def strata(self, found: Iterable[Case]) -> dict[str, list[Score]]:
        """Scores by stratum: ``text.seen``, ``text.unseen``, ``text.left_out``, and the same for ``html``."""
        strata: dict[str, list[Score]] = {}
        for case in found:
            cleaned = case.run(self._all)
            own = own_packs(cleaned)
            strata.setdefault(f"{case.kind}.{'seen' if own else 'unseen'}", []).append(score(case, cleaned.text))
            if own:
                # The site is not named either: nothing may tell the cleaner what it has not got.
                bare = replace(case, site=None)
                strata.setdefault(f"{case.kind}.left_out", []).append(score(case, bare.run(self._lacking(own)).text))
        return dict(sorted(strata.items()))

    def _lacking(self, packs: tuple[str, ...]) -> Cleaner:
        found = self._without.get(packs)
        if found is None:
            found = self._without[packs] = Cleaner(disable=packs)
        return found


def own_packs(cleaned: Cleaned) -> tuple[str, ...]:
    """The packs that a known site brought: its own and networks; none for a site that no pack names."""
    return tuple(name for name in cleaned.packs if name.startswith(("site/", "network/"))) if cleaned.site else ()


def read_floors(path: Path = FLOORS) -> dict[str, Figures]:
    """The pinned figures by stratum; none when the file is not there."""
    if not path.exists():
        return {}
    floors: dict[str, Figures] = {}
    for kind, strata in tomllib.loads(path.read_text("utf-8")).items():
        for name, values in strata.items():
            if set(values) != set(FIGURES):
                raise CaseError(f"{path}: [{kind}.{name}] must hold {', '.join(FIGURES)}")
            floors[f"{kind}.{name}"] = values
    return floors


def missed(reached: Mapping[str, Figures], floors: Mapping[str, Figures]) -> list[str]:
    """The floors that are not reached, one message each."""
    problems = []
    for stratum, floor in floors.items():
        now = reached.get(stratum)
        if now is None:
            problems.append(f"{stratum}: no documents, the floor is for {floor['documents']:.0f}")
            continue
        problems += [
            f"{stratum}: {name} {now[name]:.5g}, the floor is {floor[name]:.5g}"
            for name in FIGURES
            if (now[name] > floor[name] if name == "clutter_left" else now[name] < floor[name])
        ]
    problems += [f"{stratum}: has no floor; pin one" for stratum in reached if stratum not in floors]
    return problems


def pinned(reached: Mapping[str, Figures], floors: Mapping[str, Figures], *, allow_lower: bool) -> dict[str, Figures]:
    """New floors: what is reached now, and the old ones where they are better unless lowering is allowed."""
    new: dict[str, Figures] = {}
    for stratum in sorted({*reached, *floors}):
        now, old = reached.get(stratum), floors.get(stratum)
        if now is None:
            if old is not None and not allow_lower:
                new[stratum] = old
            continue
        rounded = {name: _rounded(name, now[name]) for name in FIGURES}
        if old is not None and not allow_lower:
            rounded = {n: (min if n == "clutter_left" else max)(rounded[n], old[n]) for n in FIGURES}
        new[stratum] = rounded
    return new


def _rounded(name: str, value: float) -> float:
    """Five decimals, rounded to the lenient side; whole documents."""
    if name == "documents":
        return int(value)
    scaled = value * 1e5
    return (math.ceil(scaled - 1e-6) if name == "clutter_left" else math.floor(scaled + 1e-6)) / 1e5


def written(floors: Mapping[str, Figures]) -> str:
    """The floors as TOML."""
    parts = [_HEAD]
    for stratum, values in floors.items():
        parts.append(f"\n[{stratum}]\n" + "".join(f"{name} = {values[name]!r}\n" for name in FIGURES))
    return "".join(parts)
