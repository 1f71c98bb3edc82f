"""FILE: embed_mentions, the vectors alone."""

import sys

from clock import Clock, tell

from analysis import embed_mentions, find_mentions, load_papers

papers = load_papers(sys.argv[1], keep_duplicates=True).papers
mentions = find_mentions(papers)
embed_mentions(mentions.head(5), papers)  # loads the encoder
clock = Clock()
embed_mentions(mentions, papers)
tell(clock.stop(), mentions=len(mentions))
