"""A wire to a PostgreSQL server, which breaks at COMMIT or loses what the server tells of.

It breaks before the server hears of the COMMIT, or before we hear it was done.
"""

from __future__ import annotations

import socket
import threading
from contextlib import closing, contextmanager, suppress
from pathlib import Path
from select import select
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from sqlalchemy import make_url

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

SOCKET = ".s.PGSQL.5432"
WRITES = b"INSERT INTO command"
COMMIT = b"COMMIT\x00"
MOST_BYTES = 65_536
TELLS = ord("A")  # The kind of message by which a server tells whoever listens.


class Wire:
    """Passes bytes on between clients and a server. `url` is the database as seen through it."""

    def __init__(self, url: str, server: Path, listening: socket.socket) -> None:
        self.url = url
        self._server = str(server)
        self._listening = listening
        self._cut: str | None = None
        self._loses: Callable[[], bool] = lambda: False

    def lose(self, loses: Callable[[], bool]) -> None:
        """Ask, each time the server tells of something, whether that is lost, as it is in a pooler of transactions."""
        self._loses = loses

    def cut(self, when: str) -> None:
        """Break at the next COMMIT of a command, once: `before` the server hears it, or `after` it was done."""
        self._cut = when

    @property
    def is_cut(self) -> bool:
        """Whether the wire broke when it was told to."""
        return self._cut is None

    def accept(self) -> None:
        """Connect clients until the wire is closed."""
        with suppress(OSError):
            while True:
                client, _ = self._listening.accept()
                threading.Thread(target=self._connect, args=(client,), daemon=True).start()

    def _connect(self, client: socket.socket) -> None:
        with suppress(OSError), closing(client), socket.socket(socket.AF_UNIX) as server:
            server.connect(self._server)
            self._pass_on(client, server)

    def _pass_on(self, client: socket.socket, server: socket.socket) -> None:
        """Pass on what both say until one hangs up, or the wire breaks."""
        writes = False
        waiting = bytearray()
        while True:
            ready, _, _ = select([client, server], [], [])
            speaker, hearer = (server, client) if server in ready else (client, server)
            said = speaker.recv(MOST_BYTES)
            if not said:
                return
            writes = writes or WRITES in said
            if writes and COMMIT in said and speaker is client and self._cut is not None:
                if self._cut == "after":
                    server.sendall(said)
                    server.recv(MOST_BYTES)
                self._cut = None
                return
            if speaker is server:
                waiting += said
                said = b"".join(one for one in _messages(waiting) if one[0] != TELLS or not self._loses())
            hearer.sendall(said)


def _messages(waiting: bytearray) -> Iterator[bytes]:
    """Take the messages of a server that have come whole."""
    while len(waiting) > 4:
        end = 1 + int.from_bytes(waiting[1:5], "big")
        if len(waiting) < end:
            return
        yield bytes(waiting[:end])
        del waiting[:end]


@contextmanager
def a_wire(url: str) -> Iterator[Wire]:
    """Give a wire to the server of a URL."""
    direct = make_url(url)
    server = Path(str(direct.query["host"]), SOCKET)
    # A Unix socket's path may have some hundred bytes, so it is not in pytest's long temporary path.
    with TemporaryDirectory(prefix="benefits-wire-", dir="/tmp") as folder, socket.socket(socket.AF_UNIX) as listening:
        listening.bind(str(Path(folder, SOCKET)))
        listening.listen()
        through = direct.update_query_dict({"host": folder}).render_as_string(hide_password=False)
        wire = Wire(through, server, listening)
        threading.Thread(target=wire.accept, daemon=True).start()
        try:
            yield wire
        finally:
            listening.shutdown(socket.SHUT_RDWR)
