"""The forms of the term, and what stands beside it in the grammar of the sentence."""

from __future__ import annotations

from typing import TYPE_CHECKING

from analysis.common.readable import readable
from analysis.findings.rows import rows_of
from analysis.mentions.find import CONTEXT

if TYPE_CHECKING:
    import pandas as pd

RELATIONS = ("modifier", "head", "verb")


def forms(mentions: pd.DataFrame) -> pd.DataFrame:
    """The spellings of the term, case and markup ignored: form, mentions, papers, in_titles; commonest first."""
    table = mentions.assign(form=mentions["surface"].map(readable).str.lower(), title=mentions["field"] == "title")
    table = table.groupby("form").agg(
        mentions=("mention_id", "size"), papers=("paper_id", "nunique"), in_titles=("title", "sum")
    )
    return table.reset_index().sort_values(["mentions", "form"], ascending=[False, True], ignore_index=True)


def left_out(excluded: pd.DataFrame) -> pd.DataFrame:
    """Words that contain the term's letters and are no mention: surface, reason, times, papers, context (one).

    A context that is cut out of its text loses the parts of words at its ends.
    """
    table = excluded.assign(context=[_whole_words(*row) for row in rows_of(excluded[["context", "start", "surface"]])])
    table = table.groupby(["surface", "reason"]).agg(
        times=("start", "size"), papers=("paper_id", "nunique"), context=("context", "first")
    )
    return table.reset_index().sort_values(["times", "surface"], ascending=[False, True], ignore_index=True)


def _whole_words(context: str, start: int, surface: str) -> str:
    """``context`` as ``find_excluded`` cuts it, without parts of words: an ellipsis stands for what is left out."""
    at = min(start, CONTEXT)
    before, after = context[:at], context[at + len(surface) :]
    if start > CONTEXT:
        before = f"\u2026 {before.split(maxsplit=1)[-1]}" if " " in before.strip() else "\u2026"
    if len(after) == CONTEXT and " " in after:
        after = f"{after[: after.rindex(' ')]} \u2026"
    return before + context[at : at + len(surface)] + after


def nearest_modifiers(mentions: pd.DataFrame) -> pd.Series:
    """The last word of each mention's modifier ("inductive" of "strong inductive"), "" where there is none."""
    return mentions["modifier"].str.split().str[-1].fillna("")


def neighbours(mentions: pd.DataFrame, *, top: int = 12) -> pd.DataFrame:
    """The commonest words in each grammatical relation to the mention, at most ``top`` each.

    Returns relation (modifier: the word of its modifier next to it; head: the noun it modifies; verb: governs it),
    word, mentions, papers, of (mentions that have that relation).
    """
    import pandas as pd

    tables = []
    for relation in RELATIONS:
        own = mentions[mentions[relation] != ""]
        words = nearest_modifiers(own) if relation == "modifier" else own[relation]
        table = own.groupby(words).agg(mentions=("mention_id", "size"), papers=("paper_id", "nunique"))
        table = table.rename_axis("word").reset_index().sort_values(["mentions", "word"], ascending=[False, True])
        tables.append(table.head(top).assign(relation=relation, of=len(own)))
    columns = ["relation", "word", "mentions", "papers", "of"]
    return pd.concat(tables, ignore_index=True)[columns]
