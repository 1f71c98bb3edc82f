"""What the benchmarks promise: sides that take turns, samples without repeats, a page that agrees with the results."""

import json
import math
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "benchmarks"), str(ROOT / "docs" / "tools")]

import bench  # noqa: E402
import performance  # noqa: E402
import samples  # noqa: E402
import timing  # noqa: E402


def corpus(folder, count):
    path = folder / "papers.jsonl"
    rows = [{"id": f"p{n}", "title": f"T{n}", "abstract": f"A bias of {n}. It is small."} for n in range(count)]
    path.write_text("".join(json.dumps(row) + "\n" for row in rows), "utf-8")
    return samples.Corpus(path, count, path.name)


def papers(path):
    return [json.loads(line) for line in path.read_text("utf-8").splitlines()]


def test_a_sample_is_spread_evenly(tmp_path):
    found = papers(samples.write_sample(corpus(tmp_path, 10), 5, tmp_path / "out.jsonl"))
    assert [paper["id"] for paper in found] == ["p1", "p3", "p5", "p7", "p9"]


def test_papers_drawn_again_have_an_id_and_sentences_of_their_own(tmp_path):
    found = papers(samples.write_sample(corpus(tmp_path, 2), 5, tmp_path / "out.jsonl"))
    assert [paper["id"] for paper in found] == ["p0", "p1", "p0.1", "p1.1", "p1.2"]
    assert found[2]["abstract"] == "A bias of 0 1. It is small 1."
    assert found[2]["title"] == "T0 1"


def one(seconds):
    return timing.Run(seconds, seconds, 10**6, {})


def test_sides_take_turns_and_the_best_run_counts(tmp_path, monkeypatch):
    order = []
    monkeypatch.setattr(timing, "run", lambda side: order.append(side.name) or one(float(len(order))))
    runs = timing.in_turns([timing.Side("a", []), timing.Side("b", [])], 2)
    assert order == ["a", "b", "b", "a"]
    made = timing.measure("what", "one", runs)
    assert made["ratio"] == {"b": 0.5}  # a: 1 and 4 seconds, b: 2 and 3


def test_a_side_tells_its_own_time(tmp_path):
    code = "print('first'); print('{\"seconds\": 2.5, \"papers\": 3}')"
    run = timing.run(timing.Side("it", [sys.executable, "-c", code]))
    assert (run.seconds, run.told) == (2.5, {"papers": 3})
    assert run.peak > 10**6


def test_a_side_that_fails_ends_the_run_with_its_words():
    with pytest.raises(SystemExit, match="no luck"):
        timing.run(timing.Side("it", [sys.executable, "-c", "raise SystemExit('no luck')"]))


def test_the_exponent_is_the_slope_of_logarithms():
    sizes = [10.0, 100.0, 1000.0]
    assert bench.slope(list(map(math.log, sizes)), [math.log(3 * n**1.5) for n in sizes]) == pytest.approx(1.5)


def test_the_page_shows_the_results_that_are_kept():
    kept = json.loads(performance.RESULTS.read_text("utf-8"))
    page = performance.PAGE.read_text("utf-8")
    assert performance.fill_page(page, kept) == page, "run python docs/tools/performance.py"
