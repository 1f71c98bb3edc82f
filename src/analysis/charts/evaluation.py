"""What an evaluation found: methods side by side, single senses, confusions, fields left out."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from analysis.charts import evaluation_headings as headings
from analysis.charts.figure import Figure, Table
from analysis.charts.markers import shape_of
from analysis.charts.style import INK, edged, fold, is_narrow, shorten
from analysis.common.wording import count_of, listed, percent
from analysis.evaluation.report import COMPARED, FIGURES, METHODS, Evaluation, str_of
from analysis.inventory.palette import GREY, Palette
from analysis.statistics.intervals import wilson

if TYPE_CHECKING:
    import pandas as pd
    from matplotlib.axes import Axes

# Okabe and Ito (2008); each method has its own marker, too.
_METHOD_LOOKS = {
    "head": ("#0072B2", "o"),
    "without_scores": ("#56B4E9", "P"),
    "collocation": ("#E69F00", "s"),
    "most_frequent": (GREY, "v"),
    "one_cluster": (GREY, "^"),
    "bertopic": ("#CC79A7", "D"),
    "bertopic_joined": ("#CC79A7", "d"),
}

_PAD = 6  # points between the names of rows and the axis, so that a marker at 0 leaves them free

# What the name of a part of the labels looks like, and the heading of such parts, below which the group names it.
_PARTS = {
    r"test part \((.+)\)": "test part",
    r"labels of (.+) certainty": "certainty of the label",
    r"(.+)": "field of research",
}


def plot_methods(ax: Axes, table: pd.DataFrame) -> Axes:
    """Draw ``Evaluation.figures``: each compared figure a row, each method a marker with its interval."""
    methods = [m for m in METHODS if m in set(table["method"])]
    names = [f for f in COMPARED if f in set(table["figure"])]
    compared = table[table["figure"].isin(names)]
    of_row = compared.groupby("figure")["method"]
    beside = of_row.cumcount() - (of_row.transform("size") - 1) / 2
    place = compared["figure"].map(names.index) + beside * 0.8 / max(1, len(methods))
    for method in methods:
        colour, marker = _METHOD_LOOKS[method]
        rows = compared[compared["method"] == method]
        y = place[rows.index]
        ax.hlines(y, rows["low"], rows["high"], color=colour, lw=1.6, path_effects=edged(1.6))
        ax.plot(
            rows["value"], y, marker, ms=5, mfc=colour, mec=INK, mew=0.6, lw=0, label=METHODS[method], clip_on=False
        )
    ax.set_yticks(range(len(names)), [FIGURES[name] for name in names])
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.set_xlim(min(0.0, float(compared["low"].min())), 1)
    for edge in range(1, len(names)):
        ax.axhline(edge - 0.5, color="#DDDDDD", lw=0.5)
    ax.grid(axis="x")
    ax.tick_params(axis="y", length=0, pad=_PAD)
    ax.set_xlabel("value, with 95% interval")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncol=1 if is_narrow(ax) else 3, borderaxespad=0.2)
    return ax


def methods_figure(evaluation: Evaluation) -> Figure:
    """All methods and figures with their intervals."""
    about = evaluation.about
    listing = [
        f"{METHODS[method]} {str_of(evaluation.value('bcubed_f', method))}"
        for method in METHODS
        if method in set(evaluation.figures["method"])
    ]
    table = evaluation.figures[evaluation.figures["figure"].isin(COMPARED)].reset_index(drop=True)
    others = about.get("other", 0)
    without, which = about["unclear"] + others, "unclear or other" if others else "unclear"
    return Figure(
        plot_methods, table.replace({"method": METHODS, "figure": FIGURES}), name="methods", drawn=table,
        heading=headings.compared_methods(evaluation.figures),
        subtitle=f"This project's readings beside simple methods, on {about['mentions']:,} labelled mentions of "
        f"{count_of(about['papers'], 'paper')}, with 95% intervals.",
        notes=f"Intervals come from {about['draws']:,} bootstrap samples of the papers. The {without:,} mentions "
        f"labelled {which} count in accuracy and macro-F1, not in the other figures.",
        detail=f"B-cubed F by method: {listed(listing, mark='; ')}.", height=3.2, column_height=4.4,
    )  # fmt: skip


def plot_classes(ax: Axes, table: pd.DataFrame, palette: Palette | None = None) -> Axes:
    """Draw ``Evaluation.senses``: F1, above it precision, below it recall, with intervals; best on top.

    Classes that are no senses, so without a palette, are grey and named as they are.
    """
    narrow = is_narrow(ax)
    ranked = table[table["n"] > 0].sort_values(["f1", table.columns[0]], ascending=[False, True])
    beside = (("precision", -0.27, ">", "white"), ("recall", 0.27, "<", "#555555"))
    for y, (_, row) in enumerate(ranked.iterrows()):
        look = palette[str(row.iloc[0])] if palette else None
        colour, marker = (look.colour, shape_of(look.marker)) if look else (GREY, "o")
        ax.plot([row["f1_low"], row["f1_high"]], [y, y], color=colour, lw=2.2, path_effects=edged(2.2))
        ax.plot([row["f1"]], [y], marker=marker, ls="", ms=5.5, mfc=colour, mec=INK, mew=0.6, zorder=4, clip_on=False)
        for figure, shift, side, fill in beside:
            ax.hlines(y + shift, row[f"{figure}_low"], row[f"{figure}_high"], color=INK, lw=0.7)
            ax.plot([row[figure]], [y + shift], side, ms=3.8, mfc=fill, mec=INK, mew=0.6, clip_on=False)
        ax.text(1.02, y, f"{int(row['n']):,}", transform=ax.get_yaxis_transform(), va="center", fontsize=7)
    for edge in range(1, len(ranked)):
        ax.axhline(edge - 0.5, color="#DDDDDD", lw=0.5)
    named = [palette[str(name)].name if palette else str(name) for name in ranked.iloc[:, 0]]
    names = [fold(name, 18 if narrow else 34) for name in named]
    ax.set_yticks(range(len(names)), names)
    ax.set_ylim(len(names) - 0.45, -0.55)
    ax.set_xlim(0, 1)
    ax.grid(axis="x")
    ax.tick_params(axis="y", length=0, pad=_PAD)
    ax.text(1.02, 1, "labelled", transform=ax.transAxes, va="bottom", fontsize=7, color="#555555")
    ax.set_xlabel(fold("F1 (thick), \u25b7 precision above, \u25c0 recall below; 95% intervals", 40 if narrow else 99))
    return ax


def classes_figure(evaluation: Evaluation, palette: Palette) -> Figure:
    """Precision, recall and F1 of each sense."""
    table = evaluation.senses
    there = table[table["n"] > 0].sort_values("f1")
    weak = [f"{palette[s].name} {f:.2f}" for s, f in zip(there["sense"].head(3), there["f1"].head(3), strict=True)]
    return Figure(
        plot_classes, table, name="single-senses", options={"palette": palette},
        heading=headings.single_senses(table, palette),
        subtitle="F1 of each sense, with precision above it and recall below it, all with 95% intervals.",
        notes="The number at the right counts the mentions with that label. Rare senses have wide intervals.",
        detail=f"Weakest senses by F1: {listed(weak, mark='; ')}.",
        height=0.8 + 0.36 * len(there), column_height=1.0 + 0.38 * len(there),
    )  # fmt: skip


def plot_confusion(ax: Axes, table: pd.DataFrame) -> Axes:
    """Draw ``Evaluation.confusion``: labels down, readings across, shades by the share of the label's mentions.

    Cells hold counts, in a column, where these would be too small to read, the percentages that the shades show.
    """
    counts = table.to_numpy(dtype=float)
    shares = counts / counts.sum(axis=1, keepdims=True).clip(1)
    narrow = is_narrow(ax)
    ax.imshow(0.8 * shares, cmap="Greys", vmin=0, vmax=1, aspect="auto")
    for i, j in zip(*counts.nonzero(), strict=True):
        ink = "white" if shares[i, j] > 0.65 else "black"
        text = percent(shares[i, j]).rstrip("%") if narrow else f"{int(counts[i, j]):,}"
        ax.text(j, i, text, ha="center", va="center", fontsize=6.5, color=ink)
    ax.set_yticks(range(len(table.index)), [shorten(str(name), 14) for name in table.index])
    ax.set_xticks(range(len(table.columns)), [shorten(str(name), 14) for name in table.columns], rotation=90)
    ax.set_ylabel("label")
    ax.set_xlabel("reading")
    ax.tick_params(length=0)
    ax.spines[:].set_visible(False)
    return ax


def confusion_figure(evaluation: Evaluation, palette: Palette) -> Figure:
    """Which senses are taken for which."""
    table = evaluation.confusion
    pairs = [
        (int(table.loc[true, read]), str(true), str(read))
        for true in table.index
        for read in table.columns
        if true != read
    ]
    worst = [
        f"{palette[true].name} read as {palette[read].name} ({n:,})"
        for n, true, read in sorted(pairs, key=lambda p: (-p[0], p[1:]))[:3]
        if n
    ]
    shown = table.loc[table.sum(axis=1) + table.sum(axis=0).reindex(table.index) > 0]
    shown = shown[list(shown.index)]
    named = shown.rename(index=palette.named, columns=palette.named).rename_axis("label").reset_index()
    return Figure(
        plot_confusion, named, name="confusion", drawn=shown,
        heading=headings.confusion(pairs, palette),
        subtitle=f"Labels down, readings across, over {count_of(int(table.to_numpy().sum()), 'labelled mention')}.",
        notes="Shades, and on a narrow page the numbers, too, are percentages of a row.",
        detail=f"Commonest confusions: {listed(worst, mark='; ') if worst else 'none'}.",
        height=0.9 + 0.24 * len(shown), column_height=1.2 + 0.22 * len(shown),
    )  # fmt: skip


def _grouped(parts: Iterable[str]) -> dict[str, dict[str, str]]:
    """Parts under headings: heading -> part -> its name there."""
    groups: dict[str, dict[str, str]] = {}
    for part in parts:
        pattern = next(pattern for pattern in _PARTS if re.fullmatch(pattern, part))
        groups.setdefault(_PARTS[pattern], {})[part] = re.sub(pattern, r"\1", part)
    return groups


def _lines(groups: Mapping[str, Mapping[str, str]]) -> int:
    return len(groups) + sum(map(len, groups.values()))


def _set_rows(ax: Axes, groups: Mapping[str, Mapping[str, str]], width: int) -> dict[str, int]:
    """Name the rows of a chart from the top, under bold headings with a line between; returns the place of each row."""
    places: dict[str, int] = {}
    headings: list[int] = []
    names: list[str] = []
    for heading, rows in groups.items():
        headings.append(len(names))
        names.append(heading)
        places |= {row: len(names) + i for i, row in enumerate(rows)}
        names += rows.values()
    ax.set_yticks(range(len(names)), [fold(name, width) for name in names])
    for place in headings:
        ax.get_yticklabels()[place].set_fontweight("bold")
        if place:
            ax.axhline(place - 0.5, color="#BBBBBB", lw=0.6)
    for place in places.values():
        ax.axhline(place, color="#E5E5E5", lw=0.5, zorder=0)
    ax.set_ylim(len(names) - 0.5, -0.5)
    ax.tick_params(axis="y", length=0, pad=_PAD)
    return places


def plot_parts(ax: Axes, table: pd.DataFrame) -> Axes:
    """Draw ``Evaluation.parts``: macro-F1 of each part, filled as trained, hollow where its field was left out."""
    narrow = is_narrow(ax)
    apart = table["left_out"] == "field"
    places = _set_rows(ax, _grouped(dict.fromkeys(table["part"])), 20 if narrow else 40)
    twice = set(table.loc[apart, "part"])
    for hollow, rows in ((False, table[~apart]), (True, table[apart])):
        y = [places[part] + (part in twice) * (0.19 if hollow else -0.19) for part in rows["part"]]
        ax.hlines(y, rows["macro_f1_low"], rows["macro_f1_high"], color="#0072B2", lw=1.0 if hollow else 2.0)
        label = "field left out of training" if hollow else "papers left out of training"
        fill = "white" if hollow else "#0072B2"
        ax.plot(rows["macro_f1"], y, "o", ms=5, mfc=fill, mec=INK, mew=0.6, lw=0, label=label, clip_on=False)
    for part, n in zip(table.loc[~apart, "part"], table.loc[~apart, "n"], strict=True):
        ax.text(1.02, places[part], f"{int(n):,}", transform=ax.get_yaxis_transform(), va="center", fontsize=7)
    ax.set_xlim(0, 1)
    ax.grid(axis="x")
    ax.text(1.02, 1, "mentions", transform=ax.transAxes, va="bottom", fontsize=7, color="#555555")
    ax.set_xlabel("macro-F1, with 95% interval")
    ax.legend(loc="lower right", bbox_to_anchor=(0.99, 1), ncol=1 if narrow else 2, borderaxespad=0.2)
    return ax


def parts_figure(evaluation: Evaluation) -> Figure:
    """The figures on each field of research, known to the head and unknown."""
    table = evaluation.parts
    apart = table[table["left_out"] == "field"]
    listing = [f"{p} {f:.2f}" for p, f in zip(apart["part"], apart["macro_f1"], strict=True)]
    rows = _lines(_grouped(dict.fromkeys(table["part"])))
    return Figure(
        plot_parts, table, name="fields-left-out",
        heading=headings.fields_left_out(table),
        subtitle="Macro-F1 over the senses that occur in each part, with 95% intervals.",
        notes="Filled: trained without the papers of the mentions. Hollow: trained without their whole field, which is "
        "what a collection of a new field has to expect.",
        detail=f"Macro-F1 with the field left out: {listed(listing, mark='; ')}.",
        height=0.9 + 0.3 * rows, column_height=1.2 + 0.34 * rows,
    )  # fmt: skip


def _found(names: Iterable[str], palette: Palette) -> dict[str, dict[str, str]]:
    """Senses by their names in the palette's order, then topics ("0: social, detection") without their numbers."""
    found, known = list(dict.fromkeys(names)), set(palette)
    senses = [name for name in palette.order(found) if name in known]
    topics = [name for name in found if name not in known]
    groups = {
        "senses": {name: palette[name].name for name in senses},
        "topics of the bundled papers": {name: name.partition(": ")[2] or name for name in topics},
    }
    return {heading: rows for heading, rows in groups.items() if rows}


