"""The numbers of a flow diagram: what became of the records, source by source, down to the mentions."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.common.errors import BadInput
from analysis.common.tables import takes_frames

if TYPE_CHECKING:
    import pandas as pd

    from analysis.collection.load import Collection

STAGES = (
    "read", "unreadable", "duplicate", "excluded", "kept", "without abstract", "not in English", "with the term",
    "mentions",
)  # fmt: skip


@takes_frames
def record_flow(collection: Collection, mentions: pd.DataFrame | None = None) -> pd.DataFrame:
    """Count the records at each stage, in the spirit of PRISMA 2020's flow diagram (Page et al. 2021).

    Returns a DataFrame with the columns stage, source and n: one row for each stage and source, and one with source ""
    for all of them, which is their sum. For every source *read* = *unreadable* + *duplicate* + *excluded* + *kept*;
    *without abstract*, *not in English* and *with the term* are parts of *kept*. The last two stages, the papers with
    a mention and the mentions, are there only if ``mentions`` (a mentions table) is given.
    Raises ``BadInput`` when the audit and the papers do not tell the same story.
    """
    import pandas as pd

    papers, audit = collection.papers, collection.audit
    records = audit[audit["status"] != "not a record"]
    counts = {"read": records["source"].value_counts()}
    for status in ("unreadable", "duplicate", "excluded", "kept"):
        counts[status] = records.loc[records["status"] == status, "source"].value_counts()
    if not counts["kept"].sort_index().equals(papers["source"].value_counts().sort_index()):
        raise BadInput("the audit does not belong to these papers: it keeps others than the papers table has")
    counts["without abstract"] = papers.loc[papers["abstract"] == "", "source"].value_counts()
    other = ~papers["language"].isin(["en", ""])
    counts["not in English"] = papers.loc[other, "source"].value_counts()
    if mentions is not None:
        has_term = papers["paper_id"].isin(mentions["paper_id"])
        counts["with the term"] = papers.loc[has_term, "source"].value_counts()
        source_of = papers.set_index("paper_id")["source"]
        counts["mentions"] = mentions["paper_id"].map(source_of).value_counts()
    sources = list(dict.fromkeys(records["source"]))
    rows = []
    for stage in STAGES:
        if stage in counts:
            by_source = [(stage, source, int(counts[stage].get(source, 0))) for source in sources]
            rows += [*by_source, (stage, "", sum(n for _, _, n in by_source))]
    return pd.DataFrame(rows, columns=["stage", "source", "n"])
