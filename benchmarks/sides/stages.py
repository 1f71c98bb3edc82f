"""How long each stage of a study takes, in this checkout or an older one."""

import time

try:
    from analysis.study.cache import Stages
except ImportError:
    from analysis.stages import Stages  # where it was before the rooms were laid out


def watch(seconds, after=lambda name: None):
    """Put the seconds of each stage into the dictionary ``seconds``, and call ``after`` with its name."""
    run = Stages.run

    def timed(self, name, *values, **options):
        start = time.perf_counter()
        made = run(self, name, *values, **options)
        seconds[name] = time.perf_counter() - start
        after(name)
        return made

    Stages.run = timed
