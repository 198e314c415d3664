"""What an error says, for people on a page: where it names a command to type, there is a link to follow instead."""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from re import Match
from typing import Any, Final, NamedTuple

from web.asked import TIMES, Asked, address


class Said(NamedTuple):
    """Some words, and where they lead."""

    words: str
    href: str | None = None


class _Where(NamedTuple):
    """The page that was asked for: the parts of its path, and what else its address says."""

    parts: tuple[str, ...]
    words: Mapping[str, str]

    def here(self, **more: Any) -> str:
        return address(self.parts, {**self.words, **more})

    def then(self, day: str) -> str:
        kept = {name: said for name, said in self.words.items() if name not in TIMES}
        return address(self.parts, {**kept, "as_at": day})

    def there(self, *parts: str) -> str:
        return Asked.of(self.words).link(*parts)


_Lead = Callable[[_Where, Match[str]], list[Said]]


def _near(where: _Where, found: Match[str]) -> list[Said]:
    names = [Said(name, where.there("show", name)) for name in found[1].split(" or ")]
    apart = [part for name in names for part in (Said(" or "), name)][1:]
    return [Said("did you mean "), *apart, Said("?")]


def _class(where: _Where, found: Match[str]) -> list[Said]:
    release, kind, fund = found.groups()
    return [Said(", ".join(found.groups()), where.here(release=release, kind=kind, fund=fund))]


def _issue(where: _Where, found: Match[str]) -> list[Said]:
    before, version, printed, event = found.groups()
    return [
        Said(before),
        Said(f"{version} printed {printed} (event {event})", where.here(version=version, event=event)),
    ]


_LEADS: Final[tuple[tuple[str, _Lead], ...]] = (
    (
        r"ask --as-at (\d{4}-\d{2}-\d{2})",
        lambda where, found: [Said(f"ask as at {found[1]}", where.then(found[1]))],
    ),
    (
        r"on record from (\d{4}-\d{2}-\d{2}); ask for that day or later with --as-at",
        lambda where, found: [Said("on record from "), Said(f"{found[1]}: ask as at that day", where.then(found[1]))],
    ),
    (r"did you mean ([^?]+)\?", _near),
    (r"All there are: benefits list", lambda where, found: [Said("Everything on record", where.there("list"))]),
    (
        r"[Aa]sk: benefits figure list",
        lambda where, found: [Said("All printed figures", where.there("figures"))],
    ),
    (
        r"[Aa]sk: benefits (show|board) (\S+)",
        lambda where, found: [Said(f"Look at {found[2]}", where.there(found[1], found[2]))],
    ),
    (
        r"look at /(\w+)/(\S+?)(?:\?\S*)?$",
        lambda where, found: [Said(f"look at its {found[1]}", where.there(found[1], found[2]))],
    ),
    (r"run: benefits verify --against TOKEN", lambda where, found: [Said("verify the log", where.there("verify"))]),
    (r"(; it has |: |; )([^;:]+?) printed (\S+) \(event (\d+)\)", _issue),
    (r"Choose one: benefits document version .*$", lambda where, found: [Said("Choose one.")]),
    (r"--release (\S+) --kind (\S+) --fund ([^\s;]+)", _class),
    (r"; say since when: --since DATE(?:, or --since-meeting BODY)?", lambda where, found: [Said("; say since when")]),
    (r"--([a-z-]+)", lambda where, found: [Said(found[1].replace("-", " "))]),
)
_ANY: Final = re.compile("|".join(f"(?P<lead{at}>{pattern})" for at, (pattern, _) in enumerate(_LEADS)))


def mended(message: str, parts: tuple[str, ...], typed: Mapping[str, str]) -> list[Said]:
    """Return a message of ours as a sentence, in pieces, of which some lead to a page.

    Args:
        message: What is wrong.
        parts: The parts of the path that was asked for.
        typed: What else its address says.
    """
    where = _Where(parts, typed)
    said: list[Said] = []
    at = 0
    for found in _ANY.finditer(message):
        pattern, lead = next(one for at_, one in enumerate(_LEADS) if found[f"lead{at_}"] is not None)
        whole = re.match(pattern, found[0])
        assert whole is not None
        said += [Said(message[at : found.start()]), *lead(where, whole)]
        at = found.end()
    said.append(Said(message[at:]))
    kept = [one for one in said if one.words]
    first, last = kept[0], kept[-1]
    kept[0] = first._replace(words=first.words[:1].upper() + first.words[1:])
    return kept if last.words.endswith((".", "?", "!")) else [*kept, Said(".")]
