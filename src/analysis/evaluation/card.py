"""The figures in the model card (data/models/README.md): written from the evaluation, never typed."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from analysis.common.wording import listed
from analysis.evaluation.evidence import aims_table, quantities_table, shipped_evidence
from analysis.evaluation.report import Evaluation
from analysis.evaluation.text import cell, joined_table, novelty_text, trust_table, without_scores_table
from analysis.evaluation.validity import shipped_false_alarms, shipped_novelty

if TYPE_CHECKING:
    import pandas as pd

WEAK = 0.65  # senses whose F1 is below this are named as weak


def fill_card(card: str, evaluation: Evaluation) -> str:
    """The card with the text between each ``<!-- name -->`` and ``<!-- end -->`` made anew.

    Names: about, methods, trust, without, senses, weak, stances, parts, novel, novel_means,
    novel_disciplines, false_alarms, stability; evidence, roles, entities, quantities, whose figures are
    ``shipped_evidence``'s. Raises ``KeyError`` for another.
    """
    blocks = _blocks(evaluation)
    return re.sub(
        r"(<!-- (\w+) -->\n).*?(<!-- end -->)", lambda m: f"{m[1]}{blocks[m[2]]}\n{m[3]}", card, flags=re.DOTALL
    )


def _blocks(evaluation: Evaluation) -> dict[str, str]:
    about, senses, evidence = evaluation.about, evaluation.senses, shipped_evidence()
    weak = senses[senses["f1"] < WEAK].sort_values("f1")
    named = [f"`{sense}` ({f1:.2f})" for sense, f1 in zip(weak["sense"], weak["f1"], strict=True)]
    others = f", {about['other']:,} other" if about.get("other") else ""
    return {
        "about": f"{about['mentions']:,} mentions of {about['papers']:,} papers; {about['unclear']:,} are labelled "
        f"unclear{others}. Intervals: 95%, {about['draws']:,} bootstrap samples of papers. Cues, words and both heads "
        f"together read about {about['speed']:,} mentions a second on one core, after encoding.",
        "methods": markdown(evaluation.table()),
        "trust": markdown(trust_table(evaluation.figures)),
        "without": markdown(without_scores_table(evaluation.figures)),
        "senses": markdown(joined_table(senses)),
        "weak": f"F1 below {WEAK}: {listed(named)}." if named else f"None has an F1 below {WEAK}.",
        "stances": markdown(joined_table(evaluation.stances)),
        "parts": markdown(joined_table(evaluation.parts)),
        "novel": markdown(shipped_novelty()),
        "novel_means": novelty_text(shipped_novelty()),
        "novel_disciplines": markdown(shipped_novelty(disciplines=True)),
        "false_alarms": markdown(shipped_false_alarms()),
        "stability": markdown(evaluation.stability),
        "evidence": markdown(aims_table(evidence.figures)),
        "roles": markdown(joined_table(evidence.roles)),
        "entities": markdown(joined_table(evidence.entities)),
        "quantities": markdown(quantities_table(evidence.quantities)),
    }


def markdown(table: pd.DataFrame) -> str:
    """A table in Markdown, numbers at the right."""
    columns = list(table.columns)
    lines = [
        [str(c).replace("_", " ") for c in columns],
        ["--:" if table[c].dtype.kind in "if" else "---" for c in columns],
        *([cell(value).replace("|", "\\|") for value in row] for row in table.itertuples(index=False)),
    ]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)
