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


def test_a_small_collection_of_clear_readings_is_not_drawn_to_the_held_out_mix():
    # nothing was ever misread: of 20 units 6 are "one", and 0.02 of the 2 units that are counted with them
    clear = np.array([[1.0, 0.0], [0.0, 1.0]])
    found = corrected(clear, np.array([10.0, 990.0]), np.array([6.0, 14.0]))
    assert found[0] == pytest.approx(20 * (6 + 0.02) / 22, abs=0.01)


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
    spread = pd.Series({"two": 0.01, "one": 0.05})
    chances = mixes(known(SEEN, spread=spread), LABELS, 1, np.array([1000.0, 1000.0]))
    rng = np.random.default_rng(0)
    drawn = np.array([chances.draw(rng)[:, 0] for _ in range(4000)])
    middle = chances.ways[:, :, 0].mean(axis=0)
    assert drawn.mean(axis=0) == pytest.approx(middle, abs=0.01)
    expected = middle * (1 - middle) * [0.05, 0.01] + chances.ways[:, :, 0].var(axis=0)
    assert drawn.var(axis=0) == pytest.approx(expected, rel=0.2)


def fields(rates: list[tuple[float, float]], n: int = 1000) -> Units:
    """Fields of research with ``n`` units read as "one" and as "two" each; ``rates`` are the shares that are right."""
    true = np.concatenate([np.arange(n) >= round(n * right) for rates_here in rates for right in rates_here])
    assigned = np.tile(np.repeat([0, 1], n), len(rates))
    true = np.where(assigned == 0, true, ~true).astype(int)
    field = np.repeat([f"f{i}" for i in range(len(rates))], 2 * n)
    return Units(true, assigned, np.zeros(len(true), dtype=int), field)


def spread(units: Units, **more: Units) -> pd.Series:
    found = misreadings(units, LABELS, 1, **more).spread
    assert found is not None
    return found


def test_spread_by_hand():
    # Of the shares of "one" and of "two" either field is off by 0.1 from what the other tells: 0.02 in squares. By
    # chance this is 2 * 0.9 * 0.1 / 1000 and 2 * 0.8 * 0.2 / 1000; if all were misread as one, 0.999 * 0.18 and 0.32.
    by_hand = (0.02 - 0.00018 + 0.02 - 0.00032) / (0.999 * (0.18 + 0.32))
    assert spread(fields([(0.8, 0.8), (0.9, 0.9)])).tolist() == pytest.approx([by_hand, by_hand], rel=0.02)


def test_each_assigned_label_has_its_own_spread():
    # Reference: chances of "one" drawn for each field from a beta distribution of spread 0.1, those of "two" fixed
    rng = np.random.default_rng(0)
    varying = rng.beta(0.8 * 9, 0.2 * 9, 80)  # a + b = 1 / 0.1 - 1
    found = spread(fields([(rng.binomial(1000, p) / 1000, rng.binomial(1000, 0.8) / 1000) for p in varying]))
    assert found["one"] == pytest.approx(0.1, rel=0.3)
    assert found["two"] < 0.02


def test_a_label_that_few_fields_know_leans_on_the_others():
    # No field has a unit read as "three": its spread is that of all
    alike = fields([(0.8, 0.8), (0.9, 0.9)])
    found = misreadings(alike, [*LABELS, "three"], 1).spread
    assert found is not None
    assert found["three"] == pytest.approx(found["one"], rel=0.02)


def test_fields_that_are_alike_have_no_spread():
    assert spread(fields([(0.9, 0.9)] * 4)).tolist() == [0, 0]


def test_left_out_readings_tell_how_fields_vary():
    # inside its fields the reader is as often right in each; left out, it misreads one of them more
    units, worse = fields([(0.9, 0.9)] * 6), fields([(0.9, 0.9)] * 5 + [(0.6, 0.9)])
    assert spread(units)["one"] == 0 < spread(units, left_out=worse)["one"]


def test_one_field_does_not_tell_how_fields_vary():
    assert misreadings(fields([(0.8, 0.8)]), LABELS, 1).spread is None


def test_units_are_counted_by_true_label_assigned_label_and_band():
    units = Units(np.array([0, 0, 1]), np.array([0, 1, 1]), np.array([0, 1, 1]), np.array(["", "", ""]))
    assert counted_units(units, LABELS, 2).to_numpy().tolist() == [[1, 0, 0, 1], [0, 0, 0, 1]]
