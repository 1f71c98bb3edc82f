"""Charts of kinds, of what goes with a sense and of results side by side draw their tables, or say why not."""

from __future__ import annotations

import xml.etree.ElementTree as ET

import pandas as pd
import pytest
from matplotlib.figure import Figure as Canvas
from small_readings import make_readings

from analysis.charts.companions import companions_figure, plot_companions
from analysis.charts.comparable import comparable_figure
from analysis.charts.kinds import KINDS, SENSES, kinds_figure, most_named, plot_kinds
from analysis.charts.style import COLUMN, PAGE
from analysis.common.tables import make_table
from analysis.findings.companions import named_with_sense
from analysis.findings.comparable import comparable_quantities
from analysis.findings.kind_names import named_kinds
from analysis.findings.kinds_of_senses import kinds_by_sense
from analysis.inventory.inventory import load_inventory
from analysis.inventory.palette import palette_of

PALETTE = palette_of(load_inventory())
ORDER = list(PALETTE)
HOSTILE = "<script>x</script> $\\frac{a}$"


def kinds_table(counts):
    """``{(sense, word): papers}``; every sense also has a paper that names no kind."""
    rows = []
    for (sense, word), papers in counts.items():
        for i in range(papers):
            sentence = f"{word} bias".strip()
            rows.append({"paper_id": f"{sense}{i}", "sense": sense, "sentence": sentence, "modifier": word,
                         "sentence_start": 0, "start": len(sentence) - 4, "end": len(sentence)})  # fmt: skip
    readings = make_readings(rows)
    readings["mention_id"] = [f"m{i}" for i in range(len(readings))]
    return kinds_by_sense(named_kinds(readings), readings, ORDER, draws=20)


def companions_table(papers):
    readings = make_readings([{"paper_id": f"p{i}", "sense": ("social", "data")[i % 2]} for i in range(papers)])
    names = [(f"p{i}", name) for i in range(papers) for name in ("LLM", HOSTILE) if name == HOSTILE or i % 2 == 0]
    entities = make_table("entities", [{"paper_id": p, "field": "abstract", "start": 0, "end": 1, "surface": n,
                                        "kind": "material", "name": n} for p, n in names])  # fmt: skip
    return named_with_sense(readings, entities, ORDER, kind="material", draws=50)


def results_table():
    readings = make_readings([{"paper_id": p, "title": HOSTILE} for p in "abc"]).assign(authors=[[], [], []])
    rows = [{"paper_id": p, "kind": "result", "value": v, "value_to": 9.0 if p == "a" else None, "unit": "%",
             "what": HOSTILE, "of": HOSTILE} for p, v in zip("abc", (8.0, 5.0, 2.5), strict=True)]  # fmt: skip
    return comparable_quantities(make_table("quantities", rows), readings)


FEW = {("social", "gender"): 3, ("social", "sex"): 2, ("inductive", "inductive"): 2}
MANY = {("social", "gender"): 20, ("social", "sex"): 5, ("social", ""): 40, ("inductive", "inductive"): 8}


def texts(ax):
    return [text.get_text() for text in ax.texts]


@pytest.mark.parametrize(
    "figure",
    [
        kinds_figure(kinds_table(FEW), PALETTE, "bias"), kinds_figure(kinds_table(MANY), PALETTE, "bias"),
        companions_figure(companions_table(10), PALETTE, "material"),
        companions_figure(companions_table(80), PALETTE, "material"),
        comparable_figure(results_table()),
    ],
    ids=lambda figure: figure.name,
)  # fmt: skip
def test_it_is_drawn_at_both_widths_the_same_each_time(figure):
    assert not figure.instead and figure.alt.startswith(figure.heading)
    for width in (PAGE, COLUMN):
        svg = figure.render("svg", width=width)
        assert svg == figure.render("svg", width=width)
        assert float(ET.fromstring(svg).attrib["width"].removesuffix("pt")) == pytest.approx(72 * width)
    assert "<script" not in figure.to_html()


def test_without_anything_to_draw_a_sentence_says_so():
    for figure in (
        kinds_figure(kinds_table({("social", ""): 2}), PALETTE, "bias"),
        companions_figure(companions_table(0), PALETTE, "material"),
        comparable_figure(results_table().iloc[:0]),
    ):
        assert figure.instead.endswith(".")
        assert figure.to_html().startswith('<p class="not-shown"')


def test_few_papers_are_bars_that_count_and_a_family_has_a_bracket():
    ax = Canvas(figsize=(PAGE, 3)).add_subplot()
    plot_kinds(ax, most_named(kinds_table(FEW)), PALETTE)
    assert [patch.get_width() for patch in ax.patches] == [3, 2, 2]
    assert ax.get_xlabel() == "papers"
    assert texts(ax) == [
        "Social bias (3 papers)",
        "3",
        "2",
        "gender and sex",
        "Inductive bias (2 papers)",
        "2",
        "papers",
    ]


def test_many_papers_are_shares_and_what_few_name_is_left_to_the_table():
    table = kinds_table({**MANY, ("social", "racial"): 2})
    assert "racial bias" in set(table["kind"]) and "racial bias" not in set(most_named(table)["kind"])
    ax = Canvas(figsize=(PAGE, 3)).add_subplot()
    plot_kinds(ax, most_named(table), PALETTE)
    assert ax.get_xlabel().startswith("share") and not ax.patches
    figure = kinds_figure(table, PALETTE, "bias")
    assert figure.heading == "Gender bias is the kind that most papers name (20)"
    assert "Kinds named most. Social bias: gender bias (50%" in figure.alt


def test_many_senses_and_kinds_do_not_crowd_it():
    letters = "abcdefghij"
    table = kinds_table({(sense, f"{letters[i]}-kind"): i + 1 for sense in ORDER for i in range(8)})
    drawn = most_named(table)
    assert drawn["sense"].nunique() == SENSES and set(drawn.groupby("sense").size()) == {KINDS}
    assert "unclear" not in set(drawn["sense"])


def test_a_clear_companion_has_a_triangle_and_its_sentence():
    table = companions_table(80)
    ax = Canvas(figsize=(PAGE, 3)).add_subplot()
    plot_companions(ax, table, PALETTE)
    assert texts(ax) == ["40", "40", "40", "\u25b2"]  # the name that all papers have comes first
    figure = companions_figure(table, PALETTE, "material")
    assert figure.name == "materials-by-sense"
    assert figure.heading == "LLM goes with social bias more than with other senses"
    assert "What goes with a sense more than with the others: LLM with Social bias (" in figure.alt
    assert (
        companions_figure(companions_table(10), PALETTE, "material").heading
        == "No material goes clearly with one sense"
    )


def test_results_tell_their_spread_and_lead_to_their_papers():
    figure = comparable_figure(results_table())
    assert "in 3 papers (2.5 to 8%)" in figure.alt
    assert 'href="mentions.html#paper=a"' in figure.to_html()
    assert isinstance(figure.table, pd.DataFrame)
