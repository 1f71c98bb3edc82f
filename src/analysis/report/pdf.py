"""Print a page to PDF with the Chromium or Chrome that the system has; nothing is downloaded for it."""

from __future__ import annotations

import re
import shutil
import subprocess
import tempfile
from pathlib import Path

from analysis.common.errors import BadInput

BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome", "msedge")
_MAC = (
    "/Applications/Google Chrome.app/Contents/MacOS/Google Chrome",
    "/Applications/Chromium.app/Contents/MacOS/Chromium",
)
_SECONDS = 300
_DATE = re.compile(rb"/(CreationDate|ModDate) \(D:\d{14}")


def print_pdf(html: str, *, date: str = "") -> bytes:
    """Print a page that needs no other file; ``date`` (ISO) is written into the PDF instead of the hour of printing.

    Raises ``BadInput`` when there is no browser or it fails.
    """
    browser = find_browser()
    with tempfile.TemporaryDirectory(prefix="senses-") as name:
        folder = Path(name)
        (folder / "report.html").write_text(html, "utf-8")
        out = folder / "report.pdf"
        call = [
            browser, "--headless", "--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run",
            "--disable-background-networking", "--disable-component-update", "--disable-sync", "--disable-extensions",
            f"--user-data-dir={folder / 'profile'}", "--no-pdf-header-footer", "--generate-pdf-document-outline",
            f"--print-to-pdf={out}", (folder / "report.html").as_uri(),
        ]  # fmt: skip
        try:
            done = subprocess.run(call, capture_output=True, timeout=_SECONDS, check=False)  # noqa: S603  # no shell, own files
        except (OSError, subprocess.TimeoutExpired) as error:
            raise BadInput(f"PDF: {browser} did not print the report ({type(error).__name__})") from error
        if done.returncode or not out.is_file():
            last = (done.stderr.decode("utf-8", "replace").strip().splitlines() or ["no message"])[-1]
            raise BadInput(f"PDF: {browser} did not print the report ({last})")
        return _dated(out.read_bytes(), date)


def find_browser() -> str:
    """Path of a browser that prints. Raises ``BadInput`` when the system has none."""
    for name in BROWSERS:
        found = shutil.which(name)
        if found:
            return found
    for path in _MAC:
        if Path(path).is_file():
            return path
    raise BadInput("PDF: no Chromium or Chrome on this system; install one, or print reports/one-file.html by hand")


def _dated(pdf: bytes, date: str) -> bytes:
    """The same bytes for the same report: the date in the PDF has always fourteen digits, so no offset moves."""
    digits = (re.sub(r"\D", "", date)[:8] or "19800101").ljust(8, "0") + "000000"
    return _DATE.sub(lambda found: b"/" + found[1] + b" (D:" + digits.encode(), pdf)
