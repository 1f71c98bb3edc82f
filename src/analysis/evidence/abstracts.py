"""Sentences and entities in one pass of the encoder."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from analysis.common.tables import make_table
from analysis.evidence.encoder import read_papers
from analysis.evidence.entities import entity_rows
from analysis.evidence.sentences import sentence_rows

if TYPE_CHECKING:
    import pandas as pd


def read_abstracts(papers: pd.DataFrame) -> tuple[pd.DataFrame, pd.DataFrame]:
    """The sentences and the entities table, as ``read_sentences`` and ``find_entities`` give them, at half the cost."""
    sentences: list[dict[str, Any]] = []
    entities: list[dict[str, Any]] = []
    for reading in read_papers(papers):
        sentences += sentence_rows(reading)
        entities += entity_rows(reading)
    return make_table("sentences", sentences), make_table("entities", entities)
