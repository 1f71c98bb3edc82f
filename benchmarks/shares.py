"""How far are shares from the truth, and do their 95 % intervals hold it, where the mix of senses or the field differs?

    python benchmarks/shares.py [--protocol same mixes extreme fields shifted small ...] [--collections 20]
                                [--papers 500] [--certainty all|high] [--posteriors] [--seed 0]

Collections are made of the shipped labels as heads read them that saw no mention of the paper:

same      papers of one half of the labelled papers, as they come
mixes     papers of one half, drawn with replacement to a mix of senses from a flat Dirichlet distribution (the
          artificial prevalence protocol; Forman 2008, Data Mining and Knowledge Discovery 17). "Other" and "unclear"
          are among these, though no reading ever has them: most of what intervals miss here is of these two
extreme   the same, with 70 % of the papers of one sense and 30 % of the others alike
fields    all papers of one field of research, read by heads (and for some an encoder) that saw nothing of it where
          these were trained
shifted   half of the papers of such a field, drawn to a mix from a Dirichlet distribution about its own
small     30 papers of one field that has 60 or more, as they come

The errors are those of other papers (the other half, the other fields, all that are not in a small collection), so that
nothing that a collection is judged by went into its shares. The truth is what the labels of the collection say; for a
small one what those of its whole field say, since most of its interval is for the papers that happen to be in it.

First come the methods for a point estimate by mean absolute error over all senses, shares of mentions: count (of the
senses read), turned out (mean of what such a reading turned out to be), corrected (the mix that would explain the
readings if only it differed, Saerens et al. 2002, as in ``statistics.misreading``), middle (of count and corrected),
adjusted (least squares on the confusion matrix), and with ``--posteriors``, which fits the heads anew: mean and
corrected of all calibrated probabilities (not for fields left out). Then how often the intervals of the findings hold
the truth, how wide they are, and how far off share and estimate are: senses by papers and mentions, stances within a
sense (senses that the collection has in twenty papers), pairs of senses in one paper (those that two in a thousand
have) and papers that mix.
"""

from __future__ import annotations

import argparse
import sys
from collections.abc import Iterator
from typing import NamedTuple

import numpy as np
import pandas as pd

from analysis.findings.mixing import mixing_share, sense_pairs
from analysis.findings.shares import sense_shares
from analysis.findings.stance import stance_by_sense
from analysis.inventory.inventory import load_inventory
from analysis.senses.held_out import shipped_readings
from analysis.statistics.confusion import BANDS, bands, count_confusion
from analysis.statistics.misreading import Misreadings, Units, corrected, counted_units
from analysis.statistics.stances import stance_confusion

PROTOCOLS = ("same", "mixes", "extreme", "fields", "shifted", "small")
DRAWS = 200
PAPERS = 20  # with a sense, for its stances to be judged
RARE = 0.002  # share of the papers that have both senses of a pair
PER_FIELD = 3  # mixes, and small collections
FEW = 30  # papers of a small collection


class Case(NamedTuple):
    """A collection, as read, the held-out readings of other papers that tell how the reader errs, and those whose
    labels are the truth.
    """

    here: pd.DataFrame
    others: pd.DataFrame
    truth: pd.DataFrame


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--protocol", nargs="+", choices=PROTOCOLS, default=PROTOCOLS)
    parser.add_argument("--collections", type=int, default=20, help="of each protocol that draws any")
    parser.add_argument("--papers", type=int, default=500, help="in each collection that is drawn")
    parser.add_argument("--certainty", choices=("all", "high"), default="all", help="which labels count")
    parser.add_argument("--posteriors", action="store_true", help="methods on all probabilities, too (minutes)")
    parser.add_argument("--seed", type=int, default=0)
    options = parser.parse_args()
    inventory = load_inventory()
    readings = shipped_readings().assign(reviewed=False)
    readings["mention_id"] = readings["paper_id"] + "#" + readings["field"] + ":" + readings["start"].astype(str)
    posteriors = _posteriors(readings) if options.posteriors else None
    if options.certainty == "high":
        readings = readings[readings["certainty"] == "high"]
    order = list(inventory.order)
    rng = np.random.default_rng(options.seed)
    for protocol in options.protocol:
        errors, judged = [], []
        for case in _cases(readings, protocol, order, options.collections, options.papers, rng):
            errors.append(_errors(case, order, posteriors if protocol in PROTOCOLS[:3] else None))
            judged.append(_judged(case, order))
        groups = pd.concat(judged).groupby("of what", sort=False)
        sys.stdout.write(
            f"\n{protocol}: {len(errors)} collections\nmean absolute error of shares of mentions\n"
            f"{pd.DataFrame(errors).mean().round(4).to_string()}\n{groups.mean().round(3).to_string()}\n"
        )
        sys.stdout.flush()


