"""One run at a time in a folder, until its process ends, however it ends."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from analysis.common.display import IN_REPORT
from analysis.common.locks import locked

HOLD = """
import sys, time
from analysis.common.locks import locked
with locked(sys.argv[1]):
    print("held", flush=True)
    time.sleep(60)
"""


@pytest.fixture
def holder(tmp_path: Path) -> subprocess.Popen[str]:
    run = subprocess.Popen([sys.executable, "-c", HOLD, str(tmp_path)], stdout=subprocess.PIPE, text=True)
    assert run.stdout is not None and run.stdout.readline() == "held\n"
    return run


def test_a_second_run_says_that_it_waits_and_goes_on_when_the_first_is_killed(holder, tmp_path, capsys, monkeypatch):
    monkeypatch.delenv("BIAS_SENSES_QUIET", raising=False)
    threading.Timer(0.5, holder.kill).start()
    began = time.monotonic()
    with locked(tmp_path):
        assert time.monotonic() - began > 0.4
    assert capsys.readouterr().err == f"bias-senses: {tmp_path}: another run is at work there; waiting until it ends\n"
    holder.wait()


def test_a_notebook_of_a_report_does_not_wait_for_the_report(holder, tmp_path, monkeypatch):
    monkeypatch.setenv(IN_REPORT, "1")
    with locked(tmp_path):
        holder.kill()
    holder.wait()


def test_a_thread_may_lock_again_what_it_holds(tmp_path: Path) -> None:
    with locked(tmp_path), locked(tmp_path / "." / ".." / tmp_path.name):
        pass


@pytest.mark.skipif(os.name == "nt" or os.geteuid() == 0, reason="needs a user whom permissions bind")
def test_where_no_lock_can_be_had_the_block_runs_without(tmp_path: Path) -> None:
    tmp_path.chmod(0o555)
    with locked(tmp_path):
        pass
