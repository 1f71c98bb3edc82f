"""FILE TEXTS: find_mentions; writes the sentences of the mentions, and their papers' titles, to TEXTS."""

import json
import sys
from pathlib import Path

from clock import Clock, tell

from analysis import find_mentions, load_papers

papers = load_papers(sys.argv[1], keep_duplicates=True).papers
find_mentions(papers.head(5))  # loads the grammar
clock = Clock()
mentions = find_mentions(papers)
counted = clock.stop()
places = mentions.drop_duplicates(["paper_id", "field", "sentence_start"])
titles = papers.loc[papers["paper_id"].isin(mentions["paper_id"]), "title"]
texts = {"sentences": places["sentence"].tolist(), "titles": titles.tolist()}
Path(sys.argv[2]).write_text(json.dumps(texts), "utf-8")
tell(counted, mentions=len(mentions))
