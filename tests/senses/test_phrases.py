"""What induced senses are called: phrases a person would use, and none of another sense."""

from __future__ import annotations

import numpy as np

from analysis.common.tables import make_table
from analysis.senses.phrases import tell_groups


def told(rows, words):
    """Name and description of each group; a row is group, modifier, head and verb."""
    table = [
        {"mention_id": f"{n}", "modifier": modifier, "head": head, "verb": verb}
        for n, (_, modifier, head, verb) in enumerate(rows)
    ]
    return tell_groups(make_table("mentions", table), np.array([row[0] for row in rows]), words, "bank")


def test_a_sense_is_called_by_its_own_phrases_and_told_by_its_verbs():
    money = [(0, "central", "", "lend")] * 6 + [(0, "", "account", "lend")] * 4
    river = [(1, "river", "", "erode")] * 8
    one, two = told(money + river, [["loan"], ["water", "mud"]])
    assert one.name == "central bank, bank account"
    assert one.description == (
        "As in \u201ccentral bank\u201d and \u201cbank account\u201d; with the verb lend; near the words loan. "
        "Found in 10 mentions."
    )
    assert two.name == "river bank, water" and "with the verb erode" in two.description


def test_what_both_senses_have_names_neither():
    rows = [(group, "old", "", "be") for group in (0, 1) for _ in range(10)]
    one, two = told(rows, [["loan"], []])
    assert one.name == "loan" and two.name == "sense 2"
    assert two.description == "Found in 10 mentions."


def test_one_use_is_no_habit_and_a_symbol_no_phrase():
    one, two = told([(0, "central", "", "lend"), *[(0, "k", "", "")] * 5, *[(1, "", "", "")] * 5], [["loan"], ["mud"]])
    assert one.name == "loan" and "central" not in one.description and "k bank" not in one.description
    assert two.name == "mud"


def test_a_single_sense_is_named_by_what_is_frequent():
    (only,) = told([(0, "river", "", "")] * 2 + [(0, "left", "", "")], [[]])
    assert only.name == "river bank" and only.description.endswith("Found in 3 mentions.")
