"""Why a mention was given its sense: what fired, what is near, and how much each source weighed."""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass
from functools import cached_property, lru_cache
from html import escape
from typing import TYPE_CHECKING, NamedTuple

import numpy as np
from scipy.special import log_softmax

from analysis.common.links import mention_link, safe_url
from analysis.inventory.inventory import load_inventory
from analysis.inventory.marks import cut_at_marks, cut_at_mention, unmark
from analysis.mentions.ids import rows_by_id
from analysis.senses.cues import Cue, example_mentions, find_cues
from analysis.senses.head import WORD_WEIGHT, Features, Head
from analysis.senses.probable import said_of
from analysis.senses.reader import EXTENDED
from analysis.vectors.embed import PARTS, SPACE, WIDTH, embed_mentions, unit

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study

SOURCES = ("cues", "words", *PARTS, "scores", "paper")
_MEANING = {
    "cues": "cues of the inventory",
    "words": "words beside it",
    "mention": "the mention in its context",
    "sentence": "the whole sentence",
    "title": "the paper's title",
    "scores": "the fine-tuned encoder, with the whole abstract in view",
    "paper": "the other mentions of its paper",
}


@dataclass(frozen=True)
class Contribution:
    """What one source says: ``weight`` in log-odds of the sense against the runner-up, ``share`` of all that was said.

    Both are negative where the source speaks for the runner-up; the absolute shares of all sources add up to 1.
    """

    source: str
    weight: float
    share: float


@dataclass(frozen=True)
class Neighbour:
    """A mention near the explained one: its cosine ``similarity``, its ``sense``, and where to look it up.

    ``text`` has the mention in ``[[ ]]``; it is "" for a shipped label, whose text is its authors' and does not ship.
    """

    similarity: float
    sense: str
    citation: str
    text: str
    url: str = ""


@dataclass(frozen=True)
class Explanation:
    """Why one mention has its sense; shows itself as text, and as HTML in a notebook.

    ``cues`` fired at the mention; ``contributions`` are those to the shipped head, also where a study's own labels or
    reviews taught it more (``taught``), and empty where that head does not know the sense. ``words`` are the word
    features that speak loudest for the sense, with their log-odds. ``neighbours`` are mentions of the study,
    ``examples`` sentences of the inventory, ``labelled`` shipped labels of other papers.
    """

    mention_id: str
    citation: str
    text: str
    url: str
    sense: str
    confidence: float
    runner_up: str
    abstained: bool
    reviewed: bool
    taught: bool
    cues: tuple[Cue, ...]
    contributions: tuple[Contribution, ...]
    words: tuple[tuple[str, float], ...]
    neighbours: tuple[Neighbour, ...]
    examples: tuple[Neighbour, ...]
    labelled: tuple[Neighbour, ...]
    parent: str = ""
    parent_confidence: float = 0.0

    @property
    def verdict(self) -> str:
        """The decision in one sentence."""
        if self.reviewed:
            return f"{self.sense}: a reviewer or a label says so."
        other = f", runner-up {self.runner_up}" if self.runner_up else ""
        doubt = "; below the threshold, so it is marked unsure" if self.abstained else ""
        if (said := said_of(vars(self))).label != self.sense:
            doubt += f", but of its parent, {said.label}, it is sure ({said.confidence:.2f})"
        return f"{self.sense}, confidence {self.confidence:.2f}{other}{doubt}."

    def __repr__(self) -> str:
        lines = [f"{self.mention_id}: {self.verdict}", f"  {self.text}"]
        for title, items in self._parts():
            lines += [f"{title}:", *(f"  {item}" for item, _ in items)]
        return "\n".join(lines)

    def _repr_html_(self) -> str:
        link = f'<a href="{escape(mention_link(self.mention_id))}">{escape(self.citation)}</a>'
        body = f"<p><strong>{escape(self.verdict)}</strong></p><blockquote>{_html(self.text)} ({link})</blockquote>"
        for title, items in self._parts():
            rows = "".join(f"<li>{html}</li>" for _, html in items)
            body += f"<p>{escape(title)}</p><ul>{rows}</ul>"
        return f'<div class="explanation">{body}</div>'

    def _parts(self) -> list[tuple[str, list[tuple[str, str]]]]:
        """The parts that have something to say: title, and each item as text and as HTML."""
        against = self.runner_up or "the next sense"
        before = ", before this study's labels taught it more" if self.taught else ""
        parts = [
            ("Cues that fired", [_twice(f"{c.pattern} ({c.kind}) speaks for {c.sense}") for c in self.cues]),
            (
                f"What the shipped head weighed for {self.sense} against {against}{before}",
                [_twice(f"{_MEANING[e.source]}: {100 * e.share:+.0f} % ({e.weight:+.2f})") for e in self.contributions],
            ),
            ("Words that speak for it", [_twice(f"{word} ({weight:+.2f})") for word, weight in self.words]),
            ("Nearest mentions of the study", [_shown(n) for n in self.neighbours]),
            ("Nearest examples of the inventory", [_shown(n) for n in self.examples]),
            ("Nearest shipped labels", [_shown(n) for n in self.labelled]),
        ]
        return [(title, items) for title, items in parts if items]


