"""Duplicates: what is one work is merged, what is not stays apart, and the user has the last word."""

from __future__ import annotations

import json
import random
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rapidfuzz import fuzz

from analysis.collection.blocking import candidate_pairs
from analysis.collection.dedup import merge_duplicates
from analysis.collection.identity import identify, normal_arxiv, normal_doi, plain
from analysis.collection.similarity import title_ratios
from analysis.common.errors import BadInput
from analysis.common.tables import make_table, read_table, write_table

LONG = "Inductive biases of convolutional networks under distribution shift"
TEXT = (
    "We study how the inductive bias of convolutional networks shapes what they learn when training and test images "
    "differ. Across nine benchmarks, weight sharing helps with texture but hurts with shape, and we explain why."
)
OTHER_TEXT = (
    "Sampling bias threatens surveys that recruit respondents online. We reweight four panels by census margins and "
    "show that the remaining error falls by half, at the price of wider intervals for small groups of respondents."
)


def table(*rows: dict[str, Any]) -> pd.DataFrame:
    return make_table("papers", [{"paper_id": f"p{i}", **row} for i, row in enumerate(rows)])


def merged(*rows: dict[str, Any]) -> list[tuple[str, str]]:
    """(merged record, survivor) of each duplicate found."""
    duplicates = merge_duplicates(table(*rows))[1]
    return list(zip(duplicates["paper_id"], duplicates["survivor"], strict=True))


SMITH = {"authors": ["Smith, Anna", "Kim, Lee"], "year": 2021}


# --- identifiers -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "doi"),
    [
        ("https://doi.org/10.1000/XYZ123", "10.1000/xyz123"),
        ("doi:10.1000/xyz123.", "10.1000/xyz123"),
        ("http://dx.doi.org/10.1016%2Fj.cell.2020.01.001", "10.1016/j.cell.2020.01.001"),
        ("10.1016/S0140-6736(05)12345-6", "10.1016/s0140-6736(05)12345-6"),
        ("(10.1000/xyz123)", "10.1000/xyz123"),
        (
            "http://sfx.example.org/x?id=doi:10.1016%2Fj.clp.2018.07.012&atitle=Neck&issue=4",
            "10.1016/j.clp.2018.07.012",
        ),
        ("<a>10.1000/xyz123</a>", "10.1000/xyz123"),
        (
            "10.1002/(SICI)1097(1998)17:15<1661::AID-SIM968>3.0.CO;2-2",
            "10.1002/(sici)1097(1998)17:15<1661::aid-sim968>3.0.co;2-2",
        ),
        ("10.1101/2020.03.01.123456v2", "10.1101/2020.03.01.123456"),
        ("10.21203/rs.3.rs-12345/v1", "10.21203/rs.3.rs-12345"),
        ("10.1101/gr.123456.111v2", "10.1101/gr.123456.111v2"),  # a journal's DOI, not a preprint's version
        (r"10.1007/978-3-319-46448-0{\_}2", "10.1007/978-3-319-46448-0_2"),
        (r"{10.1007/978-3-319-46448-0\_2}", "10.1007/978-3-319-46448-0_2"),
        ("{{10.1007/978-3-319-46448-0_2}}", "10.1007/978-3-319-46448-0_2"),
        (
            r"10.1002/1097(1998)17:15$<$1661::AID-SIM968$>$3.0.CO;2-\#",
            "10.1002/1097(1998)17:15<1661::aid-sim968>3.0.co;2-#",
        ),
        (r"10.1002/1097{\textless}1661::AID-X{\textgreater}3.0.CO;2-2", "10.1002/1097<1661::aid-x>3.0.co;2-2"),
        ("10.1175/1520(2000)013&amp;lt;0001:AB&amp;gt;2.0.CO;2", "10.1175/1520(2000)013<0001:ab>2.0.co;2"),
        ("10.1016/S0140-6736%2805%2912345-6", "10.1016/s0140-6736(05)12345-6"),
        ("10.1000/abc\u20131", "10.1000/abc-1"),
        ("10.1000.10/123", "10.1000.10/123"),
        (r"10.1000\/x1", "10.1000/x1"),
        ("10.1000/a1; 10.1000/b2", "10.1000/a1"),
        ("10.1000/a1;10.1000/b2", "10.1000/a1"),
        ("https://onlinelibrary.wiley.com/doi/10.1002/abc.1/full", "10.1002/abc.1"),
        ("https://doi.org/10.1000/abc/full", "10.1000/abc/full"),
        ("no identifier", ""),
        ("", ""),
    ],
)
def test_a_doi_is_read_out_of_whatever_surrounds_it(text: str, doi: str) -> None:
    assert normal_doi(text) == doi


