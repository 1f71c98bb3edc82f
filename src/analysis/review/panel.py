"""The review panel for JupyterLab: read a mention, press a key, and the decision is in reviews.csv.

``Reviewing`` is the work itself, without widgets; ``review_panel`` is a thin skin over it. The file is written after
each decision, so a kernel that restarts loses nothing: the panel goes on where the file ends.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from analysis.common.dates import today
from analysis.common.extras import extra
from analysis.common.tables import SCHEMAS, read_table, write_table
from analysis.inventory.inventory import UNCLEAR
from analysis.inventory.marks import cut
from analysis.review.sheet import draw_reviews
from analysis.senses.reviews import LABEL

if TYPE_CHECKING:
    import ipywidgets
    import pandas as pd

    from analysis.study.study import Study

ACCEPT, SKIP, UNDO = "a", "s", "u"
KEYS = "123456789qwertyiopdfghjklzxcvbnm"  # of the senses, in the inventory's order; none of the above
UNCLEAR_KEY = "0"


class Reviewing:
    """A queue of mentions worth a look, and the file that receives what is decided about them.

    ``path`` defaults to ``reviews.csv`` beside the study folder, where the next ``open_study`` finds it. Mentions that
    ``reviewer`` has decided in that file are not asked again. Raises ``BadInput`` when the file cannot be used.
    """

    def __init__(
        self,
        study: Study,
        path: str | os.PathLike[str] | None = None,
        *,
        n: int = 50,
        reviewer: str = "",
        seed: int = 0,
    ) -> None:
        self.path = Path(path) if path is not None else study.folder.parent / "reviews.csv"
        self.reviewer = reviewer
        self._readings = study.readings.set_index("mention_id")
        sheet: list[dict[str, Any]] = draw_reviews(study, n=n, seed=seed).to_dict("records")  # type: ignore[assignment]
        decided = self._decided()
        self.done: list[dict[str, Any]] = [row for row in sheet if _place(row) in decided]
        self.queue: list[dict[str, Any]] = [row for row in sheet if _place(row) not in decided]
        self._written: list[dict[str, str]] = []

    @property
    def current(self) -> pd.Series | None:
        """The mention being asked about, as a row of ``Study.readings``; None when all is done."""
        return self._readings.loc[self.queue[0]["mention_id"]] if self.queue else None

    def decide(self, sense: str, stance: str = "") -> None:
        """Write that the current mention has ``sense`` (and ``stance``, if given), and go on to the next."""
        row = self.queue[0]
        record = dict.fromkeys(SCHEMAS["reviews"], "") | {
            "action": LABEL,
            **{column: str(row[column]) for column in ("paper_id", "field", "start", "end", "surface")},
            "sense": sense,
            "stance": stance,
            "reviewer": self.reviewer,
            "date": today(),
            "mention_id": row["mention_id"],
            "why": row["why"],
        }
        self._append(record)
        self._written.append(record)
        self.done.append(self.queue.pop(0))

    def accept(self, stance: str = "") -> None:
        """Decide that the sense was read right."""
        self.decide(str(self.queue[0]["read_as"]), stance)

    def skip(self) -> None:
        """Ask about the current mention last; nothing is written."""
        self.queue.append(self.queue.pop(0))

    def undo(self) -> bool:
        """Take back the last decision made here. Returns whether there was one."""
        if not self._written:
            return False
        import pandas as pd

        record = self._written.pop()
        frame = self._read()
        same = frame[list(record)].eq(pd.Series(record)).all(axis=1)
        write_table(frame.drop(index=frame.index[same][-1:]), self.path)
        self.queue.insert(0, self.done.pop())
        return True

    def _append(self, record: dict[str, str]) -> None:
        """Add one row at the end of the file as it is now: another program may have written to it meanwhile."""
        import pandas as pd

        write_table(pd.concat([self._read(), pd.DataFrame([record])], ignore_index=True).fillna(""), self.path)

    def _read(self) -> pd.DataFrame:
        import pandas as pd

        return read_table(self.path) if self.path.is_file() else pd.DataFrame(columns=list(SCHEMAS["reviews"]))

    def _decided(self) -> set[tuple[str, str, str]]:
        frame = self._read()
        if frame.empty:
            return set()
        own = frame[(frame["sense"] != "") & (frame["reviewer"] == self.reviewer)]
        return {_place(row) for row in own.to_dict("records")}


def review_panel(
    study: Study, path: str | os.PathLike[str] | None = None, *, n: int = 50, reviewer: str = "", seed: int = 0
) -> ipywidgets.VBox:
    """Show the panel: ``n`` mentions worth a look, one after the other, each decided by a key or a button.

    Click into the box for keys, then: a accepts the sense that was read, a digit or letter before a sense's name
    chooses that one, 0 says unclear, s skips, u undoes. Decisions go to ``path``; see ``Reviewing``.
    """
    with extra("lab", "the review panel"):
        import ipywidgets as w

    work = Reviewing(study, path, n=n, reviewer=reviewer, seed=seed)
    keys = {**dict(zip(KEYS, study.inventory.ids, strict=False)), UNCLEAR_KEY: UNCLEAR}
    names = {sense.id: sense.name for sense in study.inventory.senses} | {UNCLEAR: "Unclear"}
    progress, count = w.IntProgress(min=0, max=max(1, len(work.done) + len(work.queue))), w.Label()
    card, message = w.HTML(), w.HTML()
    stance = w.Dropdown(options=[("as read", ""), *((s, s) for s in study.inventory.stances)], description="Stance")
    box = w.Text(placeholder="click here, then press keys", description="Keys", continuous_update=True)

    def button(label: str, key: str, tooltip: str = "", style: str = "") -> Any:
        made = w.Button(
            description=f"{key}  {label}", tooltip=tooltip, button_style=style, layout=w.Layout(width="auto")
        )
        made.on_click(lambda _: press(key))
        return made

    def press(key: str) -> None:
        note = ""
        if key == UNDO:
            note = "Taken back." if work.undo() else "Nothing to take back."
        elif not work.queue:
            note = ""
        elif key == ACCEPT:
            work.accept(stance.value)
        elif key == SKIP:
            work.skip()
        elif key in keys:
            work.decide(keys[key], stance.value)
        else:
            note = f"No meaning: {key}"
        stance.value = ""
        refresh(note)

    def typed(change: dict[str, Any]) -> None:
        # The box is not emptied: what the reader types while the emptying is on its way would be counted twice.
        old, new = change["old"], change["new"]
        for key in new[len(old) :].lower() if new.startswith(old) else "":
            press(key)

    def refresh(note: str = "") -> None:
        progress.value = len(work.done)
        count.value = f"{len(work.done)} of {len(work.done) + len(work.queue)} decided"
        card.value = mention_html(work.current, names) if work.current is not None else "<p><b>All done.</b></p>"
        saved = f"Saved in {escape(work.path.name)}." if work.done else ""
        message.value = f'<p role="status">{escape(note)} {saved}</p>'

    box.observe(typed, "value")
    chosen = [button(names[sense], key, _definition(study, sense)) for key, sense in keys.items()]
    acts = [button("accept", ACCEPT, "the sense was read right", "success"), button("skip", SKIP), button("undo", UNDO)]
    refresh()
    wrap = w.Layout(flex_flow="row wrap")
    return w.VBox(
        [
            w.HBox([progress, count]),
            card,
            w.HBox([box, *acts], layout=wrap),
            w.HBox(chosen, layout=wrap),
            stance,
            message,
        ]
    )


def mention_html(row: pd.Series, names: dict[str, str]) -> str:
    """A mention in its text as HTML: what was read, the title, the abstract; everything escaped."""
    texts = {"title": row["title"], "abstract": row["abstract"]}
    start, end = int(row["start"]), int(row["end"])
    shown = {field: escape(text) for field, text in texts.items()}
    shown[row["field"]] = cut(texts[row["field"]], start, end).marked("<mark><b>", "</b></mark>", escape)
    read = f"{names.get(row['sense'], row['sense'])} ({row['confidence']:.2f})"
    second = f", else {names.get(row['runner_up'], row['runner_up'])}" if row["runner_up"] else ""
    return (
        f'<div style="max-width:60em;line-height:1.5"><p>Read as <b>{escape(read)}</b>{escape(second)}</p>'
        f"<p><b>{shown['title']}</b></p><p>{shown['abstract']}</p></div>"
    )


def _definition(study: Study, sense: str) -> str:
    return study.inventory[sense].definition if sense in study.inventory.ids else "none of these, or not decidable"


def _place(row: Mapping[Any, Any]) -> tuple[str, str, str]:
    return str(row["paper_id"]), str(row["field"]), str(row["start"])
