"""Every notebook runs from top to bottom on the bundled collection, and the collection is what it should be."""

import re

import pytest

from analysis.common.resources import resource
from analysis.report import execute_notebooks
from analysis.report.site import bundled_notebooks

NOTEBOOKS = sorted(resource("notebooks").glob("*.ipynb"))


def test_all_21_papers_and_85_mentions_are_there(seed_study):
    assert len(seed_study.papers) == 21
    assert len(seed_study.mentions) == len(seed_study.senses) == 85
    assert seed_study.mentions["paper_id"].nunique() == 21
    assert (seed_study.papers["abstract"] != "").all()
    assert seed_study.excluded["surface"].tolist() == ["HolisticBiasR"]


def test_topics_are_no_heap_of_outliers(seed_study):
    assert len(seed_study.topics) >= 4
    assert (seed_study.senses["topic"] >= 0).mean() > 0.9
    assert seed_study.senses["topic"].value_counts(normalize=True).max() < 0.6


def mark(path):
    return pytest.param(path, id=path.stem, marks=pytest.mark.long if path.stem == "primer" else ())


@pytest.mark.parametrize("notebook", [mark(path) for path in NOTEBOOKS])
def test_it_runs(seed_study, notebook, tmp_path):
    told = {"SOURCES": [], "TERM": "bias", "STUDY": str(seed_study.folder)} if notebook.stem != "primer" else {}
    (node,) = execute_notebooks([notebook], told, cache=tmp_path, fingerprint="test")
    outputs = [output for cell in node.cells if cell.cell_type == "code" for output in cell.outputs]
    assert outputs
    assert not [output for output in outputs if output.output_type == "error"]
    assert not [o["text"] for o in outputs if o.output_type == "stream" and o["name"] == "stderr"]
    if notebook in bundled_notebooks() or notebook.stem == "primer":
        shown = re.findall(r'<figure id="([^"]+)"', "".join(o.get("data", {}).get("text/html", "") for o in outputs))
        prose = "".join(cell.source for cell in node.cells if cell.cell_type == "markdown")
        assert [name for name in shown if f"](#{name})" not in prose] == []  # the text speaks of every figure
