"""FILE: load_papers, the papers and audit tables of JSON lines."""

import sys

import pandas  # noqa: F401, loaded before the clock starts
from clock import Clock, tell

from analysis import load_papers

clock = Clock()
papers = load_papers(sys.argv[1], keep_duplicates=True).papers
tell(clock.stop(), papers=len(papers))
