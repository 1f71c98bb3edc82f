"""Two people's decisions side by side: where they agree, where not, and how far beyond chance."""

from __future__ import annotations

import os
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.common.errors import BadInput
from analysis.common.tables import make_table, read_table, write_table
from analysis.common.wording import count_of, listed, percent
from analysis.inventory.inventory import load_inventory
from analysis.review.journal import meaning
from analysis.senses.reviews import CONSENSUS, LABEL, PLACE, SPLIT, read_reviews
from analysis.statistics.agreement import Proportion, kappa_with_interval, proportion

if TYPE_CHECKING:
    import pandas as pd

    from analysis.inventory.inventory import Inventory
    from analysis.statistics.bootstrap import Estimate

Source = str | os.PathLike[str]
AGREED, CONFLICT, STANCE, ONLY_A, ONLY_B = "agreed", "conflict", "conflict in stance", "only a", "only b"
STATES = (CONFLICT, STANCE, ONLY_A, ONLY_B, AGREED)


@dataclass(frozen=True)
class Compared:
    """What two readers decided.

    ``table`` has one row per mention that either decided, conflicts first (the table ``comparison``); ``readers`` are
    their names, a and b; ``rows`` their rows under these names, as ``read_reviews`` gives them. ``alike`` and ``kappa``
    (Cohen 1960, over redrawn papers) are about the senses of the mentions that both decided.
    """

    readers: tuple[str, str]
    table: pd.DataFrame
    alike: Proportion
    kappa: Estimate
    rows: pd.DataFrame

    @property
    def conflicts(self) -> pd.DataFrame:
        """The mentions on whose sense or stance the two differ."""
        return self.table[self.table["state"].isin([CONFLICT, STANCE])]

    def __str__(self) -> str:
        """The comparison in sentences."""
        a, b = self.readers
        part, kappa = self.alike, self.kappa
        if not part.n:
            return f"{a} and {b} decided no mention in common."
        told = [
            f"{a} and {b} agree on the sense of {part.hits:,} of {count_of(part.n, 'mention')}: "
            f"{percent(part.hits / part.n)}, with a 95% interval from {percent(part.low)} to {percent(part.high)}."
        ]
        if kappa.value == kappa.value:
            span = f", with a 95% interval from {kappa.low:.2f} to {kappa.high:.2f}" if kappa.low == kappa.low else ""
            told.append(f"Cohen's kappa is {kappa.value:.2f}{span}.")
        counts = self.table["state"].value_counts()
        told += [
            f"{count_of(n, what, several)}."
            for state, what, several in (
                (CONFLICT, "conflict about the sense", "conflicts about the sense"),
                (STANCE, "conflict about the stance alone", "conflicts about the stance alone"),
                (ONLY_A, f"mention that only {a} decided", f"mentions that only {a} decided"),
                (ONLY_B, f"mention that only {b} decided", f"mentions that only {b} decided"),
            )
            if (n := int(counts.get(state, 0)))
        ]
        settled = int((self.conflicts["settled"] != "").sum())
        return " ".join([*told, *([f"{count_of(settled, 'conflict')} settled."] if settled else [])])


