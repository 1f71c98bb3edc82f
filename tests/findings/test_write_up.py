"""What a report says of its methods and limits: every number is the tables', counted here by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from small_readings import make_bare_study

from analysis.common.models import find_encoder, spacy_model_version
from analysis.evaluation import answer_validity, shipped_evaluation
from analysis.findings import write_up as writer
from analysis.findings.write_up import limits, methods
from analysis.inventory.inventory import Inventory, Sense, Stance
from analysis.senses import held_out
from analysis.senses.reader import EXTENDED, FEW, INDUCED, Reading
from analysis.statistics.bootstrap import Estimate
from analysis.statistics.confusion import Mixed, mixing_as_labelled
from analysis.study.study import Study

PAPERS = [
    {"paper_id": "a", "abstract": "Bias and bias.", "year": 2020},
    {"paper_id": "b", "title": "Bias", "abstract": ""},
    {"paper_id": "c", "abstract": "Biased by bias."},
    {"paper_id": "d", "abstract": "None here.", "year": 2021},
]
# paper, sense, unsure, stance, kept a label of the user's
MENTIONS = [
    ("a", "social", False, "measure", False),
    ("a", "social", True, "measure", False),
    ("b", "parameter", False, "exploit", True),
    ("c", "parameter", True, "", False),
    ("c", "social", False, "mention", False),
]
# eight held-out mentions: seven are read as labelled, and three of the four labelled stances; a mixes by its labels
#   paper, start, label, sense, field of research, stance by label, as read
HELD_OUT = [
    ("a", 0, "social", "social", "law", "measure", "measure"),
    ("a", 90, "parameter", "social", "law", "exploit", "measure"),
    ("d", 0, "social", "social", "law", "mention", "mention"), ("d", 9, "social", "social", "art", "", "mention"),
    ("e", 0, "parameter", "parameter", "art", "measure", "measure"),
    ("f", 0, "parameter", "parameter", "music", "", ""),
    ("g", 0, "parameter", "parameter", "music", "", ""), ("h", 0, "parameter", "parameter", "chess", "", ""),
]  # fmt: skip
NOBODY = Reading(INDUCED, scores=False)


@pytest.fixture
def study_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Study]:
    """``study_of(papers, mentions, versions=..., **options of make_bare_study)``; what it leaves out is as above."""

    def make(papers: list[dict] = PAPERS, mentions: list[tuple] = MENTIONS, **options: Any) -> Study:
        if versions := options.pop("versions", None):
            monkeypatch.setattr("analysis.study.cache._versions", lambda: versions)
        return _study_of(papers, mentions, tmp_path / "a.study", **options)

    return make


def _study_of(papers: list[dict], mentions: list[tuple], folder: Path, **options: Any) -> Study:
    ids = [f"{paper}#abstract:{10 * i}" for i, (paper, *_) in enumerate(mentions)]
    senses = [
        {"mention_id": mention_id, "sense": sense, "abstained": doubtful, "stance": stance, "reviewed": reviewed,
         "confidence": 0.25 if doubtful else 0.75}
        for mention_id, (_, sense, doubtful, stance, reviewed) in zip(ids, mentions, strict=True)
    ]  # fmt: skip
    found = [
        {"mention_id": i, "paper_id": paper, "surface": "bias"} for i, (paper, *_) in zip(ids, mentions, strict=True)
    ]
    senses_known = (Sense("social", "Social bias", "Unfair."), Sense("parameter", "Bias term", "Added."))
    stances = {name: Stance(name, "What is done.") for name in ("measure", "exploit", "mention")}
    inventory = Inventory("bias", senses_known, stances=stances)
    return make_bare_study(papers, found, senses, inventory, folder, **options)


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if these were the shipped readings, measured to be right in 7 of 8."""
    columns = ["paper_id", "start", "label", "sense", "research", "label_stance", "stance"]
    table = pd.DataFrame(HELD_OUT, columns=columns)
    table = table.assign(field="abstract", surface="bias", confidence=0.9, stance_confidence=0.9)
    monkeypatch.setattr(held_out, "shipped_readings", lambda *, scores=True: table)
    measured = SimpleNamespace(value=lambda figure, method: Estimate(0.875, 0.53, 0.98))
    monkeypatch.setattr(writer, "shipped_evaluation", lambda: measured)
    scores = [("open", "result", 9, 1.0, 0.9, 1.0), ("unseen", "link", 2, 1.0, 0.5, 1.0),
              ("unseen", "result", 40, 0.8, 0.65, 0.89)]  # fmt: skip
    evidence = SimpleNamespace(
        value={
            "roles: micro-F1": Estimate(0.7, 0.6, 0.79),
            "entities: precision of spans": Estimate(0.6, 0.5, 0.7),
        }.get,
        quantities=pd.DataFrame(scores, columns=["part", "kind", "n", "recall", "recall_low", "recall_high"]),
    )
    monkeypatch.setattr(writer, "shipped_evidence", lambda: evidence)


