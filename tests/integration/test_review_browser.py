"""The pages of the review in a real browser: keys, two reviewers, hostile text, a phone, the dark, and no violations.

The browser is the system's Chromium; Playwright drives it.
"""

from __future__ import annotations

import os
import re
import shutil
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import BrowserContext, Page, Playwright, sync_playwright

sys.path.insert(0, str(Path(__file__).resolve().parent.parent / "review"))
from reviewing import command, records, write

RULE = "language/id/related#invitation-line"
CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
FLAGS = "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking".split()
FLAGS += ["--disable-component-update", "--disable-sync"]
PHONE = {"width": 390, "height": 800}
DESK = {"width": 1280, "height": 900}


@pytest.fixture(scope="module")
def playwright() -> Iterator[Playwright]:
    if CHROMIUM is None:
        if os.environ.get("CLEANER_REQUIRE_TOOLS"):
            pytest.fail("Chromium is not installed, and CLEANER_REQUIRE_TOOLS is set")
        pytest.skip("Chromium is not installed")
    with sync_playwright() as found:
        yield found


@pytest.fixture
def address(tmp_path: Path) -> Iterator[str]:
    """A review that is running, as a person starts it."""
    command("clean", write(tmp_path / "news.jsonl", records()), "-o", tmp_path / "out", "--quiet", status=1)
    server = subprocess.Popen(
        [sys.executable, "-m", "cleaner", "review", "out", "--no-browser", "--reviewer", "ani"],
        cwd=tmp_path,
        stdout=subprocess.PIPE,
        text=True,
        env={**os.environ, "PYTHONUNBUFFERED": "1"},
    )
    assert server.stdout is not None
    try:
        for line in server.stdout:
            found = re.search(r"http://127\.0\.0\.1:\d+/enter\?token=\S+", line)
            if found:
                yield found[0]
                break
        else:
            pytest.fail("the review told no address")
    finally:
        server.terminate()
        server.wait(10)


class Window:
    """A browser of its own, with what it complained of."""

    def __init__(self, playwright: Playwright, folder: Path, viewport: dict[str, int], scheme: str) -> None:
        self.context: BrowserContext = playwright.chromium.launch_persistent_context(
            str(folder),
            executable_path=CHROMIUM,
            args=FLAGS,
            viewport=viewport,
            color_scheme=scheme,  # type: ignore[arg-type]
        )
        self.page: Page = self.context.new_page()
        self.errors: list[str] = []
        self.page.on("console", lambda message: self.errors.append(message.text))
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on("dialog", lambda dialog: self.errors.append(f"dialog: {dialog.message}"))

    def key(self, key: str) -> None:
        """Press a key that sends a form or follows a link."""
        with self.page.expect_navigation():
            self.page.keyboard.press(key)

    def check(self) -> None:
        """No violation of accessibility, no error, no sideways scrolling."""
        found: Any = Axe().run(self.page)
        assert found.violations_count == 0, found.generate_report()
        assert self.errors == [], self.page.url
        wide = self.page.evaluate(
            "Array.from(document.querySelectorAll('body *')).filter(e => !e.closest('.scroll, pre, .skip-link') && "
            "e.getBoundingClientRect().right > document.documentElement.clientWidth + 1)"
            ".map(e => e.outerHTML.slice(0, 90))"
        )
        assert wide == [], self.page.url

    def origin(self) -> str:
        return re.sub(r"(https?://[^/]+).*", r"\1", self.page.url)


@pytest.fixture
def windows(playwright: Playwright, tmp_path: Path) -> Iterator[Any]:
    opened: list[Window] = []

    def window(viewport: dict[str, int] = DESK, scheme: str = "light") -> Window:
        opened.append(Window(playwright, tmp_path / f"profile-{len(opened)}", viewport, scheme))
        return opened[-1]

    yield window
    for one in opened:
        one.context.close()


def lines(path: Path) -> list[str]:
    return path.read_text("utf-8").splitlines() if path.exists() else []


@pytest.mark.parametrize(("viewport", "scheme"), [(DESK, "light"), (DESK, "dark"), (PHONE, "light"), (PHONE, "dark")])
def test_every_screen_reads_well(address: str, windows: Any, viewport: dict[str, int], scheme: str) -> None:
    window = windows(viewport, scheme)
    page = window.page
    page.goto(address)
    assert page.locator("tbody tr").count() > 3
    window.check()
    page.get_by_role("link", name=RULE, exact=True).click()
    page.wait_for_url("**/rule?**")
    assert "match" in page.locator("pre").inner_text()
    window.check()
    window.key("1")
    assert page.locator("#cut-view del").first.is_visible()
    window.check()
    window.key("o")
    assert page.locator(".rows").count() == 1
    window.check()
    for path in ("/missed", "/sample", "/judge?cut=99999"):
        page.goto(window.origin() + path)
        if path.startswith("/judge"):
            window.errors.clear()  # the browser notes the status 400 itself
        window.check()


