"""The pages of a store, served to whoever sits at this machine, until they are stopped."""

from __future__ import annotations

import errno
import gc
import logging
import signal
import socket
import webbrowser
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from threading import Thread
from typing import Final

import uvicorn

from benefits.errors import ConflictError, InvalidValueError
from web.app import create_app

HOST: Final = "127.0.0.1"
"""Only this machine: there is no sign-in."""

LOG: Final = logging.getLogger(__name__)

_GRACE_SECONDS: Final = 5
_WAITING: Final = 128
_MADE_BEFORE_A_SEARCH: Final = 50_000
"""Objects: a large board makes as many, and leaves no cycles; to look through them again and again is a third of it."""


def serve(
    store_url: str,
    *,
    port: int,
    opens: bool,
    says: Callable[[str], None],
    colour: str | None = None,
    is_replica: bool = False,
) -> None:
    """Serve the pages of a store on this machine until a signal stops it.

    Args:
        store_url: A SQLite file or a database's URL.
        port: Where; 0 for any that is free.
        opens: Whether to open the first page in a browser.
        says: Told what those who started it have to know.
        colour: The council's own; ours if left out.
        is_replica: Whether the store follows another; pages say so.

    Raises:
        StoreError: If there is no store of this version there.
        ConflictError: If the port is in use.
        InvalidValueError: If the port may not be used, or that is no colour.
    """
    with closing(_bound(port)) as bound:
        app = create_app(store_url, colour=colour, is_replica=is_replica)
        config = uvicorn.Config(
            app,
            log_config=None,
            access_log=False,
            proxy_headers=False,
            server_header=False,
            timeout_graceful_shutdown=_GRACE_SECONDS,
            lifespan="on",
        )
        _log_as_we_do()
        search_less_for_garbage()
        address = f"http://{HOST}:{bound.getsockname()[1]}/"
        _Server(config, lambda: _begun(address, opens, says)).run([bound])
    says("Stopped.")
    LOG.info("stopped")


def _begun(address: str, opens: bool, says: Callable[[str], None]) -> None:
    says(f"The pages are at {address}")
    says("There is no sign-in: whoever can use this machine can read them. Nobody else can, and nobody can write.")
    says("Stop with Ctrl-C.")
    LOG.info("serving at %s", address, extra={"address": address})
    if opens:
        # A browser may take its time to start, or to say that there is none.
        Thread(target=webbrowser.open, args=(address,), daemon=True).start()


class _Server(uvicorn.Server):
    """A server that says when it has begun, and ends well when it is stopped."""

    def __init__(self, config: uvicorn.Config, begun: Callable[[], None]) -> None:
        super().__init__(config)
        self._begun = begun

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Begin to answer, and say so."""
        await super().startup(sockets)
        self._begun()

    @contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Let a signal end the service, and not the process: it has answered whom it was answering, and is done."""
        before = {one: signal.signal(one, self.handle_exit) for one in (signal.SIGINT, signal.SIGTERM)}
        try:
            yield
        finally:
            for one, handler in before.items():
                signal.signal(one, handler)


def _bound(port: int) -> socket.socket:
    """Return a socket at a port of this machine.

    Raises:
        ConflictError: If something else is there.
        InvalidValueError: If it may not be used.
    """
    # Said to be TCP, or asyncio leaves Nagle's algorithm on: then each answer on a connection that is kept waits 40 ms.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    try:
        bound.bind((HOST, port))
        bound.listen(_WAITING)
    except OSError as error:
        bound.close()
        if error.errno == errno.EADDRINUSE:
            raise ConflictError(
                f"port {port} is in use, perhaps by these pages already: look at http://{HOST}:{port}/, or say another "
                f"with --port; --port 0 takes any that is free",
                subject=str(port),
            ) from None
        raise InvalidValueError(
            f"port {port} cannot be used here ({error.strerror}); say another with --port"
        ) from None
    return bound


def search_less_for_garbage() -> None:
    """Have the search for cycles leave out what lasts as long as the process, and begin less often."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(_MADE_BEFORE_A_SEARCH)


def _log_as_we_do() -> None:
    """Have the server's own words written where ours are."""
    ours = logging.getLogger("web")
    theirs = logging.getLogger("uvicorn")
    theirs.handlers = list(ours.handlers)
    theirs.setLevel(max(ours.getEffectiveLevel(), logging.WARNING))
    theirs.propagate = False
