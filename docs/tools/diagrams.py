"""The fence ``mermaid``: GitHub draws it by itself; the site shows the SVG that was drawn from just this text.

The picture is named by the hash of the text, so an old one cannot stand for a new text: ``python
docs/tools/draw_diagrams.py`` draws what is missing.
"""

from __future__ import annotations

import hashlib
import re
from pathlib import Path
from typing import TYPE_CHECKING

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

if TYPE_CHECKING:
    from sphinx.application import Sphinx

ROOT = Path(__file__).resolve().parents[2]
PICTURES = ROOT / "docs" / "pictures"


def picture_of(text: str) -> Path:
    """Where the SVG of a diagram lies."""
    return PICTURES / f"diagram-{hashlib.sha256(text.strip().encode()).hexdigest()[:12]}.svg"


class Mermaid(SphinxDirective):
    """A diagram, described by its ``accDescr`` line."""

    has_content = True

    def run(self) -> list[nodes.Node]:
        """The drawn diagram."""
        text = "\n".join(self.content)
        picture, described = picture_of(text), re.search(r"^\s*accDescr: (.+)$", text, re.M)
        if not described:
            raise self.error("a diagram needs a line `accDescr: what it shows`, for who cannot see it")
        if not picture.is_file():
            raise self.error("this diagram is not drawn yet: python docs/tools/draw_diagrams.py")
        uri = f"/{picture.relative_to(ROOT).as_posix()}"
        image = nodes.image(uri=uri, alt=described[1], classes=["diagram"])
        return [image]


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of the fence."""
    app.add_directive("mermaid", Mermaid)
    return {"parallel_read_safe": True}
