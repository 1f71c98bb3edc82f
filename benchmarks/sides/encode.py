"""FILE [FOLDER]: everything that encoders say of mentions: their vectors, and their scores in context.

With FOLDER, what the encoders are given is kept there instead of timed, for ``onnx_bare`` to run again.
"""

import json
import sys
from pathlib import Path

import numpy as np
import onnxruntime
from clock import Clock, tell

MODELS, RUNS = [], []


class Recorded(onnxruntime.InferenceSession):
    """A session that notes what it is given."""

    def __init__(self, model, *values, **options):
        super().__init__(model, *values, **options)
        self._number = len(MODELS)
        MODELS.append(str(model))

    def run(self, names, feeds, options=None):
        RUNS.append((self._number, names, feeds))
        return super().run(names, feeds, options)


if len(sys.argv) > 2:
    onnxruntime.InferenceSession = Recorded

from analysis import embed_mentions, find_mentions, load_papers  # noqa: E402

try:
    from analysis import read_in_context
except ImportError:  # the vectors of older versions hold the scores

    def read_in_context(mentions, papers):
        return None


papers = load_papers(sys.argv[1], keep_duplicates=True).papers
mentions = find_mentions(papers)
first = mentions.head(5).reset_index(drop=True)
embed_mentions(first, papers)  # loads the encoders
read_in_context(first, papers)
RUNS.clear()
clock = Clock()
embed_mentions(mentions, papers)
counted = clock.stop()
scored = Clock()
read_in_context(mentions, papers)
tokens = sum(feeds["input_ids"].size for _, _, feeds in RUNS if "input_ids" in feeds)
both = {name: counted[name] + value for name, value in scored.stop().items() if name != "peak"}
tell(both, mentions=len(mentions), vectors=counted["seconds"], tokens=tokens)
if len(sys.argv) > 2:
    folder = Path(sys.argv[2])
    about = {"models": MODELS, "runs": [[model, names] for model, names, _ in RUNS]}
    (folder / "runs.json").write_text(json.dumps(about), "utf-8")
    for number, (_, _, feeds) in enumerate(RUNS):
        np.savez(folder / f"{number}.npz", **feeds)
