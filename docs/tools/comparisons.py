"""Which ``Comparison`` a signature means: the evaluation has a class of this name, and so have the findings."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from sphinx.application import Sphinx

BARE = re.compile(r"(?<![\w.])Comparison\b")


def _told(
    app: Sphinx, what: str, name: str, thing: object, options: Any, signature: str | None, returns: str | None
) -> tuple[str | None, str | None]:
    """The signature with the class in full: the evaluation's in its own room, elsewhere that of the findings."""
    room = "evaluation" if getattr(thing, "__module__", "").startswith("analysis.evaluation") else "findings"
    full = f"~analysis.{room}.Comparison"
    return signature and BARE.sub(full, signature), returns and BARE.sub(full, returns)


def setup(app: Sphinx) -> dict[str, bool]:
    """Tell Sphinx of it."""
    app.connect("autodoc-process-signature", _told)
    return {"parallel_read_safe": True}
