"""The labelled mentions with their texts: the shipped labels on texts that do not ship, and sentences that do."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from analysis.errors import BadInput
from analysis.resources import resource
from analysis.senses.cues import unmark
from analysis.senses.inventory import load_inventory
from analysis.senses.labels import align_labels, read_labels
from analysis.tables import make_table

if TYPE_CHECKING:
    import pandas as pd

LABELS = ("bias_mentions.csv", "other_fields.csv", "more_mentions.csv")
WRITTEN = "written_examples.csv"


class LabelledTexts(NamedTuple):
    """Mentions and labels, row by row the same, and the papers they stand in."""

    mentions: pd.DataFrame
    labels: pd.DataFrame
    papers: pd.DataFrame


def collect(corpora: Sequence[Path]) -> LabelledTexts:
    """Join the shipped labels with their texts in ``corpora``; add what was written for this project.

    Raises ``BadInput`` when a label has no mention in the texts.
    """
    import pandas as pd

    from analysis.collection import load_papers
    from analysis.mentions import find_mentions

    folder = resource("data", "annotations")
    labels = pd.concat([read_labels(folder / name).assign(file=name) for name in LABELS], ignore_index=True)
    papers = load_papers(*corpora, keep_duplicates=True).papers
    papers = papers[papers["paper_id"].isin(labels["paper_id"])].drop_duplicates("paper_id")
    own_papers, own_labels = written(folder / WRITTEN)
    papers = pd.concat([papers, own_papers], ignore_index=True)
    mentions = find_mentions(papers)
    aligned = align_labels(pd.concat([labels, own_labels], ignore_index=True), mentions)
    if len(aligned.lost):
        raise BadInput(f"{len(aligned.lost)} labels have no mention, such as {aligned.lost.iloc[0].to_dict()}")
    mentions = mentions.set_index("mention_id").loc[aligned.labels["mention_id"]].reset_index()
    return LabelledTexts(mentions, aligned.labels.drop(columns="mention_id").reset_index(drop=True), papers)


def written(path: Path) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The texts written for this project, as papers and labels: those of ``path``, and the inventory's examples.

    A text that stands in several rows, each with another mention marked, is one paper.
    """
    import pandas as pd

    rows: list[dict[str, Any]] = []
    numbers: dict[tuple[str, str], int] = {}
    told = pd.read_csv(path, dtype=str, keep_default_na=False)
    for title, marked, sense, stance in told[["title", "sentence", "sense", "stance"]].to_numpy().tolist():
        text, start, end = unmark(marked)
        number = numbers.setdefault((title, text), len(numbers) + 1)
        rows.append(_label(f"written:{number}", title, text, start, end, sense, stance))
    for known in load_inventory().senses:
        for number, example in enumerate(known.examples, 1):
            rows.append(_label(f"example:{known.id}:{number}", "", *unmark(example), known.id, ""))
    table = pd.DataFrame(rows)
    papers = table.drop_duplicates("paper_id")[["paper_id", "title", "abstract"]]
    return make_table("papers", papers), table.drop(columns=["title", "abstract"])


def _label(paper_id: str, title: str, text: str, start: int, end: int, sense: str, stance: str) -> dict[str, Any]:
    return {
        "paper_id": paper_id, "title": title, "abstract": text, "field": "abstract", "start": start, "end": end,
        "surface": text[start:end], "sense": sense, "stance": stance, "confidence": "high", "file": WRITTEN,
    }  # fmt: skip
