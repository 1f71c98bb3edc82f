"""Reviewing loses nothing: every decision is in the file before the next mention is asked about."""

import pytest
from small_study import HOSTILE

from analysis.common.tables import read_table
from analysis.review.panel import Reviewing, mention_html, review_panel
from analysis.senses.reviews import read_reviews


@pytest.fixture(autouse=True)
def _date(monkeypatch):
    monkeypatch.setenv("SOURCE_DATE_EPOCH", "1700000000")  # 2023-11-14


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


def test_skipping_asks_last_and_undoing_takes_the_row_back(study):
    work = Reviewing(study)
    order = [row["mention_id"] for row in work.queue]
    work.skip()
    assert [row["mention_id"] for row in work.queue] == [*order[1:], order[0]]
    assert not work.path.exists()
    work.decide("data")
    work.decide("skew")
    assert work.undo()
    assert list(read_table(work.path)["sense"]) == ["data"]
    assert work.queue[0]["mention_id"] == order[2]
    assert work.undo() and not work.undo()
    assert read_table(work.path).empty


def test_what_others_wrote_meanwhile_stays(study):
    work = Reviewing(study)
    work.path.write_text("action,sense,to,note,paper_id,reviewer\nrename,skew,slant,=mine,,\n")
    work.decide("data")
    frame = read_table(work.path)
    assert list(frame["action"]) == ["rename", "label"]
    assert list(frame["note"]) == ["=mine", ""]


def test_keys_and_buttons_of_the_panel_decide(study):
    panel = review_panel(study)
    (progress, count), card, controls, senses, stance, message = (
        panel.children[0].children, *panel.children[1:])  # fmt: skip
    box = controls.children[0]
    read = Reviewing(study).queue
    box.value += "a"
    stance.value = "measure"
    box.value += "2"
    senses.children[-1].click()  # unclear
    frame = read_table(study.folder.parent / "reviews.csv")
    assert list(frame["sense"]) == [read[0]["read_as"], study.inventory.ids[1], "unclear"]
    assert list(frame["stance"]) == ["", "measure", ""]
    assert (progress.value, count.value) == (3, "3 of 5 decided")
    box.value += "#"
    assert "No meaning: #" in message.value
    box.value = box.value[:1]  # taking letters out of the box is no key
    assert count.value == "3 of 5 decided"
    box.value += "u"
    assert count.value == "2 of 5 decided"
    box.value += "aaaaaa"
    assert card.value == "<p><b>All done.</b></p>" and count.value == "5 of 5 decided"


def test_hostile_text_shows_as_text(study):
    html = mention_html(study.readings.iloc[0], {})
    assert HOSTILE not in html and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;" in html
    assert "<mark><b>bias</b></mark>" in html
