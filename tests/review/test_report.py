"""The report: its figures are those of the audit, and its page stands alone."""

from __future__ import annotations

import json
import re
from pathlib import Path

from reviewing import command


def test_the_figures_are_those_of_the_summary(place: Path) -> None:
    found = json.loads(command("report", place / "out", "--format", "json").stdout)
    summary = json.loads(command("audit", "summary", place / "out", "--format", "json").stdout)
    assert found["totals"]["documents"] == summary["documents"]
    assert found["totals"]["cuts"] == sum(summary["category_cuts"].values())
    assert found["statuses"] == summary["statuses"]
    assert {one["category"]: one["chars"] for one in found["categories"]} == summary["category_chars"]
    assert {one["rule"]: one["cuts"] for one in found["rules"] if one["cuts"]} == summary["rule_cuts"]
    assert sum(one["documents"] for one in found["shares"]) == summary["documents"] - summary["statuses"]["error"]


def test_the_page_stands_alone_and_escapes(place: Path) -> None:
    (place / "d.jsonl").write_text("", "utf-8")
    args = ("--against", place / "out", "--decisions", place / "d.jsonl", "-o", place / "r.html")
    command("report", place / "out", *args)
    page = (place / "r.html").read_text("utf-8")
    assert page.count("<svg") == 3
    assert not re.search(r"(?:src|href)=", page.replace('xmlns="http://www.w3.org/2000/svg"', ""))
    assert "<script" not in page
    assert "default-src &#39;none&#39;" in page or "default-src 'none'" in page
