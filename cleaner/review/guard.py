"""Keeps the review application to the person who started it: loopback, a token, same-site cookies, checked forms.

What it shows was written by strangers. A page of theirs in the same browser must not be able to read it or to send
verdicts, and no text may become markup.
"""

from __future__ import annotations

import hmac
import secrets
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

from starlette.requests import Request
from starlette.responses import PlainTextResponse, RedirectResponse, Response

HEADERS = {
    "Content-Security-Policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "form-action 'self'; base-uri 'none'; frame-ancestors 'none'",
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "no-store",
}
#: Bytes that a form may have.
MAX_FORM = 1 << 20
_WEEK = 7 * 24 * 3600
Next = Callable[[Request], Awaitable[Response]]


class Guard:
    """Checks every request, and adds the headers to every answer."""

    def __init__(self, port: int) -> None:
        self.port = port
        self.token = secrets.token_urlsafe(24)
        self.csrf = secrets.token_urlsafe(24)
        self._session = secrets.token_urlsafe(24)
        self.cookie = f"cleaner-review-{port}"  # cookies of one host are shared by all its ports
        self._hosts = {f"{host}:{port}" for host in ("127.0.0.1", "localhost", "[::1]")}

    async def check(self, request: Request, call_next: Next) -> Response:
        """Answer, or refuse."""
        response = self._refusal(request)
        if response is None:
            response = self._entry(request) if request.url.path == "/enter" else await call_next(request)
        for name, value in HEADERS.items():
            response.headers[name] = value
        return response

    def _refusal(self, request: Request) -> Response | None:
        if request.headers.get("host") not in self._hosts:
            return PlainTextResponse("unknown host", 403)  # a name that was turned to this machine
        if request.url.path == "/enter" or request.url.path.startswith("/static/"):
            return None
        if not _same(request.cookies.get(self.cookie), self._session):
            return PlainTextResponse("open the address that `cleaner review` printed; it holds a token", 403)
        origin = request.headers.get("origin")
        if request.method != "GET" and origin is not None and origin.removeprefix("http://") not in self._hosts:
            return PlainTextResponse("this form came from another site", 403)
        return None

    def _entry(self, request: Request) -> Response:
        if not _same(request.query_params.get("token"), self.token):
            return PlainTextResponse("open the address that `cleaner review` printed; it holds a token", 403)
        response = RedirectResponse("/", 303)
        response.set_cookie(self.cookie, self._session, max_age=_WEEK, httponly=True, samesite="strict")
        return response

    async def form(self, request: Request) -> dict[str, str]:
        """The fields of a form, of which the token of its page was checked.

        Raises:
            PermissionError: the token is missing or wrong.
            ValueError: the form is too large, or is none.
        """
        body = b""
        async for chunk in request.stream():
            body += chunk
            if len(body) > MAX_FORM:
                raise ValueError("the form is too large")
        fields = {k: v[-1] for k, v in parse_qs(body.decode(), keep_blank_values=True, max_num_fields=50).items()}
        if not _same(fields.pop("csrf", None), self.csrf):
            raise PermissionError("this form is not from a page of this review; load the page again")
        return fields


def _same(given: str | None, wanted: str) -> bool:
    return given is not None and hmac.compare_digest(given.encode("utf-8", "replace"), wanted.encode())
