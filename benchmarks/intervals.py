"""Do the reports' 95 % intervals hold in 95 of 100 collections?

    python benchmarks/intervals.py [--collections 60] [--seed 0]

Each collection is drawn from one half of the shipped labels' papers, as the head reads them out of fold, and gets its
confusion matrices from the other half, so that nothing it is judged by went into its intervals. The truth is the share
among the labels of the whole half that it was drawn from. Printed for each size: how often the interval of a share
holds it, how wide the interval is, and how far off shares and estimates are on average. Senses of papers and of
mentions (those that a twentieth of the half's papers have), stances within a sense (senses that the collection has in
three papers at least), pairs of senses in one paper (those that two papers in a thousand have), and papers that use
more than one sense.
"""

from __future__ import annotations

import argparse
import sys

import numpy as np
import pandas as pd

from analysis.findings.mixing import mixing_share, sense_pairs
from analysis.findings.shares import sense_shares
from analysis.findings.stance import stance_by_sense
from analysis.inventory.inventory import UNCLEAR, load_inventory
from analysis.senses.held_out import shipped_readings
from analysis.statistics.confusion import count_confusion
from analysis.statistics.stances import stance_confusion

SIZES = (21, 100, 500, 2000)
COMMON = 0.05  # share of the papers that have a sense
PAPERS = 3  # with a sense, for its stances to be judged
RARE = 0.002  # share of the papers that have both senses of a pair


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--collections", type=int, default=60, help="of each size")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    rng = np.random.default_rng(options.seed)
    order = [*load_inventory().ids, UNCLEAR]
    readings = shipped_readings().assign(reviewed=False)
    papers = readings["paper_id"].unique()
    for size in SIZES:
        found = []
        for _ in range(options.collections):
            half = rng.permutation(papers)[: len(papers) // 2]
            inside = readings["paper_id"].isin(half)
            here, other = readings[inside], readings[~inside]
            drawn = here[here["paper_id"].isin(rng.choice(half, size, replace=False))].reset_index(drop=True)
            found.append(_judged(drawn, here, other, order))
        groups = pd.concat(found).groupby("of what", sort=False)
        table = groups.mean().assign(cells=groups.size() / options.collections)
        sys.stdout.write(f"\n{options.collections} collections of {size} papers\n{table.round(3).to_string()}\n")
        sys.stdout.flush()


def _judged(drawn: pd.DataFrame, here: pd.DataFrame, other: pd.DataFrame, order: list[str]) -> pd.DataFrame:
    """One row per share: whether its interval holds the truth, its width, and two distances from the truth."""
    confusion = count_confusion(other, order)
    stances = stance_confusion(other, order)
    labelled = here.assign(sense=here["label"], stance=here["label_stance"])
    truth = sense_shares(labelled, order, draws=0).set_index(["sense", "unit"])["share"]
    table = sense_shares(drawn, order, confusion=confusion, draws=400)
    table["of what"] = "senses of " + table["unit"]
    table["truth"] = truth.loc[list(zip(table["sense"], table["unit"], strict=True))].to_numpy()
    common = [sense for sense in order if truth[sense, "papers"] >= COMMON and sense != UNCLEAR]
    kept = [table[table["sense"].isin(common)]]
    cells = stance_by_sense(drawn, order, confusion=confusion, stance_confusion=stances)
    known = labelled[labelled["stance"] != ""]
    told = pd.crosstab(known["sense"], known["stance"], normalize="index")
    cells["of what"] = "stances in a sense"
    cells["truth"] = [told.at[sense, stance] for sense, stance in zip(cells["sense"], cells["stance"], strict=True)]
    kept.append(cells[cells["sense"].isin(common) & (cells["of_papers"] >= PAPERS)])
    pairs = sense_pairs(drawn, order, confusion=confusion).assign(**{"of what": "pairs in a paper"})
    told_pairs = sense_pairs(labelled, order).set_index(["sense_a", "sense_b"])["share"]
    pairs["truth"] = told_pairs.reindex(list(zip(pairs["sense_a"], pairs["sense_b"], strict=True))).to_numpy()
    kept.append(pairs[pairs["truth"] >= RARE])
    mixing = mixing_share(drawn, order, confusion=confusion) | {"of what": "papers that mix"}
    kept.append(pd.DataFrame([mixing | {"truth": mixing_share(labelled, order)["share"]}]))
    both = pd.concat(kept)
    return pd.DataFrame(
        {
            "of what": both["of what"],
            "held": (both["low"] <= both["truth"] + 1e-9) & (both["truth"] <= both["high"] + 1e-9),
            "width": both["high"] - both["low"],
            "share off": (both["share"] - both["truth"]).abs(),
            "estimate off": (both["estimate"] - both["truth"]).abs(),
        }
    )


if __name__ == "__main__":
    main()
