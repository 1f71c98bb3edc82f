"""Draw mentions worth a look, as a sheet that people fill in."""

from __future__ import annotations

import os
import re
from collections.abc import Mapping
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.tables import make_table, write_table
from analysis.inventory.marks import cut_at_mention
from analysis.senses.cues import Cue, find_cues
from analysis.senses.reviews import LABEL, read_reviews
from analysis.senses.sampled import RANDOM, TEACHING
from analysis.statistics.agreement import AT_RANDOM
from analysis.study.sample import next_at_random, readable

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study


RANDOM_SHARE = 0.4  # of a sheet: these alone tell how common each sense is, and how accurate the machine


HELP = ["part", "mention_id", "read_as", "confidence", "runner_up", "why", "sentence"]


def draw_reviews(study: Study, *, n: int = 50, seed: int = 0, at_random: int | None = None) -> pd.DataFrame:
    """Draw ``n`` mentions worth a look, as a sheet to fill in from the top.

    The first ``at_random`` of them (default: four in ten; fewer where the next places of the random order are reviewed
    already) are drawn at random, ``part`` "random": the next of ``study.sample``, in that order. The others, ``part``
    "teaching", come in turn from each sense, worst first: cues that speak for another sense than the one read, then low
    confidence, spread over papers. Reviewed mentions are left out. Returns the columns of the reviews table with
    ``action`` "label" and an empty ``sense`` (so that no one's label is the machine's by default), and to help the
    reader: part, mention_id, read_as (the machine's sense), confidence, runner_up, why, sentence (the mention in
    ``[[ ]]``). Raises ``BadInput`` where more are to be at random than there are in the sheet.
    """
    import pandas as pd

    wanted = round(RANDOM_SHARE * n) if at_random is None else at_random
    if not 0 <= wanted <= n:
        raise BadInput(f"{wanted:,} mentions at random do not fit into a sheet of {n:,}")

    pool = study.mentions.merge(study.senses, on="mention_id", validate="1:1")
    pool = pool[~pool["reviewed"] & pool["mention_id"].isin(readable(study))].reset_index(drop=True)
    against = [_against(cues, s) for cues, s in zip(find_cues(pool, study.inventory), pool["sense"], strict=True)]
    pool["why"] = [_why(row, cue) for row, cue in zip(pool.itertuples(), against, strict=True)]
    pool["doubt"] = 1 - pool["confidence"] + np.array([cue is not None for cue in against], dtype=float)
    rank = {mention: place for place, mention in enumerate(next_at_random(study, wanted, seed))}
    chance = pool[pool["mention_id"].isin(rank)].assign(why=AT_RANDOM, part=RANDOM)
    chance = chance.sort_values("mention_id", key=lambda ids: ids.map(rank))
    rest = pool.drop(index=chance.index).assign(part=TEACHING)
    drawn = pd.concat([chance, _in_turn(rest).head(n - len(chance))], ignore_index=True)
    sheet = make_table("reviews", drawn[["paper_id", "field", "start", "end", "surface"]].assign(action=LABEL))
    helping = drawn.assign(read_as=drawn["sense"], sentence=[marked_sentence(row) for row in drawn.to_dict("records")])
    return sheet.join(helping[HELP].round({"confidence": 3}).reset_index(drop=True))


def write_reviews(sheet: pd.DataFrame, path: str | os.PathLike[str]) -> None:
    """Write a drawn sheet. Raises ``BadInput`` rather than replace a file in which someone has reviewed something."""
    if Path(path).is_file() and len(read_reviews(path)):
        raise BadInput(f"{path}: holds reviews already; choose another file, so that they are not lost")
    write_table(sheet, path)


def _against(cues: list[Cue], sense: str) -> Cue | None:
    """The first cue that speaks for another sense, if none speaks for the one read."""
    return cues[0] if cues and all(cue.sense != sense for cue in cues) else None


def _why(row: Any, against: Cue | None) -> str:
    reasons = [f"{against.pattern!r} speaks for {against.sense}"] if against else []
    if row.abstained:
        reasons.append("low confidence")
    if row.novel:
        reasons.append("in a topic that no sense explains")
    return "; ".join(reasons) or "among the least certain of its sense"


def _in_turn(pool: pd.DataFrame) -> pd.DataFrame:
    """Rows ordered so that each sense has its turn, within a sense every paper once before any paper twice."""
    pool = pool.sort_values(["doubt", "mention_id"], ascending=[False, True])
    again = pool.groupby(["sense", "paper_id"]).cumcount()
    pool = pool.assign(again=again).sort_values(["again", "doubt", "mention_id"], ascending=[True, False, True])
    return pool.assign(turn=pool.groupby("sense").cumcount()).sort_values(["turn", "sense"], kind="stable")


def marked_sentence(row: Mapping[Any, Any]) -> str:
    """The sentence of a row of the mentions table on one line, the mention in ``[[ ]]``."""
    return re.sub(r"\s+", " ", cut_at_mention(row).marked())  # one line per row keeps line numbers true