def explain(study: Study, mention_id: str, k: int = 3) -> Explanation:
    """Explain the sense of one mention of a study, with at most ``k`` neighbours of each kind.

    Raises ``BadInput`` if the study has no such mention.
    """
    return Explainer(study).explain(mention_id, k)


class _Trained(NamedTuple):
    """A head, what it read of every mention, its log-odds alone, what their papers shift, the mean it learned."""

    head: Head
    features: Features
    logits: np.ndarray
    shift: np.ndarray
    mean: np.ndarray


class Explainer:
    """Explains mentions of one study; what all explanations need is computed once, when first asked for."""

    def __init__(self, study: Study) -> None:
        self.study = study

    def explain(self, mention_id: str, k: int = 3) -> Explanation:
        """See ``explain``."""
        study = self.study
        (row,) = rows_by_id(study.mentions, [mention_id])
        mention = study.mentions.iloc[[row]]
        read = study.senses.loc[study.senses["mention_id"] == mention_id].iloc[0]
        weighed, words = self._weigh(row, read["sense"], read["runner_up"])
        paper_id = mention["paper_id"].iloc[0]
        return Explanation(
            mention_id=mention_id,
            citation=paper_id,
            text=cut_at_mention(mention.iloc[0]).marked(),
            url=self._urls.get(paper_id, ""),
            sense=read["sense"],
            confidence=float(read["confidence"]),
            runner_up=read["runner_up"],
            abstained=bool(read["abstained"]),
            parent=read["parent"],
            parent_confidence=float(read["parent_confidence"]),
            reviewed=bool(read["reviewed"]),
            taught=study.reading.by == EXTENDED,
            cues=tuple(find_cues(mention, study.inventory)[0]),
            contributions=weighed,
            words=words[:k],
            neighbours=self._near_in_study(row, k),
            examples=self._near_examples(row, k),
            labelled=self._near_labels(row, k),
        )

    # --- weights -----------------------------------------------------------------------------------------------------

    @cached_property
    def _trained(self) -> _Trained | None:
        """The shipped head and what it reads of this study; None where the study was read by other means."""
        reading = self.study.reading
        if not reading.learned_shipped:
            return None
        from analysis.senses.assign import read_features, shipped_heads
        from analysis.senses.discourse import agree_within_papers
        from analysis.senses.labelled import shipped_training

        head, mentions = shipped_heads(scores=reading.scores).sense, self.study.mentions
        features = read_features(mentions, self.study.vectors, load_inventory(), self.study.scores)
        alone = log_softmax(head.logits(features).astype(np.float64), axis=1)
        papers = mentions["paper_id"].tolist()
        together = agree_within_papers(alone, papers, head.shares, scores=bool(head.scored))
        return _Trained(head, features, alone, together - alone, mean_features(shipped_training().features, head))

    def _weigh(
        self, row: int, sense: str, runner_up: str
    ) -> tuple[tuple[Contribution, ...], tuple[tuple[str, float], ...]]:
        known = self._trained
        if known is None:
            return (), ()
        logits = dict(zip(known.head.labels, known.logits[row], strict=True))
        one = self._label_of(sense, logits)
        rest = {label: value for label, value in logits.items() if label != one}
        if not one:
            return (), ()
        other = self._label_of(runner_up, rest) or max(rest, key=lambda label: rest[label])
        i, j = known.head.labels.index(one), known.head.labels.index(other)
        paper = float(known.shift[row, i] - known.shift[row, j]) / known.head.temperature
        return contributions(known.head, known.features.take(np.array([row])), known.mean, one, other, paper=paper)

    def _label_of(self, sense: str, logits: dict[str, float]) -> str:
        """The head's label for a sense: its id or, where reviews renamed or merged it, the likeliest of its old ids."""
        known = next((s for s in self.study.inventory.senses if s.id == sense), None)
        labels = [label for label in logits if label == sense or (known is not None and label in known.aliases)]
        return max(labels, key=lambda label: logits[label], default="")

    # --- neighbours --------------------------------------------------------------------------------------------------

    @cached_property
    def _urls(self) -> dict[str, str]:
        papers = self.study.papers
        return {i: safe_url(url) or arxiv_url(i) for i, url in zip(papers["paper_id"], papers["url"], strict=True)}

    @cached_property
    def _meanings(self) -> np.ndarray:
        return meanings(self.study.vectors)

    def _near_in_study(self, row: int, k: int) -> tuple[Neighbour, ...]:
        """The same sentence, wherever it stands, is no second witness."""
        mentions, senses = self.study.mentions, self.study.senses
        near = self._meanings @ self._meanings[row]
        other = (mentions["sentence"] != mentions["sentence"].iloc[row]).to_numpy()
        sense_of = dict(zip(senses["mention_id"], senses["sense"], strict=True))
        return tuple(
            Neighbour(
                float(near[i]),
                sense_of[m["mention_id"]],
                m["paper_id"],
                cut_at_mention(m).marked(),
                mention_link(m["mention_id"]),
            )
            for i in _nearest(near, other, k)
            for m in [mentions.iloc[i]]
        )

    @cached_property
    def _examples(self) -> tuple[pd.DataFrame, np.ndarray]:
        """The inventory's example sentences and their meanings."""
        found = example_mentions(self.study.inventory)
        examples = tuple(example for sense in self.study.inventory.senses for example in sense.examples)
        return found.assign(sentence=found["abstract"], sentence_start=0), _example_meanings(examples)

    def _near_examples(self, row: int, k: int) -> tuple[Neighbour, ...]:
        examples, space = self._examples
        near = space @ self._meanings[row]
        return tuple(
            Neighbour(float(near[i]), e["sense"], "inventory", cut_at_mention(e).marked())
            for i in _nearest(near, np.ones(len(near), bool), k)
            for e in [examples.iloc[i]]
        )

    @cached_property
    def _labels(self) -> tuple[pd.DataFrame, np.ndarray]:
        """The shipped labels of papers, and their meanings; none for another term."""
        from analysis.senses.labelled import is_real, shipped_training

        labels, features = shipped_training()
        real = is_real(labels)
        if self.study.term.lower() != load_inventory().term:
            real[:] = False
        return labels[real].reset_index(drop=True), meanings(features.vectors[real])

    def _near_labels(self, row: int, k: int) -> tuple[Neighbour, ...]:
        """A label of the same paper would be a circular witness."""
        labels, space = self._labels
        near = space @ self._meanings[row]
        other = (labels["paper_id"] != self.study.mentions["paper_id"].iloc[row]).to_numpy()
        return tuple(
            Neighbour(float(near[i]), label["sense"], f"{label['paper_id']}, {place}", "", arxiv_url(label["paper_id"]))
            for i in _nearest(near, other, k)
            for label in [labels.iloc[i]]
            for place in [f"“{label['surface']}” in its {label['field']} at {label['start']}"]
        )


