"""How long ``import analysis`` and ``bias-senses --help`` take, beside an empty Python: best of several runs.

    python benchmarks/startup.py

On a quiet machine ``import analysis`` should stay under 0.3 s and ``--help`` under 0.6 s.
"""

import subprocess
import sys
import time
from pathlib import Path

RUNS = 7


def best(*command: str) -> float:
    times = []
    for _ in range(RUNS):
        start = time.perf_counter()
        subprocess.run(command, check=True, stdout=subprocess.DEVNULL)
        times.append(time.perf_counter() - start)
    return min(times)


if __name__ == "__main__":
    empty = best(sys.executable, "-c", "pass")
    importing = best(sys.executable, "-c", "import analysis")
    help_page = best(str(Path(sys.executable).with_name("bias-senses")), "--help")
    print(f"empty Python        {empty:.3f} s")
    print(f"import analysis     {importing:.3f} s, {importing / empty:.1f} times an empty Python")
    print(f"bias-senses --help  {help_page:.3f} s, {help_page / empty:.1f} times an empty Python")
