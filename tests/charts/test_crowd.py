"""Many senses do not crowd a chart: the commonest are drawn, the table has all, the caption counts the others."""

from __future__ import annotations

import pytest
from small_readings import make_readings

from analysis.charts.collocates import collocates_figure
from analysis.charts.groups import groups_figure
from analysis.charts.mention_places import map_figure
from analysis.charts.mixing import mixing_figure
from analysis.charts.shares import shares_figure
from analysis.charts.stance import stance_figure
from analysis.charts.style import MOST, uncrowded
from analysis.findings.collocates import distinguishing_collocates
from analysis.findings.groups import group_sizes, shares_by
from analysis.findings.layout import placed
from analysis.findings.mixing import mixed_papers, sense_pairs
from analysis.findings.shares import sense_shares
from analysis.findings.stance import stance_by_sense
from analysis.inventory.inventory import Inventory, Sense
from analysis.inventory.palette import palette_of

SENSES = tuple(Sense(f"s{i:02}", f"Sense {i}", "") for i in range(15))
PALETTE = palette_of(Inventory("word", SENSES))
ORDER = list(PALETTE)


@pytest.fixture(scope="module")
def table():
    """Sense s00 in 20 papers, s01 in 19, ... s14 in 6; each paper also has an unclear mention."""
    return make_readings(
        [
            {"paper_id": f"p{i}", "sense": sense, "stance": "measure", "venue": "V", "sentence_start": 0,
             "sentence": "abcdefghijklmnop"[number] * 3 + " word"}
            for number, sense in enumerate([*ORDER[:15], "unclear"])
            for i in range(20 - number)
        ]
    )  # fmt: skip


def figures(r):
    import numpy as np

    return [
        shares_figure(sense_shares(r, ORDER, draws=5), PALETTE),
        stance_figure(stance_by_sense(r, ORDER), PALETTE),
        mixing_figure(sense_pairs(r, ORDER), mixed_papers(r), PALETTE, papers=20),
        collocates_figure(distinguishing_collocates(r, ORDER), PALETTE),
        groups_figure(shares_by(r, "venue", ORDER), group_sizes(r, "venue"), "venue", PALETTE),
        map_figure(placed(r, np.arange(2 * len(r)).reshape(-1, 2)), PALETTE),
    ]


def test_three_of_fifteen_stand_in_the_table_alone(table):
    for figure in figures(table):
        assert "3 more senses are in the table alone" in figure.notes, figure.name
        column = "sense" if "sense" in figure.table else "sense_a"
        drawn = set(figure.drawn[column].dropna()) - {"other", "unclear"}
        assert drawn <= set(ORDER[:MOST]), figure.name
        assert set(figure.table[column]) >= {"s12", "s13"}, figure.name
        assert figure.render("png")


def test_few_senses_are_all_drawn(table):
    few = table[table["sense"].isin([*ORDER[:MOST], "unclear"])]
    for figure in figures(few):
        assert "table alone" not in figure.notes, figure.name
        assert figure.drawn["sense" if "sense" in figure.table else "sense_a"].notna().all()


def test_groups_say_how_many_there_are_and_how_many_are_drawn():
    # eleven venues of ten papers, one of nine
    venues = [f"v{i:02}" for i in range(12) for _ in range(10)][:-1]
    rows = [{"paper_id": f"p{i}", "sense": "s00", "venue": venue} for i, venue in enumerate(venues)]
    for part, told in ((rows, "Drawn: the 10 largest of the 11 with"), (rows[:30], "Drawn: all with at least 10")):
        r = make_readings(part)
        assert told in groups_figure(shares_by(r, "venue", ORDER), group_sizes(r, "venue"), "venue", PALETTE).notes
    for part, told in (
        ([{"paper_id": "a", "sense": "s00"}], "No paper with a mention names a venue"),
        (rows[:9], "No venue has 10"),
    ):
        r = make_readings(part)
        figure = groups_figure(shares_by(r, "venue", ORDER), group_sizes(r, "venue"), "venue", PALETTE)
        assert figure.instead.startswith(told)


def test_the_rarest_are_left_out_and_unclear_never(table):
    counts = table.groupby("sense").size().reset_index(name="n")
    kept, more = uncrowded(counts, "n")
    assert list(kept["sense"]) == [*ORDER[:12], "unclear"]
    assert more == " 3 more senses are in the table alone."


def test_an_induced_sense_is_called_by_its_name_not_its_number():
    palette = palette_of(Inventory("word", (Sense("sense-1", "map, tokens", ""), Sense("social", "Social bias", ""))))
    assert (palette.tag("sense-1"), palette.tag("social")) == ("map, tokens", "social")
