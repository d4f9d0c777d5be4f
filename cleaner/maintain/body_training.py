"""Training of the model of the body: LightGBM's trees on named pages, turned into whole numbers.

The same pages and the same seed give the same file. Needs the extra ``train``.
"""

from __future__ import annotations

import math
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from cleaner.html.block_features import FEATURES, rows_of
from cleaner.html.body_file import FORMAT, Weights
from cleaner.html.body_model import BodyModel
from cleaner.html.page_features import PAGE_FEATURES, page_row
from cleaner.html.trees import Stop, Tree, compiled
from cleaner.maintain.body_data import Example
from cleaner.maintain.body_names import NameTable

#: A unit of a score, and a step of the curve that turns scores into chances.
_UNIT = 1000
_STEP = 100
_CURVE = 161
#: Behind so many trees a line may stop: where next to no line beyond it came above this score, or below that, in the
#: end.
_STOPS = (5, 10, 16, 24, 36, 54, 80, 110)
_SAMPLE = 5
_HOPELESS = -1.8
_CERTAIN = 1.2
_LOST = 4e-4
#: A choice that may expect less than this is doubtful.
_UNSURE = 750
_PAGE_TREES = 60
#: Of a page with more lines than this, every second one (third, …) is learned from.
_MANY = 400


@dataclass(frozen=True)
class Settings:
    """How to train."""

    trees: int = 150
    leaves: int = 24
    rate: float = 0.12
    seed: int = 14
    threads: int = 1
    #: weight of a page by kind and source
    article: float = 1.0
    other: float = 0.4
    gold: float = 3.0
    silver: float = 1.0


def page_weight(one: Example, settings: Settings, pages_of_site: int) -> float:
    """What a page counts: labelled pages most, and no more for a site of many pages than for a few."""
    if one.source.startswith("wcxb"):
        return settings.article if one.kind == "article" else settings.other
    weight = settings.gold if "gold" in one.source else settings.silver
    return weight / max(1.0, math.sqrt(pages_of_site / 4))


