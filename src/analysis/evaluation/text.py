"""An evaluation in plain text, for a terminal."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.common.wording import count_of
from analysis.evaluation.report import COMPARED, FIGURES, OF_CLUSTERS, str_of
from analysis.statistics.bootstrap import Estimate

if TYPE_CHECKING:
    import pandas as pd

    from analysis.evaluation.report import Evaluation


def evaluation_text(evaluation: Evaluation) -> str:
    """The tables of an evaluation as aligned lines."""
    about = evaluation.about
    others = f", {about['other']:,} other" if about.get("other") else ""
    parts = [
        f"{count_of(about['mentions'], 'labelled mention')} of {count_of(about['papers'], 'paper')}, "
        f"{about['unclear']:,} of them labelled unclear{others} (not in the figures of clusters). "
        f"In brackets: 95% interval from {about['draws']:,} bootstrap samples of papers.",
        *(f"{note}" for note in about.get("notes", ())),
        aligned(evaluation.table()),
        aligned(trust_table(evaluation.figures)),
        aligned(joined_table(evaluation.senses)),
    ]
    parts += [
        aligned(table)
        for table in (joined_table(evaluation.stances), joined_table(evaluation.parts), evaluation.stability)
        if len(table)
    ]
    return "\n\n".join(parts) + "\n"


def joined_table(figures: pd.DataFrame) -> pd.DataFrame:
    """A table of figures with each interval in the cell of its figure instead of columns of its own."""
    table = figures.copy()
    for figure in figures.columns:
        if f"{figure}_low" in figures.columns:
            spans = zip(table[figure], table.pop(f"{figure}_low"), table.pop(f"{figure}_high"), strict=True)
            table[figure] = [str_of(Estimate(*span)) for span in spans]
    return table


def trust_table(figures: pd.DataFrame) -> pd.DataFrame:
    """The figures of this project alone: calibration, coverage, stances."""
    import pandas as pd

    rows = figures[(figures["method"] == "head") & ~figures["figure"].isin(COMPARED)]
    cells = [str_of(Estimate(*span), 3) for span in zip(rows["value"], rows["low"], rows["high"], strict=True)]
    names = rows["figure"].map(FIGURES).to_numpy()
    return pd.DataFrame({"figure": names, "value": cells, "over": rows["n"].to_numpy()})


def without_scores_table(figures: pd.DataFrame) -> pd.DataFrame:
    """What the scores are worth: the figures of the heads with them and without."""
    import pandas as pd

    both = [figures[figures["method"] == method].set_index("figure") for method in ("head", "without_scores")]
    shown = [name for name in FIGURES if all(name in rows.index for rows in both) and name not in OF_CLUSTERS]
    cells = [[str_of(Estimate(*rows.loc[name, ["value", "low", "high"]]), 3) for name in shown] for rows in both]
    table = {"figure": [FIGURES[name] for name in shown], "with scores": cells[0], "without": cells[1]}
    return pd.DataFrame(table)


def aligned(table: pd.DataFrame) -> str:
    """A table as text with columns in line: text at the left, numbers at the right."""
    cells = [[str(c).replace("_", " ") for c in table.columns]]
    cells += [[cell(value) for value in row] for row in table.itertuples(index=False)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    number = [table[c].dtype.kind in "if" for c in table.columns]
    lines = (
        "  ".join(cell.rjust(w) if right else cell.ljust(w) for cell, w, right in zip(row, widths, number, strict=True))
        for row in cells
    )
    return "\n".join(line.rstrip() for line in lines)


def novelty_text(table: pd.DataFrame) -> str:
    """Mean precision and recall over the senses that were left out, those tuned on and the others: one sentence each.

    ``table`` is what ``shipped_novelty`` gives; of a sense of which nothing was flagged precision is 0.
    """
    said = []
    for tuned, of in (("no", "that no weight was fitted on"), ("yes", "that the weights were fitted on")):
        own = table[table["tuned"] == tuned].fillna(0)
        precision, recall, *tenth = own[["precision", "recall", "tenth_precision", "tenth_recall"]].mean()
        said.append(
            f"Mean over the {len(own):,} senses {of}: precision {precision:.2f}, recall {recall:.2f}; where a tenth of "
            f"the mentions has the sense, {tenth[0]:.2f} and {tenth[1]:.2f}."
        )
    return " ".join(said)


def cell(value: object) -> str:
    """A value as text: floats with three digits, thousands with a comma, nothing for no number."""
    if isinstance(value, float):
        return f"{value:.3f}" if value == value else ""
    return f"{value:,}" if isinstance(value, int) else str(value)
