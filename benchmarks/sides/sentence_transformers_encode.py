"""TEXTS: sentence-transformers over the same sentences and titles, each distinct one once."""

import json
import sys
from pathlib import Path

import minilm
from clock import Clock, tell

given = json.loads(Path(sys.argv[1]).read_text("utf-8"))
texts = list(dict.fromkeys(given["sentences"] + given["titles"]))
model = minilm.load()
model.encode(texts[:8])
clock = Clock()
model.encode(texts)
tell(clock.stop(), texts=len(texts))
