"""Mentions -> vectors: what MiniLM makes of the mention itself, of its sentence, and of the paper's title."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import cache
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.common.cores import in_order
from analysis.common.progress import progress
from analysis.common.tables import check_table, takes_frames
from analysis.vectors.batches import CLS, SEP, batches, padded

if TYPE_CHECKING:
    import onnxruntime
    import pandas as pd
    from tokenizers import Encoding, Tokenizer

WIDTH = 384
PARTS = ("mention", "sentence", "title")
SPACE = len(PARTS) * WIDTH
MADE_OF = "MiniLM's vectors of the mention, its sentence and the title"  # for captions
MAX_TOKENS = 256  # the length MiniLM was trained for; a longer sentence is read around its mention
BATCH_TOKENS = 512  # what the layers make of so many stays in a core's cache: half as fast again as with 4096
CHUNK = 4096  # texts that are cut into tokens and sorted by length together


@takes_frames
def embed_mentions(mentions: pd.DataFrame, papers: pd.DataFrame) -> np.ndarray:
    """The three parts ``PARTS`` of each mention side by side, each of ``WIDTH`` columns and unit length.

    ``mentions`` and ``papers`` are tables as in ``analysis.common.tables``. The mention's part is the mean of the token
    states under the mention in its sentence, the sentence's part the mean over the sentence, the title's part the mean
    over the paper's title (Reimers and Gurevych 2019 for mean pooling). Each distinct sentence and title is encoded
    once. Returns float32 of shape (len(mentions), SPACE). Raises ``BadInput`` if a column or the encoder is missing,
    and ``KeyError`` if a mention's paper is not among ``papers``.
    """
    check_table(mentions, "mentions", needs=("paper_id", "sentence", "sentence_start", "start", "end"))
    check_table(papers, "papers", needs=("paper_id", "title"))
    titles = dict(zip(papers["paper_id"], papers["title"], strict=True))
    sentence_of = mentions["sentence"].tolist()
    title_of = [titles[paper_id] for paper_id in mentions["paper_id"]]
    offset = mentions["sentence_start"].to_numpy()
    starts, ends = mentions["start"].to_numpy() - offset, mentions["end"].to_numpy() - offset

    spans: dict[str, list[tuple[int, int, int]]] = {text: [] for text in (*sentence_of, *title_of)}
    for row, text in enumerate(sentence_of):
        spans[text].append((row, int(starts[row]), int(ends[row])))
    vectors = np.zeros((len(mentions), len(PARTS), WIDTH), dtype=np.float32)
    means: dict[str, np.ndarray] = {}
    for text, states, offsets in encode(list(spans), keep=[_first_span(found) for found in spans.values()]):
        means[text] = unit(states.mean(axis=0))
        for row, start, end in spans[text]:
            under = (offsets[:, 0] < end) & (offsets[:, 1] > start)
            vectors[row, 0] = unit(states[under].mean(axis=0)) if under.any() else means[text]
    for row, (sentence, title) in enumerate(zip(sentence_of, title_of, strict=True)):
        vectors[row, 1], vectors[row, 2] = means[sentence], means[title]
    return vectors.reshape(len(mentions), SPACE)


def parts_of(vectors: np.ndarray) -> np.ndarray:
    """The parts of mention vectors, one by one: a view of shape (n, len(PARTS), WIDTH)."""
    return vectors.reshape(len(vectors), len(PARTS), WIDTH)


def embed_texts(texts: Sequence[str]) -> np.ndarray:
    """Mean-pooled unit vectors of texts: float32 of shape (len(texts), WIDTH), in the order given."""
    means = {text: unit(states.mean(axis=0)) for text, states, _ in encode(list(dict.fromkeys(texts)))}
    return np.stack([means[text] for text in texts]) if len(texts) else np.zeros((0, WIDTH), np.float32)


def unit(vectors: np.ndarray) -> np.ndarray:
    """Scale rows (or one vector) to unit length; a zero vector stays zero."""
    norm = np.linalg.norm(vectors, axis=-1, keepdims=True)
    return vectors / np.where(norm > 0, norm, 1)


def encode(texts: Sequence[str], keep: Sequence[int] | None = None) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
    """Token states of each text: yields ``(text, states (tokens, WIDTH), character offsets (tokens, 2))``.

    Of each ``CHUNK`` the longest come first, in batches of near-equal length, on all cores. ``keep`` gives for each
    text a character that must stay in view when it is longer than MAX_TOKENS. Special tokens are left out of what is
    yielded, as are empty texts' states (one zero row stands for them).
    """
    if not texts:
        return
    session, tokenizer = _session()

    def run(batch: list[_Cut]) -> Iterator[tuple[str, np.ndarray, np.ndarray]]:
        ids, mask = padded([[CLS, *cut.ids, SEP] for cut in batch])
        inputs = {"input_ids": ids, "attention_mask": mask, "token_type_ids": np.zeros_like(ids)}
        (states,) = session.run(["last_hidden_state"], inputs)
        return ((cut.text, *_of_text(cut, states[row])) for row, cut in enumerate(batch))

    yield from progress(
        chain.from_iterable(in_order(run, _batched(texts, keep, tokenizer))), "encoding sentences", len(texts)
    )


class _Cut(NamedTuple):
    """What is read of a text: its tokens' ids and the characters that they stand for."""

    text: str
    ids: list[int]
    offsets: list[tuple[int, int]]


