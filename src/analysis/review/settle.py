"""Settle what two people read differently: a panel whose decisions are rows of ``consensus`` beside theirs."""

from __future__ import annotations

import os
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.common.errors import BadInput
from analysis.common.tables import write_table
from analysis.review.compare import Compared, Source, compare_reviews
from analysis.review.given import REVIEWER, reviewer_named, reviews_beside
from analysis.review.journal import Entry
from analysis.review.panel import ACCEPT, Panel
from analysis.review.reviewing import Reviewing
from analysis.senses.labels import align_labels
from analysis.senses.reviews import BESIDE, CONSENSUS, LABEL, PLACE, SPLIT, read_reviews

if TYPE_CHECKING:
    import ipywidgets
    import pandas as pd

    from analysis.study.study import Study

SECOND = "b"
Conflicts = dict[str, dict[str, Any]]  # rows of a comparison by mention id


def settle_panel(
    study: Study, a: Source, b: Source | None = None, *, path: Source | None = None, by: str | None = None
) -> ipywidgets.VBox:
    """Show the conflicts of two people one after the other: a takes the first one's sense, b the second's.

    Any other sense can be given, too, and notes, tags, postponing and undoing are as in ``review_panel``. ``a`` and
    ``b`` are as in ``compare_reviews``. ``path`` (default: ``reviews.csv`` beside the study; where both wrote one file,
    that one) receives both people's rows and, as reviewer ``consensus``, what is settled; ``by`` is who settles
    (default: the environment variable ``BIAS_SENSES_REVIEWER``) and stands in ``settled_by``. Raises ``BadInput``
    where nobody is named, and for a ``path`` that holds the reviews of others.
    """
    return _Panel(*settling(study, a, b, path=path, by=by)).box


def settling(
    study: Study, a: Source, b: Source | None = None, *, path: Source | None = None, by: str | None = None
) -> tuple[Reviewing, Compared, Conflicts]:
    """The work of ``settle_panel`` without widgets: its queue, the comparison, and the conflicts by mention id.

    Conflicts about mentions that the study lacks are left out; the comparison counts them.
    """
    who = reviewer_named(by)
    if not who:
        raise BadInput(f'say who settles: by="your name", or the environment variable {REVIEWER}')
    compared = compare_reviews(a, b, inventory=study.inventory)
    target = Path(a) if b is None and path is None else reviews_beside(study, path)
    _prepare(target, compared, a, b)
    found = align_labels(compared.conflicts.reset_index(drop=True), study.mentions).labels
    conflicts: Conflicts = {row["mention_id"]: row for row in found.to_dict("records")}  # type: ignore[misc]
    return Reviewing(study, target, mentions=conflicts, settled_by=who), compared, conflicts


def _prepare(target: Path, compared: Compared, a: Source, b: Source | None) -> None:
    """See that ``target`` holds the rows of both; write them where there is no such file yet."""
    if not target.exists():
        write_table(_as_written(compared.rows), target)
        return
    if b is None and os.path.samefile(a, target):
        return
    there = read_reviews(target, undecided=True)
    columns = [*PLACE, "reviewer", "sense", "to"]
    wanted, found = (set(rows[columns].itertuples(index=False, name=None)) for rows in (compared.rows, there))
    if not wanted <= found:
        raise BadInput(f"{target}: holds other reviews than those of {' and '.join(compared.readers)}; say path=...")


def _as_written(rows: pd.DataFrame) -> pd.DataFrame:
    """Rows of ``read_reviews`` as a file holds them: with ``mention_id``, and renames and merges without a place."""
    placed = rows["action"].isin([LABEL, SPLIT])
    ids = rows["paper_id"] + "#" + rows["field"] + ":" + rows["start"].astype(str)
    spans = {c: rows[c].astype(str).where(placed, "") for c in ("start", "end")}
    return rows.assign(**spans, mention_id=ids.where(placed, "")).drop(columns="line")[
        [*rows.columns.drop([*BESIDE, "line"]), "mention_id", *BESIDE]
    ]


class _Panel(Panel):
    def __init__(self, work: Reviewing, compared: Compared, conflicts: Conflicts) -> None:
        self._compared, self._conflicts = compared, conflicts
        super().__init__(work)

    def _acts(self) -> list[tuple[str, str, str]]:
        a, b = self._compared.readers
        return [(f"as {a}", ACCEPT, "take this reader's sense"), (f"as {b}", SECOND, "take this reader's sense")]

    def _meant(self, key: str) -> tuple[str, str]:
        side = {ACCEPT: "a", SECOND: "b"}.get(key)
        if side is None:
            return super()._meant(key)
        row = self._conflict
        return (row[f"sense_{side}"], row[f"stance_{side}"]) if row else ("", "")

    def _proposed(self) -> dict[str, str]:
        shown: dict[str, str] = {}
        for side, name in self._sides():
            sense = self._conflict[f"sense_{side}"]
            shown[sense] = f"{shown[sense]} and {name}" if sense in shown else f"As {name}"
        return shown

    def _said(self, entry: Entry) -> str:
        row, told = self._conflict, []
        for side, name in self._sides():
            sense, stance = row[f"sense_{side}"], row[f"stance_{side}"]
            beside = "; ".join(filter(None, [row[f"note_{side}"], *row[f"tags_{side}"]]))
            said = f"{name}: {self.names.get(sense, sense)}{f', {stance}' if stance else ''}"
            told.append(f"<p>{escape(f'{said} ({beside})' if beside else said)}</p>")
        return "".join(told) + super()._said(entry)

    @property
    def _conflict(self) -> dict[str, Any]:
        """The row of the comparison about the current mention; {} if it is none of the conflicts."""
        current = self.work.current
        return {} if current is None else self._conflicts.get(str(current.name), {})

    def _sides(self) -> list[tuple[str, str]]:
        return list(zip("ab", self._compared.readers, strict=True)) if self._conflict else []

    def _so_far(self) -> str:
        lost = len(self._compared.conflicts) - len(self._conflicts)
        there = f" {lost} of the conflicts are about mentions that this study lacks." if lost else ""
        return f"{self._compared}{there} Settled mentions are rows of {CONSENSUS!r}."
