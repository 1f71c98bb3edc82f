"""One notebook becomes one page: nothing lost, nothing foreign, everything numbered."""

import re
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from bs4 import BeautifulSoup
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from analysis.common.errors import BadInput
from analysis.report.page import label_of
from analysis.report.polish import polish
from analysis.report.render import TEMPLATES, PageExporter
from analysis.report.sanitise import clean_html

PIXEL = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg=="
FIGURE = (
    '<figure id="shares" class="figure"><img alt="Two bars." src="data:image/png;base64,' + PIXEL + '">'
    "<figcaption>Bars.</figcaption><details><summary>Table</summary><table><tr><td>1</td></tr></table></details></figure>"
)


def show(html, plain="x"):
    data = {"text/html": html, "text/plain": plain}
    return new_code_cell("draw()", outputs=[new_output("execute_result", data=data, execution_count=1)])


def render(*cells, name="03_senses"):
    node = new_notebook(cells=list(cells))
    html, _ = PageExporter().from_notebook_node(node, {"metadata": {"name": name, "path": ""}})
    return html, BeautifulSoup(html, "html.parser")


def test_figures_and_tables_are_numbered_within_the_chapter_and_can_be_referred_to():
    table = "<figure id='counts'><figcaption>Counts.</figcaption><table><tr><td>2</td></tr></table></figure>"
    text = new_markdown_cell("# T\n\nSee [](#shares), [table](#counts) and [the text](#shares).")
    _, page = render(text, show(FIGURE), show(table), show(FIGURE.replace("shares", "again")))  # fmt: skip
    assert [c.get_text() for c in page.select("figcaption")] == [
        "Figure 3.1. Bars.",
        "Table 3.1. Counts.",
        "Figure 3.2. Bars.",
    ]
    assert [a.get_text() for a in page.select("main p a")] == ["Figure 3.1", "Table 3.1", "the text"]
    assert page.select_one("#shares img")["alt"] == "Two bars."


def test_words_about_what_is_not_shown_are_left_out():
    nothing = show('<p class="not-shown" id="left-out">No word only contains the letters.</p>')
    both = "[Figure](#shares), not [Table](#left-out)."
    text = f"# T\n\n## Words\n\nThose of [Table](#left-out) were left out.\n\n{both}\n\nStays."
    _, page = render(new_markdown_cell(text), nothing, show(FIGURE))
    told = [p.get_text() for p in page.select("main .text-cell p")]
    assert told == ["Figure 3.1, not Table.", "Stays."]
    assert page.select_one(".not-shown").get_text() == "No word only contains the letters."


def test_words_about_a_part_that_failed_are_left_out():
    error = new_output("error", ename="KeyError", evalue="'x'", traceback=[])
    text = new_markdown_cell("# T\n\n[Figure](#gone) shows it.\n\n[Figure](#shares) shows more.")
    _, page = render(text, new_code_cell("draw()", outputs=[error]), show(FIGURE))
    assert [p.get_text() for p in page.select("main .text-cell p")] == ["Figure 3.1 shows more."]
    _, page = render(text, show(FIGURE))  # a slip of the writer's is the writer's to see
    assert [p.get_text() for p in page.select("main .text-cell p")] == ["Figure shows it.", "Figure 3.1 shows more."]


def test_code_is_folded_and_hidden_where_the_notebook_says_so():
    hidden = new_code_cell("secret()", metadata={"tags": ["hide-input"]})
    talk = new_markdown_cell("You need a secret.", metadata={"tags": ["notebook-only"]})
    html, page = render(new_markdown_cell("# T"), talk, new_code_cell("x = '<b>'"), hidden)
    assert [s.get_text(strip=True) for s in page.select("details.code summary")] == ["Code"]
    assert page.select_one("details.code pre").get_text().strip() == "x = '<b>'"
    assert "secret" not in html


