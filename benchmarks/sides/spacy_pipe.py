"""TEXTS: a bare spaCy pipe, with the parts that find_mentions uses, over the sentences that hold a mention."""

import json
import sys
from pathlib import Path

import spacy
from clock import Clock, tell

from analysis.common.models import find_spacy_model

sentences = json.loads(Path(sys.argv[1]).read_text("utf-8"))["sentences"]
grammar = spacy.load(find_spacy_model(), exclude=["ner"])
list(grammar.pipe(sentences[:8]))
clock = Clock()
parsed = sum(1 for _ in grammar.pipe(sentences))
tell(clock.stop(), sentences=parsed)
