"""FILE [keep]: from a file to senses and topics, by ``bias-senses senses``; stops there.

Repeated papers are to ``keep``.
"""

from clock import Clock, tell

clock = Clock()  # imports count

import sys  # noqa: E402
from pathlib import Path  # noqa: E402
from tempfile import TemporaryDirectory  # noqa: E402

import stages  # noqa: E402

from analysis.cli import main  # noqa: E402

UP_TO_TOPICS = ("papers", "mentions", "vectors", "scores", "senses", "drawn", "names", "topics")
seconds = {}


def after(name):
    """When the topics are there: all but the stages that they do not need."""
    if name != "topics":
        return
    whole = clock.stop()
    whole["seconds"] -= sum(seconds[name] for name in seconds if name not in UP_TO_TOPICS)
    told = {name: value for name, value in seconds.items() if name in UP_TO_TOPICS}
    tell(whole, stages={**told, "start": whole["seconds"] - sum(told.values())})
    raise SystemExit


stages.watch(seconds, after)
with TemporaryDirectory() as folder:
    keep = ["--keep-duplicates"] if sys.argv[2:] == ["keep"] else []
    study, out = (str(Path(folder, name)) for name in ("bias.study", "senses.parquet"))
    main(["senses", sys.argv[1], *keep, "--study", study, "--out", out])
    sys.exit("there are no topics")