def compare_reviews(a: Source, b: Source | None = None, *, inventory: Inventory | None = None) -> Compared:
    """Put the decisions of two people side by side: those of two reviews files, or of one that both wrote.

    A reader is called as the column ``reviewer`` says, else as the file. A reader's last row on a mention counts.
    ``inventory`` says which names are the same sense (default: the shipped one). Raises ``BadInput`` for a file that
    cannot be read, and where there are not two readers.
    """
    import pandas as pd

    inventory = load_inventory() if inventory is None else inventory
    files = [_named(path, read_reviews(path, undecided=True)) for path in ([a] if b is None else [a, b])]
    if b is not None:
        files = _apart(files)
    rows = pd.concat(files, ignore_index=True)
    placed = rows[rows["action"].isin([LABEL, SPLIT]) & ((rows["sense"] != "") | (rows["to"] != ""))]
    final = placed[placed["reviewer"].str.lower() == CONSENSUS]
    own = placed.drop(index=final.index)
    names = list(dict.fromkeys(own["reviewer"]))
    if len(names) != 2:
        where = listed([str(path) for path in (a, b) if path is not None])
        told = f"{count_of(len(names), 'reader')} ({listed(names, most=4)})" if names else "no decisions"
        raise BadInput(f"{where}: {told}; give the reviews of two people, in one file or two")
    meant = meaning(inventory, rows.assign(line=range(2, len(rows) + 2)))
    a_said, b_said = (_last(own[own["reviewer"] == name], meant) for name in names)
    settled = _last(final, meant)
    places = dict.fromkeys([*a_said, *b_said])
    found = [_row(place, a_said.get(place), b_said.get(place), settled.get(place), names) for place in places]
    table = make_table("comparison", found)
    rank = table["state"].map(STATES.index)
    table = table.iloc[rank.argsort(kind="stable")].reset_index(drop=True)
    both = table[~table["state"].isin([ONLY_A, ONLY_B])]
    return Compared(
        readers=(names[0], names[1]),
        table=table,
        alike=proportion((both["sense_a"] == both["sense_b"]).to_numpy()),
        kappa=kappa_with_interval(both["sense_a"].tolist(), both["sense_b"].tolist(), both["paper_id"].tolist()),
        rows=rows,
    )


def write_comparison(compared: Compared, path: Source, inputs: tuple[Source, ...] = ()) -> None:
    """Write the table of a comparison. Raises ``BadInput`` rather than replace a file of reviews."""
    path = Path(path)
    if path.is_file() and (path.resolve() in [Path(i).resolve() for i in inputs] or "action" in read_table(path)):
        raise BadInput(f"{path}: holds reviews; choose another file, so that they are not lost")
    write_table(compared.table, path)


def _named(path: Source, rows: pd.DataFrame) -> pd.DataFrame:
    """The rows with a name for the reviewer who gave none: that of the file."""
    return rows.assign(reviewer=rows["reviewer"].where(rows["reviewer"] != "", Path(path).stem))


def _apart(files: list[pd.DataFrame]) -> list[pd.DataFrame]:
    """Two files whose readers bear one name: they are told apart by a number."""
    first, second = ({name for name in rows["reviewer"] if name.lower() != CONSENSUS} for rows in files)
    shared = first & second
    return [
        rows.assign(reviewer=rows["reviewer"].map(lambda name, n=n: f"{name} ({n})" if name in shared else name))
        for n, rows in enumerate(files, 1)
    ]


def _last(rows: pd.DataFrame, meant: Callable[[str], str]) -> dict[tuple[Any, ...], dict[str, Any]]:
    """The last row on each place, with the id of the sense that it gives."""
    found: dict[tuple[Any, ...], dict[str, Any]] = {}
    for row in rows.to_dict("records"):
        says = meant(row["to"] if row["action"] == SPLIT else row["sense"])
        found[tuple(row[c] for c in PLACE)] = {**row, "says": says}  # type: ignore[dict-item]
    return found


def _row(
    place: tuple[Any, ...],
    a: Mapping[str, Any] | None,
    b: Mapping[str, Any] | None,
    settled: Mapping[str, Any] | None,
    names: list[str],
) -> dict[str, Any]:
    known = a or b or {}
    row = {
        **dict(zip(PLACE, place, strict=True)), "end": known["end"], "surface": known["surface"],
        "state": _state(a, b), "sentence": (a or {}).get("sentence") or (b or {}).get("sentence") or "",
        "settled": settled["says"] if settled else "", "settled_by": settled["settled_by"] if settled else "",
    }  # fmt: skip
    for side, said, name in (("a", a, names[0]), ("b", b, names[1])):
        row[f"reviewer_{side}"] = name
        for column, key in (("sense", "says"), ("stance", "stance"), ("note", "note"), ("tags", "tags")):
            row[f"{column}_{side}"] = said[key] if said else None
    return row


def _state(a: Mapping[str, Any] | None, b: Mapping[str, Any] | None) -> str:
    if a is None or b is None:
        return ONLY_B if a is None else ONLY_A
    if a["says"] != b["says"]:
        return CONFLICT
    return STANCE if a["stance"] and b["stance"] and a["stance"] != b["stance"] else AGREED
