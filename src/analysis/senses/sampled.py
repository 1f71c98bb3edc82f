"""Which mentions are a random sample of a collection: the start of one random order, as far as it was answered.

Mentions have one random order, by a hash of their id and a seed. The random part of each review sheet is the next
stretch of that order, so all sheets together are one random sample (every mention has the same chance to be among the
first L), and later sheets extend it. What was drawn is kept in ``drawn.csv`` beside the study; it is known from the
sheets, too, whose rows say so.
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Sequence
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.common.errors import BadInput
from analysis.common.tables import make_table, read_table
from analysis.statistics.agreement import AT_RANDOM

if TYPE_CHECKING:
    import pandas as pd

DRAWN = "drawn.csv"
RANDOM, TEACHING = "random", "teaching"  # the parts of a sheet
SKIPPED = 0.1  # of the sample: what a reviewer may pass over; limits allow for it


def random_order(mention_ids: Iterable[str], seed: int = 0) -> list[str]:
    """The mentions in a random order that depends on each mention's id and ``seed`` alone.

    So it is the same whatever was reviewed before, and papers that come later fall in between by chance: a stretch from
    its start, read to the end, is a random sample of the collection as it is now.
    """
    return sorted(mention_ids, key=lambda m: hashlib.sha256(f"{seed}\n{m}".encode("utf-8", "surrogatepass")).digest())


def drawn_stretch(order: Sequence[str], drawn: Collection[str], answered: Collection[str]) -> list[str]:
    """The start of the random order up to the last drawn mention before which all are drawn or answered.

    Within it, why a mention was answered plays no role, so doubtful ones are in it as often as in the collection.
    """
    run = list(takewhile(lambda m: m in drawn or m in answered, order))
    end = max((i for i, m in enumerate(run, 1) if m in drawn), default=0)
    return run[:end]


def random_sample(order: Sequence[str], drawn: Collection[str], answered: Collection[str]) -> list[str]:
    """The mentions that count as reviewed at random: the longest start of ``drawn_stretch`` that ends with an answered
    one and in which at most one in ten (``SKIPPED``) is not.

    Where it ends depends on which mentions were answered, never on what was said. Those that were passed over stay in
    the sample, as mentions of which nothing is known: easy ones alone would make the machine look better than it is.
    """
    end = skipped = 0
    whole = drawn_stretch(order, drawn, answered)
    for number, mention in enumerate(whole, 1):
        skipped += mention not in answered
        if mention in answered and skipped <= SKIPPED * number:
            end = number
    return whole[:end]


def read_drawn(
    records: Iterable[Path], reviews: Path | None, *, mention_ids: Collection[str], seed: int
) -> pd.DataFrame:
    """The table ``drawn`` of these mentions: what records like ``drawn.csv`` say (absent ones say nothing), and the
    rows of a reviews file that say that they were drawn at random.

    The latter have the seed of the records, else ``seed``, and no place. Rows of a second seed are left out: they are
    the start of another order. Raises ``BadInput`` for a record that is no such table.
    """
    import pandas as pd

    found = pd.concat([make_table("drawn"), *map(_record, dict.fromkeys(p for p in records if p.is_file()))])
    found = found[found["mention_id"].isin(mention_ids)]
    seed = seed_of(found, seed)
    marked = [] if reviews is None else _marked(reviews)
    known = make_table("drawn", [{"mention_id": m, "place": 0, "of": 0, "seed": seed} for m in marked])
    table = pd.concat([found[found["seed"] == seed], known[known["mention_id"].isin(mention_ids)]])
    return make_table("drawn", table.drop_duplicates("mention_id"))


def seed_of(drawn: pd.DataFrame, seed: int) -> int:
    """The seed of the random order that was begun, else ``seed``: a collection has one order, which later sheets
    extend."""
    return int(drawn["seed"].iloc[0]) if len(drawn) else seed


def _record(path: Path) -> pd.DataFrame:
    frame = read_table(path)
    try:
        numbers = {name: frame[name].astype("int64") for name in ("place", "of", "seed")}
        return make_table("drawn", frame.assign(**numbers, probability=frame["probability"].astype("float64")))
    except (KeyError, ValueError) as error:
        raise BadInput(f"{path}: not as a review sheet left it ({error}); restore it, or move it away") from error


def _marked(path: Path) -> list[str]:
    """The ids of the mentions of a reviews file that were drawn at random, answered or not."""
    frame = read_table(path).rename(columns=lambda name: str(name).strip())
    return [
        str(row["mention_id"])
        for row in frame.to_dict("records")
        if row.get("mention_id") and (str(row.get("part")).strip().lower() == RANDOM or row.get("why") == AT_RANDOM)
    ]
