"""The primer: each section is whole, each paper stands under its sense, and what the text claims comes out."""

from __future__ import annotations

import ast
import re
from functools import cache
from math import comb
from types import SimpleNamespace

import nbformat
import numpy as np
import pytest
from scipy.stats import norm

from analysis import load_papers
from analysis.charts.figure import LARGEST_SVG
from analysis.charts.style import COLUMN, PAGE
from analysis.common.links import primer_link
from analysis.common.resources import resource
from analysis.inventory import load_inventory

NODE = nbformat.read(resource("notebooks", "primer.ipynb"), as_version=4)
SENSES = {sense.id: sense for sense in load_inventory().senses}
# Where a paper stands under a sense that the study does not read in it: why the study is not followed.
OTHERWISE = {
    "difffit-unlocking-transferability-of-large-diffusion-models": 'its one mention, "the bias term", is read unsurely',
    "detr-doesn-t-need-multi-scale-or-locality-design": "its second mention, a position bias, is read as the first is",
    "mptq-vit-mixed-precision-post-training-quantization-for": 'its one mention, "SmoothQuant with bias term"',
}


def cells_of(sense: str, kind: str = "") -> list[nbformat.NotebookNode]:
    return [c for c in NODE.cells if c.id.rsplit("-", 1)[0] == sense and (not kind or c.cell_type == kind)]


def text_of(sense: str) -> str:
    return " ".join(" ".join(cell.source for cell in cells_of(sense, "markdown")).split())


@cache
def run(sense: str) -> SimpleNamespace:
    """What the cells of a section leave behind, and the chart that its last one shows as ``chart``."""
    names: dict[str, object] = {}
    for cell in [*(c for c in NODE.cells if c.id in ("parameters", "imports")), *cells_of(sense, "code")]:
        *body, last = ast.parse(cell.source).body
        if isinstance(last, ast.Expr):
            body.append(ast.Assign([ast.Name("chart", ast.Store())], last.value))
        else:
            body.append(last)
        exec(compile(ast.fix_missing_locations(ast.Module(body, [])), cell.id, "exec"), names)
    return SimpleNamespace(**names)


def test_there_is_a_section_for_every_sense_in_the_inventorys_order():
    headings = [c.source.splitlines()[0] for c in NODE.cells if c.source.startswith("## ")]
    assert headings == [f"## {sense.name}" for sense in SENSES.values()]
    assert [c.id for c in NODE.cells if c.source.startswith("## ")] == [f"{sense}-about" for sense in SENSES]


@pytest.mark.parametrize("sense", SENSES)
def test_a_section_is_whole(sense):
    about, *middle, chart, read = cells_of(sense)
    assert len(about.source.split("\n\n")) == 2  # the heading and one paragraph
    assert all(cell.metadata.tags == ["lines"] for cell in middle) and chart.metadata.tags == ["drawing"]
    lines = [line for cell in middle for line in cell.source.splitlines() if line]
    assert 0 < len(lines) <= 12 and not [line for line in lines if len(line) > 92]
    assert chart.source.splitlines()[-1].startswith("primer.")
    assert f"[Figure](#{sense}-at-work)" in read.source
    assert f"\n\n[Its card](03_senses.ipynb#sense-{sense}) " in read.source


def test_each_word_that_the_opening_explains_is_used():
    explained = re.findall(r"\*\*([^*]+)\*\*", NODE.cells[0].source)
    assert len(explained) == len(set(explained)) > 10
    sections = " ".join(text_of(sense) for sense in SENSES).lower()
    assert [word for word in explained if re.sub(r"is$", "es", word.lower()) not in sections] == []


@pytest.mark.parametrize("sense", SENSES)
def test_what_to_look_for_is_a_cue_of_the_sense_and_the_false_friend_is_another_one(sense):
    read = text_of(sense)
    looked = re.search(r"\*\*Look for\*\* \*([^*]+)\*, \*([^*]+)\*", read)
    own = SENSES[sense].cues
    for phrase in looked.groups():
        words = f" {phrase.lower().replace('-', ' ')} "
        known = [f" {cue} " for kind in ("modifier", "head") for cue in own[kind]]
        assert "bias" in phrase or phrase in own["modifier"]
        assert any(cue in words for cue in known), phrase
    (friend,) = re.findall(r"\*\*False friend:\*\* (.*?) (?:\*\*Example papers|\[Its card)", read)
    (target,) = re.findall(r"\]\(#([^)]+)\)", friend)
    others = {primer_link(other.name).partition("#")[2] for other in SENSES.values() if other.id != sense}
    assert target in others


@pytest.mark.parametrize("sense", SENSES)
def test_the_chart_says_what_it_shows(sense):
    chart = run(sense).chart
    assert chart.name == f"{sense}-at-work"
    assert re.search(r"\d", chart.heading + chart.subtitle) and not re.search(r"\bnan\b", chart.heading)
    assert not chart.heading.endswith(".") and chart.subtitle.endswith(".")
    for column in chart.table:
        assert chart.table[column].notna().any(), column