def _batched(texts: Sequence[str], keep: Sequence[int] | None, tokenizer: Tokenizer) -> Iterator[list[_Cut]]:
    for start in range(0, len(texts), CHUNK):
        chunk = texts[start : start + CHUNK]
        cuts = []
        for i, encoding in enumerate(tokenizer.encode_batch(list(chunk), add_special_tokens=False), start):
            first, last = _window(encoding, keep[i] if keep is not None else 0)
            cuts.append(_Cut(texts[i], encoding.ids[first:last], encoding.offsets[first:last]))
        for batch in batches([len(cut.ids) + 2 for cut in cuts], BATCH_TOKENS):
            yield [cuts[i] for i in batch]


def _of_text(cut: _Cut, states: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    if not cut.ids:
        return np.zeros((1, WIDTH), np.float32), np.zeros((1, 2), int)
    return states[1 : len(cut.ids) + 1], np.array(cut.offsets)


def _first_span(found: list[tuple[int, int, int]]) -> int:
    return found[0][1] if found else 0


def _window(encoding: Encoding, character: int) -> tuple[int, int]:
    """Which tokens of a long text are read: all, or MAX_TOKENS around the one that holds ``character``."""
    room = MAX_TOKENS - 2
    if len(encoding.ids) <= room:
        return 0, len(encoding.ids)
    centre = encoding.char_to_token(character) or 0
    first = min(max(0, centre - room // 2), len(encoding.ids) - room)
    return first, first + room


@cache
def _session() -> tuple[onnxruntime.InferenceSession, Tokenizer]:
    from analysis.common.models import find_encoder

    return load_session(find_encoder().model), load_tokenizer()


def release_encoder() -> None:
    """Let go of the encoder and of the memory that it works in, some 300 MB. It is loaded again where it is needed."""
    _session.cache_clear()


def load_session(model: Path) -> onnxruntime.InferenceSession:
    """An encoder in the ONNX format, ready to run, each time on one core: ``in_order`` runs it on all.

    Many batches at once are faster than many threads a batch, and what comes out is the same on any number of cores.
    """
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.log_severity_level = 3
    options.intra_op_num_threads = 1
    options.enable_mem_pattern = False  # it keeps a block for every shape of a batch, and shapes seldom come again
    return onnxruntime.InferenceSession(str(model), options, providers=["CPUExecutionProvider"])


def load_tokenizer() -> Tokenizer:
    """MiniLM's tokenizer; cutting and padding is the caller's."""
    from tokenizers import Tokenizer

    from analysis.common.models import find_encoder

    tokenizer = Tokenizer.from_file(str(find_encoder().tokenizer))
    tokenizer.no_truncation()
    tokenizer.no_padding()
    return tokenizer
