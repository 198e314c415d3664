"""What every request passes: whom it is addressed to, and what a browser may do with the answer."""

from __future__ import annotations

import logging
from time import perf_counter
from typing import Any, Final

from litestar import Litestar

LOG: Final = logging.getLogger(__name__)

HOSTS: Final = frozenset({"localhost", "127.0.0.1", "[::1]"})
"""The names a page may be asked by: another site's name that was made to point here would read along."""

HEADERS: Final[dict[str, str]] = {
    "content-security-policy": "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "font-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'; connect-src 'self'",
    "x-content-type-options": "nosniff",
    "referrer-policy": "same-origin",
    "cross-origin-opener-policy": "same-origin",
    "cross-origin-resource-policy": "same-origin",
    "permissions-policy": "accelerometer=(), camera=(), geolocation=(), gyroscope=(), magnetometer=(), "
    "microphone=(), payment=(), usb=()",
    "x-frame-options": "DENY",
}
"""The headers of every answer, problems and files too."""

_HEADERS: Final = [(name.encode(), value.encode()) for name, value in HEADERS.items()]


class Guarded(Litestar):
    """An application that answers only who asks it by a name of this machine, and tells what it was asked."""

    async def __call__(self, scope: Any, receive: Any, send: Any) -> None:
        """Answer a request."""
        if scope["type"] != "http":
            await super().__call__(scope, receive, send)
            return
        began = perf_counter()
        status = 0
        is_head = scope["method"] == "HEAD"
        if is_head:
            scope["method"] = "GET"  # Answered alike, without the body.

        async def sending(message: Any) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
                message["headers"] = [*message["headers"], *_HEADERS]
            elif message["type"] == "http.response.body" and is_head:
                message["body"] = b""
            await send(message)

        if is_ours(scope):
            await super().__call__(scope, receive, sending)
        else:
            await _turn_away(sending)
        ms = (perf_counter() - began) * 1_000
        method, path = ("HEAD" if is_head else scope["method"]), scope["path"]
        said = {"method": method, "path": path, "status": status, "ms": round(ms, 3)}
        LOG.info("%s %s: %s in %.0f ms", method, path, status, ms, extra=said)


def is_ours(scope: Any) -> bool:
    """Tell whether a request is addressed to this machine, at the port it came in by."""
    said = [value for name, value in scope["headers"] if name == b"host"]
    if len(said) != 1:
        return False
    name, port = _split(said[0].decode("latin-1").lower())
    server = scope.get("server")
    return name in HOSTS and (server is None or port == str(server[1] or 80))


def _split(host: str) -> tuple[str, str]:
    """Return a name and a port; 80 where none is said."""
    name, colon, port = host.rpartition(":")
    if not colon or host.endswith("]"):
        return host, "80"
    return name, port


async def _turn_away(send: Any) -> None:
    words = (
        b"This is not the address of this service. Ask it as it says when it starts, http://127.0.0.1 with its port.\n"
    )
    headers = [(b"content-type", b"text/plain; charset=utf-8"), (b"content-length", str(len(words)).encode())]
    await send({"type": "http.response.start", "status": 421, "headers": headers})
    await send({"type": "http.response.body", "body": words, "more_body": False})