@lru_cache(maxsize=4)
def _example_meanings(examples: tuple[str, ...]) -> np.ndarray:
    import pandas as pd

    rows = [("", "", *unmark(example)) for example in examples]
    found = pd.DataFrame(rows, columns=["paper_id", "title", "sentence", "start", "end"]).assign(sentence_start=0)
    return meanings(embed_mentions(found, found[["paper_id", "title"]].head(1)))


def mean_features(features: Features, head: Head) -> np.ndarray:
    """The mean row of the matrix that ``head`` reads of ``features``, without building it: float32 (features,)."""
    counts = Counter(word for words in features.words for word in set(words))
    words = np.array([counts[word] for word in head.vocabulary], np.float32) * WORD_WEIGHT / max(1, len(features))
    return np.concatenate([features.dense(head.scored).mean(axis=0), words]).astype(np.float32)


def contributions(
    head: Head, features: Features, mean: np.ndarray, sense: str, other: str, *, paper: float = 0.0
) -> tuple[tuple[Contribution, ...], tuple[tuple[str, float], ...]]:
    """What each source adds to the log-odds of ``sense`` against ``other``, compared with the mean mention.

    For a linear model these are its SHAP values with independent features (Lundberg and Lee 2017), weight x (value -
    mean), summed over the columns of a source. ``features`` holds one mention, ``mean`` what ``mean_features`` gave,
    ``paper`` what the other mentions of its paper add, in log-odds. Returns them in the order of ``SOURCES``,
    and the words present that speak for ``sense``, loudest first.
    """
    one, two = (head.labels.index(label) for label in (sense, other))
    slope = (head.weights[:, one] - head.weights[:, two]) / head.temperature
    values = (features.matrix(head.scored, head.vocabulary)[0] - mean) * slope
    width, cues = SPACE + len(head.scored), features.cues.shape[1]
    parts = np.split(values, [WIDTH, 2 * WIDTH, SPACE, width, width + cues])
    weights = dict(zip((*PARTS, "scores", "cues", "words"), (float(part.sum()) for part in parts), strict=True))
    weights["paper"] = paper
    total = sum(map(abs, weights.values())) or 1.0
    weighed = tuple(Contribution(source, weights[source], weights[source] / total) for source in SOURCES)
    present = set(features.words[0])
    words = [(w, float(v)) for w, v in zip(head.vocabulary, parts[-1], strict=True) if w in present and v > 0]
    return weighed, tuple(sorted(words, key=lambda pair: (-pair[1], pair[0])))


