"""A study with collocations: three mentions of gender bias, one bias term, one in German, one bare."""

from __future__ import annotations

from pathlib import Path

from small_readings import make_bare_study

from analysis.inventory.inventory import load_inventory
from analysis.study.study import Study

PAPERS = [
    {"paper_id": "2502.10010", "title": "One", "abstract": "A gender bias here. The Gender bias there."},
    {"paper_id": "p2", "title": "=two", "abstract": "We see gender biases."},
    {"paper_id": "p3", "title": "Three", "abstract": "The bias term is zero. Its bias is small."},
    {"paper_id": "p4", "title": "Vier", "abstract": "Der gender bias.", "language": "de"},
]
#          paper         start  surface  sentence                modifier  head    read as       confidence
MENTIONS = [
    ("2502.10010", 9, "bias", "A gender bias here.", "gender", "", "social", 0.9),
    ("2502.10010", 31, "bias", "The Gender bias there.", "strong gender", "", "social", 0.8),
    ("p2", 14, "biases", "We see gender biases.", "gender", "", "cognitive", 0.4),
    ("p3", 4, "bias", "The bias term is zero.", "", "term", "parameter", 0.9),
    ("p3", 27, "bias", "Its bias is small.", "", "", "estimator", 0.5),
    ("p4", 11, "bias", "Der gender bias.", "gender", "", "social", 0.5),
]
IDS = [f"{m[0]}#abstract:{m[1]}" for m in MENTIONS]


def make_worded_study(folder: Path) -> Study:
    found, senses = [], []
    texts = {paper["paper_id"]: paper["abstract"] for paper in PAPERS}
    for mention_id, (paper_id, start, surface, sentence, modifier, head, sense, confidence) in zip(
        IDS, MENTIONS, strict=True
    ):
        text = texts[paper_id]
        assert text[start:].startswith(surface), (mention_id, text[start:])
        found.append({"mention_id": mention_id, "paper_id": paper_id, "field": "abstract", "start": start,
                      "end": start + len(surface), "surface": surface, "lemma": "bias", "sentence": sentence,
                      "sentence_start": text.index(sentence), "modifier": modifier, "head": head})  # fmt: skip
        senses.append({"mention_id": mention_id, "sense": sense, "confidence": confidence, "runner_up": "data",
                       "stance": "measure"})  # fmt: skip
    return make_bare_study(PAPERS, found, senses, load_inventory(), folder)
