"""The human loop: read what people decided about mentions, and let the study obey it.

A reviews file holds rows of four actions; columns that an action does not name stay empty.

| action | columns | effect |
|---|---|---|
| label  | paper_id, field, start, end, surface, sense, stance | the mention has `sense` (and `stance`, if given) |
| split  | paper_id, field, start, end, surface, sense, to | moves the mention from `sense` to `to`, made if new |
| rename | sense, to | `sense` is called `to` from now on |
| merge  | sense, to | every mention of `sense` belongs to `to`, which exists |

Names are ids or display names, in any case. `reviewer` says who; a reviewer's later row on a mention replaces the
earlier one, and rows of the reviewer `consensus` settle what others dispute. Renames and merges run first, from the top
of the file down; labels may use old names or new ones. What contradicts itself is applied by no one's guess: it is
left out and reported.

What a reviewer adds to a mention changes no reading: ``note``, free text; ``tags``, separated by semicolons;
``postponed``, "yes" for a mention to be decided later. A label without a sense says nothing of the mention but these.
The panel (``analysis.review``) also writes ``step``, the number of the decision that a row belongs to; ``read_as``, the
machine's sense when the mention was shown; ``why`` it was shown; its ``mention_id`` and ``sentence``; and, in a row of
``consensus``, ``settled_by``, who settled it.
"""

from __future__ import annotations

import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.tables import SCHEMAS, make_table, read_table
from analysis.inventory.inventory import Inventory, Sense
from analysis.senses.few import keep_labels
from analysis.senses.labels import align_labels
from analysis.senses.restructure import MERGE, RENAME, Plan, key_of, restructured, titled
from analysis.statistics.agreement import AT_RANDOM, Agreement, krippendorff_alpha, proportion

if TYPE_CHECKING:
    import pandas as pd


LABEL, SPLIT = "label", "split"
CONSENSUS = "consensus"
PLACE = ["paper_id", "field", "start"]
BESIDE = ["why", "read_as", "step", "settled_by", "sentence"]  # columns of a file that are not the reviews table's


# --- reading ---------------------------------------------------------------------------------------------------------


def read_reviews(path: str | os.PathLike[str], *, undecided: bool = False) -> pd.DataFrame:
    """Read a reviews file: the reviews table, one row per filled row, with its ``line`` and, where the file has them,
    ``BESIDE``, else "".

    Rows of a sheet that nobody filled in are left out; with ``undecided``, those with a note, a tag or a postponement
    are kept although they lack a sense. Where a sheet has ``mention_id``, the mention's place is taken from it:
    spreadsheets turn the id 2502.10010 into a number. A file without note, tags or postponed has none. Raises
    ``BadInput``, naming the line, for an unknown action, a missing name or place, or a place that is no number.
    """
    import pandas as pd

    frame = read_table(path).rename(columns=lambda name: str(name).strip())
    absent = [c for c in ("action", "sense") if c not in frame.columns]
    if absent and len(frame.columns):  # JSON lines without a row, as an undo may leave them, have no columns either
        raise BadInput(f"{path}: lacks the column{'s' * (len(absent) > 1)} {', '.join(absent)} (a comma parts columns)")
    columns = [*SCHEMAS["reviews"], "mention_id", *BESIDE]
    rows = []
    for line, record in enumerate(frame.to_dict("records"), first_line(path)):
        row: dict[str, Any] = {c: _text(record.get(c)) for c in columns}
        row["action"], row["stance"] = row["action"].lower() or LABEL, row["stance"].lower()
        decided = row["action"] != LABEL or row["sense"] or row["to"] or row["stance"]
        if decided or (undecided and (row["note"] or row["tags"] or row["postponed"])):
            row = _checked(row, f"{path}: line {line}", needed=_NEEDED if decided else {LABEL: ()})
            rows.append({**row, "tags": tags_of(row["tags"]), "line": line})
    extra = pd.DataFrame(rows, columns=[*BESIDE, "line"]).astype({**dict.fromkeys(BESIDE, "str"), "line": "int64"})
    return make_table("reviews", pd.DataFrame(rows, columns=list(SCHEMAS["reviews"]))).join(extra)