def test_a_demonstrations_lines_are_one_folded_piece_behind_what_they_lead_to():
    lines = [new_code_cell(f"{name} = 1", metadata={"tags": ["lines"]}) for name in "abc"]
    drawing = show(FIGURE)
    drawing.metadata.tags = ["drawing"]
    _, page = render(new_markdown_cell("# T\n\n## S"), *lines, drawing, show(FIGURE.replace("shares", "again")))
    cells = page.select(".code-cell")
    summaries = [[s.get_text(strip=True) for s in cell.select("details.code > summary")] for cell in cells]
    assert summaries == [["The lines that do it", "The lines that draw it"], ["Code"]]
    assert [pre.get_text().strip() for pre in cells[0].select("details.lines pre")] == ["a = 1", "b = 1", "c = 1"]
    assert [part.name for part in cells[0].find_all(True, recursive=False)][-2:] == ["details", "details"]
    assert not page.select("details.code[open]")


def test_a_page_has_one_h1_contents_and_unique_ids():
    _, page = render(new_markdown_cell("# Title\n\n## One\n\n### Deep\n\n## One\n\n# Other"))
    assert [h.get_text() for h in page.select("h1")] == ["Title"]
    assert page.title.get_text() == "Title"
    assert [a.get_text() for a in page.select("nav.contents a")] == ["One", "Deep", "One", "Other"]
    ids = [e["id"] for e in page.find_all(id=True)]
    assert len(ids) == len(set(ids))
    assert all(page.find(id=a["href"][1:]) for a in page.select("nav.contents a"))


def test_markdown_cannot_run_or_load_anything():
    evil = (
        "# <script>alert(1)</script> T\n\n<img src=x onerror=alert(1)> ![](https://evil.example/p.png) "
        "[link](javascript:alert(1)) <a href='jAva\tscript:alert(1)'>a</a> <iframe src='https://evil.example'></iframe>"
        "<style>body{display:none}</style> <p style='position:fixed' onclick='x()'>kept</p> [data](data:text/html,x)"
    )
    html, page = render(new_markdown_cell(evil))
    main = str(page.main)
    for word in ("<script", "evil.example", "onerror", "onclick", "iframe", "<style", "data:text", "script:"):
        assert word not in main
    assert "kept" in main and "link" in main
    assert not page.select("main img")
    assert "default-src 'none'" in html


def test_pictures_that_a_notebook_brings_itself_stay():
    assert PIXEL in clean_html(f'<img alt="dot" src="data:image/png;base64,{PIXEL}">')


def test_links_to_notebooks_lead_to_their_pages():
    _, page = render(new_markdown_cell("# T\n\n[a](04_relations.ipynb#x) [b](report.ipynb) [c](https://e.org/n.ipynb)"))
    assert [a["href"] for a in page.select("main p a")] == [
        "04_relations.html#x",
        "index.html",
        "https://e.org/n.ipynb",
    ]


def test_a_paragraph_that_only_leads_to_an_absent_page_is_left_out():
    link = '<a href="x.ipynb">this</a>'
    html = polish(f"<html><main><h1>T</h1><p>{link}</p><p>Read {link}, too.</p></main></html>", pages={"a.html"})
    page = BeautifulSoup(html, "html.parser")
    assert [p.get_text() for p in page.select("main p")] == ["Read this, too."] and not page.select("main p a")


def test_outputs_of_every_kind_are_shown_and_unsafe_links_in_them_lose_their_target():
    def cell(kind, data):
        return new_code_cell("x", outputs=[new_output("display_data", data={kind: data})])

    stream = new_code_cell("p", outputs=[new_output("stream", name="stdout", text="<b> & 1\n")])
    unsafe = [cell("text/markdown", "*soft* <script>x</script>"), show("<a href='javascript:x()'>j</a>")]
    _, page = render(cell("image/png", PIXEL), cell("text/plain", "<plain>"), stream, *unsafe)
    text = page.main.get_text()
    assert "<plain>" in text and "<b> & 1" in text and page.main.em.get_text() == "soft"
    assert "Chart made by code cell" in page.main.img["alt"]
    assert not page.main.find("script") and not page.main.find("a", href=True)


