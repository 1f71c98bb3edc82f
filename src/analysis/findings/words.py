"""The forms of the term, and what stands beside it in the grammar of the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

RELATIONS = ("modifier", "head", "verb")


def forms(mentions: pd.DataFrame) -> pd.DataFrame:
    """The spellings of the term, case ignored: form, mentions, papers, in_titles; commonest first."""
    table = mentions.assign(form=mentions["surface"].str.lower(), title=mentions["field"] == "title")
    table = table.groupby("form").agg(
        mentions=("mention_id", "size"), papers=("paper_id", "nunique"), in_titles=("title", "sum")
    )
    return table.reset_index().sort_values(["mentions", "form"], ascending=[False, True], ignore_index=True)


def left_out(excluded: pd.DataFrame) -> pd.DataFrame:
    """Words that contain the term's letters and are no mention: surface, reason, times, papers, context (one)."""
    table = excluded.groupby(["surface", "reason"]).agg(
        times=("start", "size"), papers=("paper_id", "nunique"), context=("context", "first")
    )
    return table.reset_index().sort_values(["times", "surface"], ascending=[False, True], ignore_index=True)


def neighbours(mentions: pd.DataFrame, *, top: int = 12) -> pd.DataFrame:
    """The commonest words in each grammatical relation to the mention, at most ``top`` each.

    Returns relation (modifier: just before it; head: the noun it modifies; verb: governs it), word, mentions, papers,
    of (mentions that have that relation).
    """
    import pandas as pd

    tables = []
    for relation in RELATIONS:
        own = mentions[mentions[relation] != ""]
        table = own.groupby(relation).agg(mentions=("mention_id", "size"), papers=("paper_id", "nunique"))
        table = table.rename_axis("word").reset_index().sort_values(["mentions", "word"], ascending=[False, True])
        tables.append(table.head(top).assign(relation=relation, of=len(own)))
    columns = ["relation", "word", "mentions", "papers", "of"]
    return pd.concat(tables, ignore_index=True)[columns]
