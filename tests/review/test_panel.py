"""The panel's keys, buttons and fields do what they say, and all text of strangers stays text."""

from __future__ import annotations

import ipywidgets
from small_study import HOSTILE
from worded_study import IDS

from analysis.common.tables import read_table
from analysis.inventory.inventory import inventory_of
from analysis.review import review_panel
from analysis.review.look import criteria_html, many_html, mention_html
from analysis.review.reviewing import Reviewing
from analysis.senses.reviews import read_reviews


class Shown:
    """A panel's widgets by what the reader sees on them."""

    def __init__(self, box: ipywidgets.VBox) -> None:
        flat = [w for child in box.children for w in (getattr(child, "children", None) or [child])]
        self.named = {w.description: w for w in flat if getattr(w, "description", "")}
        self.texts = [w for w in flat if isinstance(w, ipywidgets.HTML)]

    def press(self, keys: str) -> None:
        self.named["Keys"].value += keys

    @property
    def text(self) -> str:
        return "\n".join(w.value for w in self.texts)

    @property
    def many(self) -> ipywidgets.Checkbox:
        return next(w for w in self.named.values() if isinstance(w, ipywidgets.Checkbox))


def test_keys_and_buttons_of_the_panel_decide(study):
    panel = Shown(review_panel(study))
    read = [study.readings.set_index("mention_id").loc[m, "sense"] for m in Reviewing(study).queue]
    panel.press("a")
    panel.named["Stance"].value = "measure"
    panel.press("2")
    panel.named["0  Unclear"].click()
    frame = read_table(study.folder.parent / "reviews.csv")
    assert list(frame["sense"]) == [read[0], study.inventory.ids[1], "unclear"]
    assert list(frame["stance"]) == ["", "measure", ""]
    assert "3 of 5 decided" in panel.text and "1 mention decided: Unclear. Saved in reviews.csv." in panel.text
    panel.press("#")
    assert "The key # has no meaning." in panel.text
    panel.named["Keys"].value = panel.named["Keys"].value[:1]  # taking letters out of the box is no key
    assert "3 of 5 decided" in panel.text
    panel.press("u")
    assert "2 of 5 decided" in panel.text and "Taken back: 1 mention." in panel.text
    panel.press("p")
    assert "2 of 5 decided, 1 postponed" in panel.text
    panel.press("aaaaaa")
    assert "<p><b>All done.</b></p>" in panel.text and "5 of 5 decided" in panel.text


def test_a_key_says_that_none_of_the_senses_fits(study):
    panel = Shown(review_panel(study))
    panel.press("-")
    assert list(read_table(study.folder.parent / "reviews.csv")["sense"]) == ["other"]
    assert "1 mention decided: Other." in panel.text


def test_notes_and_tags_are_kept_when_the_field_is_left_and_shown_again(study):
    panel = Shown(review_panel(study, reviewer="ann"))
    first = Reviewing(study, reviewer="ann").queue[0]
    panel.named["Note"].value = HOSTILE
    panel.named["Tags"].value = "odd; to ask"
    panel.press("a")
    assert (panel.named["Note"].value, panel.named["Tags"].value) == ("", "")  # those of the next one
    row = read_reviews(study.folder.parent / "reviews.csv").iloc[-1]
    assert (row["note"], row["tags"], row["reviewer"]) == (HOSTILE, ["odd", "to ask"], "ann")

    again = Shown(review_panel(study, reviewer="ann"))
    back = again.named["Go back to"]
    assert [(HOSTILE in label, mention_id) for label, mention_id in back.options[1:]] == [(True, first)]
    back.value = first
    assert (again.named["Note"].value, again.named["Tags"].value) == (HOSTILE, "odd; to ask")
    assert "You decided: " in again.text and HOSTILE not in again.text
    assert len(read_table(study.folder.parent / "reviews.csv")) == 3  # looking at it wrote nothing


def test_one_decision_for_all_with_the_same_words_after_a_preview(worded):
    panel = Shown(review_panel(worded, mentions=IDS[:1]))
    assert panel.many.description == "m  all 3 open mentions of “gender bias”" and not panel.many.disabled
    assert "The next decision" not in panel.text
    panel.press("m")
    assert panel.many.value and "about 3 open mentions of “gender bias”" in panel.text
    assert "We see gender <mark><b>biases</b></mark>. (p2)" in panel.text and "Der gender" not in panel.text
    panel.press("m")
    assert "The next decision" not in panel.text
    panel.press("m1")
    assert "3 mentions decided: Social bias." in panel.text
    assert read_reviews(worded.folder.parent / "reviews.csv")["sense"].tolist() == ["social"] * 3
    panel.press("u")
    assert "Taken back: 3 mentions." in panel.text and not panel.many.value
    bare = Shown(review_panel(worded, mentions=IDS[4:5]))
    assert bare.many.disabled
    bare.press("m1")
    assert "1 mention decided" in bare.text


def test_the_criteria_of_the_sense_read_its_rival_and_a_chosen_one_are_in_view(worded):
    panel = Shown(review_panel(worded, mentions=IDS[3:4]))
    parameter, data = worded.inventory["parameter"], worded.inventory["data"]
    assert f"Read as: <b>{parameter.name}</b>" in panel.text and f"Runner-up: <b>{data.name}</b>" in panel.text
    assert "Here <b>term</b> speaks for it." in panel.text
    panel.named["Criteria of"].value = "social"
    assert f"Chosen: <b>{worded.inventory['social'].name}</b>" in panel.text


def test_criteria_are_whole_and_escaped():
    inventory = inventory_of({"term": "bias", "senses": [
        {"id": "a", "name": "<A>", "definition": "Of <b>.", "aliases": ["x&y"], "cues": {"modifier": ["<m>"]},
         "examples": ["An <i> [[bias]]."]}, {"id": "b", "definition": "Bare."}]})  # fmt: skip
    html = criteria_html(inventory, {"a": "Read as", "b": "Runner-up", "unclear": "Chosen", "gone": "x"})
    for part in ("Read as: <b>&lt;A&gt;</b>", "Of &lt;b&gt;.", "Also called: x&amp;y.",
                 "Cues: before it <i>&lt;m&gt;</i>.",
                 "Example: An &lt;i&gt; <mark><b>bias</b></mark>.", "Runner-up: <b>b</b>",
                 "Chosen: <b>Unclear</b>"):  # fmt: skip
        assert part in html
    assert html.count("<section") == 3


def test_hostile_text_shows_as_text(study):
    html = mention_html(study.readings.iloc[0], {})
    assert HOSTILE not in html and "&lt;script&gt;alert(1)&lt;/script&gt; &amp; &quot;x&quot;" in html
    assert "<mark><b>bias</b></mark>" in html
    assert HOSTILE not in many_html(HOSTILE, study.readings)
    assert "and 1 more" in many_html("x", study.readings.loc[[0] * 51])
    assert HOSTILE not in Shown(review_panel(study, reviewer=HOSTILE)).text


def test_induced_senses_without_stances_or_cues(tmp_path, study):
    from dataclasses import replace

    inventory = inventory_of({"term": "bias", "senses": [{"id": "social", "definition": "One."}]})
    panel = Shown(review_panel(replace(study, inventory=inventory)))
    assert [label for label, _ in panel.named["Stance"].options] == ["as read"]
    panel.press("1")
    assert "1 of 5 decided" in panel.text
