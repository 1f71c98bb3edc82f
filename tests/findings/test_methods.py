"""What a report says of its methods and limits: every number is the tables', counted here by hand."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest
from small_readings import make_bare_study, make_confusion

from analysis.carriers import find_encoder, spacy_model_version
from analysis.evaluate import answer_validity, shipped_evaluation
from analysis.evaluate.bootstrap import Estimate
from analysis.findings import methods as writer
from analysis.findings.methods import limits, methods
from analysis.findings.mixing import Mixed, shipped_mixing
from analysis.senses.inventory import Inventory, Sense
from analysis.study import Study

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
# eight held-out mentions: seven are read as labelled, one parameter as social
READ = zip("abcdefgh", ["social"] * 3 + ["parameter"] * 5, ["social"] * 4 + ["parameter"] * 4, strict=True)
CONFUSION = make_confusion(list(READ), ["social", "parameter"])


@pytest.fixture
def study_of(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Study]:
    """``study_of(papers, mentions, versions=..., **options of make_bare_study)``; what it leaves out is as above."""

    def make(papers: list[dict] = PAPERS, mentions: list[tuple] = MENTIONS, **options: Any) -> Study:
        if versions := options.pop("versions", None):
            monkeypatch.setattr("analysis.stages._versions", lambda: versions)
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
    inventory = Inventory(
        "bias", (Sense("social", "Social bias", "Unfair."), Sense("parameter", "Bias term", "Added."))
    )
    return make_bare_study(papers, found, senses, inventory, folder, **options)


@pytest.fixture(autouse=True)
def shipped(monkeypatch: pytest.MonkeyPatch) -> None:
    """As if papers a and d had been labelled, 3 of 4 held-out stances read as labelled, 9 of 90 papers mixed senses."""
    monkeypatch.setattr(writer, "labelled_papers", lambda: {"a", "d"})
    monkeypatch.setattr(writer, "labelled_fields", lambda: {"law": 1200, "art": 40, "music": 9, "chess": 1})
    monkeypatch.setattr(writer, "shipped_agreement", lambda: (3, 4))
    measured = SimpleNamespace(about={"mentions": 8}, value={"accuracy": Estimate(0.875, 0.53, 0.98)}.__getitem__)
    monkeypatch.setattr(writer, "shipped_evaluation", lambda: measured)
    monkeypatch.setattr(writer, "shipped_mixing", lambda: Mixed(90, 9, 6, 5))


def test_limits_count_what_the_tables_lack(study_of) -> None:
    told = [point.text for point in limits(study_of(), None).sentences]
    assert told[1] == "1 paper came without an abstract, so only the title was read."
    assert told[2] == "2 of 4 papers have no year and are left out of findings over time."
    assert "1 of 3 papers has no year and is left out" in limits(study_of(PAPERS[1::2] + PAPERS[:1]), None).text
    assert told[3].startswith("2 of 5 mentions (40%) are unsure, read with a confidence below 0.5; ")
    assert told[4].startswith("How often the senses are wrong is not known")
    assert told[5].startswith("4 papers are few: ")
    assert len(told) == 6


def test_limits_tell_how_many_papers_with_a_mention_were_labelled_for_training(study_of) -> None:
    labels = pd.DataFrame(
        [("a#abstract:0", "bias", "social", ""), ("z#abstract:0", "bias", "social", "")],
        columns=["mention_id", "surface", "label", "label_stance"],
    )
    told = [point.text for point in limits(study_of(), CONFUSION._replace(labels=labels)).sentences]
    assert "whose largest fields of research are law (1,200 mentions), art (40 mentions) and music (9 m" in told[4]
    assert told[5].startswith(
        "Counts and lists of papers that mix senses are often wrong: of 90 held-out papers with two labelled "
    )
    assert "9 mix them by their labels and 6 as read, 5 by both." in told[5]
    # d has no mention; the labels here are of a's first mention and of one that the study does not hold
    assert told[6].startswith("1 paper of 4 was among those labelled for training: their labels (of 1 of 5 mentions)")
    both = [*MENTIONS, ("d", "social", False, "", False)]
    assert "2 papers of 4 were among those labelled" in limits(study_of(mentions=both), CONFUSION).text


def test_limits_are_silent_on_what_a_study_does_not_lack(study_of) -> None:
    whole = [{"paper_id": f"p{i}", "abstract": "Bias.", "year": 2020} for i in range(50)]
    told = limits(study_of(whole, []), CONFUSION).sentences
    starts = ["Only titles and abstract", "The correction for the c", "Counts and lists of pape"]
    assert [point.text[:24] for point in told] == starts


def test_limits_have_thousands_commas(study_of) -> None:
    many = [{"paper_id": f"p{i}", "abstract": ""} for i in range(1234)]
    told = limits(study_of(many, []), None).text
    assert "1,234 papers came without an abstract" in told
    assert "1,234 of 1,234 papers have no year" in told


def test_methods_say_what_was_searched_found_and_measured(study_of) -> None:
    versions = {"python": "3.11.9", "bias-senses": "0", "numpy": "2.1"}
    study = study_of(seed=7, rung="by Ward", versions=versions)
    told = methods(study, CONFUSION).text
    assert "abstracts of 4 papers for the word family of “bias”" in told
    assert "and found 5 mentions in 3 papers." in told
    assert f"parsed with {spacy_model_version()} and encoded with {find_encoder().name}." in told
    assert "Each mention was given one of 2 senses or “unclear”" in told
    assert "1 mention kept a label given or confirmed by the user." in told
    assert "On 8 held-out labelled mentions it agrees with the label on 88% (95% interval 53% to 98%," in told
    assert (
        "1 of the papers searched was among those labelled for training, where it agrees more often; there estimates "
        "take the labels, counts do not." in told
    )  # a, not d
    assert "on 4 held-out mentions this agrees with the label on 75%." in told
    assert "Topics come from BERTopic (by Ward), made of the encoded mention beside the sense it was read in" in told
    assert "how often a reading of that confidence is wrong" in told
    assert told.endswith("Random seed 7; versions: numpy 2.1, python 3.11.9.")


def test_methods_claim_no_figure_that_was_not_measured(study_of) -> None:
    told = methods(study_of(), None).text
    assert "Mentions were given 2 senses for which no held-out labels were at hand." in told
    for word in ("agrees", "confusion matrix", "checked by people"):
        assert word not in told


@pytest.mark.parametrize(
    ("rung", "why"), [("none: no mention", "no mention"), ("listed: fewer than 12 mentions", "fewer than 12 mentions")]
)
def test_methods_claim_no_topics_where_none_were_modelled(study_of, rung, why) -> None:
    told = methods(study_of(rung=rung), None).text
    assert f"No topics were modelled ({why})." in told
    assert "BERTopic (" not in told


def test_validity_counts_this_studys_doubts(study_of, monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.evaluate import validity

    monkeypatch.setattr(validity, "shipped_readings", lambda: pd.DataFrame({"paper_id": ["a", "a", "d"]}))
    told = answer_validity(study_of(), shipped_evaluation()).text
    # three mentions at 0.75 and two at 0.25: mean 0.55
    assert "the mean confidence is 0.55; 40% (2 of 5) of the mentions are unsure" in told
    assert "1 paper of this study, with 2 of its 5 mentions, was among those labelled" in told


def test_mixing_is_counted_among_held_out_papers_with_two_mentions(monkeypatch: pytest.MonkeyPatch) -> None:
    from analysis.evaluate import heldout

    rows = [
        ("a", "social", "social"), ("a", "data", "social"),  # mixed by label alone
        ("b", "social", "social"), ("b", "data", "skew"),  # by both
        ("c", "social", "social"), ("c", "unclear", "data"),  # as read alone: unclear is no sense
        ("d", "social", "social"), ("d", "social", "social"), ("e", "data", "skew"),
    ]  # fmt: skip
    table = pd.DataFrame(rows, columns=["paper_id", "label", "sense"])
    monkeypatch.setattr(heldout, "shipped_readings", lambda: table)
    assert shipped_mixing() == Mixed(of=4, labelled=2, read=2, both=1)
