"""Abstracts that speak of two biases: a sentence with a mention of one sense, put into an abstract about another.

Few papers mix senses, so an encoder that sees a whole abstract learns that all its mentions mean the same, and reads
"the bias term" in an abstract on fairness as social. Here it meets many that do not. Only sentences are moved whose
mention stands beside a word that speaks for its sense (a cue), so that the label holds wherever they go.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from analysis.common.split import split_sentences
from analysis.inventory.inventory import Inventory
from analysis.senses.cues import find_cues
from analysis.training.collect import LabelledTexts

if TYPE_CHECKING:
    import pandas as pd

BESIDE = ("modifier", "head")  # kinds of cues that tell the sense in any context
SHARE = 0.2  # as many spliced abstracts as this part of the labelled ones
ABSTRACT, SENTENCE = 200, 30  # more characters than these have the one and the other
INSIDE = 0.7  # of the sentences go before another; the others to the end


def spliced(
    texts: LabelledTexts, inventory: Inventory, part: np.ndarray, *, seed: int = 0
) -> tuple[LabelledTexts, np.ndarray]:
    """Splice labelled texts, each of one ``part`` (n,) alone. Returns the new texts, and the part of each new row.

    All mentions keep their labels: those of the abstract, and last the one that came.
    """
    import pandas as pd

    rng = np.random.default_rng(seed)
    sense, movable = texts.labels["sense"].to_numpy(), _movable(texts, inventory)
    abstracts, titles = (texts.papers.set_index("paper_id")[name].to_dict() for name in ("abstract", "title"))
    rows_of = {paper: np.asarray(rows) for paper, rows in texts.labels.groupby("paper_id").indices.items()}
    hosts = [paper for paper in rows_of if len(abstracts[paper]) > ABSTRACT]
    rows: list[int] = []
    mentions: list[pd.DataFrame] = []
    papers: list[tuple[str, str, str]] = []
    for host in rng.choice(len(hosts), round(SHARE * len(hosts)), replace=False):
        own, text = rows_of[hosts[host]], abstracts[hosts[host]]
        others = np.flatnonzero(movable & (part == part[own[0]]) & ~np.isin(sense, sense[own]))
        if not len(others):
            continue
        wanted = rng.choice(np.unique(sense[others]))
        guest = int(rng.choice(others[sense[others] == wanted]))
        starts = [start for start, _ in split_sentences(text)]
        at = starts[int(rng.integers(len(starts)))] if rng.random() < INSIDE else len(text)
        text, moved = _put(texts.mentions.iloc[[*own, guest]], text, at)
        name = f"spliced:{len(papers)}"
        papers.append((name, titles[hosts[host]], text))
        mentions.append(moved.assign(paper_id=name))
        rows += [*own, guest]
    table = pd.concat(mentions, ignore_index=True)
    table["mention_id"] = table["paper_id"] + "#" + table.index.astype(str)
    labels = texts.labels.iloc[rows].reset_index(drop=True).assign(paper_id=table["paper_id"])
    found = LabelledTexts(table, labels, pd.DataFrame(papers, columns=["paper_id", "title", "abstract"]))
    return found, part[rows]


def _movable(texts: LabelledTexts, inventory: Inventory) -> np.ndarray:
    """Which labelled mentions may go elsewhere with their sentence: alone in it, sure, and told by what is beside."""
    mentions, labels = texts.mentions, texts.labels
    told = [
        {cue.sense for cue in cues if cue.kind in BESIDE} == {sense}
        for cues, sense in zip(find_cues(mentions, inventory), labels["sense"], strict=True)
    ]
    alone = ~mentions.duplicated(["paper_id", "sentence_start"], keep=False)
    whole = (mentions["field"] == "abstract") & (mentions["sentence"].str.len() > SENTENCE)
    return np.asarray((labels["confidence"] == "high").to_numpy() & told & alone.to_numpy() & whole.to_numpy())


def _put(mentions: pd.DataFrame, text: str, at: int) -> tuple[str, pd.DataFrame]:
    """The abstract ``text`` with the sentence of the last of these mentions before character ``at``, and where the
    mentions, whose others are its own, then stand."""
    guest = mentions.iloc[-1]
    sentence = guest["sentence"].strip()
    put = f"{sentence} " if at < len(text) else f" {sentence}"
    start = at + put.index(sentence) + guest["start"] - guest["sentence_start"] - guest["sentence"].index(sentence)
    table = mentions[["field", "start", "end", "surface"]].reset_index(drop=True)
    behind = (table["field"] == "abstract") & (table["start"] >= at)
    table[["start", "end"]] += len(put) * behind.to_numpy()[:, None]
    table.loc[len(table) - 1, ["start", "end"]] = start, start + guest["end"] - guest["start"]
    return text[:at] + put + text[at:], table
