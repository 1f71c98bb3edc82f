"""How good the reader of abstracts is: its calibration on abstracts kept apart, its figures on the development part.

Everything is read as a user's text is read, with the file that ships. ``data/models/abstracts.json`` holds the figures.
"""

from __future__ import annotations

import json
import re
from collections.abc import Sequence
from typing import Any, NamedTuple

import numpy as np
from scipy.optimize import minimize
from scipy.special import expit

from analysis.common.resources import resource
from analysis.common.tables import replacing
from analysis.evidence.encoder import Known, Span, known, read_text, split_sentences
from analysis.evidence.entities import found_in as entities_in
from analysis.evidence.entities import log_odds
from analysis.evidence.sentences import role_probabilities
from analysis.statistics.metrics import BINS, class_scores, confusion, reliability
from analysis.training.labelled_abstracts import KINDS, ROLES, Abstract

FIGURES, CARD = "abstracts.json", "abstracts.md"
DIGITS = 4
_OF_CLASS = ("n", "read", "precision", "recall", "F1")


class Found(NamedTuple):
    """An entity that was read: its span of characters, its kind, the mean probability of its words' tags."""

    span: Span
    kind: int
    likely: float


def calibrate(with_roles: Sequence[Abstract], with_entities: Sequence[Abstract]) -> tuple[float, tuple[float, float]]:
    """Temperature of the roles' scores; slope and offset of entities' log-odds: the likeliest on these abstracts."""
    scores = [read_text(abstract.text, abstract.sentences).roles for abstract in with_roles]
    plain = known()

    def surprise(log_temperature: np.ndarray) -> float:
        told = plain._replace(temperature=float(np.exp(log_temperature[0])))
        said = [_of_labels(role_probabilities(x, told), a.roles) for x, a in zip(scores, with_roles, strict=True)]
        return -float(np.log(np.concatenate(said) + 1e-12).mean())

    temperature = float(np.exp(minimize(surprise, [0.0], method="Nelder-Mead").x[0]))
    right, odds = _entities_right(with_entities, [found_in(abstract) for abstract in with_entities])

    def miss(line: np.ndarray) -> float:
        said = expit(line[0] * odds + line[1])
        return -float(np.log(np.where(right, said, 1 - said) + 1e-12).mean())

    slope, offset = minimize(miss, [1.0, 0.0], method="Nelder-Mead").x
    return temperature, (round(float(slope), 4), round(float(offset), 4))


