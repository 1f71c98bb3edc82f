"""Which senses share papers, as a triangular matrix."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure, Table
from analysis.charts.links import mention_link, paper_link, place_of
from analysis.charts.markers import shape_of
from analysis.charts.style import fold, ink_on, is_narrow, shorten, uncrowded
from analysis.common.prose import spread
from analysis.common.wording import count_of, listed
from analysis.findings.rows import rows_of
from analysis.inventory.palette import Palette
from analysis.statistics.intervals import ENOUGH

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.statistics.confusion import Mixed

_CELL = 0.42  # inches, height of a cell
_SOME = 0.5  # of a paper: what rounds to one


def plot_mixing(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.mixing.sense_pairs``: estimated papers with both senses (number, shade), and their interval.

    Of fewer than ``ENOUGH`` papers, those read in both senses. The interval is left out on a narrow page. The diagonal
    names the senses and says in how many papers each was read. Pairs that were never read together, and should not have
    been, are empty.
    """
    from matplotlib import colormaps
    from matplotlib.patches import Rectangle

    narrow = is_narrow(ax)
    senses = _met(table)
    met = table[table["sense_a"].isin(senses) & table["sense_b"].isin(senses)]
    of = {
        **dict(zip(met["sense_a"], met["papers_a"], strict=True)),
        **dict(zip(met["sense_b"], met["papers_b"], strict=True)),
    }
    few = _few(met)
    most = max(4.0, (met["estimate"] * met["of"]).max())  # so that a single paper stays pale
    shades = colormaps["Greys"]
    for row in rows_of(met):
        x, y = senses.index(row.sense_a), senses.index(row.sense_b)
        number = row.papers if few else row.estimate * row.of
        shown = bool(row.papers) or number >= _SOME
        shade = shades(0.04 + 0.6 * (number / most) ** 0.5) if shown else (0.97, 0.97, 0.97, 1)
        ax.add_patch(Rectangle((x - 0.5, y - 0.5), 1, 1, facecolor=shade, edgecolor="white", lw=1.2))
        if shown:
            text = _whole(number)
            if not narrow and not few:
                text += f"\n{_whole(row.low * row.of)}\u2013{_whole(row.high * row.of)}"
            ax.text(x, y, text, ha="center", va="center", fontsize=6.5, color=ink_on(shade[:3]), linespacing=1.15)
    for i, sense in enumerate(senses):
        look = palette[sense]
        ax.plot([i - 0.25], [i], marker=shape_of(look.marker), ls="", ms=5, mfc=look.colour, mec="#222222", mew=0.5)
        ax.text(i + (0.12 if narrow else 0), i, f"{of[sense]:,}", va="center", fontsize=6.5, color="#444444")
    ax.set_xlim(-0.5, len(senses) - 0.5)
    ax.set_ylim(len(senses) - 0.5, -0.5)
    labels = [fold(palette[s].name, 20 if narrow else 30) for s in senses]
    ax.set_yticks(range(len(senses)), labels)
    ax.set_xticks(range(len(senses)), [shorten(palette.tag(s), 14) for s in senses], rotation=90 if narrow else 30,
                  ha="center" if narrow else "right", rotation_mode="default" if narrow else "anchor")  # fmt: skip
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def _whole(papers: float) -> str:
    return f"{papers:,.0f}" if papers >= _SOME or papers == 0 else "<1"


def _few(table: pd.DataFrame) -> bool:
    """Whether there are too few papers for an estimate to say more than what was read."""
    return len(table) > 0 and int(table["of"].iloc[0]) < ENOUGH


def _met(table: pd.DataFrame) -> list[str]:
    """Senses that share a paper with another one, in the table's order."""
    together = table[(table["papers"] > 0) | ((table["estimate"] * table["of"] >= _SOME) & (not _few(table)))]
    found = set(together["sense_a"]) | set(together["sense_b"])
    return [sense for sense in dict.fromkeys([*table["sense_a"], *table["sense_b"]]) if sense in found]


