"""The map of the mentions in JupyterLab: what is selected on it comes back as a DataFrame.

The script beside this file draws on a canvas, as the map of a report does; colours, places and texts come from here.
"""

from __future__ import annotations

from collections.abc import Iterable
from numbers import Integral
from pathlib import Path
from typing import TYPE_CHECKING, Any

import anywidget
import numpy as np
import traitlets

from analysis.charts.map_groups import COLUMNS, groups_by
from analysis.charts.markers import marker_path
from analysis.common.errors import BadInput
from analysis.common.readable import readable
from analysis.findings.layout import SIDE, mention_layout, topic_places
from analysis.findings.of_study import nearest_mentions
from analysis.inventory.marks import cut_at_mention
from analysis.mentions.ids import rows_by_id
from analysis.senses.probable import said_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study

_HERE = Path(__file__).parent


class MentionMap(anywidget.AnyWidget):
    """The mentions of a study on a map to select from; ``charts.map_widget`` makes it.

    ``selected`` (rows of ``study.readings``, counted from 0) and ``coloured_by`` may be read, set and observed;
    ``selection`` and ``select`` are the same by mention.
    """

    _esm = _HERE / "lab_map.js"
    _css = _HERE / "lab_map.css"

    selected = traitlets.List(traitlets.Int()).tag(sync=True)
    coloured_by = traitlets.Enum(COLUMNS, default_value="sense").tag(sync=True)
    _term = traitlets.Unicode().tag(sync=True)
    _choices = traitlets.List(traitlets.Unicode()).tag(sync=True)
    _side = traitlets.Int(SIDE).tag(sync=True)
    _x = traitlets.Bytes().tag(sync=True)  # places and groups: 16-bit numbers, one a mention
    _y = traitlets.Bytes().tag(sync=True)
    _groups = traitlets.Bytes().tag(sync=True)
    _looks = traitlets.List(traitlets.Dict()).tag(sync=True)
    _labels = traitlets.List(traitlets.Dict()).tag(sync=True)
    _near = traitlets.List(traitlets.Int()).tag(sync=True)  # a mention and then its neighbours, nearest first

    def __init__(self, study: Study) -> None:
        self._study = study
        self._readings = study.readings
        places = mention_layout(study)
        labels = topic_places(self._readings, places)
        super().__init__(
            _term=study.term,
            _choices=list(COLUMNS),
            _x=_packed(places[:, 0]),
            _y=_packed(places[:, 1]),
            _labels=labels[["label", "n", "x", "y"]].to_dict("records"),
        )
        self._colour()
        self.on_msg(self._answer)

    @property
    def selection(self) -> pd.DataFrame:
        """The selected mentions: rows of ``study.readings``, in its order and with its columns."""
        return self._readings.iloc[self.selected].reset_index(drop=True)

    def select(self, mention_ids: Iterable[str]) -> None:
        """Select these mentions and no others. Raises ``BadInput`` for an id that the study does not have."""
        wanted = [mention_ids] if isinstance(mention_ids, str) else mention_ids
        self.selected = rows_by_id(self._readings, wanted)

    def colour_by(self, column: str) -> None:
        """Colour by "sense", "stance", "year", "topic" or "confidence"; the selection stays.

        Raises ``BadInput`` for any other column.
        """
        if column not in COLUMNS:
            raise BadInput(f"{column!r}: the map is coloured by one of {', '.join(COLUMNS)}")
        self.coloured_by = column

    def neighbours(self, mention_id: str, n: int = 10) -> pd.DataFrame:
        """The ``n`` mentions used most like one, ringed and numbered on the map: see ``findings.nearest_mentions``."""
        found = nearest_mentions(self._study, mention_id, n)
        self._near = rows_by_id(self._readings, [mention_id, *found["mention_id"]])
        return found

    @traitlets.validate("selected")
    def _in_order(self, proposal: dict[str, Any]) -> list[int]:
        rows = sorted(set(proposal["value"]))
        if rows and not 0 <= rows[0] <= rows[-1] < len(self._readings):
            raise traitlets.TraitError(f"selected: rows of study.readings are 0 to {len(self._readings) - 1}")
        return rows

    @traitlets.observe("coloured_by")
    def _colour(self, change: object = None) -> None:
        groups = groups_by(self.coloured_by, self._readings, self._study.palette)
        sizes = np.bincount(groups.number, minlength=len(groups.looks))
        with self.hold_sync():
            self._groups = _packed(groups.number)
            self._looks = [
                {"name": look.name, "colour": look.colour, "path": marker_path(look.marker), "n": int(n)}
                for look, n in zip(groups.looks, sizes, strict=True)
            ]

    def _answer(self, widget: object, content: dict[str, Any], buffers: object) -> None:
        """What the map asks: the text of a mention, or its neighbours."""
        row = content.get("row")
        if not isinstance(row, int) or not 0 <= row < len(self._readings):
            return
        if content.get("ask") == "text":
            self.send({"row": row, **mention_text(self._readings.iloc[row], self._study)})
        elif content.get("ask") == "near":
            self.neighbours(self._readings["mention_id"].iloc[row])


def mention_text(row: pd.Series, study: Study) -> dict[str, str]:
    """What the map says of a mention, a row of ``study.readings``: its sentence in three parts, title and reading."""
    left, mention, right = map(readable, cut_at_mention(row))
    palette = study.palette
    stance = palette.past.get(row["stance"], row["stance"])
    said = said_of(row)
    reading = [
        f"{palette[said.label].name}, confidence {said.confidence:.2f}",
        "checked" if row["reviewed"] else "unsure" if said.unsure else "",
        f"stance: {stance}" if stance else "",
    ]
    return {
        "left": left,
        "mention": mention,
        "right": right,
        "reading": "; ".join(part for part in reading if part),
        "title": readable(row["title"] or row["paper_id"]),
        "year": str(row["year"]) if isinstance(row["year"], Integral) else "",
        "topic": f"Topic: {row['topic_label']}" if row["topic_label"] else "",
    }


def _packed(numbers: np.ndarray) -> bytes:
    return numbers.astype("<u2").tobytes()
