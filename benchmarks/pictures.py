"""Two pictures: how the as-at question grows with the log, design by design, and how we stand beside the peers."""

from __future__ import annotations

from collections import Counter
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from benchmarks.report import Grown
    from benchmarks.results import Row

GROWTH: Final = "growth.svg"
RATIOS: Final = "ratios.svg"
QUESTION: Final = "totals by year as at (D, K)"

BY_COMMAND: Final = "benefits totals PROGRAMME --as-at D --known-at K"
_ALWAYS: Final = (QUESTION, BY_COMMAND)

# Okabe and Ito's colours, told apart by the colour-blind; markers and words tell them apart without colour.
_COLOURS: Final = ("#000000", "#E69F00", "#56B4E9", "#009E73", "#0072B2", "#D55E00", "#CC79A7", "#7F7F7F")
_MARKERS: Final = ("o", "s", "^", "D", "v", "P", "X", "*")
_MET: Final = "#0072B2"
_MISSED: Final = "#D55E00"
_FREE: Final = "#999999"


def draw(folder: Path, rows: Sequence[Row], grown: Sequence[Grown]) -> dict[str, str]:
    """Draw into a folder, and return the pictures with what they show; none if matplotlib is not installed."""
    if find_spec("matplotlib") is None:
        return {}
    import matplotlib as mpl

    mpl.use("svg")
    # Text stays text, to be read and searched, and the same figures make the same file.
    mpl.rcParams.update({"svg.fonttype": "none", "svg.hashsalt": "benefits", "font.size": 10})
    drawn = {}
    asked = [one for one in grown if one.what == QUESTION]
    if asked:
        _growth(folder / GROWTH, asked)
        drawn[GROWTH] = "How long the totals of a programme by year, as at any date, take as the log grows"
    compared = [row for row in rows if _is_shown(row, rows)]
    if compared:
        _ratios(folder / RATIOS, compared)
        drawn[RATIOS] = "How many times as fast as each peer"
    return drawn


def _is_shown(row: Row, rows: Sequence[Row]) -> bool:
    """Tell whether a row has a limit or is of the as-at question, and is of the largest size it was measured at."""
    if row.ratio is None or row.ours.unit != "s" or (row.reach is None and row.what not in _ALWAYS):
        return False
    alike = [one for one in rows if (one.what, one.database, one.peer) == (row.what, row.database, row.peer)]
    return row.size == max(one.size for one in alike)


def _growth(path: Path, grown: Sequence[Grown]) -> None:
    figure, axes = _figure(9.5, 5.5)
    databases = Counter(one.who for one in grown)
    for number, one in enumerate(sorted(grown, key=lambda one: one.seconds[-1])):
        axes.loglog(
            one.sizes,
            [seconds * 1_000 for seconds in one.seconds],
            marker=_MARKERS[(number + number // len(_COLOURS)) % len(_MARKERS)],
            color=_COLOURS[number % len(_COLOURS)],
            linestyle="-" if one.who == "benefits" else "--",
            linewidth=2.5 if one.who == "benefits" else 1.3,
            label=f"{one.who}{f', {one.database}' if databases[one.who] > 1 else ''}: N^{one.exponent:.2f}",
        )
    axes.set_xlabel("events in the log (N)")
    axes.set_ylabel("milliseconds, median")
    axes.set_title("Totals of a programme by financial year, as at any date, known at any date")
    axes.grid(visible=True, which="major", color="#dddddd")
    axes.legend(loc="center left", bbox_to_anchor=(1.01, 0.5), frameon=False, reverse=True)
    _save(figure, path)


def _ratios(path: Path, rows: Sequence[Row]) -> None:
    figure, axes = _figure(11, 1.2 + 0.36 * len(rows))
    ratios = [row.ratio or 0 for row in rows]
    places = list(range(len(rows)))[::-1]
    colours = [_FREE if row.is_met is None else _MET if row.is_met else _MISSED for row in rows]
    hatches = ["//" if row.is_met is False else "" for row in rows]
    bars = axes.barh(places, [ratio - 1 for ratio in ratios], left=1, color=colours, height=0.7)
    for bar, hatch in zip(bars, hatches, strict=True):
        bar.set_hatch(hatch)
    for place, row, ratio in zip(places, rows, ratios, strict=True):
        axes.annotate(
            f"{ratio:,.3g}×" if ratio < 1_000 else f"{ratio:,.0f}×",
            (ratio, place),
            xytext=(4 if ratio >= 1 else -4, 0),
            textcoords="offset points",
            va="center",
            ha="left" if ratio >= 1 else "right",
            fontsize=9,
        )
        if row.reach is not None and row.reach.of == "ratio":
            axes.plot([row.reach.bound] * 2, [place - 0.45, place + 0.45], color="black", linewidth=2)
    axes.set_xscale("log")
    axes.xaxis.set_major_formatter("{x:,g}×")
    axes.set_xlim(min(ratios) / 3, max(ratios) * 4)
    axes.set_ylim(-0.8, len(rows) - 0.2)
    axes.set_yticks(places, [_label(row) for row in rows], fontsize=8)
    axes.axvline(1, color="black", linewidth=0.8)
    axes.set_xlabel("times as fast as the peer (1 = as fast); the black mark is what is to be reached")
    axes.set_title("Blue reaches its limit, hatched orange does not, grey has none")
    axes.grid(visible=True, axis="x", which="major", color="#dddddd")
    axes.set_axisbelow(True)
    _save(figure, path)


def _label(row: Row) -> str:
    return f"{', '.join(filter(None, (row.what, row.database)))}\nbeside {row.peer}"


def _figure(width: float, height: float) -> tuple[Any, Any]:
    from matplotlib import pyplot as plt

    figure, axes = plt.subplots(figsize=(width, height))
    for side in ("top", "right"):
        axes.spines[side].set_visible(False)
    return figure, axes


def _save(figure: Any, path: Path) -> None:
    from matplotlib import pyplot as plt

    figure.savefig(path, bbox_inches="tight", metadata={"Date": None})
    plt.close(figure)
