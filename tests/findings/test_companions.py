"""What goes with a sense: kinds, methods, and results that can be compared; numbers worked out by hand."""

from __future__ import annotations

import math

import pandas as pd
import pytest
from small_readings import make_readings

from analysis.common.errors import BadInput
from analysis.common.tables import make_table
from analysis.findings.companions import named_with_sense
from analysis.findings.comparable import comparable_quantities
from analysis.findings.kind_names import named_kinds
from analysis.findings.kinds_of_senses import kinds_by_sense
from analysis.inventory.inventory import load_inventory

ORDER = load_inventory().order


def mention(paper, word, sense="social", **more):
    sentence = f"We found {word} bias here."
    at = sentence.index("bias")
    return {"paper_id": paper, "sense": sense, "sentence": sentence, "sentence_start": 0, "start": at, "end": at + 4,
            "modifier": word, **more}  # fmt: skip


def table_of(rows, **options):
    readings = make_readings(rows)
    return kinds_by_sense(named_kinds(readings), readings, ORDER, **options)


def test_papers_count_once_and_every_kind_counts():
    rows = [mention("a", "gender", year=2021), mention("a", "gender", field="title", year=2021),
            mention("b", "racial", year=2023), mention("b", "gender", field="title", year=2023),
            mention("c", "political", "media"), mention("d", "", "social")]  # fmt: skip
    table = table_of(rows).set_index(["sense", "kind"])
    assert list(table.index) == [("social", "gender bias"), ("social", "racial bias"), ("media", "political bias")]
    gender = table.loc[("social", "gender bias")]
    assert (gender["papers"], gender["of"], gender["mentions"], gender["family"]) == (2, 3, 3, "gender and sex")
    assert gender["share"] == pytest.approx(2 / 3)
    assert (gender["first"], gender["last"]) == (2021, 2023)
    assert gender["by_year"] == ["2021: 1", "2023: 1"] and gender["paper_ids"] == ["a", "b"]
    assert pd.isna(table.loc[("media", "political bias"), "first"])


def test_a_family_stands_together_the_commonest_first():
    rows = [
        mention(f"a{i}", word) for i, word in enumerate(["gender", "sex", "gender", "racial", "cultural", "racial"])
    ]
    assert list(table_of(rows)["kind"]) == ["gender bias", "sex bias", "racial bias", "cultural bias"]


def test_few_papers_get_no_interval_and_many_get_one_around_their_share():
    few = table_of([mention(f"p{i}", "gender" if i < 10 else "") for i in range(29)])
    assert math.isnan(few.loc[0, "low"]) and few.loc[0, "estimate"] == pytest.approx(10 / 29)
    many = table_of([mention(f"p{i}", "gender" if i < 10 else "racial" if i < 12 else "") for i in range(30)])
    gender, racial = many.iloc[0], many.iloc[1]
    # Jeffreys' 95 % interval of 10 of 30 is 0.186 to 0.512 (Beta(10.5, 20.5))
    assert (gender["low"], gender["high"]) == pytest.approx((0.186, 0.512), abs=0.04)
    assert math.isnan(racial["low"])


def test_no_reading_has_no_kinds():
    readings = make_readings([])
    assert kinds_by_sense(named_kinds(readings), readings, ORDER).empty


def entity(paper, name, kind="method", start=0):
    return {"paper_id": paper, "field": "abstract", "start": start, "end": start + 3, "surface": name, "kind": kind,
            "name": name, "confidence": 0.9}  # fmt: skip


def test_names_of_a_small_collection_are_counted_with_their_papers():
    readings = make_readings([{"paper_id": p, "sense": s} for p, s in
                              (("a", "social"), ("a", "data"), ("b", "social"), ("c", "data"))])  # fmt: skip
    entities = make_table("entities", [entity("a", "LoRA"), entity("a", "LoRA", start=9), entity("b", "LoRA"),
                                       entity("c", "GAN"), entity("z", "GAN"), entity("b", "GAN", "task")])  # fmt: skip
    table = named_with_sense(readings, entities, ORDER)
    assert list(table[["name", "sense", "papers", "of"]].itertuples(index=False, name=None)) == [
        ("LoRA", "social", 2, 2), ("LoRA", "data", 1, 2)
    ]  # fmt: skip
    assert list(table["paper_ids"]) == [["a", "b"], ["a"]]
    assert table["low"].isna().all() and not table["clear"].any()
    assert list(table["elsewhere"]) == [0.0, 1.0]  # c alone is not social; b alone is not data


def test_a_name_that_goes_with_a_sense_is_clear_and_one_that_goes_with_all_is_not():
    readings = make_readings([{"paper_id": f"p{i}", "sense": "social" if i < 40 else "data"} for i in range(80)])
    entities = make_table(
        "entities",
        [entity(f"p{i}", "LLM") for i in range(30)] + [entity(f"p{i}", "LLM") for i in range(40, 44)]
        + [entity(f"p{i}", "SGD") for i in range(0, 80, 2)],
    )  # fmt: skip
    table = named_with_sense(readings, entities, ORDER).set_index(["name", "sense"])
    social = table.loc[("LLM", "social")]
    assert (social["papers"], social["of"], social["share"], social["elsewhere"]) == (30, 40, 0.75, 0.1)
    # Jeffreys' 95 % interval of 30 of 40 is 0.601 to 0.865 (Beta(30.5, 10.5))
    assert (social["low"], social["high"]) == pytest.approx((0.601, 0.865), abs=0.04)
    assert social["clear"] and table.loc[("LLM", "data"), "clear"]
    assert not table.loc[("SGD", "social"), "clear"]


def test_entities_without_their_columns_are_refused():
    with pytest.raises(BadInput, match="lacks the column"):
        named_with_sense(make_readings([]), pd.DataFrame({"paper_id": []}), ORDER)


def result(paper, value, what="accuracy", unit="%", kind="result"):
    return {"paper_id": paper, "field": "abstract", "start": 0, "end": 2, "kind": kind, "value": value, "unit": unit,
            "what": what, "of": "ImageNet", "sentence": "s"}  # fmt: skip


def test_results_stand_side_by_side_only_in_one_unit_and_measure():
    readings = make_readings([{"paper_id": p} for p in "abcd"]).assign(
        authors=[["Ann Ames", "Bo Berg"], ["Cy Cole"], [], ["A B", "C D", "E F"]], year=[2024, 2020, None, 2021]
    )
    quantities = make_table(
        "quantities",
        [result("a", 80.0), result("b", 90.5, "Accuracy"), result("c", 70.0), result("d", 3.0, unit="points"),
         result("d", 60.0, kind="setting"), result("z", 50.0), result("a", 3.0, "FID", ""), result("b", 4.0, "FID", ""),
         result("c", None), result("d", 2.0, "")],
    )  # fmt: skip
    table = comparable_quantities(quantities, readings)
    assert list(table["value"]) == [90.5, 80.0, 70.0]
    assert list(table["label"]) == ["Cole 2020", "Ames and Berg 2024", "Paper c"]
    assert set(table["measure"]) == {"accuracy"} and set(table["papers"]) == {3}
    assert comparable_quantities(make_table("quantities", []), readings).empty
