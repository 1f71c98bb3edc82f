"""What stands in a chart is what its table says: order, ticks, intervals and signs."""

from __future__ import annotations

import pandas as pd
from matplotlib.figure import Figure as Canvas

from analysis.charts.collocates import collocates_figure
from analysis.charts.groups import plot_groups
from analysis.charts.mixing import plot_mixing
from analysis.charts.reviewed import plot_reviewed
from analysis.charts.shares import plot_shares
from analysis.charts.stance import plot_stance, stance_figure
from analysis.charts.style import COLUMN, PAGE
from analysis.charts.traps import plot_traps
from analysis.charts.tree import plot_tree
from analysis.charts.words import plot_neighbours
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of

PALETTE = palette_of(load_inventory())


def axes(width=PAGE):
    return Canvas(figsize=(width, 3)).add_subplot()


def texts(ax):
    return [text.get_text() for text in ax.texts]


def labels(ax):
    return [tick.get_text() for tick in ax.get_yticklabels()]


def ticks(ax):
    """Where the marks "as read" stand, from the top."""
    return [float(line.get_xdata()[0]) for line in ax.lines if line.get_marker() == "|"]


def shares(error):
    """Of ten papers four are read as social, three data and six unclear; the estimates turn the first two around."""
    rows = [("social", 4, 0.2), ("data", 3, 0.3), ("unclear", 6, 0.6)]
    return pd.DataFrame(
        [{"sense": sense, "papers": n, "count": n, "of": 10, "share": n / 10, "estimate": estimate, "low": 0.1,
          "high": 0.7, "all_papers": 8, "error": error} for sense, n, estimate in rows]
    )  # fmt: skip


def test_a_query_ranks_by_the_estimates_it_draws_and_marks_the_labels():
    ax = plot_traps(axes(), shares("both"), PALETTE)
    assert labels(ax) == ["Data and study bias", "Social bias", "Unclear"]
    assert ticks(ax) == [0.3, 0.4, 0.6]
    assert texts(ax) == ["3 (of 8)", "4 (of 8)", "6 (of 8)"]
    assert "as read" in ax.get_xlabel()


def test_without_errors_known_there_is_no_second_mark():
    ax = plot_traps(axes(), shares("papers"), PALETTE)
    assert ticks(ax) == [] and "as read" not in ax.get_xlabel()


def test_shares_rank_by_the_estimates_they_draw():
    table = pd.concat([shares("both").assign(unit=unit) for unit in ("papers", "mentions")])
    assert labels(plot_shares(axes(), table, PALETTE)) == ["Data and study bias", "Social bias", "Unclear"]


def test_groups_show_their_intervals_where_there_is_room():
    table = shares("both").assign(group="V")
    assert texts(plot_groups(axes(), table, PALETTE)) == ["20%", "10\u201370", "30%", "10\u201370", "60%", "10\u201370"]
    assert texts(plot_groups(axes(COLUMN), table, PALETTE)) == ["20", "30", "60"]


def test_pairs_show_estimated_papers_and_their_interval():
    rows = [("data", 1, 0.3, 0.1, 0.5), ("skew", 2, 0.004, 0.0, 0.02), ("media", 0, 0.05, 0.01, 0.09),
            ("steering", 0, 0.001, 0.0, 0.01)]  # fmt: skip
    pairs = pd.DataFrame(
        [{"sense_a": "social", "sense_b": sense, "papers": papers, "papers_a": 5, "papers_b": 4, "of": 100,
          "estimate": estimate, "low": low, "high": high} for sense, papers, estimate, low, high in rows]
    )  # fmt: skip
    wide = texts(plot_mixing(axes(), pairs, PALETTE))
    assert wide[:3] == ["30\n10\u201350", "<1\n0\u20132", "5\n1\u20139"]  # steering: no paper, and none expected
    assert texts(plot_mixing(axes(COLUMN), pairs, PALETTE))[:3] == ["30", "<1", "5"]


