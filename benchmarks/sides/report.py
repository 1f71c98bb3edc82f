"""FILE FOLDER NOTEBOOKS [keep]: a study and its pages by ``bias-senses report``, timed apart. FILE may be "-", the
bundled papers.

NOTEBOOKS are names without number, with commas between: their pages are made first. Then comes the whole report, so
that what remains is what the other notebooks need.
"""

from clock import Clock, tell

clock = Clock()

import sys  # noqa: E402
import time  # noqa: E402
from pathlib import Path  # noqa: E402

import stages  # noqa: E402

from analysis.cli import main  # noqa: E402

source, folder, names = sys.argv[1], Path(sys.argv[2]), sys.argv[3].split(",")
seconds, ends = {}, [0.0]
stages.watch(seconds, lambda name: ends.append(time.perf_counter()))


def report(out, notebooks=()):
    """Seconds from the last stage of the study to the end of a report."""
    papers = [] if source == "-" else [source]
    keep = ["--keep-duplicates"] if sys.argv[4:] == ["keep"] else []
    chosen = [word for path in notebooks for word in ("--notebook", str(path))]
    if main(["report", *papers, *keep, *chosen, "--study", str(folder / "bias.study"), "--out", str(folder / out)]):
        sys.exit("the report failed")
    return time.perf_counter() - ends[-1]


notebooks = Path(sys.modules["analysis"].__file__).parents[2] / "notebooks"
shared = [path for path in sorted(notebooks.glob("*.ipynb")) if path.stem.lstrip("0123456789_") in names]
pages = report("shared", shared) if shared else 0.0
told = clock.stop()
studied = dict(seconds)
rest = report("reports")
tell(told, pages=pages, rest=rest, stages=studied or seconds, notebooks=[path.stem for path in shared])