@pytest.mark.parametrize(
    ("text", "arxiv"),
    [
        ("2502.10010", "2502.10010"),
        ("arXiv:2502.10010v3", "2502.10010"),
        ("0704.0001v1", "0704.0001"),
        ("math.GT/0309136", "math.gt/0309136"),
        ("hep-th/9901001v2", "hep-th/9901001"),
        ("2513.10010", ""),  # there is no thirteenth month
        ("12345", ""),
    ],
)
def test_versions_of_an_arxiv_id_are_folded(text: str, arxiv: str) -> None:
    assert normal_arxiv(text) == arxiv


@pytest.mark.parametrize(
    ("one", "other", "by"),
    [
        ({"doi": "10.1000/A1"}, {"url": "https://doi.org/10.1000/a1"}, "doi"),
        ({"doi": "10.1000/A1"}, {"extra": json.dumps({"DOI": "doi:10.1000/a1"})}, "doi"),
        ({"paper_id": "2502.10010"}, {"url": "http://arxiv.org/abs/2502.10010v2"}, "arxiv"),
        ({"paper_id": "2502.10010"}, {"paper_id": "2502.10010~2"}, "arxiv"),
        ({"doi": "10.48550/arXiv.2502.10010"}, {"url": "https://huggingface.co/papers/2502.10010"}, "arxiv"),
        ({"extra": '{"externalIds": {"ArXiv": "2502.10010"}}'}, {"extra": '{"eprint": "2502.10010v1"}'}, "arxiv"),
        ({"extra": '{"pmid": "0123456"}'}, {"url": "https://pubmed.ncbi.nlm.nih.gov/123456/"}, "pmid"),
        (
            {"extra": '{"ids": {"pmid": "https://pubmed.ncbi.nlm.nih.gov/123456"}}'},
            {"extra": '{"pmid": 123456}'},
            "pmid",
        ),
    ],
)
def test_identifiers_match_wherever_they_hide(one: dict[str, Any], other: dict[str, Any], by: str) -> None:
    papers, duplicates = merge_duplicates(table({"title": "One title", **one}, {"title": "One tittle", **other}))
    assert len(papers) == 1
    assert duplicates["matched_by"].tolist() == [by]
    assert duplicates["score"].tolist() == [1.0]


def test_a_bare_number_is_a_row_number_and_no_pmid() -> None:
    assert merged({"paper_id": "17", "title": "First work"}, {"title": "Second work", "extra": '{"pmid": "17"}'}) == []


def test_chapters_that_share_the_doi_of_their_book_stay_apart() -> None:
    assert (
        merged(
            {"title": "Recall bias in interviews", "authors": ["Kim, Ann"], "doi": "10.1000/book"},
            {"title": "Weights for panel data", "authors": ["Rossi, Bea"], "doi": "10.1000/book"},
        )
        == []
    )


