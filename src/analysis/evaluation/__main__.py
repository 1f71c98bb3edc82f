"""``python -m analysis.evaluation`` (``make evaluate``): measure the shipped heads on the shipped labels, out of fold.

Writes held_out.csv (the readings, whose errors the intervals of the findings carry) and evaluation.json beside the
heads, puts the figures into the model card, and prints them. With ``--figures`` only the figures are made anew, from
the readings as they are. With ``--quantities FILE...`` quantities.json is: the scores of quantities in the labelled
papers, most of whose texts do not ship. With ``--cards`` nothing but the cards of all models.
"""

from __future__ import annotations

import argparse
import json
import sys
import time
from functools import partial
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING, Any

import numpy as np

from analysis.common.errors import BadInput
from analysis.common.resources import resource
from analysis.common.tables import replacing
from analysis.evaluation.card import fill_card
from analysis.evaluation.comparison import SENTENCE, with_baselines
from analysis.evaluation.evidence import QUANTITIES
from analysis.evaluation.heldout import TEST_FOLD, held_out_readings, with_field_left_out, with_scores_left_out
from analysis.evaluation.quantities import measure_quantities
from analysis.evaluation.report import Evaluation, columns_of, dumps, evaluate, load_evaluation
from analysis.evaluation.stability import head_stability, topic_stability
from analysis.evaluation.text import aligned
from analysis.inventory.inventory import load_inventory
from analysis.senses.held_out import save_readings, shipped_readings
from analysis.statistics.bootstrap import DRAWS, intervals
from analysis.statistics.metrics import accuracy, confusion, macro_f1
from analysis.training.abstracts_figures import CARD as OWN_CARD
from analysis.training.abstracts_figures import FIGURES
from analysis.training.abstracts_figures import fill_card as fill_own_card

if TYPE_CHECKING:
    import pandas as pd

EVALUATION, CARD = "evaluation.json", "README.md"


def measure_readings(
    readings: pd.DataFrame,
    *,
    stability: pd.DataFrame | None = None,
    about: dict[str, Any] | None = None,
    draws: int = DRAWS,
    seed: int = 0,
) -> Evaluation:
    """The evaluation of out-of-fold ``readings``, with parts: the test part, labels by the labeller's certainty, and
    each field of research with its papers left out of training and, where that was done, with all of it left out."""
    import pandas as pd

    told = [name for name in ("sense", "parent", "stance") if f"{name}_left_out" in readings]
    left_out = readings.assign(parent="").assign(**{name: readings[f"{name}_left_out"] for name in told})
    parts = [(f"test part (fold {TEST_FOLD})", "papers", readings[readings["fold"] == TEST_FOLD])]
    for certainty in ("high", "medium", "low"):
        own = readings["certainty"] == certainty
        parts += [(f"labels of {certainty} certainty", "papers", readings[own])]
    for name in sorted(set(readings["research"])):
        own = readings["research"] == name
        parts.append((name, "papers", readings[own]))
        if (left_out.loc[own, "sense"] != "").all():
            parts.append((name, "field", left_out[own]))
    if told:
        parts.append(("all of these fields", "field", left_out[left_out["sense"] != ""]))
    table = pd.DataFrame(
        [{"part": part, "left_out": apart, **part_figures(rows, draws=draws, seed=seed)} for part, apart, rows in parts]
    )
    senses, parents = load_inventory().ids, load_inventory().parent_by_sense
    return evaluate(
        readings, senses, parents=parents, draws=draws, seed=seed, parts=table, stability=stability, about=about
    )


def part_figures(rows: pd.DataFrame, *, draws: int = DRAWS, seed: int = 0) -> dict[str, Any]:
    """Accuracy and macro-F1 of senses, macro-F1 of stances and, where they were read, the accuracy of parents, with
    intervals, on some of the rows."""
    senses, stances = load_inventory().ids, tuple(load_inventory().stances)
    right = (rows["sense"] == rows["label"]).to_numpy()
    parents = load_inventory().parent_by_sense
    told = "parent" in rows and (rows["parent"] != "").all()
    right_parent = (rows["parent"] == rows["label"].replace(parents)).to_numpy() if told else None

    def measure(weights: np.ndarray | None) -> dict[str, float]:
        every = np.ones(len(rows)) if weights is None else weights
        return {
            "accuracy": accuracy(right, every),
            "macro_f1": macro_f1(confusion(rows["label"], rows["sense"], senses, every)),
            **({} if right_parent is None else {"parent_accuracy": accuracy(right_parent, every)}),
            "stance_macro_f1": macro_f1(confusion(rows["label_stance"], rows["stance"], stances, every)),
        }

    found = intervals(measure, rows["paper_id"], draws=draws, seed=seed)
    row: dict[str, Any] = {"n": len(rows), "papers": int(rows["paper_id"].nunique())}
    for name, estimate in found.items():
        row |= {name: estimate.value, f"{name}_low": estimate.low, f"{name}_high": estimate.high}
    return row


