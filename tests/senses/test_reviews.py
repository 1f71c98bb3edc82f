"""The human loop: sheets are drawn fairly, filled ones are obeyed, contradictions are reported and never guessed."""

from __future__ import annotations

import json
import re
from pathlib import Path
from types import SimpleNamespace

import numpy as np
import pandas as pd
import pytest

from analysis import BadInput, write_table
from analysis.common.tables import SCHEMAS, make_table, read_table
from analysis.inventory.inventory import Inventory, inventory_of
from analysis.review.codebook import codebook
from analysis.review.sheet import draw_reviews, write_reviews
from analysis.senses.reviews import agreement, apply_reviews, labels_from_reviews, read_reviews
from analysis.senses.sampled import random_order
from analysis.statistics.agreement import AT_RANDOM, krippendorff_alpha, proportion

INVENTORY = inventory_of(
    {
        "term": "bias",
        "family": {"prefixes": ["de"], "exceptions": {"tobias": "given name"}},
        "stances": [{"id": "mitigate", "definition": "Reduce it."}, {"id": "measure", "definition": "Measure it."}],
        "senses": [
            {"id": "social", "name": "Social bias", "definition": "Of groups.", "aliases": ["prejudice"],
             "cues": {"modifier": ["gender"]}, "examples": ["Gender [[bias]] *persists*."]},
            {"id": "skew", "name": "Behavioural skew", "definition": "Of outputs.", "aliases": ["tilt"],
             "cues": {"modifier": ["position"]}, "examples": ["A position [[bias]]."]},
            {"id": "data", "definition": "Of samples.", "cues": {"modifier": ["selection"]}},
        ],
    }
)  # fmt: skip


def mentions(n: int) -> pd.DataFrame:
    """Mentions 0, 1, ... of the papers p0, p1, ..., each "the bias" at 4 of its abstract."""
    return make_table(
        "mentions",
        [
            {"mention_id": f"p{i}#abstract:4", "paper_id": f"p{i}", "field": "abstract", "start": 4, "end": 8,
             "surface": "bias", "sentence": "the bias", "sentence_start": 0}
            for i in range(n)
        ],
    )  # fmt: skip


def read(*senses: str, runner_up: str = "data") -> pd.DataFrame:
    rows = [
        {"mention_id": f"p{i}#abstract:4", "sense": s, "confidence": 0.4, "runner_up": runner_up, "abstained": True,
         "stance": "measure", "stance_confidence": 0.7, "topic": i}
        for i, s in enumerate(senses)
    ]  # fmt: skip
    return make_table("senses", rows)


def label(paper: int, sense: str, reviewer: str = "", **more: str) -> dict[str, object]:
    return {"action": "label", "paper_id": f"p{paper}", "field": "abstract", "start": 4, "end": 8, "surface": "bias",
            "sense": sense, "reviewer": reviewer, **more}  # fmt: skip


def split(paper: int, sense: str, to: str, reviewer: str = "") -> dict[str, object]:
    return {**label(paper, sense, reviewer), "action": "split", "to": to}


def change(action: str, sense: str, to: str, reviewer: str = "") -> dict[str, object]:
    return {"action": action, "sense": sense, "to": to, "reviewer": reviewer}


def reviewed(*rows: dict[str, object]) -> pd.DataFrame:
    return make_table("reviews", rows)


# --- drawing ---------------------------------------------------------------------------------------------------------


def study(sentences: list[str], senses: pd.DataFrame, inventory: Inventory = INVENTORY) -> SimpleNamespace:
    """What ``draw_reviews`` reads of a study; one mention, "bias", in each sentence, each in a paper of its own."""
    rows = [
        {"mention_id": f"p{i}#abstract:4", "paper_id": f"p{i}", "field": "abstract", "start": s.index("bias"),
         "end": s.index("bias") + 4, "surface": "bias", "sentence": s, "sentence_start": 0,
         "modifier": s[: s.index("bias")].strip()}
        for i, s in enumerate(sentences)
    ]  # fmt: skip
    papers = make_table("papers", [{"paper_id": f"p{i}", "language": "en"} for i in range(len(sentences))])
    nothing = {"machine": make_table("machine"), "drawn": make_table("drawn"), "manifest": {"seed": 0}}
    mentions = make_table("mentions", rows)
    return SimpleNamespace(papers=papers, mentions=mentions, senses=senses, inventory=inventory, **nothing)


