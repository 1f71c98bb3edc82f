"""Where the project's own data and notebooks are: in the checkout when working there, else inside the package."""

from __future__ import annotations

from pathlib import Path

_PACKAGE = Path(__file__).resolve().parents[1]


def resource(*parts: str) -> Path:
    """Path of a bundled file or folder, e.g. ``resource("data", "senses.yaml")``.

    Raises ``FileNotFoundError`` when it is in neither place, which means a broken installation.
    """
    for root in (_PACKAGE / "bundled", _PACKAGE.parents[1]):
        path = root.joinpath(*parts)
        if path.exists():
            return path
    raise FileNotFoundError(f"{'/'.join(parts)} is missing from this installation of bias-senses; install it again")
