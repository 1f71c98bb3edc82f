"""BibTeX: macros, accents, inheritance, and entries that are not well-formed."""

from __future__ import annotations

import json
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


def test_a_type_may_be_any_words(loads: Load) -> None:
    text = """@Article{a, title = {A}}
@Conference paper{b, title = {B}} @journal-article{c, title = {C}}
@Review [open](d, title = {D})
@Article (in press){e,
 title = {E}, abstract = {We met
@ the {Mars} site (room 5), see n = 3}
}
@ book2
{f, title = {F}}
@misc{g, title = {Never closed
@Data Set{h, title = {H}}
"""
    papers, audit, _ = loads(text, "x.bib")
    assert papers["title"].tolist() == ["A", "B", "C", "D", "E", "F", "Never closed", "H"]
    assert papers["abstract"].iloc[4] == "We met @ the Mars site (room 5), see n = 3"
    kinds = [json.loads(extra)["ENTRYTYPE"] for extra in papers["extra"]]
    assert kinds[:6] == [
        "article",
        "conference paper",
        "journal-article",
        "review [open]",
        "article (in press)",
        "book2",
    ]
    assert audit["status"].tolist() == ["kept"] * 8


def test_what_looks_like_an_entry_is_never_a_comment(loads: Load) -> None:
    text = """Exported on 1 May
@Conference paper{a}
@Conference paper{b, no field}
@article c,
 title = {Its brace is lost},
 year = {2020}
}
@ home we write comments
@misc{d, title = {D}}
"""
    papers, audit, _ = loads(text, "x.bib")
    assert papers["title"].tolist() == ["Its brace is lost", "D"]
    assert audit[["status", "record"]].to_numpy().tolist() == [
        ["not a record", "line 1"], ["unreadable", "1"], ["unreadable", "2"], ["kept", "3"], ["kept", "4"],
    ]  # fmt: skip
    assert audit["raw"].iloc[1:3].tolist() == ["@Conference paper{a}", "@Conference paper{b, no field}"]


def test_a_name_in_braces_is_one_author(loads: Load) -> None:
    text = """@misc{a, title = {A}, author = {Doe, Ann and {World Health Organization and Partners} and Roe, B.}}
@misc{b, title = {B}, author = {{World Health Organization and Partners}}}
@misc{c, title = {C}, author = {{Doe, {\\'A}nn and Roe, Bob}}}
@misc{d, title = {D}, author = {M{\\"u}ller, J. AND Roe, B.
   and Poe, C.}}
"""
    assert loads(text, "x.bib").papers["authors"].tolist() == [
        ["Doe, Ann", "World Health Organization and Partners", "Roe, B."],
        ["World Health Organization and Partners"],
        ["Doe, Ánn", "Roe, Bob"],  # braces around a whole value are the service's
        ["Müller, J.", "Roe, B.", "Poe, C."],
    ]


def test_entries_of_one_key_are_all_kept(loads: Load) -> None:
    papers = loads("@misc{k, title={A}}\n@misc{k, title={B}}\n@misc{k, title={C}}", "x.bib").papers
    assert papers["paper_id"].tolist() == ["k", "k~2", "k~3"]


def test_a_brace_too_many_costs_one_field_at_most(loads: Load) -> None:
    text = "Scopus\nEXPORT DATE: 1 May 2024\n\n@article{a,\n title = {A},\n"
    text += " abstract = {Open { brace. © 2020 Elsevier B.V.},\n keywords = {x; y},\n year = {2020}\n}\n"
    paper = loads(text + "@misc{b, title={B}}", "x.bib").papers.iloc[0]
    assert (paper["abstract"], paper["keywords"], paper["year"]) == ("Open  brace.", ["x", "y"], 2020)
