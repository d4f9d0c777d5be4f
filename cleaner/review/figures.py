"""The figures of a run, as data: what the report shows."""

from __future__ import annotations

import json
from typing import Any

from cleaner.review.index import Index
from cleaner.review.precision import Estimate
from cleaner.review.totals import Totals, most

#: Upper ends of the classes that documents are put into by the share of their text that was cut.
SHARES = (0.0, 0.01, 0.02, 0.05, 0.1, 0.2, 0.4, 1.0)
#: Rows of the long tables.
TOP = 30
_OUTLIERS = 15


def figures(index: Index, other: Index | None = None, precision: dict[str, Estimate] | None = None) -> dict[str, Any]:
    """The figures of a run.

    Args:
        index: of the run.
        other: of an earlier run, to tell the trend from.
        precision: estimates by rule, from verdicts.
    """
    totals = index.totals
    found: dict[str, Any] = {
        "run": index.run.name,
        "warnings": index.warnings,
        "totals": _totals(index, totals),
        "statuses": dict(sorted(totals.statuses.items())),
        "flags": dict(most(totals.flags)),
        "categories": _categories(totals),
        "shares": _shares(index),
        "sites": _sites(index),
        "rules": _rules(index, precision or {}),
        "withheld": dict(most(totals.withheld, TOP)),
        "outliers": {"most_cut": _most_cut(index), "longest_cuts": _longest(index)},
    }
    if other is not None:
        found["trend"] = _trend(found, other)
    return found


def _totals(index: Index, totals: Totals) -> dict[str, Any]:
    return {
        "documents": totals.documents,
        "cuts": sum(totals.category_cuts.values()),
        "raw_chars": totals.raw_chars,
        "clean_chars": totals.clean_chars,
        "share_cut": _share(totals.raw_chars - totals.clean_chars, totals.raw_chars),
        "sites": (index.row("SELECT count(*) FROM site WHERE name <> ''") or (0,))[0],
        "rules": len(totals.rule_cuts),
    }


def _share(part: int, whole: int) -> float:
    return round(part / whole, 6) if whole else 0.0


def _categories(totals: Totals) -> list[dict[str, Any]]:
    return [
        {
            "category": name,
            "cuts": totals.category_cuts[name],
            "chars": chars,
            "share": _share(chars, totals.raw_chars),
        }
        for name, chars in most(totals.category_chars)
    ]


def _shares(index: Index) -> list[dict[str, Any]]:
    """How many documents lost how much of their text."""
    classes = " ".join(f"WHEN share <= {end} THEN {number}" for number, end in enumerate(SHARES))
    rows = index.rows(
        f"SELECT CASE {classes} END AS class, count(*) FROM (SELECT 1.0 - 1.0 * clean_chars / raw_chars AS share "  # nosec B608
        "FROM doc WHERE raw_chars > 0) GROUP BY class"
    )
    counts = {int(row[0]): int(row[1]) for row in rows}
    return [{"up_to": end, "documents": counts.get(number, 0)} for number, end in enumerate(SHARES)]


def _sites(index: Index) -> list[dict[str, Any]]:
    rows = index.rows(
        "SELECT name, documents, raw_chars, clean_chars FROM site WHERE raw_chars > 0 "
        "ORDER BY documents DESC, name LIMIT ?",
        (TOP,),
    )
    return [
        {"site": name, "documents": documents, "share_cut": _share(raw - clean, raw)}
        for name, documents, raw, clean in rows
    ]


def _rules(index: Index, precision: dict[str, Estimate]) -> list[dict[str, Any]]:
    names = ("rule", "category", "cuts", "documents", "sites", "chars", "longest", "withheld", "doubt")
    rows = index.rows(
        "SELECT name, category, cuts, documents, sites, chars, longest, withheld, doubt FROM rule "
        "ORDER BY cuts DESC, name LIMIT ?",
        (TOP,),
    )
    found = [dict(zip(names, row, strict=True)) for row in rows]
    for one in found:
        estimate = precision.get(one["rule"])
        one["precision"] = None
        if estimate is not None:
            low, high = estimate.interval
            one["precision"] = {"right": estimate.right, "judged": estimate.judged, "low": low, "high": high}
    return found


def _most_cut(index: Index) -> list[dict[str, Any]]:
    rows = index.rows(
        "SELECT id, site.name, doc.raw_chars, doc.clean_chars, cuts, flags FROM doc JOIN site USING (site) "
        "WHERE doc.raw_chars > 0 AND cuts > 0 "
        "ORDER BY 1.0 * doc.clean_chars / doc.raw_chars, doc.raw_chars DESC LIMIT ?",
        (_OUTLIERS,),
    )
    return [
        {
            "id": json.loads(id),
            "site": site,
            "raw_chars": raw,
            "share_cut": _share(raw - clean, raw),
            "cuts": cuts,
            "flags": flags.split(),
        }
        for id, site, raw, clean, cuts, flags in rows
    ]


def _longest(index: Index) -> list[dict[str, Any]]:
    rows = index.rows(
        "SELECT doc.id, rule.name, cut.category, cut.chars, grp.text FROM cut JOIN doc USING (doc) JOIN rule "
        "ON rule.rule = cut.rule JOIN grp ON grp.grp = cut.grp WHERE NOT doc.page "
        "ORDER BY cut.chars DESC, cut.cut LIMIT ?",
        (_OUTLIERS,),
    )
    return [
        {"id": json.loads(id), "rule": rule, "category": category, "chars": chars, "text": text[:200]}
        for id, rule, category, chars, text in rows
    ]


def _trend(found: dict[str, Any], other: Index) -> dict[str, Any]:
    """The same totals of an earlier run, and the rules whose cuts changed most."""
    before = other.totals
    was = {str(row[0]): int(row[1]) for row in other.rows("SELECT name, cuts FROM rule")}
    now = {one["rule"]: one["cuts"] for one in found["rules"]}
    rules = [{"rule": rule, "before": was.get(rule, 0), "now": cuts} for rule, cuts in now.items()]
    rules += [
        {"rule": rule, "before": cuts, "now": None}
        for rule, cuts in sorted(was.items(), key=lambda item: -item[1])[:TOP]
        if rule not in now
    ]
    return {
        "run": other.run.name,
        "totals": _totals(other, before),
        "statuses": dict(sorted(before.statuses.items())),
        "categories": _categories(before),
        "rules": rules,
    }