def measure_speed(times: int = 60) -> float:
    """Mentions a second through cues, word features and both heads: the bundled collection's, ``times`` over."""
    import pandas as pd

    from analysis import assign_senses, embed_mentions, find_mentions, load_papers, read_in_context

    papers = load_papers().papers
    mentions = find_mentions(papers)
    vectors, scores = embed_mentions(mentions, papers), read_in_context(mentions, papers)
    assign_senses(mentions, vectors, scores=scores)  # loads the heads
    many, many_scores = (pd.concat([table] * times, ignore_index=True) for table in (mentions, scores))
    ids = [f"{mention}-{n // len(mentions)}" for n, mention in enumerate(many["mention_id"])]
    many, many_scores, vectors = (
        many.assign(mention_id=ids),
        many_scores.assign(mention_id=ids),
        np.tile(vectors, (times, 1)),
    )
    began = time.perf_counter()
    assign_senses(many, vectors, scores=many_scores)
    return float(len(many) / (time.perf_counter() - began))


def main() -> None:
    """Entry of ``python -m analysis.evaluation``."""
    parser = argparse.ArgumentParser(description="Measure the shipped heads on the shipped labels, out of fold.")
    parser.add_argument("--figures", action="store_true", help="only the figures, from held_out.csv as it is")
    parser.add_argument(
        "--quantities", nargs="+", metavar="FILE", help="only the quantities, in these papers (.jsonl.gz)"
    )
    parser.add_argument("--cards", action="store_true", help="only the model cards, from the figures as they are")
    parser.add_argument("--draws", type=int, default=DRAWS, help="bootstrap samples of papers (default: %(default)s)")
    arguments = parser.parse_args()
    folder = resource("data", "models")
    if arguments.quantities:
        try:
            scores = measure_quantities(arguments.quantities)
        except BadInput as error:
            sys.exit(str(error))
        with replacing(folder / QUANTITIES) as temporary:
            temporary.write_text(dumps({"scores": columns_of(scores)}), "utf-8")
        sys.stdout.write(aligned(scores) + "\n")
    if arguments.quantities or arguments.cards:
        _write_cards(folder)
        return
    if arguments.figures:
        old = load_evaluation(folder / EVALUATION)
        evaluation = measure_readings(
            shipped_readings(), stability=old.stability, about={"speed": old.about["speed"]}, draws=arguments.draws
        )
    else:
        evaluation = _all(folder, arguments.draws)
    evaluation.save(folder / EVALUATION)
    _write_cards(folder)
    sys.stdout.write(load_evaluation(folder / EVALUATION).to_text())


def _write_cards(folder: Path) -> None:
    """Fill both model cards, from the figures in the files, which are rounded: so the cards' tests see the same."""
    evaluation, abstracts = load_evaluation(folder / EVALUATION), json.loads((folder / FIGURES).read_text("utf-8"))
    cards = {CARD: partial(fill_card, evaluation=evaluation), OWN_CARD: partial(fill_own_card, figures=abstracts)}
    for name, fill in cards.items():
        card = fill((folder / name).read_text("utf-8"))
        with replacing(folder / name) as temporary:
            temporary.write_text(card, "utf-8")


def _all(folder: Path, draws: int) -> Evaluation:
    import pandas as pd

    from analysis.senses.labelled import is_real, shipped_training
    from analysis.study.study import open_study

    training = shipped_training()
    features = training.features.take(np.flatnonzero(is_real(training.labels)))
    documents = [" ".join(words) for words in features.words]  # of the texts, which do not ship, the words near by do
    readings = with_field_left_out(training, with_scores_left_out(training, held_out_readings(training)))
    readings = with_baselines(readings, documents, features.vectors[:, SENTENCE], features.cues, load_inventory().ids)
    save_readings(readings, folder)
    with TemporaryDirectory() as temporary:
        study = open_study(folder=Path(temporary) / "study")
        topics = topic_stability(study.mentions, study.vectors, study.senses)
    stability = pd.concat([head_stability(training, readings), topics], ignore_index=True)
    about = {"speed": round(measure_speed())}
    return measure_readings(readings, stability=stability, about=about, draws=draws)


if __name__ == "__main__":
    main()
