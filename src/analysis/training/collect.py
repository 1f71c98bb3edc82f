"""The labelled mentions with their texts: the shipped labels on texts that do not ship, and sentences that do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.common.tables import make_table
from analysis.inventory.inventory import Inventory
from analysis.inventory.marks import unmark
from analysis.senses.labels import align_labels, read_labels

if TYPE_CHECKING:
    import pandas as pd

LABELS = ("bias_mentions.csv", "other_fields.csv", "more_mentions.csv", "disciplines.csv")
WRITTEN = "written_examples.csv"


class LabelledTexts(NamedTuple):
    """Mentions and labels, row by row the same, and the papers they stand in."""

    mentions: pd.DataFrame
    labels: pd.DataFrame
    papers: pd.DataFrame


def collect(
    corpora: Sequence[Path],
    inventory: Inventory,
    *,
    folder: Path | None = None,
    known: pd.DataFrame | None = None,
) -> LabelledTexts:
    """Join the labels of ``folder`` (default: data/annotations) with their texts in ``corpora``; add what was written
    for this project, which are also the examples of ``inventory``.

    Labels of mentions that are in ``known`` (paper_id, field, start) are left out. Raises ``BadInput`` when a label
    has no mention in the texts.
    """
    import pandas as pd

    from analysis.collection import load_papers
    from analysis.mentions.find import find_excluded, find_mentions

    folder = folder or resource("data", "annotations")
    labels = pd.concat([read_labels(folder / name).assign(file=name) for name in LABELS], ignore_index=True)
    papers, own_labels = written(folder / WRITTEN, inventory)
    labels = pd.concat([labels, own_labels], ignore_index=True)
    if known is not None:
        labels = labels[~_places(labels).isin(_places(known))]
    if corpora:
        papers = pd.concat([load_papers(*corpora, keep_duplicates=True).papers, papers], ignore_index=True)
    papers = papers[papers["paper_id"].isin(labels["paper_id"])].drop_duplicates("paper_id")
    family = inventory.family()
    mentions = find_mentions(papers, family)
    aligned = align_labels(labels.reset_index(drop=True), mentions)
    lost = aligned.lost[~_within(aligned.lost, find_excluded(papers, family))]  # a link holds letters, not a mention
    if len(lost):
        first = lost.iloc[0]
        raise BadInput(
            f"{first['file']}: {first['paper_id']} {first['field']} {first['start']}: {first['reason']}; name the "
            f"files that hold the texts of new labels ({len(lost):,} have none)"
        )
    mentions = mentions.set_index("mention_id").loc[aligned.labels["mention_id"]].reset_index()
    return LabelledTexts(mentions, aligned.labels.drop(columns="mention_id").reset_index(drop=True), papers)


def unlabelled(corpora: Sequence[Path], texts: LabelledTexts) -> LabelledTexts:
    """The mentions in ``corpora`` that have no label, as ``collect`` gives the others; sense and stance are ""."""
    from analysis.collection import load_papers
    from analysis.mentions.find import find_mentions

    papers = load_papers(*corpora, keep_duplicates=True).papers.drop_duplicates("paper_id")
    mentions = find_mentions(papers)
    mentions = mentions[~_places(mentions).isin(_places(texts.labels))].reset_index(drop=True)
    labels = mentions[["paper_id", "field", "start", "end", "surface"]].assign(
        sense="", stance="", confidence="", probabilities="", file=""
    )
    return LabelledTexts(mentions, labels, papers[papers["paper_id"].isin(mentions["paper_id"])])


def _within(labels: pd.DataFrame, excluded: pd.DataFrame) -> np.ndarray:
    """Which labels stand inside an excluded word."""
    rows = excluded[["paper_id", "field", "start", "end"]].to_numpy().tolist()
    words = {(paper_id, field, at) for paper_id, field, start, end in rows for at in range(start, end)}
    places = zip(labels["paper_id"], labels["field"], labels["start"], strict=True)
    return np.array([place in words for place in places], dtype=bool)


def _places(labels: pd.DataFrame) -> pd.MultiIndex:
    import pandas as pd

    return pd.MultiIndex.from_frame(labels[["paper_id", "field", "start"]])


def written(path: Path, inventory: Inventory) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The texts written for this project, as papers and labels: those of ``path``, and the inventory's examples.

    A text that stands in several rows, each with another mention marked, is one paper.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    numbers: dict[tuple[str, str], int] = {}
    table = pd.read_csv(path, dtype=str, keep_default_na=False)
    for title, marked, sense, stance in table[["title", "sentence", "sense", "stance"]].to_numpy().tolist():
        text, start, end = unmark(marked)
        number = numbers.setdefault((title, text), len(numbers) + 1)
        rows.append(_label(f"written:{number}", title, text, start, end, sense, stance))
    for known in inventory.senses:
        for number, example in enumerate(known.examples, 1):
            rows.append(_label(f"example:{known.id}:{number}", "", *unmark(example), known.id, ""))
    table = pd.DataFrame(rows)
    papers = table.drop_duplicates("paper_id")[["paper_id", "title", "abstract"]]
    return make_table("papers", papers), table.drop(columns=["title", "abstract"])


def _label(paper_id: str, title: str, text: str, start: int, end: int, sense: str, stance: str) -> dict[str, Any]:
    return {
        "paper_id": paper_id, "title": title, "abstract": text, "field": "abstract", "start": start, "end": end,
        "surface": text[start:end], "sense": sense, "stance": stance, "confidence": "high", "probabilities": "",
        "file": WRITTEN,
    }  # fmt: skip
