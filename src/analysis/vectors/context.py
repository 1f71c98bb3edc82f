"""Mentions read in context: what a fine-tuned MiniLM says of each one's sense and stance, its whole abstract in view.

Vectors serve any term; this encoder was fine-tuned on the shipped labels (``analysis.training.tune``) and knows
one term, that of the shipped inventory. It reads title and abstract once per paper and gives scores at each
mention, which only the head reads, beside vectors, cues and words.
"""

from __future__ import annotations

from array import array
from bisect import bisect_left, bisect_right
from collections.abc import Iterator, Sequence
from functools import cache
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import log_softmax

from analysis.common.cores import in_order
from analysis.common.errors import BadInput
from analysis.common.progress import progress
from analysis.common.resources import resource
from analysis.common.tables import check_table, takes_frames
from analysis.vectors.batches import CLS, SEP

if TYPE_CHECKING:
    import onnxruntime
    import pandas as pd
    from tokenizers import Tokenizer

LOWER = ("data", "models", "lower.onnx")  # MiniLM's embeddings and lower layers, as published: other readers share them
ENCODER = ("data", "models", "encoder.onnx")  # the upper layers, and what they say of a mention
TITLE_TOKENS = 48
MAX_TOKENS = 320  # as in training; a longer abstract is read in parts around its mentions
AROUND = 64  # tokens on either side of a mention that the upper layers see, beside the title; the lower ones see all
CHUNK = 1024  # papers that are cut into tokens together
LEAST = -8.0  # log-probability below which a score says no more


class Passage(NamedTuple):
    """Title and abstract (or a part of it) as token ids, and where its mentions are: (row, first, end) tokens."""

    ids: Sequence[int]
    mentions: list[tuple[int, int, int]]


class Scored(NamedTuple):
    """The senses and the stances that an encoder gives scores for, each in the order of its columns."""

    senses: tuple[str, ...]
    stances: tuple[str, ...]


@takes_frames
def read_in_context(mentions: pd.DataFrame, papers: pd.DataFrame) -> pd.DataFrame:
    """Scores of each mention: what the fine-tuned encoder says of its sense and stance, with its abstract in view.

    ``mentions`` and ``papers`` are tables as in ``analysis.common.tables``. Returns the scores table, one row per
    mention in the same order: mention_id, and for each sense and each stance that the encoder knows a column of that
    name with its log-probability (float32, not below ``LEAST``). A row of zeros says nothing: its mention has
    another form than those of the encoder's term, or its paper has no such place. Where no mention is of that term,
    mention_id is the only column. Raises ``BadInput`` if a column or the encoder is missing.

    Each passage is read alone: int8 arithmetic takes one scale for all that is read together, and what is said of a
    mention must not depend on the other papers of a collection. It is faster, too.
    """
    import pandas as pd

    from analysis.inventory.inventory import load_inventory

    check_table(mentions, "mentions", needs=("mention_id", "paper_id", "field", "surface", "start", "end"))
    check_table(papers, "papers", needs=("paper_id", "title", "abstract"))
    table = mentions[["mention_id"]].reset_index(drop=True)
    family = load_inventory().family()
    known = np.array([any(family.find(surface)) for surface in mentions["surface"]], dtype=bool)
    if not known.any():
        return table
    session, scored, tokenizer = _session()
    read = list(passages(mentions[known].reset_index(drop=True), papers, tokenizer))

    def run(passage: Passage) -> tuple[list[int], np.ndarray]:
        ids = np.array([passage.ids], np.int64)
        kept, near = narrowed(passage)
        states = lower_states(ids, np.ones_like(ids))[:, kept]
        (logits,) = session.run(
            ["judgement"], {"states": states, "attention_mask": np.ones(states.shape[:2], np.int64)}
        )
        means = [logits[0, first:end].mean(axis=0) for _, first, end in near.mentions]
        return [row for row, _, _ in near.mentions], log_probabilities(np.stack(means), len(scored.senses))

    scores = np.zeros((len(mentions), len(scored.senses) + len(scored.stances)), np.float32)
    rows = np.flatnonzero(known)
    for places, said in progress(in_order(run, read), "reading in context", len(read)):
        scores[rows[places]] = said
    return table.join(pd.DataFrame(scores, columns=[*scored.senses, *scored.stances]))


def lower_states(ids: np.ndarray, mask: np.ndarray) -> np.ndarray:
    """What MiniLM's lower layers make of tokens: float32 of shape (*ids.shape, WIDTH), where readers go on."""
    (states,) = _lower().run(["states"], {"input_ids": ids, "attention_mask": mask})
    return np.asarray(states)