PARTS = [
    ("A theory of bias. Part I", "A theory of bias. Part II", 2),
    ("A theory of bias, Part 1: Proofs", "A theory of bias, Part 2: Experiments with trees", 2),
    ("A theory of bias, vol. III", "A theory of bias, Volume IV", 2),
    ("A theory of bias. A", "A theory of bias. B", 2),
    ("Eine Theorie. Zweiter Teil", "Eine Theorie. Erster Teil", 1),  # words that are no numbers to us: one DOI decides
    ("A theory of bias. Second part", "A theory of bias. First part", 2),
    ("A theory of bias. Part II", "A theory of bias: part 2", 1),
    ("A theory of bias. Part Two", "A theory of bias", 1),
    ("Bias of CO2 sensors", "Bias of CO 2 sensors", 1),
]


@pytest.mark.parametrize(("one", "other", "papers"), PARTS)
def test_the_parts_of_a_paper_that_share_its_doi_stay_apart(one: str, other: str, papers: int) -> None:
    rows = [{"title": title, "doi": "10.1000/1", **SMITH} for title in (one, other)]
    assert len(merge_duplicates(table(*rows))[0]) == papers


# --- similar records -------------------------------------------------------------------------------------------------

SAME: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "case and punctuation": ({"title": LONG}, {"title": LONG.upper() + "."}),
    "typos": (
        {"title": LONG, **SMITH},
        {"title": "Inductve biases of convolutional netwroks under distribution shift", **SMITH},
    ),
    "a hyphen": (
        {"title": "Pre-training without bias helps language models"},
        {"title": "Pretraining without bias helps language models"},
    ),
    "accents": (
        {"title": "Gödel numbering and the naïve bias of proof search"},
        {"title": "Godel numbering and the naive bias of proof search"},
    ),
    "cut with an ellipsis": (
        {"title": LONG, **SMITH},
        {"title": "Inductive biases of convolutional networks under...", **SMITH},
    ),
    "subtitle lost": (
        {"title": "Measuring bias in word embeddings: a study of nine languages", **SMITH},
        {"title": "Measuring bias in word embeddings", **SMITH},
    ),
    "other spelling of authors": (
        {"title": "Bias and variance", "authors": ["García Márquez, Gabriel"], "year": 2020},
        {"title": "Bias and variance", "authors": ["G. Garcia Marquez"], "year": 2020},
    ),
    "names in another order": (
        {"title": "Fair ranking", "authors": ["Wei Zhang"], "year": 2020},
        {"title": "Fair ranking", "authors": ["Zhang Wei"], "year": 2020},
    ),
    "title changed, abstract kept": (
        {"title": "DeCLIP: decoupled learning for open dense perception", "abstract": TEXT, "year": 2024},
        {"title": "Decoupled learning for open-vocabulary dense perception", "abstract": TEXT, "year": 2024},
    ),
    "online first": (
        {"title": LONG, "authors": ["Smith, A."], "year": 2020},
        {"title": LONG, "authors": ["Anna Smith"], "year": 2021},
    ),
}


@pytest.mark.parametrize("name", SAME)
def test_one_work_in_two_forms_is_merged(name: str) -> None:
    assert len(merged(*SAME[name])) == 1
    assert len(merged(*reversed(SAME[name]))) == 1