def test_keys_judge_undo_and_survive_a_reload(address: str, windows: Any, tmp_path: Path) -> None:
    window = windows()
    page = window.page
    page.goto(address)
    page.goto(window.origin() + "/judge?queue=longest&rule=" + RULE.replace("#", "%23"))
    first = page.locator("#cut-view del:not(.faint)").inner_text()
    window.key("w")
    assert "Saved: wrong" in page.locator("[role=status]").inner_text()
    second = page.locator("#cut-view del:not(.faint)").inner_text()
    assert second != first
    page.reload()
    assert page.locator("#cut-view del:not(.faint)").inner_text() == second, "a reload shows the same cut"
    assert len(lines(tmp_path / "decisions.jsonl")) == 1, "and saves nothing again"
    window.key("u")
    assert page.locator("#cut-view del:not(.faint)").inner_text() == first
    page.keyboard.press("b")
    assert page.locator("#right").is_visible()
    page.keyboard.press("Escape")
    page.locator("#cut-view del:not(.faint)").evaluate(
        "cut => { const r = document.createRange(); r.setStart(cut.firstChild, 0); r.setEnd(cut.firstChild, 9);"
        " const s = getSelection(); s.removeAllRanges(); s.addRange(r); }"
    )
    page.wait_for_function("document.getElementById('right').value.length <= 9")
    page.get_by_role("button", name="Save these bounds").click()
    page.wait_for_url("**saved=bounds")
    assert '"verdict":"bounds"' in lines(tmp_path / "decisions.jsonl")[-1]
    window.check()


def test_two_reviewers_at_once(address: str, windows: Any, tmp_path: Path) -> None:
    one, two = windows(), windows()
    path = "/judge?queue=longest&rule=" + RULE.replace("#", "%23")
    two.page.goto(address)
    two.page.get_by_label("Reviewer").fill("budi")
    two.page.get_by_role("button", name="Change").click()
    one.page.goto(address)
    for window in (one, two):
        window.page.goto(window.origin() + path)
    assert one.page.locator("[name=cut]").input_value() != two.page.locator("[name=cut]").input_value()
    one.key("r")
    two.key("s")
    one.key("r")
    saved = lines(tmp_path / "decisions.jsonl")
    assert [re.search(r'"reviewer":"(\w+)"', line)[1] for line in saved] == ["ani", "budi", "ani"]  # type: ignore[index]
    assert len({re.search(r'"start":(\d+).*?"document":("[^"]*")', line + '"document":""') for line in saved}) == 3
    assert "budi 1" in one.page.locator("header").inner_text()


def test_hostile_text_does_nothing(address: str, windows: Any, tmp_path: Path) -> None:
    window = windows()
    page = window.page
    page.goto(address)
    page.goto(window.origin() + "/document?doc=24")
    shown = page.locator("main").inner_text()
    assert "<script>alert(1)</script>" in shown
    assert "\u21c4" in shown, "marks of direction can be seen"
    assert not {"\u202e", "\x1b", "\x00"} & set(page.content())
    window.check()
    # A page of another site cannot send a verdict: its form has no token, and its cookie does not come along.
    evil = tmp_path / "evil.html"
    fields = "".join(f'<input name="{name}" value="{value}">' for name, value in (("cut", 0), ("verdict", "right")))
    form = f'<form method="post" action="{window.origin()}/judge">{fields}</form>'
    evil.write_text(f"<html><body>{form}<script>document.forms[0].submit()</script></body></html>", "utf-8")
    page.goto(evil.as_uri())
    page.wait_for_url("**/judge")
    assert "token" in page.inner_text("body")
    assert lines(tmp_path / "decisions.jsonl") == []


def test_the_page_of_diff_stands_alone(windows: Any, tmp_path: Path) -> None:
    command("clean", write(tmp_path / "news.jsonl", records()), "-o", tmp_path / "out", "--quiet", status=1)
    file = tmp_path / "look.html"
    file.write_text(command("diff", tmp_path / "out", "--format", "html", status=1).stdout, "utf-8")
    for viewport, scheme in ((DESK, "light"), (PHONE, "dark")):
        window = windows(viewport, scheme)
        page = window.page
        asked: list[str] = []
        page.on("request", lambda request, asked=asked: asked.append(request.url))
        page.goto(file.as_uri())
        assert asked == [file.as_uri()], "nothing else is asked for"
        page.keyboard.press("n")
        page.keyboard.press("n")
        assert "cut 2 of" in page.locator("#where").inner_text()
        focused = page.locator("del:focus")
        assert focused.locator(".note").is_visible()
        window.check()
        category = focused.get_attribute("data-category")
        page.get_by_role("checkbox", name=str(category)).uncheck()
        assert page.locator(f"del.c-{category}.off").count() > 0
        page.emulate_media(media="print")
        assert not page.locator(".toolbar").first.is_visible()


@pytest.mark.parametrize("name", ["report", "compare"])
def test_the_other_pages_read_well(name: str, windows: Any, tmp_path: Path) -> None:
    command("clean", write(tmp_path / "news.jsonl", records()), "-o", tmp_path / "out", "--quiet", status=1)
    few = write(tmp_path / "few.jsonl", records()[:9])
    command("clean", few, "-o", tmp_path / "few", "--quiet", "--keep", "related")
    file = tmp_path / "page.html"
    if name == "report":
        command("report", tmp_path / "out", "--against", tmp_path / "few", "-o", file)
    else:
        args = (tmp_path / "out", tmp_path / "few", "--format", "html")
        file.write_text(command("compare", *args, status=1).stdout, "utf-8")
    for viewport, scheme in ((DESK, "light"), (PHONE, "dark")):
        window = windows(viewport, scheme)
        window.page.goto(file.as_uri())
        window.check()
