"""The pages as one application: what is at which address."""

from __future__ import annotations

import hashlib
import json
import logging
import mimetypes
import re
from collections.abc import Callable, Hashable, Iterator
from contextlib import AbstractContextManager, nullcontext
from functools import partial
from typing import Any, Final
from urllib.parse import urlencode

from litestar import Request, Response, get
from litestar.datastructures import State
from litestar.exceptions import NotFoundException

from benefits.errors import InvalidValueError
from projections import catch_up
from web import problems
from web.asked import in_figures, own_path, words_of
from web.colour import stylesheet_of
from web.guard import Guarded
from web.house import House
from web.meeting import paper, paper_name
from web.openapi import described
from web.page import HERE, Page, draw, is_built
from web.pages import (
    benefit,
    board,
    compare,
    decision,
    document,
    event,
    explain,
    funding,
    glossary,
    home,
    issue,
    listing,
    overrides,
    printed,
    register,
    show,
    timeline,
    trail,
    verify,
    years,
)
from web.pictures import chart, have_charts, have_papers
from web.question import Question, files_of
from web.tables import FORMS, file_name, file_of

LOG: Final = logging.getLogger(__name__)

PAGES: Final[tuple[Page, ...]] = (
    home.PAGE,
    board.PAGE,
    benefit.PAGE,
    decision.PAGE,
    show.PAGE,
    explain.PAGE,
    event.PAGE,
    register.PAGE,
    register.WHOLE,
    trail.PAGE,
    trail.WHOLE,
    compare.PAGE,
    timeline.PAGE,
    years.PAGE,
    years.TOTALS,
    funding.PAGE,
    printed.PAGE,
    printed.WHOLE,
    printed.ONE,
    overrides.PAGE,
    overrides.WHOLE,
    document.PAGE,
    issue.PAGE,
    listing.PAGE,
    verify.PAGE,
    glossary.PAGE,
)
"""Every page; a new one is a line here."""

Asks = Request[Any, Any, Any]

_HALF: Final = re.compile("[\ud800-\udfff]")


def create_app(store_url: str, *, colour: str | None = None, is_replica: bool = False) -> Guarded:
    """Return the application that shows a store.

    Args:
        store_url: A SQLite file or a database's URL. It is opened to be read only.
        colour: The council's own, written `#rrggbb`; ours if left out.
        is_replica: Whether the store follows another, and may be a little behind it; pages say so.

    Raises:
        StoreError: If there is no store of this version there.
        InvalidValueError: If that is no colour.
    """
    look = stylesheet_of(colour).encode()
    house = House(store_url, is_replica=is_replica)
    if not is_built():
        LOG.warning("the compiled stylesheet is not there; pages use the small one of our own")
    return Guarded(
        [*_pages(house), *_pictures(house), _description(), _health(house), _served("/look.css", look), *_files()],
        exception_handlers=problems.HANDLERS,
        on_shutdown=[house.close],
        openapi_config=None,
        state=State({"house": house}),
        logging_config=None,
    )


# --- pages ---------------------------------------------------------------------------------------


def _pages(house: House) -> Iterator[Any]:
    for page in PAGES:
        answered = partial(_answered, house, house.turn if page.takes_turns else nullcontext)
        yield _handler(page.path, page.name, partial(answered, partial(_html, page)))
        yield _handler(f"/api{page.path}", f"{page.name}-json", partial(answered, partial(_json, page)))
        for table in page.tables:
            for form in FORMS:
                wanted = partial(_file, page, table, form)
                path = f"{files_of(page.path)}/{table}.{form}"
                yield _handler(path, f"{page.name}-{table}-{form}", partial(answered, wanted))


def _handler(path: str, name: str, answer: Callable[[Asks], Response[bytes]]) -> Any:
    """Return what answers an address, in a thread of its own: the store's driver waits."""

    def answered(request: Request[Any, Any, Any]) -> Response[bytes]:
        return answer(request)

    return get(path, name=name, sync_to_thread=True)(answered)


_Turn = Callable[[], AbstractContextManager[None]]
_Answer = Callable[[Question], Response[bytes]]