APART: dict[str, tuple[dict[str, Any], dict[str, Any]]] = {
    "editorials": ({"title": "Editorial", **SMITH}, {"title": "Editorial", **SMITH}),
    "introductions without anything else": ({"title": "Introduction"}, {"title": "Introduction"}),
    "parts": (
        {"title": "A theory of bias in perception. Part I", **SMITH},
        {"title": "A theory of bias in perception. Part II", **SMITH},
    ),
    "parts with one abstract": (
        {"title": "A theory of bias in perception. Part I", "abstract": TEXT, **SMITH},
        {"title": "A theory of bias in perception. Part II", "abstract": TEXT, **SMITH},
    ),
    "years in titles": (
        {"title": "Overview of the plant identification task 2019", "authors": ["Goeau, H."], "year": 2020},
        {"title": "Overview of the plant identification task 2020", "authors": ["Goeau, H."], "year": 2020},
    ),
    "an erratum": ({"title": LONG, **SMITH}, {"title": f"Erratum to: {LONG}", **SMITH}),
    "a reply": ({"title": LONG, **SMITH}, {"title": f"{LONG}: a reply", **SMITH}),
    "one word exchanged": (
        {"title": "Gender bias in German newspaper headlines", **SMITH},
        {"title": "Gender bias in French newspaper headlines", **SMITH},
    ),
    "opposites": (
        {"title": "Removing bias from supervised language representations", **SMITH},
        {"title": "Removing bias from unsupervised language representations", **SMITH},
    ),
    "words in another order": (
        {"title": "Removing bias when translating from text to image", **SMITH},
        {"title": "Removing bias when translating from image to text", **SMITH},
    ),
    "other authors": ({"title": LONG, **SMITH}, {"title": LONG, "authors": ["Okafor, Ben"], "year": 2021}),
    "other abstracts": ({"title": LONG, "abstract": TEXT, **SMITH}, {"title": LONG, "abstract": OTHER_TEXT, **SMITH}),
    "long ago": ({"title": LONG, **SMITH}, {"title": LONG, "authors": ["Smith, Anna"], "year": 2011}),
    "two published DOIs": ({"title": LONG, "doi": "10.1000/a", **SMITH}, {"title": LONG, "doi": "10.2000/b", **SMITH}),
    "two PubMed records": (
        {"title": LONG, "extra": '{"pmid": "11"}', **SMITH},
        {"title": LONG, "extra": '{"pmid": "12"}', **SMITH},
    ),
    "two arXiv submissions": (
        {"title": "RobustSplat: densification in the wild", "abstract": TEXT, "paper_id": "2506.02751"},
        {"title": "RobustSplat++: dense densification in the wild", "abstract": TEXT, "paper_id": "2512.04815"},
    ),
    "empty titles": ({"title": "", "abstract": ""}, {"title": "", "abstract": ""}),
}


@pytest.mark.parametrize("name", APART)
def test_two_works_stay_apart(name: str) -> None:
    assert merged(*APART[name]) == []
    assert merged(*reversed(APART[name])) == []


def test_a_preprint_is_linked_to_its_published_version_which_survives() -> None:
    papers, duplicates = merge_duplicates(
        table(
            {
                "paper_id": "2001.00001",
                "title": LONG,
                "abstract": TEXT,
                "venue": "arXiv cs.LG",
                "year": 2020,
                "authors": ["Anna Smith"],
            },
            {
                "paper_id": "smith2022",
                "title": LONG,
                "doi": "10.1000/j.1",
                "venue": "Journal of Bias",
                "year": 2022,
                "authors": ["Smith, A."],
            },
        )
    )
    (paper,) = papers.to_dict("records")
    assert (paper["paper_id"], paper["venue"], paper["abstract"]) == ("smith2022", "Journal of Bias", TEXT)
    assert json.loads(paper["extra"]) == {"arxiv": "2001.00001"}
    (row,) = duplicates.to_dict("records")
    assert (row["paper_id"], row["survivor"], row["matched_by"]) == (
        "2001.00001",
        "smith2022",
        "preprint: title + author",
    )
    assert row["filled"] == ["abstract", "extra"]
    assert 0 < row["score"] < 1


def test_a_copy_is_no_bridge_between_contradictory_records() -> None:
    """The copy without DOI may belong to either; the two with DOIs must not meet through it."""
    papers, duplicates = merge_duplicates(
        table(
            {"title": LONG, "doi": "10.1000/a", **SMITH},
            {"title": LONG, **SMITH},
            {"title": LONG, "doi": "10.2000/b", **SMITH},
        )
    )
    assert sorted(papers["doi"]) == ["10.1000/a", "10.2000/b"]
    assert duplicates["paper_id"].tolist() == ["p1"]


