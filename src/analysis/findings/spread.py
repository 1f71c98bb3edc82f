"""Dispersion: how evenly the term and its senses are spread over papers, over years, and within a text."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

import numpy as np

from analysis.statistics.dispersion import gries_dp, gries_dp_norm, juilland_d

if TYPE_CHECKING:
    import pandas as pd

ANY = ""  # in the place of a sense: all mentions
DRAWS = 100  # of mentions thrown at random, for DP by chance
_PARTS = ("in_titles", "first_third", "second_third", "last_third")
_COLUMNS = ["sense", "mentions", "papers", "of", "dp", "dp_by_chance", "dp_norm", "juilland_d", "years", "dp_years",
            "juilland_d_years", *_PARTS]  # fmt: skip


def dispersion(
    readings: pd.DataFrame, papers: pd.DataFrame, sizes: Sequence[int], order: Sequence[str], *, seed: int = 0
) -> pd.DataFrame:
    """How evenly all mentions ("" under sense) and those of each sense are spread; one row each.

    ``readings`` needs paper_id, sense, field, start, abstract; ``papers`` paper_id and year; ``sizes`` are the words of
    each paper. Returns sense, mentions, papers (that have one), of (papers); dp, dp_norm and juilland_d over papers
    (``statistics.dispersion``); dp_by_chance: DP when as many mentions fall on words at random, the mean of ``DRAWS``
    draws; years (that have one), dp_years and juilland_d_years over the years, of the papers that have a year; and how
    many mentions stand in titles and in each third of an abstract. NaN where there is only one paper or year.
    """
    import pandas as pd

    place = {paper_id: i for i, paper_id in enumerate(papers["paper_id"])}
    at = readings["paper_id"].map(place).to_numpy(dtype=int)
    words = np.asarray(sizes, dtype=float)
    dated = papers["year"].notna().to_numpy()
    years, year_of = np.unique(papers.loc[dated, "year"].to_numpy(dtype=int), return_inverse=True)
    words_of_years = np.bincount(year_of, weights=words[dated], minlength=len(years))
    third = _thirds(readings)
    senses = readings["sense"].to_numpy()
    random = np.random.default_rng(seed)
    rows = []
    for sense in [ANY, *(s for s in order if (senses == s).any())]:
        own = np.ones(len(readings), dtype=bool) if sense == ANY else senses == sense
        times = np.bincount(at[own], minlength=len(words))
        of_years = np.bincount(year_of, weights=times[dated], minlength=len(years))
        n = int(own.sum())
        if not n:
            continue
        thrown = [gries_dp(random.multinomial(n, words / words.sum()), words) for _ in range(DRAWS)]
        rows.append((
            sense, n, int((times > 0).sum()), len(words), gries_dp(times, words), float(np.mean(thrown)),
            gries_dp_norm(times, words), juilland_d(times, words), int((of_years > 0).sum()),
            gries_dp(of_years, words_of_years), juilland_d(of_years, words_of_years),
            *np.bincount(third[own], minlength=4).tolist(),
        ))  # fmt: skip
    return pd.DataFrame(rows, columns=_COLUMNS)


def _thirds(readings: pd.DataFrame) -> np.ndarray:
    """Where each mention stands: 0 in the title, 1 to 3 in that third of the abstract's characters."""
    lengths = np.maximum(readings["abstract"].str.len().to_numpy(dtype=float), 1.0)
    thirds = np.minimum(readings["start"].to_numpy(dtype=float) * 3 // lengths, 2).astype(int) + 1
    return np.where(readings["field"] == "title", 0, thirds)
