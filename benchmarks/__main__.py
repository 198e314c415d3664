"""The command: `python -m benchmarks`."""

from __future__ import annotations

from contextlib import ExitStack
from importlib import import_module
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, Final

import click

from benchmarks import machine, report
from benchmarks.bench import POSTGRESQL, SQLITE, Before, Bench
from benchmarks.measuring import ROUNDS
from benchmarks.sections import SECTIONS
from tests.postgres import postgres_server

DATABASES: Final = {"sqlite": SQLITE, "postgresql": POSTGRESQL}
SMALLEST: Final = 4_000
"""Fewer events are a programme that is still being set up."""

QUICK_SIZES: Final = (10_000,)
QUICK_ROUNDS: Final = 2


def _sizes(_: click.Context, __: click.Parameter, words: str) -> tuple[int, ...]:
    try:
        sizes = tuple(sorted({int(one) for one in words.split(",")}))
    except ValueError:
        raise click.BadParameter("give numbers of events, such as 10000,100000") from None
    if sizes[0] < SMALLEST:
        raise click.BadParameter(f"the smallest history has {SMALLEST:,} events")
    return sizes


def _names(_: click.Context, parameter: click.Parameter, words: str) -> tuple[str, ...]:
    known = tuple(DATABASES) if parameter.name == "databases" else SECTIONS
    named = {one.strip() for one in words.split(",")}
    if named - set(known):
        raise click.BadParameter(f"there is no {', '.join(sorted(named - set(known)))}; there is {', '.join(known)}")
    return tuple(one for one in known if one in named)


@click.command()
@click.option("--sizes", default="10000,100000,1000000", callback=_sizes, help="Events in the log.", show_default=True)
@click.option("--databases", default="sqlite,postgresql", callback=_names, help="Which of them.", show_default=True)
@click.option(
    "--only",
    default=",".join(SECTIONS),
    callback=_names,
    help="Which sections.",
    show_default=True,
)
@click.option("--rounds", default=ROUNDS, help="Turns that each contender gets.", show_default=True)
@click.option("--seed", default=1, help="What the histories are made from.", show_default=True)
@click.option("--quick", is_flag=True, help="One size and few turns, to see that it works; no figure to quote.")
@click.option("--output", type=click.Path(file_okay=False, path_type=Path), help="A folder for page and pictures.")
@click.option(
    "--scratch",
    type=click.Path(file_okay=False, exists=True),
    help="A folder on the disk to measure.",
)
@click.option(
    "--stores",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A folder in which SQLite stores are left, and found again by the next run; not for the section size.",
)
@click.option(
    "--before",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="A checkout of an earlier version, set up; its pages are asked beside ours.",
)
@click.option(
    "--before-stores",
    type=click.Path(file_okay=False, exists=True, path_type=Path),
    help="The folder in which its own benchmark left SQLite stores, by --stores.",
)
def main(
    sizes: tuple[int, ...],
    databases: tuple[str, ...],
    only: tuple[str, ...],
    rounds: int,
    seed: int,
    quick: bool,
    output: Path | None,
    scratch: str | None,
    stores: Path | None,
    before: Path | None,
    before_stores: Path | None,
) -> None:
    """Measure the register beside its peers, in turns, in one run, and write down what was measured.

    Peers that are not installed are said to be missing. Those from Python are in benchmarks/requirements.txt.
    """
    if stores is not None and "size" in only:
        raise click.UsageError("the section size needs stores that were just written; leave out --stores, or size")
    if (before is None) != (before_stores is None):
        raise click.UsageError("--before takes --before-stores, and --before-stores takes --before")
    earlier = Before(before, before_stores) if before is not None and before_stores is not None else None
    if quick:
        sizes, rounds = QUICK_SIZES, QUICK_ROUNDS
    if earlier is not None:
        there = [size for size in sizes if earlier.store(size, seed).exists()]
        if not there or "pages" not in only or "sqlite" not in databases:
            raise click.UsageError("--before has its pages asked, over SQLite stores of these sizes and this seed")
    with ExitStack() as run:
        folder = Path(run.enter_context(TemporaryDirectory(prefix="benefits-benchmark-", dir=scratch)))
        server = run.enter_context(postgres_server(durable=True)) if "postgresql" in databases else None
        named = tuple(DATABASES[name] for name in databases)
        bench = Bench(folder, sizes, named, seed=seed, rounds=rounds, postgres=server, kept=stores, before=earlier)
        run.enter_context(bench.closing)
        about = machine.describe(bench)
        machine.compile_sources()
        if earlier is not None:
            machine.compile_sources(earlier.checkout)
        for section in only:
            import_module(f"benchmarks.sections.{section}").measure(bench)
    command = _command(sizes=sizes, databases=databases, only=only, rounds=rounds, seed=seed)
    if earlier is not None:
        command += " --before CHECKOUT --before-stores FOLDER"
    if output is None:
        click.echo(report.page(bench, command, about))
    else:
        report.write(output, bench, command, about)
        bench.say(f"written: {output}")


def _command(**given: Any) -> str:
    """Return the command that asks for the same again."""
    words = ["python -m benchmarks"]
    for name, value in given.items():
        said = ",".join(map(str, value)) if isinstance(value, tuple) else str(value)
        if not (name == "only" and value == SECTIONS):
            words.append(f"--{name} {said}")
    return " ".join(words)


if __name__ == "__main__":
    main()
