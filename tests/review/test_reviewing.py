"""Reviewing loses nothing: every decision is in the file before the next mention is asked about, and can be undone."""

from __future__ import annotations

from dataclasses import replace

import pandas as pd
import pytest
from small_study import HOSTILE

from analysis import BadInput
from analysis.common.tables import read_table, write_table
from analysis.review import agreement_so_far
from analysis.review.reviewing import Reviewing, count_so_far
from analysis.senses.reviews import apply_reviews, read_reviews
from analysis.senses.sampled import random_order


def ids(work: Reviewing) -> list[str]:
    return list(work.queue)


def test_each_decision_is_in_the_file_at_once_and_a_restart_goes_on(study):
    work = Reviewing(study, reviewer="ann")
    assert len(work.queue) == 5 and work.done == []
    first = work.current
    work.accept()
    path = study.folder.parent / "reviews.csv"
    row = read_reviews(path).iloc[0]
    assert (row["action"], row["paper_id"], row["start"], row["end"], row["surface"]) == (
        "label", first["paper_id"], first["start"], first["end"], "bias")  # fmt: skip
    assert (row["sense"], row["reviewer"], row["date"]) == (first["sense"], "ann", "2023-11-14")

    again = Reviewing(study, reviewer="ann")  # as after a restart of the kernel
    assert [len(again.done), len(again.queue)] == [1, 4]
    again.decide("skew", "measure")
    assert list(read_table(path)["stance"]) == ["", "measure"]
    assert len(Reviewing(study, reviewer="bo").queue) == 5  # another reviewer reads for themselves


def test_a_postponed_mention_is_asked_last_now_and_later_and_is_not_reviewed(study):
    work = Reviewing(study, reviewer="ann")
    order = ids(work)
    work.postpone()
    assert ids(work) == [*order[1:], order[0]]
    again = Reviewing(study, reviewer="ann")
    assert ids(again) == [*order[1:], order[0]] and again.done == []
    assert again.entry(order[0]).postponed
    assert read_reviews(work.journal.path).empty  # nothing that a study would obey
    for _ in range(4):
        again.postpone()
    assert ids(again) == [order[0], *order[1:]]  # postponed in that order
    again.postpone()
    assert ids(again) == [*order[1:], order[0]]
    again.decide("skew")
    assert not again.entry(order[1]).postponed and again.done == [order[1]]


def test_a_postponed_mention_returns_although_the_next_sheet_lacks_it(study):
    work = Reviewing(study, n=1, reviewer="ann")
    asked = ids(work)[0]
    work.postpone()
    senses = study.senses.assign(reviewed=study.senses["mention_id"] == asked)
    assert Reviewing(replace(study, senses=senses), n=1, reviewer="ann").queue[-1] == asked


def test_undo_takes_back_step_by_step_across_restarts(study):
    work = Reviewing(study, reviewer="ann")
    order = ids(work)
    work.decide("data")
    work.decide("skew")
    again = Reviewing(study, reviewer="ann")
    assert again.undo() == 1
    assert list(read_table(work.journal.path)["sense"]) == ["data"]
    assert again.current.name == order[1]
    assert again.undo() == 1 and again.current.name == order[0]
    assert again.undo() == 0
    assert read_table(work.journal.path).empty


@pytest.mark.parametrize("ending", ["jsonl", "parquet"])
def test_a_file_of_another_format_is_written_undone_and_written_again(study, ending):
    path = study.folder.parent / f"mine.{ending}"
    Reviewing(study, path, reviewer="ann").decide("data")
    work = Reviewing(study, path, reviewer="ann")
    assert len(work.done) == 1 and work.undo() == 1
    assert read_reviews(path).empty
    Reviewing(study, path, reviewer="ann").decide("skew")
    assert read_reviews(path)["sense"].tolist() == ["skew"]


def test_undo_leaves_what_others_and_hands_wrote(study):
    path = study.folder.parent / "reviews.csv"
    path.write_text(
        "action,paper_id,field,start,end,surface,sense,to,reviewer\nlabel,p2,abstract,66,70,bias,data,,ann\n"
    )
    bo, ann = Reviewing(study, reviewer="bo"), Reviewing(study, reviewer="ann")
    ann.decide("social")
    bo.decide("skew")
    assert ann.undo() == 1
    assert ann.undo() == 0  # ann's first row was written by hand
    assert read_table(path)[["sense", "reviewer"]].values.tolist() == [["data", "ann"], ["skew", "bo"]]


def test_undo_of_a_changed_mind_returns_to_the_earlier_decision(study):
    work = Reviewing(study, reviewer="ann")
    first = ids(work)[0]
    work.decide("data", "measure")
    work.show(first)
    work.decide("skew")
    assert read_reviews(work.journal.path)["sense"].tolist() == ["data", "skew"]
    work.undo()
    assert (work.entry(first).sense, work.entry(first).stance) == ("data", "measure")


