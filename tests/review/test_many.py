"""One decision for many mentions: a row each, undone as one, and nothing else is touched."""

from __future__ import annotations

import pytest
from worded_study import IDS

from analysis import BadInput
from analysis.common.tables import read_table
from analysis.review import label_many, with_same_words
from analysis.review.reviewing import Reviewing
from analysis.senses.reviews import read_reviews


def test_a_collocation_is_the_nearest_word_with_the_term(worded):
    assert with_same_words(worded, IDS[0]) == ("gender bias", IDS[:3])  # the German one cannot be reviewed
    assert with_same_words(worded, IDS[3]) == ("bias term", [IDS[3]])
    assert with_same_words(worded, IDS[4]) == ("", [])


def test_each_mention_gets_a_row_and_undo_takes_all_back(worded):
    path = worded.folder.parent / "mine.csv"
    label_many(worded, [IDS[4]], "estimator", reviewer="ann", path=path)
    assert label_many(worded, [*IDS[:3], IDS[0]], "Social bias", stance="mitigate", reviewer="ann", path=path) == 3
    rows = read_reviews(path)
    assert rows["sense"].tolist() == ["estimator", "social", "social", "social"]
    assert rows["paper_id"].tolist() == ["p3", "2502.10010", "2502.10010", "p2"]
    assert rows["surface"].tolist() == ["bias", "bias", "bias", "biases"]
    assert rows["stance"].tolist() == ["", "mitigate", "mitigate", "mitigate"]
    assert rows["step"].tolist() == ["1", "2", "2", "2"]
    assert rows["read_as"].tolist() == ["estimator", "social", "social", "cognitive"]
    work = Reviewing(worded, path, reviewer="ann")
    assert work.undo() == 3
    assert read_reviews(path)["sense"].tolist() == ["estimator"]


def test_a_selection_overrules_what_was_decided_and_undo_returns_to_it(worded):
    path = worded.folder.parent / "reviews.csv"
    work = Reviewing(worded, reviewer="ann", mentions=[IDS[0]])
    work.annotate("odd", ["x"])
    work.decide("cognitive")
    assert label_many(worded, IDS[:2], "social", reviewer="ann", tags=["map"]) == 2
    rows = read_table(path)
    assert rows["note"].tolist()[-2:] == ["odd", ""] and rows["tags"].tolist()[-2:] == ["map", "map"]
    again = Reviewing(worded, reviewer="ann")
    again.undo()
    assert (again.entry(IDS[0]).sense, again.entry(IDS[0]).tags) == ("cognitive", ("x",))
    assert again.entry(IDS[1]).sense == ""


def test_the_open_ones_with_the_same_words_are_decided_together(worded):
    work = Reviewing(worded, reviewer="ann", mentions=IDS[:2])
    work.show(IDS[1])
    work.decide("cognitive")
    assert work.same_words == ("gender bias", [IDS[0], IDS[2]])
    assert work.decide_all("social") == 2
    assert [work.entry(m).sense for m in IDS] == ["social", "cognitive", "social", "", "", ""]
    assert work.current is None
    assert work.undo() == 2 and work.current.name == IDS[0]


def test_a_postponed_mention_is_not_swept_along(worded):
    work = Reviewing(worded, reviewer="ann", mentions=IDS[:3])
    work.postpone()
    assert work.same_words == ("gender bias", [IDS[1], IDS[2]])
    work.decide_all("social")
    assert work.same_words == ("gender bias", [IDS[0]])


def test_nothing_is_written_for_what_cannot_be_used(worded):
    with pytest.raises(BadInput, match="not in this study"):
        label_many(worded, [*IDS, "p9#title:1"], "social")
    with pytest.raises(BadInput, match="no sense 'sozial'"):
        label_many(worded, IDS, "sozial")
    assert label_many(worded, [], "social") == 0
    assert not (worded.folder.parent / "reviews.csv").exists()