@pytest.mark.parametrize("sense", ["cognitive", "social", "data", "inductive"])  # one for each kind of chart
def test_a_chart_is_drawn_the_same_for_a_page_and_a_column_each_time(sense):
    chart = run(sense).chart
    for width in (PAGE, COLUMN):
        drawn = chart.render("svg", width=width)
        assert drawn == chart.render("svg", width=width) and len(drawn) < LARGEST_SVG


def test_all_bundled_papers_stand_under_a_sense_that_the_study_reads_in_them(seed_study):
    read = seed_study.readings.groupby("paper_id")["sense"].agg(set)
    told = [(paper, sense) for sense in SENSES for paper in re.findall(r"\*\* <!-- (\S+) -->", text_of(sense))]
    assert {paper for paper, _ in told} == set(load_papers().papers["paper_id"])
    assert len(set(told)) == len(told)
    wrong = {paper for paper, sense in told if sense not in read[paper]}
    assert wrong <= set(OTHERWISE)
    for sense in SENSES.keys() - {"estimator"}:
        assert ("**Example papers.**" in text_of(sense)) == (sense in {under for _, under in told})
    assert "**Example papers.** None is about this sense. The program reads" in text_of("estimator")
    assert sum("estimator" in senses for senses in read) == 1


# --- what the text claims; margins leave room for another machine's last digits ------------------------------------


def test_social_vectors_repeat_the_stereotype():
    made = run("social")
    assert len(made.eights) == comb(16, 8) == 12_870
    assert made.gap > 0 and made.alike == 1
    assert made.chart.heading.startswith("All 8 occupations nearest to the words for women are women's")
    assert max(made.lean[8:]) < min(made.lean[:8]) and sum(made.lean[8:] > 0) > 4  # zero does not part them
    assert made.gap == pytest.approx(made.lean[:8].mean() - made.lean[8:].mean())


def test_media_every_loaded_word_shifts_the_report_and_together_they_shift_it_most():
    made = run("media")
    assert len(made.reports) == 8 and min(made.shifts) > 0.005
    assert made.place.argmax() == 7 and 0.1 < made.place[-1] - made.place[0] < 0.7
    assert made.place[-1] - made.place[0] > max(made.shifts)
    assert made.chart.table["shift"].iloc[-1] == made.place[-1] - made.place[0]
    for words in zip(*made.swaps, strict=True):  # the two reports that the text quotes
        assert f'"{made.report.format(*words)}"' in text_of("media")


def test_cognitive_anchors_keep_the_judges_apart():
    first, last = run("cognitive").beliefs.iloc[0], run("cognitive").beliefs.iloc[-1]
    assert first.tolist()[:2] == [90, 10] and np.isnan(first["no anchor"])
    assert last["anchored at 90"] - last["anchored at 10"] == pytest.approx(20 * (90 - 10) / (20 + 40))
    assert last["no anchor"] == pytest.approx(run("cognitive").evidence.mean()) == pytest.approx(50, abs=10)


def test_data_selection_makes_independent_traits_correlate():
    made = run("data")
    assert abs(made.among_all) < 0.1
    # What is above 1 of a sum of two standard normal numbers: its variance v follows from the truncated normal
    # distribution, and the correlation is (v - 2) / (v + 2), as the difference keeps its variance of 2.
    cut = 1 / np.sqrt(2)
    hazard = norm.pdf(cut) / norm.sf(cut)
    v = 2 * (1 - hazard * (hazard - cut))
    assert made.among_admitted == pytest.approx((v - 2) / (v + 2), abs=0.1)


def test_shortcut_guidance_mends_what_a_wrong_question_breaks():
    made = run("shortcut")
    (kept, excellent), (mended, broken) = made.right.values()
    assert excellent > 0.95 and kept > 0.95
    assert broken < 0.75 and mended > broken + 0.2 and mended > 0.9
    assert made.model.coef_[0, -1] > 0
    weights, cue = made.model.coef_[0, :64], 5 * made.model.coef_[0, -1]
    picture = (made.pictures - made.blank) @ weights  # what only the picture says
    for question in (made.is_8, ~made.is_8):
        answer = made.pictures @ weights + made.model.intercept_ + cue * question
        for times in (2, 10):  # instead of three
            assert np.mean((answer + times * picture > 0) == made.is_8) > 0.9


def test_skew_tokens_never_promise_what_the_letters_hold():
    made = run("skew")
    assert made.naive == 0
    assert made.true == pytest.approx(0.6, abs=0.02) and made.exact == pytest.approx(made.true, abs=0.02)


