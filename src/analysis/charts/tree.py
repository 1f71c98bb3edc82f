"""The tree of topics, its leaves marked by sense."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.charts import headings
from analysis.charts.figure import Figure
from analysis.charts.markers import shape_of
from analysis.charts.style import INK, is_narrow, shorten
from analysis.common.wording import count_of, listed
from analysis.findings.rows import rows_of
from analysis.findings.tree import NOVEL, Tree
from analysis.inventory.palette import Palette
from analysis.vectors.embed import MADE_OF

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes


def plot_tree(ax: Axes, leaves: pd.DataFrame, merges: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``findings.tree.topic_tree``: forks at the cosine distance at which they join, leaves at the right."""
    narrow = is_narrow(ax)
    n = len(leaves)
    at = {i: (0.0, float(i)) for i in range(n)}
    inside: dict[int, set[str]] = {i: {sense} for i, sense in enumerate(leaves["sense"])}
    for row, (one, two, height) in enumerate(rows_of(merges[["one", "two", "height"]])):
        node = n + row
        inside[node] = inside[int(one)] | inside[int(two)]
        colour = palette[next(iter(inside[node]))].colour if len(inside[node]) == 1 else "#555555"
        (x1, y1), (x2, y2) = at[int(one)], at[int(two)]
        ax.plot([x1, height, height, x2], [y1, y1, y2, y2], color=colour, lw=1.1, zorder=1, solid_joinstyle="miter")
        at[node] = (float(height), (y1 + y2) / 2)
    for i, leaf in enumerate(rows_of(leaves)):
        look = palette[leaf.sense]
        shape = shape_of(look.marker)
        ax.plot([0], [i], marker=shape, ls="", ms=5, mfc=look.colour, mec=INK, mew=0.5, zorder=3, clip_on=False)
        label = shorten(leaf.label, 22 if narrow else 40)
        sense = shorten(palette.tag(leaf.sense), 14) if narrow else shorten(look.name, 40)
        if leaf.novel:
            sense = NOVEL if narrow else f"{sense}   {NOVEL}"
        ax.annotate(
            f"{label} ({leaf.mentions:,})   {sense}", (0, i), xytext=(7, 0), textcoords="offset points", va="center",
            fontsize=6.5 if narrow else 7, annotation_clip=False,
        )  # fmt: skip
    top = float(merges["height"].max()) if len(merges) else 1.0
    ax.set_xlim(1.05 * top, 0)  # the layout leaves the labels at the right the room that they need
    ax.set_ylim(n - 0.4, -0.6)
    ax.locator_params(axis="x", nbins=3 if narrow else 6)
    ticks = [tick for tick in ax.get_xticks() if 0 <= tick <= top]
    ax.set_xticks(ticks)
    ax.set_xlabel("cosine distance at which topics join", loc="left")
    ax.set_yticks([])
    ax.spines["left"].set_visible(False)
    ax.spines["bottom"].set_bounds(0, top)
    return ax


def tree_figure(tree: Tree, palette: Palette) -> Figure:
    """The tree under its heading; says so when there are not two topics."""
    leaves = tree.leaves
    senses = palette.order(leaves["sense"]) if len(leaves) else []
    sizes = [f"{palette[sense].name}: {count_of(int((leaves['sense'] == sense).sum()), 'topic')}" for sense in senses]
    novel = f" What {NOVEL}: most of its mentions fit no sense of the inventory, and they are like each other."
    left_out = f" {count_of(tree.left_out, 'smaller topic')} left out." if tree.left_out else ""
    outside = f" {count_of(tree.outside, 'mention')} in no topic." if tree.outside else ""
    many = len(leaves) > 1
    return Figure(
        plot_tree, leaves, name="topic-tree", options={"merges": tree.merges, "palette": palette},
        heading=headings.topic_tree(tree, palette),
        subtitle="Topics by the likeness of their mentions, each marked by the sense that most of its mentions have.",
        notes=f"Average linkage of the mean of {MADE_OF}, without the senses read. The number counts mentions. A grey "
        "fork joins topics of several senses."
        + (novel if leaves["novel"].any() else "")
        + left_out
        + outside,
        detail=f"{count_of(len(leaves), 'topic')} in a tree. {listed(sizes, mark='; ')}.",
        height=0.5 + 0.17 * len(leaves), column_height=0.5 + 0.17 * len(leaves),
        instead="" if many else f"There {'is one topic' if len(leaves) else 'are no topics'}, so there is no tree to "
        "show.",
    )  # fmt: skip
