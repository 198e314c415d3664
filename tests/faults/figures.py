"""What campaigns come to, as lines of the table in docs/benchmark/campaigns.md."""

from __future__ import annotations


def figures(campaign: str, count: int | str, words: str) -> None:
    """Print a campaign's command and its figures, as a line of that table."""
    print(f"| {campaign} | `.ci/campaign {campaign} {count}` | {words} |")  # noqa: T201


def kind_of(url: str) -> str:
    """Return which kind of database a URL names."""
    return "SQLite" if url.startswith("sqlite") else "PostgreSQL"
