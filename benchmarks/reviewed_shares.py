"""Do the intervals of shares by reviewed mentions hold in 95 of 100 samples, however the machine errs?

    python benchmarks/reviewed_shares.py [--samples 200] [--seed 0]

From each collection n mentions are drawn at random and "reviewed": their true sense is told. Printed for each kind of
error and each n: how often the interval of a sense holds its true share in the collection (all senses, and those with
less than a twentieth of the mentions), how wide it is, how wide Wilson's interval of the sample alone would be, and how
far estimates and plain counts of the machine are off on average.

- shipped labels: 400 papers of the shipped labels as heads read them that had not seen the paper
- no error: the machine is always right
- papers: a fifth of the papers is misread whole, mentions of a paper being alike
- one sense lost: the machine never finds the second of four senses
- by chance: the machine knows nothing
- rare senses: nine tenths of the mentions have one sense, a twentieth is misread
- passed over: shipped labels; the reviewer leaves out up to a tenth of the sample, misread mentions first
- picked, too: shipped labels; besides the sample, the reviewer read the 100 mentions that look most doubtful
- sample learned: shipped labels; the machine learned the sample by heart before its readings were used as predictions.
  Nobody should do that, and the program does not: its row shows what would happen.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Callable

import numpy as np
import pandas as pd

from analysis.findings.reviewed import count_sample
from analysis.senses.held_out import shipped_readings
from analysis.statistics.intervals import wilson

SIZES = (25, 50, 100, 200)
PAPERS = 400
RARE = 0.05
Collection = pd.DataFrame  # paper_id, mention_id, label (the truth), sense (as read), confidence


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--samples", type=int, default=200, help="of each size and kind")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    for name, make in KINDS.items():
        rows = []
        for n in SIZES:
            rng = np.random.default_rng([options.seed, n])
            found = pd.concat([_judged(make(rng), n, rng, name) for _ in range(options.samples)])
            rare = found[found["true"] < RARE]
            means = found.drop(columns="true").mean()
            rows.append({"n": n, **means, "holds, rare": rare["holds"].mean()})
        sys.stdout.write(f"\n{name}\n{pd.DataFrame(rows).round(3).to_string(index=False)}\n")
        sys.stdout.flush()


def _judged(collection: Collection, n: int, rng: np.random.Generator, kind: str) -> pd.DataFrame:
    """One row per sense of a sample: whether the interval holds the truth, its width, and two distances from it."""
    order = sorted({*collection["label"], *collection["sense"]})
    truth = collection["label"].value_counts(normalize=True).reindex(order, fill_value=0).to_numpy()
    ids = collection["mention_id"].to_numpy()
    drawn = np.zeros(len(ids), dtype=bool)
    drawn[rng.choice(len(ids), n, replace=False)] = True
    read = collection["sense"].to_numpy()
    told = drawn.copy()
    if kind == "passed over":
        wrong = (read != collection["label"].to_numpy()) & drawn
        told[rng.permutation(np.flatnonzero(wrong))[: n // 10]] = False
    elif kind == "picked, too":
        rest = np.flatnonzero(~drawn)
        told[rest[np.argsort(collection["confidence"].to_numpy()[rest])[:100]]] = True
    elif kind == "sample learned":
        read = np.where(drawn, collection["label"], read)
    readings = pd.DataFrame({"mention_id": ids, "sense": np.where(told, collection["label"], read), "reviewed": told})
    sample = count_sample(readings, dict(zip(ids, read, strict=True)), set(ids[drawn]), set(ids), order)
    found = sample.shares()
    hits = sample.reviewed.hits.sum(axis=1)
    low, high = wilson(hits, np.full(len(order), float(n)))
    counted = pd.Series(read).value_counts(normalize=True).reindex(order, fill_value=0).to_numpy()
    return pd.DataFrame(
        {
            "true": truth, "holds": (found.low <= truth + 1e-9) & (truth <= found.high + 1e-9),
            "width": found.high - found.low, "width, sample alone": high - low,
            "off": abs(found.estimate - truth), "off, counts": abs(counted - truth),
        }
    )  # fmt: skip


def _shipped(rng: np.random.Generator) -> Collection:
    rows = shipped_readings()
    papers = rng.choice(rows["paper_id"].unique(), PAPERS, replace=False)
    chosen = rows[rows["paper_id"].isin(papers)]
    return chosen.assign(mention_id=[f"m{i}" for i in range(len(chosen))])


def _invented(
    shares: tuple[float, ...], misread: Callable[[np.ndarray, np.ndarray, np.random.Generator], np.ndarray]
) -> Callable[[np.random.Generator], Collection]:
    """Collections of papers with one to five mentions, nine in ten of them in the paper's sense."""

    def make(rng: np.random.Generator) -> Collection:
        papers = np.repeat(np.arange(PAPERS), rng.integers(1, 6, PAPERS))
        own = rng.choice(len(shares), PAPERS, p=shares)[papers]
        truth = np.where(rng.random(len(papers)) < 0.9, own, rng.choice(len(shares), len(papers), p=shares))
        read = misread(truth, papers, rng)
        ids = [f"m{i}" for i in range(len(papers))]
        return pd.DataFrame({"mention_id": ids, "paper_id": papers, "label": truth, "sense": read, "confidence": 0.9})

    return make


EVEN, UNEVEN = (0.4, 0.3, 0.2, 0.1), (0.9, 0.05, 0.03, 0.02)
KINDS: dict[str, Callable[[np.random.Generator], Collection]] = {
    "shipped labels": _shipped,
    "no error": _invented(EVEN, lambda truth, papers, rng: truth),
    "papers": _invented(
        EVEN, lambda truth, papers, rng: np.where((rng.random(PAPERS) < 0.2)[papers], (truth + 1) % 4, truth)
    ),
    "one sense lost": _invented(EVEN, lambda truth, papers, rng: np.where(truth == 1, 0, truth)),
    "by chance": _invented(EVEN, lambda truth, papers, rng: rng.integers(0, 4, len(truth))),
    "rare senses": _invented(
        UNEVEN,
        lambda truth, papers, rng: np.where(rng.random(len(truth)) < 0.05, rng.integers(0, 4, len(truth)), truth),
    ),
    "passed over": _shipped,
    "picked, too": _shipped,
    "sample learned": _shipped,
}


if __name__ == "__main__":
    main()
