"""In a real JupyterLab: the review panel's keys decide and survive a restart; numbers unfold what is behind them; what
is selected on the map comes back as a table.
"""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
import urllib.request
from collections.abc import Iterator
from pathlib import Path

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_notebook

from analysis.common.tables import read_table

pytestmark = pytest.mark.browser

TOKEN = "for-this-test"  # of a server that lives as long as the test
TESTS = Path(__file__).resolve().parents[1]
CELL = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from worded_study import make_worded_study
from analysis.review import review_panel
review_panel(make_worded_study(Path("study")), reviewer="ann")
"""
SETTLE = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from worded_study import IDS, make_worded_study
from analysis.review import label_many, settle_panel
study = make_worded_study(Path("study"))
label_many(study, IDS[:3], "social", reviewer="ann", path="ann.csv", note="<b>sure</b>")
label_many(study, IDS[:3], "cognitive", reviewer="ben", path="ben.csv")
settle_panel(study, "ann.csv", "ben.csv", path="settled.csv", by="cy")
"""
AXE_FINDS = "async () => (await axe.run('.jp-OutputArea .widget-vbox')).violations.map(v => [v.id, v.nodes[0].html])"
NUMBERS = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from small_study import MENTIONS, PAPERS, make_study
from analysis import charts, findings
study = make_study(Path("study"), PAPERS, MENTIONS)
display(findings.answer_relations(study), charts.paper_list(findings.paper_list(study), study))
display(charts.sense_shares(findings.sense_shares(study), study))
charts.sense_cards(findings.sense_cards(study), study)
"""
MAP = f"""
import sys
from pathlib import Path
sys.path.insert(0, {str(TESTS)!r})
from small_study import MENTIONS, PAPERS, make_study
from analysis import charts
shown = charts.map_widget(make_study(Path("study"), PAPERS, MENTIONS))
shown
"""
READ_BACK = """
shown.colour_by("stance")
print(" ".join(shown.selection["mention_id"]), len(shown._near))
shown.select(["p2#abstract:66"])
"""


@pytest.fixture
def lab(tmp_path: Path) -> Iterator[str]:
    """Address of a notebook of a JupyterLab, its name to fill in; all its files lie in the test's folder."""
    work = tmp_path / "work"
    work.mkdir()
    kernel = {"kernelspec": {"name": "python3", "display_name": "Python 3", "language": "python"}}
    for name, *cells in (("review", CELL), ("settle", SETTLE), ("numbers", NUMBERS), ("map", MAP, READ_BACK)):
        nbformat.write(new_notebook(cells=list(map(new_code_cell, cells)), metadata=kernel), work / f"{name}.ipynb")
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    folders = {
        name: str(tmp_path / name.lower()) for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    call = [
        sys.executable, "-m", "jupyter", "lab", "--no-browser", f"--port={port}", "--ip=127.0.0.1", "--allow-root",
        f"--IdentityProvider.token={TOKEN}", f"--notebook-dir={work}",
        f"--LabApp.workspaces_dir={tmp_path / 'workspaces'}", f"--LabApp.user_settings_dir={tmp_path / 'settings'}",
    ]  # fmt: skip
    log = (tmp_path / "lab.log").open("wb")
    server = subprocess.Popen(call, env={**os.environ, **folders}, stdout=log, stderr=log)
    address = f"http://127.0.0.1:{port}"
    for _ in range(240):
        try:
            urllib.request.urlopen(f"{address}/api?token={TOKEN}", timeout=1)
            break
        except OSError:
            assert server.poll() is None, (tmp_path / "lab.log").read_text()
            time.sleep(0.5)
    yield f"{address}/lab/tree/{{}}.ipynb?token={TOKEN}&reset"
    server.terminate()
    server.wait(30)
    log.close()


def test_the_panel_reviews_by_keyboard_and_survives_a_restart(lab: str, browser, axe: str, tmp_path: Path):
    """Label, note, tag, postpone, decide about many; restart the kernel; all is there, and the last can be undone."""
    reviews = tmp_path / "work" / "reviews.csv"
    page = opened(browser, lab, "review")
    menu(page, "Run", "Run All Cells")
    assert progress(page, "0 of 5 decided")
    page.evaluate(axe)
    assert page.evaluate(AXE_FINDS) == []

    page.get_by_label("Note").click()
    page.keyboard.type("=odd <b>case</b>")
    page.keyboard.press("Tab")  # to the tags
    page.keyboard.type("ask ann; tone")
    page.keyboard.press("Tab")
    page.wait_for_selector("[role=status]:has-text('Noted.')")
    page.get_by_label("Keys").click()
    page.keyboard.type("p")  # the noted one, later
    assert progress(page, "0 of 5 decided, 1 postponed")
    assert page.locator(".jp-OutputArea mark").first.inner_text() == "bias"
    page.keyboard.type("m")
    preview = page.locator(".jp-OutputArea details li")
    assert page.wait_for_selector("summary:has-text('about 2 open mentions of “gender bias”')")
    assert preview.count() == 2
    page.keyboard.type("1")
    assert progress(page, "2 of 5 decided, 1 postponed")
    page.keyboard.type("a")
    assert progress(page, "3 of 5 decided, 1 postponed")
    decided = read_table(reviews)
    assert decided["sense"].tolist()[-3:] == ["social", "social", "parameter"]

    menu(page, "Kernel", "Restart Kernel and Run All Cells…")
    page.click(".jp-Dialog button.jp-mod-warn")
    page.wait_for_selector(".jp-Dialog", state="detached")
    page.wait_for_selector("text='Python 3 (ipykernel) | Idle'")
    assert progress(page, "3 of 5 decided, 1 postponed")
    assert len(read_table(reviews)) == len(decided)
    page.get_by_label("Keys").click()
    page.keyboard.type("a")
    assert progress(page, "4 of 5 decided, 1 postponed")
    assert page.get_by_label("Note").input_value() == "=odd <b>case</b>"  # what is left is the postponed one
    assert page.get_by_label("Tags").input_value() == "ask ann; tone"
    page.get_by_role("button", name="u undo").focus()
    for left in (3, 2):
        page.keyboard.press("Enter")
        assert progress(page, f"{left} of 5 decided, 1 postponed")
    page.keyboard.press("Enter")  # the two that were decided together, before the restart
    assert progress(page, "0 of 5 decided, 1 postponed")
    assert set(read_table(reviews)["sense"]) == {""}
    page.close()


def test_two_peoples_conflicts_are_settled_by_key(lab: str, browser, axe: str, tmp_path: Path):
    page = opened(browser, lab, "settle")
    menu(page, "Run", "Run All Cells")
    assert progress(page, "0 of 3 decided")
    page.evaluate(axe)
    assert page.evaluate(AXE_FINDS) == []
    assert page.is_visible("text='ann: Social bias (<b>sure</b>)'") and page.is_visible("text='ben: Cognitive bias'")
    page.get_by_label("Keys").click()
    page.keyboard.type("b")
    assert progress(page, "1 of 3 decided")
    page.get_by_role("button", name="a as ann").press("Enter")
    assert progress(page, "2 of 3 decided")
    settled = read_table(tmp_path / "work" / "settled.csv").tail(2)
    assert settled[["reviewer", "sense", "settled_by"]].values.tolist() == [
        ["consensus", "cognitive", "cy"],
        ["consensus", "social", "cy"],
    ]
    page.close()


def test_numbers_unfold_their_sentences_and_no_link_leads_nowhere(lab: str, browser):
    page = opened(browser, lab, "numbers")
    menu(page, "Run", "Run All Cells")
    page.wait_for_selector(".jp-OutputArea .sense-card")
    output = page.locator(".jp-OutputArea")
    assert output.first.locator("a[href*='.html']").count() == 0
    number = page.locator(".jp-OutputArea td.number .behind summary").first
    quote = page.locator(".jp-OutputArea td.number .behind li").first
    assert number.inner_text() == "3" and not quote.is_visible()  # mentions of the first paper
    number.click()
    assert quote.is_visible() and quote.locator("mark").inner_text() == "bias"
    told = page.locator(".jp-OutputArea .finding .behind summary").first
    told.focus()
    page.keyboard.press("Enter")  # as by mouse
    assert page.locator(".jp-OutputArea .finding .behind li").first.is_visible()
    page.close()


def test_a_selection_on_the_map_comes_back_as_a_table_and_outlives_colours(lab: str, browser):
    pytest.importorskip("anywidget", reason="needs the extra lab")
    left = []
    page = opened(browser, lab, "map", asked=left)
    page.locator(".jp-Cell").first.click()
    page.keyboard.press("Shift+Enter")
    canvas, status = page.locator(".senses-map canvas"), page.locator(".senses-map .status")
    assert "0 of 5 mentions selected" in status.inner_text()
    box = canvas.bounding_box()
    page.mouse.move(box["x"] + 3, box["y"] + 3)
    page.mouse.down()
    for right, down in ((1, 0), (1, 1), (0, 1)):  # around the whole map
        page.mouse.move(box["x"] + 3 + right * (box["width"] - 6), box["y"] + 3 + down * (box["height"] - 6), steps=3)
    page.mouse.up()
    page.wait_for_selector(".senses-map .status:has-text('5 of 5 mentions selected')")
    page.locator(".senses-map .legend button:has-text('Social bias')").click()
    page.wait_for_selector(".senses-map .status:has-text('2 of 5 mentions selected')")
    canvas.focus()
    page.keyboard.press("ArrowRight")  # to the mention in the middle, by key alone
    page.wait_for_selector(".senses-map .card blockquote mark:has-text('bias')")
    page.keyboard.press("n")
    page.wait_for_selector(".senses-map .status:has-text('nearest of one are ringed')")
    page.select_option(".senses-map select", "year")
    page.wait_for_selector(".senses-map .legend:has-text('No year')")
    assert "2 of 5 mentions selected" in status.inner_text()

    page.locator(".jp-Cell").nth(1).click()
    page.keyboard.press("Shift+Enter")
    page.wait_for_selector(".senses-map .legend:has-text('fought')")
    page.wait_for_selector(".senses-map .status:has-text('1 of 5 mentions selected')")
    printed = page.locator(".jp-Cell").nth(1).locator(".jp-OutputArea-output").first.inner_text()
    assert printed.split() == ["2502.10010#title:36", "2502.10010#abstract:17", "5"]
    assert [url for url in left if not url.startswith((lab.split("/lab/")[0], "data:", "blob:"))] == []
    page.close()


def opened(browser, lab: str, name: str, asked: list[str] | None = None):
    """The page of a notebook whose kernel is ready; ``asked`` takes the addresses that the page asks for."""
    page = browser.new_page()
    page.set_default_timeout(90_000)
    if asked is not None:
        page.on("request", lambda request: asked.append(request.url))
    page.goto(lab.format(name))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector("text='Python 3 (ipykernel) | Idle'")
    return page


def menu(page, name: str, item: str) -> None:
    page.click(f".lm-MenuBar-item:has-text('{name}')")
    page.click(f".lm-Menu-itemLabel:text-is('{item}')")


def progress(page, told: str) -> bool:
    page.wait_for_selector(f".jp-OutputArea b:text-is('{told}')")
    return True
