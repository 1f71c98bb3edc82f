"""A real browser, offline. The tests skip, saying why, where Chromium, playwright or axe-core is absent."""

from __future__ import annotations

import hashlib
import shutil
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

AXE = Path(sys.prefix) / "axe.min.js"
AXE_SHA256 = "29348999450cdf2849a8e70b7912fc2da85a849da39c0d0d5394f51d4a9ed95c"  # axe-core 4.14.1
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    playwright = pytest.importorskip("playwright.sync_api", reason="needs playwright (make browser installs it)")
    chromium = shutil.which("chromium") or shutil.which("google-chrome")
    if chromium is None:
        pytest.skip("needs Chromium on this system")
    with playwright.sync_playwright() as started:
        opened = started.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        yield opened
        opened.close()


@pytest.fixture(scope="session")
def axe() -> str:
    if not AXE.is_file():
        pytest.skip(f"needs axe-core 4.14.1 as {AXE.name} in the environment's folder (.ci/run fetches it)")
    content = AXE.read_bytes()
    assert hashlib.sha256(content).hexdigest() == AXE_SHA256, f"{AXE} is not the axe-core 4.14.1 these tests pin"
    return content.decode()


class Watched:
    """A page that may read files only, and what it complained about."""

    def __init__(self, browser: Any, **options: Any) -> None:
        self.context = browser.new_context(**options)
        self.page = self.context.new_page()
        self.complaints: list[str] = []
        self.page.on("console", lambda m: self.complaints.append(f"{m.type}: {m.text}"))
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("dialog", lambda dialog: (self.complaints.append(f"dialog: {dialog.message}"), dialog.dismiss()))
        self.context.route("**/*", self._route)

    def _route(self, route: Any) -> None:
        if route.request.url.startswith(("file:", "data:", "blob:")):
            route.continue_()
        else:
            self.complaints.append(f"request: {route.request.url}")
            route.abort()

    def open(self, path: Path, fragment: str = "") -> Any:
        self.page.goto(path.as_uri() + (f"#{fragment}" if fragment else ""))
        return self.page


@pytest.fixture
def watch(browser: Any) -> Iterator[Any]:
    """``watch(width=..., **context options)`` opens a watched page; its complaints must be none at the end."""
    watched: list[Watched] = []

    def make(width: int = 1280, height: int = 900, **options: Any) -> Watched:
        watched.append(Watched(browser, viewport={"width": width, "height": height}, **options))
        return watched[-1]

    yield make
    for one in watched:
        one.context.close()
        assert one.complaints == []
