"""The shipped labels beside what heads read that had seen no mention of the same paper."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.common.resources import resource
from analysis.common.tables import replacing

if TYPE_CHECKING:
    import pandas as pd


HELD_OUT = ("data", "models", "held_out.csv")


READING = ("sense", "confidence", "parent", "parent_confidence", "stance", "stance_confidence")
WITHOUT = "_without_scores"


_PREFIXES = {
    "robotics-": "robotics",
    "emnlp2020-": "language",
    "iclr2020-": "machine learning",
    "reviews-": "medicine and software engineering",
    "pubmedqa-": "medicine and software engineering",
}


_SUBJECTS = {
    "cs.CL": "language", "cs.CV": "vision", "eess.IV": "vision", "cs.GR": "vision", "cs.AI": "artificial intelligence",
    "cs.LG": "machine learning", "stat.ML": "machine learning", "cs.RO": "robotics",
}  # fmt: skip


OTHER = "other fields"


# Fields that the encoder, too, was trained without: a group of them at a time, since each group costs a fine-tuning.
LEFT_OUT = (
    ("climate and hydrology",),
    ("condensed matter", "genetics and molecular biology", "economics", "robotics"),
    ("ecology and evolution", "psychology", "education and language"),
    (
        "medicine", "medicine and software engineering", "social and political science", "behavioural public policy",
    ),
)  # fmt: skip


@cache
def shipped_readings(*, scores: bool = True) -> pd.DataFrame:
    """The out-of-fold readings that ship: one row per shipped label, with fold, field of research, label and reading.

    Columns: paper_id, field (title or abstract), start, end, surface, label, label_stance, certainty (the
    labeller's own), fold, research, sense, confidence, runner_up, parent, parent_confidence, stance, stance_confidence,
    the same but for the runner-up by heads that read no scores (sense_without_scores and so on), sense_left_out,
    parent_left_out and stance_left_out (by heads that saw nothing of that field of research), collocation, bertopic.
    Without ``scores`` the readings of ``READING`` are those of the heads that read none.
    """
    import pandas as pd

    table = pd.read_csv(resource(*HELD_OUT), dtype={"paper_id": str}, keep_default_na=False)
    if scores:
        return table
    return table.assign(**{name: table[f"{name}{WITHOUT}"] for name in READING if f"{name}{WITHOUT}" in table})


def save_readings(readings: pd.DataFrame, folder: Path) -> None:
    """Write readings as ``held_out.csv``, confidences to four digits."""
    with replacing(folder / HELD_OUT[-1]) as temporary:
        readings.to_csv(temporary, index=False, float_format="%.4f", lineterminator="\n")


def research_fields(papers: pd.Series) -> list[str]:
    """The field of research of each labelled paper: by its file, or by its subject in annotations/fields.csv, which is
    an arXiv class or the name of a field in ``LEFT_OUT``."""
    import pandas as pd

    table = pd.read_csv(resource("data", "annotations", "fields.csv"), dtype=str)
    subject = dict(zip(table["paper_id"], table["subject"], strict=True))
    grouped = {field for group in LEFT_OUT for field in group}
    fields = []
    for paper in papers:
        collection = next((name for prefix, name in _PREFIXES.items() if paper.startswith(prefix)), "")
        own = subject.get(paper, "")
        fields.append(collection or _SUBJECTS.get(own, own if own in grouped else OTHER))
    return fields


def labelled_fields() -> dict[str, int]:
    """How many of the labelled mentions come from each field of research that has a name, most first."""
    counts = shipped_readings()["research"].value_counts()
    return {str(field): int(n) for field, n in counts.items() if field != OTHER}


def labelled_papers() -> set[str]:
    """Ids of the papers whose mentions were labelled to train and test the shipped heads."""
    return set(shipped_readings()["paper_id"])