def test_notes_and_tags_stay_with_the_mention_and_change_no_reading(study):
    work = Reviewing(study, reviewer="ann")
    first = ids(work)[0]
    assert work.annotate(" =cmd(1)\nand\x00 <b>more</b>", ["a;b", "a", " -c "])
    assert not work.annotate("=cmd(1) and <b>more</b>", ["a", "b", "-c"])  # nothing new
    again = Reviewing(study, reviewer="ann")
    assert again.queue[0] == first
    assert (again.entry(first).note, again.entry(first).tags) == ("=cmd(1) and <b>more</b>", ("a", "b", "-c"))
    raw = work.journal.path.read_text()
    assert ",'=cmd(1) and <b>more</b>,a; b; -c," in raw  # a spreadsheet runs no formula
    assert read_reviews(work.journal.path).empty
    again.decide("skew")
    row = read_reviews(work.journal.path).iloc[0]
    assert (row["sense"], row["note"], row["tags"]) == ("skew", "=cmd(1) and <b>more</b>", ["a", "b", "-c"])

    without = read_reviews(work.journal.path).assign(note="", tags=[[]])
    told = [apply_reviews(study.senses, study.mentions, study.inventory, rows)
            for rows in (read_reviews(work.journal.path), without)]  # fmt: skip
    pd.testing.assert_frame_equal(told[0][0], told[1][0])


def test_a_file_of_an_older_version_is_read_and_goes_on(study):
    path = study.folder.parent / "reviews.csv"
    path.write_text(
        "action,paper_id,field,start,end,surface,sense,to,stance,reviewer,date,mention_id,why\n"
        "label,p2,abstract,66,70,bias,skew,,,ann,2023-01-01,p2#abstract:66,drawn at random\n"
    )
    work = Reviewing(study, reviewer="ann")
    assert work.done == ["p2#abstract:66"] and work.undo() == 0
    work.annotate("new")
    frame = read_table(path)
    assert list(frame.columns)[:13] == [
        "action", "paper_id", "field", "start", "end", "surface", "sense", "to", "stance", "reviewer", "date",
        "mention_id", "why",
    ]  # fmt: skip
    assert frame["note"].tolist() == ["", "new"]
    assert read_reviews(path)["sense"].tolist() == ["skew"]


def test_what_others_wrote_meanwhile_stays(study):
    work = Reviewing(study)
    work.journal.path.write_text("action,sense,to,mine,paper_id,reviewer\nrename,skew,slant,=mine,,\n")
    work.decide("data")
    frame = read_table(work.journal.path)
    assert list(frame["action"]) == ["rename", "label"]
    assert list(frame["mine"]) == ["=mine", ""]


def test_a_mention_that_moved_is_known_again(study):
    """The collection was cleaned otherwise since: the mention stands three characters further on."""
    path = study.folder.parent / "reviews.csv"
    path.write_text(
        "action,paper_id,field,start,end,surface,sense,to,reviewer,note\n"
        "label,p2,abstract,63,67,bias,skew,,ann,seen\nlabel,p2,abstract,63,67,bias,data,,ann,seen\n"
        "label,gone,abstract,1,5,bias,data,,ann,\n"
    )
    work = Reviewing(study, reviewer="ann")
    assert work.done == ["p2#abstract:66"]
    assert (work.entry("p2#abstract:66").sense, work.entry("p2#abstract:66").note) == ("data", "seen")
    work.decide("social")
    assert len(read_table(path)) == 4  # the row about a paper that is gone stays


def test_the_reviewer_is_named_by_the_call_or_the_environment(study, monkeypatch):
    assert Reviewing(study).journal.reviewer == ""
    monkeypatch.setenv("BIAS_SENSES_REVIEWER", " Ann\nAmes ")
    assert Reviewing(study).journal.reviewer == "Ann Ames"
    assert Reviewing(study, reviewer="bo").journal.reviewer == "bo"
    with pytest.raises(BadInput, match="'Consensus' settles what reviewers dispute"):
        Reviewing(study, reviewer="Consensus")


def test_a_wrong_sense_stance_or_mention_is_refused_and_nothing_is_written(study):
    work = Reviewing(study)
    with pytest.raises(BadInput, match="no sense 'nonsense'; use social, "):
        work.decide("nonsense")
    with pytest.raises(BadInput, match="no stance 'love'; use "):
        work.decide("social", "love")
    with pytest.raises(BadInput, match="1 of 2 mentions are not in this study, such as 'p9#title:0'"):
        Reviewing(study, mentions=["p2#abstract:34", "p9#title:0"])
    assert not work.journal.path.exists()


