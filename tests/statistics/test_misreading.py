"""What readings turned out to be: by hand, in another mix, and how fields of research vary."""

from __future__ import annotations

import numpy as np
import pandas as pd
import pytest

from analysis.statistics.misreading import (
    WAYS,
    Misreadings,
    Units,
    corrected,
    counted_units,
    misreadings,
    mixes,
    tilted,
)

LABELS = ["one", "two"]
# a thousand of each: "one" is read as such nine times of ten, "two" eight times
SEEN = np.array([[900.0, 100.0], [200.0, 800.0]])  # true, assigned


def known(seen: np.ndarray, **more: object) -> Misreadings:
    columns = pd.MultiIndex.from_product([LABELS, range(seen.shape[1] // 2)])
    return Misreadings(pd.DataFrame(seen, index=LABELS, columns=columns), **more)


def test_a_reading_turned_out_to_be():
    # with one band, pooled and own are the same but for one unit that was right: 901 of 1,101 and 801 of 901
    chances = known(SEEN).turned_out(LABELS, 1)
    assert chances[0] == pytest.approx([(900 + 20 * 901 / 1101) / 1120, (200 + 20 * 200 / 1101) / 1120])
    assert chances.sum(axis=1) == pytest.approx([1, 1])


def test_a_label_that_was_never_assigned_is_right():
    assert known(np.zeros((2, 2))).turned_out(LABELS, 1).tolist() == [[1, 0], [0, 1]]


def test_correction_finds_the_mix_behind_the_readings():
    # 90 % truly "one": 0.9 * 0.9 + 0.1 * 0.2 = 0.83 read so; the few units of the prior pull by a thousandth
    units = np.array([83_000.0, 17_000.0])
    chances = SEEN.T / SEEN.T.sum(axis=1, keepdims=True)
    found = corrected(chances, SEEN.sum(axis=0), units)
    assert found / units.sum() == pytest.approx([0.9, 0.1], abs=0.002)


def test_few_readings_are_hardly_corrected():
    chances = SEEN.T / SEEN.T.sum(axis=1, keepdims=True)
    many, few = (corrected(chances, SEEN.sum(axis=0), n * np.array([0.83, 0.17])) / n for n in (10_000, 4))
    assert 0.5 < few[0] < 0.83 < many[0]  # held out, half were "one"


def test_readings_that_tell_nothing_leave_the_held_out_mix():
    blind = np.array([[0.3, 0.7], [0.3, 0.7]])
    assert corrected(blind, np.array([10.0, 10.0]), np.array([50.0, 0.0])) == pytest.approx([15, 35])


def test_a_tilted_table_meets_its_target_and_keeps_the_odds():
    # of 60 readings of "one" and 40 of "two" half are to be "one"; iterative fitting keeps the odds ratio of the rows
    chances = np.array([[0.8, 0.2], [0.1, 0.9]])
    units = np.array([60.0, 40.0])
    found = tilted(chances, units, np.array([50.0, 50.0]))
    assert units @ found == pytest.approx([50, 50], abs=0.05)
    ratio = [table[0, 0] * table[1, 1] / (table[0, 1] * table[1, 0]) for table in (chances, found)]
    assert ratio[0] == pytest.approx(ratio[1])


def test_ways_lead_from_the_count_to_the_correction_and_a_quarter_beyond():
    units = np.array([83_000.0, 17_000.0])
    ways = mixes(known(SEEN), LABELS, 1, units).ways
    first, last = (units @ ways[way] / units.sum() for way in (0, WAYS - 1))
    assert len(ways) == WAYS
    assert first == pytest.approx([0.83, 0.17], abs=0.001)
    assert last == pytest.approx([0.9 + 0.07 / 4, 0.1 - 0.07 / 4], abs=0.003)


def test_where_the_mix_does_not_shift_readings_are_what_they_turned_out_to_be():
    units = np.array([83_000.0, 17_000.0])
    last = mixes(known(SEEN, shifts=False), LABELS, 1, units).ways[-1]
    # 0.83 * 900 / 1,100 + 0.17 * 100 / 900
    assert units @ last / units.sum() == pytest.approx([0.698, 0.302], abs=0.001)


def test_draws_vary_as_their_spread_says():
    # a Dirichlet variable of spread rho has variance p (1 - p) rho, near enough where its sampling adds 1 / 1,101
    chances = mixes(known(SEEN, spread=0.05), LABELS, 1, np.array([1000.0, 1000.0]))
    rng = np.random.default_rng(0)
    drawn = np.array([chances.draw(rng)[0, 0] for _ in range(4000)])
    middle = chances.ways[:, 0, 0].mean()
    assert drawn.mean() == pytest.approx(middle, abs=0.01)
    assert drawn.var() == pytest.approx(middle * (1 - middle) * 0.05, rel=0.2)


def fields(rates: list[float], n: int = 4000, *, seed: int = 0) -> Units:
    """Fields of research, half of each read as "one"; ``rates`` are how many of these are, of "two" all are right."""
    rng = np.random.default_rng(seed)
    assigned = np.tile(np.repeat([0, 1], n // 2), len(rates))
    field = np.repeat([f"f{i}" for i in range(len(rates))], n)
    rate = np.repeat(rates, n)
    true = np.where(assigned == 0, (rng.random(len(rate)) > rate).astype(int), 1)
    return Units(true, assigned, np.zeros(len(rate), dtype=int), field)


def test_fields_that_differ_by_chance_have_no_spread_to_speak_of():
    alike = misreadings(fields([1.0] * 8), LABELS, 1)
    assert alike.spread == 0


def test_fields_that_differ_more_have_more_spread():
    some, more = (misreadings(fields([0.9 - gap, 0.9 + gap] * 4), LABELS, 1).spread for gap in (0.03, 0.08))
    assert 0 < some < more


def test_left_out_readings_tell_how_fields_vary():
    # inside its fields the reader is as often right in each; left out, it misreads one of them more
    units = fields([0.9] * 6)
    worse = fields([0.9] * 5 + [0.6])
    assert misreadings(units, LABELS, 1).spread < misreadings(units, LABELS, 1, left_out=worse).spread


def test_one_field_has_no_spread():
    assert misreadings(fields([0.8]), LABELS, 1).spread == 0


def test_units_are_counted_by_true_label_assigned_label_and_band():
    units = Units(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([0, 1, 1]), np.array(["", "", ""]))
    assert counted_units(units, LABELS, 2).to_numpy().tolist() == [[1, 0, 0, 1], [0, 0, 0, 1]]
