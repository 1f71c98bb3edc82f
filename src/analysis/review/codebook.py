"""The guideline as a codebook: what a reader needs to label mentions as the inventory means it, in Markdown."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.inventory.inventory import CUE_KINDS, OTHER, UNCLEAR, Inventory, Sense
from analysis.inventory.marks import Cut, cut_at_marks, cut_at_mention
from analysis.review.look import CUES

if TYPE_CHECKING:
    from analysis.study.study import Study


def codebook(inventory: Inventory, study: Study | None = None) -> str:
    """Markdown codebook of an inventory: task, senses (definition, other names, cues, examples), stances, word family.

    With ``study``, each sense also states how many mentions it has there and gives the most confident one as a quote
    from its paper. Text of inventory and papers is escaped, so that it shows as it stands.
    """
    term = _plain(inventory.term)
    parts = [
        f"# Codebook: the senses of “{term}”",
        f"Give each mention of *{term}* exactly one sense: the one in which the word is used there, not the paper's "
        f"topic. {_without_sense(inventory)}",
        "## Senses",
        *(part for sense in inventory.senses for part in _sense(sense, study)),
    ]
    if inventory.stances:
        parts += [
            "## Stances",
            "What the authors do with it in that sentence.",
            "\n".join(f"- `{_code(stance.id)}`: {_plain(stance.definition)}" for stance in inventory.stances.values()),
        ]
    if inventory.prefixes or inventory.also or inventory.exceptions:
        parts.append("## Word family")
    if inventory.prefixes:
        prefixes = ", ".join(f"*{_plain(prefix)}-*" for prefix in inventory.prefixes)
        parts.append(f"Inflections of the term count as mentions, also with the prefixes {prefixes}.")
    if inventory.also:
        parts.append(f"These forms count, too: {', '.join(f'*{_plain(form)}*' for form in inventory.also)}.")
    if inventory.exceptions:
        parts += [
            "Words that merely contain the letters are no mentions:",
            "\n".join(f"- {_plain(word)}: {_plain(reason)}" for word, reason in inventory.exceptions.items()),
        ]
    return "\n\n".join(parts) + "\n"


def _without_sense(inventory: Inventory) -> str:
    """What to do where no sense can be given."""
    if OTHER not in inventory.no_sense:
        return f"Where none fits or the context does not decide, the label is `{UNCLEAR}`."
    return f"Where none fits, the label is `{OTHER}`; where the context does not decide, `{UNCLEAR}`."


def _sense(sense: Sense, study: Study | None) -> list[str]:
    parts = [f"### `{_code(sense.id)}`: {_plain(sense.name)}", _plain(sense.definition)]
    if sense.aliases:
        parts.append(f"Also called: {', '.join(map(_plain, sense.aliases))}.")
    cues = [(kind, sense.cues[kind]) for kind in CUE_KINDS if sense.cues.get(kind)]
    if cues:
        lines = (f"- {CUES[kind]}: {', '.join(f'*{_plain(c)}*' for c in patterns)}" for kind, patterns in cues)
        parts += ["Words that speak for it:", "\n".join(lines)]
    if sense.examples:
        parts += ["Examples:", "\n".join(f"{n}. {_example(text)}" for n, text in enumerate(sense.examples, 1))]
    if study is not None:
        parts += _in_study(sense, study)
    return parts


def _in_study(sense: Sense, study: Study) -> list[str]:
    rows = study.readings
    own = rows[rows["sense"] == sense.id].sort_values(["confidence", "mention_id"], ascending=[False, True])
    if own.empty:
        return ["In this study: no mention."]
    best = own.iloc[0]
    quote = _bold(cut_at_mention(best))
    count = f"In this study: {len(own):,} mention{'s' * (len(own) > 1)}, such as"
    return [count, f"> {quote} ({_plain(best['paper_id'])})"]


def _example(text: str) -> str:
    cut = cut_at_marks(text)
    return _bold(cut) if cut else _plain(text)


def _bold(cut: Cut) -> str:
    return cut.marked("**", "**", _plain)


def _plain(text: str) -> str:
    """Text that neither Markdown nor HTML can take for markup, on one line."""
    escaped = re.sub(r"([\\`*_{}\[\]#|~$])", r"\\\1", re.sub(r"\s+", " ", str(text)))
    return escaped.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def _code(text: str) -> str:
    """Text for a code span: no backtick, no line end."""
    return re.sub(r"[`\s]+", " ", str(text))
