"""The review panel for JupyterLab: read a mention, press a key, and the decision is in reviews.csv.

A thin skin over ``analysis.review.reviewing.Reviewing``, which works without widgets. The file is written after each
decision, so a kernel that restarts loses nothing: the panel goes on where the file ends.
"""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from html import escape
from typing import TYPE_CHECKING, Any

from analysis.common.extras import extra
from analysis.common.wording import count_of
from analysis.inventory.inventory import OTHER, UNCLEAR
from analysis.review.journal import Entry
from analysis.review.look import WITHOUT, criteria_html, many_html, mention_html, names_of, status_html
from analysis.review.reviewing import MORE, Reviewing
from analysis.senses.reviews import tags_of

if TYPE_CHECKING:
    import ipywidgets

    from analysis.study.study import Study

ACCEPT, POSTPONE, MANY, UNDO = "a", "p", "m", "u"
KEYS = "123456789qwertyiodfghjklzxcvns"  # of the senses, in the inventory's order; none of the above
NO_SENSE_KEYS = {OTHER: "-", UNCLEAR: "0"}
LATEST = 200  # mentions to go back to
ALL_DONE = "<p><b>All done.</b></p>"


def review_panel(
    study: Study,
    path: str | os.PathLike[str] | None = None,
    *,
    mentions: Iterable[str] | None = None,
    n: int = MORE,
    reviewer: str | None = None,
    seed: int = 0,
) -> ipywidgets.VBox:
    """Show the panel: ``n`` mentions worth a look, or those of ``mentions``, each decided by a key or a button.

    Click into the box for keys, then: a accepts the sense that was read, a digit or letter before a sense's name
    chooses that one, - says other (none of them fits), 0 unclear, p postpones, u undoes. After m, the next decision is
    about all open mentions with the same words. Notes and tags are kept when you leave their field. Everything goes to
    ``path``; see ``Reviewing``.
    """
    return Panel(Reviewing(study, path, mentions=mentions, n=n, reviewer=reviewer, seed=seed)).box


