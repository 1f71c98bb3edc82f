"""BibTeX: macros, accents, inheritance, and entries that are not well-formed."""

from __future__ import annotations

from collections.abc import Callable

import pytest

from analysis.collection import Collection

Load = Callable[..., Collection]


def test_every_entry_is_a_record_and_the_rest_is_told(load: Load) -> None:
    papers, audit, _ = load("zotero.bib")
    assert papers["title"].tolist() == [
        "The Bias of Gröbner Bases in vivo", 'A "quoted" title', "Proceedings of Bias", "This brace never closes",
        "An entry without key", "Web of Science writes titles so",
    ]  # fmt: skip
    assert audit.loc[audit["status"] == "not a record", "reason"].tolist() == [
        "a comment", "a comment", "a macro", "a preamble",
    ]  # fmt: skip
    assert audit.loc[audit["reason"].str.startswith("mended"), "record"].tolist() == ["4", "5", "6"]


def test_latex_becomes_text_without_losing_words(load: Load) -> None:
    first = load("zotero.bib").papers.iloc[0]
    assert first["abstract"] == "We lose 50% of bias at 5% cost, α_i^2 ≤ a/b, and re-estimate “it” – & more"
    assert first["authors"] == ["Müller, Jörg", "World Health Organization", "Doe, Ann"]
    assert first["venue"] == "Journal of Machine Learning and Bias"
    assert first["keywords"] == ["bias, bases", "algebra"]


def test_ids_years_and_inheritance(load: Load) -> None:
    papers = load("zotero.bib").papers
    assert papers["paper_id"].tolist() == [
        "10.1234/jml.2020.7", "2101.00001", "proc2021", "broken2022", "an-entry-without-key", "ISI:000111",
    ]  # fmt: skip
    assert papers["year"].tolist() == [2020, 2021, 2021, 2022, 2019, 2018]
    assert papers.loc[1, "venue"] == "Proceedings of Bias"
    assert papers.loc[1, "abstract"] == "Ends well."


@pytest.mark.parametrize(
    "text",
    [
        "@article{k title = {T} abstract = {A}}",  # no comma at all
        "@article{k,\n title = {T},\n abstract = {A}\n",  # cut short
        "@article{k, title = {T}, abstract = {A},,}",
        "@ARTICLE (k, title = {T}, abstract = {A})",
        "\ufeff@article{k, TITLE = {T}, ABSTRACT = {A}}",
        '@article{k, title = "T", abstract = "A"}',
        "@article{a key with spaces, title = {T}, abstract = {A}}",
    ],
)
def test_an_entry_out_of_shape_keeps_title_and_abstract(loads: Load, text: str) -> None:
    papers = loads(text, "x.bib").papers
    assert papers[["title", "abstract"]].to_numpy().tolist() == [["T", "A"]]


def test_a_broken_entry_does_not_take_the_next_with_it(loads: Load) -> None:
    papers = loads("@article{a, title = {A {never closed}\n\n@article{b, title = {B}}\n", "x.bib").papers
    assert papers["paper_id"].tolist() == ["a", "b"]


def test_entries_of_one_key_are_all_kept(loads: Load) -> None:
    papers = loads("@misc{k, title={A}}\n@misc{k, title={B}}\n@misc{k, title={C}}", "x.bib").papers
    assert papers["paper_id"].tolist() == ["k", "k~2", "k~3"]


def test_a_brace_too_many_costs_one_field_at_most(loads: Load) -> None:
    text = "Scopus\nEXPORT DATE: 1 May 2024\n\n@article{a,\n title = {A},\n"
    text += " abstract = {Open { brace. © 2020 Elsevier B.V.},\n keywords = {x; y},\n year = {2020}\n}\n"
    paper = loads(text + "@misc{b, title={B}}", "x.bib").papers.iloc[0]
    assert (paper["abstract"], paper["keywords"], paper["year"]) == ("Open  brace.", ["x", "y"], 2020)