def test_limits_count_what_the_tables_lack(study_of) -> None:
    told = [point.text for point in limits(study_of(reading=NOBODY)).sentences]
    assert told[1] == "1 paper came without an abstract, so only the title was read."
    assert told[2] == "2 of 4 papers have no year and are left out of findings over time."
    assert "1 of 3 papers has no year and is left out" in limits(study_of(PAPERS[1::2] + PAPERS[:1])).text
    assert told[3].startswith("2 of 5 mentions are unsure, read with a confidence below 0.5. ")
    assert told[4].startswith("How often the senses are wrong is not known")
    assert told[5].startswith(
        "Cells of the evidence table are read by machine. On labelled abstracts 60% of the entities"
    )
    assert told[6].startswith("3 papers with the term are few. ")
    assert len(told) == 7


def test_limits_tell_how_many_papers_with_a_mention_were_labelled_for_training(study_of) -> None:
    told = [point.text for point in limits(study_of()).sentences]
    assert "The largest of these are law (3 mentions), art (2 mentions) and music (2 m" in told[4]
    # of the held-out papers only a has two mentions with different labels; both are read alike
    assert (
        "Of 1 held-out paper that mixes them by the labels, 0 were read so; 0 others were read so wrongly." in told[5]
    )
    # d has no mention; of the labels of a the study holds the first mention
    assert told[6].startswith("1 paper of 4 was among those labelled for training. Their labels stand for the readings")
    assert "of 1 mention in every estimate" in told[6]
    both = [*MENTIONS, ("d", "social", False, "", False)]
    assert "2 papers of 4 were among those labelled" in limits(study_of(mentions=both)).text


def test_limits_are_silent_on_what_a_study_does_not_lack(study_of) -> None:
    whole = [{"paper_id": f"p{i}", "abstract": "Bias.", "year": 2020} for i in range(50)]
    told = limits(study_of(whole, [(f"p{i}", "social", False, "", False) for i in range(30)])).sentences
    starts = [
        "Only titles and abstract",
        "The intervals assume tha",
        "Counts and lists of pape",
        "Cells of the evidence ta",
    ]
    assert [point.text[:24] for point in told] == starts


def test_limits_have_thousands_commas(study_of) -> None:
    many = [{"paper_id": f"p{i}", "abstract": ""} for i in range(1234)]
    told = limits(study_of(many, [])).text
    assert "Cells of the evidence" not in told  # nothing was read
    assert "1,234 papers came without an abstract" in told
    assert "1,234 of 1,234 papers have no year" in told


def test_methods_say_what_was_searched_found_and_measured(study_of) -> None:
    versions = {"python": "3.11.9", "bias-senses": "0", "numpy": "2.1"}
    study = study_of(seed=7, rung="by Ward", versions=versions)
    told = methods(study).text
    assert "abstracts of 4 papers for the word family of “bias”" in told
    assert "We found 5 mentions in 3 papers." in told
    assert f"parsed with {spacy_model_version()} and encoded with {find_encoder().name}." in told
    assert "Each mention was given one of 2 senses, “other” or “unclear”" in told
    assert "1 mention kept a label given or confirmed by the user." in told
    assert "On 8 held-out labelled mentions it agrees with the label on 88% (95% interval 53% to 98%," in told
    assert (
        "1 of the papers searched was among those labelled for training, where it agrees more often. Estimates "
        "use their labels; counts use the readings." in told
    )  # a, not d
    assert "On 4 held-out mentions this agrees with the label on 75%." in told
    assert "CSAbstruct (Cohan et al. 2019) and SciERC (Luan et al. 2018). On CSAbstruct's" in told
    assert "it tells 70% of the roles as crowd workers did (95% interval 60% to 79%)." in told
    assert "of 40 results that a language model labelled in abstracts kept apart they find 80% (95%" in told
    assert "Topics come from BERTopic (by Ward). They are made of the encoded mention and the sense" in told
    assert "readings of that sense and confidence turned out to be" in told
    assert told.endswith("Random seed 7; versions: numpy 2.1, python 3.11.9.")


