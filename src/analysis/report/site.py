"""The report as a folder of pages: the summary as ``index.html``, a page a notebook, the concordance, the map."""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from string import ascii_uppercase
from typing import TYPE_CHECKING, Any

from analysis.common.errors import BadInput
from analysis.common.folders import publish, staging
from analysis.common.links import PRIMER
from analysis.common.locks import locked
from analysis.common.progress import say
from analysis.common.resources import resource
from analysis.common.sums import SUMS, read_sums, sums_text
from analysis.common.tables import cannot_write
from analysis.common.wording import size_of
from analysis.report.execute import execute_notebooks
from analysis.report.facts import details, provenance, report_date, title_line
from analysis.report.failures import failures_of, raise_failures
from analysis.report.page import Link, Page, chapter_of, label_of
from analysis.report.primer import executed_primer, made_with, shown_senses
from analysis.report.unchanged import is_unchanged, keep_manifest, report_key

if TYPE_CHECKING:
    from nbformat import NotebookNode

    from analysis.report.render import Attached
    from analysis.study.study import Study

SUMMARY = "report"
LOG = "report.log"  # in the study's folder, while something failed
_RESERVED = {"index", "evidence", "mentions", "map", "one-file"}


def render_report(
    study: Study,
    out: Path,
    *,
    notebooks: Sequence[Path] | None = None,
    title: str | None = None,
    author: str | None = None,
    template: Path | None = None,
    one_file: bool = False,
    pdf: bool = False,
    sources: Sequence[str] = (),
    term: str | None = None,
    parameters: Mapping[str, Any] | None = None,
) -> Path:
    """Execute the notebooks on ``study`` and write their pages into the folder ``out``; returns its ``index.html``.

    ``notebooks`` defaults to the bundled ones, and to the primer where the study has senses that it shows. The one
    called ``report`` (else the first) becomes ``index.html``. They are told SOURCES, TERM and STUDY, and whatever
    ``parameters`` names; see ``execute_notebooks``. ``template`` is a folder with files that replace those of
    ``templates/senses``. ``one_file`` adds ``one-file.html``, the whole report in one page; ``pdf`` adds
    ``report.pdf``, printed by the system's Chromium. The folder ``figures`` holds the charts as SVG and PNG,
    ``tables`` those behind them as CSV and XLSX, and ``notebooks`` what was run, without outputs. When all is made, it
    takes the place of the report before it (see ``write_files``); where that is the very report that would be made, it
    stays, unless a ``pdf`` is asked for, which depends on the system's Chromium, too. Raises ``BadInput`` with one line
    for whatever the caller can mend, and ``Incomplete`` when all is written but a cell failed: the page says so in its
    place, and ``report.log`` in the study's folder has the trace.
    """
    chosen = _in_order([Path(path) for path in notebooks] if notebooks else bundled_notebooks())
    values = {
        "SOURCES": [str(source) for source in sources],
        "TERM": term or study.term,
        "STUDY": str(study.folder),
        **(parameters or {}),
    }
    ours = not notebooks and bool(shown_senses(study.inventory))  # whether the primer is a part
    paths = [*chosen, resource("notebooks", PRIMER)] if ours else chosen
    pages = _pages(study, paths, title=title, author=author)
    about = [fingerprint(study), values, pages, made_with() if ours else "", one_file]
    key = report_key(paths, template, *about)
    if not pdf and is_unchanged(out, study.folder, key):
        return out / "index.html"
    from analysis.report.render import files_of, without_outputs

    files: dict[str, bytes] = {}

    def write(number: int, node: NotebookNode) -> None:
        page, path = pages[number], paths[number]
        files[f"notebooks/{path.name}"] = source = without_outputs(node)
        offered = Link(f"notebooks/{path.name}", f"{path.name} ({size_of(len(source))})")
        beside = list(files_of(node, page))
        files[page.href] = render_page(node, path, replace(page, notebook=offered), template, beside).encode()
        files.update((file.address, file.content) for file in beside)

    primers: list[NotebookNode] = []

    def write_others() -> None:
        files.update(_extras(study, pages, template))
        if ours:
            _, primer = executed_primer(study)
            write(len(chosen), primer)
            primers.append(primer)

    executed = execute_notebooks(
        chosen,
        values,
        cache=study.folder / "notebooks",
        fingerprint=fingerprint(study),
        then=write,
        meanwhile=write_others,
    )
    if one_file or pdf:
        from analysis.report.onefile import bind

        whole = bind({page.href: files[page.href].decode() for page in pages}, pages)
        if one_file:
            files["one-file.html"] = whole.encode()
        if pdf:
            from analysis.report.pdf import print_pdf

            files["report.pdf"] = print_pdf(whole, date=report_date(study.manifest))
    manifest = write_files(files, out)
    failures = list(failures_of([*executed, *primers], paths))
    if not (pdf or failures):
        keep_manifest(manifest, study.folder, key)
    raise_failures(failures, study.folder / LOG, out / "index.html")
    return out / "index.html"