def test_gaps_are_filled_and_nothing_else_is_changed() -> None:
    first = {
        "title": "Fair ranking",
        "doi": "10.1000/x",
        "abstract": TEXT,
        "year": None,
        "keywords": ["bias"],
        "language": "en",
    }
    second = {
        "title": "FAIR RANKING",
        "doi": "10.1000/X",
        "year": 2020,
        "venue": "J",
        "keywords": ["rank"],
        "extra": '{"volume": "3"}',
    }
    papers, duplicates = merge_duplicates(table(first, second, {"title": "Quite another work"}))
    assert papers["paper_id"].tolist() == ["p0", "p2"]
    kept = papers.iloc[0]
    assert (kept["title"], kept["year"], kept["venue"], kept["keywords"]) == ("Fair ranking", 2020, "J", ["bias"])
    assert duplicates["filled"].tolist() == [["year", "venue", "extra"]]
    assert str(papers["year"].dtype) == "Int64"


def test_an_abstract_from_another_record_was_not_read_in_this_one() -> None:
    preprint = {"title": LONG, "abstract": TEXT, "venue": "arXiv", "authors": ["A. Smith"], "year": 2021}
    article = {"title": LONG, "doi": "10.1000/j.1", "venue": "Journal of Bias", "authors": ["Smith, A."], "year": 2022}
    preprint["as_read"], article["as_read"] = json.dumps({"abstract": f" {TEXT}"}), json.dumps({"title": f"{LONG}."})
    papers, duplicates = merge_duplicates(table({**preprint, "paper_id": "2001.00001"}, article))
    assert duplicates["filled"].tolist() == [["abstract", "extra"]]
    assert papers["abstract"].tolist() == [TEXT]
    assert json.loads(papers["as_read"].iloc[0]) == {"title": f"{LONG}.", "abstract": ""}


def test_a_column_in_another_issue_of_a_journal_is_another_paper() -> None:
    column = {
        "title": "Notes from the production desk",
        "authors": ["Beeton, Barbara"],
        "venue": "TUGboat",
        "year": 1994,
    }
    first = {**column, "extra": '{"volume": "15", "number": "1", "pages": "74"}'}
    fourth = {**column, "extra": '{"volume": "15", "number": "4", "pages": "505"}'}
    online = {**column, "extra": '{"volume": "15", "pages": "e74"}'}  # ahead of its number
    spelled = {**column, "extra": '{"VL": "Vol. XV", "IS": "no. 01"}'}
    assert len(merge_duplicates(table(first, fourth))[0]) == 2
    assert len(merge_duplicates(table(first, online))[0]) == 1
    assert len(merge_duplicates(table(first, spelled))[0]) == 1
    assert len(merge_duplicates(table(first, {**fourth, "venue": "TUGboat (reprint)"}))[0]) == 1


# --- by hand ---------------------------------------------------------------------------------------------------------


def test_a_corrected_table_is_honoured_again_and_again(tmp_path: Any) -> None:
    papers = table(
        {"title": LONG, "doi": "10.1000/x"}, {"title": LONG, "doi": "10.1000/x"}, {"title": "Alpha"}, {"title": "Omega"}
    )
    duplicates = merge_duplicates(papers)[1]
    assert duplicates["paper_id"].tolist() == ["p1"]
    duplicates["decision"] = ["split"]
    more = make_table("duplicates", [{"paper_id": "p3", "survivor": "p2", "decision": "merge"}])
    corrections = pd.concat([duplicates, more])
    for run in range(3):
        write_table(corrections, tmp_path / "duplicates.csv")
        kept, corrections = merge_duplicates(papers, read_table(tmp_path / "duplicates.csv", "duplicates"))
        assert kept["paper_id"].tolist() == ["p0", "p1", "p2"], f"run {run}"
        assert sorted(corrections["decision"]) == ["merge", "split"]
    assert set(corrections["matched_by"]) == {"by hand"}


