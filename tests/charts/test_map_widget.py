"""The map in JupyterLab, without a browser: groups and their looks, selection, neighbours, what the map asks."""

from __future__ import annotations

import sys

import numpy as np
import pytest
from small_readings import make_bare_study
from small_study import HOSTILE, MENTIONS, PAPERS, make_study

from analysis import BadInput, charts, load_inventory
from analysis.charts.map_groups import COLUMNS, groups_by
from analysis.charts.markers import marker_path
from analysis.inventory.inventory import Inventory, Sense
from analysis.inventory.palette import palette_of

PALETTE = palette_of(load_inventory())


def named(groups):
    return [groups.looks[i].name for i in groups.number]


def test_senses_have_their_own_looks_in_the_order_of_the_inventory(readings):
    rows = readings(("a", "unclear"), ("a", "parameter"), ("b", "social"), ("b", "my own"))
    groups = groups_by("sense", rows, PALETTE)
    assert [look.name for look in groups.looks] == ["Social bias", "Bias term or parameter", "my own", "Unclear"]
    assert groups.number.tolist() == [3, 1, 0, 2]
    assert groups.looks[0] == PALETTE["social"]


def test_years_are_groups_of_their_own_or_spans_of_equal_width(readings):
    rows = readings(*({"paper_id": str(y), "year": y} for y in (2020, None, 2018)))
    assert named(groups_by("year", rows, PALETTE)) == ["2020", "No year", "2018"]
    rows = readings(*({"paper_id": str(y), "year": y} for y in range(2000, 2017)))
    # 17 years in at most 8 spans: three years each, the last one cut at 2016
    spans = [look.name for look in groups_by("year", rows, PALETTE).looks]
    assert spans == [
        "2000\u20132002",
        "2003\u20132005",
        "2006\u20132008",
        "2009\u20132011",
        "2012\u20132014",
        "2015\u20132016",
    ]


def test_confidence_is_cut_where_readings_become_unsure(readings):
    rows = readings(*({"paper_id": "a", "confidence": c} for c in (0.49, 0.5, 0.69, 0.7, 0.95)))
    assert named(groups_by("confidence", rows, PALETTE)) == [
        "Below 0.5 (unsure)", "0.5 to 0.7", "0.5 to 0.7", "0.7 to 0.9", "0.9 and above"
    ]  # fmt: skip


def test_of_many_topics_the_largest_have_colours(readings):
    rows = readings(
        *({"paper_id": "a", "topic": t, "topic_label": f"t{t}"} for t in range(14) for _ in range(1 + (t == 13))),
        {"paper_id": "b"},
    )
    groups = groups_by("topic", rows, PALETTE)
    names = [look.name for look in groups.looks]
    # topic 13 has two mentions, all others one; 0 to 10 fill the twelve places, 11 and 12 are left
    assert names == ["t13", *(f"t{t}" for t in range(11)), "2 smaller topics", "No topic"]
    assert named(groups)[11:] == ["2 smaller topics", "2 smaller topics", "t13", "t13", "No topic"]


def test_stances_are_in_the_words_of_the_inventory(readings):
    rows = readings({"paper_id": "a", "stance": "measure"}, {"paper_id": "a"}, {"paper_id": "a", "stance": "mitigate"})
    assert [look.name for look in groups_by("stance", rows, PALETTE).looks] == ["fought", "measured", "No stance"]


@pytest.mark.parametrize("column", COLUMNS)
def test_no_two_groups_share_a_marker_so_that_the_map_can_be_read_without_colour(readings, column):
    rows = readings(
        *({"paper_id": "a", "sense": f"sense-{i % 12}", "stance": f"s{i % 12}", "year": 2000 + i, "topic": i - 1,
           "topic_label": "t", "confidence": i / 30} for i in range(30))
    )  # fmt: skip
    induced = palette_of(Inventory("x", tuple(Sense(f"sense-{i}", "", "") for i in range(12))))
    looks = groups_by(column, rows, induced).looks
    assert len({marker_path(look.marker) for look in looks}) == len(looks)
    assert groups_by(column, rows.head(0), induced).looks == []


def test_without_anywidget_one_line_says_what_to_install(study, monkeypatch):
    monkeypatch.setitem(sys.modules, "anywidget", None)
    monkeypatch.delitem(sys.modules, "analysis.charts.lab_map", raising=False)
    with pytest.raises(BadInput, match=r"needs anywidget, .* pip install 'bias-senses\[lab\]'"):
        charts.map_widget(study)


@pytest.fixture(scope="module")
def made(tmp_path_factory):
    pytest.importorskip("anywidget", reason="needs the extra lab")
    return make_study(tmp_path_factory.mktemp("map") / "study", PAPERS, MENTIONS)


