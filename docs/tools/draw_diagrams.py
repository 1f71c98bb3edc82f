"""Draw the diagrams of all pages as SVG: python docs/tools/draw_diagrams.py mermaid.min.js

Needs playwright, Chromium and mermaid's script (`npm pack mermaid`, in the folder `dist`). Only who changes a diagram
runs it; the pictures are kept, and those that no page has any more are removed.
"""

from __future__ import annotations

import re
import shutil
import sys
from pathlib import Path

from diagrams import PICTURES, ROOT, picture_of

PAGES = (ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md")))
FENCE = re.compile(r"^```mermaid\n(.*?)^```$", re.S | re.M)
LOOK = {
    "startOnLoad": False,
    "theme": "base",
    "deterministicIds": True,
    "htmlLabels": False,
    "flowchart": {"htmlLabels": False, "nodeSpacing": 30, "rankSpacing": 45},
    "themeVariables": {
        "fontFamily": "DejaVu Sans, Arial, sans-serif",
        "fontSize": "14px",
        "primaryColor": "#f5f5f2",
        "primaryTextColor": "#1c1c1a",
        "primaryBorderColor": "#0072B2",
        "lineColor": "#565650",
        "edgeLabelBackground": "#ffffff",
    },
}


def draw(script: Path) -> None:
    """Draw each diagram that has no picture yet."""
    from playwright.sync_api import sync_playwright

    texts = [text for page in PAGES for text in FENCE.findall(page.read_text("utf-8"))]
    with sync_playwright() as started:
        browser = started.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.add_script_tag(path=str(script))
        for text in texts:
            svg = page.evaluate(
                "async ([text, look]) => { mermaid.initialize(look); return (await mermaid.render('d', text)).svg }",
                [text.strip().replace("flowchart LR", "flowchart TB"), LOOK],  # a page is higher than wide
            )
            picture_of(text).write_text(svg + "\n", "utf-8")
        browser.close()
    for old in set(PICTURES.glob("diagram-*.svg")) - {picture_of(text) for text in texts}:
        old.unlink()


if __name__ == "__main__":
    draw(Path(sys.argv[1]))