def test_estimator_shrinkage_lowers_the_error_by_more_than_10_percent():
    made = run("estimator")
    assert made.error.min() < 0.9 * made.error[-1]
    assert np.allclose(made.error, made.bias_squared + made.variance)
    assert made.bias_squared[-1] < 0.01 and made.error[-1] == pytest.approx(1, abs=0.05)  # the noise has variance 1
    best = np.mean(made.truth**2) / (np.mean(made.truth**2) + 1)  # minimises (1-k)² t² + k²
    assert np.mean(made.truth**2) < made.error[-1]  # to answer zero each time beats the raw measurement
    assert made.truth.std() < 1 and abs(made.truth.mean()) < 0.2
    assert made.kept[made.error.argmin()] == pytest.approx(best, abs=0.05)


def test_implicit_slow_waves_are_learnt_first_and_random_waves_mend_it():
    heights = {name: np.array(drawn) for name, drawn in run("implicit").heights.items()}
    (fast, slow), (mended, _) = heights["as it is"][-1], heights["as random waves"][-1]
    assert slow > 0.8 and fast < 0.3 and mended > 0.8
    assert heights["as it is"][100, 0] < 0.5 * heights["as it is"][100, 1]  # on the way there, too


def test_inductive_the_right_preference_finds_the_fifth_point_more_often():
    made = run("inductive")
    assert min(map(len, made.kept.values())) > 30
    assert all((abs(curves - made.y)[:, made.seen] < 0.25).all() for curves in made.kept.values())
    smooth, rough = made.found
    assert smooth > 1.5 * rough
    assert 2**-made.bits == pytest.approx([smooth, rough])  # a half is one bit, a quarter two
    target = np.sin(5 * 19 / 25)  # a rough curve's height there is a normal number of its own
    by_chance = norm.cdf(target + 0.25) - norm.cdf(target - 0.25)
    assert rough == pytest.approx(by_chance, abs=0.15)


def test_parameter_a_constant_gives_back_what_is_missing_on_average():
    left = run("parameter").left
    assert max(left.values()) < 0.75
    assert left["Start: answer the average"] == pytest.approx(
        8.25 / 28.5, abs=0.01
    )  # variance and mean square of 0, ..., 9
    assert (run("parameter").coarse >= 0).all()  # the steps below zero stay unused


def test_physical_ten_seconds_at_rest_take_away_most_of_the_drift():
    made = run("physical")
    drift, rest = (abs(np.sum(rates - made.turning)) / 10 for rates in (made.read, made.corrected))
    assert drift == pytest.approx(0.5 * 90, abs=3) and rest < drift / 10
    assert abs(made.chart.table[["as read", "corrected"]].iloc[-1]).tolist() == pytest.approx([drift, rest])
    measured_wrong = (made.read[:100].mean() - 0.5) * 80  # in ten seconds at rest, added up in the other eighty
    assert abs(measured_wrong) > abs(made.noise[100:].sum() / 10)


def test_steering_pushed_draws_weighted_back_find_the_rare_event():
    made, exact = run("steering"), norm.sf(4.5)
    assert exact == pytest.approx(3.4e-6, rel=0.01)
    assert 1 - (1 - exact) ** 10_000 == pytest.approx(0.03, abs=0.005)  # the plain ones meet it at all
    assert made.steered[-1] == pytest.approx(exact, rel=0.1)
    assert not (made.plain > 4.5).any() and np.mean(made.pushed > 4.5) == pytest.approx(0.5, abs=0.03)


def test_electrical_the_bias_decides_how_much_of_the_wave_gets_through():
    made = run("electrical")
    assert not made.currents[0].any()
    # At 2 volts the current is (1 + sin/2)² = 1.125 + sin t - cos(2t)/8. At 1 volt it is (sin/2)² for half a swing,
    # whose parts are (1/π) ∫ sin³/4 = 1/(3π) and (1/π) ∫ sin² cos(2t)/4 = -1/16.
    assert made.overtone == pytest.approx({2: 1 / 8, 1: 3 * np.pi / 16}, rel=1e-3)


def test_tracer_the_rarer_the_halo_the_larger_its_bias():
    bias = run("tracer").bias
    # To first order in the long wave the count grows by the density at the threshold over the share above it, as Kaiser
    # (1984) found for clusters of galaxies.
    assert bias == pytest.approx({least: norm.pdf(least) / norm.sf(least) for least in (1, 2)}, rel=0.05)


def test_tendency_two_losses_for_each_gain_leave_a_third():
    last = run("tendency").shown.iloc[-1]
    assert last.tolist() == pytest.approx([1 / 3, 1 / 3, 1 / 2], abs=0.02)  # 0.005 is one standard deviation
    assert run("tendency").shown.iloc[0].tolist() == [0.8, 0.1, 0.8]


def test_open_the_screen_finds_what_no_list_held():
    (few, false), (wide, alarms), (strict, none) = run("open").found.values()
    assert run("open").listed.sum() == 20 and (run("open").listed & run("open").matters).sum() == 2
    assert few == 2 < strict <= wide <= 10 and strict >= 6  # each is found with probability sf(4.06 - 5) = 0.83
    assert false == none == 0 < alarms < 15  # 1,990 times 0.0025 is 5
