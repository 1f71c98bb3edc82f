"""Shares, cards and charts by parents, and what a report says of readings that are sure of nothing but a parent."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
from small_study import MENTIONS, PAPERS, make_study

from analysis import charts, findings
from analysis.charts.text import annotated_paper
from analysis.common.errors import BadInput
from analysis.report.page_data import page_data
from analysis.study.study import Study


@pytest.fixture
def study(tmp_path: Path) -> Study:
    """Two papers: social, social and parameter in one; unclear and skew, which is unsure, in the other."""
    return make_study(tmp_path / "s.study", PAPERS, MENTIONS)


def sure_of_a_parent(study: Study) -> Study:
    """The last mention is unsure of skew, and sure that it is the behaviour of a model."""
    senses = study.senses.assign(parent=["people", "people", "design", "unclear", "behaviour"])
    return replace(study, senses=senses.assign(parent_confidence=[0.95, 0.98, 0.99, 0.3, 0.8]))


def test_shares_can_be_read_at_either_level(study: Study) -> None:
    fine, coarse = (findings.sense_shares(study, level=level).set_index(["unit", "sense"]) for level in
                    ("sense", "parent"))  # fmt: skip
    assert fine.loc[("mentions", "social"), "count"] == 2
    found = coarse["count"].to_dict()
    assert {sense: n for (unit, sense), n in found.items() if unit == "mentions" and n} == {
        "people": 2, "design": 1, "behaviour": 1, "unclear": 1
    }  # fmt: skip
    assert (coarse.loc["papers", "of"] == 2).all()
    assert list(coarse.loc["papers"].index) == [
        "behaviour", "measurement", "people", "design", "nature", "other", "unclear"
    ]  # fmt: skip
    assert findings.sense_shares(study.by_parent)["count"].tolist() == coarse["count"].tolist()
    with pytest.raises(BadInput, match="by sense or by parent"):
        findings.sense_shares(study, level="grandparent")


def test_cards_and_pairs_by_parents(study: Study) -> None:
    cards = findings.sense_cards(study, level="parent")
    assert [(card.sense, card.name, card.mentions) for card in cards] == [
        ("behaviour", "Model behaviour", 1), ("people", "People and society", 2), ("design", "Design", 1)
    ]  # fmt: skip
    assert findings.mixing_share(study.by_parent)["papers"] == 1


def test_a_study_without_parents_offers_none(study: Study) -> None:
    plain = replace(study, inventory=replace(study.inventory, parents=()))
    assert findings.parent_shares(plain).empty
    assert "no parents" in charts.parent_shares(findings.parent_shares(plain), plain).text
    with pytest.raises(BadInput, match="has no parents"):
        findings.sense_shares(plain, level="parent")


def test_few_papers_have_no_shares_of_parents(study: Study) -> None:
    assert "too few" in charts.parent_shares(findings.parent_shares(study), study).text


def test_a_paper_is_marked_with_the_parent_that_is_sure(study: Study) -> None:
    doubtful = annotated_paper(study.readings, "p2", study.palette).html
    assert "skew?" in doubtful
    told = annotated_paper(sure_of_a_parent(study).readings, "p2", study.palette).html
    assert "behaviour</sub>" in told
    assert "skew?" not in told
    assert "Model behaviour, confidence 0.80" in told
    assert "Of 1, whose sense is unsure, the parent is named." in told


def test_the_concordance_says_the_parent(study: Study) -> None:
    data = page_data(sure_of_a_parent(study))
    assert [parent["id"] for parent in data.parents] == ["behaviour", "people", "design"]
    last = data.mentions[-1]
    assert (data.parents[last.parent]["name"], last.above, last.state) == ("Model behaviour", 0.8, "unsure")
    assert [mention.above for mention in data.mentions[:4]] == [0, 0, 0, 0]
    assert [mention.state for mention in page_data(study).mentions] == ["", "", "", "unsure", "unsure"]


def test_the_evidence_says_the_parent(study: Study) -> None:
    table = findings.evidence(sure_of_a_parent(study)).set_index("sense")
    assert table["parent"].to_dict() == {"social": "", "parameter": "", "skew": "behaviour"}
    assert table["unsure"].to_dict() == {"social": False, "parameter": False, "skew": True}
