"""Scrapy: a real crawl of pages served on loopback, and the pipeline item by item."""

from __future__ import annotations

import dataclasses
import json
import subprocess
import sys
import warnings
from pathlib import Path
from typing import Any

import attrs
import pytest
import scrapy
from scrapy.settings import Settings as CrawlSettings
from scrapy.utils.test import get_crawler

from cleaner import Cleaner, CleanerError, restore
from cleaner.adapters.scrapy import CleanerAddon, CleanerPipeline
from cleaner.audit import read

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."
TEXT = f"KONTAN.CO.ID - {PROSE}\nBaca Juga: Harga Cabai Turun\n{PROSE}"
URL = "https://www.kontan.co.id/news/1"
PAGE = f"<html><head><title>Beras</title></head><body><article><p>{PROSE}</p><p>{PROSE}</p></article></body></html>"

CRAWL = """
import dataclasses, json, sys, threading
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
import attrs, scrapy
from scrapy.crawler import CrawlerProcess

PROSE = "Harga beras naik tajam pada pekan ini, kata para pedagang di pasar induk kepada wartawan."

class Site(BaseHTTPRequestHandler):
    def do_GET(self):
        if self.path == "/":
            body = "".join(f'<a href="/news/{n}">n</a>' for n in range(5))
        else:
            body = f"<article><p>{PROSE}</p><p>Baca Juga: Harga Cabai Turun</p><p>{PROSE} {self.path}</p></article>"
        data = f"<html><head><title>Beras</title></head><body><nav><a>Beranda</a></nav>{body}</body></html>".encode()
        self.send_response(200)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(data)))
        self.end_headers()
        self.wfile.write(data)

    def log_message(self, *_):
        pass

@dataclasses.dataclass
class Data:
    id: int; url: str; html: str; text: str | None = None; title: str | None = None; cut: dict | None = None

@attrs.define
class Attrs:
    id: int; url: str; html: bytes; text: str | None = None; title: str | None = None; cut: dict | None = None

class Own(scrapy.Item):
    id = scrapy.Field(); url = scrapy.Field(); html = scrapy.Field(); text = scrapy.Field(); cut = scrapy.Field()

class News(scrapy.Spider):
    name = "news"

    def parse(self, response):
        yield from response.follow_all(css="a[href]", callback=self.parse_article)
        yield {"section": "not an article"}

    def parse_article(self, response):
        n = int(response.url[-1])
        if n == 0:
            yield {"id": n, "url": response.url, "html": response.text}
        elif n == 1:
            yield Data(n, response.url, response.text)
        elif n == 2:
            yield Attrs(n, response.url, response.body)
        elif n == 3:
            yield Own(id=n, url=response.url, html=response.text)
        else:
            yield {"id": n, "url": response.url, "text": response.css("p::text").getall()}

server = ThreadingHTTPServer(("127.0.0.1", 0), Site)
threading.Thread(target=server.serve_forever, daemon=True).start()
process = CrawlerProcess({**json.loads(sys.argv[1]), "LOG_LEVEL": "WARNING", "TELNETCONSOLE_ENABLED": False,
    "FEEDS": {"items.jsonl": {"format": "jsonlines"}}})
crawler = process.create_crawler(News)
process.crawl(crawler, start_urls=[f"http://127.0.0.1:{server.server_port}/"])
process.start()
with open("stats.json", "w") as out:
    json.dump({k: v for k, v in crawler.stats.get_stats().items() if isinstance(v, (int, str))}, out)
"""


def crawl(folder: Path, settings: dict[str, Any]) -> tuple[list[dict[str, Any]], dict[str, Any], str]:
    (folder / "crawl.py").write_text(CRAWL)
    done = subprocess.run(
        [sys.executable, "-W", "error::scrapy.exceptions.ScrapyDeprecationWarning", "crawl.py", json.dumps(settings)],
        check=True,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=120,
    )
    items = [json.loads(line) for line in (folder / "items.jsonl").read_text().splitlines()]
    return items, json.loads((folder / "stats.json").read_text()), done.stderr


