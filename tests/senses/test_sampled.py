"""What was drawn at random is known again in every session, and only the start of one order counts as a sample."""

from __future__ import annotations

from pathlib import Path

import pytest

from analysis import BadInput
from analysis.senses.sampled import drawn_stretch, random_sample, read_drawn, seed_of

HEAD = "mention_id,place,of,probability,seed,date\n"


def test_the_stretch_ends_where_something_was_neither_drawn_nor_answered():
    assert drawn_stretch("abcdef", {"a", "c", "f"}, {"b", "d"}) == ["a", "b", "c"]  # e is open, so f is no part of it
    assert drawn_stretch("xabc", {"a", "b"}, {"a"}) == []


def test_one_in_ten_may_be_passed_over_and_stays_in_the_sample():
    order = "abcdefghij"
    assert random_sample(order, set(order), set(order) - {"c"}) == list(order)
    assert random_sample(order, set(order), set(order) - {"c", "e"}) == ["a", "b"]  # two of ten are too many
    assert random_sample(order, set(order), set("ab")) == ["a", "b"]  # what waits at the end is no part of it yet
    assert random_sample(order, set(order), set("bcd")) == []


def test_records_and_reviews_tell_what_was_drawn(tmp_path: Path):
    record, reviews = tmp_path / "drawn.csv", tmp_path / "reviews.csv"
    record.write_text(HEAD + "p1#title:3,1,9,0.222222,7,2023-11-14\nelsewhere#title:0,2,9,0.222222,7,\n")
    reviews.write_text(
        "action,mention_id,sense,why,part\nlabel,p1#title:3,data,,random\nlabel,p2#title:3,,drawn at random,\n"
        "label,p3#title:3,,low confidence,teaching\nlabel,p4#title:3,,,Random\n"
    )
    ids = {f"p{i}#title:3" for i in range(1, 6)}
    found = read_drawn([record, record, tmp_path / "absent.csv"], reviews, mention_ids=ids, seed=0)
    assert found[["mention_id", "place", "seed"]].values.tolist() == [
        ["p1#title:3", 1, 7], ["p2#title:3", 0, 7], ["p4#title:3", 0, 7],
    ]  # fmt: skip
    assert seed_of(found, 0) == 7 and seed_of(found.iloc[:0], 3) == 3
    assert read_drawn([], None, mention_ids=ids, seed=0).empty


def test_a_second_order_is_no_part_of_the_first(tmp_path: Path):
    record = tmp_path / "drawn.csv"
    record.write_text(HEAD + "a,1,9,0.1,0,\nb,1,9,0.1,1,\n")
    assert read_drawn([record], None, mention_ids={"a", "b"}, seed=1)["mention_id"].tolist() == ["a"]


@pytest.mark.parametrize("text", ["mention_id\na\n", HEAD + "a,first,9,0.1,0,\n"])
def test_a_record_that_is_none_is_named(tmp_path: Path, text: str):
    (tmp_path / "drawn.csv").write_text(text)
    with pytest.raises(BadInput, match=r"drawn\.csv: not as a review sheet left it"):
        read_drawn([tmp_path / "drawn.csv"], None, mention_ids={"a"}, seed=0)
