"""Small tables of what papers say, written as the words themselves: a test names words; their place is looked up."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pandas as pd
from small_readings import make_readings

from analysis.common.tables import make_table

ORDER = ("inductive", "social", "data", "unclear")
KINDS = ["mention_id", "paper_id", "sense", "kind", "surface", "field", "start", "end", "has_it", "bearer",
         "bearer_start", "bearer_end"]  # fmt: skip
OWN = ["paper_id", "field", "start", "end", "surface"]


class Paper:
    """A paper of a test; its methods make rows from words that stand in its title or abstract."""

    def __init__(self, paper_id: str, title: str, abstract: str = "", authors: Iterable[str] = (), year: Any = None):
        self.texts = {"title": title, "abstract": abstract}
        self.about = {"paper_id": paper_id, "title": title, "abstract": abstract, "authors": list(authors),
                      "year": year}  # fmt: skip

    def place(self, words: str, within: str = "") -> dict[str, Any]:
        """Paper, field, start and end of ``words``: the first time after ``within`` begins."""
        for field, text in self.texts.items():
            if (within or words) in text and words in text:
                start = text.index(words, text.index(within or words))
                return {"paper_id": self.about["paper_id"], "field": field, "start": start, "end": start + len(words)}
        raise ValueError(f"{words!r} does not stand in the paper")

    def mention(self, within: str, sense: str, confidence: float = 0.9, stance: str = "", **more: Any) -> Any:
        word = "Bias" if "Bias" in within else "bias"
        return {**self.about, **self.place(word, within), "surface": word, "sense": sense, "confidence": confidence,
                "stance": stance, "abstained": confidence < 0.5, **more}  # fmt: skip

    def sentence(self, words: str, role: str, confidence: float = 0.9) -> Any:
        return {**self.place(words), "role": role, "confidence": confidence}

    def entity(self, words: str, kind: str, name: str = "", within: str = "") -> Any:
        return {**self.place(words, within), "surface": words, "kind": kind, "name": name or words, "confidence": 0.9}

    def quantity(self, words: str, kind: str = "result", url: str = "") -> Any:
        return {**self.place(words), "kind": kind, "url": url}

    def kind(self, words: str, sense: str, kind: str, bearer: str = "", has_it: str = "") -> Any:
        at = self.place(bearer) if bearer else {"start": -1, "end": -1}
        return {**self.place(words), "mention_id": "", "sense": sense, "kind": kind, "surface": words, "has_it": has_it,
                "bearer": bearer, "bearer_start": at["start"], "bearer_end": at["end"]}  # fmt: skip

    def own(self, words: str) -> Any:
        return {**self.place(words), "surface": words}


def tables(
    mentions: list[Any],
    sentences: Iterable[Any] = (),
    entities: Iterable[Any] = (),
    quantities: Iterable[Any] = (),
    kinds: Iterable[Any] = (),
    own_work: Iterable[Any] = (),
) -> dict[str, pd.DataFrame]:
    """The tables that ``findings.evidence.evidence`` takes, by name."""
    authors = {row["paper_id"]: row["authors"] for row in mentions}
    readings = make_readings(mentions)
    return {
        "readings": readings.assign(authors=readings["paper_id"].map(authors)),
        "sentences": make_table("sentences", sentences),
        "entities": make_table("entities", entities),
        "quantities": make_table("quantities", quantities),
        "kinds": pd.DataFrame(list(kinds), columns=KINDS),
        "own_work": pd.DataFrame(list(own_work), columns=OWN),
    }


ABSTRACT = (
    "Language models are everywhere. However, gender bias in language models remains a problem. "
    "We propose FairTune, which tunes BERT on WinoBias with a bias term. "
    "Gender bias falls by 12% and accuracy is 3.5 points higher. The F1 score is 0.81. "
    "Code: https://example.org/fairtune."
)
FAIR = Paper("2502.10010", "FairTune: Less Bias", ABSTRACT, ["Yun Luo", "Ann Ames", "Bo Berg"], 2024)
PROBLEM = "However, gender bias in language models remains a problem."
RESULT = "Gender bias falls by 12% and accuracy is 3.5 points higher."


def fair_tables() -> dict[str, pd.DataFrame]:
    """One paper with two senses and every cell filled."""
    return tables(
        [
            FAIR.mention("Bias", "social", 0.7, "mitigate"),
            FAIR.mention("gender bias", "social", 0.95, "mitigate"),
            FAIR.mention("a bias term", "inductive", 0.4, "exploit"),
            FAIR.mention("Gender bias", "social", 0.9, "measure"),
        ],
        [
            FAIR.sentence("Language models are everywhere.", "background"),
            FAIR.sentence(PROBLEM, "background"),
            FAIR.sentence("We propose FairTune, which tunes BERT on WinoBias with a bias term.", "method"),
            FAIR.sentence(RESULT, "result", 0.8),
            FAIR.sentence("The F1 score is 0.81.", "result", 0.95),
            FAIR.sentence("Code: https://example.org/fairtune.", "other"),
        ],
        [
            FAIR.entity("Language models", "method", "language model"),
            FAIR.entity("language models", "method", "language model"),
            FAIR.entity("FairTune", "method", within="We propose"),
            FAIR.entity("BERT", "method"),
            FAIR.entity("WinoBias", "material"),
            FAIR.entity("accuracy", "metric"),
            FAIR.entity("F1 score", "metric"),
        ],
        [
            FAIR.quantity("0.81"),
            FAIR.quantity("12%"),
            FAIR.quantity("3.5 points"),
            FAIR.quantity("https://example.org/fairtune", "link", "https://example.org/fairtune"),
        ],
        [FAIR.kind("gender bias", "social", "gender", "language models", "model"),
         FAIR.kind("Gender bias", "social", "gender")],
        [FAIR.own("FairTune")],
    )  # fmt: skip
