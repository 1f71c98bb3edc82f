"""FOLDER: bare onnxruntime over the batches that ``encode`` kept there, on all cores, by the quicker of two ways.

One: a session with one thread, whose batches run from as many Python threads as there are cores. Two: a session as
onnxruntime opens it, one batch after the other.
"""

import json
import os
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import onnxruntime
from clock import Clock, tell

CORES = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count()


def sessions(models, threads):
    """The models, each with so many threads (0: as many as onnxruntime likes)."""
    options = onnxruntime.SessionOptions()
    options.log_severity_level, options.intra_op_num_threads = 3, threads
    return [onnxruntime.InferenceSession(m, options, providers=["CPUExecutionProvider"]) for m in models]


folder = Path(sys.argv[1])
about = json.loads((folder / "runs.json").read_text("utf-8"))
batches = [
    (model, names, dict(np.load(folder / f"{number}.npz"))) for number, (model, names) in enumerate(about["runs"])
]
if not batches:
    sys.exit("no batch was kept: the encoders were not run by onnxruntime in the process that was watched")
found = {}
for way, threads in (("a thread a batch", 1), ("as it is", 0)):
    opened = sessions(about["models"], threads)
    for model in {model for model, _, _ in batches}:
        _, names, feeds = next(batch for batch in batches if batch[0] == model)
        opened[model].run(names, feeds)
    clock = Clock()
    with ThreadPoolExecutor(CORES if threads else 1) as pool:
        list(pool.map(lambda batch, opened=opened: bool(opened[batch[0]].run(*batch[1:])), batches))
    found[way] = clock.stop()
way = min(found, key=lambda way: found[way]["seconds"])
tell(found[way], way=way)
