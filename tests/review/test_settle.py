"""Conflicts are settled by a named person, beside what both had said, and the study obeys the result."""

from __future__ import annotations

import pytest
from test_panel import Shown
from worded_study import IDS

from analysis import BadInput
from analysis.common.tables import read_table
from analysis.review import label_many, settle_panel
from analysis.review.reviewing import Reviewing
from analysis.review.settle import settling
from analysis.senses.reviews import apply_reviews, read_reviews


@pytest.fixture
def two(worded):
    """Ann and ben agree on the first mention and differ on the second, third and fifth."""
    a, b = worded.folder.parent / "a.csv", worded.folder.parent / "b.csv"
    label_many(worded, IDS[:3], "social", reviewer="ann", path=a, note="<b>sure</b>")
    label_many(worded, [IDS[4]], "estimator", reviewer="ann", path=a, stance="measure")
    label_many(worded, IDS[:1], "social", reviewer="ben", path=b)
    label_many(worded, IDS[1:3], "cognitive", reviewer="ben", path=b)
    label_many(worded, [IDS[4]], "estimator", reviewer="ben", path=b, stance="mitigate", tags=["hm"])
    return a, b


def test_settling_adds_rows_beside_both_peoples_and_the_study_obeys(worded, two):
    panel = Shown(settle_panel(worded, *two, by="cy"))
    assert "0 of 3 decided" in panel.text
    assert "ann: Social bias (&lt;b&gt;sure&lt;/b&gt;)" in panel.text and "ben: Cognitive bias" in panel.text
    assert "As ann: <b>Social bias</b>" in panel.text and "As ben: <b>Cognitive bias</b>" in panel.text
    assert {"a  as ann", "b  as ben", "p  postpone", "u  undo"} <= set(panel.named)
    panel.press("b")  # the second mention, as ben
    panel.press("4")  # the third: data, as neither
    assert "As ann and ben: <b>Estimator bias</b>" in panel.text
    panel.press("a")  # the fifth: ann's stance
    assert "All done." in panel.text
    path = worded.folder.parent / "reviews.csv"
    rows = read_table(path)
    assert rows["reviewer"].value_counts().to_dict() == {"ann": 4, "ben": 4, "consensus": 3}
    assert rows.loc[rows["reviewer"] == "consensus", ["sense", "stance", "settled_by"]].values.tolist() == [
        ["cognitive", "", "cy"], ["data", "", "cy"], ["estimator", "measure", "cy"],
    ]  # fmt: skip
    senses, _, report = apply_reviews(worded.senses, worded.mentions, worded.inventory, read_reviews(path))
    assert senses["sense"].tolist() == ["social", "cognitive", "data", "parameter", "estimator", "social"]
    assert report["conflicts"] == []
    assert len(report["agreement"]["disagreements"]) == 2


def test_what_one_had_postponed_or_noted_is_kept(worded, two):
    work = Reviewing(worded, two[0], reviewer="ann", mentions=[IDS[3]])
    work.annotate("later")
    work.postpone()
    target = settling(worded, *two, by="cy")[0].journal.path
    assert Reviewing(worded, target, reviewer="ann").entry(IDS[3]).note == "later"
    settling(worded, *two, by="cy")  # again: nothing is missing


def test_all_conflicts_of_one_collocation_at_once_restart_and_undo(worded, two):
    panel = Shown(settle_panel(worded, *two, by="cy"))
    assert panel.many.description == "m  all 2 open mentions of “gender bias”"  # the first is no conflict
    panel.press("ma")
    again = Shown(settle_panel(worded, *two, by="cy"))
    assert "2 of 3 decided" in again.text
    again.press("u")
    assert "0 of 3 decided" in again.text
    rows = read_table(worded.folder.parent / "reviews.csv")
    assert rows["reviewer"].value_counts().to_dict() == {"ann": 4, "ben": 4}


def test_one_file_of_two_people_is_settled_in_place(worded, two):
    path = worded.folder.parent / "both.csv"
    path.write_text(two[0].read_text() + two[1].read_text().split("\n", 1)[1])
    work, compared, _ = settling(worded, path, by="cy")
    assert work.journal.path == path and compared.readers == ("ann", "ben")
    work.decide("social")
    assert len(read_table(path)) == 9


def test_nobody_settles_anonymously_or_over_other_reviews(worded, two, monkeypatch):
    with pytest.raises(BadInput, match="say who settles"):
        settling(worded, *two)
    monkeypatch.setenv("BIAS_SENSES_REVIEWER", "dee")
    settling(worded, *two)[0].decide("social")
    path = worded.folder.parent / "reviews.csv"
    assert read_table(path)["settled_by"].tolist()[-1] == "dee"
    label_many(worded, IDS[:1], "data", reviewer="eve", path=worded.folder.parent / "c.csv")
    with pytest.raises(BadInput, match="holds other reviews than those of eve and ben"):
        settling(worded, worded.folder.parent / "c.csv", two[1])
