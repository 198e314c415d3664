"""A server that has everything ready: the same templates told the same, and the same answers, without store or views.

It is as fast as the pages could be if every question were answered already. It is run as a process, as they are.
Under `/made` it makes what a template is told, tables with their cells and links, from answers that are ready.
"""

from __future__ import annotations

import json
import socket
import sys
from typing import TYPE_CHECKING, Any

import uvicorn
from litestar import Litestar, Request, Response, get

from web.asked import words_of
from web.house import House, Kept, rows_of
from web.page import draw, drawn, told
from web.pages import board
from web.question import Question
from web.serve import search_less_for_garbage

if TYPE_CHECKING:
    from collections.abc import Sequence

    from projections.answers import Row

Asks = Request[Any, Any, Any]


def create_app(store: str, addresses: Sequence[str]) -> Litestar:
    """Return an application that shows boards it was told of beforehand.

    Args:
        store: Where the answers come from; it is closed before the first request.
        addresses: The boards there are, as their paths and words: `/board/P001?as_at=2021-03-31`.
    """
    ready: dict[str, dict[str, Any]] = {}
    answers: dict[str, Row] = {}
    questions: dict[str, Question] = {}
    house = House(store)
    house.kept = Kept(sys.maxsize, rows_of)
    for address in addresses:
        path, _, query = address.partition("?")
        question = Question(house, path, {"reference": path.rpartition("/")[2]}, words_of(query.encode()))
        ready[address] = told(board.PAGE, question)
        answers[address] = board.PAGE.ask(question)
        questions[address] = question
    house.close()

    @get("/board/{reference:str}", sync_to_thread=True)
    def page(request: Asks) -> Response[bytes]:
        html = drawn("board.html", **ready[_asked(request)])
        return Response(html, media_type="text/html")

    @get("/made/board/{reference:str}", sync_to_thread=True)
    def made(request: Asks) -> Response[bytes]:
        html = draw(board.PAGE, questions[_asked(request).removeprefix("/made")])
        return Response(html, media_type="text/html")

    @get("/api/board/{reference:str}", sync_to_thread=True)
    def answer(request: Asks) -> Response[bytes]:
        said = answers[_asked(request).removeprefix("/api")].model_dump_json()
        return Response(said.encode(), media_type="application/json")

    return Litestar([page, made, answer], openapi_config=None, logging_config=None)


def _asked(request: Asks) -> str:
    return f"{request.scope['path']}?{request.scope['query_string'].decode()}"


def main() -> None:
    """Serve at a socket that is open already: the store, and the socket's number; the addresses on standard input."""
    store, number = sys.argv[1:]
    app = create_app(store, json.load(sys.stdin))
    config = uvicorn.Config(app, log_config=None, access_log=False, proxy_headers=False, server_header=False)
    search_less_for_garbage()
    uvicorn.Server(config).run([socket.socket(fileno=int(number))])


if __name__ == "__main__":
    main()
