"""What the shipped evaluation means for a study at hand, in sentences."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from analysis.common.prose import Prose, between, sentence, share_of
from analysis.common.resources import resource
from analysis.common.wording import count_of, listed, percent
from analysis.evaluation.report import Evaluation, load_evaluation, str_of
from analysis.senses.held_out import shipped_readings
from analysis.senses.probable import ABSTAIN_BELOW
from analysis.senses.reader import EXTENDED, INDUCED

if TYPE_CHECKING:
    import pandas as pd

    from analysis.study.study import Study


@cache
def shipped_evaluation() -> Evaluation:
    """The evaluation of the shipped heads on the shipped labels, as ``make evaluate`` left it."""
    return load_evaluation(resource("data", "models", "evaluation.json"))


def answer_validity(study: Study, evaluation: Evaluation) -> Prose:
    """How good the readings are, and whether that was measured for this study's senses and papers."""
    n = len(study.senses)
    if not n:
        return Prose([sentence("This study has no mention, so there is no reading to trust or doubt.")])
    about = evaluation.about
    right = evaluation.value("accuracy")
    measured = sentence(
        f"On {about['mentions']:,} labelled mentions of {count_of(about['papers'], 'paper')} that it had not seen, the "
        f"head is right in {percent(right.value)} ({between(right.low, right.high)}); macro-F1 over the senses is "
        f"{str_of(evaluation.value('macro_f1'))}."
    )
    if not study.reading.learned_shipped:
        induced = study.reading.by == INDUCED
        whose = "senses induced from its mentions" if induced else "senses of its own, from its inventory or its labels"
        own = study.error_model.accuracy
        measured_here = (
            "how often its readings are right is not known. Label some mentions and run bias-senses evaluate on them."
            if own is None
            else f"of its own labels, each read without those of its paper, it reads {percent(own.value)} right "
            f"({between(own.low, own.high)})."
        )
        return Prose(
            [
                sentence(f"This study has {whose}, for which there are no shipped labels: {measured_here}"),
                sentence("What follows was measured for \u201cbias\u201d and shows how the method does there. "),
                measured,
            ]
        )
    of_parents = []
    if "parent_accuracy" in set(evaluation.figures["figure"]):
        above = evaluation.value("parent_accuracy")
        coarse = f"Of parents, which put senses together, it reads {percent(above.value)} right"
        of_parents = [sentence(f"{coarse} ({between(above.low, above.high)}).")]
    palette = study.palette
    weak = evaluation.senses.sort_values("f1").head(3)["sense"].tolist()
    on_weak = int(study.senses["sense"].isin(weak).sum())
    unsure = int(study.senses["abstained"].sum())
    sure = float(study.senses["confidence"].mean())
    known = study.mentions["paper_id"].isin(set(shipped_readings()["paper_id"]))
    sentences = [
        measured,
        *of_parents,
        sentence(
            f"In this study the mean confidence is {sure:.2f}; {share_of(unsure, n)} of the mentions are unsure, read "
            f"with a confidence below {ABSTAIN_BELOW:g}. {share_of(on_weak, n)} are read as one of the weakest senses "
            f"({listed([palette[sense].name for sense in weak], mark='; ')})."
        ),
    ]
    if study.reading.by == EXTENDED:
        taught = "Since then the head has learned the user's labels; what that changed was not measured."
        sentences.insert(1, sentence(taught))
    if known.any():
        own_papers = study.mentions.loc[known, "paper_id"].nunique()
        sentences.append(
            sentence(
                f"{count_of(own_papers, 'paper')} of this study, with {int(known.sum()):,} of its {n:,} mentions, "
                f"{'was' if own_papers == 1 else 'were'} among those labelled for training; on them the head does "
                "better than on new papers."
            )
        )
    return Prose(sentences)


def shipped_novelty(*, disciplines: bool = False) -> pd.DataFrame:
    """How well a sense left out of inventory and training is flagged as novel: what ``recover_senses`` returned.

    With ``disciplines``, how well the four senses that the inventory gained for papers of other disciplines are, left
    out together, in these. Measured by ``benchmarks/novel.py``, for it takes the labelled texts, which do not ship. The
    first row, with nothing left out, is named so.
    """
    import pandas as pd

    name = "novel_disciplines.csv" if disciplines else "novel.csv"
    return pd.read_csv(resource("data", "models", name)).fillna({"sense": "none left out", "tuned": ""})


def shipped_false_alarms() -> pd.DataFrame:
    """In how many of small collections, in which no sense is new, a topic was flagged as novel, by number of papers.

    Columns papers, mentions (on average), collections, false alarms. Measured by ``benchmarks/novel.py``.
    """
    import pandas as pd

    return pd.read_csv(resource("data", "models", "novel_small.csv"))


def surest_errors(readings: pd.DataFrame, *, most: int = 10) -> pd.DataFrame:
    """The mentions read otherwise than labelled with the highest confidence: where to look for errors, of either."""
    wrong = readings[readings["sense"] != readings["label"]]
    worst = wrong.sort_values(["confidence", "paper_id", "start"], ascending=[False, True, True]).head(most)
    columns = ["paper_id", "field", "start", "surface", "label", "sense", "confidence", "runner_up"]
    return worst[columns].rename(columns={"sense": "reading"}).reset_index(drop=True)
