"""What a collection consists of: the fate of its records, what its papers say of themselves, their years."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

_FIELDS = ("title", "abstract", "authors", "year", "venue", "doi", "url", "keywords", "subjects")


def record_fates(audit: pd.DataFrame) -> pd.DataFrame:
    """How many records had which fate, and why: status, reason, records; the commonest first within a status."""
    counts = audit.groupby(["status", "reason"], dropna=False).size().reset_index(name="records")
    return counts.sort_values(["status", "records", "reason"], ascending=[True, False, True], ignore_index=True)


def field_coverage(papers: pd.DataFrame) -> pd.DataFrame:
    """For how many papers each field is known: field, papers, of, share."""
    import pandas as pd

    of = len(papers)
    rows = []
    for field in _FIELDS:
        values = papers[field]
        known = sum(values.notna() if field == "year" else (len(value) > 0 for value in values))
        rows.append((field, int(known), of, known / of if of else float("nan")))
    return pd.DataFrame(rows, columns=["field", "papers", "of", "share"])


def papers_by_year(papers: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """Papers of each year, and how many of them use the term: year, papers, using; undated papers are left out."""
    using = set(mentions["paper_id"])
    dated = papers[papers["year"].notna()]
    table = dated.assign(using=dated["paper_id"].isin(using)).groupby("year")["using"].agg(["size", "sum"])
    table = table.rename(columns={"size": "papers", "sum": "using"}).astype(int).reset_index()
    return table.astype({"year": int})


def paper_list(papers: pd.DataFrame, mentions: pd.DataFrame) -> pd.DataFrame:
    """The papers with how often each uses the term: paper_id, title, year, venue, mentions; most mentions first."""
    counts = mentions["paper_id"].value_counts()
    table = papers[["paper_id", "title", "year", "venue"]].assign(
        mentions=papers["paper_id"].map(counts).fillna(0).astype(int)
    )
    return table.sort_values("mentions", ascending=False, kind="stable", ignore_index=True)