def narrowed(passage: Passage) -> tuple[np.ndarray, Passage]:
    """What the upper layers see of a passage: which of its tokens (indices), and the passage of these alone.

    They see the title and ``AROUND`` tokens on either side of each mention. The states of these tokens know of the rest
    through the lower layers. Leaving the rest out saves two fifths of the work; on a third of the labels it cost half a
    point of accuracy and nothing of macro-F1.
    """
    kept = np.zeros(len(passage.ids), bool)
    kept[: passage.ids.index(SEP) + 1] = True
    for _, first, end in passage.mentions:
        kept[max(0, first - AROUND) : end + AROUND] = True
    place = np.cumsum(kept) - 1
    mentions = [(row, int(place[first]), int(place[end - 1]) + 1) for row, first, end in passage.mentions]
    tokens = np.flatnonzero(kept)
    return tokens, Passage([passage.ids[token] for token in tokens.tolist()], mentions)


def log_probabilities(logits: np.ndarray, senses: int) -> np.ndarray:
    """Logits of senses and stances, side by side in the last axis, as log-probabilities of each, not below LEAST."""
    normal = [log_softmax(part, axis=-1) for part in np.split(logits, [senses], axis=-1)]
    return np.maximum(np.concatenate(normal, axis=-1), LEAST).astype(np.float32)


def passages(mentions: pd.DataFrame, papers: pd.DataFrame, tokenizer: Tokenizer) -> Iterator[Passage]:
    """Each paper's title and abstract as the encoder reads them, as often as its mentions need it.

    ``mentions`` has the index 0 to n-1. A mention that no token stands for is in no passage.
    """
    texts = papers.drop_duplicates("paper_id").set_index("paper_id")[["title", "abstract"]]
    rows_of = mentions.groupby("paper_id", sort=False).indices
    places = mentions[["field", "start", "end"]]
    paper_ids = mentions["paper_id"].unique().tolist()
    for begin in range(0, len(paper_ids), CHUNK):
        chunk = paper_ids[begin : begin + CHUNK]
        chosen = texts.loc[chunk]
        titles = tokenizer.encode_batch(chosen["title"].tolist(), add_special_tokens=False)
        abstracts = tokenizer.encode_batch(chosen["abstract"].tolist(), add_special_tokens=False)
        for paper_id, title, abstract in zip(chunk, titles, abstracts, strict=True):
            offsets = {"title": title.offsets, "abstract": abstract.offsets}
            own = places.iloc[rows_of[paper_id]]
            spans = [
                (row, fld, *span)
                for row, fld, start, end in own.itertuples(name=None)
                if (span := _tokens(offsets[fld], start, end))
            ]
            yield from _of_paper(title.ids[:TITLE_TOKENS], abstract.ids, spans)


def _of_paper(title: list[int], abstract: list[int], spans: list[tuple[int, str, int, int]]) -> Iterator[Passage]:
    """Passages of one paper: the first holds the title's mentions and what fits of the abstract's."""
    room = MAX_TOKENS - 3 - len(title)
    left = spans
    while left:
        inside = [first for _, fld, first, _ in left if fld == "abstract"]
        begin = min(max(0, inside[0] - room // 3), max(0, len(abstract) - room)) if inside else 0
        part = abstract[begin : begin + room]
        found, rest = [], []
        for row, fld, first, end in left:
            if fld == "title":
                # The title is cut after TITLE_TOKENS: for a mention behind that, its start stands.
                found.append((row, 1 + first, 1 + end) if end <= len(title) else (row, 0, 1))
            elif first >= begin and (end <= begin + len(part) or first == inside[0]):
                shift = 2 + len(title) - begin
                found.append((row, first + shift, min(end, begin + len(part)) + shift))
            else:
                rest.append((row, fld, first, end))
        yield Passage(array("i", [CLS, *title, SEP, *part, SEP]), found)
        left = rest


def _tokens(offsets: Sequence[tuple[int, int]], start: int, end: int) -> tuple[int, int] | None:
    """First token of a span of characters and the one after its last; None if no token lies there."""
    first = bisect_right(offsets, start, key=itemgetter(1))
    last = bisect_left(offsets, end, key=itemgetter(0))
    return (first, last) if first < last else None


@cache
def _lower() -> onnxruntime.InferenceSession:
    from analysis.vectors.embed import load_session

    return load_session(resource(*LOWER))


@cache
def _session() -> tuple[onnxruntime.InferenceSession, Scored, Tokenizer]:
    from analysis.vectors.embed import load_session, load_tokenizer

    session = load_session(resource(*ENCODER))
    about = session.get_modelmeta().custom_metadata_map
    if not {"senses", "stances"} <= set(about):
        raise BadInput(
            f"{'/'.join(ENCODER)}: does not name its senses and stances; tune it again (analysis.training.tune)"
        )
    return session, Scored(*(tuple(about[part].split()) for part in ("senses", "stances"))), load_tokenizer()