def test_an_unknown_decision_is_refused_with_its_row() -> None:
    corrections = make_table("duplicates", [{"paper_id": "p0", "survivor": "p1", "decision": "perhaps"}])
    with pytest.raises(BadInput, match="row 2: the decision 'perhaps'"):
        merge_duplicates(table({"title": "A"}, {"title": "B"}), corrections)


def test_decisions_about_absent_papers_are_counted() -> None:
    corrections = make_table("duplicates", [{"paper_id": "p0", "survivor": "gone", "decision": "split"}])
    with pytest.warns(UserWarning, match="1 decision"):
        merge_duplicates(table({"title": "A"}, {"title": "B"}), corrections)


# --- size and accuracy -----------------------------------------------------------------------------------------------


def test_an_empty_table_and_a_single_paper() -> None:
    for papers in (table(), table({"title": LONG})):
        kept, duplicates = merge_duplicates(papers)
        assert len(kept) == len(papers)
        assert list(duplicates.columns) == ["paper_id", "survivor", "matched_by", "score", "filled", "decision"]


def test_candidates_grow_no_faster_than_the_records() -> None:
    """A bound by construction: each record meets at most 8 neighbours in each of 1 + 1 + 6 + 2 sorted lists."""
    rng = random.Random(3)
    words = [f"word{k}" for k in range(40)]
    rows = [{"title": " ".join(rng.choices(words, k=8)), "abstract": TEXT} for _ in range(600)]
    for n in (150, 300, 600):
        by_title, by_abstract = candidate_pairs(identify(table(*rows[:n])))
        assert len(by_title) <= n * 8 * 8
        assert len(by_abstract) <= n * 2 * 8


def test_a_common_word_is_no_key_but_two_together_are() -> None:
    """Twenty titles share "bias", far apart in the alphabet; only two of them share "probes", too."""
    titles = [f"{chr(97 + k)}{k} subject{k} with bias object{k} z{20 - k}" for k in range(20)]
    titles[2] += " probes"
    titles[15] += " probes"
    rows = [{"title": title} for title in [*titles, *(f"{k} probes {k}" for k in range(20))]]
    by_title, _ = candidate_pairs(identify(table(*rows)))
    found = set(map(tuple, by_title.tolist()))
    assert (2, 15) in found
    assert (3, 15) not in found


def test_title_ratios_are_those_of_rapidfuzz() -> None:
    """What counting letters rules out is below the limit, in any script."""
    rng = random.Random(5)
    titles = ["".join(rng.choices(letters, k=rng.randint(1, 12))) for letters in ("abc", "abcdefgh", "偏見ab") * 40]
    records = identify(table(*({"title": title} for title in titles)))
    pairs = np.array([(i, j) for j in range(len(titles)) for i in range(j)])
    expected = np.array([fuzz.ratio(records[i].title, records[j].title) / 100 for i, j in pairs])
    plain = [record.title.replace(" ", "") for record in records]
    for enough in (0.0, 0.75):
        ratios = title_ratios(plain, pairs, enough)
        np.testing.assert_allclose(ratios, np.where(expected >= max(0.6, enough), expected, 0), atol=1e-6)
    assert len(title_ratios(plain, pairs[:0], 0.75)) == 0


def test_records_in_another_order_give_the_same_groups() -> None:
    pairs = {name: pair for name, pair in SAME.items() if pair[0]["title"] != LONG}
    rows = [row | {"paper_id": f"{name}-{side}"} for name, pair in pairs.items() for side, row in enumerate(pair)]
    expected = {frozenset((f"{name}-0", f"{name}-1")) for name in pairs}
    for seed in range(5):
        random.Random(seed).shuffle(rows)
        assert {frozenset(pair) for pair in merged(*rows)} == expected


def test_plain_text_is_comparable() -> None:
    assert plain("The <i>Naïve</i> Bayes' Bias & Variance—Trade-Off") == "the naive bayes bias and variance trade off"