def test_a_sheet_has_the_columns_of_reviews_and_help_for_the_reader() -> None:
    sheet = draw_reviews(study(["gender bias\nhere"], read("social", runner_up="skew")), n=5)
    helping = ["part", "mention_id", "read_as", "confidence", "runner_up", "why", "sentence"]
    assert list(sheet.columns) == [*SCHEMAS["reviews"], *helping]
    row = sheet.iloc[0]
    assert (row["action"], row["paper_id"], row["start"]) == ("label", "p0", 7)
    assert (row["sense"], row["read_as"]) == ("", "social")
    assert row["sentence"] == "gender [[bias]] here"


def test_disagreeing_evidence_comes_first_and_says_so() -> None:
    senses = read("social", "skew", "skew")
    senses["abstained"] = False
    senses["confidence"] = [0.99, 0.99, 0.6]
    sheet = draw_reviews(study(["gender bias", "gender bias", "the bias"], senses), n=1)
    # a sheet of one has no room for a random row; "gender" speaks for social in mention 1, read as skew
    assert sheet[["paper_id", "why"]].values.tolist() == [["p1", "'gender' speaks for social"]]


def test_every_sense_has_its_turn() -> None:
    senses = read(*["social"] * 20, "skew", "data")
    senses["confidence"] = [0.1] * 20 + [0.9, 0.8]
    sheet = draw_reviews(study(["the bias"] * 22, senses), n=5)
    assert len(sheet) == 5
    chosen = sheet[sheet["why"] != AT_RANDOM]
    at_random = set(sheet.loc[sheet["why"] == AT_RANDOM, "read_as"])
    assert len(chosen) == 3
    assert set(chosen["read_as"]) | at_random == {"social", "skew", "data"}


def test_four_in_ten_are_drawn_at_random_whatever_they_are() -> None:
    senses = read(*["social"] * 100)
    sheet = draw_reviews(study(["the bias"] * 100, senses), n=50, seed=1)
    assert (sheet["why"] == AT_RANDOM).sum() == 20
    assert sheet["mention_id"].is_unique
    assert sheet["part"].tolist() == ["random"] * 20 + ["teaching"] * 30  # a person who stops early stops in the order
    assert sheet["mention_id"].tolist()[:20] == random_order(sheet["mention_id"], seed=1)[:20]


def test_the_draw_depends_on_the_seed_alone() -> None:
    one = study(["the bias"] * 40, read(*["social"] * 40))
    pd.testing.assert_frame_equal(draw_reviews(one, n=10, seed=3), draw_reviews(one, n=10, seed=3))
    assert not draw_reviews(one, n=10, seed=3).equals(draw_reviews(one, n=10, seed=4))


def test_reviewed_mentions_and_other_languages_are_left_out() -> None:
    senses = read("social", "social", "social")
    senses.loc[0, "reviewed"] = True
    one = study(["the bias"] * 3, senses)
    one.papers.loc[1, "language"] = "de"
    assert draw_reviews(one, n=10)["paper_id"].tolist() == ["p2"]


def test_nothing_to_draw_gives_an_empty_sheet() -> None:
    sheet = draw_reviews(study([], read()), n=10)
    assert len(sheet) == 0
    assert "sentence" in sheet.columns


# --- files -----------------------------------------------------------------------------------------------------------


def test_a_sheet_that_nobody_filled_in_says_nothing(tmp_path: Path) -> None:
    write_reviews(draw_reviews(study(["the bias"] * 3, read(*["social"] * 3)), n=3), tmp_path / "sheet.csv")
    assert len(read_reviews(tmp_path / "sheet.csv")) == 0


