"""Abstract -> the role of each of its sentences: background, objective, method, result, other."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING, Any

import numpy as np
from scipy.special import logsumexp

from analysis.common.tables import make_table, takes_frames
from analysis.evidence.encoder import Known, Reading, known, read_papers

if TYPE_CHECKING:
    import pandas as pd

# What sentences under a heading are, in the words that abstracts use (the headings of PubMed's structured abstracts and
# of computing journals). A background often ends with the aim.
HEADINGS = {
    ("background", "objective"): (
        "background", "context", "introduction", "importance", "rationale", "motivation", "problem",
        "background and aims?", "background and objectives?", "background and purpose", "significance",
    ),
    ("objective",): ("objectives?", "aims?", "purpose", "goals?", "research questions?", "hypothes[ie]s", "question"),
    ("method",): (
        "methods?", "methodology", "materials? and methods?", "methods? and materials?", "patients and methods?",
        "design", "study design", "setting", "participants", "subjects", "interventions?", "data sources?",
        "data extraction", "data synthesis", "study selection", "main outcomes?(?: and)? measures?",
        "main outcome measures?", "outcome measures?", "measurements?", "approach", "procedures?", "materials?",
        "design/methodology/approach", "experimental design", "search methods?", "selection criteria",
        "data collection and analysis", "eligibility criteria", "information sources",
    ),
    ("result",): (
        "results?", "findings", "main results?", "key results?", "conclusions?", "results? and conclusions?",
        "authors?['’] conclusions?", "conclusions? and relevance", "discussion", "interpretation", "implications",
        "limitations?", "methods? and findings", "significance and impact",
    ),
    ("other",): (
        "funding", "trial registration", "registration", "availability", "availability and implementation", "contact",
        "keywords?", "key words", "supplementary information", "copyright",
    ),
}  # fmt: skip
_HEADED = [
    (roles, re.compile(rf"[\W\d_]*(?:{'|'.join(words)})\s*(?::|[-–—]\s|\.(?=\s*$))", re.IGNORECASE))
    for roles, words in HEADINGS.items()
]
AGAINST = 6.0  # log-odds against every role that an abstract's own heading rules out


@takes_frames
def read_sentences(papers: pd.DataFrame) -> pd.DataFrame:
    """The role of each sentence of each abstract.

    ``papers`` is a table as in ``analysis.common.tables``. Returns the sentences table in the order of the papers: the
    role is the likeliest given the whole abstract, ``confidence`` its probability. An abstract without text has no row.
    Raises ``BadInput`` if a column or the encoder is missing.
    """
    return make_table("sentences", (row for reading in read_papers(papers) for row in sentence_rows(reading)))


def sentence_rows(reading: Reading) -> Iterator[dict[str, Any]]:
    """Rows of the sentences table from one reading; a title has none."""
    if reading.field != "abstract":
        return
    told = known()
    # What the paper itself says is not cooled with the scores.
    probable = role_probabilities(reading.roles + told.temperature * _ruled_out(reading, told), told)
    for (start, end), probabilities in zip(reading.sentences, probable, strict=True):
        best = int(probabilities.argmax())
        yield {
            "paper_id": reading.paper_id, "field": reading.field, "start": start, "end": end,
            "role": told.roles[best], "confidence": float(probabilities[best]),
        }  # fmt: skip


def role_probabilities(scores: np.ndarray, told: Known) -> np.ndarray:
    """Probability of each role of each sentence, its neighbours heard: marginals of a linear chain, (sentences, roles).

    ``scores`` has shape (sentences, roles). Forward and backward sums as in Lafferty, McCallum and Pereira (2001).
    """
    k = len(told.roles)
    scores, steps = scores / told.temperature, told.transitions / told.temperature
    between, start, end = steps[:k], steps[k], steps[k + 1]
    forward, backward = np.empty_like(scores), np.empty_like(scores)
    forward[0], backward[-1] = start + scores[0], end
    for i in range(1, len(scores)):
        forward[i] = logsumexp(forward[i - 1][:, None] + between, axis=0) + scores[i]
    for i in range(len(scores) - 2, -1, -1):
        backward[i] = logsumexp(between + scores[i + 1] + backward[i + 1], axis=1)
    both = forward + backward
    return np.asarray(np.exp(both - logsumexp(both, axis=1, keepdims=True)))


def heading_of(sentence: str) -> tuple[tuple[str, ...], int]:
    """The roles that a sentence's own heading leaves open, and where the heading ends; without one ((), 0)."""
    for roles, heading in _HEADED:
        if found := heading.match(sentence):
            return roles, found.end()
    return (), 0


def headed(sentences: Iterable[str]) -> Iterator[tuple[str, ...]]:
    """The roles that an abstract's own headings leave open to each of its sentences; none named: ()."""
    under: tuple[str, ...] = ()
    for sentence in sentences:
        under = heading_of(sentence)[0] or under
        yield under


def _ruled_out(reading: Reading, told: Known) -> np.ndarray:
    against = np.zeros_like(reading.roles)
    for row, open_roles in enumerate(headed(reading.text[start:end] for start, end in reading.sentences)):
        if open_roles:
            against[row] = [0 if role in open_roles else -AGAINST for role in told.roles]
    return against
