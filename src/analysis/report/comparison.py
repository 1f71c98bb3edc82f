"""The report of a comparison: its notebook as ``index.html``, and a concordance of each side that numbers lead to."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from analysis.common.links import SIDES
from analysis.common.resources import resource
from analysis.common.wording import size_of
from analysis.findings.comparison import STUDY
from analysis.report.execute import execute_notebooks
from analysis.report.facts import Facts, details, provenance, report_date
from analysis.report.failures import failures_of, raise_failures
from analysis.report.page import Link, Page
from analysis.report.site import LOG, fingerprint, linked, render_page, write_files

if TYPE_CHECKING:
    from analysis.findings.comparison import Comparison
    from analysis.study.study import Study

NOTEBOOK = "compare.ipynb"


def render_comparison(
    comparison: Comparison,
    study: Study,
    sides: Sequence[str],
    out: Path,
    *,
    title: str | None = None,
    sources: Sequence[str] = (),
    template: Path | None = None,
) -> Path:
    """Execute the notebook ``compare`` and write its pages into ``out``; returns the index.

    ``comparison`` is what ``findings.compare_sides`` makes of ``study`` and ``sides``, which the notebook is told.
    Beside ``index.html`` lie ``mentions-one.html`` and ``mentions-two.html`` with their CSV, and ``figures``,
    ``tables`` and ``notebooks`` as in a report. Raises ``BadInput`` for whatever the caller can mend, ``Incomplete``
    when all is written but a cell failed.
    """
    from analysis.report.concordance import concordance_page, mentions_csv
    from analysis.report.render import files_of, without_outputs

    path = resource("notebooks", NOTEBOOK)
    values = {"SOURCES": [str(source) for source in sources], "TERM": study.term, "STUDY": str(study.folder),
              "SIDES": list(sides)}  # fmt: skip
    seen = "".join(fingerprint(side) for side in comparison.sides) if sides[0] == STUDY else fingerprint(study)
    (node,) = executed = execute_notebooks([path], values, cache=study.folder / "notebooks", fingerprint=seen)
    index, *concordances = _pages(comparison, study, title)
    source = without_outputs(node)
    offered = Link(f"notebooks/{NOTEBOOK}", f"{NOTEBOOK} ({size_of(len(source))})")
    beside = list(files_of(node, index))
    files = {
        offered.href: source,
        index.href: render_page(node, path, replace(index, notebook=offered), template, beside).encode(),
        **{file.address: file.content for file in beside},
    }
    for page, side, name in zip(concordances, comparison.sides, comparison.names, strict=True):
        table = mentions_csv(side)
        address = page.href.removesuffix(".html") + ".csv"
        extra = {"csv": size_of(len(table)), "file": address, "side": name}
        files[page.href] = concordance_page(side, replace(page, extra=extra), template).encode()
        files[address] = table
    write_files(files, out)
    raise_failures(list(failures_of(executed, [path])), study.folder / LOG, out / index.href)
    return out / index.href


def _pages(comparison: Comparison, study: Study, title: str | None) -> list[Page]:
    """The comparison and the concordances of its sides, each with its navigation."""
    one, two = comparison.names
    site = title or f"\u201c{comparison.one.term}\u201d in {one} and in {two}"
    date = report_date(comparison.one.manifest)
    concordances = [
        Page(href, f"Concordance of {name}", wide=True) for href, name in zip(SIDES, (one, two), strict=True)
    ]
    first, *others = linked([Page("index.html", "Comparison"), *concordances], site, date)
    line = " \u00b7 ".join(part for part in (comparison.size, date) if part)
    about = [details(study), provenance(study)]
    if comparison.one.folder != comparison.two.folder:
        about = [_of_both(comparison, told) for told in (details, provenance)]
    return [replace(first, title=site, line=line, facts=about[0], provenance=about[1]), *others]


def _of_both(comparison: Comparison, told: Callable[[Study], Facts]) -> Facts:
    """What is told of each side, under its name."""
    return tuple(
        (f"{name}: {label}", value)
        for side, name in zip(comparison.sides, comparison.names, strict=True)
        for label, value in told(side)
    )