def test_a_word_that_may_stand_there_by_chance_is_hollow_and_not_told():
    rows = [("social", "gender", 1.0), ("social", "future", -0.5), ("data", "key", -1.0)]
    table = pd.DataFrame(
        [{"sense": sense, "word": word, "papers": 3, "papers_else": 1, "log_odds": low + 2, "low": low, "high": low + 4,
          "z": 1.0} for sense, word, low in rows]
    )  # fmt: skip
    found = collocates_figure(table, PALETTE)
    assert "Hollow markers (2 of 3 words): the interval holds 0" in found.notes
    assert found.alt == "\u201cgender\u201d marks social bias. Social bias: gender."
    assert "Hollow" not in collocates_figure(table[:1], PALETTE).notes


def test_every_shade_but_the_palest_has_its_direction_in_the_text():
    cells = [("mitigate", 3.0, 0.4, True), ("measure", -3.0, 0.2, True), ("exploit", 2.5, 0.4, False),
             ("mention", -2.5, 0.2, False), ("other", 0.7, 0.4, False)]  # fmt: skip
    table = pd.DataFrame(
        [{"sense": "social", "stance": stance, "of": 9, "residual": residual, "estimate": estimate, "low": 0.1,
          "high": 0.5, "elsewhere": 0.3, "clear": clear} for stance, residual, estimate, clear in cells]
    )  # fmt: skip
    assert texts(plot_stance(axes(), table, PALETTE))[::2] == [
        "40% \u25b2", "20% \u25bc", "40% \u25b3", "20% \u25bd", "40%"
    ]  # fmt: skip


def test_every_sense_has_a_mark_where_shares_come_from_reviews():
    row = {"share": 0.1, "low": 0.0, "high": 0.2, "hits": 1, "width": 0.2, "width_with_more": 0.1, "more": 5}
    ax = plot_reviewed(axes(), pd.DataFrame([{**row, "sense": sense} for sense in PALETTE]), PALETTE)
    assert len([line for line in ax.lines if len(line.get_xdata()) == 1]) == len(PALETTE)


def test_panels_of_few_words_are_low():
    columns = ["sense", "word", "papers", "log_odds", "low", "high", "z"]
    words = [("social", f"word{i}", 3, 2.0, 1.0, 3.0, 4.0) for i in range(8)]
    few, many = (collocates_figure(pd.DataFrame(words[:n], columns=columns), PALETTE) for n in (2, 8))
    assert few.height < many.height


def test_a_cell_without_a_share_says_so_once():
    row = {"of": 1, "residual": 1.0, "estimate": 0.4, "low": 0.1, "high": 0.5, "elsewhere": 0.3, "clear": False}
    none = dict.fromkeys(["estimate", "low", "high"], float("nan"))
    table = pd.DataFrame(
        [{**row, "sense": "social", "stance": "measure"}, {**row, **none, "sense": "data", "stance": "measure"}]
    ).assign(count=1, error="papers and classifier")  # fmt: skip
    assert texts(plot_stance(axes(), table, PALETTE)) == ["40% \u25b3", "10\u201350", "n/a \u25b3"]
    assert "n/a:" in stance_figure(table, PALETTE).notes
    assert "n/a:" not in stance_figure(table[:1], PALETTE).notes


def test_a_leaf_names_its_sense_in_a_column_by_its_tag_and_a_novel_one_says_so():
    leaves = pd.DataFrame({"label": ["gauge, drift", "new"], "sense": ["physical", "skew"], "mentions": [1200, 7],
                           "novel": [False, True]})  # fmt: skip
    merges = pd.DataFrame({"one": [0], "two": [1], "height": [0.3]})
    assert texts(plot_tree(axes(), leaves, merges, PALETTE)) == [
        "gauge, drift (1,200)   Instrument or physical-model bias", "new (7)   Behavioural skew   may be novel"
    ]  # fmt: skip
    assert texts(plot_tree(axes(COLUMN), leaves, merges, PALETTE)) == [
        "gauge, drift (1,200)   physical", "new (7)   may be novel"
    ]  # fmt: skip


def test_bars_of_different_relations_can_be_compared():
    table = pd.DataFrame(
        {"relation": ["modifier", "verb"], "word": ["social", "fight"], "mentions": [10, 40], "papers": [5, 20]}
    )
    panels = plot_neighbours(axes(), table, "bias").figure.axes[1:]
    assert [panel.get_xlim() for panel in panels] == [(0, 52), (0, 52)]  # 1.3 times 40
