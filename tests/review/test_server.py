"""The review application: what it shows, what it saves, and whom it refuses."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

pytest.importorskip("starlette")
pytest.importorskip("jinja2")
pytest.importorskip("httpx")

from starlette.testclient import TestClient

from cleaner.review.desk import Desk
from cleaner.review.guard import HEADERS, Guard
from cleaner.review.index import open_index
from cleaner.review.queues import QUEUES
from cleaner.review.runs import open_run
from cleaner.review.serve import desk_of
from cleaner.review.server import application
from cleaner.review.verdicts import Decision, DecisionFile

BASE = "http://127.0.0.1:8000"
RULE = "language/id/related#invitation-line"


class Browser:
    """A client that has entered, with a reviewer's name."""

    def __init__(self, desk: Desk, guard: Guard, name: str = "ani") -> None:
        self.desk, self.guard = desk, guard
        self.client = TestClient(application(desk, guard, name), base_url=BASE)
        self.client.get("/enter", params={"token": guard.token})

    def text(self, path: str, status: int = 200, **values: object) -> str:
        response = self.client.get(path, params=values)
        assert response.status_code == status, response.text
        return response.text

    def send(self, path: str, status: int = 200, **values: object) -> str:
        response = self.client.post(path, data={"csrf": self.guard.csrf, **values})
        assert response.status_code == status, response.text
        return response.text

    def card(self, rule: str = RULE, queue: str = "longest") -> int:
        """The cut that is shown."""
        found = re.search(r'name="cut" value="(\d+)"', self.text("/judge", rule=rule, queue=queue))
        assert found is not None
        return int(found[1])

    def judge(self, cut: int, verdict: str, status: int = 200, **values: object) -> str:
        return self.send("/judge", status, cut=cut, verdict=verdict, rule=RULE, queue="longest", **values)


@pytest.fixture
def browser(place: Path) -> Browser:
    desk = desk_of(open_index(open_run(str(place / "out"))), place / "decisions.jsonl")
    return Browser(desk, Guard(8000))


def decisions(browser: Browser) -> list[Decision]:
    found = DecisionFile(browser.desk.judged.file.path).unread()
    return [one for one in found if isinstance(one, Decision)]


def test_every_page_answers_with_the_policy(browser: Browser) -> None:
    pages = [
        "/",
        "/?sort=small&q=related",
        "/?sort=precision",
        f"/rule?name={RULE.replace('#', '%23')}",
        "/missed",
        "/sample",
    ]
    pages += [f"/judge?rule={RULE.replace('#', '%23')}&queue={queue}" for queue in QUEUES]
    pages += ["/document?doc=0", "/static/style.css"]
    for page in pages:
        response = browser.client.get(page)
        assert response.status_code == 200, page
        assert {name: response.headers[name] for name in HEADERS} == HEADERS, page


def test_without_the_token_nothing_is_shown(browser: Browser) -> None:
    stranger = TestClient(application(browser.desk, browser.guard, "x"), base_url=BASE)
    for page in ("/", "/judge?rule=x", "/document?doc=0", "/enter", "/enter?token=wrong"):
        assert stranger.get(page).status_code == 403, page
    assert stranger.post("/judge", data={"csrf": browser.guard.csrf, "cut": 0, "verdict": "right"}).status_code == 403
    assert decisions(browser) == []


def test_another_host_name_or_site_is_refused(browser: Browser) -> None:
    assert browser.client.get("/", headers={"host": "evil.example:8000"}).status_code == 403
    form = {"csrf": browser.guard.csrf, "cut": "0", "verdict": "right"}
    for origin in ("http://evil.example", "null", "http://127.0.0.1:9999"):
        assert browser.client.post("/judge", data=form, headers={"origin": origin}).status_code == 403
    assert decisions(browser) == []
    own = browser.client.post("/judge", data=form, headers={"origin": BASE}, follow_redirects=False)
    assert own.status_code == 303


def test_a_form_without_the_pages_token_is_refused(browser: Browser) -> None:
    for form in ({"cut": "0", "verdict": "right"}, {"cut": "0", "verdict": "right", "csrf": "guess"}):
        assert browser.client.post("/judge", data=form).status_code == 403
    assert browser.client.post("/judge", content=b"x" * (2 << 20)).status_code == 400
    assert decisions(browser) == []


def test_the_cookie_stays_on_the_site_and_away_from_scripts(browser: Browser) -> None:
    response = browser.client.get("/enter", params={"token": browser.guard.token}, follow_redirects=False)
    cookie = response.headers["set-cookie"].lower()
    assert "httponly" in cookie
    assert "samesite=strict" in cookie


def test_hostile_text_is_shown_as_text(browser: Browser) -> None:
    doc = browser.desk.views.index.row("SELECT doc FROM doc WHERE id = '7'")
    assert doc is not None
    cut = browser.desk.views.cuts_of(doc[0])[0]
    for page in (
        browser.text("/document", doc=doc[0]),
        browser.text("/judge", cut=cut),
        browser.text("/rule", name=RULE),
    ):
        assert "<script>alert" not in page
        assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
        assert "&amp;lt;b&amp;gt;" in page
        assert not {"\u202e", "\x1b", "\x00"} & set(page)


