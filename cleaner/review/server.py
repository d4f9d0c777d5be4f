"""The review application: pages made on the server, a button for every key, no script needed to judge."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from urllib.parse import urlencode

from starlette.applications import Starlette
from starlette.concurrency import run_in_threadpool
from starlette.middleware.base import BaseHTTPMiddleware
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response
from starlette.routing import BaseRoute, Mount, Route
from starlette.staticfiles import StaticFiles

from cleaner.model import CleanerError
from cleaner.review.desk import Desk
from cleaner.review.filters import Shown
from cleaner.review.guard import Guard
from cleaner.review.page import shown_rows
from cleaner.review.precision import error_bound
from cleaner.review.queues import QUEUES, SORTS
from cleaner.review.render import STATIC, environment

_NAME_COOKIE = "cleaner-reviewer"
_MOST_NAME = 40
Page = Callable[["Pages", Request], Response]


class Pages:
    """The pages. Handlers run in threads; what they share is locked by the index and the desk."""

    def __init__(self, desk: Desk, guard: Guard, reviewer: str) -> None:
        self.desk = desk
        self.views = desk.views
        self.guard = guard
        self.reviewer = reviewer

    def name(self, request: Request) -> str:
        """Who is judging in this browser."""
        return clean_name(request.cookies.get(_NAME_COOKIE, "")) or self.reviewer

    def show(self, request: Request, template: str, status: int = 200, **values: Any) -> Response:
        """A page from its template."""
        index = self.views.index
        common = {
            "run": index.run.name,
            "reviewer": self.name(request),
            "csrf": self.guard.csrf,
            "saved": request.query_params.get("saved", ""),
            "warnings": index.warnings,
            "progress": self.desk.progress(),
            "here": request.url.path + (f"?{request.url.query}" if request.url.query else ""),
        }
        text = environment().get_template(template).render(**{**common, **values})
        return HTMLResponse(text, status)

    def rules(self, request: Request) -> Response:
        """The first screen: all rules of the run."""
        self.desk.judged.refresh()
        sort, search = request.query_params.get("sort", "cuts"), request.query_params.get("q", "")[:200]
        rows = self.views.rules(sort, search)
        totals = self.views.index.totals
        return self.show(request, "rules.html", rows=rows, sort=sort, search=search, sorts=[*SORTS, "precision"],
                         compares=self.views.compares, totals=totals)  # fmt: skip

    def rule(self, request: Request) -> Response:
        """One rule: what it says, its queues, its most frequent texts."""
        self.desk.judged.refresh()
        row = self.views.rule(request.query_params.get("name", ""))
        return self.show(
            request,
            "rule.html",
            row=row,
            queues=QUEUES,
            sizes=self.views.sizes(row),
            judged=self.views.judged_in(row.name),
            groups=self.views.groups(row.name),
            block=self.desk.book.block(row.name),
            changed=self.desk.pack_changed(row.name),
            bound=error_bound,
        )

    def judge(self, request: Request) -> Response:
        """A cut to judge: the next one of a queue, or the one that is asked for."""
        self.desk.judged.refresh()
        asked = request.query_params.get("cut")
        if asked is not None:
            card = self.views.card(_number(asked))
            rule, queue = card.rule, "longest"
        else:
            rule, queue = request.query_params.get("rule", ""), request.query_params.get("queue", "longest")
            found = self.desk.next_cut(rule, queue, self.name(request))
            if found is None:
                return self.show(request, "done.html", rule=rule, queue=queue, queues=QUEUES)
            card = found
        row = self.views.rule(rule)
        return self.show(
            request,
            "judge.html",
            card=card,
            rule=rule,
            queue=queue,
            queues=QUEUES,
            size=self.views.sizes(row)[queue],
            judged=self.views.judged_in(rule)[queue],
        )

    def save(self, request: Request, form: dict[str, str]) -> Response:
        """A verdict about a cut."""
        decision = self.desk.judge(
            _number(form.get("cut", "")),
            form.get("verdict", ""),
            self.name(request),
            queue=form.get("queue", ""),
            every="every" in form,
            right=form.get("right", ""),
        )
        query = urlencode({"rule": form.get("rule", ""), "queue": form.get("queue", ""), "saved": decision.verdict})
        return RedirectResponse(f"/judge?{query}", 303)

    def undo(self, request: Request, form: dict[str, str]) -> Response:
        """The reviewer's last verdict, taken back; its card is shown again."""
        last = self.desk.undo(self.name(request))
        if last is None:
            return self.show(request, "error.html", 409, message="you have no verdict to take back")
        if last.kind == "missed":
            return RedirectResponse("/missed?saved=undone", 303)
        cut = self.desk.judged.cut_of(last)
        return RedirectResponse("/" if cut is None else f"/judge?cut={cut}&saved=undone", 303)

    def document(self, request: Request) -> Response:
        """A whole document, raw and clean side by side."""
        doc = _number(request.query_params.get("doc", ""))
        facts = self.views.document(doc)
        cleaned = self.views.cleaned(doc)
        rows = []
        chosen: tuple[int, ...] = ()
        if cleaned is not None:
            chosen = tuple(range(len(cleaned.removals)))
            rows = shown_rows(Shown(str(facts["id"]), facts["url"], cleaned, chosen), None)
        return self.show(
            request, "document.html", facts=facts, cleaned=cleaned, rows=rows, chosen=chosen,
            cuts=self.views.cuts_of(doc),
        )  # fmt: skip

    def missed(self, request: Request) -> Response:
        """Texts left standing but frequent on their site, and the next one to judge."""
        self.desk.judged.refresh()
        search = request.query_params.get("q", "")[:200]
        asked = request.query_params.get("text")
        name = self.name(request)
        one = self.views.missing(_number(asked)) if asked is not None else self.desk.next_missed(name)
        rules = self.desk.book.rules_for(one.site) if one is not None else []
        places = [(self.views.document(doc), start) for doc, start, _ in one.places] if one is not None else []
        listed = self.views.missed(search)
        return self.show(request, "missed.html", one=one, rules=rules, places=places, listed=listed, search=search)

    def save_missed(self, request: Request, form: dict[str, str]) -> Response:
        """A verdict about a text left standing."""
        decision = self.desk.judge_missed(
            _number(form.get("text", "")),
            form.get("verdict", ""),
            self.name(request),
            category=form.get("category", "other"),
            rule=form.get("rule", ""),
        )
        return RedirectResponse(f"/missed?{urlencode({'saved': decision.verdict})}", 303)

    def sample(self, request: Request) -> Response:
        """The random samples: how many to judge for which error bound."""
        self.desk.judged.refresh()
        rows = [row for row in self.views.rules("cuts") if row.cuts]
        return self.show(request, "sample.html", rows=rows, sizes=[10, 20, 50, 100, 200], bound=error_bound,
                         strata=_strata(self, rows))  # fmt: skip

    def rename(self, request: Request, form: dict[str, str]) -> Response:
        """Another person judges in this browser from now on."""
        response = RedirectResponse("/", 303)
        name = clean_name(form.get("name", ""))
        response.set_cookie(_NAME_COOKIE, name, httponly=True, samesite="strict")
        return response


