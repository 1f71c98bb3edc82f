"""What a side says of itself: the time of its own work, as JSON in its last line."""

import json
import os
import resource
import sys
import time


class Clock:
    """Counts seconds, and seconds of the processor in this process and those it waited for, until it is stopped."""

    def __init__(self):
        self._began, self._used = time.perf_counter(), used()

    def stop(self):
        """What was counted, and the memory so far, as facts to ``tell``."""
        return {"seconds": time.perf_counter() - self._began, "cpu": used() - self._used, "peak": peak()}


def tell(facts, **others):
    """Print facts for whoever started this process."""
    print("\n" + json.dumps({**facts, **others}))


def used():
    """Seconds of the processor so far."""
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


def peak():
    """Bytes of memory that this process has had at most."""
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024)