def test_methods_claim_no_figure_that_was_not_measured(study_of) -> None:
    told = methods(study_of(reading=NOBODY)).text
    assert "clustered, and the groups are called 2 senses here." in told
    assert "How often this is wrong is not known, because there were no held-out labels." in told
    for word in ("agrees", "confusion matrix", "checked by people"):
        assert word not in told


@pytest.mark.parametrize(
    ("rung", "why"), [("none: no mention", "no mention"), ("listed: fewer than 12 mentions", "fewer than 12 mentions")]
)
def test_methods_claim_no_topics_where_none_were_modelled(study_of, rung, why) -> None:
    told = methods(study_of(rung=rung)).text
    assert f"No topics were modelled ({why})." in told
    assert "BERTopic (" not in told


def test_validity_counts_this_studys_doubts(study_of, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.evaluation import validity

    monkeypatch.setattr(validity, "shipped_readings", lambda **_: pd.DataFrame({"paper_id": ["a", "a", "d"]}))
    told = answer_validity(study_of(), shipped_evaluation()).text
    # three mentions at 0.75 and two at 0.25: mean 0.55
    assert "the mean confidence is 0.55; 40% (2 of 5) of the mentions are unsure" in told
    assert "1 paper of this study, with 2 of its 5 mentions, was among those labelled" in told


def test_mixing_is_counted_among_held_out_papers_with_two_mentions() -> None:
    rows = [
        ("a", "social", "social"), ("a", "data", "social"),  # mixed by label alone
        ("b", "social", "social"), ("b", "data", "skew"),  # by both
        ("c", "social", "social"), ("c", "unclear", "data"),  # as read alone: unclear is no sense
        ("d", "social", "social"), ("d", "social", "social"), ("e", "data", "skew"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["paper_id", "label", "sense"])
    assert mixing_as_labelled(table) == Mixed(of=4, labelled=2, read=2, both=1)


def of_labels(*rows: tuple[str, str, str]) -> list[dict[str, Any]]:
    """Labelled mentions of the user's, ``(paper, label, sense)``, as a reading that did not know them has them."""
    return [
        {"mention_id": f"{paper}#abstract:{i}", "paper_id": paper, "surface": "bias", "label": label, "sense": sense,
         "confidence": 0.9}
        for i, (paper, label, sense) in enumerate(rows)
    ]  # fmt: skip


def test_another_reader_gets_neither_the_shipped_figures_nor_their_text(study_of) -> None:
    """An inventory of the user's keeps the shipped ids; its labels say how often it is right: 3 of 4."""
    own = of_labels(("p", "social", "social"), ("q", "social", "parameter"), ("r", "parameter", "parameter"),
                    ("s", "parameter", "parameter"))  # fmt: skip
    for labels, quality in (([], "How often this is wrong is not known"), (own, "On 4 labelled mentions, each read")):
        study = study_of(reading=Reading(FEW, scores=True), held_out=labels)
        told = methods(study).text
        assert "a logistic model made for this study" in told and quality in told
        for shipped in ("88%", "a large language model's", "held-out labelled", "labelled for training"):
            assert shipped not in told + limits(study).text
        assert "for which there are no shipped labels" in answer_validity(study, shipped_evaluation()).text
    assert "it agrees with the label on 75%" in told
    assert study.error_model.senses is not None and len(study.error_model.held_out) == 4


def test_labels_that_the_heads_learned_count_beside_the_shipped_ones(study_of) -> None:
    """Of the user's three labels one corrects a shipped one, one is of a shipped paper, which the heads knew, and one
    is new: nine held-out mentions, of which seven were read as labelled (7 of the shipped, less the one that is
    corrected, and the new one)."""
    own = [
        {**of_labels(("d", "parameter", "social"))[0], "mention_id": "d#abstract:0"},
        {**of_labels(("e", "social", "social"))[0], "mention_id": "e#abstract:500"},
        *of_labels(("new", "social", "social")),
    ]
    study = study_of(reading=Reading(EXTENDED, scores=True), held_out=own)
    told = methods(study).text
    assert "it also learned the user's labels" in told
    assert "On 9 held-out labelled mentions (3 the user's) it agreed with the label on 78%" in told
    assert told.count("before it learned the user's") == 1
    assert len(study.error_model.held_out) == 9
    assert study.error_model.senses.senses.counts.to_numpy().sum() == 7  # a and d have two mentions read in one sense
