"""The random part of the sheets is one sample, whoever draws it, however often, and whatever else was reviewed."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest

from analysis import BadInput
from analysis.common.tables import read_table
from analysis.review import draw_reviews
from analysis.review.reviewing import Reviewing
from analysis.senses.sampled import RANDOM, TEACHING, read_drawn
from analysis.study.sample import next_at_random, record_drawn, sample_of, sampled_order


def known(study, drawn, reviewed):
    """The study after these were drawn and those reviewed, as ``open_study`` would know it."""
    ids = study.senses["mention_id"]
    file = study.folder.parent / "drawn.csv"
    if drawn:
        record_drawn(study, drawn)
    return replace(
        study, senses=study.senses.assign(reviewed=ids.isin(reviewed)),
        drawn=read_drawn([file], None, mention_ids=set(ids), seed=0),
    )  # fmt: skip


def test_the_random_part_comes_first_and_its_record_lies_beside_the_study(study):
    order = sampled_order(study)
    sheet = draw_reviews(study, n=5)
    assert sheet["part"].tolist() == [RANDOM] * 2 + [TEACHING] * 3
    assert sheet["mention_id"].tolist()[:2] == order[:2]
    record_drawn(study, order[:2])
    record_drawn(study, order[:3])
    table = read_table(study.folder.parent / "drawn.csv", "drawn")
    assert table["mention_id"].tolist() == order[:3]
    assert table["place"].tolist() == [1, 2, 3] and table["of"].tolist() == [5, 5, 5]
    assert table["probability"].tolist() == [0.4, 0.4, 0.6] and set(table["date"]) == {"2023-11-14"}


def test_what_was_drawn_and_waits_is_asked_before_the_order_goes_on(study):
    order = sampled_order(study)
    assert next_at_random(known(study, order[:2], order[:1]), 2) == [order[1], order[2]]
    assert next_at_random(known(study, [], []), 1) == [order[0]]


def test_a_mention_that_was_picked_before_takes_its_place_unasked(study):
    order = sampled_order(study)
    assert next_at_random(known(study, order[:2], order[:3]), 2) == [order[3]]


def test_the_sample_ends_with_the_last_answer_in_the_order(study):
    order = sampled_order(study)
    assert sample_of(known(study, [], order)) == []
    assert sample_of(known(study, order[:4], order[:3])) == order[:3]
    assert sample_of(known(study, order[:4], order[1:4])) == []  # whoever skips the first has no random sample yet


def test_an_order_that_was_begun_goes_on_under_another_seed(study):
    order = sampled_order(study, seed=3)
    record_drawn(study, order[:2], seed=3)
    begun = known(study, [], order[:2])
    assert next_at_random(begun, 2, seed=0) == order[2:4]


def test_labelled_mentions_are_not_drawn(study):
    ids = study.senses["mention_id"]
    labelled = replace(study, machine=study.machine.assign(reviewed=study.machine["mention_id"] == ids[0]))
    assert set(sampled_order(labelled)) == set(ids[1:])


def test_the_panel_records_with_the_first_decision(study):
    work = Reviewing(study, reviewer="ann")
    file = study.folder.parent / "drawn.csv"
    assert not file.exists() and work.queue == sampled_order(study)
    work.accept()
    before = file.read_bytes()
    assert read_table(file)["mention_id"].tolist() == sampled_order(study)
    Reviewing(study, reviewer="bo").accept()
    assert file.read_bytes() == before


def test_a_study_of_some_papers_has_its_part_of_the_sample(study):
    order = sampled_order(study)
    part = known(study, order, order).only(["p2"])
    assert sample_of(part) == [m for m in order if m.startswith("p2#")]
    assert set(part.machine["mention_id"]) == set(sample_of(part))


def test_more_at_random_than_there_is_room_is_refused(study):
    assert (draw_reviews(study, n=3, at_random=3)["part"] == RANDOM).all()
    assert (draw_reviews(study, n=3, at_random=0)["part"] == TEACHING).all()
    with pytest.raises(BadInput, match="4 mentions at random do not fit into a sheet of 3"):
        draw_reviews(study, n=3, at_random=4)


def test_the_sheet_of_nothing_is_empty_and_nothing_is_recorded(study):
    nothing = replace(study, mentions=study.mentions.iloc[:0], senses=study.senses.iloc[:0])
    assert draw_reviews(nothing).empty
    record_drawn(nothing, [])
    assert not (study.folder.parent / "drawn.csv").exists()
    assert isinstance(nothing.drawn, pd.DataFrame)
