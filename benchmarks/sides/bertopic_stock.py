"""FILE: BERTopic with its default settings over the abstracts, embedded by all-MiniLM-L6-v2 in full precision."""

from clock import Clock, tell

clock = Clock()  # imports count, as they do on our side

import json  # noqa: E402
import sys  # noqa: E402

import minilm  # noqa: E402
from bertopic import BERTopic  # noqa: E402

with open(sys.argv[1], encoding="utf-8") as lines:
    abstracts = [json.loads(line)["abstract"] for line in lines]
model = minilm.load()
start = clock.stop()["seconds"]
vectors = model.encode(abstracts)
encoded = clock.stop()["seconds"]
topics, _ = BERTopic(embedding_model=model).fit_transform(abstracts, vectors)
whole = clock.stop()
stages = {"start": start, "vectors": encoded - start, "topics": whole["seconds"] - encoded}
tell(whole, stages=stages, topics=len(set(topics)))
