"""However mangled a file is: no crash, every record a row, and time that grows with its length."""

from __future__ import annotations

import time
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from analysis.collection import load_papers
from analysis.collection.readers.absent import says_nothing
from analysis.common.errors import BadInput

EXPORTS = Path(__file__).parents[1] / "data" / "collection"
NAMES = sorted(path.name for path in EXPORTS.iterdir())
QUIET = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


def _try(path: Path, content: bytes) -> int:
    """The number of records, or 0 where the file is refused; anything else than BadInput is a crash."""
    path.write_bytes(content)
    try:
        papers, audit, _ = load_papers(path, keep_duplicates=True)
    except BadInput as refusal:
        assert "\n" not in str(refusal)
        return 0
    assert (audit["status"] == "kept").sum() == len(papers)
    assert papers["paper_id"].is_unique
    return len(papers)


@pytest.mark.parametrize("name", NAMES)
@QUIET
@given(cuts=st.lists(st.tuples(st.floats(0, 1), st.floats(0, 0.1), st.binary(max_size=12)), min_size=1, max_size=4))
def test_pieces_cut_out_and_rubbish_put_in(tmp_path: Path, name: str, cuts: list[tuple[float, float, bytes]]) -> None:
    content = (EXPORTS / name).read_bytes()
    for at, length, rubbish in cuts:
        start = int(at * len(content))
        content = content[:start] + rubbish + content[start + int(length * len(content)) :]
    _try(tmp_path / name, content)


@QUIET
@given(
    content=st.one_of(st.binary(max_size=400), st.text(max_size=400).map(lambda text: text.encode("utf-8", "replace")))
)
def test_anything_at_all(tmp_path: Path, content: bytes) -> None:
    _try(tmp_path / "anything", content)


TITLES = st.lists(
    st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), min_size=1, max_size=30).filter(
        lambda title: not says_nothing(title)
    ),
    min_size=1,
    max_size=8,
)


@QUIET
@given(
    titles=TITLES,
    end=st.sampled_from(["ER  - ", "ER  -", "ER", "ER - ", ""]),
    gap=st.sampled_from(["", "\n", "\r\n\r\n"]),
)
def test_no_ris_record_is_lost(tmp_path: Path, titles: list[str], end: str, gap: str) -> None:
    text = "".join(f"TY  - JOUR\r\nTI  - {title}\n{end}\n{gap}" for title in titles)
    assert _try(tmp_path / "x.ris", text.encode()) == len(titles)


@QUIET
@given(titles=TITLES)
def test_no_csv_row_is_lost(tmp_path: Path, titles: list[str]) -> None:
    quoted = ['"' + title.replace('"', '""') + '"' for title in titles]
    assert _try(tmp_path / "x.csv", ("title,abstract\n" + "\n".join(f"{q},x" for q in quoted)).encode()) == len(titles)


UNITS = {
    "x.bib": [
        "@article{k, title={", "@article{", '@a{b, c = "', "{", "}", "@a{k, t={x}, ", "a = {x,\n", 'a = "x\n', "@a b\n",
        "@a-b{k, t={x}},\n", "@a\n\n\n",
    ],
    "x.ris": ["TY  - JOUR\n", "TY  - JOUR\nAB  - x\n y\n", "AB  - x\n"],
    "x.csv": ['"', '"a,b\n', "a,b\n", '",",\n', '"a "b",c\n', '\\"', 'a,"b""\n'],
    "x.json": ["[", '{"title": "a", ', '{"title": "a"} ', "{"],
    "x.xml": ["<record>", "<record><title>a</title>", "</record>", "&"],
    "x.nbib": ["PMID- 1\n", "TI  - a\n"],
    "x.tex.bib": ["\\textit{", "$", "\\'", "$x_{", "\\frac{", "\\a{x}", "\\a{x"],
    "x.txt": ["<1>\n", "Title\n  x\n", "  x\n", "Title\n"],
    "x.clean": ["&amp;", "<p", "-\n", "(c) 2020 ", "METHODS: ", "©"],
}  # fmt: skip
HEADS = {
    "x.bib": "@article{k, title={a}}\n", "x.ris": "TY  - JOUR\nTI  - a\n", "x.csv": "title,abstract\n",
    "x.json": '[{"title": "a"},', "x.xml": "<xml><records>", "x.nbib": "PMID- 1\n",
    "x.txt": "Title\n  a\nAbstract\n  b\nSource\n  c\n",
    "x.tex.bib": "@article{k, title={a ", "x.clean": "TY  - JOUR\nTI  - a\nAB  - x ",
}  # fmt: skip


@pytest.mark.parametrize(("name", "unit"), [(name, unit) for name, units in UNITS.items() for unit in units])
def test_time_grows_no_faster_than_the_file(tmp_path: Path, name: str, unit: str) -> None:
    def seconds(length: int) -> float:
        start = time.process_time()
        _try(tmp_path / name, (HEADS[name] + unit * (length // len(unit))).encode())
        return time.process_time() - start

    seconds(1_000)  # imports
    small, large = seconds(25_000), seconds(200_000)
    # Eight times the text: 8 times the time, with room for noise; a quadratic reader would take 64 times as long.
    assert large < 24 * small + 0.125