def mixing_figure(pairs: pd.DataFrame, mixed: pd.DataFrame, palette: Palette, *, papers: int) -> Figure:
    """The pair matrix under its heading. ``mixed`` is ``mixed_papers``'s, ``papers`` counts those with a mention."""
    drawn, more = uncrowded(pairs, "papers", palette.no_sense, columns=("sense_a", "sense_b"))
    senses = _met(drawn)
    few = _few(pairs)
    corrected = bool(senses) and pairs["error"].iloc[0] != "papers" and not few
    of = int(pairs["of"].iloc[0]) if len(pairs) else 0
    notes = "The diagonal gives the papers read in that sense. An empty cell was read in no paper"
    notes += "." if few else (
        ", and the estimate is less than half a paper. On a narrow page the intervals are left to the table. "
        f"{spread(pairs['error'].iloc[0]) if senses else ''}"
    )  # fmt: skip
    return Figure(
        plot_mixing, pairs, name="sense-pairs", heading=headings.sense_pairs(pairs, len(mixed), papers, palette),
        subtitle=f"Papers {'read in' if few else 'with'} both senses{', estimated' if corrected else ''}"
        f"{'' if few else ', with 95% interval'}, of the "
        f"{count_of(of, 'paper')} read in a sense.",
        notes=notes + more, detail=say_mixing(pairs, mixed, palette),
        height=0.5 + _CELL * len(senses), column_height=1.0 + 0.3 * len(senses),
        options={"palette": palette}, drawn=drawn,
        instead="" if senses else "No paper uses two senses, so there are no pairs to show.",
    )  # fmt: skip


def say_mixing(pairs: pd.DataFrame, mixed: pd.DataFrame, palette: Palette, *, most: int = 2) -> str:
    """Which pairs of senses share most papers, in words."""
    if mixed.empty:
        return ""
    top = pairs[pairs["papers"] > 0].sort_values(["estimate", "papers"], ascending=False, kind="stable").head(most)
    named = [
        f"{palette[row.sense_a].name} with {palette[row.sense_b].name} ({count_of(row.papers, 'paper')}"
        + (")" if row.error == "papers" or row.of < ENOUGH else f" as read, {_whole(row.estimate * row.of)} estimated)")
        for row in rows_of(top)
    ]
    return f"Most papers share {listed(named)}." if named else ""


def mixed_table(mixed: pd.DataFrame, palette: Palette, *, reliability: Mixed | None) -> Table:
    """``findings.mixing.mixed_papers`` under a heading; ``reliability`` is the error model's, if any."""
    known = (
        f" Of {reliability.read:,} held-out papers read in several senses, {reliability.both:,} have several by their "
        "labels."
        if reliability is not None
        else ""
    )
    return Table(
        mixed, name="mixed-papers", instead="No paper uses more than one sense.",
        heading=headings.mixed_papers(mixed),
        subtitle="Papers read in more than one sense, the surest first.",
        notes="Senses stand in the order in which they appear. Sure senses are those with a mention that is not "
        "unsure. Unsure counts mentions, and switches counts the places where the next mention has another sense. "
        f"Sorted by sure senses, then by switches between sure mentions.{known}",
        links={"paper_id": paper_link}, texts={"senses": palette.named}, rows=30,
    )  # fmt: skip


def switches_table(table: pd.DataFrame, palette: Palette) -> Table:
    """``findings.mixing.switches`` under a heading."""
    senses, mentions = ("from_sense", "to_sense"), ("from_mention", "to_mention")
    return Table(
        table[["paper_id", "from_sense", "from_mention", "to_sense", "to_mention", "sentence"]],
        name="switches",
        heading=headings.switches(table, palette),
        subtitle="Places where the next mention has another sense, with the sentence in which the new sense stands.",
        notes="Mentions are named by field and character.",
        instead="No text goes from one sense to another.",
        links={"paper_id": paper_link, **dict.fromkeys(mentions, mention_link)},
        texts={**dict.fromkeys(senses, palette.named), **dict.fromkeys(mentions, place_of)},
        rows=30,
    )
