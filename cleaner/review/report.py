"""The figures of a run as one HTML page that stands alone."""

from __future__ import annotations

from typing import Any

from cleaner.review.render import alone, environment


def page(figures: dict[str, Any]) -> str:
    """The page.

    Raises:
        CleanerError: the extra ``review`` is not installed.
    """
    template = environment().get_template("report.html")
    from cleaner.review.plots import bars

    trend = figures.get("trend")
    before = {one["category"]: one["share"] for one in trend["categories"]} if trend else {}
    categories = [
        (one["category"], one["share"], f"{one['share']:.2%}", before.get(one["category"]), f"c-{one['category']}")
        for one in figures["categories"]
    ]
    low = 0.0
    shares = []
    for one in figures["shares"]:
        label = "nothing" if not one["up_to"] else f"{low:.0%} to {one['up_to']:.0%}"
        shares.append((label, one["documents"], f"{one['documents']:,}", None, ""))
        low = one["up_to"]
    sites = [
        (one["site"] or "not known", one["share_cut"], f"{one['share_cut']:.1%} of {one['documents']:,}", None, "")
        for one in figures["sites"]
    ]
    plots = {
        "categories": bars("Share of all characters that was cut, by category", categories),
        "shares": bars("Documents by the share of their text that was cut", shares),
        "sites": bars("Share of characters that was cut, by site", sites),
    }
    return template.render(f=figures, trend=trend, plots=plots, title=f"Report of {figures['run']}", **alone(""))
