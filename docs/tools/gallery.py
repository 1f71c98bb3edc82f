"""The fence ``chart``: runs the lines that it shows, on the bundled papers, and shows what a notebook would show.

The pictures are drawn while the site is built, so they are what the code draws today.
"""

from __future__ import annotations

import base64
import hashlib
import os
import re
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

    from analysis.study.study import Study

ROOT = Path(__file__).resolve().parents[2]
KEPT = ROOT / "build" / "studies"  # so that the second build need not read the papers again
PICTURE = re.compile(r"data:image/(svg\+xml|png);base64,([A-Za-z0-9+/=]+)")
NOTEBOOK = re.compile(r'href="\w+\.ipynb#')  # where a chart leads to another notebook; here all stand on one page
HEADING = re.compile(r'class="heading"[^>]*>(.*?)</div>', re.S)


@cache
def _open_study(*sources: str, reviews: str = "") -> Study:
    from analysis import open_study

    name = Path(reviews or sources[0]).stem if sources else "bias"
    given = ROOT / reviews if reviews else None
    return open_study([ROOT / source for source in sources], reviews=given, folder=KEPT / f"{name}.study")


@cache
def _names() -> dict[str, Any]:
    """What the lines of a fence may use; `open_study` is the real one, with a folder of its own."""
    from analysis import charts, evaluation, findings

    return {"open_study": _open_study, "charts": charts, "evaluation": evaluation, "findings": findings}


def shown(code: str) -> str:
    """The HTML of what the last line of ``code`` gives, as a notebook shows it."""
    os.environ.setdefault("TQDM_DISABLE", "1")
    names = dict(_names())
    *before, last = code.strip().splitlines()
    exec("\n".join(before), names)  # noqa: S102 - lines of our own pages
    bundle = eval(last, names)._repr_mimebundle_()  # noqa: S307
    return NOTEBOOK.sub('href="#', (bundle[0] if isinstance(bundle, tuple) else bundle)["text/html"])


class Chart(SphinxDirective):
    """Lines of code and what they draw."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The code, and below it the chart, which scrolls if it is long."""
        code = "\n".join(self.content)
        html = PICTURE.sub(self._kept, shown(code))
        if 'class="not-shown"' in html[:80]:
            raise self.error(f"nothing is drawn: {html}")
        heading = HEADING.search(html)
        label = re.sub(r"<[^>]+>", "", heading[1]) if heading else "What these lines show"
        block = nodes.literal_block(code, code, language="python")
        opening = f'<div class="shown" role="group" tabindex="0" aria-label="{label.replace(chr(34), "&quot;")}">'
        return [block, nodes.raw("", f"{opening}{html}</div>", format="html")]

    def _kept(self, picture: re.Match[str]) -> str:
        """The address of a picture, put beside the pages under the hash of what it holds."""
        content = base64.b64decode(picture[2])
        name = f"{hashlib.sha256(content).hexdigest()[:12]}.{picture[1].removesuffix('+xml')}"
        place = Path(self.env.app.outdir, "_images", name)
        place.parent.mkdir(parents=True, exist_ok=True)
        place.write_bytes(content)
        return "../" * self.env.docname.count("/") + f"_images/{name}"


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the fence."""
    app.add_directive("chart", Chart)
    return {"parallel_read_safe": False}