def test_a_queue_is_judged_to_its_end_with_undo(browser: Browser) -> None:
    seen = []
    while 'name="cut"' in browser.text("/judge", rule=RULE, queue="longest"):
        seen.append(browser.card())
        browser.judge(seen[-1], "right")
        assert len(seen) < 100
    # Two documents are the same in every respect: they are judged together.
    assert len(set(seen)) == len(seen) == browser.desk.views.rule(RULE).cuts - 1
    lengths = [browser.desk.views.card(cut).end - browser.desk.views.card(cut).start for cut in seen]
    assert lengths == sorted(lengths, reverse=True)
    assert "Nothing is left in this queue" in browser.text("/judge", rule=RULE, queue="longest")
    assert f'name="cut" value="{seen[-1]}"' in browser.send("/undo")
    assert browser.card() == seen[-1]
    row = browser.desk.views.rule(RULE)
    assert row.counts.right == len(seen) - 1


def test_one_verdict_for_all_equal_texts(browser: Browser) -> None:
    groups = browser.desk.views.groups(RULE)
    cut, _, cuts, _, _ = groups[0]
    assert cuts > 1
    browser.judge(cut, "wrong", every="yes")
    assert browser.desk.views.judged_in(RULE)["longest"] == cuts
    assert decisions(browser)[0].every
    equal = "SELECT cut FROM cut WHERE grp = (SELECT grp FROM cut WHERE cut = ?) AND cut <> ?"
    other = browser.desk.views.index.row(equal, (cut, cut))
    assert other is not None
    browser.judge(other[0], "right")
    assert browser.desk.views.card(other[0]).verdict == "right", "a verdict of its own goes before"
    assert browser.desk.views.card(cut).verdict == "wrong"


def test_two_reviewers_get_different_cuts_and_see_each_others_verdicts(browser: Browser, place: Path) -> None:
    other = Browser(browser.desk, browser.guard, "budi")
    first, second = browser.card(), other.card()
    assert first != second
    browser.judge(first, "right")
    other.judge(second, "wrong")
    assert {one.reviewer for one in decisions(browser)} == {"ani", "budi"}
    # A second application on the same file, started later, and one that writes to it meanwhile.
    late = Browser(desk_of(open_index(open_run(str(place / "out"))), place / "decisions.jsonl"), Guard(8000), "cici")
    third = late.card()
    assert third not in (first, second)
    late.judge(third, "skip")
    browser.text("/")
    assert browser.desk.views.card(third).verdict == "skip"
    other.send("/undo")
    assert browser.desk.views.card(second).verdict is None, "each takes back a verdict of one's own"
    assert browser.desk.views.card(first).verdict == "right"


def test_wrong_bounds_are_marked_with_the_right_text(browser: Browser) -> None:
    cut = browser.card()
    text = browser.desk.views.card(cut).text.strip()
    browser.judge(cut, "bounds", right=text.split()[0])
    found = decisions(browser)[0]
    assert found.bounds is not None
    assert found.context[slice(*found.bounds)] == text.split()[0]
    assert found.context[slice(*found.at)].strip() == text
    assert "does not stand near the cut" in browser.judge(cut, "bounds", 400, right="bukan di sini")
    assert len(decisions(browser)) == 1


@pytest.mark.parametrize(
    ("path", "status", "told"),
    [
        ("/judge?cut=99999", 400, "no cut 99999"),
        ("/judge?cut=x", 400, "is no number"),
        ("/judge?rule=x&queue=nothing", 400, "no queue nothing"),
        ("/rule?name=x", 400, "no rule x in this run"),
        ("/document?doc=99999", 400, "no document 99999"),
        ("/missed?text=99999", 400, "no text 99999"),
    ],
)
def test_what_is_not_there_is_told(browser: Browser, path: str, status: int, told: str) -> None:
    response = browser.client.get(path)
    assert response.status_code == status
    assert told in response.text


def test_clutter_left_standing_is_found_and_judged(browser: Browser) -> None:
    page = browser.text("/missed")
    assert "Ikuti saluran kabar kota" in page
    one = next(one for one in browser.desk.views.missed() if one.text.startswith("Ikuti saluran"))
    assert (one.site, one.documents) == ("kontan.co.id", 12)
    browser.send("/missed", text=one.number, verdict="clutter", category="social")
    assert decisions(browser)[0].verdict == "clutter"
    assert browser.desk.views.missing(one.number).verdict == "clutter"
    assert "no rule" in browser.send("/missed", 400, text=one.number, verdict="clutter", category="social", rule="x#y")
    browser.send("/undo")
    assert browser.desk.views.missing(one.number).verdict is None


def test_the_precision_of_the_random_sample_is_told(browser: Browser) -> None:
    browser.judge(browser.card(), "wrong")
    biased = browser.desk.views.rule(RULE).estimate
    assert biased is not None
    assert not biased.random, "the riskiest cuts tell no precision"
    browser.send("/undo")
    for verdict in ("right", "right", "wrong"):
        browser.send("/judge", cut=browser.card(queue="sample"), verdict=verdict, rule=RULE, queue="sample")
    estimate = browser.desk.views.rule(RULE).estimate
    assert estimate is not None
    assert (estimate.right, estimate.judged, estimate.random) == (2, 3, True)
    assert "66.7%" in browser.text("/")
    assert "66.7%" in browser.text("/sample")


def test_change_against_another_run(place: Path) -> None:
    index = open_index(open_run(str(place / "out")))
    desk = desk_of(index, place / "decisions.jsonl", other=open_index(open_run(str(place / "out"))))
    assert "+0" in Browser(desk, Guard(8000)).text("/", sort="change")


def test_the_reviewers_name_is_kept_in_the_browser(browser: Browser) -> None:
    browser.send("/reviewer", name="  dewi\n<b> ")
    assert 'value="dewi&lt;b&gt;"' in browser.text("/")
    browser.judge(browser.card(), "right")
    assert decisions(browser)[0].reviewer == "dewi<b>"