def meanings(vectors: np.ndarray) -> np.ndarray:
    """The parts of vectors that say what a word means where it stands: mention and sentence, as unit rows.

    The title is left out: it says what the paper is about. Shape (n, 3 * 384) -> (n, 2 * 384).
    """
    return np.asarray(unit(vectors[:, : 2 * WIDTH]), dtype=np.float32)


def arxiv_url(paper_id: str) -> str:
    """Where an arXiv id leads, "" for any other id."""
    is_arxiv = re.fullmatch(r"\d{4}\.\d{4,5}(v\d+)?|[a-z-]+(\.[A-Z]{2})?/\d{7}(v\d+)?", paper_id)
    return f"https://arxiv.org/abs/{paper_id}" if is_arxiv else ""


def _nearest(near: np.ndarray, allowed: np.ndarray, k: int) -> list[int]:
    order = np.argsort(-np.where(allowed, near, -np.inf), kind="stable")[:k]
    return [int(i) for i in order if allowed[i]]


def _html(text: str) -> str:
    """Text as HTML, its marked mention highlighted."""
    cut = cut_at_marks(text)
    return cut.marked("<mark>", "</mark>", escape) if cut else escape(text)


def _twice(text: str) -> tuple[str, str]:
    return text, escape(text)


def _shown(near: Neighbour) -> tuple[str, str]:
    """A neighbour as text and as HTML."""
    cited = f'<a href="{escape(near.url)}">{escape(near.citation)}</a>' if near.url else escape(near.citation)
    reading = f"{near.sense} ({near.similarity:.2f})"
    quote, quoted = (f" {near.text}", f" {_html(near.text)}") if near.text else ("", "")
    return f"{reading}{quote} ({near.citation})", f"{escape(reading)}{quoted} ({cited})"