def first_line(path: str | os.PathLike[str]) -> int:
    """The number of the line on which the first row of a reviews file stands."""
    return 2 if Path(path).suffix.lower() == ".csv" else 1


def tags_of(text: str) -> list[str]:
    """The tags of a cell, each once and on one line, in the order in which they stand there."""
    return list(dict.fromkeys(tag for part in text.split(";") if (tag := " ".join(part.split()))))


def _text(value: Any) -> str:
    """A cell of a file of any format as text."""
    if value is None or isinstance(value, str):
        return (value or "").strip()
    if isinstance(value, (list, np.ndarray)):
        return "; ".join(map(str, value))
    return "" if value != value else str(value).strip()


_NEEDED = {LABEL: ("sense",), SPLIT: ("to",), RENAME: ("sense", "to"), MERGE: ("sense", "to")}


def _checked(row: dict[str, str], place: str, needed: Mapping[str, tuple[str, ...]]) -> dict[str, Any]:
    action = row["action"]
    if action not in needed:
        raise BadInput(f"{place}: no action {action!r}; use label, split, rename or merge")
    for column in needed[action]:
        if not row[column]:
            raise BadInput(f"{place}: {action} needs {' and '.join(needed[action])}; {column} is empty")
    if action in (RENAME, MERGE):
        return {**row, "start": -1, "end": -1}
    if known := re.fullmatch(r"(.+)#(title|abstract):(\d+)", row["mention_id"], re.DOTALL):
        row = {**row, **dict(zip(PLACE, known.groups(), strict=True))}
    if not row["paper_id"] or row["field"] not in ("title", "abstract"):
        raise BadInput(f"{place}: {action} needs a paper_id and a field that is title or abstract")
    for column in ("start", "end"):
        if not re.fullmatch(r"\d+(\.0*)?", row[column] or "0"):
            raise BadInput(f"{place}: {column} is {row[column]!r}, not a number")
    if not row["start"]:
        raise BadInput(f"{place}: {action} needs the mention's start")
    start = int(float(row["start"]))
    return {**row, "start": start, "end": int(float(row["end"])) if row["end"] else start + len(row["surface"])}


# --- votes -----------------------------------------------------------------------------------------------------------


class _Votes(NamedTuple):
    """What reviewers said.

    ``votes``: one row per reviewer and mention, ``says`` being the id given; ``settled``: one row per mention on which
    they agree or which CONSENSUS settles; ``disputed``: one row per mention on which they differ; ``made``: name and
    origin of each id that a split asks for.
    """

    plan: Plan
    votes: pd.DataFrame
    settled: pd.DataFrame
    disputed: pd.DataFrame
    conflicts: list[dict[str, Any]]
    made: dict[str, tuple[str, str]]


def _count_votes(reviews: pd.DataFrame, inventory: Inventory) -> _Votes:
    import pandas as pd

    reviews = _with_lines(reviews)
    plan = restructured(inventory, reviews)
    rows = reviews[reviews["action"].isin([LABEL, SPLIT])].drop_duplicates([*PLACE, "reviewer"], keep="last")
    named = rows["to"].where(rows["action"] == SPLIT, rows["sense"])
    splits = rows[(rows["action"] == SPLIT) & named.map(plan.is_free).astype(bool)]
    made = {key_of(to): (to, plan.resolve(sense)) for sense, to in zip(splits["sense"], splits["to"], strict=True)}
    says = [plan.resolve(name) or (key_of(name) if key_of(name) in made else "") for name in named]
    rows = rows.assign(says=says)
    conflicts = [
        {"lines": [int(line)], "reason": f"there is no sense {name!r}; a split row makes one"}
        for name, known, line in zip(named, says, rows["line"], strict=True)
        if not known
    ]
    rows = rows[rows["says"] != ""]
    independent = rows["reviewer"].str.lower() != CONSENSUS
    settled, disputed = [], []
    for _, cast in rows.groupby(PLACE, sort=False):
        own = cast[independent[cast.index]]
        final = cast[~independent[cast.index]]
        deciding = final if len(final) else own
        agreed = deciding["says"].nunique() == 1
        if own["says"].nunique() > 1:
            disputed.append(_dispute(own, deciding["says"].iloc[0] if agreed else ""))
        if not agreed:
            conflicts.append(_conflict(deciding, "reviewers differ", "says"))
            continue
        stances = sorted(set(deciding["stance"]) - {""})
        if len(stances) > 1:
            conflicts.append(_conflict(deciding, "reviewers differ about the stance", "stance"))
        elif stances and inventory.stances and stances[0] not in inventory.stances:
            conflicts.append(_conflict(deciding, "unknown stance", "stance"))
            stances = []
        settled.append({**deciding.iloc[-1].to_dict(), "stance": stances[0] if len(stances) == 1 else ""})
    columns = [*PLACE, "surface", "says", "settled"]
    return _Votes(
        plan,
        rows[independent],
        pd.DataFrame(settled, columns=rows.columns),
        pd.DataFrame(disputed, columns=columns),
        conflicts,
        made,
    )


