"""FILE: polars, the same JSON lines as a table."""

import sys

import polars
from clock import Clock, tell

clock = Clock()
papers = polars.read_ndjson(sys.argv[1])
tell(clock.stop(), papers=papers.height)
