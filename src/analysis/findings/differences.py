"""How two sets of readings differ: in their senses, in what authors do with them, in what their papers name.

``one`` and ``two`` are readings of two collections by one reader. ``common`` says which papers of ``two`` are papers of
``one``, by their ids there; ``analysis.statistics.differences`` draws these once for both. Every table is a family of
its own: its intervals hold together, so that few of many rows look different by chance.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.inventory.inventory import NO_SENSE
from analysis.statistics.confusion import as_known
from analysis.statistics.differences import Counts, Differences, differences
from analysis.statistics.intervals import ENOUGH, carried, known_senses_of_papers, senses_of_papers
from analysis.statistics.stances import NONE, known_stances, stance_replicates

if TYPE_CHECKING:
    import pandas as pd

    from analysis.statistics.confusion import Confusion
    from analysis.statistics.misreading import Misreadings

COUNTED = ["papers_one", "papers_two", "of_one", "of_two", "share_one", "share_two"]
ENDS = ("one", "two")  # of the names of columns that each side has
ESTIMATED = ["estimate_one", "estimate_two", "difference", "low", "high", "clear"]
LEAST, TOP = 3, 40  # papers of both sides that name a thing, and how many things are tested: each widens the intervals
LEAST_OF_FEW = 2  # papers, where a side has fewer than ENOUGH and nothing is tested
Draw = tuple[np.ndarray, np.ndarray]  # which papers have a thing, and which count for it
Labels = Iterable[Draw]


class _Papers(NamedTuple):
    """The papers of each side in the order of their readings, and which are in both; ``both`` are places in one."""

    one: list[str]
    two: list[str]
    both: np.ndarray
    alone_one: np.ndarray
    alone_two: np.ndarray


def _papers(one: Iterable[str], two: Iterable[str], common: Mapping[str, str] | None) -> _Papers:
    ids_one, ids_two = list(dict.fromkeys(one)), list(dict.fromkeys(two))
    place = {paper: i for i, paper in enumerate(ids_one)}
    same = [place.get((common or {}).get(paper, ""), -1) for paper in ids_two]
    both = np.array(sorted(i for i in same if i >= 0), dtype=int)
    return _Papers(
        ids_one, ids_two, both, np.setdiff1d(np.arange(len(ids_one)), both), np.flatnonzero(np.array(same) < 0)
    )


def _compared(one: Labels, two: Labels, papers: _Papers, seed: int, *, known: tuple[Draw, Draw]) -> Differences:
    """The differences of all things, about what is ``known``; papers of both sides have the labels of ``one``."""
    found = np.array([_parts(*pair, papers) for pair in zip(one, two, strict=True)], dtype=float)
    told = np.array(_parts(*known, papers), dtype=float)
    hits, of = (told[:2] + told[2]).transpose(1, 0, 2)
    shares = np.where(of > 0, hits / np.maximum(of, 1), np.nan)
    parts = (Counts(found[:, part, 0], found[:, part, 1]) for part in range(3))
    return differences(*parts, about=(shares[0], shares[1]), seed=seed)


def _parts(one: Draw, two: Draw, papers: _Papers) -> list[list[np.ndarray]]:
    """How many papers of only one, of only two and of both have each thing, and of how many."""
    places = ((one, papers.alone_one), (two, papers.alone_two), (one, papers.both))
    return [[values[at].sum(axis=0) for values in draw] for draw, at in places]


def compare_shares(
    one: pd.DataFrame,
    two: pd.DataFrame,
    order: Sequence[str],
    *,
    common: Mapping[str, str] | None = None,
    confusion: Confusion | None = None,
    draws: int = 500,
    seed: int = 0,
) -> pd.DataFrame:
    """How the senses differ between two sets of readings: keyness of each sense, with intervals.

    Returns one row per sense that occurs: sense, papers_one, papers_two (with the sense), of_one, of_two (papers with a
    mention), share_one, share_two as read; estimate_one, estimate_two (the same with the labels in the place of the
    readings that have them), difference (estimate_one - estimate_two) with its simultaneous 95 % interval (low, high;
    see ``statistics.differences``), ``clear`` (it leaves out zero, and both sides have ``ENOUGH`` papers), log_ratio
    (base 2, of shares as read with half a paper added to each side; Hardie 2014) and error (what the intervals carry).
    """
    import pandas as pd

    papers = _papers(one["paper_id"], two["paper_id"], common)
    counts = [_senses(readings, order) for readings in (one, two)]
    here = [i for i, _ in enumerate(order) if counts[0][i] + counts[1][i]]
    table = pd.DataFrame({"sense": [order[i] for i in here]})
    table = _counted(table, counts[0][here], counts[1][here], len(papers.one), len(papers.two))
    if not (len(papers.one) and len(papers.two)):
        return _without_difference(table, confusion).assign(log_ratio=_log_ratio(table))
    again = (
        senses_of_papers(
            readings, order, confusion=confusion, draws=draws if confusion is not None else 1, seed=seed + apart
        )
        for apart, readings in enumerate((one, two))
    )
    known = (known_senses_of_papers(readings, order, confusion=confusion)[:, here] for readings in (one, two))
    told = [(has, np.ones_like(has)) for has in known]
    found = _compared(
        _all_count(next(again), here), _all_count(next(again), here), papers, seed, known=(told[0], told[1])
    )
    return _estimated(table, found, confusion).assign(log_ratio=_log_ratio(table))


def _senses(readings: pd.DataFrame, order: Sequence[str]) -> np.ndarray:
    """How many papers have each sense."""
    found = readings.groupby("sense")["paper_id"].nunique()
    return found.reindex(list(order), fill_value=0).to_numpy(dtype=int)


def _all_count(again: Iterable[np.ndarray], here: Sequence[int]) -> Iterator[tuple[np.ndarray, np.ndarray]]:
    for present in again:
        has = present[:, here]
        yield has, np.ones_like(has)


def compare_stances(
    one: pd.DataFrame,
    two: pd.DataFrame,
    order: Sequence[str],
    stances: Sequence[str],
    *,
    telling: Collection[str] | None = None,
    common: Mapping[str, str] | None = None,
    confusion: Confusion | None = None,
    stance_confusion: Misreadings | None = None,
    draws: int = 300,
    seed: int = 0,
    no_sense: Collection[str] = NO_SENSE,
) -> pd.DataFrame:
    """How what authors do with each sense differs: of its papers, how many have a mention of the sense in each stance.

    Returns one row per sense and stance: sense, stance, then the columns of ``compare_shares`` without log_ratio.
    ``of`` counts the papers with a mention of the sense that has a stance. ``stances`` are all that a mention can have,
    ``telling`` those that are compared (default: all), as each one more widens the intervals. Compared are senses with
    ``ENOUGH`` such papers on both sides; others have no estimates: it would take more papers to tell them apart.
    ``no_sense`` is left out.
    """
    import pandas as pd

    papers = _papers(one["paper_id"], two["paper_id"], common)
    k, t = len(order), len(stances)
    position = {sense: i for i, sense in enumerate(order)}
    read: list[Draw] = []
    told: list[Draw] = []
    for readings in (one, two):
        codes, ids = pd.factorize(readings["paper_id"])
        for into, model in ((read, None), (told, confusion)):
            senses = as_known(readings, order, model)["sense"].map(position).to_numpy(dtype=int)
            stance, _ = known_stances(readings, stances, model)
            into.append(_done(codes, len(ids), senses, stance, k, t))
    (hits_one, of_one), (hits_two, of_two) = ((has.sum(axis=0), inside.sum(axis=0)) for has, inside in read)
    cells = [
        (i, j)
        for i, sense in enumerate(order)
        for j, stance in enumerate(stances)
        if (telling is None or stance in telling) and sense not in no_sense and of_one[i * t] + of_two[i * t] > 0
    ]
    at = np.array([i * t + j for i, j in cells], dtype=int)
    table = pd.DataFrame([(order[i], stances[j]) for i, j in cells], columns=["sense", "stance"])
    table = _counted(table, hits_one[at], hits_two[at], of_one[at], of_two[at])
    enough = ((table["of_one"] >= ENOUGH) & (table["of_two"] >= ENOUGH)).to_numpy(dtype=bool)
    found = _without_difference(table, confusion)
    if not enough.any():
        return found
    again = (
        _stances_again(readings, order, stances, at[enough], confusion, stance_confusion, draws, seed + apart)
        for apart, readings in zip((0, 2), (one, two), strict=True)  # of each seed the next one is used, too
    )
    known = [(has[:, at[enough]], inside[:, at[enough]]) for has, inside in told]
    compared = _compared(next(again), next(again), papers, seed, known=(known[0], known[1]))
    return _filled(found, _estimated(table[enough], compared, confusion))


def _stances_again(
    readings: pd.DataFrame, order: Sequence[str], stances: Sequence[str], at: np.ndarray, confusion: Confusion | None,
    stance_confusion: Misreadings | None, draws: int, seed: int,
) -> Iterator[tuple[np.ndarray, np.ndarray]]:  # fmt: skip
    import pandas as pd

    codes, ids = pd.factorize(readings["paper_id"])
    draws = draws if confusion is not None or stance_confusion is not None else 1
    for _, senses, read in stance_replicates(
        readings, order, confusion=confusion, stance_confusion=stance_confusion, stances=stances, draws=draws, seed=seed
    ):
        has, inside = _done(codes, len(ids), senses, read, len(order), len(stances))
        yield has[:, at], inside[:, at]


def _done(
    papers: np.ndarray, n: int, senses: np.ndarray, stances: np.ndarray, k: int, t: int
) -> tuple[np.ndarray, np.ndarray]:
    """Whether each paper has each sense in each stance, and whether it has the sense in any, bool (n, k * t)."""
    known = stances != NONE
    cell = papers[known] * k * t + senses[known] * t + stances[known]
    has = np.bincount(cell, minlength=n * k * t).reshape(n, k, t) > 0
    return has.reshape(n, k * t), np.repeat(has.any(axis=2), t, axis=1)


def compare_named(
    one: pd.DataFrame,
    two: pd.DataFrame,
    papers_one: Sequence[str],
    papers_two: Sequence[str],
    *,
    common: Mapping[str, str] | None = None,
    top: int = TOP,
    seed: int = 0,
) -> pd.DataFrame:
    """How many papers of each side name each thing, such as a kind of bias or a method, and how the shares differ.

    ``one`` and ``two`` have a row per paper and name (paper_id, name); ``papers_one`` and ``papers_two`` are all the
    papers that count. Names that differ in case alone are one. Returns a row for each name of ``LEAST`` papers or more
    (two where a side has fewer than ``ENOUGH``), most papers first: name, the columns of ``compare_shares`` without
    log_ratio, and the papers, papers_of_one and papers_of_two (lists of ids). The first ``top`` are compared, the
    others counted only. What a paper names is taken as it was found, so intervals carry the choice of papers only.
    """
    import pandas as pd

    papers = _papers(papers_one, papers_two, common)
    rows = [
        (name.casefold(), name, side, paper)
        for side, (table, ids) in enumerate(((one, set(papers.one)), (two, set(papers.two))))
        for paper, name in zip(table["paper_id"], table["name"], strict=True)
        if name and paper in ids
    ]
    every = pd.DataFrame(rows, columns=["key", "name", "side", "paper"])
    shown = {str(key): names.value_counts(sort=False).idxmax() for key, names in every.groupby("key")["name"]}
    every = every.drop_duplicates(["key", "side", "paper"])
    few = min(len(papers.one), len(papers.two)) < ENOUGH
    sizes = every["key"].value_counts().sort_index().sort_values(ascending=False, kind="stable")
    keys = list(sizes[sizes >= (LEAST_OF_FEW if few else LEAST)].index)
    has_one, has_two = (
        _having(every[every["side"] == side], ids, keys) for side, ids in enumerate((papers.one, papers.two))
    )
    table = pd.DataFrame({"name": [shown[key] for key in keys]})
    table = _counted(table, has_one.sum(axis=0), has_two.sum(axis=0), len(papers.one), len(papers.two))
    first, table = table.head(top), _without_difference(table, None)
    if keys and papers.one and papers.two:
        one_draw, two_draw = ((has[:, :top], np.ones_like(has[:, :top])) for has in (has_one, has_two))
        compared = _compared([one_draw], [two_draw], papers, seed, known=(one_draw, two_draw))
        table = _filled(table, _estimated(first, compared, None))
    return table.assign(papers_of_one=_ids(has_one, papers.one), papers_of_two=_ids(has_two, papers.two))


def _having(named: pd.DataFrame, papers: Sequence[str], keys: Sequence[str]) -> np.ndarray:
    """Whether each paper has each name, bool (papers, keys); ``named`` has a row (key, paper) for each that it has."""
    row, column = ({value: i for i, value in enumerate(values)} for values in (papers, keys))
    own = named[named["key"].isin(column)]
    has = np.zeros((len(papers), len(keys)), dtype=bool)
    has[own["paper"].map(row).to_numpy(dtype=int), own["key"].map(column).to_numpy(dtype=int)] = True
    return has


def _ids(has: np.ndarray, papers: Sequence[str]) -> pd.Series:
    """The papers of each column of ``has``, a list each."""
    import pandas as pd

    return pd.Series(
        [[paper for paper, has_it in zip(papers, column, strict=True) if has_it] for column in has.T], dtype=object
    )


def on_one_side(
    shares: pd.DataFrame, kinds: pd.DataFrame, methods: pd.DataFrame, *, no_sense: Collection[str] = NO_SENSE
) -> pd.DataFrame:
    """What one side has and the other has not: the rows of three comparisons that count none on a side.

    Returns what (sense | kind | method), name (of a sense its id), papers_one, papers_two, of_one, of_two and clear,
    those of two (what is new) before those of one (what is gone), most papers first.
    """
    import pandas as pd

    senses = shares[~shares["sense"].isin(no_sense)].rename(columns={"sense": "name"})
    tables = {"sense": senses, "kind": kinds, "method": methods}
    columns = ["what", "name", "papers_one", "papers_two", "of_one", "of_two", "clear"]
    rows = [
        table.assign(what=what)[(table["papers_one"] == 0) | (table["papers_two"] == 0)]
        for what, table in tables.items()
    ]
    found = pd.concat([part[columns] for part in rows], ignore_index=True)
    found = found.assign(gone=found["papers_two"] == 0, papers=found[["papers_one", "papers_two"]].max(axis=1))
    found = found.sort_values(["gone", "papers"], ascending=[True, False], kind="stable")
    return found[columns].reset_index(drop=True)


def clearest(table: pd.DataFrame) -> pd.DataFrame:
    """The rows of a comparison that are clear, the largest difference first."""
    return table[table["clear"]].sort_values("difference", key=abs, ascending=False, kind="stable")


def _counted(
    table: pd.DataFrame, one: np.ndarray, two: np.ndarray, of_one: np.ndarray | int, of_two: np.ndarray | int
) -> pd.DataFrame:
    shares = [np.where(np.asarray(of) > 0, hits / np.maximum(of, 1), np.nan) for hits, of in ((one, of_one),
                                                                                            (two, of_two))]  # fmt: skip
    return table.assign(**dict(zip(COUNTED, (one, two, of_one, of_two, *shares), strict=True)))


def _estimated(table: pd.DataFrame, found: Differences, confusion: Confusion | None) -> pd.DataFrame:
    values = dict(zip(ESTIMATED, found, strict=True))
    return table.assign(**values, error=carried(confusion))


def _without_difference(table: pd.DataFrame, confusion: Confusion | None) -> pd.DataFrame:
    nothing = dict.fromkeys(ESTIMATED[:-1], np.nan)
    return table.assign(**nothing, clear=False, error=carried(confusion))


def _filled(table: pd.DataFrame, compared: pd.DataFrame) -> pd.DataFrame:
    """The table with the estimates of those rows that were compared."""
    table = table.copy()
    table.loc[compared.index, ESTIMATED] = compared[ESTIMATED]
    return table.assign(clear=table["clear"].astype(bool))


def _log_ratio(table: pd.DataFrame) -> pd.Series:
    one, two = ((table[f"papers_{side}"] + 0.5) / (table[f"of_{side}"] + 1) for side in ENDS)
    ratio: pd.Series = np.log2(one / two)
    return ratio