def plot_stability(ax: Axes, table: pd.DataFrame, palette: Palette) -> Axes:
    """Draw ``Evaluation.stability``: in which share of runs each sense or topic was found again, by method."""
    looks = dict(zip(dict.fromkeys(table["method"]), (("#0072B2", "o"), ("#E69F00", "s"), ("#009E73", "^"),
                 ("#CC79A7", "D"), ("#56B4E9", "v")), strict=False))  # fmt: skip
    narrow = is_narrow(ax)
    places = _set_rows(ax, _found(table["name"], palette), 22 if narrow else 44)
    beside = table.groupby("name").cumcount() - (table.groupby("name")["name"].transform("size") - 1) / 2
    y = table["name"].map(places) + 0.27 * beside
    low, high = wilson(table["found"].to_numpy(), table["runs"].to_numpy())
    for method, (colour, marker) in looks.items():
        own = (table["method"] == method).to_numpy()
        share = table.loc[own, "found"] / table.loc[own, "runs"].clip(lower=1)
        ax.hlines(y[own], low[own], high[own], color=colour, lw=1.2, path_effects=edged(1.2))
        ax.plot(share, y[own], marker, ms=4.5, mfc=colour, mec=INK, mew=0.6, lw=0, label=method, clip_on=False)
    ax.set_xlim(0, 1)
    ax.xaxis.set_major_formatter(lambda value, _: f"{100 * value:.0f}%")
    ax.grid(axis="x")
    ax.set_xlabel("found again, of all runs; 95% interval")
    ax.legend(loc="lower right", bbox_to_anchor=(1, 1), ncol=1 if narrow else 2, borderaxespad=0.2)
    return ax


