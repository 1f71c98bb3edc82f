"""What the panels show, as HTML with all text escaped: a mention in its paper, the criteria of senses, a preview."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from html import escape
from typing import TYPE_CHECKING

from analysis.common.wording import listed
from analysis.inventory.inventory import CUE_KINDS, OTHER, UNCLEAR, Inventory
from analysis.inventory.marks import Cut, cut, cut_at_marks, cut_at_mention
from analysis.senses.probable import said_of

if TYPE_CHECKING:
    import pandas as pd

    from analysis.senses.cues import Cue

CUES = {"modifier": "before it", "head": "after it", "verb": "governing verb", "context": "in its sentence"}
WITHOUT = {  # what labels that are no sense are called, and when they are given
    OTHER: ("Other", "The context is clear, and none of the senses fits."),
    UNCLEAR: ("Unclear", "The context does not decide which of the senses is meant."),
}
LISTED = 50  # mentions of a preview; more are counted
SOME = 5  # cues of each kind


def names_of(inventory: Inventory) -> dict[str, str]:
    """The name of each sense, of its parents, and of the labels that are no sense."""
    named = {parent.id: parent.name for parent in inventory.parents}
    named |= {sense.id: sense.name for sense in inventory.senses}
    return named | {label: WITHOUT[label][0] for label in inventory.no_sense}


def mention_html(row: pd.Series, names: Mapping[str, str], said: str = "") -> str:
    """A mention in its text as HTML: what was read, what was ``said`` of it (HTML), the title, the abstract."""
    texts = {"title": row["title"], "abstract": row["abstract"]}
    shown = {field: escape(text) for field, text in texts.items()}
    shown[row["field"]] = _marked(cut(texts[row["field"]], int(row["start"]), int(row["end"])))
    read = f"{names.get(row['sense'], row['sense'])} ({row['confidence']:.2f})"
    second = f", else {names.get(row['runner_up'], row['runner_up'])}" if row["runner_up"] else ""
    given = "Given by a person" if row["reviewed"] else "Read as"
    if (told := said_of(row)).label != row["sense"]:
        second += f"; surely {names.get(told.label, told.label)} ({told.confidence:.2f})"
    return (
        f'<div style="max-width:60em;line-height:1.5"><p>{given}: <b>{escape(read)}</b>{escape(second)}</p>{said}'
        f"<p><b>{shown['title']}</b></p><p>{shown['abstract']}</p></div>"
    )


def criteria_html(inventory: Inventory, senses: Mapping[str, str], here: Sequence[Cue] = ()) -> str:
    """The criteria of some senses side by side: definition, other names, cues and an example.

    ``senses`` maps the id of a sense to what it is here, such as "Read as"; ids that are no sense are left out.
    ``here`` are the cues that fire for the mention (``find_cues``).
    """
    boxes = [_criteria(inventory, sense, role, here) for sense, role in senses.items() if sense in inventory.order]
    return f'<div style="line-height:1.3">{"".join(boxes)}</div>'


def many_html(words: str, rows: pd.DataFrame) -> str:
    """The mentions that one decision would be about, in their sentences; ``rows`` are of the mentions table."""
    shown = rows.head(LISTED).to_dict("records")
    items = "".join(f"<li>{_marked(cut_at_mention(row))} ({escape(str(row['paper_id']))})</li>" for row in shown)
    rest = f"<p>and {len(rows) - LISTED:,} more</p>" if len(rows) > LISTED else ""
    return (
        f"<details open><summary>The next decision is about {len(rows):,} open mentions of “{escape(words)}”</summary>"
        f'<ul style="max-height:14em;overflow:auto;line-height:1.4" tabindex="0">{items}</ul>{rest}</details>'
    )


def status_html(parts: Sequence[str]) -> str:
    """A line that assistive technology reads out when it changes."""
    return f'<p role="status">{escape(" ".join(part for part in parts if part))}</p>'


def _criteria(inventory: Inventory, sense_id: str, role: str, here: Sequence[Cue]) -> str:
    if sense_id in inventory.no_sense:
        name, text = WITHOUT[sense_id]
        return f"<section><p>{escape(role)}: <b>{name}</b></p><p>{text}</p></section>"
    sense = inventory[sense_id]
    parts = [f"{escape(role)}: <b>{escape(sense.name)}</b>", escape(sense.definition)]
    if sense.aliases:
        parts.append(f"Also called: {escape(', '.join(sense.aliases))}.")
    if fired := [cue.pattern for cue in here if cue.sense == sense_id]:
        parts.append(f"Here <b>{escape(', '.join(dict.fromkeys(fired)))}</b> speaks for it.")
    cues = [
        f"{CUES[kind]} <i>{escape(listed(sense.cues[kind], most=SOME))}</i>"
        for kind in CUE_KINDS
        if sense.cues.get(kind)
    ]
    if cues:
        parts.append(f"Cues: {'; '.join(cues)}.")
    if sense.examples:
        found = cut_at_marks(sense.examples[0])
        parts.append(f"Example: {_marked(found) if found else escape(sense.examples[0])}")
    return f"<section>{''.join(f'<p>{part}</p>' for part in parts)}</section>"


def _marked(found: Cut) -> str:
    return found.marked("<mark><b>", "</b></mark>", escape)