def _with_lines(reviews: pd.DataFrame) -> pd.DataFrame:
    """A table made in memory counts as if it had been read from a CSV."""
    rows = reviews.reset_index(drop=True)
    line = rows["line"] if "line" in rows.columns else rows.index + 2
    return rows.assign(line=line, why=rows["why"] if "why" in rows.columns else "")


def _dispute(own: pd.DataFrame, settled: str) -> dict[str, Any]:
    first = own.iloc[0]
    return {**{c: first[c] for c in (*PLACE, "surface")}, "says": _said(own, "says"), "settled": settled}


def _conflict(cast: pd.DataFrame, what: str, column: str) -> dict[str, Any]:
    where = " ".join(str(cast[c].iloc[0]) for c in PLACE)
    return {"lines": sorted(map(int, cast["line"])), "reason": f"{where}: {what} ({_said(cast, column)})"}


def _said(cast: pd.DataFrame, column: str) -> str:
    return "; ".join(f"{who or 'unnamed'}: {what}" for who, what in zip(cast["reviewer"], cast[column], strict=True))


def labels_from_reviews(reviews: pd.DataFrame, inventory: Inventory) -> pd.DataFrame:
    """The settled labels of a reviews table as a labels table (see ``read_labels``), for training a head.

    ``inventory`` is the one before the reviews; labels bear its ids, also where a sense is renamed (training joins
    them to labels under the old name; ``apply_reviews`` renames afterwards). Senses that a split made are new ids.
    Disputed mentions are left out.
    """
    counted = _count_votes(reviews, inventory)
    before = {after: i for i, after in reversed(list(counted.plan.now.items())) if after not in inventory.ids}
    settled = counted.settled
    labels = settled.assign(sense=settled["says"].map(lambda s: before.get(s, s)), confidence="high")
    columns = ["paper_id", "field", "start", "end", "surface", "sense", "stance", "confidence"]
    return labels[columns].reset_index(drop=True)


# --- applying --------------------------------------------------------------------------------------------------------


def apply_reviews(
    read: pd.DataFrame,
    mentions: pd.DataFrame,
    inventory: Inventory,
    reviews: pd.DataFrame,
    *,
    machine: pd.DataFrame | None = None,
) -> tuple[pd.DataFrame, Inventory, dict[str, Any]]:
    """Let the senses table and the inventory obey a reviews table (``read_reviews``).

    ``read`` is the senses table of ``mentions``, row by row. ``machine`` is the reading of the same rows to compare
    reviewers with, where ``read`` comes from a head that has seen these very reviews (default: ``read``); what it
    marks as reviewed does not count. A labelled mention gets its
    sense with confidence 1, ``reviewed``, not abstained; the machine's sense becomes its runner-up. After a merge the
    confidence of the joined sense is a lower bound. Returns the new table, the new inventory, and a report of plain
    JSON values: ``applied`` (how often each action), ``conflicts`` (``lines`` and ``reason``), ``lost`` (labels
    without a mention) and ``agreement`` (``Agreement.as_data``).
    """
    counted = _count_votes(reviews, inventory)
    plan = counted.plan
    new = _with_names(read, plan.now, inventory, plan.inventory)
    before = _with_names(machine, plan.now, inventory, plan.inventory) if machine is not None else new.copy()
    aligned = align_labels(counted.settled.assign(sense=counted.settled["says"]), mentions)
    after = _with_splits(plan.inventory, counted, aligned.labels)
    rows = new["mention_id"].isin(aligned.labels["mention_id"])
    new = keep_labels(new.where(~rows, before), aligned.labels, after)
    done = Counter(aligned.labels["action"])
    report = {
        "applied": {LABEL: done[LABEL], SPLIT: done[SPLIT], **plan.applied},
        "conflicts": sorted([*plan.conflicts, *counted.conflicts], key=lambda c: (c["lines"], c["reason"])),
        "lost": aligned.lost[["line", *PLACE, "surface", "reason"]].to_dict("records"),
        "agreement": _agreement(counted, before, aligned.labels).as_data(),
    }
    return new, after, report