@pytest.mark.parametrize(
    "enabled",
    [
        {"ADDONS": {"cleaner.adapters.scrapy.CleanerAddon": 500}},
        {"ITEM_PIPELINES": {"cleaner.adapters.scrapy.CleanerPipeline": 300}},
    ],
    ids=["add-on", "pipeline"],
)
def test_a_crawl(tmp_path: Path, enabled: dict[str, Any]) -> None:
    settings = {
        **enabled,
        "CLEANER_AUDIT_FIELD": "cut",
        "CLEANER_AUDIT_FILE": "audit/%(name)s.jsonl",
        "CLEANER_KEEP_HTML": False,
    }
    items, stats, log = crawl(tmp_path, settings)
    assert len(items) == stats["item_scraped_count"] == 6
    assert "item_dropped_count" not in stats
    articles = {item["id"]: item for item in items if "id" in item}
    for n in range(4):
        item = articles[n]
        assert item["text"] == f"{PROSE}\n{PROSE} /news/{n}"
        assert item.get("html") is None
        assert "Baca Juga: Harga Cabai Turun" in restore(item["text"], item["cut"])
        assert item["cut"]["id"] == n
        assert item["cut"]["url"] == item["url"]
        if n != 3:  # that item class has no such field
            assert item["title"] == "Beras"
    assert articles[4]["cut"]["error"] == 'field "text" is a list, not a string'
    assert articles[4]["text"] == [PROSE, "Baca Juga: Harga Cabai Turun", f"{PROSE} /news/4"]
    assert {"section": "not an article"} in items
    records = {record.id: record for record in read((tmp_path / "audit" / "news.jsonl").open("rb"))}
    assert sorted(records) == [0, 1, 2, 3, 4]
    assert [cut.text for cut in records[0].removals] == [cut["text"] for cut in articles[0]["cut"]["removals"]]
    counts = {name.removeprefix("cleaner/"): value for name, value in stats.items() if name.startswith("cleaner/")}
    assert counts["documents"] == 5
    assert counts["error"] == 1
    assert counts.get("ok", 0) + counts.get("flagged", 0) == 4
    assert counts["passed_over"] == 1
    by_category = sum(value for name, value in counts.items() if name.startswith("chars_cut/"))
    assert counts["chars_cut"] == by_category > 0
    assert counts["chars_cut/related"] >= 4 * len("Baca Juga: Harga Cabai Turun")
    assert 'cannot clean item 4: field "text" is a list, not a string' in log
    assert "Deprecat" not in log


def pipeline(**settings: Any) -> CleanerPipeline:
    return CleanerPipeline.from_crawler(get_crawler(settings_dict=settings))


def stats_of(step: CleanerPipeline) -> dict[str, Any]:
    return step._crawler.stats.get_stats()


def test_texts_fields_and_categories(cleaner: Cleaner) -> None:
    step = pipeline(CLEANER_TEXT_FIELD="isi", CLEANER_URL_FIELD="tautan", CLEANER_KEEP="related", CLEANER_HTML_FIELD="")
    item = {"isi": TEXT, "tautan": URL, "html": PAGE}
    assert step.process_item(item) is item
    assert item == {"isi": Cleaner(keep=["related"]).clean_text(TEXT, url=URL).text, "tautan": URL, "html": PAGE}
    assert step.process_item({"isi": TEXT}, spider=scrapy.Spider(name="old"))["isi"] == (
        Cleaner(keep=["related"]).clean_text(TEXT).text
    )
    assert stats_of(step)["cleaner/documents"] == 2


@pytest.mark.parametrize("text", [None, "", 3, [TEXT], b"x", "a\ud800"])
def test_what_cannot_be_cleaned_goes_on_as_it_is(text: object, tmp_path: Path) -> None:
    step = pipeline(CLEANER_AUDIT_FIELD="cut", CLEANER_AUDIT_FILE=str(tmp_path / "audit.jsonl"))
    step.open_spider()
    item = step.process_item({"id": object(), "text": text, "url": 7})
    step.close_spider()
    assert item["text"] is text
    assert item["cut"]["status"] == "error"
    assert "url" not in item["cut"]
    assert [record.status for record in read((tmp_path / "audit.jsonl").open("rb"))] == ["error"]
    assert stats_of(step)["cleaner/error"] == 1


