"""One pass of one encoder over an abstract: what it says of each sentence's role and of what each word names.

The lower layers are MiniLM's own, shared with the encoder that reads senses (``analysis.vectors.context``); the upper
ones were trained on abstracts that people labelled (``analysis.training.abstracts``). Each text is read by itself, so
what is said of it never depends on the texts beside it.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from functools import cache
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from analysis.common.cores import in_order
from analysis.common.errors import BadInput
from analysis.common.progress import progress
from analysis.common.resources import resource
from analysis.common.split import split_sentences
from analysis.common.tables import check_table
from analysis.vectors.batches import CLS, SEP
from analysis.vectors.context import MAX_TOKENS, lower_states

if TYPE_CHECKING:
    import onnxruntime
    import pandas as pd
    from tokenizers import Encoding, Tokenizer

READER = ("data", "models", "abstracts.onnx")
PIECE = 150  # tokens; a longer sentence is read in pieces, so that two always fit
CONTEXT = 2  # pieces that a part of a long abstract sees of the part before

Span = tuple[int, int]


class Known(NamedTuple):
    """What the reader was trained to tell, and how its sayings become probabilities.

    ``transitions`` has shape (roles + 2, roles): from each role to each, then from the start, then to the end.
    ``temperature`` divides roles' scores; ``certainty`` is slope and offset of a span's log-odds (Platt 1999).
    """

    roles: tuple[str, ...]
    kinds: tuple[str, ...]
    transitions: np.ndarray
    temperature: float
    certainty: tuple[float, float]


class Reading(NamedTuple):
    """What was said of one text.

    ``sentences`` and ``words`` are spans of characters, ``first_words`` the index of the first word of each sentence
    (and the number of words as the last). ``roles`` has shape (sentences, roles): scores before neighbours are heard.
    ``tags`` has shape (words, 1 + 2 * kinds): log-probabilities of no entity, then of the begin and the inside of each
    kind, the mean over the pieces of each word. ``named`` has shape (words, kinds): the log-probability that a word is
    part of an entity of each kind.
    """

    paper_id: str
    field: str
    text: str
    sentences: list[Span]
    words: list[Span]
    first_words: list[int]
    roles: np.ndarray
    tags: np.ndarray
    named: np.ndarray


class Window(NamedTuple):
    """A part of a text that is read at once: its ``pieces`` (sentence, first token, end), and which of them count."""

    pieces: list[tuple[int, int, int]]
    first: int
    end: int


class Inputs(NamedTuple):
    """A window as the upper layers take it, n tokens and s pieces.

    ``ids`` (n), ``mean`` (s, n) with the weights of each piece's tokens, ``last`` (s) the place of its [SEP],
    ``place`` (s, 4) where its sentence stands in the abstract.
    """

    ids: list[int]
    mean: np.ndarray
    last: np.ndarray
    place: np.ndarray


def read_papers(papers: pd.DataFrame) -> Iterator[Reading]:
    """Read every title and abstract: yields a ``Reading`` each, in the order of the papers, the title first.

    Empty texts are skipped, and so are papers whose ``language``, if there is such a column, is known and not English.
    Raises ``BadInput`` if a column or the encoder is missing.
    """
    check_table(papers, "papers", needs=("paper_id", "title", "abstract"))
    if "language" in papers.columns:
        papers = papers[papers["language"].isin(["", "en"])]
    yield from in_order(lambda text: read_text(*text), _texts(papers))


def _texts(papers: pd.DataFrame) -> Iterator[tuple[str, Sequence[Span], str, str]]:
    rows = zip(papers["paper_id"], papers["title"], papers["abstract"], strict=True)
    for paper_id, title, abstract in progress(rows, "reading abstracts", total=len(papers)):
        if title.strip():
            yield title, [(0, len(title))], paper_id, "title"
        if abstract.strip():
            yield abstract, split_sentences(abstract), paper_id, "abstract"


def read_text(text: str, sentences: Sequence[Span], paper_id: str = "", field: str = "abstract") -> Reading:
    """Read one text whose sentences stand at these spans."""
    session, known, tokenizer = load_reader()
    encodings = tokenizer.encode_batch([text[start:end] for start, end in sentences], add_special_tokens=False)
    roles = np.zeros((len(sentences), len(known.roles)))
    parts = np.zeros(len(sentences))
    pieces: list[list[np.ndarray]] = [[] for _ in sentences]
    for window in windows([len(encoding.ids) for encoding in encodings]):
        inputs = inputs_of(window, encodings)
        ids = np.array([inputs.ids], np.int64)
        said_roles, said_tags = session.run(
            ["roles", "tags"],
            {
                "states": lower_states(ids, np.ones_like(ids))[0],
                "mean": inputs.mean, "last": inputs.last, "place": inputs.place,
            },
        )  # fmt: skip
        at = 1
        for number, (sentence, first, end) in enumerate(window.pieces):
            if window.first <= number < window.end:
                roles[sentence] += said_roles[number]
                parts[sentence] += 1
                pieces[sentence].append(said_tags[at : at + end - first])
            at += end - first + 1
    words: list[Span] = []
    first_words, of_words = [0], []
    of_tags = 1 + 2 * len(known.kinds)
    for encoding, (start, _), said in zip(encodings, sentences, pieces, strict=True):
        of_pieces = np.concatenate(said)
        kinds = np.logaddexp(of_pieces[:, 1::2], of_pieces[:, 2::2])
        spans, mean = _by_word(encoding, np.concatenate([of_pieces, kinds], axis=1))
        words += [(start + a, start + b) for a, b in spans]
        of_words.append(mean)
        first_words.append(len(words))
    tags, named = np.split(np.concatenate(of_words), [of_tags], axis=1)
    return Reading(paper_id, field, text, list(sentences), words, first_words, roles / parts[:, None], tags, named)


def windows(lengths: Sequence[int]) -> list[Window]:
    """Cut a text, whose sentences have so many tokens, into parts of whole sentences that the encoder can take.

    Parts overlap by ``CONTEXT`` pieces; each piece counts once, where more of its neighbours are in view.
    """
    pieces = [(i, a, min(a + PIECE, n)) for i, n in enumerate(lengths) for a in range(0, max(n, 1), PIECE)]
    made: list[Window] = []
    begin = counted = 0
    while True:
        end, room = begin, MAX_TOKENS - 1
        while end < len(pieces) and (need := pieces[end][2] - pieces[end][1] + 1) <= room:
            end, room = end + 1, room - need
        stop = end if end == len(pieces) else end - 1
        made.append(Window(pieces[begin:end], counted - begin, stop - begin))
        if end == len(pieces):
            return made
        begin, counted = max(begin + 1, end - CONTEXT), stop


def inputs_of(window: Window, encodings: Sequence[Encoding]) -> Inputs:
    """A window as the upper layers take it: "[CLS] sentence [SEP] sentence [SEP] ..."."""
    ids = [CLS]
    ends = []
    for sentence, first, end in window.pieces:
        ids += [*encodings[sentence].ids[first:end], SEP]
        ends.append(len(ids))
    mean = np.zeros((len(ends), len(ids)), np.float32)
    for row, (a, b) in enumerate(zip([1, *ends], ends, strict=False)):
        mean[row, a:b] = 1 / (b - a)
    n = len(encodings)
    at = np.array([sentence for sentence, _, _ in window.pieces])
    place = np.stack([at / max(1, n - 1), at == 0, at == n - 1, np.full(len(at), np.log(n) / 3)], axis=1)
    return Inputs(ids, mean, np.array(ends, np.int64) - 1, place.astype(np.float32))


def _by_word(encoding: Encoding, said: np.ndarray) -> tuple[list[Span], np.ndarray]:
    """Spans of a sentence's words, and the mean of what is said of the pieces of each."""
    spans: list[Span] = []
    counts: list[int] = []
    for word, (start, end) in zip(encoding.word_ids, encoding.offsets, strict=True):
        if word is not None and len(spans) == word + 1:
            spans[-1], counts[-1] = (spans[-1][0], end), counts[-1] + 1
        else:
            spans.append((start, end))
            counts.append(1)
    firsts = np.cumsum([0, *counts[:-1]])
    sums = np.add.reduceat(said, firsts, axis=0) if counts else said[:0]
    return spans, sums / np.array(counts, float).reshape(-1, 1)


def known() -> Known:
    """What the shipped reader tells. Raises ``BadInput`` if its file does not say so."""
    return load_reader()[1]


@cache
def load_reader() -> tuple[onnxruntime.InferenceSession, Known, Tokenizer]:
    """The upper layers, what they tell, and the tokenizer; ``load_reader.cache_clear()`` when its file has changed."""
    from analysis.vectors.embed import load_session, load_tokenizer

    session = load_session(resource(*READER))
    about = session.get_modelmeta().custom_metadata_map
    if not {"roles", "kinds", "transitions", "temperature", "certainty"} <= set(about):
        raise BadInput(
            f"{'/'.join(READER)}: does not name its roles and kinds; train it again (analysis.training.abstracts)"
        )
    slope, offset = json.loads(about["certainty"])
    return session, Known(
        tuple(about["roles"].split()), tuple(about["kinds"].split()), np.array(json.loads(about["transitions"])),
        float(about["temperature"]), (slope, offset),
    ), load_tokenizer()  # fmt: skip