def stability_figure(evaluation: Evaluation, palette: Palette) -> Figure:
    """How often each sense and topic was found again over redrawn papers; runs of other seeds are in the table alone.

    No seed changes the topics of so small a collection as they were made of: twenty such runs are one.
    """
    table = evaluation.stability
    if table.empty:
        why = "Stability was not measured"
        return Figure(plot_stability, table, name="stability", heading=why, subtitle="", instead=f"{why}.")
    drawn = table[~table["method"].str.endswith(", seeds")]
    rows = _lines(_found(drawn["name"], palette))
    listing, sizes, counts = [], [], {}
    for method, own in drawn.groupby("method", sort=False):
        again = 2 * own["found"] > own["runs"]
        lost = own.loc[~again, "name"].map(palette.named).tolist()
        counts[str(method)] = int(again.sum()), len(own)
        listing.append(f"{method}: {again.sum()} of {len(own)}" + (f" (not {listed(lost)})" if lost else ""))
        sizes.append(f"{method}: {own['n'].sum():,} mentions")
    asis = table[table["method"] == "senses as topics, seeds"]
    whole = f" On that collection as it is they find {(2 * asis['found'] > asis['runs']).sum()} of {len(asis)} senses."
    return Figure(
        plot_stability, table.assign(name=table["name"].map(palette.named)), name="stability", drawn=drawn,
        options={"palette": palette},
        heading=headings.stability(counts),
        subtitle=f"Share of the runs (at most {drawn['runs'].max()}), each on papers drawn anew, in which a sense or "
        "topic was found again, with 95% intervals.",
        notes="Found again: more than half of the mentions that it holds in either run are in both "
        f"({listed(sizes, mark='; ')}, in all). Topics are those of the bundled collection. \u201cSenses as "
        "topics\u201d are the senses that topics find there without knowing of senses; senses that the collection "
        "lacks have no such mark."
        f"{whole if len(asis) else ''} The table has the counts, the median overlap (Jaccard index) and runs of other "
        "seeds.",
        detail=f"Found again in more than half of the runs, {listed(listing, mark='; ')}.",
        height=0.9 + 0.29 * rows, column_height=1.4 + 0.31 * rows,
    )  # fmt: skip