def bundled_notebooks() -> list[Path]:
    """The notebooks that make the report by default: the summary, then the numbered ones."""
    folder = resource("notebooks")
    return [folder / f"{SUMMARY}.ipynb", *sorted(folder.glob("[0-9]*.ipynb"))]


def fingerprint(study: Study) -> str:
    """Hash of all that a notebook can see of a study."""
    return hashlib.sha256(json.dumps(study.manifest, sort_keys=True, default=str).encode()).hexdigest()


def _in_order(notebooks: list[Path]) -> list[Path]:
    stems = [path.stem for path in notebooks]
    for stem in stems:
        if stems.count(stem) > 1 or stem in _RESERVED:
            raise BadInput(f"{stem}.ipynb: its page would replace another one of the report; rename the notebook")
    return sorted(notebooks, key=lambda path: path.stem != SUMMARY)


def _pages(study: Study, notebooks: Sequence[Path], *, title: str | None, author: str | None) -> list[Page]:
    """The pages in reading order, each with its navigation."""
    site = title or f"Senses of “{study.term}”"
    stems = [path.stem for path in notebooks]
    letters = iter(ascii_uppercase)
    plain = [
        Page("index.html", label_of(stems[0])),
        *(Page(f"{s}.html", label_of(s), chapter=chapter_of(s) or next(letters, "Z")) for s in stems[1:]),
        Page("evidence.html", "All evidence", wide=True),
        Page("mentions.html", "Concordance", wide=True),
        Page("map.html", "Map", wide=True),
    ]
    first, *others = linked(plain, site, report_date(study.manifest))
    first = replace(
        first,
        title=site if title or stems[0] == SUMMARY else "",
        author=author or "",
        line=title_line(study),
        facts=details(study),
        provenance=provenance(study),
    )
    return [first, *others]


def linked(pages: Sequence[Page], site: str, date: str) -> list[Page]:
    """The pages of a report called ``site``, in reading order, each with its navigation and its footer."""
    links = [Link(page.href, page.label) for page in pages]
    return [
        replace(
            page,
            site=site,
            nav=tuple(replace(link, current=link is links[i]) for link in links),
            previous=links[i - 1] if i else None,
            next=links[i + 1] if i + 1 < len(links) else None,
            footer=" · ".join(part for part in (site, date) if part),
        )
        for i, page in enumerate(pages)
    ]


def write_files(files: Mapping[str, bytes], out: Path) -> bytes:
    """Let ``files`` and their manifest (``common.sums``) take the place of what a report put into the folder ``out``.

    It happens in one step where the system can. What other files there are stays. Returns the manifest. Raises
    ``BadInput`` where the folder cannot be written; then it is as before.
    """
    sums = {name: hashlib.sha256(content).hexdigest() for name, content in files.items()}
    manifest = sums_text(sums).encode()
    with locked(out):
        fresh = staging(out)
        try:
            if fresh.exists():
                say(f"{out}: removed what an interrupted run left beside it")
                shutil.rmtree(fresh)
            for name, content in {**files, SUMS: manifest}.items():
                (fresh / name).parent.mkdir(parents=True, exist_ok=True)
                (fresh / name).write_bytes(content)
            publish(fresh, out, old=_old_sums(out), new={*sums, SUMS}, last=["index.html", SUMS])
        except OSError as error:
            shutil.rmtree(fresh, ignore_errors=True)
            raise cannot_write(out, error) from error
    return manifest


def _old_sums(out: Path) -> dict[str, str]:
    """What a report put into ``out`` before, as far as that is known."""
    try:
        return read_sums(out / SUMS)
    except BadInput:
        return {}


def render_page(
    node: NotebookNode, path: Path, page: Page, template: Path | None, files: Sequence[Attached] | None = None
) -> str:
    """An executed notebook as the HTML of its page, which offers ``files``: those of the notebook, unless given."""
    from analysis.report.render import PageExporter

    exporter = PageExporter(overrides=str(template) if template else "")
    html, _ = exporter.from_notebook_node(
        node, {"page": page, "files": files, "metadata": {"name": path.stem, "path": ""}}
    )
    return html


def _extras(study: Study, pages: Sequence[Page], template: Path | None) -> dict[str, bytes]:
    """The pages that are no notebooks, and the table they offer for download."""
    from analysis.report.concordance import concordance_page, mentions_csv
    from analysis.report.evidence_page import evidence_csv, evidence_page
    from analysis.report.map import map_page

    tables = {"mentions": mentions_csv(study), "evidence": evidence_csv(study)}
    by_name = {page.href: page for page in pages}
    concordance, evidence = (
        replace(by_name[f"{name}.html"], extra={"csv": size_of(len(table))}) for name, table in tables.items()
    )
    return {
        "mentions.html": concordance_page(study, concordance, template).encode(),
        "evidence.html": evidence_page(study, evidence, template).encode(),
        "map.html": map_page(study, by_name["map.html"], template).encode(),
        **{f"{name}.csv": table for name, table in tables.items()},
    }
