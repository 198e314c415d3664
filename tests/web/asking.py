"""Addresses asked byte for byte, as a server hands them over: a client of our own would mend them first."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote, unquote_to_bytes

from selectolax.lexbor import LexborHTMLParser

from tests.web.conftest import BASE, Client
from web.guard import HEADERS

_HOST: Final = BASE.removeprefix("http://")
_MOST_SAFE: Final = (200, 400, 404, 409, 422)
_LEADS: Final = ("href", "src", "action", "formaction", "xlink:href", "data", "poster", "srcdoc")

Shapes = set[tuple[str, frozenset[str]]]


@dataclass(frozen=True)
class Answer:
    """An answer as it goes out."""

    status: int
    headers: Mapping[str, str]
    content: bytes

    @property
    def kind(self) -> str:
        """What it is said to be."""
        return self.headers["content-type"].partition(";")[0]

    @property
    def text(self) -> str:
        """Its words."""
        return self.content.decode()


def quoted(words: str) -> str:
    """Return words as a browser sends them, and halves of characters as a browser never would."""
    return quote(words.encode("utf-8", "surrogatepass"), safe="")


def ask_all(client: Client, addresses: Iterable[str]) -> list[Answer]:
    """Return what is answered at some addresses, asked one after the other."""

    async def all_of_them() -> list[Answer]:
        return [await _ask(client.app, one) for one in addresses]

    with client.portal() as portal:
        return list(portal.call(all_of_them))


async def _ask(app: Any, address: str) -> Answer:
    path, _, query = address.partition("?")
    scope = {
        "type": "http",
        "asgi": {"version": "3.0"},
        "http_version": "1.1",
        "method": "GET",
        "scheme": "http",
        "path": unquote_to_bytes(path).decode("utf-8", "replace"),
        "raw_path": path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(b"host", _HOST.encode())],
        "client": ("127.0.0.1", 50_000),
        "server": (_HOST.partition(":")[0], int(_HOST.partition(":")[2])),
        "state": {},
    }
    sent: list[Any] = []

    async def receive() -> Any:
        return {"type": "http.request", "body": b"", "more_body": False}

    async def send(message: Any) -> None:
        sent.append(message)

    await app(scope, receive, send)
    headers = [(name.decode(), value.decode("latin-1")) for name, value in sent[0]["headers"]]
    assert len({name for name, _ in headers}) == len(headers), headers
    return Answer(sent[0]["status"], dict(headers), b"".join(one.get("body", b"") for one in sent[1:]))


class _Seen:
    """The shapes of a page's tags, and where they lead, as a browser reads it, but for what is in a `template`."""

    def __init__(self, markup: str) -> None:
        self.shapes: Shapes = set()
        self.leads: set[tuple[str, str]] = set()
        root = LexborHTMLParser(markup).root
        assert root is not None, "a page has tags"
        for one in root.traverse():
            given = one.attributes
            self.shapes.add((str(one.tag), frozenset(given)))
            self.leads |= {(str(one.tag), given[name] or "") for name in _LEADS if name in given}


def shapes_of(markup: str) -> Shapes:
    """Return every tag of a page with the names of its attributes: what is not told by words."""
    return _Seen(markup).shapes


def held(answer: Answer, address: str, shapes: Shapes) -> None:
    """Hold an answer to what each must be: no failure, guarded, and nothing in it that runs or leads away.

    Args:
        answer: What was answered.
        address: Where, for whoever reads the failure.
        shapes: The tags, with their attributes, that pages have of themselves.
    """
    assert answer.status in _MOST_SAFE, (address, answer.status)
    assert HEADERS.items() <= answer.headers.items(), address
    assert not {"set-cookie", "location", "refresh", "link"} & answer.headers.keys(), address
    if answer.kind == "text/html":
        seen = _Seen(answer.text)
        assert seen.shapes <= shapes, (address, seen.shapes - shapes)
        for tag, lead in seen.leads:
            assert re.match(r"#|/(?![/\\])", lead), (address, tag, lead)
            assert tag != "script" or lead.startswith("/static/"), (address, lead)