def _answered(house: House, turn: _Turn, answer: _Answer, request: Asks) -> Response[bytes]:
    """Return an answer, or that it is the one which the browser has already."""
    words = words_of(request.scope["query_string"])
    names = {name: str(value) for name, value in request.path_params.items()}
    if any(_HALF.search(one) for one in (*names.values(), *words.values())):
        raise InvalidValueError("the address holds half a character; it is not UTF-8")
    if (said := in_figures(words)) != words:
        there = f"{own_path(request.scope['path'])}?{urlencode(said)}"
        return Response(b"", status_code=302, headers={"location": there, "cache-control": "no-store"})
    question = Question(house, own_path(request.scope["path"]), names, words)
    request.state.question = question  # For what is said if it cannot be answered.
    if question.etag in request.headers.get("if-none-match", ""):
        return Response(b"", status_code=304, headers=_kept_by(question))
    key = (request.scope["path"], question.etag)
    found = _drawn_before(house, question, key)
    if found is None:
        with turn():
            # Whoever had the turn before may have drawn the same page.
            found = _drawn_before(house, question, key) or _drawn_now(house, question, key, answer)
    return found


def _drawn_before(house: House, question: Question, key: Hashable) -> Response[bytes] | None:
    return house.drawn.get(key) if question.is_settled else None


def _drawn_now(house: House, question: Question, key: Hashable, answer: _Answer) -> Response[bytes]:
    found = answer(question)
    found.headers.update(_kept_by(question))
    if question.is_settled and not (question.is_behind or question.is_for_once):
        house.drawn.put(key, found)
    return found


def _kept_by(question: Question) -> dict[str, str]:
    """Return how an answer may be kept: by who asked for it, and only while it is still the answer."""
    if question.is_behind or question.is_for_once:
        return {"cache-control": "no-store"}
    return {"etag": question.etag, "cache-control": "private, no-cache"}


def _html(page: Page, question: Question) -> Response[bytes]:
    try:
        return Response(draw(page, question), media_type="text/html")
    except InvalidValueError as error:
        words = {name: said for name, said in question.words.items() if name not in page.form}
        if words == question.words:
            raise
        without = Question(question.house, question.path, question.names, words)
        question.is_for_once = True
        html = draw(page, without, wrong=problems.said_of(error, question), typed=question.words)
        return Response(html, status_code=400, media_type="text/html")


def _json(page: Page, question: Question) -> Response[bytes]:
    return Response(page.ask(question).model_dump_json().encode(), media_type="application/json")


def _file(page: Page, name: str, form: str, question: Question) -> Response[bytes]:
    table = page.tables[name](question, page.ask(question))
    if table is None:
        raise NotFoundException
    disposition = f'attachment; filename="{file_name(table, form, question)}"'
    headers = {} if form == "json" else {"content-disposition": disposition}
    return Response(file_of(table, form, question), media_type=FORMS[form], headers=headers)


def _pictures(house: House) -> Iterator[Any]:
    if have_charts():
        yield _handler("/chart/{chart:str}/{file:str}", "chart", partial(_answered, house, house.turn, _svg))

    if have_papers():
        yield _handler("/paper/{file:str}", "paper", partial(_answered, house, house.turn, _pdf))


def _pdf(question: Question) -> Response[bytes]:
    disposition = f'inline; filename="{paper_name(question)}"'
    return Response(paper(question), media_type="application/pdf", headers={"content-disposition": disposition})


def _svg(question: Question) -> Response[bytes]:
    return Response(chart(question), media_type="image/svg+xml")


# --- what is no page ---------------------------------------------------------------------------


def _description() -> Any:
    said = json.dumps(described(PAGES), ensure_ascii=False).encode()

    @get("/api/openapi.json", name="openapi", sync_to_thread=False)
    def openapi() -> Response[bytes]:
        return Response(said, media_type="application/json")

    return openapi


def _health(house: House) -> Any:
    """Return what says whether questions are answered: the views, and the head of the log, are looked at each time."""

    @get("/health", name="health", sync_to_thread=True)
    def health() -> Response[bytes]:
        register = house.register()
        catch_up(register)
        head = register.log.head()
        said = {"status": "ok", "events": head.size}
        return Response(json.dumps(said).encode(), media_type="application/json", headers={"cache-control": "no-store"})

    return health


def _files() -> Iterator[Any]:
    """Yield what serves each file that was there when the program began; no word of an address names a file."""
    folder = HERE / "static"
    for path in sorted(folder.rglob("*")):
        if path.is_file() and not path.name.startswith("."):
            yield _served(f"/static/{path.relative_to(folder).as_posix()}", path.read_bytes())


def _served(address: str, content: bytes) -> Any:
    kind = mimetypes.guess_type(address)[0] or "application/octet-stream"
    etag = f'"{hashlib.sha256(content).hexdigest()[:32]}"'
    headers = {"etag": etag, "cache-control": "no-cache"}

    @get(address, name=address, sync_to_thread=False)
    def served(request: Request[Any, Any, Any]) -> Response[bytes]:
        if etag in request.headers.get("if-none-match", ""):
            return Response(b"", status_code=304, headers=headers)
        return Response(content, media_type=kind, headers=headers)

    return served