class Panel:
    """The widgets over a ``Reviewing``; ``box`` holds them."""

    def __init__(self, work: Reviewing) -> None:
        with extra("lab", "the review panel"):
            import ipywidgets as w

        self.work, self.inventory = work, work.study.inventory
        self.names = names_of(self.inventory)
        self.keys = dict(zip(KEYS, self.inventory.ids, strict=False))
        self.keys |= {NO_SENSE_KEYS[label]: label for label in self.inventory.no_sense}
        self.filling = False  # whether the panel, not the reader, changes its fields
        self.count, self.card, self.criteria, self.preview = w.HTML(), w.HTML(), w.HTML(), w.HTML()
        self.message, self.agreement = w.HTML(), w.HTML()
        self.card.layout.flex, self.criteria.layout.flex = "2 1 24em", "1 1 20em"
        self.note = field("Note", "kept with the mention")
        self.tags = field("Tags", "separated by semicolons")
        self.typing = w.Text(placeholder="click here, then press keys", description="Keys")
        self.many = w.Checkbox(indent=False, layout=w.Layout(width="auto"))
        self.stance = choice("Stance", [("as read", ""), *((s, s) for s in self.inventory.stances)])
        others = [("choose a sense", ""), *((self.names[sense], sense) for sense in self.inventory.order)]
        self.compared = choice("Criteria of", others)
        self.earlier = choice("Go back to", [])
        acts = [
            *(self._button(label, key, tooltip) for label, key, tooltip in self._acts()),
            self._button("postpone", POSTPONE, "ask last, or in a later session"),
            self._button("undo", UNDO, "take back the last decision, note or postponement"),
        ]
        senses = [self._button(self.names[sense], key, self._definition(sense)) for key, sense in self.keys.items()]
        wrap = w.Layout(flex_flow="row wrap")
        self.typing.observe(self._typed, "value")
        self.note.observe(self._noted, "value")
        self.tags.observe(self._noted, "value")
        self.many.observe(lambda _: self._show_many(), "value")
        self.compared.observe(lambda _: self._show_criteria(), "value")
        self.earlier.observe(self._go_back, "value")
        self.box = w.VBox(
            [
                self.count,
                w.HBox([self.card, self.criteria], layout=wrap),
                w.HBox([self.typing, *acts], layout=wrap),
                w.HBox(senses, layout=wrap),
                w.HBox([self.stance, self.many], layout=wrap),
                self.preview,
                w.HBox([self.note, self.tags], layout=wrap),
                self.message,
                w.HBox([self.compared, self.earlier], layout=wrap),
                self.agreement,
            ]
        )
        self.refresh()

    def press(self, key: str) -> None:
        """Do what a key says."""
        if key == MANY:
            self.many.value = not self.many.value and not self.many.disabled
        else:
            self.refresh(self._done_by(key))

    def _done_by(self, key: str) -> str:
        work = self.work
        if key == UNDO:
            return f"Taken back: {count_of(n, 'mention')}." if (n := work.undo()) else "Nothing to take back."
        if work.current is None:
            return ""
        if key == POSTPONE:
            work.postpone()
            return "Postponed."
        sense, stance = self._meant(key)
        if not sense:
            return f"The key {key} has no meaning."
        stance, self.stance.value = self.stance.value or stance, ""
        n = work.decide_all(sense, stance) if self.many.value else 1
        if not self.many.value:
            work.decide(sense, stance)
        return f"{count_of(n, 'mention')} decided: {self.names.get(sense, sense)}."

    def _acts(self) -> list[tuple[str, str, str]]:
        """Label, key and tooltip of the buttons that accept what is proposed."""
        return [("accept", ACCEPT, "the sense was read right")]

    def _meant(self, key: str) -> tuple[str, str]:
        """The sense and stance that a key stands for, "" for none."""
        assert self.work.current is not None
        return (str(self.work.current["sense"]) if key == ACCEPT else self.keys.get(key, "")), ""

    def refresh(self, said: str = "") -> None:
        """Show the current mention and where the work stands."""
        work, entry = self.work, Entry()
        if (current := work.current) is not None:
            entry = work.entry(str(current.name))
        self.card.value = ALL_DONE if current is None else mention_html(current, self.names, self._said(entry))
        later = sum(work.entry(m).postponed for m in work.queue)
        total = len(work.done) + len(work.queue)
        progress = f"{len(work.done)} of {total} decided" + (f", {later} postponed" if later else "")
        self.count.value = f"<p><b>{progress}</b></p>"
        self.filling = True
        self.note.value, self.tags.value = entry.note, "; ".join(entry.tags)
        self.many.value, self.compared.value = False, ""
        self.earlier.options = [("choose a mention", ""), *self._earlier()]
        self.earlier.value = None  # JupyterLab shows nothing after new options until the value changes
        self.earlier.value = ""
        self.filling = False
        self._show_criteria()
        self._show_many()
        saved = f"Saved in {work.journal.path.name}." if work.journal.entries else ""
        self.message.value = status_html([said, saved])
        self.agreement.value = f"<p>{escape(self._so_far())}</p>"

    def _so_far(self) -> str:
        return str(self.work.so_far())

    def _said(self, entry: Entry) -> str:
        """What was said of the mention before, as HTML."""
        if not (entry.sense or entry.postponed):
            return ""
        stance = f", {entry.stance}" if entry.stance else ""
        told = f"You decided: {self.names.get(entry.sense, entry.sense)}{stance}" if entry.sense else "Postponed"
        return f"<p>{escape(told)}</p>"

    def _show_criteria(self) -> None:
        if self.filling:
            return
        shown = self._proposed()
        if self.compared.value:
            shown.setdefault(self.compared.value, "Chosen")
        self.criteria.value = criteria_html(self.inventory, shown, self.work.cues)

    def _proposed(self) -> dict[str, str]:
        """The senses whose criteria are in view, and what each is here."""
        row = self.work.current
        return {} if row is None else {row["sense"]: "Read as", row["runner_up"]: "Runner-up"}

    def _show_many(self) -> None:
        if self.filling:
            return
        words, ids = self.work.same_words
        several = len(ids) > 1
        alike = f"all {len(ids):,} open mentions of “{words}”" if several else "no other open mention has these words"
        self.many.disabled, self.many.description = not several, f"{MANY}  {alike}"
        shown = several and self.many.value
        self.preview.value = many_html(words, self.work.readings.loc[ids]) if shown else ""

    def _earlier(self) -> list[tuple[str, str]]:
        """What the reviewer said something of, latest first, with the mention's words."""
        entries = sorted(self.work.journal.entries.items(), key=lambda item: -item[1].line)[:LATEST]
        rows = self.work.readings.loc[[mention_id for mention_id, _ in entries]]
        options = []
        for (mention_id, entry), sentence, paper in zip(entries, rows["sentence"], rows["paper_id"], strict=True):
            what = self.names.get(entry.sense, entry.sense) or ("postponed" if entry.postponed else "open")
            beside = "; ".join(filter(None, [entry.note, *entry.tags]))
            words = " ".join(sentence.split())[:60]
            options.append((f"{what}{f' ({beside})' if beside else ''}: {words} [{paper}]", mention_id))
        return options

    def _go_back(self, change: dict[str, Any]) -> None:
        if not self.filling and change["new"]:
            self.work.show(change["new"])
            self.refresh()

    def _noted(self, _: dict[str, Any]) -> None:
        if self.filling or self.work.current is None:
            return
        if self.work.annotate(self.note.value, tags_of(self.tags.value)):
            self.message.value = status_html(["Noted.", f"Saved in {self.work.journal.path.name}."])

    def _typed(self, change: dict[str, Any]) -> None:
        # The box is not emptied: what the reader types while the emptying is on its way would be counted twice.
        old, new = change["old"], change["new"]
        for key in new[len(old) :].lower() if new.startswith(old) else "":
            self.press(key)

    def _button(self, label: str, key: str, tooltip: str) -> Any:
        return button(f"{key}  {label}", lambda: self.press(key), tooltip)

    def _definition(self, sense: str) -> str:
        return self.inventory[sense].definition if sense in self.inventory.ids else WITHOUT[sense][1]


def button(label: str, act: Callable[[], None], tooltip: str) -> Any:
    """A button as wide as its label."""
    import ipywidgets as w

    made = w.Button(description=label, tooltip=tooltip, layout=w.Layout(width="auto"))
    made.on_click(lambda _: act())
    return made


def choice(description: str, options: list[tuple[str, str]]) -> Any:
    """A list to choose from, with its whole description."""
    import ipywidgets as w

    return w.Dropdown(description=description, options=options, style={"description_width": "initial"})


def field(description: str, placeholder: str) -> Any:
    """A field whose text counts when the reader leaves it or presses Enter."""
    import ipywidgets as w

    return w.Text(description=description, placeholder=placeholder, continuous_update=False)
