"""Two collections side by side: their shares as dumbbells, and beside these the difference with its interval."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from analysis.charts import headings
from analysis.charts.figure import Figure, Table
from analysis.charts.markers import shape_of
from analysis.charts.style import INK, MOST, fold, is_narrow, shorten
from analysis.common.links import SIDES, selection_link
from analysis.common.wording import count_of, listed, points
from analysis.findings.differences import ENDS, LEAST, LEAST_OF_FEW, clearest
from analysis.findings.rows import rows_of
from analysis.inventory.palette import GREY, Look, Palette
from analysis.statistics.intervals import ENOUGH

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

    from analysis.findings.comparison import Comparison

_THING = Look("", "#555555", "o")  # what is no sense has no colour of its own


def plot_differences(
    ax: Axes, table: pd.DataFrame, names: tuple[str, str], looks: Mapping[str, Look], palette: Palette
) -> Axes:
    """Draw rows of a comparison from top to bottom; column ``row`` is a sense of ``palette`` or a key of ``looks``.

    Left: the share on each side, the first filled, the second hollow, joined by a line. Right: the first less the
    second, in percentage points, with its interval; heavy and filled where it is clear, else thin and hollow.
    """
    narrow = is_narrow(ax)
    ax.set_axis_off()
    spec = ax.get_subplotspec()
    assert spec is not None
    grid = spec.subgridspec(1, 2, width_ratios=(1, 1) if narrow else (3, 2))
    left, right = (ax.figure.add_subplot(grid[0, column]) for column in (0, 1))
    for y, row in enumerate(rows_of(table)):
        look = looks.get(row.row) or palette[row.row]
        left.plot([row.estimate_one, row.estimate_two], [y, y], color=GREY, lw=1.4, zorder=1)
        for value, fill, size in ((row.estimate_two, "white", 6.0), (row.estimate_one, look.colour, 5.0)):
            marker = shape_of(look.marker)
            left.plot([value], [y], marker=marker, ls="", ms=size, mfc=fill, mec=INK, mew=0.7, zorder=3, clip_on=False)
        ink, width = (INK, 2.0) if row.clear else (GREY, 1.0)
        right.plot([100 * row.low, 100 * row.high], [y, y], color=ink, lw=width, solid_capstyle="butt")
        right.plot([100 * row.difference], [y], "D", ms=4, mfc=ink if row.clear else "white", mec=ink, mew=0.9)
    right.axvline(0, color=INK, lw=0.7, zorder=0)
    labels = [fold((looks.get(row) or palette[row]).name, 17 if narrow else 36) for row in table["row"]]
    left.set_yticks(range(len(table)), labels)
    right.set_yticks(range(len(table)), [""] * len(table))
    for panel in (left, right):
        panel.set_ylim(len(table) - 0.45, -0.55)
        panel.grid(axis="x")
        panel.tick_params(axis="y", length=0, pad=7)
        panel.spines["left"].set_visible(False)
        panel.locator_params(axis="x", nbins=4 if narrow else 6)
    left.set_xlim(0, min(1.02, max(0.02, 1.06 * float(table[["estimate_one", "estimate_two"]].max().max()))))
    left.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.3g}%")
    right.xaxis.set_major_formatter(lambda value, _: f"{value:.3g}".replace("-", "\u2212"))
    left.set_xlabel("share of papers")
    right.set_xlabel("difference, points" if narrow else "difference in percentage points")
    _key(left, names, narrow)
    if not narrow:
        ends = f"\u2190 more in {shorten(names[1], 18)}", f"more in {shorten(names[0], 18)} \u2192"
        for x, end, side in zip((0, 1), ends, ("left", "right"), strict=True):
            right.text(x, 1.01, end, transform=right.transAxes, ha=side, va="bottom", fontsize=6.5)
    return ax


def _key(ax: Axes, names: tuple[str, str], narrow: bool) -> None:
    from matplotlib.lines import Line2D

    width = 24 if narrow else 30
    ax.legend(
        handles=[
            Line2D([], [], color=GREY, lw=0, marker="o", mfc=fill, mec=INK, mew=0.7, label=shorten(name, width))
            for name, fill in zip(names, ("#555555", "white"), strict=True)
        ],
        loc="lower left", bbox_to_anchor=(0, 1), ncol=1 if narrow else 2, borderaxespad=0.2, handlelength=0.8,
        columnspacing=1.2, labelspacing=0.3,
    )  # fmt: skip


def compare_shares(comparison: Comparison) -> Figure | Table:
    """The senses of both sides; where a side has few papers, the papers of each sense."""
    if comparison.few:
        return _papers_of_senses(comparison)
    table, palette = comparison.shares, comparison.palette
    drawn = table.assign(row=table["sense"], last=table["sense"].isin(palette.no_sense))
    drawn = drawn.assign(most=drawn[["estimate_one", "estimate_two"]].max(axis=1))
    drawn = drawn.sort_values(["last", "most", "sense"], ascending=[True, False, True], kind="stable")
    drawn = drawn[drawn["last"] | (~drawn["last"]).cumsum().le(MOST)]
    return _figure(
        comparison, table, drawn, {}, name="senses-compared",
        heading=headings.compare_shares(table, palette, comparison.names),
        subtitle=f"Share of the papers with the term that use each sense: {_of(comparison)}.",
        links={f"papers_{end}": _to("sense", page) for end, page in zip(ENDS, SIDES, strict=True)},
    )  # fmt: skip


def compare_kinds(comparison: Comparison) -> Figure | Table:
    """The kinds of the term that papers of both sides name."""
    kinds = f"kinds of \u201c{comparison.one.term}\u201d"
    return _named(comparison, comparison.kinds, "kinds-compared", kinds, "kind")


def compare_methods(comparison: Comparison) -> Figure | Table:
    """The methods that papers of both sides name."""
    return _named(comparison, comparison.methods, "methods-compared", "methods", "method")


def compare_stances(comparison: Comparison) -> Figure | Table:
    """What authors of both sides do with each sense."""
    table, palette = comparison.stances, comparison.palette
    known = table[table["difference"].notna()]
    drawn = known.assign(
        row=known["sense"] + "\n" + known["stance"], size=-known[["of_one", "of_two"]].min(axis=1),
        apart=-known["difference"].abs(),
    )  # fmt: skip
    drawn = drawn.sort_values(["clear", "apart"], ascending=[False, True], kind="stable").head(MOST)
    drawn = drawn.sort_values(["size", "sense"], kind="stable")
    looks = {
        row.row: Look(
            f"{palette[row.sense].name}: {palette.past.get(row.stance, row.stance)}", palette[row.sense].colour,
            palette[row.sense].marker,
        )
        for row in rows_of(drawn)
    }  # fmt: skip
    why = f"No sense has {ENOUGH} papers with a stance on both sides, so what authors do is not compared."
    return _figure(
        comparison, table, drawn, looks, name="stances-compared",
        heading=headings.compare_stances(table, palette, comparison.names),
        subtitle="Of the papers of a sense the share with a mention that says so: "
        f"{comparison.names[0]} (filled) and {comparison.names[1]} (hollow).",
        instead="" if len(drawn) else why,
        links={f"papers_{end}": _to("sense", page, stance="stance") for end, page in zip(ENDS, SIDES, strict=True)},
    )  # fmt: skip


def new_and_gone(comparison: Comparison) -> Table:
    """What is new on the second side, and what of the first is gone, with a sentence of a paper for each."""
    from analysis.findings.compared import behind

    one, two = comparison.names
    table = comparison.new_and_gone
    side = (table["papers_one"] > 0).map({True: 0, False: 1})
    facts = [behind(comparison, row.what, row.name, at) for row, at in zip(rows_of(table), side, strict=True)]
    names = [comparison.palette[row.name].name if row.what == "sense" else str(row.name) for row in rows_of(table)]
    shown = table.assign(
        name=names, only_in=side.map(dict(enumerate(comparison.names))),
        papers=table[["papers_one", "papers_two"]].max(axis=1),
        of=table["of_one"].where(side == 0, table["of_two"]),
        of_other=table["of_two"].where(side == 0, table["of_one"]),
        quote=[fact.passages[0].text if fact.passages else "" for fact in facts],
        link=[fact.link for fact in facts],
    )  # fmt: skip
    columns = ["only_in", "what", "name", "papers", "of", "of_other", "clear", "quote"]
    links = dict(zip(zip(shown["only_in"], shown["what"], shown["name"], strict=True), shown["link"], strict=True))
    return comparison.in_place(
        Table(
            shown[columns], name="only-on-one-side", heading=headings.on_one_side(table, comparison.names),
            subtitle=f"Senses, kinds and methods that {two} has and {one} has not, then those that {one} alone has.",
            notes="Listed are kinds and methods that three papers or more name (two, where a side has fewer than "
            f"{ENOUGH} papers with the term). Papers leads to them; of other counts the papers of the other side, "
            "none of which has it. Clear says that so large a difference is no chance; without it more papers "
            "might well show one on the other side, too.",
            instead="Neither side has a sense, a kind or a method that the other lacks.",
            selections={"papers": lambda row: links[row["only_in"], row["what"], row["name"]]}, rows=60,
        )
    )  # fmt: skip


def _to(what: str, page: str, *, stance: str = "") -> Callable[[Mapping[Any, Any]], str]:
    def address(row: Mapping[Any, Any]) -> str:
        return selection_link(sense=row[what], stance=row[stance] if stance else None, page=page)

    return address


def _naming(table: pd.DataFrame, end: str, page: str) -> Callable[[Mapping[Any, Any]], str]:
    """Where a count of papers that name something leads."""
    papers = dict(zip(table["name"], table[f"papers_of_{end}"], strict=True))

    def address(row: Mapping[Any, Any]) -> str:
        return selection_link(paper=papers[row["name"]], page=page)

    return address


def _of(comparison: Comparison) -> str:
    """Both sides with their numbers of papers, as a subtitle names them."""
    marks = ("filled", "hollow")
    sides = zip(comparison.names, comparison.using, marks, strict=True)
    return " and ".join(f"{name} ({mark}, {count_of(n, 'paper')})" for name, n, mark in sides)


def _named(comparison: Comparison, table: pd.DataFrame, name: str, things: str, thing: str) -> Figure | Table:
    one, two = comparison.names
    least = LEAST_OF_FEW if comparison.few else LEAST
    instead = f"None of the {things} is named by {count_of(least, 'paper')} or more, so there is nothing to compare."
    links = {f"papers_{end}": _naming(table, end, page) for end, page in zip(ENDS, SIDES, strict=True)}
    if comparison.few:
        return comparison.in_place(
            Table(
                table[["name", "papers_one", "papers_two"]], name=name,
                heading=headings.counted_names(table, thing, comparison.names),
                subtitle=f"Papers that name {things}: one is {one}, two is {two}.",
                instead=instead, selections=links, rows=40,
            )
        )  # fmt: skip
    known = table[table["difference"].notna()].assign(
        row=lambda rows: rows["name"], size=lambda rows: rows["papers_one"] + rows["papers_two"]
    )
    drawn = known.sort_values(["clear", "size"], ascending=[False, False], kind="stable").head(MOST)
    drawn = drawn.sort_values(["size", "name"], ascending=[False, True], kind="stable")
    looks = {each: Look(shorten(each, 40), _THING.colour, _THING.marker) for each in drawn["name"]}
    return _figure(
        comparison, table, drawn, looks, name=name,
        heading=headings.compare_named(table, thing, comparison.names),
        subtitle=f"Share of the papers with the term that name {things}: {_of(comparison)}.",
        instead="" if len(drawn) else instead, links=links,
    )  # fmt: skip


def _papers_of_senses(comparison: Comparison) -> Table:
    """The papers of each sense on each side, with the sentence that is read most surely."""
    import pandas as pd

    parts = []
    for side, name in zip(comparison.sides, comparison.names, strict=True):
        surest = side.readings.sort_values(["confidence", "mention_id"], ascending=[False, True], kind="stable")
        parts.append(surest.drop_duplicates(["sense", "paper_id"]).assign(side=name))
    rows = pd.concat(parts, ignore_index=True)
    rank = {sense: i for i, sense in enumerate(comparison.palette.order(rows["sense"]))}
    rows = rows.assign(rank=rows["sense"].map(rank)).sort_values("rank", kind="stable")
    page = dict(zip(comparison.names, SIDES, strict=True))
    ids = rows.assign(paper=_titles(rows)).groupby(["side", "paper"])["paper_id"].unique()  # titles may be alike
    past = comparison.palette.past
    shown = rows.assign(
        paper=_titles(rows), sense=rows["sense"].map(comparison.palette.named),
        stance=[past.get(stance, stance) for stance in rows["stance"]],
    )  # fmt: skip
    senses = {comparison.palette[sense].name: sense for sense in rank}

    def address(row: Mapping[Any, Any]) -> str:
        at = row["side"]
        return selection_link(sense=senses[row["sense"]], paper=list(ids[at, row["paper"]]), page=page[at])

    return comparison.in_place(
        Table(
            shown[["sense", "side", "paper", "stance", "sentence"]].reset_index(drop=True), name="senses-compared",
            heading=f"{comparison.names[0]} has {count_of(comparison.using[0], 'paper')} with the term, "
            f"{comparison.names[1]} {comparison.using[1]:,}",
            subtitle="Papers by sense and side, each with the mention that is read most surely.",
            notes=f"A side has fewer than {ENOUGH} papers with the term, so no shares are drawn.",
            instead="There is no mention to compare.", selections={"paper": address}, rows=120,
        )
    )  # fmt: skip


def _titles(rows: pd.DataFrame) -> pd.Series:
    titles: pd.Series = rows["title"].where(rows["title"] != "", rows["paper_id"])
    return titles


def _figure(
    comparison: Comparison, table: pd.DataFrame, drawn: pd.DataFrame, looks: Mapping[str, Look], *, name: str,
    heading: str, subtitle: str, links: Mapping[str, Callable[[Mapping[Any, Any]], str]], instead: str = "",
) -> Figure:  # fmt: skip
    one, two = comparison.names
    tested = int(table["difference"].notna().sum())
    told = []
    for row in rows_of(clearest(drawn).head(3)):
        called = (looks.get(row.row) or comparison.palette[row.row]).name
        told.append(f"{called} by {points(row.difference)} percentage points in {one if row.difference > 0 else two}")
    errors = "" if not len(table) or table["error"].iloc[0] == "papers" else " and the classifier's errors"
    hidden = len(table) - len(drawn)
    more = f" {count_of(hidden, 'more row')} {'is' if hidden == 1 else 'are'} in the table." if hidden else ""
    return comparison.in_place(
        Figure(
            plot_differences, table, name=name, heading=heading, subtitle=subtitle, drawn=drawn, instead=instead,
            notes=f"In the table, one is {one} and two is {two}; the difference is one less two. Its intervals (95%) "
            f"hold for all {tested:,} rows together, so that one which leaves out zero is a finding even though many "
            f"were looked at; these are drawn heavy. They cover the choice of papers{errors}. Papers of both sides are "
            f"drawn once for both.{more}",
            detail=f"More: {listed(told, mark='; ')}." if told else "", selections=links,
            options={"names": (one, two), "looks": looks, "palette": comparison.palette},
            height=1.0 + 0.27 * len(drawn), column_height=1.4 + 0.34 * len(drawn),
        )
    )  # fmt: skip