def methods_table(evaluation: Evaluation) -> Table:
    """The figures of ``methods_figure`` as a table."""
    return Table(
        evaluation.table(),
        name="methods-compared",
        heading=headings.compared_methods(evaluation.figures),
        subtitle="The same figures, with their 95% intervals in brackets.",
        notes="Groups without names have no accuracy.",
    )


def errors_table(table: pd.DataFrame, palette: Palette) -> Table:
    """Mentions read otherwise than labelled under a heading, the most confident first."""
    return Table(
        table,
        name="surest-errors",
        heading=headings.surest_errors(table),
        subtitle="Held-out mentions whose reading differs from the label, the most confident first.",
        notes="Start is the mention's place in that field.",
        texts=dict.fromkeys(["label", "reading", "runner_up"], palette.named),
    )


def senses_left_out_table(table: pd.DataFrame, palette: Palette) -> Table:
    """How well each sense that was left out is flagged as novel, under a heading."""
    return Table(
        table.drop(columns="topics"),  # with which it is too wide for a page
        name="senses-left-out",
        heading=headings.senses_left_out(table),
        subtitle=f"Each sense left out of inventory and training, and looked for among {table['mentions'].sum():,} "
        "labelled mentions.",
        notes="The mentions are those of two of the five folds of papers, besides unclear ones. Flagged are those in "
        "novel topics; precision is the share of these that has the sense, recall the share of its mentions that is "
        "flagged, and best topic the sense's share in the purest of these topics. Tuned: whether weights were fitted "
        "with this sense left out; the others are the test. Tenth precision and tenth recall are those among mentions "
        "drawn so that a tenth has the sense. A sense counts as noticed where it has more than half of a topic.",
        texts={"sense": palette.named},
    )
