"""FILE FOLDER NOTEBOOKS [keep]: a study and its pages, timed apart. FILE may be "-", the bundled papers.

NOTEBOOKS are names without number, with commas between: their pages are made first. Then comes the whole report, so
that what remains is what the other notebooks need.
"""

from clock import Clock, tell

clock = Clock()

import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import stages  # noqa: E402

from analysis import open_study  # noqa: E402
from analysis.report import render_report  # noqa: E402

source, folder, names = sys.argv[1], Path(sys.argv[2]), sys.argv[3].split(",")
seconds = {}
stages.watch(seconds)
sources = [] if source == "-" else [source]
study = open_study(sources, folder=folder / "bias.study", keep_duplicates=sys.argv[4:] == ["keep"])
studied = time.perf_counter()
notebooks = Path(sys.modules["analysis"].__file__).parents[2] / "notebooks"
shared = [path for path in sorted(notebooks.glob("*.ipynb")) if path.stem.lstrip("0123456789_") in names]
if shared:
    render_report(study, folder / "shared", notebooks=shared, sources=sources)
told = {**clock.stop(), "pages": time.perf_counter() - studied}
rest = time.perf_counter()
render_report(study, folder / "reports", sources=sources)
tell(told, rest=time.perf_counter() - rest, stages=seconds, notebooks=[path.stem for path in shared])
