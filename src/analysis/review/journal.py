"""A reviews file as a journal: each decision adds rows at its end, and taking it back removes them.

A row holds all that its reviewer says of a mention by then, so the last one counts and the ones before it are what an
undo returns to. The rows of one decision, be it about one mention or many, share a number in the column ``step``; it
stands in the file, so a kernel that restarts can still take back what was done before. The file is written whole under
another name and then put in its place, since rows must be removable and a reader must never see half of one.
"""

from __future__ import annotations

import os
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.common.dates import today
from analysis.common.tables import SCHEMAS, read_table, write_table
from analysis.inventory.inventory import Inventory
from analysis.review.sheet import marked_sentence
from analysis.senses.labels import align_labels
from analysis.senses.restructure import key_of, restructured
from analysis.senses.reviews import BESIDE, CONSENSUS, LABEL, PLACE, SPLIT, first_line, read_reviews

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study


@dataclass(frozen=True)
class Entry:
    """What a reviewer says of a mention: ``sense`` is "" as long as it is open."""

    sense: str = ""
    stance: str = ""
    note: str = ""
    tags: tuple[str, ...] = ()
    postponed: bool = False
    why: str = ""
    read_as: str = ""
    reviewer: str = ""
    line: int = 0


class Journal:
    """The reviews file at ``path`` as ``reviewer`` writes it about the mentions of a study.

    ``entries`` are this reviewer's, ``others`` those of everyone else (later ones over earlier ones), both by mention
    id. Places that cleaning has moved since are found as labels are (``align_labels``); rows about mentions that are
    not there stay in the file. Raises ``BadInput`` for a file that cannot be read.
    """

    def __init__(self, study: Study, path: str | os.PathLike[str], reviewer: str, settled_by: str = "") -> None:
        self.path, self.reviewer = Path(path), reviewer
        self._settled_by, self._mentions, self._inventory = settled_by, study.mentions, study.inventory
        self._rows = study.mentions.set_index("mention_id")
        self.reload()

    def reload(self) -> None:
        """Read the file anew."""
        self.entries: dict[str, Entry] = {}
        self.others: dict[str, Entry] = {}
        if not self.path.is_file():
            return
        rows = read_reviews(self.path, undecided=True)
        meant = meaning(self._inventory, rows)
        rows = rows[rows["action"].isin([LABEL, SPLIT])]
        says = rows["to"].where(rows["action"] == SPLIT, rows["sense"]).map(meant)
        rows = rows.assign(says=says, read_as=rows["read_as"].map(meant))
        places = rows.drop_duplicates(PLACE)[[*PLACE, "end", "surface"]].reset_index(drop=True)
        found = align_labels(places, self._mentions).labels
        ids = {tuple(row[:3]): row[3] for row in found[[*PLACE, "mention_id"]].itertuples(index=False, name=None)}
        for row in rows.to_dict("records"):
            mention_id = ids.get(tuple(row[c] for c in PLACE))
            if mention_id is None:
                continue
            own = row["reviewer"] == self.reviewer
            table = self.entries if own else self.others
            before = table.get(mention_id)
            if not own and before and before.reviewer.lower() == CONSENSUS != row["reviewer"].lower():
                continue
            table[mention_id] = _entry(row, before if own else None)

    def write(self, said: Mapping[str, Entry]) -> None:
        """Add one row for each mention, by id, as one step.

        The file is read again first: another program may have written to it meanwhile.
        """
        import pandas as pd

        if not said:
            return
        frame = self._frame()
        step = max((number for cell in frame.get("step", ()) if (number := _number(cell))), default=0) + 1
        rows = [self._row(mention_id, entry, step) for mention_id, entry in said.items()]
        added = pd.DataFrame(rows)
        columns = list(dict.fromkeys([*frame.columns, *added.columns]))
        both = [part.reindex(columns=columns, fill_value="") for part in (frame, added)]
        write_table(pd.concat(both, ignore_index=True), self.path)
        line = len(frame) + first_line(self.path)
        for place, (mention_id, entry) in enumerate(said.items()):
            self.entries[mention_id] = replace(entry, reviewer=self.reviewer, line=line + place)

    def undo(self) -> list[str]:
        """Remove the rows of this reviewer's last step. Returns the ids of its mentions, [] if there was no step.

        Rows that a person wrote by hand have no step and stay.
        """
        frame = self._frame()
        if not {"step", "reviewer"} <= set(frame.columns):
            return []
        steps = frame["step"].map(_number).where(frame["reviewer"].str.strip() == self.reviewer, 0)
        if not steps.max():
            return []
        self.reload()
        gone = steps == steps.max()
        lines = {first_line(self.path) + place for place, out in enumerate(gone) if out}
        changed = [mention_id for mention_id, entry in self.entries.items() if entry.line in lines]
        changed.sort(key=lambda mention_id: self.entries[mention_id].line)
        write_table(frame[~gone], self.path)
        self.reload()
        return changed

    def _row(self, mention_id: str, entry: Entry, step: int) -> dict[str, str]:
        mention = self._rows.loc[mention_id]
        where = {name: str(mention[name]) for name in (*PLACE, "end", "surface")}
        return {
            **dict.fromkeys(SCHEMAS["reviews"], ""), **where, "action": LABEL, "sense": entry.sense,
            "stance": entry.stance, "reviewer": self.reviewer, "date": today(), "note": entry.note,
            "tags": "; ".join(entry.tags), "postponed": "yes" if entry.postponed else "", "mention_id": mention_id,
            **dict.fromkeys(BESIDE, ""), "why": entry.why, "read_as": entry.read_as, "step": str(step),
            "settled_by": self._settled_by, "sentence": marked_sentence(mention.to_dict()),
        }  # fmt: skip

    def _frame(self) -> pd.DataFrame:
        import pandas as pd

        if not self.path.is_file():
            return pd.DataFrame(columns=list(SCHEMAS["reviews"]))
        return read_table(self.path).rename(columns=lambda name: str(name).strip())


def _entry(row: Mapping[Any, Any], before: Entry | None) -> Entry:
    """The entry of a row; a row without a sense leaves the sense that the reviewer gave before."""
    entry = Entry(
        sense=row["says"],
        stance=row["stance"],
        note=row["note"],
        tags=tuple(row["tags"]),
        postponed=row["postponed"].lower() in ("yes", "true", "1"),
        why=row["why"],
        read_as=row["read_as"],
        reviewer=row["reviewer"],
        line=int(row["line"]),
    )
    if before is None:
        return entry
    if not entry.sense and before.sense:
        entry = replace(entry, sense=before.sense, stance=before.stance, postponed=False)
    return replace(entry, read_as=entry.read_as or before.read_as, why=entry.why or before.why)


def _number(cell: Any) -> int:
    """A step as spreadsheets leave it, 0 for none."""
    return int(float(cell)) if re.fullmatch(r"\d{1,9}(\.0*)?", str(cell).strip()) else 0


def meaning(inventory: Inventory, rows: pd.DataFrame) -> Callable[[str], str]:
    """The id that a name of a sense stands for under the names that the renames and merges of ``rows`` leave.

    ``rows`` are those of ``read_reviews``; ``inventory`` may be the one before the file was applied or after. A name
    that no sense has becomes an id, "" stays "".
    """
    plan = restructured(inventory, rows)

    @cache
    def meant(name: str) -> str:
        return plan.resolve(name) or plan.inventory.current(key_of(name)) or key_of(name) if name else ""

    return meant