def _strata(pages: Pages, rows: list[Any]) -> list[dict[str, Any]]:
    """The rules by category: a stratum each, what was judged of its random samples, and what that tells."""
    found: dict[str, dict[str, Any]] = {}
    for row in rows:
        stratum = found.setdefault(
            row.category, {"category": row.category, "rules": 0, "cuts": 0, "judged": 0, "right": 0}
        )
        stratum["rules"] += 1
        stratum["cuts"] += row.cuts
        if row.estimate is not None and row.estimate.random:
            stratum["judged"] += row.estimate.judged
            stratum["right"] += row.estimate.right
    return sorted(found.values(), key=lambda stratum: -stratum["cuts"])


def clean_name(name: str) -> str:
    """A reviewer's name as it is stored: one line, not long."""
    return "".join(char for char in name if char.isprintable()).strip()[:_MOST_NAME]


def _number(value: str) -> int:
    try:
        return int(value)
    except ValueError:
        raise CleanerError(f"{value[:20]!r} is no number") from None


_GETS = {
    "/": Pages.rules,
    "/rule": Pages.rule,
    "/judge": Pages.judge,
    "/document": Pages.document,
    "/missed": Pages.missed,
    "/sample": Pages.sample,
}
_POSTS = {"/judge": Pages.save, "/missed": Pages.save_missed, "/undo": Pages.undo, "/reviewer": Pages.rename}


def application(desk: Desk, guard: Guard, reviewer: str) -> Starlette:
    """The application over a run.

    Args:
        desk: the work of its reviewers.
        guard: what checks every request.
        reviewer: name of who judges where a browser does not tell.
    """
    pages = Pages(desk, guard, reviewer)

    def shown(handler: Callable[..., Response]) -> Callable[[Request], Any]:
        async def answer(request: Request) -> Response:
            try:
                if request.method == "POST":
                    form = await guard.form(request)
                    return await run_in_threadpool(handler, pages, request, form)
                return await run_in_threadpool(handler, pages, request)
            except PermissionError as error:
                return pages.show(request, "error.html", 403, message=str(error))
            except (CleanerError, ValueError) as error:
                return pages.show(request, "error.html", 400, message=str(error))

        return answer

    routes: list[BaseRoute] = [Route(path, shown(handler), methods=["GET"]) for path, handler in _GETS.items()]
    routes += [Route(path, shown(handler), methods=["POST"]) for path, handler in _POSTS.items()]
    routes.append(Mount("/static", StaticFiles(directory=STATIC)))
    found = Starlette(routes=routes)
    found.add_middleware(BaseHTTPMiddleware, dispatch=guard.check)
    return found