@pytest.fixture
def shown(made):
    return charts.map_widget(made)


def test_the_selection_is_a_table_of_the_selected_mentions(shown, made):
    assert shown.selection.empty and list(shown.selection.columns) == list(made.readings.columns)
    ids = made.readings["mention_id"].tolist()
    shown.select([ids[3], ids[1], ids[3]])
    assert shown.selected == [1, 3]
    assert shown.selection["mention_id"].tolist() == [ids[1], ids[3]]
    shown.selected = [4, 0]  # as the browser says it
    assert shown.selection["mention_id"].tolist() == [ids[0], ids[4]]
    with pytest.raises(BadInput, match="nowhere: the study has no such mention"):
        shown.select(["nowhere"])
    with pytest.raises(Exception, match=r"rows of study\.readings are 0 to 4"):
        shown.selected = [5]
    assert shown.selected == [0, 4]


def test_recolouring_keeps_the_selection_and_counts_each_group(shown):
    shown.selected = [2]
    for column in COLUMNS:
        shown.colour_by(column)
        numbers = np.frombuffer(shown._groups, "<u2")
        assert [look["n"] for look in shown._looks] == np.bincount(numbers).tolist()
        assert sum(look["n"] for look in shown._looks) == 5 and shown.selected == [2]
    shown.colour_by("year")
    assert [(look["name"], look["n"]) for look in shown._looks] == [("2024", 3), ("No year", 2)]
    with pytest.raises(BadInput, match="'venue': the map is coloured by one of sense, stance"):
        shown.colour_by("venue")


def test_neighbours_are_ringed_and_come_back_as_a_table(shown, made):
    ids = made.readings["mention_id"].tolist()
    found = shown.neighbours(ids[2], n=3)
    assert [ids[row] for row in shown._near] == [ids[2], *found["mention_id"]]


def test_the_map_asks_for_texts_and_neighbours(shown, monkeypatch):
    sent = []
    monkeypatch.setattr(shown, "send", sent.append)
    shown._answer(shown, {"ask": "text", "row": 0}, [])
    assert sent[0]["title"] == f"{HOSTILE} and bias" and sent[0]["mention"] == "bias"
    assert sent[0]["reading"] == "Social bias, confidence 0.90; stance: fought" and sent[0]["year"] == "2024"
    shown._answer(shown, {"ask": "text", "row": 4}, [])
    assert sent[1]["reading"] == "Behavioural skew, confidence 0.41; unsure; stance: measured" and sent[1]["year"] == ""
    shown._answer(shown, {"ask": "near", "row": 4}, [])
    assert shown._near[0] == 4 and len(shown._near) == 5
    for nonsense in ({"row": 5, "ask": "text"}, {"row": "0", "ask": "text"}, {"ask": "text"}):
        shown._answer(shown, nonsense, [])
    assert len(sent) == 2


@pytest.fixture(scope="module")
def three(tmp_path_factory):
    pytest.importorskip("anywidget", reason="needs the extra lab")
    papers = [{"paper_id": f"p{i}", "title": "Bias", "abstract": "A bias."} for i in range(3)]
    mentions = [(f"p{i}", "abstract", 2, "A bias.", "social", 0.9, "") for i in range(3)]
    return make_study(tmp_path_factory.mktemp("map") / "study", papers, mentions)


@pytest.mark.parametrize("count", [0, 1, 2, 3])
def test_few_mentions_and_none_have_a_map(three, count):
    few = charts.map_widget(three.only([f"p{i}" for i in range(count)]))
    assert len(np.frombuffer(few._x, "<u2")) == count
    for column in COLUMNS:
        few.colour_by(column)
        assert [look["n"] for look in few._looks] == [count] * bool(count)
    few.selected = list(range(count))
    assert len(few.selection) == count


def test_an_inventory_without_stances_has_a_map(tmp_path):
    pytest.importorskip("anywidget", reason="needs the extra lab")
    induced = Inventory("task", (Sense("sense-1", "One group", "a group"),))
    mention = {"mention_id": "p#abstract:2", "paper_id": "p", "field": "abstract", "start": 2, "end": 6,
               "surface": "task", "lemma": "task", "sentence": "A task.", "sentence_start": 0}  # fmt: skip
    sense = {"mention_id": "p#abstract:2", "sense": "sense-1", "confidence": 0.9, "topic": -1}
    study = make_bare_study([{"paper_id": "p", "abstract": "A task."}], [mention], [sense], induced, tmp_path / "s",
                           inventory="none")  # fmt: skip
    shown = charts.map_widget(study)
    assert [look["name"] for look in shown._looks] == ["One group"]
    shown.colour_by("stance")
    assert [look["name"] for look in shown._looks] == ["No stance"]