def train(examples: Sequence[Example], settings: Settings | None = None) -> BodyModel:
    """A model from examples."""
    import lightgbm
    import numpy as np

    settings = settings or Settings()
    names = NameTable(examples)
    sites = Counter(one.site for one in examples)
    table = names.table()
    parts: list[Any] = []
    labels: list[bool] = []
    weights: list[float] = []
    unseen, site = _unscored({}), ""
    for one in examples:
        if one.site != site:
            unseen, site = _unscored(names.without(one.site, table)), one.site
        step = 1 + len(one.shares) // _MANY  # lines of a long page speak for each other
        rows = rows_of(one.page, unseen.name_score, one.stated)[::step]
        parts.append(np.asarray(rows, dtype=np.float32))
        labels += [share >= 0.5 for share in one.shares[::step]]
        weights += [step * weight for weight in _line_weights(one, page_weight(one, settings, sites[one.site]))[::step]]
    weight = np.asarray(weights)
    matrix = np.concatenate(parts)
    del parts
    data = lightgbm.Dataset(
        matrix, np.asarray(labels, dtype=np.int8), weight=weight / weight.mean(), free_raw_data=True
    )
    booster = lightgbm.train(_parameters(settings), data, settings.trees)
    trees = tuple(_tree(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"])
    model = BodyModel(
        Weights(
            format=FORMAT,
            features=FEATURES,
            names=dict(sorted(table.items())),
            trees=trees,
            stops=_stops(trees, matrix, weight),
            curve=tuple(round(_UNIT / (1 + math.exp(-(at - _CURVE // 2) * _STEP / _UNIT))) for at in range(_CURVE)),
            step=_STEP,
            unsure=_UNSURE,
            trained_on=dict(sorted(Counter(one.source for one in examples).items())),
        )
    )
    return _with_pages(model, examples, settings)


def _with_pages(model: BodyModel, examples: Sequence[Example], settings: Settings) -> BodyModel:
    """The model with trees that tell articles from other pages."""
    import lightgbm
    import numpy as np

    rows = [page_row(one.page, model.choose(one.page, one.stated).kept, one.stated) for one in examples]
    weights = [page_weight(one, replace(settings, other=1.0, gold=0.3, silver=0.3), 1) for one in examples]
    data = lightgbm.Dataset(
        np.asarray(rows, dtype=np.float64),
        np.asarray([one.kind == "article" for one in examples], dtype=np.int8),
        weight=np.asarray(weights),
    )
    parameters = {**_parameters(settings), "num_leaves": 6, "learning_rate": 0.1, "min_data_in_leaf": 20}
    booster = lightgbm.train(parameters, data, _PAGE_TREES)
    trees = tuple(_tree(tree["tree_structure"]) for tree in booster.dump_model()["tree_info"])
    return BodyModel(msgspec.structs.replace(model.weights, page_features=PAGE_FEATURES, page_trees=trees))


def _parameters(settings: Settings) -> dict[str, Any]:
    return {
        "objective": "binary",
        "num_leaves": settings.leaves,
        "learning_rate": settings.rate,
        "min_data_in_leaf": 60,
        "min_sum_hessian_in_leaf": 5.0,
        "lambda_l2": 5.0,
        "feature_fraction": 0.5,
        "bagging_fraction": 0.8,
        "bagging_freq": 1,
        "max_bin": 255,
        "seed": settings.seed,
        "deterministic": True,
        "force_row_wise": True,
        "num_threads": settings.threads,
        "boost_from_average": True,
        "verbose": -1,
    }


def _unscored(names: dict[str, int]) -> BodyModel:
    """A model without trees: only what names speak for."""
    return BodyModel(Weights(FORMAT, FEATURES, names, ((-1, 0),), (), (0,), 1))


def _line_weights(one: Example, page: float) -> list[float]:
    """What each line of a page counts: by its words, all lines of a page together about the same."""
    words = [line.count(" ") + 3 for line in one.page.lines]
    total = sum(words) + 200
    return [0.0 if neutral else 1000 * page * count / total for count, neutral in zip(words, one.neutral, strict=True)]


def _tree(node: dict[str, Any]) -> Tree:
    """A tree of LightGBM as whole numbers, in order from its root."""
    if "leaf_value" in node:
        return (-1, round(node["leaf_value"] * _UNIT))
    if node["decision_type"] != "<=":
        raise ValueError(f"a branch decides by {node['decision_type']!r}")
    return (
        node["split_feature"],
        math.floor(node["threshold"]),
        *_tree(node["left_child"]),
        *_tree(node["right_child"]),
    )


def _stops(trees: tuple[Tree, ...], matrix: Any, weight: Any) -> tuple[Stop, ...]:
    """Where a line can be left: scores beyond which next to none ended as anything but furniture, or body."""
    import numpy as np

    matrix, weight = matrix[::_SAMPLE], weight[::_SAMPLE]
    rows = matrix.astype(int).tolist()
    final = np.asarray(compiled(trees, len(FEATURES))(rows))
    hopeful, doubtful = final > _HOPELESS * _UNIT, final < _CERTAIN * _UNIT
    found = []
    for count in _STOPS:
        if count < len(trees):
            partly = np.asarray(compiled(trees[:count], len(FEATURES))(rows))
            least = _edge(partly[hopeful], weight[hopeful])
            most = -_edge(-partly[doubtful], weight[doubtful])
            found.append((count, least, most))
    return tuple(found)


def _edge(scores: Any, weight: Any) -> int:
    """The score that all but next to none of the lines reach."""
    import numpy as np

    order = np.argsort(scores, kind="stable")
    lost = np.cumsum(weight[order]) / weight.sum()
    return int(scores[order][int(np.searchsorted(lost, _LOST))])
