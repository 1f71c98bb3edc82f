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
from small_study import MENTIONS, PAPERS, make_study
from analysis.review.panel import review_panel
review_panel(make_study(Path("study"), PAPERS, MENTIONS), reviewer="ann")
"""
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
    for name, *cells in (("review", CELL), ("numbers", NUMBERS), ("map", MAP, READ_BACK)):
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


def test_the_panel_reviews_by_key_and_survives_a_restart(lab: str, browser, tmp_path: Path):
    reviews = tmp_path / "work" / "reviews.csv"
    page = browser.new_page()
    page.set_default_timeout(90_000)
    page.goto(lab.format("review"))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector("text='Python 3 (ipykernel) | Idle'")
    menu(page, "Run", "Run All Cells")
    assert progress(page, 0)
    box = page.locator("input[placeholder*='press keys']")
    box.click()
    page.keyboard.type("a2")
    assert progress(page, 2)
    assert page.locator(".jp-OutputArea mark").first.inner_text() == "bias"
    frame = read_table(reviews)
    assert list(frame["reviewer"]) == ["ann", "ann"] and frame["sense"].iloc[1] == "media"
    page.get_by_role("button", name="s skip").click()
    page.keyboard.press("Tab")

    menu(page, "Kernel", "Restart Kernel and Run All Cells…")
    page.click(".jp-Dialog button.jp-mod-warn")
    page.wait_for_selector(".jp-Dialog", state="detached")
    page.wait_for_selector("text='Python 3 (ipykernel) | Idle'")
    assert progress(page, 2)
    assert len(read_table(reviews)) == 2
    page.close()


def test_numbers_unfold_their_sentences_and_no_link_leads_nowhere(lab: str, browser):
    page = browser.new_page()
    page.set_default_timeout(90_000)
    page.goto(lab.format("numbers"))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector("text='Python 3 (ipykernel) | Idle'")
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
    page = browser.new_page()
    page.set_default_timeout(90_000)
    left = []
    page.on("request", lambda request: left.append(request.url))
    page.goto(lab.format("map"))
    page.wait_for_selector(".jp-Notebook .jp-Cell")
    page.wait_for_selector("text='Python 3 (ipykernel) | Idle'")
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


def menu(page, name: str, item: str) -> None:
    page.click(f".lm-MenuBar-item:has-text('{name}')")
    page.click(f".lm-Menu-itemLabel:text-is('{item}')")


def progress(page, done: int) -> bool:
    page.wait_for_selector(f".widget-label:has-text('{done} of 5 decided')")
    return True