def test_a_filled_sheet_is_read_back_and_not_overwritten(tmp_path: Path) -> None:
    sheet = draw_reviews(study(["the bias"] * 3, read(*["social"] * 3)), n=3)
    sheet.loc[sheet["paper_id"] == "p1", ["sense", "reviewer", "stance"]] = ["skew", "ann", " Mitigate "]
    line, why = next((i, row.why) for i, row in enumerate(sheet.itertuples(), 2) if row.paper_id == "p1")
    write_reviews(sheet, tmp_path / "sheet.csv")
    found = read_reviews(tmp_path / "sheet.csv")
    assert found[["action", "paper_id", "field", "start", "sense", "stance", "reviewer", "line"]].values.tolist() == [
        ["label", "p1", "abstract", 4, "skew", "mitigate", "ann", line]
    ]
    assert found["why"].tolist() == [why]
    with pytest.raises(BadInput, match="holds reviews already"):
        write_reviews(sheet, tmp_path / "sheet.csv")


def test_what_a_spreadsheet_did_to_an_id_is_undone(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text(
        "action,paper_id,field,start,sense,mention_id\nlabel,2502.1001,abstract,17.0,skew,2502.10010#abstract:17\n"
    )
    assert read_reviews(tmp_path / "r.csv")[["paper_id", "start", "end"]].values.tolist() == [["2502.10010", 17, 17]]


@pytest.mark.parametrize(
    ("row", "said"),
    [
        ("guess,1,title,0,4,a,b", "line 3: no action 'guess'"),
        ("rename,,,,,a,", "line 3: rename needs sense and to; to is empty"),
        ("merge,,,,,,b", "line 3: merge needs sense and to; sense is empty"),
        ("split,1,title,0,4,a,", "line 3: split needs to; to is empty"),
        ("label,1,title,0,4,,b", "line 3: label needs sense; sense is empty"),
        ("label,,title,0,4,a,", "line 3: label needs a paper_id"),
        ("label,1,body,0,4,a,", "line 3: label needs a paper_id and a field that is title or abstract"),
        ("label,1,title,x,4,a,", "line 3: start is 'x', not a number"),
        ("label,1,title,,4,a,", "line 3: label needs the mention's start"),
        ("label,1,title,0,4.5,a,", "line 3: end is '4.5', not a number"),
    ],
)
def test_a_faulty_line_is_named(tmp_path: Path, row: str, said: str) -> None:
    (tmp_path / "r.csv").write_text(f"action,paper_id,field,start,end,sense,to\nlabel,1,title,0,4,a,\n{row}\n")
    with pytest.raises(BadInput, match=re.escape(said)):
        read_reviews(tmp_path / "r.csv")


def test_a_file_without_the_columns_is_refused(tmp_path: Path) -> None:
    (tmp_path / "r.csv").write_text("action;sense\nlabel;a\n")
    with pytest.raises(BadInput, match="lacks the columns action, sense"):
        read_reviews(tmp_path / "r.csv")


def test_reading_what_was_written_as_plain_reviews(tmp_path: Path) -> None:
    write_table(reviewed(change("rename", "skew", "tilt"), label(0, "social")), tmp_path / "r.csv")
    found = read_reviews(tmp_path / "r.csv")
    assert found[["action", "sense", "to", "start", "line"]].values.tolist() == [
        ["rename", "skew", "tilt", -1, 2],
        ["label", "social", "", 4, 3],
    ]
    pd.testing.assert_frame_equal(found[list(SCHEMAS["reviews"])], read_table(tmp_path / "r.csv", "reviews"))


# --- applying --------------------------------------------------------------------------------------------------------


def applied(read_: pd.DataFrame, *rows: dict[str, object]) -> tuple[pd.DataFrame, Inventory, dict]:
    senses, inventory, report = apply_reviews(read_, mentions(len(read_)), INVENTORY, reviewed(*rows))
    assert json.loads(json.dumps(report)) == report  # plain data: it goes into the study's folder
    return senses, inventory, report


def test_a_label_is_kept_for_sure() -> None:
    senses, inventory, report = applied(read("skew", "skew"), label(0, "social", "ann", stance="mitigate"))
    assert senses.loc[0].drop(["parent", "parent_confidence"]).to_dict() == {
        "mention_id": "p0#abstract:4", "sense": "social", "confidence": 1.0, "runner_up": "skew", "abstained": False,
        "stance": "mitigate", "stance_confidence": 1.0, "topic": 0, "topic_label": "", "novel": False, "reviewed": True,
    }  # fmt: skip
    pd.testing.assert_series_equal(senses.loc[1], read("skew", "skew").loc[1])
    assert inventory == INVENTORY
    assert report["applied"] == {"label": 1, "split": 0, "rename": 0, "merge": 0}
    assert (report["conflicts"], report["lost"]) == ([], [])


def test_a_label_that_confirms_keeps_runner_up_and_stance() -> None:
    senses, _, _ = applied(read("skew"), label(0, "Behavioural Skew"))
    row = senses.loc[0]
    assert (row["sense"], row["runner_up"], row["reviewed"]) == ("skew", "data", True)
    assert (row["stance"], row["stance_confidence"]) == ("measure", 0.7)


def test_unclear_is_a_possible_label() -> None:
    assert applied(read("skew"), label(0, "unclear"))[0].loc[0, "sense"] == "unclear"


def test_rename_changes_the_name_everywhere() -> None:
    before = read("skew", "social", runner_up="skew")
    senses, inventory, report = applied(before, change("rename", "skew", "Position tilt"))
    assert senses["sense"].tolist() == ["position-tilt", "social"]
    assert senses["runner_up"].tolist() == ["", "position-tilt"]
    assert not senses["reviewed"].any()
    assert inventory.ids == ("social", "position-tilt", "data")
    sense = inventory["position-tilt"]
    assert (sense.name, sense.definition) == ("Position tilt", "Of outputs.")
    assert sense.aliases == ("tilt", "skew", "Behavioural skew")
    assert report["applied"]["rename"] == 1


def test_a_rename_may_only_change_the_display_name() -> None:
    _, inventory, report = applied(read("skew"), change("rename", "data", "DATA"))
    assert inventory.ids == INVENTORY.ids
    assert inventory["data"].name == "DATA"
    assert report["conflicts"] == []


def test_merge_joins_mentions_cues_and_examples() -> None:
    senses, inventory, _ = applied(read("skew", "social", runner_up="skew"), change("merge", "skew", "social"))
    assert senses["sense"].tolist() == ["social", "social"]
    assert senses["runner_up"].tolist() == ["", ""]  # skew is no rival of social any more
    assert inventory.ids == ("social", "data")
    sense = inventory["social"]
    assert sense.cues["modifier"] == ("gender", "position")
    assert sense.aliases == ("prejudice", "skew", "Behavioural skew", "tilt")
    assert sense.examples == ("Gender [[bias]] *persists*.", "A position [[bias]].")


def test_split_moves_its_mentions_to_a_new_sense() -> None:
    senses, inventory, report = applied(
        read("skew", "skew", "skew"), split(0, "skew", "Position"), split(2, "skew", "position")
    )
    assert senses["sense"].tolist() == ["position", "skew", "position"]
    assert senses["reviewed"].tolist() == [True, False, True]
    assert inventory.ids == ("social", "skew", "position", "data")
    assert (inventory["position"].name, inventory["position"].definition) == (
        "Position", "Split by review from Behavioural skew.",
    )  # fmt: skip
    assert report["applied"]["split"] == 2


def test_a_label_may_use_a_sense_that_a_split_makes() -> None:
    senses, inventory, report = applied(read("skew", "social"), label(1, "position"), split(0, "skew", "position"))
    assert senses["sense"].tolist() == ["position", "position"]
    assert "position" in inventory.ids
    assert report["conflicts"] == []


def test_labels_may_use_old_names_and_new_ones() -> None:
    senses, _, report = applied(
        read("data", "data", "data"),
        change("rename", "skew", "tilting"), label(0, "skew", "ann"), label(0, "tilting", "ben"),
        change("merge", "data", "social"), label(1, "data"), label(2, "prejudice"),
    )  # fmt: skip
    assert senses["sense"].tolist() == ["tilting", "social", "social"]
    # an alias is no name: "prejudice" names no sense
    assert [c["reason"] for c in report["conflicts"]] == ["there is no sense 'prejudice'; a split row makes one"]
    assert senses["reviewed"].tolist() == [True, True, False]
    assert report["agreement"]["disagreements"] == []


def test_renames_and_merges_follow_each_other_whatever_their_order() -> None:
    rename, merge = change("rename", "social", "group"), change("merge", "skew", "social")
    for rows in ((rename, merge), (merge, rename)):
        senses, inventory, report = applied(read("skew", "social"), *rows)
        assert senses["sense"].tolist() == ["group", "group"]
        assert inventory.ids == ("group", "data")
        assert report["conflicts"] == []


@pytest.mark.parametrize(
    ("rows", "lines", "reason"),
    [
        ([change("rename", "skew", "x", "ann"), change("rename", "Behavioural skew", "y", "ben")], [2, 3],
         "skew: rename to 'x' and rename to 'y'"),
        ([change("rename", "skew", "x"), change("merge", "skew", "data")], [2, 3],
         "skew: rename to 'x' and merge to 'data'"),
        ([change("merge", "skew", "data"), change("merge", "data", "skew")], [2, 3], "merged in a circle: data, skew"),
        ([change("merge", "skew", "data"), change("merge", "data", "social"), change("merge", "social", "skew")],
         [2, 3, 4], "merged in a circle: data, skew, social"),
        ([change("rename", "skew", "data")], [2], "rename: 'data' is taken; to join two senses use merge"),
        ([change("rename", "skew", "unclear")], [2], "rename: 'unclear' is taken; to join two senses use merge"),
        ([change("rename", "skew", "?!")], [2], "rename: '?!' is no name"),
        ([change("rename", "slant", "x")], [2], "rename: there is no sense 'slant'"),
        ([change("merge", "skew", "slant")], [2], "merge: there is no sense 'slant'"),
        ([change("merge", "skew", "skew")], [2], "merge: 'skew' is the same sense"),
        ([label(0, "slant")], [2], "there is no sense 'slant'; a split row makes one"),
        ([label(0, "social", "ann"), label(0, "data", "ben")], [2, 3],
         "p0 abstract 4: reviewers differ (ann: social; ben: data)"),
    ],
)  # fmt: skip
def test_contradictions_change_nothing_and_are_reported(
    rows: list[dict[str, object]], lines: list[int], reason: str
) -> None:
    before = read("skew", "social")
    senses, inventory, report = applied(before, *rows)
    pd.testing.assert_frame_equal(senses, before)
    assert inventory == INVENTORY
    assert report["conflicts"] == [{"lines": lines, "reason": reason}]


def test_the_same_wish_of_two_reviewers_is_no_contradiction() -> None:
    senses, _, report = applied(
        read("skew"), change("rename", "skew", "Tilting", "ann"), change("rename", "skew", "tilting", "ben")
    )
    assert senses["sense"].tolist() == ["tilting"]
    assert report["conflicts"] == []


def test_a_later_row_of_a_reviewer_replaces_the_earlier() -> None:
    senses, _, report = applied(read("skew"), label(0, "social", "ann"), label(0, "data", "ann"))
    assert senses.loc[0, "sense"] == "data"
    assert report["conflicts"] == []


def test_consensus_settles_and_the_dispute_stays_on_record() -> None:
    senses, _, report = applied(
        read("skew"), label(0, "social", "ann"), label(0, "data", "ben"), label(0, "data", "consensus")
    )
    assert (senses.loc[0, "sense"], report["conflicts"]) == ("data", [])
    assert report["agreement"]["disagreements"] == [
        {"paper_id": "p0", "field": "abstract", "start": 4, "surface": "bias", "says": "ann: social; ben: data",
         "settled": "data"}
    ]  # fmt: skip
    assert report["agreement"]["reviewers"] == ["ann", "ben"]


def test_a_disputed_stance_leaves_the_sense_settled() -> None:
    senses, _, report = applied(
        read("skew"), label(0, "data", "ann", stance="measure"), label(0, "data", "ben", stance="mitigate")
    )
    assert senses.loc[0, ["sense", "stance", "stance_confidence"]].tolist() == ["data", "measure", 0.7]
    assert report["conflicts"] == [
        {"lines": [2, 3], "reason": "p0 abstract 4: reviewers differ about the stance (ann: measure; ben: mitigate)"}
    ]


def test_an_unknown_stance_is_reported() -> None:
    senses, _, report = applied(read("skew"), label(0, "data", stance="loathe"))
    assert senses.loc[0, ["sense", "stance"]].tolist() == ["data", "measure"]
    assert report["conflicts"] == [{"lines": [2], "reason": "p0 abstract 4: unknown stance (unnamed: loathe)"}]


def test_a_label_without_a_mention_is_reported() -> None:
    senses, _, report = applied(read("skew"), label(7, "data"))
    pd.testing.assert_frame_equal(senses, read("skew"))
    assert report["lost"] == [
        {"line": 2, "paper_id": "p7", "field": "abstract", "start": 4, "surface": "bias",
         "reason": "no mention in a paper of that id"}
    ]  # fmt: skip


def test_no_reviews_change_nothing() -> None:
    senses, inventory, report = applied(read("skew"))
    pd.testing.assert_frame_equal(senses, read("skew"))
    assert inventory == INVENTORY
    assert report["agreement"]["alpha"] is None


def test_applying_twice_is_applying_once() -> None:
    rows = (change("merge", "data", "skew"), label(0, "social"), split(1, "skew", "position"))
    once, inventory, _ = applied(read("skew", "skew", "data"), *rows)
    again, same, _ = apply_reviews(once, mentions(3), inventory, reviewed(*rows[1:]))
    pd.testing.assert_frame_equal(again.drop(columns="runner_up"), once.drop(columns="runner_up"))
    assert same.ids == inventory.ids


# --- training --------------------------------------------------------------------------------------------------------


def test_settled_labels_train_a_head_under_the_names_it_knows() -> None:
    labels = labels_from_reviews(
        reviewed(
            change("rename", "skew", "tilting"),
            change("merge", "data", "social"),
            label(0, "tilting", "ann"),
            label(1, "data", "ann", stance="mitigate"),
            split(2, "skew", "position"),
            label(3, "social", "ann"),
            label(3, "skew", "ben"),
        ),
        INVENTORY,
    )
    assert labels[["paper_id", "sense", "stance"]].values.tolist() == [
        ["p0", "skew", ""], ["p1", "social", "mitigate"], ["p2", "position", ""],
    ]  # fmt: skip
    assert list(labels.columns) == ["paper_id", "field", "start", "end", "surface", "sense", "stance", "confidence"]
    assert set(labels["confidence"]) == {"high"}


# --- agreement -------------------------------------------------------------------------------------------------------


def by_observer(*rows: str) -> list[list[str]]:
    """Units from one row per observer; a point is a missing value."""
    return [[v for v in unit if v != "."] for unit in zip(*(row.split() for row in rows), strict=True)]


@pytest.mark.parametrize(
    ("units", "alpha"),
    [
        # Krippendorff 2011, Computing Krippendorff's Alpha-Reliability: examples A, B and C
        (by_observer("0 1 0 0 0 0 0 0 1 0", "1 1 1 0 0 1 0 0 0 0"), 0.095),
        (by_observer("a a b b d c c c e d d a", "b a b b b c c c e d d d"), 0.692),
        (
            by_observer(
                "1 2 3 3 2 1 4 1 2 . . .",
                "1 2 3 3 2 2 4 1 2 5 . 3",
                ". 3 3 3 2 3 4 2 2 5 1 .",
                "1 2 3 3 2 4 4 1 2 5 1 .",
            ),
            0.743,
        ),
        # the worked example of Wikipedia's article: 0.691
        (
            by_observer(
                ". . . . . 3 4 1 2 1 1 3 3 . 3", "1 . 2 1 3 3 4 3 . . . . . . .", ". . 2 1 3 4 4 . 2 1 1 3 3 . 4"
            ),
            0.691,
        ),
        ([["a", "a"], ["b", "b"]], 1.0),
    ],
)
def test_alpha_of_published_examples(units: list[list[str]], alpha: float) -> None:
    assert krippendorff_alpha(units) == pytest.approx(alpha, abs=0.0005)


@pytest.mark.parametrize("units", [[], [["a"], ["b"]], [["a", "a"], ["a", "a"]]])
def test_alpha_is_unknown_without_overlap_or_variety(units: list[list[str]]) -> None:
    assert np.isnan(krippendorff_alpha(units))


def test_wilson_interval_of_a_proportion() -> None:
    # 8 of 10: Wilson's 95 % interval is 0.4902 to 0.9433 (Newcombe 1998's method 3)
    part = proportion([True] * 8 + [False] * 2)
    assert (part.hits, part.n) == (8, 10)
    assert (part.low, part.high) == (pytest.approx(0.4902, abs=5e-5), pytest.approx(0.9433, abs=5e-5))
    assert proportion([]).n == 0


def test_agreement_counts_reviewers_and_the_machine() -> None:
    rows = reviewed(
        label(0, "social", "ann"), label(0, "social", "ben"),
        label(1, "social", "ann"), label(1, "data", "ben"),
        label(2, "data", "ann"), label(2, "data", "ben"),
        label(3, "skew", "ann"),
    ).assign(why=[AT_RANDOM, AT_RANDOM, "", "", "", "", ""])  # fmt: skip
    found = agreement(rows, INVENTORY, read("social", "social", "skew", "skew"), mentions(4))
    assert found.reviewers == ("ann", "ben")
    assert found.shared == 3
    # six values, 3 social and 3 data: ((6 - 1) x 4 - (3 x 2 + 3 x 2)) / (6 x 5 - 12) = 8 / 18
    assert found.alpha == pytest.approx(8 / 18)
    assert found.disagreements["paper_id"].tolist() == ["p1"]
    # settled: p0 (machine right), p2 (wrong), p3 (right); p1 is disputed and counts for nothing
    assert (found.machine.hits, found.machine.n) == (2, 3)
    assert (found.machine_at_random.hits, found.machine_at_random.n) == (1, 1)
    said = "2 reviewers, 3 mentions read by more than one: Krippendorff's alpha 0.44, 1 disagreement."
    assert str(found).startswith(said)
    assert "The machine read 2 of 3 mentions (settled) as the reviewers did" in str(found)


def test_the_machine_is_judged_by_what_it_read_before_it_saw_the_reviews() -> None:
    rows = reviewed(label(0, "social"), label(1, "skew"))
    after = read("social", "skew")  # a head refitted with these labels repeats them
    senses, _, report = apply_reviews(after, mentions(2), INVENTORY, rows, machine=read("data", "skew"))
    assert (report["agreement"]["machine"]["hits"], report["agreement"]["machine"]["n"]) == (1, 2)
    assert senses["runner_up"].tolist() == ["data", "data"]  # what the machine had read; its own runner-up


def test_what_a_label_had_told_the_machine_is_no_agreement() -> None:
    told = read("social", "skew").assign(reviewed=[True, False])
    found = agreement(reviewed(label(0, "social"), label(1, "skew")), INVENTORY, told, mentions(2))
    assert (found.machine.hits, found.machine.n) == (1, 1)


def test_a_rename_does_not_make_the_machine_wrong() -> None:
    rows = reviewed(change("rename", "skew", "tilting"), label(0, "tilting"))
    found = agreement(rows, INVENTORY, read("skew"), mentions(1))
    assert (found.machine.hits, found.machine.n) == (1, 1)


def test_nothing_reviewed_is_said() -> None:
    assert str(agreement(reviewed(), INVENTORY)) == "No mention has been reviewed."


# --- codebook --------------------------------------------------------------------------------------------------------


def test_the_codebook_tells_all_of_the_guideline() -> None:
    text = codebook(INVENTORY)
    for part in (
        "### `social`: Social bias", "Of groups.", "Also called: prejudice.", "- before it: *gender*",
        r"1. Gender **bias** \*persists\*.", "- `mitigate`: Reduce it.", "the prefixes *de-*", "- tobias: given name",
    ):  # fmt: skip
        assert part in text
    assert "In this study" not in text


def test_the_codebook_of_a_study_quotes_it_escaped() -> None:
    readings = mentions(2).merge(read("skew", "skew"), on="mention_id")
    readings["sentence"] = ["the bias <b>", "the bias *x*"]
    readings["confidence"] = [0.9, 0.8]
    text = codebook(INVENTORY, SimpleNamespace(readings=readings))  # type: ignore[arg-type]
    assert "In this study: 2 mentions, such as\n\n> the **bias** &lt;b&gt; (p0)" in text
    assert text.count("In this study: no mention.") == 2
