"""Without the package of an extra, one line says what needs it and how to add it."""

import sys

import pandas as pd
import pytest

from analysis import BadInput, load_papers
from analysis.common.extras import extra


def test_what_is_missing_is_named_with_the_extra_that_brings_it():
    said = r"^the map needs absent_map, .*pip install 'bias-senses\[lab\]'"
    with pytest.raises(BadInput, match=said), extra("lab", "the map"):
        import absent_map  # noqa: F401


def test_a_workbook_without_openpyxl_is_refused_in_one_line(tmp_path, monkeypatch):
    path = tmp_path / "mine.xlsx"
    pd.DataFrame({"title": ["On bias"]}).to_excel(path, index=False)
    monkeypatch.setitem(sys.modules, "openpyxl", None)
    with pytest.raises(BadInput, match=r"mine\.xlsx: reading a workbook needs openpyxl.*\[xlsx\]") as refused:
        load_papers(path)
    assert "\n" not in str(refused.value)
