"""What is wrong, as a page for people and as JSON for programs, with the status that HTTP has for its kind."""

from __future__ import annotations

import json
import logging
import re
from collections.abc import Mapping
from typing import Any, Final
from urllib.parse import parse_qsl, unquote

from litestar import Request, Response
from litestar.exceptions import HTTPException

from benefits.errors import (
    BenefitsError,
    CheckFailedError,
    ConflictError,
    InvalidValueError,
    NotFoundError,
    RuleError,
    StoreError,
)
from web.asked import own_path
from web.house import House
from web.mended import Said, mended
from web.page import draw_problem
from web.place import Along, Place, along, place_of
from web.question import Question

LOG: Final = logging.getLogger(__name__)

STATUSES: Final[dict[type[BenefitsError], int]] = {
    InvalidValueError: 400,
    NotFoundError: 404,
    CheckFailedError: 409,
    ConflictError: 409,
    RuleError: 422,
    StoreError: 503,
}
"""The status of each kind of error, as the command line has an exit code for each."""

HEADINGS: Final[Mapping[int | str, str]] = {
    400: "What was asked is not clear",
    404: "Not on record",
    405: "Pages are only read here",
    409: "That does not agree with the record",
    "ambiguous": "Several bear that name",
    422: "A rule refuses that",
    500: "Something went wrong here",
    503: "The store cannot be asked just now",
}

Asks = Request[Any, Any, Any]

_OPTION: Final = re.compile(r"--(as-at|known-at|token|since-meeting|since|programme|period|release|kind|fund)\b")
_LONGEST: Final = 1_500
_ENDING: Final = 500


def status_of(error: BenefitsError) -> int:
    """Return the status of a kind of error."""
    return next((status for kind, status in STATUSES.items() if isinstance(error, kind)), 422)


def of_ours(request: Asks, error: BenefitsError) -> Response[Any]:
    """Answer with an error of ours, in its own words."""
    said = {"rule": getattr(error, "rule", None), "subject": getattr(error, "subject", None)}
    return _problem(request, status_of(error), error.code, error.message, **said)


def _as_addressed(message: str) -> str:
    """Return a message in which what to ask with is called as addresses call it, and not as the command line does."""
    return _OPTION.sub(lambda found: found[1].replace("-", "_"), message)


def of_http(request: Asks, error: HTTPException) -> Response[Any]:
    """Answer with what HTTP has a word for: no such page, no such method."""
    status = error.status_code
    if status == 404:
        message = "there is no page at this address; the first page lists what there is"
    elif status == 405:
        message = "nothing is recorded here yet: pages are only read"
    else:
        message = "the address, or what came with it, cannot be read"
    found = _problem(request, status, "http", message)
    found.headers.update({name: value for name, value in (error.headers or {}).items() if name.lower() == "allow"})
    return found


def of_mistake(request: Asks, error: Exception) -> Response[Any]:
    """Answer that the mistake is ours; what it was is for the log, and not for the page."""
    LOG.error("a page failed: %r", request.scope["path"], exc_info=error)
    message = "the mistake is in this program, and nothing recorded is touched by it; what it was stands in the log"
    return _problem(request, 500, "internal", message)


def _problem(request: Asks, status: int, code: str, message: str, **said: Any) -> Response[Any]:
    path: str = request.scope["path"]
    headers = {"cache-control": "no-store"}
    message = _in_short(message)
    if f"{path}/".startswith("/api/") or path.endswith(".json"):
        error = {
            "code": code,
            "message": _as_addressed(message),
            "rule": said.get("rule"),
            "subject": said.get("subject"),
        }
        content = json.dumps({"error": error}, ensure_ascii=False).encode("utf-8", "replace")
        return Response(content, status_code=status, media_type="application/json", headers=headers)
    question = None if status >= 500 else _asked(request)
    place, pages = _placed(question)
    typed, here = _typed(request), own_path(path)
    wrong = mended(message, _parts(here), typed)
    heading = HEADINGS.get(code) or HEADINGS.get(status, HEADINGS[400])
    html = draw_problem(status, heading, wrong, typed, here, question, place, pages)
    return Response(html, status_code=status, media_type="text/html", headers=headers)


def said_of(error: BenefitsError, question: Question) -> list[Said]:
    """Return what is wrong with a question, for a page."""
    return mended(_in_short(error.message), _parts(question.path), question.words)


def _parts(path: str) -> tuple[str, ...]:
    return tuple(unquote(part) for part in path.strip("/").split("/") if part)


def _asked(request: Asks) -> Question | None:
    """Return what was asked, or the same of now where its times are none; `None` if the store cannot be asked."""
    found: Question | None = getattr(request.state, "question", None)
    return found or _now(request.app.state.house, own_path(request.scope["path"]), request.path_params)


def _now(house: House, path: str, names: Mapping[str, Any]) -> Question | None:
    try:
        return Question(house, path, {name: str(value) for name, value in names.items()}, {})
    except BenefitsError:
        return None


def _placed(question: Question | None) -> tuple[Place, list[Along]]:
    """Return where a page would stand, and what pages there are about its subject: then, or else now."""
    while question is not None:
        reference = question.names.get("reference")
        try:
            found = place_of(question, reference), along(question, reference, "")
        except BenefitsError:
            return Place(), []
        if found[1] or reference is None or question.is_now:
            return found
        question = _now(question.house, question.path, question.names)
    return Place(), []


def _in_short(message: str) -> str:
    """Return a message without the middle of what was typed, where that is longer than anybody reads."""
    if len(message) <= _LONGEST:
        return message
    return f"{message[: _LONGEST - _ENDING]} … {message[-_ENDING:]}"


def _typed(request: Asks) -> dict[str, str]:
    return dict(parse_qsl(request.scope["query_string"].decode("latin-1")[:2_000], errors="replace"))


HANDLERS: Final[dict[type[Exception] | int, Any]] = {
    BenefitsError: of_ours,
    HTTPException: of_http,
    Exception: of_mistake,
}
"""What answers which kind of error."""