def test_a_failed_write_leaves_the_file_as_it_was(study, monkeypatch):
    work = Reviewing(study)
    work.decide("data")
    before = work.journal.path.read_bytes()
    monkeypatch.setattr(pd.DataFrame, "to_csv", lambda *_, **__: (_ for _ in ()).throw(OSError("full")))
    with pytest.raises(BadInput, match=r"cannot be written \(full\)"):
        work.decide("skew")
    assert work.journal.path.read_bytes() == before
    assert [p.name for p in work.journal.path.parent.iterdir() if p.name.startswith(".")] == []


def test_a_selection_is_asked_about_alone(study):
    wanted = ["p2#abstract:66", "p2#abstract:34"]
    assert Reviewing(study, mentions=wanted).queue == wanted


def test_no_mention_at_all(worded):
    empty = replace(worded, mentions=worded.mentions.iloc[:0], senses=worded.senses.iloc[:0])
    work = Reviewing(empty)
    assert work.current is None and work.same_words == ("", [])
    assert "cannot be said yet" in str(work.so_far())


# --- agreement so far ------------------------------------------------------------------------------------------------


def test_the_random_sample_is_the_stretch_that_was_drawn_whatever_else_was_read():
    """In the random order a, c and d were drawn, c waits; b was read as doubtful, but lies among them, so it counts. So
    were e and g, which lie beyond."""
    alike = {"a": True, "b": False, "d": True, "e": True, "g": False}
    found = count_so_far("abcdefgh", alike, {"a", "c", "d"}, more=5)
    assert (found.at_random.hits, found.at_random.n, found.waiting) == (2, 3, 1)
    assert (found.picked.hits, found.picked.n) == (1, 2)
    assert found.random == 2  # four in ten of five
    assert count_so_far("abcdefgh", alike, {"a", "c", "d"}, more=50).random == 5  # c, e, f, g and h: there are no more
    assert count_so_far("xabcdefgh", alike, {"a", "c", "d"}).at_random.n == 0  # x was neither drawn nor read


def test_what_fifty_more_would_change():
    """15 of 20: Wilson's 0.531 to 0.888, 36 points; at 30 of 40 it is 0.598 to 0.858, 26 points."""
    order = [f"m{i}" for i in range(100)]
    told = str(count_so_far(order, {m: i < 15 for i, m in enumerate(order[:20])}, order[:20]))
    assert told == (
        "The reader agrees with you on 15 of 20 mentions drawn at random: 75%, with a 95% interval from 53% to 89%. "
        "Another 50 mentions, 20 of them at random, would narrow the interval from 36 to about 26 points if the share "
        "stays."
    )
    assert "would narrow" not in str(count_so_far(order, {"m0": True}, {"m0"}))  # nobody plans with one
    assert "No further mention is left to draw" in str(count_so_far("a", {"a": True}, {"a"}))


def test_doubtful_mentions_alone_say_nothing_about_the_collection():
    told = str(count_so_far("abc", {"b": True, "c": False}, {"a"}))
    assert told == (
        "How far the reader agrees with you cannot be said yet: no mention drawn at random is decided. "
        "1 mention of the random sample waits for a decision. "
        "Of 2 mentions picked for a reason, such as doubt, it agrees on 1; they say nothing about the collection."
    )


def test_the_random_order_hangs_on_the_mention_alone():
    some = [f"m{i}" for i in range(50)]
    order = random_order(some)
    assert [m for m in random_order([*some, "new"]) if m != "new"] == order != some
    assert random_order(some, seed=1) != order


def test_agreement_is_with_what_the_machine_read_before_it_learned(study):
    work = Reviewing(study, reviewer="ann", n=5)
    for _ in range(5):
        work.accept()
    told = study.senses.assign(sense="data", reviewed=True)  # as after open_study obeyed other labels
    after = agreement_so_far(replace(study, senses=told), work.journal.path, reviewer="ann")
    assert (after.at_random.hits + after.picked.hits, after.at_random.n + after.picked.n) == (5, 5)


def test_names_that_a_merge_changed_are_no_disagreement(study):
    work = Reviewing(study, reviewer="ann", mentions=["p2#abstract:66"])
    work.accept()  # skew
    frame = read_table(work.journal.path)
    change = pd.DataFrame([{"action": "merge", "sense": "skew", "to": "data"}])
    write_table(pd.concat([frame, change]).fillna(""), work.journal.path)
    found = agreement_so_far(study, work.journal.path, reviewer="ann")
    assert (found.picked.hits + found.at_random.hits, found.picked.n + found.at_random.n) == (1, 1)


def test_hostile_names_stay_text(study):
    work = Reviewing(study, reviewer=HOSTILE)
    work.decide("data")
    assert read_reviews(work.journal.path)["reviewer"].tolist() == [HOSTILE]