def _posteriors(readings: pd.DataFrame) -> pd.DataFrame:
    """Calibrated probabilities of each mention by mention_id, from heads that saw no mention of its paper."""
    from analysis.senses.labelled import shipped_training
    from analysis.training.train import out_of_fold

    training = shipped_training()
    chances, names = out_of_fold(training)
    places = training.labels[["paper_id", "field", "start"]].astype(str).agg(tuple, axis=1)
    table = pd.DataFrame(chances, index=places.str[0] + "#" + places.str[1] + ":" + places.str[2], columns=list(names))
    return table.loc[readings["mention_id"]]


def _cases(
    readings: pd.DataFrame, protocol: str, order: list[str], times: int, size: int, rng: np.random.Generator
) -> Iterator[Case]:
    """The collections of a protocol."""
    if protocol == "small":
        for _, field in readings.groupby("research", sort=False):
            papers = field["paper_id"].unique()
            for _ in range(PER_FIELD if len(papers) >= 2 * FEW else 0):
                few = readings["paper_id"].isin(rng.permutation(papers)[:FEW])
                yield Case(readings[few].reset_index(drop=True), readings[~few], field)
        return
    if protocol in ("fields", "shifted"):
        for field in readings["research"].unique():
            inside = readings["research"] == field
            whole, others = _as_left_out(readings[inside]), readings[~inside]
            if protocol == "fields":
                yield Case(whole.reset_index(drop=True), others, whole)
                continue
            usual = _first_labels(whole, order).value_counts(normalize=True).reindex(order, fill_value=0)
            for _ in range(PER_FIELD):
                other = rng.dirichlet(5 * usual.to_numpy() + 0.01)
                here = _drawn(whole, other, order, whole["paper_id"].nunique() // 2, rng)
                yield Case(here, others, here)
        return
    papers = readings["paper_id"].unique()
    for _ in range(times):
        half = readings["paper_id"].isin(rng.permutation(papers)[: len(papers) // 2])
        own = _first_labels(readings[half], order).value_counts(normalize=True).reindex(order, fill_value=0)
        mix: np.ndarray = own.to_numpy(dtype=float)
        if protocol == "mixes":
            mix = rng.dirichlet(np.ones(len(order)))
        elif protocol == "extreme":
            mix = np.full(len(order), 0.3 / (len(order) - 1))
            mix[rng.integers(len(order))] = 0.7
        here = _drawn(readings[half], mix, order, size, rng)
        yield Case(here, readings[~half], here)


def _as_left_out(readings: pd.DataFrame) -> pd.DataFrame:
    """The readings of heads that saw nothing of the field of research, where there are any."""
    left_out = {name: readings[f"{name}_left_out"] for name in ("sense", "stance")}
    return readings.assign(**{name: values.where(values != "", readings[name]) for name, values in left_out.items()})


def _first_labels(readings: pd.DataFrame, order: list[str]) -> pd.Series:
    """The label of each paper's first mention, by paper."""
    known = readings[readings["label"].isin(order)]
    return known.groupby("paper_id", sort=False)["label"].first()


def _drawn(
    readings: pd.DataFrame, mix: np.ndarray, order: list[str], size: int, rng: np.random.Generator
) -> pd.DataFrame:
    """Papers drawn with replacement, so that their first labels follow the mix; each draw is a paper of its own."""
    labels = _first_labels(readings, order)
    wanted = labels.map(dict(zip(order, mix, strict=True))) / labels.map(labels.value_counts())
    chosen = rng.choice(labels.index.to_numpy(), size, p=(wanted / wanted.sum()).to_numpy())
    rows = readings.groupby("paper_id").indices
    places = np.concatenate([rows[paper] for paper in chosen])
    number = np.repeat(np.arange(size), [len(rows[paper]) for paper in chosen])
    drawn = readings.iloc[places].reset_index(drop=True)
    copy = pd.Series(number, dtype=str) + "~"
    return drawn.assign(paper_id=copy + drawn["paper_id"], source_id=drawn["mention_id"],
                        mention_id=copy + drawn["mention_id"])  # fmt: skip


def _errors(case: Case, order: list[str], posteriors: pd.DataFrame | None) -> dict[str, float]:
    """Mean absolute error of each method's shares of mentions."""
    k, width = len(order), len(BANDS)
    here, others, told = (_mentions(readings, order) for readings in case)
    truth = np.bincount(told.true, minlength=k) / len(told.true)
    known = Misreadings(counted_units(others, order, width))
    chances, seen = known.turned_out(order, width), known.assigned(order, width)
    units = np.bincount(here.assigned * width + here.band, minlength=k * width).astype(float)
    counted = np.bincount(here.assigned, minlength=k)
    found = {
        "count": counted / units.sum(),
        "turned out": units @ chances / units.sum(),
        "corrected": corrected(chances, seen, units) / units.sum(),
        "adjusted": _adjusted(others, counted / units.sum(), k),
    }
    found["middle"] = (found["count"] + found["corrected"]) / 2
    if posteriors is not None:
        rows = posteriors.reindex(columns=order, fill_value=0).loc[case.here["source_id"]].to_numpy()
        prior = np.bincount(others.true, minlength=k) / len(others.true)
        found["mean of probabilities"] = rows.mean(axis=0)
        found["corrected probabilities"] = _expected(rows, np.maximum(prior, 1e-4))
    return {name: float(np.abs(shares - truth).mean()) for name, shares in found.items()}


def _mentions(readings: pd.DataFrame, order: list[str]) -> Units:
    """Each mention as a unit of its own."""
    known = readings[readings["label"].isin(order) & readings["sense"].isin(order)]
    place = {sense: i for i, sense in enumerate(order)}
    true, assigned = (known[column].map(place).to_numpy(dtype=int) for column in ("label", "sense"))
    return Units(true, assigned, bands(known), known["research"].to_numpy())


def _adjusted(others: Units, shares: np.ndarray, k: int) -> np.ndarray:
    """Adjusted count (Forman 2008): the shares that the confusion matrix turns into those that were counted."""
    from scipy.optimize import nnls

    matrix = 0.1 * np.eye(k)
    np.add.at(matrix, (others.assigned, others.true), 1)
    matrix /= matrix.sum(axis=0)
    found, _ = nnls(np.vstack([matrix, np.full(k, 100.0)]), np.append(shares, 100.0))
    return np.asarray(found / found.sum())


def _expected(chances: np.ndarray, prior: np.ndarray) -> np.ndarray:
    """Expectation maximisation on all probabilities (Saerens et al. 2002)."""
    share = prior / prior.sum()
    for _ in range(200):
        behind = chances * (share / prior)
        before, share = share, (behind / behind.sum(axis=1, keepdims=True)).mean(axis=0)
        if np.abs(share - before).max() < 1e-5:
            break
    return np.asarray(share)


def _judged(case: Case, order: list[str]) -> pd.DataFrame:
    """One row per share: whether its interval holds the truth, its width, and two distances from the truth."""
    here = case.here
    confusion, stances = count_confusion(case.others, order), stance_confusion(case.others)
    labelled = case.truth.assign(sense=case.truth["label"], stance=case.truth["label_stance"])
    table = sense_shares(here, order, confusion=confusion, draws=DRAWS)
    kept = [table.assign(truth=sense_shares(labelled, order, draws=0)["share"], what="senses of " + table["unit"])]
    cells = stance_by_sense(here, order, confusion=confusion, stance_confusion=stances, draws=DRAWS)
    known = labelled[labelled["stance"] != ""]
    of = known.groupby("sense")["paper_id"].nunique()
    cells = cells[cells["sense"].isin(of[of >= PAPERS].index) & (cells["of_papers"] >= PAPERS)]
    told = pd.crosstab(known["sense"], known["stance"], normalize="index").stack()
    truth = told.reindex(list(zip(cells["sense"], cells["stance"], strict=True)), fill_value=0)
    kept.append(cells.assign(truth=truth.to_numpy(), what="stances in a sense"))
    pairs = sense_pairs(here, order, confusion=confusion).assign(what="pairs in a paper")
    told = sense_pairs(labelled, order).set_index(["sense_a", "sense_b"])["share"]
    pairs["truth"] = told.reindex(list(zip(pairs["sense_a"], pairs["sense_b"], strict=True)), fill_value=0).to_numpy()
    kept.append(pairs[pairs["truth"] >= RARE])
    mixing = mixing_share(here, order, confusion=confusion)
    kept.append(pd.DataFrame([{**mixing, "truth": mixing_share(labelled, order)["share"], "what": "papers that mix"}]))
    both = pd.concat(kept)
    return pd.DataFrame(
        {
            "of what": both["what"],
            "held": (both["low"] <= both["truth"] + 1e-9) & (both["truth"] <= both["high"] + 1e-9),
            "width": both["high"] - both["low"],
            "share off": (both["share"] - both["truth"]).abs(),
            "estimate off": (both["estimate"] - both["truth"]).abs(),
        }
    )


if __name__ == "__main__":
    main()