def evaluate(
    with_roles: Sequence[Abstract], with_entities: Sequence[Abstract], structured: Sequence[Abstract] = ()
) -> dict[str, Any]:
    """Figures of roles and entities on abstracts that people labelled and nothing was trained on.

    ``agreed`` is of that fifth of the abstracts with roles on which their labellers agreed most: CSAbstruct's test part
    is said to hold the surest labels. ``structured`` are abstracts under headings of their own, which were taken out.
    """
    by_agreement = sorted(with_roles, key=lambda abstract: -np.mean(abstract.agreed or (0.0,)))
    surest = by_agreement[: max(1, len(by_agreement) // 5)]
    made = {
        "roles": role_figures(with_roles), "agreed": role_figures(surest), "entities": entity_figures(with_entities),
    }  # fmt: skip
    return made | ({"structured": role_figures(structured)} if structured else {})


def role_figures(abstracts: Sequence[Abstract]) -> dict[str, Any]:
    """Of the sentences as the labels split them; ``own_split``: micro-F1 where this project splits them itself."""
    told = known()
    probable = [role_probabilities(read_text(a.text, a.sentences).roles, told) for a in abstracts]
    true = [role for a in abstracts for role in a.roles]
    read = np.concatenate(probable)
    right = read.argmax(axis=1) == true
    own = [_own_split(a, told) for a in abstracts]
    return {
        "abstracts": len(abstracts), "n": len(true), "micro_f1": right.mean(),
        "own_split": np.mean([x == y for x, y in zip(true, np.concatenate(own), strict=True)]),
        "classes": _classes(ROLES, true, read.argmax(axis=1)),
        **_calibration(right, read.max(axis=1)),
    }  # fmt: skip


def entity_figures(abstracts: Sequence[Abstract]) -> dict[str, Any]:
    """Per word: its kind, none left out; per span: both borders and the kind right."""
    found = [found_in(a) for a in abstracts]
    true = [kind for a in abstracts for kind in _kinds_of_words(a, _spans(a))]
    read = [kind for a, e in zip(abstracts, found, strict=True) for kind in _kinds_of_words(a, [x[:2] for x in e])]
    words = confusion(true, read, range(len(KINDS)))
    hits = np.trace(words[:-1, :-1])
    right, odds = _entities_right(abstracts, found)
    slope, offset = known().certainty
    labelled = [(*span, kind) for a in abstracts for span, kind in _spans(a)]
    kinds = np.array([e.kind for of_paper in found for e in of_paper])
    spans = []
    for kind, name in enumerate(KINDS):
        there, n, good = (
            int((kinds == kind).sum()),
            sum(x[2] == kind for x in labelled),
            int(right[kinds == kind].sum()),
        )
        spans.append({
            "name": name, "n": n, "read": there, "precision": _share(good, there), "recall": _share(good, n),
            "f1": _share(2 * good, there + n),
        })  # fmt: skip
    return {
        "abstracts": len(abstracts), "n": len(labelled), "read": len(right),
        "token_f1": _share(2 * hits, sum(x >= 0 for x in true) + sum(x >= 0 for x in read)),
        "span_f1": _share(2 * right.sum(), len(right) + len(labelled)),
        "classes": spans, **_calibration(right, expit(slope * odds + offset)),
    }  # fmt: skip


def write_figures(figures: dict[str, Any]) -> None:
    """Write ``data/models/abstracts.json`` and the tables of the model card beside it."""
    folder, figures = resource("data", "models"), _rounded(figures)  # the card shows what the file says
    with replacing(folder / FIGURES) as path:
        path.write_text(json.dumps(figures, indent=1) + "\n", encoding="utf-8")
    card = fill_card((folder / CARD).read_text(encoding="utf-8"), figures)
    with replacing(folder / CARD) as path:
        path.write_text(card, encoding="utf-8")


def fill_card(card: str, figures: dict[str, Any]) -> str:
    """The card with the text between each ``<!-- name -->`` and ``<!-- end -->`` made anew from the figures."""
    roles, surest, entities = figures["roles"], figures["agreed"], figures["entities"]
    headed = figures.get("structured")
    rows = [
        ("roles: micro-F1", roles["micro_f1"], roles["n"]),
        ("roles: micro-F1, split into sentences by this project", roles["own_split"], roles["n"]),
        ("roles: micro-F1, the fifth of abstracts that labellers agreed on most", surest["micro_f1"], surest["n"]),
    ]
    if headed:
        rows.append(("roles: micro-F1, abstracts of medicine by their own headings", headed["micro_f1"], headed["n"]))
    rows += [
        ("roles: calibration error", roles["ece"], roles["n"]),
        ("entities: micro-F1 of words' kinds", entities["token_f1"], entities["n"]),
        ("entities: F1 of exact spans", entities["span_f1"], entities["n"]),
        ("entities: calibration error", entities["ece"], entities["read"]),
    ]
    blocks = {
        "figures": _markdown(("figure", "value", "over"), rows),
        "roles": _markdown(("role", *_OF_CLASS), [tuple(row.values()) for row in roles["classes"]]),
        "kinds": _markdown(("kind", *_OF_CLASS), [tuple(row.values()) for row in entities["classes"]]),
    }
    return re.sub(
        r"(<!-- (\w+) -->\n).*?(<!-- end -->)", lambda m: f"{m[1]}{blocks[m[2]]}\n{m[3]}", card, flags=re.DOTALL
    )


def _markdown(columns: Sequence[str], rows: Sequence[Sequence[Any]]) -> str:
    cells = [["" if x is None else f"{x:.3f}" if isinstance(x, float) else f"{x}" for x in row] for row in rows]
    lines = [columns, ["---", *["--:"] * (len(columns) - 1)], *cells]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def found_in(abstract: Abstract) -> list[Found]:
    """What is read of an abstract's entities, its sentences given."""
    reading = read_text(abstract.text, abstract.sentences)
    return [Found((start, end), kind, likely) for start, end, kind, likely in entities_in(reading)]


def _spans(abstract: Abstract) -> list[tuple[Span, int]]:
    words = abstract.words
    return [((words[first][0], words[end - 1][1]), kind) for first, end, kind in abstract.entities]


def _kinds_of_words(abstract: Abstract, spans: Sequence[tuple[Span, int]]) -> np.ndarray:
    """Kind of each word of an abstract by the spans that cover a part of it; -1: none."""
    starts, ends = np.array(abstract.words).T
    kinds = np.full(len(starts), -1)
    for (start, end), kind in spans:
        kinds[(starts < end) & (ends > start)] = kind
    return kinds


def _entities_right(abstracts: Sequence[Abstract], found: Sequence[Sequence[Found]]) -> tuple[np.ndarray, np.ndarray]:
    """Of each entity read: was it labelled so, borders and kind; and its log-odds before calibration."""
    right, odds = [], []
    for abstract, entities in zip(abstracts, found, strict=True):
        true = set(_spans(abstract))
        right += [(e.span, e.kind) in true for e in entities]
        odds += [log_odds(e.likely) for e in entities]
    return np.array(right, bool), np.array(odds)


def _own_split(abstract: Abstract, told: Known) -> list[int]:
    """Role of each labelled sentence: that of the own sentence which shares most of its characters."""
    own = split_sentences(abstract.text)
    roles = role_probabilities(read_text(abstract.text, own).roles, told).argmax(axis=1)
    starts, ends = np.array(own).T
    return [
        int(roles[np.argmax(np.minimum(ends, end) - np.maximum(starts, start))]) for start, end in abstract.sentences
    ]


def _of_labels(probable: np.ndarray, labels: Sequence[int]) -> np.ndarray:
    return np.asarray(probable[np.arange(len(labels)), labels])


def _classes(names: Sequence[str], true: Sequence[int], read: np.ndarray) -> list[dict[str, Any]]:
    counts = confusion(true, read, range(len(names)))
    return [
        {"name": name, "n": int(n), "read": int(r), "precision": p, "recall": found, "f1": f1}
        for name, n, r, (p, found, f1) in zip(
            names, counts.sum(axis=1), counts.sum(axis=0), class_scores(counts), strict=False
        )
    ]


def _calibration(right: np.ndarray, confidence: np.ndarray) -> dict[str, Any]:
    """Expected calibration error (mean distance of confidence and accuracy over bins of equal mass), and the bins."""
    bins = reliability(right, confidence, bins=BINS)
    distance = (bins["confidence"] - bins["accuracy"]).abs()
    return {"ece": float((distance * bins["n"]).sum() / bins["n"].sum()), "reliability": bins.to_dict("records")}


def _share(part: float, whole: float) -> float | None:
    return float(part / whole) if whole else None


def _rounded(value: Any) -> Any:
    if isinstance(value, dict):
        return {key: _rounded(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_rounded(inner) for inner in value]
    if isinstance(value, float | np.floating):
        return None if value != value else round(float(value), DIGITS)
    return value.item() if isinstance(value, np.generic) else value