def agreement(
    reviews: pd.DataFrame,
    inventory: Inventory,
    machine: pd.DataFrame | None = None,
    mentions: pd.DataFrame | None = None,
) -> Agreement:
    """How far the reviewers of a reviews table agree and, given its senses table and mentions, the machine with them.

    ``inventory`` and ``machine`` are those before the reviews are applied. Consensus rows are no independent reading:
    they settle a mention and stay out of alpha.
    """
    counted = _count_votes(reviews, inventory)
    if machine is None or mentions is None:
        return _agreement(counted, make_table("senses"), counted.settled.iloc[:0].assign(mention_id=""))
    aligned = align_labels(counted.settled.assign(sense=counted.settled["says"]), mentions)
    plan = counted.plan
    return _agreement(counted, _with_names(machine, plan.now, inventory, plan.inventory), aligned.labels)


def _agreement(counted: _Votes, machine: pd.DataFrame, labels: pd.DataFrame) -> Agreement:
    units = [list(cast["says"]) for _, cast in counted.votes.groupby(PLACE, sort=False)]
    own = machine[~machine["reviewed"].astype(bool)]  # what it was told by a label is no reading of its own
    reading = dict(zip(own["mention_id"], own["sense"], strict=True))
    labels = labels[labels["mention_id"].isin(own["mention_id"])]
    alike = np.array(
        [reading.get(m) == s for m, s in zip(labels["mention_id"], labels["says"], strict=True)], dtype=bool
    )
    return Agreement(
        reviewers=tuple(sorted(set(counted.votes["reviewer"]))),
        alpha=krippendorff_alpha(units),
        shared=sum(len(unit) > 1 for unit in units),
        disagreements=counted.disputed,
        machine=proportion(alike),
        machine_at_random=proportion(alike[(labels["why"] == AT_RANDOM).to_numpy(dtype=bool)]),
    )


def _with_names(read: pd.DataFrame, now: Mapping[str, str], before: Inventory, after: Inventory) -> pd.DataFrame:
    """The senses table under the new names. A runner-up that was merged into the winner is a runner-up no more.

    Where a merge takes a sense to another parent, its mentions go there, as sure as they are of the sense.
    """
    sense, runner_up = (read[c].map(lambda s: now.get(s, s)).astype("str") for c in ("sense", "runner_up"))
    named = read.assign(sense=sense, runner_up=runner_up.mask(runner_up == sense, ""))
    old, new = read["sense"].map(before.parent_of).astype("str"), sense.map(after.parent_of).astype("str")
    moved = (old != new) & (read["parent"] == old)
    parent, sure = read["parent"].mask(moved, new), read["parent_confidence"].mask(moved, read["confidence"])
    return named.assign(parent=parent, parent_confidence=sure).reset_index(drop=True)


def _with_splits(inventory: Inventory, counted: _Votes, labels: pd.DataFrame) -> Inventory:
    """The inventory with the senses that split rows made, each after the one it was split from."""
    senses = list(inventory.senses)
    for new_id in dict.fromkeys(labels["says"]):
        if new_id in counted.made and new_id not in {sense.id for sense in senses}:
            name, origin = counted.made[new_id]
            at = next((i for i, sense in enumerate(senses, 1) if sense.id == origin), 0)
            definition = f"Split by review from {senses[at - 1].name}." if at else "Made by review."
            parent = senses[at - 1].parent if at else ""
            senses.insert(at or len(senses), Sense(new_id, titled(name), definition, parent=parent))
    return replace(inventory, senses=tuple(senses))
