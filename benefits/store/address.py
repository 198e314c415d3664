"""Where a store is: a SQLite file, or a PostgreSQL database, however its URL is written."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final
from urllib.parse import parse_qsl, unquote

from benefits.store.errors import StoreNotFoundError

if TYPE_CHECKING:
    from sqlalchemy import URL

_FILE: Final = "sqlite:///"
_USUAL: Final = re.compile(
    r"(?:postgresql|postgres)(?:\+psycopg)?://"
    r"(?:(?P<user>[^:/@?%]*)(?::(?P<password>[^@/?]*))?@)?"
    r"(?P<host>[\w.-]+)?(?::(?P<port>\d+))?(?:/(?P<dbname>[^?%/]*))?(?:\?(?P<query>.*))?",
    re.ASCII,
)


@dataclass(frozen=True)
class Address:
    """A store's address, taken apart without SQLAlchemy where it is written as usual.

    Args:
        written: As it was given.
        file: The SQLite file's name; `None` for PostgreSQL.
        server: What PostgreSQL's driver is told of the server and the database; `None` where it is written so that
            SQLAlchemy has to take it apart, as for several hosts.
        query: What the URL's query says.
    """

    written: str
    file: str | None
    server: Mapping[str, Any] | None
    query: Mapping[str, Any]

    @classmethod
    def of(cls, url: str | Path) -> Address:
        """Return the address that a file's path or a URL says.

        Raises:
            StoreNotFoundError: If it names neither a SQLite file nor a PostgreSQL database.
        """
        written = str(url)
        if "://" not in written:
            return cls(written, written, {}, {})
        file = written.removeprefix(_FILE)
        if written != file and file not in {"", ":memory:"} and "?" not in file:
            return cls(written, file, {}, {})
        usual = _USUAL.fullmatch(written)
        pairs = parse_qsl((usual and usual["query"]) or "", keep_blank_values=True)
        query = dict(pairs)
        if usual is None or len(query) < len(pairs) or not _is_one_host(query.get("host")):
            parsed = store_url(written)
            named = str(parsed.database) if parsed.get_backend_name() == "sqlite" else None
            return cls(written, named, None, parsed.query)
        server = {name: given for name, given in usual.groupdict().items() if given and name != "query"}
        if "password" in server:
            server["password"] = unquote(server["password"])
        return cls(written, None, server, query)

    @property
    def is_sqlite(self) -> bool:
        """Whether it is a SQLite file."""
        return self.file is not None

    @property
    def path(self) -> Path:
        """The SQLite file."""
        assert self.file is not None
        return Path(self.file)

    @cached_property
    def url(self) -> URL:
        """The address as SQLAlchemy takes it."""
        return store_url(self.written)

    @property
    def name(self) -> str:
        """The file, or the URL without its password."""
        return self.file if self.file is not None else self.url.render_as_string(hide_password=True)


def _is_one_host(said: str | None) -> bool:
    """Tell whether a URL's query names no host, or the folder of a socket."""
    return said is None or (said.startswith("/") and "," not in said)


def store_url(url: str | Path) -> URL:
    """Return the database's URL from a file's path or from any way of writing a URL.

    Raises:
        StoreNotFoundError: If it names neither a SQLite file nor a PostgreSQL database.
    """
    from sqlalchemy import URL, make_url
    from sqlalchemy import exc as sql

    written = str(url)
    if "://" not in written:
        return URL.create("sqlite", database=written)
    try:
        parsed = make_url(written)
    except sql.ArgumentError:
        parsed = None
    kind = "" if parsed is None else parsed.get_backend_name()
    if parsed is not None and kind in {"postgresql", "postgres"}:
        return parsed.set(drivername="postgresql+psycopg")
    if parsed is not None and kind == "sqlite" and parsed.database not in {None, "", ":memory:"}:
        return parsed.set(drivername="sqlite")
    msg = (
        f"{parsed.render_as_string() if parsed else written} does not name a store; "
        "give a file, such as benefits.db, or a database, such as postgresql://host/name"
    )
    raise StoreNotFoundError(msg)
