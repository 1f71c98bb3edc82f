"""FILE: polars, how often the term's letters stand in titles and abstracts, streamed; nothing else."""

import sys

import polars
from clock import Clock, tell

clock = Clock()
texts = polars.scan_ndjson(sys.argv[1], infer_schema_length=1000)
counts = [polars.col(field).str.count_matches("(?i)bias").sum() for field in ("title", "abstract")]
found = texts.select(counts).collect(engine="streaming").row(0)
tell(clock.stop(), found=sum(found))