def test_wide_tables_scroll_in_a_named_box_the_keyboard_reaches():
    table = "<caption>Pairs</caption><tr><th></th><th>n</th></tr><tr><td>a</td><td>1</td></tr>"
    _, page = render(new_markdown_cell("# T"), show(f"<table border='1'>{table}</table>"))
    box = page.select_one("table").parent
    assert (box["tabindex"], box["role"], box["aria-label"]) == ("0", "group", "Pairs")
    assert [head.get_text() for head in page.select("th")] == ["n"]  # an empty header would name nothing


@pytest.mark.parametrize(
    "options",
    [["--to", "analysis.report.PageExporter"], ["--to", "html", "--template", str(TEMPLATES / "senses")]],
    ids=["exporter", "template"],
)
def test_plain_nbconvert_renders_a_notebook_by_hand(tmp_path: Path, options):
    node = new_notebook(cells=[new_markdown_cell("# By hand\n\n## One\n\n## Two <script>x()</script>"), show(FIGURE)])
    nbformat.write(node, tmp_path / "03_senses.ipynb")
    call = [sys.executable, "-m", "jupyter", "nbconvert", "--log-level=ERROR", *options, "03_senses.ipynb"]
    subprocess.run(call, cwd=tmp_path, check=True, capture_output=True)
    html = (tmp_path / "03_senses.html").read_text("utf-8")
    assert 'alt="Two bars."' in html and "<h1" in html and '<details class="code">' in html
    assert not re.search(r"(?:src|href)=\"?https?:", html)
    assert ("<script>x()" in html) == ("--template" in options)  # only the exporter cleans Markdown


def test_a_template_folder_that_replaces_nothing_is_refused(tmp_path: Path):
    with pytest.raises(BadInput, match=r"index.html.j2, map.html.j2, map.js, mentions.html.j2"):
        PageExporter(overrides=str(tmp_path)).from_notebook_node(new_notebook())


def test_quotes_of_our_text_are_curly_and_those_of_others_stay():
    quoted = (
        '<blockquote>They say "it\'s" so</blockquote><table><tr><td>the "O\'Neil", 0.8 [0.7, 0.9]</td></tr></table>'
    )
    _, page = render(
        new_markdown_cell("# T\n\nThe \"sense\" isn't the papers' 'own', see `x = \"y\"` [0.7, 0.9]."),
        show(f"<figure><figcaption>A mention's place.</figcaption>{quoted}</figure>"),
    )
    assert page.select_one("main p").get_text() == (
        'The \u201csense\u201d isn\u2019t the papers\u2019 \u2018own\u2019, see x = "y" [0.7,\u00a00.9].'
    )
    assert page.figcaption.get_text() == "Table 3.1. A mention\u2019s place."
    assert page.blockquote.get_text() == 'They say "it\'s" so'
    assert page.td.get_text() == 'the "O\'Neil", 0.8 [0.7,\u00a00.9]'  # an interval does not break


def test_names_of_notebooks_become_labels():
    assert [label_of(s) for s in ("report", "01_collection", "my-own_page", "7")] == [
        "Summary",
        "Collection",
        "My own page",
        "7",
    ]


def test_a_table_of_sentences_names_the_column_in_each_cell_for_narrow_screens():
    head = "<thead><tr><th>paper</th><th>sentence</th></tr></thead>"
    table = f"<table>{head}<tbody><tr><td>p1</td><td>{{}}</td></tr></tbody></table>"
    for length, expected in ((60, []), (61, ["paper", "sentence"])):
        _, page = render(new_markdown_cell("# T"), show(table.format("x" * length)))
        assert [cell["data-label"] for cell in page.select("table.stacked td")] == expected


def test_code_stands_behind_what_it_shows_and_what_opens_a_notebook_at_the_end():
    first = new_code_cell("study = 1")
    cells = [new_markdown_cell("# T"), first, new_markdown_cell("## A"), show("<p>Found.</p>"), new_code_cell("b = 2")]
    _, page = render(*cells)
    order = [element.get_text(strip=True) for element in page.select("main h2, main .output, main .source")]
    assert order == ["A", "Found.", "draw()", "b=2", "study=1"]