def test_items_that_are_no_articles_pass() -> None:
    step = pipeline()
    for item in ({"section": "x"}, object(), {}):
        assert step.process_item(item) is item
    assert stats_of(step)["cleaner/passed_over"] == 3


def test_an_item_class_without_the_field_is_told() -> None:
    @dataclasses.dataclass
    class OnlyPage:
        html: str

    @attrs.define
    class NoAudit:
        text: str

    step = pipeline(CLEANER_AUDIT_FIELD="cut")
    assert step.process_item(OnlyPage(PAGE)) == OnlyPage(PAGE)
    assert step.process_item(NoAudit(TEXT)) == NoAudit(TEXT)
    assert stats_of(step)["cleaner/error"] == 2


def test_a_title_that_is_there_stays_and_pages_stay_by_default(cleaner: Cleaner) -> None:
    item = pipeline().process_item({"html": PAGE, "title": "Harga"})
    assert item == {"html": PAGE, "title": "Harga", "text": cleaner.clean_html(PAGE).text}


def test_no_cut_without_its_record(tmp_path: Path) -> None:
    step = pipeline(CLEANER_AUDIT_FILE="/dev/full", CLEANER_AUDIT_FIELD="cut")
    step.open_spider()
    item = step.process_item({"text": TEXT})
    step.close_spider()
    assert item["text"] == TEXT
    assert item["cut"]["error"] == "/dev/full: cannot write the audit: No space left on device"


def test_the_audit_file_is_appended_to_after_a_torn_line(tmp_path: Path) -> None:
    path = tmp_path / "audit.jsonl"
    for _ in range(2):
        step = pipeline(CLEANER_AUDIT_FILE=path)
        step.open_spider()
        step.process_item({"text": TEXT})
        step.close_spider()
    assert len(list(read(path.open("rb")))) == 2
    path.write_bytes(path.read_bytes()[:-7])
    step.open_spider()
    step.process_item({"text": TEXT})
    step.close_spider()
    lines = path.read_bytes().splitlines()
    assert len(lines) == 3
    assert lines[0] == lines[2]


@pytest.mark.parametrize(
    ("settings", "message"),
    [
        ({"CLEANER_PACK": ["x"]}, "unknown setting CLEANER_PACK; known: CLEANER_TEXT_FIELD, "),
        ({"CLEANER_KEEP": ["news"]}, "unknown category 'news'"),
        ({"CLEANER_PACKS": ["/no/such"]}, "/no/such: no such folder of packs"),
        ({"CLEANER_SITE": "nowhere.example"}, "unknown site 'nowhere.example'"),
        ({"CLEANER_TEXT_FIELD": ""}, "CLEANER_TEXT_FIELD needs a name"),
        ({"CLEANER_TEXT_FIELD": 3}, "CLEANER_TEXT_FIELD is 3, not a string"),
    ],
)
def test_wrong_settings_stop_the_crawl(settings: dict[str, Any], message: str) -> None:
    with pytest.raises(CleanerError) as caught:
        pipeline(**settings)
    assert str(caught.value).startswith(message)


def test_an_audit_file_that_cannot_be_opened_stops_the_crawl(tmp_path: Path) -> None:
    with pytest.raises(CleanerError, match=r"^CLEANER_AUDIT_FILE /.*: Is a directory$"):
        pipeline(CLEANER_AUDIT_FILE=tmp_path).open_spider()


def test_the_addon_leaves_a_pipeline_that_is_there_in_its_place() -> None:
    path = "cleaner.adapters.scrapy.CleanerPipeline"
    for given, expected in (
        ({}, {path: 300}),
        ({path: 800}, {path: 800}),
        ({CleanerPipeline: 5}, {CleanerPipeline: 5}),
    ):
        settings = CrawlSettings({"ITEM_PIPELINES": given})
        CleanerAddon().update_settings(settings)
        assert dict(settings["ITEM_PIPELINES"]) == expected


def test_no_warning_of_scrapy() -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        pipeline()
