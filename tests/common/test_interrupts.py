"""A Ctrl-C ends a command with its exit code, wherever it comes, and changes nothing when all is done."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest


@pytest.mark.skipif(sys.platform == "win32", reason="Python alone decides there")
@pytest.mark.parametrize("end", ["pass", "raise ValueError"])
def test_a_command_that_is_done_ends_as_it_would(end: str) -> None:
    code = f"""
import atexit, contextlib, os, signal
from analysis.common.interrupts import ends_when_interrupted
signal.signal(signal.SIGINT, signal.default_int_handler)  # in the background it is ignored
atexit.register(os.kill, os.getpid(), signal.SIGINT)
with contextlib.suppress(ValueError), ends_when_interrupted():
    {end}
"""
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (0, "")


@pytest.mark.skipif(sys.platform == "win32", reason="Python alone decides there")
def test_an_interrupt_within_code_given_as_text_is_no_death_by_signal(tmp_path: Path) -> None:
    (tmp_path / "interrupted.py").write_text(
        """
import sys
from analysis.common.interrupts import INTERRUPTED, ends_when_interrupted
try:
    with ends_when_interrupted():
        exec("raise KeyboardInterrupt")
except KeyboardInterrupt:
    sys.exit(INTERRUPTED)
""",
        "utf-8",
    )
    command = [sys.executable, "-m", "interrupted"]
    run = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, timeout=60)
    assert (run.returncode, run.stderr) == (130, "")
