"""A Ctrl-C that comes when all is done changes nothing."""

from __future__ import annotations

import subprocess
import sys

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
